import Configuration
import Domain
import HTTP
import Intake
import Monitoring
import Service
import Store

/// Looking for causes, for what was affected, and for what a week was like.
enum ChecklistOperations {
    static let all: [any AnyHandler] = [
        Handlers.investigate, Handlers.checklist, Handlers.runChecklist, Handlers.postMortem, Handlers.addMarker,
        Handlers.reportAds, Handlers.weeklyReport,
    ]

    private static let listedDiagnoses = 20
    private static let maximumText = 500

    // MARK: Alerts

    private static func story(_ id: AlertID, _ reader: Reader) throws -> AlertHistory {
        guard let story = try reader.alertStory(id) else { throw Problem(.notFound, "There is no alert \(id).") }
        return story
    }

    /// What the checklist came to for an alert, newest first.
    @Sendable static func show(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> ChecklistDocument {
        let alert = try AlertOperations.story(call, reader).alert
        let all =
            AlertOperations.isOutsider(call)
            ? [] : try reader.diagnoses(alert: alert.id.rawValue, limit: listedDiagnoses)
        return ChecklistDocument(
            alert: alert.id, sentence: alert.finding.sentence, latest: all.first.map(DiagnosisDocument.init),
            history: all.map { one in
                ChecklistDocument.Earlier(
                    at: one.at, cause: one.cause?.item.name, certainty: one.cause?.certainty, sentence: one.sentence)
            })
    }

    /// Runs it now.
    @Sendable static func run(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> ChecklistDocument {
        let alert = try AlertOperations.story(call, reader).alert
        let diagnosis = relay.checks.examine(alert.finding)
        return ChecklistDocument(
            alert: alert.id, sentence: alert.finding.sentence, latest: DiagnosisDocument(diagnosis), history: [])
    }

    @Sendable static func postMortem(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws
        -> PostMortemDocument
    {
        let story = try AlertOperations.story(call, reader)
        let alert = story.alert
        let scope = scope(of: alert.finding, relay)
        var investigation = try reader.investigation(
            range(of: alert, now: relay.now), client: scope.client, group: scope.group,
            destinations: relay.configuration.withLock { $0.destinations }, only: scope.destination,
            books: relay.ledger.books,
            now: relay.now)
        investigation.stopped = stopped(relay)
        let diagnoses = try reader.diagnoses(alert: alert.id.rawValue, limit: 1)
        return PostMortemDocument(
            alert: alert.id, markdown: PostMortem.markdown(story, diagnoses, investigation))
    }

    // MARK: What was affected

    @Sendable static func investigate(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws
        -> InvestigationDocument
    {
        let body = try call.decoded(InvestigateRequest.self)
        let configuration = relay.configuration.withLock { $0 }
        var scope = (client: body.client, group: body.group, destination: body.destination)
        var time: Range<Instant>
        if let text = body.alert {
            guard let id = AlertID(text) else {
                throw Problem(
                    .requestUnusable, "\"\(text)\" is no number of an alert, for example A17.", invalid: "alert")
            }
            let alert = try story(id, reader).alert
            time = range(of: alert, now: relay.now)
            let own = self.scope(of: alert.finding, relay)
            scope = (scope.client ?? own.client, scope.group ?? own.group, scope.destination ?? own.destination)
        } else {
            guard let from = try instant(body.from, "from", now: relay.now) else {
                throw Problem(.requestUnusable, "Give an \"alert\", or when it began as \"from\".", invalid: "from")
            }
            time = from..<max(from, relay.now)
        }
        if let from = try instant(body.from, "from", now: relay.now) { time = from..<max(from, time.upperBound) }
        if let to = try instant(body.to, "to", now: relay.now) {
            guard to > time.lowerBound else {
                throw Problem(.requestUnusable, "\"to\" must be after \"from\".", invalid: "to")
            }
            time = time.lowerBound..<to
        }
        if let name = scope.destination, !configuration.destinations.contains(where: { $0.name == name }) {
            throw Problem(.notFound, "There is no destination \"\(name)\".")
        }
        var found = try reader.investigation(
            time, client: scope.client, group: scope.group, destinations: configuration.destinations,
            only: scope.destination, books: relay.ledger.books, now: relay.now)
        found.stopped = stopped(relay)
        let titles = try reader.titles(of: found.rows.map { DisplayNames.Key($0.client, .group, $0.group) })
        return InvestigationDocument(found, titles)
    }

    private static func stopped(_ relay: RelayContext) -> Set<String> {
        Set(relay.ledger.deliveries.lanes.filter { $0.state != .running }.map(\.name))
    }

    /// From when it began until it ended.
    private static func range(of alert: Alert, now: Instant) -> Range<Instant> {
        let end = alert.resolution?.ended ?? now
        return alert.finding.began..<max(end, alert.finding.began + .milliseconds(1))
    }

    private static func scope(of finding: Finding, _ relay: RelayContext) -> (
        client: String?, group: String?, destination: String?
    ) {
        switch finding.scope {
        case .client(let client): (client, nil, nil)
        case .group(let client, let group): (client, group, nil)
        case .destination(let name): (nil, nil, name)
        case .source(let name):
            (
                relay.configuration.withLock { $0.sources }.first { $0.name == name }.flatMap {
                    $0.client.isEmpty ? nil : $0.client
                }, nil, nil
            )
        case .relay, .platform, .channel, .external: (finding.client.isEmpty ? nil : finding.client, nil, nil)
        }
    }

    /// A moment, or so long ago: `2026-11-21T09:00:00Z`, `26h`.
    private static func instant(_ text: String?, _ name: String, now: Instant) throws -> Instant? {
        guard let text else { return nil }
        if let moment = Instant(rfc3339: text) { return moment }
        guard let ago = Duration(configured: text) else {
            throw Problem(.requestUnusable, InvestigateRequest.remedies[name] ?? "", invalid: name)
        }
        return now - ago
    }

    // MARK: What people write down

    @Sendable static func mark(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> AddedMarker {
        let body = try call.decoded(MarkerRequest.self)
        let text = body.text
        guard !text.isEmpty, text.utf8.count <= maximumText else {
            throw Problem(.requestUnusable, MarkerRequest.remedies["text"] ?? "", invalid: "text")
        }
        let kind: Marker.Kind =
            switch body.kind {
            case nil, .note?: .note
            case .deploy?: .deploy
            case .configuration?: .configuration
            }
        let marker = Marker(at: relay.now, kind, text, by: call.actor)
        let id = try relay.ledger.alerts.mark(marker)
        return AddedMarker(id: id, at: marker.at, kind: kind, text: text)
    }

    /// What an ads account says: from a person, or a script that may ask it.
    @Sendable static func ads(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> AdsDocument {
        let body = try call.decoded(AdsRequest.self)
        let clients = relay.configuration.withLock { $0.clients }.map(\.name)
        guard clients.contains(body.client) else {
            let near = suggestion(for: body.client, among: clients).map { " Did you mean \"\($0)\"?" } ?? ""
            throw Problem(.requestUnusable, "\"client\" must be one of the configuration.\(near)", invalid: "client")
        }
        var facts = ChecklistFacts.AdsFacts(body.status, asOf: relay.now)
        facts.spend = body.spend
        facts.impressions = body.impressions
        try relay.ledger.watch.keepAds(facts, client: body.client, group: body.group ?? "")
        return AdsDocument(client: body.client, status: body.status, asOf: facts.asOf)
    }

    // MARK: The week

    /// `?client=` one client, without it all together; `?week=2026-W47` or a day, without it the last one;
    /// `?for=client` without what is internal.
    @Sendable static func report(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws
        -> WeeklyReportDocument
    {
        let configuration = relay.configuration.withLock { $0 }
        var client: Configuration.Client?
        if let name = call.query["client"] {
            client = configuration.clients.first { $0.name == name }
            guard client != nil else { throw Problem(.notFound, "There is no client \"\(name)\".") }
        }
        let zone = client?.timeZone ?? .utc
        let week: ReportWeek
        if let text = call.query["week"] {
            guard let read = ReportWeek(text, zone) else {
                throw Problem(.requestUnusable, "\"week\" must be like 2026-W47 or 2026-11-18.", invalid: "week")
            }
            week = read
        } else {
            week = .last(before: relay.now, zone)
        }
        let audience =
            try call.query["for"].map {
                try AlertOperations.choice($0, "for", WeeklyReport.Audience.self)
            } ?? .team
        guard audience == .team || client != nil else {
            throw Problem(
                .requestUnusable,
                "A report of all clients together is for none of them: name one as \"client\".",
                invalid: "client")
        }
        let report = try WeeklyReports.make(
            client, week, zone, for: audience, relay.configuration.withLock { $0 }, relay.ledger, reader)
        return WeeklyReportDocument(
            client: client?.name, week: week.name(zone), for: audience == .team ? .team : .client,
            subject: report.subjectLine, text: report.text, html: report.html)
    }
}

extension InvestigationDocument {
    fileprivate init(_ found: Investigation, _ titles: DisplayNames) {
        self.init(
            from: PreciseInstant(found.range.lowerBound), to: PreciseInstant(found.range.upperBound),
            client: found.client, group: found.group, destination: found.destination, received: found.received,
            duplicates: found.duplicates, whole: found.gaps.isEmpty, gaps: found.gaps,
            quarantined: found.quarantined.map {
                Quarantined(source: $0.source, reason: $0.reason, count: $0.count)
            },
            deliveries: found.rows.map { row in
                Delivery(
                    client: row.client, group: row.group, groupTitle: titles[row.client, .group, row.group],
                    destination: row.destination, state: row.state, code: row.code, count: row.count,
                    replayable: row.replayable, replayableUntil: row.replayableUntil)
            }, answers: found.answers.map { Answer(question: $0.question, answer: $0.answer) },
            commands: found.commands)
    }
}

extension Handlers {
    package static let investigate = Handler(Operations.investigate, ChecklistOperations.investigate)
    package static let checklist = Handler(Operations.checklist, ChecklistOperations.show)
    package static let runChecklist = Handler(Operations.runChecklist, ChecklistOperations.run)
    package static let postMortem = Handler(Operations.postMortem, ChecklistOperations.postMortem)
    package static let addMarker = Handler(Operations.addMarker, ChecklistOperations.mark)
    package static let reportAds = Handler(Operations.reportAds, ChecklistOperations.ads)
    package static let weeklyReport = Handler(Operations.weeklyReport, ChecklistOperations.report)
}
