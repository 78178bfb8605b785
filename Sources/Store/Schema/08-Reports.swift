extension Schema {
    static let reports = """
        -- Reports that are owed to people: one line for each period, channel and recipient, so that each goes out \
        once. `sent` is when
        -- the channel took it, `given_up` why nobody tries any more.
        DROP TABLE report;
        CREATE TABLE report_notice (
            client    TEXT NOT NULL,
            ends      INTEGER NOT NULL,
            channel   TEXT NOT NULL,
            recipient TEXT NOT NULL,
            begins    INTEGER NOT NULL,
            due       INTEGER NOT NULL,
            failures  INTEGER NOT NULL DEFAULT 0,
            sent      INTEGER,
            given_up  TEXT,
            PRIMARY KEY (client, ends, channel, recipient)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX report_notice_due ON report_notice (due) WHERE sent IS NULL AND given_up IS NULL;
        """
}
