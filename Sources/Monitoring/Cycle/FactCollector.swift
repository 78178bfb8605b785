package import Domain
package import Service
package import Store

/// Gathers what the monitor's rules look at: from counters in memory, and from the store by questions that cost the
/// same whatever it holds. Confined to the monitor's thread, but for `lastSample`.
package final class FactCollector: @unchecked Sendable {
    private let settings: @Sendable () -> Settings
    private let ledger: Ledger
    private let volumes: WatchedVolumes
    private let told: FactSources
    private let sources = SourceWatch()
    private let started: Instant
    /// As of the last cycle: whoever asks for it must not wait for one.
    private let sample = Locked(WatchSample())
    /// How soon alerts were taken, read once an hour.
    private var steps: (hour: Instant, steps: [WatchSample.Step])?

    /// Attempts are looked at over a quarter of an hour, requests over five minutes.
    private var attempts = CounterHistory(reach: .minutes(15))
    private var requests = CounterHistory(reach: .minutes(5))
    private var failingSince: [String: Instant] = [:]
    private var breakerOpenSince: [String: Instant] = [:]
    /// How much each destination had taken, and when that last became more.
    private var taken: [String: (count: Int, last: Instant?)] = [:]
    private var heartbeatsSince: [String: Instant] = [:]
    /// The days before the last hours, by source, client and group; read once an hour.
    private var baseline: (hour: Instant, sums: Sums)?
    /// Sizes of the database, an hour apart.
    private var sizes: [(at: Instant, bytes: Int)] = []

    /// Bounds of one question each.
    private static let countedWaiting = 10_000
    private static let oldestAmong = 500
    private static let newestReasons = 200
    private static let alertsOfSteps = 50_000

    /// What is watched, and by which bounds.
    package struct Settings: Sendable {
        package var clients: Set<String> = []
        package var sources: [Source] = []
        package var destinations: [Destination] = []
        package var heartbeats: [Heartbeat] = []
        package var volume = VolumeSettings()
        package var rules = RuleSettings()
        /// How long quarantined events are kept.
        package var quarantine: Duration = .zero
        /// The file.
        package var database = ""

        package init() {}
    }

    /// `settings` are asked for in each cycle.
    package init(
        _ ledger: Ledger, volumes: WatchedVolumes, told: FactSources, clock: Clock,
        settings: @escaping @Sendable () -> Settings
    ) {
        self.ledger = ledger
        self.volumes = volumes
        self.told = told
        self.settings = settings
        started = Instant(milliseconds: clock.milliseconds())
    }

    package func gather(_ reader: Reader, _ now: Instant) throws -> Facts {
        let settings = settings()
        var facts = Facts(now: now, running: max(.zero, now - started))
        let lanes = told.lanes()
        let taken = Self.counts(lanes)
        attempts.add(taken, at: now)
        noteTaken(taken, settings, now)
        var sampled = WatchSample()
        let round = try volumes.observe(
            settings.volume, reader, now: now, open: ledger.alerts.open.map(\.key))
        sampled.take(round.volumes, of: settings.clients)
        facts.volume = round.observations.filter { observation in
            guard case .problem(let finding) = observation, finding.kind == .tooManyGroups else { return true }
            return !settings.rules.off.contains(.tooManyGroups)
        }
        facts.destinations = try destinations(settings, lanes, reader, now)
        facts.idsAhead = ledger.inbox.idsAhead
        facts.quarantineEnding = try reader.quarantineEnding(at: now, settings.quarantine)
        facts.clockSkew = lanes.compactMap(\.clockSkew).middle
        facts.credentials = lanes.compactMap { lane in
            lane.grantEnds.map { ends in
                Facts.CredentialFacts(
                    "The access that was granted to \(lane.destination)", scope: .destination(lane.destination),
                    access: facts.destinations.first { $0.name == lane.destination }?.credential ?? "",
                    client: Self.client(of: lane.destination, settings), ends: ends)
            }
        }
        facts.credentials += told.certificates().map { certificate in
            Facts.CredentialFacts(
                "The certificate of \(certificate.host)", scope: .client(certificate.client), code: certificate.host,
                access: certificate.host, page: certificate.page, client: certificate.client, ends: certificate.ends)
        }
        try shares(&facts, settings, reader, now)
        told.keepRefusals()
        try sources.gather(&facts, settings.sources, reader, now)
        sampled.take(facts.groups)
        sampled.oldestOpen = facts.destinations.compactMap { one in one.oldestOpen.map { (one.name, $0) } }
        sampled.steps = try alertSteps(reader, settings.clients, now)
        sample.withLock { $0 = sampled }
        facts.intake = intakeFacts(now)
        facts.storage = storage(settings.database, now)
        facts.storage.firstLead = try reader.firstLead()
        facts.refusedConfiguration = told.refusedConfiguration()
        facts.channels = try reader.channelStates(at: now)
        facts.heartbeats = try heartbeats(settings.heartbeats, reader, now)
        return facts
    }

    /// For the end of the process, when the monitor has stopped.
    package func keepCounts() { told.keepRefusals() }

    // MARK: What metrics tell

    /// As of the last cycle, for metrics.
    package var lastSample: WatchSample {
        var sample = sample.withLock { $0 }
        // A destination may have been forgotten since.
        let configured = Set(settings().destinations.map(\.name))
        sample.oldestOpen.removeAll { !configured.contains($0.destination) }
        return sample
    }

    private func alertSteps(_ reader: Reader, _ clients: Set<String>, _ now: Instant) throws -> [WatchSample.Step] {
        if let steps, steps.hour == now.hour { return steps.steps }
        var filter = AlertFilter()
        filter.opened = (now - WatchSample.time)..<now
        var found = WatchSample()
        found.take(try reader.alerts(filter, limit: Self.alertsOfSteps), of: clients)
        steps = (now.hour, found.steps)
        return found.steps
    }

    // MARK: Destinations

    private static func counts(_ lanes: [FactSources.Lane]) -> [String: Int] {
        var counts: [String: Int] = [:]
        for lane in lanes {
            counts["\(lane.destination) settled"] = lane.taken
            for trouble in Facts.Trouble.allCases {
                counts["\(lane.destination) failed \(trouble.rawValue)"] = lane.failed[trouble] ?? 0
            }
        }
        return counts
    }

    private func destinations(
        _ settings: Settings, _ lanes: [FactSources.Lane], _ reader: Reader, _ now: Instant
    ) throws -> [Facts.DestinationFacts] {
        let horizon = settings.rules.expiryAhead
        let closing = try reader.closingWindows(at: now, within: [horizon])
        let preflights = told.preflights()
        return try settings.destinations.map { destination in
            let name = destination.name
            let lane = ledger.deliveries.lane(name)
            var facts = Facts.DestinationFacts(
                name, platform: destination.platform.name, client: destination.client ?? "",
                since: lane?.since ?? started)
            facts.state = lane?.state ?? .running
            facts.reason = lane?.reason ?? ""
            if let lane = lanes.first(where: { $0.destination == name }) {
                // Only what is still going on: test events end by themselves.
                facts.isTest = lane.testEventsUntil.map { now < $0 } ?? false
                facts.breakerOpenSince = since(&breakerOpenSince, name, lane.isBreakerOpen, now)
            }
            facts.settled = attempts.growth(of: "\(name) settled")
            for trouble in Facts.Trouble.allCases {
                let count = attempts.growth(of: "\(name) failed \(trouble.rawValue)")
                if count > 0 { facts.failed[trouble] = count }
            }
            let failures = facts.failed.values.reduce(0, +)
            facts.failingSince = since(&failingSince, name, failures > facts.settled / 4, now)
            (facts.waiting, facts.oldestDue) = try reader.backlog(name, at: now, limit: Self.countedWaiting)
            facts.oldestOpen = try reader.oldestOpen(name, among: Self.oldestAmong)
            facts.oldestUnconfirmed = try reader.oldestAwaited(name)
            if let windows = closing.first(where: { $0.destination == name }) {
                (facts.expiring, facts.firstExpiry) = (windows.counts[0], windows.next)
            }
            facts.preflight = preflights.first { $0.destination == name }
            facts.lastTaken = taken[name]?.last
            facts.credential =
                destination.platform.isSharing(with: settings.destinations.map(\.platform))
                .map { settings.destinations[$0].name } ?? ""
            return facts
        }
    }

    private func noteTaken(_ counts: [String: Int], _ settings: Settings, _ now: Instant) {
        for destination in settings.destinations {
            let count = counts["\(destination.name) settled"] ?? 0
            guard let known = taken[destination.name] else {
                taken[destination.name] = (count, count > 0 ? now : nil)
                continue
            }
            if count > known.count { taken[destination.name] = (count, now) }
        }
    }

    /// Since when something has been so, as far as this process has seen.
    private func since(_ memory: inout [String: Instant], _ name: String, _ isSo: Bool, _ now: Instant) -> Instant? {
        memory[name] = isSo ? memory[name] ?? now : nil
        return memory[name]
    }

    private static func client(of destination: String, _ settings: Settings) -> String {
        settings.destinations.first { $0.name == destination }?.client ?? ""
    }

    // MARK: Shares

    private func shares(_ facts: inout Facts, _ settings: Settings, _ reader: Reader, _ now: Instant) throws {
        let begin = now.hour - .hours(SourceWindows.recentHours - 1)
        let watched = volumes.keys
        let recent = try Sums(reader, begin..<now.hour + .hours(1), watched)
        if baseline?.hour != begin {
            let days = begin - .days(SourceWindows.baselineDays)..<begin
            baseline = (begin, try Sums(reader, days, watched))
        }
        let before = baseline?.sums ?? Sums()
        for source in settings.sources {
            let (now, past) = (recent.sources[source.name] ?? [:], before.sources[source.name] ?? [:])
            var source = Facts.SourceFacts(
                source.name, client: source.client, quarantined: Self.share(.quarantined, now, past),
                duplicates: Self.share(.duplicate, now, past))
            if source.quarantined.recent.part > 0 {
                source.reasons = try reader.newestReasons(source.name, since: begin, limit: Self.newestReasons)
                    .map { Facts.SourceFacts.Reason($0.reason, $0.count) }
            }
            facts.sources.append(source)
        }
        for (place, now) in recent.groups.sorted(by: { $0.key < $1.key }) {
            let past = before.groups[place] ?? [:]
            func carried(_ tally: Tally) -> ShareComparison {
                ShareComparison(
                    recent: .init(now[tally] ?? 0, of: now[.lead] ?? 0),
                    baseline: .init(past[tally] ?? 0, of: past[.lead] ?? 0))
            }
            facts.groups.append(
                Facts.GroupFacts(
                    client: place.client, group: place.group, clickIDs: carried(.withClickID),
                    consents: carried(.withConsent)))
        }
    }

    /// Of everything that a source sent.
    private static func share(_ tally: Tally, _ now: [Tally: Int], _ past: [Tally: Int]) -> ShareComparison {
        func all(_ counts: [Tally: Int]) -> Int {
            [Tally.lead, .test, .duplicate, .quarantined].reduce(0) { $0 + (counts[$1] ?? 0) }
        }
        return ShareComparison(
            recent: .init(now[tally] ?? 0, of: all(now)), baseline: .init(past[tally] ?? 0, of: all(past)))
    }

    /// Counters added up by source, and by client and group.
    private struct Sums {
        var sources: [String: [Tally: Int]] = [:]
        var groups: [GroupKey: [Tally: Int]] = [:]

        init() {}

        /// Of groups only those that are watched: anybody can invent others.
        init(_ reader: Reader, _ hours: Range<Instant>, _ watched: Set<GroupKey>) throws {
            try reader.intakeTallies(hours) { source, key, tally, count in
                sources[source, default: [:]][tally, default: 0] += count
                guard !key.client.isEmpty, !key.group.isEmpty, watched.contains(key) else { return }
                groups[key, default: [:]][tally, default: 0] += count
            }
        }
    }

    // MARK: The relay itself

    private func intakeFacts(_ now: Instant) -> Facts.IntakeFacts {
        let intake = told.intake()
        var sample = ["requests": intake.requests]
        for (kind, count) in intake.errors { sample["error \(kind)"] = count }
        requests.add(sample, at: now)
        var facts = Facts.IntakeFacts()
        facts.requests = requests.growth(of: "requests")
        facts.errors = requests.growth(below: "error ")
        facts.problems = told.problems()
        return facts
    }

    private func storage(_ path: String, _ now: Instant) -> Facts.StorageFacts {
        var facts = Facts.StorageFacts()
        if let space = Files.space(of: Files.folder(of: path)) { (facts.freeBytes, facts.totalBytes) = space }
        facts.databaseBytes = Files.size(of: path) ?? 0
        facts.walBytes = Files.size(of: path + "-wal") ?? 0
        facts.isFull = ledger.isFull
        facts.damage = ledger.damage
        facts.lastBackup = ledger.lastBackup
        if sizes.last.map({ now - $0.at >= .hours(1) || now < $0.at }) ?? true {
            if let last = sizes.last, now < last.at { sizes.removeAll() }
            sizes.append((now, facts.databaseBytes))
            sizes.removeAll { now - $0.at > .hours(25) }
        }
        // A database that is being filled for the first time, or that was purged, says nothing about the days to come.
        if let first = sizes.first, now - first.at >= .hours(23) {
            let days = Double((now - first.at).milliseconds) / 86_400_000
            facts.growthPerDay = Int(Double(facts.databaseBytes - first.bytes) / days)
        }
        return facts
    }

    private func heartbeats(_ configured: [Heartbeat], _ reader: Reader, _ now: Instant) throws
        -> [Facts.HeartbeatFacts]
    {
        guard !configured.isEmpty else { return [] }
        let last = try reader.heartbeats()
        return configured.map { heartbeat in
            let since = heartbeatsSince[heartbeat.name] ?? now
            heartbeatsSince[heartbeat.name] = since
            return Facts.HeartbeatFacts(
                heartbeat.name, client: heartbeat.client, every: heartbeat.every, severity: heartbeat.severity,
                last: last[heartbeat.name], watchedSince: since)
        }
    }
}

extension Destination.Platform {
    /// Which of them is the first with the same access; `nil` if it has none.
    fileprivate func isSharing(with all: [Destination.Platform]) -> Int? {
        all.firstIndex { other in
            switch (self, other) {
            case (.googleAds(let own), .googleAds(let others)): own.credential == others.credential
            case (.metaAds(let own), .metaAds(let others)): own.accessToken == others.accessToken
            default: false
            }
        }
    }
}
