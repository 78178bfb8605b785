internal import CSQLite

/// The SQLite that runs, which need not be the one this was built with.
package enum LinkedSQLite {
    /// Like `3.40.1`.
    package static let version = unsafe String(cString: sqlite3_libversion())
}
