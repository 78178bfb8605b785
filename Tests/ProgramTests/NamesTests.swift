import Curl
import Domain
import HTTP
import Monitoring
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import Console
@testable import leadrelay

/// Names that people have given to ids, on all pages that show the ids.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Names of ids` {
    @Test func `stand before the ids on every page, as text`() throws {
        let stage = try ConsoleStage()
        stage.service.monitor.stop()
        let relay = stage.service.relay
        let id = try stage.post(
            #"{"event_id":"1","campaign_group":"pumps","campaign_id":"c1","adset_id":"s1","ad_id":"a1","person":{"email":"eva@example.org"}}"#
        )
        try stage.settle()
        stage.pass(.seconds(1))
        func name(_ client: String, _ suffix: String) throws {
            _ = try relay.ledger.figures.keepTitles(
                [("group", "pumps"), ("campaign", "c1"), ("adset", "s1"), ("ad", "a1")].map {
                    NameSheet.Row(level: $0.0, id: $0.1, name: "<i>\($0.0)</i> \(suffix)")
                }, client: client)
        }
        try name("acme", "ours")
        try name("globex", "theirs")
        _ = try relay.ledger.alerts.observe([
            .problem(
                Finding(
                    .missingLeads, .group(client: "acme", group: "pumps"), .critical, began: relay.now - .hours(1),
                    sentence: "none came", expected: 31, observed: 0))
        ])
        let alert = try #require(relay.ledger.alerts.open.first).id
        _ = try relay.ledger.alerts.silence(
            Silence(
                scope: .group(client: "acme", group: "pumps"), kinds: [],
                window: Window(from: relay.now, to: relay.now + .hours(1), weekly: nil), reason: "a test", by: "sue",
                created: relay.now))
        let sue = try stage.browser("sue")
        try sue.get("/alerts/calendar")
        #expect(
            try sue.post(
                "/alerts/calendar",
                [
                    ("name", "fair"), ("scope", "group:acme/pumps"), ("start", "2030-01-01"), ("end", "2030-01-02"),
                    ("zone", "UTC"), ("multiplier", "2"),
                ]
            ).status == 303)
        let everywhere = ["group"]
        let ofLead = ["group", "campaign", "adset", "ad"]
        for (path, levels) in [
            ("/alerts", everywhere), ("/alerts/\(alert)", everywhere), ("/alerts/\(alert)/affected", everywhere),
            ("/alerts/silences", everywhere), ("/alerts/calendar", everywhere),
            ("/group?client=acme&group=pumps", everywhere), ("/live", everywhere),
            ("/lead/\(id)", ofLead), ("/leads?client=acme", everywhere), ("/leads/list?client=acme", ofLead),
            ("/leads?client=acme&group=pumps&campaign=c1&adset=s1", ofLead),
            ("/leads/list?client=acme&group=pumps&campaign=c1&adset=s1&ad=a1", ofLead),
        ] {
            let page = try sue.get(path).text
            for level in levels {
                let text = "&lt;i&gt;\(level)&lt;/i&gt; ours"
                let places = page.components(of: text).dropFirst()
                #expect(!places.isEmpty, "\(path) does not name the \(level)")
                // The id is near: in the same cell or line.
                let id = ["group": "pumps", "campaign": "c1", "adset": "s1", "ad": "a1"][level]!
                #expect(places.contains { $0.prefix(160).contains("\(id)<") }, "\(path) hides \(id)")
            }
            #expect(!page.contains("theirs") && !page.contains("<i>"), "\(path)")
        }
    }
}
