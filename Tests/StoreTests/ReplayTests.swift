import Domain
import Service
import SQLite
import Store
import TestSupport
import Testing

@Suite struct `A delivery that goes out again` {
    /// Three leads, each owed to meta and ended there as `outcome`.
    private func ended(_ outcome: Outcome, _ bench: Bench, requestID: String = "trace-1", confirmAt: Instant? = nil)
        throws -> [LeadID]
    {
        let ids = try bench.append(["a", "b", "c"])
        try bench.judge(owing: ["meta"])
        bench.time.advance(.seconds(7))
        let claim = try bench.ledger.deliveries.claim("meta", limit: 10, lease: .seconds(60))
        let receipt = Receipt(status: 400, code: "100/2804050", message: "too little", requestID: requestID)
        _ = try bench.ledger.deliveries.settle(
            claim.id,
            claim.deliveries.map {
                Settlement(lead: $0.lead, end: .outcome(outcome), receipt: receipt, confirmAt: confirmAt)
            })
        return ids
    }

    private func candidates(_ bench: Bench) throws -> [ReplayCandidate] {
        try bench.ledger.reader().replayCandidates(
            "meta", after: LeadID(rawValue: 0), before: LeadID.first(at: bench.time.now + .days(1)), among: 100
        ).found
    }

    private func orders(_ bench: Bench) throws -> [ReplayOrder] {
        try candidates(bench).compactMap { candidate in
            guard case .ended(let ended) = candidate.standing else { return nil }
            return ReplayOrder(
                lead: candidate.lead, destination: "meta", ended: ended, due: bench.time.now,
                expires: bench.time.now + .days(6))
        }
    }

    @Test(arguments: [Outcome.delivered, .sent, .rejected, .expired, .skipped])
    func `moves from its line of the books to open, and its story keeps how it had ended`(_ outcome: Outcome) throws {
        let bench = try Bench()
        let ids = try ended(outcome, bench)
        let due = Locked<Set<String>>([])
        bench.ledger.deliveries.onDue { names in due.update { $0.formUnion(names) } }
        bench.time.advance(.hours(1))
        let orders = try orders(bench)
        #expect(
            try bench.ledger.deliveries.replay([orders[0], orders[1]], note: "the pixel was wrong (by eva)").count == 2)
        #expect(due.withLock { $0 } == ["meta"])

        func book(_ tally: Tally) -> Int64 { bench.ledger.books[tally, source: "landing", destination: "meta"] }
        let own = try #require(Tally.allCases.first { $0.name == outcome.rawValue })
        let replayed = try #require(own.replayed)
        #expect((book(.owed), book(.open), book(own), book(replayed)) == (3, 2, 1, 2))
        #expect(try bench.ledger.reader().audit().faults == [])
        let hours = try bench.ledger.reader().statistics(Instant.start.hour..<(Instant.start + .hours(2)), limit: 100)
        let line = try #require(hours.first { $0.tally == own })
        #expect(line.count == 1)
        #expect(line.time == (outcome == .skipped ? .zero : .seconds(7)))

        let story = try #require(try bench.ledger.reader().story(ids[0])?.deliveries.first)
        guard case .open(let open, _, 0, false) = story.state else { Issue.record(); return }
        #expect(open == bench.time.now)
        #expect(story.attempts.map(\.cause) == [outcome.rawValue, LeadHistory.replayed])
        #expect(story.attempts[0].receipt.code == "100/2804050")
        #expect(story.attempts[1].receipt.message == "the pixel was wrong (by eva)")

        let claim = try bench.ledger.deliveries.claim("meta", limit: 10, lease: .seconds(60))
        #expect(claim.deliveries.map(\.lead) == [ids[0], ids[1]])
        _ = try bench.ledger.deliveries.settle(
            claim.id,
            claim.deliveries.map {
                Settlement(lead: $0.lead, end: .outcome(.delivered), receipt: Receipt(status: 200))
            })
        try bench.restart()
        #expect(try bench.ledger.reader().audit().faults == [])
        #expect(bench.ledger.books[.open, source: "landing", destination: "meta"] == 0)
    }

    @Test func `goes out once, however often the same order is given`() throws {
        let bench = try Bench()
        _ = try ended(.rejected, bench)
        let orders = try orders(bench)
        #expect(try bench.ledger.deliveries.replay(orders, note: "x").count == 3)
        #expect(try bench.ledger.deliveries.replay(orders, note: "x").isEmpty)
        // Rejected once more, it has ended differently from what the order says.
        bench.time.advance(.seconds(1))
        let claim = try bench.ledger.deliveries.claim("meta", limit: 10, lease: .seconds(60))
        _ = try bench.ledger.deliveries.settle(
            claim.id,
            claim.deliveries.map {
                Settlement(lead: $0.lead, end: .outcome(.rejected), receipt: Receipt(status: 400))
            })
        #expect(try bench.ledger.deliveries.replay(orders, note: "x").isEmpty)
        #expect(try self.orders(bench).count == 3)
        #expect(try bench.ledger.reader().audit().faults == [])
    }

    @Test func `stays where it is while its platform is asked about it, and when its data is gone`() throws {
        let bench = try Bench()
        _ = try ended(.sent, bench, requestID: "r", confirmAt: .start + .minutes(30))
        let orders = try orders(bench)
        #expect(orders.map(\.ended.isAwaited) == [true, true, true])
        #expect(try bench.ledger.deliveries.replay(orders, note: "x").isEmpty)
        let request = try #require(
            try { () throws in
                bench.time.advance(.minutes(30))
                return try bench.ledger.deliveries.inquire("meta", limit: 1, lease: .seconds(60)).requests.first
            }())
        _ = try bench.ledger.deliveries.confirm(
            "meta", InquiryOutcome(request, .unconfirmed(Receipt(status: 200, code: "unconfirmed"))))
        let unconfirmed = try self.orders(bench)
        #expect(unconfirmed.map(\.ended.isAwaited) == [false, false, false])
        #expect(try bench.ledger.deliveries.replay([unconfirmed[0]], note: "x").count == 1)
        bench.time.advance(.days(8))
        while try bench.ledger.retention.purge() {}
        #expect(try candidates(bench).map(\.hasData) == [true, false, false])
        #expect(try bench.ledger.deliveries.replay(Array(unconfirmed[1...]), note: "x").isEmpty)
        #expect(try bench.ledger.reader().audit().faults == [])
    }

    @Test func `is known to be uncertain if an earlier attempt was`() throws {
        let bench = try Bench()
        try bench.append(["a"])
        try bench.judge(owing: ["meta"])
        let first = try bench.ledger.deliveries.claim("meta", limit: 1, lease: .seconds(60))
        _ = try bench.ledger.deliveries.settle(
            first.id,
            [
                Settlement(
                    lead: first.deliveries[0].lead, end: .retry(due: .start, cause: .unknown, uncertain: true),
                    receipt: Receipt(status: 0))
            ])
        bench.time.advance(.seconds(9))
        let second = try bench.ledger.deliveries.claim("meta", limit: 1, lease: .seconds(60))
        _ = try bench.ledger.deliveries.settle(
            second.id,
            [Settlement(lead: first.deliveries[0].lead, end: .outcome(.rejected), receipt: Receipt(status: 400))])
        let order = try orders(bench)[0]
        #expect(order.ended.uncertainSince == .start)
        var again = order
        again.uncertainSince = order.ended.uncertainSince
        _ = try bench.ledger.deliveries.replay([again], note: "x")
        #expect(
            try bench.ledger.deliveries.claim("meta", limit: 1, lease: .seconds(60)).deliveries.map(\.uncertainSince)
                == [.start])
    }

    @Test func `is found by the time in its id, a few leads at a step`() throws {
        let bench = try Bench()
        var ids: [LeadID] = []
        for minute in 0..<10 {
            ids += try bench.append(["\(minute)"])
            bench.time.advance(.minutes(1))
        }
        try bench.judge(owing: ["meta"])
        let reader = try bench.ledger.reader()
        let end = LeadID.first(at: .start + .minutes(8))
        var place: LeadID? = LeadID(rawValue: LeadID.first(at: .start + .minutes(2)).rawValue - 1)
        var found: [LeadID] = []
        var steps = 0
        while let after = place {
            let step = try reader.replayCandidates("meta", after: after, before: end, among: 4)
            found += step.found.map(\.lead)
            place = step.place
            steps += 1
        }
        #expect(found == Array(ids[2..<8]))
        #expect(steps == 2)
        let other = try reader.replayCandidates(
            "meta", after: LeadID(rawValue: 0), before: end, client: "nobody", among: 4)
        #expect(other.found.isEmpty && other.place == ids[3])
    }

    @Test func `leaves books that an audit can find wrong`() throws {
        let bench = try Bench()
        _ = try ended(.rejected, bench)
        _ = try bench.ledger.deliveries.replay(try orders(bench), note: "x")
        try bench.stopped { path in
            let connection = try Connection(path: path)
            try connection.execute("DELETE FROM attempt WHERE cause = 'replayed' AND lead = (SELECT max(id) FROM lead)")
        }
        #expect(
            try bench.ledger.reader().audit().faults == [
                "landing → meta: the books say 3 replayed_rejected, the tables hold 2"
            ])
    }
}
