extension Schema {
    /// What is unusual about a source's events, by hour: nothing is written for a lead of which there is nothing to
    /// say. `kind` is `SourceCount.Kind`; `source` 0 stands for requests that named no source of ours.
    ///
    /// A run is what has been put aside or refused since the source's last event that was accepted. The places that
    /// refused requests came from are few: the one that has been silent for longest makes room.
    static let sourceCounts = """
        CREATE TABLE source_count (
            hour        INTEGER NOT NULL,
            source      INTEGER NOT NULL,
            kind        INTEGER NOT NULL,
            destination INTEGER NOT NULL,
            name        TEXT NOT NULL,
            count       INTEGER NOT NULL,
            PRIMARY KEY (hour, source, kind, destination, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE source_run (
            source    INTEGER PRIMARY KEY,
            first_at  INTEGER NOT NULL,
            last_at   INTEGER NOT NULL,
            last_id   INTEGER NOT NULL,
            put_aside INTEGER NOT NULL,
            refused   INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE refused_place (
            source   INTEGER NOT NULL,
            reason   TEXT NOT NULL,
            host     TEXT NOT NULL,
            key      TEXT NOT NULL,
            count    INTEGER NOT NULL,
            first_at INTEGER NOT NULL,
            last_at  INTEGER NOT NULL,
            PRIMARY KEY (source, reason, host, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX refused_place_last ON refused_place (last_at);
        """
}
