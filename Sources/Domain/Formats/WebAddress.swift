/// What is read from an `http` address without decoding all of it.
package enum WebAddress {
    /// `scheme://host…` with one of the schemes in any case, a host, and neither blanks nor control characters nor any
    /// of `"<>\` (RFC 3986 has no place for them; everything else is left to whoever uses the address).
    static func isAbsolute(_ text: String, schemes: [String]) -> Bool {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
        let scheme = text.utf8[..<colon]
        guard schemes.contains(where: { $0.utf8.elementsEqual(scheme.lazy.map { $0.isLetter ? $0 | 0x20 : $0 }) })
        else { return false }
        let rest = text.utf8[colon...].dropFirst()
        guard rest.starts(with: "//".utf8), let first = rest.dropFirst(2).first,
            first != UInt8(ascii: "/"), first != UInt8(ascii: "?"), first != UInt8(ascii: "#")
        else { return false }
        let isPrintable = text.hasOnly { byte in
            switch byte {
            case 0...0x20, 0x7F, UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"): false
            default: true
            }
        }
        return isPrintable && !text.hasBlanks
    }

    /// The address without query and fragment.
    package static func page(of address: String) -> String {
        guard let end = address.utf8.firstIndex(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") })
        else { return address }
        return String(address[..<end])
    }

    /// Scheme and host, and that there is more: the path of a hook is often its password.
    package static func site(of address: String) -> String {
        let page = page(of: address)
        guard let start = page.firstRange(of: "://")?.upperBound, let slash = page[start...].firstIndex(of: "/") else {
            return page
        }
        return page[slash...] == "/" ? page : page[..<slash] + "/…"
    }

    /// The value of the first query parameter of that name, decoded as forms are (`+` is a blank); `nil` if there is
    /// none.
    package static func parameter(_ name: String, of address: String) -> String? {
        let bytes = address.utf8.prefix { $0 != UInt8(ascii: "#") }
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        let query = bytes[bytes.index(after: mark)...]
        for pair in query.split(separator: UInt8(ascii: "&")) {
            let key = pair.prefix { $0 != UInt8(ascii: "=") }
            guard decoded(key) == name else { continue }
            return decoded(pair.dropFirst(key.count + 1))
        }
        return nil
    }

    /// Bytes that are no valid escapes are kept as they are; what is no UTF-8 becomes U+FFFD.
    private static func decoded(_ text: Substring.UTF8View) -> String {
        guard text.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(Substring(text))
        }
        let bytes = Array(text)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = bytes[index + 1].hexDigit,
                let low = bytes[index + 2].hexDigit
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index] == UInt8(ascii: "+") ? 0x20 : bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
