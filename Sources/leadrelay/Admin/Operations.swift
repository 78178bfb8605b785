import Configuration
import Domain
import Forwarding
import HTTP
import Intake
import Service
import Store

extension Operation {
    /// Every operation there is; contracts/openapi.yaml describes each.
    static let all: [Operation] =
        [
            Operation(.get, "/api/status", needs: .readBooks, status),
            Operation(.get, "/api/audit", needs: .readBooks, isLong: true, audit),
            Operation(.post, "/api/backup", isLong: true, BackupOperation.run),
            Operation(.get, "/api/leads/{id}", needs: .readLeads, lead),
            Operation(.get, "/api/preflight", needs: .readDestinations, forAllClients: true, PreflightOperations.show),
            Operation(
                .post, "/api/preflight", needs: .changeDestinations, isLong: true, forAllClients: true,
                PreflightOperations.ask),
            Operation(
                .post, "/api/replay", needs: .replayLeads, isLong: true, forAllClients: true,
                trace: ReplayOperation.trace,
                ReplayOperation.run),
            Operation(
                .post, "/api/investigate", needs: .changeAlerts, isLong: true, forAllClients: true,
                ChecklistOperations.investigate),
            Operation(.get, "/api/alerts/{id}/checklist", needs: .readAlerts, ChecklistOperations.show),
            Operation(
                .post, "/api/alerts/{id}/checklist", needs: .changeAlerts, isLong: true, ChecklistOperations.run),
            Operation(
                .get, "/api/alerts/{id}/postmortem", needs: .readAlerts, isLong: true, forAllClients: true,
                ChecklistOperations.postMortem),
            Operation(.post, "/api/markers", needs: .changeAlerts, forAllClients: true, ChecklistOperations.mark),
            Operation(.post, "/api/facts/ads", needs: .changeAlerts, forAllClients: true, ChecklistOperations.ads),
            Operation(
                .post, "/api/markers", needs: .changeAlerts, forAllClients: true, ChecklistOperations.mark),
            Operation(
                .post, "/api/facts/ads", needs: .changeAlerts, forAllClients: true, ChecklistOperations.ads),
            Operation(
                .get, "/api/report", needs: .readAlerts, query: ["week", "client", "for"], isLong: true,
                forAllClients: true, ChecklistOperations.report),
            Operation(
                .get, "/api/quarantine", needs: .readQuarantine,
                query: ["reason", "source", "after", "limit"], QuarantineOperations.list),
            Operation(
                .get, "/api/quarantine/groups", needs: .readQuarantine, QuarantineOperations.groups),
            Operation(
                .post, "/api/quarantine/release", needs: .changeQuarantine, isLong: true,
                trace: QuarantineOperations.trace,
                QuarantineOperations.release),
            Operation(
                .post, "/api/quarantine/discard", needs: .changeQuarantine, isLong: true,
                trace: QuarantineOperations.trace,
                QuarantineOperations.discard),
            Operation(
                .post, "/api/quarantine/fix", needs: .changeQuarantine, isLong: true, trace: QuarantineOperations.trace,
                QuarantineOperations.fixAll),
            Operation(.get, "/api/quarantine/{id}", needs: .readQuarantine, QuarantineOperations.show),
            Operation(.post, "/api/quarantine/{id}/fix", needs: .changeQuarantine, QuarantineOperations.fix),
            Operation(.get, "/api/channels", needs: .readAlerts, forAllClients: true, ChannelOperations.list),
            Operation(
                .post, "/api/channels/{name}/test", needs: .changeAlerts, isLong: true, forAllClients: true,
                ChannelOperations.test),
            Operation(.get, "/api/destinations", needs: .readDestinations, destinations),
            Operation(.post, "/api/destinations/{name}/pause", needs: .changeDestinations, pause),
            Operation(.post, "/api/destinations/{name}/resume", needs: .changeDestinations, isLong: true, resume),
            Operation(
                .post, "/api/destinations/{name}/forget", needs: .changeDestinations, isLong: true, forAllClients: true,
                forget),
        ] + FigureOperations.all + SourceOperations.all + LeadListOperation.all + LeadOperations.all
        + DestinationOperations.all
        + SettingsOperations.all
        + AccessOperations.all + AlertOperations.all + ActionOperations.all + CalendarOperations.all
        + VolumeOperations.all
        + SpendOperations.all

    /// The operation of a method and a pattern, for pages, which show what operations answer.
    static func named(_ method: Request.Method, _ path: String) -> Operation {
        guard let operation = all.first(where: { $0.method == method && $0.path == path }) else {
            preconditionFailure("the API has no \(path)")
        }
        return operation
    }

    // MARK: What is going on

    @Sendable private static func status(_ call: Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let problems = relay.problems
        let pulse = relay.ledger.pulse
        var members: [JSON.Member] = [
            JSON.Member("version", .string(Version.current)),
            JSON.Member("started_at", .string(relay.started.rfc3339Seconds)),
            JSON.Member("uptime_seconds", JSON((relay.now - relay.started).components.seconds)),
            JSON.Member("ready", .bool(problems.isEmpty)),
            JSON.Member("problems", .array(problems.map { .string($0) })),
        ]
        if call.clients.isAll {
            members.append(JSON.Member("configuration", Self.configuration(relay)))
            members.append(
                JSON.Member("last_backup", relay.ledger.lastBackup.map { .string($0.rfc3339Seconds) } ?? .null))
            members.append(
                JSON.Member(
                    "store",
                    [
                        "commits": JSON(pulse.commits), "rows": JSON(pulse.rows),
                        "waiting_rows": JSON(relay.ledger.waitingRows),
                    ]))
        }
        let view = relay.view(of: call.clients)
        members += BooksJSON.members(relay.ledger.books, relay.ledger.lanes, relay.lanes, view)
        members.append(JSON.Member("alerts", MonitorJSON.open(relay.ledger.openAlerts, call.clients)))
        if call.clients.isAll {
            members.append(JSON.Member("monitor", try MonitorJSON.pulse(relay, reader)))
            members += try ChannelOperations.members(relay, reader)
        }
        let preflights = relay.preflights.filter { view.shows(destination: $0.destination) }
        members.append(JSON.Member("preflight", .array(preflights.map(PreflightJSON.report))))
        let closing = try reader.closingWindows(at: relay.now).filter { view.shows(destination: $0.destination) }
        members.append(JSON.Member("closing", .array(closing.map(ClosingJSON.windows))))
        members.append(JSON.Member("hours", try HoursJSON.hours(relay.now, view, reader)))
        members.append(JSON.Member("oddities", try SourceOperations.oddities(relay, view, reader)))
        let groups = try reader.quarantineGroups().filter { view.shows(source: $0.source) }
        members.append(JSON.Member("quarantine", .array(QuarantineOperations.groups(groups, relay))))
        return .object(members)
    }

    /// Which file is in force since when, and what came of the last attempt to read it again.
    private static func configuration(_ relay: Relay) -> JSON {
        let origin = relay.origin.withLock { $0 }
        let reload = relay.reload.withLock { $0 }
        return [
            "file": origin.map { .string($0.file) } ?? .null,
            "read_at": origin.map { .string($0.readAt.rfc3339Seconds) } ?? .null,
            "reload_at": reload.map { .string($0.at.rfc3339Seconds) } ?? .null,
            "refusal": reload?.refusal.map { .string($0) } ?? .null,
        ]
    }

    @Sendable private static func audit(_ call: Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        // It compares the whole file; a part of the books proves nothing.
        try call.requireAllClients()
        let audit = try reader.audit()
        let members = BooksJSON.members(
            audit.books, relay.ledger.lanes, relay.lanes, relay.view(of: call.clients))
        return .object(
            [
                JSON.Member("balanced", .bool(audit.isBalanced)),
                JSON.Member("faults", .array(audit.faults.map { .string($0) })),
            ] + members)
    }

    @Sendable private static func lead(_ call: Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        guard let story = try reader.story(call.leadID()), relay.view(of: call.clients).shows(story) else {
            throw Problem(.notFound, "There is no event with this id, or it has been purged.")
        }
        let view = relay.view(of: call.clients)
        var shown = call.caller.may(.readPersonal) ? story : story.masked
        shown.deliveries = shown.deliveries.filter { view.shows(destination: $0.destination) }
        shown.aliases = shown.aliases.filter { view.shows(destination: $0.key) }
        return StoryJSON.story(
            shown, platforms: view.platforms, titles: try reader.titles(of: DisplayNames.keys(of: shown)))
    }

    // MARK: Destinations

    @Sendable private static func destinations(_ call: Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let view = relay.view(of: call.clients)
        let now = relay.now
        let closing = try reader.closingWindows(at: now)
        let preflights = relay.preflights
        let all = BooksJSON.destinations(relay.ledger.books, relay.ledger.lanes, relay.lanes, view)
        return [
            "destinations": .array(
                try all.map { name, members in
                    // The oldest due time says how far behind a lane is; looking at one row is enough for it.
                    let windows = closing.first { $0.destination == name }
                    let grade = preflights.first { $0.destination == name }?.grade
                    let oldest =
                        view.owns(destination: name) ? try reader.backlog(name, at: now, limit: 1).oldestDue : nil
                    return .object(
                        members + [
                            JSON.Member("oldest_due", oldest.map { .string($0.rfc3339Seconds) } ?? .null),
                            JSON.Member("closing", windows.map(ClosingJSON.windows) ?? .null),
                            JSON.Member("preflight", grade.map { .string($0.rawValue) } ?? .null),
                        ])
                })
        ]
    }

    @Sendable private static func pause(_ call: Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        try setLane(.paused, call, relay)
    }

    @Sendable private static func resume(_ call: Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        try setLane(.running, call, relay)
    }

    /// Only of one that is not configured any more: it would come back with the next lead.
    @Sendable private static func forget(_ call: Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let name = try destination(call, relay)
        guard !relay.configuration.withLock({ $0.destinations.contains { $0.name == name } }) else {
            throw Problem(.conflict, "\(name) is in the configuration. Take it out and reload first.")
        }
        let ended = try relay.ledger.forget(name)
        relay.log.info("destination.forgotten", ["destination": name, "deliveries": "\(ended)", "by": call.actor])
        return ["name": .string(name), "ended": JSON(ended)]
    }

    /// The name in the address, if it is one that the caller may know.
    static func destination(_ call: Call, _ relay: Relay) throws -> String {
        let name = call.parameters["name"] ?? ""
        let view = relay.view(of: call.clients)
        guard relay.ledger.lane(name) != nil, view.shows(destination: name) else {
            let known = relay.ledger.lanes.map(\.name).filter { view.shows(destination: $0) }
            let near = suggestion(for: name, among: known).map { " Did you mean \"\($0)\"?" } ?? ""
            throw Problem(.notFound, "There is no destination \"\(name)\".\(near)")
        }
        return name
    }

    private static func setLane(_ state: LaneState, _ call: Call, _ relay: Relay) throws -> JSON {
        let name = try destination(call, relay)
        // A lane that serves several clients is not one client's to stop.
        guard relay.view(of: call.clients).owns(destination: name) else {
            throw Problem(.notPermitted, "This destination serves several clients.")
        }
        guard relay.configuration.withLock({ $0.destinations.contains { $0.name == name } }) else {
            let owed = relay.ledger.books.total(.open, destination: name)
            throw Problem(.conflict, "Nothing is sent there. \(GoneDestination.words(name, owed: owed)).")
        }
        let reason = state == .running ? "" : String((call.body["reason"]?.string ?? "").prefix(500))
        try relay.ledger.set(name, state, reason: reason)
        // Whoever resumes a lane has removed the cause; nobody wants to sit out an hour's backoff then.
        if state == .running { try relay.ledger.hurry(name) }
        relay.log.info(
            state == .running ? "destination.resumed" : "destination.paused", ["destination": name, "by": call.actor])
        return ["name": .string(name), "state": .string(state.rawValue), "reason": .string(reason)]
    }
}
