import Domain
import Store

extension Configuration {
    /// Under which ids the destinations are told of leads.
    var identityPolicy: IdentityPolicy {
        var policy = IdentityPolicy()
        let fromCRM = Set(sources.filter { $0.kind == .crm }.map(\.name))
        for destination in destinations {
            policy.destinations[destination.name] = IdentityPolicy.Handling(
                memory: destination.platform.memory, adjusts: destination.platform.adjusts
            ) { event, source in
                // What has no name there, or only by the id of a lead from Meta's forms, has its own.
                destination.platformEvent(named: event, isFromCRM: fromCRM.contains(source)) ?? event
            }
        }
        policy.browserSources = Set(sources.filter(\.isBrowser).map(\.name))
        return policy
    }
}

extension Destination.Platform {
    /// How long the platform knows an event again by its id: Google for as long as it keeps the conversion, Meta for two days (server
    /// events, "deduplicate"). A customer's own system gets the relay's id beside the sender's and loses nothing.
    fileprivate var memory: IdentityPolicy.Memory {
        switch self {
        case .googleAds: .endless
        case .metaAds: .lasting(Destination.MetaAds.deduplication)
        case .webhook: .none
        }
    }

    /// Data Manager takes a further event of a transaction for an adjustment of its value ("conversion adjustments"). An upload refuses it.
    fileprivate var adjusts: Bool {
        if case .googleAds(let google) = self, case .dataManager = google.transport { true } else { false }
    }
}
