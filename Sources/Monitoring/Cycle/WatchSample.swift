package import Domain
import Store

/// What metrics tell of the monitor's last cycle: leads beside what was expected of them, shares, waiting deliveries,
/// and how soon alerts were taken. Bounded, whatever is posted: only groups that are watched, and of those only so
/// many.
package struct WatchSample: Sendable {
    /// Leads in the last hour and the last day.
    package struct Volume: Sendable {
        package var key: GroupKey
        package var windows: [Window]
    }

    package struct Window: Sendable {
        package var name: String
        package var leads: Int
        package var expected: Double
    }

    /// What a group's leads carry, in the last hours and in the days before.
    package struct Share: Sendable {
        package var key: GroupKey
        package var of: String
        package var comparison: ShareComparison
    }

    /// Alerts of the last four weeks that got so far, and how long that took all of them together.
    package struct Step: Sendable {
        package var client: String
        package var team: String
        package var severity: Severity
        package var name: String
        package var count: Int
        package var time: Duration
    }

    /// Groups that are told of by name: those of which the most leads are expected. Their clients are told of whole.
    package static let mostGroups = 1000
    /// Alerts of this time count for `steps`.
    package static let time: Duration = .days(28)

    package var groups: [Volume] = []
    package var clients: [Volume] = []
    package var shares: [Share] = []
    package var oldestOpen: [(destination: String, receivedAt: Instant)] = []
    package var steps: [Step] = []

    package init() {}

    /// `found`: what is known of every group that is watched; those of clients that are not configured are nobody's.
    mutating func take(_ found: [GroupVolume], of clients: Set<String>) {
        func volume(_ one: GroupVolume) -> Volume {
            Volume(
                key: one.key,
                windows: one.windows.map { Window(name: $0.name, leads: $0.leads, expected: $0.expected) })
        }
        let known = found.filter { clients.contains($0.key.client) }
        groups = known.filter { !$0.key.group.isEmpty }.sorted { ($1.daily, $0.key) < ($0.daily, $1.key) }
            .prefix(Self.mostGroups).map(volume)
        var sums: [String: Volume] = [:]
        for one in known {
            let client = one.key.client
            guard var sum = sums[client] else {
                sums[client] = volume(one)
                continue
            }
            for index in sum.windows.indices {
                sum.windows[index].leads += one.windows[index].leads
                sum.windows[index].expected += one.windows[index].expected
            }
            sums[client] = sum
        }
        self.clients = sums.sorted { $0.key < $1.key }.map(\.value)
    }

    mutating func take(_ facts: [Facts.GroupFacts]) {
        let named = Set(groups.map(\.key))
        shares = facts.flatMap { group -> [Share] in
            let key = GroupKey(client: group.client, group: group.group)
            guard named.contains(key) else { return [] }
            return [
                Share(key: key, of: "click_id", comparison: group.clickIDs),
                Share(key: key, of: "consent", comparison: group.consents),
            ]
        }
    }

    mutating func take(_ alerts: [Alert], of clients: Set<String>) {
        struct Place: Hashable {
            var client: String
            var team: String
            var severity: Severity
        }
        let places = Dictionary(grouping: alerts) { alert in
            Place(
                client: clients.contains(alert.finding.client) ? alert.finding.client : "", team: alert.team,
                severity: alert.severity)
        }
        steps = places.sorted {
            ($0.key.client, $0.key.team, $0.key.severity) < ($1.key.client, $1.key.team, $1.key.severity)
        }.prefix(Self.mostGroups).flatMap { place, alerts -> [Step] in
            let figures = AlertFigures(alerts)
            return [
                ("detect", figures.detect), ("acknowledge", figures.acknowledge), ("resolve", figures.resolve),
            ].map { name, times in
                Step(
                    client: place.client, team: place.team, severity: place.severity, name: name, count: times.count,
                    time: times.mean * times.count)
            }
        }
    }
}
