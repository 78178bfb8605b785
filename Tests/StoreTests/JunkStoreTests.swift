import Domain
import TestSupport
import Testing

@testable import Store

@Suite struct `Junk in the store` {
    private static func judge(_ bench: Bench, _ judgement: (InboxRow) -> Judgement) throws -> Judged {
        let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 100)
        return try bench.ledger.validation.judge(rows.map { ($0, judgement($0)) })
    }

    private static func tallies(_ bench: Bench) throws -> [Tally: Int] {
        try bench.ledger.reader().sourceTallies(Instant(milliseconds: 0)..<bench.time.now + .days(1))["landing"] ?? [:]
    }

    private static func signs(_ bench: Bench) throws -> [String] {
        try bench.ledger.reader().sourceCounts(Instant(milliseconds: 0)..<bench.time.now + .days(1))
            .filter { $0.kind == .junk }.map { "\($0.name) \($0.count)" }
    }

    @Test func `a marked lead is counted, shown and goes on`() throws {
        let bench = try Bench()
        let id = try bench.append(["one"])[0]
        _ = try Self.judge(bench) { row in
            var lead = Lead.fine(
                row, routes: [Route("google", .open(notBefore: .start, expires: .start + .days(7)))])
            lead.junk = [.honeypot, .fillTime]
            return .lead(lead)
        }
        #expect(try Self.tallies(bench)[.junk] == 1)
        #expect(try Self.signs(bench) == ["fill_time 1", "honeypot 1"])
        #expect(try bench.ledger.reader().junk(id)?.signs == [.honeypot, .fillTime])
        #expect(bench.ledger.books[.open, source: "landing", destination: "google"] == 1)
        #expect(try bench.ledger.reader().audit().isBalanced)
    }

    @Test func `what is given up can be found, and the books balance`() throws {
        let bench = try Bench()
        let id = try bench.append(["one"])[0]
        let judged = try Self.judge(bench) { _ in .discard([.throwAwayDomain]) }
        #expect(judged.discarded == 1)
        let event = try #require(try bench.ledger.reader().quarantined(id))
        #expect(event.state == .discarded && event.reason == "junk" && event.body == Array("one".utf8))
        let tallies = try Self.tallies(bench)
        #expect(tallies[.junk] == 1 && tallies[.quarantined] == nil)
        #expect(bench.ledger.books.total(.discarded) == 1 && bench.ledger.books.total(.inbox) == 0)
        #expect(try bench.ledger.reader().audit().isBalanced)
        // Nobody takes that for a sender that is not understood.
        #expect(try bench.ledger.reader().sourceRuns(least: 1, limit: 1).isEmpty)
    }

    @Test func `what is held and released comes back as released`() throws {
        let bench = try Bench()
        let id = try bench.append(["one"])[0]
        _ = try Self.judge(bench) { _ in .quarantine([JunkSign.honeypot.defect]) }
        #expect(try bench.ledger.reader().sourceRuns(least: 1, limit: 1).isEmpty)
        #expect(try Self.signs(bench) == ["honeypot 1"])
        _ = try bench.ledger.quarantine.release([id], note: "a person")
        let row = try #require(try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 1).first)
        #expect(row.isReleased)
        #expect(try bench.ledger.reader().audit().isBalanced)
    }

    @Test func `a person's word is kept with the time, taken back, and goes with the lead`() throws {
        var options = Ledger.Options()
        options.retention.history = .days(150)
        let bench = try Bench(options)
        let id = try bench.append(["one"])[0]
        try bench.judge(owing: [])
        #expect(try bench.ledger.validation.tellJunk(id, by: "anna", note: "nobody answers"))
        let told = try #require(try bench.ledger.reader().junk(id))
        #expect(told.toldAt == bench.time.now && told.toldBy == "anna" && told.note == "nobody answers")
        try bench.restart()
        #expect(try bench.ledger.reader().junk(id) == told)
        #expect(try bench.ledger.validation.tellJunk(id, isJunk: false, by: "anna", note: ""))
        #expect(try bench.ledger.reader().junk(id) == nil)
        #expect(try bench.ledger.validation.tellJunk(LeadID(rawValue: 1), by: "anna", note: "") == false)
        _ = try bench.ledger.validation.tellJunk(id, by: "anna", note: "")
        bench.time.advance(.days(200))
        while try bench.ledger.retention.purge() {}
        #expect(try bench.ledger.reader().junk(id) == nil)
        #expect(try bench.ledger.reader().audit().isBalanced)
    }
}
