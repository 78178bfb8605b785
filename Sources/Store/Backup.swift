import Glibc
import SQLite

extension Reader {
    /// Copies the database, as it is at one moment, into a new file and verifies the copy: it is sound and its books balance.
    /// Intake goes on meanwhile; the log grows until the copy is done. Throws `unusable` if the file exists already.
    ///
    /// The copy is made under another name and renamed when it has been verified, so a file called `path` is a good backup.
    /// `progress` gets the pages done and the pages in all.
    package func backup(to path: String, progress: (Int, Int) -> Void = { _, _ in }) throws -> Audit {
        guard unsafe access(path, F_OK) != 0 else {
            throw StoreError.unusable("\(path) exists already: choose another name, a backup never overwrites")
        }
        let partial = path + ".partial"
        for suffix in ["", "-wal", "-shm", "-journal"] { unsafe unlink(partial + suffix) }
        try snapshot { try connection.backup(to: partial, progress: progress) }
        let audit = try Reader(path: partial, Ledger.Options()).audit()
        for suffix in ["-wal", "-shm"] { unsafe unlink(partial + suffix) }
        guard unsafe rename(partial, path) == 0 else {
            throw StoreError.unusable("\(partial) cannot be renamed: error \(errno)")
        }
        return audit
    }
}
