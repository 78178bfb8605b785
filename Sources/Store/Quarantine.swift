import Domain
import SQLite

extension Tables {
    /// Puts a quarantined event back into the inbox, as edited if it was. False if it is not in quarantine.
    func release(_ id: LeadID, as treatment: Treatment, note: String, now: Instant) throws(SQLiteError) -> Bool {
        try statement(.releaseQuarantined).bind(4, treatment.rawValue)
        guard let source = try decide(.releaseQuarantined, id, note: note, now: now) else { return false }
        let back = try statement(.returnToInbox)
        back.bind(1, id.rawValue)
        back.bind(2, Submission.Format.repaired.rawValue)
        try back.run()
        counters.book(.quarantined, source: source, -1)
        counters.book(.inbox, source: source)
        // It will be counted as what it turns out to be.
        let name = try statement(.sourceName)
        name.bind(1, source)
        guard try name.step() else { throw SQLiteError.damaged("a source vanished") }
        let dimension = Dimension(source: name.text(0))
        name.reset()
        counters.count(
            .quarantined, hour: id.moment.hour.milliseconds, dimension: try dimensionID(dimension), -1)
        return true
    }

    /// Gives a quarantined event up. Its bytes stay until history is purged. False if it is not in quarantine.
    func discard(_ id: LeadID, note: String, now: Instant) throws(SQLiteError) -> Bool {
        guard let source = try decide(.discardQuarantined, id, note: note, now: now) else { return false }
        counters.book(.quarantined, source: source, -1)
        counters.book(.discarded, source: source)
        return true
    }

    private func decide(_ sql: SQL, _ id: LeadID, note: String, now: Instant) throws(SQLiteError) -> Int64? {
        let decide = try statement(sql)
        decide.bind(1, id.rawValue)
        decide.bind(2, now.milliseconds)
        decide.bind(3, note)
        guard try decide.step() else { return nil }
        defer { decide.reset() }
        return decide.integer(0)
    }

    /// Keeps an edited copy (JSON) beside the original. False if it is not in quarantine.
    func edit(_ id: LeadID, _ body: [UInt8]) throws(SQLiteError) -> Bool {
        let edit = try statement(.editQuarantined)
        edit.bind(1, id.rawValue)
        edit.bind(2, body)
        try edit.run()
        return connection.changes == 1
    }
}
