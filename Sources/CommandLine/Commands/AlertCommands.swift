import API
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
        let answer = try AdminOptions.client(arguments, terminal).ask(
            Operations.alerts,
            query: [
                "limit": "\(limit)", "state": arguments.has("all") ? "all" : "open", "client": arguments["client"],
                "kind": arguments["kind"], "severity": arguments["severity"],
            ])
        return try answer.show(arguments, terminal, page)
    }

    private static func page(_ list: AlertListDocument) -> Page {
        var table = TextTable(["id", "severity", "state", "began", "owner", "about", "what"])
        for alert in list.alerts {
            table.append([
                "\(alert.id)", alert.severity.rawValue, alert.state.rawValue, alert.began.rfc3339Seconds, alert.owner,
                alert.scope, alert.text,
            ])
        }
        return table.isEmpty ? "no alert is open\n" : Page(table)
    }

    private static let alertShow = Command(
        name: "alert show",
        usage: Usage(
            summary: "show an alert with its evidence and timeline",
            operands: [alertID], options: AdminOptions.all, examples: ["leadrelay alert show A17"])
    ) { arguments, terminal in
        try AdminOptions.client(arguments, terminal).ask(Operations.alert, id(arguments))
            .show(arguments, terminal, AlertText.page)
    }

    private static let alertAcknowledge = Command(
        name: "alert ack",
        usage: Usage(
            summary: "acknowledge an alert, so that nobody else is notified",
            operands: [alertID], options: [time, by] + AdminOptions.all,
            notes: ["Without --for the time depends on the severity. Who is first becomes the owner."],
            examples: ["leadrelay alert ack A17", "leadrelay alert ack A17 --for 2h"])
    ) { arguments, terminal in
        let request = AcknowledgeRequest(for: arguments["for"], by: caller(arguments, terminal))
        return try act(Operations.acknowledgeAlert, request, arguments, terminal)
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
        let request = ResolveRequest(reason: arguments["reason"], by: caller(arguments, terminal))
        return try act(Operations.resolveAlert, request, arguments, terminal)
    }

    private static let alertSnooze = Command(
        name: "alert snooze",
        usage: Usage(
            summary: "snooze an alert",
            operands: [alertID], options: [time, by] + AdminOptions.all,
            examples: ["leadrelay alert snooze A17 --for 8h"])
    ) { arguments, terminal in
        guard let time = arguments["for"] else {
            throw WrongUsage(message: "--for is missing, for example --for 2h")
        }
        let request = SnoozeRequest(for: time, by: caller(arguments, terminal))
        return try act(Operations.snoozeAlert, request, arguments, terminal)
    }

    private static let alertNote = Command(
        name: "alert note",
        usage: Usage(
            summary: "add a note to an alert's timeline",
            operands: [alertID, .init(name: "TEXT", help: "the note")], options: [by] + AdminOptions.all,
            examples: ["leadrelay alert note A17 \"called their web team, they look at the form\""])
    ) { arguments, terminal in
        let request = NoteRequest(text: arguments.operands[1], by: caller(arguments, terminal))
        return try act(Operations.noteAlert, request, arguments, terminal)
    }

    private static let alertOwner = Command(
        name: "alert owner",
        usage: Usage(
            summary: "assign an alert",
            operands: [alertID, .init(name: "NAME", help: "the owner; \"\" for nobody")],
            options: [Usage.Option(name: "team", value: "NAME", help: "the team, too"), by] + AdminOptions.all,
            examples: ["leadrelay alert owner A17 tom --team support"])
    ) { arguments, terminal in
        let request = OwnerRequest(
            owner: arguments.operands[1], team: arguments["team"], by: caller(arguments, terminal))
        return try act(Operations.assignAlert, request, arguments, terminal)
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
                """
                new_normal: what comes now is what is expected from now on. not_a_problem: the group is alerted \
                less easily for 90 days.
                """,
            ],
            examples: ["leadrelay alert verdict A17 client --reason \"the form lost its phone field\""])
    ) { arguments, terminal in
        let request = VerdictRequest(
            side: try Arguments.word(arguments.operands[1], "SIDE"), cause: arguments["cause"],
            reason: arguments["reason"], by: caller(arguments, terminal))
        return try act(Operations.judgeAlert, request, arguments, terminal)
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
        let answer = try AdminOptions.client(arguments, terminal).ask(
            Operations.alertFigures, query: ["days": "\(days)", "client": arguments["client"]])
        return try answer.show(arguments, terminal, page)
    }

    private static func page(_ figures: AlertFiguresDocument) -> Page {
        var table = TextTable(["time to", "alerts", "median", "mean"])
        for (name, times) in [
            ("detect", figures.timeToDetect), ("acknowledge", figures.timeToAcknowledge),
            ("resolve", figures.timeToResolve),
        ] {
            let (median, mean) = (Duration.seconds(times.medianSeconds), Duration.seconds(times.meanSeconds))
            table.append([name, "\(times.count)", median.words, mean.words])
        }
        return """
            opened \(figures.opened), resolved \(figures.resolved), side named for \(figures.judged), \
            leads lost about \(figures.leadsLost)


            """ + Page(table)
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
                """
                leadrelay alert silence relay --days sat,sun --from 22:00 --to 06:00 --zone Europe/Berlin --reason \
                \"backups\"
                """,
            ])
    ) { arguments, terminal in
        guard let reason = arguments["reason"] else { throw WrongUsage(message: "--reason is missing") }
        let weekly: WeeklyWindow? = try arguments["days"].map { days throws(WrongUsage) in
            var named: [WeekDay] = []
            for day in days.split(separator: ",") { named.append(try Arguments.word(String(day), "--days")) }
            return WeeklyWindow(
                days: named, from: arguments["from"] ?? "00:00", to: arguments["to"] ?? "00:00",
                zone: arguments["zone"] ?? "UTC")
        }
        let request = SilenceRequest(
            scope: arguments.operands[0], reason: reason, kinds: try arguments.choices("kind"), for: arguments["for"],
            weekly: weekly, by: caller(arguments, terminal))
        let answer = try AdminOptions.client(arguments, terminal).ask(Operations.addSilence, body: request)
        return try answer.show(arguments, terminal) { silence in
            "\(silence.id) silences \(silence.scope); end it with: leadrelay alert unsilence \(silence.id)\n"
        }
    }

    private static let alertSilences = Command(
        name: "alert silences",
        usage: Usage(
            summary: "list current and future silences", options: AdminOptions.all,
            examples: ["leadrelay alert silences"])
    ) { arguments, terminal in
        try AdminOptions.client(arguments, terminal).ask(Operations.silences).show(arguments, terminal, page)
    }

    private static func page(_ list: SilenceListDocument) -> Page {
        var table = TextTable(["id", "scope", "kinds", "from", "until", "weekly", "by", "reason"])
        for silence in list.silences {
            let weekly = silence.weekly.map { times in
                let days = times.days.map(\.rawValue).joined(separator: ",")
                return "\(days) \(times.from)–\(times.to) \(times.zone ?? "")"
            }
            let kinds = silence.kinds.map(\.rawValue).joined(separator: " ")
            table.append([
                silence.id, silence.scope, kinds.isEmpty ? "all" : kinds, silence.from.rfc3339Seconds,
                silence.until?.rfc3339Seconds ?? "", weekly ?? "", silence.by, silence.reason,
            ])
        }
        return table.isEmpty ? "there is no silence\n" : Page(table)
    }

    private static let alertUnsilence = Command(
        name: "alert unsilence",
        usage: Usage(
            summary: "end a silence; what is still wrong notifies again",
            operands: [.init(name: "ID", help: "the silence's number, for example S3")], options: AdminOptions.all,
            examples: ["leadrelay alert unsilence S3"])
    ) { arguments, terminal in
        try AdminOptions.client(arguments, terminal).ask(Operations.endSilence, ["id": arguments.operands[0]])
            .show(arguments, terminal) { "\($0.id) has ended\n" }
    }

    // MARK: Helpers

    /// The alert that is meant, for the operation's path.
    private static func id(_ arguments: Arguments) throws(WrongUsage) -> [String: String] {
        guard let id = AlertID(arguments.operands[0]) else {
            throw WrongUsage(message: "\"\(arguments.operands[0])\" is no number of an alert, for example A17")
        }
        return ["id": "\(id)"]
    }

    private static func caller(_ arguments: Arguments, _ terminal: Terminal) -> String {
        arguments["by"] ?? terminal.environment("USER") ?? ""
    }

    /// Does something to an alert and says how it stands then.
    private static func act(
        _ operation: Operation<ChangedAlert>, _ request: some Document, _ arguments: Arguments, _ terminal: Terminal
    ) throws -> ExitCode {
        let answer = try AdminOptions.client(arguments, terminal).ask(operation, id(arguments), body: request)
        return try answer.show(arguments, terminal) { changed in
            let alert = changed.alert
            let owner = alert.owner.isEmpty ? "" : ", owner \(alert.owner)"
            return "\(alert.id) \(changed.changed ? "is" : "was already") \(alert.state.rawValue)\(owner)\n"
        }
    }
}
