import Domain
import Testing

@Suite struct `A choice of groups` {
    private static func candidate(
        _ id: Int64, named: Bool = false, days: Int = 1, leads: Int = 1
    ) -> GroupChoice.Candidate {
        GroupChoice.Candidate(
            id: id, key: GroupKey(client: "acme", group: "g\(id)"), firstSlot: 0, isNamed: named, days: days,
            leads: leads)
    }

    private static func chosen(_ candidates: [GroupChoice.Candidate], _ bounds: GroupChoice.Bounds) -> [Int64] {
        var choice = GroupChoice(bounds)
        for candidate in candidates { choice.offer(candidate) }
        return choice.chosen.map(\.id)
    }

    @Test func `takes all where there is room`() {
        #expect(Self.chosen((1...50).map { Self.candidate($0) }, GroupChoice.Bounds()) == Array(1...50))
    }

    struct Case: Sendable {
        let candidates: [GroupChoice.Candidate]
        let chosen: [Int64]
        init(_ candidates: [GroupChoice.Candidate], _ chosen: [Int64]) {
            self.candidates = candidates
            self.chosen = chosen
        }
    }

    static let cases = [
        // Two new ones: of those the busiest, then the oldest.
        Case([candidate(1), candidate(2, leads: 9), candidate(3), candidate(4, leads: 5)], [2, 4]),
        // What was seen on three days has a place of its own, and so has what was named.
        Case([candidate(1), candidate(2), candidate(3, days: 3), candidate(4, named: true, days: 0)], [1, 2, 3, 4]),
        // Five in all: the named ones first, then by days.
        Case(
            (1...4).map { candidate($0, days: 10 + Int($0)) } + (5...7).map { candidate($0, named: true, days: 0) },
            [3, 4, 5, 6, 7]),
        Case((1...9).map { candidate($0, named: true) }, [1, 2, 3, 4, 5]),
        Case([], []),
    ]

    @Test(arguments: cases.indices)
    func `puts first what people have named, and what stays`(_ index: Int) {
        let test = Self.cases[index]
        #expect(Self.chosen(test.candidates, GroupChoice.Bounds(watched: 5, fresh: 2)) == test.chosen)
    }

    @Test func `remembers no more than may be watched, whatever is offered, in whatever order`() {
        let bounds = GroupChoice.Bounds(watched: 20, fresh: 5)
        let real = (1...10).map { Self.candidate(100_000 + $0, days: 20, leads: 400) }
        let invented = (1...50_000).map { Self.candidate(Int64($0), leads: $0 % 7) }
        for candidates in [real + invented, invented + real] {
            let chosen = Self.chosen(candidates, bounds)
            #expect(chosen.count == 15)
            #expect(real.allSatisfy { chosen.contains($0.id) })
        }
    }
}
