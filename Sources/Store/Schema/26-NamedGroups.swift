extension Schema {
    /// Since when campaign groups are watched that people have named and that had no lead by then.
    static let namedGroups = """
        CREATE TABLE named_group (
            client TEXT NOT NULL,
            grp    TEXT NOT NULL,
            since  INTEGER NOT NULL,
            PRIMARY KEY (client, grp)
        ) STRICT, WITHOUT ROWID;
        """
}
