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
        guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let end = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[start...end])
    }

    /// In lower case by Unicode's full mapping, a final capital sigma as ς (Unicode section 3.13, `Final_Sigma`), which the
    /// standard library leaves out.
    var inLowerCase: String {
        var isLower = true
        for byte in utf8 {
            if byte >= 0x80 { return fullyLowerCased }
            if byte &- 0x41 < 26 { isLower = false }
        }
        return isLower ? self : lowercased()
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
        guard utf8.count == 64, utf8.allSatisfy({ $0 &- 0x30 <= 9 || ($0 | 0x20) &- 0x61 < 6 }) else { return nil }
        return .hashed(inLowerCase)
    }

    /// Without the characters that fit `unwanted`.
    func dropping(_ unwanted: (Unicode.Scalar) -> Bool) -> String {
        guard unicodeScalars.contains(where: unwanted) else { return self }
        var kept = String.UnicodeScalarView()
        for scalar in unicodeScalars where !unwanted(scalar) { kept.append(scalar) }
        return String(kept)
    }
}

extension Unicode.Scalar {
    var isPunctuation: Bool {
        switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            true
        default: false
        }
    }

    var isSymbol: Bool {
        switch properties.generalCategory {
        case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: true
        default: false
        }
    }
}
