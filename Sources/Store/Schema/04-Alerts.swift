extension Schema {
    static let alerts = """
        -- What somebody should know of. `body` is the alert as JSON (see AlertCoding); the columns beside it are what \
        is searched by.
        CREATE TABLE alert (
            id         INTEGER PRIMARY KEY,
            key        TEXT NOT NULL,
            kind       TEXT NOT NULL,
            client     TEXT NOT NULL,
            severity   TEXT NOT NULL,
            opened     INTEGER NOT NULL,
            resolved   INTEGER,
            live_until INTEGER,
            body       TEXT NOT NULL
        ) STRICT;
        -- NULL while open, so that the open ones stand together.
        CREATE INDEX alert_live ON alert (live_until);
        CREATE INDEX alert_opened ON alert (opened);
        CREATE INDEX alert_resolved ON alert (resolved) WHERE resolved IS NOT NULL;
        CREATE TABLE alert_event (
            id     INTEGER PRIMARY KEY,
            alert  INTEGER NOT NULL,
            at     INTEGER NOT NULL,
            by     TEXT NOT NULL,
            kind   TEXT NOT NULL,
            text   TEXT NOT NULL,
            number INTEGER NOT NULL,
            notice TEXT
        ) STRICT;
        CREATE INDEX alert_event_alert ON alert_event (alert, id);

        -- Messages that are owed to a channel; gone once it has taken them. A number is never given again: channels \
        are told it.
        CREATE TABLE notice (
            id            INTEGER PRIMARY KEY AUTOINCREMENT,
            channel       TEXT NOT NULL,
            alert         INTEGER NOT NULL,
            event         INTEGER NOT NULL,
            kind          TEXT NOT NULL,
            due           INTEGER NOT NULL,
            failures      INTEGER NOT NULL DEFAULT 0,
            uncertain     INTEGER NOT NULL DEFAULT 0,
            claim         INTEGER NOT NULL DEFAULT 0,
            claimed_until INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX notice_due ON notice (channel, due, id);
        CREATE INDEX notice_alert ON notice (alert, channel, id);
        -- Where an alert has been told of. `open`: an opening is owed or was sent, and no closing since. `reference`: \
        what the channel
        -- calls its message.
        CREATE TABLE reach (
            alert     INTEGER NOT NULL,
            channel   TEXT NOT NULL,
            open      INTEGER NOT NULL,
            reference TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (alert, channel)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE channel (
            name          TEXT PRIMARY KEY,
            last_sent     INTEGER,
            failing_since INTEGER,
            failures      INTEGER NOT NULL DEFAULT 0,
            reason        TEXT NOT NULL DEFAULT ''
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE silence (
            id         INTEGER PRIMARY KEY AUTOINCREMENT,
            scope      TEXT NOT NULL,
            kinds      TEXT NOT NULL,
            begins     INTEGER NOT NULL,
            ends       INTEGER,
            days       TEXT NOT NULL,
            from_min   INTEGER NOT NULL,
            to_min     INTEGER NOT NULL,
            zone       TEXT NOT NULL,
            reason     TEXT NOT NULL,
            by         TEXT NOT NULL,
            created    INTEGER NOT NULL
        ) STRICT;
        -- The last sign of life of what customers watch.
        CREATE TABLE heartbeat (
            name  TEXT PRIMARY KEY,
            at    INTEGER NOT NULL,
            count INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE marker (
            id   INTEGER PRIMARY KEY,
            at   INTEGER NOT NULL,
            kind TEXT NOT NULL,
            text TEXT NOT NULL,
            by   TEXT NOT NULL
        ) STRICT;
        CREATE INDEX marker_at ON marker (at);
        """
}
