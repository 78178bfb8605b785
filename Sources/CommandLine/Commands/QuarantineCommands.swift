import API
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
            return try client.ask(Operations.quarantineGroups).show(arguments, terminal, page)
        }
        let limit = try number(arguments["limit"] ?? "50", "limit", 1...1000)
        return try client.ask(
            Operations.quarantine,
            query: ["limit": "\(limit)", "reason": arguments["reason"], "source": arguments["source"]]
        ).show(arguments, terminal, page)
    }

    private static func page(_ list: QuarantineGroupsDocument) -> Page {
        var table = TextTable(["reason", "source", "count", "oldest", "newest"])
        for group in list.groups {
            table.append([
                group.reason, group.source, "\(group.count)", group.first.rfc3339Seconds, group.last.rfc3339Seconds,
            ])
        }
        return table.isEmpty ? "the quarantine is empty\n" : Page(table)
    }

    private static func page(_ list: QuarantineListDocument) -> Page {
        var table = TextTable(["id", "source", "received", "defect"])
        for event in list.events {
            let first = event.defects.first.map(DefectText.line) ?? event.reason
            let more = event.defects.count > 1 ? " (and \(event.defects.count - 1) more)" : ""
            table.append(["\(event.id)", event.source, event.receivedAt.instant.rfc3339, first + more])
        }
        return table.isEmpty ? "nothing of that kind is in quarantine\n" : Page(table)
    }

    static let quarantineShow = Command(
        name: "quarantine show",
        usage: Usage(
            summary: "show a quarantined event with all its defects",
            operands: [.init(name: "ID", help: "the event")],
            options: AdminOptions.all,
            notes: [CommonOptions.showsPersonalData],
            examples: ["leadrelay quarantine show 0m8wz4x9q2k7c"])
    ) { arguments, terminal in
        let id = ["id": try leadID(arguments.operands[0])]
        return try AdminOptions.client(arguments, terminal).ask(Operations.quarantinedEvent, id)
            .show(arguments, terminal) { event in
                var text = LeadText.page(event)
                if !event.query.isEmpty { text += "\nin the address:\n\(event.query)\n" }
                if let edited = event.edited { text += "\nas edited:\n\(LeadText.posted(edited))\n" }
                return text
            }
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
        var request = FixRequest(release: arguments.has("release") ? true : nil)
        let changes = arguments.all("set")
        if changes.isEmpty {
            let bytes = try terminal.input()
            guard let event = try? JSON(parsing: bytes) else { throw Failure("standard input is not JSON") }
            request.event = event
        } else {
            request.set = try changes.map(change)
        }
        let answer = try AdminOptions.client(arguments, terminal).ask(
            Operations.fixQuarantinedEvent, ["id": id], body: request)
        let fixed = try answer.document()
        if arguments.has("json") {
            terminal.output(answer.json.pretty + "\n")
        } else {
            for defect in fixed.defects { terminal.print("still wrong: \(DefectText.line(defect))\n") }
            terminal.output(fixed.released ? "\(id): kept the copy and released it\n" : "\(id): kept the copy\n")
        }
        return fixed.defects.isEmpty ? .good : .notGood
    }

    static let quarantineRelease = decision(
        Operations.releaseQuarantined, "release", "release quarantined events for validation", done: "released",
        options: [
            Usage.Option(
                name: "as", value: "WHAT",
                help:
                    "what one with the id of an earlier lead is: own, a lead of its own; correction, of the earlier one"
            )
        ])
    static let quarantineDiscard = decision(
        Operations.discardQuarantined, "discard", "discard quarantined events; the books keep counting them",
        done: "discarded")

    private static func decision(
        _ operation: Operation<DecisionDocument>, _ verb: String, _ summary: String, done: String,
        options: [Usage.Option] = []
    ) -> Command {
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
                    """
                    leadrelay quarantine \(verb) --reason unknown_value --source acme-landing --note \"mapping \
                    corrected\"
                    """,
                ])
        ) { arguments, terminal in
            let isBulk = arguments.has("reason") || arguments.has("source")
            guard isBulk == arguments.operands.isEmpty else {
                throw WrongUsage(message: "name events, or choose them with --reason and --source")
            }
            let request = DecisionRequest(
                ids: isBulk ? nil : try arguments.operands.map(leadID), reason: arguments["reason"],
                source: arguments["source"], as: try arguments.choice("as"), note: arguments["note"] ?? "")
            let answer = try AdminOptions.client(arguments, terminal).ask(operation, body: request)
            let decided = try answer.document()
            let missing = decided.notInQuarantine ?? []
            if arguments.has("json") {
                terminal.output(answer.json.pretty + "\n")
            } else {
                terminal.output("\(done): \(decided.count)\n")
                for id in missing { terminal.errors("\(id) is not in quarantine\n") }
            }
            return missing.isEmpty ? .good : .notGood
        }
    }

    /// `/person/email=eva@example.org`, `/value=12.5`, `/custom/note=`.
    static func change(_ text: String) throws(WrongUsage) -> ChangeDocument {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("/"), parts[0].count > 1 else {
            throw WrongUsage(message: "--set \(text): write /POINTER=VALUE, for example /person/email=eva@example.org")
        }
        let value = String(parts[1])
        if value.isEmpty { return ChangeDocument(pointer: String(parts[0])) }
        return ChangeDocument(
            pointer: String(parts[0]), value: (try? JSON(parsing: Array(value.utf8))) ?? .string(value))
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
