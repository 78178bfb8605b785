import Domain
import TestSupport
import Testing

@testable import Monitoring
@testable import Store

@Suite struct `A week for a report` {
    @Test(arguments: [
        ("2026-W47", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"),
        ("2026-11-18", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"),
        ("2026-W01", "2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z"),
        ("2026-W53", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z"),
    ])
    func `is read by its number or a day in it`(text: String, begins: String, ends: String) throws {
        let week = try #require(ReportWeek(text, .utc))
        #expect(week.range == Instant(rfc3339: begins)!..<Instant(rfc3339: ends)!)
        #expect(week.due == Instant(rfc3339: ends)! + .hours(7))
        if text.contains("W") { #expect(week.name(.utc) == text) }
    }

    @Test(arguments: ["2026-W00", "2026-W54", "W47", "yesterday", "2026-13-01", ""])
    func `is nothing else`(text: String) { #expect(ReportWeek(text, .utc) == nil) }

    @Test func `is due on Monday at seven and not before`() throws {
        let monday = Instant(rfc3339: "2026-11-23T06:59:00Z")!
        #expect(ReportWeek.due(at: monday, .utc).name(.utc) == "2026-W46")
        #expect(ReportWeek.due(at: monday + .minutes(1), .utc).name(.utc) == "2026-W47")
        #expect(ReportWeek.last(before: monday, .utc).name(.utc) == "2026-W47")
    }
}

@Suite struct `A weekly report` {
    private static func alert(
        _ number: Int64, ended: Duration?, verdict: String? = nil, client: String = "acme",
        _ change: (inout Alert) -> Void = { _ in }
    ) -> Alert {
        let finding = Finding(
            .missingLeads, .group(client: client, group: "pumps <b>"), .critical, began: .start,
            sentence: "31 leads expected, none came in <pumps>.", expected: 31, observed: 0)
        var alert = Alert(AlertID(rawValue: number), finding, opened: .start + .minutes(20))
        alert.announced = alert.opened
        alert.told = alert.opened
        alert.firstAcknowledged = alert.opened + .minutes(6)
        if let ended {
            alert.resolution = .init(
                ended: .start + ended, at: .start + ended + .minutes(10), how: .evidence, reason: "Leads again.")
        }
        if let verdict { alert.verdict = .init(.client, cause: verdict, by: "eva", at: .start + .hours(3)) }
        change(&alert)
        return alert
    }

    private static func external(_ number: Int64, _ name: String, client: String, team: String)
        -> Alert
    {
        var alert = Alert(
            AlertID(rawValue: number),
            Finding(
                .external, .external(name), .warning, began: .start, sentence: "The disk is full.",
                client: client),
            opened: .start)
        alert.announced = .start
        alert.team = team
        return alert
    }

    private static func diagnosis(_ item: ChecklistItem, _ certainty: Assessment.Certainty)
        -> Diagnosis
    {
        Diagnosis(
            at: .start, assessments: [Assessment(item, certainty, "It answers 404.")],
            next: .init(.client, "Bring it back."), mayNameClient: true)
    }

    private static let week = ReportWeek("2026-11-21", .utc)!

    private static var material: WeeklyReport.Material {
        var material = WeeklyReport.Material()
        material.leads.now.savedByRetries = 40
        material.leads.now.savedByReplays = 3
        material.rows = [
            ReportRow(
                "pumps", leads: .init(700, before: 500),
                cost: .init(["EUR": 14_000_000_000], before: ["EUR": 5_000_000_000])),
            ReportRow("solar", leads: .init(112, before: 200)),
        ]
        material.campaigns = [
            ReportRow(
                "Brand (2145)", leads: .init(600, before: 0),
                cost: .init(["EUR": 9_990_000, "USD": 5_000_000], before: [:]))
        ]
        var deliveries = LeadFigures.Deliveries()
        deliveries.owed = 812
        deliveries.delivered = 800
        deliveries.rejected = 7
        material.destinations = [ReportDestination("meta-acme", platform: "meta_ads", deliveries)]
        material.alerts = Compared(
            [
                alert(1, ended: .hours(2), verdict: "page_down"),
                alert(2, ended: .hours(4), verdict: "form_changed"),
                alert(3, ended: nil), alert(4, ended: .hours(1)), alert(5, ended: .hours(1)),
                alert(6, ended: .hours(1)) { $0.verdict = .init(.planned, by: "eva", at: .start) },
                external(7, "token grafana/disk-7", client: "acme", team: "platform"),
                alert(8, ended: .hours(1)) {
                    $0.announced = nil
                    $0.firstAcknowledged = nil
                },
                alert(9, ended: .hours(1), client: "beta"),
            ], before: [alert(10, ended: .hours(10)) { $0.firstAcknowledged = $0.opened + .hours(1) }])
        material.diagnoses = [
            AlertID(rawValue: 1): diagnosis(.tokenRevoked, .proved),
            AlertID(rawValue: 3): diagnosis(.keyChanged, .likely),
            AlertID(rawValue: 4): diagnosis(.tagRemoved, .proved),
        ]
        material.open = ["A3 critical: 31 leads expected"]
        material.titles = ["acme": "Acme & Sons", "beta": "Beta Roofing"]
        return material
    }

    private func report(
        _ audience: WeeklyReport.Audience = .team, _ material: WeeklyReport.Material = material
    ) -> WeeklyReport {
        WeeklyReport(
            .client(name: "acme", title: "Acme & Sons"), week: Self.week, zone: .utc, audience: audience,
            material)
    }

    private var everybody: WeeklyReport {
        WeeklyReport(.everybody, week: Self.week, zone: .utc, Self.material)
    }

    private func expect(_ text: String, says words: [String], not others: [String] = []) {
        for words in words { #expect(text.contains(words), "\(words)\n\(text)") }
        for words in others { #expect(!text.contains(words), "\(words)\n\(text)") }
    }

    @Test func `says of whom and when, what came and what it cost, beside the week before`() {
        #expect(report().subjectLine == "Acme & Sons: week 2026-W47, 812 leads, 7 alerts")
        expect(
            report().text,
            says: [
                "2026-11-16 to 2026-11-22 (UTC), beside the week before.",
                "         leads  week before  change           cost  cost per lead  week before",
                "  all      812          700   +16 %  14,000.00 EUR      17.24 EUR     7.14 EUR",
                "  pumps    700          500   +40 %  14,000.00 EUR      20.00 EUR    10.00 EUR",
                "  solar    112          200   −44 %              –              –            –",
                "Brand (2145)    600            0       –  9.99 EUR + 5.00 USD  0.02 EUR + 0.01 USD",
            ])
    }

    @Test func `names each alert's matter and client, and never a guess as its cause`() {
        expect(
            report().text,
            says: [
                "A1 critical: No leads: pumps <b> (Acme & Sons). 31 leads expected, none came in <pumps>.",
                "Cause, confirmed by a person: landing page down (the client's).",
                "Since 09:00 UTC, still open.", "The cause is not known.",
                "Cause, proved by the checklist and not yet confirmed by anybody: tag or webhook removed",
                "As a person judged it: planned.", "Owner: nobody.",
                "1 × landing page down (the client's): confirmed by a person",
                "1 × form changed or broken (the client's): confirmed by a person",
                "1 × tag or webhook removed", "proved by the checklist, not yet confirmed",
                "1 × planned: said by a person", "3 × unknown: no cause recorded",
                "1 more was part of a wider alert",
            ], not: [ChecklistItem.keyChanged.title, ChecklistItem.tokenRevoked.title])
    }

    @Test func `says how fast the team was, by tool and by team`() {
        expect(
            report().text,
            says: [
                "From the alert until somebody took it (MTTA)", "6 min   6 min                   60 min",
                "From the beginning to the end (MTTR)",
                "Deliveries that failed at first and arrived                      40            0",
                "Alerts by tool (internal)", "LeadRelay       6         6", "grafana         1         0",
                "Alerts by team (internal)", "platform       1         0", "no team        6         6",
                "meta-acme  meta_ads        800        7", "Open now (internal)\n  A3 critical",
            ])
    }

    @Test func `is for the team unless it is said to be for the client`() {
        expect(report().text, says: ["What is marked as internal is not for the client"])
        let clients = report(.client)
        #expect(clients.subjectLine.hasSuffix("812 leads, 6 alerts"))
        expect(
            clients.text,
            says: [
                "It shows Acme & Sons only, and is meant for Acme & Sons.", "A1 critical", "A6 critical",
            ],
            not: ["internal", "MTTA", "tool", "grafana", "A7", "meta-acme", "Open now", "eva", "Owner"])
        expect(
            everybody.text,
            says: [
                "Internal: it shows all clients side by side, and is to be shown to none of them.",
                "Alerts by client",
                "Beta Roofing", "A9 critical: No leads: pumps <b> (Beta Roofing).",
            ])
    }

    /// Whatever it is given: nothing of another client stands in a client's report.
    @Test func `shows a client nothing of another`() {
        for audience in WeeklyReport.Audience.allCases {
            let text = report(audience).text + report(audience).html
            #expect(!text.contains("A9") && !text.contains("Beta") && !text.contains("beta"))
        }
    }

    @Test func `writes HTML in which nothing is markup but its own`() {
        let html = report().html
        #expect(
            html.contains("Acme &amp; Sons") && html.contains("none came in &lt;pumps&gt;") && !html.contains("<pumps>")
        )
        #expect(html.hasPrefix("<!DOCTYPE html>") && html.hasSuffix("</html>\n"))
    }

    @Test func `says of a quiet week that it was quiet, and that costs are not known`() {
        let quiet = WeeklyReport(
            .client(name: "acme", title: "Acme"), week: ReportWeek("2026-W47", .utc)!, zone: .utc, .init()
        )
        #expect(quiet.subjectLine == "Acme: week 2026-W47, 0 leads, no alerts")
        expect(
            quiet.text,
            says: ["Alerts\n  None.", "has not been uploaded", "Open now (internal)\n  Nothing."],
            not: ["Causes"])
    }

    /// What a person has found and judged is in it, also where a wider alert covered it by then.
    @Test func `counts what people know of`() {
        var material = Self.material
        material.alerts.now = [
            Self.alert(1, ended: .hours(2), verdict: "page_down") {
                $0.announced = nil
                $0.told = nil
            }
        ]
        #expect(report(.team, material).subjectLine.hasSuffix("1 alert"))
    }

    @Test(arguments: [
        (["EUR": 1_234_567_890_000], "1,234,567.89 EUR"), (["EUR": 5000], "0.01 EUR"),
        (["EUR": -1_500_000], "−1.50 EUR"),
        ([:], "–"), (["EUR": 0], "0.00 EUR"),
        (["USD": 1_000_000, "CHF": 2_000_000], "2.00 CHF + 1.00 USD"),
    ])
    func `writes money for people`(_ money: Money, _ words: String) {
        #expect(ReportWords.money(money) == words)
    }

    /// A lane that stands still has leads in it that came before its alert began.
    @Test func `counts what waits at a stopped destination, whenever it came`() {
        var investigation = Investigation(
            range: .start..<Instant.start + .hours(2), now: .start + .hours(3), destination: "meta", received: 0)
        investigation.queue = .init(count: 40, expires: .start + .days(6))
        investigation.stopped = ["meta"]
        let answers = Dictionary(uniqueKeysWithValues: investigation.answers.map { ($0.question, $0.answer) })
        #expect(answers["Were all hit?"]?.contains("40 deliveries in all wait there now") == true)
        let repair = answers["What can be repaired?"] ?? ""
        #expect(repair.contains("40 wait until meta is resumed; the first is given up"))
        #expect(!repair.contains("by themselves"))
    }

    @Test func `becomes a post-mortem with the timeline, the cause and what to type`() {
        let alert = Self.alert(1, ended: .hours(2), verdict: "page_down")
        let story = AlertHistory(
            alert: alert,
            events: [
                AlertEvent(.opened, alert.id, at: alert.opened, "31 leads expected, none came."),
                AlertEvent(.acknowledged, alert.id, at: alert.opened + .minutes(6), by: "eva", "For 2 hours."),
            ], markers: [Marker(at: .start - .minutes(5), .deploy, "page 4.2 | new")], reached: [], notices: [])
        let diagnosis = Diagnosis(
            at: .start, assessments: [Assessment(.pageDown, .proved, "It answers 404.")],
            next: .init(.client, "Bring it back."),
            mayNameClient: true)
        let investigation = Investigation(
            range: .start..<Instant.start + .hours(2), now: .start + .hours(3), received: 5,
            rows: [
                .init(
                    client: "acme", group: "pumps", destination: "meta", state: "rejected", code: "100", count: 5,
                    replayable: 4,
                    replayableUntil: .start + .days(6))
            ])
        let text = PostMortem.markdown(story, [diagnosis], investigation)
        for words in [
            "# A1: 31 leads expected, none came in \\<pumps\\>.",
            "| acknowledged | 2026-11-21 09:26 UTC, after 6 min |",
            "31 leads were expected, 0 received", "client, landing page down",
            "proved: landing page down. It answers 404.",
            "2026-11-21 08:55 UTC \\[deploy\\] page 4.2 \\| new",
            "2026-11-21 09:26 UTC acknowledged (eva): For 2 hours.",
            "    leadrelay replay --destination meta --from 2026-11-21T09:00:00Z --to 2026-11-21T11:00:00Z --outcome rejected",
            "All 5 deliveries are affected", "## Actions",
        ] {
            #expect(text.contains(words), "\(words)\n\(text)")
        }
    }
}
