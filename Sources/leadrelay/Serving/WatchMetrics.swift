import Configuration
import Domain
import Monitoring
import Store

/// What was expected beside what came, and how alerts are doing: by client, campaign group and team.
extension Metrics {
    static func watch(_ page: inout MetricsPage, _ sample: WatchSample) {
        volumes(
            &page, "leadrelay_client_leads", sample.clients,
            "Leads of a client's groups in the last hour and day, as of the monitor's last cycle.",
            "Leads of a client's groups that were expected in the last hour and day."
        ) { $0.client }
        page.family(
            "leadrelay_group_leads", .gauge,
            "Leads of campaign groups that are watched, in the last hour and day; of the busiest only.")
        for group in sample.groups {
            for window in group.windows {
                page.sample(
                    Double(window.leads),
                    ["client": group.key.client, "group": group.key.group, "window": window.name])
            }
        }
        page.family(
            "leadrelay_group_leads_expected", .gauge, "Leads that were expected of them in the last hour and day.")
        for group in sample.groups {
            for window in group.windows {
                page.sample(
                    rounded(window.expected),
                    ["client": group.key.client, "group": group.key.group, "window": window.name])
            }
        }
        page.family(
            "leadrelay_group_share", .gauge,
            "Share of a group's leads that carry a click id or a consent, in the last hours and in the days before.")
        for share in sample.shares {
            for (time, part) in [("recent", share.comparison.recent), ("before", share.comparison.baseline)]
            where part.whole > 0 {
                page.sample(
                    rounded(Double(part.part) / Double(part.whole)),
                    ["client": share.key.client, "group": share.key.group, "of": share.of, "time": time])
            }
        }
        page.family(
            "leadrelay_oldest_open_delivery_timestamp_seconds", .gauge,
            """
            When the oldest lead came in that a destination is still owed, in seconds since 1970; only if there is \
            one.
            """
        )
        for oldest in sample.oldestOpen {
            page.sample(Double(oldest.receivedAt.milliseconds) / 1000, ["destination": oldest.destination])
        }
        steps(&page, sample.steps)
    }

    private static func volumes(
        _ page: inout MetricsPage, _ name: String, _ volumes: [WatchSample.Volume], _ help: String,
        _ expected: String, _ client: (GroupKey) -> String
    ) {
        page.family(name, .gauge, help)
        for volume in volumes {
            for window in volume.windows {
                page.sample(Double(window.leads), ["client": client(volume.key), "window": window.name])
            }
        }
        page.family(name + "_expected", .gauge, expected)
        for volume in volumes {
            for window in volume.windows {
                page.sample(rounded(window.expected), ["client": client(volume.key), "window": window.name])
            }
        }
    }

    private static func steps(_ page: inout MetricsPage, _ steps: [WatchSample.Step]) {
        page.family(
            "leadrelay_alerts_28d", .gauge,
            "Alerts of the last four weeks that were noticed, acknowledged or resolved, as of the last hour.")
        for step in steps {
            page.sample(
                Double(step.count),
                [
                    "client": step.client, "team": step.team, "severity": step.severity.rawValue, "step": step.name,
                ])
        }
        page.family(
            "leadrelay_alerts_28d_seconds", .gauge,
            "The time that this took all of them together, from their beginning or first notice.")
        for step in steps {
            page.sample(
                Double(step.time.milliseconds) / 1000,
                [
                    "client": step.client, "team": step.team, "severity": step.severity.rawValue, "step": step.name,
                ])
        }
    }

    /// Open alerts by what they are about. Names that no configuration has are told as nobody's.
    static func open(_ page: inout MetricsPage, _ alerts: [Alert], clients: Set<String>) {
        struct Place: Hashable {
            var kind: AlertKind
            var client: String
            var team: String
            var severity: Severity
            var isCovered: Bool
        }
        var counts: [Place: Int] = [:]
        for alert in alerts {
            let client = clients.contains(alert.finding.client) ? alert.finding.client : ""
            counts[
                Place(
                    kind: alert.finding.kind, client: client, team: alert.team, severity: alert.severity,
                    isCovered: alert.isMuted), default: 0] += 1
        }
        page.family(
            "leadrelay_alerts_open", .gauge,
            """
            Open alerts by kind, client and team (empty: nobody's in particular), severity, and whether people are \
            told of them.
            """
        )
        let places = counts.sorted { a, b in
            if a.key.severity != b.key.severity { return a.key.severity > b.key.severity }
            return (a.key.kind.rawValue, a.key.client, a.key.team, a.key.isCovered ? 1 : 0)
                < (b.key.kind.rawValue, b.key.client, b.key.team, b.key.isCovered ? 1 : 0)
        }
        for (place, count) in places.prefix(WatchSample.mostGroups) {
            page.sample(
                Double(count),
                [
                    "kind": place.kind.rawValue, "client": place.client, "team": place.team,
                    "severity": place.severity.rawValue, "covered": place.isCovered ? "yes" : "no",
                ])
        }
    }

    /// Whose each source and destination is, to be joined with what is told by source and destination.
    static func owners(_ page: inout MetricsPage, _ configuration: Configuration) {
        page.family("leadrelay_source_info", .gauge, "1 for each source, with its client.")
        for source in configuration.sources { page.sample(1, ["source": source.name, "client": source.client]) }
        page.family("leadrelay_destination_info", .gauge, "1 for each destination, with its client and platform.")
        for destination in configuration.destinations {
            page.sample(
                1,
                [
                    "destination": destination.name, "client": destination.client ?? "",
                    "platform": destination.platform.name,
                ])
        }
    }

    /// More digits than this nobody knows.
    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
