import CommandLine
import Glibc

@main
struct LeadRelay {
    static func main() {
        let words = Array(Swift.CommandLine.arguments.dropFirst())
        exit(Command.run(words, .system).rawValue)
    }
}

extension Command {
    /// Every subcommand, `serve` with the relay that is composed here.
    static func run(_ words: [String], _ terminal: Terminal) -> ExitCode {
        run(words, terminal) { try Serving($0, envFile: $1, $2).run() }
    }
}
