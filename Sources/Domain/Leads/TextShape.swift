/// What a text of a lead event has to look like. The regular expressions of `contracts/lead-event.schema.json` say the
/// same.
enum TextShape: Sendable, CaseIterable {
    /// One line that a person may have typed.
    case line
    /// Like `line`, but line breaks and tabs are welcome.
    case prose
    /// Visible ASCII, blanks only inside.
    case identifier
    case eventName
    case email
    case phone
    case country
    case currency
    case googleClickID
    case metaClickID
    case metaClickCookie
    case metaBrowserCookie
    case metaLeadID
    case webAddress
    case referrer
    case ipAddress

    /// What people type is trimmed; what machines write is taken to the byte.
    var isTrimmed: Bool {
        switch self {
        case .line, .prose, .email, .phone, .country, .currency: true
        case .identifier, .eventName, .googleClickID, .metaClickID, .metaClickCookie, .metaBrowserCookie, .metaLeadID,
            .webAddress, .referrer, .ipAddress:
            false
        }
    }

    /// The text as it is kept, if it has this shape.
    func reading(_ text: String) -> String? {
        switch self {
        case .line: text.hasControlCharacters(except: []) ? nil : text
        case .prose: text.hasControlCharacters(except: [0x09, 0x0A, 0x0D]) ? nil : text
        case .identifier: Self.isIdentifier(text) ? text : nil
        case .eventName: Self.isEventName(text) ? text.asciiLowercased : nil
        case .email: Self.isEmail(text) ? text : Self.isHash(text) ? text.asciiLowercased : nil
        case .phone: Self.isPhone(text) ? text : nil
        case .country: Self.isCode(text, length: 2, of: ISOCodes.countries) ? text.asciiUppercased : nil
        case .currency: Self.isCode(text, length: 3, of: ISOCodes.currencies) ? text.asciiUppercased : nil
        case .googleClickID: text.hasOnly { $0.isURLUnreserved || $0 == UInt8(ascii: "=") } ? text : nil
        case .metaClickID: text.hasOnly(\.isBase64URL) ? text : nil
        case .metaClickCookie: Self.isMetaCookie(text) { $0.isBase64URL } ? text : nil
        case .metaBrowserCookie: Self.isMetaCookie(text) { $0.isDigit } ? text : nil
        case .metaLeadID: (15...17).contains(text.utf8.count) && text.hasOnly(\.isDigit) ? text : nil
        case .webAddress: WebAddress.isAbsolute(text, schemes: ["https", "http"]) ? text : nil
        case .referrer: WebAddress.isAbsolute(text, schemes: ["https", "http", "android-app"]) ? text : nil
        case .ipAddress: IPAddress.isValid(text) ? text : nil
        }
    }

    /// A list of codes was missed, rather than a form.
    var code: Defect.Code {
        switch self {
        case .country, .currency: .unknownValue
        default: .malformed
        }
    }

    /// The end of the sentence "`person.email` …" when a text does not have this shape.
    var complaint: String {
        switch self {
        case .line: "contains a control character or line break; send it as one line of plain text"
        case .prose: "contains a control character; send plain text (line breaks and tabs are fine)"
        case .identifier: "must be visible ASCII characters, with blanks only inside"
        case .eventName: "must begin with a letter and go on with letters, digits, '_', '-' or '.', like lead or sale"
        case .email:
            "is not an e-mail address; send one address like name@example.com, without display name, or its SHA-256"
        case .phone: "is not a phone number; send 5 to 18 digits, best with + and country code, without an extension"
        case .country: "is not a country code; use ISO 3166-1 alpha-2, for example DE (the United Kingdom is GB)"
        case .currency: "is not a currency code; use ISO 4217, for example EUR"
        case .googleClickID:
            "has characters that a Google click id never has; pass the parameter on exactly as it stands in the address"
        case .metaClickID:
            """
            has characters that a fbclid never has; pass the parameter on as it is (the cookie _fbc belongs into \
            click.fbc)
            """
        case .metaClickCookie:
            "is not the cookie _fbc, which looks like fb.1.<13 digits>.<fbclid>; send it unchanged, or click.fbclid"
        case .metaBrowserCookie:
            "is not the cookie _fbp, which looks like fb.1.<13 digits>.<digits>; send it unchanged or leave it out"
        case .metaLeadID:
            "is not the id of a lead from one of Meta's forms; send its 15 to 17 digits, or leave it out"
        case .webAddress: "must be an absolute http or https address without white space"
        case .referrer: "must be an absolute http, https or android-app address without white space"
        case .ipAddress: "is not an IP address; send the visitor's IPv4 or IPv6 address without port or brackets"
        }
    }
}

extension TextShape {
    private static func isIdentifier(_ text: String) -> Bool {
        text.utf8.first != 0x20 && text.utf8.last != 0x20 && text.hasOnly { (0x20...0x7E).contains($0) }
    }

    private static func isEventName(_ text: String) -> Bool {
        text.utf8.first?.isLetter == true
            && text.hasOnly { $0.isBase64URL || $0 == UInt8(ascii: ".") }
    }

    private static func isCode(_ text: String, length: Int, of list: Set<UInt32>) -> Bool {
        guard let code = ISOCodes.pack(text, length: length) else { return false }
        return list.contains(code)
    }

    /// Digits with the separators people write; `+` only in front, perhaps inside the first bracket.
    private static func isPhone(_ text: String) -> Bool {
        var digits = 0
        var hasPlus = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "0"..."9": digits += 1
            case "+":
                guard !hasPlus, digits == 0 else { return false }
                hasPlus = true
            // The last ones are no-break and thin blanks, and hyphens that do not break.
            case " ", "(", ")", ".", "-", "/", "\u{A0}", "\u{2009}", "\u{2010}", "\u{2011}", "\u{2013}", "\u{202F}":
                break
            default: return false
            }
        }
        return (5...18).contains(digits)
    }

    /// `fb.<index>.<13 digits>.<rest>`; Meta's own library may append a fifth part.
    private static func isMetaCookie(_ text: String, rest: (UInt8) -> Bool) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 || parts.count == 5 else { return false }
        return parts[0].elementsEqual("fb".utf8)
            && (1...2).contains(parts[1].count) && parts[1].allSatisfy(\.isDigit)
            && parts[2].count == 13 && parts[2].allSatisfy(\.isDigit)
            && !parts[3].isEmpty && parts[3].allSatisfy(rest)
            && (parts.count == 4 || !parts[4].isEmpty && parts[4].allSatisfy(\.isBase64URL))
    }

    /// One `@`; before it 1 to 64 characters that need no quoting; after it labels with dots, the last one not a
    /// number. Looser than RFC 5321 where providers are (dots anywhere in front), stricter where only mistakes differ
    /// (no quotes, no bare host).
    private static func isEmail(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")), !text.hasBlanks else { return false }
        let local = bytes[..<at]
        guard !local.isEmpty, local.count <= 64 || text[..<at].unicodeScalars.count <= 64 else { return false }
        for byte in local {
            switch byte {
            case 0...0x20, 0x7F: return false
            case UInt8(ascii: "@"), UInt8(ascii: "\""), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","),
                UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "["),
                UInt8(ascii: "\\"), UInt8(ascii: "]"):
                return false
            default: break
            }
        }
        return isDomain(text[bytes.index(after: at)...])
    }

    /// A SHA-256 in hexadecimal digits: what Google and Meta take for an address that its sender has hashed.
    private static func isHash(_ text: String) -> Bool {
        text.utf8.count == 64 && text.hasOnly { $0.hexDigit != nil }
    }

    private static func isDomain(_ text: Substring) -> Bool {
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, let last = labels.last, Substring(last).unicodeScalars.count >= 2,
            last.first?.isDigit == false
        else { return false }
        return labels.allSatisfy { label in
            let length = label.count <= 63 ? label.count : Substring(label).unicodeScalars.count
            return (1...63).contains(length) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 >= 0x80 }
        }
    }
}
