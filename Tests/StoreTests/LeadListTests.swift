import Domain
import Service
import TestSupport
import Testing

@testable import Store

/// The single leads behind the figures: always the same ones, whatever was skipped to find them quickly.
@Suite struct `The list of leads` {
    private static let kolkata = rules("Asia/Kolkata")
    private static let berlin = rules("Europe/Berlin")

    /// From Debian's package tzdata.
    private static func rules(_ name: String) -> TimeZoneRules {
        guard let bytes = TestSupport.Files.contents(of: "/usr/share/zoneinfo/\(name)"),
            let rules = try? TimeZoneRules(tzif: bytes, name: name)
        else { preconditionFailure("no time zone \(name): install tzdata") }
        return rules
    }

    private static func zone(_ client: String) -> TimeZoneRules { client == "norden" ? berlin : kolkata }

    private static let calendars = Calendars(
        zones: ["norden": berlin, "sueden": kolkata], clients: ["north": "norden", "south": "sueden"])

    /// Judges what is in the inbox as leads of `client`, each under what `place` says of it.
    private static func judge(_ bench: Bench, _ place: (InboxRow) -> (group: String, ad: String, isTest: Bool)) throws {
        let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 1000)
        _ = try bench.ledger.validation.judge(
            rows.map { row in
                var lead = Lead.fine(row, routes: [Route("google", .skip(reason: "consent_denied"))])
                let place = place(row)
                lead.dimension.client = row.submission.source == "north" ? "norden" : "sueden"
                (lead.dimension.group, lead.dimension.ad, lead.isTest) = (place.group, place.ad, place.isTest)
                return (row, .lead(lead))
            })
    }

    /// Months of leads at odd hours, with tests among them, some written only after the hour in which they were
    /// received.
    private static func fill(_ bench: Bench, rounds: Int) throws {
        var random = SeededGenerator(seed: 7)
        try bench.ledger.deliveries.register(["google"])
        for round in 0..<rounds {
            bench.time.advance(.minutes(Int.random(in: 1...(round % 40 == 0 ? 90_000 : 300), using: &random)))
            for source in ["north", "south"] {
                let submissions = (0..<Int.random(in: 1...5, using: &random)).map { index in
                    let late = Bool.random(using: &random) ? Int.random(in: 0...290, using: &random) : 0
                    return Submission(
                        source: source, receivedAt: bench.time.now - .seconds(late), format: .json,
                        body: Array("\(source)-\(round)-\(index)".utf8))
                }
                _ = try bench.ledger.inbox.append([AppendRequest(submissions)])
            }
            try judge(bench) { _ in
                (
                    ["", "pumps", "solar"].randomElement(using: &random)!, "ad\(Int.random(in: 1...9, using: &random))",
                    Int.random(in: 0..<8, using: &random) == 0
                )
            }
        }
    }

    /// All leads there are, newest first.
    private static func everything(_ ledger: Ledger) throws -> [LeadHistory] {
        try ledger.reader().recent(limit: .max).compactMap { event in
            guard case .lead(_, false, _, _) = event.kind else { return nil }
            return try ledger.reader().story(event.id)
        }
    }

    private static func dimension(_ story: LeadHistory) -> Dimension {
        guard case .lead(let facts) = story.place else { preconditionFailure("not a lead") }
        return facts.dimension
    }

    private static func scopes(_ client: String) -> [LeadScope] {
        let whole = LeadScope(client: client, sources: [client == "norden" ? "north" : "south"])
        var (group, ad, adOfGroup, none) = (whole, whole, whole, whole)
        group.group = "pumps"
        ad.ad = "ad3"
        (adOfGroup.group, adOfGroup.ad) = ("", "ad1")
        none.campaign = "never"
        return [whole, group, ad, adOfGroup, none]
    }

    private static func compare(_ ledger: Ledger, isCounted: Bool = true) throws {
        let all = try everything(ledger)
        let reader = try ledger.reader()
        let days = all.map { CountedDay($0.receivedAt.hour, in: .utc).number }
        let (first, last) = (try #require(days.last), try #require(days.first))
        let quarter = (last - first) / 4
        let ranges = [(0, 40_000), (first, last + 2), (last - 1, last + 1), (first + quarter, last - quarter)]
        for client in ["norden", "sueden"] {
            for scope in scopes(client) {
                for (from, to) in ranges {
                    let range = CountedDay(number: from)..<CountedDay(number: to)
                    let expected = all.filter { story in
                        let dimension = dimension(story)
                        return dimension.client == client
                            && scope.group.map { $0 == dimension.group } ?? true
                            && scope.campaign.map { $0 == dimension.campaign } ?? true
                            && scope.ad.map { $0 == dimension.ad } ?? true
                            && range.contains(CountedDay(story.receivedAt.hour, in: zone(client)))
                    }.map(\.id)
                    for (limit, most) in [(7, 5), (4, 4), (3, 1000), (5000, .max)] {
                        var (found, place): ([LeadID], LeadID?) = ([], nil)
                        repeat {
                            let list = try reader.leads(
                                of: scope, range, in: zone(client), before: place, limit: limit, lookingAt: most)
                            #expect(list.leads.count <= limit && list.lookedAt <= most)
                            #expect(list.isCutShort == (list.next != nil && list.leads.count < limit))
                            found += list.leads.map(\.id)
                            place = list.next
                        } while place != nil
                        #expect(found == expected, "\(scope), \(from) to \(to), \(limit) of \(most)")
                    }
                    if isCounted { #expect(try reader.count(scope, days: range) == expected.count) }
                }
            }
        }
    }

    @Test func `is what the figures count, in whatever pieces it is read`() throws {
        let bench = try Bench()
        try bench.ledger.figures.arrange(Self.calendars)
        try Self.fill(bench, rounds: 160)
        #expect(try Self.everything(bench.ledger).count > 500)
        try Self.compare(bench.ledger)
    }

    @Test func `is complete while the figures are made anew`() throws {
        let bench = try Bench()
        try bench.ledger.figures.arrange(
            Calendars(zones: ["norden": .utc, "sueden": .utc], clients: Self.calendars.clients))
        try Self.fill(bench, rounds: 40)
        try bench.ledger.figures.arrange(Self.calendars)
        #expect(try bench.ledger.reader().rollupProgress() != nil)
        try Self.compare(bench.ledger, isCounted: false)
    }

    @Test func `passes over hours and days in which there was nothing to find`() throws {
        let bench = try Bench()
        try bench.ledger.deliveries.register(["google"])
        try bench.ledger.figures.arrange(Self.calendars)
        for hour in 0..<24 * 100 {
            let isQuiet = hour > 30
            try bench.append((0..<4).map { "\(hour)-\($0)" }, source: "north")
            try Self.judge(bench) { _ in ("pumps", !isQuiet && hour % 10 == 0 ? "rare" : "busy", false) }
            bench.time.advance(.hours(1))
        }
        var scope = LeadScope(client: "norden", sources: ["north"])
        scope.ad = "rare"
        let today = CountedDay(bench.time.now, in: Self.berlin)
        let list = try bench.ledger.reader().leads(
            of: scope, CountedDay(number: today.number - 120)..<CountedDay(number: today.number + 1), in: Self.berlin,
            limit: 50)
        #expect(list.leads.count == 16 && list.next == nil)
        // Of 9,600 leads: those of the four hours, and of a few minutes after each.
        #expect(list.lookedAt <= 32)
    }

    @Test func `of a busy group does not look at hours in which only others were busy`() throws {
        let bench = try Bench()
        try bench.ledger.deliveries.register(["google"])
        try bench.ledger.figures.arrange(Self.calendars)
        for hour in 0..<6 {
            try bench.append((0..<100).map { "\(hour)-\($0)" }, source: hour == 0 ? "north" : "south")
            try Self.judge(bench) { _ in ("pumps", "a", false) }
            bench.time.advance(.hours(2))
        }
        let today = CountedDay(bench.time.now, in: Self.berlin)
        let list = try bench.ledger.reader().leads(
            of: LeadScope(client: "norden", sources: ["north"]),
            CountedDay(number: today.number - 1)..<CountedDay(number: today.number + 1), in: Self.berlin, limit: 50)
        #expect(list.leads.count == 50 && list.lookedAt == 51)
    }

    @Test func `of a day after the last that an id can name is empty`() throws {
        let bench = try Bench()
        try bench.append(["a"], source: "north")
        try Self.judge(bench) { _ in ("pumps", "a", false) }
        let list = try bench.ledger.reader().leads(
            of: LeadScope(client: "sueden"), CountedDay(number: 80_000)..<CountedDay(number: 80_800), in: .utc, limit: 5
        )
        #expect(list.leads.isEmpty && list.next == nil && list.lookedAt == 0)
    }
}
