import Domain
import TestSupport
import Testing

@Suite struct `Events that come again` {
    private static let year = Instant(rfc3339: "2026-01-01T00:00:00Z")!..<Instant(rfc3339: "2027-01-01T00:00:00Z")!

    @Test(arguments: [
        ("2024-12-24T00:00:00Z", Recurrence.yearly, ["2026-12-24"]),
        ("2024-02-29T00:00:00Z", .yearly, []),
        (
            "2025-10-31T00:00:00Z", .monthly,
            [
                "2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31", "2026-08-31", "2026-10-31", "2026-12-31",
            ]
        ),
        ("2026-12-18T00:00:00Z", .weekly, ["2026-12-18", "2026-12-25"]),
        ("2026-12-30T00:00:00Z", .daily, ["2026-12-30", "2026-12-31"]),
        ("2027-02-01T00:00:00Z", .yearly, []),
    ])
    func `take place on days that there are`(first: String, recurrence: Recurrence, days: [String]) throws {
        let start = try #require(Instant(rfc3339: first))
        let found = recurrence.occurrences(of: start..<(start + .days(1)), in: .utc, overlapping: Self.year)
        #expect(found.map { TimeZoneRules.utc.local($0.lowerBound).date } == days)
    }

    @Test func `end, and are found where they only end`() throws {
        let start = try #require(Instant(rfc3339: "2025-12-31T18:00:00Z"))
        let first = start..<(start + .hours(12))
        let found = Recurrence.yearly.occurrences(of: first, in: .utc, overlapping: Self.year)
        #expect(found.map(\.lowerBound) == [start, start + .days(365)])
        let ended = Recurrence.yearly.occurrences(
            of: first, until: start + .days(365), in: .utc, overlapping: Self.year)
        #expect(ended.map(\.lowerBound) == [start])
    }

    @Test func `keep their time on the wall across changes of the clock`() throws {
        let berlin = try `Time zones`.rules("Europe/Berlin")
        // Sundays from 20:15 to 22:00, and a whole day.
        let start = berlin.instant(of: CivilTime("2026-03-22T20:15")!)
        let matches = Recurrence.weekly.occurrences(
            of: start..<(start + .minutes(105)), in: berlin, overlapping: start..<(start + .days(15)))
        #expect(matches.map { berlin.local($0.lowerBound).clock } == ["20:15", "20:15", "20:15"])
        #expect(matches.map { $0.upperBound - $0.lowerBound } == Array(repeating: .minutes(105), count: 3))
        // The day of the change has 23 hours.
        let day = berlin.instant(of: CivilTime("2025-03-29")!)..<berlin.instant(of: CivilTime("2025-03-30")!)
        let days = Recurrence.daily.occurrences(
            of: day, in: berlin, overlapping: day.lowerBound..<(day.upperBound + .hours(47)))
        #expect(days.map { $0.upperBound - $0.lowerBound } == [.hours(24), .hours(23), .hours(24)])
    }
}
