import Domain

extension Command {
    static let ruleTry = Command(
        name: "rule try",
        usage: Usage(
            summary: "tells how often a fixed rule would have fired for a group, before it is armed",
            options: [
                Usage.Option(name: "client", value: "NAME", help: "whose group"),
                Usage.Option(name: "group", value: "NAME", help: "which campaign group"),
                Usage.Option(
                    name: "fewer-than", value: "NUMBER", help: "fires when fewer leads come; default: 1, none"),
                Usage.Option(name: "in", value: "TIME", help: "in so long a time; default: 1h"),
                Usage.Option(name: "days", value: "DAYS", help: "only on these, for example mon-fri"),
                Usage.Option(name: "hours", value: "HOURS", help: "only in these, for example 09:00-21:00"),
            ] + AdminOptions.all,
            notes: ["Rules stand in the configuration, under volume.groups."],
            examples: ["leadrelay rule try --client acme --group heat-pumps --in 1h --hours 09:00-21:00"])
    ) { arguments, terminal in
        var members: [JSON.Member] = []
        for name in ["client", "group", "in", "days", "hours"] {
            if let value = arguments[name] { members.append(JSON.Member(name, .string(value))) }
        }
        if let text = arguments["fewer-than"] {
            guard let number = Int(text) else { throw WrongUsage(message: "--fewer-than must be a number") }
            members.append(JSON.Member("fewer_than", JSON(number)))
        }
        let answer = try AdminOptions.client(arguments, terminal).call("POST", "/api/rules/try", .object(members))
        if arguments.has("json") {
            terminal.output(answer.pretty + "\n")
            return .good
        }
        terminal.output(words(answer))
        return .good
    }

    /// `"no leads in 1 hour" would have fired at least 14 times since …, while 310 leads came`, and how that was counted.
    static func words(_ answer: JSON) -> String {
        func times(_ count: Int64) -> String { count == 1 ? "once" : "\(count) times" }
        func day(_ part: JSON) -> String { String((part["since"]?.string ?? "").prefix(10)) }
        let parts = answer["parts"]?.array ?? []
        let isExact = parts.allSatisfy { $0["exact"]?.bool == true }
        var text =
            "\"\(answer["rule"]?.string ?? "")\" would have fired \(isExact ? "" : "at least ")"
            + times(answer["firings"]?.integer ?? 0)
            + " since \(answer["since"]?.string ?? ""), while \(answer["leads"]?.integer ?? 0) leads came\n"
        guard !isExact else { return text }
        for part in parts {
            let count = times(part["firings"]?.integer ?? 0)
            text +=
                part["exact"]?.bool == true
                ? "  since \(day(part)): \(count), counted by five minutes\n"
                : "  since \(day(part)): at least \(count), for only whole hours are known of that time\n"
        }
        return text
    }
}
