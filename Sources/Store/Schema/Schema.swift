import SQLite

/// The tables, and how a file of an older version becomes one of this version.
///
/// The queues (`inbox`, `delivery`) hold only open work: what is finished leaves them in the transaction that finishes
/// it, so that neither start-up nor a claim grows with history.
enum Schema {
    /// Marks the file as ours: `PRAGMA application_id`, the letters "LdRl".
    static let applicationID: Int64 = 0x4C64_526C

    /// In order: each leads from the version before its number to its number. One that was released is never changed.
    static let migrations: [Migration] = [
        Migration(1, initial),
        Migration(2, awaiting),
        Migration(3, replay),
        Migration(4, alerts),
        Migration(5, checklist),
        Migration(6, volume),
        Migration(7, closing),
        Migration(8, reports),
        Migration(9, rollups),
        Migration(10, access),
        Migration(11, identifiers),
        Migration(12, spend),
        Migration(13, limits),
        Migration(14, dayBasis),
        Migration(15, calendarLessons),
        Migration(16, identifierLog, convert: logIdentifiers),
        Migration(17, coarseRollups),
        Migration(18, forgotten),
        Migration(19, identity),
        Migration(20, sourceCounts),
        Migration(21, junk),
        Migration(22, encodings),
        Migration(23, quarantinePlace),
        Migration(24, retention),
        Migration(25, countNotes),
        Migration(26, namedGroups),
        Migration(27, reporting),
        Migration(28, actions),
        Migration(29, claimsByLine),
        Migration(30, posted),
    ]

    /// The version that this program works with.
    static let version = migrations.count

    /// SQL, then what SQL cannot say.
    struct Migration: Sendable {
        /// The version that a file has afterwards.
        let number: Int
        let sql: String
        let convert: @Sendable (Connection) throws(SQLiteError) -> Void

        init(
            _ number: Int, _ sql: String,
            convert: @escaping @Sendable (Connection) throws(SQLiteError) -> Void = { _ in }
        ) {
            self.number = number
            self.sql = sql
            self.convert = convert
        }
    }

    /// Brings the file at `path` to the newest version; each step is one transaction.
    static func migrate(_ connection: Connection, _ path: String) throws(StoreError) {
        do {
            let version = Int(try connection.number("PRAGMA user_version") ?? 0)
            let application = try connection.number("PRAGMA application_id") ?? 0
            if version == 0, application == 0 {
                guard try connection.number("SELECT count(*) FROM sqlite_schema") == 0 else {
                    throw StoreError.foreign(path, FileOrigin.othersTables)
                }
            } else if application != applicationID {
                throw StoreError.foreign(path, FileOrigin.othersFile)
            }
            guard version <= Self.version else { throw StoreError.newer(path, version: version) }
            for migration in migrations.dropFirst(version) {
                try connection.execute(
                    """
                    BEGIN IMMEDIATE;
                    \(migration.sql)
                    """)
                try migration.convert(connection)
                try connection.execute(
                    """
                    PRAGMA application_id = \(applicationID);
                    PRAGMA user_version = \(migration.number);
                    COMMIT;
                    """)
            }
        } catch let error as StoreError {
            throw error
        } catch let error as SQLiteError where error.isBusy || error.isDiskFull {
            throw error.isBusy ? StoreError.locked(path) : StoreError.diskFull
        } catch {
            throw .unusable("\(path) cannot be opened: \(error)")
        }
    }
}
