import Domain
import Forwarding
import Store

/// Asking the destinations on demand.
enum PreflightOperations {
    /// Longer than a person waits; what is not known by then is told by the next question.
    private static let patience: Duration = .seconds(120)

    @Sendable static func show(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> PreflightListDocument
    {
        PreflightListDocument(destinations: relay.preflight.reports.map(PreflightDocument.init))
    }

    @Sendable static func ask(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> PreflightListDocument
    {
        _ = relay.preflight.askAndWait(atMost: patience)
        return try show(call, relay, reader)
    }
}
