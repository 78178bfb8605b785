import Domain
import Service
import SQLite
import Store
import TestSupport
import Testing

@Suite struct `Reading the store` {
    @Test func `a lead's story tells its deliveries, attempts and duplicates`() throws {
        let bench = try Bench()
        let ids = try bench.append(["a", "a", "broken"])
        let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
        let routes = [
            Route("meta", .open(notBefore: .start, expires: .start + .days(7))),
            Route("google", .skip(reason: "no_identifier")),
        ]
        _ = try bench.ledger.validation.judge([
            (rows[0], .lead(.fine(rows[0], routes: routes))), (rows[1], .lead(.fine(rows[1], routes: routes))),
            (rows[2], .quarantine([Defect(.unreadable, at: "", "This is not JSON.")])),
        ])
        let first = try bench.ledger.deliveries.claim("meta", limit: 1, lease: .seconds(60))
        let receipt = Receipt(status: 503, code: "2", message: "busy", requestID: "trace-1")
        _ = try bench.ledger.deliveries.settle(
            first.id,
            [
                Settlement(
                    lead: ids[0], end: .retry(due: .start + .seconds(5), cause: .platformFault, uncertain: true),
                    receipt: receipt)
            ])
        bench.time.advance(.seconds(5))
        let second = try bench.ledger.deliveries.claim("meta", limit: 1, lease: .seconds(60))
        _ = try bench.ledger.deliveries.settle(
            second.id,
            [Settlement(lead: ids[0], end: .outcome(.delivered), receipt: Receipt(status: 200, requestID: "trace-2"))])

        let reader = try bench.ledger.reader()
        let story = try #require(try reader.story(ids[0]))
        #expect(story.duplicates == [ids[1]])
        #expect(story.deliveries.map(\.destination) == ["google", "meta"])
        guard case .ended(.skipped, _, 0, let skipped) = story.deliveries[0].state else { Issue.record(); return }
        #expect(skipped.code == "no_identifier")
        guard case .ended(.delivered, let at, 1, let delivered) = story.deliveries[1].state else {
            Issue.record(); return
        }
        #expect((at, delivered.requestID) == (.start + .seconds(5), "trace-2"))
        #expect(story.deliveries[1].attempts.map(\.receipt) == [receipt])
        guard case .duplicate(of: ids[0]) = try reader.story(ids[1])?.place else { Issue.record(); return }
        guard case .quarantined(let event) = try reader.story(ids[2])?.place else { Issue.record(); return }
        #expect(event.defects.map(\.code) == [.unreadable])
        #expect(try reader.story(LeadID(rawValue: 5)) == nil)
        let hours = try reader.statistics(Instant.start.hour..<(Instant.start.hour + .hours(1)), limit: 100)
        #expect(
            hours.contains {
                $0.tally == .delivered && $0.destination == "meta" && $0.count == 1 && $0.time == .seconds(5)
            })
        #expect(hours.contains { $0.tally == .duplicate && $0.destination == nil && $0.count == 1 })
    }

    @Test func `what goes wrong at a destination is shown with the newest message, times and lead`() throws {
        let bench = try Bench()
        let ids = try bench.append(["a", "b", "c"])
        _ = try bench.judge(owing: ["meta"])
        // One code with other words each time: the newest are in neither the first nor the last row by their text.
        for (lead, message) in zip(ids, ["zebra", "aardvark", "middle"]) {
            let claim = try bench.ledger.deliveries.claim("meta", limit: 1, lease: .seconds(60))
            let receipt = Receipt(status: 400, code: "100", message: message, requestID: "r")
            _ = try bench.ledger.deliveries.settle(
                claim.id, [Settlement(lead: lead, end: .outcome(.rejected), receipt: receipt)])
            bench.time.advance(.seconds(5))
        }
        let trouble = try #require(try bench.ledger.reader().troubles("meta", among: 100).first)
        #expect(trouble.message == "middle")
        #expect((trouble.kind, trouble.code, trouble.status, trouble.count) == ("rejected", "100", 400, 3))
        #expect((trouble.first, trouble.last) == (.start, .start + .seconds(10)))
        #expect(trouble.lead == ids[2])
    }

    @Test func `quarantine is listed by reason and source`() throws {
        let bench = try Bench()
        try bench.append(["1", "2"])
        try bench.append(["3"], source: "other")
        let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
        let codes: [Defect.Code] = [.malformed, .missing, .malformed]
        _ = try bench.ledger.validation.judge(zip(rows, codes).map { ($0, .quarantine([Defect($1, at: "/x", "x")])) })
        let reader = try bench.ledger.reader()
        #expect(try reader.quarantineGroups().count == 3)
        #expect(try reader.quarantine(reason: "malformed", limit: 10).count == 2)
        #expect(try reader.quarantine(reason: "malformed", source: "other", limit: 10).map(\.id) == [rows[2].id])
    }

    @Test func `an audit finds a row that nobody has booked`() throws {
        let bench = try Bench()
        try bench.append(["a", "b"])
        try bench.judge()
        #expect(try bench.ledger.reader().audit().faults == [])
        try bench.stopped { path in
            let connection = try Connection(path: path)
            try connection.execute("DELETE FROM delivery WHERE lead = (SELECT min(lead) FROM delivery)")
        }
        #expect(try bench.ledger.reader().audit().faults.count == 4)
    }

    @Test func `a backup is a database of its own whose books balance`() throws {
        let bench = try Bench()
        try bench.append(["a", "b", "c"])
        try bench.judge()
        let path = bench.folder.file("copy.db")
        #expect(try bench.ledger.reader().backup(to: path).faults == [])
        #expect(throws: StoreError.self) { try bench.ledger.reader().backup(to: path) }
        #expect { try bench.ledger.reader().backup(to: "/nowhere/copy.db") } throws: {
            "\($0)".contains("/nowhere/copy.db.partial") && "\($0)".contains("No such file or directory")
        }
        let copy = try Ledger(path: path, clock: bench.time.clock, log: .silent)
        #expect(copy.books == bench.ledger.books)
        copy.close()
    }

    @Test func `what is sent comes with what it is counted under`() throws {
        let bench = try Bench()
        let ids = try bench.append(["a", "b", "c"], source: "landing")
        let dimensions = ["north", "south", "north"].map {
            Dimension(source: "landing", client: "acme", group: $0, campaign: "1", adset: "2", ad: "3")
        }
        let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
        _ = try bench.ledger.validation.judge(
            zip(rows, dimensions).map { row, dimension in
                var lead = Lead.fine(row, routes: [])
                lead.dimension = dimension
                return (row, .lead(lead))
            })
        let parcels = try bench.ledger.reader().parcels(ids)
        #expect(parcels.map(\.dimension) == dimensions && parcels.map(\.source) == ["landing", "landing", "landing"])
        #expect(parcels.map(\.eventID) == ["a", "b", "c"])
    }

    @Test func `personal data is cleared in time, but not while a delivery is open`() throws {
        let bench = try Bench()
        let ids = try bench.append(["settled", "open"])
        try bench.judge(owing: ["meta"])
        let claim = try bench.ledger.deliveries.claim("meta", limit: 1, lease: .hours(1))
        let end = Settlement(lead: ids[0], end: .outcome(.delivered), receipt: Receipt(status: 200))
        _ = try bench.ledger.deliveries.settle(claim.id, [end])
        bench.time.advance(.days(6))
        while try bench.ledger.retention.purge() {}
        #expect(try bench.ledger.reader().parcels(ids).count == 2)
        bench.time.advance(.days(2))
        while try bench.ledger.retention.purge() {}
        #expect(try bench.ledger.reader().parcels(ids).map(\.id) == [ids[1]])
        let rest = try bench.ledger.deliveries.claim("meta", limit: 1, lease: .hours(1))
        _ = try bench.ledger.deliveries.settle(
            rest.id, [Settlement(lead: ids[1], end: .outcome(.expired), receipt: Receipt(status: 0))])
        while try bench.ledger.retention.purge() {}
        #expect(try bench.ledger.reader().parcels(ids).isEmpty)
        #expect(try bench.ledger.reader().audit().faults == [])
    }
}
