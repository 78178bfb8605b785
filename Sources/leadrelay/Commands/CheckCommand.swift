import Domain

extension Command {
    static let check = Command(
        name: "check",
        usage: Usage(
            summary: "reads the configuration and names every mistake and every missing secret",
            options: [AdminOptions.config, AdminOptions.json],
            notes: ["Ends with 1 if there is a mistake. Warnings do not count. Secrets are read but never printed."],
            examples: ["leadrelay check --config /etc/leadrelay/relay.json5"])
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
            let document: JSON = [
                "good": .bool(report.mistakes.isEmpty), "mistakes": list(report.mistakes),
                "warnings": list(report.warnings),
            ]
            terminal.output(document.pretty + "\n")
            return report.mistakes.isEmpty ? .good : .notGood
        }
        for warning in report.warnings { terminal.errors("\(path): warning: \(warning.description)\n") }
        for mistake in report.mistakes { terminal.errors("\(path): \(mistake.description)\n") }
        guard let configuration = report.configuration else {
            terminal.errors(report.mistakes.count == 1 ? "1 mistake\n" : "\(report.mistakes.count) mistakes\n")
            return .notGood
        }
        terminal.output("\(path) is good: \(configuration.summary)\n")
        return .good
    }
}

/// Which configuration a command is about.
enum ConfigurationPath {
    static func named(_ arguments: Arguments, _ terminal: Terminal) -> String {
        arguments["config"] ?? terminal.environment("LEADRELAY_CONFIG") ?? Configuration.defaultPath
    }
}

extension Configuration {
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
