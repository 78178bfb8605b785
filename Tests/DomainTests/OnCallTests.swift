import Domain
import TestSupport
import Testing

@Suite struct `Who is on call` {
    /// The zones of this machine, each read once.
    private static let zones: Zones = {
        let names = ["Europe/Berlin", "America/New_York", "America/Los_Angeles", "Australia/Sydney", "Asia/Kolkata"]
        let known = names.reduce(into: [String: TimeZoneRules]()) { known, name in
            guard let bytes = TestSupport.Files.contents(of: "/usr/share/zoneinfo/\(name)") else { return }
            known[name] = try? TimeZoneRules(tzif: bytes, name: name)
        }
        return Zones { known[$0] }
    }()

    private static func moment(_ text: String) -> Instant {
        guard let moment = Instant(rfc3339: text) else { preconditionFailure("no moment: \(text)") }
        return moment
    }

    private typealias Shift = OnCall.Shift
    private static let everyDay = Set(1...7)
    private static let workdays = Set(1...5)

    private static func hours(_ days: Set<Int>, _ from: Int, _ to: Int, _ zone: String) -> Window.Weekly {
        Window.Weekly(days: days, from: from * 60, to: to * 60, zone: zone)
    }

    private static func place(_ person: String, _ from: Int, _ to: Int, _ zone: String) -> Shift {
        Shift([person], zone: zone, hours: hours(everyDay, from, to, zone))
    }

    // MARK: Turns

    /// 2026-11-23 is day 20,780, a Monday.
    private static let weekly = OnCall(
        "support", shifts: [Shift(["ann", "ben", "cleo"], firstDay: 20_780, zone: "Asia/Kolkata")],
        substitutes: [
            .init("dora", from: moment("2026-11-25T09:00:00Z"), to: moment("2026-11-26T09:00:00Z")),
            .init("eva", from: moment("2026-11-25T20:00:00Z"), to: moment("2026-11-25T21:00:00Z")),
        ])
    private static let halves = OnCall(
        "halves", shifts: [Shift(["day", "night"], firstDay: 20_780, handover: 540, turn: 720, zone: "Europe/Berlin")])
    private static let nights = OnCall(
        "nights", shifts: [Shift(["a", "b"], firstDay: 20_780, handover: 150, turn: 1440, zone: "Europe/Berlin")])
    private static let thirds = OnCall(
        "thirds", shifts: [Shift(["a", "b", "c"], firstDay: 20_780, handover: 0, turn: 480, zone: "America/New_York")])

    private static let turns: [(OnCall, String, String?)] = [
        // 03:29 UTC is 08:59 in Kolkata. Before the first turn they go on backwards.
        (weekly, "2026-11-23T03:29:00Z", "cleo"), (weekly, "2026-11-23T03:30:00Z", "ann"),
        (weekly, "2026-11-30T03:29:59Z", "ann"), (weekly, "2026-11-30T03:30:00Z", "ben"),
        (weekly, "2026-12-07T03:30:00Z", "cleo"), (weekly, "2026-12-14T03:30:00Z", "ann"),
        (weekly, "2026-11-02T03:30:00Z", "ann"),
        // Somebody stands in; the latest one who does wins.
        (weekly, "2026-11-25T08:59:59Z", "ann"), (weekly, "2026-11-25T09:00:00Z", "dora"),
        (weekly, "2026-11-25T20:30:00Z", "eva"), (weekly, "2026-11-26T09:00:00Z", "ann"),
        // Half a day each, at nine in the morning and in the evening by the wall clock, in winter and in summer.
        (halves, "2026-11-23T07:59:00Z", "night"), (halves, "2026-11-23T08:00:00Z", "day"),
        (halves, "2026-11-23T19:59:00Z", "day"), (halves, "2026-11-23T20:00:00Z", "night"),
        (halves, "2027-07-01T06:59:00Z", "night"), (halves, "2027-07-01T07:00:00Z", "day"),
        (halves, "2027-07-01T19:00:00Z", "night"),
        // The night of 2027-03-28 has an hour less, that of 2027-10-31 one more.
        (halves, "2027-03-28T06:59:00Z", "night"), (halves, "2027-03-28T07:00:00Z", "day"),
        (halves, "2027-10-31T07:59:00Z", "night"), (halves, "2027-10-31T08:00:00Z", "day"),
        // A hand-over at 02:30, which the clock leaves out in March: at the jump.
        (nights, "2027-03-28T00:59:59Z", "a"), (nights, "2027-03-28T01:00:00Z", "b"),
        // … and shows twice in October: once, at the first of the two, and nobody comes back at 02:00.
        (nights, "2027-10-31T00:29:00Z", "b"), (nights, "2027-10-31T00:30:00Z", "a"),
        (nights, "2027-10-31T01:00:00Z", "a"), (nights, "2027-10-31T01:29:00Z", "a"),
        (nights, "2027-10-31T01:30:00Z", "a"), (nights, "2027-11-01T01:30:00Z", "b"),
        // Three turns of eight hours in New York.
        (thirds, "2026-11-23T05:00:00Z", "a"), (thirds, "2026-11-23T13:00:00Z", "b"),
        (thirds, "2026-11-23T21:00:00Z", "c"), (thirds, "2027-06-01T04:00:00Z", "a"),
        (thirds, "2027-06-01T12:00:00Z", "b"),
        (OnCall("empty", shifts: []), "2026-11-23T05:00:00Z", nil),
        (OnCall("nobody", shifts: [Shift([], zone: "Europe/Berlin")]), "2026-11-23T05:00:00Z", nil),
    ]

    @Test(arguments: turns.indices)
    func `changes at the hand-over by the wall clock`(row: Int) {
        let (rota, moment, person) = Self.turns[row]
        #expect(rota.person(at: Self.moment(moment), Self.zones) == person, "\(rota.name) \(moment)")
    }

    // MARK: Around the world

    private static let world = OnCall(
        "world",
        shifts: [
            place("berlin", 8, 16, "Europe/Berlin"), place("angeles", 7, 15, "America/Los_Angeles"),
            place("sydney", 9, 18, "Australia/Sydney"),
        ])

    private static let sun: [(String, String?)] = [
        // Winter in Berlin and Los Angeles, summer in Sydney: 07–15, 15–23 and 22–07 UTC.
        ("2026-12-01T06:59:00Z", "sydney"), ("2026-12-01T07:00:00Z", "berlin"), ("2026-12-01T14:59:00Z", "berlin"),
        ("2026-12-01T15:00:00Z", "angeles"), ("2026-12-01T22:30:00Z", "angeles"), ("2026-12-01T23:00:00Z", "sydney"),
        // Summer there, winter here: 06–14, 14–22 and 23–08 UTC. From 22 to 23 nobody is on call.
        ("2027-07-01T05:59:00Z", "sydney"), ("2027-07-01T06:00:00Z", "berlin"), ("2027-07-01T14:00:00Z", "angeles"),
        ("2027-07-01T22:00:00Z", nil), ("2027-07-01T23:00:00Z", "sydney"),
    ]

    @Test(arguments: sun)
    func `follows the sun`(moment: String, person: String?) {
        #expect(Self.world.person(at: Self.moment(moment), Self.zones) == person)
    }

    private static let holes: [(OnCall, from: String, to: String, [String])] = [
        (weekly, "2026-11-23T00:00:00Z", "2027-11-23T00:00:00Z", []),
        // Los Angeles sets its clock on March 14 and Berlin on March 28, both before Sydney on April 4: no hole but the
        // last one.
        (world, "2027-03-13T12:00:00Z", "2027-03-14T12:00:00Z", []),
        (world, "2027-03-15T12:00:00Z", "2027-03-16T12:00:00Z", []),
        (world, "2027-04-04T12:00:00Z", "2027-04-05T12:00:00Z", ["2027-04-04T22:00:00Z–2027-04-04T23:00:00Z"]),
        (
            OnCall(
                "office", shifts: [Shift(["a"], zone: "Europe/Berlin", hours: hours(workdays, 9, 17, "Europe/Berlin"))]),
            "2026-11-27T12:00:00Z", "2026-12-01T08:00:00Z",
            ["2026-11-27T16:00:00Z–2026-11-30T08:00:00Z", "2026-11-30T16:00:00Z–2026-12-01T08:00:00Z"]
        ),
        (
            OnCall(
                "night",
                shifts: [
                    place("a", 6, 22, "Europe/Berlin"),
                    Shift(["b"], zone: "Europe/Berlin", hours: hours(everyDay, 22, 6, "Europe/Berlin")),
                ]),
            "2026-11-23T00:00:00Z", "2027-11-23T00:00:00Z", []
        ),
        (
            OnCall("empty", shifts: []), "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z",
            ["2026-11-23T00:00:00Z–2026-11-24T00:00:00Z"]
        ),
    ]

    @Test(arguments: holes.indices)
    func `is nobody in the hours that nobody has`(row: Int) {
        let (rota, from, to, expected) = Self.holes[row]
        let gaps = rota.gaps(from: Self.moment(from), to: Self.moment(to), Self.zones)
        #expect(
            gaps.map { "\($0.lowerBound.rfc3339Seconds)–\($0.upperBound.rfc3339Seconds)" } == expected, "\(rota.name)")
    }

    /// Every quarter of an hour of a year: a gap is where nobody is on call, and nowhere else.
    @Test func `has gaps exactly where nobody is on call`() {
        let begin = Self.moment("2027-01-01T00:00:00Z")
        for rota in [Self.world, Self.halves, Self.holes[3].0] {
            let gaps = rota.gaps(from: begin, to: begin + .days(365), Self.zones)
            var index = 0
            for step in 0..<365 * 96 {
                let moment = begin + .minutes(step * 15)
                while index < gaps.count, gaps[index].upperBound <= moment { index += 1 }
                let isGap = index < gaps.count && gaps[index].contains(moment)
                if isGap != (rota.person(at: moment, Self.zones) == nil) {
                    Issue.record("\(rota.name) \(moment.rfc3339Seconds)")
                    return
                }
            }
        }
    }
}

@Suite struct `The times of an escalation` {
    @Test func `go on for as many steps as there are`() {
        func minutes(_ times: [Int], _ count: Int) -> [Int64] {
            var settings = AlertSettings()
            settings.escalation.critical = times.map { .init(after: .minutes($0)) }
            settings.continueEscalation(.critical, to: count)
            return settings.escalation.critical.map { $0.after.components.seconds / 60 }
        }
        #expect(minutes([15, 45], 2) == [15, 45])
        #expect(minutes([15, 45], 5) == [15, 45, 75, 105, 135])
        #expect(minutes([10], 3) == [10, 20, 30])
        #expect(minutes([15, 45], 1) == [15, 45])
        // Whoever has said that nothing escalates means it.
        #expect(minutes([], 3) == [])
    }
}
