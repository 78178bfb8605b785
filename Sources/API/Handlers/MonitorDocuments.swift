import Domain
import Monitoring
import Service
import Store

/// How the monitor does, as the API tells it.
enum MonitorDocuments {
    /// Open alerts by severity, of the clients that may be seen.
    static func open(_ alerts: [Alert], _ clients: ClientScope) -> OpenAlertCounts {
        let seen = alerts.filter { clients.isAll || clients.contains($0.finding.client) }
        func count(_ severity: Severity) -> Int { seen.count { $0.severity == severity } }
        return OpenAlertCounts(critical: count(.critical), warning: count(.warning), info: count(.info))
    }

    /// When it last looked, at how many groups, and why it could not; and what people have not been told yet.
    static func pulse(_ relay: RelayContext, _ reader: Reader) throws -> MonitorPulse {
        let pulse = relay.monitor.pulse
        let channels = try reader.channelStates(at: relay.now)
        let groups = relay.volumes.groupCounts
        return MonitorPulse(
            cycles: pulse.cycles, failures: pulse.failures, failure: pulse.failure, last: pulse.last,
            secondsAgo: pulse.lastMonotonic.map { (Clock.monotonic - $0).components.seconds },
            tookMilliseconds: pulse.took.milliseconds, groups: groups.watched, unwatchedGroups: groups.unwatched,
            noticesOwed: channels.reduce(0) { $0 + $1.waiting },
            oldestNotice: channels.compactMap(\.oldestDue).min())
    }
}
