import Glibc

/// A flood that was seen in a group's past, from which nothing is learned.
package struct Flood: Equatable, Sendable {
    /// The days of it.
    package var slots: Range<Int>
    /// How many times as much came as on other days.
    package var factor: Double
}

/// Days on which many more leads came than are usual: a flood of bots, a mailing, a campaign that went through the
/// roof. They say nothing about the days after them, and a level that was learned from them would expect too much for
/// weeks.
enum Floods {
    /// What is a flood: this many times the usual, and so many deviations above it.
    private static let factor = 2.5
    private static let deviations = 4.0
    private static let dispersion = 0.15
    private static let leastLeads = 5.0
    /// The usual is the middle of the same kind of days (working days, Saturdays, Sundays), all that are known or the
    /// last few: so that a new level is learned after as many days.
    private static let recentDays = 9
    private static let leastDays = 4

    /// The floods among days, or among hours. `leads` and `exposure` are sums by day, oldest first: exposure is the
    /// mean multiplier of the calendar, 0 where nothing is known. `kinds` tells working days, Saturdays and Sundays
    /// apart, or the hours of the day.
    static func days(leads: [Double], exposure: [Double], kinds: [Int]) -> [Int] {
        var rates = [[(day: Int, rate: Double)]](repeating: [], count: (kinds.max() ?? 0) + 1)
        for day in leads.indices where exposure[day] > leastExposure {
            rates[kinds[day]].append((day, leads[day] / exposure[day]))
        }
        var floods: [Int] = []
        for kind in rates where kind.count >= leastDays {
            guard let usual = kind.map(\.rate).middle else { continue }
            for (index, (day, rate)) in kind.enumerated() where rate > limit(usual) {
                let recent = kind[max(0, index - recentDays + 1)...index].map(\.rate)
                if recent.count < recentDays || rate > limit(recent.middle ?? rate) { floods.append(day) }
            }
        }
        return floods.sorted()
    }

    /// Less of a day is known too little of.
    private static let leastExposure = 0.25

    private static func limit(_ usual: Double) -> Double {
        max(factor * usual, usual + deviations * (usual + dispersion * usual * usual).squareRoot(), leastLeads)
    }
}
