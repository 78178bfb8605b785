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
}
