import Domain
import SQLite
import Store
import TestSupport
import Testing

/// What is counted for a verdict is all of it, or says that it is not.
@Suite struct `What has come since a moment` {
    /// 61 good leads (1 of them with a click id, 1 a test besides), 2 put aside and 1 in the inbox, twenty minutes
    /// apart over most of a day.
    private static func bench() throws -> Bench {
        let bench = try Bench()
        for number in 0..<62 {
            try bench.append(["\(number)"])
            try bench.judge { lead in
                lead.dimension = Dimension(source: "landing", client: "acme", group: "g\(number % 2)", ad: "\(number)")
                if number == 40 { lead.quality = [.clickID] }
                lead.isTest = number == 41
            }
            bench.time.advance(.minutes(20))
        }
        try bench.append(["bad", "bad"])
        try bench.judge { _ in }
        try bench.append(["waits"])
        return bench
    }

    /// Leads come at 0, 20, 40 … minutes from the start, which lies within an hour of the clock.
    @Test(arguments: [0, 1, 19, 20, 21, 59, 60, 61, 300, 799, 800, 1200, 1220])
    func `is counted to the millisecond, however long ago`(minutes: Int) throws {
        let bench = try Self.bench()
        let moment = Instant.start + .minutes(minutes)
        let found = try bench.ledger.reader().arrivals(since: moment)
        let leads = (0..<62).filter { $0 * 20 >= minutes && $0 != 41 }
        #expect(found.reduce(0) { $0 + $1.leads } == leads.count)
        #expect(found.first { $0.group == "g1" }?.leads ?? 0 == leads.count { $0 % 2 == 1 })
        #expect(found.reduce(0) { $0 + $1.withClickID } == (minutes <= 800 ? 1 : 0))
        #expect(found.reduce(0) { $0 + $1.tests } == (minutes <= 820 ? 1 : 0))
        #expect(found.reduce(0) { $0 + $1.quarantined } == 2)
        #expect(found.reduce(0) { $0 + $1.waiting } == 1)
    }

    @Test func `tells the busiest groups apart, and the one that is asked for, however many there are`() throws {
        let bench = try Bench()
        let names = (0..<5).map { "big \($0)" } + (0..<40).map { "invented \($0)" }
        try bench.append(names)
        try bench.judge { lead in
            let group = lead.eventID.hasPrefix("big") ? "big" : lead.eventID
            lead.dimension = Dimension(source: "landing", client: "acme", group: group)
        }
        let reader = try bench.ledger.reader()
        let range = Instant.start.hour..<bench.time.now + .hours(1)
        let own = GroupKey(client: "acme", group: "invented 39")
        // One hour by its rows, and the same by its counters.
        for moment in [Instant.start, .start - .hours(1)] {
            let found = try reader.arrivals(since: moment, of: own, baseline: range, groups: 2)
            #expect(found.reduce(0) { $0 + $1.leads } == names.count)
            #expect(Set(found.map(\.group)) == ["big", "invented 0", "invented 39", Arrivals.rest])
            #expect(found.first { $0.group == Arrivals.rest }?.leads == 38)
        }
        let hours = try reader.intake(range, of: own, groups: 2).filter { $0.tally == .lead }
        #expect(Set(hours.map(\.group)) == ["big", "invented 0", "invented 39", Arrivals.rest])
        #expect(hours.reduce(0) { $0 + $1.count } == names.count)
        #expect(try reader.arrivals(since: .start).count == 41)
    }

    @Test func `has the reasons of its own sources, whatever floods the others`() throws {
        let bench = try Bench()
        try bench.append(Array(repeating: "bad", count: 6000), source: "other")
        try bench.append(["bad", "bad"])
        try bench.judge { _ in }
        let reasons = try bench.ledger.reader().quarantineReasons(since: .start - .hours(1), sources: ["landing"])
        #expect(reasons == [.init("malformed /person/email", 2)])
    }

    @Test func `loses the oldest hours of a baseline that is too long, never a part of one`() throws {
        let bench = try Self.bench()
        let reader = try bench.ledger.reader()
        let all = try reader.intake(Instant(milliseconds: 0)..<bench.time.now)
        let hours = Set(all.map(\.hour)).sorted()
        let some = try reader.intake(Instant(milliseconds: 0)..<bench.time.now, limit: 7)
        #expect(some == Array(all.suffix(some.count)))
        let whole = all.filter { $0.hour >= some[0].hour }
        #expect(some == whole && !some.isEmpty && some.count <= 7 && Set(some.map(\.hour)).count < hours.count)
    }

    @Test func `is counted up to a bound where it waits, and that is said`() throws {
        let bench = try Bench()
        try bench.append(["1", "2", "3"])
        try bench.judge(owing: ["google"])
        let reader = try bench.ledger.reader()
        let counts = try [2, 3, 4].map { try reader.backlog("google", at: bench.time.now, limit: $0).count }
        #expect(counts.map(\.description) == ["at least 2", "at least 3", "3"])
    }

    @Test func `is weighed with the changes that lie nearest to it`() throws {
        let bench = try Bench()
        for number in 0..<6 {
            try bench.ledger.alerts.mark(Marker(at: bench.time.now, .deploy, "release \(number)", by: "ci"))
            bench.time.advance(.hours(1))
        }
        let reader = try bench.ledger.reader()
        let range = Instant.start - .hours(1)..<bench.time.now
        #expect(
            try reader.markers(range, nearest: .start + .hours(2), limit: 3).map(\.text)
                == ["release 1", "release 2", "release 3"])
        #expect(try reader.markers(range, limit: 2).map(\.text) == ["release 4", "release 5"])
    }
}

extension Bench {
    /// Judges what is in the inbox; the body `bad` is put aside, `waits` is left there.
    fileprivate func judge(_ change: (inout Lead) -> Void) throws {
        let rows = try ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10_000)
        _ = try ledger.validation.judge(
            rows.map { row in
                if row.submission.body.starts(with: Array("bad".utf8)) {
                    return (row, .quarantine([Defect(.malformed, at: "/person/email", "broken")]))
                }
                var lead = Lead.fine(row, routes: [])
                change(&lead)
                return (row, .lead(lead))
            })
    }
}
