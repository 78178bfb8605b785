/// A date format of another service: `dd.MM.yyyy HH:mm`, `MMMM d, yyyy 'at' h:mm a`.
///
/// The letters are those of Unicode's date patterns (UTS 35, part 4, section 8.1), as far as senders need them. `dd`,
/// `MM`, `HH`, `hh`, `mm` and `ss` are two digits, `d`, `M`, `H` and `h` one or two, `yyyy` four; `MMM` and `MMMM` are
/// the name of a month in one of the languages of ``MonthName``, `a` is AM or PM. What stands between apostrophes, and
/// every character that is no such letter, must stand in the text as it is. What the pattern leaves out is the first of
/// its kind: January, the 1st, midnight.
package struct DatePattern: Sendable, Equatable {
    /// As it was written.
    package let text: String
    private var parts: [Part] = []

    private enum Part: Sendable, Equatable {
        case number(Field, digits: ClosedRange<Int>)
        case monthName
        case halfOfDay
        case literal(Unicode.Scalar)
    }

    private enum Field: Sendable { case year, month, day, hour, hourOfHalf, minute, second, half }

    private static let words: [String: Part] = [
        "yyyy": .number(.year, digits: 4...4), "MM": .number(.month, digits: 2...2),
        "M": .number(.month, digits: 1...2),
        "MMM": .monthName, "MMMM": .monthName, "dd": .number(.day, digits: 2...2), "d": .number(.day, digits: 1...2),
        "HH": .number(.hour, digits: 2...2), "H": .number(.hour, digits: 1...2),
        "hh": .number(.hourOfHalf, digits: 2...2), "h": .number(.hourOfHalf, digits: 1...2),
        "mm": .number(.minute, digits: 2...2), "ss": .number(.second, digits: 2...2), "a": .halfOfDay,
    ]

    /// `nil` if the pattern names no year, a field twice, a letter in a number that means nothing here (`yy`, `dddd`),
    /// or only one of `h` and `a`.
    package init?(_ pattern: String) {
        text = pattern
        var rest = pattern.unicodeScalars[...]
        var seen: Set<Field> = []
        while let scalar = rest.popFirst() {
            if scalar == "'" {
                guard let literal = Self.quoted(&rest) else { return nil }
                parts += literal.map { .literal($0) }
            } else if "yMdHhmsa".unicodeScalars.contains(scalar) {
                var word = String(scalar)
                while rest.first == scalar {
                    word.unicodeScalars.append(scalar)
                    rest.removeFirst()
                }
                guard let part = Self.words[word], seen.insert(Self.field(part)).inserted else { return nil }
                parts.append(part)
            } else {
                parts.append(.literal(scalar))
            }
        }
        guard seen.contains(.year), seen.contains(.half) == seen.contains(.hourOfHalf),
            !(seen.contains(.hour) && seen.contains(.hourOfHalf))
        else { return nil }
    }

    /// Up to the closing apostrophe; two of them are one that is meant (UTS 35).
    private static func quoted(_ rest: inout Substring.UnicodeScalarView) -> [Unicode.Scalar]? {
        var literal: [Unicode.Scalar] = []
        while let scalar = rest.popFirst() {
            guard scalar == "'" else {
                literal.append(scalar)
                continue
            }
            if rest.first != "'" { return literal.isEmpty ? ["'"] : literal }
            literal.append("'")
            rest.removeFirst()
        }
        return nil
    }

    private static func field(_ part: Part) -> Field {
        switch part {
        case .number(let field, _): field
        case .monthName: .month
        case .halfOfDay: .half
        case .literal: preconditionFailure("a literal is no field")
        }
    }

    /// What a calendar and a clock showed; `nil` if the text does not fit the pattern or names a day or time that does
    /// not exist.
    package func reading(_ text: String) -> CivilTime? {
        var values: [Field: Int] = [:]
        var rest = text.unicodeScalars[...]
        for (index, part) in parts.enumerated() {
            switch part {
            case .literal(let scalar):
                // Clocks are set with a no-break or narrow no-break space before PM since CLDR 42.
                guard let next = rest.popFirst(), next == scalar || (scalar == " " && Self.blanks.contains(next))
                else { return nil }
            case .number(let field, let digits):
                let word = rest.prefix(digits.upperBound).prefix { $0.value < 0x80 && UInt8($0.value).isDigit }
                guard digits.contains(word.count), let value = Int(String(String.UnicodeScalarView(word)))
                else { return nil }
                values[field] = value
                rest = rest.dropFirst(word.count)
            case .monthName:
                let word = rest.prefix {
                    $0.properties.isAlphabetic || $0.properties.generalCategory == .nonspacingMark
                }
                guard let month = MonthName.number(of: String(String.UnicodeScalarView(word))) else { return nil }
                values[.month] = month
                rest = rest.dropFirst(word.count)
                // "Nov." is short for the same, unless the pattern has a full stop of its own there.
                if rest.first == ".", !parts.dropFirst(index + 1).starts(with: [.literal(".")]) { rest.removeFirst() }
            case .halfOfDay:
                guard let half = Self.half(&rest) else { return nil }
                values[.half] = half
            }
        }
        guard rest.isEmpty, let year = values[.year] else { return nil }
        var hour = values[.hour] ?? 0
        if let hourOfHalf = values[.hourOfHalf], let half = values[.half] {
            guard (1...12).contains(hourOfHalf) else { return nil }
            hour = hourOfHalf % 12 + half * 12
        }
        return CivilTime(
            year: year, month: values[.month] ?? 1, day: values[.day] ?? 1, hour: hour, minute: values[.minute] ?? 0,
            second: values[.second] ?? 0)
    }

    private static let blanks: Set<Unicode.Scalar> = ["\u{A0}", "\u{202F}", "\u{2009}"]

    /// `AM`, `p.m.`: 0 or 1.
    private static func half(_ rest: inout Substring.UnicodeScalarView) -> Int? {
        let word = rest.prefix { $0.properties.isAlphabetic || $0 == "." }
        rest = rest.dropFirst(word.count)
        switch String(String.UnicodeScalarView(word)).filter({ $0 != "." }).asciiLowercased {
        case "am": return 0
        case "pm": return 1
        default: return nil
        }
    }
}
