extension Schema {
    /// Events that come again, what they have taught, and what people say of alerts of missing leads.
    static let calendarLessons = """
        ALTER TABLE calendar DROP COLUMN learned;
        -- daily, weekly, monthly, yearly, or empty; the first time is `start` to `end`, and none begins at `until` or \
        later.
        ALTER TABLE calendar ADD COLUMN repeats TEXT NOT NULL DEFAULT '';
        ALTER TABLE calendar ADD COLUMN until INTEGER;
        -- What came of a client during one time of an event, and what was to be expected without it.
        CREATE TABLE calendar_lesson (
            subject  TEXT NOT NULL,
            scope    TEXT NOT NULL,
            start    INTEGER NOT NULL,
            client   TEXT NOT NULL,
            came     INTEGER NOT NULL,
            expected REAL NOT NULL,
            PRIMARY KEY (subject, scope, start, client)
        ) STRICT, WITHOUT ROWID;
        -- `ended`: whether the alert was open and ended by it.
        CREATE TABLE volume_verdict (
            alert INTEGER PRIMARY KEY,
            scope TEXT NOT NULL,
            side  TEXT NOT NULL,
            at    INTEGER NOT NULL,
            ended INTEGER NOT NULL
        ) STRICT;
        """
}
