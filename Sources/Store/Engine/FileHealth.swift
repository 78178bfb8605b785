import Domain
import SQLite
import Service

/// What is known of the file itself: what has shown that it is damaged, and when it was last copied.
final class FileHealth: Sendable {
    private struct State {
        var damage: String?
        var lastBackup: Instant?
    }

    private let state = Locked(State())

    var damage: String? { state.withLock { $0.damage } }
    var lastBackup: Instant? { state.withLock { $0.lastBackup } }
    func remember(backup moment: Instant?) { state.withLock { $0.lastBackup = moment } }

    /// One line in the log, not one for each question that comes upon it.
    func note(_ error: SQLiteError, _ log: Log) {
        let isNew = state.withLock { state in
            defer { state.damage = state.damage ?? error.description }
            return state.damage == nil
        }
        if isNew { log.error("store.damaged", ["error": error.description]) }
    }
}
