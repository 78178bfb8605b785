package import Domain
package import Service
import SQLite

/// Puts a backup in the place of the database, while no relay runs.
///
/// Everything is done and proved on a copy beside the database; only then do the names change. What was there before
/// gets another name and is never deleted. The log of the old database goes with it: left behind, SQLite would replay
/// it over the restored file (sqlite.org/howtocorrupt.html, 1.2).
package final class Restoring {
    private let database: String
    private let copy: String
    private let ledger: Ledger
    private let log: Log
    private var isPlaced = false

    /// What the backup is and holds.
    package let found: Found

    /// See `found`.
    package struct Found: Sendable {
        package var bytes: Int
        package var audit: Audit
        /// When the newest event in it was received; `nil` if there is none.
        package var newest: Instant?
        /// What is owed by destination. All of it is older than the backup: what was delivered since goes out a second
        /// time.
        package var open: [String: Int]
    }

    private static let suffixes = ["", "-wal", "-shm"]

    /// Copies `file` beside `database`, brings the copy to this version, and counts it. Throws `unusable`, with the
    /// file and the reason, if it is missing, somebody else's, or of a newer version.
    package init(_ file: String, for database: String, clock: Clock = .system, log: Log) throws {
        self.database = database
        self.log = log
        copy = database + ".restoring"
        guard Files.size(of: file) != nil else {
            throw StoreError.unusable("\(file) does not exist, or cannot be seen")
        }
        guard !Files.isSame(file, database) else { throw StoreError.unusable("\(file) is the database itself") }
        switch FileOrigin.of(file) {
        case .new: throw StoreError.unusable("\(file) cannot be read, or nothing is in it")
        case .foreign(let why): throw StoreError.unusable("\(file) is no backup of ours: \(why)")
        case .ours(let version) where version > Schema.version: throw StoreError.newer(file, version: version)
        case .ours: break
        }
        Self.remove(copy)
        let path = copy
        let ledger: Ledger
        do {
            // A backup has no log; a database that was moved aside may have one, and is nothing without it.
            for suffix in ["", "-wal"] where suffix.isEmpty || (Files.size(of: file + suffix) ?? 0) > 0 {
                if case .failure(let failure) = Files.copy(file + suffix, to: path + suffix) {
                    throw StoreError.unusable("\(path + suffix) cannot be written from \(file): \(failure.message)")
                }
            }
            ledger = try Ledger(path: path, clock: clock, log: log)
        } catch {
            Self.remove(path)
            throw error
        }
        self.ledger = ledger
        do {
            let reader = try ledger.reader()
            found = Found(
                bytes: Files.size(of: file) ?? 0, audit: try reader.audit(), newest: try reader.newestMoment(),
                open: try reader.openDeliveries())
        } catch {
            ledger.close()
            Self.remove(path)
            throw error
        }
    }

    /// Pauses every destination that is owed something, so that nothing goes out before somebody has looked. Answers
    /// their names.
    package func hold(_ reason: String) throws(StoreError) -> [String] {
        let names = found.open.keys.filter { ledger.deliveries.lane($0)?.state == .running }.sorted()
        for name in names { try ledger.deliveries.set(name, .paused, reason: reason) }
        return names
    }

    /// Gives the copy the database's name, and what had it another one, which is answered; `nil` if there was none.
    /// `stamp` tells it apart from others. The old file belongs to whom it did, and so does the new one.
    package func place(_ stamp: String) throws(StoreError) -> String? {
        ledger.close()
        Self.remove(copy, but: "")
        let aside = "\(database).before-\(stamp)"
        let hadOne = Files.exists(database)
        Files.give(copy, toOwnerOf: hadOne ? database : Files.folder(of: database))
        // Second names first: whenever this ends, all three old files can be found together.
        for suffix in Self.suffixes where Files.exists(database + suffix) {
            if case .failure(let failure) = Files.link(database + suffix, as: aside + suffix) {
                throw .unusable("\(database + suffix) cannot be called \(aside + suffix): \(failure.message)")
            }
        }
        if case .failure(let failure) = Files.syncFolder(of: database) {
            throw .unusable("\(Files.folder(of: database)) cannot be synced: \(failure.message)")
        }
        for suffix in Self.suffixes where !suffix.isEmpty { Files.remove(database + suffix) }
        if case .failure(let failure) = Files.move(copy, to: database) {
            throw .unusable("\(copy) cannot be called \(database): \(failure.message)")
        }
        isPlaced = true
        log.info("store.restored", ["database": database, "before": hadOne ? aside : ""])
        return hadOne ? aside : nil
    }

    /// Without having been placed the copy goes away, and nothing has changed.
    deinit {
        ledger.close()
        if !isPlaced { Self.remove(copy) }
    }

    private static func remove(_ path: String, but kept: String? = nil) {
        for suffix in suffixes where suffix != kept { Files.remove(path + suffix) }
    }
}

extension Reader {
    /// When the newest event was received that is still known; `nil` if none ever was.
    package func newestMoment() throws -> Instant? {
        let newest = LeadID(rawValue: try connection.number(SQL.newestID.text) ?? 0)
        return newest.rawValue == 0 ? nil : newest.moment
    }

    /// How many deliveries are open, by destination.
    package func openDeliveries() throws -> [String: Int] {
        let select = try statement(
            "SELECT name, count(*) FROM delivery JOIN destination ON destination.id = destination GROUP BY name")
        var found: [String: Int] = [:]
        while try select.step() { found[select.text(0)] = Int(select.integer(1)) }
        return found
    }
}
