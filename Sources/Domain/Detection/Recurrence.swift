/// How an event of the calendar comes again, by the clock on its zone's wall: the part of RFC 5545's recurrence rules
/// that such events need. What falls on a day that a month or year does not have (the 31st, 29 February) is left out
/// (section 3.3.10).
package enum Recurrence: String, CaseIterable, Sendable {
    case daily, weekly, monthly, yearly

    /// For people: `every year`.
    package var words: String {
        switch self {
        case .daily: "every day"
        case .weekly: "every week"
        case .monthly: "every month"
        case .yearly: "every year"
        }
    }

    /// The times of an event whose first one is `first` that overlap `range`, in order. Times that begin at `until` or
    /// later do not take place. Both ends keep their time on the wall, so that a day is a day across changes of the
    /// clock.
    package func occurrences(
        of first: Range<Instant>, until: Instant? = nil, in zone: TimeZoneRules, overlapping range: Range<Instant>
    ) -> [Range<Instant>] {
        let (start, end) = (zone.local(first.lowerBound).civil, zone.local(first.upperBound).civil)
        // As many as can have passed for certain.
        let days = (range.lowerBound - first.upperBound).components.seconds / 86_400 - 2
        var number = max(0, Int(days) / longestDays)
        var found: [Range<Instant>] = []
        while true {
            defer { number += 1 }
            guard start.year + number / timesAYear < 9999 else { return found }
            guard let shift = shift(start, by: number) else { continue }
            let begin = number == 0 ? first.lowerBound : zone.instant(of: CivilTime(seconds: start.seconds + shift))
            guard begin < range.upperBound, until.map({ begin < $0 }) ?? true else { return found }
            let over = number == 0 ? first.upperBound : zone.instant(of: CivilTime(seconds: end.seconds + shift))
            if begin < over, over > range.lowerBound { found.append(begin..<over) }
        }
    }

    private var timesAYear: Int {
        switch self {
        case .daily: 365
        case .weekly: 52
        case .monthly: 12
        case .yearly: 1
        }
    }

    private var longestDays: Int {
        switch self {
        case .daily: 1
        case .weekly: 7
        case .monthly: 31
        case .yearly: 366
        }
    }

    /// Seconds from the first time to a later one; `nil` if there is no such day.
    private func shift(_ start: CivilTime, by number: Int) -> Int64? {
        let day: CivilTime?
        switch self {
        case .daily: return Int64(number) * 86_400
        case .weekly: return Int64(number) * 7 * 86_400
        case .monthly:
            let month = start.year * 12 + start.month - 1 + number
            day = CivilTime(year: month / 12, month: month % 12 + 1, day: start.day)
        case .yearly: day = CivilTime(year: start.year + number, month: start.month, day: start.day)
        }
        return day.map { ($0.dayNumber - start.dayNumber) * 86_400 }
    }
}
