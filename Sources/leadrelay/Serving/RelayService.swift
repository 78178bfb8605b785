import API
import CommandLine
import Configuration
import Curl
import Domain
import Forwarding
import HTTP
import Intake
import Monitoring
import Service
import Store

/// The relay in one process: everything started, in the order in which it depends on each other, and stopped the other
/// way round.
final class RelayService {
    let relay: RelayContext
    private let log: Log
    private let ledger: Ledger
    private let lock: FileLock
    /// On the database itself: links would lead a second relay to it under another name.
    private let databaseLock: FileLock
    private let intakeSettings: Locked<IntakeSettings>
    private let judgeSettings: Locked<JudgeSettings>
    private let fingerprintKey: [UInt8]
    private let dispatcher: Dispatcher
    let checks: Checks
    let actions: ActionRunner
    let monitor: Monitor
    private let facts: FactCollector
    private let site: PublicRoutes
    private let drainTime: Duration
    /// The port of the first listener.
    let port: UInt16
    private var parts: StartedParts

    /// Who says when it is time to watch.
    enum Pace: Sendable {
        /// Threads of its own, every minute.
        case byItself
        /// Whoever moves the clock by hand, by `step`. Pauses are measured by a clock of theirs, too.
        case stepped(steady: @Sendable () -> Duration)
    }

    /// Starts everything; listening when it returns. Throws a `Failure` in plain words, with nothing left running.
    /// In one piece: the order in which parts are started, and stopped in reverse, is what this says.
    init(_ configuration: Configuration, clock: Clock, log: Log, pace: Pace = .byItself) throws {
        self.log = log
        drainTime = configuration.limits.drain
        // A file of its own, which says who has it; a database that was moved away and put back is locked by that.
        let lockFile = configuration.database + ".lock"
        let hadLock = Files.exists(lockFile)
        do throws(FileLock.Refusal) {
            lock = try FileLock(lockFile)
            // The same database under another name: a symbolic or a hard link. SQLite keeps two logs then, and destroys
            // it (https://www.sqlite.org/howtocorrupt.html, 2.5).
            databaseLock = try FileLock(itself: configuration.database)
        } catch {
            throw Self.failure(error, configuration, lockFile)
        }
        do throws(StoreError) {
            ledger = try Self.open(configuration, clock: clock, log: log)
        } catch {
            if error.passes { throw NotYet(reason: error) }
            // Beside a file that is not ours nothing stays.
            if !hadLock { Files.remove(lockFile) }
            throw Failure(error.description)
        }
        let ledger = ledger
        var parts = StartedParts()
        parts.add { _ in ledger.close() }
        fingerprintKey = try ledger.reader().fingerprintKey()
        let inForce = Locked(configuration)
        let health = Health(ledger)
        let counters = IntakeCounters()
        let gate = SyntheticGate()
        let pools = ReadPools(ledger: ledger, log: log)
        parts.add { _ in pools.close() }
        let intakeSettings = Locked(configuration.intakeSettings(gate))
        self.intakeSettings = intakeSettings
        judgeSettings = Locked(configuration.judgeSettings(fingerprintKey: fingerprintKey))

        let transfers = Transfers(userAgent: "leadrelay/\(Version.current)")
        parts.add { _ in transfers.stop() }
        let dispatcher = try Self.orFail {
            try parts.start(
                { () throws(StoreError) in
                    try Dispatcher(
                        configuration.dispatching, store: ledger.deliveries, transport: transfers, clock: clock,
                        log: log)
                }, stop: { $0.stop(within: $1) })
        }
        self.dispatcher = dispatcher
        let notifying = try Self.orFail {
            try parts.start(
                { () throws(StoreError) in
                    try NotificationService(configuration.notifying, ledger: ledger, clock: clock, log: log)
                }, stop: { $0.stop(within: min($1, Self.longestNotifying)) })
        }
        let steady: @Sendable () -> Duration
        switch pace {
        case .byItself: steady = { Clock.monotonic }
        case .stepped(let given): steady = given
        }
        let checks = Checks(
            ledger, inForce, gate: gate, counters: counters, clock: clock, steady: steady, log: log)
        self.checks = checks
        ledger.alerts.configure(configuration.alertPolicy(keeping: ledger.alerts.policy))
        let monitor = Monitor(configuration.monitorSettings, ledger: ledger, clock: clock, log: log)
        self.monitor = monitor
        let preflight = PreflightWatch(
            configuration.destinations, every: configuration.preflightEvery, clock: clock, log: log)
        let relay = RelayContext(
            ledger, inForce, clock: clock, log: log, health: health, file: ConfigurationFile(), dispatcher: dispatcher,
            notifying: notifying, preflight: preflight, checks: checks.runner, monitor: monitor,
            volumes: WatchedVolumes(configuration.volume, store: ledger.watch, zones: .ofThisMachine))
        self.relay = relay
        let facts = FactCollector(
            ledger, volumes: relay.volumes,
            told: FactSources(relay, counters, RefusalKeeper(ledger.inbox, counters)), clock: clock
        ) { inForce.withLock { $0.watched } }
        self.facts = facts
        // When the monitor has stopped.
        parts.add { _ in facts.keepCounts() }

        // Of its own: a provider that hangs holds up no platform.
        let tokenTransfers = Transfers(userAgent: "leadrelay/\(Version.current)")
        let tokens = TokenChecks(tokenTransfers, clock: clock, log: log) { ledger.inbox.wake() }
        let judging = Judging(ledger, log: log) { [judgeSettings] row in
            judgeSettings.withLock { $0 }.judge(
                row, now: Instant(milliseconds: clock.milliseconds()), tokens: tokens)
        }
        parts.add { _ in
            judging.stop()
            tokenTransfers.stop()
            tokens.stop()
        }
        let closing = Locked<[ClosingWindows]>([])
        let housekeeping = Maintenance(ledger, clock: clock, log: log) { found in closing.withLock { $0 = found } }
        parts.add { _ in housekeeping.stop() }
        let memory = FreeMemory()
        parts.add { _ in memory.stop() }
        parts.add { _ in preflight.stop() }
        parts.add { _ in monitor.stop() }
        // Whoever resumes a lane has repaired something: what refused is asked whether it still does.
        ledger.deliveries.onLaneChange {
            preflight.askAgain()
            monitor.nudge()
        }
        let actions = ActionRunner(relay)
        self.actions = actions
        parts.add { _ in actions.stop() }
        parts.add { _ in checks.stop() }
        _ = try Self.orFail("the admin socket cannot be opened: ") {
            try parts.start(
                { () throws(ServerError) in
                    try Server(
                        [configuration.adminEndpoint], limits: configuration.adminLimits, name: "admin"
                    ) { _ in AdminResponder(relay, pools) }
                }, stop: { $0.drain(within: min($1, Self.longestAdmin)) })
        }

        // Last, when everything that a request can reach is there; first to be stopped, so that what it has taken is
        // worked off.
        let metrics = Metrics(relay, facts: facts, intake: counters, closing: closing)
        let site = PublicRoutes(relay, desks: pools, metrics: metrics)
        self.site = site
        let limits = RateLimits()
        let publicServer = try Self.orFail {
            try parts.start(
                { () throws(ServerError) in
                    try Server(
                        configuration.listen.map { .tcp(host: $0.host, port: $0.port) }, loops: configuration.loops,
                        limits: configuration.publicLimits(inForce), name: "http"
                    ) { _ in
                        PublicResponder(
                            intake: IntakeRoutes(
                                settings: intakeSettings, inbox: ledger.inbox, limits: limits, counters: counters,
                                clock: clock, log: log),
                            site: site, notifying: notifying)
                    }
                }, stop: { $0.drain(within: $1) })
        }
        port = publicServer.port
        metrics.watch(publicServer)
        checks.configure(configuration, port: port)
        self.parts = parts
        tellOfGone(configuration)
        health.askWriter()
        tokens.start()
        judging.start()
        relay.markStart()
        monitor.afterCycle { [relay, checks, notifying, actions] end in
            switch end {
            case .failed(let reason): notifying.cycleEnded(.failed(reason: reason))
            case .whole(let round, let pulse):
                notifying.cycleEnded(
                    .report(
                        relay.ledger, problems: relay.health.problems, pulse: relay.monitor.pulse, notifying,
                        at: relay.now))
                actions.cycleEnded()
                for finding in pulse.suspicions { checks.runner.suspect(finding) }
                for alert in round.changed
                where round.events.contains(where: { $0.alert == alert.id && $0.isBeginning }) {
                    checks.runner.suspect(alert.finding)
                }
            }
        }
        switch pace {
        case .byItself:
            checks.start()
            monitor.start(facts.gather)
        case .stepped: break
        }
    }

    private static func failure(
        _ refusal: FileLock.Refusal, _ configuration: Configuration, _ lockFile: String
    ) -> Failure {
        switch refusal {
        case .heldByAnother:
            WaitingRoom.heldByAnother(configuration.database)
        case .impossible(let failure):
            Failure(
                """
                \(lockFile) or the database beside it cannot be opened: \(failure.message). Does the folder exist, \
                and may this user write there?
                """
            )
        }
    }

    /// The database with all that the configuration says about it.
    private static func open(_ configuration: Configuration, clock: Clock, log: Log) throws(StoreError) -> Ledger {
        var options = Ledger.Options()
        options.retention.personalData = configuration.retention.personalData
        options.retention.quarantine = configuration.retention.quarantine
        options.retention.answers = configuration.retention.idempotency
        options.retention.history = configuration.retention.history
        let ledger = try Ledger(path: configuration.database, options: options, clock: clock, log: log)
        try ledger.deliveries.register(configuration.destinations.map(\.name))
        try ledger.figures.arrange(configuration.calendars)
        try ledger.validation.configureIdentity(configuration.identityPolicy)
        return ledger
    }

    /// An error of a part in plain words.
    private static func orFail<Part>(_ before: String = "", _ start: () throws -> Part) throws -> Part {
        do {
            return try start()
        } catch {
            throw Failure("\(before)\(error)")
        }
    }

    /// People are still told what is due; a platform's window is not at stake.
    private static let longestNotifying: Duration = .seconds(5)
    /// Questions from this machine, which can be asked again.
    private static let longestAdmin: Duration = .seconds(2)

    /// One cycle of the monitor and what the checklist does meanwhile, on the caller's thread.
    func step() throws {
        try monitor.step(facts.gather)
        checks.runner.step()
    }

    /// Puts a new configuration in force without dropping a connection. What cannot change while running is named in
    /// the log.
    func reload(_ new: Configuration) throws {
        let old = relay.configuration.withLock { $0 }
        for name in Settings.needingRestart(new, old) {
            log.warning("configuration.restart_required", ["setting": name])
        }
        log.write(from: new.logLevel)
        // Destinations first: a lead that is judged by the new configuration must find its lane.
        try ledger.deliveries.register(new.destinations.map(\.name))
        try ledger.figures.arrange(new.calendars)
        try ledger.validation.configureIdentity(new.identityPolicy)
        relay.configuration.withLock { $0 = Settings.keeping(old, in: new) }
        judgeSettings.withLock { $0 = new.judgeSettings(fingerprintKey: fingerprintKey) }
        dispatcher.configure(new.dispatching)
        intakeSettings.withLock { $0 = new.intakeSettings(checks.gate) }
        checks.configure(new, port: port)
        let differences = new.differences(from: old)
        if !differences.isEmpty { relay.mark(.configuration, differences.joined(separator: ", ")) }
        relay.preflight.configure(new.destinations, every: new.preflightEvery)
        site.reload(new)
        try relay.notifying.configure(new.notifying)
        ledger.alerts.configure(new.alertPolicy(keeping: ledger.alerts.policy))
        monitor.configure(new.monitorSettings)
        let kept = relay.configuration.withLock { $0 }
        _ = try ledger.alerts.withdraw("It is not in the configuration any more.") { !kept.watches($0) }
        monitor.nudge()
        tellOfGone(new)
    }

    /// What is owed to destinations that are not configured any more goes nowhere, and nobody is told otherwise.
    private func tellOfGone(_ configuration: Configuration) {
        let books = ledger.books
        for lane in ledger.deliveries.lanes where !configuration.destinations.contains(where: { $0.name == lane.name })
        {
            let owed = books.total(.open, destination: lane.name)
            guard owed > 0 else { continue }
            log.warning("destination.orphaned", ["destination": lane.name, "deliveries": "\(owed)"])
        }
    }

    /// Stops taking requests, answers those under way, stops the lanes, closes the store.
    func stop() {
        relay.health.startDraining()
        parts.stop(within: drainTime)
    }
}

extension Configuration {
    /// Whose days the pages count in.
    var calendars: Calendars {
        Calendars(
            zones: Dictionary(clients.map { ($0.name, $0.timeZone) }, uniquingKeysWith: { first, _ in first }),
            clients: Dictionary(
                sources.filter { !$0.client.isEmpty }.map { ($0.name, $0.client) },
                uniquingKeysWith: { first, _ in first }))
    }

    /// The permissions of the socket's file are all the authentication there is.
    fileprivate var adminEndpoint: Endpoint {
        .unix(path: adminSocket, mode: adminSocketGroup == nil ? 0o600 : 0o660, group: adminSocketGroup)
    }

    /// `inForce`: the configuration as it is when a connection comes; `nil` if it does not change.
    func publicLimits(_ inForce: Locked<Configuration>? = nil) -> Limits {
        var limits = Limits()
        limits.connectionsPerAddress = self.limits.connectionsPerAddress
        limits.unfinishedBodies = self.limits.unfinishedBodies
        limits.peerGroup = { [trustedProxies] peer in
            // A proxy on this machine or a trusted one speaks for many.
            guard let address = HostAddress(peer), !address.isLoopback else { return nil }
            let proxies = inForce?.withLock { $0.trustedProxies } ?? trustedProxies
            return TrustedProxies(proxies.compactMap { Network($0) }).contains(address) ? nil : address.site
        }
        limits.body = self.limits.body
        limits.upload = self.limits.upload
        limits.connections = self.limits.connections
        limits.headTimeout = self.limits.headTimeout
        limits.bodyTimeout = self.limits.bodyTimeout
        limits.idleTimeout = self.limits.idleTimeout
        return limits
    }

    fileprivate var adminLimits: Limits {
        var limits = Limits()
        limits.body = 16 << 20
        limits.connections = 64
        // An audit or a backup of a large file takes its time.
        limits.answerTimeout = .hours(6)
        return limits
    }
}

extension AlertEvent {
    /// Whether it is new, or news again: then its causes are looked for at once.
    fileprivate var isBeginning: Bool { kind == .opened || kind == .reopened }
}
