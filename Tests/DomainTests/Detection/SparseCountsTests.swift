import TestSupport
import Testing

@testable import Domain

@Suite struct `Counts of which most are none` {
    /// Against the same counts one by one, with appending and forgetting in between.
    @Test(arguments: 1...20)
    func `say the same as counts one by one`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let first = Int.random(in: -500...500, using: &random)
        var dense = (0..<300).map { _ in
            Int.random(in: 0..<4, using: &random) == 0 ? UInt32.random(in: 0...9, using: &random) : 0
        }
        var sparse = SparseCounts(dense, from: first)
        let shuffled = dense.enumerated().map { (place: Int32(first + $0), count: $1) }.shuffled(using: &random)
        #expect(SparseCounts(unsorted: shuffled) == sparse)
        var forgotten = 0
        for _ in 0..<60 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let count = UInt32.random(in: 0...3, using: &random)
                sparse.append(count, at: first + dense.count)
                dense.append(count)
            case 1 where forgotten + 10 < dense.count:
                forgotten += Int.random(in: 0...10, using: &random)
                sparse.forget(before: first + forgotten)
            default: break
            }
            let low = Int.random(in: -20..<dense.count, using: &random)
            let high = Int.random(in: low..<(dense.count + 20), using: &random)
            let known = (max(low, forgotten)..<max(low, forgotten, min(high, dense.count)))
            let expected = known.reduce(0) { $0 + Int(dense[$1]) }
            #expect(sparse.sum((first + low)..<(first + high)) == expected)
            #expect(
                sparse.first(in: (first + low)..<(first + high)) == known.first { dense[$0] > 0 }.map { first + $0 })
            #expect(sparse[first + low] == ((forgotten..<dense.count).contains(low) ? dense[low] : 0))
            #expect(sparse.last == (forgotten..<dense.count).last { dense[$0] > 0 }.map { first + $0 })
        }
        #expect(
            sparse.moved(by: 7).sum((first + 7)..<(first + dense.count + 7))
                == sparse.sum(first..<(first + dense.count)))
    }

    @Test func `can be added up beyond what fits`() {
        var counts = SparseCounts()
        for place in 0..<4 { counts.append(.max / 2, at: place) }
        #expect(counts.sum(2..<4) == Int(UInt32.max / 2) * 2)
    }
}

@Suite struct `What is to be expected in a span` {
    @Test(arguments: 1...20)
    func `says the same as slots one by one`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let start = 12 * Int.random(in: 0...1000, using: &random)
        let hours = 30
        var slots = (0..<hours).flatMap { _ -> [Double] in
            let rate = Double.random(in: 0...2, using: &random)
            return Bool.random(using: &random)
                ? [Double](repeating: rate, count: 12) : (0..<12).map { $0 < 5 ? rate : 0 }
        }
        let span = ExpectedSpan(from: start, slots)
        let holes = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            let from = Int.random(in: -20..<(hours * 12), using: &random)
            return (start + from)..<(start + from + Int.random(in: 1...40, using: &random))
        }
        let cut = span.without(holes)
        for round in 0..<2 {
            let tested = round == 0 ? span : cut
            if round == 1 {
                for slot in slots.indices where holes.contains(where: { $0.contains(start + slot) }) { slots[slot] = 0 }
            }
            for _ in 0..<50 {
                let from = Int.random(in: -30..<(hours * 12), using: &random)
                let to = Int.random(in: from..<(hours * 12 + 20), using: &random)
                let expected = slots.indices.clamped(to: from..<to).reduce(0) { $0 + slots[$1] }
                #expect(abs(tested.sum(start + from, start + to) - expected) < 1e-9)
                if slots.indices.contains(from) { #expect(abs(tested.worth(of: start + from) - slots[from]) < 1e-12) }
                // Nothing is exactly nothing: that is a pause.
                if slots.indices.contains(from), slots[from] == 0 {
                    #expect(tested.worth(of: start + from) == 0)
                }
            }
        }
    }

    /// Five days, of which some are worth 1 in each slot and the others nothing.
    @Test(arguments: zip([[0, 1, 2, 3, 4], [4], [0, 3], []], [5.0, 1, 2, 1]))
    func `tells in how many days it lies`(open: [Int], days: Double) {
        let slots = (0..<5).flatMap { [Double](repeating: open.contains($0) ? 1 : 0, count: Slots.perDay) }
        let span = ExpectedSpan(from: 1200, slots)
        #expect(abs(span.days(1200, 1200 + slots.count) - days) < 1e-9)
    }
}
