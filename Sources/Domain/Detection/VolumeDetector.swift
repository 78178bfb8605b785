import Glibc

/// Notices that leads are missing: in a group, at a client, in the whole intake.
///
/// A value without a clock. Each `step` hands in the leads of the next five minutes; at midnight of UTC a new model is
/// learned from the last eight weeks. Everything is a function of what was handed in, so that a detector that is made
/// anew at midnight and stepped to now says the same as one that ran all the time.
package struct VolumeDetector: Sendable {
    package let groups: [WatchedGroup]
    package let calendar: [CalendarEntry]
    /// The first slot that has not been handed in.
    package private(set) var slot: Int
    /// All episodes that were handed in or found, in the order of their opening.
    package private(set) var episodes: [Episode]
    /// Groups whose silence is improbable enough to look for its cause (probability below 5 %, 1.5 leads missing), by
    /// index.
    package private(set) var suspects: Set<Int> = []

    private let clientOfGroup: [Int]
    private let clients: [Client]
    private let decisions: [Decision]
    private let patience: Int
    private(set) var clocks: Clocks
    private(set) var tracks: [Track]
    private(set) var model: VolumeModel
    private(set) var tests: [VolumeTests] = []
    private var clientStates: [ClientState]
    private var intakeEpisode: Int?
    private var intakeHits = 0
    /// For an intake that is low, not silent: the evidence that it is as usual again.
    private var intakeRecovery = Recovery()

    private struct Client: Sendable {
        var name: String
        var members: [Int]
    }

    private struct ClientState: Sendable {
        var episode: Int?
        var hits = 0
        /// The groups that its open episode speaks for.
        var members: [Int] = []
    }

    /// Somebody's decision about the episode that is open for a scope.
    package struct Decision: Hashable, Sendable {
        package var scope: Episode.Scope
        /// `dismissed`, or `newNormal`.
        package var ending: Episode.Ending
        /// Known in this slot.
        package var slot: Int
        package init(_ scope: Episode.Scope, _ ending: Episode.Ending, slot: Int) {
            self.scope = scope
            self.ending = ending
            self.slot = slot
        }
    }

    /// What is known of a group's past when a detector is made: whole days, ending where it begins.
    package struct Past: Equatable, Sendable {
        /// Leads by hour: -1 is the last one before the detector's first slot. At most 8 weeks are looked at.
        package var hours: SparseCounts
        /// Leads by slot, likewise. 7 days are looked at, and as far back as the oldest open episode goes.
        package var slots: SparseCounts

        package init(hours: SparseCounts, slots: SparseCounts) {
            self.hours = hours
            self.slots = slots
        }

        /// One figure for each hour and each slot, oldest first.
        package init(hours: [UInt32], slots: [UInt32]) {
            self.init(
                hours: SparseCounts(hours, from: -hours.count), slots: SparseCounts(slots, from: -slots.count))
        }
    }

    // MARK: Constants

    /// Evaluations in a row that must agree.
    private static let evaluations = 2
    /// Windows never reach further back.
    package static let span = 168 * Slots.perHour
    /// A group is not tested before it is so old, and does not count for its parents before it is two days old.
    private static let leastAge = 12 * Slots.perHour
    private static let leastAgeForParents = 2 * Slots.perDay
    /// Groups with less than so many leads a day say nothing about their parents.
    private static let leastDailyForParents = 0.3
    private static let groupsOfIntake = 3
    /// Both of two that fall silent together have more in common than each would say alone.
    private static let groupsOfClient = 2
    /// What of the budget of a group's false alarms the intake may spend on its, and a client for each of its groups.
    private static let intakeShare = 0.05
    private static let clientShare = 0.025
    /// How improbable an intake that is low must be with the usual budget, and the least dispersion of its silence.
    private static let intakeThreshold = 1e-6
    private static let intakeDispersion = 0.03
    /// How often in 30 days a silence can begin that is tested: with each lead, but not more often than two slots in a
    /// row are looked at.
    private static let gapsAMonth = 10.0...Double(30 * Slots.perDay / evaluations)
    /// How little of what was expected of all groups is one alert for all of them, and in which windows, in hours. What
    /// else the model does not know adds to the dispersion.
    private static let intakeLow = (share: 0.6, hours: [1.0, 2, 3, 4, 6, 8, 12, 24], dispersion: 0.02, recovered: 0.5)
    /// A group that has so much of what was expected of it is not spoken for by an intake that is low.
    private static let spokenFor = (share: 0.7, leads: 5.0)
    /// A client's silence shorter than two slots is none.
    private static let leastClientSilence = 2
    private static let batchDelay = 2 * Slots.perHour
    /// Leads that end the episode of a parent, and the slots in which they must come.
    private static let leastIntakeRecovery = (leads: 5, slots: 3)
    private static let clientRecovery = (leads: 3, slots: 24)
    /// An episode that lasts longer is the new level, whatever people say: three quarters of the history are then of
    /// it, and what was before is hardly known any more.
    package static let longestEpisode = 42 * Slots.perDay
    private static let suspicion = (probability: 0.05, missing: 1.5)

    // MARK: Making

    /// A detector that begins at a midnight of UTC. `episodes` are those of the last eight weeks; the ones that were
    /// open at `slot` go on. `holes` are slots in which nothing can be known, such as our own downtime. An episode of a
    /// group becomes the new level after `patience` slots.
    package init(
        groups: [WatchedGroup], calendar: [CalendarEntry], pasts: [Past], episodes: [Episode] = [],
        decisions: [Decision] = [], holes: [Range<Int>] = [], patience: Int = longestEpisode, at slot: Int
    ) {
        precondition(slot.isMultiple(of: Slots.perDay), "a detector begins at midnight")
        precondition(groups.count == pasts.count, "each group has a past")
        self.groups = groups
        self.calendar = calendar
        self.slot = slot
        self.decisions = decisions
        self.patience = patience
        let names = Set(groups.map(\.key.client)).sorted()
        clientOfGroup = groups.map { group in names.firstIndex(of: group.key.client) ?? 0 }
        var members = [[Int]](repeating: [], count: names.count)
        for (index, client) in clientOfGroup.enumerated() { members[client].append(index) }
        clients = zip(names, members).map { Client(name: $0, members: $1) }
        clientStates = clients.map { _ in ClientState() }
        clocks = Clocks(groups.map(\.zone))
        model = VolumeModel(slot: slot, pasts: [], clients: 0)
        tracks = zip(groups, pasts).map { Track($0, $1, at: slot, holes: holes) }
        self.episodes = episodes.filter { $0.opened < slot }.map { episode in
            guard let closed = episode.closed, closed >= slot else { return episode }
            var episode = episode
            (episode.closed, episode.ending, episode.ended) = (nil, nil, nil)
            return episode
        }
        for index in self.episodes.indices { resume(index) }
        learn()
        evaluate()
    }

    /// Takes an episode from before into the state.
    private mutating func resume(_ index: Int) {
        let episode = episodes[index]
        switch episode.scope {
        case .intake:
            if episode.isOpen { intakeEpisode = index } else { settle(episode, among: groups.indices) }
        case .client(let name):
            guard let client = clients.firstIndex(where: { $0.name == name }) else { return }
            if episode.isOpen {
                clientStates[client].episode = index
                clientStates[client].members = clients[client].members.filter {
                    episode.opened - tracks[$0].created > Self.leastAgeForParents
                }
            } else {
                settle(episode, among: clients[client].members)
            }
        case .group(let key):
            guard let group = groups.firstIndex(where: { $0.key == key }) else { return }
            if episode.isOpen { tracks[group].episode = index } else { tracks[group].forget(episode) }
        }
    }

    /// What the end of a parent's episode leaves to its groups: a hole, or a new level.
    private mutating func settle(_ episode: Episode, among members: some Sequence<Int>) {
        guard let closed = episode.closed else { return }
        for group in members {
            if episode.ending == .newNormal {
                tracks[group].forget(episode)
            } else {
                tracks[group].addParentAlert(episode.began..<closed)
            }
        }
    }

    // MARK: Stepping

    /// Hands in the leads of the next slot, one figure for each group. New and ended episodes are in `episodes`.
    package mutating func step(_ leads: [UInt32]) {
        for group in groups.indices { tracks[group].append(leads[group], slot: slot) }
        slot += 1
        if slot.isMultiple(of: Slots.perDay) { learn() }
        evaluate()
    }

    /// Learns a new model from whole hours, and puts everything that depends on it into the state it would have had if
    /// it had always been so.
    private mutating func learn() {
        let hours = (slot / Slots.perHour - VolumeModel.hours)..<(slot / Slots.perHour)
        let hour = hours.upperBound * Slots.perHour
        var pasts: [GroupPast] = []
        pasts.reserveCapacity(groups.count)
        var hoursOfZones: [Int: [Int]] = [:]
        for group in groups.indices {
            let multipliers = calendar.multipliers(
                for: groups[group], (hours.lowerBound * Slots.perHour)..<(hours.upperBound * Slots.perHour))
            let zone = clocks.zone(of: group)
            let hoursOfWeek = hoursOfZones[zone] ?? clocks.hoursOfWeek(group, hours)
            hoursOfZones[zone] = hoursOfWeek
            var past = tracks[group].past(
                hours, multipliers: multipliers, hoursOfWeek: hoursOfWeek,
                plannedRate: groups[group].plannedDaily / 24, client: clientOfGroup[group],
                openSince: tracks[group].episode.map { episodes[$0].began })
            // Most groups have the same hours behind them, which then take memory once.
            if past.exposureWithAlerts == past.exposure { past.exposureWithAlerts = past.exposure }
            if let last = pasts.last, last.exposure == past.exposure {
                if past.exposureWithAlerts == last.exposure { past.exposureWithAlerts = last.exposure }
                past.exposure = last.exposure
            }
            pasts.append(past)
        }
        model = VolumeModel(slot: hour, pasts: pasts, clients: clients.count)
        tests = zip(model.groups, groups).map { VolumeTests($0, budget: $1.budget) }
        let span = (hour - Self.span)..<(hour + Slots.perDay)
        for group in groups.indices {
            tracks[group].expect(
                span, shape: model.groups[group].shape, quarters: model.groups[group].quarters,
                hoursOfWeek: clocks.hoursOfWeek(
                    group, (span.lowerBound / Slots.perHour)..<(span.upperBound / Slots.perHour)),
                multipliers: calendar.multipliers(for: groups[group], span), at: slot)
            tracks[group].hits = 0
            if let index = tracks[group].episode {
                tracks[group].recovery = Recovery()
                let from = max(episodes[index].opened - 1, slot - Self.span)
                if from < slot - 1 {
                    for slot in from..<(slot - 1) { recover(group, episodes[index], slot) }
                }
            }
        }
        for client in clients.indices { clientStates[client].hits = 0 }
        intakeHits = 0
        if let index = intakeEpisode, episodes[index].kind != .silence {
            intakeRecovery = Recovery()
            for slot in max(episodes[index].opened - 1, slot - Self.span)..<max(episodes[index].opened - 1, slot - 1) {
                _ = recoverIntake(slot)
            }
        }
    }

    /// All tests with everything before `slot`: parents before their groups.
    private mutating func evaluate() {
        clocks.set(to: slot - 1)
        for decision in decisions where decision.slot == slot { obey(decision) }
        let active = groups.indices.filter {
            tests[$0].rate * 24 > Self.leastDailyForParents && !tracks[$0].isPaused
                && slot - tracks[$0].created > Self.leastAgeForParents
        }
        evaluateIntake(active)
        var isActive = [Bool](repeating: false, count: groups.count)
        for group in active { isActive[group] = true }
        for client in clients.indices { evaluate(client: client, clients[client].members.filter { isActive[$0] }) }
        var isCovered = groups.indices.map(isSpokenForByIntake)
        for state in clientStates where state.episode != nil {
            for group in state.members { isCovered[group] = true }
        }
        for group in groups.indices {
            if tracks[group].episode == nil { evaluate(group: group, isCovered: isCovered[group]) }
            if let index = tracks[group].episode { evaluateEnd(of: index, group) }
        }
        // A new level is learned at once, not at midnight: by the old one the alert would be back before that.
        if episodes.contains(where: { $0.closed == slot && $0.ending == .newNormal }) { learn() }
    }

    // MARK: Parents

    private mutating func evaluateIntake(_ active: [Int]) {
        if let index = intakeEpisode {
            evaluateEndOfIntake(index, active)
            return
        }
        guard active.count >= Self.groupsOfIntake, let since = active.map({ tracks[$0].silentSince }).max(),
            since < slot
        else {
            evaluateLowIntake(active)
            return
        }
        let expected = untold(active, before: since).reduce(0.0) { $0 + expectation(of: $1, in: since..<slot) }
        let dispersion = max(
            Self.intakeDispersion, VolumeTests.silenceDispersion * model.intakeDispersion[scale(slot - since)])
        let chance = NegativeBinomial(mean: expected, dispersion: dispersion).probabilityOfNone
        let isHit =
            chance < Self.intakeShare * budget(active) / gapsAMonth(active)
            && !model.intakeSilences.explain(leads: expected, hours: Slots.hours(slot - since))
        guard isHit else {
            evaluateLowIntake(active)
            return
        }
        hitIntake(Hit(kind: .silence, began: since, expected: expected, observed: 0, chance: chance))
    }

    /// The groups whose leads were not told to be missing before a silence began: what was missing already says nothing
    /// of the rest.
    private func untold(_ groups: [Int], before since: Int) -> [Int] {
        groups.filter { group in
            [tracks[group].episode, clientStates[clientOfGroup[group]].episode].allSatisfy { index in
                index.map { episodes[$0].opened > since } ?? true
            }
        }
    }

    /// False alarms in 30 days that each of some groups may raise, on average.
    private func budget(_ groups: [Int]) -> Double {
        groups.reduce(0) { $0 + self.groups[$1].budget } / Double(max(1, groups.count))
    }

    private func gapsAMonth(_ groups: [Int]) -> Double {
        let leads = groups.reduce(0) { $0 + tests[$1].rate } * 720
        return min(max(leads, Self.gapsAMonth.lowerBound), Self.gapsAMonth.upperBound)
    }

    /// The scale of the dispersion of a silence: that of the smallest window not shorter.
    private func scale(_ slots: Int) -> Int {
        VolumeModel.scales.firstIndex { $0 * Slots.perHour >= slots } ?? VolumeModel.scales.count - 1
    }

    private mutating func hitIntake(_ hit: Hit) {
        intakeHits += 1
        guard intakeHits >= Self.evaluations else { return }
        episodes.append(
            Episode(
                .intake, hit.kind, began: hit.began, opened: slot, expected: hit.expected, observed: hit.observed,
                chance: hit.chance))
        intakeEpisode = episodes.count - 1
        intakeRecovery = Recovery()
    }

    /// Whether far too few leads come in all groups together: a holiday that nobody has entered, a platform that is
    /// half down. Groups whose leads are told to be missing already say nothing of the rest, nor do uploads of which
    /// one is late.
    private mutating func evaluateLowIntake(_ active: [Int]) {
        let untold = active.filter {
            tracks[$0].episode == nil && clientStates[clientOfGroup[$0]].episode == nil
                && model.groups[$0].batchHour == nil
        }
        guard untold.count >= Self.groupsOfIntake, let hit = lowIntake(untold) else {
            intakeHits = 0
            return
        }
        hitIntake(hit)
    }

    private func lowIntake(_ active: [Int]) -> Hit? {
        for hours in Self.intakeLow.hours {
            let from = slot - Int(hours) * Slots.perHour
            var expected = 0.0
            var came = 0
            for group in active {
                expected += expectation(of: group, in: from..<slot)
                came += tracks[group].came(from, slot)
            }
            guard Double(came) <= Self.intakeLow.share * expected else { continue }
            let scale = VolumeModel.scales.lastIndex { Double($0) <= hours } ?? 0
            let dispersion = model.intakeDispersion[scale] + Self.intakeLow.dispersion
            let chance = NegativeBinomial(mean: expected, dispersion: dispersion).probability(ofAtMost: came)
            guard chance < Self.intakeThreshold * budget(active) / WatchedGroup.defaultBudget,
                !model.intakeLows.explain(
                    hours: hours, hourOfDay: (slot / Slots.perHour).modulo(24), came: came, expected: expected)
            else { continue }
            return Hit(
                kind: .low(window: slot - from), began: from, expected: expected, observed: came, chance: chance)
        }
        return nil
    }

    private mutating func evaluateEndOfIntake(_ index: Int, _ active: [Int]) {
        let began = episodes[index].began
        let ended: Int
        if episodes[index].kind == .silence {
            let from = max(began, slot - Self.leastIntakeRecovery.slots)
            guard active.contains(where: { tracks[$0].silentSince > began }) else { return }
            let came = groups.indices.reduce(0) { $0 + tracks[$1].leads(from..<slot) }
            guard came >= Self.leastIntakeRecovery.leads else { return }
            ended = firstLead(from: began, among: groups.indices)
        } else {
            guard recoverIntake(slot - 1) else { return }
            ended = intakeRecovery.began
        }
        close(index, .recovered, ended: ended)
        intakeEpisode = nil
        intakeHits = 0
        settle(episodes[index], among: groups.indices)
    }

    /// As `recover` for a group, with the leads of all.
    private mutating func recoverIntake(_ slot: Int) -> Bool {
        var expected = 0.0
        var came = 0.0
        var rate = 0.0
        for group in groups.indices where !tracks[group].isPaused {
            expected += tests[group].rate * tracks[group].exposure(slot, slot + 1)
            came += Double(tracks[group].came(slot, slot + 1))
            rate += tests[group].rate
        }
        let share = Self.intakeLow.recovered
        intakeRecovery.add(came * log(1 / share) - (1 - share) * expected, slot: slot)
        return intakeRecovery.evidence >= 3 + log1p(rate * 24 / 10)
    }

    /// Whether the intake's alert speaks for a group: of an intake that is low, groups that have their leads are not
    /// meant.
    private func isSpokenForByIntake(_ group: Int) -> Bool {
        guard let intakeEpisode else { return false }
        if episodes[intakeEpisode].kind == .silence { return true }
        let since = max(episodes[intakeEpisode].began, slot - Self.span)
        let expected = tests[group].rate * tracks[group].exposure(since, slot)
        return expected < Self.spokenFor.leads
            || Double(tracks[group].came(since, slot)) <= Self.spokenFor.share * expected
    }

    /// Whether an open alert of the intake speaks for all that is missing of a scope.
    package func intakeSpeaks(for scope: Episode.Scope) -> Bool {
        scope != .intake && intakeEpisode != nil && members(of: scope).allSatisfy(isSpokenForByIntake)
    }

    private mutating func evaluate(client: Int, _ active: [Int]) {
        if let index = clientStates[client].episode {
            let members = clientStates[client].members
            let from = max(episodes[index].began, slot - Self.clientRecovery.slots)
            let came = members.reduce(0) { $0 + tracks[$1].leads(from..<slot) }
            guard came >= Self.clientRecovery.leads else { return }
            close(index, .recovered, ended: firstLead(from: from, among: members))
            clientStates[client] = ClientState()
            settle(episodes[index], among: members)
            return
        }
        // Groups without a client have nothing in common.
        guard active.count >= Self.groupsOfClient, intakeEpisode == nil, !clients[client].name.isEmpty else {
            clientStates[client].hits = 0
            return
        }
        let since = active.reduce(0) { max($0, tracks[$1].silentSince, tracks[$1].endOfLastHole) }
        guard slot - since >= Self.leastClientSilence else {
            clientStates[client].hits = 0
            return
        }
        // Independent dispersions of the groups add up in squares.
        var expected = 0.0
        var squares = 0.0
        for group in untold(active, before: since) {
            let own = expectation(of: group, in: since..<slot)
            let dispersion = tests[group].silenceDispersion(
                slots: slot - since, hourOfDay: clocks.hourOfDay(group))
            expected += own
            squares += dispersion * own * own
        }
        let shared = model.clientDispersion[client][scale(slot - since)]
        let dispersion = squares / max(expected * expected, 1e-9) + shared
        let chance = NegativeBinomial(mean: expected, dispersion: dispersion).probabilityOfNone
        let isHit =
            chance < Self.clientShare * Double(active.count) * budget(active) / gapsAMonth(active)
            && !model.clientSilences[client].explain(leads: expected, hours: Slots.hours(slot - since))
        clientStates[client].hits = isHit ? clientStates[client].hits + 1 : 0
        if clientStates[client].hits >= Self.evaluations {
            episodes.append(
                Episode(
                    .client(clients[client].name), .silence, began: since, opened: slot, expected: expected,
                    observed: 0, chance: chance))
            clientStates[client] = ClientState(episode: episodes.count - 1, hits: 0, members: active)
        }
    }

    /// What a group contributes to the expectation of its client and of the intake. What is uploaded together may come
    /// a while later.
    private func expectation(of group: Int, in slots: Range<Int>) -> Double {
        let isBatched = model.groups[group].batchHour != nil
        let end = isBatched ? max(slots.lowerBound, slots.upperBound - Self.batchDelay) : slots.upperBound
        return tests[group].rate * tracks[group].exposure(slots.lowerBound, end)
    }

    private func firstLead(from slot: Int, among members: some Sequence<Int>) -> Int {
        members.compactMap { tracks[$0].firstLead(from: slot, before: self.slot) }.min() ?? self.slot
    }

    // MARK: Groups

    private mutating func evaluate(group: Int, isCovered: Bool) {
        guard !isCovered, !tracks[group].isPaused, slot - tracks[group].created > Self.leastAge else {
            tracks[group].hits = 0
            suspects.remove(group)
            return
        }
        let silence = silence(of: group)
        let isSuspect = silence.chance < Self.suspicion.probability && silence.expected > Self.suspicion.missing
        if isSuspect != suspects.contains(group) { suspects.formSymmetricDifference([group]) }
        // A silence that speaks for itself is called so, whatever windows say.
        let hit =
            silence.chance < tests[group].silenceThreshold
                && !model.groups[group].silences.explain(
                    leads: silence.expected, hours: Slots.hours(slot - silence.since))
            ? Hit(kind: .silence, began: silence.since, expected: silence.expected, observed: 0, chance: silence.chance)
            : lowest(group)
        guard let hit else {
            tracks[group].hits = 0
            return
        }
        tracks[group].hits += 1
        guard tracks[group].hits >= Self.evaluations else { return }
        episodes.append(
            Episode(
                .group(groups[group].key), hit.kind, began: hit.began, opened: slot, expected: hit.expected,
                observed: hit.observed, chance: hit.chance))
        tracks[group].episode = episodes.count - 1
        tracks[group].recovery = Recovery()
        suspects.remove(group)
    }

    /// What a test has found.
    private struct Hit {
        var kind: Episode.Kind
        var began: Int
        var expected: Double
        var observed: Int
        var chance: Double
    }

    /// The window whose leads are the furthest below its threshold; `nil` if none is.
    private func lowest(_ group: Int) -> Hit? {
        let hour = clocks.hourOfDay(group)
        let batchHour = model.groups[group].batchHour
        // A minute more or less decides on which side of a window an upload lies: such windows end halfway between two.
        if let batchHour, hour != (batchHour + 12) % 24 { return nil }
        let slot = batchHour == nil ? self.slot : self.slot - self.slot.modulo(Slots.perHour)
        let notBefore = max(tracks[group].notBefore, slot - Self.span)
        var hit: Hit?
        var lowest = 1.0
        for index in tests[group].windows.indices {
            let window = tests[group].windows[index]
            if batchHour != nil, !window.slots.isMultiple(of: Slots.perDay) { continue }
            let from = max(slot - window.slots, notBefore)
            guard window.threshold > 0, from < slot else { continue }
            let expected = window.rate * tracks[group].exposure(from, slot)
            let came = tracks[group].came(from, slot)
            guard Double(came) <= window.largestShare * expected else { continue }
            let isEvening = VolumeTests.isEvening(hours: Slots.hours(window.slots), hourOfDay: hour)
            let days = window.slots > Slots.perDay ? tracks[group].days(from, slot) : 1
            let law = NegativeBinomial(
                mean: expected, dispersion: VolumeTests.dispersion(window, isEvening: isEvening, days: days))
            // Both are cheaper than the sum, and spare it nearly always.
            let deviation = (expected + law.dispersion * expected * expected).squareRoot()
            let threshold = VolumeTests.threshold(window, days: days)
            guard expected - Double(came) > 1.3 * deviation, law.probabilityOfNone < threshold else { continue }
            let chance = law.probability(ofAtMost: came)
            guard chance < threshold else { continue }
            let usual = model.groups[group]
            if usual.lows.explain(
                hours: Slots.hours(window.slots), hourOfDay: (slot / Slots.perHour).modulo(24), came: came,
                expected: expected)
                || came == 0 && usual.silences.explain(leads: expected, hours: Slots.hours(slot - from))
            {
                continue
            }
            if chance / threshold < lowest {
                lowest = chance / threshold
                hit = Hit(
                    kind: .low(window: window.slots), began: from, expected: expected, observed: came, chance: chance)
            }
        }
        return hit
    }

    private mutating func evaluateEnd(of index: Int, _ group: Int) {
        let isNormal = recover(group, episodes[index], slot - 1)
        if isNormal {
            close(index, .recovered, ended: tracks[group].recovery.began)
        } else if slot - episodes[index].opened > patience {
            close(index, .newNormal, ended: slot)
        } else if tracks[group].isPaused {
            close(index, .paused, ended: slot)
        } else {
            return
        }
        forget(index, group)
    }

    private mutating func forget(_ index: Int, _ group: Int) {
        tracks[group].episode = nil
        tracks[group].hits = 0
        tracks[group].forget(episodes[index])
    }

    /// R ← max(0, R + y·ln(1/ρ) − (1 − ρ)·μ): the evidence for the normal rate against ρ times of it. Answers whether
    /// it is enough.
    @discardableResult
    private mutating func recover(_ group: Int, _ episode: Episode, _ slot: Int) -> Bool {
        let isSilence = episode.kind == .silence
        let share = isSilence ? 0.25 : 0.5
        let expected = tests[group].rate * tracks[group].exposure(slot, slot + 1)
        let came = Double(tracks[group].leads(slot..<(slot + 1)))
        tracks[group].recovery.add(came * log(1 / share) - (1 - share) * expected, slot: slot)
        let enough = isSilence ? 3 : 3 + log1p(tests[group].rate * 24 / 10)
        return tracks[group].recovery.evidence >= enough
    }

    private mutating func close(_ index: Int, _ ending: Episode.Ending, ended: Int) {
        episodes[index].closed = slot
        episodes[index].ending = ending
        episodes[index].ended = ended
    }

    private mutating func obey(_ decision: Decision) {
        guard let index = episodes.lastIndex(where: { $0.scope == decision.scope && $0.isOpen }) else { return }
        close(index, decision.ending, ended: slot)
        switch decision.scope {
        case .intake:
            intakeEpisode = nil
            settle(episodes[index], among: groups.indices)
        case .client(let name):
            guard let client = clients.firstIndex(where: { $0.name == name }) else { return }
            settle(episodes[index], among: clientStates[client].members)
            clientStates[client] = ClientState()
        case .group(let key):
            if let group = groups.firstIndex(where: { $0.key == key }) { forget(index, group) }
        }
    }
}
