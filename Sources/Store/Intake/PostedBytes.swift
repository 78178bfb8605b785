package import Domain
import SQLite

/// Where the bytes of a post are kept, whatever became of it.
enum PostedBytes {
    /// One row for the id ?1: its bytes, NULL once they have been cleared.
    static let sql = """
        SELECT body FROM (
            SELECT coalesce(raw, payload) AS body FROM lead WHERE id = ?1
            UNION ALL SELECT body FROM inbox WHERE id = ?1
            UNION ALL SELECT CASE WHEN cleared THEN NULL ELSE body END FROM quarantine WHERE id = ?1 AND state <> \
        'released'
            UNION ALL SELECT coalesce(
                duplicate.body,
                (SELECT coalesce(raw, payload) FROM lead WHERE lead.id = duplicate.same_as),
                (SELECT twin.body FROM duplicate AS twin WHERE twin.id = duplicate.same_as))
            FROM duplicate WHERE id = ?1)
        LIMIT 1
        """
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
