import CSQLite

/// What SQLite reported, in its own words.
package struct SQLiteError: Error, Equatable, CustomStringConvertible {
    /// The extended result code, for example 1034 for `SQLITE_IOERR_FSYNC` (sqlite.org/rescode.html).
    package let code: Int32
    package let message: String

    package init(code: Int32, message: String) {
        self.code = code
        self.message = message
    }

    /// The result code without its extension, for example 10 for `SQLITE_IOERR`.
    package var primaryCode: Int32 { code & 0xFF }

    /// The disk or the quota is full; the transaction was rolled back and may be tried again once there is room.
    package var isDiskFull: Bool { primaryCode == SQLITE_FULL }

    /// A row that may exist only once exists already.
    package var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }

    /// A row that another one refers to is gone. Nothing that is referred to is ever removed: the file was damaged from outside.
    package static func damaged(_ message: String) -> SQLiteError {
        SQLiteError(code: SQLITE_CORRUPT, message: message)
    }

    package var description: String { "SQLite error \(code): \(message)" }
}
