package import Domain
import SQLite

/// One event as it came, for the page on which one watches them come.
package struct RecentEvent: Sendable {
    package var id: LeadID
    package var source: String
    package var receivedAt: Instant
    package var kind: Kind

    package enum Kind: Sendable {
        case inbox
        case lead(event: String, isTest: Bool, dimension: Dimension, payload: [UInt8]?)
        case duplicate(of: LeadID)
        case quarantined(reason: String, state: QuarantinedEvent.State)
    }
}

/// Attempts and refusals of one destination that have the same code.
package struct Trouble: Equatable, Sendable {
    /// `rejected`, `expired`, or the cause of a retry.
    package var kind: String
    package var code: String
    package var status: Int
    /// The platform's own words, the last time.
    package var message: String
    package var count: Int
    package var first: Instant
    package var last: Instant
    /// The newest lead that it happened to.
    package var lead: LeadID

    /// What makes two of them one.
    struct Matter: Hashable {
        var kind: String
        var code: String
        var status: Int
    }

    /// Further ones are left out.
    static let most = 50
}

extension Reader {
    /// The newest events of every kind, newest first; `limit` of each kind are looked at.
    package func recent(limit: Int) throws -> [RecentEvent] {
        var found: [RecentEvent] = []
        func read(_ sql: String, _ kind: (Statement) throws -> RecentEvent.Kind) throws {
            let select = try statement(sql)
            select.bind(1, Int64(limit))
            while try select.step() {
                found.append(
                    RecentEvent(
                        id: LeadID(rawValue: select.integer(0)), source: select.text(1),
                        receivedAt: Instant(milliseconds: select.integer(2)), kind: try kind(select)))
            }
        }
        try snapshot {
            try read(
                """
                SELECT inbox.id, source.name, received_at FROM inbox JOIN source ON source.id = inbox.source
                ORDER BY inbox.id DESC LIMIT ?1
                """
            ) { _ in .inbox }
            try read(
                """
                SELECT lead.id, source.name, received_at, event, test, \(PostedBytes.payload),
                    client, grp, campaign, adset, ad
                FROM lead JOIN source ON source.id = lead.source JOIN dimension ON dimension.id = lead.dimension
                ORDER BY lead.id DESC LIMIT ?1
                """
            ) { row in
                .lead(
                    event: row.text(3), isTest: row.integer(4) != 0,
                    dimension: Dimension(
                        source: row.text(1), client: row.text(6), group: row.text(7), campaign: row.text(8),
                        adset: row.text(9), ad: row.text(10)), payload: row.optionalBytes(5))
            }
            try read(
                """
                SELECT duplicate.id, source.name, received_at, lead
                FROM duplicate JOIN source ON source.id = duplicate.source
                ORDER BY duplicate.id DESC LIMIT ?1
                """
            ) { row in .duplicate(of: LeadID(rawValue: row.integer(3))) }
            try read(
                """
                SELECT quarantine.id, source.name, received_at, reason, state
                FROM quarantine JOIN source ON source.id = quarantine.source ORDER BY quarantine.id DESC LIMIT ?1
                """
            ) { row in
                .quarantined(reason: row.text(3), state: QuarantinedEvent.State(rawValue: row.text(4)) ?? .open)
            }
        }
        // A quarantined event that was released is a lead under the same id.
        var ids: Set<LeadID> = []
        return found.filter { ids.insert($0.id).inserted }.sorted { $0.id > $1.id }
    }

    /// What went wrong lately at a destination, by code, the newest first. Looks at the newest `rows` attempts and as
    /// many outcomes of all destinations, whatever the file holds.
    package func troubles(_ destination: String, among rows: Int) throws -> [Trouble] {
        let select = try statement(
            """
            SELECT kind, code, status, message, at, lead FROM (
                SELECT cause AS kind, code, status, message, at, lead, destination
                FROM (SELECT * FROM attempt ORDER BY lead DESC LIMIT ?2)
                UNION ALL
                SELECT outcome, code, status, message, at, lead, destination
                FROM (SELECT * FROM receipt ORDER BY lead DESC LIMIT ?2)
                WHERE outcome IN (\(Tally.rejected.rawValue), \(Tally.expired.rawValue)))
            WHERE destination = (SELECT id FROM destination WHERE name = ?1)
            ORDER BY at DESC, lead DESC
            """)
        select.bind(1, destination)
        select.bind(2, Int64(rows))
        var found: [Trouble] = []
        var places: [Trouble.Matter: Int] = [:]
        while try select.step() {
            let kind = Int64(select.text(0)).flatMap(Tally.init(rawValue:))?.name ?? select.text(0)
            let at = Instant(milliseconds: select.integer(4))
            let matter = Trouble.Matter(kind: kind, code: select.text(1), status: Int(select.integer(2)))
            if let place = places[matter] {
                found[place].count += 1
                found[place].first = at
                found[place].lead = max(found[place].lead, LeadID(rawValue: select.integer(5)))
            } else {
                // The newest comes first, and its message is the one that is shown.
                places[matter] = found.count
                found.append(
                    Trouble(
                        kind: kind, code: matter.code, status: matter.status, message: select.text(3), count: 1,
                        first: at, last: at, lead: LeadID(rawValue: select.integer(5))))
            }
        }
        return Array(found.prefix(Trouble.most))
    }
}
