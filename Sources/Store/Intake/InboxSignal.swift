import Domain
import Service

/// How those who empty the inbox hear that something came in.
final class InboxSignal: Sendable {
    private struct State {
        var serial = 0
        var newest = LeadID(rawValue: 0)
        var wasInterrupted = false
    }

    private let state = Locked(State())

    var serial: Int { state.withLock { $0.serial } }
    var newest: LeadID { state.withLock { $0.newest } }
    var wasInterrupted: Bool { state.withLock { $0.wasInterrupted } }
    func passInterruption() { state.withLock { $0.wasInterrupted = false } }

    /// Something came in, up to that id.
    func grow(to newest: LeadID) {
        state.update {
            $0.serial += 1
            $0.newest = newest
        }
    }

    func wake() { state.update { $0.serial += 1 } }

    /// Waits until the serial is another one, at most `timeout`. Answers the present one.
    func wait(after serial: Int, atMost timeout: Duration) -> Int {
        state.wait(atMost: timeout) { $0.serial != serial ? $0.serial : nil } ?? serial
    }

    func load(newest: LeadID, wasInterrupted: Bool) {
        state.withLock { $0 = State(newest: newest, wasInterrupted: wasInterrupted) }
    }
}
