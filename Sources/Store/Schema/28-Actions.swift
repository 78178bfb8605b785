extension Schema {
    /// What the relay does by itself because of events of alerts. Written with the event, so that nothing is forgotten
    /// and nothing is due twice.
    static let actions = """
        CREATE TABLE action_run (
            event    INTEGER NOT NULL,
            action   TEXT NOT NULL,
            alert    INTEGER NOT NULL,
            at       INTEGER NOT NULL,
            state    TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            detail   TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (event, action)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX action_due ON action_run (event) WHERE state = 'due';
        CREATE INDEX action_at ON action_run (at);
        """
}
