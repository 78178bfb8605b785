import Domain

extension Command {
    private static let reason = Usage.Option(
        name: "reason", value: "CODE", help: "only events with this first defect, for example malformed")
    private static let source = Usage.Option(name: "source", value: "NAME", help: "only events of this source")
    private static let note = Usage.Option(name: "note", value: "TEXT", help: "why; is kept with the event")

    static let quarantineList = Command(
        name: "quarantine list",
        usage: Usage(
            summary: "list quarantined events, by reason or one by one",
            options: [
                reason, source,
                Usage.Option(name: "each", help: "event by event also without --reason or --source"),
                Usage.Option(name: "limit", value: "N", help: "at most so many events; default 50"),
            ] + AdminOptions.all,
            examples: [
                "leadrelay quarantine list", "leadrelay quarantine list --reason malformed --source acme-landing",
            ])
    ) { arguments, terminal in
        let client = try AdminOptions.client(arguments, terminal)
        let isDetailed = arguments.has("each") || arguments.has("reason") || arguments.has("source")
        guard isDetailed else {
            let groups = try client.call("GET", "/api/quarantine/groups")
            if arguments.has("json") {
                terminal.output(groups.pretty + "\n")
                return .good
            }
            var table = TextTable(["reason", "source", "count", "oldest", "newest"])
            for group in groups["groups"]?.array ?? [] {
                table.append([
                    group["reason"]?.string ?? "", group["source"]?.string ?? "", "\(group["count"]?.integer ?? 0)",
                    group["first"]?.string ?? "", group["last"]?.string ?? "",
                ])
            }
            terminal.output(table.isEmpty ? "the quarantine is empty\n" : table.text)
            return .good
        }
        let limit = try number(arguments["limit"] ?? "50", "limit", 1...1000)
        var query = "limit=\(limit)"
        for name in ["reason", "source"] {
            if let value = arguments[name] { query += "&\(name)=\(AdminClient.encoded(value))" }
        }
        let events = try client.call("GET", "/api/quarantine?\(query)")
        if arguments.has("json") {
            terminal.output(events.pretty + "\n")
            return .good
        }
        var table = TextTable(["id", "source", "received", "defect"])
        for event in events["events"]?.array ?? [] {
            let defects = event["defects"]?.array ?? []
            let first = defects.first.map(DefectText.line) ?? event["reason"]?.string ?? ""
            table.append([
                event["id"]?.string ?? "", event["source"]?.string ?? "", event["received_at"]?.string ?? "",
                defects.count > 1 ? first + " (and \(defects.count - 1) more)" : first,
            ])
        }
        terminal.output(table.isEmpty ? "nothing of that kind is in quarantine\n" : table.text)
        return .good
    }

    static let quarantineShow = Command(
        name: "quarantine show",
        usage: Usage(
            summary: "show a quarantined event with all its defects",
            operands: [.init(name: "ID", help: "the event")],
            options: AdminOptions.all,
            notes: ["Prints personal data as long as it is kept."],
            examples: ["leadrelay quarantine show 0m8wz4x9q2k7c"])
    ) { arguments, terminal in
        let id = try leadID(arguments.operands[0])
        let event = try AdminOptions.client(arguments, terminal).call("GET", "/api/quarantine/\(id)")
        if arguments.has("json") {
            terminal.output(event.pretty + "\n")
            return .good
        }
        var text = LeadText.page(event)
        if let query = event["query"]?.string, !query.isEmpty { text += "\nin the address:\n\(query)\n" }
        if let edited = event["edited"], edited != .null { text += "\nas edited:\n\(edited.string ?? edited.pretty)\n" }
        terminal.output(text)
        return .good
    }

    static let quarantineFix = Command(
        name: "quarantine fix",
        usage: Usage(
            summary: "save an edited copy of a quarantined event",
            operands: [.init(name: "ID", help: "the event")],
            options: [
                Usage.Option(
                    name: "set", value: "/POINTER=VALUE",
                    help: "put a value there (JSON, else a text); without a value: take it away", repeats: true),
                Usage.Option(name: "release", help: "release it at once if nothing is wrong any more"),
            ] + AdminOptions.all,
            notes: [
                "Without --set the whole event is read from standard input, as JSON.",
                "Says what is still wrong with the copy, and ends with 1 then. Release it with `quarantine release`.",
            ],
            examples: [
                "leadrelay quarantine fix 0m8wz4x9q2k7c --set /person/email=eva@example.org --set /value=120 --release",
                "leadrelay quarantine fix 0m8wz4x9q2k7c < event.json",
            ])
    ) { arguments, terminal in
        let id = try leadID(arguments.operands[0])
        var request: [JSON.Member] = []
        let changes = arguments.all("set")
        if changes.isEmpty {
            let bytes = try terminal.input()
            guard let event = try? JSON(parsing: bytes) else { throw Failure("standard input is not JSON") }
            request.append(JSON.Member("event", event))
        } else {
            request.append(JSON.Member("set", .array(try changes.map(change))))
        }
        if arguments.has("release") { request.append(JSON.Member("release", true)) }
        let client = try AdminOptions.client(arguments, terminal)
        let answer = try client.call("POST", "/api/quarantine/\(id)/fix", .object(request))
        let defects = answer["defects"]?.array ?? []
        if arguments.has("json") {
            terminal.output(answer.pretty + "\n")
        } else {
            for defect in defects { terminal.output("still wrong: \(DefectText.line(defect))\n") }
            let released = answer["released"]?.bool == true
            terminal.output(released ? "\(id): kept the copy and released it\n" : "\(id): kept the copy\n")
        }
        return defects.isEmpty ? .good : .notGood
    }

    static let quarantineRelease = decision(
        "release", "release quarantined events for validation", done: "released",
        options: [
            Usage.Option(
                name: "as", value: "WHAT",
                help:
                    "what one with the id of an earlier lead is: own, a lead of its own; correction, of the earlier one"
            )
        ])
    static let quarantineDiscard = decision(
        "discard", "discard quarantined events; the books keep counting them", done: "discarded")

    private static func decision(_ verb: String, _ summary: String, done: String, options: [Usage.Option] = [])
        -> Command
    {
        Command(
            name: "quarantine \(verb)",
            usage: Usage(
                summary: summary,
                operands: [.init(name: "ID", help: "the events", isOptional: true, repeats: true)],
                options: [reason, source, note] + options + AdminOptions.all,
                notes: [
                    "Name the events, or choose them with --reason, --source or both.",
                    "Ends with 1 if a named event is not in quarantine.",
                ],
                examples: [
                    "leadrelay quarantine \(verb) 0m8wz4x9q2k7c",
                    "leadrelay quarantine \(verb) --reason unknown_value --source acme-landing --note \"mapping corrected\"",
                ])
        ) { arguments, terminal in
            var request = [JSON.Member("note", .string(arguments["note"] ?? ""))]
            if let treatment = arguments["as"] { request.append(JSON.Member("as", .string(treatment))) }
            let isBulk = arguments.has("reason") || arguments.has("source")
            guard isBulk == arguments.operands.isEmpty else {
                throw WrongUsage(message: "name events, or choose them with --reason and --source")
            }
            if isBulk {
                for name in ["reason", "source"] {
                    if let value = arguments[name] { request.append(JSON.Member(name, .string(value))) }
                }
            } else {
                request.append(JSON.Member("ids", .array(try arguments.operands.map { .string(try leadID($0)) })))
            }
            let client = try AdminOptions.client(arguments, terminal)
            let answer = try client.call("POST", "/api/quarantine/\(verb)", .object(request))
            let missing = answer["not_in_quarantine"]?.array ?? []
            if arguments.has("json") {
                terminal.output(answer.pretty + "\n")
            } else {
                terminal.output("\(done): \(answer["count"]?.integer ?? 0)\n")
                for id in missing { terminal.errors("\(id.string ?? "") is not in quarantine\n") }
            }
            return missing.isEmpty ? .good : .notGood
        }
    }

    /// `/person/email=eva@example.org`, `/value=12.5`, `/custom/note=`.
    static func change(_ text: String) throws(WrongUsage) -> JSON {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("/"), parts[0].count > 1 else {
            throw WrongUsage(message: "--set \(text): write /POINTER=VALUE, for example /person/email=eva@example.org")
        }
        let value = String(parts[1])
        if value.isEmpty { return ["pointer": .string(String(parts[0]))] }
        let parsed = try? JSON(parsing: Array(value.utf8))
        return ["pointer": .string(String(parts[0])), "value": parsed ?? .string(value)]
    }

    static func leadID(_ text: String) throws(WrongUsage) -> String {
        guard let id = LeadID(text) else {
            throw WrongUsage(message: "\"\(text)\" is no id of an event (13 letters and digits)")
        }
        return id.description
    }

    static func number(_ text: String, _ name: String, _ range: ClosedRange<Int>) throws(WrongUsage) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw WrongUsage(message: "--\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
