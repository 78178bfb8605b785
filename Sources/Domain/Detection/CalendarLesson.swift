/// What one time of an event has taught: the leads of a client that came in it, and what would have been expected
/// without it.
package struct CalendarLesson: Equatable, Sendable {
    /// What makes events the same from time to time: see `subject(of:)`.
    package var subject: String
    package var scope: CalendarEntry.Scope
    /// When that time began.
    package var start: Instant
    package var client: String
    package var came: Int
    package var expected: Double

    package init(
        subject: String, scope: CalendarEntry.Scope, start: Instant, client: String, came: Int, expected: Double
    ) {
        self.subject = subject
        self.scope = scope
        self.start = start
        self.client = client
        self.came = came
        self.expected = expected
    }

    /// An event's name without case and without years: "Black Friday 2025" teaches "black friday 2026".
    package static func subject(of name: String) -> String {
        name.lowercased().split(separator: " ")
            .filter { word in !(word.utf8.count == 4 && word.utf8.allSatisfy(\.isDigit)) }
            .joined(separator: " ")
    }
}

/// What earlier times of an event say about its next one.
package struct LearnedMultiplier: Equatable, Sendable {
    /// For clients that nothing else is known of.
    package var common: Double
    package var ofClients: [String: Double]
    /// From so many times it was learned.
    package var times: Int

    /// What people have told weighs as much as five leads, and what all clients taught as much as twenty leads of one.
    /// Each time counts half of the one after it.
    private static let toldWeight = 5.0
    private static let commonWeight = 20.0
    private static let fading = 0.5
    /// Whatever happened, it is no reason to expect nothing, or a flood.
    private static let bounds = 0.02...50.0

    /// `lessons` are those of the event's subject and scope; those from after `moment` teach nothing about it. A pause
    /// is a decision: it stays one.
    package init(told: Double, _ lessons: [CalendarLesson], at moment: Instant) {
        self.init(common: told, ofClients: [:], times: 0)
        let lessons = lessons.filter { $0.start <= moment && $0.expected > 0 }
        guard told > 0, !lessons.isEmpty else { return }
        let starts = Set(lessons.map(\.start)).sorted(by: >)
        var weights: [Instant: Double] = [:]
        var weight = 1.0
        for start in starts {
            weights[start] = weight
            weight *= Self.fading
        }
        var all = Sums()
        var clients: [String: Sums] = [:]
        for lesson in lessons {
            let weight = weights[lesson.start] ?? 0
            all.add(lesson, weight)
            clients[lesson.client, default: Sums()].add(lesson, weight)
        }
        common = Self.bounded(all.share(shrunkTo: told, weight: Self.toldWeight))
        ofClients = clients.mapValues { Self.bounded($0.share(shrunkTo: common, weight: Self.commonWeight)) }
        times = starts.count
    }

    private init(common: Double, ofClients: [String: Double], times: Int) {
        self.common = common
        self.ofClients = ofClients
        self.times = times
    }

    private static func bounded(_ multiplier: Double) -> Double {
        min(bounds.upperBound, max(bounds.lowerBound, multiplier))
    }

    private struct Sums {
        var came = 0.0
        var expected = 0.0

        mutating func add(_ lesson: CalendarLesson, _ weight: Double) {
            came += weight * Double(lesson.came)
            expected += weight * lesson.expected
        }

        /// (n + w·m) / (Λ + w).
        func share(shrunkTo told: Double, weight: Double) -> Double { (came + weight * told) / (expected + weight) }
    }
}
