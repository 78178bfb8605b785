extension Schema {
    /// Retention goes by when something was received, whatever its id says: ids never go back, and run ahead of a clock
    /// that does.
    static let retention = """
        CREATE INDEX lead_received ON lead (received_at);
        CREATE INDEX duplicate_received ON duplicate (received_at);
        CREATE INDEX duplicate_bodies ON duplicate (received_at) WHERE body IS NOT NULL OR same_as IS NOT NULL;
        CREATE INDEX quarantine_waiting ON quarantine (quarantined_at) WHERE state = 'open';
        -- From when retention counts for a lead that came behind those that had lost their personal data already: it \
        was in quarantine, or
        -- the clock was behind. 0: from its receipt.
        ALTER TABLE late ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
        -- What takes the place of an event_id that names a person, once the lead loses its personal data; see \
        `Lead.idMark`.
        CREATE TABLE id_mark (lead INTEGER PRIMARY KEY, mark TEXT NOT NULL) STRICT;
        DELETE FROM fact WHERE name IN ('cleared_to', 'late_to', 'cleared_repetitions_to');
        """
}
