import Domain
import Forwarding
import Store

/// Asking the destinations on demand.
enum PreflightOperations {
    /// Longer than a person waits; what is not known by then is told by the next question.
    private static let patience: Duration = .seconds(120)

    @Sendable static func show(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        ["destinations": .array(relay.preflights.map(PreflightJSON.report))]
    }

    @Sendable static func ask(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        _ = relay.askPreflight(atMost: patience)
        return try show(call, relay, reader)
    }
}
