import Curl
import Domain
import HTTP
import Monitoring
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import CommandLine
@testable import Console
@testable import leadrelay

/// The pages of alerts, over real sockets.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `The console's alerts` {
    private static let evil = #"<script>alert(1)</script>"'&"#

    /// A stage with an alert of each client, one about everything, and one that other tools told of.
    private static func stage() throws -> ConsoleStage {
        let stage = try ConsoleStage()
        // It would see that nothing of this is so, and end these alerts.
        stage.service.monitor.stop()
        let now = stage.service.relay.now
        let findings = [
            Finding(
                .missingLeads, .group(client: "acme", group: "heat/pumps"), .critical, began: now - .hours(5),
                sentence: "31 leads expected since 08:10, none came", evidence: [.init("odds", "once in 40,000")],
                expected: 31, observed: 0),
            Finding(
                .lowLeads, .client("globex"), .warning, began: now - .hours(9), sentence: "Globex gets fewer leads",
                expected: 80, observed: 20),
            Finding(.storage, .relay, .warning, began: now - .hours(1), sentence: "The disk is nearly full"),
            Finding(
                .external, .external("user tool/\(evil)"), .info, began: now - .hours(1), sentence: evil,
                evidence: [.init(evil, evil)], client: "acme"),
        ]
        _ = try stage.service.relay.ledger.alerts.observe(findings.map(Observation.problem))
        return stage
    }

    private static func number(of sentence: String, _ stage: ConsoleStage) throws -> String {
        try #require(stage.service.relay.ledger.alerts.open.first { $0.finding.sentence == sentence }).id.description
    }

    @Test func `are listed with the worst first, and narrowed down by the address`() throws {
        let stage = try Self.stage()
        let sue = try stage.browser("sue")
        let list = try sue.get("/alerts").text
        let missing = try #require(list.range(of: "31 leads expected"))
        let low = try #require(list.range(of: "Globex gets fewer"))
        #expect(missing.lowerBound < low.lowerBound)
        for text in ["about 31 leads", "about 60 leads", "unassigned", "/group?client=acme&amp;group=heat%2Fpumps"] {
            #expect(list.contains(text), "\(text)")
        }
        #expect(!list.contains("<script>alert"))
        let filtered = try sue.get("/alerts?client=globex").text
        #expect(filtered.contains("Globex gets fewer") && !filtered.contains("31 leads"))
        #expect(try !sue.get("/alerts?severity=critical").text.contains("Globex gets fewer"))
        #expect(try sue.get("/alerts?kind=storage").text.contains("The disk is nearly full"))
        #expect(try sue.get("/alerts?state=resolved").text.contains("No alerts match."))
        #expect(try sue.get("/alerts?state=nonsense").status == 400)
    }

    @Test func `are taken, explained, handed over, snoozed and resolved, and the story says so`() throws {
        let stage = try Self.stage()
        let sue = try stage.browser("sue")
        let id = try Self.number(of: "31 leads expected since 08:10, none came", stage)
        let page = "/alerts/\(id)"
        let first = try sue.get(page).text
        for text in [
            "Acknowledge", "once in 40,000", "Expected and received", "The checklist has not been run", "Opened",
        ] {
            #expect(first.contains(text), "\(text)")
        }
        #expect(try sue.post("\(page)/acknowledge").field("location") == "\(page)?done=acknowledged")
        #expect(try sue.post("\(page)/note", [("text", "called them \(Self.evil)")]).status == 303)
        #expect(try sue.post("\(page)/owner", [("owner", "maria"), ("team", "support")]).status == 303)
        #expect(try sue.post("\(page)/snooze", [("for", "1h")]).status == 303)
        #expect(
            try sue.post("\(page)/verdict", [("side", "client"), ("cause", "page_down"), ("reason", "404")]).status
                == 303)
        let then = try sue.get("\(page)?done=judged").text
        for text in [
            "Saved. The checklist will learn from it.", "maria", "support", "called them &lt;script&gt;",
            "s side", "Cause recorded", "Snoozed", "Reassigned",
        ] {
            #expect(then.contains(text), "\(text)")
        }
        #expect(!then.contains("<script>alert"))
        // What makes no sense is said on the page, which still shows the alert.
        for (verb, fields) in [
            ("verdict", [("side", "moon")]), ("snooze", [("for", "soon")]),
            ("note", [("text", "")]),
        ] {
            let answer = try sue.post("\(page)/\(verb)", fields)
            #expect(answer.status == 400, "\(verb)")
            #expect(answer.text.contains("notice bad") && answer.text.contains("31 leads expected"), "\(verb)")
        }
        #expect(try sue.post("\(page)/resolve", [("reason", "the page is back")]).status == 303)
        let over = try sue.get(page).text
        #expect(over.contains("the page is back") && over.contains("Responsible"))
        #expect(!over.contains(">Acknowledge<"))
        #expect(try sue.post("\(page)/acknowledge").status == 409)
        let history = try sue.get("/alerts/history").text
        for text in ["s side", id, "100 %"] { #expect(history.contains(text), "\(text)") }
        #expect(try !sue.get("/alerts").text.contains("31 leads expected"))
        #expect(try sue.get("/alerts/A999").status == 404)
    }

    @Test func `about missing leads can be the new normal, others cannot`() throws {
        let stage = try Self.stage()
        let sue = try stage.browser("sue")
        let missing = "/alerts/\(try Self.number(of: "31 leads expected since 08:10, none came", stage))"
        let disk = "/alerts/\(try Self.number(of: "The disk is nearly full", stage))"
        #expect(try sue.get(missing).text.contains("value=\"new_normal\""))
        #expect(try !sue.get(disk).text.contains("value=\"new_normal\""))
        let refused = try sue.post("\(disk)/verdict", [("side", "new_normal")])
        #expect(refused.status == 400 && refused.text.contains("notice bad"))
        #expect(try sue.get(disk).text.contains("Acknowledge"))
        #expect(
            try sue.post("\(missing)/verdict", [("side", "new_normal"), ("reason", "half the budget")]).status == 303)
        let over = try sue.get(missing).text
        #expect(over.contains("half the budget") && !over.contains(">Acknowledge<"))
    }

    @Test func `have their causes looked for, and a post-mortem and their leads to take along`() throws {
        let stage = try Self.stage()
        let sue = try stage.browser("sue")
        let id = try Self.number(of: "Globex gets fewer leads", stage)
        try sue.get("/alerts/\(id)")
        #expect(try sue.post("/alerts/\(id)/examine").status == 303)
        let page = try sue.get("/alerts/\(id)").text
        #expect(page.contains("items that are excluded or not known") && page.contains("Next, for "))
        #expect(try sue.get("/alerts/\(id)/postmortem").text.contains("Globex gets fewer leads"))
        let file = try sue.get("/alerts/\(id)/postmortem.md")
        #expect(file.field("content-disposition") == "attachment; filename=\"\(id).md\"")
        #expect(file.text.hasPrefix("#"))
        #expect(try sue.get("/alerts/\(id)/affected").text.contains("No lead was affected."))
        #expect(try sue.post("/alerts/\(id)/replay").text.contains("would be sent again"))
        #expect(try sue.post("/alerts/\(id)/replay", [("run", "1")]).status == 400)
    }

    @Test func `are shown to a viewer for its clients only, without a button`() throws {
        let stage = try Self.stage()
        let vic = try stage.browser("vic")
        let mine = try Self.number(of: "31 leads expected since 08:10, none came", stage)
        let theirs = try Self.number(of: "Globex gets fewer leads", stage)
        let ours = try Self.number(of: "The disk is nearly full", stage)
        let list = try vic.get("/alerts").text
        #expect(list.contains("31 leads expected"))
        #expect(!list.contains("Globex") && !list.contains("disk"))
        #expect(try !vic.get("/alerts?client=globex").text.contains("Globex gets"))
        let page = try vic.get("/alerts/\(mine)").text
        #expect(page.contains("31 leads expected") && page.contains("Expected and received"))
        for text in ["Acknowledge", "Resolve</summary>", "Look for causes", "Add a note"] {
            #expect(!page.contains(text), "\(text)")
        }
        // What the team says to each other, and whose fault it finds, is not for a client.
        let sue = try stage.browser("sue")
        try sue.get("/alerts/\(mine)")
        #expect(try sue.post("/alerts/\(mine)/owner", [("owner", "sue-the-owner"), ("team", "night")]).status == 303)
        #expect(try sue.post("/alerts/\(mine)/note", [("text", "their-page-is-broken-again")]).status == 303)
        let writer = ("Authorization", "Bearer \(try stage.token("wendy-writes"))")
        for (body, status) in [
            (#"{"text":"We are repairing the form.","visible_to":"client"}"#, 200),
            (#"{"text":"said-among-us","visible_to":"team"}"#, 200), (#"{"text":"x","visible_to":"everybody"}"#, 400),
        ] {
            #expect(try stage.send("POST", "/api/alerts/\(mine)/note", [writer], body).status == status, "\(body)")
        }
        let verdict = [("side", "client"), ("reason", "their-fault")]
        #expect(try sue.post("/alerts/\(mine)/verdict", verdict).status == 303)
        #expect(try sue.post("/alerts/\(mine)/acknowledge").status == 303)
        let inside = try sue.get("/alerts/\(mine)").text
        let seen = try vic.get("/alerts/\(mine)").text
        let internals = [
            "sue-the-owner", "their-page-is-broken-again", "their-fault", "once in 40,000", "Responsible", "<dt>Owner",
            "Causes", "said-among-us", "wendy-writes",
            "No notifications sent yet",
        ]
        for text in internals {
            #expect(inside.contains(text) || text == "Causes" || text == "No notifications sent yet", "\(text)")
            #expect(!seen.contains(text), "\(text)")
        }
        #expect(seen.contains("<dd>yes</dd>") && !seen.contains("by sue"))
        #expect(inside.contains("We are repairing the form.") && seen.contains("We are repairing the form."))
        let viewer = ("Authorization", "Bearer \(try stage.token("viv", [.readAlerts], clients: ["acme"]))")
        for path in ["", "/checklist"] {
            let told = try stage.send("GET", "/api/alerts/\(mine)\(path)", [viewer]).text
            for text in internals + ["user sue"] { #expect(!told.contains(text), "\(path) \(text)") }
            #expect(told.contains("We are repairing the form.") == path.isEmpty)
        }
        let none = try vic.get("/alerts/A999")
        for id in [theirs, ours] {
            #expect(try vic.get("/alerts/\(id)").text == none.text)
            #expect(try vic.get("/alerts/\(id)/affected").status == 403)
        }
        #expect(try vic.get("/group?client=acme&group=heat%2Fpumps").status == 200)
        #expect(try vic.get("/group?client=globex&group=x").status == 404)
        #expect(try !vic.get("/alerts/history").text.contains("globex"))
        let tom = ("Authorization", "Bearer \(try stage.token("tom", clients: ["acme"]))")
        for verb in ["acknowledge", "resolve", "note"] {
            #expect(try stage.send("POST", "/api/alerts/\(theirs)/\(verb)", [tom], #"{"text":"x"}"#).status == 404)
        }
        #expect(try stage.send("GET", "/api/volume", [tom]).status == 403)
        #expect(try stage.send("GET", "/api/alerts", [tom]).json["alerts"]?.array?.count == 2)
        let figures = try stage.send("GET", "/api/alerts/figures?client=globex", [tom]).json
        #expect(figures["opened"]?.integer == 0)
    }

    @Test func `have a calendar and silences, which keep what was typed when it cannot be taken`() throws {
        let stage = try Self.stage()
        let sue = try stage.browser("sue")
        try sue.get("/alerts/calendar")
        let event = [
            ("name", "Black Friday"), ("scope", "client:acme"), ("start", "2099-11-27"), ("end", "2099-11-27"),
            ("zone", "Europe/Berlin"), ("multiplier", "3"), ("note", Self.evil),
        ]
        for (index, bad) in [(1, "client:nobody"), (2, "soon"), (4, "Europe/Nowhere"), (5, "much")] {
            var fields = event
            fields[index].1 = bad
            let answer = try sue.post("/alerts/calendar", fields)
            #expect(answer.status == 400, "\(bad)")
            #expect(answer.text.contains("value=\"\(bad)\"") && answer.text.contains("value=\"Black Friday\""))
        }
        #expect(try sue.post("/alerts/calendar", event).status == 303)
        let calendar = try sue.get("/alerts/calendar").text
        for text in ["Black Friday", "2099-11-27 00:00", "2099-11-28 00:00", "× 3"] {
            #expect(calendar.contains(text), "\(text)")
        }
        #expect(!calendar.contains("<script>alert"))
        let remove = try #require(calendar.range(of: "/alerts/calendar/"))
        #expect(try sue.post(String(calendar[remove.lowerBound...].prefix { $0 != "\"" })).status == 303)
        #expect(try sue.get("/alerts/calendar").text.contains("The calendar is empty."))

        let silence = [("scope", "client:globex"), ("kind", "low_leads"), ("for", "2h"), ("reason", "they rebuild")]
        #expect(try sue.post("/alerts/silences", silence.dropLast() + [("reason", "")]).status == 400)
        #expect(try sue.post("/alerts/silences", silence).status == 303)
        #expect(try sue.get("/alerts/silences").text.contains("they rebuild"))
        #expect(try !stage.browser("vic").get("/alerts/silences").text.contains("they rebuild"))
        #expect(try sue.post("/alerts/silences/S1/end").status == 303)
        #expect(try sue.get("/alerts/silences").text.contains("No active silences."))
    }

    @Test func `are counted on the first page and in the status, of the clients that one may see`() throws {
        let stage = try Self.stage()
        #expect(try stage.browser("sue").get("/").text.contains("Open alerts: 1 critical, 2 warning, 1 info"))
        #expect(try stage.browser("vic").get("/").text.contains("Open alerts: 1 critical, 1 info"))
        let status = stage.command("status").output
        #expect(status.contains("monitor: ") && status.contains("open alerts: 1 critical, 2 warning, 1 info"))
    }

    @Test func `draws what came against what was expected`() {
        let hours = (0..<6).map { hour -> JSON in
            [
                "start": .string("2026-11-24T0\(hour):00:00Z"), "local": .string("2026-11-24 0\(hour + 1):00"),
                "observed": JSON(hour < 3 ? 4 : 0), "expected": hour == 0 ? .null : .number("3.5"),
            ]
        }
        let volume: VolumeDocument = filled(["time_zone": "Europe/Berlin", "hours": .array(hours)])
        let from = Instant(rfc3339: "2026-11-24T03:00:00Z")!
        let html = VolumeChart.html(volume, marked: (from, nil)).description
        #expect(html.contains(#"<rect class="span" x="30" y="0" width="30" height="120"/>"#))
        // The first hour has nothing that was expected: the line begins with the second.
        #expect(html.contains(#"d="M10 15.0H20L20 15.0H30"#))
        #expect(html.contains("12 leads came, about 18 were to be expected"))
        #expect(html.contains("2026-11-24 01:00: 4 received<"))
        #expect(html.contains("2026-11-24 05:00: 0 received, 3.5 expected"))
    }
}
