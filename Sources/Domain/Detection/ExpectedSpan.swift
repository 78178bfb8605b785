/// What is to be expected in a span of whole hours, in hours of shape 1: by the hour, and by the slot only in hours
/// whose slots differ.
struct ExpectedSpan: Equatable, Sendable {
    /// The first slot.
    private(set) var start = 0
    /// What each hour is worth.
    private var hours: [Double] = []
    /// The hours whose slots differ, for the calendar or a hole begins or ends in them or leads come by the quarter:
    /// what each slot is worth, hour after hour, and for each hour where it begins among them, or -1.
    private var uneven: [Double] = []
    private var places: [Int32] = []
    /// The n-th is what the first n hours are worth.
    private var sums: [Double] = [0]

    init() {}

    /// `slots` begins with a whole hour and has whole hours.
    init(from start: Int, _ slots: [Double]) {
        self.start = start
        hours = [Double](repeating: 0, count: slots.count / Slots.perHour)
        places = [Int32](repeating: -1, count: hours.count)
        for hour in hours.indices { set(hour, slots[(hour * Slots.perHour)..<((hour + 1) * Slots.perHour)]) }
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
                let worth = (first..<(first + Slots.perHour)).map { range.contains($0) ? 0 : span.worth(of: $0) }
                span.set(hour, worth[...])
            }
        }
        if span.hours != hours { span.addUp() }
        return span
    }

    private mutating func set(_ hour: Int, _ worth: ArraySlice<Double>) {
        let first = worth[worth.startIndex]
        let isEven = worth.allSatisfy { $0 == first }
        hours[hour] = isEven ? first * Double(Slots.perHour) : worth.reduce(0, +)
        if isEven {
            places[hour] = -1
        } else if places[hour] >= 0 {
            uneven.replaceSubrange(Int(places[hour])..<(Int(places[hour]) + Slots.perHour), with: worth)
        } else {
            places[hour] = Int32(uneven.count)
            uneven += worth
        }
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

    /// In how many days lies what some slots are worth: as many as days of equal worth that would balance each other as
    /// well, (Σe)²/Σe² over the days before `to`. 1 where nothing is worth anything.
    func days(_ from: Int, _ to: Int) -> Double {
        var (all, squares) = (0.0, 0.0)
        var end = to
        while end > from {
            let worth = sum(max(from, end - Slots.perDay), end)
            all += worth
            squares += worth * worth
            end -= Slots.perDay
        }
        return squares > 0 ? all * all / squares : 1
    }

    func worth(of slot: Int) -> Double {
        let (hour, index) = (slot - start).quotientAndRemainder(dividingBy: Slots.perHour)
        let place = Int(places[hour])
        return place >= 0 ? uneven[place + index] : hours[hour] / Double(Slots.perHour)
    }

    /// What all slots before one are worth, from the span's start: for whoever asks for many sums that end in the same
    /// slot.
    @inline(__always)
    func upTo(_ slot: Int) -> Double {
        let slot = min(max(slot, start), end) - start
        let (hour, slots) = slot.quotientAndRemainder(dividingBy: Slots.perHour)
        if slots == 0 { return sums[hour] }
        let place = Int(places[hour])
        guard place >= 0 else { return sums[hour] + hours[hour] * (Double(slots) / Double(Slots.perHour)) }
        var sum = sums[hour]
        for index in place..<(place + slots) { sum += uneven[index] }
        return sum
    }
}
