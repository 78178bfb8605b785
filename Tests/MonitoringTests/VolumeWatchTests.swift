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
        var groups: [CountedGroup] = []
        try reader.countedGroups(after: 0) { group, _ in groups.append(group) }
        #expect(groups.map(\.key.group) == ["solar", ""])
        let slot = Slots.slot(of: noon)
        let counts = try reader.slotCounts(slot..<(slot + 2))
        #expect(
            counts == [
                SlotCount(group: groups[0].id, slot: slot, leads: 2),
                SlotCount(group: groups[1].id, slot: slot, leads: 1),
                SlotCount(group: groups[0].id, slot: slot + 1, leads: 1),
            ])
        let hour = slot..<(slot + Slots.perHour)
        #expect(try reader.lastLead(client: "acme", group: "solar", hour) == slot + 1)
        #expect(try reader.lastLead(client: groups[1].key.client, group: "", hour) == slot)
        #expect(try reader.lastLead(client: nil, group: nil, hour) == slot + 1)
        #expect(try reader.lastLead(client: "beta", group: nil, hour) == nil)
        #expect(try reader.lastLead(client: "acme", group: "solar", (slot + 2)..<(slot + 9)) == nil)
    }

    @Test func `moves old slots into days without losing a lead`() throws {
        let stage = try Stage()
        let start = Instant(rfc3339: "2026-03-01T00:00:00Z")!
        let moments = (0..<500).map { start + .minutes($0 * 37) }
        try stage.post(moments, group: "solar")
        stage.time.set(start + .days(20))
        let before = try stage.total()
        while try stage.ledger.retention.purge() {}
        #expect(try stage.total() == before)
        let today = Slots.slot(of: stage.time.now) / Slots.perDay
        #expect(try stage.ledger.reader().slotTotal(0..<((today - 12) * Slots.perDay)) == 0)
        // What comes late is added to what is there.
        try stage.post([start + .hours(3)], group: "solar")
        while try stage.ledger.retention.purge() {}
        #expect(try stage.total() == before + 1)
        stage.time.set(start + .days(90))
        while try stage.ledger.retention.purge() {}
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
        let watch = VolumeWatch(settings, store: stage.ledger.watch)
        let start = stage.time.now
        // From midnight nothing; the rule counts from 02:00 and wants two hours.
        #expect(try stage.observe(watch, until: start + .hours(3) + .minutes(55)) == [])
        let after = try stage.observe(watch, until: start + .hours(4) + .minutes(6))
        let finding = try #require(after.findings.first)
        #expect(finding.key == "missing_leads group:acme/solar")
        #expect(finding.sentence == "The rule \"no leads in 2 hours\" is broken: none came")
        try stage.post([stage.time.now], group: "solar")
        stage.time.set(stage.time.now + .minutes(6))
        let recovered = try stage.observe(watch, open: [finding.key])
        #expect(recovered.count == 1 && recovered[0].key == finding.key)
    }

    @Test func `tells of a rule and of what is missing as one alert`() throws {
        let stage = try Stage()
        try stage.fill(days: 28, group: "solar", perDay: 144)
        stage.settings.rules = [FixedRule()]
        let watch = stage.watch()
        let start = stage.time.now
        let first = try #require(try stage.observe(watch, until: start + .minutes(66)).findings.first)
        #expect(first.key == "missing_leads group:acme/solar")
        #expect(first.sentence == "The rule \"no leads in 1 hour\" is broken: none came")
        let both = try stage.observe(watch, until: start + .hours(4), open: [first.key]).findings
        #expect(both.map(\.key) == [first.key])
        #expect(both[0].sentence.contains("leads expected since 00:00, none came"), "\(both[0].sentence)")
        #expect(both[0].evidence.contains(Finding.Evidence("Rule that is broken", "no leads in 1 hour")))
        // Too few leads for the rule, then enough for both.
        try stage.post((1...40).map { stage.time.now + .minutes($0) }, group: "solar")
        let after = try stage.observe(watch, until: stage.time.now + .minutes(45), open: [first.key])
        #expect(after.findings.isEmpty && after.contains { $0.key == first.key }, "\(after)")
    }

    /// Holes of every kind under rules of every kind, through the alerts' whole lifecycle, with proofs that open what
    /// is only suspected.
    @Test(arguments: [1, 2, 5], [0, 40, 60])
    func `has one alert for one hole`(fewerThan: Int, strayEvery minutes: Int) throws {
        let stage = try Stage()
        try stage.fill(days: 28, group: "solar", perDay: 144)
        stage.settings.rules = [FixedRule(fewerThan: fewerThan, within: .hours(1))]
        let watch = stage.watch()
        let start = stage.time.now
        var seen: Set<AlertID> = []
        for minute in stride(from: 0, through: 8 * 60, by: 5) {
            stage.time.set(start + .minutes(minute))
            if minutes > 0, minute % minutes == 0 { try stage.post([stage.time.now], group: "solar") }
            let said = try watch.observe(
                try stage.ledger.reader(), now: stage.time.now, open: stage.ledger.alerts.open.map(\.key))
            let problems = said.findings.map(\.key)
            #expect(problems.count <= 1 && !said.contains { $0.isSuspicion && !problems.isEmpty }, "\(said)")
            _ = try stage.ledger.alerts.observe(said)
            for case .suspicion(var proved) in said {
                proved.severity = .warning
                _ = try stage.ledger.alerts.observe([.problem(proved)])
            }
            let open = stage.ledger.alerts.open
            #expect(open.count <= 1, "\(open.map(\.key))")
            seen.formUnion(open.map(\.id))
        }
        #expect(seen.count == 1)
    }

    @Test func `ends the second of two alerts that an earlier release has opened for one hole`() throws {
        let stage = try Stage()
        try stage.fill(days: 28, group: "solar", perDay: 144)
        let watch = stage.watch()
        let keys = Finding.keysOfLevel(.group(client: "acme", group: "solar"))
        let said = try stage.observe(watch, until: stage.time.now + .hours(4), open: keys)
        #expect(said.findings.map(\.key) == [keys[0]])
        #expect(
            said.last
                == .recovered(
                    key: keys[1], ended: stage.time.now,
                    reason: "Told together with everything else that is said of it."))
    }

    @Test(arguments: [
        ("solar", "mark it: leadrelay calendar add flood --start 2026-04-03 --end 2026-04-03 --multiplier "),
        ("a; rm -rf /", "mark it on the calendar's page or with leadrelay calendar add"),
    ])
    func `offers to mark a flood before an alert in the calendar`(group: String, offer: String) throws {
        let stage = try Stage()
        let start = stage.time.now
        try stage.fill(days: 28, group: group, perDay: 144)
        try stage.post((0..<3000).map { start + .days(24) + .seconds($0 * 20) }, group: group)
        let watch = stage.watch()
        let said = try stage.observe(watch, until: stage.time.now + .hours(4)).findings
        let evidence = try #require(said.first?.evidence.first { $0.name == "A flood before" })
        #expect(evidence.value.contains(offer), "\(evidence.value)")
    }

    @Test func `gathers what a rule says of a client's groups, and tells what is left by itself`() throws {
        let stage = try Stage()
        for group in ["a", "b", "c"] {
            try stage.post([stage.time.now + .minutes(1)], group: group)
        }
        stage.settings.rules = [FixedRule()]
        let watch = stage.watch()
        let start = stage.time.now
        let all = try stage.observe(watch, until: start + .hours(2)).findings
        let key = "missing_leads client:acme rule:several"
        #expect(all.map(\.key).sorted() == [key] + ["a", "b", "c"].map { "missing_leads group:acme/\($0)" })
        #expect(all.allSatisfy { $0.key == key || $0.coveredBy.first == key })
        for group in ["a", "b"] { try stage.post([stage.time.now + .minutes(1)], group: group) }
        let open = all.map(\.key)
        let later = try stage.observe(watch, until: stage.time.now + .minutes(12), open: open)
        #expect(later.findings.map(\.key) == ["missing_leads group:acme/c"])
        #expect(later.findings[0].coveredBy.first == "missing_leads client:acme")
        let ended = later.compactMap { if case .recovered(let key, _, let reason) = $0 { (key, reason) } else { nil } }
        #expect(ended.map(\.0).sorted() == [key, "missing_leads group:acme/a", "missing_leads group:acme/b"])
        #expect(ended.contains { $0.1 == "1 lead in 1 hour: enough again." })
    }

    @Test func `watches a group from its first hour although no lead has ever come`() throws {
        let stage = try Stage()
        let key = GroupKey(client: "acme", group: "new")
        stage.settings.groups[key] = VolumeSettings.Group()
        stage.settings.groups[key]?.rules = [FixedRule(within: .hours(1))]
        let start = stage.time.now
        var watch = stage.watch()
        #expect(try stage.observe(watch, until: start + .minutes(55)) == [])
        // A restart does not begin anew; of an hour in which we were down nothing is known.
        watch = stage.watch()
        #expect(try stage.observe(watch, until: start + .minutes(76)) == [])
        let found = try stage.observe(watch, until: start + .minutes(126)).findings
        #expect(found.map(\.key) == ["missing_leads group:acme/new"])
        #expect(watch.watchfulness(of: key) == "no lead has come yet: only fixed rules speak before the first one")
        // Its first lead ends it, and the group is one like others.
        try stage.post([stage.time.now + .minutes(1)], group: "new")
        let after = try stage.observe(watch, until: stage.time.now + .minutes(12), open: found.map(\.key))
        #expect(after.findings.isEmpty && after.map(\.key) == found.map(\.key))
        #expect(try stage.ledger.reader().namedGroups().isEmpty)
    }

    @Test func `misses the first lead of a group that was planned`() throws {
        let stage = try Stage()
        let key = GroupKey(client: "acme", group: "new")
        stage.settings.groups[key] = VolumeSettings.Group()
        stage.settings.groups[key]?.plannedDaily = 32
        let start = stage.time.now
        let watch = stage.watch()
        // Two an hour from 07:00 on: four by 09:00, twelve by 13:00.
        #expect(try stage.observe(watch, until: start + .hours(12) + .minutes(55)) == [])
        let finding = try #require(try stage.observe(watch, until: start + .hours(13) + .minutes(6)).findings.first)
        #expect(finding.key == "missing_leads group:acme/new" && finding.severity == .warning)
        #expect(
            finding.sentence == "12 leads expected since 00:04 by what is planned, and the first has not come yet")
        let worse = try stage.observe(watch, until: start + .hours(17) + .minutes(6), open: [finding.key]).findings
        #expect(worse.map(\.severity) == [.critical])
        // A pause in the calendar counts nothing.
        _ = try stage.ledger.watch.add(
            CalendarEvent(
                name: "not yet", entry: CalendarEntry(.group(key), start: start, end: start + .days(2), multiplier: 0),
                zone: "UTC", author: "maria", addedAt: start))
        stage.time.set(stage.time.now + .minutes(1))
        #expect(try stage.observe(watch, open: [finding.key]).map(\.key) == [finding.key])
        #expect(try stage.observe(watch, open: [finding.key]).findings.isEmpty)
    }

    @Test func `waits for groups that a calendar, a table of names or costs have named, up to a bound`() throws {
        let stage = try Stage()
        let start = stage.time.now
        stage.settings.bounds = GroupChoice.Bounds(watched: 4, fresh: 2)
        try stage.post([start + .minutes(1)], group: "solar")
        _ = try stage.ledger.watch.add(
            CalendarEvent(
                name: "sale",
                entry: CalendarEntry(
                    .group(GroupKey(client: "acme", group: "of the calendar")), start: start, end: start + .days(1),
                    multiplier: 2), zone: "UTC", author: "maria", addedAt: start))
        _ = try stage.ledger.figures.keepTitles(
            [NameSheet.Row(level: "group", id: "of the names", name: "Names")], client: "acme")
        let row = SpendSheet.Row(
            day: Int64(Slots.slot(of: start) / Slots.perDay), campaign: "17", adset: "", ad: "", currency: "EUR",
            micros: 1_000_000)
        _ = try stage.ledger.figures.keepSpend([row], client: "acme")
        stage.settings.groupRules = [GroupRule(group: "of the costs", conditions: [.init(.campaignID, "17")])]
        stage.time.set(start + .minutes(10))
        let watch = stage.watch()
        _ = try stage.observe(watch)
        #expect(
            watch.groups.map(\.key.group) == ["solar", "of the calendar", "of the costs", "of the names"])
        #expect(watch.unwatched.isEmpty)
        stage.settings.groups[GroupKey(client: "acme", group: "a")] = VolumeSettings.Group()
        watch.configure(stage.settings)
        _ = try stage.observe(watch)
        #expect(watch.groups.map(\.key.group) == ["solar", "a", "of the calendar", "of the costs"])
        #expect(watch.unwatched.map(\.count) == [1])
    }

    @Test func `ends what people say was no problem, waits longer from then on, and knows it after a restart`() throws {
        let stage = try Stage()
        try stage.fill(days: 28, group: "solar", perDay: 144)
        let start = stage.time.now
        var watch = stage.watch()
        let finding = try #require(try stage.observe(watch, until: start + .hours(4)).findings.first)
        let key = GroupKey(client: "acme", group: "solar")
        let before = try #require(watch.watchfulness(of: key))
        _ = try stage.ledger.alerts.observe([.problem(finding)])
        let alert = try #require(stage.ledger.alerts.open.first)
        _ = try stage.ledger.alerts.command(.judge(.notAProblem), alert.id, by: "maria")
        // Within one slot it is over to the detector too, and is not found again at once although nothing comes.
        let after = try stage.observe(watch, until: start + .hours(4) + .minutes(16))
        #expect(after.findings.isEmpty)
        let episodes = try stage.ledger.reader().episodes(since: 0)
        #expect(!episodes.isEmpty && episodes.allSatisfy { $0.ending == .dismissed })
        for _ in 0..<2 {
            let sentence = try #require(watch.watchfulness(of: key))
            #expect(
                sentence.hasSuffix("; threshold raised after a false alarm"),
                "\(sentence)")
            #expect(!before.contains("waits"))
            watch = stage.watch()
            #expect(try stage.observe(watch).findings.isEmpty)
        }
        // It goes on: after a longer silence it is found again.
        #expect(!(try stage.observe(watch, until: start + .hours(14))).findings.isEmpty)
        // A person who finds that it was true takes that back; so does time.
        _ = try stage.ledger.alerts.command(.judge(.client), alert.id, by: "tom")
        _ = try stage.observe(watch)
        #expect(watch.watchfulness(of: key)?.contains("waits") == false)
    }

    @Test func `learns a new level when people say that it is the new normal`() throws {
        let stage = try Stage()
        try stage.fill(days: 28, group: "solar", perDay: 144)
        let start = stage.time.now
        let watch = stage.watch()
        // A tenth of what came before, for two days.
        for hour in stride(from: 1, to: 48, by: 2) {
            _ = try stage.observe(watch, until: start + .hours(hour))
            try stage.post([start + .hours(hour)], group: "solar")
        }
        _ = try stage.observe(watch, until: start + .hours(48))
        let finding = try #require(try stage.observe(watch).findings.first)
        _ = try stage.ledger.alerts.observe([.problem(finding)])
        let alert = try #require(stage.ledger.alerts.open.first)
        _ = try stage.ledger.alerts.command(.judge(.newNormal), alert.id, by: "maria")
        stage.time.set(stage.time.now + .minutes(11))
        #expect(try stage.observe(watch, open: []).findings.isEmpty)
        #expect(try stage.ledger.reader().episodes(since: 0).last?.ending == .newNormal)
        let daily = try #require(watch.groups.first?.daily)
        #expect(daily < 25, "\(daily)")
        // It is all the same after a restart, and goes on being so.
        #expect(try stage.observe(stage.watch()).findings.isEmpty)
    }

    @Test func `watches what has stayed or has a name, and counts what somebody invents as one`() throws {
        let stage = try Stage()
        stage.settings.groups[GroupKey(client: "acme", group: "named")] = VolumeSettings.Group()
        stage.settings.ruledGroups = ["ruled"]
        try stage.fill(days: 28, group: "solar", perDay: 144)
        let start = stage.time.now
        let watch = stage.watch()
        _ = try stage.observe(watch)
        // One that has a name is waited for.
        #expect(watch.groups.map(\.key.group) == ["solar", "named"])
        // Tens of thousands of groups of one lead each.
        let invented = 20_000
        for batch in 0..<4 {
            try stage.post(
                (0..<invented / 4).map { start + .milliseconds(Int64($0)) }, groups: { "invented \(batch) \($0)" })
        }
        try stage.post([start + .minutes(1)], group: "named")
        try stage.post([start + .minutes(1)], group: "ruled")
        stage.time.set(start + .minutes(6))
        let crowd = try #require(try stage.observe(watch).findings.first)
        #expect(crowd.key == "too_many_groups client:acme" && crowd.severity == .warning)
        let bounds = GroupChoice.Bounds()
        let watched = Set(watch.groups.map(\.key.group))
        // A hundred new ones, those with a name, the one that has stayed, and the one that stands for all others.
        #expect(watched.count == bounds.fresh + 4)
        #expect(watched.isSuperset(of: ["solar", "named", "ruled", ""]))
        #expect(watch.unwatched.map(\.count) == [invented - bounds.fresh])
        // Another process says the same.
        let other = stage.watch()
        #expect(try stage.observe(other).findings == [crowd])
        #expect(Set(other.groups.map(\.key.group)) == watched)
        // The one that has stayed is missed all the same.
        let later = try stage.observe(watch, until: start + .hours(4), open: [crowd.key])
        #expect(later.findings.contains { $0.key == "missing_leads group:acme/solar" })
        // Two days later nobody invents any more.
        stage.time.set(start + .days(2) + .minutes(6))
        let end = try stage.observe(stage.watch(), open: [crowd.key])
        #expect(end.contains { if case .recovered(crowd.key, _, _) = $0 { true } else { false } })
    }

    @Test func `gives a place to a new group that stays, also in a crowd`() throws {
        let stage = try Stage()
        stage.settings.bounds = GroupChoice.Bounds(watched: 50, fresh: 3)
        let start = stage.time.now
        for day in 0..<4 {
            try stage.post(
                (0..<200).map { start + .days(day) + .minutes($0) }, groups: { "invented \(day) \($0)" })
            try stage.post([start + .days(day) + .hours(5)], group: "solar")
        }
        stage.time.set(start + .days(2) + .hours(6))
        let early = stage.watch()
        _ = try stage.observe(early)
        #expect(early.watchedKeys.count == 4, "three new ones, and the rest")
        stage.time.set(start + .days(4))
        let watch = stage.watch()
        _ = try stage.observe(watch)
        #expect(watch.watchedKeys.contains(GroupKey(client: "acme", group: "solar")))
        #expect(watch.watchedKeys.count == 5)
    }

    @Test func `learns from an event for the next one of its name`() throws {
        let stage = try Stage()
        let start = stage.time.now
        let (sale, end) = (start + .days(20), start + .days(22))
        for day in 0..<24 {
            let perDay = (20..<22).contains(day) ? 36 : 144
            let step = 86_400 / perDay
            try stage.post((0..<perDay).map { start + .days(day) + .seconds($0 * step + step / 2) }, group: "solar")
        }
        stage.time.set(start + .days(24))
        func event(_ name: String, _ start: Instant, _ end: Instant, repeats: Recurrence? = nil) -> CalendarEvent {
            CalendarEvent(
                name: name, entry: CalendarEntry(.client("acme"), start: start, end: end, multiplier: 0.5), zone: "UTC",
                author: "maria", addedAt: start, repeats: repeats)
        }
        _ = try stage.ledger.watch.add(event("Sale 2026", sale, end, repeats: .monthly))
        let watch = stage.watch()
        _ = try stage.observe(watch)
        let lessons = try stage.ledger.reader().calendarLessons()
        let lesson = try #require(lessons.first)
        #expect(lessons.count == 1 && lesson.came == 72 && lesson.client == "acme" && lesson.start == sale)
        #expect(abs(lesson.expected - 288) < 30, "\(lesson)")
        // Its next time, and another event of its name.
        let later = try stage.ledger.reader().calendarOccurrences((end + .days(10))..<(end + .days(40)), .utc)
        #expect(later.count == 1 && later[0].times == 1 && later[0].entry.multiplier < 0.32)
        #expect((later[0].entry.ofClients["acme"] ?? 1) < 0.32)
        let id = try stage.ledger.watch.add(event("sale 2027", end + .days(300), end + .days(302)))
        let other = try stage.ledger.reader().calendarEvents(endingAfter: end).first { $0.id == id }
        #expect(try #require(other).learned(from: lessons, at: end + .days(300)).times == 1)
        #expect(try #require(other).learned(from: lessons, at: start).times == 0)
        // Learned once: another look changes nothing.
        stage.time.set(stage.time.now + .days(1))
        _ = try stage.observe(stage.watch())
        #expect(try stage.ledger.reader().calendarLessons() == lessons)
        // The event goes with time, what it has taught stays for years.
        stage.time.set(start + .days(1200))
        while try stage.ledger.retention.purge() {}
        #expect(try stage.ledger.reader().calendarEvents(endingAfter: Instant(seconds: 0)).map(\.name) == ["Sale 2026"])
        #expect(try stage.ledger.reader().calendarLessons() == lessons)
        stage.time.set(start + .days(1600))
        while try stage.ledger.retention.purge() {}
        #expect(try stage.ledger.reader().calendarLessons().isEmpty)
    }

    @Test func `says what a rule would have done at least where only hours are known`() {
        let end = Slots.slot(of: Instant(rfc3339: "2026-03-11T00:00:00Z")!)
        // Four hours without a lead, twice, in two days of one lead an hour.
        var hours = [UInt32](repeating: 1, count: 48)
        for hour in [10, 11, 12, 13, 30, 31, 32, 33] { hours[hour] = 0 }
        #expect(FixedRule(within: .hours(4)).firings(hours: hours, before: end, .utc) == 2)
        #expect(FixedRule(within: .hours(5)).firings(hours: hours, before: end, .utc) == 0)
        // Three and a half hours need four whole ones; in a quarter of an hour there are fewer than in the hour.
        #expect(FixedRule(within: .minutes(210)).firings(hours: hours, before: end, .utc) == 2)
        #expect(FixedRule(within: .minutes(15)).firings(hours: hours, before: end, .utc) == 2)
        #expect(FixedRule(fewerThan: 2, within: .hours(1)).firings(hours: hours, before: end, .utc) == 1)
        // The first silence is on 9 March from 10:00, the second on 10 March from 06:00.
        #expect(FixedRule(minutes: 540..<1440).firings(hours: hours, before: end, .utc) == 2)
        #expect(FixedRule(minutes: 660..<1440).firings(hours: hours, before: end, .utc) == 1)
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

    func watch() -> VolumeWatch { VolumeWatch(settings, store: ledger.watch) }

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
        _ = try ledger.retention.purge()
    }

    func post(_ moments: [Instant], group: String, isTest: Bool = false) throws {
        try append(moments, group: group)
        try judge(isTest: isTest)
    }

    /// One lead for each moment, each in a group of its own.
    func post(_ moments: [Instant], groups: (Int) -> String) throws {
        try append(moments, groups: groups)
        try judge()
    }

    func append(_ moments: [Instant], group: String) throws { try append(moments) { _ in group } }

    private func append(_ moments: [Instant], groups: (Int) -> String) throws {
        let submissions = moments.enumerated().map {
            Submission(source: groups($0), receivedAt: $1, format: .json, body: [], address: "192.0.2.1")
        }
        _ = try ledger.inbox.append([AppendRequest(submissions)])
    }

    func judge(isTest: Bool = false) throws {
        let rows = try ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 10_000)
        _ = try ledger.validation.judge(
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

extension Observation {
    fileprivate var isSuspicion: Bool { if case .suspicion = self { true } else { false } }
}
