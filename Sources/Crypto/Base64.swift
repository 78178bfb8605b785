/// Bytes as base 64: the plain alphabet with padding (RFC 4648 section 4), or the one for URLs without (section 5).
package enum Base64: Sendable {
    case plain, url

    package func encode(_ bytes: [UInt8]) -> String {
        let alphabet = digits
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0...group.count { result.append(alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)]) }
            if self == .plain { result.append(contentsOf: repeatElement(Self.padding, count: 3 - group.count)) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The bytes behind `text`; `nil` if it is not exactly what `encode` would make of them.
    ///
    /// So each value has one spelling only (section 3.5: unused bits must be zero): a signature cannot be respelled.
    package func decode(_ text: String) -> [UInt8]? {
        var characters = Array(text.utf8)
        if self == .plain {
            guard characters.count.isMultiple(of: 4) else { return nil }
            for _ in 0..<2 where characters.last == Self.padding { characters.removeLast() }
        }
        guard characters.count % 4 != 1 else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(characters.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var count = 0
        for character in characters {
            guard let value = value(of: character) else { return nil }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                bits &= (1 << UInt32(count)) - 1
            }
        }
        return bits == 0 ? result : nil
    }

    private static let padding = UInt8(ascii: "=")
    private static let plainDigits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlDigits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private var digits: [UInt8] { self == .plain ? Self.plainDigits : Self.urlDigits }

    private func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - 0x41)
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - 0x61 + 26)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - 0x30 + 52)
        case digits[62]: 62
        case digits[63]: 63
        default: nil
        }
    }
}
