import Domain
import Glibc
import Service

/// One subcommand: `leadrelay lead show` has the name `lead show`.
package struct Command: Sendable {
    let name: String
    let usage: Usage
    let action: Action

    enum Action: Sendable {
        /// It does all of it here.
        case run(@Sendable (Arguments, Terminal) throws -> ExitCode)
        /// It starts the relay, which is the program's.
        case serve
    }

    init(name: String, usage: Usage, action: Action) {
        self.name = name
        self.usage = usage
        self.action = action
    }

    init(name: String, usage: Usage, run: @escaping @Sendable (Arguments, Terminal) throws -> ExitCode) {
        self.init(name: name, usage: usage, action: .run(run))
    }

    /// Every subcommand, in the order of the help.
    static let all: [Command] =
        [
            serve, check, settings, sandbox, preview, validate, openAPI, status, audit, leadShow, leadJunk, replay,
            quarantineList, quarantineShow, quarantineFix, quarantineRelease, quarantineDiscard,
            destinationList, destinationPause, destinationResume, destinationForget, investigate, alertChecklist,
            alertPostMortem,
            markerAdd,
            factsAds, channelList, channelTest, report, backtest, calendarList, calendarAdd, calendarRemove, ruleTry,
            actionList, actionTry,
            spendAdd, namesAdd, mappingList, mappingTry, backup, restore, erase,
            userAdd, userList, userRole, userPassword, userRemove, tokenAdd, tokenList, tokenRevoke,
        ] + alertCommands + [version, help]
}

/// What the process ends with.
package enum ExitCode: Int32, Sendable {
    case good = 0
    /// It was understood, but it is not good: mistakes found, books that do not balance, no such lead, no running
    /// relay.
    case notGood = 1
    case wrongUsage = 2
    /// `serve` was not started because its configuration has mistakes: EX_CONFIG of sysexits.h. Starting it again does
    /// not help.
    case wrongConfiguration = 78
}

/// Something that went wrong and needs no more than its own words.
package struct Failure: Error, Equatable {
    package let message: String
    /// What the process ends with.
    package let code: ExitCode

    package init(_ message: String, _ code: ExitCode = .notGood) {
        self.message = message
        self.code = code
    }
}

/// Where a subcommand reads and writes: the process's own, or a test's.
package struct Terminal: Sendable {
    var output: @Sendable (String) -> Void
    package var errors: @Sendable (String) -> Void
    /// Everything on standard input, at most `Terminal.maximumInput` bytes.
    var input: @Sendable () throws -> [UInt8]
    var environment: @Sendable (String) -> String?
    /// Whether a person looks at what goes to `errors`.
    var isWatched = false
    /// How wide lines for people may be.
    var columns = Terminal.usualColumns

    static let maximumInput = 64 << 20
    /// Where nobody says how wide it is: what goes to a file or another program.
    static let usualColumns = 80
    /// Less than this holds no identifier.
    static let leastColumns = 40

    package static let system = Terminal(
        output: { Files.write($0, to: 1) }, errors: { Files.write($0, to: 2) },
        input: {
            switch Files.readAll(0, limit: maximumInput) {
            case .success(let bytes): return bytes
            case .failure(let failure): throw Failure("standard input: \(failure.message)")
            }
        },
        environment: { name in unsafe getenv(name).map { unsafe String(cString: $0) } }, isWatched: isatty(2) == 1,
        columns: columns(unsafe getenv("COLUMNS").map { unsafe String(cString: $0) }, screen: Screen.columns(of: 1)))

    /// What `$COLUMNS` says, else what the terminal does.
    static func columns(_ variable: String?, screen: Int?) -> Int {
        max(leastColumns, variable.flatMap { Int($0) } ?? screen ?? usualColumns)
    }
}

extension Command {
    /// Finds the subcommand, reads its line, runs it. Words come without the name of the program.
    package static func run(_ words: [String], _ terminal: Terminal, serve: Serve) -> ExitCode {
        var words = words
        let terminal = terminal.guarded
        if words.isEmpty {
            terminal.errors(overview)
            return .wrongUsage
        }
        if words[0] == "--help" || words[0] == "-h" { words[0] = "help" }
        if words[0] == "--version" { words[0] = "version" }
        guard let (command, rest) = find(words) else {
            terminal.errors(unknown(words))
            return .wrongUsage
        }
        do {
            let arguments = try Arguments(rest, command.usage)
            if arguments.has("help") {
                terminal.print(command.usage.page(command.name))
                return .good
            }
            switch command.action {
            case .run(let run): return try run(arguments, terminal)
            case .serve:
                return try serve(ConfigurationPath.named(arguments, terminal), arguments["env-file"], terminal)
            }
        } catch let error as WrongUsage {
            terminal.errors(
                "leadrelay \(command.name): \(error.message)\nUsage: \(command.usage.line(command.name))\n"
                    + "More: leadrelay \(command.name) --help\n")
            return .wrongUsage
        } catch let error as Failure {
            terminal.errors("leadrelay \(command.name): \(error.message)\n")
            return error.code
        } catch {
            terminal.errors("leadrelay \(command.name): \(error)\n")
            return .notGood
        }
    }

    private static func find(_ words: [String]) -> (Command, [String])? {
        for length in [2, 1] where words.count >= length {
            let name = words.prefix(length).joined(separator: " ")
            if let command = all.first(where: { $0.name == name }) { return (command, Array(words.dropFirst(length))) }
        }
        return nil
    }

    private static func unknown(_ words: [String]) -> String {
        let family = all.filter { $0.name.hasPrefix(words[0] + " ") }
        if !family.isEmpty {
            // `leadrelay lead --help` and `leadrelay lead`: show what there is.
            let rows = family.map { "  \($0.usage.line($0.name))\n      \($0.usage.summary)\n" }
            return "leadrelay \(words[0]): one of\n" + rows.joined()
        }
        let names = Set(all.map { String($0.name.prefix { $0 != " " }) })
        let near = NearestName.hint(words[0], among: names)
        return "leadrelay: there is no command \"\(words[0])\"\(near)\nAll commands: leadrelay help\n"
    }

    /// All subcommands on one screen.
    static var overview: String {
        let width = all.map(\.name.count).max() ?? 0
        let rows = all.map {
            "  " + $0.name + String(repeating: " ", count: width - $0.name.count + 2) + $0.usage.summary
        }
        return """
            LeadRelay keeps lead events and forwards them to ad platforms.

            Usage: leadrelay COMMAND [operands] [options]

            \(rows.joined(separator: "\n"))

            Each command explains itself: leadrelay COMMAND --help
            Exit status: 0 success, 1 failure or something is not right, 2 usage error,
            78 the configuration of `serve` has mistakes.

            """
    }

    static let help = Command(
        name: "help",
        usage: Usage(
            summary: "explain the commands",
            operands: [.init(name: "COMMAND", help: "the one to explain", isOptional: true, repeats: true)],
            examples: ["leadrelay help quarantine fix"])
    ) { arguments, terminal in
        if arguments.operands.isEmpty {
            terminal.print(Page(overview))
            return .good
        }
        guard let (command, _) = find(arguments.operands) else {
            terminal.errors(unknown(arguments.operands))
            return .wrongUsage
        }
        terminal.print(command.usage.page(command.name))
        return .good
    }

    static let version = Command(
        name: "version",
        usage: Usage(
            summary: "print the versions of program, schema and libraries",
            examples: ["leadrelay version"])
    ) { _, terminal in
        terminal.output(Version.text)
        return .good
    }
}
