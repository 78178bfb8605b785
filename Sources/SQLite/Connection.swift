import CSQLite
import Glibc

/// One SQLite connection, confined to one thread.
///
/// SQLite is opened in multi-thread mode (`SQLITE_OPEN_NOMUTEX`): since the connection never leaves its thread, SQLite
/// need not lock for us (sqlite.org/threadsafe.html).
@safe
package final class Connection {
    private let handle: OpaquePointer
    private let wal = Box()
    /// Told of every error that means that the file is damaged, before it is thrown.
    package var onDamage: (SQLiteError) -> Void = { _ in }

    package enum Mode: Sendable {
        case readWrite
        /// Can neither write nor checkpoint.
        case readOnly
    }

    /// Opens the file, which `readWrite` creates when it is missing. `vfs` names another way to reach files; tests use
    /// it.
    package init(path: String, mode: Mode = .readWrite, vfs: String? = nil) throws(SQLiteError) {
        _ = Self.countsNoMemory
        var opened: OpaquePointer?
        let access = mode == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let code = unsafe sqlite3_open_v2(path, &opened, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs)
        guard let opened = unsafe opened else {
            throw SQLiteError(code: code, message: "no memory for a connection")
        }
        unsafe handle = opened
        guard code == SQLITE_OK else { throw SQLiteError(code: code, message: lastMessage) }
        // Takes the place of SQLite's own hook, which would checkpoint after every 1000 pages: the owner decides when.
        unsafe sqlite3_wal_hook(
            handle,
            { @Sendable box, _, _, pages in
                unsafe Unmanaged<Box>.fromOpaque(box!).takeUnretainedValue().pages = Int(pages)
                return SQLITE_OK
            }, Unmanaged.passUnretained(wal).toOpaque())
    }

    /// Once, before the first connection.
    private static let countsNoMemory: Void = { _ = csqlite_count_no_memory() }()

    deinit { unsafe sqlite3_close_v2(handle) }

    private final class Box { var pages = 0 }

    /// Pages in the write-ahead log after the last commit of this connection.
    package var walPages: Int { wal.pages }

    /// Runs one or more statements that return nothing.
    package func execute(_ sql: String) throws(SQLiteError) {
        try check(unsafe sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// Compiles one statement, to be used many times.
    package func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        var prepared: OpaquePointer?
        try check(unsafe sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil))
        guard let prepared = unsafe prepared else {
            throw SQLiteError(code: SQLITE_MISUSE, message: "no statement: \(sql)")
        }
        return unsafe Statement(prepared, of: self)
    }

    /// The first column of the first row, as a number; `nil` if there is no row.
    package func number(_ sql: String) throws(SQLiteError) -> Int64? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.integer(0) : nil
    }

    /// The first column of the first row, as text; `nil` if there is no row.
    package func text(_ sql: String) throws(SQLiteError) -> String? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.text(0) : nil
    }

    /// How many rows the last statement inserted, changed or deleted.
    package var changes: Int { Int(unsafe sqlite3_changes64(handle)) }

    /// How many rows have been inserted, changed or deleted since the connection was opened.
    package var totalChanges: Int { Int(unsafe sqlite3_total_changes64(handle)) }

    /// Whether a transaction is open. SQLite ends one by itself after some errors (sqlite.org/lang_transaction.html).
    package var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// The first `count` bytes of the file, zeros where it is shorter; nothing is locked or changed. `nil` if they
    /// cannot be read.
    package func header(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let code = unsafe bytes.withUnsafeMutableBytes {
            unsafe csqlite_read_header(handle, $0.baseAddress, Int32($0.count))
        }
        return code == SQLITE_OK ? bytes : nil
    }

    package enum Checkpoint: Sendable {
        /// As much as possible without waiting for readers.
        case passive
        /// Everything, and the log starts anew; waits for readers up to the busy time-out.
        case truncate
    }

    /// Copies the write-ahead log into the database file. Returns false if a reader was in the way.
    @discardableResult
    package func checkpoint(_ mode: Checkpoint) throws(SQLiteError) -> Bool {
        let mode = mode == .passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE
        var logged: Int32 = 0
        var copied: Int32 = 0
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, "main", mode, &logged, &copied)
        if code & 0xFF == SQLITE_BUSY { return false }
        try check(code)
        return logged == copied
    }

    /// How long a statement waits for a lock.
    package func setBusyTimeout(milliseconds: Int32) { unsafe sqlite3_busy_timeout(handle, milliseconds) }

    /// Copies this database page by page into a new file (sqlite.org/backup.html). The caller holds a read transaction,
    /// so that the copy is of one moment. `progress` gets the pages done and the pages in all.
    package func backup(to path: String, progress: (Int, Int) -> Void) throws(SQLiteError) {
        let target = try Connection(path: path)
        guard let copy = unsafe sqlite3_backup_init(target.handle, "main", handle, "main") else {
            throw SQLiteError(code: SQLITE_ERROR, message: target.lastMessage)
        }
        var code = SQLITE_OK
        while code == SQLITE_OK {
            code = unsafe sqlite3_backup_step(copy, Self.backupStepPages)
            let total = Int(unsafe sqlite3_backup_pagecount(copy))
            progress(total - Int(unsafe sqlite3_backup_remaining(copy)), total)
        }
        let end = unsafe sqlite3_backup_finish(copy)
        guard code == SQLITE_DONE, end == SQLITE_OK else {
            throw SQLiteError(code: code == SQLITE_DONE ? end : code, message: target.lastMessage)
        }
    }

    private static let backupStepPages: Int32 = 2048

    /// SQLite's words, and the system's, where it was the system that refused.
    var lastMessage: String {
        let words = unsafe String(cString: sqlite3_errmsg(handle))
        let reason = unsafe sqlite3_system_errno(handle)
        let code = unsafe sqlite3_errcode(handle) & 0xFF
        guard reason != 0, [SQLITE_CANTOPEN, SQLITE_IOERR, SQLITE_FULL].contains(code) else { return words }
        return unsafe "\(words): \(String(cString: strerror(reason)))"
    }

    func check(_ code: Int32) throws(SQLiteError) {
        guard code == SQLITE_OK else { throw error(code) }
    }

    /// What the last call has reported.
    func error(_ code: Int32) -> SQLiteError {
        let error = SQLiteError(code: code, message: lastMessage)
        if error.isDamage { onDamage(error) }
        return error
    }
}
