package import SQLite

/// Why the store did not do what it was asked.
package enum StoreError: Error, Equatable, CustomStringConvertible {
    /// More changes are waiting than the writer's queue may hold. Nothing was written; come back soon.
    case overloaded
    /// The disk is full. Nothing was written; the store goes on as soon as there is room.
    case diskFull
    /// Another program has locked the file for longer than is waited; the text names the file, and the program where it
    /// is known. Nothing was written; the store goes on as soon as the lock is gone.
    case locked(String)
    /// A commit or an fsync failed: what reached the disk is unknown, so nothing is acknowledged until the process has
    /// been started anew from the file.
    case broken(String)
    /// The store has been closed.
    case closed
    /// One change could not be applied and was taken back; the others were not harmed.
    case refused(SQLiteError)
    /// There is no such lead, quarantined event or destination.
    case notFound
    /// Deliveries of this destination are being sent this moment; it goes when they have ended.
    case inUse(String)
    /// The file is not ours, too new, or is being used by another process.
    case unusable(String)

    package var description: String {
        switch self {
        case .overloaded: "too many changes are waiting to be written"
        case .diskFull: "the disk is full"
        case .locked(let who): "another program has locked \(who)"
        case .broken(let why): "the database could not be written safely (\(why)); restart to go on from the file"
        case .closed: "the store is closed"
        case .refused(let error): "\(error)"
        case .notFound: "no such entry"
        case .inUse(let name): "deliveries to \(name) are being sent this moment: try again when they have ended"
        case .unusable(let why): why
        }
    }

    /// Another program has the lock.
    package var isLock: Bool { if case .locked = self { true } else { false } }

    static func foreign(_ path: String, _ why: String) -> StoreError {
        .unusable("\(path) is not ours, and stays as it is: \(why). Choose another path for \"database\".")
    }

    static func newer(_ path: String, version: Int) -> StoreError {
        .unusable(
            "\(path) has version \(version), this program knows \(Schema.version): use the newer program")
    }
}
