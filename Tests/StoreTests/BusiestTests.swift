import Domain
import Store
import Testing

/// Figures of more groups than anybody can look at.
@Suite struct `The busiest` {
    private static let always = CountedDay(number: 0)..<CountedDay(number: 40_000)

    private static func fill(_ bench: Bench, _ leads: [(group: String, count: Int)]) throws {
        let groups = leads.flatMap { Array(repeating: $0.group, count: $0.count) }
        try bench.append(groups.indices.map { "e\($0)" })
        let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10_000)
        _ = try bench.ledger.validation.judge(
            zip(rows, groups).map { row, group in
                var lead = Lead.fine(row, routes: [])
                lead.dimension.client = "acme"
                lead.dimension.group = group
                return (row, .lead(lead))
            })
    }

    @Test func `are told apart, and all others are one`() throws {
        let bench = try Bench()
        try Self.fill(bench, [("solar", 30), ("pumps", 20)] + (0..<500).map { ("invented \($0)", 1) } + [("late", 9)])
        let reader = try bench.ledger.reader()
        let scope = LeadScope(client: "acme")
        for most in [3, 10, 100] {
            let told = try #require(try reader.busiest(scope, by: .group, days: Self.always, most: most))
            #expect(told.count == most && told.isSuperset(of: ["solar", "pumps", "late"]))
            let (rows, rest) = try reader.figures(scope, by: .group, days: Self.always, of: told)
            #expect(Set(rows.keys) == told && rows["solar"]?.leads == 30 && rows["late"]?.leads == 9)
            #expect(rest.leads + rows.values.reduce(0) { $0 + $1.leads } == 559)
        }
        // Within a group likewise, and where all can be told there is nothing to choose.
        #expect(try reader.busiest(scope, by: .group, days: Self.always, most: 504) == nil)
        #expect(try reader.busiest(scope, by: .ad, days: Self.always, most: 1) == nil)
        #expect(try reader.figures(scope, by: .group, days: Self.always, of: nil).rows.count == 503)
    }
}
