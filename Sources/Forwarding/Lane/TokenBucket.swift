package import Domain

/// Lets so many events a second through. It may be overdrawn by one request, and the next one waits until the debt is
/// paid, so that the average holds whatever the batches.
package struct TokenBucket: Equatable, Sendable {
    package var perSecond: Double
    /// How much may be saved up.
    private let burst: Double
    private var level: Double
    private var asOf: Instant

    /// Without `burst` as much as comes in one second may be saved up.
    package init(perSecond: Double, burst: Double? = nil, at now: Instant) {
        self.perSecond = perSecond
        // At least one event fits, or a rate of less than one a second would never let any through.
        self.burst = max(1, burst ?? perSecond)
        level = self.burst
        asOf = now
    }

    /// Whatever the rate, it is looked at again after a day.
    private static let longestWait = 86_400.0

    private func level(at now: Instant) -> Double {
        let passed = Double(max(0, (now - asOf).milliseconds)) / 1000
        return min(level + passed * perSecond, burst)
    }

    /// How many events may go now; none or less while there is a debt.
    package func allowance(at now: Instant) -> Int { Int(level(at: now).rounded(.down)) }

    /// When the next `events` may go.
    package func ready(_ events: Int = 1, at now: Instant) -> Instant {
        let missing = Double(events) - level(at: now)
        return missing <= 0
            ? now : now + .milliseconds(Int64((min(missing / perSecond, Self.longestWait) * 1000).rounded(.up)))
    }

    package mutating func take(_ events: Int, at now: Instant) {
        level = level(at: now) - Double(events)
        asOf = max(asOf, now)
    }
}
