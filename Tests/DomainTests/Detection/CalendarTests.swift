import Domain
import Testing

@Suite struct `The calendar` {
    static let berlin = WatchedGroup(
        GroupKey(client: "acme", group: "solar"), zone: TimeZoneRules.utc, country: "DE", created: Instant(seconds: 0))

    @Test(arguments: [
        ("all", true), ("country:DE", true), ("country:US", false), ("zone:UTC", true),
        ("zone:Europe/Berlin,UTC", true),
        ("zone:Europe/Berlin", false), ("client:acme", true), ("client:other", false), ("group:acme/solar", true),
        ("group:acme/wind", false), ("group:other/solar", false),
    ])
    func `applies where its scope says`(text: String, applies: Bool) throws {
        let scope = try #require(CalendarEntry.Scope(text))
        #expect(scope.description == text)
        let entry = CalendarEntry(scope, start: Instant(seconds: 0), end: Instant(seconds: 300), multiplier: 2)
        #expect(entry.applies(to: Self.berlin) == applies)
    }

    @Test(arguments: ["", "everything", "country:", "zone", "client:", "group:acme", "source:x"])
    func `knows no other scopes`(text: String) { #expect(CalendarEntry.Scope(text) == nil) }

    @Test(arguments: [(0.5, 0, 0.0, 0.5), (0.5, 95, 195.0, 0.4875), (2.0, 100, 45.0, 2.2)])
    func `learns what an event was worth`(told: Double, came: Int, expected: Double, learned: Double) {
        #expect(CalendarEntry.learned(told: told, came: came, expected: expected) == learned)
    }
}
