package import SQLite

/// Why the store did not do what it was asked.
package enum StoreError: Error, Equatable, CustomStringConvertible {
    /// More changes are waiting than the writer's queue may hold. Nothing was written; come back soon.
    case overloaded
    /// The disk is full. Nothing was written; the store goes on as soon as there is room.
    case diskFull
    /// A commit or an fsync failed: what reached the disk is unknown, so nothing is acknowledged until the process has been
    /// started anew from the file.
    case broken(String)
    /// The store has been closed.
    case closed
    /// One change could not be applied and was taken back; the others were not harmed.
    case refused(SQLiteError)
    /// There is no such lead, quarantined event or destination.
    case notFound
    /// The file is not ours, too new, or is being used by another process.
    case unusable(String)

    package var description: String {
        switch self {
        case .overloaded: "too many changes are waiting to be written"
        case .diskFull: "the disk is full"
        case .broken(let why): "the database could not be written safely (\(why)); restart to go on from the file"
        case .closed: "the store is closed"
        case .refused(let error): "\(error)"
        case .notFound: "no such entry"
        case .unusable(let why): why
        }
    }
}
