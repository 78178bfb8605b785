package import Domain
package import Service
package import Store

/// Finds out everything that the checklist decides by. Each collector has a time-out of its own and can fail for
/// itself: what it would have found is then not known.
package final class Collectors: Sendable {
    private let ledger: Ledger
    private let web: any WebClient
    private let clock: Clock
    private let log: Log
    private let sources: Sources

    /// What is known elsewhere in the process.
    package struct Sources: Sendable {
        /// Whom intake has refused since the process started.
        package var refusals: @Sendable () -> [ChecklistFacts.RefusalFacts] = { [] }
        package var storage: @Sendable () -> ChecklistFacts.StorageFacts = { ChecklistFacts.StorageFacts() }
        /// Sends a lead of our own for a source and waits for its judgement; `nil`: there is no such source.
        package var synthetic: @Sendable (Source) -> ChecklistFacts.SyntheticFacts? = { _ in nil }
        package init() {}
    }

    /// Leads looked at before and after.
    private static let sample = 300
    /// How long a changed page is compared with what it was before.
    private static let trial: Duration = .days(3)
    /// Changes that are weighed, the nearest to where it began.
    private static let mostChanges = 200

    package init(
        _ ledger: Ledger, web: any WebClient, sources: Sources, clock: Clock = .system, log: Log = Log()
    ) {
        self.ledger = ledger
        self.web = web
        self.sources = sources
        self.clock = clock
        self.log = log
    }

    /// Collects for one matter. Blocks for less than a minute: `PageProbe.time` is the longest of the collectors'
    /// times.
    package func facts(_ matter: Matter, _ settings: ChecklistSettings) -> ChecklistFacts {
        let now = Instant(milliseconds: clock.milliseconds())
        var facts = ChecklistFacts(kind: matter.kind, scope: matter.scope, began: min(matter.began, now), now: now)
        if let noticed = matter.noticed { facts.noticed = min(noticed, now) }
        (facts.client, facts.group) = matter.place(settings)
        let place = (client: facts.client, group: facts.group)
        let visits = Visits(matter.kind.isAboutPages ? settings.pages(of: matter, place) : [])
        let probe = PageProbe(
            web, pages: settings.pages.map(\.address), controls: settings.controls, clock: clock)
        for index in visits.pages.indices {
            let address = visits.pages[index].address
            visits.start("page \(index)") { .look(index, probe.look(at: address)) }
        }
        if let source = syntheticSource(matter, place, settings) {
            visits.start("synthetic") { [sources] in .synthetic(sources.synthetic(source)) }
        }
        facts.storage = sources.storage()
        do {
            try read(&facts, matter, settings, try ledger.reader())
        } catch {
            log.warning("checklist.read_failed", ["error": "\(error)"])
        }
        let found = visits.wait()
        facts.synthetic = found.synthetic
        if !visits.pages.isEmpty {
            facts.pages = compared(found.looks)
            facts.clocks = ChecklistFacts.ClockFacts(found.looks.flatMap(\.clocks))
        }
        return facts
    }

    /// Visits a page outside any matter, and keeps what it looks like if it is up: this is what later visits are
    /// compared with.
    @discardableResult
    package func keepWatch(_ address: String, _ settings: ChecklistSettings) -> PageProbe.Look {
        let probe = PageProbe(web, pages: settings.pages.map(\.address), controls: settings.controls, clock: clock)
        let look = probe.look(at: address)
        if let fingerprint = look.page.fingerprint {
            do {
                let known = try ledger.reader().page(look.page.address)
                let isNew = known.map { !fingerprint.isAsGood(as: $0.fingerprint) } ?? false
                let now = Instant(milliseconds: clock.milliseconds())
                // A change may be what the next alert is about: it becomes the usual only when it has lasted.
                if !isNew || now - (known?.seen ?? now) >= Self.trial {
                    try ledger.watch.keepPage(look.page.address, fingerprint)
                }
            } catch {
                log.warning("checklist.page_write_failed", ["page": look.page.address, "error": "\(error)"])
            }
        }
        return look
    }

    /// A test lead outside any matter.
    func synthetic(_ source: Source) -> ChecklistFacts.SyntheticFacts? { sources.synthetic(source) }

    private func syntheticSource(
        _ matter: Matter, _ place: (client: String?, group: String?), _ settings: ChecklistSettings
    ) -> Source? {
        if case .source(let name) = matter.scope { return settings.sources.first { $0.name == name } }
        return settings.sources.first { $0.client == place.client } ?? settings.sources.first
    }

    /// Puts the last good fingerprint beside each page.
    private func compared(_ looks: [PageProbe.Look]) -> [PageFacts] {
        let reader = try? ledger.reader()
        return looks.map { look in
            var page = look.page
            if let known = try? reader?.page(page.address) {
                page.known = known.fingerprint
                page.knownAt = known.seen
            }
            return page
        }
    }

    // MARK: From the store

    private func read(
        _ facts: inout ChecklistFacts, _ matter: Matter, _ settings: ChecklistSettings, _ reader: Reader
    ) throws {
        let (began, now) = (facts.began, facts.now)
        let (client, group) = (facts.client, facts.group)
        let own = client.flatMap { client in group.map { GroupKey(client: client, group: $0) } }
        let baseline = (began - CollectedCounts.baseline).hour..<now
        let counts = CollectedCounts(
            hours: try reader.intake(baseline, of: own),
            arrivals: try reader.arrivals(since: began, of: own, baseline: baseline),
            began: began, now: now)
        if let expected = matter.expected, let observed = matter.observed {
            facts.volume = .init(observed: observed, expected: expected)
        } else {
            facts.volume = counts.volume(client: client, group: group)
        }
        if let hour = counts.lastHour(client: client, group: group) {
            let slots = Slots.slot(of: hour)..<Slots.slot(of: hour) + Slots.perHour
            facts.lastGood =
                try reader.lastLead(client: client, group: group, slots).map { Slots.start(of: $0) } ?? hour
        }
        let feeding = feeding(matter, counts, client, group, settings)
        facts.intake = .init(
            sources: counts.sources(feeding) { name in
                settings.sources.first { $0.name == name }.map(\.isBrowser) ?? true
            }, refusals: refusals(feeding, client, group, settings))
        facts.quarantine = .init(
            share: counts.quarantine(feeding),
            reasons: try reader.quarantineReasons(since: began, sources: feeding.sorted()))
        facts.duplicates = counts.duplicates(feeding)
        facts.unmapped = counts.unmapped(feeding)
        facts.tests = counts.tests(feeding)
        func first(_ oddity: Reader.Oddity) throws -> Instant? {
            try feeding.compactMap { try reader.first(oddity, of: $0, since: began) }.min()
        }
        if facts.quarantine?.share.hasRisen == true { facts.quarantine?.first = try first(.quarantined) }
        if facts.duplicates?.share.hasRisen == true { facts.duplicates?.first = try first(.duplicate) }
        if facts.tests?.hasRisen == true { facts.firstTest = try first(.test) }
        facts.siblings = counts.siblings(client: client, group: group) { settings.countries[$0] }
        facts.changes = try reader.markers(
            min(began, facts.lastGood ?? began) - .days(1)..<now + .milliseconds(1), nearest: began,
            limit: Self.mostChanges)
        try readLanes(&facts, matter, settings, reader)
        guard let client else { return }
        facts.clickIDs = counts.clickIDs(client: client, group: group)
        facts.history = counts.history(client: client, group: group)
        facts.ads = try reader.ads(client: client, group: group)
        facts.sample = .init(
            before: try reader.sample(client: client, group: group, around: began, after: false, limit: Self.sample),
            after: try reader.sample(client: client, group: group, around: began, after: true, limit: Self.sample))
    }

    private func feeding(
        _ matter: Matter, _ counts: CollectedCounts, _ client: String?, _ group: String?, _ settings: ChecklistSettings
    ) -> Set<String> {
        if case .source(let name) = matter.scope { return [name] }
        guard let client else { return Set(settings.sources.map(\.name)) }
        let known = counts.feeding(client: client, group: group)
        return known.isEmpty ? Set(settings.sources.filter { $0.client == client }.map(\.name)) : known
    }

    private func refusals(
        _ feeding: Set<String>, _ client: String?, _ group: String?, _ settings: ChecklistSettings
    ) -> [ChecklistFacts.RefusalFacts] {
        let origins = settings.sources.filter { feeding.contains($0.name) }.flatMap(\.origins)
        let hosts = Set(
            (origins + settings.pages(client: client, group: group).map(\.address)).compactMap {
                WebAddress.host(of: $0)
            })
        return sources.refusals().map { refusal in
            var refusal = refusal
            refusal.isOfMatter =
                refusal.source.map(feeding.contains) ?? false || refusal.host.map(hosts.contains) ?? false
            return refusal
        }
    }

    private func readLanes(
        _ facts: inout ChecklistFacts, _ matter: Matter, _ settings: ChecklistSettings, _ reader: Reader
    ) throws {
        let (began, now) = (facts.began, facts.now)
        let slot = Duration.minutes(5)
        let recent = try reader.answers(began - slot + .milliseconds(1)..<now + slot)
        let states = Dictionary(ledger.deliveries.lanes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        facts.lanes = try settings.destinations.map { destination in
            var lane = ChecklistFacts.LaneFacts(
                destination.name, platform: destination.platform.name, client: destination.client,
                isOfMatter: matter.isAbout(destination, facts.client, facts.group, settings))
            switch states[destination.name]?.state {
            case .running, nil: lane.state = .running
            case .paused: lane.state = .paused
            case .held: lane.state = .held
            }
            lane.heldCode = states[destination.name].map { String($0.reason.prefix { $0 != ":" && $0 != " " }) }
            lane.answers = Self.answers(recent.filter { $0.destination == destination.name }, destination.platform.name)
            lane.oldestDue = try reader.backlog(destination.name, at: now, limit: 1).oldestDue.map { now - $0 }
            return lane
        }
        let mine = Set((facts.lanesOfMatterNames))
        let before = try reader.answers(began - CollectedCounts.baseline..<began - slot)
        let (recentOfMine, beforeOfMine) = (
            recent.filter { mine.contains($0.destination) }, before.filter { mine.contains($0.destination) }
        )
        facts.consentRefused = ShareComparison(
            recent: Self.consent(recentOfMine, settings), baseline: Self.consent(beforeOfMine, settings))
        facts.notMapped = ShareComparison(
            recent: Self.notMapped(recentOfMine), baseline: Self.notMapped(beforeOfMine))
    }

    /// What is called by a name that the destination has nothing for, of all that could have gone there.
    private static func notMapped(_ counts: [AnswerCount]) -> ShareComparison.Share {
        func isNotMapped(_ count: AnswerCount) -> Bool {
            count.ending == .skipped && count.code == SkipReason.notMapped.rawValue
        }
        let counted = counts.filter { $0.ending != .skipped || isNotMapped($0) }
        return .init(
            counted.reduce(0) { $0 + (isNotMapped($1) ? $1.count : 0) }, of: counted.reduce(0) { $0 + $1.count })
    }

    /// By class, each with its most frequent code. What was skipped was never an attempt.
    private static func answers(_ counts: [AnswerCount], _ platform: String) -> [ChecklistFacts.LaneFacts.Answers] {
        var byCode: [AnswerClass: [String: Int]] = [:]
        var statuses: [String: Int] = [:]
        for count in counts where count.ending != .skipped && count.ending != .erased {
            let isGood = count.ending == .delivered || count.ending == .sent
            let kind = AnswerClass.of(count.code, status: count.status, platform: platform, isGood: isGood)
            byCode[kind, default: [:]][count.code, default: 0] += count.count
            statuses[count.code] = count.status
        }
        return AnswerClass.allCases.compactMap { kind in
            guard let codes = byCode[kind], let most = codes.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else {
                return nil
            }
            let words = AnswerWords.words(most.key, status: statuses[most.key] ?? 0)
            return .init(kind, words, codes.values.reduce(0, +))
        }
    }

    private static func consent(_ counts: [AnswerCount], _ settings: ChecklistSettings) -> ShareComparison.Share {
        var (refused, all) = (0, 0)
        for count in counts {
            let isConsent = AnswerClass.of(count.code, status: count.status, platform: "") == .consent
            if count.ending == .skipped, !isConsent { continue }
            all += count.count
            if isConsent { refused += count.count }
        }
        return .init(refused, of: all)
    }
}

/// What runs beside the reading of the store, each on a thread of its own, which ends by its own time-outs.
private final class Visits: Sendable {
    let pages: [ChecklistSettings.Page]
    private let state: Locked<State>

    enum Result: Sendable {
        case look(Int, PageProbe.Look)
        case synthetic(ChecklistFacts.SyntheticFacts?)
    }

    private struct State {
        var workers: [Worker] = []
        var looks: [Int: PageProbe.Look] = [:]
        var synthetic: ChecklistFacts.SyntheticFacts?
    }

    init(_ pages: [ChecklistSettings.Page]) {
        self.pages = pages
        state = Locked(State())
    }

    func start(_ name: String, _ job: @escaping @Sendable () -> Result) {
        let worker = Worker(name, priority: .background) { [state] in
            let result = job()
            state.withLock { state in
                switch result {
                case .look(let index, let look): state.looks[index] = look
                case .synthetic(let facts): state.synthetic = facts
                }
            }
        }
        state.withLock { $0.workers.append(worker) }
    }

    func wait() -> (looks: [PageProbe.Look], synthetic: ChecklistFacts.SyntheticFacts?) {
        let workers = state.withLock { state in
            defer { state.workers = [] }
            return state.workers
        }
        for worker in workers { worker.join() }
        return state.withLock { state in
            (state.looks.sorted { $0.key < $1.key }.map(\.value), state.synthetic)
        }
    }
}

extension Matter {
    func isAbout(
        _ destination: Destination, _ client: String?, _ group: String?, _ settings: ChecklistSettings
    ) -> Bool {
        switch scope {
        case .destination(let name): destination.name == name
        case .platform(let name): destination.platform.name == name
        case .relay, .client, .group, .source, .channel, .external:
            settings.goes(to: destination, client: client, group: group)
        }
    }
}

extension AlertKind {
    /// Whether a look at the landing pages can explain it.
    var isAboutPages: Bool {
        switch subject {
        case .coming, .contents, .intake: true
        case .forwarding, .external: false
        // Servers of pages say what time it is.
        case .relay: self == .clockSkew
        }
    }
}
