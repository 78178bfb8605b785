package import Domain

/// What is known of clients and groups beside their leads, and what people want to be told of.
package struct VolumeSettings: Equatable, Sendable {
    /// False alarms in 30 days that each group may raise, where nothing else is said.
    package var budget = WatchedGroup.defaultBudget
    /// Leads that must be lost before a missing group wakes somebody.
    package var criticalLoss = 20.0
    package var clients: [String: Client] = [:]
    package var groups: [GroupKey: Group] = [:]
    /// What is said of several groups at once, in the order of the configuration: the first that fits, for groups that
    /// have no word of their own.
    package var patterns: [Pattern] = []
    /// Fixed rules that are not of one group.
    package var rules: [FixedRule] = []
    /// What the rules lead to that tell to which group a lead belongs.
    package var ruledGroups: Set<String> = []
    /// These rules themselves, by which costs of an ad name a group.
    package var groupRules: [GroupRule] = []
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

    package struct Pattern: Equatable, Sendable {
        package var reach: FixedRule.Reach
        package var group: Group
        package init(_ reach: FixedRule.Reach, _ group: Group) {
            self.reach = reach
            self.group = group
        }
    }

    package init() {}

    /// What is said of a group, by itself or with others.
    package func group(_ key: GroupKey) -> Group? {
        groups[key] ?? patterns.first { $0.reach.covers(key) }?.group
    }

    /// Whether somebody is told when leads of a group are missing. Clients that are not configured any more are
    /// nobody's.
    func isWatched(_ key: GroupKey) -> Bool {
        (key.client.isEmpty || clients[key.client] != nil) && group(key)?.isUnwatched != true
    }

    /// `halvings`: how often people have halved its budget by their verdicts.
    func watched(_ counted: CountedGroupFacts, halvings: Int = 0) -> WatchedGroup {
        let client = clients[counted.key.client]
        let group = group(counted.key)
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
