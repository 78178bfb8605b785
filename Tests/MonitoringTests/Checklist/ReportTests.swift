import Domain
import Monitoring
@testable import Store
import TestSupport
import Testing

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
    private static func alert(_ number: Int64, ended: Duration?, verdict: String? = nil) -> Alert {
        let finding = Finding(
            .missingLeads, .group(client: "acme", group: "pumps <b>"), .critical, began: .start,
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
        return alert
    }

    private var report: WeeklyReport {
        var leads = WeekCounts()
        leads.received = 812
        leads.savedByRetries = 40
        leads.savedByReplays = 3
        return WeeklyReport(
            title: "Acme & Sons", week: ReportWeek("2026-11-21", .utc)!, zone: .utc,
            alerts: [
                Self.alert(1, ended: .hours(2), verdict: "page_down"),
                Self.alert(2, ended: .hours(4), verdict: "form_changed"),
                Self.alert(3, ended: nil),
            ],
            causes: [
                AlertID(rawValue: 1): .pageDown, AlertID(rawValue: 2): .pageDown, AlertID(rawValue: 3): .tokenRevoked,
            ], leads: leads, open: ["A3 critical: 31 leads expected"])
    }

    @Test func `says in figures what the week was like`() {
        #expect(report.subject == "Acme & Sons: week 2026-W47, 3 alerts")
        for words in [
            "2026-11-16 to 2026-11-22", "Leads received", "812", "Delivered after a failure           40",
            "MTTA), median  6 min",
            "Leads that did not come, estimated  93", "1 of 2 (50 %)", "A1 critical", "still open",
            "1 × landing page down (the client's)", "1 × form changed or broken (the client's)",
            "1 × platform token expired or revoked (ours)", "Open\n  A3 critical",
        ] {
            #expect(report.text.contains(words), "\(words)\n\(report.text)")
        }
    }

    @Test func `writes HTML in which nothing is markup but its own`() {
        let html = report.html
        #expect(
            html.contains("Acme &amp; Sons") && html.contains("none came in &lt;pumps&gt;") && !html.contains("<pumps>")
        )
        #expect(html.hasPrefix("<!doctype html>") && html.hasSuffix("</html>\n"))
    }

    @Test func `says of a quiet week that it was quiet`() {
        let quiet = WeeklyReport(
            title: "Acme", week: ReportWeek("2026-W47", .utc)!, zone: .utc, alerts: [], causes: [:],
            leads: WeekCounts(), open: [])
        #expect(quiet.subject.hasSuffix("no alerts") && quiet.text.contains("Open\n  nothing"))
    }

    @Test func `becomes a post-mortem with the timeline, the cause and what to type`() {
        let alert = Self.alert(1, ended: .hours(2), verdict: "page_down")
        let story = AlertStory(
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
            "31 leads were expected, 0 came", "client, landing page down", "proved: landing page down. It answers 404.",
            "2026-11-21 08:55 UTC \\[deploy\\] page 4.2 \\| new",
            "2026-11-21 09:26 UTC acknowledged (eva): For 2 hours.",
            "    leadrelay replay --destination meta --from 2026-11-21T09:00:00Z --to 2026-11-21T11:00:00Z --outcome rejected",
            "All 5 deliveries are affected", "## Actions",
        ] {
            #expect(text.contains(words), "\(words)\n\(text)")
        }
    }
}
