/// How leads are spread within an hour, where that is certain: an office that opens at half past eight, an upload at
/// ten past.
///
/// Learned from the slots of the last week, for working days, Saturdays and Sundays apart: for the client first, for
/// its groups mostly keep the same hours, then for the group. Everywhere else an hour is even.
struct QuarterHours: Equatable, Sendable {
    /// Parts of the hour's mean, by kind of day and hour (`WeekShape.kinds`), four to an hour.
    private var parts: [Double]

    static let even = QuarterHours()
    static let count = 72 * 4

    private init() { parts = [Double](repeating: 1, count: Self.count) }

    /// From leads by quarter, as `parts` is ordered.
    init(_ leads: [Double], within common: QuarterHours = .even) {
        self = common
        for hour in 0..<72 {
            let quarters = (hour * 4)..<(hour * 4 + 4)
            let all = quarters.reduce(0) { $0 + leads[$1] }
            guard all >= Self.least else { continue }
            let deviations = quarters.reduce(0) { sum, quarter in
                let expected = all * parts[quarter] / 4
                let variance = max(Self.leastVariance, expected + Self.dispersion * expected * expected)
                return sum + (leads[quarter] - expected) * (leads[quarter] - expected) / variance
            }
            guard deviations > Self.mostDeviations else { continue }
            for quarter in quarters {
                parts[quarter] = (leads[quarter] + Self.weight * parts[quarter] / 4) / (all + Self.weight) * 4
            }
        }
    }

    subscript(_ hourOfWeek: Int, _ quarter: Int) -> Double { parts[WeekShape.kinds[hourOfWeek] * 4 + quarter] }

    var isEven: Bool { self == .even }

    private static let least = 8.0
    /// Squares of deviations, all four quarters' together: by chance alone one hour in a thousand has more (χ² of three
    /// degrees of freedom).
    private static let mostDeviations = 16.3
    private static let dispersion = 0.05
    private static let leastVariance = 0.25
    /// What was thought before weighs as much as so many leads.
    private static let weight = 2.0
}
