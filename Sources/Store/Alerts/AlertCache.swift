import Domain
import Service

/// The alerts that are open, and what is in force for them.
final class AlertCache: Sendable {
    private struct State {
        var open: [Alert] = []
        var policy = AlertPolicy()
    }

    private let state = Locked(State())

    var open: [Alert] { state.withLock { $0.open } }
    func remember(_ open: [Alert]) { state.withLock { $0.open = open } }

    var policy: AlertPolicy { state.withLock { $0.policy } }
    func configure(_ policy: AlertPolicy) { state.withLock { $0.policy = policy } }
}
