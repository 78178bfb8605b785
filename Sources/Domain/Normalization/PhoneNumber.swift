/// Telephone numbers as people type them, made into E.164.
package enum PhoneNumber {
    /// The number with `+` and country code, or `nil` if that cannot be told.
    ///
    /// `country` (ISO 3166-1 alpha-2) is whose national numbers are meant. Without it only a number that begins with
    /// `+` or `00` can be read. A trunk zero that was typed after the country code (`+44 (0)20 …`) is dropped, as is an
    /// extension.
    ///
    ///     020 7946 0958, GB        +442079460958
    ///     8 (495) 123-45-67, RU    +74951234567
    ///     011 44 20 7946 0958, US  +442079460958
    ///     +39 06 698 12345         +390669812345    (Italy dials its zero from abroad too)
    ///     436641234567, AT         +436641234567    (no Austrian number begins with 0 43664 and is so long)
    ///     011 15-2345-6789, AR     +5491123456789
    package static func e164(_ text: String, country: String?) -> String? {
        guard let (digits, hasPlus) = digits(in: text), !digits.isEmpty else { return nil }
        if hasPlus { return international(digits.utf8[...]) }
        let plan = country.flatMap { NumberingPlan.of(country: $0) }
        for prefix in [plan?.internationalPrefix ?? "00", "00"] where digits.hasPrefix(prefix) {
            if let number = international(digits.utf8.dropFirst(prefix.utf8.count)) { return number }
        }
        guard let plan, let country else { return nil }
        return national(digits, plan, country)
    }

    /// What is left to compare a number by whose country nobody knows: its digits without zeros in front. `nil` if they
    /// are too few.
    package static func bareDigits(_ text: String) -> String? {
        guard let (digits, _) = digits(in: text) else { return nil }
        let bare = digits.drop { $0 == "0" }
        return bare.utf8.count >= shortestBare ? String(bare) : nil
    }

    /// How a number may stand where its country was not known: as somebody types it now, with its country code, and
    /// without. `numbers` are its readings in E.164.
    static func bareSpellings(_ text: String, _ numbers: [String]) -> [String] {
        var spellings = [bareDigits(text)].compactMap { $0 }
        for number in numbers where number.hasPrefix("+") {
            let digits = number.dropFirst()
            spellings.append(String(digits))
            guard let plan = NumberingPlan.of(internationalDigits: digits.utf8[...]) else { continue }
            spellings.append(String(digits.dropFirst(plan.callingCode.count).drop { $0 == "0" }))
        }
        return Set(spellings).filter { $0.utf8.count >= shortestBare }.sorted()
    }

    /// Fewer digits are an extension, or any number at all.
    private static let shortestBare = 6

    /// The digits in ASCII, and whether a plus sign was before them; `nil` if there is no number in the text.
    private static func digits(in text: String) -> (String, hasPlus: Bool)? {
        if let plain = plainDigits(text) { return plain }
        guard let number = PhoneText.number(in: text),
            let first = number.utf8.first(where: { $0.isDigit || $0 == UInt8(ascii: "+") })
        else { return nil }
        return (String(decoding: number.utf8.filter(\.isDigit), as: UTF8.self), first == UInt8(ascii: "+"))
    }

    /// The same for a number in ASCII without a word beside it, which nearly all are; `nil` for others.
    private static func plainDigits(_ text: String) -> (String, hasPlus: Bool)? {
        guard text.utf8.count <= longestPlain else { return nil }
        var digits: [UInt8] = []
        digits.reserveCapacity(longestPlain)
        var hasPlus = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte)
            case UInt8(ascii: "+"):
                guard digits.isEmpty, !hasPlus else { return nil }
                hasPlus = true
            case UInt8(ascii: " "), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "/"):
                break
            default: return nil
            }
        }
        return digits.count >= PhoneText.shortest ? (String(decoding: digits, as: UTF8.self), hasPlus) : nil
    }

    private static let longestPlain = 32

    /// E.164 allows fifteen digits; the shortest numbers in use have seven with their country code.
    private static let length = 7...15

    private static func international(_ digits: Substring.UTF8View) -> String? {
        guard let plan = NumberingPlan.of(internationalDigits: digits) else { return nil }
        var number = digits.dropFirst(plan.callingCode.utf8.count)
        for trunk in plan.trunkPrefixes.map(\.utf8)
        where number.starts(with: trunk) && plan.digits.contains(number.count - trunk.count) {
            if !plan.digits.contains(number.count) || trunk.first == UInt8(ascii: "0") {
                number = number.dropFirst(trunk.count)
                break
            }
        }
        return written(plan, number)
    }

    private static func national(_ digits: String, _ plan: NumberingPlan, _ country: String) -> String? {
        let digits = digits.utf8[...]
        let own = digits.dropFirst(plan.callingCode.utf8.count)
        // Typed with the country code but without the plus sign, if no national number is like that.
        if digits.starts(with: plan.callingCode.utf8), plan.digits.contains(own.count),
            digits.count > NumberingPlan.longestWithOwnCode(digits, country: country)
        {
            return international(digits)
        }
        for trunk in plan.trunkPrefixes.map(\.utf8) where digits.starts(with: trunk) {
            let rest = withoutCarrier(digits.dropFirst(trunk.count), plan)
            if plan.digits.contains(rest.count) { return written(plan, rest) }
        }
        if let mobile = argentineMobile(digits, plan) {
            return written(plan, mobile.utf8[...])
        }
        if plan.digits.contains(digits.count) { return written(plan, digits) }
        return digits.starts(with: plan.callingCode.utf8) ? international(digits) : nil
    }

    private static func written(_ plan: NumberingPlan, _ number: Substring.UTF8View) -> String? {
        let number = argentineMobile(number, plan)?.utf8[...] ?? number
        guard length.contains(plan.callingCode.utf8.count + number.count) else { return nil }
        return "+" + plan.callingCode + String(Substring(number))
    }

    /// Inside Argentina a mobile number is dialled as area code, 15, number; from abroad as 9, area code, number
    /// (ENACOM, Plan Fundamental de Numeración Nacional). Area code and number have ten digits together.
    private static func argentineMobile(_ digits: Substring.UTF8View, _ plan: NumberingPlan) -> String? {
        let digits = digits.first == UInt8(ascii: "0") ? digits.dropFirst() : digits
        guard plan.callingCode == "54", digits.count == 12 else { return nil }
        let text = String(Substring(digits))
        let area = text.hasPrefix("11") ? 2 : threeDigitAreas.contains(String(text.prefix(3))) ? 3 : 4
        let rest = text.dropFirst(area)
        return rest.hasPrefix("15") ? "9" + text.prefix(area) + rest.dropFirst(2) : nil
    }

    private static let threeDigitAreas: Set<String> = [
        "220", "221", "223", "230", "236", "237", "249", "260", "261", "263", "264", "266", "280", "291", "294", "297",
        "298", "299",
        "336", "341", "342", "343", "345", "348", "351", "353", "358", "362", "364", "370", "376", "379", "380", "381",
        "383", "385",
        "387", "388",
    ]

    /// In Brazil the zero is followed by two digits for the company that carries the call (Anatel, Código de Seleção de
    /// Prestadora).
    private static func withoutCarrier(_ digits: Substring.UTF8View, _ plan: NumberingPlan) -> Substring.UTF8View {
        plan.callingCode == "55" && !plan.digits.contains(digits.count) ? digits.dropFirst(2) : digits
    }
}
