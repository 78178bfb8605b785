package import Configuration
package import Domain
package import Monitoring
import Service
package import Store

/// Gathers what a weekly report says.
package enum WeeklyReports {
    private static let mostAlerts = 2000
    /// Campaigns of a client that are told apart; more are counted.
    private static let mostCampaigns = 500

    /// Of a client, or of all of them together.
    package static func make(
        _ client: Configuration.Client?, _ week: ReportWeek, _ zone: TimeZoneRules,
        for audience: WeeklyReport.Audience, _ configuration: Configuration, _ ledger: Ledger, _ reader: Reader
    ) throws -> WeeklyReport {
        let before = ReportWeek(containing: week.range.lowerBound - .hours(1), zone)
        func alerts(_ range: Range<Instant>) throws -> [Alert] {
            var filter = AlertFilter()
            filter.client = client?.name
            filter.opened = range
            return try reader.alerts(filter, limit: mostAlerts)
        }
        var material = WeeklyReport.Material()
        try reader.snapshot {
            material.alerts = Compared(try alerts(week.range), before: try alerts(before.range))
            material.isCut = max(material.alerts.now.count, material.alerts.before.count) >= mostAlerts
            material.diagnoses = try reader.latestDiagnoses(of: material.alerts.now.map(\.id))
            material.leads = Compared(
                try reader.week(week.range, client: client?.name),
                before: try reader.week(before.range, client: client?.name))
            let days = Compared(days(week, zone), before: days(before, zone))
            if let client {
                try add(client.name, days, configuration, reader, to: &material)
            } else {
                try addEverybody(days, configuration, reader, to: &material)
            }
        }
        material.titles = Dictionary(
            configuration.clients.map { ($0.name, $0.title) }, uniquingKeysWith: { $1 })
        material.open = try open(client?.name, configuration, material.titles, ledger, reader)
        let subject: WeeklyReport.Subject =
            client.map { .client(name: $0.name, title: $0.title) } ?? .everybody
        return WeeklyReport(subject, week: week, zone: zone, audience: audience, material)
    }

    private static func days(_ week: ReportWeek, _ zone: TimeZoneRules) -> Range<CountedDay> {
        CountedDay(week.range.lowerBound, in: zone)..<CountedDay(week.range.upperBound, in: zone)
    }

    // MARK: Leads and cost

    private static func add(
        _ client: String, _ days: Compared<Range<CountedDay>>, _ configuration: Configuration,
        _ reader: Reader,
        to material: inout WeeklyReport.Material
    ) throws {
        let scope = LeadScope(
            client: client, sources: configuration.sources.filter { $0.client == client }.map(\.name))
        let groups = try rows(scope, .group, days, reader)
        material.rows = groups.rows
        material.campaigns = try rows(scope, .campaign, days, reader).rows
        material.destinations = destinations(groups.deliveries, of: client, configuration)
    }

    /// A row for each client, and the campaigns of all of them.
    private static func addEverybody(
        _ days: Compared<Range<CountedDay>>, _ configuration: Configuration, _ reader: Reader,
        to material: inout WeeklyReport.Material
    ) throws {
        let titles = Dictionary(
            configuration.clients.map { ($0.name, $0.title) }, uniquingKeysWith: { $1 })
        var names = configuration.clients.map(\.name)
        names += try reader.countedClients().filter { !names.contains($0) }
        var deliveries: [String: ReportDestination] = [:]
        for name in names {
            var part = WeeklyReport.Material()
            try add(name, days, configuration, reader, to: &part)
            let title = name.isEmpty ? "no client" : titles[name] ?? "\(name) (no longer configured)"
            material.rows.append(ReportRow.total(part.rows, title))
            material.campaigns += part.campaigns.map { row in
                var row = row
                row.name = "\(title): \(row.name)"
                return row
            }
            for destination in part.destinations {
                deliveries[
                    destination.name,
                    default: .init(destination.name, platform: destination.platform, .init())
                ]
                .deliveries += destination.deliveries
            }
        }
        material.destinations = deliveries.values.sorted { $0.name < $1.name }
    }

    private static func rows(
        _ scope: LeadScope, _ level: LeadLevel, _ days: Compared<Range<CountedDay>>, _ reader: Reader
    ) throws -> (rows: [ReportRow], deliveries: [String: LeadFigures.Deliveries]) {
        let both = days.before.lowerBound..<days.now.upperBound
        let told = try reader.busiest(scope, by: level, days: both, most: mostCampaigns)
        let (now, rest) = try reader.figures(scope, by: level, days: days.now, of: told)
        let (before, restBefore) = try reader.figures(scope, by: level, days: days.before, of: told)
        let spend = try reader.spend(scope, by: level, days: days.now)
        let spendBefore = try reader.spend(scope, by: level, days: days.before)
        let titles = try reader.titles(scope.client, level)
        func row(_ name: String, _ now: LeadFigures?, _ before: LeadFigures?, _ key: String?)
            -> ReportRow
        {
            ReportRow(
                name, leads: .init(Int(now?.leads ?? 0), before: Int(before?.leads ?? 0)),
                cost: .init(
                    key.flatMap { spend[$0] } ?? [:], before: key.flatMap { spendBefore[$0] } ?? [:]))
        }
        let keys = Set(now.keys).union(before.keys).union(spend.keys).union(spendBefore.keys)
        var rows = keys.map { key -> ReportRow in
            let name = key.isEmpty ? "no \(level.rawValue)" : titles[key].map { "\($0) (\(key))" } ?? key
            return row(name, now[key], before[key], key)
        }.filter {
            $0.leads.now + $0.leads.before > 0 || !$0.cost.now.isEmpty || !$0.cost.before.isEmpty
        }
        if told != nil { rows.append(row("all others", rest, restBefore, nil)) }
        let all = now.values.reduce(into: rest) { $0 += $1 }
        return (rows, all.destinations)
    }

    /// Without those of other clients, at which every lead is left out.
    private static func destinations(
        _ deliveries: [String: LeadFigures.Deliveries], of client: String,
        _ configuration: Configuration
    ) -> [ReportDestination] {
        deliveries.compactMap { name, sum -> ReportDestination? in
            guard let destination = configuration.destinations.first(where: { $0.name == name }) else {
                return ReportDestination(name, platform: "no longer configured", sum)
            }
            guard destination.client == nil || destination.client == client else { return nil }
            return ReportDestination(name, platform: destination.platform.name, sum)
        }.sorted { $0.name < $1.name }
    }

    // MARK: Open work

    /// What waits for somebody now.
    private static func open(
        _ client: String?, _ configuration: Configuration, _ titles: [String: String], _ ledger: Ledger,
        _ reader: Reader
    ) throws -> [String] {
        var found: [String] = []
        for alert in ledger.alerts.open where client == nil || alert.finding.client == client {
            var surroundings = NotificationContent.Surroundings()
            surroundings.client = titles[alert.finding.client] ?? ""
            found.append("\(alert.id) \(NotificationContent(alert, [], surroundings).line)")
        }
        let sources = configuration.sources.filter { client == nil || $0.client == client }.map(\.name)
        for group in try reader.quarantineGroups() where sources.contains(group.source) {
            let events = group.count == 1 ? "1 event" : "\(group.count) events"
            found.append(
                "\(events) of source \(group.source) in quarantine: \(Defect.Code.words(of: group.reason))."
            )
        }
        let destinations = configuration.destinations.filter { client == nil || $0.client == client }
        for lane in ledger.deliveries.lanes where lane.state != .running {
            guard let destination = destinations.first(where: { $0.name == lane.name }) else { continue }
            let whose = destination.client.flatMap { titles[$0] }.map { " (\($0))" } ?? ""
            found.append("Destination \(lane.name)\(whose) is \(lane.state.rawValue): \(lane.reason)")
        }
        return found
    }
}
