import API
import Domain

extension Command {
    static let actionList = Command(
        name: "action list",
        usage: Usage(
            summary: "list automated actions and what they did in the last week",
            options: AdminOptions.all, examples: ["leadrelay action list"])
    ) { arguments, terminal in
        let answer = try AdminOptions.client(arguments, terminal).call("GET", "/api/actions")
        if arguments.has("json") {
            terminal.output(answer.pretty + "\n")
            return .good
        }
        func word(_ json: JSON, _ name: String) -> String { json[name]?.string ?? "" }
        var table = TextTable(["action", "on", "does", "times in a week"])
        for action in answer["actions"]?.array ?? [] {
            table.append([
                word(action, "name"), (action["on"]?.array ?? []).compactMap(\.string).joined(separator: ", "),
                word(action, "does"), "\(action["runs"]?.integer ?? 0)",
            ])
        }
        terminal.output(table.isEmpty ? "no action is configured\n" : table.text)
        var runs = TextTable(["when", "action", "alert", "state", "what"])
        for run in answer["runs"]?.array ?? [] {
            runs.append(["at", "action", "alert", "state", "detail"].map { word(run, $0) })
        }
        if !runs.isEmpty { terminal.output("\n" + runs.text) }
        return .good
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
        if arguments.has("json") {
            terminal.output(answer.json.pretty + "\n")
            return .good
        }
        let tried = try answer.document()
        guard tried.would else {
            terminal.output("\(name) would do nothing: \(tried.why ?? "")\n")
            return .good
        }
        terminal.output("\(name) would have \(tried.does ?? "")\n")
        if let replay = tried.replay { terminal.output("\(replay.again) deliveries would go out again\n") }
        return .good
    }
}
