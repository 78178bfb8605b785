import Domain
import SQLite
import TestSupport
import Testing

@testable import Store

@Suite struct `Retention goes by the time of receipt` {
    private static let personal = 7
    private static let history = 150

    private static var options: Ledger.Options {
        var options = Ledger.Options()
        options.retention.personalData = .days(personal)
        options.retention.history = .days(history)
        return options
    }

    private static let jumps: [Duration] = [
        .days(40), .days(365 * 60), .zero - .days(40), .zero - .days(365 * 60), .days(5), .zero - .days(5), .zero,
    ]

    private static func purge(_ bench: Bench) throws {
        while try bench.ledger.retention.purge() {}
    }

    private static func post(_ bench: Bench, _ name: String) throws -> LeadID {
        let id = try bench.append([name])[0]
        try bench.judge(owing: [])
        return id
    }

    private static func isClear(_ bench: Bench, _ id: LeadID) throws -> Bool {
        try bench.ledger.reader().postedBytes(id) != nil
    }

    @Test(arguments: jumps)
    func `whatever the clock did meanwhile`(jump: Duration) throws {
        let bench = try Bench(Self.options)
        try Self.purge(bench)
        var leads = [try Self.post(bench, "before")]
        bench.time.advance(jump)
        leads.append(try Self.post(bench, "meanwhile"))
        bench.time.advance(.minutes(1) - jump)
        for number in 0..<3 { leads.append(try Self.post(bench, "after \(number)")) }
        try bench.append(["after 0"])
        try bench.judge(owing: [])
        // What was received while the clock was ahead goes by what it says, unless that lies in the future for as long.
        func wait(_ index: Int, _ kept: Int) -> Double {
            index == 1 && jump > .zero && jump < .days(kept) ? Double(jump.components.seconds) / 86_400 : 0
        }
        for hour in stride(from: 0, through: (Self.history + 2) * 24, by: 12) {
            try Self.purge(bench)
            let days = Double(hour) / 24
            for (index, lead) in leads.enumerated() {
                let isClear = try Self.isClear(bench, lead)
                if days < Double(Self.personal) { #expect(isClear, "\(index) lost it after \(days) days") }
                if days > Double(Self.personal) + 0.5 + wait(index, Self.personal) {
                    #expect(!isClear, "\(index) has it after \(days) days")
                }
                let isKnown = try bench.ledger.reader().story(lead) != nil
                if days < Double(Self.history), index != 1 { #expect(isKnown, "\(index) is gone after \(days) days") }
                if days > Double(Self.history) + 1 + wait(index, Self.history) {
                    #expect(!isKnown, "\(index) is there after \(days) days")
                }
            }
            bench.time.advance(.hours(12))
        }
        #expect(try bench.ledger.reader().audit().faults == [])
        try bench.stopped { path in
            let connection = try Connection(path: path)
            #expect(try connection.number("SELECT count(*) FROM lead") == (wait(1, Self.history) > 0 ? 1 : 0))
            #expect(try connection.number("SELECT count(*) FROM duplicate") == 0)
        }
    }

    /// What was looked through while the clock was ahead says nothing of when a lead came that came afterwards.
    @Test(arguments: jumps)
    func `also if it was looked after meanwhile`(jump: Duration) throws {
        let bench = try Bench(Self.options)
        bench.time.advance(jump)
        try Self.purge(bench)
        bench.time.advance(.zero - jump)
        let lead = try Self.post(bench, "after")
        let slack = jump > .zero && jump < .days(Self.personal) ? jump : .zero
        for day in 0...(Self.personal + 6) {
            try Self.purge(bench)
            if day < Self.personal { #expect(try Self.isClear(bench, lead), "day \(day)") }
            if .days(day) > .days(Self.personal) + slack { #expect(try !Self.isClear(bench, lead), "day \(day)") }
            bench.time.advance(.days(1))
        }
    }

    @Test(arguments: [.days(40), .days(365 * 60), .zero] as [Duration])
    func `ids say how far they are ahead, and go on growing`(jump: Duration) throws {
        let bench = try Bench(Self.options)
        #expect(bench.ledger.inbox.idsAhead == .zero)
        bench.time.advance(jump)
        let first = try Self.post(bench, "ahead")
        bench.time.advance(.zero - jump)
        #expect(bench.ledger.inbox.idsAhead == jump)
        try bench.restart()
        #expect(bench.ledger.inbox.idsAhead == jump)
        #expect(try Self.post(bench, "next") > first)
        bench.time.advance(jump)
        #expect(bench.ledger.inbox.idsAhead <= .milliseconds(1))
    }

    @Test func `a lead that was long in quarantine keeps it for as long after its release`() throws {
        let bench = try Bench(Self.options)
        let id = try bench.append(["broken"])[0]
        try Self.putAside(bench)
        for _ in 0..<30 {
            bench.time.advance(.days(1))
            _ = try Self.post(bench, "other \(bench.time.now.seconds)")
            try Self.purge(bench)
        }
        _ = try bench.ledger.quarantine.release([id], note: "repaired")
        try bench.judge(owing: ["google"])
        bench.time.advance(.days(Self.personal) - .hours(1))
        try Self.purge(bench)
        #expect(try Self.isClear(bench, id))
        bench.time.advance(.hours(2))
        try Self.purge(bench)
        #expect(try Self.isClear(bench, id), "it is still to be sent")
        let claim = try bench.ledger.deliveries.claim("google", limit: 10, lease: .seconds(60))
        _ = try bench.ledger.deliveries.settle(
            claim.id,
            claim.deliveries.map { Settlement(lead: $0.lead, end: .outcome(.delivered), receipt: Receipt(status: 200)) }
        )
        try Self.purge(bench)
        #expect(try !Self.isClear(bench, id))
    }

    private static func putAside(_ bench: Bench) throws {
        let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
        _ = try bench.ledger.validation.judge(rows.map { ($0, .quarantine([Defect(.notAnObject, at: "", "broken")])) })
    }

    @Test(arguments: jumps)
    func `quarantine that nobody decides about ends, and is told before`(jump: Duration) throws {
        let bench = try Bench(Self.options)
        let kept = 90
        try Self.purge(bench)
        bench.time.advance(jump)
        _ = try Self.post(bench, "a lead")
        bench.time.advance(.minutes(1) - jump)
        let id = try bench.append(["eva@example.org"])[0]
        try Self.putAside(bench)
        let putAside = bench.time.now
        // Ids that have just been caught up by the clock say nothing of the time; then it takes longer.
        let slack = jump > .zero && jump < .days(kept) ? jump : .zero
        for day in 0...(kept + 45) {
            try Self.purge(bench)
            let event = try #require(try bench.ledger.reader().quarantined(id))
            if day <= kept { #expect(event.state == .open, "day \(day)") }
            let told = try bench.ledger.reader().quarantineEnding(at: bench.time.now, .days(kept))
            #expect(told.isEmpty == (day <= kept - 7 || event.state != .open), "day \(day)")
            if let told = told.first {
                #expect(told == QuarantineEnding(source: "landing", count: 1, first: putAside + .days(kept)))
            }
            if .days(day) > .days(kept + 1) + slack {
                #expect(event.state == .discarded && event.note == Tables.expiredNote && event.body.isEmpty)
            }
            bench.time.advance(.days(1))
        }
        #expect(bench.ledger.books.total(.discarded) == 1 && bench.ledger.books.total(.quarantined) == 0)
        #expect(bench.ledger.books.imbalances == [])
        #expect(try bench.ledger.reader().audit().faults == [])
    }

    @Test(arguments: jumps)
    func `erasing forgets the sender's key`(jump: Duration) throws {
        let bench = try Bench(Self.options)
        bench.time.advance(jump)
        _ = try Self.post(bench, "other")
        bench.time.advance(.hours(1) - jump)
        let lead = try bench.append(["lead"], key: "eva@example.org")[0]
        let broken = try bench.append(["broken"], key: "adam@example.org")[0]
        let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
        _ = try bench.ledger.validation.judge(
            rows.map { row in
                (
                    row,
                    row.id == broken ? .quarantine([Defect(.notAnObject, at: "", "")]) : .lead(.fine(row, routes: []))
                )
            })
        _ = try bench.ledger.retention.erase([lead])
        _ = try bench.ledger.retention.eraseQuarantined([broken])
        try bench.stopped { path in
            let connection = try Connection(path: path)
            #expect(try connection.number("SELECT count(*) FROM idempotency") == 0)
        }
    }

    /// An id that is an address goes with the address, and what is posted under it again is known all the same.
    @Test func `an id that names a person goes too`() throws {
        let bench = try Bench(Self.options)
        func post(at: Duration) throws -> Judged {
            bench.time.advance(at)
            try bench.append(["eva@example.org"])
            let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
            return try bench.ledger.validation.judge(
                rows.map { row in
                    var lead = Lead.fine(row, routes: [])
                    lead.idMark = "cleared-1"
                    return (row, .lead(lead))
                })
        }
        #expect(try post(at: .zero).leads == 1)
        let id = try #require(try bench.ledger.reader().leads(eventID: "eva@example.org", limit: 1).first)
        bench.time.advance(.days(Self.personal + 1))
        try Self.purge(bench)
        #expect(try bench.ledger.reader().leads(eventID: "eva@example.org", limit: 1) == [])
        #expect(try bench.ledger.reader().story(id)?.isLead(called: "cleared-1") == true)
        #expect(try post(at: .zero).duplicates == 1)
        // From before such ids had marks.
        try bench.append(["old@example.org"])
        try bench.judge(owing: [])
        bench.time.advance(.days(Self.personal + 1))
        try Self.purge(bench)
        try bench.stopped { path in
            let connection = try Connection(path: path)
            #expect(try connection.number("SELECT count(*) FROM lead WHERE instr(event_id, '@')") == 0)
            #expect(try connection.number("SELECT count(*) FROM id_mark") == 0)
        }
    }
}

extension LeadHistory {
    fileprivate func isLead(called id: String) -> Bool {
        if case .lead(let lead) = place { lead.eventID == id } else { false }
    }
}
