import Domain
import Service
import SQLite

extension Reader {
    /// Copies the database, as it is at one moment, into a new file and verifies the copy: it is sound and its books
    /// balance. Intake goes on meanwhile; the log grows until the copy is done. Throws `unusable`, with the path and
    /// the reason, if the file exists already or cannot be written.
    ///
    /// The copy is made under another name and renamed when it has been verified and is on the disk, so a file called
    /// `path` is a good backup. `progress` gets the pages done and the pages in all.
    package func backup(to path: String, progress: (Int, Int) -> Void = { _, _ in }) throws -> Audit {
        guard !Files.exists(path) else {
            throw StoreError.unusable(BackupStream.exists(path))
        }
        let partial = path + ".partial"
        Self.removeFiles(partial)
        do {
            try snapshot {
                do throws(SQLiteError) {
                    try connection.backup(to: partial, progress: progress)
                } catch {
                    throw error.isDiskFull
                        ? StoreError.unusable("\(partial) cannot be written: the disk is full")
                        : StoreError.unusable("\(partial) cannot be written: \(error)")
                }
            }
            let audit = try Reader(path: partial, Ledger.Options()).audit()
            for suffix in ["-wal", "-shm"] { Files.remove(partial + suffix) }
            if case .failure(let failure) = Files.move(partial, to: path) {
                throw StoreError.unusable("\(path) cannot be put in place: \(failure.message)")
            }
            return audit
        } catch {
            Self.removeFiles(partial)
            throw error
        }
    }

    private static func removeFiles(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { Files.remove(path + suffix) }
    }
}

extension Ledger {
    static let backedUpFact = "backed_up_at"

    /// Writes down that a backup was made and is where it was wanted.
    package func noteBackup() throws(StoreError) {
        try core.wait { then in
            core.change(rows: 1) { [core] tables in
                let now = core.now
                try tables.setFact(Self.backedUpFact, now.milliseconds)
                tables.afterCommit.append { [core] in core.caches.file.remember(backup: now) }
            } then: {
                then($0)
            }
        }
    }
}
