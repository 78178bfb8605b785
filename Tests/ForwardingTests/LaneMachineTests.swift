import Domain
import Forwarding
import TestSupport
import Testing

/// A lane without store, transport and clock.
struct LaneBench {
    var lane: LaneMachine
    var now: Instant = .start
    var token: LaneMachine.Token = .ready
    var claims: Int64 = 0
    var settled: [LeadID: Settlement] = [:]
    var requests = 0

    init(
        batch: Int = 1000, concurrency: Int = 4, perSecond: Double? = nil,
        limits: AdapterLimits = AdapterLimits(batch: 1000, deduplication: .hours(48), throttleRest: .minutes(5))
    ) {
        var pace = Destination.Pace()
        pace.batch = batch
        pace.concurrency = concurrency
        pace.eventsPerSecond = perSecond
        lane = LaneMachine(name: "lane", pace: pace, limits: limits, now: now) { 0.5 }
    }

    static func rows(
        _ ids: some Sequence<Int>, failures: Int = 0, expires: Instant = .start + .days(7),
        uncertainSince: Instant? = nil,
        stream: String = ""
    ) -> [Row] {
        ids.map {
            Row(
                Delivery(
                    lead: LeadID(rawValue: Int64($0)), failures: failures, expires: expires,
                    uncertainSince: uncertainSince),
                Fragment(stream: stream, key: "\($0)", bytes: []))
        }
    }

    mutating func next() -> [LaneMachine.Action] {
        let actions = lane.next(at: now, token: token)
        note(actions)
        return actions
    }

    /// The store hands over `rows`; answers what is sent.
    mutating func claimed(_ rows: [Row], nextDue: Instant? = nil) -> [Batch] {
        claims += 1
        note(
            lane.claimed(
                Claim(id: claims, destination: "lane", deliveries: rows.map(\.delivery), nextDue: nextDue), rows: rows,
                ends: [], at: now))
        return next().sent
    }

    /// The platform answers; answers what is sent next.
    mutating func answered(_ batch: Batch, _ reading: Reading) -> [Batch] {
        note(lane.answered(batch.id, reading, took: .milliseconds(5), at: now))
        return next().sent
    }

    mutating func note(_ actions: [LaneMachine.Action]) {
        requests += actions.sent.count
        for case .settle(_, let settlements) in actions {
            for settlement in settlements { settled[settlement.lead] = settlement }
        }
    }

    func ends(_ end: Settlement.End) -> Int { settled.values.count { $0.end == end } }
}

extension [LaneMachine.Action] {
    var sent: [Batch] { compactMap { if case .send(let batch) = $0 { batch } else { nil } } }
    var claims: [Int] { compactMap { if case .claim(let limit) = $0 { limit } else { nil } } }
    var holds: [String] { compactMap { if case .hold(let reason) = $0 { reason } else { nil } } }
}

private let good = Receipt(status: 200)
private let bad = Receipt(status: 400, code: "bad")

@Suite struct `A lane` {
    @Test func `asks at its start for what an earlier process left`() {
        var bench = LaneBench(batch: 100, concurrency: 3)
        let result1 = bench.next()
        #expect(result1 == [.claim(limit: 300)])
        let result2 = bench.next()
        #expect(result2 == [], "one claim at a time")
        let result3 = bench.claimed([], nextDue: nil)
        #expect(result3 == [])
        #expect(bench.lane.wake == nil, "an empty lane costs nothing")
    }

    @Test func `lets the first lead wait a little for company`() {
        var bench = LaneBench()
        _ = bench.next()
        _ = bench.claimed([])
        bench.lane.becameDue(at: bench.now)
        let result4 = bench.next()
        #expect(result4 == [])
        #expect(bench.lane.wake == .start + .milliseconds(20))
        bench.now = .start + .milliseconds(20)
        let result5 = bench.next()
        #expect(result5.claims == [2000])
    }

    @Test func `hears of what becomes due while it claims`() {
        var bench = LaneBench()
        _ = bench.next()
        bench.lane.becameDue(at: bench.now)
        _ = bench.claimed([], nextDue: nil)
        bench.now = .start + .milliseconds(20)
        let result6 = bench.next()
        #expect(result6.claims.count == 1)
    }

    @Test func `claims for the connections that are free, and one batch ahead while there is a backlog`() {
        var bench = LaneBench(batch: 10, concurrency: 2)
        let first = bench.next()
        #expect(first == [.claim(limit: 20)])
        let sent = bench.claimed(LaneBench.rows(1...20), nextDue: .start)
        #expect(sent.map(\.rows.count) == [10, 10])
        #expect(bench.lane.isClaiming, "the next batch is made ready")
        let ahead = bench.claimed(LaneBench.rows(21...30), nextDue: .start)
        #expect(ahead == [], "every connection is busy")
        #expect(!bench.lane.isClaiming, "and one batch ahead is enough")
        let next = bench.answered(sent[0], Reading(all: .delivered(good), 10))
        #expect(next.map { $0.rows.first?.delivery.lead } == [LeadID(rawValue: 21)])
        #expect(bench.ends(.outcome(.delivered)) == 10)
    }

    @Test func `claims nothing ahead while it keeps up`() {
        var bench = LaneBench(batch: 10, concurrency: 1)
        _ = bench.next()
        _ = bench.claimed(LaneBench.rows(1...3), nextDue: .start)
        let actions = bench.next()
        #expect(actions == [])
    }

    @Test func `never mixes streams nor repeats a key in a request`() {
        var bench = LaneBench(batch: 10, concurrency: 9)
        _ = bench.next()
        var twice = LaneBench.rows([1, 2])
        twice[1].fragment.key = "1"
        let rows = LaneBench.rows(10..<13, stream: "a") + LaneBench.rows(20..<22, stream: "b") + twice
        let sent = bench.claimed(rows)
        #expect(sent.map { $0.rows.map(\.fragment.stream) } == [["a", "a", "a"], ["b", "b"], [""], [""]])
    }

    @Test func `keeps to its rate`() {
        var bench = LaneBench(batch: 10, concurrency: 4, perSecond: 20)
        var events = 0
        var next = 0
        for _ in 0..<10_000 {
            let actions = bench.next()
            for limit in actions.claims {
                let sent = bench.claimed(LaneBench.rows(next..<(next + limit)), nextDue: bench.now)
                next += limit
                events += sent.reduce(0) { $0 + $1.rows.count }
                for batch in sent { _ = bench.answered(batch, Reading(all: .delivered(good), batch.rows.count)) }
            }
            guard let wake = bench.lane.wake else { continue }
            if wake > .start + .seconds(10) { break }
            bench.now = max(bench.now, wake)
        }
        #expect((200...240).contains(events), "\(events) events in ten seconds")
    }

    @Test func `puts what has expired to an end without sending it`() {
        var bench = LaneBench()
        _ = bench.next()
        let sent = bench.claimed(
            LaneBench.rows([1], expires: .start) + LaneBench.rows([2], uncertainSince: .start - .hours(49))
                + LaneBench.rows([3], uncertainSince: .start - .hours(47)))
        #expect(sent.flatMap(\.rows).map(\.delivery.lead.rawValue) == [3])
        #expect(bench.ends(.outcome(.expired)) == 2)
        #expect(bench.settled[LeadID(rawValue: 2)]?.receipt.code == "outcome_unknown")
    }

    @Test func `tries again when the table says`() {
        var bench = LaneBench()
        _ = bench.next()
        let sent = bench.claimed(LaneBench.rows([1]) + LaneBench.rows([2], failures: 3))
        _ = bench.answered(sent[0], Reading(all: .retry(bad, .unreachable, after: nil), 2, .failing))
        #expect(
            bench.settled[LeadID(rawValue: 1)]?.end
                == .retry(due: .start + .seconds(5), cause: .unreachable, uncertain: false))
        #expect(
            bench.settled[LeadID(rawValue: 2)]?.end
                == .retry(due: .start + .minutes(10), cause: .unreachable, uncertain: false))
        #expect(bench.lane.wake == .start + .seconds(5))
        bench.now = .start + .seconds(5)
        let result8 = bench.next()
        #expect(result8.claims.count == 1)
    }

    @Test func `remembers that the platform may have stored it`() {
        var bench = LaneBench()
        _ = bench.next()
        let sent = bench.claimed(LaneBench.rows([1], failures: 4, expires: .start + .days(7)))
        _ = bench.answered(sent[0], Reading(all: .retry(bad, .unknown, after: .hours(60)), 1))
        // The platform forgets after 48 hours: one last try just before that.
        #expect(
            bench.settled[LeadID(rawValue: 1)]?.end
                == .retry(due: .start + .hours(48) - .seconds(30), cause: .unknown, uncertain: true))
    }

    @Test func `gives up when the window closes first`() {
        var bench = LaneBench()
        _ = bench.next()
        let sent = bench.claimed(LaneBench.rows([1], expires: .start + .seconds(20)))
        _ = bench.answered(sent[0], Reading(all: .retry(bad, .unknown, after: nil), 1))
        #expect(
            bench.settled[LeadID(rawValue: 1)]?.end
                == .retry(due: .start + .seconds(5), cause: .unknown, uncertain: true))
        bench = LaneBench()
        _ = bench.next()
        let last = bench.claimed(LaneBench.rows([1], failures: 5, expires: .start + .seconds(20)))
        _ = bench.answered(last[0], Reading(all: .retry(bad, .unknown, after: nil), 1))
        #expect(bench.settled[LeadID(rawValue: 1)]?.end == .outcome(.expired))
    }

    @Test func `that is held gives everything back and asks for nothing`() {
        var bench = LaneBench(batch: 2, concurrency: 2)
        _ = bench.next()
        let sent = bench.claimed(LaneBench.rows(1...4), nextDue: nil)
        let actions = bench.lane.answered(
            sent[0].id, Reading(all: .hold(Receipt(status: 403, code: "190")), 2), took: .zero, at: bench.now)
        bench.note(actions)
        #expect(actions.holds == ["190"])
        #expect(bench.lane.mode == .held)
        _ = bench.answered(sent[1], Reading(all: .delivered(good), 2))
        #expect(bench.ends(.release(note: true)) == 2 && bench.ends(.outcome(.delivered)) == 2)
        bench.lane.becameDue(at: bench.now)
        bench.now = bench.now + .days(1)
        let result9 = bench.next()
        #expect(result9 == [] && bench.lane.wake == nil)
        bench.lane.set(.running, at: bench.now)
        let result10 = bench.next()
        #expect(result10.claims.count == 1)
    }

    @Test(arguments: [LaneMachine.Mode.paused, .held, .stopping])
    func `that may not run gives back what it claims`(_ mode: LaneMachine.Mode) {
        var bench = LaneBench()
        _ = bench.next()
        bench.lane.set(mode, at: bench.now)
        let result11 = bench.claimed(LaneBench.rows(1...5))
        #expect(result11 == [])
        #expect(bench.ends(.release(note: false)) == 5)
        #expect(bench.lane.isIdle)
    }

    @Test func `rests when the platform is busy, longer each time`() {
        var bench = LaneBench(concurrency: 1)
        _ = bench.next()
        for minutes in [5, 10, 20, 40, 60, 60] {
            let sent = bench.claimed(LaneBench.rows([1]), nextDue: bench.now)
            #expect(sent.count == 1)
            _ = bench.answered(sent[0], Reading(all: .retry(bad, .throttled, after: nil), 1, .throttled))
            #expect(bench.lane.wake == bench.now + .minutes(minutes))
            bench.now = bench.now + .minutes(minutes)
            let result12 = bench.next()
            #expect(result12.claims.count == 1)
        }
    }

    @Test func `rests as long as the platform asks`() {
        var bench = LaneBench(concurrency: 1)
        _ = bench.next()
        let sent = bench.claimed(LaneBench.rows([1]), nextDue: bench.now)
        _ = bench.answered(sent[0], Reading(all: .retry(bad, .throttled, after: .seconds(90)), 1, .throttled))
        #expect(bench.lane.wake == .start + .seconds(90))
    }

    @Test func `without a token waits for one and claims nothing`() {
        var bench = LaneBench()
        bench.token = .pending
        let result13 = bench.next()
        #expect(result13 == [])
        bench.token = .ready
        let result14 = bench.next()
        #expect(result14.claims.count == 1)
    }

    @Test func `renews a refused token once for each request`() {
        var bench = LaneBench()
        _ = bench.next()
        let refused = Reading(all: .retry(Receipt(status: 401, code: "UNAUTHENTICATED"), .credentials, after: nil), 3)
        let sent = bench.claimed(LaneBench.rows(1...3))
        let result15 = bench.lane.answered(sent[0].id, refused, took: .zero, at: bench.now)
        #expect(result15 == [.renewToken])
        bench.token = .pending
        let result16 = bench.next()
        #expect(result16 == [])
        bench.token = .ready
        let again = bench.next().sent
        #expect(again.map(\.rows) == [sent[0].rows])
        let actions = bench.lane.answered(again[0].id, refused, took: .zero, at: bench.now)
        bench.note(actions)
        #expect(actions.holds == ["UNAUTHENTICATED"] && bench.ends(.release(note: true)) == 3)
    }

    @Test func `is held when no token can be had`() {
        var bench = LaneBench()
        bench.token = .refused(reason: "invalid_grant")
        let result17 = bench.next()
        #expect(result17 == [.hold(reason: "invalid_grant")])
        let result18 = bench.next()
        #expect(result18 == [])
    }

    @Test func `asks a dead platform with one event at a time`() {
        var bench = LaneBench(batch: 100, concurrency: 1)
        _ = bench.next()
        let dead = Verdict.retry(Receipt(status: 0, code: "unreachable"), .unreachable, after: nil)
        var id = 0
        func rows(_ count: Int) -> [Row] {
            id += count
            return LaneBench.rows((id - count)..<id)
        }
        for _ in 0..<5 {
            for batch in bench.claimed(rows(99), nextDue: bench.now) {
                _ = bench.answered(batch, Reading(all: dead, batch.rows.count, .failing))
            }
        }
        #expect(bench.requests == 5)
        #expect(bench.lane.wake == .start + .seconds(5))
        bench.now = .start + .seconds(5)
        let result19 = bench.next()
        #expect(result19.claims == [1])
        let probe = bench.claimed(rows(1), nextDue: bench.now)
        #expect(probe.map(\.rows.count) == [1])
        #expect(bench.lane.wake == nil, "until the probe is answered")
        _ = bench.answered(probe[0], Reading(all: .delivered(good), 1))
        #expect(bench.lane.isClaiming, "and then at full speed")
    }

    @Test func `gives rows back before their lease is too short for another request`() {
        var bench = LaneBench(batch: 10, concurrency: 1)
        _ = bench.next()
        bench.token = .pending
        _ = bench.claimed(LaneBench.rows(1...10))
        #expect(bench.settled.isEmpty)
        bench.now = .start + bench.lane.lease
        _ = bench.next()
        #expect(bench.ends(.release(note: false)) == 10)
    }
}

@Suite struct `Isolation` {
    /// A platform that refuses a whole request for the events in `guilty` without naming them.
    private func run(_ bench: inout LaneBench, _ rows: [Row], guilty: Set<Int>, naming: Bool = false) {
        var queue = bench.claimed(rows)
        while !queue.isEmpty {
            let batch = queue.removeFirst()
            let ids = batch.rows.map { Int($0.delivery.lead.rawValue) }
            let found = ids.filter(guilty.contains)
            let reading: Reading
            if found.isEmpty {
                reading = Reading(all: .delivered(good), ids.count)
            } else if naming {
                reading = Reading(ids.map { $0 == found[0] ? .rejected(bad) : .isolate(bad) })
            } else {
                reading = Reading(all: ids.count == 1 ? .rejected(bad) : .isolate(bad), ids.count)
            }
            queue += bench.answered(batch, reading)
        }
    }

    @Test(arguments: [(1000, 1), (1000, 500), (1000, 1000), (2, 1), (3, 3), (7, 4), (128, 77)])
    func `of one bad event costs no more than 2 log n + 2 requests`(count: Int, guilty: Int) {
        var bench = LaneBench()
        _ = bench.next()
        run(&bench, LaneBench.rows(1...count), guilty: [guilty])
        #expect(bench.ends(.outcome(.rejected)) == 1 && bench.ends(.outcome(.delivered)) == count - 1)
        #expect(bench.settled[LeadID(rawValue: Int64(guilty))]?.end == .outcome(.rejected))
        var logarithm = 0
        while 1 << logarithm < count { logarithm += 1 }
        #expect(bench.requests <= 2 * logarithm + 2, "\(bench.requests) requests")
    }

    @Test func `finds several`() {
        var bench = LaneBench()
        _ = bench.next()
        run(&bench, LaneBench.rows(1...1000), guilty: [3, 4, 500, 998])
        #expect(bench.ends(.outcome(.rejected)) == 4 && bench.ends(.outcome(.delivered)) == 996)
    }

    @Test func `takes out what the answer names and sends the rest at once`() {
        var bench = LaneBench()
        _ = bench.next()
        run(&bench, LaneBench.rows(1...1000), guilty: [3, 4, 500], naming: true)
        #expect(bench.ends(.outcome(.rejected)) == 3 && bench.ends(.outcome(.delivered)) == 997)
        #expect(bench.requests == 4)
    }

    @Test func `halves when naming goes on for too long`() {
        var bench = LaneBench()
        _ = bench.next()
        run(&bench, LaneBench.rows(1...1000), guilty: Set((1...30).map { $0 * 33 }), naming: true)
        #expect(bench.ends(.outcome(.rejected)) == 30 && bench.ends(.outcome(.delivered)) == 970)
    }

    @Test func `does not storm a platform that refuses everything`() {
        var bench = LaneBench()
        _ = bench.next()
        run(&bench, LaneBench.rows(1...1000), guilty: Set(1...1000))
        #expect(bench.settled.count == 1000, "every row has been settled")
        #expect(bench.requests < 300, "\(bench.requests) requests")
        #expect(bench.settled.values.allSatisfy { if case .release = $0.end { false } else { true } })
    }

    @Test func `of a lane that is held meanwhile gives the rows back`() {
        var bench = LaneBench()
        _ = bench.next()
        let sent = bench.claimed(LaneBench.rows(1...10))
        bench.lane.set(.paused, at: bench.now)
        _ = bench.answered(sent[0], Reading(all: .isolate(bad), 10))
        #expect(bench.settled.count == 10 && bench.lane.isIdle)
    }

    @Test func `loses and repeats no row, whatever is answered`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let count = Int.random(in: 1...40, using: &random)
            var bench = LaneBench(batch: .random(in: 1...20, using: &random))
            _ = bench.next()
            var seen: [LeadID: Int] = [:]
            func note(_ actions: [LaneMachine.Action]) {
                for case .settle(_, let settlements) in actions {
                    for settlement in settlements { seen[settlement.lead, default: 0] += 1 }
                }
            }
            bench.claims += 1
            let rows = LaneBench.rows(1...count)
            note(
                bench.lane.claimed(
                    Claim(id: 1, destination: "lane", deliveries: rows.map(\.delivery), nextDue: nil), rows: rows,
                    ends: [],
                    at: bench.now))
            var flying: [Batch] = []
            for step in 0..<4000 {
                let actions = bench.lane.next(at: bench.now, token: .ready)
                note(actions)
                flying += actions.sent
                guard !flying.isEmpty else {
                    if bench.lane.waiting.isEmpty { break }
                    bench.now = bench.lane.wake ?? bench.now
                    continue
                }
                let batch = flying.remove(at: .random(in: flying.indices, using: &random))
                let verdicts = batch.rows.map { _ -> Verdict in
                    switch Int.random(in: 0...40, using: &random) {
                    case 0: .hold(bad)
                    case 1...3: .rejected(bad)
                    case 4...8: .retry(bad, .unclassified, after: nil)
                    case 9...20: batch.rows.count > 1 ? .isolate(bad) : .rejected(bad)
                    case 21: .retry(bad, .throttled, after: .seconds(1))
                    default: .delivered(good)
                    }
                }
                let health: Reading.Health = step % 7 == 0 ? .failing : .well
                note(bench.lane.answered(batch.id, Reading(verdicts, health), took: .zero, at: bench.now))
            }
            #expect(seen.count == count && seen.values.allSatisfy { $0 == 1 })
        }
    }

    /// An event without the thing that it was refused for; `nil` when there is nothing left to take out.
    private static func without(_ row: Row, _ receipt: Receipt) -> Row? {
        guard row.amendments.count < Amendment.allCases.count, receipt.code == "CLICK" else { return nil }
        var row = row
        row.amendments.append(Amendment.allCases[row.amendments.count])
        return row
    }

    private static func verdicts(_ count: Int, refusing bad: Set<Int>) -> [Verdict] {
        (0..<count).map {
            bad.contains($0) ? .rejected(Receipt(status: 400, code: "CLICK")) : .delivered(Receipt(status: 200))
        }
    }

    @Test func `sends events once more without what they were refused for, and settles the others`() throws {
        var bench = LaneBench(batch: 10)
        bench.lane.becameDue(at: bench.now)
        _ = bench.next()
        let batch = try #require(bench.claimed(LaneBench.rows(1...10)).first)
        bench.note(
            bench.lane.answered(
                batch.id, Reading(Self.verdicts(10, refusing: [2, 5])), took: .zero, at: bench.now, amend: Self.without)
        )
        let again = try #require(bench.next().sent.first)
        #expect(again.rows.map(\.delivery.lead.rawValue) == [3, 6] && bench.settled.count == 8)
        bench.note(
            bench.lane.answered(
                again.id, Reading(Self.verdicts(2, refusing: [])), took: .zero, at: bench.now, amend: Self.without))
        #expect(bench.ends(.outcome(.delivered)) == 10 && bench.lane.isIdle)
    }

    @Test func `gives up an event that is refused whatever is taken out of it`() throws {
        var bench = LaneBench(batch: 10)
        bench.lane.becameDue(at: bench.now)
        _ = bench.next()
        var sent = bench.claimed(LaneBench.rows(1...1))
        var requests = 0
        while let batch = sent.first, requests < 100 {
            requests += 1
            bench.note(
                bench.lane.answered(
                    batch.id, Reading(Self.verdicts(1, refusing: [0])), took: .zero, at: bench.now, amend: Self.without)
            )
            sent = bench.next().sent
        }
        #expect(requests == Amendment.allCases.count + 1 && bench.ends(.outcome(.rejected)) == 1)
    }

    @Test func `keeps an event for later that could be sent without something while the lane may not send`() throws {
        var bench = LaneBench(batch: 10)
        bench.lane.becameDue(at: bench.now)
        _ = bench.next()
        let batch = try #require(bench.claimed(LaneBench.rows(1...1)).first)
        bench.lane.set(.paused, at: bench.now)
        bench.note(
            bench.lane.answered(
                batch.id, Reading(Self.verdicts(1, refusing: [0])), took: .zero, at: bench.now, amend: Self.without))
        #expect(bench.ends(.release(note: true)) == 1)
    }
}
