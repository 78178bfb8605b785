import Domain
import Service
import Store
import TestSupport
import Testing

@Suite struct `A claim in the store` {
    @Test func `says when its lease runs out, so that somebody looks again although nothing else is due`() throws {
        let bench = try Bench()
        try bench.append(["a", "b"])
        try bench.judge(owing: ["meta"])
        let claim = try bench.ledger.deliveries.claim("meta", limit: 10, lease: .seconds(60))
        #expect(claim.deliveries.count == 2)
        #expect(claim.nextDue == bench.time.now + .seconds(60))
        bench.time.advance(.seconds(20))
        #expect(try bench.ledger.deliveries.claim("meta", limit: 10, lease: .seconds(60)).nextDue == claim.nextDue)
        bench.time.advance(.seconds(40))
        #expect(try bench.ledger.deliveries.claim("meta", limit: 10, lease: .seconds(60)).deliveries.count == 2)
    }

    @Test func `ends when several settlements in one transaction have settled all of it`() throws {
        let bench = try Bench()
        try bench.append((0..<20).map { "\($0)" })
        try bench.judge(owing: ["meta"])
        let claim = try bench.ledger.deliveries.claim("meta", limit: 20, lease: .seconds(60))
        let gate = Locked(false)
        let settled = Locked(0)
        // The answer holds the writer until all settlements are waiting.
        bench.ledger.inbox.append([]) { _ in _ = gate.wait { $0 ? true : nil } }
        for delivery in claim.deliveries {
            let settlement = Settlement(
                lead: delivery.lead, end: .outcome(.delivered), receipt: Receipt(status: 200))
            bench.ledger.deliveries.settle(claim.id, [settlement]) { result in
                settled.update { $0 += (try? result.get()) ?? 0 }
            }
        }
        gate.update { $0 = true }
        settled.wait { $0 == 20 ? true : nil }
        // Nothing is in hand any more, so there is no lease to wait for.
        #expect(try bench.ledger.deliveries.claim("meta", limit: 20, lease: .seconds(60)).nextDue == nil)
        #expect(bench.ledger.books.imbalances == [])
    }

    @Test func `passes over what others have in hand, and says when the next is due`() throws {
        let bench = try Bench()
        let ids = try bench.append((0..<5).map { "\($0)" })
        try bench.judge(owing: ["meta"])
        let deliveries = bench.ledger.deliveries
        let first = try deliveries.claim("meta", limit: 2, lease: .hours(1))
        let second = try deliveries.claim("meta", limit: 2, lease: .hours(1))
        #expect(first.deliveries.map(\.lead) == Array(ids[0..<2]))
        #expect(second.deliveries.map(\.lead) == Array(ids[2..<4]))
        #expect(second.nextDue.map { $0 <= bench.time.now } == true)
        // What is let go is the next to be taken, before what came after it.
        let release = [Settlement(lead: ids[1], end: .release(note: false), receipt: Receipt(status: 0))]
        #expect(try deliveries.settle(first.id, release) == 1)
        #expect(try deliveries.settle(first.id, release) == 0)
        #expect(try deliveries.claim("meta", limit: 10, lease: .hours(1)).deliveries.map(\.lead) == [ids[1], ids[4]])
    }

    @Test func `that ended uncleanly leaves uncertain what was in hand, and not what it had let go`() throws {
        let bench = try Bench()
        let ids = try bench.append((0..<4).map { "\($0)" })
        try bench.judge(owing: ["meta"])
        let claim = try bench.ledger.deliveries.claim("meta", limit: 10, lease: .hours(1))
        bench.time.advance(.seconds(1))
        let soon = bench.time.now + .seconds(1)
        #expect(
            try bench.ledger.deliveries.settle(
                claim.id,
                [
                    Settlement(lead: ids[0], end: .release(note: true), receipt: Receipt(status: 0)),
                    Settlement(
                        lead: ids[1], end: .retry(due: soon, cause: .throttled, uncertain: false),
                        receipt: Receipt(status: 429)),
                    Settlement(lead: ids[2], end: .outcome(.delivered), receipt: Receipt(status: 200)),
                ]) == 3)
        for (id, isThere) in [(ids[0], false), (ids[1], false), (ids[3], true)] {
            let story = try #require(try bench.ledger.reader().story(id))
            guard case .open(_, _, _, isInFlight: isThere)? = story.deliveries.first?.state else {
                Issue.record("\(story.deliveries)")
                continue
            }
        }
        try bench.restart()
        bench.time.advance(.seconds(1))
        let again = try bench.ledger.deliveries.claim("meta", limit: 10, lease: .hours(1))
        let uncertain = Dictionary(uniqueKeysWithValues: again.deliveries.map { ($0.lead, $0.uncertainSince) })
        #expect(uncertain == [ids[0]: nil, ids[1]: nil, ids[3]: .some(.start)])
        #expect(bench.ledger.books.imbalances == [])
    }
}

@Suite struct `A delivery whose window has closed` {
    @Test(arguments: [LaneState.running, .paused, .held])
    func `ends as expired although no lane claims it`(_ state: LaneState) throws {
        let bench = try Bench()
        try bench.append(["a", "b", "c"])
        try bench.judge(owing: ["google", "meta"])
        try bench.ledger.deliveries.set("meta", state, reason: "")
        bench.time.advance(.days(3))
        try bench.append(["d"])
        try bench.judge(owing: ["google", "meta"])
        // One is in hand: whoever sends it says what became of it.
        let claim = try bench.ledger.deliveries.claim("google", limit: 1, lease: .days(30))
        let reader = try bench.ledger.reader()
        #expect(try reader.closed(after: nil, among: 100, at: bench.time.now).found.isEmpty)
        bench.time.advance(.days(4))
        var place: DeliveryKey?
        var steps = 0
        repeat {
            let look = try reader.closed(after: place, among: 3, at: bench.time.now)
            _ = try bench.ledger.deliveries.expire(look.found)
            place = look.place
            steps += 1
        } while place != nil
        #expect(steps == 3)
        #expect(bench.ledger.books[.expired, source: "landing", destination: "meta"] == 3)
        #expect(bench.ledger.books[.expired, source: "landing", destination: "google"] == 2)
        #expect(bench.ledger.books[.open, source: "landing", destination: "google"] == 2)
        #expect(try reader.audit().faults == [])
        let settlement = Settlement(
            lead: claim.deliveries[0].lead, end: .outcome(.delivered), receipt: Receipt(status: 200))
        #expect(try bench.ledger.deliveries.settle(claim.id, [settlement]) == 1)
        #expect(try reader.audit().faults == [])
    }
}

@Suite struct `A name that is new to the file` {
    @Test func `can be the first thing that a source says after a start`() throws {
        let bench = try Bench()
        try bench.append(["a"], source: "old")
        try bench.restart()
        // The writer has looked up no name yet, as many as there are new ones.
        try bench.append(["b"], source: "new")
        #expect(bench.ledger.books[.received, source: "new"] == 1)
        #expect(bench.ledger.books[.received, source: "old"] == 1)
    }

    @Test func `can be a destination to which a lead is not owed`() throws {
        let bench = try Bench()
        try bench.append(["a"])
        let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
        _ = try bench.ledger.validation.judge(
            rows.map { ($0, .lead(.fine($0, routes: [Route("meta", .skip(reason: "filtered"))]))) })
        #expect(bench.ledger.books[.skipped, source: "landing", destination: "meta"] == 1)
        #expect(bench.ledger.books.imbalances == [])
    }
}
