/// Reads JSON5 by the grammar of json5.org (sections 2 to 8), which takes names, escapes and white space from
/// ECMAScript 5.1.
///
/// The text is valid UTF-8 from the start, so that everything after looks at bytes, and decodes only what is not ASCII.
struct JSON5Parser {
    private let bytes: [UInt8]
    private var position = 0
    private var counter: PlaceCounter
    /// Where the brackets that are open have been opened.
    private var open: [Int] = []
    /// See `JSON5.Fault.Reason.unclosed`.
    private var suspect: Int?

    init(_ bytes: [UInt8]) throws(JSON5.Fault) {
        self.bytes = bytes
        counter = PlaceCounter(bytes)
        if bytes.count > JSON5.maximumSize { throw fault(.tooLarge, at: JSON5.maximumSize) }
        if Self.isOtherEncoding(bytes) { throw fault(.otherEncoding, at: 0) }
        if let end = Self.firstInvalid(bytes) { throw fault(.notUTF8, at: end) }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    mutating func document() throws(JSON5.Fault) -> JSON5 {
        try skipSpace()
        if byte == nil { throw fault(.empty, at: position) }
        let value = try value()
        try skipSpace()
        switch byte {
        case nil: return value
        case UInt8(ascii: "}"), UInt8(ascii: "]"): throw fault(.surplusBracket)
        default: throw fault(.trailingText)
        }
    }

    // MARK: Where

    private var byte: UInt8? { byte(at: position) }
    private func byte(at index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    private func fault(_ reason: JSON5.Fault.Reason, at offset: Int? = nil) -> JSON5.Fault {
        JSON5.Fault(reason, at: place(offset ?? position))
    }

    private func place(_ offset: Int) -> JSON5.Place {
        var counter = PlaceCounter(bytes)
        return counter.place(offset)
    }

    /// The character at a place that is none of ASCII's, and how many bytes it has.
    private func scalar(at index: Int) -> (scalar: Unicode.Scalar, length: Int)? {
        guard let first = byte(at: index) else { return nil }
        if first < 0x80 { return (Unicode.Scalar(first), 1) }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard index + length <= bytes.count else { return nil }
        var code = UInt32(first) & (0x7F >> UInt32(length))
        for offset in 1..<length { code = code << 6 | UInt32(bytes[index + offset] & 0x3F) }
        return Unicode.Scalar(code).map { ($0, length) }
    }

    // MARK: Between values

    /// Section 8, white space, and section 7, comments.
    private mutating func skipSpace() throws(JSON5.Fault) {
        while let byte {
            switch byte {
            case 0x09...0x0D, 0x20: position += 1
            case UInt8(ascii: "/"):
                switch self.byte(at: position + 1) {
                case UInt8(ascii: "/"): try skipLine()
                case UInt8(ascii: "*"): try skipBlock()
                default: throw fault(.unexpected("/"))
                }
            case 0x80...:
                guard let (scalar, length) = scalar(at: position),
                    scalar.properties.generalCategory == .spaceSeparator || scalar == "\u{FEFF}"
                        || Self.isSeparator(scalar)
                else { return }
                position += length
            case 0x00..<0x20, 0x7F: throw fault(.controlCharacter(UInt32(byte)))
            default: return
            }
        }
    }

    private mutating func skipLine() throws(JSON5.Fault) {
        while let byte, byte != 0x0A, byte != 0x0D {
            if let (scalar, _) = scalar(at: position), Self.isSeparator(scalar) { return }
            try refuseControl(byte)
            position += 1
        }
    }

    private mutating func skipBlock() throws(JSON5.Fault) {
        let start = position
        position += 2
        while let byte {
            if byte == UInt8(ascii: "*"), self.byte(at: position + 1) == UInt8(ascii: "/") {
                position += 2
                return
            }
            if byte != 0x0A, byte != 0x0D { try refuseControl(byte) }
            position += 1
        }
        throw fault(.unclosedComment, at: start)
    }

    private func refuseControl(_ byte: UInt8) throws(JSON5.Fault) {
        if byte < 0x20 && byte != 0x09 || byte == 0x7F { throw fault(.controlCharacter(UInt32(byte))) }
    }

    // MARK: Values

    private mutating func value() throws(JSON5.Fault) -> JSON5 {
        try skipSpace()
        let place = counter.place(position)
        guard let byte else { throw atEnd(.missingValue) }
        switch byte {
        case UInt8(ascii: "{"): return JSON5(.object(try object()), at: place)
        case UInt8(ascii: "["): return JSON5(.list(try list()), at: place)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return JSON5(.text(try text()), at: place)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return JSON5(try number(), at: place)
        case UInt8(ascii: ","): throw fault(.missingValue)
        case UInt8(ascii: "}"), UInt8(ascii: "]"): throw fault(open.isEmpty ? .surplusBracket : .missingValue)
        default: return JSON5(try word(), at: place)
        }
    }

    /// A literal (section 4 to 6).
    private mutating func word() throws(JSON5.Fault) -> JSON5.Value {
        if isStranger { throw stranger() }
        let start = position
        while let byte, Self.isWordByte(byte) { position += 1 }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        switch word {
        case "null": return .null
        case "true": return .flag(true)
        case "false": return .flag(false)
        case "Infinity": return .number(.infinity)
        case "NaN": return .number(.nan)
        case "": throw stranger()
        default: break
        }
        if let literal = Self.literals[word] ?? Self.literals[word.lowercased()] {
            throw fault(.literal(literal), at: start)
        }
        throw fault(.valueNeedsQuotes, at: start)
    }

    /// What people write who think of another language.
    private static let literals = [
        "true": "true", "false": "false", "null": "null", "none": "null", "nil": "null", "undefined": "null",
    ]

    /// Section 6. The grammar of numbers is narrower than what `Double` reads, so it is followed first.
    private mutating func number() throws(JSON5.Fault) -> JSON5.Value {
        let start = position
        let isNegative = byte == UInt8(ascii: "-")
        if isNegative || byte == UInt8(ascii: "+") { position += 1 }
        if byte == UInt8(ascii: "I") || byte == UInt8(ascii: "N") {
            guard case .number(let number)? = try? word() else { throw fault(.badNumber, at: start) }
            return .number(isNegative ? -number : number)
        }
        let digits = position
        if byte == UInt8(ascii: "0"), (self.byte(at: position + 1) ?? 0) | 0x20 == UInt8(ascii: "x") {
            return try hexadecimal(from: start, isNegative)
        }
        skipDigits()
        let whole = position - digits
        if whole > 1, bytes[digits] == UInt8(ascii: "0") { throw fault(.badNumber, at: start) }
        var isPlain = true
        var fraction = 0
        if byte == UInt8(ascii: ".") {
            isPlain = false
            position += 1
            let from = position
            skipDigits()
            fraction = position - from
        }
        guard whole + fraction > 0 else { throw fault(.badNumber, at: start) }
        if let byte, byte | 0x20 == UInt8(ascii: "e") {
            isPlain = false
            position += 1
            if self.byte == UInt8(ascii: "+") || self.byte == UInt8(ascii: "-") { position += 1 }
            let from = position
            skipDigits()
            if position == from { throw fault(.badNumber, at: start) }
        }
        try endNumber(from: start)
        let spelled = String(decoding: bytes[digits..<position], as: UTF8.self)
        let sign = isNegative ? "-" : ""
        if isPlain, let number = Int64(sign + spelled) { return .whole(number) }
        guard let number = Double(sign + Self.completed(spelled)), number.isFinite else {
            throw fault(.numberTooLarge, at: start)
        }
        return Int64(exactly: number).map { .whole($0) } ?? .number(number)
    }

    private mutating func hexadecimal(from start: Int, _ isNegative: Bool) throws(JSON5.Fault) -> JSON5.Value {
        position += 2
        let from = position
        while let byte, Self.hexValue(byte) != nil { position += 1 }
        if position == from { throw fault(.badNumber, at: start) }
        try endNumber(from: start)
        let digits = String(decoding: bytes[from..<position], as: UTF8.self)
        guard let number = Int64((isNegative ? "-" : "") + digits, radix: 16) else {
            throw fault(.numberTooLarge, at: start)
        }
        return .whole(number)
    }

    /// `.5` and `5.`, which only JSON5 has, with their zeros.
    private static func completed(_ digits: String) -> String {
        guard let dot = digits.firstIndex(of: ".") else { return digits }
        let (whole, rest) = (digits[..<dot], digits[digits.index(after: dot)...])
        let needsZero = rest.first.map { !$0.isNumber } ?? true
        return (whole.isEmpty ? "0" : whole) + "." + (needsZero ? "0" : "") + rest
    }

    private mutating func skipDigits() {
        while let byte, byte &- 0x30 <= 9 { position += 1 }
    }

    /// `10s`, `127.0.0.1` and `2026-11-30` begin like numbers.
    private func endNumber(from start: Int) throws(JSON5.Fault) {
        guard let byte else { return }
        if Self.isWordByte(byte) || ".+-%\\".utf8.contains(byte) { throw fault(.badNumber, at: start) }
    }

    // MARK: Objects and lists

    private mutating func object() throws(JSON5.Fault) -> [JSON5.Member] {
        try enter()
        var members: [JSON5.Member] = []
        while true {
            try skipSpace()
            if byte == UInt8(ascii: "}") {
                leave()
                return members
            }
            let place = counter.place(position)
            let name = try name(isFirst: members.isEmpty)
            let end = position
            try skipSpace()
            switch byte {
            case UInt8(ascii: ":"): position += 1
            case UInt8(ascii: "="): throw fault(.equalsSign)
            case nil: throw atEnd(.missingColon)
            default: throw fault(.missingColon, at: end)
            }
            members.append(JSON5.Member(name: name, place: place, value: try value()))
            try separate(.brace)
        }
    }

    private mutating func list() throws(JSON5.Fault) -> [JSON5] {
        try enter()
        var elements: [JSON5] = []
        while true {
            try skipSpace()
            if byte == UInt8(ascii: "]") {
                leave()
                return elements
            }
            if byte == UInt8(ascii: ",") { throw fault(elements.isEmpty ? .missingValue : .extraComma) }
            if byte == UInt8(ascii: "}") { throw mismatched(.square) }
            elements.append(try value())
            try separate(.square)
        }
    }

    /// What stands between two members: a comma, or nothing before the bracket that closes.
    private mutating func separate(_ bracket: JSON5.Fault.Bracket) throws(JSON5.Fault) {
        let end = position
        try skipSpace()
        guard let byte else { throw atEnd(.missingComma) }
        switch byte {
        case UInt8(ascii: ","): position += 1
        case UInt8(ascii: "}"):
            if bracket == .square { throw mismatched(bracket) }
        case UInt8(ascii: "]"):
            if bracket == .brace { throw mismatched(bracket) }
        case UInt8(ascii: ";"): throw fault(.semicolon)
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "-"),
            UInt8(ascii: "+"), UInt8(ascii: "\\"):
            throw isMarkInside(end) ? fault(.markInsideText, at: end) : fault(.missingComma, at: end)
        case let byte where Self.isWordByte(byte) && !isStranger:
            throw isMarkInside(end) ? fault(.markInsideText, at: end) : fault(.missingComma, at: end)
        default: throw stranger()
        }
    }

    /// Whether something follows a text without anything between.
    private func isMarkInside(_ end: Int) -> Bool {
        end == position && (bytes[end - 1] == UInt8(ascii: "\"") || bytes[end - 1] == UInt8(ascii: "'"))
    }

    private mutating func enter() throws(JSON5.Fault) {
        if open.count > JSON5.maximumDepth { throw fault(.tooDeep) }
        open.append(position)
        position += 1
    }

    private mutating func leave() {
        let opened = open.removeLast()
        if suspect == nil, isIndentedOtherwise(opened, position) { suspect = opened }
        position += 1
    }

    private func mismatched(_ bracket: JSON5.Fault.Bracket) -> JSON5.Fault {
        fault(.mismatched(bracket, opened: place(open.last ?? 0)))
    }

    /// What to say when the text ends: which bracket is open, if there is one.
    private func atEnd(_ otherwise: JSON5.Fault.Reason) -> JSON5.Fault {
        guard let opened = open.last else { return fault(otherwise) }
        return fault(
            .unclosed(
                bytes[opened] == UInt8(ascii: "{") ? .brace : .square, opened: place(opened),
                suspect: suspect.map(place)))
    }

    /// Whether a bracket that is the first on its line stands elsewhere than the line that opened it.
    private func isIndentedOtherwise(_ opened: Int, _ closed: Int) -> Bool {
        func lineStart(_ offset: Int) -> Int {
            var index = offset
            while index > 0, bytes[index - 1] != 0x0A { index -= 1 }
            return index
        }
        func blanks(_ start: Int) -> Int {
            var index = start
            while let byte = byte(at: index), byte == 0x20 || byte == 0x09 { index += 1 }
            return index - start
        }
        var index = closed
        while index > 0, bytes[index - 1] == 0x20 || bytes[index - 1] == 0x09 { index -= 1 }
        guard index > 0, bytes[index - 1] == 0x0A, opened < index else { return false }
        return blanks(lineStart(opened)) != closed - index
    }

    // MARK: Names

    /// Section 3: a text, or a name as ECMAScript has them.
    private mutating func name(isFirst: Bool) throws(JSON5.Fault) -> String {
        guard let byte else { throw atEnd(.missingName) }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return try text()
        case UInt8(ascii: ","): throw fault(isFirst ? .missingName : .extraComma)
        case UInt8(ascii: ":"): throw fault(.missingName)
        case UInt8(ascii: "]"): throw mismatched(.brace)
        default: break
        }
        let start = position
        var name = String.UnicodeScalarView()
        while let (scalar, length) = scalar(at: position) {
            if scalar == "\\" {
                guard self.byte(at: position + 1) == UInt8(ascii: "u") else { throw fault(.badEscape) }
                let escape = position
                position += 2
                guard let scalar = Unicode.Scalar(try hex(4, escape)), Self.isNameScalar(scalar, isFirst: name.isEmpty)
                else { throw fault(.badEscape, at: escape) }
                name.append(scalar)
            } else if Self.isNameScalar(scalar, isFirst: name.isEmpty) {
                name.append(scalar)
                position += length
            } else {
                break
            }
        }
        // What stands up to the colon was meant for the name.
        var end = position
        while let byte = self.byte(at: end), byte > 0x20, !",:={}[]\"'".utf8.contains(byte), !isComment(end) {
            end += 1
        }
        if end > position, self.byte(at: end) == UInt8(ascii: ":"), !isStranger {
            throw fault(.nameNeedsQuotes(String(decoding: bytes[start..<end], as: UTF8.self)), at: start)
        }
        if name.isEmpty { throw stranger() }
        return String(name)
    }

    private func isComment(_ index: Int) -> Bool {
        byte(at: index) == UInt8(ascii: "/")
            && (byte(at: index + 1) == UInt8(ascii: "/") || byte(at: index + 1) == UInt8(ascii: "*"))
    }

    // MARK: Texts

    /// Section 5.
    private mutating func text() throws(JSON5.Fault) -> String {
        let (start, mark) = (position, bytes[position])
        position += 1
        var text: [UInt8] = []
        while let byte {
            switch byte {
            case mark:
                position += 1
                return String(decoding: text, as: UTF8.self)
            case 0x0A, 0x0D: throw fault(.unclosedText, at: start)
            case UInt8(ascii: "\\"): try escape(into: &text, from: start)
            default:
                try refuseControl(byte)
                text.append(byte)
                position += 1
            }
        }
        throw fault(.unclosedText, at: start)
    }

    /// Section 5.1. A backslash before the end of a line goes on on the next one.
    private mutating func escape(into text: inout [UInt8], from start: Int) throws(JSON5.Fault) {
        let place = position
        position += 1
        guard let (scalar, length) = scalar(at: position) else { throw fault(.unclosedText, at: start) }
        position += length
        switch scalar {
        case "b": text.append(0x08)
        case "f": text.append(0x0C)
        case "n": text.append(0x0A)
        case "r": text.append(0x0D)
        case "t": text.append(0x09)
        case "v": text.append(0x0B)
        case "0":
            // With another digit it would be octal.
            if let byte, byte &- 0x30 <= 9 { throw fault(.badEscape, at: place) }
            text.append(0x00)
        case "1"..."9": throw fault(.badEscape, at: place)
        case "x": text += try character(hex(2, place), place)
        case "u": text += try character(codePoint(place), place)
        case "\r": if byte == 0x0A { position += 1 }
        case "\n", "\u{2028}", "\u{2029}": break
        case let scalar where scalar.value < 0x20 || scalar.value == 0x7F:
            throw fault(.controlCharacter(scalar.value), at: place + 1)
        default: text += String(Character(scalar)).utf8
        }
    }

    /// Behind `\u`: four digits, or two times four for a pair of surrogates.
    private mutating func codePoint(_ place: Int) throws(JSON5.Fault) -> UInt32 {
        let first = try hex(4, place)
        guard (0xD800...0xDBFF).contains(first) else { return first }
        guard byte == UInt8(ascii: "\\"), byte(at: position + 1) == UInt8(ascii: "u") else {
            throw fault(.halfCharacter, at: place)
        }
        position += 2
        let second = try hex(4, place)
        guard (0xDC00...0xDFFF).contains(second) else { throw fault(.halfCharacter, at: place) }
        return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }

    private func character(_ code: UInt32, _ place: Int) throws(JSON5.Fault) -> String.UTF8View {
        guard let scalar = Unicode.Scalar(code) else { throw fault(.halfCharacter, at: place) }
        return String(Character(scalar)).utf8
    }

    private mutating func hex(_ count: Int, _ place: Int) throws(JSON5.Fault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let byte, let digit = Self.hexValue(byte) else { throw fault(.badEscape, at: place) }
            value = value << 4 | digit
            position += 1
        }
        return value
    }

    // MARK: Characters

    /// What has no business at the present place.
    private func stranger() -> JSON5.Fault {
        guard let (scalar, _) = scalar(at: position) else { return atEnd(.missingValue) }
        if Self.curlyQuotes.contains(scalar) { return fault(.curlyQuotes) }
        if scalar == "#" { return fault(.hashComment) }
        return fault(.unexpected(Character(scalar)))
    }

    private var isStranger: Bool {
        scalar(at: position).map { $0.scalar == "#" || Self.curlyQuotes.contains($0.scalar) } ?? false
    }

    private static let curlyQuotes: Set<Unicode.Scalar> = [
        "\u{201C}", "\u{201D}", "\u{201E}", "\u{2018}", "\u{2019}", "\u{201A}", "\u{AB}", "\u{BB}", "`", "\u{B4}",
    ]

    /// U+2028 and U+2029 end a line in ECMAScript.
    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool { scalar == "\u{2028}" || scalar == "\u{2029}" }

    /// What words are made of, in names and literals, and in texts that lack their quotation marks.
    private static func isWordByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 <= 9 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
            || byte >= 0x80
    }

    /// ECMAScript 5.1, section 7.6.
    private static func isNameScalar(_ scalar: Unicode.Scalar, isFirst: Bool) -> Bool {
        if scalar == "_" || scalar == "$" { return true }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber:
            return true
        case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation: return !isFirst
        default: return !isFirst && (scalar == "\u{200C}" || scalar == "\u{200D}")
        }
    }

    private static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case _ where byte &- 0x30 <= 9: UInt32(byte - 0x30)
        case _ where (byte | 0x20) &- 0x61 < 6: UInt32((byte | 0x20) - 0x61 + 10)
        default: nil
        }
    }

    // MARK: Encoding

    /// UTF-16 and UTF-32 begin with a mark, or with ASCII that has zeros between.
    private static func isOtherEncoding(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 2 else { return false }
        let start = (bytes[0], bytes[1])
        return start == (0xFF, 0xFE) || start == (0xFE, 0xFF) || (start.0 == 0) != (start.1 == 0)
    }

    /// Where the first bytes stand that are not UTF-8.
    private static func firstInvalid(_ bytes: [UInt8]) -> Int? {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }
}

/// Finds lines and columns. What is asked in the order of the text costs one walk through it.
private struct PlaceCounter {
    private let bytes: [UInt8]
    private var offset: Int
    private var place = JSON5.Place(line: 1, column: 1)

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // A byte order mark has no column.
        offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Not before an offset that has been asked for already.
    mutating func place(_ end: Int) -> JSON5.Place {
        while offset < min(end, bytes.count) {
            let byte = bytes[offset]
            let isLineEnd = byte == 0x0A || byte == 0x0D && (offset + 1 == bytes.count || bytes[offset + 1] != 0x0A)
            if isLineEnd {
                place = JSON5.Place(line: place.line + 1, column: 1)
            } else if byte & 0xC0 != 0x80, byte != 0x0D {
                place.column += 1
            }
            offset += 1
        }
        return place
    }
}
