import Domain
import SQLite

extension Schema {
    /// Fingerprints have random values: written to their sorted places one by one, each would touch a page of its own.
    /// So they go into a log, as they come, and when that is long enough it is folded into buckets: each gets what has
    /// accumulated for it at once.
    ///
    /// `entries` are 16 bytes each: the fingerprint, then the lead, most significant byte first. See `IdentifierLog`.
    static let identifierLog = """
        CREATE TABLE identifier_log (id INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT;
        -- id: the bucket, shifted left by 40, and the fold that wrote the line, so that a bucket's lines lie side by \
        side.
        CREATE TABLE identifier_bucket (id INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT;
        -- id: of the last line of the log that was folded. Which leads a fold is about, as erasing looks for them.
        CREATE TABLE identifier_fold (
            id         INTEGER PRIMARY KEY,
            first_lead INTEGER NOT NULL,
            last_lead  INTEGER NOT NULL
        ) STRICT;
        """

    /// Takes over what lay in its sorted place, some million entries a second (3,000,000 took 0.7 s). They are folded
    /// afterwards, a part with each full log.
    static func logIdentifiers(_ connection: Connection) throws(SQLiteError) {
        let select = try connection.prepare("SELECT fingerprint, lead FROM identifier ORDER BY day")
        let insert = try connection.prepare("INSERT INTO identifier_log (entries) VALUES (?1)")
        var entries = IdentifierEntries()
        func write() throws(SQLiteError) {
            if entries.isEmpty { return }
            insert.bind(1, entries.bytes)
            try insert.run()
            entries = IdentifierEntries()
        }
        while try select.step() {
            entries.append(select.integer(0), LeadID(rawValue: select.integer(1)))
            if entries.count >= entriesOfLine { try write() }
        }
        try write()
        try connection.execute("DROP TABLE identifier")
    }

    private static let entriesOfLine = 1000
}
