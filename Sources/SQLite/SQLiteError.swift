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
    /// The index of the log that cannot grow is told in its own way (sqlite.org/rescode.html, ioerr_shmsize).
    package var isDiskFull: Bool { primaryCode == SQLITE_FULL || code == Self.indexCannotGrow }

    private static let indexCannotGrow: Int32 = 4874

    /// Another connection holds a lock that was needed; nothing was changed, and it may be tried again.
    package var isBusy: Bool { primaryCode == SQLITE_BUSY }

    /// The file is not what SQLite wrote: a damaged page, or no database at all.
    package var isDamage: Bool { primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB }

    /// A row that may exist only once exists already.
    package var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }

    /// A row that another one refers to is gone. Nothing that is referred to is ever removed: the file was damaged from
    /// outside.
    package static func damaged(_ message: String) -> SQLiteError {
        SQLiteError(code: SQLITE_CORRUPT, message: message)
    }

    package var description: String { "SQLite error \(code): \(message)" }
}
