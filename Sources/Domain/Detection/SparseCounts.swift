/// Leads by place in time, a slot or an hour: only places with some take memory, eight bytes each, for most groups have
/// few.
package struct SparseCounts: Equatable, Sendable {
    private var places: [Int32] = []
    /// Of all that came up to each place, it included; differences are right even where the sum has run over.
    private var sums: [UInt32] = []
    /// Of what is forgotten.
    private var base: UInt32 = 0

    package init() {}

    /// One count after the other; the first one is that of `first`.
    package init(_ counts: [UInt32], from first: Int = 0) {
        let count = counts.count { $0 > 0 }
        places.reserveCapacity(count)
        sums.reserveCapacity(count)
        for (index, count) in counts.enumerated() { append(count, at: first + index) }
    }

    /// Counts in any order; those of one place are added up.
    package init(unsorted counts: [(place: Int32, count: UInt32)]) {
        for (place, count) in counts.sorted(by: { $0.place < $1.place }) { append(count, at: Int(place)) }
    }

    /// Adds to a place that is not before any other.
    mutating func append(_ count: UInt32, at place: Int) {
        guard count > 0 else { return }
        let sum = (sums.last ?? base) &+ count
        if places.last == Int32(place) {
            sums[sums.count - 1] = sum
        } else {
            places.append(Int32(place))
            sums.append(sum)
        }
    }

    subscript(_ place: Int) -> UInt32 { before(place + 1) &- before(place) }

    func sum(_ range: Range<Int>) -> Int { Int(before(range.upperBound) &- before(range.lowerBound)) }

    /// The first place of a range where something came.
    func first(in range: Range<Int>) -> Int? {
        let index = index(of: range.lowerBound)
        guard index < places.count, places[index] < range.upperBound else { return nil }
        return Int(places[index])
    }

    /// Each place of a range where something came, in order: asking place by place seeks each anew.
    func forEach(in range: Range<Int>, _ body: (_ place: Int, _ count: UInt32) -> Void) {
        var index = index(of: range.lowerBound)
        while index < places.count, places[index] < range.upperBound {
            body(Int(places[index]), sums[index] &- (index == 0 ? base : sums[index - 1]))
            index += 1
        }
    }

    var last: Int? { places.last.map(Int.init) }

    mutating func forget(before place: Int) {
        let count = index(of: place)
        guard count > 0 else { return }
        base = sums[count - 1]
        places.removeFirst(count)
        sums.removeFirst(count)
    }

    /// The same, so many places later.
    func moved(by places: Int) -> SparseCounts {
        var moved = self
        for index in moved.places.indices { moved.places[index] += Int32(places) }
        return moved
    }

    private func before(_ place: Int) -> UInt32 {
        let index = index(of: place)
        return index == 0 ? base : sums[index - 1]
    }

    /// The first that is not before a place.
    private func index(of place: Int) -> Int {
        guard let last = places.last, Int(last) >= place else { return places.count }
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if Int(places[middle]) < place { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
