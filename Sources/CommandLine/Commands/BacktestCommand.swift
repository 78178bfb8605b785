import Domain
import Service

extension Command {
    static let backtest = Command(
        name: "backtest",
        usage: Usage(
            summary: "backtest the detector on recorded traffic",
            options: [
                Usage.Option(
                    name: "groups", value: "FILE",
                    help: "one group a line: group, client, tz, created, and if known planned_daily and budget"),
                Usage.Option(
                    name: "calendar", value: "FILE", help: "one event a line: scope, start, end, multiplier"),
                Usage.Option(
                    name: "trace", value: "FILE", help: "one lead a line: {\"ts\":MILLISECONDS,\"group\":NAME}"),
                Usage.Option(name: "out", value: "FILE", help: "the alerts, one a line; default: standard output"),
                Usage.Option(
                    name: "budget", value: "NUMBER",
                    help: "false alarms that a group may raise in 30 days; default: \(WatchedGroup.defaultBudget)"),
                Usage.Option(
                    name: "history", value: "DAYS",
                    help: "only learn from so many days at the beginning; default: \(Backtest.daysOfHistory)"),
                Usage.Option(
                    name: "until", value: "TIME",
                    help: "when the recording ended, so that a silence at its end is judged; default: its last lead"),
                Usage.Option(
                    name: "suspicions", value: "FILE",
                    help: "also: when causes would have been looked for, and for whom"),
            ],
            notes: [
                "The files are JSON, one object a line. No configuration and no relay is needed, and no clock is read.",
                """
                Times are RFC 3339; \"scope\" is a group's name, \"tz:ZONE,ZONE\", \"client:NAME\", \"country:DE\" \
                or \"all\".
                """,
            ],
            examples: [
                """
                leadrelay backtest --groups groups.jsonl --calendar calendar.jsonl --trace trace.jsonl --out \
                alerts.jsonl
                """
            ])
    ) { arguments, terminal in
        guard let groups = arguments["groups"] else { throw WrongUsage(message: "--groups FILE is missing") }
        guard let trace = arguments["trace"] else { throw WrongUsage(message: "--trace FILE is missing") }
        let budget = try arguments["budget"].map { text in
            guard let budget = Double(text), budget > 0, budget <= 100 else {
                throw WrongUsage(message: "--budget must be a number above 0, at most 100, not \"\(text)\"")
            }
            return budget
        }
        let days = try arguments["history"].map { text in
            guard let days = Int(text), (1...3650).contains(days) else {
                throw WrongUsage(message: "--history must be 1 to 3650 days, not \"\(text)\"")
            }
            return days
        }
        let until = try arguments["until"].map { text in
            guard let until = Instant(rfc3339: text) else {
                throw WrongUsage(
                    message: "--until must be a moment, for example 2026-02-03T10:05:00Z, not \"\(text)\"")
            }
            return until
        }
        let recording = try Recording(
            groups: groups, calendar: arguments["calendar"], trace: trace, budget: budget, until: until)
        let backtest = Backtest(recording, daysOfHistory: days ?? Backtest.daysOfHistory)
        let alerts = backtest.episodes.map(\.backtestLine).joined()
        if let path = arguments["out"] {
            try write(alerts, to: path)
            terminal.output("\(backtest.summary(of: recording))\n")
        } else {
            terminal.output(alerts)
        }
        if let path = arguments["suspicions"] {
            let lines = backtest.suspicions.map { found -> String in
                let line: JSON = [
                    "group": .string(recording.names[found.group]),
                    "at": .string(Slots.start(of: found.slot).rfc3339Seconds),
                ]
                return line.text + "\n"
            }
            try write(lines.joined(), to: path)
        }
        return .good
    }

    private static func write(_ text: String, to path: String) throws {
        if case .failure(let failure) = Files.replace(path, with: Array(text.utf8)) {
            throw Failure("\(path) cannot be written: \(failure.message)")
        }
    }
}

extension Backtest {
    /// One line for people.
    func summary(of recording: Recording) -> String {
        let days = Double(lastSlot - firstSlot) / Double(Slots.perDay)
        return
            "\(recording.events) leads of \(recording.groups.count) groups, \(Int(days)) days tested: "
            + "\(episodes.count) alerts, \(suspicions.count) suspicions"
    }
}
