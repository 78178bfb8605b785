import Domain
import SQLite
import TestSupport
import Testing

@testable import Store

@Suite struct `History goes with age` {
    private static let kept = 150

    private static var options: Ledger.Options {
        var options = Ledger.Options()
        options.retention.history = .days(kept)
        options.identifierLog = (entries: 60, lines: 20)
        return options
    }

    private static let clients = ["north": "norden", "south": "sueden"]

    private static func calendars(_ zone: String) -> Calendars {
        guard let bytes = TestSupport.Files.contents(of: "/usr/share/zoneinfo/\(zone)"),
            let rules = try? TimeZoneRules(tzif: bytes, name: zone)
        else { preconditionFailure("no time zone \(zone): install tzdata") }
        return Calendars(zones: ["norden": rules, "sueden": .utc], clients: clients)
    }

    /// A day in the life of a relay: leads, duplicates, events that are given up or repaired, deliveries that end and
    /// go out again.
    private static func live(_ bench: Bench, day: Int, _ random: inout SeededGenerator) throws {
        let ledger = bench.ledger
        bench.time.advance(.minutes(Int.random(in: 10...1400, using: &random)))
        for source in ["north", "south"] {
            try bench.append(
                (0..<3).map { _ in "\(source)-\(Int.random(in: 0...day * 2, using: &random))" }, source: source)
        }
        let rows = try ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 100)
        _ = try ledger.validation.judge(
            rows.map { row in
                if Int.random(in: 0..<5, using: &random) == 0 {
                    return (row, .quarantine([Defect(.notAnObject, at: "", "broken")]))
                }
                var lead = Lead.fine(
                    row,
                    routes: [
                        Route("google", .open(notBefore: bench.time.now, expires: bench.time.now + .days(7))),
                        Route("meta", .skip(reason: "consent_denied")),
                    ])
                lead.dimension.client = clients[row.submission.source] ?? ""
                lead.dimension.group = ["pumps", "solar"].randomElement(using: &random) ?? ""
                lead.fingerprints = [Int64(day), -Int64(day)]
                return (row, .lead(lead))
            })
        let claim = try ledger.deliveries.claim("google", limit: 100, lease: .seconds(60))
        _ = try ledger.deliveries.settle(
            claim.id,
            claim.deliveries.map {
                Settlement(
                    lead: $0.lead, end: .outcome([.delivered, .rejected, .expired].randomElement(using: &random)!),
                    receipt: Receipt(status: 200))
            })
        for destination in ["google", "meta"] {
            let found = try ledger.reader().replayCandidates(
                destination, after: LeadID.first(at: bench.time.now - .hours(30)),
                before: LeadID.first(at: bench.time.now + .days(1)), among: 2
            ).found
            let orders = found.compactMap { candidate -> ReplayOrder? in
                guard case .ended(let ended) = candidate.standing else { return nil }
                return ReplayOrder(
                    lead: candidate.lead, destination: destination, ended: ended, due: bench.time.now,
                    expires: bench.time.now + .days(7))
            }
            _ = try ledger.deliveries.replay(orders, note: "again")
            let claim = try ledger.deliveries.claim(destination, limit: 100, lease: .seconds(60))
            _ = try ledger.deliveries.settle(
                claim.id,
                claim.deliveries.map {
                    Settlement(lead: $0.lead, end: .outcome(.delivered), receipt: Receipt(status: 200))
                })
        }
        let open = try ledger.reader().quarantine(limit: 10).map(\.id)
        _ = try ledger.quarantine.discard(Array(open.prefix(1)), note: "no")
        _ = try ledger.quarantine.release(Array(open.dropFirst().prefix(1)), note: "yes")
        bench.time.advance(.days(1) - .minutes(700))
    }

    private static func forget(_ bench: Bench) throws {
        while try bench.ledger.retention.purge() {}
    }

    private static func figures(_ bench: Bench, days: Range<CountedDay>) throws -> [String: [CountedDay: LeadFigures]] {
        let reader = try bench.ledger.reader()
        return try clients.reduce(into: [:]) { found, client in
            found[client.value] = try reader.days(LeadScope(client: client.value, sources: [client.key]), days)
        }
    }

    private static let always = CountedDay(number: 0)..<CountedDay(number: 40_000)

    @Test func `in small steps, and the books still prove that nothing else is missing`() throws {
        let bench = try Bench(Self.options)
        try bench.ledger.deliveries.register(["google", "meta"])
        try bench.ledger.figures.arrange(Self.calendars("UTC"))
        var random = SeededGenerator(seed: 4)
        let begin = bench.time.now
        for day in 1...400 {
            try Self.live(bench, day: day, &random)
            if day % 90 == 0 { try Self.forget(bench) }
        }
        let before = try Self.figures(bench, days: Self.always)
        let books = bench.ledger.books
        try Self.forget(bench)

        let bound = bench.time.now - .days(Self.kept)
        #expect(bound - begin > .days(100), "hardly anything is old enough")
        #expect(try Self.figures(bench, days: Self.always) == before)
        #expect(bench.ledger.books == books)
        let audit = try bench.ledger.reader().audit()
        #expect(audit.faults == [])
        #expect(books.total(.discarded) > 100 && books.total(.duplicate) > 100)
        #expect(books.total(.replayedSkipped, destination: "meta") > 50)

        let fingerprints = (1...400 as ClosedRange<Int64>).map {
            try? bench.ledger.reader().leads(with: [$0], limit: .max)
        }
        #expect(fingerprints.first == .some([]) && fingerprints.last??.isEmpty == false)
        for lead in fingerprints.compactMap({ $0 }).joined() {
            // A fold goes as a whole, after the last of its leads: some go before what points to them.
            #expect(lead.moment > bound - .days(20), "\(lead.moment)")
        }
        try bench.stopped { path in
            let connection = try Connection(path: path)
            let oldest = LeadID.first(at: bound).rawValue
            for table in ["lead", "duplicate"] {
                #expect(try connection.number("SELECT count(*) FROM \(table) WHERE id < \(oldest)") == 0, "\(table)")
                #expect(try connection.number("SELECT count(*) FROM \(table)") ?? 0 > 0, "\(table)")
            }
            for table in ["receipt", "attempt"] {
                #expect(try connection.number("SELECT count(*) FROM \(table) WHERE lead < \(oldest)") == 0, "\(table)")
            }
            let decided = "SELECT count(*) FROM quarantine WHERE state <> 'open' AND decided_at"
            #expect(try connection.number("\(decided) < \(bound.milliseconds)") == 0)
            #expect(try connection.number("\(decided) >= \(bound.milliseconds)") ?? 0 > 0)
            #expect(
                try connection.number("SELECT min(hour) FROM statistic") ?? 0
                    >= (CountedDay.first(ofMonth: CountedDay(bound, in: .utc).month).start - .days(1)).milliseconds)
        }
        #expect(try bench.ledger.reader().audit().faults == [])
    }

    @Test func `but not what is still owed, nor what nobody has decided about`() throws {
        let bench = try Bench(Self.options)
        let lead = try bench.append(["owed"])[0]
        try bench.judge(owing: ["google"])
        let broken = try bench.append(["broken"])[0]
        let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10)
        _ = try bench.ledger.validation.judge(rows.map { ($0, .quarantine([Defect(.notAnObject, at: "", "broken")])) })
        bench.time.advance(.days(1000))
        try Self.forget(bench)
        #expect(try bench.ledger.reader().story(lead) != nil)
        #expect(try bench.ledger.reader().story(broken) != nil)
        let claim = try bench.ledger.deliveries.claim("google", limit: 10, lease: .seconds(60))
        _ = try bench.ledger.deliveries.settle(
            claim.id,
            claim.deliveries.map { Settlement(lead: $0.lead, end: .outcome(.expired), receipt: Receipt(status: 0)) })
        try Self.forget(bench)
        #expect(try bench.ledger.reader().story(lead) == nil)
        #expect(try bench.ledger.reader().story(broken) != nil)
        #expect(try bench.ledger.reader().audit().faults == [])
    }

    @Test func `an outcome for hours that are gone counts while days are made anew`() throws {
        let bench = try Bench(Self.options)
        try bench.ledger.deliveries.register(["google", "meta", "crm"])
        try bench.ledger.figures.arrange(Self.calendars("UTC"))
        try bench.append(["old"], source: "north")
        let window = Route.Decision.open(notBefore: bench.time.now, expires: bench.time.now + .days(1000))
        _ = try bench.ledger.validation.judge(
            try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 1).map { row in
                var lead = Lead.fine(row, routes: [Route("crm", window)])
                lead.dimension.client = "norden"
                return (row, .lead(lead))
            })
        var random = SeededGenerator(seed: 6)
        for day in 1...300 { try Self.live(bench, day: day, &random) }
        try Self.forget(bench)
        try bench.ledger.figures.arrange(Self.calendars("Pacific/Auckland"))
        #expect(try bench.ledger.figures.fold())
        let claim = try bench.ledger.deliveries.claim("crm", limit: 10, lease: .seconds(60))
        let ended = claim.deliveries.map {
            Settlement(lead: $0.lead, end: .outcome(.delivered), receipt: Receipt(status: 200))
        }
        #expect(try bench.ledger.deliveries.settle(claim.id, ended) == 1)
        // Somebody looks meanwhile, so that it is added up before the days are ready.
        _ = try Self.figures(bench, days: Self.always)
        while try bench.ledger.figures.fold() {}
        let days = try Self.figures(bench, days: Self.always)["norden"] ?? [:]
        #expect(days.values.reduce(0) { $0 + ($1.destinations["crm"]?.delivered ?? 0) } == 1)
    }

    @Test func `a client that moves to another time zone keeps the days whose hours are gone`() throws {
        let bench = try Bench(Self.options)
        try bench.ledger.deliveries.register(["google", "meta"])
        try bench.ledger.figures.arrange(Self.calendars("UTC"))
        var random = SeededGenerator(seed: 5)
        for day in 1...300 { try Self.live(bench, day: day, &random) }
        try Self.forget(bench)
        let before = try Self.figures(bench, days: Self.always)
        let first = CountedDay.first(ofMonth: CountedDay(bench.time.now - .days(Self.kept), in: .utc).month)
        for zone in ["Pacific/Auckland", "America/Los_Angeles", "UTC"] {
            try bench.ledger.figures.arrange(Self.calendars(zone))
            while try bench.ledger.figures.fold() {
                // Hours that are needed do not go meanwhile.
                _ = try bench.ledger.retention.purge()
            }
            let after = try Self.figures(bench, days: Self.always)
            #expect(
                after["norden"]?.filter { $0.key < first } == before["norden"]?.filter { $0.key < first }, "\(zone)")
            #expect(after["sueden"] == before["sueden"], "\(zone)")
            #expect((after["norden"] == before["norden"]) == (zone == "UTC"), "\(zone)")
            // Months agree with their days.
            let scope = LeadScope(client: "norden", sources: ["north"])
            let whole = try bench.ledger.reader().figures(scope, by: .group, days: Self.always)
            let sum = after["norden"]?.values.reduce(into: LeadFigures()) { $0 += $1 }
            #expect(whole.values.reduce(into: LeadFigures()) { $0 += $1 } == sum, "\(zone)")
        }
    }
}
