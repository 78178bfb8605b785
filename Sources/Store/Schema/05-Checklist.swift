extension Schema {
    static let checklist = """
        -- What platforms answered, by five minutes: how attempts ended (a number of Tally), under which code.
        CREATE TABLE answer (
            slot        INTEGER NOT NULL,
            destination INTEGER NOT NULL,
            ending      INTEGER NOT NULL,
            code        TEXT NOT NULL,
            status      INTEGER NOT NULL,
            count       INTEGER NOT NULL,
            PRIMARY KEY (slot, destination, ending, code)
        ) STRICT, WITHOUT ROWID;

        -- What a landing page looked like when it was last fine.
        CREATE TABLE page (
            address     TEXT PRIMARY KEY,
            seen        INTEGER NOT NULL,
            fingerprint TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- What the checklist came to, as JSON; `matter` is the key of the finding. alert 0: a suspicion that was no \
        alert then.
        CREATE TABLE diagnosis (
            id     INTEGER PRIMARY KEY,
            at     INTEGER NOT NULL,
            matter TEXT NOT NULL,
            alert  INTEGER NOT NULL,
            cause  INTEGER NOT NULL,
            body   TEXT NOT NULL
        ) STRICT;
        CREATE INDEX diagnosis_alert ON diagnosis (alert, id);
        CREATE INDEX diagnosis_at ON diagnosis (at);

        -- What ads accounts said, imported (spend in hundredths); one line for each group, or for a whole client with \
        an empty group.
        CREATE TABLE ads (
            client      TEXT NOT NULL,
            grp         TEXT NOT NULL,
            at          INTEGER NOT NULL,
            status      TEXT NOT NULL,
            spend       INTEGER,
            impressions INTEGER,
            PRIMARY KEY (client, grp)
        ) STRICT, WITHOUT ROWID;

        -- Reports that have been owed, so that each is owed once: the end of the period by who gets it.
        CREATE TABLE report (
            client TEXT NOT NULL,
            ends   INTEGER NOT NULL,
            at     INTEGER NOT NULL,
            PRIMARY KEY (client, ends)
        ) STRICT, WITHOUT ROWID;
        """
}
