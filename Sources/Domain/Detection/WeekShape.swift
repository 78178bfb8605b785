/// How leads are spread over the hours of a week, as a ratio to the mean, and where that may be told by the hour.
enum WeekShape {
    static let hours = 168

    /// A working day, a Saturday or a Sunday, by hour.
    static let kinds = (0..<hours).map { $0 % 24 + max(0, $0 / 24 - 4) * 24 }

    /// A working day or a day of the weekend, by hour.
    static let coarseKinds = (0..<hours).map { $0 % 24 + ($0 / 24 < 5 ? 0 : 24) }

    /// ¼ ½ ¼ over neighbouring hours, the week closed to a ring.
    static func smoothed(_ week: [Double]) -> [Double] {
        week.indices.map { hour in
            let neighbours: Double = week[(hour + hours - 1) % hours] + week[(hour + 1) % hours]
            return 0.5 * week[hour] + 0.25 * neighbours
        }
    }

    /// A shape that has been smoothed, with the edges that smoothing took from it: an office that opens at nine sharp,
    /// an upload once a night. Where the hours themselves tell that the shape is wrong, they are believed: first the
    /// same hour of all working days together, for which there are soon enough leads, then each hour of the week.
    /// `expected` is what a shape of 1 would have brought.
    static func sharpened(_ shape: [Double], came: [Double], expected: [Double]) -> [Double] {
        var shape = shape
        fit(&shape, came, expected, parts: 7, weight: partWeight) { $0 / 24 }
        fit(&shape, came, expected, parts: 18, weight: partWeight) { kinds[$0] / 4 }
        var sums = [(came: Double, expected: Double)](repeating: (0, 0), count: 72)
        for hour in 0..<hours {
            sums[kinds[hour]].came += came[hour]
            sums[kinds[hour]].expected += expected[hour] * shape[hour]
        }
        for hour in 0..<hours { shape[hour] *= correction(sums[kinds[hour]], days: kinds[hour] < 24 ? 5 : 1) }
        for hour in 0..<hours { shape[hour] *= correction((came[hour], expected[hour] * shape[hour]), days: 1) }
        return shape
    }

    /// Brings some parts of the week to what came in them; what was expected weighs as much as so many leads.
    private static func fit(
        _ shape: inout [Double], _ came: [Double], _ expected: [Double], parts: Int, weight: Double,
        _ part: (Int) -> Int
    ) {
        var sums = [(came: Double, expected: Double)](repeating: (0, 0), count: parts)
        for hour in 0..<hours {
            sums[part(hour)].came += came[hour]
            sums[part(hour)].expected += expected[hour] * shape[hour]
        }
        for hour in 0..<hours {
            let sum = sums[part(hour)]
            shape[hour] *= (sum.came + weight) / (sum.expected + weight)
        }
    }

    /// The hour of the day in which a large part of its leads comes, whatever the day; `nil` if there is none.
    static func batchHour(_ shape: [Double]) -> Int? {
        let day = (0..<24).map { hour in stride(from: hour, to: hours, by: 24).reduce(0) { $0 + shape[$1] } }
        guard let hour = day.indices.max(by: { day[$0] < day[$1] }), day[hour] > batchShare * day.reduce(0, +) else {
            return nil
        }
        return hour
    }

    private static let batchShare = 0.3

    /// 1, unless so many leads are certainly not what was expected.
    private static func correction(_ sum: (came: Double, expected: Double), days: Double) -> Double {
        let deviation = (sum.expected + dispersion / days * sum.expected * sum.expected).squareRoot()
        let factor = (sum.came + weight) / (sum.expected + weight)
        let isLess = sum.expected - sum.came > deviations * deviation && factor < leastFall
        let isMore = sum.came - sum.expected > deviations * deviation && factor > leastRise
        return isLess || isMore ? factor : 1
    }

    /// What a day of the week and a sixth of a day are shrunk by, in leads.
    private static let partWeight = 10.0
    /// So far off is not by chance; and the dispersion of one hour of the week over some weeks.
    private static let deviations = 2.6
    private static let dispersion = 0.02
    /// What was expected weighs as much as so many leads.
    private static let weight = 0.5
    /// Smaller differences are not edges: a burst raises an hour of the week for weeks.
    private static let leastFall = 0.6
    private static let leastRise = 1.6
}
