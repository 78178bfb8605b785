extension Schema {
    /// The hourly statistics added up for pages, in the client's own days and months.
    ///
    /// `rollup` has one line for each unit, period and destination (0: intake), with all tallies side by side: a page
    /// reads thousands of lines, and one wide line costs a sixth of as many narrow ones.
    ///
    ///     kind           unit              period
    ///     1  ad day      dimension.id      days since 1970-01-01 in the client's time zone
    ///     2  ad month    dimension.id      year * 12 + month - 1, likewise
    ///     3  group day   client_group.id   as 1
    ///     4  group hour  client_group.id   start of the hour, UTC milliseconds
    ///
    /// Facts `rollup_hour` and `rollup_dimension` say up to where the statistics of an older file, or of other time
    /// zones, have been folded in; without them the rollups are complete. What is owed was not counted by the hour
    /// before: it is worked out from the outcomes and from what is open (the upper bits of a lead's id are its moment,
    /// see `LeadID`).
    static let rollups = """
        CREATE TABLE client_group (
            id     INTEGER PRIMARY KEY,
            client TEXT NOT NULL,
            grp    TEXT NOT NULL,
            UNIQUE (client, grp)
        ) STRICT;
        CREATE TABLE rollup (
            kind         INTEGER NOT NULL,
            unit         INTEGER NOT NULL,
            period       INTEGER NOT NULL,
            destination  INTEGER NOT NULL,
            leads        INTEGER NOT NULL,
            duplicates   INTEGER NOT NULL,
            quarantined  INTEGER NOT NULL,
            tests        INTEGER NOT NULL,
            unmapped     INTEGER NOT NULL,
            click_ids    INTEGER NOT NULL,
            emails       INTEGER NOT NULL,
            phones       INTEGER NOT NULL,
            consents     INTEGER NOT NULL,
            owed         INTEGER NOT NULL,
            sent         INTEGER NOT NULL,
            delivered    INTEGER NOT NULL,
            rejected     INTEGER NOT NULL,
            expired      INTEGER NOT NULL,
            skipped      INTEGER NOT NULL,
            erased       INTEGER NOT NULL,
            failures     INTEGER NOT NULL,
            milliseconds INTEGER NOT NULL,
            PRIMARY KEY (kind, unit, period, destination)
        ) STRICT, WITHOUT ROWID;
        -- Under which time zone each client's days were counted, and for which client each source.
        CREATE TABLE calendar_entry (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX dimension_client ON dimension (client, grp);

        INSERT INTO statistic (hour, dimension, destination, tally, count, milliseconds)
        SELECT hour, dimension, destination, 10, sum(count), 0 FROM statistic
        WHERE destination <> 0 AND tally BETWEEN 12 AND 17 GROUP BY hour, dimension, destination;
        INSERT INTO statistic (hour, dimension, destination, tally, count, milliseconds)
        SELECT ((lead >> 22) + 1735689600000) / 3600000 * 3600000, dimension, destination, 10, count(*), 0 FROM delivery
        WHERE true GROUP BY 1, 2, 3
        ON CONFLICT DO UPDATE SET count = count + excluded.count;
        INSERT INTO fact (name, value) SELECT 'rollup_hour', 0 WHERE EXISTS (SELECT 1 FROM statistic);
        INSERT INTO fact (name, value) SELECT 'rollup_dimension', 0 WHERE EXISTS (SELECT 1 FROM statistic);
        """
}
