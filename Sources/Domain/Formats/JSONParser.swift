extension JSON {
    /// Why a text is not JSON, and where: `offset` counts bytes from the start.
    package struct Fault: Error, Equatable {
        package let reason: Reason
        package let offset: Int
        package enum Reason: String, Sendable {
            case unexpectedByte = "unexpected_byte"
            case unexpectedEnd = "unexpected_end"
            case trailingBytes = "trailing_bytes"
            case badNumber = "bad_number"
            case badEscape = "bad_escape"
            case badEncoding = "bad_encoding"
            case controlCharacter = "control_character"
            case tooDeep = "too_deep"
        }

        /// For people; says nothing of the content.
        package var sentence: String {
            let what =
                switch reason {
                case .unexpectedByte: "unexpected character"
                case .unexpectedEnd: "the text ends too early"
                case .trailingBytes: "there is more after the end of the JSON value"
                case .badNumber: "a number is not written as JSON demands"
                case .badEscape: "an escape in a text is not one of JSON's, or is half a character"
                case .badEncoding: "a text is not UTF-8"
                case .controlCharacter: "a control character in a text is not escaped"
                case .tooDeep: "objects and lists are nested too deeply"
                }
            return "The body is not JSON: \(what) (byte \(offset)). Send one JSON object in UTF-8."
        }
    }

    /// Deeper nesting than this is refused, so that a hostile text cannot exhaust the stack.
    package static let maximumDepth = 64

    /// Reads one JSON text, strictly by RFC 8259: no comments, no trailing commas, UTF-8, unpaired surrogates refused
    /// (section 8.2). A byte order mark in front is passed over, as section 8.1 permits: Windows programs send it.
    /// Names that appear twice are kept: the caller decides.
    package init(parsing bytes: [UInt8]) throws(Fault) {
        var parser = JSONParser(bytes)
        self = try parser.document()
    }
}

struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    mutating func document() throws(JSON.Fault) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw fault(.trailingBytes) }
        return value
    }

    private func fault(_ reason: JSON.Fault.Reason) -> JSON.Fault { JSON.Fault(reason: reason, offset: position) }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func value(depth: Int) throws(JSON.Fault) -> JSON {
        skipSpace()
        guard position < bytes.count else { throw fault(.unexpectedEnd) }
        guard depth <= JSON.maximumDepth else { throw fault(.tooDeep) }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSON) throws(JSON.Fault) -> JSON {
        let matches = text.utf8CodeUnitCount <= bytes.count - position
        guard matches else { throw fault(.unexpectedEnd) }
        for (index, byte) in text.description.utf8.enumerated() where bytes[position + index] != byte {
            throw fault(.unexpectedByte)
        }
        position += text.utf8CodeUnitCount
        return value
    }

    private mutating func object(depth: Int) throws(JSON.Fault) -> JSON {
        var members: [JSON.Member] = []
        position += 1
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard position < bytes.count else { throw fault(.unexpectedEnd) }
            guard bytes[position] == UInt8(ascii: "\"") else { throw fault(.unexpectedByte) }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected() }
            members.append(JSON.Member(name, try value(depth: depth + 1)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw unexpected() }
        }
    }

    private mutating func array(depth: Int) throws(JSON.Fault) -> JSON {
        var elements: [JSON] = []
        position += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(UInt8(ascii: ",")) else { throw unexpected() }
        }
    }

    private func unexpected() -> JSON.Fault { fault(position < bytes.count ? .unexpectedByte : .unexpectedEnd) }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func string() throws(JSON.Fault) -> String {
        position += 1
        let start = position
        var hasEscapes = false
        while true {
            position = Self.plainEnd(bytes.span, from: position)
            guard position < bytes.count else { throw fault(.unexpectedEnd) }
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") { break }
            if byte < 0x20 { throw fault(.controlCharacter) }
            hasEscapes = true
            position += 2
            guard position <= bytes.count else {
                position = bytes.count
                throw fault(.unexpectedEnd)
            }
        }
        let end = position
        position += 1
        let text = hasEscapes ? String(utf8: try unescaped(from: start, to: end)) : String(utf8: bytes, start..<end)
        guard let text else { throw JSON.Fault(reason: .badEncoding, offset: start) }
        return text
    }

    /// The first place from there on that is not just a byte of a text: its end, an escape, a control character.
    private static func plainEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            index += 1
        }
        return index
    }

    private func unescaped(from start: Int, to end: Int) throws(JSON.Fault) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(end - start)
        var index = start
        while index < end {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            let escape = bytes[index]
            index += 1
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(escape)
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"):
                let scalar = try scalar(at: &index, end: end)
                result.append(contentsOf: String(Character(scalar)).utf8)
            default: throw JSON.Fault(reason: .badEscape, offset: index - 1)
            }
        }
        return result
    }

    /// The character behind `\u`; a surrogate must be followed by its other half.
    private func scalar(at index: inout Int, end: Int) throws(JSON.Fault) -> Unicode.Scalar {
        let start = index
        let first = try hex(at: &index, end: end)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, index + 1 < end, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
        else { throw JSON.Fault(reason: .badEscape, offset: start) }
        index += 2
        let second = try hex(at: &index, end: end)
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw JSON.Fault(reason: .badEscape, offset: start) }
        return scalar
    }

    private func hex(at index: inout Int, end: Int) throws(JSON.Fault) -> UInt32 {
        guard index + 4 <= end else { throw JSON.Fault(reason: .badEscape, offset: index) }
        var value: UInt32 = 0
        for _ in 0..<4 {
            switch bytes[index] {
            case let digit where digit &- 0x30 <= 9: value = value << 4 | UInt32(digit - 0x30)
            case let letter where (letter | 0x20) &- 0x61 <= 5: value = value << 4 | UInt32((letter | 0x20) - 0x61 + 10)
            default: throw JSON.Fault(reason: .badEscape, offset: index)
            }
            index += 1
        }
        return value
    }

    /// RFC 8259 section 6: `-`? int frac? exp?, no leading zeros, no leading plus.
    private mutating func number() throws(JSON.Fault) -> JSON {
        let start = position
        _ = take(UInt8(ascii: "-"))
        guard position < bytes.count else { throw fault(.unexpectedEnd) }
        if take(UInt8(ascii: "0")) {
        } else if !digits() {
            throw position == start ? fault(.unexpectedByte) : fault(.badNumber)
        }
        if take(UInt8(ascii: ".")), !digits() { throw fault(.badNumber) }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            if !digits() { throw fault(.badNumber) }
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits() -> Bool {
        let start = position
        while position < bytes.count, bytes[position] &- 0x30 <= 9 { position += 1 }
        return position > start
    }
}

extension String {
    /// The text that these bytes are in UTF-8; `nil` if they are not. Makes no copy but its own.
    fileprivate init?(utf8 bytes: [UInt8], _ range: Range<Int>? = nil) {
        let span = bytes.span
        guard let text = try? UTF8Span(validating: span.extracting(range ?? bytes.indices)) else { return nil }
        self.init(copying: text)
    }
}
