import API
import Domain

extension Command {
    static let actionList = Command(
        name: "action list",
        usage: Usage(
            summary: "list automated actions and what they did in the last week",
            options: AdminOptions.all, examples: ["leadrelay action list"])
    ) { arguments, terminal in
        try AdminOptions.client(arguments, terminal).ask(Operations.actions).show(arguments, terminal, page)
    }

    private static func page(_ list: ActionListDocument) -> Page {
        var table = TextTable(["action", "on", "does", "times in a week"])
        for action in list.actions {
            let triggers = action.on.map(\.rawValue).joined(separator: ", ")
            table.append([action.name, triggers, action.does, "\(action.runs)"])
        }
        var runs = TextTable(["when", "action", "alert", "state", "what"])
        for run in list.runs {
            runs.append([run.at.rfc3339Seconds, run.action, "\(run.alert)", run.state.rawValue, run.detail])
        }
        return (table.isEmpty ? "no action is configured\n" : Page(table)) + (runs.isEmpty ? "" : "\n" + Page(runs))
    }

    static let actionTry = Command(
        name: "action try",
        usage: Usage(
            summary: "preview what an action would do about an alert",
            operands: [
                .init(name: "NAME", help: "the action"), .init(name: "ALERT", help: "its number, for example A17"),
            ],
            options: AdminOptions.all, notes: ["Actions stand in the configuration, under actions."],
            examples: ["leadrelay action try hold-google A17"])
    ) { arguments, terminal in
        let name = arguments.operands[0]
        let answer = try AdminOptions.client(arguments, terminal).ask(
            Operations.tryAction, ["name": name], body: TryActionRequest(alert: arguments.operands[1]))
        return try answer.show(arguments, terminal) { tried in
            guard tried.would else { return "\(name) would do nothing: \(tried.why ?? "")\n" }
            let again = tried.replay.map { "\($0.again) deliveries would go out again\n" } ?? ""
            return "\(name) would have \(tried.does ?? "")\n\(again)"
        }
    }
}
