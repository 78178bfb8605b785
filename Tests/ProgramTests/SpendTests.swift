import Curl
import Domain
import HTTP
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import CommandLine
@testable import Console
@testable import leadrelay

/// Costs and names that people bring along, from the upload to the cost of a lead.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Costs and names` {
    private static func post(_ stage: ConsoleStage, _ id: String, _ campaign: String, _ ad: String) throws {
        _ = try stage.post(
            #"{"event_id":"\#(id)","campaign_group":"pumps","campaign_id":"\#(campaign)","adset_id":"s","ad_id":"\#(ad)","person":{"email":"e\#(id)@example.org"}}"#
        )
    }

    private static func stage() throws -> ConsoleStage {
        let stage = try ConsoleStage()
        for number in 0..<4 { try post(stage, "a\(number)", "c1", "ad1") }
        for number in 0..<2 { try post(stage, "b\(number)", "c2", "ad2") }
        try stage.settle()
        return stage
    }

    private static func today(_ stage: ConsoleStage) -> String {
        CountedDay(stage.service.relay.now, in: .utc).civil.date
    }

    private static func figures(_ stage: ConsoleStage, _ query: String = "") throws -> JSON {
        let token = try stage.token("f\(UInt64.random(in: .min ... .max))")
        return try stage.send("GET", "/api/figures?client=acme\(query)", [("Authorization", "Bearer \(token)")]).json
    }

    private static func cost(_ json: JSON?) -> String { json?["cost"]?.text ?? "" }

    @Test func `are looked at, kept, repeated, replaced by finer ones, and divided by the leads`() throws {
        let stage = try Self.stage()
        let day = Self.today(stage)
        let sue = try stage.browser("sue")
        try sue.get("/leads/upload")
        let table = "date,campaign_id,cost,currency\n\(day),c1,100,EUR\n\(day),c2,50.5,EUR\n"
        let form = [("client", "acme"), ("kind", "spend"), ("csv", table)]
        let preview = try sue.post("/leads/upload", form).text
        #expect(preview.contains("<strong>2</strong> rows") && preview.contains("150.50 EUR in all"))
        #expect(Self.cost(try Self.figures(stage)) == "[]")
        #expect(try sue.post("/leads/upload", form + [("keep", "1")]).text.contains("2 new or changed, 0 as before"))
        #expect(try sue.post("/leads/upload", form + [("keep", "1")]).text.contains("0 new or changed, 2 as before"))

        // A campaign's cost is that of the group its leads belong to.
        let groups = try Self.figures(stage)
        #expect(Self.cost(groups) == #"[{"currency":"EUR","amount":150.50,"per_lead":25.08}]"#)
        #expect(Self.cost(groups["rows"]?[0]) == #"[{"currency":"EUR","amount":150.50,"per_lead":25.08}]"#)
        let campaigns = try Self.figures(stage, "&group=pumps")
        #expect(Self.cost(campaigns["rows"]?[0]) == #"[{"currency":"EUR","amount":100.00,"per_lead":25.00}]"#)
        // Known of the campaign as a whole, not of its ads.
        let ads = try Self.figures(stage, "&group=pumps&campaign=c1&adset=s")
        #expect(Self.cost(ads) == "[]")

        let finer = "date,campaign_id,adset_id,ad_id,cost,currency\n\(day),c1,s,ad1,80,EUR\n\(day),c1,s,ad9,40,USD\n"
        #expect(
            try sue.post("/leads/upload", [form[0], form[1], ("csv", finer), ("keep", "1")]).text.contains(
                "2 new or changed, 0 as before, 1 replaced"))
        let two = try Self.figures(stage, "&group=pumps&campaign=c1&adset=s")
        #expect(Self.cost(two["rows"]?[0]) == #"[{"currency":"EUR","amount":80.00,"per_lead":20.00}]"#)
        // An ad that cost something and brought nothing is a row too; two currencies stay two.
        #expect(Self.cost(two["rows"]?[1]) == #"[{"currency":"USD","amount":40.00,"per_lead":null}]"#)
        #expect(two["cost"]?.array?.count == 2)
        let page = try sue.get("/leads?client=acme&group=pumps&campaign=c1&adset=s").text
        for text in ["Cost per lead", "80.00 EUR + 40.00 USD", "20.00 EUR"] { #expect(page.contains(text), "\(text)") }
        let sorted = try sue.get("/leads?client=acme&group=pumps&sort=cost").text
        let (dear, cheap) = (try #require(sorted.range(of: ">c1<")), try #require(sorted.range(of: ">c2<")))
        #expect(dear.lowerBound < cheap.lowerBound)
        let csv = try sue.get("/leads.csv?client=acme&group=pumps").text
        #expect(csv.contains("Cost,Cost per lead") && csv.contains("50.50 EUR,25.25 EUR"))
        #expect(stage.command("audit").code == .good)
    }

    /// 28 days before, each lead cost half as much: the leads of those days are counted when they are a month old.
    @Test func `are told against those of the days before, for each row`() throws {
        let stage = try ConsoleStage()
        for number in 0..<2 { try Self.post(stage, "old\(number)", "c1", "ad1") }
        try stage.settle()
        let before = Self.today(stage)
        stage.pass(.days(28))
        for number in 0..<4 { try Self.post(stage, "new\(number)", "c1", "ad1") }
        try stage.settle()
        let table =
            "date,campaign_id,cost,currency\n\(before),c1,20,EUR\n\(Self.today(stage)),c1,60,EUR\n\(before),gone,5,USD\n"
        #expect(stage.command("spend", "add", "acme", "-", input: table).code == .good)
        let figures = try Self.figures(stage, "&group=pumps")
        let row = figures["rows"]?.array?.first { $0["name"] == "c1" }
        #expect(Self.cost(row) == #"[{"currency":"EUR","amount":60.00,"per_lead":15.00}]"#)
        #expect(row?["cost_before"]?.text == #"[{"currency":"EUR","amount":20.00,"per_lead":10.00}]"#)
        let page = try stage.browser("sue").get("/leads?client=acme&group=pumps").text
        #expect(page.contains("vs previous</th>"))
        #expect(page.contains("15.00 EUR</td><td class=\"n\">+50 %</td>"))
        // In the summary as well: three times the cost, and half as much again for a lead.
        for change in ["+200 %", "+50 %"] { #expect(page.contains("EUR</td><td class=\"n\">\(change)</td></tr>")) }
        #expect(
            try stage.browser("sue").get("/leads.csv?client=acme&group=pumps").text
                .contains("60.00 EUR,15.00 EUR,20.00 EUR,10.00 EUR"))
    }

    /// A year is read by months; it must say the same as its days.
    @Test func `of many months are the sum of their days, also after a table has been sent again`() throws {
        let stage = try ConsoleStage()
        let ledger = stage.service.relay.ledger
        let first = CountedDay(number: CivilTime("2025-01-17")!.dayNumber)
        func keep(_ micros: Int64, from: Int64 = 0, currency: String = "EUR") throws {
            let rows = (from..<400).map { day in
                SpendSheet.Row(
                    day: first.number + day, campaign: "c\(day % 3)", adset: "s", ad: "a", currency: currency,
                    micros: micros + day)
            }
            _ = try ledger.figures.keepSpend(rows, client: "acme")
        }
        try keep(1_000_000)
        try keep(5_000_000, from: 100)
        try keep(7_000_000, from: 300, currency: "USD")
        let reader = try ledger.reader()
        let scope = LeadScope(client: "acme")
        for (from, to) in [(0, 400), (3, 397), (14, 15), (15, 43), (90, 340)] as [(Int64, Int64)] {
            let days = CountedDay(number: first.number + from)..<CountedDay(number: first.number + to)
            for level in LeadLevel.allCases {
                let whole = try reader.spend(scope, by: level, days: days)
                var sum: [String: Money] = [:]
                for day in days.lowerBound.number..<days.upperBound.number {
                    let one = CountedDay(number: day)..<CountedDay(number: day + 1)
                    for (name, money) in try reader.spend(scope, by: level, days: one) {
                        sum[name, default: [:]].merge(money, uniquingKeysWith: +)
                    }
                }
                #expect(whole == sum, "\(from) to \(to) by \(level)")
            }
        }
    }

    @Test func `give ids their names, on pages and in tables`() throws {
        let stage = try Self.stage()
        let file = stage.folder.file("names.csv")
        TestSupport.Files.write(
            Array("level,id,name\ngroup,pumps,Heat <pumps>\ncampaign,c1,Autumn\ncampaign,c3,Never seen\n".utf8),
            to: file)
        let checked = stage.command("names", "add", "acme", file, "--check")
        #expect(checked.output == "3 rows; nothing is kept yet\n")
        let kept = stage.command(
            "names", "add", "acme", "-", input: "level,id,name\ngroup,pumps,Heat <pumps>\ncampaign,c1,Autumn\n")
        #expect(kept.output == "2 rows; 2 new or changed, 0 as before, 0 replaced\n")
        let sue = try stage.browser("sue")
        let groups = try sue.get("/leads?client=acme").text
        #expect(groups.contains("Heat &lt;pumps&gt;") && groups.contains("<div class=\"muted\">pumps</div>"))
        let campaigns = try sue.get("/leads?client=acme&group=pumps&q=autu").text
        #expect(campaigns.contains("Group Heat &lt;pumps&gt;") && campaigns.contains("Autumn"))
        #expect(!campaigns.contains(">c2<"))
        #expect(try sue.get("/leads.csv?client=acme&group=pumps").text.contains("c1,Autumn,4"))
        let tom = ("Authorization", "Bearer \(try stage.token("tom", clients: ["acme"]))")
        #expect(try stage.send("GET", "/api/names?client=acme", [tom]).json["names"]?.array?.count == 2)
        #expect(try stage.send("GET", "/api/names?client=globex", [tom]).status == 400)
        #expect(
            try stage.send("POST", "/api/names", [tom], #"{"client":"globex","csv":"level,id,name\nad,1,x\n"}"#).status
                == 400)
        let gone = stage.command("names", "add", "acme", "-", input: "level,id,name\ncampaign,c1,\n")
        #expect(gone.output == "1 row; 0 new or changed, 0 as before, 1 replaced\n")
    }

    @Test func `say what is wrong, and keep what was typed`() throws {
        let stage = try Self.stage()
        let sue = try stage.browser("sue")
        try sue.get("/leads/upload")
        let bad = "date,campaign_id,cost\n2026-11-23,c,<b>much\n"
        let answer = try sue.post(
            "/leads/upload", [("client", "acme"), ("kind", "spend"), ("csv", bad), ("currency", "EUR"), ("keep", "1")])
        #expect(answer.status == 400)
        #expect(answer.text.contains("line 2, &quot;cost&quot;") && answer.text.contains("c,&lt;b&gt;much"))
        #expect(try stage.browser("vic").get("/leads/upload").status == 403)
        let command = stage.command("spend", "add", "acme", "-", input: bad)
        #expect(command.code == .notGood && command.errors.contains("line 2, \"cost\""))
        let nobody = stage.command("spend", "add", "acne", "-", input: bad)
        #expect(nobody.errors.contains("Did you mean \"acme\"?"))
    }
}
