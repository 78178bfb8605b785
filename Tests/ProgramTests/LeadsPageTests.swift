import Curl
import Domain
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import Console
@testable import leadrelay

/// The leads of a client by group, campaign, ad set and ad, over real sockets.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `The leads of a client` {
    private static func stage() throws -> ConsoleStage {
        let stage = try ConsoleStage()
        func post(
            _ id: String, _ group: String, _ ad: String, email: String = "eva@example.org", key: String = "pk_acme_key"
        ) throws {
            _ = try stage.post(
                #"{"event_id":"\#(id)","campaign_group":"\#(group)","campaign_id":"c1","ad_id":"\#(ad)","person":{"email":"\#(email)"}}"#,
                key: key)
        }
        try post("1", "pumps", "a1")
        try post("2", "pumps", "a2")
        try post("2", "pumps", "a2")
        try post("3", "=1+1", "<b>&\\\"x")
        try post("4", "pumps", "a1", email: "no address")
        try post("5", "secret-group", "a9", key: "pk_globex_key")
        try stage.settle()
        return stage
    }

    @Test func `are counted by group, and by whatever is inside of one`() throws {
        let stage = try Self.stage()
        let sue = try stage.browser("sue")
        let page = try sue.get("/leads?client=acme").text
        #expect(page.contains("group=pumps\">pumps</a></th><td class=\"n\">4</td><td class=\"n\"><a href="))
        #expect(page.contains("group=pumps\" aria-label=\"2 leads of pumps\">2</a></td>"))
        // What could not be read says all the same where it belongs.
        #expect(!page.contains("(not set)"))
        #expect(!page.contains("secret-group"))
        // Where acme's leads can go; for globex's destination they are not meant.
        #expect(page.contains("acme-meta") && page.contains("shared-crm") && !page.contains("globex-meta"))
        #expect(page.contains("role=\"img\""))
        let ads = try sue.get("/leads?client=acme&group=pumps&by=ad&sort=name").text
        #expect(ads.contains("<th scope=\"row\">a1</th><td class=\"n\">2</td>"))
        #expect(ads.contains("<th scope=\"row\">a2</th><td class=\"n\">2</td><td class=\"n\"><a href="))
        #expect(ads.contains("ad=a2\" aria-label=\"1 lead of a2\">1</a></td>"))
        #expect(try !sue.get("/leads?client=acme&group=pumps&by=ad&q=A1").text.contains(">a2</th>"))
        // Days before today have none.
        #expect(
            try sue.get("/leads?client=acme&from=2020-01-01&to=2020-01-31").text.contains("No leads in this period."))
    }

    /// The day on which the clock goes back has an hour twice, that on which it goes forward one less.
    @Test(arguments: [
        ("2026-10-25", 25, ["2026-10-25 02:00 +02:00", "2026-10-25 02:00 +01:00"]), ("2026-03-29", 23, []),
    ])
    func `are told hour by hour of a few days, by the client's clock`(day: String, count: Int, twice: [String]) throws {
        let stage = try ConsoleStage(clients: #"berlin: { time_zone: "Europe/Berlin" }"#)
        let token = ("Authorization", "Bearer \(try stage.token("t"))")
        let figures = try stage.send("GET", "/api/figures?client=berlin&from=\(day)&to=\(day)", [token]).json
        let hours = (figures["hours"]?.array ?? []).compactMap { $0["local"]?.string }
        #expect(hours.count == count)
        #expect(hours.first == "\(day) 00:00" && hours.last == "\(day) 23:00")
        #expect(hours.filter { $0.contains("+") } == twice)
        let week = try stage.send("GET", "/api/figures?client=berlin&from=2026-10-19&to=2026-10-25", [token]).json
        #expect(week["hours"] == nil)
    }

    @Test func `are drawn by the hour of today, and told apart as one likes within a group`() throws {
        let stage = try Self.stage()
        let sue = try stage.browser("sue")
        let today = CountedDay(stage.service.relay.now, in: .utc).civil.date
        let page = try sue.get("/leads?client=acme&from=\(today)&to=\(today)&group=pumps").text
        for text in ["Leads an hour", "Hour by hour", "aria-current=\"true\">Today", "By ad set", "by=adset"] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(try sue.get("/leads?client=acme").text.contains("Leads a day"))
        // Narrowed down to an ad as well: its hours alone.
        let ad = try sue.get("/leads?client=acme&from=\(today)&to=\(today)&group=pumps&campaign=c1&adset=&ad=a1").text
        #expect(ad.contains("Leads an hour") && ad.contains("; at most 1, on"))
        let token = ("Authorization", "Bearer \(try stage.token("t"))")
        for (part, count) in [("campaign=c1", 2), ("campaign=c1&ad=a1", 1), ("ad=none", 0)] {
            let address = "/api/figures?client=acme&group=pumps&from=\(today)&to=\(today)&\(part)"
            let hours = try stage.send("GET", address, [token]).json["hours"]?.array ?? []
            let leads = hours.reduce(0) { $0 + ($1["figures"]?["leads"]?.integer ?? 0) }
            #expect(leads == count && hours.count == 24, "\(part)")
            let owed = hours.flatMap { $0["figures"]?["destinations"]?.array ?? [] }
            #expect(owed.contains { $0["name"] == "acme-meta" } == (count > 0), "\(part)")
        }
    }

    @Test func `are no business of other clients' viewers`() throws {
        let stage = try Self.stage()
        let vic = try stage.browser("vic")
        #expect(try vic.get("/leads").text.contains("Leads of acme"))
        #expect(try vic.get("/leads?client=globex").status == 404)
        #expect(try vic.get("/leads.csv?client=globex").status == 404)
        #expect(try vic.get("/leads?client=nobody").status == 404)
        #expect(try !vic.get("/leads").text.contains("globex"))
    }

    @Test func `can be taken along without becoming formulas`() throws {
        let stage = try Self.stage()
        let sue = try stage.browser("sue")
        let answer = try sue.get("/leads.csv?client=acme&sort=name")
        #expect(answer.field("content-type") == "text/csv; charset=utf-8")
        #expect(answer.field("content-disposition") == "attachment; filename=\"leads.csv\"")
        let lines = answer.text.split(separator: "\r\n").map(String.init)
        #expect(lines[0].hasPrefix("Group,Name,Received,Leads,Leads before,Duplicates,Quarantined,"))
        #expect(lines[0].contains("Cost,Cost per lead,Cost before,Cost per lead before,"))
        #expect(lines.contains { $0.hasPrefix("\"'=1+1\",,1,1,0,0,0,0,1,0,") })
        #expect(lines.contains { $0.hasPrefix("pumps,,4,2,0,1,1,0,2,0,") })
        #expect(CSV.line(["a,b", "\"", "-1", "x"]) == "\"a,b\",\"\"\"\",\"'-1\",x\r\n")
    }

    @Test func `show what came from outside as text`() throws {
        let stage = try Self.stage()
        let page = try stage.browser("sue").get("/leads?client=acme&group=%3D1%2B1&by=ad&q=%3C").text
        #expect(page.contains("&lt;b&gt;&amp;"))
        #expect(!page.contains("<b>&"))
    }

    @Test(arguments: [
        "from=2026-13-01", "from=yesterday", "to=2026-01-01&from=2026-02-01", "from=1990-01-01&to=2026-01-01", "by=ad",
        "by=nonsense&group=pumps", "campaign=c1",
    ])
    func `refuse what cannot be shown`(_ query: String) throws {
        #expect(try Self.stage().browser("sue").get("/leads?client=acme&\(query)").status == 400)
    }
}

@Suite struct `A table for spreadsheets` {
    static let cells: [(String, String)] = [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("=1+1", "\"'=1+1\""), ("-5", "\"'-5\""),
        ("x;=cmd|' /C calc'!A0", "\"x;'=cmd|' /C calc'!A0\""), ("x;y", "\"x;y\""), ("x\t=y", "\"x\t'=y\""),
        ("a\n@b", "\"a\n'@b\""), ("＝1", "\"'＝1\""), ("＋1", "\"'＋1\""), ("－1", "\"'－1\""), ("＠a", "\"'＠a\""),
        ("\u{FEFF}=1", "\"'\u{FEFF}=1\""), ("\u{A0}=1", "\"'\u{A0}=1\""), (" +1", "\"' +1\""),
        ("\u{200B}@a", "\"'\u{200B}@a\""),
        ("a=b", "a=b"), ("x; =y", "\"x;' =y\""), ("", ""), ("Grüße", "Grüße"),
    ]

    @Test(arguments: cells)
    func `has no formulas, wherever a spreadsheet splits it`(_ text: String, _ cell: String) {
        #expect(CSV.line([text]) == cell + "\r\n")
    }
}
