import Domain
import Monitoring
import Service
import Store
import TestSupport
import Testing

@Suite struct `The watch over the volume of leads` {
    @Test func `counts valid leads by the five minutes in which they were received`() throws {
        let stage = try Stage()
        let noon = Instant(rfc3339: "2026-03-10T12:00:00Z")!
        try stage.post([noon, noon + .minutes(4), noon + .minutes(5)], group: "solar")
        try stage.post([noon + .minutes(1)], group: "solar", isTest: true)
        try stage.post([noon + .minutes(1)], group: "")
        let reader = try stage.ledger.reader()
        let groups = try reader.countedGroups()
        #expect(groups.map(\.key.group) == ["solar", ""])
        let slot = Slots.slot(of: noon)
        let counts = try reader.slotCounts(slot..<(slot + 2))
        #expect(
            counts == [
                SlotCount(group: groups[0].id, slot: slot, leads: 2),
                SlotCount(group: groups[1].id, slot: slot, leads: 1),
                SlotCount(group: groups[0].id, slot: slot + 1, leads: 1),
            ])
    }

    @Test func `moves old slots into days without losing a lead`() throws {
        let stage = try Stage()
        let start = Instant(rfc3339: "2026-03-01T00:00:00Z")!
        let moments = (0..<500).map { start + .minutes($0 * 37) }
        try stage.post(moments, group: "solar")
        stage.time.set(start + .days(20))
        let before = try stage.total()
        while try stage.ledger.purge() {}
        #expect(try stage.total() == before)
        let today = Slots.slot(of: stage.time.now) / Slots.perDay
        #expect(try stage.ledger.reader().slotTotal(0..<((today - 12) * Slots.perDay)) == 0)
        // What comes late is added to what is there.
        try stage.post([start + .hours(3)], group: "solar")
        while try stage.ledger.purge() {}
        #expect(try stage.total() == before + 1)
        stage.time.set(start + .days(90))
        while try stage.ledger.purge() {}
        #expect(try stage.total() == 0)
    }

    @Test func `says what is missing in words, and when leads come again`() throws {
        let stage = try Stage()
        try stage.fill(days: 28, group: "solar", perDay: 144)
        let start = stage.time.now
        var watch = stage.watch()
        #expect(try stage.observe(watch) == [])
        // Nothing for four hours.
        let observations = try stage.observe(watch, until: start + .hours(4))
        let finding = try #require(observations.findings.first)
        #expect(finding.key == "missing_leads group:acme/solar")
        #expect(finding.severity == .critical)
        #expect(finding.sentence.contains("expected since 00:00, none came"), "\(finding.sentence)")
        // A restart says the same.
        watch = stage.watch()
        #expect(try stage.observe(watch) == observations)
        // Leads come again: first a sign, then evidence.
        try stage.post([stage.time.now + .minutes(1)], group: "solar")
        stage.time.set(stage.time.now + .minutes(6))
        let recovering = try stage.observe(watch, open: [finding.key])
        #expect(recovering.contains { if case .recovering(finding.key, _, _) = $0 { true } else { false } })
        try stage.post((1...6).map { stage.time.now + .minutes($0 * 2) }, group: "solar")
        _ = try stage.observe(watch, until: stage.time.now + .minutes(30), open: [finding.key])
        let recovered = try stage.observe(watch, open: [finding.key])
        #expect(recovered.count == 1)
        guard case .recovered(finding.key, let ended, _)? = recovered.first else {
            Issue.record("\(recovered)")
            return
        }
        #expect(ended <= start + .hours(4) + .minutes(20))
        // And a restart after that too.
        #expect(try stage.observe(stage.watch(), open: [finding.key]) == recovered)
    }

    @Test func `is not misled by leads that wait to be judged`() throws {
        let stage = try Stage()
        try stage.fill(days: 28, group: "solar", perDay: 144)
        let watch = stage.watch()
        _ = try stage.observe(watch)
        let start = stage.time.now
        // They come in, but nobody judges them.
        try stage.append((0..<24).map { start + .minutes($0 * 10) }, group: "solar")
        #expect(try stage.observe(watch, until: start + .hours(4)) == [])
        try stage.judge()
        #expect(try stage.observe(watch) == [])
    }

    @Test func `takes note of leads that come late`() throws {
        let stage = try Stage()
        try stage.fill(days: 28, group: "solar", perDay: 144)
        let watch = stage.watch()
        let start = stage.time.now
        stage.time.set(start + .hours(4))
        let key = try #require(try stage.observe(watch).findings.first?.key)
        // They were in quarantine and are released.
        try stage.post((0..<24).map { start + .minutes($0 * 10) }, group: "solar")
        stage.time.set(stage.time.now + .minutes(5))
        let observations = try stage.observe(watch, open: [key])
        #expect(observations.findings.isEmpty)
        #expect(observations.contains { if case .recovered(key, _, _) = $0 { true } else { false } })
    }

    @Test func `takes its own downtime for a hole`() throws {
        let stage = try Stage()
        try stage.fill(days: 28, group: "solar", perDay: 144)
        let watch = stage.watch()
        _ = try stage.observe(watch)
        stage.time.set(stage.time.now + .hours(9))
        // The process was away; the first round of the next one finds no silence.
        #expect(try stage.observe(stage.watch()) == [])
        // But it goes on watching: from now on leads are missing.
        let next = stage.watch()
        #expect(try stage.observe(next, until: stage.time.now + .minutes(30)) == [])
        #expect(!(try stage.observe(next, until: stage.time.now + .hours(4)).findings.isEmpty))
    }

    @Test func `obeys a fixed rule in its hours`() throws {
        let stage = try Stage()
        try stage.fill(days: 28, group: "solar", perDay: 24)
        var group = VolumeSettings.Group()
        group.isUnwatched = true
        group.rules = [FixedRule(fewerThan: 1, within: .hours(2), minutes: 120..<1440)]
        var settings = stage.settings
        settings.groups[GroupKey(client: "acme", group: "solar")] = group
        let watch = VolumeWatch(settings, ledger: stage.ledger)
        let start = stage.time.now
        // From midnight nothing; the rule counts from 02:00 and wants two hours.
        #expect(try stage.observe(watch, until: start + .hours(3) + .minutes(55)) == [])
        let after = try stage.observe(watch, until: start + .hours(4) + .minutes(6))
        let finding = try #require(after.findings.first)
        #expect(finding.key == "missing_leads group:acme/solar rule:fewer-than-1-in-120m")
        #expect(finding.sentence == "The rule \"no leads in 2 hours\" is broken: none came")
        try stage.post([stage.time.now], group: "solar")
        stage.time.set(stage.time.now + .minutes(6))
        let recovered = try stage.observe(watch, open: [finding.key])
        #expect(recovered.count == 1 && recovered[0].key == finding.key)
    }

    @Test func `says what a rule would have done`() {
        // A lead every 90 minutes for a day.
        var leads = [UInt32](repeating: 0, count: Slots.perDay)
        for slot in stride(from: 0, to: Slots.perDay, by: 18) { leads[slot] = 1 }
        let end = Slots.slot(of: Instant(rfc3339: "2026-03-11T00:00:00Z")!)
        #expect(FixedRule().firings(leads, before: end, .utc) == 16)
        #expect(FixedRule(within: .hours(2)).firings(leads, before: end, .utc) == 0)
        #expect(FixedRule(minutes: 720..<1440).firings(leads, before: end, .utc) == 8)
    }
}

extension [Observation] {
    fileprivate var findings: [Finding] { compactMap { if case .problem(let finding) = $0 { finding } else { nil } } }
}

/// A store whose clock a test moves, and leads of one client.
private final class Stage {
    let folder = TemporaryFolder()
    let time = Time()
    let ledger: Ledger
    var settings = VolumeSettings()
    private var posted = 0

    final class Time: Sendable {
        private let moment = Locked(Instant(rfc3339: "2026-03-10T00:00:00Z")!)
        var now: Instant { moment.withLock { $0 } }
        func set(_ new: Instant) { moment.withLock { $0 = new } }
        var clock: Clock { Clock { self.now.milliseconds } }
    }

    init() throws {
        ledger = try Ledger(path: folder.file("relay.db"), clock: time.clock, log: .silent)
        settings.clients["acme"] = VolumeSettings.Client(zone: .utc)
    }

    deinit { ledger.close() }

    func watch() -> VolumeWatch { VolumeWatch(settings, ledger: ledger) }

    func observe(_ watch: VolumeWatch, open: [String] = []) throws -> [Observation] {
        let found = try watch.observe(try ledger.reader(), now: time.now, open: open)
        return found.filter { if case .suspicion = $0 { false } else { true } }
    }

    /// Observes every four minutes until a moment; answers what was said last.
    func observe(_ watch: VolumeWatch, until end: Instant, open: [String] = []) throws -> [Observation] {
        while time.now + .minutes(4) < end {
            time.set(time.now + .minutes(4))
            _ = try observe(watch, open: open)
        }
        time.set(end)
        return try observe(watch, open: open)
    }

    /// As many leads a day, evenly, up to now.
    func fill(days: Int, group: String, perDay: Int) throws {
        let start = time.now
        let step = 86_400 / perDay
        time.set(start + .days(days))
        for day in 0..<days {
            try post((0..<perDay).map { start + .days(day) + .seconds($0 * step + step / 2) }, group: group)
        }
        _ = try ledger.purge()
    }

    func post(_ moments: [Instant], group: String, isTest: Bool = false) throws {
        try append(moments, group: group)
        try judge(isTest: isTest)
    }

    func append(_ moments: [Instant], group: String) throws {
        let submissions = moments.map {
            Submission(source: group, receivedAt: $0, format: .json, body: [], address: "192.0.2.1")
        }
        _ = try ledger.append([Post(submissions)])
    }

    func judge(isTest: Bool = false) throws {
        let rows = try ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10_000)
        _ = try ledger.judge(
            rows.map { row in
                posted += 1
                let dimension = Dimension(source: "landing", client: "acme", group: row.submission.source)
                return (
                    row,
                    .lead(
                        Lead(
                            id: row.id, source: "landing", receivedAt: row.submission.receivedAt, eventID: "e\(posted)",
                            event: "lead", occurredAt: row.submission.receivedAt, isTest: isTest, dimension: dimension,
                            payload: [], routes: []))
                )
            })
    }

    /// All leads that are kept in slots and days.
    func total() throws -> Int {
        let reader = try ledger.reader()
        var sum = try reader.slotTotal(0..<1_000_000_000)
        try reader.dayCounts(0..<1_000_000) { _, _, hours in sum += hours.reduce(0) { $0 + Int($1) } }
        return sum
    }
}
