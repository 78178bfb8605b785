import Domain
import HTTP
import Intake
import Service
import Store

extension Operation {
    static let all: [Operation] = [
        Operation(.get, "/api/status", status),
        Operation(.get, "/api/audit", isLong: true, audit),
        Operation(.post, "/api/backup", isLong: true, backup),
        Operation(.get, "/api/leads/{id}", lead),
        Operation(.get, "/api/preflight", PreflightOperations.show),
        Operation(.post, "/api/preflight", isLong: true, PreflightOperations.ask),
        Operation(.post, "/api/replay", isLong: true, ReplayOperation.run),
        Operation(.post, "/api/investigate", isLong: true, ChecklistOperations.investigate),
        Operation(.get, "/api/alerts/{id}/checklist", ChecklistOperations.show),
        Operation(.post, "/api/alerts/{id}/checklist", isLong: true, ChecklistOperations.run),
        Operation(.get, "/api/alerts/{id}/postmortem", isLong: true, ChecklistOperations.postMortem),
        Operation(.post, "/api/markers", ChecklistOperations.mark),
        Operation(.post, "/api/facts/ads", ChecklistOperations.ads),
        Operation(.get, "/api/report", isLong: true, ChecklistOperations.report),
        Operation(.get, "/api/quarantine", QuarantineOperations.list),
        Operation(.get, "/api/quarantine/groups", QuarantineOperations.groups),
        Operation(.post, "/api/quarantine/release", isLong: true, QuarantineOperations.release),
        Operation(.post, "/api/quarantine/discard", isLong: true, QuarantineOperations.discard),
        Operation(.get, "/api/quarantine/{id}", QuarantineOperations.show),
        Operation(.post, "/api/quarantine/{id}/fix", QuarantineOperations.fix),
        Operation(.get, "/api/channels", ChannelOperations.list),
        Operation(.post, "/api/channels/{name}/test", isLong: true, ChannelOperations.test),
        Operation(.get, "/api/destinations", destinations),
        Operation(.post, "/api/destinations/{name}/pause", pause),
        Operation(.post, "/api/destinations/{name}/resume", isLong: true, resume),
    ]

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
            JSON.Member(
                "store",
                [
                    "commits": JSON(pulse.commits), "rows": JSON(pulse.rows),
                    "waiting_rows": JSON(relay.ledger.waitingRows),
                ]),
        ]
        members += BooksJSON.members(
            relay.ledger.books, relay.ledger.lanes, relay.lanes, relay.configuration.withLock { $0 })
        members += try ChannelOperations.members(relay, reader)
        members.append(JSON.Member("preflight", .array(relay.preflights.map(PreflightJSON.report))))
        members.append(
            JSON.Member("closing", .array(try reader.closingWindows(at: relay.now).map(ClosingJSON.windows))))
        members.append(JSON.Member("quarantine", .array(try reader.quarantineGroups().map(QuarantineJSON.group))))
        return .object(members)
    }

    @Sendable private static func audit(_ call: Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let audit = try reader.audit()
        let members = BooksJSON.members(
            audit.books, relay.ledger.lanes, relay.lanes, relay.configuration.withLock { $0 })
        return .object(
            [
                JSON.Member("balanced", .bool(audit.isBalanced)),
                JSON.Member("faults", .array(audit.faults.map { .string($0) })),
            ] + members)
    }

    @Sendable private static func backup(_ call: Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        guard let file = call.body["file"]?.string, file.hasPrefix("/") else {
            throw Problem(.requestUnusable, "Give the backup's absolute path as \"file\".", invalid: "file")
        }
        let audit = try reader.backup(to: file)
        relay.log.info("store.backed_up", ["file": file, "by": call.actor])
        return [
            "file": .string(file), "bytes": JSON(Files.size(of: file) ?? 0), "balanced": .bool(audit.isBalanced),
            "faults": .array(audit.faults.map { .string($0) }),
        ]
    }

    @Sendable private static func lead(_ call: Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        guard let story = try reader.story(call.leadID()) else {
            throw Problem(.notFound, "There is no event with this id, or it has been purged.")
        }
        return StoryJSON.story(story)
    }

    // MARK: Destinations

    @Sendable private static func destinations(_ call: Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let configuration = relay.configuration.withLock { $0 }
        let now = relay.now
        let closing = try reader.closingWindows(at: now)
        let preflights = relay.preflights
        let all = BooksJSON.destinations(relay.ledger.books, relay.ledger.lanes, relay.lanes, configuration)
        return [
            "destinations": .array(
                try all.map { name, members in
                    // The oldest due time says how far behind a lane is; looking at one row is enough for it.
                    let oldest = try reader.backlog(name, at: now, limit: 1).oldestDue
                    let windows = closing.first { $0.destination == name }
                    let grade = preflights.first { $0.destination == name }?.grade
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

    private static func setLane(_ state: LaneState, _ call: Call, _ relay: Relay) throws -> JSON {
        let name = call.parameters["name"] ?? ""
        guard relay.ledger.lane(name) != nil else {
            let near =
                suggestion(for: name, among: relay.ledger.lanes.map(\.name)).map { " Did you mean \"\($0)\"?" } ?? ""
            throw Problem(.notFound, "There is no destination \"\(name)\".\(near)")
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
