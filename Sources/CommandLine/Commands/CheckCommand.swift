import Configuration
import Curl
import API
import Domain
import Forwarding
import Service

extension Command {
    static let check = Command(
        name: "check",
        usage: Usage(
            summary: "check the configuration and its secrets",
            options: [
                AdminOptions.config, AdminOptions.envFile,
                Usage.Option(
                    name: "online",
                    help:
                        """
                        also ask each destination: token, account, permissions, conversion actions; nothing is \
                        stored there
                        """
                ),
                Usage.Option(
                    name: "strict",
                    help:
                        """
                        warnings count: also a destination that could not be asked. For the question, may we go \
                        live?
                        """),
                AdminOptions.json,
            ],
            notes: [
                "Says of each source which destinations would get a typical lead of it, event by event.",
                """
                Asks a relay that runs with this file whether something is owed to a destination that is not in it \
                any more.
                """,
                "Ends with 1 if there is a mistake or, online, a failure. Warnings do not count, except with --strict.",
                "Secrets are read but never printed.",
            ],
            examples: [
                "leadrelay check --config /etc/leadrelay/relay.json5",
                "leadrelay check --online --strict --config /etc/leadrelay/relay.json5",
                "leadrelay check --env-file /etc/leadrelay/secrets.env",
            ])
    ) { arguments, terminal in
        let path = ConfigurationPath.named(arguments, terminal)
        let report = ConfigurationReport(file: path, variables: try AdminOptions.variables(arguments))
        let warnings = report.warnings + (report.configuration.map(owedAndGone) ?? [])
        let isStrict = arguments.has("strict")
        let isCleanEnough = report.mistakes.isEmpty && (!isStrict || warnings.isEmpty)
        if arguments.has("json") {
            func list(_ findings: [Mistake]) -> JSON {
                .array(
                    findings.map { found in
                        [
                            "path": .string(found.path), "line": found.place.map { JSON($0.line) } ?? .null,
                            "column": found.place.map { JSON($0.column) } ?? .null,
                            "message": .string(found.message),
                        ]
                    })
            }
            let preflights = arguments.has("online") ? report.configuration.map(preflights) : nil
            let isGood = isCleanEnough && preflights.map { areGood($0, isStrict) } != false
            var members: [JSON.Member] = [
                JSON.Member("good", .bool(isGood)), JSON.Member("mistakes", list(report.mistakes)),
                JSON.Member("warnings", list(warnings)),
            ]
            if let configuration = report.configuration {
                members.append(JSON.Member("sources", .array(configuration.itineraries.map(\.json))))
            }
            if let preflights {
                members.append(
                    JSON.Member("online", .array(try preflights.map { try PreflightDocument($0).json() })))
            }
            terminal.output(JSON.object(members).pretty + "\n")
            return isGood ? .good : .notGood
        }
        for warning in warnings { terminal.errors(warning.located(in: path, "warning") + "\n") }
        for mistake in report.mistakes { terminal.errors(mistake.located(in: path) + "\n") }
        guard let configuration = report.configuration else {
            terminal.errors(report.mistakes.count == 1 ? "1 mistake\n" : "\(report.mistakes.count) mistakes\n")
            return .notGood
        }
        terminal.print("\(path) is good: \(configuration.summary)\n")
        for itinerary in configuration.itineraries { terminal.print("\(itinerary.line())\n") }
        guard arguments.has("online") else { return isCleanEnough ? .good : .notGood }
        let preflights = preflights(configuration)
        terminal.print("\n" + PreflightText.page(preflights))
        return isCleanEnough && areGood(preflights, isStrict) ? .good : .notGood
    }

    private static func areGood(_ preflights: [Preflight], _ isStrict: Bool) -> Bool {
        preflights.allSatisfy { isStrict ? $0.grade == .ok : $0.grade != .failed }
    }

    /// So long a relay that runs may take to say what it owes.
    private static let patience: Duration = .seconds(5)

    /// What the running relay, if there is one, owes to destinations that this file does not have.
    private static func owedAndGone(_ configuration: Configuration) -> [Mistake] {
        guard
            let list = try? AdminClient(socket: configuration.adminSocket).ask(
                Operations.destinations, patience: patience
            ).document()
        else { return [] }
        let names = Set(configuration.destinations.map(\.name))
        return list.destinations.map(\.destination).compactMap { one in
            guard !names.contains(one.name), one.counts.open > 0 else { return nil }
            return Mistake(
                path: "destinations", place: nil, message: GoneDestination.words(one.name, owed: one.counts.open))
        }
    }

    /// Asks every destination from here: the relay need not be running.
    private static func preflights(_ configuration: Configuration) -> [Preflight] {
        let transfers = Transfers(userAgent: "leadrelay/\(Version.current)")
        defer { transfers.stop() }
        let clock = Clock.system
        return PreflightRun(now: { Instant(milliseconds: clock.milliseconds()) }) { transfers.perform($0) }
            .check(configuration.destinations)
    }
}

/// Which configuration a command is about.
enum ConfigurationPath {
    static func named(_ arguments: Arguments, _ terminal: Terminal) -> String {
        arguments["config"] ?? terminal.environment("LEADRELAY_CONFIG") ?? Configuration.defaultPath
    }
}

extension Itinerary {
    fileprivate var json: JSON {
        [
            "source": .string(source),
            "events": .array(
                stops.map { stop in
                    [
                        "event": .string(stop.event), "destinations": .array(stop.takers.map { .string($0) }),
                        "skips": .array(
                            stop.skips.map {
                                ["destination": .string($0.destination), "reason": .string($0.reason.rawValue)]
                            }),
                    ]
                }),
        ]
    }
}
