import Domain
import FoundationEssentials
import TestSupport
import Testing

@Suite struct `The JSON5 reader` {
    private static func read(_ text: String) throws(JSON5.Fault) -> Plain {
        Plain(try JSON5(parsing: Array(text.utf8)))
    }

    @Test(
        arguments: [
            ("null", .null), ("true", .flag(true)), ("false", .flag(false)), (" \t\n[] // end", .list([])),
            ("0", .whole(0)), ("-0", .whole(0)), ("+5", .whole(5)), ("1.0", .whole(1)), ("1e3", .whole(1000)),
            ("5.", .whole(5)), ("5.e1", .whole(50)), (".5", .number(0.5)), ("-1.5E-1", .number(-0.15)),
            ("0x1F", .whole(31)), ("-0XaB", .whole(-171)), ("9223372036854775807", .whole(.max)),
            ("-9223372036854775808", .whole(.min)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("Infinity", .number(.infinity)), ("-Infinity", .number(-.infinity)),
            (#"'a"b'"#, .text("a\"b")), (#""\'\"\\\/\b\f\n\r\t\v\0""#, .text("'\"\\/\u{8}\u{C}\n\r\t\u{B}\0")),
            (#""\x41é\uD83D\uDE00\q""#, .text("Aé😀q")), ("\"a\\\nb\\\r\nc\"", .text("abc")),
            ("\"a\tb\u{2028}\"", .text("a\tb\u{2028}")),
            (
                "{ a: 1, $_9: 2, 'b c': 3, \"\": 4, é: 5, \\u0061b: 6, null: 7, }",
                .object([
                    ("a", .whole(1)), ("$_9", .whole(2)), ("b c", .whole(3)), ("", .whole(4)), ("é", .whole(5)),
                    ("ab", .whole(6)), ("null", .whole(7)),
                ])
            ),
            ("{ a: 1, a: 2 }", .object([("a", .whole(1)), ("a", .whole(2))])),
            ("[1,/* [ */2,[],{},] // ]", .list([.whole(1), .whole(2), .list([]), .object([])])),
            ("\u{FEFF}\u{A0}\u{2003}{\u{FEFF}}\u{2028}", .object([])),
            ("// one\r{ // two\r\n}", .object([])), ("/**/1/***/", .whole(1)),
        ] as [(String, Plain)])
    func `reads`(_ text: String, _ value: Plain) throws {
        #expect(try Self.read(text) == value)
    }

    private typealias Reason = JSON5.Fault.Reason
    private static func start(_ line: Int, _ column: Int) -> JSON5.Place { JSON5.Place(line: line, column: column) }

    /// What is wrong, and its line and column.
    private static let faults: [(String, Reason, Int, Int)] = [
        ("", .empty, 1, 1), (" // x\n", .empty, 2, 1), ("//", .empty, 1, 3),
        // Commas.
        ("{ a: 1 b: 2 }", .missingComma, 1, 7), ("{\n  a: 'x'  // c\n  b: 2\n}", .missingComma, 2, 9),
        ("[1 2]", .missingComma, 1, 3), ("{ a: {}\n b: 1 }", .missingComma, 1, 8),
        ("{ a: 'b' \"c\": 1 }", .missingComma, 1, 9), ("[[] {}]", .missingComma, 1, 4),
        ("{ a: 1,, b: 2 }", .extraComma, 1, 8), ("[1,,2]", .extraComma, 1, 4), ("{ a: 1; b: 2 }", .semicolon, 1, 7),
        ("{,}", .missingName, 1, 2), ("[,]", .missingValue, 1, 2), (",", .missingValue, 1, 1),
        // Colons, names and values.
        ("{ 'a' 1 }", .missingColon, 1, 6), ("{ a b: 1 }", .missingColon, 1, 4), ("{ a = 1 }", .equalsSign, 1, 5),
        ("{ a }", .missingColon, 1, 4), ("{ : 1 }", .missingName, 1, 3), ("{ a: }", .missingValue, 1, 6),
        ("{ a: , }", .missingValue, 1, 6),
        ("{\n  bakery-crm: {} }", .nameNeedsQuotes("bakery-crm"), 2, 3), ("{ 10: 1 }", .nameNeedsQuotes("10"), 1, 3),
        ("{ a/b: 1 }", .nameNeedsQuotes("a/b"), 1, 3), ("{ level: info }", .valueNeedsQuotes, 1, 10),
        ("not json", .valueNeedsQuotes, 1, 1), ("{ a: é }", .valueNeedsQuotes, 1, 6),
        ("{ a: True }", .literal("true"), 1, 6), ("{ a: None }", .literal("null"), 1, 6),
        // Numbers.
        ("{ a: 01 }", .badNumber, 1, 6), ("{ a: 10s }", .badNumber, 1, 6), ("{ a: 127.0.0.1 }", .badNumber, 1, 6),
        ("[2026-11-30]", .badNumber, 1, 2), ("[1_000]", .badNumber, 1, 2), ("[-]", .badNumber, 1, 2),
        ("[.]", .badNumber, 1, 2), ("[1e]", .badNumber, 1, 2), ("[0x]", .badNumber, 1, 2), ("[0xG]", .badNumber, 1, 2),
        ("[+-1]", .badNumber, 1, 2), ("[1e999]", .numberTooLarge, 1, 2),
        ("[0x10000000000000000]", .numberTooLarge, 1, 2),
        // Texts and comments.
        ("{ a: 'x\n' }", .unclosedText, 1, 6), ("{\n\ta: \"x }", .unclosedText, 2, 5), ("'\\", .unclosedText, 1, 1),
        ("{ a: 'don't' }", .markInsideText, 1, 11), ("{ a: \"x\"y\" }", .markInsideText, 1, 9),
        ("{}\n /* x * /", .unclosedComment, 2, 2), ("# c\n{}", .hashComment, 1, 1),
        ("{ a: 1 # c\n}", .hashComment, 1, 8),
        ("{ a: # c\n 1 }", .hashComment, 1, 6), ("{ # c\n}", .hashComment, 1, 3),
        ("{ a: \u{201C}x\u{201D} }", .curlyQuotes, 1, 6), ("{ \u{2018}a\u{2019}: 1 }", .curlyQuotes, 1, 3),
        (#"['é\1']"#, .badEscape, 1, 4), (#"['\x4']"#, .badEscape, 1, 3), (#"['\u00G0']"#, .badEscape, 1, 3),
        (#"['\01']"#, .badEscape, 1, 3), (#"{ \x61: 1 }"#, .badEscape, 1, 3), (#"{ \u0020: 1 }"#, .badEscape, 1, 3),
        (#"['\ud800']"#, .halfCharacter, 1, 3), (#"['\ud800A']"#, .halfCharacter, 1, 3),
        (#"['\udc00']"#, .halfCharacter, 1, 3),
        ("{ a: \"x\0\" }", .controlCharacter(0), 1, 8), ("{ \0 }", .controlCharacter(0), 1, 3),
        ("// \u{7}\n{}", .controlCharacter(7), 1, 4), ("/* \u{1B} */{}", .controlCharacter(0x1B), 1, 4),
        ("['\\\u{1}']", .controlCharacter(1), 1, 4), ("['\u{7F}']", .controlCharacter(0x7F), 1, 3),
        // Brackets.
        ("{ a: { b: 1 }", .unclosed(.brace, opened: start(1, 1), suspect: nil), 1, 14),
        ("{ a: [1, 2", .unclosed(.square, opened: start(1, 6), suspect: nil), 1, 11),
        ("{ a", .unclosed(.brace, opened: start(1, 1), suspect: nil), 1, 4),
        ("{ a:", .unclosed(.brace, opened: start(1, 1), suspect: nil), 1, 5),
        ("{", .unclosed(.brace, opened: start(1, 1), suspect: nil), 1, 2),
        (
            "{\n  a: {\n    b: {\n      c: 1,\n  },\n  d: 1\n}\n",
            .unclosed(.brace, opened: start(1, 1), suspect: start(3, 8)), 8, 1
        ),
        ("{ a: [1, 2 }", .mismatched(.square, opened: start(1, 6)), 1, 12),
        ("[1, }", .mismatched(.square, opened: start(1, 1)), 1, 5),
        ("{ a: 1 ]", .mismatched(.brace, opened: start(1, 1)), 1, 8),
        ("{ a: 1, ]", .mismatched(.brace, opened: start(1, 1)), 1, 9),
        ("{}\n}", .surplusBracket, 2, 1), ("}", .surplusBracket, 1, 1), ("{} {}", .trailingText, 1, 4),
        ("{},", .trailingText, 1, 3),
        // Anything else, and how lines are counted.
        ("{ a: @ }", .unexpected("@"), 1, 6), ("{ a: 1 @ }", .unexpected("@"), 1, 8),
        ("{ a: 1: 2 }", .unexpected(":"), 1, 7),
        ("{ a: /1 }", .unexpected("/"), 1, 6), ("{\r\n\r\n a b }", .missingColon, 3, 3),
        ("{\r\r a b }", .missingColon, 3, 3),
        ("\u{FEFF}{ 'é😀' b }", .missingColon, 1, 7),
        (String(repeating: "[", count: 66), .tooDeep, 1, 66),
    ]

    @Test(arguments: faults.indices) func `refuses, with line and column`(_ index: Int) throws {
        let (text, reason, line, column) = Self.faults[index]
        let fault = #expect(throws: JSON5.Fault.self, "\(text)") { try Self.read(text) }
        #expect(fault == JSON5.Fault(reason, at: Self.start(line, column)), "\(text)")
    }

    @Test(
        arguments: [
            ([0x7B, 0x0A, 0x20, 0xE9, 0x7D], .notUTF8, 2, 2), ([0x22, 0xED, 0xA0, 0x80, 0x22], .notUTF8, 1, 2),
            ([0xFF, 0xFE, 0x7B, 0x00], .otherEncoding, 1, 1), ([0x00, 0x7B, 0x00, 0x7D], .otherEncoding, 1, 1),
        ] as [([UInt8], JSON5.Fault.Reason, Int, Int)])
    func `refuses other encodings`(_ bytes: [UInt8], _ reason: JSON5.Fault.Reason, _ line: Int, _ column: Int) {
        let fault = #expect(throws: JSON5.Fault.self) { try JSON5(parsing: bytes) }
        #expect(fault == JSON5.Fault(reason, at: Self.start(line, column)))
    }

    @Test func `has an end`() {
        let huge = [UInt8](repeating: 0x20, count: JSON5.maximumSize + 1)
        #expect((#expect(throws: JSON5.Fault.self) { try JSON5(parsing: huge) })?.reason == .tooLarge)
        let deep = [UInt8](repeating: 0x5B, count: JSON5.maximumSize)
        #expect((#expect(throws: JSON5.Fault.self) { try JSON5(parsing: deep) })?.reason == .tooDeep)
        #expect(throws: Never.self) {
            try Self.read(String(repeating: "[", count: 65) + String(repeating: "]", count: 65))
        }
    }

    /// Nobody who wrote a password without its quotation marks finds it in a log.
    @Test(arguments: ["{ a: hunter2 }", "{ a: 4711abc }", "{ a: 'hunter2 }", "{ a: 'x'hunter2' }", "[hunter2-x]"])
    func `never repeats a value`(_ text: String) {
        let fault = #expect(throws: JSON5.Fault.self) { try Self.read(text) }
        #expect(fault?.sentence.contains("hunter") == false && fault?.sentence.contains("4711") == false)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `reads what Foundation reads`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        for _ in 0..<200 {
            let text = Plain.written(using: &random)
            let theirs = try decoder.decode(Plain.self, from: Data(text.utf8))
            #expect(try Self.read(text).unordered == theirs.unordered, "\(text)")
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `reads all JSON`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let json = JSON.random(using: &random)
            #expect(try Plain(JSON5(parsing: json.bytes)) == Plain(json))
            #expect(try Plain(JSON5(parsing: Array(json.pretty.utf8))) == Plain(json))
        }
    }

    /// Whatever comes, it says yes, or no with a place inside the text.
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `survives every mutation`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let marks = Array("\"'\\{}[]:,u0-e. /*\n#x$".utf8)
        for _ in 0..<2000 {
            var bytes = Array(Plain.written(using: &random).utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: index)
                case 1: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 2: bytes.insert(marks.randomElement(using: &random)!, at: index)
                default: bytes.removeSubrange(index...)
                }
            }
            do throws(JSON5.Fault) {
                _ = try JSON5(parsing: bytes)
            } catch {
                let lines = 1 + bytes.count { $0 == 0x0A || $0 == 0x0D }
                #expect((1...lines).contains(error.place.line) && (1...bytes.count + 1).contains(error.place.column))
                #expect(!error.sentence.isEmpty)
            }
        }
    }
}

/// What a text says, without places.
enum Plain: Equatable, Sendable {
    case null, flag(Bool), whole(Int64), number(Double), text(String), list([Plain]), object([(String, Plain)])

    init(_ text: JSON5) {
        switch text.value {
        case .null: self = .null
        case .flag(let flag): self = .flag(flag)
        case .whole(let number): self = .whole(number)
        case .number(let number): self = .number(number)
        case .text(let text): self = .text(text)
        case .list(let elements): self = .list(elements.map { Plain($0) })
        case .object(let members): self = .object(members.map { ($0.name, Plain($0.value)) })
        }
    }

    init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let flag): self = .flag(flag)
        case .number(let text):
            let number = Double(text) ?? .nan
            self = Int64(text).map { .whole($0) } ?? Int64(exactly: number).map { .whole($0) } ?? .number(number)
        case .string(let text): self = .text(text)
        case .array(let elements): self = .list(elements.map { Plain($0) })
        case .object(let members): self = .object(members.map { ($0.name, Plain($0.value)) })
        }
    }

    static func == (left: Plain, right: Plain) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.flag(let a), .flag(let b)): a == b
        case (.whole(let a), .whole(let b)): a == b
        case (.number(let a), .number(let b)): a == b || a.isNaN && b.isNaN
        case (.text(let a), .text(let b)): a == b
        case (.list(let a), .list(let b)): a == b
        case (.object(let a), .object(let b)): a.count == b.count && zip(a, b).allSatisfy { $0 == $1 }
        default: false
        }
    }

    /// Foundation keeps no order.
    var unordered: Plain {
        switch self {
        case .list(let elements): .list(elements.map(\.unordered))
        case .object(let members): .object(members.map { ($0.0, $0.1.unordered) }.sorted { $0.0 < $1.0 })
        default: self
        }
    }

    /// A text in which everything occurs that JSON5 has over JSON, but for texts that go on on the next line: there
    /// Foundation keeps the end of the line, which json5.org (section 5.1) leaves out.
    static func written(using random: inout some RandomNumberGenerator, depth: Int = 0) -> String {
        func one(_ choices: [String]) -> String { choices.randomElement(using: &random)! }
        func blank() -> String { one(["", " ", "\n", "\t", "/* c */", "// c\n", " /* * // */ "]) }
        switch Int.random(in: 0..<(depth < 4 ? 8 : 5), using: &random) {
        case 0: return one(["null", "true", "false"])
        case 1, 2:
            return one([
                "0", "-1", "+7", "19.90", "1e3", "-0.5E-3", ".25", "3.", "0x1F", "-0xab", "12345678901234567890",
            ])
        case 3: return one(["''", "'it is \"so\"'", "'\\'\\n\\t'", "'\\u00e9\\ud83d\\ude00'"])
        case 4: return one(["\"\"", "\"it's\"", "\"\\\"\\\\\\/\"", "\"é😀\"", "\"// no comment\""])
        case 5:
            let elements = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                blank() + written(using: &random, depth: depth + 1) + blank()
            }
            let end = elements.isEmpty ? blank() : one(["", ","])
            return "[" + elements.joined(separator: ",") + end + blank() + "]"
        default:
            let names = ["a", "b_c", "$d", "'e f'", "\"g\"", "é", "null"].shuffled(using: &random)
            let members = names.prefix(Int.random(in: 0...4, using: &random)).map { name in
                blank() + name + blank() + ":" + blank() + written(using: &random, depth: depth + 1) + blank()
            }
            let end = members.isEmpty ? blank() : one(["", ","])
            return "{" + members.joined(separator: ",") + end + blank() + "}"
        }
    }
}

extension Plain: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .flag(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .whole(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([Plain].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: Plain].self).map { ($0.key, $0.value) })
        }
    }
}
