package import Domain
import SQLite

/// Where the bytes of a post are kept, whatever became of it: in `posted` from its receipt on as long as it is an event
/// of the inbox or a lead; beside it in the lead only what is different.
enum PostedBytes {
    /// One row for the id ?1: its bytes, NULL once they have been cleared.
    static let sql = """
        SELECT body FROM (
            SELECT \(ofLead) AS body FROM lead WHERE id = ?1
            UNION ALL SELECT bytes FROM inbox JOIN posted USING (id) WHERE id = ?1
            UNION ALL SELECT CASE WHEN cleared THEN NULL ELSE body END FROM quarantine
                WHERE id = ?1 AND state <> 'released'
            UNION ALL SELECT coalesce(
                duplicate.body,
                (SELECT \(ofLead) FROM lead WHERE lead.id = duplicate.same_as),
                (SELECT twin.body FROM duplicate AS twin WHERE twin.id = duplicate.same_as))
            FROM duplicate WHERE id = ?1)
        LIMIT 1
        """

    private static let kept = "(SELECT bytes FROM posted WHERE posted.id = lead.id)"

    /// What was posted as a lead; NULL once its personal data has been cleared.
    static let ofLead = "coalesce(lead.raw, \(kept), lead.payload)"

    /// A lead's payload: what was posted if that can stand for it. NULL once its personal data has been cleared.
    static let payload = "coalesce(lead.payload, \(kept))"

    /// Whether a lead's personal data is still there. `lead` is what the table is called in the statement.
    static func areThere(_ lead: String = "lead") -> String {
        "(\(lead).payload IS NOT NULL OR EXISTS (SELECT 1 FROM posted WHERE posted.id = \(lead).id))"
    }
}

extension Tables {
    func keepPosted(_ id: LeadID, _ bytes: [UInt8]) throws(SQLiteError) {
        let keep = try statement(.keepPosted)
        keep.bind(1, id.rawValue)
        keep.bind(2, bytes)
        try keep.run()
    }

    /// Nothing refers to the bytes any more, or nothing may.
    func dropPosted(_ id: LeadID) throws(SQLiteError) {
        let drop = try statement(.dropPosted)
        drop.bind(1, id.rawValue)
        try drop.run()
    }
}

extension Reader {
    /// What was posted as an event, byte for byte: `nil` if there is no such event, or its personal data has been
    /// cleared.
    package func postedBytes(_ id: LeadID) throws -> [UInt8]? {
        let select = try statement(PostedBytes.sql)
        select.bind(1, id.rawValue)
        defer { select.reset() }
        return try select.step() ? select.optionalBytes(0) : nil
    }
}
