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

    private func lesson(_ day: Int64, _ client: String, _ came: Int, _ expected: Double) -> CalendarLesson {
        CalendarLesson(
            subject: "sale", scope: .all, start: Instant(seconds: day * 86_400), client: client, came: came,
            expected: expected)
    }

    @Test(arguments: [
        // What was told weighs as much as five leads.
        (0.5, 0, 0.0, 0.5), (0.5, 95, 195.0, 0.4875), (2.0, 100, 45.0, 2.2),
        // Neither nothing nor a flood is to be expected, and a pause is a decision.
        (0.1, 0, 1000.0, 0.02), (10.0, 10_000, 10.0, 50), (0.0, 500, 500.0, 0),
    ])
    func `learns from what came`(told: Double, came: Int, expected: Double, learned: Double) {
        let multiplier = LearnedMultiplier(
            told: told, [lesson(1, "acme", came, expected)], at: Instant(seconds: 86_400 * 365))
        #expect(abs(multiplier.common - learned) < 1e-9, "\(multiplier)")
    }

    @Test func `believes the newest time most, and each client as far as it is known`() throws {
        let lessons = [lesson(1, "acme", 900, 1000), lesson(400, "acme", 300, 1000), lesson(400, "tiny", 9, 10)]
        let later = LearnedMultiplier(told: 1, lessons, at: Instant(seconds: 86_400 * 700))
        #expect(later.times == 2)
        // (300 + 9 + 900 / 2 + 5) / (1000 + 10 + 1000 / 2 + 5)
        let common: Double = 764.0 / 1515
        #expect(abs(later.common - common) < 1e-9)
        let acme: Double = (750 + 20 * common) / 1520
        let tiny: Double = (9 + 20 * common) / 30
        #expect(abs(try #require(later.ofClients["acme"]) - acme) < 1e-9)
        #expect(abs(try #require(later.ofClients["tiny"]) - tiny) < 1e-9)
        // What came later teaches nothing about the time before.
        let earlier = LearnedMultiplier(told: 1, lessons, at: Instant(seconds: 86_400 * 300))
        #expect(earlier.times == 1 && earlier.ofClients["tiny"] == nil && earlier.common > 0.85)
        #expect(LearnedMultiplier(told: 0.7, [], at: Instant(seconds: 0)).common == 0.7)
    }

    @Test(arguments: [
        ("Black Friday 2025", "black friday"), ("2026 New  Year", "new year"), ("Day 1", "day 1"), ("2026", ""),
    ])
    func `knows an event by its name without the year`(name: String, subject: String) {
        #expect(CalendarLesson.subject(of: name) == subject)
    }

    @Test func `counts an entry for a client by that client's multiplier`() {
        let slots = 0..<12
        let end = Slots.start(of: 12)
        let entry = CalendarEntry(
            .all, start: Slots.start(of: 0), end: end, multiplier: 0.5, ofClients: ["acme": 0.25])
        #expect([entry].multipliers(for: Self.berlin, slots).allSatisfy { $0 == 0.25 })
        var other = Self.berlin
        other.key.client = "other"
        #expect([entry].multipliers(for: other, slots).allSatisfy { $0 == 0.5 })
    }
}
