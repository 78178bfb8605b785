import Curl
package import Domain
package import Service

/// Asks the destinations before their leads do, when the relay starts, when the configuration changes, and from time to
/// time; and remembers what came of it for status, metrics and the monitor. It holds no lane: whoever sees the result
/// decides.
package final class PreflightWatch: Sendable {
    private struct State {
        var destinations: [Destination] = []
        var every: Duration?
        var reports: [Preflight] = []
        /// Somebody wants to know now.
        var isAsked = false
        var isAsking = false
        var isStopping = false
        /// Rounds that have been finished.
        var rounds = 0

        mutating func begin() -> [Destination] {
            isAsked = false
            isAsking = true
            return destinations
        }
    }

    private let state: Locked<State>
    private let transfers: Transfers
    private let worker: Worker

    /// `every`: how long after one round the next begins; `nil`: never by itself.
    package init(_ destinations: [Destination], every: Duration?, clock: Clock, log: Log) {
        let state = Locked(State(destinations: destinations, every: every))
        let transfers = Transfers(userAgent: "leadrelay/\(Version.current)")
        state.withLock { $0.isAsked = $0.every != nil }
        (self.state, self.transfers) = (state, transfers)
        worker = Worker("preflight", priority: .background) {
            let run = PreflightRun(now: { Instant(milliseconds: clock.milliseconds()) }) { transfers.perform($0) }
            while let destinations = Self.next(state) {
                let reports = run.check(destinations)
                let isStopping = state.update { state in
                    // The configuration may have changed meanwhile; then these are of yesterday, and the next round has
                    // begun.
                    if state.destinations == destinations { state.reports = reports }
                    state.rounds += 1
                    state.isAsking = false
                    return state.isStopping
                }
                if isStopping { return }
                for report in reports { Self.note(report, log) }
            }
        }
    }

    /// Waits until it is time to ask; `nil` when stopping.
    private static func next(_ state: Locked<State>) -> [Destination]? {
        let every = state.withLock { $0.every }
        let asked = state.wait(atMost: every ?? .days(365)) { state -> [Destination]?? in
            if state.isStopping { return .some(nil) }
            guard state.isAsked || state.every != every else { return nil }
            return .some(state.begin())
        }
        return asked ?? state.withLock { $0.begin() }
    }

    private static func note(_ report: Preflight, _ log: Log) {
        for finding in report.findings where finding.grade != .ok {
            let fields: KeyValuePairs = [
                "destination": report.destination, "subject": finding.subject.rawValue, "detail": finding.words,
                "remedy": finding.remedy,
            ]
            if finding.grade == .failed {
                log.error("preflight.failed", fields)
            } else {
                log.warning("preflight.warning", fields)
            }
        }
    }

    /// What came of the last round, in the order of the configuration. For the monitor, too: `grade == .failed` is
    /// worth an alert, with the finding's words and remedy.
    package var reports: [Preflight] { state.withLock { $0.reports } }
    /// Grows with each round.
    package var rounds: Int { state.withLock { $0.rounds } }

    /// Asks again now.
    package func ask() { state.update { $0.isAsked = true } }

    /// Asks again if any destination would not take leads, as far as is known.
    package func askAgain() {
        state.update { state in
            if state.reports.contains(where: { $0.grade == .failed }) { state.isAsked = true }
        }
    }

    /// Asks again and waits for the answers, at most `time`.
    package func askAndWait(atMost time: Duration) -> Bool {
        let before = state.update { state in
            state.isAsked = true
            return state.rounds
        }
        // A round that is under way may have begun before whatever is to be seen.
        return state.wait(atMost: time) { !$0.isAsked && !$0.isAsking && $0.rounds > before ? true : nil } ?? false
    }

    /// Waits until more than `rounds` rounds are finished, at most `time`.
    package func wait(after rounds: Int, atMost time: Duration) -> Bool {
        state.wait(atMost: time) { $0.rounds > rounds ? true : nil } ?? false
    }

    /// Asks again if anything about the destinations is different: an id, a credential, an address.
    package func configure(_ destinations: [Destination], every: Duration?) {
        state.update { state in
            state.every = every
            guard state.destinations != destinations else { return }
            state.destinations = destinations
            let names = Set(destinations.map(\.name))
            state.reports.removeAll { !names.contains($0.destination) }
            state.isAsked = state.every != nil
        }
    }

    package func stop() {
        state.update { $0.isStopping = true }
        transfers.stop()
        worker.join()
    }
}
