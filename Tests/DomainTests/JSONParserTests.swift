import Domain
import TestSupport
import Testing

@Suite struct `The JSON parser` {
    /// The corners of RFC 8259.
    @Test(
        arguments: [
            ("null", .null), (" true ", true), ("false", false), ("\t\r\n[]\n", []), ("{}", [:]),
            ("0", .number("0")), ("-0", .number("-0")), ("-0.0e+00", .number("-0.0e+00")), ("1E5", .number("1E5")),
            ("123456789012345678901234567890.5", .number("123456789012345678901234567890.5")),
            (#""""#, ""), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u00E9""#, "éé"),
            (#""\uD83D\uDE00""#, "😀"), (#""\u0000""#, "\0"), (#""\uFFFF\u2028""#, "\u{FFFF}\u{2028}"),
            ("\"\u{7F}é😀\"", "\u{7F}é😀"), ("[1,[2,[]],{}]", [1, [2, []], [:]]),
            (#"{"a":1,"a":2,"":null}"#, ["a": 1, "a": 2, "": .null]),
            ("\u{FEFF}{}", [:]),
        ] as [(String, JSON)])
    func `reads`(text: String, value: JSON) throws {
        #expect(try JSON(parsing: Array(text.utf8)) == value)
    }

    @Test(
        arguments: [
            ("", .unexpectedEnd, 0), (" ", .unexpectedEnd, 1), ("{", .unexpectedEnd, 1), ("[", .unexpectedEnd, 1),
            ("[1", .unexpectedEnd, 2), ("[1,", .unexpectedEnd, 3), (#"{"a""#, .unexpectedEnd, 4),
            (#"{"a":"#, .unexpectedEnd, 5), ("\"", .unexpectedEnd, 1), ("\"\\", .unexpectedEnd, 2),
            ("-", .unexpectedEnd, 1),
            ("[1,]", .unexpectedByte, 3), (#"{"a":1,}"#, .unexpectedByte, 7), ("[,1]", .unexpectedByte, 1),
            ("{a:1}", .unexpectedByte, 1), ("{'a':1}", .unexpectedByte, 1), (#"{"a" 1}"#, .unexpectedByte, 5),
            (#"{"a":1 "b":2}"#, .unexpectedByte, 7), ("[1 2]", .unexpectedByte, 3), ("[1}", .unexpectedByte, 2),
            ("nul", .unexpectedEnd, 0), ("nulL", .unexpectedByte, 0), ("True", .unexpectedByte, 0),
            ("NaN", .unexpectedByte, 0),
            ("+1", .unexpectedByte, 0), (".5", .unexpectedByte, 0), ("]", .unexpectedByte, 0),
            ("//x", .unexpectedByte, 0),
            ("-a", .badNumber, 1), ("1.", .badNumber, 2), ("1.e1", .badNumber, 2), ("1e", .badNumber, 2),
            ("1e+", .badNumber, 3),
            ("01", .trailingBytes, 1), ("-01", .trailingBytes, 2), ("0x1", .trailingBytes, 1),
            ("{}{}", .trailingBytes, 2),
            ("1 2", .trailingBytes, 2), ("null,", .trailingBytes, 4), ("{}\u{FEFF}", .trailingBytes, 2),
            (#""\x""#, .badEscape, 2), (#""\u12""#, .badEscape, 3), (#""\u12G4""#, .badEscape, 5),
            (#""\uD800""#, .badEscape, 3),
            (#""\uDC00""#, .badEscape, 3), (#""\uD800\u0041""#, .badEscape, 3), (#""\uD800\n""#, .badEscape, 3),
            ("\"a\nb\"", .controlCharacter, 2), ("\"\u{0}\"", .controlCharacter, 1), ("\"\t\"", .controlCharacter, 1),
        ] as [(String, JSON.Fault.Reason, Int)])
    func `refuses`(text: String, reason: JSON.Fault.Reason, offset: Int) throws {
        let fault = #expect(throws: JSON.Fault.self) { try JSON(parsing: Array(text.utf8)) }
        #expect(fault?.reason == reason)
        #expect(fault?.offset == offset)
    }

    /// A lone continuation byte, an overlong slash, half a character, an encoded surrogate, beyond U+10FFFF,
    /// Latin-1, UTF-16.
    @Test(
        arguments: [
            [0x80], [0xC0, 0xAF], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0x4A, 0xE9],
        ] as [[UInt8]])
    func `refuses texts that are not UTF-8`(inner: [UInt8]) {
        let fault = #expect(throws: JSON.Fault.self) { try JSON(parsing: [0x22] + inner + [0x22]) }
        #expect(fault?.reason == .badEncoding)
    }

    @Test func `goes down to its depth and no further`() throws {
        let deepest = JSON.maximumDepth + 1
        func nested(_ depth: Int) -> [UInt8] {
            Array(String(repeating: "[", count: depth).utf8) + Array(String(repeating: "]", count: depth).utf8)
        }
        _ = try JSON(parsing: nested(deepest))
        let fault = #expect(throws: JSON.Fault.self) { try JSON(parsing: nested(deepest + 1)) }
        #expect(fault?.reason == .tooDeep)
        let opened = #expect(throws: JSON.Fault.self) { try JSON(parsing: Array(repeating: 0x5B, count: 1_000_000)) }
        #expect(opened?.reason == .tooDeep)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `reads what the writer writes, short and pretty`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let value = JSON.random(using: &random)
            #expect(try JSON(parsing: value.bytes) == value)
            #expect(try JSON(parsing: Array(value.pretty.utf8)) == value)
        }
    }

    /// Whatever comes, the parser says yes or no; and to what it says yes, it says yes again.
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `survives every mutation`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var accepted = 0
        for _ in 0..<2000 {
            var bytes = JSON.random(using: &random).bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: index)
                case 1: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 2: bytes.insert(Array("\"\\{}[]:,u0-e. ".utf8).randomElement(using: &random)!, at: index)
                default: bytes.removeSubrange(index...)
                }
            }
            guard let value = try? JSON(parsing: bytes) else { continue }
            accepted += 1
            #expect(try JSON(parsing: value.bytes) == value)
        }
        #expect(accepted > 0)
    }
}

extension JSON {
    /// Any value, with all kinds of texts and names.
    static func random(using random: inout some RandomNumberGenerator, depth: Int = 0) -> JSON {
        let texts = ["", "a", "é", "😀", "\"", "\\", "\n\u{1}", "/", "\u{2028}", "lead", "0", " "]
        switch Int.random(in: 0..<(depth < 4 ? 7 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2:
            return .number(
                ["0", "-1", "19.90", "1e9", "-0.5E-3", "12345678901234567890"].randomElement(using: &random)!)
        case 3, 4: return .string((0..<3).map { _ in texts.randomElement(using: &random)! }.joined())
        case 5: return .array((0..<3).map { _ in .random(using: &random, depth: depth + 1) })
        default:
            return .object(
                (0..<3).map { _ in
                    Member(texts.randomElement(using: &random)!, .random(using: &random, depth: depth + 1))
                })
        }
    }
}
