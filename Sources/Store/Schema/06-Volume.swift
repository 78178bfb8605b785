extension Schema {
    /// What the detector of missing leads lives on. History from before this version is taken from the hourly
    /// statistics.
    static let volume = """
        -- Campaign groups that leads were counted for; leads without one have the empty name.
        CREATE TABLE lead_group (
            id         INTEGER PRIMARY KEY,
            client     TEXT NOT NULL,
            grp        TEXT NOT NULL,
            first_slot INTEGER NOT NULL,
            UNIQUE (client, grp)
        ) STRICT;
        -- Valid leads that are no tests, by the five minutes in which they were received; the newest days only.
        CREATE TABLE slot_count (
            slot       INTEGER NOT NULL,
            lead_group INTEGER NOT NULL,
            count      INTEGER NOT NULL,
            PRIMARY KEY (slot, lead_group)
        ) STRICT, WITHOUT ROWID;
        -- What was in slot_count before: for a day of UTC, four bytes for each of its hours, the low one first.
        CREATE TABLE day_count (
            day        INTEGER NOT NULL,
            lead_group INTEGER NOT NULL,
            hours      BLOB NOT NULL,
            PRIMARY KEY (day, lead_group)
        ) STRICT, WITHOUT ROWID;
        -- When the relay ran: from a start to the last sign of life. What lies between is a hole.
        CREATE TABLE uptime (began INTEGER PRIMARY KEY, until INTEGER NOT NULL) STRICT;
        -- Times in which leads were missing, as the detector saw them; in slots.
        CREATE TABLE episode (
            scope    TEXT NOT NULL,
            opened   INTEGER NOT NULL,
            window   INTEGER,
            began    INTEGER NOT NULL,
            expected REAL NOT NULL,
            observed INTEGER NOT NULL,
            chance   REAL NOT NULL,
            closed   INTEGER,
            ending   TEXT,
            ended    INTEGER,
            PRIMARY KEY (scope, opened)
        ) STRICT, WITHOUT ROWID;
        -- Events that change how many leads come.
        CREATE TABLE calendar (
            id         INTEGER PRIMARY KEY,
            name       TEXT NOT NULL,
            scope      TEXT NOT NULL,
            zone       TEXT NOT NULL,
            start      INTEGER NOT NULL,
            end        INTEGER NOT NULL,
            multiplier REAL NOT NULL,
            origin     TEXT NOT NULL,
            author     TEXT NOT NULL,
            note       TEXT NOT NULL,
            added_at   INTEGER NOT NULL,
            learned    REAL
        ) STRICT;
        CREATE INDEX calendar_end ON calendar (end);

        INSERT INTO lead_group (client, grp, first_slot)
            SELECT client, grp, min(hour) / 300000 FROM statistic JOIN dimension ON dimension.id = statistic.dimension
            WHERE destination = 0 AND tally = 6 GROUP BY client, grp;
        INSERT INTO slot_count (slot, lead_group, count)
            SELECT hour / 300000, lead_group.id, sum(count) FROM statistic
                JOIN dimension ON dimension.id = statistic.dimension
                JOIN lead_group ON lead_group.client = dimension.client AND lead_group.grp = dimension.grp
            WHERE destination = 0 AND tally = 6 GROUP BY 1, 2;
        """
}
