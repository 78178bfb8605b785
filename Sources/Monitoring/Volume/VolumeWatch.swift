package import Domain
package import Store

/// The detector over the store: hands it the leads of each five minutes that have passed, writes down what it finds,
/// and says what that means now.
///
/// Everything it knows comes from the store (counters, calendar, uptimes, episodes), so a restart says the same as
/// going on would have. It reads no lead: a round costs the same whatever the store holds. Confined to one thread.
package final class VolumeWatch {
    private let store: WatchRole
    private let zones: Zones
    private(set) var settings: VolumeSettings
    private(set) var detector: VolumeDetector?
    private var known = Inputs()
    /// The groups of the store, in the order of the detector's.
    private var roll = GroupRoll()
    /// Those that never had a lead.
    private(set) var awaited = AwaitedGroups()
    /// Leads that were handed in since `firstSlot`: when the store has others, some came late.
    private var total = 0
    private var firstSlot = 0
    /// The episodes that are written down.
    private var kept: [Episode] = []
    /// The calendar's times around now, and those that were asked what they teach, on the day on which they were.
    private var occurrences: [CalendarOccurrence] = []
    private var asked: [CalendarOccurrence] = []
    private var dayOfLessons = 0
    /// Slots in which nothing can be known, for the process was not running.
    private var holes: [Range<Int>] = []
    /// This run of the process, and the last sign of life that it gave.
    private var run: (began: Instant, beat: Instant)?

    /// What a detector is made from; with other inputs it has to be made anew.
    private struct Inputs: Equatable {
        var groups: [CountedGroup] = []
        var calendar: [CalendarEntry] = []
        var settings = VolumeSettings()
        var uptimes = 0
        /// How often the budgets of groups are halved, and what people have decided.
        var halvings: [GroupKey: Int] = [:]
        var decisions: [VolumeDetector.Decision] = []
    }

    /// A slot is looked at so long after its end: what is under way is written by then.
    private static let grace: Duration = .seconds(10)
    /// Longer without a sign of life, and the time counts as a hole.
    private static let longestPause: Duration = .minutes(5)
    /// Days of slots that a new detector is handed before its first one.
    private static let slotDays = 11
    /// A flood so long before an alert may have to do with it.
    private static let floodMemory = 14 * Slots.perDay
    /// A new detector begins at most so many days back.
    private static let daysToCatchUp = 2

    /// The zones are those in which the calendar's events come again.
    package init(_ settings: VolumeSettings, store: WatchRole, zones: Zones = .utc) {
        self.settings = settings
        self.store = store
        self.zones = zones
    }

    package func configure(_ settings: VolumeSettings) { self.settings = settings }

    // MARK: A round

    /// What is so now. `open` are the keys of the alerts that are open: those of ours that are over are told so.
    package func observe(_ reader: Reader, now: Instant, open: [String]) throws -> [Observation] {
        try beat(now)
        let judged = try reader.oldestUnjudged().map { min($0, now) } ?? now
        let target = Slots.slot(of: judged - Self.grace)
        try advance(reader, to: target, now: now)
        try awaited.update(
            reader, store, settings, named: names(occurrences).keys, watched: watchedOfClients, now: now)
        return observations(now: now, open: Set(open))
    }

    private func beat(_ now: Instant) throws {
        if let run, now >= run.beat, now - run.beat <= Self.longestPause {
            self.run = (run.began, now)
        } else {
            run = (now, now)
        }
        if let run { try store.beat(ofRun: run.began) }
    }

    private func advance(_ reader: Reader, to target: Int, now: Instant) throws {
        let uptimes = try reader.uptimes(since: now - .days(VolumeModel.daysOfHistory))
        holes = Self.holes(uptimes)
        // In whole days, so that nothing is made anew but at midnight because time has passed.
        let midnight = Slots.start(of: target / Slots.perDay * Slots.perDay)
        occurrences = try reader.calendarOccurrences(
            (midnight - .days(VolumeModel.daysOfHistory + Self.daysToCatchUp))..<(midnight + .days(2)), zones)
        let verdicts = try reader.volumeVerdicts(since: now - VolumeVerdict.memory)
        try roll.update(reader, settings.bounds, names(occurrences), today: target / Slots.perDay)
        let inputs = Inputs(
            groups: roll.groups, calendar: occurrences.map(\.entry), settings: settings,
            uptimes: uptimes.count,
            halvings: Self.halvings(verdicts, now: now), decisions: verdicts.compactMap(\.decision))
        let isBehind = detector.map { target < $0.slot } ?? true
        if inputs != known || isBehind {
            guard detector == nil || inputs != known || target < (detector?.slot ?? 0) - Slots.perHour else { return }
            try rebuild(reader, inputs, uptimes, to: target)
        } else if let slot = detector?.slot, target > slot {
            if try reader.slotTotal(firstSlot..<slot) != total {
                try rebuild(reader, inputs, uptimes, to: target)
            } else {
                try step(reader, to: target)
            }
        } else {
            return
        }
        try keep()
        try learnFromCalendar(reader)
    }

    private var watchedOfClients: [String: Int] {
        roll.groups.reduce(into: [:]) { $0[$1.key.client, default: 0] += 1 }
    }

    /// The groups that somebody has named: they are watched before all others.
    private func names(_ occurrences: [CalendarOccurrence]) -> GroupRoll.Names {
        var names = GroupRoll.Names(keys: Set(settings.groups.keys), ofRules: settings.ruledGroups)
        for occurrence in occurrences {
            if case .group(let key) = occurrence.entry.scope, !key.group.contains("*") { names.keys.insert(key) }
        }
        return names
    }

    private static func halvings(_ verdicts: [VolumeVerdict], now: Instant) -> [GroupKey: Int] {
        var halvings: [GroupKey: Int] = [:]
        for scope in Set(verdicts.map(\.scope)) {
            guard case .group(let key) = scope else { continue }
            let count = VolumeVerdict.halvings(of: key, verdicts, now: now)
            if count > 0 { halvings[key] = count }
        }
        return halvings
    }

    /// An event that has been over for a day tells what it was worth, for its next time. What comes every day or week
    /// is in the shape of the week.
    private func learnFromCalendar(_ reader: Reader) throws {
        guard let detector, dayOfLessons != detector.slot / Slots.perDay else { return }
        dayOfLessons = detector.slot / Slots.perDay
        let today = Slots.start(of: dayOfLessons * Slots.perDay)
        asked.removeAll { !occurrences.contains($0) }
        let known = try reader.calendarLessons()
        for occurrence in occurrences where occurrence.entry.end + .days(1) <= today && !asked.contains(occurrence) {
            asked.append(occurrence)
            if [.daily, .weekly].contains(occurrence.event.repeats) || occurrence.event.entry.multiplier == 0 {
                continue
            }
            let subject = CalendarLesson.subject(of: occurrence.event.name)
            if known.contains(where: {
                $0.subject == subject && $0.scope == occurrence.entry.scope && $0.start == occurrence.entry.start
            }) {
                continue
            }
            let lessons = detector.lessons(of: occurrence.entry).map { client, lesson in
                CalendarLesson(
                    subject: subject, scope: occurrence.entry.scope, start: occurrence.entry.start, client: client,
                    came: lesson.came, expected: lesson.expected)
            }
            if !lessons.isEmpty { try store.keep(lessons.sorted { $0.client < $1.client }) }
        }
    }

    /// Makes a detector at a midnight before everything that is not written down yet, and lets it catch up.
    private func rebuild(_ reader: Reader, _ inputs: Inputs, _ uptimes: [Uptime], to target: Int) throws {
        let today = target / Slots.perDay
        let watched = try reader.watchedTo().map { $0 / Slots.perDay } ?? today
        let begin = max(min(watched, today), today - Self.daysToCatchUp) * Slots.perDay
        firstSlot = begin - Self.slotDays * Slots.perDay
        let firstDay = begin / Slots.perDay - VolumeModel.daysOfHistory
        // Places are those before `begin`.
        var hours = [[(place: Int32, count: UInt32)]](repeating: [], count: inputs.groups.count)
        var slots = hours
        try reader.dayCounts(firstDay..<(begin / Slots.perDay)) { group, day, counts in
            guard let index = roll.index(of: group) else { return }
            for hour in 0..<24 where counts[hour] > 0 {
                hours[index].append((Int32((day * Slots.perDay - begin) / Slots.perHour + hour), counts[hour]))
            }
        }
        total = 0
        try reader.slotCounts((firstDay * Slots.perDay)..<begin) { count in
            if count.slot >= firstSlot { total += count.leads }
            guard let index = roll.index(of: count.group) else { return }
            let leads = UInt32(clamping: count.leads)
            hours[index].append((Int32(count.slot / Slots.perHour - begin / Slots.perHour), leads))
            if count.slot >= firstSlot { slots[index].append((Int32(count.slot - begin), leads)) }
        }
        kept = try reader.episodes(since: firstDay * Slots.perDay)
        detector = VolumeDetector(
            groups: inputs.groups.map {
                settings.watched(
                    VolumeSettings.CountedGroupFacts(key: $0.key, firstSlot: $0.firstSlot),
                    halvings: inputs.halvings[$0.key] ?? 0)
            },
            calendar: inputs.calendar,
            pasts: zip(hours, slots).map {
                VolumeDetector.Past(hours: SparseCounts(unsorted: $0), slots: SparseCounts(unsorted: $1))
            }, episodes: kept,
            decisions: inputs.decisions, holes: holes, at: begin)
        known = inputs
        if target > begin { try step(reader, to: target) }
    }

    private func step(_ reader: Reader, to target: Int) throws {
        guard let from = detector?.slot, from < target else { return }
        let counts = try reader.slotCounts(from..<target)
        var next = 0
        var leads = [UInt32](repeating: 0, count: roll.groups.count)
        for slot in from..<target {
            var touched: [Int] = []
            while next < counts.count, counts[next].slot == slot {
                total += counts[next].leads
                if let index = roll.index(of: counts[next].group) {
                    leads[index] += UInt32(clamping: counts[next].leads)
                    touched.append(index)
                }
                next += 1
            }
            detector?.step(leads)
            for index in touched { leads[index] = 0 }
        }
    }

    /// Writes down episodes that are new or have changed.
    private func keep() throws {
        guard let detector else { return }
        let before = Dictionary(kept.map { (Name($0), $0) }, uniquingKeysWith: { $1 })
        let changed = detector.episodes.filter { before[Name($0)] != $0 }
        // What a rebuild with other facts does not find any more has never been.
        let now = Set(detector.episodes.map(Name.init))
        let gone = kept.filter { $0.isOpen && !now.contains(Name($0)) }.map { episode in
            var episode = episode
            (episode.closed, episode.ending, episode.ended) = (episode.opened, .dismissed, episode.began)
            return episode
        }
        try store.keep(changed + gone, upTo: detector.slot)
        kept = detector.episodes
    }

    private struct Name: Hashable {
        var scope: Episode.Scope
        var opened: Int
        init(_ episode: Episode) {
            scope = episode.scope
            opened = episode.opened
        }
    }

    /// What lies between the last sign of a run and the beginning of the next one.
    static func holes(_ uptimes: [Uptime]) -> [Range<Int>] {
        zip(uptimes, uptimes.dropFirst()).compactMap { before, after in
            guard after.began - before.until > .seconds(90) else { return nil }
            return Slots.slot(of: before.until)..<(Slots.slot(of: after.began) + 1)
        }
    }

    // MARK: What is said

    /// In one piece: which level speaks for which is decided on the way through all of them.
    private func observations(now: Instant, open: Set<String>) -> [Observation] {
        guard let detector else { return [] }
        var observations: [Observation] = []
        var suspicions: [Finding] = []
        var findings: [Episode.Scope: Finding] = [:]
        var order: [Episode.Scope] = []
        for episode in detector.episodes where episode.isOpen && isWatched(episode.scope) {
            if findings[episode.scope] == nil { order.append(episode.scope) }
            findings[episode.scope] = finding(episode, detector, now: now)
        }
        for group in awaited.groups {
            guard let finding = unmet(group, before: detector.slot, now: now) else { continue }
            if finding.severity == .info {
                suspicions.append(finding)
            } else {
                findings[.group(group.key)] = finding
                order.append(.group(group.key))
            }
        }
        // A rule and the detector tell of one group as one matter.
        var round = ruleRound(detector, open)
        let verdicts = round.verdicts()
        for broken in verdicts.groups {
            let scope = Episode.Scope.group(broken.key)
            if findings[scope] == nil { order.append(scope) }
            findings[scope] = broken.finding(beside: findings[scope])
        }
        var said: Set<String> = []
        for finding in verdicts.wider {
            said.insert(finding.key)
            observations.append(.problem(finding))
        }
        for scope in order {
            guard let finding = findings[scope]?.keeping(open) else { continue }
            said.insert(finding.key)
            observations.append(.problem(finding))
            if let episode = detector.episodes.last(where: { $0.scope == scope && $0.isOpen }),
                let since = detector.recoverySince(episode)
            {
                let time = VolumeWords.time(Slots.start(of: since), zone(of: scope), now: now)
                observations.append(
                    .recovering(
                        key: finding.key, since: Slots.start(of: since), reason: "Leads again since \(time), watching.")
                )
            }
        }
        for group in detector.suspects.sorted() where isWatched(.group(detector.groups[group].key)) {
            suspicions.append(suspicion(group, detector, now: now))
        }
        // What is told already is not suspected beside it; what a proof has opened an alert for is not over while it is
        // suspected.
        let told = Set(findings.values.map(\.scope))
        for suspicion in suspicions.map({ $0.keeping(open) }) where !told.contains(suspicion.scope) {
            said.insert(suspicion.key)
            observations.append(.suspicion(suspicion))
        }
        observations += crowds(now: now, open)
        for key in open.subtracting(said).sorted() {
            guard let scope = Self.scope(ofKey: key) else { continue }
            if Finding.keysOfLevel(scope.alertScope).contains(key), told.contains(scope.alertScope) {
                observations.append(
                    .recovered(key: key, ended: now, reason: "Told together with everything else that is said of it."))
            } else {
                observations.append(ended(key, scope, detector, round, now: now))
            }
        }
        return observations
    }

    /// The fixed rules over the groups that are watched.
    private func ruleRound(_ detector: VolumeDetector, _ open: Set<String>) -> RuleRound {
        let members = detector.groups.indices.map { group in
            RuleRound.Member(
                key: detector.groups[group].key, since: Slots.slot(of: detector.groups[group].created),
                daily: detector.dailyRate(of: group), isPaused: detector.isPaused(group)
            ) { detector.leads(of: group, $0) }
        }
        let others = awaited.members(settings, detector.calendar, before: detector.slot)
        return RuleRound(settings, members + others, before: detector.slot, holes: holes) { scope in
            Finding.keysOfLevel(scope).contains { open.contains($0) }
        }
    }

    /// Clients of which more new groups come than are watched: somebody invents them, or posts something else as their
    /// name.
    private func crowds(now: Instant, _ open: Set<String>) -> [Observation] {
        var observations: [Observation] = []
        var said: Set<String> = []
        for crowd in roll.unwatched where crowd.recent > 0 && settings.clients[crowd.client] != nil {
            let finding = Finding(
                .tooManyGroups, .client(crowd.client), .warning, began: now,
                sentence:
                    """
                    \(crowd.recent) new campaign groups since yesterday are not watched by themselves: their leads \
                    are counted with those that say no group.
                    """,
                evidence: [
                    Finding.Evidence("Groups that are not watched", "\(crowd.count)"),
                    Finding.Evidence("New ones that are watched at once", "\(settings.bounds.fresh)"),
                ], client: crowd.client)
            said.insert(finding.key)
            observations.append(.problem(finding))
        }
        let prefix = AlertKind.tooManyGroups.rawValue + " "
        for key in open.subtracting(said).sorted() where key.hasPrefix(prefix) {
            observations.append(.recovered(key: key, ended: now, reason: "No more new groups come than are watched."))
        }
        return observations
    }

    /// Clients that are not configured any more are nobody's, and groups can be left out.
    private func isWatched(_ scope: Episode.Scope) -> Bool {
        switch scope {
        case .intake: true
        case .client(let name): settings.clients[name] != nil
        case .group(let key): settings.isWatched(key)
        }
    }

    private func zone(of scope: Episode.Scope) -> TimeZoneRules {
        switch scope {
        case .intake: .utc
        case .client(let name): settings.clients[name]?.zone ?? .utc
        case .group(let key): settings.clients[key.client]?.zone ?? .utc
        }
    }

    private func finding(_ episode: Episode, _ detector: VolumeDetector, now: Instant) -> Finding {
        let standing = detector.standing(of: episode)
        let lost = standing.expected - Double(standing.observed)
        let severity: Severity
        switch episode.scope {
        case .intake, .client: severity = .critical
        case .group(let key):
            let loss = settings.group(key)?.criticalLoss ?? settings.criticalLoss
            severity = standing.isFarBelow && lost >= loss ? .critical : .warning
        }
        var flood: [Finding.Evidence] = []
        if case .group(let key) = episode.scope,
            let last = detector.floods(of: key).last(where: { $0.slots.upperBound > episode.began - Self.floodMemory })
        {
            flood = [Finding.Evidence("A flood before", VolumeWords.offer(last, key, zone(of: episode.scope)))]
        }
        return Finding(
            Self.kind(episode.kind), episode.scope.alertScope, severity, began: Slots.start(of: episode.began),
            sentence: VolumeWords.sentence(standing, zone(of: episode.scope), now: now),
            evidence: [
                Finding.Evidence("By chance alone", VolumeWords.odds(standing.chance)),
                Finding.Evidence("Leads lost so far", "\(Int(max(0, lost).rounded()))"),
                Finding.Evidence("Noticed by", Self.words(episode.kind)),
            ] + flood, expected: standing.expected, observed: standing.observed,
            coveredBy: Finding.parents(Self.kind(episode.kind), episode.scope.alertScope)
                + (detector.intakeSpeaks(for: episode.scope) ? Finding.keysOfLevel(.relay) : []))
    }

    /// A group that never had a lead although so many a day were planned that it should have had one; of severity
    /// `info` while it is too early to tell people.
    private func unmet(_ group: AwaitedGroups.Group, before slot: Int, now: Instant) -> Finding? {
        guard let said = settings.group(group.key), let planned = said.plannedDaily, !said.isUnwatched else {
            return nil
        }
        let watched = settings.watched(group)
        let expected = FirstLead.expected(
            watched, since: Slots.slot(of: group.since) + 1, before: slot, detector?.calendar ?? [])
        guard expected >= FirstLead.suspicion else { return nil }
        let severity: Severity =
            expected < FirstLead.least
            ? .info : expected >= said.criticalLoss ?? settings.criticalLoss ? .critical : .warning
        let since = VolumeWords.time(group.since, watched.zone, now: now)
        return Finding(
            .missingLeads, group.key.scope, severity, began: group.since,
            sentence:
                """
                \(VolumeWords.leads(expected)) expected since \(since) by what is planned, and the first has not \
                come yet
                """,
            evidence: [
                Finding.Evidence("Planned", "\(VolumeWords.leads(planned)) a day"),
                Finding.Evidence("Noticed by", "no lead since it was named"),
            ], observed: 0)
    }

    private func suspicion(_ group: Int, _ detector: VolumeDetector, now: Instant) -> Finding {
        let watched = detector.groups[group]
        let standing = detector.silence(of: group)
        return Finding(
            .missingLeads, watched.key.scope, .info, began: Slots.start(of: standing.since),
            sentence: VolumeWords.sentence(standing, watched.zone, now: now),
            evidence: [Finding.Evidence("By chance alone", VolumeWords.odds(standing.chance))],
            expected: standing.expected, observed: 0)
    }

    private static func kind(_ kind: Episode.Kind) -> AlertKind {
        switch kind {
        case .silence: .missingLeads
        case .low: .lowLeads
        }
    }

    private static func words(_ kind: Episode.Kind) -> String {
        switch kind {
        case .silence: "silence"
        case .low(let window): "fewer than expected in \((Slots.length * window).windowWords)"
        }
    }

    /// What a key is about that this watch says.
    private static func scope(ofKey key: String) -> Episode.Scope? {
        let words = key.split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2, AlertKind.ofLevel.map(\.rawValue).contains(words[0])
        else { return nil }
        let scope = words[1].ranges(of: " " + RuleRound.mark).last.map { words[1][..<$0.lowerBound] } ?? words[1][...]
        return Episode.Scope(String(scope))
    }

    /// An open alert of which nothing is said any more: it has ended, or by what is known now it never was.
    private func ended(
        _ key: String, _ scope: Episode.Scope, _ detector: VolumeDetector, _ round: RuleRound, now: Instant
    ) -> Observation {
        func over(_ reason: String) -> Observation { .recovered(key: key, ended: now, reason: reason) }
        if !Finding.keysOfLevel(scope.alertScope).contains(key) {
            if case .group = scope { return over("Told together with everything else that is said of the group.") }
            return over(round.reasonForEnd(ofSeveral: scope.alertScope))
        }
        let last = detector.episodes.last { $0.scope == scope }
        // What ended last has ended the alert.
        if case .group(let group) = scope, (last?.closed ?? .min) < detector.slot - 1,
            let reason = round.reasonForEnd(of: group)
        {
            return over(reason)
        }
        guard let ending = last?.ending, let ended = last?.ended else {
            if case .group(let group) = scope, !watchedKeys.contains(group) {
                return over("It is not watched any more.")
            }
            return over("Late data shows normal volume.")
        }
        let moment = Slots.start(of: ended)
        let time = VolumeWords.time(moment, zone(of: scope), now: now)
        let reason =
            switch ending {
            case .recovered: "Leads come again as expected since \(time)."
            case .paused: "Paused by the calendar since \(time): nothing is expected."
            case .newNormal: "Accepted as the new normal after so long: taken as the new level."
            case .dismissed: "Somebody has decided that it is over."
            }
        return .recovered(key: key, ended: moment, reason: reason)
    }

    // MARK: Pages

    package var watchedKeys: Set<GroupKey> {
        Set((detector?.groups ?? []).map(\.key)).union(awaited.groups.map(\.key))
    }

    /// By client, how many groups are not watched by themselves: their leads are counted with those that say no group.
    package var unwatched: [(client: String, count: Int, recent: Int)] {
        var counts = roll.unwatched
        for (client, count) in awaited.left.sorted(by: { $0.key < $1.key }) {
            if let index = counts.firstIndex(where: { $0.client == client }) {
                counts[index].count += count
            } else {
                counts.append((client, count, 0))
            }
        }
        return counts
    }

    /// One sentence for a group's page; `nil` if nothing is known of it yet.
    package func watchfulness(of key: GroupKey) -> String? {
        if awaited.groups.contains(where: { $0.key == key }) {
            return settings.group(key)?.plannedDaily == nil
                ? "no lead has come yet: only fixed rules speak before the first one"
                : "no lead has come yet: told when \(Int(FirstLead.least)) were to be expected by what is planned"
        }
        guard let detector, let group = detector.groups.firstIndex(where: { $0.key == key }) else { return nil }
        // Tuesday from 10:00 and from 23:00: no day of the week that has anything special.
        return VolumeWords.watchfulness(
            byDay: detector.noticedSilence(of: group, from: 24 + 10),
            byNight: detector.noticedSilence(of: group, from: 24 + 23), halvings: known.halvings[key] ?? 0)
    }

    /// The groups that are watched, and the leads a day that are expected of each.
    package var groups: [(key: GroupKey, daily: Double)] {
        guard let detector else { return [] }
        return detector.groups.indices.map { (detector.groups[$0].key, detector.dailyRate(of: $0)) }
            + awaited.groups.map { ($0.key, settings.group($0.key)?.plannedDaily ?? 0) }
    }

    /// What was expected of a group in whole hours of UTC, for charts beside what came.
    package func expected(of key: GroupKey, _ hours: Range<Instant>) -> [Double] {
        guard let detector, let group = detector.groups.firstIndex(where: { $0.key == key }) else { return [] }
        let first = Int(hours.lowerBound.hour.seconds / 3600)
        return detector.expected(of: group, hours: first..<max(first, Int(hours.upperBound.seconds / 3600)))
    }
}
