extension Schema {
    /// An id may be used again for somebody else, so an index finds what was called so, and the identity decides. Every
    /// post can be found again, repetitions included.
    static let identity = """
        -- Whom and what it is about: keyed hashes, five bytes each, see `EventIdentity`. NULL: from before this \
        version, or erased.
        ALTER TABLE lead ADD COLUMN identity BLOB;
        -- Whether `alias` has other ids of it.
        ALTER TABLE lead ADD COLUMN aliases INTEGER NOT NULL DEFAULT 0;
        DROP INDEX lead_event;
        CREATE INDEX lead_event ON lead (event_id);
        -- What a destination is told in place of the sender's id.
        CREATE TABLE alias (
            lead        INTEGER NOT NULL,
            destination INTEGER NOT NULL,
            event_id    TEXT NOT NULL,
            PRIMARY KEY (lead, destination)
        ) STRICT, WITHOUT ROWID;
        -- Leads under an id that an earlier one had, and what they are to it: `Kinship.rawValue`.
        CREATE TABLE kinship (lead INTEGER PRIMARY KEY, first INTEGER NOT NULL, kind INTEGER NOT NULL) STRICT;
        CREATE INDEX kinship_first ON kinship (first);

        -- The bytes of a repetition; NULL where they are those of the event in same_as, or have been cleared.
        ALTER TABLE duplicate ADD COLUMN body BLOB;
        ALTER TABLE duplicate ADD COLUMN same_as INTEGER;
        -- What is different, by names.
        ALTER TABLE duplicate ADD COLUMN note TEXT NOT NULL DEFAULT '';

        -- first: the event that was posted before under the same Idempotency-Key, or had the id before. treatment: \
        what somebody has
        -- decided that it is to the first, `Treatment.rawValue`.
        ALTER TABLE inbox ADD COLUMN first INTEGER;
        ALTER TABLE inbox ADD COLUMN treatment INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE quarantine ADD COLUMN first INTEGER;
        ALTER TABLE quarantine ADD COLUMN treatment INTEGER NOT NULL DEFAULT 0;
        """
}
