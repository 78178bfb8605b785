import Domain
import SQLite
import Store
import TestSupport
import Testing

@Suite struct `Windows that close soon` {
    private func closing(_ bench: Bench) throws -> [ClosingWindows] {
        try bench.ledger.reader().closingWindows(at: bench.time.now, within: [.hours(1), .hours(9)])
    }

    /// Leads that are owed to `names` until `hours` from now.
    private func owe(_ bench: Bench, _ bodies: [String], to names: [String], hours: Int) throws {
        try bench.append(bodies)
        let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 100)
        let routes = names.map {
            Route($0, .open(notBefore: bench.time.now, expires: bench.time.now + .hours(hours)))
        }
        _ = try bench.ledger.validation.judge(rows.map { ($0, .lead(.fine($0, routes: routes))) })
    }

    @Test func `are counted by the time that is left, and the first of all is known`() throws {
        let bench = try Bench()
        try owe(bench, ["a", "b"], to: ["google", "meta"], hours: 8)
        try owe(bench, ["c"], to: ["meta"], hours: 1)
        try owe(bench, ["d"], to: ["google"], hours: 100)
        try owe(bench, ["e"], to: ["crm"], hours: 300)
        func line(_ name: String, _ counts: [Int], hours: Int) -> ClosingWindows {
            ClosingWindows(destination: name, counts: counts, next: .start + .hours(hours))
        }
        #expect(
            try closing(bench) == [
                line("crm", [0, 0], hours: 300), line("google", [0, 2], hours: 8), line("meta", [1, 3], hours: 1),
            ])
        bench.time.advance(.hours(7))
        #expect(try closing(bench)[1].counts == [2, 2])
        // What is overdue closes within any time.
        bench.time.advance(.hours(2))
        #expect(try closing(bench)[2] == line("meta", [3, 3], hours: 1))
    }

    @Test func `follow each delivery through claim, retry, receipt, second thoughts, replay and end`() throws {
        let bench = try Bench()
        try owe(bench, ["a", "b", "c"], to: ["meta"], hours: 8)
        func counts() throws -> [Int] {
            #expect(try bench.ledger.reader().audit().faults == [])
            return try closing(bench).first?.counts ?? [0, 0]
        }
        #expect(try counts() == [0, 3])
        let claim = try bench.ledger.deliveries.claim("meta", limit: 10, lease: .seconds(60))
        #expect(try counts() == [0, 3])
        let leads = claim.deliveries.map(\.lead)
        _ = try bench.ledger.deliveries.settle(
            claim.id,
            [
                Settlement(
                    lead: leads[0], end: .outcome(.sent), receipt: Receipt(status: 200, requestID: "r"),
                    confirmAt: bench.time.now),
                Settlement(
                    lead: leads[1], end: .retry(due: bench.time.now + .hours(9), cause: .throttled, uncertain: false),
                    receipt: Receipt(status: 429)),
                Settlement(lead: leads[2], end: .outcome(.rejected), receipt: Receipt(status: 400)),
            ])
        #expect(try counts() == [0, 1])
        let request = try #require(
            try bench.ledger.deliveries.inquire("meta", limit: 1, lease: .seconds(60)).requests.first)
        _ = try bench.ledger.deliveries.confirm(
            "meta",
            InquiryOutcome(
                request,
                .settled([Settlement(lead: leads[0], end: .release(note: true), receipt: Receipt(status: 200))])))
        #expect(try counts() == [0, 2])
        bench.time.advance(.seconds(1))
        let candidate = try bench.ledger.reader().replayCandidates(
            "meta", after: LeadID(rawValue: leads[2].rawValue - 1), before: LeadID.first(at: bench.time.now), among: 1
        ).found[0]
        guard case .ended(let ended) = candidate.standing else { Issue.record(); return }
        let order = ReplayOrder(
            lead: leads[2], destination: "meta", ended: ended, due: bench.time.now,
            expires: bench.time.now + .minutes(30))
        _ = try bench.ledger.deliveries.replay([order], note: "x")
        #expect(try counts() == [1, 3])
        try bench.restart()
        #expect(try counts() == [1, 3])
        bench.time.advance(.hours(9))
        let closed = try bench.ledger.reader().closed(after: nil, among: 10, at: bench.time.now).found
        #expect(try bench.ledger.deliveries.expire(closed) == 3)
        #expect(try closing(bench).isEmpty)
        #expect(try counts() == [0, 0])
    }

    @Test func `that were miscounted are found by an audit`() throws {
        let bench = try Bench()
        try owe(bench, ["a", "b"], to: ["meta"], hours: 8)
        try bench.stopped { path in try Connection(path: path).execute("UPDATE closing SET count = 5") }
        #expect(
            try bench.ledger.reader().audit().faults == [
                "meta: 5 deliveries are said to close in a quarter hour in which 2 do"
            ])
    }
}
