import SQLite

/// The settings that our promises rest on. They are asserted, not hoped for.
enum Pragmas {
    static func set(on connection: Connection, _ options: Ledger.Options) throws(SQLiteError) {
        try connection.execute(
            """
            PRAGMA page_size = \(options.pageSize);
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = \(options.synchronous);
            PRAGMA secure_delete = ON;
            PRAGMA foreign_keys = OFF;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -\(options.writerCache);
            PRAGMA journal_size_limit = \(options.checkpointPages * 2 * options.pageSize);
            """)
    }

    /// Throws `unusable` when the file does not keep what we promise.
    static func check(_ connection: Connection, _ options: Ledger.Options) throws {
        let mode = try connection.text("PRAGMA journal_mode") ?? ""
        guard mode == "wal" else {
            throw StoreError.unusable("the database uses journal_mode=\(mode), needed is wal: is it on a network disk?")
        }
        let synchronous = try connection.number("PRAGMA synchronous")
        let wanted: Int64? = ["OFF": 0, "NORMAL": 1, "FULL": 2][options.synchronous]
        guard synchronous == wanted else {
            throw StoreError.unusable("the database does not accept synchronous=\(options.synchronous)")
        }
        // What is erased is to be gone from the file: freed pages are overwritten, however SQLite was built.
        guard try connection.number("PRAGMA secure_delete") == 1 else {
            throw StoreError.unusable("the database does not accept secure_delete=ON: what is erased would stay in it")
        }
    }
}
