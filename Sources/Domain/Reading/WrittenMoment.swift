extension Instant {
    /// A moment as services and libraries write it, where that says the whole of it, zone included. `nil` for anything
    /// else: a day without a time, or a time without a zone, may be half a day off, and a conversion before its click
    /// is refused.
    ///
    ///     2026-11-29 10:15:30+01:00        Google Ads; the blank is allowed by RFC 3339 section 5.6, NOTE
    ///     2026-11-29T10:15:30+0000         Graph API
    ///     2026-11-29 10:15 UTC             Rails, PostgreSQL
    ///     Sun, 29 Nov 2026 10:15:30 GMT    RFC 5322 section 3.3, `Date.toUTCString`
    ///     Sun Nov 29 2026 10:15:30 GMT+0100 (Central European Standard Time)    `Date.toString`
    ///     1795943730, 1795943730250        seconds or milliseconds since 1970
    init?(written text: String) {
        let text = text.plain
        guard text.utf8.count <= Self.longestWriting else { return nil }
        if let moment = Instant(rfc3339: text) ?? Self.sinceEpoch(text) ?? Self.isoLike(text)
            ?? Self.withMonthName(text)
        {
            self = moment
        } else {
            return nil
        }
    }

    private static let longestWriting = 80

    /// Ten digits are seconds until the year 2286, thirteen milliseconds; others are something else.
    private static func sinceEpoch(_ text: String) -> Instant? {
        let whole = text.utf8.prefix { $0 != UInt8(ascii: ".") }
        guard whole.allSatisfy(\.isDigit), let number = Int64(Substring(whole)),
            text.utf8.dropFirst(whole.count + 1).allSatisfy(\.isDigit)
        else { return nil }
        switch whole.count {
        case 10:
            let fraction = text.utf8.dropFirst(whole.count + 1).prefix(3)
            let padded = String(Substring(fraction)) + String(repeating: "0", count: 3 - fraction.count)
            return Int64(padded).map { Instant(milliseconds: number * 1000 + $0) }
        case 13: return Instant(milliseconds: number)
        default: return nil
        }
    }

    /// Date and time as in RFC 3339, but with a blank between them, without seconds, or with another spelling of the
    /// zone.
    private static func isoLike(_ text: String) -> Instant? {
        guard text.utf8.count > 16, text.isASCII else { return nil }
        let date = text.prefix(10)
        let separator = text[text.index(text.startIndex, offsetBy: 10)]
        guard separator == "T" || separator == "t" || separator == " " else { return nil }
        let rest = text.dropFirst(11)
        let clock = rest.prefix { $0.isNumber || $0 == ":" || $0 == "." || $0 == "," }
        guard let zone = zone(String(rest.dropFirst(clock.count)).trimmed) else { return nil }
        let seconds = clock.utf8.count == 5 ? "\(clock):00" : clock.replacing(",", with: ".")
        return Instant(rfc3339: "\(date)T\(seconds)\(zone)")
    }

    /// With the month's English name, in either order: `29 Nov 2026`, `Nov 29 2026`.
    private static func withMonthName(_ text: String) -> Instant? {
        // What stands in brackets repeats the zone in words.
        let plain = text.prefix { $0 != "(" }
        var words = plain.split { $0 == " " || $0 == "," }.map(String.init)
        if let first = words.first, days.contains(String(first.prefix(3)).asciiLowercased) { words.removeFirst() }
        guard words.count >= 5 else { return nil }
        if months[words[0].asciiLowercased] == nil { words.swapAt(0, 1) }
        guard let month = months[words[0].asciiLowercased], let day = Int(words[1]), let year = Int(words[2]),
            words[2].utf8.count == 4,
            let zone = zone(words[4...].joined())
        else { return nil }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return Instant(rfc3339: "\(words[2])-\(two(month))-\(two(day))T\(words[3])\(zone)").flatMap {
            year > 0 ? $0 : nil
        }
    }

    /// `Z`, `UTC`, `GMT+0100`, `+01`, `+0100`, `+01:00` as RFC 3339 has it. Names of other zones say too little: CST is
    /// three of them.
    private static func zone(_ text: String) -> String? {
        var rest = text[...]
        for name in ["UTC", "GMT", "utc", "gmt"] where rest.hasPrefix(name) {
            rest = rest.dropFirst(name.count)
            if rest.isEmpty { return "Z" }
        }
        if rest == "Z" || rest == "z" { return "Z" }
        guard let sign = rest.first, sign == "+" || sign == "-" else { return nil }
        let digits = rest.dropFirst().filter { $0 != ":" }
        guard digits.utf8.allSatisfy(\.isDigit) else { return nil }
        switch digits.utf8.count {
        case 2: return "\(sign)\(digits):00"
        case 4: return "\(sign)\(digits.prefix(2)):\(digits.suffix(2))"
        default: return nil
        }
    }

    private static let days: Set<String> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    private static let months: [String: Int] = Dictionary(
        uniqueKeysWithValues: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
            .enumerated().map {
                ($1, $0 + 1)
            })
}
