extension Schema {
    /// What tools that report alerts may report.
    static let reporting = """
        -- The team for which the token reports alerts; NULL: any.
        ALTER TABLE api_token ADD COLUMN team TEXT;
        """
}
