import Crypto
import Domain

/// JSON that stands in the source code. A text from outside cannot become one, so it cannot get into a body but as a
/// text.
struct BodyLiteral: ExpressibleByStringLiteral {
    fileprivate let text: String
    init(stringLiteral text: String) { self.text = text }
}

/// Something that is certainly a number of JSON (RFC 8259 section 6).
struct BodyNumber: Equatable {
    fileprivate let text: String

    init(_ number: Int64) { text = String(number) }

    /// `nil` for anything else than a number as JSON has it: `-`, digits without a zero before others, a fraction, an
    /// exponent.
    init?(_ text: String) {
        var rest = text.utf8[...]
        func digits() -> Int {
            let digits = rest.prefix { $0 &- 0x30 <= 9 }.count
            rest = rest.dropFirst(digits)
            return digits
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let isZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, !isZero || whole == 1 else { return nil }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits() > 0 else { return nil }
        }
        if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard digits() > 0 else { return nil }
        }
        guard rest.isEmpty else { return nil }
        self.text = text
    }
}

/// Writing a request's body byte by byte: the events of a batch never become a tree of values first.
///
/// Whatever is written is JSON, because nothing can be written but texts, which are escaped, numbers that are proved to
/// be some, hashes, and what stands here in the source.
extension [UInt8] {
    mutating func raw(_ literal: BodyLiteral) { append(contentsOf: literal.text.utf8) }

    mutating func number(_ number: BodyNumber) { append(contentsOf: number.text.utf8) }

    /// The bytes, for somebody to send. In tests it is looked at whether they are one JSON value.
    func finished() -> [UInt8] {
        assert((try? JSON(parsing: self)) != nil, "a body that is not JSON")
        return self
    }

    /// A text with its quotation marks.
    mutating func string(_ text: String) {
        if text.hasOnly({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            append(UInt8(ascii: "\""))
            append(contentsOf: text.utf8)
            append(UInt8(ascii: "\""))
        } else {
            JSON.write(text, to: &self)
        }
    }

    /// `"name":number`, as `member` does it.
    mutating func member(_ name: BodyLiteral, _ value: BodyNumber) {
        key(name)
        number(value)
    }

    /// `"name":"value"` with a comma before it unless it is the object's first member.
    mutating func member(_ name: BodyLiteral, _ value: String) {
        key(name)
        string(value)
    }

    mutating func key(_ name: BodyLiteral) {
        comma()
        append(UInt8(ascii: "\""))
        append(contentsOf: name.text.utf8)
        append(contentsOf: "\":".utf8)
    }

    /// A member whose name is somebody else's.
    mutating func member(named name: String, _ value: String) {
        comma()
        string(name)
        append(UInt8(ascii: ":"))
        string(value)
    }

    /// What separates the next member or element from the one before.
    mutating func comma() {
        switch last {
        case UInt8(ascii: "{"), UInt8(ascii: "["): break
        default: append(UInt8(ascii: ","))
        }
    }

    /// The hash of the text, or the hash that the sender made of it already, between quotation marks.
    mutating func hash(_ text: NormalizedText) {
        append(UInt8(ascii: "\""))
        switch text {
        case .clear(let text): SHA256.appendHex(of: text, to: &self)
        case .hashed(let hash): append(contentsOf: hash.utf8)
        }
        append(UInt8(ascii: "\""))
    }
}
