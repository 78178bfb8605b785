/// How low a group's windows have been before, at the same hour of the day: what has been there three times is no news.
///
/// The counterpart of `UsualSilences` for windows in which some leads came: a shift that ends early, uploads that come
/// now before and now after midnight. Closed alerts do not count, unless they come again and again (see `Track`).
struct UsualLows: Equatable, Sendable {
    /// Sums of what came and of what was expected in whole hours that end at a midnight of UTC, from the oldest hour
    /// on.
    private var came: [Float] = [0]
    private var expected: [Float] = [0]

    // MARK: Constants

    /// So many times make it usual.
    private static let least = 3
    /// How much further below it must be to be news.
    private static let margin = (factor: Float(1.15), deviations: Float(0.25))
    /// How much days differ, for all groups alike: the same measure is taken of then and of now.
    private static let dispersion: Float = 0.1

    init(came: [Double], expected: [Double]) {
        self.came.reserveCapacity(came.count + 1)
        self.expected.reserveCapacity(came.count + 1)
        for hour in came.indices {
            self.came.append(self.came[hour] + (expected[hour] > 0 ? Float(came[hour]) : 0))
            self.expected.append(self.expected[hour] + Float(expected[hour]))
        }
    }

    /// Whether a window of so many hours that ends in this hour of the day (of UTC) is like some of the past.
    func explain(hours: Double, hourOfDay: Int, came: Int, expected: Double) -> Bool {
        let deviation = Self.deviation(came: Float(came), expected: Float(expected))
        let window = Int(hours.rounded(.up))
        // Whatever the part of the hour in which it ends.
        return [hourOfDay, hourOfDay + 1].contains { hour in
            lows(window, hour % 24).count { deviation <= $0 * Self.margin.factor + Self.margin.deviations }
                >= Self.least
        }
    }

    /// How many deviations came too few in such windows; of those that overlap, the lowest.
    private func lows(_ window: Int, _ hourOfDay: Int) -> [Float] {
        let overlapping = (window + 23) / 24
        var lows: [Float] = []
        var end = came.count - 1 - 24 + hourOfDay
        while end >= window {
            var lowest: Float = 0
            for _ in 0..<overlapping where end >= window {
                let start = end - window
                lowest = max(
                    lowest, Self.deviation(came: came[end] - came[start], expected: expected[end] - expected[start]))
                end -= 24
            }
            lows.append(lowest)
        }
        return lows
    }

    private static func deviation(came: Float, expected: Float) -> Float {
        expected > 0 ? (expected - came) / (expected + dispersion * expected * expected).squareRoot() : 0
    }
}
