import API
import Domain
import TestSupport
import Testing

@testable import CommandLine
@testable import Monitoring
@testable import leadrelay

@Suite struct `What metrics tell of groups and alerts` {
    private static func volume(_ client: String, _ group: String, daily: Double, leads: Int = 1) -> GroupVolume {
        GroupVolume(
            key: GroupKey(client: client, group: group), daily: daily,
            windows: [.init(name: "1h", leads: leads, expected: daily / 24)])
    }

    @Test func `is bounded by the busiest groups, and whole for their client`() throws {
        let count = WatchSample.mostGroups + 500
        let groups = (0..<count).map { Self.volume("acme", "g\($0)", daily: Double($0)) }
        var sample = WatchSample()
        sample.take(
            groups + [Self.volume("acme", "", daily: 3), Self.volume("gone", "x", daily: 9)], of: ["acme"])
        #expect(sample.groups.count == WatchSample.mostGroups)
        #expect(sample.groups[0].key.group == "g\(count - 1)")
        #expect(!sample.groups.contains { $0.key.client == "gone" || $0.key.group.isEmpty })
        let client = try #require(sample.clients.first)
        #expect(sample.clients.count == 1 && client.windows[0].leads == count + 1)
        var page = MetricsPage()
        Metrics.watch(&page, sample)
        #expect(page.text.contains("leadrelay_client_leads{client=\"acme\",window=\"1h\"} \(count + 1)\n"))
        #expect(page.text.split(separator: "\n").count { $0.hasPrefix("leadrelay_group_leads{") } == 1000)
    }

    @Test func `says nobody's where the client is not configured`() {
        let finding = Finding(.missingLeads, .client("gone"), .critical, began: .start, sentence: "None came")
        let alert = Alert(AlertID(rawValue: 1), finding, opened: .start + .minutes(5))
        var page = MetricsPage()
        Metrics.open(&page, [alert], clients: ["acme"])
        #expect(
            page.text.hasSuffix(
                "leadrelay_alerts_open{kind=\"missing_leads\",client=\"\",team=\"\",severity=\"critical\",covered=\"no\"} 1\n"
            ))
        var sample = WatchSample()
        var taken = alert
        taken.announced = .start + .minutes(5)
        taken.firstAcknowledged = .start + .minutes(25)
        sample.take([taken], of: ["acme"])
        let step = sample.steps.first { $0.name == "acknowledge" }
        #expect(step?.client == "" && step?.count == 1 && step?.time == .minutes(20))
    }
}

@Suite struct `The answer of rule try` {
    @Test func `names the groups with the most firings`() {
        let since = Instant(rfc3339: "2026-11-01T00:00:00Z")
        let answer = TriedRule(
            rule: "no leads in 1 hour", per: .group, lookedAt: 12, tooNew: 1, firing: 2, since: since, leads: 310,
            firings: 15,
            parts: [.init(since: since, leads: 310, firings: 15, resolution: "5m", exact: true)],
            worst: [
                .init(client: "acme", group: "solar", leads: 10, firings: 14),
                .init(client: "acme", group: "heat", leads: 300, firings: 1),
            ])
        #expect(
            RuleText.page(answer).text(columns: 100) == """
                "no leads in 1 hour" would have fired 15 times since 2026-11-01T00:00:00Z, while 310 leads came
                  in 2 of 12 groups; 1 too new
                  acme/solar: 14 times, 10 leads
                  acme/heat: once, 300 leads

                """)
    }
}
