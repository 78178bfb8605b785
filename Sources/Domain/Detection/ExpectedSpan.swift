/// What is to be expected in a span of whole hours, in hours of shape 1: by the hour, and by the slot only in hours whose slots differ.
struct ExpectedSpan: Equatable, Sendable {
    /// The first slot.
    private(set) var start = 0
    /// What each hour is worth.
    private var hours: [Double] = []
    /// In slots, for the hours in which the calendar or a hole begins or ends.
    private var uneven: [Int: [Double]] = [:]
    /// The n-th is what the first n hours are worth.
    private var sums: [Double] = [0]

    init() {}

    /// `slots` begins with a whole hour and has whole hours.
    init(from start: Int, _ slots: [Double]) {
        self.start = start
        hours.reserveCapacity(slots.count / Slots.perHour)
        for hour in 0..<(slots.count / Slots.perHour) {
            let first = hour * Slots.perHour
            hours.append(0)
            set(hour, Array(slots[first..<(first + Slots.perHour)]))
        }
        addUp()
    }

    /// The same with slots that are worth nothing.
    func without(_ holes: [Range<Int>]) -> ExpectedSpan {
        var span = self
        for hole in holes {
            let range = hole.clamped(to: start..<end)
            guard !range.isEmpty else { continue }
            for hour in ((range.lowerBound - start) / Slots.perHour)...((range.upperBound - 1 - start) / Slots.perHour)
            {
                let first = start + hour * Slots.perHour
                span.set(hour, (0..<Slots.perHour).map { range.contains(first + $0) ? 0 : span.worth(of: first + $0) })
            }
        }
        if span.hours != hours { span.addUp() }
        return span
    }

    private mutating func set(_ hour: Int, _ worth: [Double]) {
        let isEven = worth.allSatisfy { $0 == worth[0] }
        hours[hour] = isEven ? worth[0] * Double(Slots.perHour) : worth.reduce(0, +)
        uneven[hour] = isEven ? nil : worth
    }

    private mutating func addUp() {
        sums = [0]
        sums.reserveCapacity(hours.count + 1)
        var sum = 0.0
        for hour in hours {
            sum += hour
            sums.append(sum)
        }
    }

    /// The slot after the last.
    var end: Int { start + hours.count * Slots.perHour }

    /// What some slots are worth; those outside the span count nothing.
    func sum(_ from: Int, _ to: Int) -> Double { upTo(to) - upTo(from) }

    func worth(of slot: Int) -> Double {
        let (hour, index) = (slot - start).quotientAndRemainder(dividingBy: Slots.perHour)
        if !uneven.isEmpty, let worth = uneven[hour] { return worth[index] }
        return hours[hour] / Double(Slots.perHour)
    }

    private func upTo(_ slot: Int) -> Double {
        let slot = min(max(slot, start), end) - start
        let (hour, slots) = slot.quotientAndRemainder(dividingBy: Slots.perHour)
        if slots == 0 { return sums[hour] }
        if !uneven.isEmpty, let worth = uneven[hour] { return worth[..<slots].reduce(sums[hour], +) }
        return sums[hour] + hours[hour] * (Double(slots) / Double(Slots.perHour))
    }
}
