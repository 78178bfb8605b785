extension Schema {
    /// What was posted stays where it was first written: a lead refers to it by its id instead of holding a copy, and
    /// the row that waits in the inbox is small. Each byte had been written to the log twice, and wiped once.
    ///
    /// `bytes` hold personal data as `payload` and `raw` do. Leads of older versions keep theirs in the lead.
    static let posted = """
        CREATE TABLE posted (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        INSERT INTO posted (id, bytes) SELECT id, body FROM inbox;
        ALTER TABLE inbox DROP COLUMN body;
        """
}
