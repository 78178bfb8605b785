import Configuration
import Domain
import Store

extension Configuration {
    /// Under which ids the destinations are told of leads.
    var identityPolicy: IdentityPolicy {
        var policy = IdentityPolicy()
        let kinds = Dictionary(sources.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
        for destination in destinations {
            policy.destinations[destination.name] = IdentityPolicy.Handling(
                memory: destination.platform.memory, adjusts: destination.takesAdjustments
            ) { event, source in
                destination.platformEvent(named: event, kind: kinds[source] ?? .web)
            }
        }
        policy.browserSources = Set(sources.filter(\.isBrowser).map(\.name))
        return policy
    }
}

extension Destination.Platform {
    /// How long the platform knows an event again by its id: Google for as long as it keeps the conversion, Meta for
    /// two days (server events, "deduplicate"). A customer's own system gets the relay's id beside the sender's and
    /// loses nothing.
    fileprivate var memory: IdentityPolicy.Memory {
        switch self {
        case .googleAds: .endless
        case .metaAds: .lasting(Destination.MetaAds.deduplication)
        case .webhook: .none
        }
    }
}
