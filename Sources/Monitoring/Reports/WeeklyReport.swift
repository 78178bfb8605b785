package import Domain
package import Store

/// What a client's team is told of its week: figures in, text and HTML out.
package struct WeeklyReport: Equatable, Sendable {
    package var title: String
    package var week: ReportWeek
    package var zone: TimeZoneRules
    package var figures: AlertFigures
    package var leads: WeekCounts
    package var alerts: [Line]
    /// What was found to be the cause, the most frequent first.
    package var causes: [Cause]
    /// Closed alerts whose cause was named by the checklist and confirmed by a person, of all closed ones.
    package var explained: ShareComparison.Share
    /// What waits for somebody, in plain words.
    package var open: [String]

    package struct Line: Equatable, Sendable {
        package var id: String
        package var severity: Severity
        package var began: Instant
        package var ended: Instant?
        package var sentence: String
        package init(_ alert: Alert) {
            id = "\(alert.id)"
            severity = alert.severity
            began = alert.finding.began
            ended = alert.resolution?.ended
            sentence = alert.finding.sentence
        }
    }

    package struct Cause: Equatable, Sendable {
        package var title: String
        package var owner: Owner
        package var count: Int
        package init(_ item: ChecklistItem, _ count: Int) {
            title = item.title
            owner = item.owner
            self.count = count
        }
    }

    /// More alerts than these are counted and not listed.
    private static let listed = 20

    /// `causes`: what the checklist named for each alert last.
    package init(
        title: String, week: ReportWeek, zone: TimeZoneRules, alerts: [Alert], causes: [AlertID: ChecklistItem],
        leads: WeekCounts, open: [String]
    ) {
        self.title = title
        self.week = week
        self.zone = zone
        self.leads = leads
        self.open = open
        let told = alerts.filter { $0.announced != nil }
        figures = AlertFigures(told)
        self.alerts = told.sorted { $0.id < $1.id }.map(Line.init)
        let closed = told.filter { !$0.isOpen }
        // What a person has said counts more than what the machine has found.
        let named = told.compactMap { alert in
            alert.verdict.flatMap { ChecklistItem(name: $0.cause) } ?? causes[alert.id]
        }
        let counts = Dictionary(grouping: named, by: { $0 }).mapValues(\.count)
        self.causes = counts.map { Cause($0.key, $0.value) }.sorted { ($1.count, $0.title) < ($0.count, $1.title) }
        explained = .init(
            closed.count { alert in
                guard let cause = causes[alert.id], let verdict = alert.verdict else { return false }
                return verdict.cause == cause.name
            }, of: closed.count)
    }

    package var subject: String { "\(title): week \(week.name(zone)), \(headline)" }

    private var headline: String {
        switch figures.opened {
        case 0: "no alerts"
        case 1: "1 alert"
        default: "\(figures.opened) alerts"
        }
    }

    private func day(_ moment: Instant) -> String { "\(zone.local(moment))" }
    private func span(_ line: Line) -> String {
        guard let ended = line.ended else { return "\(day(line.began)), still open" }
        return "\(day(line.began)), \((ended - line.began).plain)"
    }

    /// Name and value of each figure.
    private var table: [(String, String)] {
        func time(_ times: AlertFigures.Times) -> String {
            times.count == 0 ? "–" : "\(times.median.plain) (mean \(times.mean.plain))"
        }
        var rows = [
            ("Leads received", "\(leads.received)"), ("Delivered after a failure", "\(leads.savedByRetries)"),
            ("Delivered by sending again", "\(leads.savedByReplays)"), ("Alerts", "\(figures.opened)"),
            ("Time to notice, median", time(figures.detect)),
            ("Time to acknowledge (MTTA), median", time(figures.acknowledge)),
            ("Time to the end (MTTR), median", time(figures.resolve)),
        ]
        if figures.leadsLost >= 1 {
            rows.append(("Leads that did not come, estimated", "\(Int(figures.leadsLost.rounded()))"))
        }
        if explained.whole > 0 { rows.append(("Explained and confirmed", explained.words)) }
        return rows
    }

    package var text: String {
        let last = zone.local(week.range.upperBound - .seconds(1)).date
        var lines = [
            "\(title)", "\(week.name(zone)): \(zone.local(week.range.lowerBound).date) to \(last) (\(zone.name))", "",
        ]
        let width = table.map(\.0.count).max() ?? 0
        for (name, value) in table {
            lines.append(name + String(repeating: " ", count: width - name.count + 2) + value)
        }
        if !alerts.isEmpty {
            lines += ["", "Alerts"]
            for line in alerts.prefix(Self.listed) {
                lines.append("  \(line.id) \(line.severity.rawValue): \(line.sentence)")
                lines.append("      \(span(line))")
            }
            if alerts.count > Self.listed { lines.append("  and \(alerts.count - Self.listed) more") }
        }
        if !causes.isEmpty {
            lines += ["", "Causes"]
            for cause in causes { lines.append("  \(cause.count) × \(cause.title) (\(cause.owner.possessive))") }
        }
        lines += ["", "Open"]
        lines += open.isEmpty ? ["  nothing"] : open.map { "  " + $0 }
        return lines.joined(separator: "\n") + "\n"
    }

    package var html: String {
        func safe(_ text: String) -> String {
            var result = ""
            for character in text {
                switch character {
                case "&": result += "&amp;"
                case "<": result += "&lt;"
                case ">": result += "&gt;"
                case "\"": result += "&quot;"
                default: result.append(character)
                }
            }
            return result
        }
        let last = zone.local(week.range.upperBound - .seconds(1)).date
        let cell = #"style="padding:2px 16px 2px 0;text-align:left;vertical-align:top""#
        var page = "<!doctype html><html><head><meta charset=\"utf-8\"><title>\(safe(subject))</title></head>"
        page += #"<body style="font-family:sans-serif;max-width:44em;color:#222">"#
        page += "<h1 style=\"font-size:1.3em\">\(safe(title))</h1>"
        page +=
            "<p>\(week.name(zone)): \(zone.local(week.range.lowerBound).date) to \(last) (\(safe(zone.name)))</p><table>"
        for (name, value) in table { page += "<tr><td \(cell)>\(safe(name))</td><td \(cell)>\(safe(value))</td></tr>" }
        page += "</table>"
        if !alerts.isEmpty {
            page += "<h2 style=\"font-size:1.1em\">Alerts</h2><table>"
            for line in alerts.prefix(Self.listed) {
                page += "<tr><td \(cell)>\(safe(line.id))</td><td \(cell)>\(line.severity.rawValue)</td>"
                page += "<td \(cell)>\(safe(line.sentence))<br><small>\(safe(span(line)))</small></td></tr>"
            }
            page += "</table>"
            if alerts.count > Self.listed { page += "<p>and \(alerts.count - Self.listed) more</p>" }
        }
        if !causes.isEmpty {
            page += "<h2 style=\"font-size:1.1em\">Causes</h2><ul>"
            for cause in causes {
                page += "<li>\(cause.count) × \(safe(cause.title)) (\(safe(cause.owner.possessive)))</li>"
            }
            page += "</ul>"
        }
        page += "<h2 style=\"font-size:1.1em\">Open</h2>"
        page += open.isEmpty ? "<p>Nothing.</p>" : "<ul>" + open.map { "<li>\(safe($0))</li>" }.joined() + "</ul>"
        return page + "</body></html>\n"
    }
}
