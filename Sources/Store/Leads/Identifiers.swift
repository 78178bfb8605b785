package import Domain
import SQLite

extension Reader {
    /// The key that fingerprints are made with.
    package func fingerprintKey() throws -> [UInt8] {
        let select = try statement("SELECT value FROM secret WHERE name = 'fingerprint'")
        defer { select.reset() }
        guard try select.step() else { throw StoreError.unusable("the file has no key for fingerprints") }
        return select.bytes(0)
    }

    /// The newest leads with one of the fingerprints, newest first.
    package func leads(with fingerprints: [Int64], limit: Int) throws -> [LeadID] {
        var found: Set<LeadID> = []
        func look(_ select: Statement) throws {
            while try select.step() {
                let entries = IdentifierEntries(select.bytes(0))
                for index in 0..<entries.count where fingerprints.contains(entries.fingerprint(index)) {
                    found.insert(entries.lead(index))
                }
            }
        }
        // What is moved from the log into buckets meanwhile is then found in either or both, never in neither.
        try look(try statement("SELECT entries FROM identifier_log"))
        let lines = try statement("SELECT entries FROM identifier_bucket WHERE id >= ?1 AND id < ?2")
        for bucket in Set(fingerprints.map(IdentifierLog.bucket)) {
            lines.bind(1, IdentifierLog.line(bucket, fold: 0))
            lines.bind(2, IdentifierLog.line(bucket + 1, fold: 0))
            try look(lines)
        }
        return Array(found.sorted(by: >).prefix(limit))
    }

    /// The leads that senders called so, the newest first.
    package func leads(eventID: String, limit: Int) throws -> [LeadID] {
        let find = try statement("SELECT id FROM lead WHERE event_id = ?1 ORDER BY id DESC LIMIT ?2")
        find.bind(1, eventID)
        find.bind(2, Int64(limit))
        var found: [LeadID] = []
        while try find.step() { found.append(LeadID(rawValue: find.integer(0))) }
        return found
    }

    /// What is needed to tell whether a lead is somebody's: all that still have personal data, in the order in which
    /// they were received. Those before `clearedTo` that have it are in `late`.
    package func uncleared(after place: (receivedAt: Instant, id: LeadID), limit: Int) throws -> [LeadPayload] {
        let select = try statement(
            """
            SELECT id, event_id, dimension, received_at, \(PostedBytes.payload) FROM lead
            WHERE (received_at, id) > (?1, ?2) AND \(PostedBytes.areThere()) ORDER BY received_at, id LIMIT ?3
            """)
        select.bind(1, place.receivedAt.milliseconds)
        select.bind(2, place.id.rawValue)
        select.bind(3, Int64(limit))
        var found: [(LeadID, String, Int64, Int64, [UInt8])] = []
        while try select.step() {
            found.append(
                (
                    LeadID(rawValue: select.integer(0)), select.text(1), select.integer(2), select.integer(3),
                    select.bytes(4)
                ))
        }
        return try found.map { id, eventID, dimension, receivedAt, payload in
            LeadPayload(
                id: id, eventID: eventID, dimension: try self.dimension(dimension),
                receivedAt: Instant(milliseconds: receivedAt), payload: payload)
        }
    }

    /// Where leads begin that have not lost their personal data.
    package func clearedTo() throws -> (receivedAt: Instant, id: LeadID) {
        let reached = try connection.number("SELECT value FROM fact WHERE name = '\(Walk.due.time)'")
        return (Instant(milliseconds: reached ?? .min), LeadID(rawValue: 0))
    }

    /// Leads whose personal data should have gone but is still needed.
    package func late(after id: LeadID, limit: Int) throws -> [LeadID] {
        let select = try statement("SELECT lead FROM late WHERE lead > ?1 ORDER BY lead LIMIT ?2")
        select.bind(1, id.rawValue)
        select.bind(2, Int64(limit))
        var found: [LeadID] = []
        while try select.step() { found.append(LeadID(rawValue: select.integer(0))) }
        return found
    }

    /// Quarantined events, whatever was decided about them, that still have personal data, oldest first.
    package func unclearedQuarantine(after id: LeadID, limit: Int) throws -> [LeadID] {
        let select = try statement(
            "SELECT id FROM quarantine WHERE id > ?1 AND cleared = 0 ORDER BY id LIMIT ?2")
        select.bind(1, id.rawValue)
        select.bind(2, Int64(limit))
        var found: [LeadID] = []
        while try select.step() { found.append(LeadID(rawValue: select.integer(0))) }
        return found
    }

    /// Of the newest quarantined events those whose bytes fit, as they came or as somebody edited them, or the query of
    /// their address.
    package func quarantine(among rows: Int, where fits: ([UInt8]) -> Bool) throws -> [LeadID] {
        let select = try statement(
            "SELECT id, body, edited, query FROM quarantine WHERE cleared = 0 ORDER BY id DESC LIMIT ?1")
        select.bind(1, Int64(rows))
        var found: [LeadID] = []
        while try select.step() {
            let query = select.text(3)
            if fits(select.bytes(1)) || select.optionalBytes(2).map(fits) ?? false
                || (!query.isEmpty && fits(Array(query.utf8)))
            {
                found.append(LeadID(rawValue: select.integer(0)))
            }
        }
        return found
    }
}
