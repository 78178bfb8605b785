extension Schema {
    /// How leads are found by what people know of them, without keeping it: fingerprints under a key of this file's
    /// own.
    ///
    /// Random values in one big index would touch a page each and slow intake down as history grows. Within a day they
    /// stay together: writing touches the present day's pages only, and looking asks each day, a seek apiece.
    static let identifiers = """
        CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO secret (name, value) VALUES ('fingerprint', randomblob(32));
        -- day: of the lead's id, counted from 1970. fingerprint: the first eight bytes of a keyed hash.
        CREATE TABLE identifier (
            day         INTEGER NOT NULL,
            fingerprint INTEGER NOT NULL,
            lead        INTEGER NOT NULL,
            PRIMARY KEY (day, fingerprint, lead)
        ) STRICT, WITHOUT ROWID;
        """
}
