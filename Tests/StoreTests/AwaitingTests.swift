import Domain
import Service
import SQLite
import Store
import TestSupport
import Testing

/// Deliveries that a platform took with a receipt only.
@Suite struct `A request whose verdict comes later` {
    /// Posts and sends some leads in one request, which is to be asked about in half an hour. Their ids, in its order.
    private func send(_ bench: Bench, _ bodies: [String] = ["a", "b", "c", "d"], as id: String = "R-1") throws
        -> [LeadID]
    {
        try bench.append(bodies)
        try bench.judge(owing: ["google"])
        bench.time.advance(.seconds(2))
        return try resend(bench, as: id)
    }

    private func resend(_ bench: Bench, as id: String) throws -> [LeadID] {
        let claim = try bench.ledger.deliveries.claim("google", limit: 100, lease: .seconds(60))
        // Another order than that of the ids.
        let leads = Array(claim.deliveries.map(\.lead).reversed())
        let settled = try bench.ledger.deliveries.settle(claim.id, leads.map { sent($0, bench, as: id) })
        #expect(settled == leads.count)
        return leads
    }

    private func sent(_ lead: LeadID, _ bench: Bench, as id: String) -> Settlement {
        Settlement(
            lead: lead, end: .outcome(.sent), receipt: Receipt(status: 200, requestID: id),
            confirmAt: bench.time.now + .minutes(30))
    }

    private func ask(_ bench: Bench) throws -> Inquiries {
        try bench.ledger.deliveries.inquire("google", limit: 10, lease: .minutes(10))
    }

    private func expectBalance(_ bench: Bench, _ counts: [Tally: Int64]) throws {
        #expect(try bench.ledger.reader().audit().faults == [])
        for tally in [Tally.open, .sent, .delivered, .rejected, .expired] {
            #expect(
                bench.ledger.books[tally, source: "landing", destination: "google"] == counts[tally] ?? 0, "\(tally)")
        }
        let hours = try bench.ledger.reader().statistics(Instant.start.hour..<(Instant.start + .days(9)), limit: 1000)
        for tally in [Tally.sent, .delivered, .rejected] {
            let counted = hours.filter { $0.tally == tally && $0.destination == "google" }
            #expect(counted.reduce(0) { $0 + $1.count } == Int(counts[tally] ?? 0), "\(tally)")
            #expect(counted.allSatisfy { $0.hour == Instant.start.hour }, "counted under the hour of receipt")
            #expect(counted.allSatisfy { $0.time == .seconds(2) * $0.count }, "the time until it was taken")
        }
    }

    @Test func `is asked about when its time has come, in the order it was sent, even after a restart`() throws {
        let bench = try Bench()
        let leads = try send(bench)
        let early = try ask(bench)
        #expect(early.requests.isEmpty && early.nextDue == bench.time.now + .minutes(30))
        try bench.restart()
        bench.time.advance(.minutes(30))
        let request = try #require(try ask(bench).requests.first)
        #expect(request.requestID == "R-1" && request.polls == 0 && request.sentAt == .start + .seconds(2))
        #expect(request.deliveries.map(\.lead) == leads)
        #expect(request.deliveries.allSatisfy { $0.expires == .start + .days(7) && $0.failures == 0 })
        #expect(try ask(bench).requests.isEmpty, "nobody else gets it")
        bench.time.advance(.minutes(10))
        #expect(try ask(bench).requests == [request], "until the lease has run out")
    }

    @Test func `settles every delivery in one transaction, and the books balance`() throws {
        let bench = try Bench()
        let leads = try send(bench)
        try expectBalance(bench, [.sent: 4])
        bench.time.advance(.minutes(30))
        let request = try #require(try ask(bench).requests.first)
        let again = bench.time.now + .hours(6)
        let outcome = InquiryOutcome(
            request,
            .settled([
                Settlement(lead: leads[0], end: .outcome(.delivered), receipt: Receipt(status: 200)),
                Settlement(
                    lead: leads[1], end: .outcome(.rejected), receipt: Receipt(status: 200, code: "INVALID_GCLID")),
                Settlement(
                    lead: leads[2], end: .retry(due: again, cause: .transient, uncertain: false),
                    receipt: Receipt(status: 200, code: "TOO_RECENT_CLICK")),
                Settlement(
                    lead: leads[3], end: .alone(due: again), receipt: Receipt(status: 200, code: "PARTIAL_SUCCESS")),
            ]))
        #expect(try bench.ledger.deliveries.confirm("google", outcome) == 4)
        try expectBalance(bench, [.delivered: 1, .rejected: 1, .open: 2])
        #expect(try bench.ledger.deliveries.confirm("google", outcome) == 0, "a second answer to the same question")
        #expect(try ask(bench).nextDue == nil)
        try bench.restart()
        bench.time.advance(.hours(6))
        let claim = try bench.ledger.deliveries.claim("google", limit: 10, lease: .seconds(60))
        #expect(claim.deliveries.map(\.lead) == [leads[3], leads[2]])
        #expect(claim.deliveries.map(\.failures) == [0, 1] && claim.deliveries.map(\.isAlone) == [true, false])
        #expect(claim.deliveries.allSatisfy { $0.expires == .start + .days(7) })
        #expect(claim.deliveries[0].uncertainSince == .start + .seconds(2))
    }

    @Test func `reads like a story`() throws {
        let bench = try Bench()
        let leads = try send(bench, ["a", "b"])
        bench.time.advance(.minutes(30))
        let request = try #require(try ask(bench).requests.first)
        let due = bench.time.now + .hours(6)
        let retry = Receipt(status: 200, code: "TOO_RECENT_CLICK", requestID: "R-1")
        let outcome = InquiryOutcome(
            request,
            .settled([
                Settlement(lead: leads[0], end: .outcome(.delivered), receipt: Receipt(status: 200)),
                Settlement(
                    lead: leads[1], end: .retry(due: due, cause: .transient, uncertain: false), receipt: retry),
            ]))
        _ = try bench.ledger.deliveries.confirm("google", outcome)
        let reader = try bench.ledger.reader()
        let delivered = try #require(try reader.story(leads[0])?.deliveries.first)
        guard case .ended(.delivered, at: let at, failures: 0, let receipt) = delivered.state else {
            Issue.record("\(delivered)"); return
        }
        #expect(at == bench.time.now && receipt.requestID == "R-1")
        #expect(delivered.attempts.map(\.cause) == ["sent"])
        #expect(delivered.attempts.map(\.at) == [.start + .seconds(2)])
        let open = try #require(try reader.story(leads[1])?.deliveries.first)
        guard case .open(due, expires: _, failures: 1, isInFlight: false) = open.state else {
            Issue.record("\(open)"); return
        }
        #expect(open.attempts.map(\.cause) == ["sent", "transient"])
        #expect(open.attempts.last?.receipt == retry)
    }

    @Test func `is asked again later, and counts how often`() throws {
        let bench = try Bench()
        _ = try send(bench)
        bench.time.advance(.minutes(30))
        let first = try #require(try ask(bench).requests.first)
        let later = InquiryOutcome(first, .askAgain(at: bench.time.now + .minutes(39)))
        _ = try bench.ledger.deliveries.confirm("google", later)
        _ = try bench.ledger.deliveries.confirm("google", later)
        bench.time.advance(.minutes(39))
        #expect(try ask(bench).requests.map(\.polls) == [1])
        try expectBalance(bench, [.sent: 4])
    }

    @Test func `that nobody ever confirms stays sent, and says so`() throws {
        let bench = try Bench()
        let leads = try send(bench)
        bench.time.advance(.hours(24))
        let request = try #require(try ask(bench).requests.first)
        let receipt = Receipt(status: 200, code: "unconfirmed", message: "never")
        _ = try bench.ledger.deliveries.confirm("google", InquiryOutcome(request, .unconfirmed(receipt)))
        try expectBalance(bench, [.sent: 4])
        #expect(try ask(bench).nextDue == nil)
        guard
            case .ended(.sent, at: let at, _, let kept)? =
                try bench.ledger.reader().story(leads[0])?.deliveries.first?.state
        else { Issue.record(); return }
        #expect(at == .start + .seconds(2) && kept.code == "unconfirmed" && kept.requestID == "R-1")
    }

    @Test func `does not touch a lead that has been sent again since`() throws {
        let bench = try Bench()
        try bench.append(["a", "b"])
        try bench.judge(owing: ["google"])
        let first = try bench.ledger.deliveries.claim("google", limit: 1, lease: .seconds(60))
        let rest = try bench.ledger.deliveries.claim("google", limit: 1, lease: .hours(1))
        let leads = (first.deliveries + rest.deliveries).map(\.lead)
        bench.time.advance(.seconds(60))
        // The lease of the first has run out: somebody else sends it as R-2. Only then R-1, with both, is written down.
        let second = try bench.ledger.deliveries.claim("google", limit: 1, lease: .hours(1))
        #expect(second.deliveries.map(\.lead) == [leads[0]])
        _ = try bench.ledger.deliveries.settle(second.id, [sent(leads[0], bench, as: "R-2")])
        #expect(try bench.ledger.deliveries.settle(rest.id, leads.map { sent($0, bench, as: "R-1") }) == 1)
        bench.time.advance(.minutes(30))
        let request = try #require(try ask(bench).requests.first { $0.requestID == "R-1" })
        #expect(request.deliveries.map(\.lead) == leads, "its place in the request stays")
        let rejected = leads.map {
            Settlement(lead: $0, end: .outcome(.rejected), receipt: Receipt(status: 200, code: "INVALID_GCLID"))
        }
        #expect(try bench.ledger.deliveries.confirm("google", InquiryOutcome(request, .settled(rejected))) == 1)
        #expect(try bench.ledger.reader().audit().faults == [])
        #expect(bench.ledger.books[.sent, source: "landing", destination: "google"] == 1)
        #expect(bench.ledger.books[.rejected, source: "landing", destination: "google"] == 1)
    }

    @Test(arguments: [true, false]) func `keeps its leads' data until it is settled`(_ isConfirmed: Bool) throws {
        let bench = try Bench()
        let leads = try send(bench)
        bench.time.advance(.days(8))
        while try bench.ledger.retention.purge() {}
        #expect(try bench.ledger.reader().parcels(leads).count == 4, "it may have to be sent again")
        let request = try #require(try ask(bench).requests.first)
        let settled = leads.map { Settlement(lead: $0, end: .outcome(.delivered), receipt: Receipt(status: 200)) }
        let unconfirmed = Receipt(status: 200, code: "unconfirmed")
        _ = try bench.ledger.deliveries.confirm(
            "google", InquiryOutcome(request, isConfirmed ? .settled(settled) : .unconfirmed(unconfirmed)))
        while try bench.ledger.retention.purge() {}
        #expect(try bench.ledger.reader().parcels(leads).isEmpty)
    }

    @Test func `of a lane that asks nothing does not keep its leads' data for ever`() throws {
        let bench = try Bench()
        let leads = try send(bench)
        bench.time.advance(.days(29))
        while try bench.ledger.retention.purge() {}
        #expect(try bench.ledger.reader().parcels(leads).count == 4)
        bench.time.advance(.days(1))
        while try bench.ledger.retention.purge() {}
        #expect(try bench.ledger.reader().parcels(leads).isEmpty)
        #expect(try ask(bench).nextDue == nil)
        #expect(bench.ledger.books[.sent, source: "landing", destination: "google"] == 4)
        #expect(try bench.ledger.reader().audit().faults == [])
    }

    @Test func `tells the lane when something is due again`() throws {
        let bench = try Bench()
        let leads = try send(bench, ["a"])
        bench.time.advance(.minutes(30))
        let request = try #require(try ask(bench).requests.first)
        let due = Locked<[Set<String>]>([])
        bench.ledger.deliveries.onDue { names in due.withLock { $0.append(names) } }
        let release = Settlement(lead: leads[0], end: .release(note: true), receipt: Receipt(status: 200, code: "NO"))
        _ = try bench.ledger.deliveries.confirm("google", InquiryOutcome(request, .settled([release])))
        #expect(due.withLock { $0 } == [["google"]])
        #expect(
            try bench.ledger.deliveries.claim("google", limit: 10, lease: .seconds(60)).deliveries.map(\.failures) == [
                0
            ])
    }

    @Test func `is unknown to a file of the first version, which is brought up to date`() throws {
        let bench = try Bench()
        try bench.append(["old"])
        try bench.judge(owing: ["google"])
        try bench.stopped { path in
            let connection = try Connection(path: path)
            // Whatever later versions added.
            let drops = try connection.text(
                """
                SELECT group_concat('DROP TABLE IF EXISTS ' || name, ';') FROM sqlite_schema
                WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT IN (
                    'source', 'dimension', 'destination', 'inbox', 'lead', 'duplicate', 'quarantine', 'delivery', 'claim',
                    'receipt', 'attempt', 'idempotency', 'statistic', 'book', 'late', 'fact')
                """)
            try connection.execute(
                """
                \(Downgrade.to18)
                \(drops ?? "");
                DROP INDEX dimension_client;
                DROP INDEX quarantine_closed;
                DELETE FROM statistic WHERE tally = 10;
                ALTER TABLE delivery DROP COLUMN alone;
                ALTER TABLE receipt DROP COLUMN sent_at;
                ALTER TABLE receipt DROP COLUMN uncertain;
                PRAGMA user_version = 1;
                """)
        }
        let leads = try resend(bench, as: "R-1")
        bench.time.advance(.minutes(30))
        #expect(try ask(bench).requests.first?.deliveries.map(\.lead) == leads)
        #expect(try bench.ledger.reader().audit().faults == [])
        // What was owed was not counted by the hour then.
        while try bench.ledger.figures.fold() {}
        let always = CountedDay(number: 0)..<CountedDay(number: 40_000)
        let scope = LeadScope(client: "", sources: ["landing"])
        let figures = try bench.ledger.reader().figures(scope, by: .group, days: always)
        #expect(figures[""]?.deliveries.owed == 1)
        #expect(figures[""]?.deliveries.pending == 1)
    }
}
