package import Domain

/// The week that a report is about: Monday to Monday by the client's own clock, and told on Monday at seven.
package struct ReportWeek: Equatable, Sendable {
    package var range: Range<Instant>
    package var due: Instant

    /// Seven in the morning, by the clock on the wall.
    private static let hour = 7

    /// The week that contains a moment.
    package init(containing moment: Instant, _ zone: TimeZoneRules) {
        let begins = zone.startOfWeek(moment)
        let ends = zone.startOfWeek(moment, adding: 1)
        let civil = zone.local(ends).civil
        range = begins..<ends
        due = zone.instant(of: CivilTime(seconds: civil.startOfDay().seconds + Int64(Self.hour) * 3600))
    }

    /// The last week that is over.
    package static func last(before now: Instant, _ zone: TimeZoneRules) -> ReportWeek {
        ReportWeek(containing: zone.startOfWeek(now) - .hours(1), zone)
    }

    /// The last week whose report is due.
    package static func due(at now: Instant, _ zone: TimeZoneRules) -> ReportWeek {
        let week = last(before: now, zone)
        return week.due <= now ? week : ReportWeek(containing: week.range.lowerBound - .hours(1), zone)
    }

    /// Reads `2026-W47` (ISO 8601: the week of the year's first Thursday is the first) or a day in the week,
    /// `2026-11-18`.
    package init?(_ text: String, _ zone: TimeZoneRules) {
        if let day = CivilTime(text), text.utf8.count == 10 {
            self.init(containing: zone.instant(of: CivilTime(seconds: day.seconds + 43_200)), zone)
            return
        }
        let parts = text.split(separator: "-W", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, let year = Int(parts[0]), let number = Int(parts[1]),
            (1...53).contains(number), let january = CivilTime(year: year, month: 1, day: 4)
        else { return nil }
        // 4 January is always in the first week.
        let monday = january.dayNumber - Int64(january.weekday - 1) + Int64((number - 1) * 7)
        self.init(containing: zone.instant(of: CivilTime(seconds: monday * 86_400 + 43_200)), zone)
    }

    /// `2026-W47`
    package func name(_ zone: TimeZoneRules) -> String {
        let thursday = CivilTime(seconds: zone.local(range.lowerBound).civil.startOfDay(adding: 3).seconds)
        guard let january = CivilTime(year: thursday.year, month: 1, day: 4) else { return "" }
        let number = (thursday.dayNumber - (january.dayNumber - Int64(january.weekday - 1))) / 7 + 1
        return "\(thursday.year)-W\(number < 10 ? "0" : "")\(number)"
    }
}
