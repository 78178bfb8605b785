import Configuration
import Domain

extension Command {
    static let settings = Command(
        name: "settings",
        usage: Usage(
            summary: "explain the settings of the configuration",
            operands: [
                Usage.Operand(name: "NAME", help: "only settings whose path contains it", isOptional: true)
            ],
            options: [
                Usage.Option(name: "markdown", help: "the reference page contracts/configuration.md"),
                Usage.Option(
                    name: "schema", help: "a JSON Schema for editors; name it as $schema in the configuration"),
            ],
            notes: ["In a path * stands for a name that you choose, and [] for each element of a list."],
            examples: [
                "leadrelay settings retention",
                "leadrelay settings --schema > /etc/leadrelay/configuration.schema.json",
            ])
    ) { arguments, terminal in
        if arguments.has("schema") {
            terminal.output(SettingsSchema(Settings.all).json.pretty + "\n")
            return .good
        }
        if arguments.has("markdown") {
            terminal.output(SettingsReference(Settings.all).text)
            return .good
        }
        let part = arguments.operands.first ?? ""
        let found = Settings.all.filter { part.isEmpty || $0.path.contains(part) }
        guard !found.isEmpty else {
            let names = Set(
                Settings.all.flatMap { $0.path.split(separator: ".").map { $0.filter { $0 != "[" && $0 != "]" } } })
            let near = NearestName.hint(part, among: names)
            throw Failure("no setting has \"\(part)\" in its path\(near)")
        }
        terminal.print(Page(found.map(\.paragraph).joined(separator: "\n")))
        return .good
    }
}

extension Setting {
    /// For a terminal.
    fileprivate var paragraph: String {
        let effect = takesEffect == .onRestart ? "; changes by a restart" : ""
        let facts = "\(kind.words); default: \(usual.words)\(effect)".filter { $0 != "`" }
        return "\(path)\n    \(facts)\n    \(sentence)\(only.map { " Only with \($0)." } ?? "")\n"
    }
}
