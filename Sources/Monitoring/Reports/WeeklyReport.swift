package import Domain
package import Store

/// What a team is told of its week, or a client of its own: figures in, text and HTML out.
///
/// It says of whom it is and to whom it may be shown. What is about the work behind (who was how fast, which tool and
/// team, what the destinations did, what waits) is marked as internal, and is left out of a report for the client. A
/// client's report knows nothing of other clients, whatever it is given.
package struct WeeklyReport: Equatable, Sendable {
    /// Of whom.
    package enum Subject: Equatable, Sendable {
        case everybody
        /// `name` as in the configuration, `title` for people.
        case client(name: String, title: String)
    }

    /// For whom it is written.
    package enum Audience: String, CaseIterable, Sendable {
        case team
        /// Without what is internal.
        case client
    }

    /// Everything that a report is made of.
    package struct Material: Sendable {
        /// Of the week and the week before; of the client if it is about one.
        package var alerts = Compared<[Alert]>([], before: [])
        /// There were more alerts than these, the newest.
        package var isCut = false
        package var diagnoses: [AlertID: Diagnosis] = [:]
        package var leads = Compared(WeekCounts(), before: WeekCounts())
        /// Clients, or a client's groups.
        package var rows: [ReportRow] = []
        package var campaigns: [ReportRow] = []
        package var destinations: [ReportDestination] = []
        /// What waits for somebody, in plain words.
        package var open: [String] = []
        /// What people call the client of a name, and whose a destination or source is.
        package var titles: [String: String] = [:]
        package init() {}
    }

    package let subject: Subject
    package let week: ReportWeek
    package let zone: TimeZoneRules
    package let audience: Audience
    private let material: Material
    /// Those that people know of.
    private let alerts: [Alert]
    private let figures: Compared<AlertFigures>
    private let causes: ReportCauses
    /// Part of wider alerts, so that nobody was told of them.
    private let covered: Int

    /// More than these are counted and not listed.
    private static let listed = 20

    package init(
        _ subject: Subject, week: ReportWeek, zone: TimeZoneRules, audience: Audience = .team,
        _ material: Material
    ) {
        self.subject = subject
        self.week = week
        self.zone = zone
        self.audience = audience
        self.material = material
        func own(_ alerts: [Alert]) -> [Alert] {
            guard case .client(let name, _) = subject else { return alerts }
            return alerts.filter { $0.finding.client == name }
        }
        let now = own(material.alerts.now)
        alerts = now.filter(\.isKnown).sorted { $0.id < $1.id }
        covered = now.count { !$0.isKnown && $0.severity > .info }
        figures = Compared(AlertFigures(now), before: AlertFigures(own(material.alerts.before)))
        causes = ReportCauses(alerts, material.diagnoses)
    }

    package static func == (left: WeeklyReport, right: WeeklyReport) -> Bool {
        left.subjectLine == right.subjectLine && left.text == right.text
    }

    // MARK: What it says

    package var title: String {
        switch subject {
        case .everybody: "All clients"
        case .client(_, let title): title
        }
    }

    /// The line above the message.
    package var subjectLine: String {
        let count = shownAlerts.count
        let leads = ReportRow.total(material.rows).leads.now
        let words = count == 0 ? "no alerts" : count == 1 ? "1 alert" : "\(count) alerts"
        return "\(title): week \(week.name(zone)), \(leads) \(leads == 1 ? "lead" : "leads"), \(words)"
    }

    package var text: String { document.text }
    package var html: String { document.html }

    /// To whom it may be shown.
    private var permission: String {
        switch (subject, audience) {
        case (.everybody, _):
            "Internal: it shows all clients side by side, and is to be shown to none of them."
        case (.client, .team):
            """
            It shows \(title) only. What is marked as internal is not for the client; leadrelay report --for \
            client leaves it out.
            """
        case (.client, .client): "It shows \(title) only, and is meant for \(title)."
        }
    }

    private var document: ReportDocument {
        let last = zone.local(week.range.upperBound - .seconds(1)).date
        var document = ReportDocument(
            title: "\(title): week \(week.name(zone))",
            introduction: [
                "\(zone.local(week.range.lowerBound).date) to \(last) (\(zone.name)), beside the week before.",
                permission,
            ])
        addLeads(&document)
        addAlerts(&document)
        addCauses(&document)
        if audience == .team { addWork(&document) }
        return document
    }

    /// A client's own report shows what its leads and pages are about; how they were forwarded is our work.
    private var shownAlerts: [Alert] {
        audience == .team ? alerts : alerts.filter { $0.finding.isAboutClient }
    }

    private func addLeads(_ document: inout ReportDocument) {
        document.pieces.append(.heading("Leads and cost"))
        let total = ReportRow.total(material.rows)
        let rows = [total] + ReportRow.listed(material.rows, most: Self.listed)
        document.pieces.append(
            .table(heads: ReportRow.heads, rows: rows.map(\.cells), numbers: ReportRow.numbers))
        if total.cost.now.isEmpty {
            document.pieces.append(.paragraph("What the ads cost in this week has not been uploaded."))
        }
        guard !material.campaigns.isEmpty else { return }
        document.pieces.append(.heading("Campaigns"))
        let campaigns = ReportRow.listed(material.campaigns, most: Self.listed)
        document.pieces.append(
            .table(heads: ReportRow.heads, rows: campaigns.map(\.cells), numbers: ReportRow.numbers))
    }

    private func addAlerts(_ document: inout ReportDocument) {
        document.pieces.append(.heading("Alerts"))
        let shown = shownAlerts
        if shown.isEmpty { document.pieces.append(.paragraph("None.")) }
        var lines = shown.prefix(Self.listed).map(line)
        if shown.count > Self.listed { lines.append("and \(shown.count - Self.listed) more") }
        if !lines.isEmpty { document.pieces.append(.lines(lines)) }
        if material.isCut {
            document.pieces.append(
                .paragraph("There were more alerts than this report takes: only the newest are in its figures."))
        }
        if covered > 0, audience == .team {
            document.pieces.append(
                .paragraph(
                    covered == 1
                        ? "1 more was part of a wider alert and caused no notification of its own."
                        : "\(covered) more were part of wider alerts and caused no notifications of their own."
                ))
        }
    }

    /// Of whom, of what, when, and why as far as it is known.
    private func line(_ alert: Alert) -> String {
        let words = NotificationContent(alert, [], surroundings(alert))
        var lines = [
            """
            \(alert.id) \(words.severityWord.lowercased()): \(NotificationContent.sentence(words.subject)) \
            \(NotificationContent.sentence(alert.finding.sentence))
            """,
            words.span.capitalizedFirst + (alert.isOpen ? ", still open." : "."),
            KnownCause(alert, material.diagnoses[alert.id]).words,
        ]
        if audience == .team, alert.isOpen {
            lines.append("Owner: \(alert.owner.isEmpty ? "nobody" : alert.owner).")
        }
        return lines.joined(separator: "\n")
    }

    private func surroundings(_ alert: Alert) -> NotificationContent.Surroundings {
        var surroundings = NotificationContent.Surroundings()
        surroundings.zone = zone
        surroundings.client = material.titles[alert.finding.client] ?? ""
        return surroundings
    }

    private func addCauses(_ document: inout ReportDocument) {
        let causes = audience == .team ? causes : ReportCauses(shownAlerts, material.diagnoses)
        if causes.isEmpty { return }
        document.pieces += [.heading("Causes"), .lines(causes.lines)]
    }

    // MARK: Internal

    private func addWork(_ document: inout ReportDocument) {
        func heading(_ text: String) -> ReportDocument.Piece {
            .heading(subject == .everybody ? text : "\(text) (internal)")
        }
        document.pieces.append(heading("How fast"))
        document.pieces.append(
            .table(
                heads: ["", "mean", "median", "mean of the week before"],
                rows: times.map { name, times in
                    [
                        name, ReportWords.mean(figures.now[keyPath: times]),
                        ReportWords.median(figures.now[keyPath: times]),
                        ReportWords.mean(figures.before[keyPath: times]),
                    ]
                }, numbers: [1, 2, 3]))
        var counts = [
            ["Alerts", "\(figures.now.opened)", "\(figures.before.opened)"],
            ["Leads lost (estimate)"]
                + [figures.now, figures.before].map { "\(Int($0.leadsLost.rounded()))" },
            ["Deliveries that failed at first and arrived"]
                + [material.leads.now, material.leads.before].map { "\($0.savedByRetries)" },
            ["Deliveries that arrived because somebody sent them again"]
                + [material.leads.now, material.leads.before].map { "\($0.savedByReplays)" },
        ]
        counts.insert(["", "this week", "week before"], at: 0)
        document.pieces.append(
            .table(heads: counts[0], rows: Array(counts.dropFirst()), numbers: [1, 2]))
        if !alerts.isEmpty {
            for (name, key) in tallies {
                document.pieces.append(heading("Alerts by \(name)"))
                document.pieces.append(
                    .table(
                        heads: ["", "alerts", "critical", "MTTA", "MTTR"], rows: tally(key),
                        numbers: [1, 2, 3, 4]))
            }
        }
        if !material.destinations.isEmpty {
            document.pieces.append(heading("Destinations"))
            document.pieces.append(
                .table(
                    heads: ReportDestination.heads, rows: material.destinations.map(\.cells),
                    numbers: ReportDestination.numbers))
        }
        document.pieces.append(heading("Open now"))
        document.pieces.append(material.open.isEmpty ? .paragraph("Nothing.") : .lines(material.open))
    }

    private var times: [(String, KeyPath<AlertFigures, AlertFigures.Times>)] {
        [
            ("From the beginning to the alert", \.detect),
            ("From the alert until somebody took it (MTTA)", \.acknowledge),
            ("From the beginning to the end (MTTR)", \.resolve),
        ]
    }

    private var tallies: [(String, (Alert) -> String)] {
        let titles = material.titles
        var found: [(String, (Alert) -> String)] = [
            ("tool", { $0.finding.tool }), ("team", { $0.team.isEmpty ? "no team" : $0.team }),
        ]
        if subject == .everybody {
            found.append(
                (
                    "client",
                    { alert in
                        let name = alert.finding.client
                        return name.isEmpty ? "no client's" : titles[name] ?? name
                    }
                ))
        }
        return found
    }

    private func tally(_ key: (Alert) -> String) -> [[String]] {
        Dictionary(grouping: alerts, by: key)
            .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
            .prefix(Self.listed)
            .map { name, alerts in
                let figures = AlertFigures(alerts)
                return [
                    name, "\(alerts.count)", "\(alerts.count { $0.severity == .critical })",
                    ReportWords.mean(figures.acknowledge), ReportWords.mean(figures.resolve),
                ]
            }
    }
}

extension Finding {
    /// Whether a client may be shown it as its own: about its leads and pages, not about how we forward them.
    fileprivate var isAboutClient: Bool {
        switch scope {
        case .client, .group: kind.subject == .coming || kind.subject == .contents
        case .relay, .source, .destination, .platform, .channel, .external: false
        }
    }

    /// Who has noticed it: ourselves, or the tool that posted it. Its name stands before the matter's own:
    /// `grafana/disk-7`.
    fileprivate var tool: String {
        guard kind == .external, case .external(let name) = scope else { return "LeadRelay" }
        let first = name.prefix { $0 != "/" }
        return first.hasPrefix("token ") ? String(first.dropFirst(6)) : String(first)
    }
}
