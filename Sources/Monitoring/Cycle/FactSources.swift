package import Domain

/// What the monitor is told by the other parts of the process, each asked once a cycle.
package struct FactSources: Sendable {
    /// How each destination's lane does, in counters that only grow.
    package var lanes: @Sendable () -> [Lane]
    /// What the destinations said when they were last asked whether they would take leads.
    package var preflights: @Sendable () -> [Preflight]
    /// The certificates of landing pages, as they were last seen.
    package var certificates: @Sendable () -> [ChecklistRunner.WatchedCertificate]
    package var intake: @Sendable () -> Intake
    /// Has what was refused written down.
    package var keepRefusals: @Sendable () -> Void
    /// Why the relay should get no traffic, in plain words.
    package var problems: @Sendable () -> [String]
    /// Since when a changed configuration is refused, and why.
    package var refusedConfiguration: @Sendable () -> (since: Instant, reason: String)?

    package init(
        lanes: @escaping @Sendable () -> [Lane], preflights: @escaping @Sendable () -> [Preflight],
        certificates: @escaping @Sendable () -> [ChecklistRunner.WatchedCertificate],
        intake: @escaping @Sendable () -> Intake, keepRefusals: @escaping @Sendable () -> Void,
        problems: @escaping @Sendable () -> [String],
        refusedConfiguration: @escaping @Sendable () -> (since: Instant, reason: String)?
    ) {
        self.lanes = lanes
        self.preflights = preflights
        self.certificates = certificates
        self.intake = intake
        self.keepRefusals = keepRefusals
        self.problems = problems
        self.refusedConfiguration = refusedConfiguration
    }

    /// A destination's lane since the process started.
    package struct Lane: Sendable {
        package var destination: String
        package var isBreakerOpen: Bool
        /// Attempts that came to an end with the platform.
        package var taken: Int
        /// Those that have to be repeated.
        package var failed: [Facts.Trouble: Int]
        /// When its grant ends.
        package var grantEnds: Instant?
        /// Until when events show on a page for tests.
        package var testEventsUntil: Instant?
        /// How far our clock is ahead of the platform's.
        package var clockSkew: Duration?

        package init(
            _ destination: String, isBreakerOpen: Bool, taken: Int, failed: [Facts.Trouble: Int], grantEnds: Instant?,
            testEventsUntil: Instant?, clockSkew: Duration?
        ) {
            self.destination = destination
            self.isBreakerOpen = isBreakerOpen
            self.taken = taken
            self.failed = failed
            self.grantEnds = grantEnds
            self.testEventsUntil = testEventsUntil
            self.clockSkew = clockSkew
        }
    }

    /// Requests to intake since the process started.
    package struct Intake: Sendable {
        package var requests: Int
        /// Those that failed by our own fault, by what it was.
        package var errors: [String: Int]

        package init(requests: Int, errors: [String: Int]) {
            self.requests = requests
            self.errors = errors
        }
    }
}
