/// The textual forms of IP addresses.
package enum IPAddress {
    /// Dotted IPv4 (four decimal numbers without leading zeros) or IPv6 (RFC 4291 section 2.2, without zone and
    /// brackets).
    package static func isValid(_ text: String) -> Bool {
        text.utf8.contains(UInt8(ascii: ":")) ? words(text) != nil : octets(text[...]) != nil
    }

    /// The address as a number of 32 or 128 bits. IPv4 mapped into IPv6 (`::ffff:192.0.2.1`) is taken for what it is.
    /// `nil` if the text is no address.
    package static func bits(_ text: String) -> (value: UInt128, isV4: Bool)? {
        if let octets = octets(text[...]) { return (octets.reduce(0) { $0 << 8 | UInt128($1) }, true) }
        guard let words = words(text) else { return nil }
        let value = words.reduce(UInt128(0)) { $0 << 16 | UInt128($1) }
        return value >> 32 == 0xFFFF ? (value & 0xFFFF_FFFF, true) : (value, false)
    }

    /// An address that a visitor can come from: not the machine itself, not a private or link-local network.
    package static func isPublic(_ text: String) -> Bool {
        if let octets = octets(text[...]) { return isPublic(octets) }
        guard let words = words(text) else { return false }
        // ::ffff:a.b.c.d is IPv4 in the clothes of IPv6 (RFC 4291 section 2.5.5.2).
        if words[..<5].allSatisfy({ $0 == 0 }), words[5] == 0xFFFF {
            return isPublic([words[6] >> 8, words[6] & 0xFF, words[7] >> 8, words[7] & 0xFF].map { UInt8($0) })
        }
        return words[0] & 0xE000 == 0x2000
    }

    /// IPv4 mapped into IPv6 (RFC 4291 section 2.5.5.2) as the IPv4 address that it is; any other text as it stands.
    package static func unmapped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: ":")), let (value, isV4) = bits(text), isV4 else { return text }
        return stride(from: 24, through: 0, by: -8).map { String((value >> UInt128($0)) & 0xFF) }.joined(separator: ".")
    }

    private static func isPublic(_ octets: [UInt8]) -> Bool {
        switch (octets[0], octets[1]) {
        case (0, _), (10, _), (127, _), (169, 254), (172, 16...31), (192, 168), (100, 64...127), (224..., _): false
        default: true
        }
    }

    private static func octets(_ text: Substring) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(4)
        var (number, digits) = (0, 0)
        // Without leading zeros: some programs read them as octal.
        func isOver() -> Bool { digits > 0 && number <= 255 }
        for byte in text.utf8 {
            if byte == UInt8(ascii: ".") {
                guard isOver(), result.count < 3 else { return nil }
                result.append(UInt8(number))
                (number, digits) = (0, 0)
            } else {
                guard byte.isDigit, digits < 3, digits == 0 || number > 0 else { return nil }
                number = number * 10 + Int(byte - 0x30)
                digits += 1
            }
        }
        guard isOver(), result.count == 3 else { return nil }
        result.append(UInt8(number))
        return result
    }

    /// The eight words of an IPv6 address.
    private static func words(_ text: String) -> [UInt16]? {
        guard let gap = text.firstRange(ofDoubleColonIn: text.utf8) else {
            guard let words = group(text[...]), words.count == 8 else { return nil }
            return words
        }
        guard let head = group(text[..<gap.lowerBound]), let tail = group(text[gap.upperBound...]),
            !text[..<gap.lowerBound].utf8.contains(UInt8(ascii: ".")), head.count + tail.count <= 7
        else { return nil }
        return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    /// Words between single colons; the last may be a dotted IPv4 address.
    private static func group(_ text: Substring) -> [UInt16]? {
        if text.isEmpty { return [] }
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var result: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let octets = octets(Substring(part)) {
                result.append(UInt16(octets[0]) << 8 | UInt16(octets[1]))
                result.append(UInt16(octets[2]) << 8 | UInt16(octets[3]))
                continue
            }
            guard (1...4).contains(part.count) else { return nil }
            var word: UInt16 = 0
            for byte in part {
                guard let digit = byte.hexDigit else { return nil }
                word = word << 4 | UInt16(digit)
            }
            result.append(word)
        }
        return result
    }
}

extension String {
    fileprivate func firstRange(ofDoubleColonIn bytes: UTF8View) -> Range<Index>? {
        var previous: Index?
        for index in bytes.indices {
            guard bytes[index] == UInt8(ascii: ":") else {
                previous = nil
                continue
            }
            if let previous { return previous..<bytes.index(after: index) }
            previous = index
        }
        return nil
    }
}
