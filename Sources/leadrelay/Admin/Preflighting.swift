import API
import Domain
import Forwarding
import Store

/// Asking the destinations on demand.
enum PreflightOperations {
    /// Longer than a person waits; what is not known by then is told by the next question.
    private static let patience: Duration = .seconds(120)

    @Sendable static func show(_ call: APICall, _ relay: Relay, _ reader: Reader) throws -> PreflightListDocument {
        PreflightListDocument(destinations: relay.preflights.map(PreflightDocument.init))
    }

    @Sendable static func ask(_ call: APICall, _ relay: Relay, _ reader: Reader) throws -> PreflightListDocument {
        _ = relay.askPreflight(atMost: patience)
        return try show(call, relay, reader)
    }
}
