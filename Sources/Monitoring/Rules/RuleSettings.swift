package import Domain

/// When the rules speak. Everything has a default that suits most; what differs by client or group is in `Watching`.
package struct RuleSettings: Sendable, Equatable {
    package var forwarding = Forwarding()
    package var backlog = Grades(warning: .minutes(15), critical: .hours(1))
    /// Leads whose window closes so soon are counted.
    package var expiryAhead: Duration = .hours(12)
    /// A lane that a person paused for longer is mentioned.
    package var pausedFor: Duration = .hours(4)
    package var unclassified = 3
    package var unconfirmedFor: Duration = .hours(12)
    package var quarantine = Share(share: 0.2, least: 20)
    package var duplicates = Share(share: 0.3, least: 50)
    package var clickIDs = Jump(least: 20)
    package var consents = Jump(least: 20)
    /// Events in a row of which none was accepted.
    package var nothingAccepted = Jump(least: 3)
    package var skips = Share(share: 0.1, least: 3)
    package var contacts = Share(share: 0.1, least: 3)
    package var leftOut = Share(share: 0.1, least: 3)
    package var reusedIDs = Share(share: 0.05, least: 3)
    package var refusals = Share(share: 0.1, least: 3)
    package var intakeErrors = Share(share: 0.02, least: 5)
    package var storage = Storage()
    package var clockSkew: Grades = Grades(warning: .seconds(5), critical: .minutes(2))
    package var credentialEnds: Grades = Grades(warning: .days(14), critical: .days(3))
    package var channelFailing: Duration = .minutes(10)
    /// Rules that are switched off.
    package var off: Set<AlertKind> = []

    package init() {}

    package struct Grades: Sendable, Equatable {
        package var warning: Duration
        package var critical: Duration
        package init(warning: Duration, critical: Duration) {
            self.warning = warning
            self.critical = critical
        }

        /// Of what has reached `warning`.
        func severity(of time: Duration) -> Severity { time >= critical ? .critical : .warning }
    }

    /// A share of what happened, once there was enough of it.
    package struct Share: Sendable, Equatable {
        package var share: Double
        package var least: Int
        package init(share: Double, least: Int) {
            self.share = share
            self.least = least
        }
    }

    /// A share against its own past (`ShareComparison.jump`), once there was enough of it.
    package struct Jump: Sendable, Equatable {
        package var least: Int
        package init(least: Int) { self.least = least }
    }

    package struct Forwarding: Sendable, Equatable {
        /// Share of the attempts of the last quarter of an hour that failed.
        package var share = 0.5
        package var least = 10
        /// Also a breaker that has been open for so long, whatever the number of attempts.
        package var breakerOpen: Duration = .minutes(10)
        /// With leads waiting for longer than this it is critical.
        package var criticalAge: Duration = .hours(1)
        package init() {}
    }

    package struct Storage: Sendable, Equatable {
        package var freeWarning = 0.15
        package var freeCritical = 0.05
        /// Also when the growth of a day leaves less than this.
        package var fullIn: Duration = .days(7)
        package var wal = 512 << 20
        /// So old the last backup may be: a week and a day, so that weekly ones may be late. `nil`: nobody asks.
        package var backupAge: Duration? = .days(8)
        package init() {}
    }
}

/// The settings of every place: the common ones, and what is different for a client or a group.
package struct Watching: Sendable, Equatable {
    package var common: RuleSettings
    /// Later ones win; one for a group goes before one for its client.
    package var overrides: [Override]

    package struct Override: Sendable, Equatable {
        package var client: String
        /// A name in which `*` stands for any run of characters; `nil`: the client as a whole, with its sources and
        /// destinations.
        package var group: String?
        package var settings: RuleSettings
        package init(client: String, group: String?, settings: RuleSettings) {
            self.client = client
            self.group = group
            self.settings = settings
        }
    }

    package init(_ common: RuleSettings = RuleSettings(), overrides: [Override] = []) {
        self.common = common
        self.overrides = overrides
    }

    func settings(client: String, group: String? = nil) -> RuleSettings {
        if let group,
            let own = overrides.last(where: { override in
                override.client == client && override.group.map { Wildcard.means($0, group) } ?? false
            })
        {
            return own.settings
        }
        return overrides.last { $0.client == client && $0.group == nil }?.settings ?? common
    }

    /// The destinations that a rule watches, each with the settings of its client: all where the rule is not switched
    /// off.
    func destinations(_ facts: Facts, _ kind: AlertKind) -> [(Facts.DestinationFacts, RuleSettings)] {
        facts.destinations.compactMap { destination in
            let settings = settings(client: destination.client)
            return settings.off.contains(kind) ? nil : (destination, settings)
        }
    }
}
