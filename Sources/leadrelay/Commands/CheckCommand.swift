import Curl
import Domain
import Forwarding
import Service

extension Command {
    static let check = Command(
        name: "check",
        usage: Usage(
            summary: "reads the configuration and names every mistake and every missing secret",
            options: [
                AdminOptions.config,
                Usage.Option(
                    name: "online",
                    help:
                        "also ask each destination: token, account, permissions, conversion actions; nothing is stored there"
                ),
                AdminOptions.json,
            ],
            notes: [
                "Says of each source which destinations would get a typical lead of it, event by event.",
                "Ends with 1 if there is a mistake or, online, a failure. Warnings do not count.",
                "Secrets are read but never printed.",
            ],
            examples: [
                "leadrelay check --config /etc/leadrelay/relay.json5",
                "leadrelay check --online --config /etc/leadrelay/relay.json5",
            ])
    ) { arguments, terminal in
        let path = ConfigurationPath.named(arguments, terminal)
        let report = ConfigurationReport(file: path)
        if arguments.has("json") {
            func list(_ findings: [Mistake]) -> JSON {
                .array(
                    findings.map { found in
                        [
                            "path": .string(found.path), "line": found.line.map { JSON($0) } ?? .null,
                            "message": .string(found.message),
                        ]
                    })
            }
            let preflights = arguments.has("online") ? report.configuration.map(preflights) : nil
            let isGood = report.mistakes.isEmpty && preflights?.contains { $0.grade == .failed } != true
            var members: [JSON.Member] = [
                JSON.Member("good", .bool(isGood)), JSON.Member("mistakes", list(report.mistakes)),
                JSON.Member("warnings", list(report.warnings)),
            ]
            if let configuration = report.configuration {
                members.append(JSON.Member("sources", .array(configuration.itineraries.map(\.json))))
            }
            if let preflights { members.append(JSON.Member("online", .array(preflights.map(PreflightJSON.report)))) }
            terminal.output(JSON.object(members).pretty + "\n")
            return isGood ? .good : .notGood
        }
        for warning in report.warnings { terminal.errors("\(path): warning: \(warning.description)\n") }
        for mistake in report.mistakes { terminal.errors("\(path): \(mistake.description)\n") }
        guard let configuration = report.configuration else {
            terminal.errors(report.mistakes.count == 1 ? "1 mistake\n" : "\(report.mistakes.count) mistakes\n")
            return .notGood
        }
        terminal.output("\(path) is good: \(configuration.summary)\n")
        for itinerary in configuration.itineraries { terminal.output(itinerary.line() + "\n") }
        guard arguments.has("online") else { return .good }
        let preflights = preflights(configuration)
        terminal.output("\n" + PreflightText.page(preflights))
        return preflights.contains { $0.grade == .failed } ? .notGood : .good
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

extension Configuration {
    /// What would become of a lead of each source.
    var itineraries: [Itinerary] { sources.map { Itinerary($0, self) } }

    /// One line for logs and people.
    var summary: String {
        func count(_ number: Int, _ one: String, _ many: String) -> String {
            number == 1 ? "1 \(one)" : "\(number) \(many)"
        }
        return [
            count(clients.count, "client", "clients"), count(sources.count, "source", "sources"),
            count(groups.count, "group rule", "group rules"), count(destinations.count, "destination", "destinations"),
        ].joined(separator: ", ")
    }
}
