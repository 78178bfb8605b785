import Domain
import Monitoring
import Service
import Store

/// How the monitor does, as the API tells it.
enum MonitorJSON {
    /// Open alerts by severity, of the clients that may be seen.
    static func open(_ alerts: [Alert], _ clients: ClientScope) -> JSON {
        let seen = alerts.filter { clients.isAll || clients.contains($0.finding.client) }
        return .object(
            Severity.allCases.reversed().map { severity in
                JSON.Member(severity.rawValue, JSON(seen.count { $0.severity == severity }))
            })
    }

    /// When it last looked, at how many groups, and why it could not; and what people have not been told yet.
    static func pulse(_ relay: Relay, _ reader: Reader) throws -> JSON {
        let pulse = relay.monitor
        let channels = try reader.channelStates(at: relay.now)
        let groups = relay.groupCounts
        let oldest = channels.compactMap(\.oldestDue).min()
        let silence = pulse.lastMonotonic.map { Clock.monotonic - $0 }
        return [
            "cycles": JSON(pulse.cycles), "failures": JSON(pulse.failures), "failure": .string(pulse.failure),
            "last": pulse.last.map { .string($0.rfc3339Seconds) } ?? .null,
            "seconds_ago": silence.map { JSON($0.components.seconds) } ?? .null,
            "took_milliseconds": JSON(pulse.took.milliseconds), "groups": JSON(groups.watched),
            "unwatched_groups": JSON(groups.unwatched),
            "notices_owed": JSON(channels.reduce(0) { $0 + $1.waiting }),
            "oldest_notice": oldest.map { .string($0.rfc3339Seconds) } ?? .null,
        ]
    }
}
