import Domain
import SQLite
import Store
import TestSupport
import Testing

/// What was put aside is counted where it says that it belongs, as far as leads of that group are known.
@Suite struct `Where a quarantined event is counted` {
    private static let defects = [Defect(.malformed, at: "/person/email", "person.email is not …")]

    /// One lead of a group, and one event put aside that names `place`.
    private static func bench(_ place: Dimension?) throws -> (Bench, LeadID) {
        let bench = try Bench()
        try bench.append(["good"])
        var rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
        var lead = Lead.fine(rows[0], routes: [])
        lead.dimension = Dimension(source: "landing", client: "acme", group: "pumps", campaign: "7")
        _ = try bench.ledger.validation.judge([(rows[0], .lead(lead))])
        let id = try bench.append(["bad"])[0]
        rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
        _ = try bench.ledger.validation.judge([(rows[0], .quarantine(defects, of: place))])
        return (bench, id)
    }

    /// Group and campaign under which quarantined events are counted, with their number.
    private static func counted(_ bench: Bench) throws -> [String] {
        bench.ledger.close()
        defer { try? bench.restart() }
        let file = try Connection(path: bench.folder.file("relay.db"))
        let select = try file.prepare(
            """
            SELECT grp, campaign, sum(count) FROM statistic JOIN dimension ON dimension.id = statistic.dimension
            WHERE tally = \(Tally.quarantined.rawValue) GROUP BY 1, 2 HAVING sum(count) <> 0
            """)
        var lines: [String] = []
        while try select.step() { lines.append("\(select.text(0))/\(select.text(1)) \(select.integer(2))") }
        return lines
    }

    @Test(arguments: [
        (Dimension(source: "landing", client: "acme", group: "pumps", campaign: "7"), "pumps/7 1"),
        (Dimension(source: "landing", client: "acme", group: "pumps", campaign: "nobody's"), "pumps/ 1"),
        (Dimension(source: "landing", client: "acme", group: "pumps"), "pumps/ 1"),
        // Whoever posts nonsense makes no groups with it.
        (Dimension(source: "landing", client: "acme", group: "invented"), "/ 1"),
        (Dimension(source: "landing", client: "beta", group: "pumps"), "/ 1"), (nil, "/ 1"),
    ])
    func `is its group if leads of it are known`(place: Dimension?, line: String) throws {
        let (bench, id) = try Self.bench(place)
        #expect(try Self.counted(bench) == [line])
        // What is released is counted as what it turns out to be.
        #expect(try bench.ledger.quarantine.release([id], note: "") == [id])
        #expect(try Self.counted(bench) == [])
        #expect(try bench.ledger.reader().audit().isBalanced)
    }

    @Test func `is found by an investigation of the group`() throws {
        let (bench, _) = try Self.bench(Dimension(source: "landing", client: "acme", group: "pumps"))
        for (group, count) in [("pumps", 1), ("solar", 0)] {
            let found = try bench.ledger.reader().investigation(
                .start - .hours(1)..<(.start + .hours(1)), client: "acme", group: group, destinations: [], only: nil,
                books: bench.ledger.books, now: .start + .hours(1))
            #expect(found.quarantined.reduce(0) { $0 + $1.count } == count)
        }
    }
}
