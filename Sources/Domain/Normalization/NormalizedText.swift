/// What a field looks like to a platform, ready to be hashed: or already hashed by the sender.
package enum NormalizedText: Equatable, Sendable {
    /// To be hashed, or for the fields that travel in clear, to be sent.
    case clear(String)
    /// 64 hexadecimal digits in lower case: the sender hashed it, and hashing again would match nobody.
    case hashed(String)
}

extension String {
    /// Without white space (Unicode's `White_Space`) at both ends.
    var withoutOuterSpace: String {
        if utf8.isEmpty { return self }
        if let first = utf8.first, let last = utf8.last, first > 0x20, first < 0x80, last > 0x20, last < 0x80 {
            return self
        }
        let scalars = unicodeScalars
        guard let start = scalars.firstIndex(where: { !$0.isBlank }),
            let end = scalars.lastIndex(where: { !$0.isBlank })
        else { return "" }
        return String(scalars[start...end])
    }

    /// In lower case by Unicode's full mapping, a final capital sigma as ς (Unicode section 3.13, `Final_Sigma`), which
    /// the standard library leaves out.
    var inLowerCase: String {
        if hasOnly({ $0 < 0x80 && $0 &- 0x41 >= 26 }) { return self }
        return isASCII ? lowercased() : fullyLowerCased
    }

    private var fullyLowerCased: String {
        guard unicodeScalars.contains("Σ") else { return lowercased() }
        let scalars = Array(unicodeScalars)
        var result = ""
        for (index, scalar) in scalars.enumerated() {
            let isFinal =
                scalar == "Σ" && scalars[..<index].last { !$0.properties.isCaseIgnorable }?.properties.isCased == true
                && scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }?.properties.isCased != true
            result += isFinal ? "ς" : scalar.properties.lowercaseMapping
        }
        return result
    }

    /// The hash itself if the text is a SHA-256 as hexadecimal digits of either case.
    var asHash: NormalizedText? {
        guard utf8.count == 64, hasOnly({ $0 &- 0x30 <= 9 || ($0 | 0x20) &- 0x61 < 6 }) else { return nil }
        return .hashed(inLowerCase)
    }

    /// Without the characters that fit `unwanted`.
    func dropping(_ unwanted: (Unicode.Scalar) -> Bool) -> String {
        if hasOnly({ $0 < 0x80 && !unwanted(Unicode.Scalar($0)) }) { return self }
        guard unicodeScalars.contains(where: unwanted) else { return self }
        var kept = String.UnicodeScalarView()
        for scalar in unicodeScalars where !unwanted(scalar) { kept.append(scalar) }
        return String(kept)
    }
}

// Unicode's tables are asked for what is not ASCII only: most of what people type is.
extension Unicode.Scalar {
    var isBlank: Bool { value < 0x80 ? value == 0x20 || (0x09...0x0D).contains(value) : properties.isWhitespace }

    var isDecimalDigit: Bool {
        value < 0x80 ? (0x30...0x39).contains(value) : properties.generalCategory == .decimalNumber
    }

    /// The categories P*. In ASCII these and the symbols are everything between the blank, the digits and the letters.
    var isPunctuation: Bool {
        if value < 0x80 { return isGraphicASCII && !isSymbol }
        switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return true
        default: return false
        }
    }

    /// The categories S*.
    var isSymbol: Bool {
        switch self {
        case "$", "+", "<", "=", ">", "^", "`", "|", "~": return true
        case _ where value < 0x80: return false
        default: break
        }
        switch properties.generalCategory {
        case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: return true
        default: return false
        }
    }

    private var isGraphicASCII: Bool {
        switch value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}
