import Glibc

@main
struct LeadRelay {
    static func main() {
        exit(Command.run(Array(CommandLine.arguments.dropFirst()), .system).rawValue)
    }
}
