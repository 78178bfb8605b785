import Domain

extension DateFormat {
    /// The member `date` of a rule, one format or several, with `zone` or `offset`. `nil` if there is none that can be
    /// used.
    static func list(reading section: Section, _ clock: WallClock) -> [DateFormat]? {
        let texts = section.texts("date") { text in
            words[text] == nil && DatePattern(text) == nil
                ? "must be \"unix_seconds\", \"unix_milliseconds\" or a pattern such as \"dd.MM.yyyy HH:mm\"" : nil
        }
        let offset = section.text("offset") { minutes($0) == nil ? "must be an offset, for example \"+01:00\"" : nil }
        let zone = section.text("zone", ZoneDirectory.complaint)
        for name in ["offset", "zone"] where section.has(name) && !section.has("date") {
            section.mistake(name, "goes with date only")
        }
        if offset != nil, zone != nil {
            section.mistake("offset", "does not go with zone, which knows its offset in summer and winter")
        }
        guard let texts else { return nil }
        var clock = offset.flatMap(minutes).map { WallClock.offset(minutes: $0) } ?? clock
        if let rules = zone.flatMap(ZoneDirectory.rules) { clock = .zone(rules) }
        return texts.compactMap { text in words[text] ?? DatePattern(text).map { .pattern($0, clock) } }
    }

    private static let words: [String: DateFormat] = [
        "unix_seconds": .unixSeconds, "unix_milliseconds": .unixMilliseconds,
    ]

    /// `+01:00`, `-05:30`.
    private static func minutes(_ text: String) -> Int? {
        guard text.utf8.count == 6, text.hasPrefix("+") || text.hasPrefix("-") else { return nil }
        let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hours = UInt8(parts[0]), let minutes = UInt8(parts[1]), hours <= 14, minutes <= 59
        else { return nil }
        return (text.hasPrefix("-") ? -1 : 1) * (Int(hours) * 60 + Int(minutes))
    }
}
