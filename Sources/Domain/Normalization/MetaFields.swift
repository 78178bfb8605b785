/// How Meta wants a person's fields before hashing.
///
/// Where Meta's two official tools agree we do the same (vectors:
/// `Tests/ForwardingTests/Fixtures/meta_user_data.jsonl`); where they differ we follow Meta's written rule: no
/// punctuation and no blanks in names and places, letters of every script kept. What is empty afterwards is left out:
/// the hash of nothing would match everybody who left the field empty.
package enum MetaFields {
    /// Meta's keys of `user_data` that are hashed.
    package enum Field: String, CaseIterable, Sendable {
        case em, ph, fn, ln, ct, st, zp, country, db, ge, f5first, f5last, fi, dobd, dobm, doby
    }

    /// The field as it is to be hashed, or `nil` if it is to be left out.
    package static func normalized(_ field: Field, _ text: String) -> NormalizedText? {
        let text = text.withoutOuterSpace.inLowerCase
        if let hash = text.asHash { return hash }
        let result: String? =
            switch field {
            case .em: email(text)
            case .ph: phone(text)
            case .fn, .ln: text.dropping { $0.isBlank || $0.isPunctuation }
            case .ct, .st:
                text.dropping {
                    $0.isBlank || $0.isPunctuation || $0.isSymbol
                        || $0.isDecimalDigit
                }
            case .zp: postalCode(text)
            case .country: country(text)
            case .db: birthDate(text)
            case .ge: gender(text)
            case .f5first, .f5last: String(text.unicodeScalars.prefix(5))
            case .fi: String(text.unicodeScalars.prefix(1))
            case .dobd: number(text, in: 1...31)
            case .dobm: number(text, in: 1...12)
            case .doby: text.utf8.count == 4 ? number(text, in: 1000...9999) : nil
            }
        guard let result, !result.isEmpty else { return nil }
        return .clear(result)
    }

    /// Something before one `@`, and a dot with something on both sides behind it. No blanks, no second `@`.
    private static func email(_ text: String) -> String? {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let dot = parts[1].lastIndex(of: UInt8(ascii: ".")),
            dot > parts[1].startIndex, parts[1].index(after: dot) < parts[1].endIndex,
            !text.unicodeScalars.contains(where: { $0.isBlank || "<>:,;\"".unicodeScalars.contains($0) }
            )
        else { return nil }
        return text
    }

    /// Digits with the country code, without `+` and leading zeros.
    private static func phone(_ text: String) -> String? {
        let plain = text.dropping { $0.isBlank || $0 == "-" || $0 == "(" || $0 == ")" }
        let digits = plain.utf8.drop { $0 == UInt8(ascii: "+") }.drop { $0 == UInt8(ascii: "0") }
        guard digits.count >= 7, digits.allSatisfy({ $0 &- 0x30 <= 9 }) else { return nil }
        return String(Substring(digits))
    }

    /// No blanks, and nothing from the first dash on; one character is not a postal code.
    private static func postalCode(_ text: String) -> String? {
        let code = text.dropping { $0.isBlank }.unicodeScalars.prefix { $0 != "-" }
        return code.count >= 2 ? String(code) : nil
    }

    private static func country(_ text: String) -> String? {
        let letters = text.dropping { !("a"..."z").contains($0) }
        // Kosovo's code is everybody's but ISO's, and Meta goes by ISO.
        guard let code = ISOCodes.pack(letters, length: 2), ISOCodes.countries.contains(code), letters != "xk" else {
            return nil
        }
        return letters
    }

    /// Eight digits, year first; `1997-02-16` is understood too.
    private static func birthDate(_ text: String) -> String? {
        let digits = text.dropping { $0 == "-" }
        return digits.utf8.count == 8 && digits.utf8.allSatisfy({ $0 &- 0x30 <= 9 }) ? digits : nil
    }

    private static func gender(_ text: String) -> String? {
        switch text {
        case "f", "female", "woman": "f"
        case "m", "male", "man": "m"
        default: nil
        }
    }

    private static func number(_ text: String, in range: ClosedRange<Int>) -> String? {
        guard text.utf8.allSatisfy({ $0 &- 0x30 <= 9 }), let value = Int(text), range.contains(value) else {
            return nil
        }
        return value < 10 ? "0\(value)" : text
    }
}
