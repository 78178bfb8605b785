import Domain
import Monitoring
import Service
import Store

/// Gathers what a weekly report says.
enum WeeklyReports {
    private static let mostAlerts = 2000

    static func make(
        _ client: Configuration.Client?, _ week: ReportWeek, _ zone: TimeZoneRules, _ relay: Relay, _ reader: Reader
    ) throws -> WeeklyReport {
        var filter = AlertFilter()
        filter.client = client?.name
        filter.opened = week.range
        let alerts = try reader.alerts(filter, limit: mostAlerts)
        return WeeklyReport(
            title: client?.title ?? "All clients", week: week, zone: zone, alerts: alerts,
            causes: try reader.causes(of: alerts.map(\.id)), leads: try reader.week(week.range, client: client?.name),
            open: try open(client?.name, relay, reader))
    }

    /// What waits for somebody now.
    private static func open(_ client: String?, _ relay: Relay, _ reader: Reader) throws -> [String] {
        let configuration = relay.configuration.withLock { $0 }
        var found: [String] = []
        for alert in relay.ledger.openAlerts where client == nil || alert.finding.client == client {
            found.append("\(alert.id) \(alert.severity.rawValue): \(alert.finding.sentence)")
        }
        let sources = Set(configuration.sources.filter { client == nil || $0.client == client }.map(\.name))
        for group in try reader.quarantineGroups() where sources.contains(group.source) {
            found.append("\(group.count) events of \(group.source) in quarantine: \(group.reason)")
        }
        let destinations = Set(configuration.destinations.filter { client == nil || $0.client == client }.map(\.name))
        for lane in relay.ledger.lanes where destinations.contains(lane.name) && lane.state != .running {
            found.append("\(lane.name) is \(lane.state.rawValue): \(lane.reason)")
        }
        return found
    }
}
