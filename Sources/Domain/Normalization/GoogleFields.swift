/// How Google wants a person's fields before hashing: the written rules of "Format user data", and the official
/// formatter where they leave room (vectors: `Tests/ForwardingTests/Fixtures/google_identifiers.jsonl`).
///
/// Where the text and the formatter differ we follow the text: white space inside an e-mail address is removed, and a
/// phone number without `+` and country code is no phone number.
package enum GoogleFields {
    /// Lower case, no white space; for gmail.com and googlemail.com neither dots nor a `+` suffix.
    package static func email(_ text: String) -> NormalizedText? {
        let text = text.inLowerCase.dropping { $0.isBlank }
        if let hash = text.asHash { return hash }
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        guard parts[1].elementsEqual("gmail.com".utf8) || parts[1].elementsEqual("googlemail.com".utf8) else {
            return .clear(text)
        }
        let name = parts[0].prefix { $0 != UInt8(ascii: "+") }.filter { $0 != UInt8(ascii: ".") }
        guard !name.isEmpty else { return nil }
        return .clear(String(decoding: name, as: UTF8.self) + "@" + String(Substring(parts[1])))
    }

    /// E.164 with its `+`. `PhoneNumber` makes that of what people type.
    package static func phone(_ text: String) -> NormalizedText? {
        if let hash = text.asHash { return hash }
        var digits: [UInt8] = [UInt8(ascii: "+")]
        for scalar in text.withoutOuterSpace.unicodeScalars {
            switch scalar {
            case "0"..."9": digits.append(UInt8(scalar.value))
            case "+" where digits.count == 1, "-", ".", "(", ")", "/": break
            case _ where scalar.isBlank: break
            default: return nil
            }
        }
        guard text.withoutOuterSpace.hasPrefix("+"), !text.withoutOuterSpace.hasPrefix("++"),
            (8...16).contains(digits.count), digits[1] != UInt8(ascii: "0")
        else { return nil }
        return .clear(String(decoding: digits, as: UTF8.self))
    }

    /// Given or family name: lower case, trimmed.
    package static func name(_ text: String) -> NormalizedText? {
        let text = text.withoutOuterSpace.inLowerCase
        if let hash = text.asHash { return hash }
        return text.isEmpty ? nil : .clear(text)
    }

    /// ISO 3166-1 alpha-2 in upper case; travels in clear.
    package static func region(_ text: String) -> String? {
        let text = text.withoutOuterSpace.uppercased()
        return text.unicodeScalars.count == 2 ? text : nil
    }

    /// Trimmed; travels in clear.
    package static func postalCode(_ text: String) -> String? {
        let text = text.withoutOuterSpace
        return text.isEmpty ? nil : text
    }
}
