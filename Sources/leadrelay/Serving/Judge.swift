import Crypto
import Domain
import Intake
import Service
import Store

/// What the validator needs to know of the configuration: an immutable snapshot, replaced as a whole.
final class JudgeSettings: Sendable {
    private let validator: Validator
    private let sources: [String: Source]
    private let destinations: [Destination]
    private let fingerprintKey: [UInt8]

    /// The key is the file's own; see `Reader.fingerprintKey`.
    init(_ configuration: Configuration, fingerprintKey: [UInt8]) {
        self.fingerprintKey = fingerprintKey
        validator = Validator(groupRules: configuration.groups)
        sources = Dictionary(configuration.sources.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        destinations = configuration.destinations
    }

    /// Judges one row of the inbox. A source that is no longer configured is judged without mapping and client: what was
    /// acknowledged is not lost.
    func judge(_ row: InboxRow, now: Instant) -> Judgement {
        let name = Source.original(of: row.submission.source)
        let source = sources[name] ?? Source(name: name)
        var identifiers: [LeadIdentifier] = []
        let judgement = validator.judge(row.submission, row.submission.content, id: row.id, source: source) {
            event, dimension in
            identifiers = event.identifiers(country: source.country)
            return destinations.map {
                $0.route(for: event, dimension: dimension, country: source.country, kind: source.kind, now: now)
            }
        }
        guard case .lead(var lead) = judgement else { return judgement }
        lead.fingerprints = identifiers.map { Fingerprint.of($0, fingerprintKey) }
        return .lead(lead)
    }
}
