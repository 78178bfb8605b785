import Domain

extension Command {
    static let ruleTry = Command(
        name: "rule try",
        usage: Usage(
            summary: "test a fixed rule against history, before it is armed",
            options: [
                Usage.Option(name: "client", value: "NAME", help: "of this client's groups; default: of all clients'"),
                Usage.Option(
                    name: "group", value: "NAME",
                    help: "which campaign group, or a pattern such as 'solar-*'; default: each"),
                Usage.Option(
                    name: "per", value: "WHAT", help: "what is counted together: group (default), client or everything"),
                Usage.Option(
                    name: "least-daily", value: "NUMBER", help: "only groups of which so many leads a day are expected"),
                Usage.Option(
                    name: "fewer-than", value: "NUMBER", help: "fires when fewer leads come; default: 1, none"),
                Usage.Option(name: "in", value: "TIME", help: "in so long a time; default: 1h"),
                Usage.Option(name: "days", value: "DAYS", help: "only on these, for example mon-fri"),
                Usage.Option(name: "hours", value: "HOURS", help: "only in these, for example 09:00-21:00"),
                Usage.Option(name: "time-zone", value: "ZONE", help: "by whose clock; default: the client's"),
            ] + AdminOptions.all,
            notes: ["Rules stand in the configuration, under volume.rules and volume.groups."],
            examples: [
                "leadrelay rule try --client acme --group heat-pumps --in 1h --hours 09:00-21:00",
                "leadrelay rule try --client acme --least-daily 100",
            ])
    ) { arguments, terminal in
        var members: [JSON.Member] = []
        for name in ["client", "group", "per", "in", "days", "hours", "time-zone"] {
            if let value = arguments[name] {
                members.append(JSON.Member(name.replacing("-", with: "_"), .string(value)))
            }
        }
        if let text = arguments["least-daily"] {
            guard let number = Double(text) else { throw WrongUsage(message: "--least-daily must be a number") }
            members.append(JSON.Member("least_daily", .number("\(number)")))
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

    /// `"no leads in 1 hour" would have fired at least 14 times since …, while 310 leads came`, and how that was
    /// counted.
    static func words(_ answer: JSON) -> String {
        func times(_ count: Int64) -> String { count == 1 ? "once" : "\(count) times" }
        func day(_ part: JSON) -> String { String((part["since"]?.string ?? "").prefix(10)) }
        let parts = answer["parts"]?.array ?? []
        let isExact = parts.allSatisfy { $0["exact"]?.bool == true }
        var text =
            "\"\(answer["rule"]?.string ?? "")\" would have fired \(isExact ? "" : "at least ")"
            + times(answer["firings"]?.integer ?? 0)
            + " since \(answer["since"]?.string ?? ""), while \(answer["leads"]?.integer ?? 0) leads came\n"
        if !isExact {
            for part in parts {
                let count = times(part["firings"]?.integer ?? 0)
                text +=
                    part["exact"]?.bool == true
                    ? "  since \(day(part)): \(count), counted by five minutes\n"
                    : "  since \(day(part)): at least \(count), for only whole hours are known of that time\n"
            }
        }
        return text + several(answer, times)
    }

    /// Which of several groups or clients it would have fired for.
    private static func several(_ answer: JSON, _ times: (Int64) -> String) -> String {
        let (all, young) = (answer["looked_at"]?.integer ?? 1, answer["too_new"]?.integer ?? 0)
        guard all + young > 1 else { return "" }
        let firing = answer["firing"]?.integer ?? 0
        let noun = answer["per"]?.string == "client" ? "clients" : "groups"
        var text = "  in \(firing) of \(all) \(noun)\(young > 0 ? "; \(young) too new" : "")\n"
        let worst = answer["worst"]?.array ?? []
        for one in worst {
            let group = one["group"]?.string.map { "/\($0)" } ?? ""
            text +=
                "  \(one["client"]?.string ?? "")\(group): \(times(one["firings"]?.integer ?? 0)), \(one["leads"]?.integer ?? 0) leads\n"
        }
        if firing > Int64(worst.count) { text += "  and \(firing - Int64(worst.count)) more\n" }
        return text
    }
}
