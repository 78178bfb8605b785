import Testing

@testable import Domain

@Suite struct `What is usual of leads` {
    @Test func `a silence that was there three times is no news`() {
        // Leads at every hour but from 18 to 22, where some are expected all the same.
        func silences(days: Int) -> UsualSilences {
            let hours = (0..<(28 * 24)).map { hour in
                (18..<22).contains(hour % 24) && hour / 24 >= 28 - days ? 0.0 : 3
            }
            return UsualSilences(came: hours, expected: [Double](repeating: 2, count: hours.count))
        }
        #expect(silences(days: 3).explain(leads: 10, hours: 5))
        #expect(!silences(days: 2).explain(leads: 10, hours: 5))
        // Longer in leads, or in hours.
        #expect(!silences(days: 10).explain(leads: 20, hours: 5))
        #expect(!silences(days: 10).explain(leads: 10, hours: 12))
        #expect(!UsualSilences().explain(leads: 1, hours: 1))
    }

    @Test func `a window that was as low three times at the same hour is no news`() {
        func lows(days: Int) -> UsualLows {
            let hours = (0..<(28 * 24)).map { hour in
                (18..<22).contains(hour % 24) && hour / 24 >= 28 - days ? 5.0 : 10
            }
            return UsualLows(came: hours, expected: [Double](repeating: 10, count: hours.count))
        }
        #expect(lows(days: 3).explain(hours: 4, hourOfDay: 22, came: 20, expected: 40))
        #expect(!lows(days: 2).explain(hours: 4, hourOfDay: 22, came: 20, expected: 40))
        #expect(!lows(days: 9).explain(hours: 4, hourOfDay: 12, came: 20, expected: 40))
        #expect(!lows(days: 9).explain(hours: 4, hourOfDay: 22, came: 4, expected: 40))
    }

    struct Days: Sendable {
        var leads: [Double]
        var floods: [Int]
    }

    @Test(arguments: [
        Days(leads: [Double](repeating: 20, count: 28), floods: []),
        Days(leads: [20, 18, 25, 14, 300, 20, 22, 19, 24], floods: [4]),
        // Twice as many are a good day.
        Days(leads: [20, 18, 25, 14, 41, 20, 22, 19, 24], floods: []),
        // Few leads scatter.
        Days(leads: [1, 0, 2, 0, 4, 1, 0, 1], floods: []),
        // Three days are a flood, two weeks are a level.
        Days(leads: [20, 20, 20, 20, 20, 20, 20, 20, 20, 100, 100, 100, 20, 20], floods: [9, 10, 11]),
        Days(
            leads: [Double](repeating: 20, count: 20) + [Double](repeating: 100, count: 14), floods: Array(20..<24)),
        // Too few days to know what is usual.
        Days(leads: [1, 1, 100], floods: []),
    ])
    func `a flood is a day with far more leads than its kind`(days: Days) {
        let count = days.leads.count
        #expect(
            Floods.days(
                leads: days.leads, exposure: [Double](repeating: 1, count: count),
                kinds: [Int](repeating: 0, count: count)) == days.floods)
    }

    @Test func `an edge is kept where the hours are certain, and chance is smoothed away`() {
        let expected = [Double](repeating: 8, count: 168)
        let even = [Double](repeating: 1, count: 168)
        // Open from 9 to 18 on working days.
        let office = (0..<168).map { $0 < 120 && (9..<18).contains($0 % 24) ? 8.0 * 168 / 45 : 0 }
        let shape = WeekShape.sharpened(WeekShape.smoothed(office).map { $0 / 8 }, came: office, expected: expected)
        #expect(shape[18] < 0.1 && shape[8] < 0.1 && shape[9] > 2.5 && shape[150] < 0.1)
        // A little more or less than expected is no edge.
        let noise = (0..<168).map { 8.0 + ($0 % 3 == 0 ? 2 : -1) }
        #expect(WeekShape.sharpened(even, came: noise, expected: expected).allSatisfy { abs($0 - 1) < 0.1 })
        #expect(WeekShape.batchHour(even) == nil)
        #expect(WeekShape.batchHour((0..<168).map { $0 % 24 == 3 ? 24 : 0 }) == 3)
    }

    @Test func `quarters of an hour are told apart where enough leads came`() {
        var leads = [Double](repeating: 0, count: QuarterHours.count)
        // Monday to Friday from half past eight.
        (leads[8 * 4 + 2], leads[8 * 4 + 3]) = (60, 66)
        let quarters = QuarterHours(leads)
        #expect(quarters[8, 0] < 0.2 && quarters[8 + 24, 1] < 0.2 && quarters[8, 2] > 1.5)
        #expect((0..<4).reduce(0) { $0 + quarters[8, $1] } == 4)
        #expect(quarters[9, 0] == 1 && quarters[5 * 24 + 8, 0] == 1)
        (leads[8 * 4 + 2], leads[8 * 4 + 3]) = (2, 3)
        #expect(QuarterHours(leads) == .even)
    }

    /// One Saturday is all that is known of Saturdays: no quarter by itself is certain, but all of them together are.
    @Test func `an hour of which half is closed is known from thirty leads`() {
        var leads = [Double](repeating: 0, count: QuarterHours.count)
        let hour = (24 + 21) * 4
        leads.replaceSubrange(hour..<(hour + 4), with: [14, 16, 0, 0])
        let quarters = QuarterHours(leads)
        #expect(quarters[5 * 24 + 21, 1] > 1.5 && quarters[5 * 24 + 21, 2] < 0.2)
        leads.replaceSubrange(hour..<(hour + 4), with: [9, 11, 4, 6])
        #expect(QuarterHours(leads) == .even)
    }
}

@Suite struct `The dispersion of a window` {
    private static func window(hours: Int) -> VolumeTests.Window {
        VolumeTests.Window(
            slots: hours * Slots.perHour, rate: 1, dispersion: 0.05, eveningDispersion: 0.2, ownDay: 0.04,
            threshold: 1e-3,
            largestShare: 0.7)
    }

    /// Three days of which two were a weekend vary like one day; three working days balance each other.
    @Test(arguments: [
        (72, 3.0, 0.05), (72, 1, 0.068), (72, 0.5, 0.068), (168, 7, 0.05), (168, 1, 0.078), (24, 1, 0.05),
    ])
    func `goes by the days in which something is expected`(hours: Int, days: Double, dispersion: Double) {
        let found = VolumeTests.dispersion(Self.window(hours: hours), isEvening: false, days: days)
        #expect(abs(found - dispersion) < 1e-9)
    }

    /// Two days of which one was a Sunday are asked what one day is asked, and as rarely.
    @Test(arguments: [(24, 1.0, 1e-3), (48, 2, 1e-3), (48, 1, 5e-4), (168, 5, 5.0 / 7 * 1e-3), (72, 3.2, 1e-3)])
    func `sets how improbable it must be`(hours: Int, days: Double, threshold: Double) {
        #expect(abs(VolumeTests.threshold(Self.window(hours: hours), days: days) - threshold) < 1e-9)
    }

    @Test func `of fewer days is never less`() {
        for hours in [36, 48, 72, 120, 168] {
            let found = stride(from: 0.5, through: 8, by: 0.25).map {
                VolumeTests.dispersion(Self.window(hours: hours), isEvening: false, days: $0)
            }
            #expect(zip(found, found.dropFirst()).allSatisfy { $0 >= $1 - 1e-12 } && (found.last ?? 0) >= 0.05 - 1e-12)
        }
    }
}

@Suite struct `What the groups of a client share` {
    /// Days that are good or bad for two groups: for both alike, or each by itself.
    private static func traffic(isShared: Bool) -> Traffic {
        var traffic = Traffic([60, 60, 60, 60], clients: ["a", "a", "b", "b"])
        traffic.groups = traffic.groups.indices.map { index in
            WatchedGroup(
                GroupKey(client: index < 2 ? "a" : "b", group: "g\(index)"), zone: .utc,
                created: Slots.start(of: Traffic.start), plannedDaily: 60)
        }
        traffic.factor = { group, slot in
            let day = (slot - Traffic.start) / Slots.perDay
            let number = isShared ? group / 2 : group
            return [0.6, 1.4][(day * 7919 + number * 104_729 + day * day * number) / 3 % 2]
        }
        return traffic
    }

    @Test func `is learned from how their sum varies`() {
        let shared = Self.traffic(isShared: true).watched(days: 43, from: 42)
        let own = Self.traffic(isShared: false).watched(days: 43, from: 42)
        let day = VolumeModel.scales.count - 1
        for client in 0..<2 {
            #expect(shared.model.clientDispersion[client][day] > 0.04, "\(shared.model.clientDispersion)")
            #expect(own.model.clientDispersion[client][day] < 0.03, "\(own.model.clientDispersion)")
        }
    }

    @Test func `decides how long a silence of all of them is no news, and so does the budget`() throws {
        func opened(isShared: Bool, budget: Double) throws -> Int {
            var traffic = Self.traffic(isShared: isShared)
            for index in traffic.groups.indices { traffic.groups[index].budget = budget }
            let usual = traffic.factor
            traffic.factor = { group, slot in group < 2 && slot >= Traffic.slot(42, 6) ? 0 : usual(group, slot) }
            let episode = traffic.watched(days: 43, from: 42).episodes.first { $0.scope == .client("a") }
            return try #require(episode).opened
        }
        let usual = try opened(isShared: false, budget: 0.1)
        #expect(try opened(isShared: true, budget: 0.1) > usual)
        #expect(try opened(isShared: false, budget: 0.001) > usual)
        #expect(try opened(isShared: false, budget: 1) <= usual)
    }
}
