package import Domain
import SQLite

/// What is known of a lead that looks like junk, or was told to be.
package struct JunkFacts: Equatable, Sendable {
    package var signs: [JunkSign]
    /// When a person told so, and who; `nil`: nobody has.
    package var toldAt: Instant?
    package var toldBy: String
    package var note: String
}

extension Tables {
    /// Counts an event that looks like junk, whatever becomes of it.
    func countJunk(_ signs: [JunkSign], hour: Int64, source: Int64, dimension: Int64) {
        counters.count(.junk, hour: hour, dimension: dimension)
        for sign in signs { counters.note(.junk, hour: hour, source: source, sign.rawValue) }
    }

    func markJunk(_ lead: LeadID, _ signs: [JunkSign], now: Instant) throws(SQLiteError) {
        let mark = try statement(
            "INSERT INTO junk (lead, signs, marked_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
        mark.bind(1, lead.rawValue)
        mark.bind(2, signs.map(\.rawValue).joined(separator: " "))
        mark.bind(3, now.milliseconds)
        try mark.run()
    }

    /// Gives an event up that looks like junk: it goes through quarantine, where it can be found, and is decided about
    /// at once.
    func discardJunk(_ id: LeadID, _ signs: [JunkSign], source name: String, now: Instant, _ judged: inout Judged)
        throws(SQLiteError)
    {
        let insert = try statement(.quarantine)
        insert.bind(1, id.rawValue)
        insert.bind(2, now.milliseconds)
        insert.bind(3, Defect.Code.junk.rawValue)
        insert.bind(4, JSON.array(signs.map(\.defect.json)).text)
        insert.bindNull(5)
        insert.bind(6, try dimensionID(Dimension(source: name)))
        try insert.run()
        guard connection.changes == 1 else {
            judged.stale += 1
            return
        }
        let source = try sourceID(name)
        counters.book(.inbox, source: source, -1)
        counters.book(.quarantined, source: source)
        countJunk(
            signs, hour: id.moment.hour.milliseconds, source: source,
            dimension: try dimensionID(Dimension(source: name)))
        _ = try discard(id, note: "junk", now: now)
        judged.discarded += 1
    }

    /// Remembers that a person tells a lead to be junk, or takes it back. False if there is no such lead.
    func tellJunk(_ lead: LeadID, isJunk: Bool, by: String, note: String, now: Instant) throws(SQLiteError) -> Bool {
        let find = try statement("SELECT 1 FROM lead WHERE id = ?1")
        find.bind(1, lead.rawValue)
        let isThere = try find.step()
        find.reset()
        guard isThere else { return false }
        let tell = try statement(
            """
            INSERT INTO junk (lead, signs, told_at, told_by, note) VALUES (?1, '', ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET told_at = excluded.told_at, told_by = excluded.told_by, note = excluded.note
            """)
        tell.bind(1, lead.rawValue)
        tell.bind(2, isJunk ? now.milliseconds : nil)
        tell.bind(3, isJunk ? by : "")
        tell.bind(4, isJunk ? note : "")
        try tell.run()
        return true
    }
}

extension ValidationRole {
    /// Keeps that a person tells a lead to be junk, or that it is none after all; nothing is sent. Answers whether
    /// there is such a lead.
    package func tellJunk(_ lead: LeadID, isJunk: Bool = true, by: String, note: String) throws(StoreError) -> Bool {
        try wait { then in
            change(rows: 1) { [self] tables in
                try tables.tellJunk(lead, isJunk: isJunk, by: by, note: note, now: now)
            } then: {
                then($0)
            }
        }
    }
}

extension Reader {
    /// `nil`: nothing of it looks like junk, and nobody has said so.
    package func junk(_ lead: LeadID) throws -> JunkFacts? {
        let select = try statement("SELECT signs, told_at, told_by, note FROM junk WHERE lead = ?1")
        select.bind(1, lead.rawValue)
        defer { select.reset() }
        guard try select.step() else { return nil }
        let facts = JunkFacts(
            signs: select.text(0).split(separator: " ").compactMap { JunkSign(rawValue: String($0)) },
            toldAt: select.optionalInteger(1).map { Instant(milliseconds: $0) }, toldBy: select.text(2),
            note: select.text(3))
        return facts.signs.isEmpty && facts.toldAt == nil ? nil : facts
    }
}
