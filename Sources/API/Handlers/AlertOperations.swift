import Configuration
import Domain
import HTTP
import Intake
import Monitoring
import Service
import Store

/// What people and other tools do with alerts.
enum AlertOperations {
    static let all: [any AnyHandler] = [
        Handlers.alerts, Handlers.alertFigures, Handlers.reportAlerts, Handlers.reportFromTool, Handlers.alert,
        Handlers.acknowledgeAlert, Handlers.resolveAlert, Handlers.snoozeAlert, Handlers.noteAlert,
        Handlers.assignAlert, Handlers.judgeAlert, Handlers.heartbeat, Handlers.silences, Handlers.addSilence,
        Handlers.endSilence,
    ]

    /// Longer texts are cut.
    private static let longestText = 2000
    private static let longestName = 100
    /// How far back figures go at most.
    private static let longestDays = 400

    // MARK: Looking

    @Sendable static func list(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> AlertListDocument {
        var filter = AlertFilter()
        if let kind = call.query["kind"], !kind.isEmpty { filter.kind = try choice(kind, "kind", AlertKind.self) }
        if let severity = call.query["severity"], !severity.isEmpty {
            filter.severity = try choice(severity, "severity", Severity.self)
        }
        switch call.query["state"] ?? "open" {
        case "open", "": filter.isOpen = true
        case "resolved": filter.isOpen = false
        case "all": break
        default:
            throw Problem(.requestUnusable, "\"state\" is open, resolved or all.", invalid: "state")
        }
        if let before = call.query["before"] {
            guard let id = AlertID(before) else {
                throw Problem(
                    .requestUnusable, "\"before\" is the number of an alert, for example A17.", invalid: "before")
            }
            filter.before = id
        }
        let limit = min(1000, max(1, Int(call.query["limit"] ?? "") ?? 100))
        let alerts = try reader.alerts(filter, of: clients(call), limit: limit)
        let titles = try reader.titles(of: alerts.compactMap(\.finding.scope.titled))
        return AlertListDocument(
            alerts: alerts.map { AlertDocument(isOutsider(call) ? $0.forOutsiders : $0, titles) })
    }

    /// A client's own people, who may look and do nothing: what the team says to each other is not for them.
    static func isOutsider(_ call: APICall) -> Bool {
        !call.clients.isAll && !call.caller.may(.changeAlerts)
    }

    /// Whose alerts are meant: those of the client that is asked for, as far as the caller may see it; `nil`:
    /// everybody's.
    private static func clients(_ call: APICall) -> [String]? {
        let wanted = call.query["client"].flatMap { $0.isEmpty ? nil : $0 }
        guard let allowed = call.clients.names else { return wanted.map { [$0] } }
        return wanted.map { allowed.contains($0) ? [$0] : [] } ?? allowed.sorted()
    }

    @Sendable static func show(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> AlertStoryDocument {
        var story = try story(call, reader)
        if !call.clients.isAll {
            // What happened beside it, and who is told how, is the relay's own business.
            (story.markers, story.reached, story.notices) = ([], [], [])
        }
        if isOutsider(call) { story = story.forOutsiders }
        return AlertStoryDocument(story, try titles(of: story.alert.finding.scope, reader))
    }

    @Sendable static func figures(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws
        -> AlertFiguresDocument
    {
        let days = min(longestDays, max(1, Int(call.query["days"] ?? "") ?? 30))
        let now = relay.now
        return AlertFiguresDocument(
            try reader.alertFigures((now - .days(days))..<(now + .seconds(1)), of: clients(call)))
    }

    // MARK: Doing

    @Sendable static func acknowledge(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> ChangedAlert {
        let body = try call.decoded(AcknowledgeRequest.self)
        return try command(.acknowledge(time: try duration(body.for)), by: body.by, call, relay, reader)
    }

    @Sendable static func resolve(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> ChangedAlert {
        let body = try call.decoded(ResolveRequest.self)
        return try command(.resolve(reason: text(body.reason) ?? ""), by: body.by, call, relay, reader)
    }

    @Sendable static func snooze(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> ChangedAlert {
        let body = try call.decoded(SnoozeRequest.self)
        guard let until = try duration(body.for).map({ relay.now + $0 }) ?? body.until else {
            throw Problem(
                .requestUnusable, "Give \"for\", for example \"2h\", or \"until\" (RFC 3339).", invalid: "for")
        }
        return try command(.snooze(until: until), by: body.by, call, relay, reader)
    }

    @Sendable static func note(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> ChangedAlert {
        let body = try call.decoded(NoteRequest.self)
        return try command(
            .note(text(body.text) ?? "", forClient: body.visibleTo == .client), by: body.by, call, relay, reader)
    }

    @Sendable static func own(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> ChangedAlert {
        let body = try call.decoded(OwnerRequest.self)
        let team = body.team.map { String($0.prefix(longestName)) }
        let owner = String((body.owner ?? "").prefix(longestName))
        return try command(.own(owner: owner, team: team), by: body.by, call, relay, reader)
    }

    @Sendable static func judge(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> ChangedAlert {
        let body = try call.decoded(VerdictRequest.self)
        return try command(
            .judge(body.side, cause: text(body.cause) ?? "", reason: text(body.reason) ?? ""), by: body.by, call,
            relay, reader)
    }

    private static func command(
        _ command: AlertCommand, by name: String?, _ call: APICall, _ relay: RelayContext, _ reader: Reader
    ) throws -> ChangedAlert {
        let id = try story(call, reader).alert.id
        do {
            let (alert, hasChanged) = try relay.ledger.alerts.command(command, id, by: person(call, name))
            let titles = try titles(of: alert.finding.scope, reader)
            return ChangedAlert(alert: AlertDocument(alert, titles), changed: hasChanged)
        } catch let refusal as AlertRefusal {
            switch refusal {
            case .notFound: throw missing
            case .resolved: throw Problem(.conflict, refusal.description)
            case .past, .tooLong, .empty, .noLevel: throw Problem(.requestUnusable, refusal.description)
            }
        }
    }

    // MARK: Heartbeats

    /// A sign of life of something that a customer runs; see `monitoring.heartbeats`.
    @Sendable static func heartbeat(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws
        -> HeartbeatDocument
    {
        let name = call.parameters["name"] ?? ""
        guard relay.configuration.withLock({ $0.monitoring.heartbeats.contains { $0.name == name } }) else {
            throw Problem(.notFound, "There is no heartbeat of this name under \"monitoring.heartbeats\".")
        }
        try relay.ledger.alerts.heartbeat(name)
        return HeartbeatDocument(name: name, at: relay.now)
    }

    // MARK: Silences

    @Sendable static func silences(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws
        -> SilenceListDocument
    {
        let now = relay.now
        let silences = try reader.silences(at: now).filter { silence in
            call.clients.isAll || silence.scope.client.map(call.clients.contains) ?? false
        }
        let titles = try reader.titles(of: silences.compactMap(\.scope.titled))
        return SilenceListDocument(silences: silences.map { SilenceDocument($0, titles) })
    }

    @Sendable static func silence(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> SilenceDocument {
        let now = relay.now
        let body = try call.decoded(SilenceRequest.self)
        guard let scope = AlertScope(body.scope) else {
            throw Problem(.requestUnusable, SilenceRequest.remedies["scope"] ?? "", invalid: "scope")
        }
        let begin = body.from ?? now
        let end = try duration(body.for).map { begin + $0 } ?? body.until
        let weekly = try body.weekly.map(window)
        guard end != nil || weekly != nil else {
            throw Problem(
                .requestUnusable,
                "Give \"for\", for example \"2h\", or \"until\", or \"weekly\": a silence needs an end.",
                invalid: "for")
        }
        if let end, end <= max(begin, now) {
            throw Problem(.requestUnusable, AlertRefusal.past.description, invalid: "until")
        }
        guard let reason = text(body.reason) else {
            throw Problem(.requestUnusable, SilenceRequest.remedies["reason"] ?? "", invalid: "reason")
        }
        let silence = try relay.ledger.alerts.silence(
            Silence(
                scope: scope, kinds: Set(body.kinds ?? []), window: Window(from: begin, to: end, weekly: weekly),
                reason: reason, by: person(call, body.by), created: now))
        relay.log.info("alert.silence_added", ["silence": silence.id.description, "scope": scope.description])
        return SilenceDocument(silence, try titles(of: silence.scope, reader))
    }

    @Sendable static func endSilence(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> EndedSilence {
        guard let id = SilenceID(call.parameters["id"] ?? "") else {
            throw Problem(.notFound, "That is no number of a silence, for example S3.")
        }
        guard try relay.ledger.alerts.endSilence(id) else {
            throw Problem(.notFound, "There is no silence \(id) that has not ended.")
        }
        return EndedSilence(id: id.description, ended: true)
    }

    private static func window(_ weekly: WeeklyWindow) throws -> Window.Weekly {
        guard !weekly.days.isEmpty, let from = WeekDay.minutes(weekly.from), let to = WeekDay.minutes(weekly.to) else {
            throw Problem(.requestUnusable, SilenceRequest.remedies["weekly"] ?? "", invalid: "weekly")
        }
        let zone = weekly.zone ?? "UTC"
        if let complaint = ZoneDirectory.complaint(zone) {
            throw Problem(.requestUnusable, "\"zone\": \(complaint).", invalid: "weekly.zone")
        }
        return Window.Weekly(days: Set(weekly.days.map(\.number)), from: from, to: to, zone: zone)
    }

    // MARK: Helpers

    private static func titles(of scope: AlertScope, _ reader: Reader) throws -> DisplayNames {
        try reader.titles(of: [scope.titled].compactMap { $0 })
    }

    private static let missing = Problem(.notFound, AlertRefusal.notFound.description)

    /// The alert that the address names, if the caller may see it: one of another client is as if it were not there,
    /// and so is what is nobody's in particular to those who see some clients only.
    static func story(_ call: APICall, _ reader: Reader) throws -> AlertHistory {
        guard let id = AlertID(call.parameters["id"] ?? "") else {
            throw Problem(.notFound, "That is no number of an alert, for example A17.")
        }
        guard let story = try reader.alertStory(id), call.clients.contains(story.alert.finding.client) else {
            throw missing
        }
        return story
    }

    /// On the admin socket everybody is the same caller, and says who it is.
    static func person(_ call: APICall, _ name: String?) -> String {
        guard call.actor == "admin socket", let name, !name.isEmpty else { return call.actor }
        return String(name.prefix(longestName))
    }

    private static func text(_ text: String?) -> String? {
        text.flatMap { $0.isEmpty ? nil : String($0.prefix(longestText)) }
    }

    /// What a body says under `for`.
    private static func duration(_ text: String?) throws -> Duration? {
        guard let text else { return nil }
        guard let duration = Duration(configured: text) else {
            throw Problem(.requestUnusable, AcknowledgeRequest.remedies["for"] ?? "", invalid: "for")
        }
        return duration
    }

    /// Of the query; `nil` if it is absent.
    static func moment(_ text: String?, _ name: String) throws -> Instant? {
        guard let text else { return nil }
        guard let moment = Instant(rfc3339: text) else {
            throw Problem(
                .requestUnusable, "\"\(name)\" must be an RFC 3339 timestamp, for example 2026-11-24T18:00:00Z.",
                invalid: name)
        }
        return moment
    }

    static func choice<Choice: RawRepresentable & CaseIterable>(_ text: String, _ name: String, _ type: Choice.Type)
        throws -> Choice where Choice.RawValue == String
    {
        if let choice = Choice(rawValue: text) { return choice }
        let all = Choice.allCases.map(\.rawValue)
        let near = suggestion(for: text, among: all).map { " Did you mean \"\($0)\"?" } ?? ""
        throw Problem(.requestUnusable, "\"\(name)\" is one of \(all.joined(separator: ", ")).\(near)", invalid: name)
    }
}

extension Alert {
    /// Without what is the team's own: who has it, whose side it is, what a person wrote, and the technical evidence.
    fileprivate var forOutsiders: Alert {
        var alert = self
        (alert.owner, alert.team, alert.verdict, alert.finding.evidence) = ("", "", nil, [])
        alert.acknowledgement?.by = ""
        if let resolution, resolution.how != .evidence { alert.resolution?.reason = "" }
        alert.resolution?.by = ""
        return alert
    }
}

extension AlertHistory {
    /// That it began, became worse, was taken by somebody and ended, and what the team says about it to the client.
    fileprivate var forOutsiders: AlertHistory {
        var story = self
        story.alert = alert.forOutsiders
        story.events = events.compactMap { event in
            var event = event
            switch event.kind {
            case .opened, .updated, .severityRaised, .recovering, .relapsed, .reopened, .messaged: break
            case .acknowledged: event.text = ""
            case .resolved: event.text = alert.resolution?.how == .evidence ? event.text : ""
            default: return nil
            }
            event.by = ""
            return event
        }
        return story
    }
}

extension Handlers {
    package static let alerts = Handler(Operations.alerts, AlertOperations.list)
    package static let alertFigures = Handler(Operations.alertFigures, AlertOperations.figures)
    package static let reportAlerts = Handler(Operations.reportAlerts, AlertEvents.take)
    package static let reportFromTool = Handler(Operations.reportFromTool, AlertEvents.takeFromTool)
    package static let alert = Handler(Operations.alert, AlertOperations.show)
    package static let acknowledgeAlert = Handler(Operations.acknowledgeAlert, AlertOperations.acknowledge)
    package static let resolveAlert = Handler(Operations.resolveAlert, AlertOperations.resolve)
    package static let snoozeAlert = Handler(Operations.snoozeAlert, AlertOperations.snooze)
    package static let noteAlert = Handler(Operations.noteAlert, AlertOperations.note)
    package static let assignAlert = Handler(Operations.assignAlert, AlertOperations.own)
    package static let judgeAlert = Handler(Operations.judgeAlert, AlertOperations.judge)
    package static let heartbeat = Handler(Operations.heartbeat, AlertOperations.heartbeat)
    package static let silences = Handler(Operations.silences, AlertOperations.silences)
    package static let addSilence = Handler(Operations.addSilence, AlertOperations.silence)
    package static let endSilence = Handler(Operations.endSilence, AlertOperations.endSilence)
}
