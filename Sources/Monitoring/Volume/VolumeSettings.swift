package import Domain

/// What is known of clients and groups beside their leads, and what people want to be told of.
package struct VolumeSettings: Equatable, Sendable {
    /// False alarms in 30 days that each group may raise, where nothing else is said.
    package var budget = WatchedGroup.defaultBudget
    /// Leads that must be lost before a missing group wakes somebody.
    package var criticalLoss = 20.0
    package var clients: [String: Client] = [:]
    package var groups: [GroupKey: Group] = [:]
    /// What the rules lead to that tell to which group a lead belongs.
    package var ruledGroups: Set<String> = []
    /// How many groups of a client are watched.
    package var bounds = GroupChoice.Bounds()

    package struct Client: Equatable, Sendable {
        package var zone: TimeZoneRules
        package var country: String?
        package init(zone: TimeZoneRules, country: String? = nil) {
            self.zone = zone
            self.country = country
        }
    }

    package struct Group: Equatable, Sendable {
        package var plannedDaily: Double?
        package var budget: Double?
        /// Leads that must be lost before somebody is woken.
        package var criticalLoss: Double?
        /// Nobody is told when its leads are missing.
        package var isUnwatched = false
        package var rules: [FixedRule] = []
        package init() {}
    }

    package init() {}

    /// `halvings`: how often people have halved its budget by their verdicts.
    func watched(_ counted: CountedGroupFacts, halvings: Int = 0) -> WatchedGroup {
        let client = clients[counted.key.client]
        let group = groups[counted.key]
        return WatchedGroup(
            counted.key, zone: client?.zone ?? .utc, country: client?.country,
            created: Slots.start(of: counted.firstSlot),
            plannedDaily: group?.plannedDaily ?? WatchedGroup.defaultPlannedDaily,
            budget: (group?.budget ?? budget) / Double(1 << halvings))
    }

    /// A group by name, and the slot of its first lead.
    struct CountedGroupFacts: Equatable {
        var key: GroupKey
        var firstSlot: Int
    }
}
