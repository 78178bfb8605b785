package import Domain
package import Service
package import Store

/// Runs the checklist on a thread of its own: at suspicion, when an alert opens and now and then while it is open; and
/// beside that watches the landing pages and sends test leads, so that there is something to compare with.
package final class ChecklistRunner: Sendable {
    private let ledger: Ledger
    private let collectors: Collectors
    private let settings: Locked<ChecklistSettings>
    private let clock: Clock
    /// Time that only goes forward: pauses are measured by it.
    private let steady: @Sendable () -> Duration
    private let log: Log
    private let state = Locked(State())
    private let worker: Locked<Worker?>

    private struct State {
        var queue: [Finding] = []
        /// When each matter was examined last, by `steady`.
        var examined: [String: Duration] = [:]
        /// When each page was visited and each source tested last, likewise.
        var done: [String: Duration] = [:]
        /// Test leads that failed in a row, by source.
        var failures: [String: Int] = [:]
        /// When the certificates end that were last seen on the way to each page, by the page's address and their
        /// hosts.
        var certificates: [String: [String: Instant]] = [:]
        var isStopping = false
    }

    /// A matter is not examined more often than this.
    package static let pause: Duration = .minutes(15)
    private static let look: Duration = .seconds(10)
    private static let mostWaiting = 200
    private static let mostRemembered = 1000
    /// Names the item whose proof has opened an alert, in its evidence.
    private static let seenBy = "seen by the checklist"
    /// Test leads have to fail so often before anybody is told.
    private static let failuresToTell = 2

    package init(
        _ ledger: Ledger, _ collectors: Collectors, settings: ChecklistSettings, clock: Clock = .system,
        steady: @escaping @Sendable () -> Duration = { Clock.monotonic }, log: Log = Log()
    ) {
        self.ledger = ledger
        self.collectors = collectors
        self.settings = Locked(settings)
        self.clock = clock
        self.steady = steady
        self.log = log
        worker = Locked(nil)
    }

    package func configure(_ new: ChecklistSettings) { settings.withLock { $0 = new } }

    package func start() {
        worker.withLock { $0 = Worker("checklist", priority: .background) { [self] in run() } }
    }

    /// From now on nothing that is found out is believed: connections are about to be closed.
    package func beginStopping() { state.update { $0.isStopping = true } }

    package func stop() {
        beginStopping()
        let worker = worker.withLock { worker in
            defer { worker = nil }
            return worker
        }
        worker?.join()
    }

    /// Something may be wrong: look for causes soon. Cheap, and said as often as one likes.
    package func suspect(_ finding: Finding) {
        state.update { state in
            guard state.queue.count < Self.mostWaiting, !state.queue.contains(where: { $0.key == finding.key }) else {
                return
            }
            if let last = state.examined[finding.key], steady() - last < Self.pause { return }
            state.queue.append(finding)
        }
    }

    /// Collects, decides, and keeps what it came to. Blocks for less than a minute.
    @discardableResult
    package func examine(_ finding: Finding) -> Diagnosis {
        state.withLock { state in
            let now = steady()
            state.examined[finding.key] = now
            // Keys are as many as matters; those of yesterday are of no use.
            if state.examined.count > Self.mostRemembered {
                state.examined = state.examined.filter { now - $0.value < Self.pause }
            }
        }
        let settings = settings.withLock { $0 }
        let opened = openAlert(of: finding)?.opened
        let facts = collectors.facts(Matter(finding, noticed: opened), settings)
        let earlier = opened.flatMap { opened in
            (try? ledger.reader().diagnoses(matter: finding.key, limit: 1))?.first { $0.at >= opened - Self.pause }
        }
        let diagnosis = Diagnosis(facts, memory: memory(facts.client), kind: finding.kind, earlier: earlier)
        keep(diagnosis, finding)
        return diagnosis
    }

    /// Visits all landing pages and keeps what they look like. Blocks; the thread does the same now and then.
    package func watch() {
        let settings = settings.withLock { $0 }
        for page in settings.pages {
            state.withLock { $0.done["page \(page.address)"] = steady() }
            remember(collectors.keepWatch(page.address, settings), of: page.address)
        }
    }

    private func remember(_ look: PageProbe.Look, of address: String) {
        // A page that was not reached says nothing new of its certificate.
        if !look.ends.isEmpty { state.withLock { $0.certificates[address] = look.ends } }
    }

    /// A certificate on the way to a client's landing page.
    package struct WatchedCertificate: Equatable, Sendable {
        package var client: String
        package var page: String
        package var host: String
        package var ends: Instant
    }

    /// The certificates of all pages that have been visited, one for each client and host.
    package var certificates: [WatchedCertificate] {
        let pages = settings.withLock { $0.pages }
        let seen = state.withLock { $0.certificates }
        var found: [WatchedCertificate] = []
        for page in pages {
            for (host, ends) in (seen[page.address] ?? [:]).sorted(by: { $0.key < $1.key })
            where !found.contains(where: { $0.client == page.client && $0.host == host }) {
                found.append(
                    WatchedCertificate(client: page.client, page: page.address, host: host, ends: ends))
            }
        }
        return found
    }

    // MARK: The thread

    private func run() {
        while true {
            let next = state.wait(atMost: Self.look) { state -> Finding?? in
                if state.isStopping { return .some(nil) }
                return state.queue.isEmpty ? nil : .some(state.queue.removeFirst())
            }
            switch next {
            case .some(.some(let finding)): examine(finding)
            case .some(.none): return
            case .none: lookAround()
            }
        }
    }

    /// What the thread does between two waits, on the caller's: for whoever moves the clock by hand.
    package func step() {
        lookAround()
        while let next = state.withLock({ $0.queue.isEmpty ? nil : $0.queue.removeFirst() }) { examine(next) }
    }

    private func lookAround() {
        lookAtOpenAlerts()
        watchPages()
        probe()
    }

    /// Alerts that have opened since, and those that have been open for a while.
    private func lookAtOpenAlerts() {
        // What a wider alert explains is looked into there.
        for alert in ledger.alerts.open
        where alert.severity > .info && alert.finding.kind != .external && alert.inhibitedBy == nil {
            suspect(alert.finding)
        }
    }

    private func watchPages() {
        let settings = settings.withLock { $0 }
        guard settings.watchPagesEvery > .zero else { return }
        let troubled = Set(ledger.alerts.open.map(\.finding.client))
        for page in settings.pages where !troubled.contains(page.client) {
            guard isDue("page \(page.address)", settings.watchPagesEvery) else { continue }
            let look = collectors.keepWatch(page.address, settings)
            remember(look, of: page.address)
            if !look.page.isUp {
                log.warning("checklist.page_unhealthy", ["page": look.page.address, "error": look.page.trouble])
            }
            if state.withLock({ $0.isStopping }) { return }
        }
    }

    private func probe() {
        let settings = settings.withLock { $0 }
        guard settings.syntheticEvery > .zero else { return }
        for source in settings.sources {
            guard isDue("source \(source.name)", settings.syntheticEvery), let facts = collectors.synthetic(source)
            else {
                continue
            }
            tell(facts, of: source)
            if state.withLock({ $0.isStopping }) { return }
        }
    }

    private func tell(_ facts: ChecklistFacts.SyntheticFacts, of source: Source) {
        if state.withLock({ $0.isStopping }) { return }
        let now = Instant(milliseconds: clock.milliseconds())
        let failures = state.withLock { state -> Int in
            state.failures[source.name] = facts.end == .judged ? 0 : state.failures[source.name, default: 0] + 1
            return state.failures[source.name] ?? 0
        }
        let scope = AlertScope.source(source.name)
        let observation: Observation
        if failures == 0 {
            observation = .recovered(
                key: Finding.key(.syntheticFailed, scope), ended: now, reason: "Test leads arrive again.")
        } else if failures >= Self.failuresToTell {
            observation = .problem(
                Finding(
                    .syntheticFailed, scope, .critical, began: now,
                    sentence: "A test lead for source \(source.name) does not arrive: \(facts.end.words).",
                    evidence: [.init("in a row", "\(failures)")],
                    client: source.client.isEmpty ? nil : source.client))
        } else {
            return
        }
        do throws(StoreError) {
            _ = try ledger.alerts.observe([observation])
        } catch {
            log.warning("checklist.notify_failed", ["error": "\(error)"])
        }
    }

    private func isDue(_ name: String, _ every: Duration) -> Bool {
        state.withLock { state in
            if let last = state.done[name], steady() - last < every { return false }
            state.done[name] = steady()
            return true
        }
    }

    // MARK: What comes of it

    private func openAlert(of finding: Finding) -> Alert? {
        let keys = finding.keysOfMatter
        return ledger.alerts.open.first { keys.contains($0.key) }
    }

    private func keep(_ diagnosis: Diagnosis, _ finding: Finding) {
        if state.withLock({ $0.isStopping }) { return }
        do {
            let alert = openAlert(of: finding)
            let before = try ledger.reader().diagnoses(matter: finding.key, limit: 1).first
            try ledger.watch.keepDiagnosis(diagnosis, of: finding.key, alert: alert?.id.rawValue ?? 0)
            if let alert {
                try end(alert, diagnosis)
                try ledger.watch.attachDiagnoses(
                    of: finding.key, since: alert.finding.began - .hours(1), to: alert.id.rawValue)
                if diagnosis.isNews(after: before) || alert.opened > (before?.at ?? alert.opened) {
                    _ = try ledger.alerts.command(.investigated(diagnosis.sentence), alert.id, by: "checklist")
                }
            } else if let cause = diagnosis.cause, cause.certainty == .proved, cause.item.stopsLeads {
                // Nobody has to wait for statistics when the fault has been seen.
                var problem = finding
                problem.severity = max(problem.severity, .warning)
                problem.sentence = "\(cause.item.title): \(cause.evidence)"
                problem.evidence.append(.init(Self.seenBy, cause.item.name))
                let round = try ledger.alerts.observe([.problem(problem)])
                if let opened = round.changed.first(where: { finding.keysOfMatter.contains($0.key) }) {
                    // It goes past the budget of false alarms, so somebody must be able to see why.
                    log.warning(
                        "checklist.opened_alert",
                        ["alert": "\(opened.id)", "matter": finding.key, "proof": cause.item.name])
                    try ledger.watch.attachDiagnoses(
                        of: finding.key, since: finding.began - .hours(1), to: opened.id.rawValue)
                    _ = try ledger.alerts.command(.investigated(diagnosis.sentence), opened.id, by: "checklist")
                }
            }
            log.info(
                "checklist.done",
                [
                    "matter": finding.key, "cause": diagnosis.cause?.item.name ?? "unknown",
                    "owner": diagnosis.next.owner.rawValue,
                ])
        } catch {
            log.warning("checklist.write_failed", ["matter": finding.key, "error": "\(error)"])
        }
    }

    /// Ends an alert that a proof has opened and no other rule has taken over, once the same look says that it is over.
    private func end(_ alert: Alert, _ diagnosis: Diagnosis) throws {
        guard let name = alert.finding.evidence.first(where: { $0.name == Self.seenBy })?.value,
            let item = ChecklistItem(name: name),
            let now = diagnosis.assessments.first(where: { $0.item == item }), now.certainty == .excluded
        else { return }
        _ = try ledger.alerts.observe([.recovered(key: alert.key, ended: diagnosis.at, reason: now.evidence)])
    }

    /// What people have confirmed for a client, from the alerts of the last year.
    private func memory(_ client: String?) -> ChecklistMemory {
        var memory = ChecklistMemory()
        var filter = AlertFilter()
        filter.client = client
        filter.isOpen = false
        for alert in (try? ledger.reader().alerts(filter, limit: 500)) ?? [] {
            guard let item = alert.verdict.flatMap({ ChecklistItem(name: $0.cause) }) else { continue }
            memory.confirm(item, client: client)
        }
        return memory
    }
}

extension Diagnosis {
    /// Whether people have to hear of it who know an earlier one: another cause, or one that has been proved since. A
    /// guess that fades is nothing to tell.
    package func isNews(after before: Diagnosis?) -> Bool {
        guard let before else { return true }
        guard let cause else { return false }
        return cause.item != before.cause?.item
            || (cause.certainty == .proved && before.cause?.certainty != .proved)
    }
}

extension ChecklistItem {
    /// Whether leads cannot come while it lasts, so that its proof alone is an alert.
    var stopsLeads: Bool {
        switch self {
        case .pageDown, .formChanged, .tagRemoved, .keyChanged, .payloadChanged, .filterBlocksPeople, .intakeDown,
            .outboxStandsStill:
            true
        case .campaignPaused, .budgetUsedUp, .tokenRevoked, .clickIDsLost, .accessRemoved, .conversionActionUnusable,
            .consentChanged, .groupRenamed, .platformDown, .throttled, .eventsTooOld, .timeWrong, .tooRecent,
            .clickIDsDamaged, .changeOfOurs, .duplicateFilterTooStrict, .senderDown, .adsRejected, .demandFell,
            .deviceBroken, .junkFlood, .detectorWrong:
            false
        }
    }
}

extension ChecklistFacts.SyntheticFacts.End {
    package var words: String {
        switch self {
        case .judged: "it comes through"
        case .unreachable(let words): "no answer (\(words))"
        case .refused(let status, let reason): "refused with \(status) \(reason)"
        case .blocked(let status): "something in front of intake answers with \(status)"
        case .notJudged: "acknowledged, but not judged"
        case .quarantined(let reason): "quarantined: \(reason)"
        }
    }
}
