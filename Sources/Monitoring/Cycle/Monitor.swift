package import Domain
package import Service
package import Store

/// The loop that watches: every minute, and soon after it is nudged, it gathers facts, asks all rules, and hands what
/// they say to the store, which turns it into alerts, timelines and notices in one transaction.
///
/// A cycle that fails is said in the log and made up for by the next; nothing is lost by it, since the state is in the
/// store. What is lost is time: `pulse` tells how long ago the last whole cycle was, for the status, the metrics and
/// the dead-man's switch outside.
package final class Monitor: Sendable {
    package struct Settings: Sendable {
        package var rules: [any Rule]
        package init(_ rules: [any Rule]) { self.rules = rules }
    }

    /// What the last cycle came to.
    package struct Pulse: Sendable {
        /// Cycles that have been done whole, and those that failed.
        package var cycles = 0
        package var failures = 0
        /// When the last whole cycle ended, by the wall clock, and on the monotonic one.
        package var last: Instant?
        package var lastMonotonic: Duration?
        package var took: Duration = .zero
        /// Why the last cycle failed; empty after a whole one.
        package var failure = ""
        /// What may become an alert: for pages, and for those who look for causes.
        package var suspicions: [Finding] = []

        package init() {}
    }

    /// Time between cycles.
    package static let period: Duration = .seconds(60)
    /// A nudge is followed up after this, so that several are one.
    private static let linger: Duration = .seconds(2)
    /// A pause of the process at least this long is written down.
    private static let noticedDowntime: Duration = .minutes(3)

    private let state = Locked(State())
    private let worker = Locked<Worker?>(nil)
    private let ledger: Ledger
    private let clock: Clock
    private let log: Log

    private struct State {
        var settings = Settings([])
        var pulse = Pulse()
        var nudges = 0
        var isStopping = false
        var afterCycle: [@Sendable (CycleEnd) -> Void] = []
    }

    package init(_ settings: Settings, ledger: Ledger, clock: Clock, log: Log) {
        self.ledger = ledger
        self.clock = clock
        self.log = log
        state.withLock { $0.settings = settings }
    }

    /// How a cycle ended.
    package enum CycleEnd: Sendable {
        case whole(AlertRound, Pulse)
        case failed(reason: String)
    }

    /// Called on the monitor's thread after each cycle; it may block for a moment.
    package func afterCycle(_ action: @escaping @Sendable (CycleEnd) -> Void) {
        state.withLock { $0.afterCycle.append(action) }
    }

    /// Starts the loop. `gather` is called on the monitor's thread only.
    package func start(_ gather: @escaping @Sendable (Reader, Instant) throws -> Facts) {
        worker.withLock { worker in
            worker = Worker("monitor", priority: .background) { [self] in
                run(gather)
            }
        }
    }

    package func configure(_ settings: Settings) { state.update { $0.settings = settings } }

    /// Something has changed that rules look at: do not wait for the minute.
    package func nudge() { state.update { $0.nudges += 1 } }

    package var pulse: Pulse { state.withLock { $0.pulse } }

    /// How long ago the last whole cycle was; `nil` before the first.
    package var silence: Duration? { pulse.lastMonotonic.map { Clock.monotonic - $0 } }

    /// Longer silence than this means that nothing is watched.
    package static let longestSilence: Duration = .minutes(5)

    package func stop() {
        state.update { $0.isStopping = true }
        let worker = worker.withLock { worker in
            defer { worker = nil }
            return worker
        }
        worker?.join()
    }

    /// One cycle on the caller's thread, for whoever moves the clock by hand instead of starting the loop.
    package func step(_ gather: (Reader, Instant) throws -> Facts) throws { try cycle(ledger.reader(), gather) }

    private func run(_ gather: (Reader, Instant) throws -> Facts) {
        var reader: Reader?
        while true {
            let nudges = state.withLock { $0.nudges }
            do {
                let open = try reader ?? ledger.reader()
                reader = open
                try cycle(open, gather)
            } catch {
                // A connection that failed may stay broken.
                reader = nil
                fail("\(error)")
            }
            let stops = state.wait(atMost: Self.period) { state -> Bool? in
                if state.isStopping { return true }
                return state.nudges != nudges ? false : nil
            }
            if stops == true { return }
            if stops == false, state.wait(atMost: Self.linger, until: { $0.isStopping ? true : nil }) == true { return }
        }
    }

    private func cycle(_ reader: Reader, _ gather: (Reader, Instant) throws -> Facts) throws {
        let started = Clock.monotonic
        let now = Instant(milliseconds: clock.milliseconds())
        try noteDowntime(reader, now)
        let facts = try gather(reader, now)
        let observations = state.withLock { $0.settings }.rules.flatMap { $0.observations(facts) }
        let round = try ledger.alerts.observe(observations)
        for event in round.events { tell(event) }
        try ledger.watch.watched(at: now)
        let suspicions = observations.compactMap { observation -> Finding? in
            if case .suspicion(let finding) = observation { finding } else { nil }
        }
        let (actions, pulse) = state.withLock { state in
            state.pulse.cycles += 1
            state.pulse.last = now
            state.pulse.lastMonotonic = Clock.monotonic
            state.pulse.took = Clock.monotonic - started
            state.pulse.failure = ""
            state.pulse.suspicions = suspicions
            return (state.afterCycle, state.pulse)
        }
        for action in actions { action(.whole(round, pulse)) }
    }

    /// Marks the time since the last cycle of an earlier process, in which nobody watched.
    private func noteDowntime(_ reader: Reader, _ now: Instant) throws {
        guard state.withLock({ $0.pulse.cycles }) == 0 else { return }
        guard let last = try reader.lastWatched(), now - last >= Self.noticedDowntime else { return }
        try ledger.alerts.mark(
            Marker(
                at: now, .downtime,
                "Nobody watched from \(last.rfc3339Seconds) to \(now.rfc3339Seconds) (\((now - last).words))."))
        log.warning("monitor.downtime_detected", ["from": last.rfc3339Seconds, "to": now.rfc3339Seconds])
    }

    private func tell(_ event: AlertEvent) {
        switch event.kind {
        case .updated, .noted, .messaged, .investigated, .owned: break
        case .opened, .severityRaised, .recovering, .relapsed, .resolved, .reopened, .inhibited, .silenced, .released,
            .escalated, .handedOver, .reminded, .asked, .acknowledgementTimedOut, .snoozeEnded, .acknowledged, .snoozed,
            .judged,
            .notDelivered:
            log.info("alert.\(event.kind.rawValue)", ["alert": event.alert.description, "text": event.text])
        }
    }

    private func fail(_ reason: String) {
        let actions = state.withLock { state in
            state.pulse.failures += 1
            state.pulse.failure = reason
            return state.afterCycle
        }
        log.error("monitor.cycle_failed", ["error": reason])
        for action in actions { action(.failed(reason: reason)) }
    }
}
