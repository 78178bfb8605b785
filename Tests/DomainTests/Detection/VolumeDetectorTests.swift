import Domain
import TestSupport
import Testing

@Suite struct `The detector of missing leads` {
    /// The last word about a group tells all that was missing, also what its client's alert had spoken for in between.
    @Test func `counts for a group what was missing while its client's alert was open`() throws {
        // The intake is not silent: another client has leads.
        var traffic = Traffic([60, 60, 60, 60], clients: ["acme", "acme", "acme", "bolt"])
        let whole = Traffic.slot(30, 12)..<Traffic.slot(30, 20)
        traffic.factor = { group, slot in
            if group == 0, slot >= Traffic.slot(30, 0) { return slot < Traffic.slot(31, 6) ? 0 : 1 }
            return group < 3 && whole.contains(slot) ? 0 : 1
        }
        let leads = traffic.leads(days: 32)
        var detector = traffic.detector(leads, at: 30)
        var last: VolumeDetector.Standing?
        for slot in (30 * Slots.perDay)..<(32 * Slots.perDay) {
            detector.step(leads.map { $0[slot] })
            let open = detector.episodes.last { $0.scope == .group(traffic.groups[0].key) && $0.isOpen }
            if let open { last = detector.standing(of: open) }
        }
        let parent = try #require(detector.episodes.first { $0.scope == .client("acme") })
        let child = try #require(detector.episodes.first { $0.scope == .group(traffic.groups[0].key) })
        let closed = try #require(child.closed)
        #expect(child.opened < parent.opened && (parent.closed ?? .max) < closed)
        let standing = try #require(last)
        // Some 60 a day for 30 hours; without the eight hours of the client's alert it would be 55.
        #expect((68...84).contains(standing.expected), "\(standing)")
        #expect(standing.since <= child.began && standing.observed < 10)
    }

    @Test func `says nothing while leads come as always`() {
        let detector = Traffic([40, 100, 300]).watched(days: 35)
        #expect(detector.episodes.isEmpty)
    }

    @Test func `notices a silence the sooner the more leads come, and its end by the leads that come again`() throws {
        var traffic = Traffic([30, 100, 500], clients: ["a", "b", "c"])
        let outage = Traffic.slot(25, 8)..<Traffic.slot(26, 8)
        traffic.factor = { _, slot in outage.contains(slot) ? 0 : 1 }
        // Each at a client of its own, so that no parent speaks for them; the intake must not be silent either.
        traffic.daily.append(2000)
        traffic.groups.append(
            WatchedGroup(GroupKey(client: "d", group: "other"), zone: .utc, created: Slots.start(of: Traffic.start)))
        let faulty = traffic.factor
        traffic.factor = { group, slot in group == 3 ? 1 : faulty(group, slot) }
        let detector = traffic.watched(days: 29)
        let found = (0..<3).map { group in
            detector.episodes.filter { $0.scope == .group(traffic.groups[group].key) }
        }
        for episodes in found {
            let episode = try #require(episodes.first)
            #expect(episodes.count == 1)
            #expect(episode.kind == .silence && episode.observed == 0)
            #expect(episode.began <= outage.lowerBound && episode.began > outage.lowerBound - 60)
            #expect(episode.ending == .recovered)
            let ended = try #require(episode.ended)
            #expect(ended >= outage.upperBound && ended < outage.upperBound + 150)
        }
        let delays = found.map { $0[0].opened - outage.lowerBound }
        #expect(delays[0] > delays[1] && delays[1] > delays[2])
        #expect(delays[0] < 18 * 12 && delays[1] < 5 * 12 && delays[2] < 15)
    }

    @Test func `notices that few leads come`() throws {
        var traffic = Traffic([100])
        let drop = Traffic.slot(25, 8)..<Traffic.slot(28, 8)
        traffic.factor = { _, slot in drop.contains(slot) ? 0.2 : 1 }
        let episode = try #require(traffic.watched(days: 30).episodes.first)
        #expect(episode.kind != .silence)
        #expect(episode.opened > drop.lowerBound && episode.opened < drop.lowerBound + 12 * 12)
        #expect(episode.ending == .recovered)
    }

    @Test func `needs two evaluations that agree`() {
        var traffic = Traffic([500])
        // A silence that is just long enough for one of them, and then a lead.
        let leads: [[UInt32]] = {
            traffic.factor = { _, _ in 1 }
            var leads = traffic.leads(days: 23)
            let from = 22 * Slots.perDay + 120
            for slot in from..<(22 * Slots.perDay + 200) { leads[0][slot] = 0 }
            return leads
        }()
        var first: Int?
        var detector = traffic.detector(leads, at: 21)
        for slot in (21 * Slots.perDay)..<(23 * Slots.perDay) {
            detector.step([leads[0][slot]])
            if first == nil, !detector.episodes.isEmpty { first = slot }
        }
        // The same, but with leads again in the slot before it was known.
        var interrupted = leads
        interrupted[0][first! - 1] = 4
        var other = traffic.detector(interrupted, at: 21)
        for slot in (21 * Slots.perDay)...first! { other.step([interrupted[0][slot]]) }
        #expect(other.episodes.isEmpty)
    }

    @Test func `waits longer in a new group by itself`() {
        func delay(history: Int) -> Int? {
            var traffic = Traffic([100])
            let outage = Traffic.slot(30, 8)
            traffic.factor = { _, slot in slot >= outage || slot < Traffic.slot(30 - history, 0) ? 0 : 1 }
            traffic.groups[0].created = Slots.start(of: Traffic.slot(30 - history, 0))
            return traffic.watched(days: 33, from: 29).episodes.first.map { $0.opened - outage }
        }
        let old = delay(history: 28)
        let new = delay(history: 2)
        #expect(old != nil && new != nil)
        #expect((new ?? 0) > (old ?? 0))
    }

    @Test(arguments: [[60, 90, 40], [60, 90]] as [[Double]])
    func `says one thing when a whole client falls silent, and forgets the hole`(groups: [Double]) throws {
        var traffic = Traffic(groups + [2000], clients: groups.map { _ in "acme" } + ["other"])
        let outage = Traffic.slot(25, 9)..<Traffic.slot(25, 21)
        traffic.factor = { group, slot in group < groups.count && outage.contains(slot) ? 0 : 1 }
        let detector = traffic.watched(days: 32)
        let episode = try #require(detector.episodes.first)
        #expect(detector.episodes.count == 1)
        #expect(episode.scope == .client("acme") && episode.ending == .recovered)
        #expect(episode.opened - outage.lowerBound < 3 * 12)
    }

    @Test func `says one thing when nothing comes in at all`() throws {
        var traffic = Traffic([60, 90, 40, 2000, 800], clients: ["a", "b"])
        let outage = Traffic.slot(25, 9)..<Traffic.slot(25, 12)
        traffic.factor = { _, slot in outage.contains(slot) ? 0 : 1 }
        let detector = traffic.watched(days: 28)
        #expect(detector.episodes.map(\.scope) == [.intake])
        let opened = try #require(detector.episodes.first?.opened)
        #expect(opened - outage.lowerBound <= 4)
    }

    @Test func `knows that its own downtime is no silence`() {
        var traffic = Traffic([60, 90, 2000], clients: ["a", "b", "c"])
        let down = Traffic.slot(25, 9)..<Traffic.slot(26, 12)
        traffic.factor = { _, slot in down.contains(slot) ? 0 : 1 }
        #expect(traffic.watched(days: 30, holes: [down]).episodes.isEmpty)
        #expect(!traffic.watched(days: 30).episodes.isEmpty)
    }

    @Test func `expects what the calendar says`() {
        var traffic = Traffic([150])
        let sale = Traffic.slot(24, 0)..<Traffic.slot(27, 0)
        traffic.factor = { _, slot in sale.contains(slot) ? 0.3 : 1 }
        func entry(_ multiplier: Double) -> CalendarEntry {
            CalendarEntry(
                .client("acme"), start: Slots.start(of: sale.lowerBound), end: Slots.start(of: sale.upperBound),
                multiplier: multiplier)
        }
        #expect(!traffic.watched(days: 30).episodes.isEmpty)
        #expect(traffic.watched(days: 30, calendar: [entry(0.3)]).episodes.isEmpty)
        // A pause: nothing is expected, and nothing is made up for afterwards.
        traffic.factor = { _, slot in sale.contains(slot) ? 0 : 1 }
        #expect(traffic.watched(days: 30, calendar: [entry(0)]).episodes.isEmpty)
    }

    @Test func `ends when a pause begins, and when somebody says so`() {
        var traffic = Traffic([150])
        let outage = Traffic.slot(24, 0)
        traffic.factor = { _, slot in slot >= outage ? 0 : 1 }
        let pause = CalendarEntry(
            .all, start: Slots.start(of: Traffic.slot(25, 0)), end: Slots.start(of: Traffic.slot(40, 0)), multiplier: 0)
        let paused = traffic.watched(days: 30, calendar: [pause])
        #expect(paused.episodes.map(\.ending) == [.paused])
        let slot = Traffic.slot(25, 3)
        let dismissed = traffic.watched(
            days: 26, decisions: [VolumeDetector.Decision(.group(traffic.groups[0].key), .dismissed, slot: slot)])
        #expect(dismissed.episodes.first?.ending == .dismissed)
        #expect(dismissed.episodes.first?.closed == slot)
        // It goes on, so it is found again, with a new begin.
        #expect((dismissed.episodes.last?.began ?? 0) >= slot)
    }

    @Test func `keeps an alert for weeks if nobody says that it is the new level`() {
        var traffic = Traffic([150])
        let change = Traffic.slot(24, 0)
        traffic.factor = { _, slot in slot >= change ? 0 : 1 }
        #expect(traffic.watched(days: 60).episodes.map(\.ending) == [nil])
        // Until hardly anything else is remembered.
        let detector = traffic.watched(days: 72)
        #expect(detector.episodes.map(\.ending) == [.newNormal])
    }

    @Test func `learns a new level at once when people say so`() throws {
        var traffic = Traffic([150])
        let change = Traffic.slot(24, 0)
        traffic.factor = { _, slot in slot >= change ? 0.1 : 1 }
        let decision = VolumeDetector.Decision(
            .group(traffic.groups[0].key), .newNormal, slot: Traffic.slot(34, 14.25))
        let detector = traffic.watched(days: 35, decisions: [decision])
        #expect(detector.episodes.map(\.ending) == [.newNormal])
        #expect(detector.episodes[0].closed == decision.slot)
        let leads = traffic.leads(days: 35)
        var running = traffic.detector(leads, at: 21, decisions: [decision])
        for slot in (21 * Slots.perDay)..<(decision.slot - Traffic.start) { running.step(leads.map { $0[slot] }) }
        #expect(running.slot == decision.slot && running.dailyRate(of: 0) < 25, "\(running.dailyRate(of: 0))")
        // It is watched to the new level: its silence is noticed, later than before.
        traffic.factor = { _, slot in slot >= Traffic.slot(36, 0) ? 0 : slot >= change ? 0.1 : 1 }
        let silent = traffic.watched(days: 40, decisions: [decision])
        #expect(silent.episodes.map(\.ending) == [.newNormal, nil])
    }

    @Test func `takes a client that has gone for gone`() {
        var traffic = Traffic([60, 60, 60, 60, 60, 60], clients: ["a", "b"])
        let change = Traffic.slot(24, 0)
        traffic.factor = { group, slot in group % 2 == 0 && slot >= change ? 0 : 1 }
        let decision = VolumeDetector.Decision(.client("a"), .newNormal, slot: Traffic.slot(34, 14.25))
        #expect(traffic.watched(days: 36).episodes.map(\.ending) == [nil])
        let detector = traffic.watched(days: 44, decisions: [decision])
        #expect(detector.episodes.map(\.ending) == [.newNormal])
        #expect(detector.dailyRate(of: 0) < 3 && detector.dailyRate(of: 1) > 40)
    }

    @Test func `learns what an event was worth`() throws {
        var traffic = Traffic([150, 400], clients: ["a", "b"])
        let sale = Traffic.slot(30, 0)..<Traffic.slot(32, 0)
        traffic.factor = { group, slot in sale.contains(slot) ? (group == 0 ? 0.4 : 1.5) : 1 }
        let entry = CalendarEntry(
            .all, start: Slots.start(of: sale.lowerBound), end: Slots.start(of: sale.upperBound), multiplier: 0.8,
            ofClients: ["b": 1.5])
        let detector = traffic.watched(days: 34, calendar: [entry])
        let lessons = detector.lessons(of: entry)
        let (a, b) = (try #require(lessons["a"]), try #require(lessons["b"]))
        #expect(abs(a.expected - 300) < 40 && abs(Double(a.came) / a.expected - 0.4) < 0.1, "\(a)")
        #expect(abs(b.expected - 800) < 60 && abs(Double(b.came) / b.expected - 1.5) < 0.15, "\(b)")
        // A pause teaches nothing, nor does what is too short to know an hour of it.
        var other = entry
        other.multiplier = 0
        #expect(detector.lessons(of: other).isEmpty)
        other = CalendarEntry(
            .all, start: entry.start + .minutes(10), end: entry.start + .minutes(50), multiplier: 0.5)
        #expect(detector.lessons(of: other).isEmpty)
        // An outage in it is no lesson.
        let outage = Traffic.slot(30, 12)..<Traffic.slot(31, 12)
        let before = traffic.factor
        traffic.factor = { group, slot in group == 1 && outage.contains(slot) ? 0 : before(group, slot) }
        let disturbed = try #require(traffic.watched(days: 34, calendar: [entry]).lessons(of: entry)["b"])
        #expect(disturbed.expected < 0.6 * b.expected)
        #expect(abs(Double(disturbed.came) / disturbed.expected - 1.5) < 0.2, "\(disturbed)")
    }

    /// Running on is the same as being made anew, whenever that is.
    @Test(arguments: [11, 12, 13] as [UInt64])
    func `says after a restart what it would have said without`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var traffic = Traffic([25, 60, 120, 300, 30, 45], clients: ["a", "b", "b", "c", "b", "c"])
        traffic.seed = seed
        var faults: [(groups: Set<Int>, slots: Range<Int>, factor: Double)] = []
        for _ in 0..<7 {
            let start = Traffic.slot(Int.random(in: 21..<31, using: &random), Double.random(in: 0..<24, using: &random))
            let groups = Bool.random(using: &random) ? Set(0..<6) : [Int.random(in: 0..<6, using: &random)]
            faults.append(
                (
                    groups, start..<(start + Int.random(in: 20..<600, using: &random)),
                    [0, 0, 0.1, 0.4].randomElement(using: &random)!
                ))
        }
        traffic.factor = { group, slot in
            faults.reduce(1) { $1.groups.contains(group) && $1.slots.contains(slot) ? $0 * $1.factor : $0 }
        }
        let days = 34
        let leads = traffic.leads(days: days)
        var through = traffic.detector(leads, at: 21)
        var restarted = through
        for slot in (21 * Slots.perDay)..<(days * Slots.perDay) {
            through.step(leads.map { $0[slot] })
            // Now and then it is made anew from what is written down, at the midnight before, and catches up.
            if Int.random(in: 0..<60, using: &random) == 0 {
                let day = (slot + 1) / Slots.perDay
                let written = restarted.episodes
                restarted = traffic.detector(leads, at: day, episodes: written)
                for slot in (day * Slots.perDay)..<(slot + 1) { restarted.step(leads.map { $0[slot] }) }
            } else {
                restarted.step(leads.map { $0[slot] })
            }
            guard restarted.slot == through.slot else {
                Issue.record("out of step")
                return
            }
            if restarted.episodes != through.episodes || restarted.suspects != through.suspects {
                Issue.record("at slot \(slot): \(restarted.episodes) against \(through.episodes)")
                return
            }
        }
        #expect(!through.episodes.isEmpty)
    }

    @Test func `tells what it is watched to`() throws {
        let traffic = Traffic([20, 500])
        let detector = traffic.watched(days: 22)
        let small = try #require(detector.noticedSilence(of: 0, from: 34))
        let big = try #require(detector.noticedSilence(of: 1, from: 34))
        #expect(small > 9 * 12 && small < 20 * 12)
        #expect(big < 18)
        let expected = detector.expected(of: 0, hours: (Traffic.slot(22, 0) / 12)..<(Traffic.slot(23, 0) / 12))
        #expect(expected.count == 24 && abs(expected.reduce(0, +) - 20) < 4)
    }
}
