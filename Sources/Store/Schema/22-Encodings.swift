extension Schema {
    /// What the bytes of a post alone do not say: what they are written in, `Submission.charset`, and the query of the
    /// address that they were posted to. And `AppendRequest.Reading` of what came under a key; NULL: from before this
    /// version.
    static let encodings = """
        ALTER TABLE inbox ADD COLUMN charset TEXT NOT NULL DEFAULT '';
        ALTER TABLE inbox ADD COLUMN query TEXT NOT NULL DEFAULT '';
        ALTER TABLE quarantine ADD COLUMN charset TEXT NOT NULL DEFAULT '';
        ALTER TABLE quarantine ADD COLUMN query TEXT NOT NULL DEFAULT '';
        ALTER TABLE idempotency ADD COLUMN reading INTEGER;
        """
}
