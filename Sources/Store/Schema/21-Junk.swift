extension Schema {
    /// Leads that look like junk, by the signs they showed, and those that a person has told to be junk: kept for the
    /// day on which platforms are to be told, too. `signs` are `JunkSign` in a row, empty if only a person said so. And
    /// whether a person has released a row of the inbox from quarantine: nobody asks a second time.
    static let junk = """
        CREATE TABLE junk (
            lead      INTEGER PRIMARY KEY,
            signs     TEXT NOT NULL,
            marked_at INTEGER,
            told_at   INTEGER,
            told_by   TEXT NOT NULL DEFAULT '',
            note      TEXT NOT NULL DEFAULT ''
        ) STRICT;
        ALTER TABLE inbox ADD COLUMN released INTEGER NOT NULL DEFAULT 0;
        """
}
