import Domain
import SQLite

extension Tables {
    /// Puts a quarantined event back into the inbox, as edited if it was. False if it is not in quarantine.
    func release(_ id: LeadID, as treatment: Treatment, note: String, now: Instant) throws(SQLiteError) -> Bool {
        try statement(.releaseQuarantined).bind(4, treatment.rawValue)
        guard let (source, place) = try decide(.releaseQuarantined, id, note: note, now: now) else { return false }
        let back = try statement(.returnToInbox)
        back.bind(1, id.rawValue)
        back.bind(2, Submission.Format.repaired.rawValue)
        try back.run()
        let bytes = try statement(.returnPosted)
        bytes.bind(1, id.rawValue)
        try bytes.run()
        counters.book(.quarantined, source: source, -1)
        counters.book(.inbox, source: source)
        // It will be counted as what it turns out to be.
        let counted: Int64
        if let place {
            counted = place
        } else {
            let name = try statement(.sourceName)
            name.bind(1, source)
            guard try name.step() else { throw SQLiteError.damaged("a source vanished") }
            let whole = Dimension(source: name.text(0))
            name.reset()
            counted = try dimensionID(whole)
        }
        counters.count(.quarantined, hour: id.moment.hour.milliseconds, dimension: counted, -1)
        return true
    }

    /// Gives a quarantined event up. Its bytes stay until history is purged. False if it is not in quarantine.
    func discard(_ id: LeadID, note: String, now: Instant) throws(SQLiteError) -> Bool {
        guard let (source, _) = try decide(.discardQuarantined, id, note: note, now: now) else { return false }
        counters.book(.quarantined, source: source, -1)
        counters.book(.discarded, source: source)
        return true
    }

    /// Where a quarantined event is counted: where it says that it belongs, if leads of that group have come from its
    /// source before. What could not be read must not make groups.
    func quarantinePlace(_ place: Dimension?, source name: String) throws(SQLiteError) -> Int64 {
        let whole = Dimension(source: name)
        guard let place, !place.group.isEmpty else { return try dimensionID(whole) }
        let source = try sourceID(name)
        let exact = try statement(
            """
            SELECT max(campaign = ?4 AND adset = ?5 AND ad = ?6) FROM dimension
            WHERE source = ?1 AND client = ?2 AND grp = ?3
            """)
        exact.bind(1, source)
        exact.bind(2, place.client)
        exact.bind(3, place.group)
        exact.bind(4, place.campaign)
        exact.bind(5, place.adset)
        exact.bind(6, place.ad)
        defer { exact.reset() }
        guard try exact.step(), let isExact = exact.optionalInteger(0) else { return try dimensionID(whole) }
        return try dimensionID(
            isExact != 0 ? place : Dimension(source: name, client: place.client, group: place.group))
    }

    /// The source, and where it was counted; `nil`: as a whole, before that was kept.
    private func decide(
        _ sql: SQL, _ id: LeadID, note: String, now: Instant
    ) throws(SQLiteError) -> (source: Int64, place: Int64?)? {
        let decide = try statement(sql)
        decide.bind(1, id.rawValue)
        decide.bind(2, now.milliseconds)
        decide.bind(3, note)
        guard try decide.step() else { return nil }
        defer { decide.reset() }
        return (decide.integer(0), decide.optionalInteger(1))
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
