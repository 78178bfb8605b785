import Configuration
import Crypto
import Domain
import Forwarding
import Intake
import Monitoring
import Service
import Store

/// The running relay as its operators see it: what is in force, what is wrong. Shared by all that answer questions.
final class Relay: Sendable {
    let ledger: Ledger
    let configuration: Locked<Configuration>
    let clock: Clock
    let log: Log
    let started: Instant
    /// Which file the configuration in force was read from, and when; `nil` if from none.
    let origin = Locked<(file: String, readAt: Instant)?>(nil)
    /// What came of reading it again; `nil` while nobody has asked for it.
    let reload = Locked<Reload?>(nil)
    /// How new passwords are hashed; tests are in a hurry.
    let hashing = Locked(PasswordHash.Parameters.usual)
    /// Who may wait for a password to be looked at.
    let signIns = Locked(SignInGate())
    /// Lines of the audit log that stand for many of the same.
    let sums = AuditSums()
    private let dummy = Locked<PasswordHash?>(nil)
    private let state = Locked(State())

    /// An attempt to put a changed file in force.
    struct Reload: Sendable, Equatable {
        var at: Instant
        /// Why the old configuration stays in force, for people; `nil` if the new one was taken.
        var refusal: String?
        /// Since when every attempt has been refused.
        var refusedSince: Instant?
    }

    /// Writes down what came of reading the file again.
    func noteReload(refusal: String?) {
        let now = now
        reload.withLock { reload in
            let since = refusal == nil ? nil : reload?.refusedSince ?? now
            reload = Reload(at: now, refusal: refusal, refusedSince: since)
        }
    }

    private struct State {
        var isDraining = false
        var lastWriterBeat: Duration?
        var lanes: @Sendable () -> [LaneReport] = { [] }
        var checks: ChecklistRunner?
        var notifying: NotificationService?
        var preflight: PreflightWatch?
        var closing: [ClosingWindows] = []
        var monitor: @Sendable () -> Monitor.Pulse = { Monitor.Pulse() }
        var gatherer: FactCollector?
    }

    init(ledger: Ledger, configuration: Configuration, clock: Clock, log: Log) {
        self.ledger = ledger
        self.configuration = Locked(configuration)
        self.clock = clock
        self.log = log
        started = Instant(milliseconds: clock.milliseconds())
    }

    /// Nobody's password, to be compared with when there is no user: made when it is first needed.
    var dummyHash: PasswordHash {
        let parameters = hashing.withLock { $0 }
        return dummy.withLock { dummy in
            let hash = dummy ?? PasswordHash(of: Base64.url.encode(randomBytes(16)), parameters)
            dummy = hash
            return hash
        }
    }

    var now: Instant { Instant(milliseconds: clock.milliseconds()) }

    func setNotifying(_ notifying: NotificationService) { state.withLock { $0.notifying = notifying } }
    /// What tells people; `nil` until it has been started.
    var notifying: NotificationService? { state.withLock { $0.notifying } }

    /// Where people reach the console.
    var publicURL: String {
        let (url, address) = configuration.withLock { ($0.publicURL, $0.listen[0]) }
        let host = ["0.0.0.0": "127.0.0.1", "::": "::1"][address.host] ?? address.host
        return url ?? "http://\(Configuration.ListenAddress(host: host, port: address.port))"
    }

    func setLanes(_ lanes: @escaping @Sendable () -> [LaneReport]) { state.withLock { $0.lanes = lanes } }
    var lanes: [LaneReport] { state.withLock { $0.lanes }() }

    func setChecks(_ checks: ChecklistRunner) { state.withLock { $0.checks = checks } }
    /// What runs the checklist; `nil` while the relay starts.
    var checks: ChecklistRunner? { state.withLock { $0.checks } }
    func setPreflight(_ watch: PreflightWatch) { state.withLock { $0.preflight = watch } }
    /// What the destinations said when they were last asked whether they would take leads.
    var preflights: [Preflight] { state.withLock { $0.preflight }?.reports ?? [] }
    /// Asks them now and waits for the answers. False if they did not come in time.
    func askPreflight(atMost time: Duration) -> Bool {
        state.withLock { $0.preflight }?.askAndWait(atMost: time) ?? false
    }

    /// Which deliveries have little time left, as housekeeping saw it in its last round.
    var closing: [ClosingWindows] { state.withLock { $0.closing } }
    func noteClosing(_ windows: [ClosingWindows]) { state.withLock { $0.closing = windows } }
    func setMonitor(_ pulse: @escaping @Sendable () -> Monitor.Pulse) { state.withLock { $0.monitor = pulse } }
    /// What the monitor's last cycle came to.
    var monitor: Monitor.Pulse { state.withLock { $0.monitor }() }

    /// For the end of the process: what the monitor would keep in its next cycle.
    func keepCounts() { state.withLock { $0.gatherer }?.keepCounts() }
    func setGatherer(_ gatherer: FactCollector) { state.withLock { $0.gatherer = gatherer } }
    /// The campaign groups that the monitor watches; none before its first cycle.
    func watchedGroups(_ isWanted: (GroupKey) -> Bool) -> [FactCollector.WatchedGroup] {
        state.withLock { $0.gatherer }?.watchedGroups(isWanted) ?? []
    }
    /// The same with no more than the leads a day that are expected.
    var watchedVolumes: [(key: GroupKey, daily: Double)] { state.withLock { $0.gatherer }?.watchedVolumes ?? [] }
    var groupCounts: (watched: Int, unwatched: Int) { state.withLock { $0.gatherer }?.groupCounts ?? (0, 0) }
    /// See `FactCollector.lastSample`.
    var watchSample: WatchSample {
        var sample = state.withLock { $0.gatherer }?.lastSample ?? WatchSample()
        // It is of the last cycle; a destination may have been forgotten since.
        let configured = Set(configuration.withLock { $0.destinations.map(\.name) })
        sample.oldestOpen.removeAll { !configured.contains($0.destination) }
        return sample
    }
    /// See `FactCollector.expected`.
    func expected(of groups: Set<GroupKey>, _ hours: Range<Instant>) -> [Double]? {
        state.withLock { $0.gatherer }?.expected(of: groups, hours)
    }

    func startDraining() { state.withLock { $0.isDraining = true } }
    var isDraining: Bool { state.withLock { $0.isDraining } }

    /// Asks the writer for a sign of life.
    func askWriter() {
        ledger.beat { [state] result in
            // That one comes from the queue, whether the writer lives or not.
            if case .failure(.overloaded) = result { return }
            state.withLock { $0.lastWriterBeat = Clock.monotonic }
        }
    }

    /// How long ago the writer last answered; `nil` before its first answer.
    var writerSilence: Duration? { state.withLock { $0.lastWriterBeat }.map { Clock.monotonic - $0 } }

    /// Longer silence than this is a problem.
    static let longestSilence: Duration = .seconds(20)

    /// Why the relay should get no traffic, in plain words; empty when it should.
    var problems: [String] {
        var problems: [String] = []
        if isDraining { problems.append("the relay is stopping") }
        if let failure = ledger.failure { problems.append("\(failure)") }
        if ledger.isFull { problems.append("\(StoreError.diskFull)") }
        if let damage = ledger.damage {
            problems.append("the database is damaged (\(damage)): see \"When the database is damaged\" in the README")
        }
        if let who = ledger.lockedBy { problems.append(StoreError.locked(who).description) }
        if let silence = writerSilence, silence > Self.longestSilence {
            problems.append("the writer has not answered for \(silence.components.seconds) s")
        }
        return problems
    }

    /// What our promises rest on; asserted when the file was opened.
    var storeFacts: String { "journal_mode=wal synchronous=full\n" }
}
