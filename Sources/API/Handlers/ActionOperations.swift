import Configuration
import Domain
import HTTP
import Intake
import Service
import Store

/// The rules for what the relay does by itself, and what would come of one.
enum ActionOperations {
    static let all: [any AnyHandler] = [Handlers.actions, Handlers.tryAction]

    private static let window: Duration = .days(7)
    private static let mostRuns = 50

    @Sendable static func list(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> ActionListDocument {
        let actions = relay.configuration.withLock { $0.actions }
        let runs = try reader.actionRuns(since: relay.now - window)
        return ActionListDocument(
            actions: actions.map { action in
                ActionListDocument.Action(
                    name: action.name, on: action.triggers.sorted { $0.rawValue < $1.rawValue },
                    does: action.deed.words, atMost: action.atMost,
                    runs: runs.count { $0.action == action.name && $0.state != .skipped })
            },
            runs: runs.prefix(mostRuns).map { run in
                ActionListDocument.Run(
                    action: run.action, alert: run.alert, at: run.at, state: run.state, detail: run.detail)
            })
    }

    /// What the action would do about an alert as it stands now. Nothing is done.
    @Sendable static func attempt(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> TriedAction {
        let name = call.parameters["name"] ?? ""
        let configuration = relay.configuration.withLock { $0 }
        guard let action = configuration.actions.first(where: { $0.name == name }) else {
            let near = suggestion(for: name, among: configuration.actions.map(\.name)).map {
                " Did you mean \"\($0)\"?"
            }
            throw Problem(.notFound, "There is no action \"\(name)\" in the configuration.\(near ?? "")")
        }
        guard let id = AlertID(try call.decoded(TryActionRequest.self).alert), let story = try reader.alertStory(id)
        else {
            throw Problem(.requestUnusable, TryActionRequest.remedies["alert"] ?? "", invalid: "alert")
        }
        let diagnosis = try reader.diagnoses(alert: id.rawValue, limit: 1).first
        let lately = try reader.actionRuns(since: relay.now - .hours(1)).filter { $0.state != .skipped }
        let causes = story.events.filter { action.isDue($0, story.alert) }
        var tried = TriedAction(action: name, alert: id, events: causes.map(\.kind), would: false)
        switch ActionDecision(action, diagnosis, lately: lately) {
        case .skip(let why): tried.why = why
        case .go where causes.isEmpty:
            tried.why = "nothing that has happened to this alert fits its on, severity, kinds and clients"
        case .go: (tried.would, tried.does) = (true, action.deed.words)
        }
        if case .replay(let destination, let limit) = action.deed {
            var preview = APICall(caller: call.caller)
            preview.body = try ActionRunner.replay(story.alert, destination, limit, at: relay.now, name, run: false)
                .json()
            tried.replay = try ReplayOperation.run(preview, relay, reader)
        }
        return tried
    }
}

extension Handlers {
    package static let actions = Handler(Operations.actions, ActionOperations.list)
    package static let tryAction = Handler(Operations.tryAction, ActionOperations.attempt)
}
