import Domain
import TestSupport
import Testing

@testable import CommandLine
@testable import Configuration
@testable import leadrelay

/// Table, readers, example, page and schema say the same.
@Suite struct `The table of settings` {
    private static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    /// Every secret that is asked for is there, and nobody looks at what it is.
    private static let secrets: SecretReader = {
        var secrets = SecretReader(
            environment: { _ in nil }, file: { _ in .missing("No such file or directory") },
            list: { _ in .found("mailinator.com\n", isPrivate: false) })
        secrets.now = { Instant(rfc3339: "2026-11-20T00:00:00Z") ?? .start }
        return secrets.forgiving
    }()

    /// The example, with every setting that is out of use in it taken into use.
    private static let example: [UInt8] = {
        let lines = readText(root + "/deploy/relay.example.json5").split(
            separator: "\n", omittingEmptySubsequences: false)
        return Array(
            lines.map { line in
                let blanks = line.prefix { $0 == " " }
                let rest = line.dropFirst(blanks.count)
                guard rest.hasPrefix("//"), let next = rest.dropFirst(2).first, next != " " else { return String(line) }
                return String(blanks + rest.dropFirst(2))
            }.joined(separator: "\n").utf8)
    }()

    private static func read(_ tree: Tree) -> ConfigurationReport {
        ConfigurationReport(JSON(tree).bytes, secrets: secrets)
    }

    @Test func `has each path once, with a sentence`() {
        #expect(Set(Settings.all.map(\.path)).count == Settings.all.count)
        for setting in Settings.all {
            #expect(setting.sentence.hasSuffix(".") || setting.sentence.hasSuffix("…"), "\(setting.path)")
            #expect(setting.sentence.first?.isLowercase == false, "\(setting.path)")
            for kind in setting.kind.possible {
                if case .like(let path) = kind { #expect(Settings.setting(path) != nil) }
                if case .listLike(let path) = kind {
                    #expect(Settings.setting(path)?.kind.possible.contains(.list) == true)
                }
            }
        }
    }

    // MARK: Readers

    @Test func `has every setting that a reader asks for, as it asks for it`() {
        let report = ConfigurationReport(Self.example, secrets: Self.secrets)
        #expect(report.mistakes.map(\.description) == [])
        for (path, asked) in report.asked {
            // Members of objects by names, which are told with the object.
            if path.hasSuffix(".*"), Settings.setting(String(path.dropLast(2)))?.kind == .named { continue }
            guard let kind = Settings.kind(path) else {
                Issue.record("\(path) is missing in the table")
                continue
            }
            for one in asked { #expect(kind.isAnswer(to: one), "\(path) is asked for as \(one)") }
        }
    }

    @Test func `has nothing that no reader asks for`() {
        let asked = ConfigurationReport(Self.example, secrets: Self.secrets).asked
        #expect(Settings.all.map(\.path).filter { asked[$0] == nil } == [])
    }

    /// A setting whose reader has no word for it, or another type, would be found here.
    @Test(arguments: [
        ("{ loops: 65 }", "loops: must be a whole number from 1 to 64, not 65"),
        ("{ retention: { history: '119d' } }", "retention.history: must lie between 120d and 36500d"),
        ("{ limits: { body: 1023 } }", "limits.body: must lie between 1024 and 67108864 bytes"),
        ("{ volume: { budget: 0 } }", "volume.budget: must be a number above 0, at most 100, not 0"),
        (
            "{ limits: { body: 2048 }, sources: { s: { keys: '12345678', maximum_body: 4096 } } }",
            "sources.s.maximum_body: must lie between 256 and 2048 bytes"
        ),
    ])
    func `gives readers their bounds`(_ text: String, _ expected: String) {
        let mistakes = ConfigurationReport(Array(text.utf8), secrets: Self.secrets).mistakes
        #expect(mistakes.map(\.description) == ["line 1: " + expected])
    }

    // MARK: Defaults

    /// Writing a default down changes nothing.
    @Test func `says what counts where nothing is written`() throws {
        let example = Tree(try JSON5(parsing: Self.example))
        var seen: Set<String> = []
        for place in example.settings {
            guard case .value(let usual)? = Settings.setting(place.setting)?.usual, seen.insert(place.setting).inserted
            else { continue }
            let written = Self.read(example.replacing(place.steps, with: Tree(try JSON5(parsing: usual.bytes))))
            let absent = Self.read(example.replacing(place.steps, with: nil))
            #expect(written.mistakes.map(\.description) == [], "\(place.setting)")
            #expect(absent.mistakes.map(\.description) == [], "\(place.setting)")
            // Not in the expectation itself, which would print both.
            let isSame = written.configuration == absent.configuration
            #expect(isSame, "\(place.setting)")
        }
        let known = Settings.all.filter { if case .value = $0.usual { true } else { false } }.map(\.path)
        #expect(known.filter { !seen.contains($0) } == [])
    }

    @Test func `says the same of an empty configuration`() throws {
        let empty = try #require(ConfigurationReport(Array("{}".utf8), secrets: Self.secrets).configuration)
        for setting in Settings.all {
            guard let field = setting.field, case .value(let usual) = setting.usual else { continue }
            let text = field.text(empty)
            switch usual {
            case .string(let usual) where text.hasSuffix(" B"):
                #expect("\(Self.bytes(usual)) B" == text, "\(setting.path)")
            case .string(let usual):
                #expect(Duration(configured: usual)?.configured ?? usual == text, "\(setting.path)")
            case .number(let usual): #expect(usual == text, "\(setting.path)")
            case .array(let usual):
                let words = usual.compactMap(\.string).joined(separator: ", ")
                #expect((words.isEmpty ? "none" : words) == text, "\(setting.path)")
            default: Issue.record("\(setting.path) has another kind of default")
            }
        }
    }

    private static func bytes(_ text: String) -> Int {
        (Int(text.prefix { $0.isNumber }) ?? 0) << (text.hasSuffix("KiB") ? 10 : text.hasSuffix("MiB") ? 20 : 0)
    }

    // MARK: Reload

    @Test func `knows what only a restart changes`() throws {
        func read(_ text: String) throws -> Configuration {
            try #require(ConfigurationReport(Array(text.utf8), secrets: Self.secrets).configuration)
        }
        let old = try read("{}")
        let new = try read(
            """
            { listen: "127.0.0.1:1", loops: 2, database: "/x", admin_socket: "/y", admin_socket_group: "g", log: { level: "debug" },
              limits: { batch: 5, watched_groups: 7, drain: "1s" }, retention: { personal_data: "9d" },
              sources: { s: { keys: "12345678" } } }
            """)
        #expect(
            Settings.needingRestart(new, old) == [
                "listen", "loops", "database", "admin_socket", "admin_socket_group", "retention.personal_data",
                "limits.drain",
            ])
        let kept = Settings.keeping(old, in: new)
        #expect(Settings.needingRestart(kept, old) == [])
        var live = new
        (live.listen, live.loops, live.database, live.adminSocket) = (
            old.listen, old.loops, old.database, old.adminSocket
        )
        (live.adminSocketGroup, live.retention, live.limits.drain) = (nil, old.retention, old.limits.drain)
        #expect(kept == live)
    }

    @Test func `has a place in the configuration for whatever only a restart changes`() {
        #expect(Settings.all.filter { $0.takesEffect == .onRestart && $0.field == nil }.map(\.path) == [])
    }

    // MARK: Files

    @Test func `is shown by the example, all of it`() throws {
        let shown = Set(Tree(try JSON5(parsing: Self.example)).settings.map(\.setting))
        #expect(Settings.all.map(\.path).filter { !shown.contains($0) } == [])
        #expect(shown.filter { Settings.setting($0) == nil } == [])
    }

    @Test func `is the reference page and the schema, to be made anew with leadrelay settings`() {
        #expect(readText(Self.root + "/contracts/configuration.md") == SettingsReference(Settings.all).text)
        #expect(
            readText(Self.root + "/contracts/configuration.schema.json")
                == SettingsSchema(Settings.all).json.pretty + "\n")
    }

    @Test func `is explained by a command`() throws {
        func run(_ words: String...) -> TestTerminal {
            let terminal = TestTerminal()
            #expect((Command.run(["settings"] + words, terminal.terminal) == .good) == terminal.errors.isEmpty)
            return terminal
        }
        let one = run("retention.history").output
        #expect(one.hasPrefix("retention.history\n    time, 120d to 36500d; default: \"800d\"; changes by a restart\n"))
        #expect(run().output.split(separator: "\n\n").count == Settings.all.count)
        #expect(run("retension").errors.contains("did you mean \"retention\"?"))
        let schema = try JSON(parsing: Array(run("--schema").output.utf8))
        #expect(schema["properties"]?["loops"]?["maximum"] == 64)
    }

    @Test func `is where the example says that its schema is`() throws {
        guard case .object(let members) = Tree(try JSON5(parsing: Self.example)),
            case .text(let place)? = members["$schema"]
        else {
            Issue.record("the example names no schema")
            return
        }
        #expect(!readText(Self.root + "/deploy/" + place).isEmpty)
    }
}

/// One step down into a tree.
private enum Step {
    case member(String)
    case element(Int)
}

extension Tree {
    /// Every setting that stands in it, by its path in the table, with the way there.
    fileprivate var settings: [(setting: String, steps: [Step])] {
        var found: [(setting: String, steps: [Step])] = []
        add(to: &found, "", [])
        return found
    }

    private func add(to found: inout [(setting: String, steps: [Step])], _ path: String, _ steps: [Step]) {
        switch self {
        case .object(let members):
            let kinds = Settings.kind(path)?.possible ?? []
            if kinds.contains(.secret) || kinds.contains(.value) { return }
            let parent = Settings.members(of: path)
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                let member = Settings.path(name, in: parent)
                let way = steps + [.member(name)]
                if Settings.setting(member) != nil || !member.hasSuffix(".*") { found.append((member, way)) }
                value.add(to: &found, member, way)
            }
        case .list(let elements):
            let element = Settings.elements(of: path)
            for (index, value) in elements.enumerated() {
                if case .object = value { value.add(to: &found, element, steps + [.element(index)]) }
            }
        case .null, .flag, .whole, .number, .text: break
        }
    }

    /// The tree with something else at a place, or with nothing there.
    fileprivate func replacing(_ steps: [Step], with value: Tree?) -> Tree {
        guard let step = steps.first else { return value ?? .null }
        let rest = Array(steps.dropFirst())
        switch (self, step) {
        case (.object(var members), .member(let name)):
            members[name] = rest.isEmpty ? value : members[name]?.replacing(rest, with: value)
            return .object(members)
        case (.list(var elements), .element(let index)):
            elements[index] = elements[index].replacing(rest, with: value)
            return .list(elements)
        default: return self
        }
    }
}
