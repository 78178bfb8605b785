import Curl
import Domain
import HTTP
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import Configuration
@testable import Console
@testable import leadrelay

/// From a number on the leads' page to the leads behind it, over real sockets.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `The leads behind a number` {
    private static func stage() throws -> ConsoleStage {
        let stage = try ConsoleStage()
        func post(_ id: String, _ group: String, _ ad: String, more: String = "", key: String = "pk_acme_key") throws {
            _ = try stage.post(
                #"{"event_id":"\#(id)","campaign_group":"\#(group)","campaign_id":"c1","adset_id":"s1","ad_id":"\#(ad)","person":{"email":"eva@example.org","phone":"+4930901820"}\#(more)}"#,
                key: key)
        }
        try post("1", "pumps", "a1", more: #","value":49.90,"currency":"EUR""#)
        try post("2", "pumps", "a2")
        try post("2", "pumps", "a2")
        try post("3", "solar", "<b>&\\\"x")
        try post("4", "pumps", "a1", more: #","test":true"#)
        try post("5", "secret-group", "a9", key: "pk_globex_key")
        try stage.settle()
        return stage
    }

    private static func leads(_ stage: ConsoleStage, _ query: String, _ token: String) throws -> JSON {
        try stage.send("GET", "/api/leads?\(query)", [("Authorization", "Bearer \(token)")]).json
    }

    @Test func `are reached from every row, at every level`() throws {
        let stage = try Self.stage()
        let sue = try stage.browser("sue")
        var page = try sue.get("/leads?client=acme").text
        for (level, name) in [("group", "pumps"), ("campaign", "c1"), ("adset", "s1"), ("ad", "a1")] {
            let end = "\(level)=\(name)\" aria-label=\""
            let link = try #require(
                page.components(of: "href=\"").first { $0.hasPrefix("/leads/list?") && $0.contains(end) }, "\(level)")
            let address = String(link.prefix { $0 != "\"" }).replacing("&amp;", with: "&")
            let list = try sue.get(address).text
            let count = level == "ad" ? 1 : 2
            #expect(list.contains("<strong>\(count)</strong> \(count == 1 ? "lead" : "leads") from"), "\(level)")
            #expect(list.components(of: "<th scope=\"row\"").count - 1 == count, "\(level)")
            #expect(list.contains("49.90 EUR") && list.contains("acme-meta") && !list.contains("secret-group"))
            page = try sue.get(address.replacing("/leads/list", with: "/leads")).text
            #expect(page.contains("View leads"))
        }
    }

    @Test func `are told page by page, newest first, with what became of them`() throws {
        let stage = try Self.stage()
        let token = try stage.token("t")
        let all = try Self.leads(stage, "client=acme", token)
        let ids = (all["leads"]?.array ?? []).compactMap { $0["id"]?.string }
        #expect(ids.count == 3 && ids == ids.sorted(by: >))
        #expect(all["total"]?.integer == 3 && all["next"] == .null && all["looked_back_to"] == .null)
        #expect(all["leads"]?[0]?["dimension"]?["ad"]?.string == "<b>&\"x")
        #expect(all["leads"]?[2]?["value"]?.text == "49.90" && all["leads"]?[2]?["currency"] == "EUR")
        let states = (all["leads"]?[0]?["deliveries"]?.array ?? []).compactMap { $0["destination"]?.string }
        #expect(states.contains("acme-meta"))
        var (found, place): ([String], String?) = ([], nil)
        repeat {
            let page = try Self.leads(stage, "client=acme&limit=1\(place.map { "&before=\($0)" } ?? "")", token)
            found += (page["leads"]?.array ?? []).compactMap { $0["id"]?.string }
            place = page["next"]?.string
        } while place != nil
        #expect(found == ids)
        #expect(try Self.leads(stage, "client=acme&from=2026-01-01&to=2026-01-02", token)["leads"] == .array([]))
        for query in ["before=x", "limit=0", "limit=201", "from=x", "to=2026-01-01&from=2026-02-01"] {
            #expect(try Self.leads(stage, "client=acme&\(query)", token)["status"]?.integer == 400, "\(query)")
        }
        let old = try stage.browser("sue").get("/leads/list?client=acme&before=\(ids[1])").text
        #expect(old.contains("The newest") && !old.contains("Older leads") && old.contains(ids[2]))
        #expect(
            try stage.browser("sue").get("/leads/list?client=acme&ad=a2&from=2020-01-01&to=2020-01-02").text
                .contains("No leads in this period."))
    }

    @Test func `say when they came by the client's clock`() throws {
        let stage = try ConsoleStage(acme: #"time_zone: "Asia/Kolkata""#)
        _ = try stage.post(#"{"person":{"external_id":"7"},"click":{"gclid":"Cj0KCQ-abc"}}"#)
        try stage.settle()
        let zone = try #require(
            stage.service.relay.configuration.withLock { $0.clients }.first { $0.name == "acme" }?.timeZone)
        let local = zone.local(stage.service.relay.now).rfc3339
        #expect(local.hasSuffix("+05:30"))
        let lead = try Self.leads(stage, "client=acme", try stage.token("t"))["leads"]?[0]
        #expect(lead?["local"]?.string == String(local.prefix(19)).replacing("T", with: " "))
        #expect(lead?["value"] == .null && lead?["email"] == .null)
    }

    @Test func `are told to be gone where only figures are kept`() throws {
        let stage = try ConsoleStage(extra: #"retention: { history: "120d" },"#)
        _ = try stage.post(#"{"person":{"email":"eva@example.org"}}"#)
        try stage.settle()
        let day = CountedDay(stage.service.relay.now, in: .utc).civil.date
        let days = "client=acme&from=\(day)&to=\(day)"
        let note = "Of the days before there are only figures."
        let sue = try stage.browser("sue")
        #expect(try !sue.get("/leads/list?\(days)").text.contains(note))
        #expect(try sue.get("/leads?\(days)").text.contains("Leads an hour"))
        stage.pass(.days(121))
        let then = try stage.browser("sue")
        let kept = CountedDay(stage.service.relay.now - .days(119), in: .utc).civil.date
        #expect(try then.get("/leads/list?\(days)").text.contains("Single leads are kept from \(kept) on. \(note)"))
        #expect(try then.get("/leads?\(days)").text.contains("Leads a day"))
    }

    @Test func `are shown as text, and masked for those who may not see personal data`() throws {
        let stage = try Self.stage()
        let page = try stage.browser("sue").get("/leads/list?client=acme&group=solar").text
        #expect(page.contains("&lt;b&gt;&amp;") && !page.contains("<b>&") && page.contains("eva@example.org"))
        let masked = try stage.browser("vic").get("/leads/list?client=acme").text
        #expect(masked.contains("e***@e***") && masked.contains("***20"))
        #expect(!masked.contains("eva@example.org") && !masked.contains("901820"))
    }
}
