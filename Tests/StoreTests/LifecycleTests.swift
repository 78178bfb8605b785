import Domain
import SQLite
import Service
import Store
import TestSupport
import Testing

@Suite struct `The life of a lead in the store` {
    @Test func `an appended event is in the inbox, in order, and survives a restart`() throws {
        let bench = try Bench()
        let ids = try bench.append(["a", "b", "c"])
        #expect(ids == ids.sorted())
        try bench.restart()
        let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
        #expect(rows.map(\.id) == ids)
        #expect(rows.map { String(decoding: $0.submission.body, as: UTF8.self) } == ["a", "b", "c"])
        #expect(bench.ledger.books[.inbox, source: "landing"] == 3)
    }

    @Test func `ids grow even when the clock is set back and the tables are empty`() throws {
        let bench = try Bench()
        let first = try bench.append(["a"])[0]
        try bench.judge(owing: [])
        bench.time.advance(.hours(-2))
        try bench.restart()
        #expect(try bench.append(["b"])[0] > first)
    }

    @Test func `the same event id from the same source is a duplicate, from another source it is not`() throws {
        let bench = try Bench()
        try bench.append(["a", "b", "a"])
        try bench.append(["a"], source: "other")
        let judged = try bench.judge(owing: ["meta"])
        #expect((judged.leads, judged.duplicates) == (3, 1))
        #expect(bench.ledger.books.imbalances == [])
        #expect(try bench.ledger.deliveries.claim("meta", limit: 10, lease: .seconds(60)).deliveries.count == 3)
    }

    @Test func `an idempotency key answers with the first ids until its window closes`() throws {
        let bench = try Bench()
        let first = try bench.append(["a", "b"], key: "k")
        #expect(try bench.append(["a", "b"], key: "k") == first)
        #expect(try bench.append(["a", "b"], source: "elsewhere", key: "k") != first)
        try bench.restart()
        #expect(try bench.append(["a", "b"], key: "k") == first)
        bench.time.advance(.hours(24))
        #expect(try bench.append(["a", "b"], key: "k") != first)
        #expect(bench.ledger.books[.received, source: "landing"] == 4)
    }

    @Test func `other content under an idempotency key is kept, or refused where the sender can mend it`() throws {
        let bench = try Bench()
        func post(_ body: String, isStrict: Bool = false) throws -> AppendResult {
            let submission = Submission(
                source: "landing", receivedAt: bench.time.now, format: .json, body: Array(body.utf8))
            return try bench.ledger.inbox.append(
                [AppendRequest([submission], idempotencyKey: "k", isStrictAboutKeys: isStrict)])[0]
        }
        let first = try post(#"{"a":1,"b":2}"#)
        let other = try post(#"{"a":1,"b":3}"#)
        #expect(other.ids != first.ids && !other.isReplay && !other.isRefused)
        // What was sent twice is one event, whichever of the two it is.
        #expect(try post(#"{"a":1,"b":3}"#) == AppendResult(ids: other.ids, isReplay: true))
        #expect(try post(#"{"a":1,"b":2}"#) == AppendResult(ids: first.ids, isReplay: true))
        #expect(try post(#"{"a":1,"b":4}"#, isStrict: true) == AppendResult(ids: [], isRefused: true))
        #expect(bench.ledger.books[.received, source: "landing"] == 2)
        // The same in another order: the first answer, and its bytes are kept as well.
        let reordered = #"{ "b": 2, "a": 1 }"#
        #expect(try post(reordered, isStrict: true) == AppendResult(ids: first.ids, isReplay: true))
        #expect(try post(reordered) == AppendResult(ids: first.ids, isReplay: true))
        let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 9)
        #expect(
            rows.map { String(decoding: $0.submission.body, as: UTF8.self) }.sorted()
                == [
                    reordered, #"{"a":1,"b":2}"#, #"{"a":1,"b":3}"#,
                ].sorted())
        #expect(rows.map(\.first) == [nil, first.ids[0], first.ids[0]])
    }

    @Test func `one lead with n destinations has n deliveries, each with retries of its own`() throws {
        let bench = try Bench()
        try bench.append(["a"])
        let names = (0..<5).map { "lane-\($0)" }
        try bench.judge(owing: names)
        for name in names {
            let claim = try bench.ledger.deliveries.claim(name, limit: 10, lease: .seconds(60))
            let due = bench.time.now + .seconds(5)
            let settled = try bench.ledger.deliveries.settle(
                claim.id,
                claim.deliveries.map {
                    Settlement(
                        lead: $0.lead, end: .retry(due: due, cause: .platformFault, uncertain: false),
                        receipt: Receipt(status: 500))
                })
            #expect(settled == 1)
        }
        bench.time.advance(.seconds(5))
        for name in names {
            let again = try bench.ledger.deliveries.claim(name, limit: 10, lease: .seconds(60))
            #expect(again.deliveries.map(\.failures) == [1])
        }
    }

    @Test func `what was posted stays with the lead, once, however often and otherwise its row is judged`() throws {
        let bench = try Bench()
        let id = try bench.append(["a"])[0]
        let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
        try bench.judge()
        let reader = try bench.ledger.reader()
        let posted = try #require(try reader.postedBytes(id))
        #expect(posted == Array("a".utf8))
        // The same row again, by somebody who has read it before: nothing is done for it.
        for judgement in [Judgement.quarantine([Defect(.unreadable, at: "", "")], of: nil), .discard([])] {
            let judged = try bench.ledger.validation.judge([(rows[0], judgement)])
            #expect(judged.stale == 1)
            #expect(try bench.ledger.reader().postedBytes(id) == posted)
        }
        // What is no lead leaves no bytes behind but where it is kept.
        let other = try bench.append(["b"])[0]
        let row = try bench.ledger.reader().inbox(after: id, limit: 10)
        _ = try bench.ledger.validation.judge([(row[0], .quarantine([Defect(.unreadable, at: "", "")], of: nil))])
        #expect(try bench.ledger.reader().postedBytes(other) == Array("b".utf8))
        let file = try Connection(path: bench.folder.file("relay.db"))
        #expect(try file.number("SELECT count(*) FROM posted") == 1)
        #expect(try bench.ledger.quarantine.release([other], note: "") == [other])
        #expect(try file.number("SELECT count(*) FROM posted") == 2)
        try bench.judge()
        #expect(try bench.ledger.reader().postedBytes(other) == Array("b".utf8))
        #expect(try file.number("SELECT count(*) FROM inbox") == 0)
    }

    @Test func `a claimed delivery is nobody else's until its lease runs out, and then the old claim settles nothing`()
        throws
    {
        let bench = try Bench()
        try bench.append(["a"])
        try bench.judge()
        let first = try bench.ledger.deliveries.claim("meta", limit: 10, lease: .seconds(60))
        #expect(first.deliveries.count == 1)
        bench.time.advance(.seconds(59))
        #expect(try bench.ledger.deliveries.claim("meta", limit: 10, lease: .seconds(60)).deliveries.isEmpty)
        bench.time.advance(.seconds(1))
        let second = try bench.ledger.deliveries.claim("meta", limit: 10, lease: .seconds(60))
        #expect(second.deliveries.map(\.lead) == first.deliveries.map(\.lead))
        #expect(second.deliveries[0].uncertainSince == .start)
        let end = [Settlement(lead: first.deliveries[0].lead, end: .outcome(.delivered), receipt: Receipt(status: 200))]
        #expect(try bench.ledger.deliveries.settle(first.id, end) == 0)
        #expect(try bench.ledger.deliveries.settle(second.id, end) == 1)
        #expect(try bench.ledger.deliveries.settle(second.id, end) == 0)
        #expect(bench.ledger.books[.delivered, source: "landing", destination: "meta"] == 1)
        #expect(bench.ledger.books.imbalances == [])
    }

    @Test func `what was in flight when the process ended is due again, and known to be uncertain`() throws {
        let bench = try Bench()
        try bench.append(["a", "b"])
        try bench.judge()
        let claim = try bench.ledger.deliveries.claim("meta", limit: 10, lease: .hours(1))
        _ = try bench.ledger.deliveries.settle(
            claim.id,
            [Settlement(lead: claim.deliveries[0].lead, end: .outcome(.delivered), receipt: Receipt(status: 200))])
        try bench.restart()
        let again = try bench.ledger.deliveries.claim("meta", limit: 10, lease: .hours(1))
        #expect(again.deliveries.map(\.lead) == [claim.deliveries[1].lead])
        #expect(again.deliveries[0].uncertainSince == .start)
    }

    @Test func `a delivery is not due before its time, and the claim says when to come back`() throws {
        let bench = try Bench()
        try bench.append(["a"])
        try bench.judge(owing: ["google"], notBefore: .start + .hours(6))
        let early = try bench.ledger.deliveries.claim("google", limit: 10, lease: .seconds(60))
        #expect(early.deliveries.isEmpty)
        #expect(early.nextDue == .start + .hours(6))
        bench.time.advance(.hours(6))
        let due = try bench.ledger.deliveries.claim("google", limit: 10, lease: .seconds(60))
        #expect(due.deliveries.count == 1)
        // When the lease runs out.
        #expect(due.nextDue == bench.time.now + .seconds(60))
        let settlements = due.deliveries.map {
            Settlement(lead: $0.lead, end: .outcome(.delivered), receipt: Receipt(status: 200))
        }
        _ = try bench.ledger.deliveries.settle(due.id, settlements)
        #expect(try bench.ledger.deliveries.claim("google", limit: 10, lease: .seconds(60)).nextDue == nil)
    }

    @Test func `hurrying makes failed deliveries due now, and leaves those that wait for their first time`() throws {
        var options = Ledger.Options()
        options.claimRows = 5000
        let bench = try Bench(options)
        try bench.append((1...2500).map { "\($0)" })
        try bench.judge(owing: ["meta"])
        let claim = try bench.ledger.deliveries.claim("meta", limit: 5000, lease: .seconds(60))
        let settlements = claim.deliveries.map {
            Settlement(
                lead: $0.lead, end: .retry(due: .start + .hours(1), cause: .platformFault, uncertain: false),
                receipt: Receipt(status: 500))
        }
        _ = try bench.ledger.deliveries.settle(claim.id, settlements)
        try bench.append(["later"])
        try bench.judge(owing: ["meta"], notBefore: .start + .hours(6))
        try bench.ledger.deliveries.hurry("meta")
        let hurried = try bench.ledger.deliveries.claim("meta", limit: 5000, lease: .hours(7))
        #expect(hurried.deliveries.count == 2500)
        #expect(hurried.nextDue == .start + .hours(6))
    }

    @Test func `quarantined events keep their bytes, can be edited and released, or discarded`() throws {
        let bench = try Bench()
        let ids = try bench.append(["broken", "hopeless"])
        let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
        let defects = [Defect(.malformed, at: "/person/email", "The e-mail address has no @.")]
        let judged = try bench.ledger.validation.judge(rows.map { ($0, .quarantine(defects)) })
        #expect(judged.quarantined == 2)
        try bench.ledger.quarantine.edit(ids[0], Array("repaired".utf8))
        #expect(try bench.ledger.quarantine.release(ids, note: "fixed") == ids)
        #expect(try bench.ledger.quarantine.release(ids, note: "again") == [])
        let back = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
        #expect(back.map { String(decoding: $0.submission.body, as: UTF8.self) } == ["repaired", "hopeless"])
        #expect(throws: StoreError.notFound) { try bench.ledger.quarantine.edit(ids[0], []) }
        _ = try bench.ledger.validation.judge([
            (back[0], .lead(.fine(back[0], routes: []))), (back[1], .quarantine(defects)),
        ])
        #expect(try bench.ledger.quarantine.discard([ids[1]], note: "spam") == [ids[1]])
        #expect(bench.ledger.books.imbalances == [])
        #expect(bench.ledger.books[.discarded, source: "landing"] == 1)
        #expect(bench.ledger.books[.quarantined, source: "landing"] == 0)
    }

    @Test func `judging the same row twice changes nothing the second time`() throws {
        let bench = try Bench()
        try bench.append(["a"])
        let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
        let judgement = Judgement.lead(.fine(rows[0], routes: []))
        _ = try bench.ledger.validation.judge([(rows[0], judgement)])
        #expect(try bench.ledger.validation.judge([(rows[0], judgement)]).stale == 1)
        #expect(bench.ledger.books.imbalances == [])
    }

    @Test func `a row that was being inspected at each of three crashes has three tries`() throws {
        let bench = try Bench()
        let id = try bench.append(["poison"])[0]
        for expected in 1...3 {
            try bench.ledger.validation.inspect(id...id)
            try bench.restart()
            let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
            #expect(rows.map(\.tries) == [expected])
        }
        try bench.ledger.validation.inspect(id...id)
        try bench.ledger.validation.inspect(nil)
        try bench.restart()
        #expect(try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10).map(\.tries) == [3])
    }

    @Test func `a paused lane stays paused across a restart`() throws {
        let bench = try Bench()
        try bench.ledger.deliveries.register(["meta"])
        try bench.ledger.deliveries.set("meta", .held, reason: "the token has been revoked")
        try bench.restart()
        #expect(bench.ledger.deliveries.lane("meta")?.state == .held)
        #expect(bench.ledger.deliveries.lane("meta")?.reason == "the token has been revoked")
    }
}
