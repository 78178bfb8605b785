extension UInt8 {
    var isDigit: Bool { self &- 0x30 <= 9 }
    /// An ASCII letter.
    var isLetter: Bool { (self | 0x20) &- 0x61 <= 25 }
    /// `A`-`Z`, `a`-`z`, `0`-`9`, `-`, `_`.
    var isBase64URL: Bool { isLetter || isDigit || self == UInt8(ascii: "-") || self == UInt8(ascii: "_") }
    /// RFC 3986 section 2.3.
    var isURLUnreserved: Bool { isBase64URL || self == UInt8(ascii: ".") || self == UInt8(ascii: "~") }
    /// The four blanks of JSON (RFC 8259 section 2), which are also what is trimmed from texts.
    var isBlank: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
    /// The value of a hexadecimal digit.
    var hexDigit: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x37
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }
}

extension String {
    /// Whether every byte of the text is so. Asked of the text's storage: going through `utf8` asks at each byte anew
    /// what kind of text it is, and takes three times as long.
    @inlinable @inline(__always)
    package func hasOnly(_ isSo: (UInt8) -> Bool) -> Bool {
        let bytes = utf8.span
        for index in bytes.indices where !isSo(bytes[index]) { return false }
        return true
    }

    /// Empty or nothing but blanks: a form field that was not filled in.
    var isBlank: Bool { hasOnly(\.isBlank) }

    /// Without blanks at its ends.
    package var trimmed: String {
        guard let first = utf8.first, let last = utf8.last, first.isBlank || last.isBlank else { return self }
        guard let start = utf8.firstIndex(where: { !$0.isBlank }), let end = utf8.lastIndex(where: { !$0.isBlank })
        else { return "" }
        return String(self[start...end])
    }

    var asciiUppercased: String { mapped { $0 &- 0x61 <= 25 ? $0 - 0x20 : $0 } }
    var asciiLowercased: String { mapped { $0 &- 0x41 <= 25 ? $0 + 0x20 : $0 } }

    private func mapped(_ change: (UInt8) -> UInt8) -> String {
        hasOnly { change($0) == $0 } ? self : String(decoding: utf8.map(change), as: UTF8.self)
    }

    /// At most that many Unicode scalars, which is how JSON Schema counts.
    func isAtMost(_ maximum: Int) -> Bool { utf8.count <= maximum || unicodeScalars.count <= maximum }

    /// Has one of Unicode's control characters (Cc) or line separators (U+2028, U+2029) that is not in the list.
    func hasControlCharacters(except allowed: [UInt8]) -> Bool {
        if hasOnly({ (0x20...0x7E).contains($0) }) { return false }
        return !hasOnly { $0 >= 0x20 && $0 != 0x7F || allowed.contains($0) }
            || unicodeScalars.contains { (0x80...0x9F).contains($0.value) || $0.value == 0x2028 || $0.value == 0x2029 }
    }

    /// Has white space or invisible characters outside of ASCII, as copying from a document leaves them.
    var hasBlanks: Bool {
        if isASCII { return false }
        return unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0x80...0xA0, 0x1680, 0x2000...0x200F, 0x2028...0x202F, 0x205F...0x2064, 0x3000, 0xFEFF: true
            default: false
            }
        }
    }
}
