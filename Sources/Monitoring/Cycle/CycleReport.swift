package import Domain
import Service
package import Store

extension DeadMansSwitch.Cycle {
    /// What the watcher outside hears after a whole cycle of the monitor: that all is well, with some figures, or what
    /// is not. Everything that people are owed must have gone out. `problems`: why the relay should get no traffic.
    package static func report(
        _ ledger: Ledger, problems: [String], pulse: Monitor.Pulse, _ notifying: NotificationService, at now: Instant
    ) -> DeadMansSwitch.Cycle {
        do {
            let channels = try ledger.reader().channelStates(at: now)
            let limited = Set(notifying.reports.filter { $0.limitedUntil != nil }.map(\.target))
            let problems = problems + [NoticeAudit.trouble(channels, limited: limited, at: now)].compactMap { $0 }
            guard problems.isEmpty else { return .failed(reason: problems.joined(separator: "; ")) }
            let open = ledger.alerts.open
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
