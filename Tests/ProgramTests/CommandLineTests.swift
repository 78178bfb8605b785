import Domain
import Service
import TestSupport
import Testing

@testable import CommandLine
@testable import Configuration
@testable import leadrelay

@Suite struct `The command line` {
    private static let usage = Usage(
        summary: "does it",
        operands: [.init(name: "ID", help: "which"), .init(name: "MORE", help: "others", isOptional: true)],
        options: [
            .init(name: "config", value: "FILE", help: "where"),
            .init(name: "set", value: "X", help: "what", repeats: true),
            .init(name: "json", help: "machines"),
        ])

    struct Read: Sendable {
        let words: [String]
        let operands: [String]
        let config: String?
        let set: [String]
        let json: Bool
    }

    static let read = [
        Read(words: ["a"], operands: ["a"], config: nil, set: [], json: false),
        Read(words: ["--config", "f", "a", "b"], operands: ["a", "b"], config: "f", set: [], json: false),
        Read(words: ["a", "--config=f=g", "--json"], operands: ["a"], config: "f=g", set: [], json: true),
        Read(words: ["--set", "1", "a", "--set=2"], operands: ["a"], config: nil, set: ["1", "2"], json: false),
        Read(words: ["--", "--json", "-x"], operands: ["--json", "-x"], config: nil, set: [], json: false),
        Read(words: ["-"], operands: ["-"], config: nil, set: [], json: false),
        Read(words: ["--config", "--json", "a"], operands: ["a"], config: "--json", set: [], json: false),
    ]

    @Test(arguments: read)
    func `is read`(_ read: Read) throws {
        let arguments = try Arguments(read.words, Self.usage)
        #expect(arguments.operands == read.operands)
        #expect(arguments["config"] == read.config)
        #expect(arguments.all("set") == read.set)
        #expect(arguments.has("json") == read.json)
    }

    static let wrong: [([String], String)] = [
        ([], "ID is missing"), (["a", "b", "c"], "\"c\" is one word too many"),
        (["a", "--confg", "f"], "unknown option --confg; did you mean --config?"), (["a", "-x"], "unknown option -x"),
        (["a", "--config"], "--config needs a value: --config FILE"), (["a", "--json=1"], "--json takes no value"),
        (["a", "--config", "1", "--config", "2"], "--config is given twice"),
    ]

    @Test(arguments: wrong)
    func `says what is wrong`(_ words: [String], _ message: String) {
        #expect(throws: WrongUsage(message: message)) { try Arguments(words, Self.usage) }
    }

    // MARK: The commands

    @Test(arguments: Command.all.map(\.name))
    func `explains each command`(_ name: String) throws {
        let words = name.split(separator: " ").map(String.init)
        let terminal = TestTerminal()
        #expect(Command.run(words + ["--help"], terminal.terminal) == .good)
        let page = terminal.output
        #expect(page.hasPrefix("leadrelay \(name): "))
        #expect(page.contains("\nUsage: leadrelay \(name)"))
        #expect(page.contains("\nExample"))
        #expect(terminal.errors.isEmpty)
        // The same by `help`.
        let help = TestTerminal()
        #expect(Command.run(["help"] + words, help.terminal) == .good)
        #expect(help.output == page)
        #expect(Command.overview.contains("  \(name) "))
    }

    /// "list alerts", as git and others say it, not "lists alerts"; and a line of it fits a terminal of 80 columns.
    @Test func `are summed up in the imperative, on lines that fit`() {
        for command in Command.all {
            let verb = command.usage.summary.prefix { $0 != " " }
            #expect(!verb.hasSuffix("s") && verb == verb.lowercased(), "\(command.name): \(command.usage.summary)")
        }
        for line in Command.overview.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    static let misused: [([String], String)] = [
        ([], "Usage: leadrelay COMMAND"), (["serv"], "did you mean \"serve\"?"), (["lead"], "leadrelay lead show ID"),
        (["lead", "shwo", "x"], "leadrelay lead show ID"), (["quarantine"], "leadrelay quarantine discard"),
        (["lead", "show", "nonsense"], "is no lead id"), (["quarantine", "release"], "name events"),
        (["quarantine", "release", "06xvahafm0000", "--reason", "x"], "name events"),
        (["quarantine", "fix", "06xvahafm0000", "--set", "email=x"], "write /POINTER=VALUE"),
        (["quarantine", "list", "--each", "--limit", "0", "--socket", "/nowhere"], "--limit must be a number"),
        (["check", "--konfig", "x"], "did you mean --config?"),
        (["validate", "--now", "today"], "--now must be a time"),
        (["preview"], "--destination NAME is missing"),
        (["sandbox", "--listen", "nowhere"], "--listen must be HOST:PORT"),
        (["sandbox", "--fault", "{}"], "--fault: kind is missing"),
    ]

    @Test(arguments: misused)
    func `ends with 2 and says what was not understood`(_ words: [String], _ message: String) {
        let terminal = TestTerminal()
        #expect(Command.run(words, terminal.terminal) == .wrongUsage)
        #expect(terminal.errors.contains(message))
        #expect(terminal.output.isEmpty)
    }

    @Test func `says what to do when there is no relay`() {
        let terminal = TestTerminal()
        #expect(Command.run(["status", "--socket", "/nowhere/admin.sock"], terminal.terminal) == .notGood)
        #expect(terminal.errors.contains("no relay answers at /nowhere/admin.sock"))
    }

    @Test func `checks a configuration`() throws {
        let folder = TemporaryFolder()
        let file = folder.file("relay.json5")
        writeText("{ log: { level: 'info' }, listn: 1 }", to: file)
        let bad = TestTerminal()
        #expect(Command.run(["check", "--config", file], bad.terminal) == .notGood)
        #expect(bad.errors.contains("\(file):1:27: listn: unknown; did you mean \"listen\"?\n"))
        #expect(bad.errors.hasSuffix("1 mistake\n"))
        let machine = TestTerminal()
        #expect(Command.run(["check", "--config", file, "--json"], machine.terminal) == .notGood)
        #expect(machine.output.contains("\"path\": \"listn\"") && machine.output.contains("\"column\": 27"))
        writeText("{}", to: file)
        let good = TestTerminal(environment: ["LEADRELAY_CONFIG": file])
        #expect(Command.run(["check"], good.terminal) == .good)
        #expect(good.output.contains("is good"))
        let none = TestTerminal()
        #expect(Command.run(["check", "--config", folder.file("gone")], none.terminal) == .notGood)
        #expect(none.errors.contains("gone cannot be read: No such file or directory"))
    }

    @Test func `validates line by line`() {
        let terminal = TestTerminal(input: "{\"event_id\":\"1\"}\n\n  \n{\"value\":\"x\"}\nbroken\r\n")
        #expect(Command.run(["validate", "--now", "2026-11-21T09:00:00Z"], terminal.terminal) == .notGood)
        let lines = terminal.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("{\"accepted\":true"))
        #expect(lines[1].contains("\"pointer\":\"/value\""))
        #expect(lines[2].contains("unreadable"))
        let good = TestTerminal(input: "{\"event_id\":\"1\"}")
        #expect(Command.run(["validate"], good.terminal) == .good)
    }

    @Test func `previews what would be sent, without any secret`() {
        let folder = TemporaryFolder()
        let file = folder.file("relay.json5")
        writeText(
            """
            { sources: { page: { keys: "pk_page_key", client: "acme" } }, clients: { acme: {} },
              destinations: { meta: { platform: "meta_ads", client: "acme", pixel: "77", access_token: { env: "NOT_SET_ANYWHERE" } } } }
            """, to: file)
        let event =
            #"{"event_id":"e9","person":{"email":"eva@example.org"},"client":{"user_agent":"M","ip":"8.8.8.8"}}"#
        let good = TestTerminal(input: event)
        #expect(Command.run(["preview", "--destination", "meta", "--config", file], good.terminal) == .good)
        #expect(good.output.contains("/77/events"))
        #expect(good.output.contains("\"***\""))
        #expect(!good.output.contains("eva@"))
        let test = TestTerminal(input: #"{"event_id":"e9","test":true}"#)
        #expect(Command.run(["preview", "--destination", "meta", "--config", file], test.terminal) == .good)
        #expect(test.output.contains("\"skipped\": \"test\""))
        let bad = TestTerminal(input: #"{"event_id":"e9","test":"x"}"#)
        #expect(Command.run(["preview", "--destination", "meta", "--config", file], bad.terminal) == .notGood)
        #expect(bad.output.contains("/test"))
        let spoilt = TestTerminal(input: #"{"event_id":"e9","person":{"email":"eva@example.org","phone":"none"}}"#)
        #expect(Command.run(["preview", "--destination", "meta", "--config", file], spoilt.terminal) == .good)
        #expect(spoilt.output.contains("person.phone left out"))
        let unknown = TestTerminal(input: event)
        #expect(Command.run(["preview", "--destination", "mete", "--config", file], unknown.terminal) == .notGood)
        #expect(unknown.errors.contains("did you mean \"meta\"?"))
    }

    static let texts: [(String, String)] = [
        ("plain\n\ttext", "plain\n\ttext"), ("\u{1B}[31m", "\\u001B[31m"), ("e\u{9B}2J\u{202E}x", "e\\u009B2J\\u202Ex"),
        ("a\u{85}b\u{2028}c\u{2029}", "a\\u0085b\\u2028c\\u2029"), ("\u{7F}\u{7}\u{0}", "\\u007F\\u0007\\u0000"),
        ("a,b\r\nc\r\n", "a,b\r\nc\r\n"), ("a\rb\r", "a\\u000Db\\u000D"),
        ("\u{2066}\u{61C}\u{200F}", "\\u2066\\u061C\\u200F"),
        ("Grüße, 日本 👩‍👧", "Grüße, 日本 👩‍👧"), (#"{"a":"\#u{9B}"}"#, #"{"a":"\u009B"}"#),
    ]

    @Test(arguments: texts)
    func `writes nothing that a terminal obeys`(_ text: String, _ written: String) {
        let test = TestTerminal()
        test.terminal.guarded.output(text)
        test.terminal.guarded.errors(text)
        #expect(test.output == written && test.errors == written)
        #expect((try? JSON(parsing: Array(text.utf8))) == (try? JSON(parsing: Array(written.utf8))))
    }

    @Test func `says what it does not know without letting it speak`() {
        let test = TestTerminal()
        #expect(Command.run(["\u{1B}]0;x\u{7}"], test.terminal) == .wrongUsage)
        #expect(!test.errors.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    }

    @Test func `prints tables that nothing can break`() {
        var table = TextTable(["name", "count"])
        table.append(["a\u{1B}[31mb\nc", "7"])
        table.append(["longer name", "1234"])
        #expect(table.text(columns: 80) == "name            count\na\\u001B[31mb c      7\nlonger name      1234\n")
    }
}

/// A terminal that keeps what is written.
final class TestTerminal: Sendable {
    private let written = Locked((output: "", errors: ""))
    private let input: String
    private let columns: Int
    private let environment: [String: String]

    /// As wide as any line, unless it is to be looked at how lines are broken.
    init(input: String = "", environment: [String: String] = [:], columns: Int = 10_000) {
        self.columns = columns
        self.input = input
        self.environment = environment
    }

    var output: String { written.withLock { $0.output } }
    var errors: String { written.withLock { $0.errors } }

    var terminal: Terminal {
        Terminal(
            output: { [written] text in written.withLock { $0.output += text } },
            errors: { [written] text in written.withLock { $0.errors += text } },
            input: { [input] in Array(input.utf8) }, environment: { [environment] in environment[$0] },
            columns: columns)
    }
}
