extension Schema {
    static let replay = """
        -- Since when the platform may have stored what it never confirmed. Kept when the delivery ends, because a \
        replay must know it.
        ALTER TABLE receipt ADD COLUMN uncertain INTEGER;
        """
}
