/// A campaign group by its names. Leads that belong to no group are counted under the empty name.
package struct GroupKey: Hashable, Comparable, Sendable {
    package var client: String
    package var group: String

    package init(client: String, group: String) {
        self.client = client
        self.group = group
    }

    package var scope: AlertScope { .group(client: client, group: group) }

    package static func < (a: Self, b: Self) -> Bool { (a.client, a.group) < (b.client, b.group) }
}

/// A campaign group whose leads are counted and expected.
package struct WatchedGroup: Equatable, Sendable {
    package var key: GroupKey
    /// By whose clock its hours of the week are counted.
    package var zone: TimeZoneRules
    /// ISO 3166-1 alpha-2, for entries of the calendar.
    package var country: String?
    package var created: Instant
    /// Leads a day as somebody has guessed them, worth no more than 1.5 leads of evidence.
    package var plannedDaily: Double
    /// How many false alarms in 30 days are put up with.
    package var budget: Double

    /// Where nobody has guessed.
    package static let defaultPlannedDaily = 10.0
    package static let defaultBudget = 0.1

    package init(
        _ key: GroupKey, zone: TimeZoneRules, country: String? = nil, created: Instant,
        plannedDaily: Double = defaultPlannedDaily, budget: Double = defaultBudget
    ) {
        self.key = key
        self.zone = zone
        self.country = country
        self.created = created
        self.plannedDaily = plannedDaily
        self.budget = budget
    }
}
