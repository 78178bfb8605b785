/// An amount as people write it: `49,90`, `1.234,50 €`, `CHF 1'234.50`.
struct WrittenMoney: Equatable {
    /// A JSON number (RFC 8259 section 6).
    var number: String
    /// ISO 4217, if the text names one.
    var currency: String?

    /// `nil` unless the text can mean one amount only: `1,234` is twelve hundred in one country and little more than
    /// one in another.
    init?(_ text: String) {
        var rest = text.plain.dropping { $0.isBlank || $0 == "'" || $0 == "’" || $0 == "_" }
        guard rest.utf8.count <= Self.longest else { return nil }
        let start = rest.prefix { !$0.isNumber && $0 != "-" && $0 != "." && $0 != "," }
        rest.removeFirst(start.count)
        let end = rest.reversed().prefix { !$0.isNumber }.reversed()
        rest.removeLast(end.count)
        // ",-" and ".–" stand for no cents.
        let mark = String(start) + String(end).dropping { ",.-–".unicodeScalars.contains($0) }
        if !mark.isEmpty {
            guard let named = CurrencyNames.code(of: mark) else { return nil }
            currency = named.isEmpty ? nil : named
        }
        guard let number = Self.number(rest) else { return nil }
        self.number = number
    }

    private static let longest = 40

    /// Digits with groups and a decimal sign, by what they can only be.
    private static func number(_ text: String) -> String? {
        let sign = text.hasPrefix("-") ? "-" : ""
        let digits = sign.isEmpty ? text[...] : text.dropFirst()
        let marks = digits.filter { $0 == "." || $0 == "," }
        guard digits.utf8.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }),
            digits.utf8.first?.isDigit == true,
            let last = marks.last
        else {
            return !digits.isEmpty && digits.utf8.allSatisfy(\.isDigit) ? sign + withoutZeros(digits) : nil
        }
        var parts = digits.split(separator: last, omittingEmptySubsequences: false)
        let other: Character = last == "." ? "," : "."
        if marks.contains(other) {
            // Two signs: the last one, which stands once, is the decimal one.
            guard marks.count(where: { $0 == last }) == 1, let whole = grouped(parts[0], by: other) else { return nil }
            return sign + whole + "." + parts[1]
        }
        if marks.count > 1 { return grouped(digits, by: last).map { sign + $0 } }
        // A comma before three digits may part thousands; the contract's own decimal sign is the point.
        let cents = parts.removeLast()
        guard !cents.isEmpty, last == "." || cents.count != 3 else { return nil }
        return sign + withoutZeros(parts[0]) + "." + cents
    }

    /// The digits of groups of three.
    private static func grouped(_ text: Substring, by separator: Character) -> String? {
        let groups = text.split(separator: separator, omittingEmptySubsequences: false)
        guard let first = groups.first, (1...3).contains(first.count), groups.dropFirst().allSatisfy({ $0.count == 3 })
        else { return nil }
        return withoutZeros(groups.joined()[...])
    }

    /// A JSON number has no zeros in front.
    private static func withoutZeros(_ digits: Substring) -> String {
        let rest = digits.drop { $0 == "0" }
        return rest.isEmpty ? "0" : String(rest)
    }
}

/// What people and programs write for a currency besides its code.
enum CurrencyNames {
    /// The code; empty if the sign is that of several currencies, so that it says nothing; `nil` if it is no currency.
    static func code(of text: String) -> String? {
        let word = text.plain.asciiUppercased.dropping { $0 == "." || $0.isBlank }
        if let code = ISOCodes.pack(word, length: 3), ISOCodes.currencies.contains(code) { return word }
        return signs[word]
    }

    private static let signs: [String: String] = [
        "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "£": "GBP", "GB£": "GBP", "US$": "USD", "$US": "USD",
        "USDOLLAR": "USD", "A$": "AUD",
        "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "R$": "BRL", "HK$": "HKD", "SFR": "CHF", "FRS": "CHF",
        "ZŁ": "PLN", "zł": "PLN",
        "ZŁOTY": "PLN", "KČ": "CZK", "Kč": "CZK", "FT": "HUF", "₹": "INR", "₺": "TRY", "TL": "TRY", "₴": "UAH",
        "₪": "ILS", "₫": "VND", "₱": "PHP",
        "₦": "NGN", "฿": "THB", "₽": "RUB", "₩": "KRW", "$": "", "¥": "", "KR": "", "FR": "", "LEI": "",
    ]
}
