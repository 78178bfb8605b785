import CSQLite

/// A compiled statement of one connection. Parameters and columns are bound and read by position: parameters from 1,
/// columns from 0, as SQLite counts them.
@safe
package final class Statement {
    private let handle: OpaquePointer
    private let connection: Connection

    @unsafe init(_ handle: OpaquePointer, of connection: Connection) {
        unsafe self.handle = handle
        self.connection = connection
    }

    deinit { unsafe sqlite3_finalize(handle) }

    package func bind(_ index: Int32, _ value: Int64) { unsafe sqlite3_bind_int64(handle, index, value) }

    package func bind(_ index: Int32, _ value: Int64?) {
        if let value { bind(index, value) } else { bindNull(index) }
    }

    package func bind(_ index: Int32, _ text: String) {
        unsafe csqlite_bind_text(handle, index, text, Int32(text.utf8.count))
    }

    package func bind(_ index: Int32, _ text: String?) {
        if let text { bind(index, text) } else { bindNull(index) }
    }

    package func bind(_ index: Int32, _ bytes: [UInt8]) {
        // An empty array may have no address, and a null pointer would bind NULL.
        if bytes.isEmpty {
            unsafe sqlite3_bind_zeroblob(handle, index, 0)
        } else {
            unsafe csqlite_bind_blob(handle, index, bytes, Int32(bytes.count))
        }
    }

    package func bind(_ index: Int32, _ bytes: [UInt8]?) {
        if let bytes { bind(index, bytes) } else { bindNull(index) }
    }

    package func bind(_ index: Int32, real value: Double) { unsafe sqlite3_bind_double(handle, index, value) }

    package func bindNull(_ index: Int32) { unsafe sqlite3_bind_null(handle, index) }

    /// Moves to the next row; false at the end, when the statement is ready to be used again.
    package func step() throws(SQLiteError) -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            unsafe sqlite3_reset(handle)
            return false
        case let code:
            let error = connection.error(code)
            unsafe sqlite3_reset(handle)
            throw error
        }
    }

    /// Runs a statement that returns no rows.
    package func run() throws(SQLiteError) {
        while try step() {}
    }

    /// Ends reading before the last row.
    package func reset() { unsafe sqlite3_reset(handle) }

    /// This statement, reset if it was left in the middle. To ask costs next to nothing, resetting a mutex and more.
    package var rewound: Statement {
        if unsafe sqlite3_stmt_busy(handle) != 0 { reset() }
        return self
    }

    package func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    package func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }

    package func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    package func double(_ column: Int32) -> Double { unsafe sqlite3_column_double(handle, column) }

    package func text(_ column: Int32) -> String {
        guard let start = unsafe sqlite3_column_text(handle, column) else { return "" }
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    package func bytes(_ column: Int32) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    package func optionalBytes(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : bytes(column) }
}
