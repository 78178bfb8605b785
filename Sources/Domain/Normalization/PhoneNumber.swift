/// Telephone numbers as people type them, made into E.164.
package enum PhoneNumber {
    /// The number with `+` and country code, or `nil` if that cannot be told.
    ///
    /// `country` (ISO 3166-1 alpha-2) is whose national numbers are meant. Without it only a number that begins with `+` or `00` can
    /// be read. A trunk zero that was typed after the country code (`+44 (0)20 …`) is dropped, as is an extension.
    ///
    ///     020 7946 0958, GB        +442079460958
    ///     8 (495) 123-45-67, RU    +74951234567
    ///     011 44 20 7946 0958, US  +442079460958
    ///     +39 06 698 12345         +390669812345    (Italy dials its zero from abroad too)
    package static func e164(_ text: String, country: String?) -> String? {
        guard let (digits, hasPlus) = digits(in: text), !digits.isEmpty else { return nil }
        if hasPlus { return international(digits.utf8[...]) }
        let plan = country.flatMap { NumberingPlan.of(country: $0) }
        for prefix in [plan?.internationalPrefix ?? "00", "00"] where digits.hasPrefix(prefix) {
            if let number = international(digits.utf8.dropFirst(prefix.utf8.count)) { return number }
        }
        return plan.flatMap { national(digits, $0) }
    }

    /// The digits in ASCII, and whether a plus sign was before them; `nil` if there is anything that no number has.
    private static func digits(in text: String) -> (String, hasPlus: Bool)? {
        var digits: [UInt8] = []
        var hasPlus = false
        var scalars = text.unicodeScalars[...]
        if scalars.starts(with: "tel:".unicodeScalars) { scalars = scalars.dropFirst(4) }
        for scalar in scalars {
            switch scalar {
            case "0"..."9": digits.append(UInt8(scalar.value))
            case "+", "\u{FF0B}":
                guard digits.isEmpty, !hasPlus else { return nil }
                hasPlus = true
            case "-", ".", "/", "(", ")", "\u{2010}"..."\u{2015}", "\u{2060}": break
            case _ where scalar.isBlank: break
            case _ where scalar.isDecimalDigit:
                // Digits of other scripts: the numeric value is 0 to 9 by definition of the category.
                digits.append(0x30 + UInt8(scalar.properties.numericValue ?? 0))
            case "e", "E", "x", "X", "#", ";", ",":
                // An extension begins; it is no part of the number.
                guard digits.count >= 7 else { return nil }
                return (String(decoding: digits, as: UTF8.self), hasPlus)
            default: return nil
            }
        }
        return (String(decoding: digits, as: UTF8.self), hasPlus)
    }

    /// E.164 allows fifteen digits; the shortest numbers in use have seven with their country code.
    private static let length = 7...15

    private static func international(_ digits: Substring.UTF8View) -> String? {
        guard let plan = NumberingPlan.of(internationalDigits: digits) else { return nil }
        var number = digits.dropFirst(plan.callingCode.utf8.count)
        let trunk = plan.trunkPrefix.utf8
        if !trunk.isEmpty, number.starts(with: trunk), plan.digits.contains(number.count - trunk.count),
            !plan.digits.contains(number.count) || trunk.first == UInt8(ascii: "0")
        {
            number = number.dropFirst(trunk.count)
        }
        guard length.contains(plan.callingCode.utf8.count + number.count) else { return nil }
        return "+" + plan.callingCode + String(Substring(number))
    }

    private static func national(_ digits: String, _ plan: NumberingPlan) -> String? {
        let digits = digits.utf8[...]
        let trunk = plan.trunkPrefix.utf8
        if !trunk.isEmpty, digits.starts(with: trunk), plan.digits.contains(digits.count - trunk.count) {
            return "+" + plan.callingCode + String(Substring(digits.dropFirst(trunk.count)))
        }
        if plan.digits.contains(digits.count) { return "+" + plan.callingCode + String(Substring(digits)) }
        // Too long for a national number: typed with the country code, but without the plus sign.
        return digits.starts(with: plan.callingCode.utf8) ? international(digits) : nil
    }
}
