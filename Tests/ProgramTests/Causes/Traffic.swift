import Domain
import TestSupport

/// How many leads a group has, and when.
enum Traffic: String, CaseIterable, Sendable {
    /// One a day, at any hour of it.
    case daily
    /// Four an hour by day, one by night.
    case hourly
    /// A hundred an hour by day, some by night.
    case busy
    /// Everything of a day in one upload at two.
    case nightly
    /// Sixty an hour by day and by night, posted together: so many that what is wrong with all others is not wrong with
    /// everything.
    case bulk

    /// The leads of one slot.
    func leads(slot: Int, _ random: inout SeededGenerator) -> Int {
        let hour = slot / Slots.perHour % 24
        let isDay = (7..<23).contains(hour)
        switch self {
        case .daily: return Self.draw(1.0 / Double(Slots.perDay), &random)
        case .hourly: return Self.draw((isDay ? 4 : 1) / Double(Slots.perHour), &random)
        case .busy: return Self.draw((isDay ? 100 : 10) / Double(Slots.perHour), &random)
        case .bulk: return Self.draw(60 / Double(Slots.perHour), &random)
        case .nightly: return slot % Slots.perDay == 2 * Slots.perHour ? 20 + Int.random(in: 0..<10, using: &random) : 0
        }
    }

    /// Of a Poisson distribution (Knuth, The Art of Computer Programming, 3.4.1): multiplied draws until they fall
    /// under e^-mean.
    private static func draw(_ mean: Double, _ random: inout SeededGenerator) -> Int {
        // e^-mean by its series; means are below ten.
        var (term, limit) = (1.0, 1.0)
        for step in 1..<80 {
            term *= -mean / Double(step)
            limit += term
        }
        var (product, count) = (Double.random(in: 0..<1, using: &random), 0)
        while product > limit {
            product *= Double.random(in: 0..<1, using: &random)
            count += 1
        }
        return count
    }
}
