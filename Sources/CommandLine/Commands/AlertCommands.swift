import Domain

extension Command {
    private static let alertID = Usage.Operand(name: "ID", help: "the alert's number, for example A17")
    private static let by = Usage.Option(
        name: "by", value: "NAME", help: "who says so; default $USER. Stands in the alert's timeline")
    private static let time = Usage.Option(name: "for", value: "TIME", help: "how long, for example 30m, 2h, 3d")

    static let alertCommands: [Command] = [
        alertList, alertShow, alertAcknowledge, alertResolve, alertSnooze, alertNote, alertOwner, alertVerdict,
        alertFigures, alertSilence, alertSilences, alertUnsilence,
    ]

    private static let alertList = Command(
        name: "alert list",
        usage: Usage(
            summary: "list open alerts, newest first",
            options: [
                Usage.Option(name: "all", help: "the resolved ones too"),
                Usage.Option(name: "client", value: "NAME", help: "only this client's"),
                Usage.Option(name: "kind", value: "KIND", help: "only of this kind, for example missing_leads"),
                Usage.Option(name: "severity", value: "WORD", help: "only critical, warning or info ones"),
                Usage.Option(name: "limit", value: "N", help: "at most so many; default 100"),
            ] + AdminOptions.all,
            examples: ["leadrelay alert list", "leadrelay alert list --all --client acme"])
    ) { arguments, terminal in
        let limit = try number(arguments["limit"] ?? "100", "limit", 1...1000)
        var query = "limit=\(limit)&state=\(arguments.has("all") ? "all" : "open")"
        for name in ["client", "kind", "severity"] {
            if let value = arguments[name] { query += "&\(name)=\(AdminClient.encoded(value))" }
        }
        let answer = try AdminOptions.client(arguments, terminal).call("GET", "/api/alerts?\(query)")
        if arguments.has("json") {
            terminal.output(answer.pretty + "\n")
            return .good
        }
        var table = TextTable(["id", "severity", "state", "began", "owner", "about", "what"])
        for alert in answer["alerts"]?.array ?? [] {
            table.append([
                word(alert, "id"), word(alert, "severity"), word(alert, "state"), word(alert, "began"),
                word(alert, "owner"), word(alert, "scope"), word(alert, "text"),
            ])
        }
        terminal.output(table.isEmpty ? "no alert is open\n" : table.text)
        return .good
    }

    private static let alertShow = Command(
        name: "alert show",
        usage: Usage(
            summary: "show an alert with its evidence and timeline",
            operands: [alertID], options: AdminOptions.all, examples: ["leadrelay alert show A17"])
    ) { arguments, terminal in
        let alert = try AdminOptions.client(arguments, terminal).call("GET", path(arguments))
        terminal.output(arguments.has("json") ? alert.pretty + "\n" : AlertText.page(alert))
        return .good
    }

    private static let alertAcknowledge = Command(
        name: "alert ack",
        usage: Usage(
            summary: "acknowledge an alert, so that nobody else is notified",
            operands: [alertID], options: [time, by] + AdminOptions.all,
            notes: ["Without --for the time depends on the severity. Who is first becomes the owner."],
            examples: ["leadrelay alert ack A17", "leadrelay alert ack A17 --for 2h"])
    ) { arguments, terminal in
        try act("acknowledge", arguments, terminal, with: ["for"])
    }

    private static let alertResolve = Command(
        name: "alert resolve",
        usage: Usage(
            summary: "resolve an alert by hand",
            operands: [alertID],
            options: [Usage.Option(name: "reason", value: "TEXT", help: "why; stands in the timeline"), by]
                + AdminOptions.all,
            notes: ["If the condition persists, the alert reopens after an hour (alerts.quiet_after_resolve)."],
            examples: ["leadrelay alert resolve A17 --reason \"the token was renewed\""])
    ) { arguments, terminal in
        try act("resolve", arguments, terminal, with: ["reason"])
    }

    private static let alertSnooze = Command(
        name: "alert snooze",
        usage: Usage(
            summary: "snooze an alert",
            operands: [alertID], options: [time, by] + AdminOptions.all,
            examples: ["leadrelay alert snooze A17 --for 8h"])
    ) { arguments, terminal in
        guard arguments.has("for") else { throw WrongUsage(message: "--for is missing, for example --for 2h") }
        return try act("snooze", arguments, terminal, with: ["for"])
    }

    private static let alertNote = Command(
        name: "alert note",
        usage: Usage(
            summary: "add a note to an alert's timeline",
            operands: [alertID, .init(name: "TEXT", help: "the note")], options: [by] + AdminOptions.all,
            examples: ["leadrelay alert note A17 \"called their web team, they look at the form\""])
    ) { arguments, terminal in
        try act("note", arguments, terminal, ["text": .string(arguments.operands[1])])
    }

    private static let alertOwner = Command(
        name: "alert owner",
        usage: Usage(
            summary: "assign an alert",
            operands: [alertID, .init(name: "NAME", help: "the owner; \"\" for nobody")],
            options: [Usage.Option(name: "team", value: "NAME", help: "the team, too"), by] + AdminOptions.all,
            examples: ["leadrelay alert owner A17 tom --team support"])
    ) { arguments, terminal in
        try act("owner", arguments, terminal, ["owner": .string(arguments.operands[1])], with: ["team"])
    }

    private static let alertVerdict = Command(
        name: "alert verdict",
        usage: Usage(
            summary: "record an alert's cause, open or resolved",
            operands: [
                alertID, .init(name: "SIDE", help: "ours, client, platform, planned, not_a_problem or new_normal"),
            ],
            options: [
                Usage.Option(name: "cause", value: "WORD", help: "the typical problem, as the checklist calls it"),
                Usage.Option(name: "reason", value: "TEXT", help: "why"), by,
            ] + AdminOptions.all,
            notes: [
                "planned, not_a_problem and new_normal close the alert; the others acknowledge it.",
                "new_normal: what comes now is what is expected from now on. not_a_problem: the group is alerted less easily for 90 days.",
            ],
            examples: ["leadrelay alert verdict A17 client --reason \"the form lost its phone field\""])
    ) { arguments, terminal in
        try act(
            "verdict", arguments, terminal, ["side": .string(arguments.operands[1])], with: ["cause", "reason"])
    }

    private static let alertFigures = Command(
        name: "alert figures",
        usage: Usage(
            summary: "show response metrics (MTTD, MTTA, MTTR)",
            options: [
                Usage.Option(name: "days", value: "N", help: "of the last so many days; default 30"),
                Usage.Option(name: "client", value: "NAME", help: "only this client's"),
            ] + AdminOptions.all, examples: ["leadrelay alert figures --days 7"])
    ) { arguments, terminal in
        let days = try number(arguments["days"] ?? "30", "days", 1...400)
        var query = "days=\(days)"
        if let client = arguments["client"] { query += "&client=\(AdminClient.encoded(client))" }
        let answer = try AdminOptions.client(arguments, terminal).call("GET", "/api/alerts/figures?\(query)")
        if arguments.has("json") {
            terminal.output(answer.pretty + "\n")
            return .good
        }
        terminal.output(
            "opened \(answer["opened"]?.integer ?? 0), resolved \(answer["resolved"]?.integer ?? 0), side named for \(answer["judged"]?.integer ?? 0), leads lost about \(answer["leads_lost"]?.integer ?? 0)\n\n"
        )
        var table = TextTable(["time to", "alerts", "median", "mean"])
        for name in ["detect", "acknowledge", "resolve"] {
            let times = answer["time_to_\(name)"]
            func words(_ member: String) -> String { Duration.seconds(times?[member]?.integer ?? 0).words }
            table.append([name, "\(times?["count"]?.integer ?? 0)", words("median_seconds"), words("mean_seconds")])
        }
        terminal.output(table.text)
        return .good
    }

    private static let alertSilence = Command(
        name: "alert silence",
        usage: Usage(
            summary: "silence alerts, once or at some hours of every week",
            operands: [
                .init(
                    name: "SCOPE",
                    help: "relay (everything), client:NAME, group:CLIENT/GROUP, source:NAME, destination:NAME …")
            ],
            options: [
                time, Usage.Option(name: "reason", value: "TEXT", help: "why; is required"),
                Usage.Option(name: "kind", value: "KIND", help: "only alerts of this kind", repeats: true),
                Usage.Option(name: "days", value: "DAYS", help: "every week on these days, for example sat,sun"),
                Usage.Option(name: "from", value: "HH:MM", help: "with --days: from this time"),
                Usage.Option(name: "to", value: "HH:MM", help: "with --days: to this time, also of the next day"),
                Usage.Option(name: "zone", value: "ZONE", help: "with --days: by this clock; default UTC"), by,
            ] + AdminOptions.all,
            notes: ["Alerts are opened and kept all the same. Who was told of one before is told of its end."],
            examples: [
                "leadrelay alert silence client:acme --for 2h --reason \"their site is rebuilt\"",
                "leadrelay alert silence relay --days sat,sun --from 22:00 --to 06:00 --zone Europe/Berlin --reason \"backups\"",
            ])
    ) { arguments, terminal in
        guard let reason = arguments["reason"] else { throw WrongUsage(message: "--reason is missing") }
        var members: [JSON.Member] = [
            JSON.Member("scope", .string(arguments.operands[0])), JSON.Member("reason", .string(reason)),
            JSON.Member("kinds", .array(arguments.all("kind").map { .string($0) })), caller(arguments, terminal),
        ]
        if let time = arguments["for"] { members.append(JSON.Member("for", .string(time))) }
        if let days = arguments["days"] {
            members.append(
                JSON.Member(
                    "weekly",
                    [
                        "days": .array(days.split(separator: ",").map { .string(String($0)) }),
                        "from": .string(arguments["from"] ?? "00:00"), "to": .string(arguments["to"] ?? "00:00"),
                        "zone": .string(arguments["zone"] ?? "UTC"),
                    ]))
        }
        let answer = try AdminOptions.client(arguments, terminal).call("POST", "/api/silences", .object(members))
        terminal.output(
            arguments.has("json")
                ? answer.pretty + "\n"
                : "\(word(answer, "id")) silences \(word(answer, "scope")); end it with: leadrelay alert unsilence \(word(answer, "id"))\n"
        )
        return .good
    }

    private static let alertSilences = Command(
        name: "alert silences",
        usage: Usage(
            summary: "list current and future silences", options: AdminOptions.all,
            examples: ["leadrelay alert silences"])
    ) { arguments, terminal in
        let answer = try AdminOptions.client(arguments, terminal).call("GET", "/api/silences")
        if arguments.has("json") {
            terminal.output(answer.pretty + "\n")
            return .good
        }
        var table = TextTable(["id", "scope", "kinds", "from", "until", "weekly", "by", "reason"])
        for silence in answer["silences"]?.array ?? [] {
            var weekly = ""
            if let times = silence["weekly"] {
                let days = (times["days"]?.array ?? []).compactMap(\.string).joined(separator: ",")
                weekly = "\(days) \(word(times, "from"))–\(word(times, "to")) \(word(times, "zone"))"
            }
            let kinds = (silence["kinds"]?.array ?? []).compactMap(\.string).joined(separator: " ")
            table.append([
                word(silence, "id"), word(silence, "scope"), kinds.isEmpty ? "all" : kinds, word(silence, "from"),
                word(silence, "until"), weekly, word(silence, "by"), word(silence, "reason"),
            ])
        }
        terminal.output(table.isEmpty ? "there is no silence\n" : table.text)
        return .good
    }

    private static let alertUnsilence = Command(
        name: "alert unsilence",
        usage: Usage(
            summary: "end a silence; what is still wrong notifies again",
            operands: [.init(name: "ID", help: "the silence's number, for example S3")], options: AdminOptions.all,
            examples: ["leadrelay alert unsilence S3"])
    ) { arguments, terminal in
        let id = AdminClient.encoded(arguments.operands[0])
        let answer = try AdminOptions.client(arguments, terminal).call("POST", "/api/silences/\(id)/end", [:])
        terminal.output(arguments.has("json") ? answer.pretty + "\n" : "\(word(answer, "id")) has ended\n")
        return .good
    }

    // MARK: Helpers

    private static func path(_ arguments: Arguments) throws(WrongUsage) -> String {
        guard let id = AlertID(arguments.operands[0]) else {
            throw WrongUsage(message: "\"\(arguments.operands[0])\" is no number of an alert, for example A17")
        }
        return "/api/alerts/\(id)"
    }

    private static func caller(_ arguments: Arguments, _ terminal: Terminal) -> JSON.Member {
        JSON.Member("by", .string(arguments["by"] ?? terminal.environment("USER") ?? ""))
    }

    /// Does something to an alert and says how it stands then. `options` are sent under their own names.
    private static func act(
        _ verb: String, _ arguments: Arguments, _ terminal: Terminal, _ body: JSON = [:], with options: [String] = []
    ) throws -> ExitCode {
        var members = (body.object ?? []) + [caller(arguments, terminal)]
        for name in options {
            if let value = arguments[name] { members.append(JSON.Member(name, .string(value))) }
        }
        let answer = try AdminOptions.client(arguments, terminal).call(
            "POST", path(arguments) + "/\(verb)", .object(members))
        if arguments.has("json") {
            terminal.output(answer.pretty + "\n")
            return .good
        }
        let owner = word(answer, "owner")
        let was = answer["changed"]?.bool == true ? "is" : "was already"
        terminal.output(
            "\(word(answer, "id")) \(was) \(word(answer, "state"))\(owner.isEmpty ? "" : ", owner \(owner)")\n")
        return .good
    }

    private static func word(_ json: JSON, _ name: String) -> String { json[name]?.string ?? "" }
}

/// One alert as a page of text.
enum AlertText {
    static func page(_ alert: JSON) -> String {
        func word(_ json: JSON?, _ name: String) -> String { json?[name]?.string ?? "" }
        func number(_ name: String) -> String? {
            if case .number(let text)? = alert[name] { text } else { nil }
        }
        var text =
            "\(word(alert, "id"))  \(word(alert, "severity"))  \(word(alert, "state"))\n\(word(alert, "text"))\n\n"
        var table = TextTable(["", ""])
        table.append(["about", word(alert, "scope")])
        for name in ["began", "opened", "first_told"] where !word(alert, name).isEmpty {
            table.append([name.replacing("_", with: " "), word(alert, name)])
        }
        if let expected = number("expected") {
            table.append(["leads", "\(expected) expected, \(number("observed") ?? "0") seen"])
        }
        let team = word(alert, "team")
        if !word(alert, "owner").isEmpty || !team.isEmpty {
            table.append(["owner", word(alert, "owner") + (team.isEmpty ? "" : " (\(team))")])
        }
        if let acknowledgement = alert["acknowledgement"] {
            table.append([
                "acknowledged", "by \(word(acknowledgement, "by")) until \(word(acknowledgement, "until"))",
            ])
        }
        for (name, title) in [
            ("snoozed_until", "snoozed until"), ("inhibited_by", "part of"), ("silenced_by", "silenced by"),
            ("recovering_since", "recovering since"),
        ] where !word(alert, name).isEmpty {
            table.append([title, word(alert, name)])
        }
        if let verdict = alert["verdict"] {
            let words = ["side", "cause", "reason"].map { word(verdict, $0) }.filter { !$0.isEmpty }
            table.append(["verdict", words.joined(separator: ": ") + ", by \(word(verdict, "by"))"])
        }
        if let resolution = alert["resolution"] {
            table.append([
                "ended", "\(word(resolution, "ended")) (\(word(resolution, "how"))): \(word(resolution, "reason"))",
            ])
        }
        for evidence in alert["evidence"]?.array ?? [] {
            table.append([word(evidence, "name"), word(evidence, "value")])
        }
        // The header is empty: what follows stands by itself.
        text += table.text.drop { $0 == "\n" }
        let events = (alert["events"]?.array ?? []).map { event in
            (word(event, "at"), word(event, "kind").replacing("_", with: " "), word(event, "by"), word(event, "text"))
        }
        let markers = (alert["markers"]?.array ?? []).map { marker in
            (word(marker, "at"), "· " + word(marker, "kind"), word(marker, "by"), word(marker, "text"))
        }
        var timeline = TextTable(["at", "what", "by", ""])
        for entry in (events + markers).enumerated().sorted(by: {
            ($0.element.0, $0.offset) < ($1.element.0, $1.offset)
        }) {
            timeline.append([entry.element.0, entry.element.1, entry.element.2, entry.element.3])
        }
        text += "\n" + timeline.text
        var owed = TextTable(["owed to", "kind", "due", "failures"])
        for notice in alert["owed"]?.array ?? [] {
            owed.append([
                word(notice, "channel"), word(notice, "kind"), word(notice, "due"),
                "\(notice["failures"]?.integer ?? 0)",
            ])
        }
        if !owed.isEmpty { text += "\n" + owed.text }
        return text
    }
}
