import Configuration
import Domain
import HTTP
import Intake
import Service
import Store

/// The rules for what the relay does by itself, and what would come of one.
enum ActionOperations {
    static let all: [Operation] = [
        Operation(.get, "/api/actions", needs: .readAlerts, forAllClients: true, list),
        Operation(.post, "/api/actions/{name}/try", needs: .changeAlerts, isLong: true, forAllClients: true, attempt),
    ]

    private static let window: Duration = .days(7)
    private static let mostRuns = 50

    @Sendable private static func list(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let actions = relay.configuration.withLock { $0.actions }
        let runs = try reader.actionRuns(since: relay.now - window)
        return [
            "actions": .array(
                actions.map { action in
                    [
                        "name": .string(action.name),
                        "on": .array(action.triggers.map(\.rawValue).sorted().map { .string($0) }),
                        "does": .string(action.deed.words), "at_most": JSON(action.atMost),
                        "runs": JSON(runs.count { $0.action == action.name && $0.state != .skipped }),
                    ]
                }),
            "runs": .array(
                runs.prefix(mostRuns).map { run in
                    [
                        "action": .string(run.action), "alert": .string(run.alert.description),
                        "at": .string(run.at.rfc3339Seconds), "state": .string(run.state.rawValue),
                        "detail": .string(run.detail),
                    ]
                }),
        ]
    }

    /// What the action would do about an alert as it stands now. Nothing is done.
    @Sendable private static func attempt(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let name = call.parameters["name"] ?? ""
        let configuration = relay.configuration.withLock { $0 }
        guard let action = configuration.actions.first(where: { $0.name == name }) else {
            let near = suggestion(for: name, among: configuration.actions.map(\.name)).map {
                " Did you mean \"\($0)\"?"
            }
            throw Problem(.notFound, "There is no action \"\(name)\" in the configuration.\(near ?? "")")
        }
        guard let id = AlertID(call.body["alert"]?.string ?? ""), let story = try reader.alertStory(id) else {
            throw Problem(.requestUnusable, "\"alert\" is the number of an alert, for example A17.", invalid: "alert")
        }
        let diagnosis = try reader.diagnoses(alert: id.rawValue, limit: 1).first
        let lately = try reader.actionRuns(since: relay.now - .hours(1)).filter { $0.state != .skipped }
        let causes = story.events.filter { action.isDue($0, story.alert) }
        var members: [JSON.Member] = [
            .init("action", .string(name)), .init("alert", .string(id.description)),
            .init("events", .array(causes.map { .string($0.kind.rawValue) })),
        ]
        switch ActionDecision(action, diagnosis, lately: lately) {
        case .skip(let why): members += [.init("would", false), .init("why", .string(why))]
        case .go where causes.isEmpty:
            members += [
                .init("would", false),
                .init(
                    "why", .string("nothing that has happened to this alert fits its on, severity, kinds and clients")),
            ]
        case .go: members += [.init("would", true), .init("does", .string(action.deed.words))]
        }
        if case .replay(let destination, let limit) = action.deed {
            var preview = Operation.Call(caller: call.caller)
            preview.body = ActionRunner.replay(story.alert, destination, limit, at: relay.now, name, run: false)
            members.append(.init("replay", try ReplayOperation.run(preview, relay, reader)))
        }
        return .object(members)
    }
}
