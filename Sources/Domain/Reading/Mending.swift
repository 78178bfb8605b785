extension TextShape {
    /// What a text that is not as the contract wants it says for sure; `nil` if nothing. The result has this shape.
    func mended(_ text: String) -> String? {
        candidate(text).flatMap { reading(isTrimmed ? $0.trimmed : $0) }
    }

    /// Whether a text that has this shape is to be looked at all the same: something in it that nobody meant, which the
    /// contract's own shapes do not see. Cheap for what is right.
    func isSuspicious(_ text: String) -> Bool {
        switch self {
        case .line: !text.isPlain || Placeholder.isTemplate(text)
        case .email: !text.isASCII && !text.visible.utf8.elementsEqual(text.utf8)
        case .identifier: Placeholder.isTemplate(text) || Placeholder.isWord(text)
        case .googleClickID, .metaClickID: ClickText.isSomethingElse(text)
        case .ipAddress: !IPAddress.isPublic(text) || IPAddress.unmapped(text) != text
        case .prose, .eventName, .phone, .country, .currency, .metaClickCookie, .metaBrowserCookie, .metaLeadID,
            .webAddress, .referrer:
            false
        }
    }

    /// The end of the sentence "`person.email` …" when a text was mended.
    var mending: String {
        switch self {
        case .line, .prose, .identifier, .eventName: "had characters that nobody sees, or blanks too many: removed"
        case .email: "had more in it than an address: read as the address"
        case .phone: "had more in it than a number: read as the number"
        case .country: "was a name: read as its code"
        case .currency: "was a name or sign: read as its code"
        case .googleClickID, .metaClickID: "had more in it than the id: read as the id"
        case .metaClickCookie, .metaBrowserCookie: "was not as the cookie is: mended"
        case .metaLeadID: "had more in it than digits: read as the id"
        case .webAddress, .referrer: "had characters that no address has: encoded"
        case .ipAddress: "had more in it than an address: read as the address"
        }
    }

    private func candidate(_ text: String) -> String? {
        switch self {
        case .line: Placeholder.isTemplate(text.trimmed) ? nil : text.plain
        case .prose:
            text.dropping {
                $0.isControl && !$0.isLineBreak || $0.value == 0x2028 || $0.value == 0x2029 || $0.value == 0x85
            }
        case .identifier: Placeholder.isTemplate(text.trimmed) || Placeholder.isWord(text) ? nil : text.plain
        case .eventName: nil
        case .email: EmailText.address(in: text)
        case .phone: PhoneText.number(in: text)
        case .country: CountryNames.code(of: text)
        case .currency: CurrencyNames.code(of: text)
        case .googleClickID, .metaClickID: ClickText.id(in: text)
        case .metaClickCookie, .metaBrowserCookie: CookieText.cookie(in: text)
        case .metaLeadID: Self.leadID(in: text)
        case .webAddress, .referrer: AddressText.address(in: text)
        case .ipAddress: IPAddress.visitor(in: text)
        }
    }

    /// Meta's exports write the ids of leads as `l:1234567890123456`.
    private static func leadID(in text: String) -> String {
        let plain = text.visible.trimmed
        return plain.hasPrefix("l:") ? String(plain.dropFirst(2)) : plain
    }
}

/// Web addresses with characters in them that should have been encoded.
enum AddressText {
    /// The address with these characters percent-encoded, as browsers do (WHATWG URL, the query percent-encode set).
    static func address(in text: String) -> String? {
        var plain = text.plain.visible.trimmed
        if plain.hasPrefix("//") { plain = "https:" + plain }
        guard !plain.isEmpty, !Placeholder.isTemplate(plain), !Placeholder.isWord(plain) else { return nil }
        var result: [UInt8] = []
        for scalar in plain.unicodeScalars {
            if scalar.isBlank || scalar.isControl || "\"<>\\".unicodeScalars.contains(scalar) {
                for byte in String(scalar).utf8 {
                    result.append(UInt8(ascii: "%"))
                    result.append(contentsOf: [byte >> 4, byte & 0xF].map { $0 < 10 ? 0x30 + $0 : 0x37 + $0 })
                }
            } else {
                result.append(contentsOf: String(scalar).utf8)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension IPAddress {
    /// The visitor's own public address in what proxies and scripts pass on: with a port, in brackets, IPv4 in IPv6, or
    /// first in a list.
    static func visitor(in text: String) -> String? {
        var text = text.visible.trimmed
        if let comma = text.firstIndex(of: ",") { text = String(text[..<comma]).trimmed }
        if text.hasPrefix("[") {
            text = String(text.dropFirst().prefix { $0 != "]" })
        } else if let colon = text.firstIndex(of: ":"), text.utf8.count(where: { $0 == UInt8(ascii: ":") }) == 1 {
            text = String(text[..<colon])
        }
        text = unmapped(text)
        return isValid(text) && isPublic(text) ? text : nil
    }
}
