import Domain

/// What a subcommand takes: written once, used for reading the line and for its help.
struct Usage: Sendable {
    /// One line, beginning with a verb in the imperative.
    let summary: String
    var operands: [Operand] = []
    var options: [Option] = []
    /// What one should know before using it.
    var notes: [String] = []
    var examples: [String] = []

    struct Operand: Sendable {
        let name: String
        let help: String
        var isOptional = false
        var repeats = false
    }

    struct Option: Sendable {
        let name: String
        /// What its value is called; `nil` for a switch.
        var value: String?
        let help: String
        var repeats = false
    }

    static let help = Option(name: "help", help: "print this and stop")
}

/// A line that cannot be understood; the process ends with 2.
struct WrongUsage: Error, Equatable { let message: String }

/// A line that was understood.
struct Arguments: Equatable {
    private(set) var operands: [String] = []
    private var values: [String: [String]] = [:]
    private var switches: Set<String> = []

    func has(_ name: String) -> Bool { switches.contains(name) || values[name] != nil }
    subscript(_ name: String) -> String? { values[name]?.last }
    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// Reads `--name value`, `--name=value`, `--switch`, `-h`; after `--` everything is an operand.
    init(_ words: [String], _ usage: Usage) throws(WrongUsage) {
        let options = usage.options + [Usage.help]
        var rest = words[...]
        var onlyOperands = false
        while let word = rest.popFirst() {
            if onlyOperands || !word.hasPrefix("-") || word == "-" {
                operands.append(word)
                continue
            }
            if word == "--" {
                onlyOperands = true
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0] == "-h" ? "help" : String(parts[0].drop { $0 == "-" })
            guard parts[0].hasPrefix("--") || parts[0] == "-h", let option = options.first(where: { $0.name == name })
            else {
                let near = suggestion(for: name, among: options.map(\.name)).map { "; did you mean --\($0)?" } ?? ""
                throw WrongUsage(message: "unknown option \(parts[0])\(near)")
            }
            guard option.value != nil else {
                guard parts.count == 1 else { throw WrongUsage(message: "--\(name) takes no value") }
                switches.insert(name)
                continue
            }
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                throw WrongUsage(message: "--\(name) needs a value: --\(name) \(option.value ?? "")")
            }
            if values[name] != nil, !option.repeats { throw WrongUsage(message: "--\(name) is given twice") }
            values[name, default: []].append(value)
        }
        if switches.contains("help") { return }
        let required = usage.operands.filter { !$0.isOptional }.count
        if operands.count < required { throw WrongUsage(message: "\(usage.operands[operands.count].name) is missing") }
        let most = usage.operands.contains(where: \.repeats) ? Int.max : usage.operands.count
        if operands.count > most { throw WrongUsage(message: "\"\(operands[most])\" is one word too many") }
    }
}

extension Usage {
    /// The page for `--help`.
    func page(_ name: String) -> Page {
        var lines = ["leadrelay \(name): \(summary)", "", "Usage: \(line(name))"]
        func table(_ title: String, _ rows: [(String, String)]) {
            guard !rows.isEmpty else { return }
            let width = rows.map(\.0.count).max() ?? 0
            lines += ["", title]
            for (term, help) in rows {
                lines.append("  " + term + String(repeating: " ", count: width - term.count + 2) + help)
            }
        }
        table("Operands:", operands.map { ($0.name, $0.help) })
        table(
            "Options:", (options + [Usage.help]).map { ("--" + $0.name + ($0.value.map { " " + $0 } ?? ""), $0.help) })
        if !notes.isEmpty { lines += [""] + notes }
        if !examples.isEmpty { lines += ["", examples.count == 1 ? "Example:" : "Examples:"] }
        var page = Page(lines.joined(separator: "\n") + "\n")
        for example in examples { page += Page.command(example) }
        return page
    }

    /// The line after `Usage:`.
    func line(_ name: String) -> String {
        var words = ["leadrelay \(name)"]
        words += operands.map { operand in
            let word = operand.name + (operand.repeats ? "…" : "")
            return operand.isOptional ? "[\(word)]" : word
        }
        if !options.isEmpty { words.append("[options]") }
        return words.joined(separator: " ")
    }
}
