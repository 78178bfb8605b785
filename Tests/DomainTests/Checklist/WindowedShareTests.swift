import Domain
import Testing

/// Part and whole of the last 3 hours, of the 21 before, of the 48 before, and of the seven days before that.
private struct Sum: Sendable {
    var part: Int
    var whole: Int
    init(_ part: Int, _ whole: Int) {
        self.part = part
        self.whole = whole
    }
}

private func share(_ sums: [Sum]) -> WindowedShare {
    WindowedShare(parts: sums.map(\.part), wholes: sums.map(\.whole))
}

@Suite struct `A share over windows` {
    private struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var sums: [Sum]
        var tellsNew: Bool
        /// The hours of the window that shows it, with `!` if all of it is wrong.
        var expected: String?
        init(_ name: String, _ sums: [Int], _ wholes: [Int], tellsNew: Bool = true, _ expected: String?) {
            testDescription = name
            self.sums = zip(sums, wholes).map { Sum($0, $1) }
            self.tellsNew = tellsNew
            self.expected = expected
        }
    }

    private static let cases: [Case] = [
        Case("nothing comes", [0, 0, 0, 0], [0, 0, 0, 0], nil),
        Case("all is well", [0, 0, 0, 0], [5, 40, 80, 300], nil),
        Case("three of three of a new one", [3, 0, 0, 0], [3, 0, 0, 0], "3!"),
        Case("two of two of a new one", [2, 0, 0, 0], [2, 0, 0, 0], nil),
        Case("three of three of a new one that may be so", [3, 0, 0, 0], [3, 0, 0, 0], tellsNew: false, nil),
        Case("forty within minutes", [40, 0, 0, 0], [40, 10, 30, 100], "3!"),
        Case("three a day, one day after the other: a day", [1, 2, 0, 0], [1, 2, 6, 21], "24!"),
        Case("one a day: three days", [0, 1, 2, 0], [0, 1, 2, 7], "72!"),
        Case("a third was so before: three in a row are chance", [3, 0, 0, 7], [3, 0, 0, 21], nil),
        Case("a third was so before: eleven in a row are not", [11, 0, 0, 7], [11, 0, 0, 21], "3!"),
        Case("it was always so", [9, 20, 40, 100], [9, 20, 40, 100], nil),
        Case("more than usual, beyond chance", [20, 0, 0, 10], [60, 0, 0, 1000], "3"),
        Case("twice as much as usual, within chance", [2, 0, 0, 5], [20, 0, 0, 100], nil),
        Case("beyond chance, but too little to matter", [90, 0, 0, 10], [1800, 0, 0, 10_000], nil),
        Case("it has been mended since", [0, 40, 0, 0], [3, 40, 10, 100], nil),
        Case("one is well after it: not enough to say that it is over", [0, 40, 0, 0], [1, 40, 10, 100], "24"),
    ]

    @Test(arguments: cases)
    private func `shows a problem in the shortest window that can`(example: Case) {
        let trouble = share(example.sums).trouble(least: 3, share: 0.1, tellsNew: example.tellsNew)
        #expect(trouble.map { "\($0.hours)\($0.isWhole ? "!" : "")" } == example.expected)
    }

    /// Parts and wholes of the spans, and what is said.
    private static let calm: [([Int], [Int], String?)] = [
        // As many as are needed, the newest.
        ([0, 40, 0, 0], [3, 40, 0, 0], "0 of 3 (0 %)"),
        ([0, 1, 0, 0], [2, 1, 0, 0], nil),
        ([0, 0, 3, 0], [1, 2, 3, 0], "0 of 3 (0 %)"),
        ([0, 0, 0, 0], [0, 0, 0, 100], nil),
        // No more than before all of it, though that is much.
        ([5, 30, 0, 60], [10, 30, 0, 100], "5 of 10 (50 %)"),
        ([5, 30, 0, 6], [10, 30, 0, 100], nil),
        // Everything is never well.
        ([3, 0, 0, 9], [3, 0, 0, 9], nil),
    ]

    @Test(arguments: calm.indices)
    func `is calm by its newest events`(index: Int) {
        let (parts, wholes, expected) = Self.calm[index]
        let calm = WindowedShare(parts: parts, wholes: wholes).calm(least: 3, share: 0.1)
        #expect(calm?.words == expected)
    }

    @Test func `never says both`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let sums = (0..<4).map { _ -> Sum in
                let whole = Int.random(in: 0...30, using: &random)
                return Sum(Int.random(in: 0...whole, using: &random), whole)
            }
            let share = share(sums)
            let both =
                share.trouble(least: 3, share: 0.1, tellsNew: true) != nil && share.calm(least: 3, share: 0.1) != nil
            #expect(!both, "\(sums)")
        }
    }
}
