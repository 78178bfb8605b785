extension Schema {
    /// How many rows have gone with age, as in `book`: with these the tables still prove the books. And what is decided
    /// can be found by when it was.
    static let forgotten = """
        CREATE TABLE forgotten (
            source      INTEGER NOT NULL,
            destination INTEGER NOT NULL,
            tally       INTEGER NOT NULL,
            count       INTEGER NOT NULL,
            PRIMARY KEY (source, destination, tally)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX quarantine_closed ON quarantine (decided_at) WHERE state <> 'open';
        """
}
