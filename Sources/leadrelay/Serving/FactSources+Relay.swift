import API
import Domain
import Forwarding
import Intake
import Monitoring
import Service
import Store

extension FactSources {
    /// What the parts of this relay tell the monitor.
    init(_ relay: RelayContext, _ intake: IntakeCounters, _ refusals: RefusalKeeper) {
        self.init(
            lanes: { relay.dispatcher.lanes.map(Lane.init) }, preflights: { relay.preflight.reports },
            certificates: { relay.checks.certificates },
            intake: {
                let counts = intake.snapshot
                let errors = counts.problems.filter { $0.key.status >= 500 }
                return Intake(
                    requests: counts.requests,
                    errors: Dictionary(uniqueKeysWithValues: errors.map { ($0.key.rawValue, $0.value) }))
            }, keepRefusals: { refusals.keep() }, problems: { relay.health.problems },
            refusedConfiguration: {
                relay.file.reload.withLock { reload in
                    reload?.refusedSince.map { (since: $0, reason: reload?.refusal ?? "") }
                }
            })
    }
}

extension FactSources.Lane {
    fileprivate init(_ report: LaneReport) {
        var failed: [Facts.Trouble: Int] = [:]
        for cause in Verdict.Cause.allCases { failed[cause.trouble, default: 0] += report.tallies.count(cause) }
        self.init(
            report.destination, isBreakerOpen: report.breaker.isOpen,
            taken: [Outcome.delivered, .sent, .rejected].reduce(0) { $0 + report.tallies.count($1) }, failed: failed,
            grantEnds: report.grantEnds, testEventsUntil: report.testEventsUntil, clockSkew: report.clockSkew)
    }
}

extension Breaker.State {
    fileprivate var isOpen: Bool {
        switch self {
        case .closed: false
        case .open, .halfOpen: true
        }
    }
}

extension Verdict.Cause {
    /// The coarse kind of trouble.
    fileprivate var trouble: Facts.Trouble {
        switch self {
        case .unreachable, .unknown: .unreachable
        case .throttled: .throttled
        case .platformFault: .fault
        case .unclassified: .unclassified
        case .credentials: .credentials
        case .transient: .other
        }
    }
}
