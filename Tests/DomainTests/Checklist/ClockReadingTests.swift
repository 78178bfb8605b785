import Domain
import TestSupport
import Testing

@Suite struct `Our clock against others` {
    struct Case: Sendable {
        let readings: [ClockReading]
        let skew: Int64?
        let servers: Int
        /// `a` to `d` are servers, each with what it says in seconds.
        init(_ readings: [(String, Int64)], _ skew: Int64?, _ servers: Int) {
            self.readings = readings.map { ClockReading(server: $0.0, skew: .seconds($0.1)) }
            (self.skew, self.servers) = (skew, servers)
        }
    }

    static let cases: [Case] = [
        Case([], nil, 0), Case([("a", 40)], 40, 1), Case([("a", 40), ("a", 41), ("a", 1200)], 41, 1),
        Case([("a", 40), ("b", 41)], 41, 2), Case([("a", 0), ("b", 1200)], 1200, 1),
        Case([("a", 0), ("b", 1), ("c", 1200)], 1, 2),
        Case([("a", -300), ("b", -301), ("c", -299), ("d", 5)], -299, 3),
    ]

    @Test(arguments: cases)
    func `counts each server once, and only those that agree`(one: Case) {
        let facts = ChecklistFacts.ClockFacts(one.readings)
        #expect(facts?.skew == one.skew.map { .seconds($0) })
        #expect((facts?.servers ?? 0) == one.servers)
    }

    @Test(
        arguments: [
            (19 * 60, 1, Assessment.Certainty.unknown), (19 * 60, 2, .proved), (3, 3, .excluded), (-40, 2, .proved),
        ] as [(Int64, Int, Assessment.Certainty)])
    func `proves that it is wrong by two that agree`(
        seconds: Int64, servers: Int, certainty: Assessment.Certainty
    ) throws {
        let facts = ChecklistFacts.unexplained.with {
            $0.kind = .clockSkew
            $0.clocks = .init(skew: .seconds(seconds), servers: servers)
        }
        #expect(Checklist.assess(facts).first { $0.item == .timeWrong }?.certainty == certainty)
    }
}
