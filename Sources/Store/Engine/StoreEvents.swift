import Domain
import Service

/// Who is told of what, on the writer's thread, once it is durable. None of them may block.
final class StoreEvents: Sendable {
    private struct State {
        var onDue: @Sendable (Set<String>) -> Void = { _ in }
        var onSynthetic: @Sendable (LeadID, Judgement) -> Void = { _, _ in }
        var onNotices: @Sendable (Set<String>) -> Void = { _ in }
        var onLaneChange: @Sendable () -> Void = {}
    }

    private let state = Locked(State())

    func onDue(_ notify: @escaping @Sendable (Set<String>) -> Void) { state.withLock { $0.onDue = notify } }
    func onSynthetic(_ notify: @escaping @Sendable (LeadID, Judgement) -> Void) {
        state.withLock { $0.onSynthetic = notify }
    }
    func onNotices(_ notify: @escaping @Sendable (Set<String>) -> Void) { state.withLock { $0.onNotices = notify } }
    func onLaneChange(_ notify: @escaping @Sendable () -> Void) { state.withLock { $0.onLaneChange = notify } }

    func tellDue(_ destinations: Set<String>) { state.withLock { $0.onDue }(destinations) }
    func tellSynthetic(_ id: LeadID, _ judgement: Judgement) { state.withLock { $0.onSynthetic }(id, judgement) }
    func tellNotices(_ channels: Set<String>) { state.withLock { $0.onNotices }(channels) }

    /// A lane was paused, held or resumed: what is due of it may be another matter now.
    func tellLane(_ destination: String) {
        let (onDue, onLaneChange) = state.withLock { ($0.onDue, $0.onLaneChange) }
        onDue([destination])
        onLaneChange()
    }
}
