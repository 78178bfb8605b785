import Crypto
import Domain

/// Writing a request's body byte by byte: the events of a batch never become a tree of values first.
extension [UInt8] {
    /// JSON that we wrote ourselves.
    mutating func raw(_ text: String) { append(contentsOf: text.utf8) }

    /// A text with its quotation marks.
    mutating func string(_ text: String) {
        if text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            JSON.write(text, to: &self)
        } else {
            append(UInt8(ascii: "\""))
            append(contentsOf: text.utf8)
            append(UInt8(ascii: "\""))
        }
    }

    /// `"name":"value"` with a comma before it unless it is the object's first member.
    mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    mutating func key(_ name: String) {
        comma()
        append(UInt8(ascii: "\""))
        append(contentsOf: name.utf8)
        append(contentsOf: "\":".utf8)
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
        case .clear(let text): append(contentsOf: SHA256.hex(of: text).utf8)
        case .hashed(let hash): append(contentsOf: hash.utf8)
        }
        append(UInt8(ascii: "\""))
    }
}
