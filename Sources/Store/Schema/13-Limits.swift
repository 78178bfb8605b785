extension Schema {
    /// What a channel's limits count, so that a restart does not begin them anew.
    static let limits = """
        -- When the newest messages went out, in UTC milliseconds with blanks between, the oldest first; bounded by \
        NoticeClaim.
        ALTER TABLE channel ADD COLUMN lately TEXT NOT NULL DEFAULT '';
        """
}
