import API
import Domain
import Monitoring
import Service
import Store

extension DeadMansSwitch.Cycle {
    /// What the watcher outside hears after a whole cycle of the monitor: that all is well, with some figures, or what
    /// is not. Everything that people are owed must have gone out.
    static func report(_ relay: RelayContext) -> DeadMansSwitch.Cycle {
        do {
            let channels = try relay.ledger.reader().channelStates(at: relay.now)
            let limited = Set(relay.notifying.reports.filter { $0.limitedUntil != nil }.map(\.target))
            let problems =
                relay.health.problems
                + [NoticeAudit.trouble(channels, limited: limited, at: relay.now)].compactMap { $0 }
            guard problems.isEmpty else { return .failed(reason: problems.joined(separator: "; ")) }
            let open = relay.ledger.alerts.open
            let pulse = relay.monitor.pulse
            return .succeeded([
                "version": .string(Version.current), "open_alerts": JSON(open.count),
                "critical": JSON(open.filter { $0.severity == .critical }.count),
                "notices_waiting": JSON(channels.reduce(0) { $0 + $1.waiting }),
                "cycles": JSON(pulse.cycles), "cycle_ms": JSON(pulse.took.milliseconds),
            ])
        } catch {
            return .failed(reason: "the store does not answer: \(error)")
        }
    }
}
