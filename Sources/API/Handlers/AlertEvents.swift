import Configuration
import Domain
import HTTP
import Intake
import Service
import Store

/// Events of other tools, so that one place holds all alerts of a team.
///
/// `POST /api/alerts/events` is for those that speak our language; all events of a request are taken, or none:
///
///     { "action": "open", "key": "disk-7", "title": "Disk is full", "text": "2 % free", "severity": "warning" }
///
/// `POST /api/alerts/from/{tool}` takes the webhooks of tools as they send them. There one bad event of a batch does
/// not keep the others back: a tool repeats the whole batch or nothing.
///
/// A key belongs to the caller: two tools cannot touch each other's alerts. Saying the same again changes nothing.
enum AlertEvents {
    /// Events in one request of our own form.
    private static let most = 100
    /// In one webhook of a tool, which knows nothing of our limits; more than these are told to be too many.
    private static let mostOfTool = 1000

    private enum Action: String, CaseIterable {
        /// It is so; opens an alert unless one is open.
        case open
        /// New figures or another severity for one that is open.
        case update
        case resolve
    }

    // MARK: Our own form

    @Sendable static func take(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> TakenEvents {
        // Alertmanager and Grafana may have been pointed here.
        if call.body["alerts"]?.array != nil, call.body["groupKey"] != nil || call.body["version"] != nil {
            return try take(call.body["orgId"] == nil ? "alertmanager" : "grafana", call, relay)
        }
        let bodies = call.body["events"]?.array ?? [call.body]
        guard !bodies.isEmpty, bodies.count <= most else {
            throw Problem(.batchTooLarge, "Send 1 to \(most) events at a time.", invalid: "events")
        }
        let person = AlertOperations.person(call, call.body["by"]?.string)
        let configuration = relay.configuration.withLock { $0 }
        var reporting = Reporting(
            Configuration.Tool("", .alertmanager), by: person, caller: call.caller, configuration)
        reporting.reporter = person
        reporting.prefix = "\(person)/"
        // All of them are read before anything is done.
        let events = try bodies.map { body in
            let (action, event) = try read(body, Set(configuration.clients.map(\.name)))
            return (action, try reporting.observation(event, at: relay.now))
        }
        let before = open(relay)
        for (action, observation) in events where action == .update && before[observation.key] == nil {
            throw Problem(
                .notFound, "There is no open alert under this key: send \"open\" to open one.", invalid: "key")
        }
        let beginning = Set(events.map(\.1).filter(\.isProblem).map(\.key)).subtracting(before.keys)
        guard beginning.isEmpty || reporting.room(before) >= beginning.count else { throw reporting.tooMany(taken: 0) }
        _ = try relay.ledger.alerts.observe(events.map(\.1))
        let after = open(relay)
        return TakenEvents(events: events.map { state($0.1, before, after) })
    }

    private static func read(_ body: JSON, _ clients: Set<String>) throws -> (Action, ReportedEvent) {
        let action = try AlertOperations.choice(body["action"]?.string ?? "", "action", Action.self)
        let key = body["key"]?.string ?? ""
        guard !key.isEmpty, key.utf8.count <= ReportedEvent.longestKey,
            key.unicodeScalars.allSatisfy({ $0.value >= 0x20 })
        else {
            throw Problem(
                .requestUnusable,
                """
                "key" names the matter, in 1 to \(ReportedEvent.longestKey) bytes: \
                the same for open, update and resolve.
                """,
                invalid: "key")
        }
        let text = body["text"]?.string ?? ""
        var event = ReportedEvent(
            action == .resolve ? .resolved : .firing, key: key, title: body["title"]?.string ?? "")
        event.at = try moment(body, "at")
        event.text = text
        guard action != .resolve else {
            if text.isEmpty { event.text = "The tool that reported it says so." }
            return (action, event.bounded)
        }
        guard !text.isEmpty || !event.title.isEmpty else {
            throw Problem(.requestUnusable, "\"text\" says in one sentence what is wrong.", invalid: "text")
        }
        if event.title.isEmpty { event.title = text }
        event.client = body["client"]?.string ?? ""
        guard event.client.isEmpty || clients.contains(event.client) else {
            throw Problem(.requestUnusable, "There is no client of this name in the configuration.", invalid: "client")
        }
        event.severity = body["severity"]?.words ?? ""
        event.team = body["team"]?.string ?? ""
        event.owner = body["owner"]?.string ?? ""
        event.evidence = (body["evidence"]?.object ?? []).map {
            Domain.Finding.Evidence($0.name, $0.value.string ?? $0.value.text)
        }
        return (action, event.bounded)
    }

    private static func moment(_ body: JSON, _ name: String) throws -> Instant? {
        guard let value = body[name], value != .null else { return nil }
        guard let moment = value.string.flatMap({ Instant(rfc3339: $0) }) else {
            throw Problem(
                .requestUnusable, "\"\(name)\" must be an RFC 3339 timestamp, for example 2026-11-24T18:00:00Z.",
                invalid: name)
        }
        return moment
    }

    // MARK: As tools send it

    @Sendable static func takeFromTool(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> TakenEvents {
        try take(call.parameters["tool"] ?? "", call, relay)
    }

    private static func take(_ name: String, _ call: APICall, _ relay: RelayContext) throws -> TakenEvents {
        let configuration = relay.configuration.withLock { $0 }
        guard let tool = configuration.tool(name) else {
            let all = configuration.tools.map(\.name) + ReportedTool.ready.map(\.word)
            let near = suggestion(for: name, among: all).map { " Did you mean \"\($0)\"?" } ?? ""
            throw Problem(
                .notFound, "No tool of this name is understood: configure it under \"tools\".\(near)", invalid: "tool")
        }
        let person = AlertOperations.person(call, call.body["by"]?.string)
        let events: [ReportedEvent]
        do throws(ReportUnreadable) {
            events = try tool.kind.read(call.body)
        } catch {
            relay.log.warning("report.unreadable", ["tool": name, "by": person, "field": error.field])
            throw Problem(.requestUnusable, error.message, invalid: error.field)
        }
        let reporting = Reporting(tool, by: person, caller: call.caller, configuration)
        let (before, now) = (open(relay), relay.now)
        var room = reporting.room(before)
        var taken: [Observation] = []
        var results: [Result<Observation, Problem>] = []
        var beginning: Set<String> = []
        for event in events.prefix(mostOfTool) {
            do throws(Problem) {
                let observation = try reporting.observation(event, at: now)
                if observation.isProblem, before[observation.key] == nil, !beginning.contains(observation.key) {
                    guard room > 0 else { throw reporting.tooMany(taken: taken.count) }
                    room -= 1
                    beginning.insert(observation.key)
                }
                taken.append(observation)
                results.append(.success(observation))
            } catch {
                results.append(.failure(error))
            }
        }
        let refusals = results.compactMap { result -> Problem? in
            if case .failure(let problem) = result { problem } else { nil }
        }
        let isTooMuch = events.count > mostOfTool || refusals.contains { $0.kind == .tooManyFromSource }
        taken += reporting.standing(isTooMuch: isTooMuch, after: taken, before, at: now)
        if !taken.isEmpty { _ = try relay.ledger.alerts.observe(taken) }
        if events.isEmpty { relay.log.info("report.ignored", ["tool": name, "by": person]) }
        for problem in refusals {
            relay.log.warning("report.refused", ["tool": name, "by": person, "reason": problem.kind.rawValue])
        }
        if isTooMuch { throw reporting.tooMany(taken: results.count - refusals.count) }
        if let problem = refusals.first, refusals.count == results.count { throw problem }
        let after = open(relay)
        return TakenEvents(
            events: results.map { result in
                switch result {
                case .success(let observation): state(observation, before, after)
                case .failure(let problem): TakenEvents.Taken(state: .refused, detail: problem.detail)
                }
            })
    }

    // MARK: Both

    private static func open(_ relay: RelayContext) -> [String: Alert] {
        Dictionary(relay.ledger.alerts.open.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    }

    private static func state(
        _ observation: Observation, _ before: [String: Alert], _ after: [String: Alert]
    ) -> TakenEvents.Taken {
        if let alert = after[observation.key] {
            return TakenEvents.Taken(id: alert.id, state: TakenEvents.Taken.State(alert.state))
        }
        // It has just ended, or there was none.
        guard let ended = before[observation.key] else { return TakenEvents.Taken(state: .none) }
        return TakenEvents.Taken(id: ended.id, state: .resolved)
    }
}

extension TakenEvents.Taken.State {
    fileprivate init(_ state: Alert.State) {
        switch state {
        case .open: self = .open
        case .acknowledged: self = .acknowledged
        case .snoozed: self = .snoozed
        case .recovering: self = .recovering
        case .inhibited: self = .inhibited
        case .silenced: self = .silenced
        case .resolved: self = .resolved
        }
    }
}

extension Observation {
    fileprivate var isProblem: Bool { if case .problem = self { true } else { false } }
}

extension Reporting {
    /// How many alerts this caller may still open.
    fileprivate func room(_ open: [String: Alert]) -> Int {
        let before = Domain.Finding.key(.external, .external(prefix))
        return Self.mostOpen - open.keys.count { $0.hasPrefix(before) }
    }

    fileprivate func tooMany(taken: Int) -> Problem {
        Problem(
            .tooManyFromSource,
            """
            \(taken) events were taken; no more than \(Self.mostOpen) alerts of one tool and token are open at once. \
            End some.
            """,
            retryAfter: 300)
    }

    /// That a tool reports more than is taken is an alert itself, until it reports less again.
    fileprivate func standing(
        isTooMuch: Bool, after taken: [Observation], _ open: [String: Alert], at now: Instant
    ) -> [Observation] {
        let scope = AlertScope.external("too many/\(prefix.dropLast())")
        guard isTooMuch else {
            let key = Domain.Finding.key(.external, scope)
            let ended = Set(taken.filter { !$0.isProblem }.map(\.key))
            guard open[key] != nil, room(open.filter { !ended.contains($0.key) }) > 0 else { return [] }
            return [.recovered(key: key, ended: now, reason: "All that it reported last was taken.")]
        }
        return [
            .problem(
                Domain.Finding(
                    .external, scope, .warning, began: now, title: "\(reporter) reports more than is taken",
                    sentence:
                        """
                        \(Self.mostOpen) of its alerts are open; it opens no more until some of them end, \
                        or somebody resolves them.
                        """,
                    evidence: [], client: caller.clients.names.flatMap { $0.count == 1 ? $0.first : nil } ?? "",
                    assignment: .init(team: caller.team ?? tool.team)))
        ]
    }
}
