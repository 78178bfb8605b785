extension Schema {
    static let initial = """
        -- Names are kept once and referred to by number.
        CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE dimension (
            id       INTEGER PRIMARY KEY,
            source   INTEGER NOT NULL,
            client   TEXT NOT NULL,
            grp      TEXT NOT NULL,
            campaign TEXT NOT NULL,
            adset    TEXT NOT NULL,
            ad       TEXT NOT NULL,
            UNIQUE (source, client, grp, campaign, adset, ad)
        ) STRICT;
        CREATE TABLE destination (
            id     INTEGER PRIMARY KEY,
            name   TEXT NOT NULL UNIQUE,
            state  TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'paused', 'held')),
            reason TEXT NOT NULL DEFAULT '',
            since  INTEGER NOT NULL
        ) STRICT;

        -- What was acknowledged and not looked at yet.
        CREATE TABLE inbox (
            id          INTEGER PRIMARY KEY,
            source      INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            format      INTEGER NOT NULL,
            boundary    TEXT NOT NULL,
            address     TEXT NOT NULL,
            user_agent  TEXT NOT NULL,
            tries       INTEGER NOT NULL DEFAULT 0,
            body        BLOB NOT NULL
        ) STRICT;

        -- Valid leads. Clear personal data is in payload and raw only.
        CREATE TABLE lead (
            id          INTEGER PRIMARY KEY,
            source      INTEGER NOT NULL,
            event_id    TEXT NOT NULL,
            received_at INTEGER NOT NULL,
            occurred_at INTEGER NOT NULL,
            event       TEXT NOT NULL,
            test        INTEGER NOT NULL,
            dimension   INTEGER NOT NULL,
            quality     INTEGER NOT NULL,
            payload     BLOB,
            raw         BLOB,
            notes       TEXT NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX lead_event ON lead (source, event_id);

        -- A post of an event that the source had sent before: acknowledged, booked, not delivered again.
        CREATE TABLE duplicate (
            id          INTEGER PRIMARY KEY,
            source      INTEGER NOT NULL,
            lead        INTEGER NOT NULL,
            received_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX duplicate_lead ON duplicate (lead);

        -- What could not be read or broke the contract, with everything that is wrong with it.
        CREATE TABLE quarantine (
            id             INTEGER PRIMARY KEY,
            source         INTEGER NOT NULL,
            received_at    INTEGER NOT NULL,
            quarantined_at INTEGER NOT NULL,
            format         INTEGER NOT NULL,
            boundary       TEXT NOT NULL,
            address        TEXT NOT NULL,
            user_agent     TEXT NOT NULL,
            body           BLOB NOT NULL,
            edited         BLOB,
            reason         TEXT NOT NULL,
            defects        TEXT NOT NULL,
            state          TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'released', 'discarded')),
            decided_at     INTEGER,
            note           TEXT NOT NULL DEFAULT '',
            cleared        INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX quarantine_open ON quarantine (reason, id) WHERE state = 'open';
        CREATE INDEX quarantine_decided ON quarantine (decided_at) WHERE state <> 'open' AND cleared = 0;

        -- What is owed: one row for each lead and destination until its outcome is known.
        CREATE TABLE delivery (
            lead        INTEGER NOT NULL,
            destination INTEGER NOT NULL,
            due         INTEGER NOT NULL,
            expires     INTEGER NOT NULL,
            dimension   INTEGER NOT NULL,
            failures    INTEGER NOT NULL DEFAULT 0,
            claim       INTEGER NOT NULL DEFAULT 0,
            uncertain   INTEGER,
            PRIMARY KEY (lead, destination)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX delivery_due ON delivery (destination, due, lead) WHERE claim = 0;
        -- The deliveries that a lane has in hand, eight bytes a lead. Read when the process starts, and when a lease \
        runs out.
        CREATE TABLE claim (
            id          INTEGER PRIMARY KEY,
            destination INTEGER NOT NULL,
            claimed_at  INTEGER NOT NULL,
            leads       BLOB NOT NULL
        ) STRICT;

        -- How each delivery ended, and each attempt that did not end it.
        CREATE TABLE receipt (
            lead        INTEGER NOT NULL,
            destination INTEGER NOT NULL,
            outcome     INTEGER NOT NULL,
            at          INTEGER NOT NULL,
            failures    INTEGER NOT NULL,
            status      INTEGER NOT NULL,
            code        TEXT NOT NULL,
            message     TEXT NOT NULL,
            request_id  TEXT NOT NULL,
            PRIMARY KEY (lead, destination)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE attempt (
            lead        INTEGER NOT NULL,
            destination INTEGER NOT NULL,
            at          INTEGER NOT NULL,
            cause       TEXT NOT NULL,
            status      INTEGER NOT NULL,
            code        TEXT NOT NULL,
            message     TEXT NOT NULL,
            request_id  TEXT NOT NULL,
            PRIMARY KEY (lead, destination, at)
        ) STRICT, WITHOUT ROWID;

        -- The first answer to an Idempotency-Key; ids are eight bytes each.
        CREATE TABLE idempotency (
            source INTEGER NOT NULL,
            key    TEXT NOT NULL,
            at     INTEGER NOT NULL,
            ids    BLOB NOT NULL,
            PRIMARY KEY (source, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idempotency_at ON idempotency (at);

        -- Counters, changed in the transactions that they count. destination 0 stands for intake; tally is \
        `Tally.rawValue`.
        CREATE TABLE statistic (
            hour         INTEGER NOT NULL,
            dimension    INTEGER NOT NULL,
            destination  INTEGER NOT NULL,
            tally        INTEGER NOT NULL,
            count        INTEGER NOT NULL,
            milliseconds INTEGER NOT NULL,
            PRIMARY KEY (hour, dimension, destination, tally)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE book (
            source      INTEGER NOT NULL,
            destination INTEGER NOT NULL,
            tally       INTEGER NOT NULL,
            count       INTEGER NOT NULL,
            PRIMARY KEY (source, destination, tally)
        ) STRICT, WITHOUT ROWID;

        -- Leads whose deliveries were still open when their personal data should have been cleared.
        CREATE TABLE late (lead INTEGER PRIMARY KEY) STRICT;

        -- Single values: which rows are being inspected, how far history has been purged.
        CREATE TABLE fact (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """
}
