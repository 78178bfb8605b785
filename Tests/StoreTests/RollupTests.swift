import Domain
import SQLite
import Service
import TestSupport
import Testing

@testable import Store

/// The rollups against the hourly statistics, which they must agree with to the last lead.
@Suite struct `Rollups` {
    /// Leads of two clients at many hours, with duplicates, events that cannot be read, deliveries in all states.
    private static func fill(_ bench: Bench, rounds: Int, seed: UInt64 = 1) throws {
        var random = SeededGenerator(seed: seed)
        let ledger = bench.ledger
        try ledger.deliveries.register(["google", "meta"])
        for round in 0..<rounds {
            bench.time.advance(.minutes(Int.random(in: 5...600, using: &random)))
            for source in ["north", "south"] {
                let bodies = (0..<6).map { _ in "\(source)-\(Int.random(in: 0...(round * 5 + 5), using: &random))" }
                try bench.append(bodies, source: source)
            }
            let rows = try ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 100)
            _ = try ledger.validation.judge(
                rows.map { row in
                    if Int.random(in: 0..<6, using: &random) == 0 {
                        return (row, .quarantine([Defect(.notAnObject, at: "", "broken")]))
                    }
                    var routes = [Route("google", .open(notBefore: bench.time.now, expires: bench.time.now + .days(7)))]
                    if Bool.random(using: &random) { routes.append(Route("meta", .skip(reason: "consent_denied"))) }
                    var lead = Lead.fine(row, routes: routes)
                    lead.dimension.client = row.submission.source == "north" ? "norden" : "sueden"
                    lead.dimension.group = ["", "pumps", "solar"].randomElement(using: &random)!
                    lead.dimension.ad = "ad\(Int.random(in: 1...3, using: &random))"
                    lead.quality = Bool.random(using: &random) ? [.email] : [.email, .clickID]
                    return (row, .lead(lead))
                })
            if round % 2 == 0 {
                let claim = try ledger.deliveries.claim("google", limit: 5, lease: .seconds(60))
                _ = try ledger.deliveries.settle(
                    claim.id,
                    claim.deliveries.map {
                        Settlement(
                            lead: $0.lead, end: .outcome(Bool.random(using: &random) ? .delivered : .rejected),
                            receipt: Receipt(status: 200))
                    })
            }
        }
        let reader = try ledger.reader()
        _ = try ledger.quarantine.release(try reader.quarantine(limit: 3).map(\.id), note: "repaired")
    }

    private static let calendars = Calendars(
        zones: ["norden": berlin, "sueden": kolkata], clients: ["north": "norden", "south": "sueden"])
    private static let berlin = rules("Europe/Berlin")
    private static let kolkata = rules("Asia/Kolkata")

    /// From Debian's package tzdata.
    private static func rules(_ name: String) -> TimeZoneRules {
        guard let bytes = TestSupport.Files.contents(of: "/usr/share/zoneinfo/\(name)"),
            let rules = try? TimeZoneRules(tzif: bytes, name: name)
        else { preconditionFailure("no time zone \(name): install tzdata") }
        return rules
    }

    /// The same figures, added up from the statistics in the way the documentation says.
    private static func expected(_ ledger: Ledger, _ client: String, _ key: (HourCount, CountedDay) -> String) throws
        -> [String: LeadFigures]
    {
        var found: [String: LeadFigures] = [:]
        let range = Instant(milliseconds: 0)..<Instant(milliseconds: .max)
        for line in try ledger.reader().statistics(range, limit: .max) where calendars.client(line.dimension) == client
        {
            let day = CountedDay(line.hour, in: calendars.zone(of: client))
            var figures = LeadFigures()
            let count = Int64(line.count)
            if let destination = line.destination {
                var deliveries = LeadFigures.Deliveries()
                switch line.tally {
                case .owed: deliveries.owed = count
                case .delivered: (deliveries.delivered, deliveries.time) = (count, line.time)
                case .rejected: deliveries.rejected = count
                case .skipped: deliveries.skipped = count
                default: Issue.record("\(line)")
                }
                figures.destinations[destination] = deliveries
            } else {
                switch line.tally {
                case .lead: figures.leads = count
                case .duplicate: figures.duplicates = count
                case .quarantined: figures.quarantined = count
                case .unmapped: figures.unmapped = count
                case .withClickID: figures.withClickID = count
                case .withEmail: figures.withEmail = count
                default: Issue.record("\(line)")
                }
            }
            found[key(line, day), default: LeadFigures()] += figures
        }
        return found
    }

    private static let always = CountedDay(number: 0)..<CountedDay(number: 40_000)

    private static func compare(_ ledger: Ledger) throws {
        let reader = try ledger.reader()
        for (client, source) in [("norden", "north"), ("sueden", "south")] {
            let scope = LeadScope(client: client, sources: [source])
            #expect(
                try reader.figures(scope, by: .group, days: always)
                    == expected(ledger, client) { line, _ in line.dimension.group })
            #expect(
                try reader.figures(scope, by: .ad, days: always)
                    == expected(ledger, client) { line, _ in line.dimension.ad })
            let days = try reader.days(scope, always)
            #expect(
                Dictionary(uniqueKeysWithValues: days.map { ("\($0.key.number)", $0.value) })
                    == (try expected(ledger, client) { _, day in "\(day.number)" }))
            let hours = try reader.hours(scope, Instant(milliseconds: 0)..<Instant(milliseconds: .max))
            #expect(
                Dictionary(uniqueKeysWithValues: hours.map { ("\($0.key.milliseconds)", $0.value) })
                    == (try expected(ledger, client) { line, _ in "\(line.hour.milliseconds)" }))
            // Of a part of the ads the hours of some days, told by the statistics.
            var ads = scope
            ads.ad = "ad2"
            for day in days.keys.sorted().suffix(8) {
                let one = day..<CountedDay(number: day.number + 3)
                let range = calendars.zone(of: client).hours(of: one)
                let hours = try #require(try reader.hours(ofAds: ads, range, days: one))
                let all = try expected(ledger, client) { line, _ in
                    line.dimension.ad == "ad2" && range.contains(line.hour) ? "\(line.hour.milliseconds)" : ""
                }.filter { !$0.key.isEmpty }
                #expect(Dictionary(uniqueKeysWithValues: hours.map { ("\($0.key.milliseconds)", $0.value) }) == all)
                let units = hours.isEmpty ? 0 : 1
                #expect((try reader.hours(ofAds: ads, range, days: one, most: units) == nil) == (units > 0))
            }
            // Any range of days is the sum of its days, whether months are used or not.
            let numbers = days.keys.map(\.number).sorted()
            for (from, to) in [(0, numbers.count - 1), (1, numbers.count / 2), (numbers.count / 3, numbers.count - 2)] {
                let range = CountedDay(number: numbers[from])..<CountedDay(number: numbers[to])
                var sum = LeadFigures()
                for (day, figures) in days where range.contains(day) { sum += figures }
                for level in [LeadLevel.ad, .group] {
                    var found = LeadFigures()
                    for figures in try reader.figures(scope, by: level, days: range).values { found += figures }
                    #expect(found == sum, "\(level)")
                }
            }
        }
    }

    @Test func `agree with the statistics while leads come and go`() throws {
        let bench = try Bench()
        try bench.ledger.figures.arrange(Self.calendars)
        try Self.fill(bench, rounds: 120)
        try Self.compare(bench.ledger)
        #expect(try bench.ledger.reader().rollupProgress() == nil)
    }

    @Test func `are made anew in small steps when a client moves to another time zone, while counting goes on`() throws
    {
        let bench = try Bench()
        // Everybody in UTC at first.
        try bench.ledger.figures.arrange(
            Calendars(zones: ["norden": .utc, "sueden": .utc], clients: Self.calendars.clients))
        try Self.fill(bench, rounds: 60)
        try bench.ledger.figures.arrange(Self.calendars)
        var steps = 0
        while try bench.ledger.figures.fold() {
            #expect(try bench.ledger.reader().rollupProgress() != nil)
            if steps % 2 == 0 { try Self.fill(bench, rounds: 3, seed: UInt64(steps) + 2) }
            steps += 1
            if steps == 2 {
                // Half done is not lost.
                try bench.restart()
                try bench.ledger.figures.arrange(Self.calendars)
            }
        }
        #expect(steps > 1)
        try Self.compare(bench.ledger)
        // The same calendars again are no reason to begin anew.
        try bench.ledger.figures.arrange(Self.calendars)
        #expect(try bench.ledger.figures.fold() == false)
    }

    @Test func `are made for a file that had none`() throws {
        let bench = try Bench()
        try bench.ledger.figures.arrange(Self.calendars)
        try Self.fill(bench, rounds: 30)
        try bench.stopped { path in
            let connection = try Connection(path: path)
            try connection.execute(
                "DELETE FROM rollup; INSERT INTO fact VALUES ('rollup_hour', 0), ('rollup_dimension', 0);")
        }
        try bench.ledger.figures.arrange(Self.calendars)
        while try bench.ledger.figures.fold() {}
        try Self.compare(bench.ledger)
    }

    @Test func `of months of groups and days of clients are worked out for a file that had only finer ones`() throws {
        let bench = try Bench()
        try bench.ledger.figures.arrange(Self.calendars)
        try Self.fill(bench, rounds: 60)
        try bench.stopped { path in
            try Connection(path: path).execute(
                """
                \(Downgrade.to18)
                DROP TABLE forgotten;
                DROP INDEX quarantine_closed;
                DELETE FROM rollup WHERE kind IN (5, 6);
                DELETE FROM client_group WHERE id NOT IN (SELECT unit FROM rollup WHERE kind IN (3, 4));
                PRAGMA user_version = 16;
                """
            )
        }
        try bench.ledger.figures.arrange(Self.calendars)
        try Self.fill(bench, rounds: 5, seed: 9)
        try Self.compare(bench.ledger)
    }

    @Test func `count an hour across midnight for the day in which it begins`() {
        // 18:00 UTC is 23:30 in Kolkata.
        let hour = Instant(rfc3339: "2026-11-21T18:00:00Z")!
        #expect(CountedDay(hour, in: Self.kolkata).civil.day == 21)
        #expect(CountedDay(hour + .hours(1), in: Self.kolkata).civil.day == 22)
        #expect(CountedDay(Instant(rfc3339: "2026-11-21T22:00:00Z")!, in: Self.berlin).civil.day == 21)
        #expect(CountedDay(Instant(rfc3339: "2026-11-21T23:00:00Z")!, in: Self.berlin).civil.day == 22)
    }
}
