import Domain
import Monitoring
import Service
import Store

/// Once a minute: lets time pass for the open alerts, so that escalations, reminders and time-outs come whether anything else happens
/// or not; looks whether everything that people are owed has gone out; and tells the watcher outside what that came to.
final class Watchkeeper: Sendable {
    static let period: Duration = .seconds(60)

    private let state = Locked(false)
    private let worker: Worker

    init(_ relay: Relay, _ notifying: Notifying) {
        let state = state
        worker = Worker("watchkeeper", priority: .background) {
            repeat {
                notifying.cycleEnded(Self.cycle(relay, notifying))
            } while state.wait(atMost: Self.period, until: { $0 ? true : nil }) == nil
        }
    }

    /// All of it, or what was wrong.
    static func cycle(_ relay: Relay, _ notifying: Notifying) -> DeadMansSwitch.Cycle {
        do {
            let started = Clock.monotonic
            _ = try relay.ledger.observe([])
            let channels = try relay.ledger.reader().channelStates(at: relay.now)
            let limited = Set(notifying.reports.filter { $0.limitedUntil != nil }.map(\.target))
            let problems =
                relay.problems + [NoticeAudit.trouble(channels, limited: limited, at: relay.now)].compactMap { $0 }
            guard problems.isEmpty else { return .failed(reason: problems.joined(separator: "; ")) }
            let open = relay.ledger.openAlerts
            return .succeeded([
                "version": .string(Version.current), "open_alerts": JSON(open.count),
                "critical": JSON(open.filter { $0.severity == .critical }.count),
                "notices_waiting": JSON(channels.reduce(0) { $0 + $1.waiting }),
                "cycle_ms": JSON((Clock.monotonic - started).milliseconds),
            ])
        } catch {
            return .failed(reason: "the store does not answer: \(error)")
        }
    }

    func stop() {
        state.update { $0 = true }
        worker.join()
    }
}
