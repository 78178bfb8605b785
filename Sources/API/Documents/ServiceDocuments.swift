package import Domain
import Store

/// What a source has sent, and what became of it, since the database was made.
package struct IntakeCounts: Document {
    package var received: Int64
    package var inbox: Int64
    package var quarantined: Int64
    package var discarded: Int64
    package var duplicate: Int64
    package var lead: Int64

    package init(received: Int64, inbox: Int64, quarantined: Int64, discarded: Int64, duplicate: Int64, lead: Int64) {
        self.received = received
        self.inbox = inbox
        self.quarantined = quarantined
        self.discarded = discarded
        self.duplicate = duplicate
        self.lead = lead
    }

    package static let descriptions: [String: PropertyDescription] = [
        "received": "Events that were acknowledged: the sum of all the others.",
        "inbox": "Events that have not been looked at yet.",
        "quarantined": "Events that wait for a decision.",
        "discarded": "Events that were given up, by a person or after their time.",
        "duplicate": "Repetitions of a lead.",
        "lead": "Leads.",
    ]
}

package struct SourceCounts: Document {
    package var name: String
    @Flattened package var counts: IntakeCounts

    package init(name: String, counts: IntakeCounts) {
        self.name = name
        self.counts = counts
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": PropertyDescription("The source, as configured.", example: "landing-page")
    ]
}

/// What is going on. Members that concern all clients are absent for those who see some.
package struct StatusDocument: Document {
    package var version: String
    package var startedAt: Instant
    package var uptimeSeconds: Int64
    package var ready: Bool
    package var problems: [String]
    @Omitted package var configuration: ConfigurationState?
    package var lastBackup: Instant?
    @Omitted package var store: StoreState?
    package var sources: [SourceCounts]
    package var destinations: [DestinationDocument]
    package var alerts: OpenAlertCounts
    @Omitted package var monitor: MonitorPulse?
    @Flattened package var reach: ReachDocument
    package var preflight: [PreflightDocument]
    package var closing: [ClosingDocument]
    package var hours: [SourceHour]
    package var oddities: [SourceOddity]
    package var quarantine: [QuarantineGroupDocument]

    package init(
        version: String, startedAt: Instant, uptimeSeconds: Int64, ready: Bool, problems: [String],
        configuration: ConfigurationState? = nil, lastBackup: Instant?, store: StoreState? = nil,
        sources: [SourceCounts], destinations: [DestinationDocument], alerts: OpenAlertCounts,
        monitor: MonitorPulse? = nil, reach: ReachDocument, preflight: [PreflightDocument], closing: [ClosingDocument],
        hours: [SourceHour], oddities: [SourceOddity], quarantine: [QuarantineGroupDocument]
    ) {
        self.version = version
        self.startedAt = startedAt
        self.uptimeSeconds = uptimeSeconds
        self.ready = ready
        self.problems = problems
        self.configuration = configuration
        self.lastBackup = lastBackup
        self.store = store
        self.sources = sources
        self.destinations = destinations
        self.alerts = alerts
        self.monitor = monitor
        self.reach = reach
        self.preflight = preflight
        self.closing = closing
        self.hours = hours
        self.oddities = oddities
        self.quarantine = quarantine
    }

    package struct ConfigurationState: Document {
        package var file: String?
        package var readAt: Instant?
        package var reloadAt: Instant?
        package var refusal: String?

        package init(file: String?, readAt: Instant?, reloadAt: Instant?, refusal: String?) {
            self.file = file
            self.readAt = readAt
            self.reloadAt = reloadAt
            self.refusal = refusal
        }

        package static let descriptions: [String: PropertyDescription] = [
            "file": PropertyDescription("The file in force.", example: "/etc/leadrelay/relay.json5"),
            "read_at": "When it was read.",
            "reload_at": "When it was last tried to read it again.",
            "refusal": "Why the changed file was refused and the old one stays in force; null if it was taken.",
        ]
    }

    package struct StoreState: Document {
        package var commits: Int64
        package var rows: Int64
        package var waitingRows: Int

        package init(commits: Int64, rows: Int64, waitingRows: Int) {
            self.commits = commits
            self.rows = rows
            self.waitingRows = waitingRows
        }

        package static let descriptions: [String: PropertyDescription] = [
            "commits": "Transactions since the start.",
            "rows": "Changes in them.",
            "waiting_rows": "Changes that wait for the writer.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "version": PropertyDescription("Of the program.", example: "1.4.0"),
        "started_at": "When the relay was started.",
        "uptime_seconds": "How long ago that is.",
        "ready": "Whether it should get traffic; the same as `GET /readyz`.",
        "problems": "Why it should not; empty while it is ready.",
        "configuration": "Which configuration is in force.",
        "last_backup": "When the last backup was made; null if never, and for those who see some clients only.",
        "store": "What the database does.",
        "sources": "What each source has sent.",
        "destinations": "How each destination stands.",
        "alerts": "Open alerts by severity.",
        "monitor": "How the watch goes.",
        "preflight": "The last connection check of each destination.",
        "closing": "Deliveries that expire soon, for each destination that has open ones.",
        "hours": "The present hour and the one before, for each source.",
        "oddities": "What is unusual about each source's events of the last seven days.",
        "quarantine": "The quarantine by reason and source.",
    ]
}

package struct OpenAlertCounts: Document {
    package var critical: Int
    package var warning: Int
    package var info: Int

    package init(critical: Int, warning: Int, info: Int) {
        self.critical = critical
        self.warning = warning
        self.info = info
    }

    package static let descriptions: [String: PropertyDescription] = [
        "critical": "Open alerts that cost leads now.",
        "warning": "Open alerts that will, or may.",
        "info": "Open alerts that are only to be known.",
    ]
}

/// How the watch goes.
package struct MonitorPulse: Document {
    package var cycles: Int
    package var failures: Int
    package var failure: String
    package var last: Instant?
    package var secondsAgo: Int64?
    package var tookMilliseconds: Int64
    package var groups: Int
    package var unwatchedGroups: Int
    package var noticesOwed: Int
    package var oldestNotice: Instant?

    package init(
        cycles: Int, failures: Int, failure: String, last: Instant?, secondsAgo: Int64?, tookMilliseconds: Int64,
        groups: Int, unwatchedGroups: Int, noticesOwed: Int, oldestNotice: Instant?
    ) {
        self.cycles = cycles
        self.failures = failures
        self.failure = failure
        self.last = last
        self.secondsAgo = secondsAgo
        self.tookMilliseconds = tookMilliseconds
        self.groups = groups
        self.unwatchedGroups = unwatchedGroups
        self.noticesOwed = noticesOwed
        self.oldestNotice = oldestNotice
    }

    package static let descriptions: [String: PropertyDescription] = [
        "cycles": "Whole cycles since the start.",
        "failures": "Cycles that failed.",
        "failure": "Why the last cycle failed; empty after a whole one.",
        "last": "The last whole cycle; null before the first.",
        "seconds_ago": "How long ago that was.",
        "took_milliseconds": "How long it took.",
        "groups": "Campaign groups whose volume is watched.",
        "unwatched_groups":
            """
        Campaign groups beyond `limits.watched_groups`, or new ones in a crowd: their leads are counted with \
        those that say no group.
        """,
        "notices_owed": "Messages about alerts that have not been sent yet.",
        "oldest_notice": "Since when the oldest of them could have been sent.",
    ]
}

/// The ways to reach people, as they stand. Absent while the relay starts, and for those who see some clients only.
package struct ReachDocument: Document {
    @Omitted package var channels: [ChannelDocument]?
    @Omitted package var slackButtons: SlackButtonsState?
    @Omitted package var deadMansSwitch: DeadMansSwitchState?

    package init(
        channels: [ChannelDocument]? = nil, slackButtons: SlackButtonsState? = nil,
        deadMansSwitch: DeadMansSwitchState? = nil
    ) {
        self.channels = channels
        self.slackButtons = slackButtons
        self.deadMansSwitch = deadMansSwitch
    }

    package static let descriptions: [String: PropertyDescription] = [
        "channels": "The channels, and people on them to whom something was sent.",
        "slack_buttons": "Whether buttons in Slack reach the relay; absent if none are set up.",
        "dead_mans_switch": "Whether the outside watcher hears the relay; absent if there is none.",
    ]
}

package struct ChannelDocument: Document {
    package var name: String
    package var kind: String
    package var state: State
    package var waiting: Int
    package var waitsUntil: Instant?
    package var lastSent: Instant?
    package var failingSince: Instant?
    package var failures: Int
    package var reason: String

    package init(
        name: String, kind: String, state: State, waiting: Int, waitsUntil: Instant?, lastSent: Instant?,
        failingSince: Instant?, failures: Int, reason: String
    ) {
        self.name = name
        self.kind = kind
        self.state = state
        self.waiting = waiting
        self.waitsUntil = waitsUntil
        self.lastSent = lastSent
        self.failingSince = failingSince
        self.failures = failures
        self.reason = reason
    }

    package enum State: String, Codable, CaseIterable, Sendable {
        case works, limited, failing, broken
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": PropertyDescription(
            "As configured; with a person after a slash if it is one of several.", example: "slack-team"),
        "kind": PropertyDescription("What it is.", example: "slack"),
        "state":
            """
        `limited`: it wants to be left alone for a while. `failing`: it is tried again. `broken`: it takes a \
        person.
        """,
        "waiting": "Messages that wait.",
        "waits_until": "Until when it wants to be left alone.",
        "last_sent": "When something last arrived.",
        "failing_since": "Since when nothing arrives.",
        "failures": "Attempts that failed in a row.",
        "reason": "Why nothing arrives; empty if it does.",
    ]
}

package struct SlackButtonsState: Document {
    package var lastGood: Instant?
    package var lastRefusal: Instant?
    package var reason: String
    package var presses: Int
    package var refusals: Int

    package init(lastGood: Instant?, lastRefusal: Instant?, reason: String, presses: Int, refusals: Int) {
        self.lastGood = lastGood
        self.lastRefusal = lastRefusal
        self.reason = reason
        self.presses = presses
        self.refusals = refusals
    }

    package static let descriptions: [String: PropertyDescription] = [
        "last_good": "When a button was last pressed and understood.",
        "last_refusal": "When a press was last refused.",
        "reason": "Why.",
        "presses": "Presses since the start.",
        "refusals": "Of them, those refused.",
    ]
}

package struct DeadMansSwitchState: Document {
    package var lastAnswer: Instant?
    package var trouble: String

    package init(lastAnswer: Instant?, trouble: String) {
        self.lastAnswer = lastAnswer
        self.trouble = trouble
    }

    package static let descriptions: [String: PropertyDescription] = [
        "last_answer": "When the outside watcher last answered.",
        "trouble": "Why it did not the last time; empty if it did.",
    ]
}

/// What a source has sent in an hour.
package struct SourceHour: Document {
    package var source: String
    package var hour: Instant
    package var isPresent: Bool
    package var lead: Int
    package var duplicate: Int
    package var quarantined: Int
    package var test: Int
    package var unmapped: Int

    package init(
        source: String, hour: Instant, isPresent: Bool, lead: Int, duplicate: Int, quarantined: Int, test: Int,
        unmapped: Int
    ) {
        self.source = source
        self.hour = hour
        self.isPresent = isPresent
        self.lead = lead
        self.duplicate = duplicate
        self.quarantined = quarantined
        self.test = test
        self.unmapped = unmapped
    }

    package static let descriptions: [String: PropertyDescription] = [
        "source": "As configured.",
        "hour": "When the hour began.",
        "is_present": "Whether it is the one under way.",
        "lead": "Leads.",
        "duplicate": "Repetitions of a lead.",
        "quarantined": "Events that went to quarantine.",
        "test": "Tests.",
        "unmapped": "Leads that no rule for campaign groups fits.",
    ]
}

package struct SourceOddity: Document {
    package var source: String
    package var words: String

    package init(source: String, words: String) {
        self.source = source
        self.words = words
    }

    package static let descriptions: [String: PropertyDescription] = [
        "source": "As configured.",
        "words": PropertyDescription(
            "What is unusual.", example: "of 120 leads in 7 days: 12 % without e-mail address and telephone number"),
    ]
}

/// What an audit came to: the books against every table.
package struct AuditDocument: Document {
    package var balanced: Bool
    package var faults: [String]
    package var sources: [SourceCounts]
    package var destinations: [DestinationDocument]

    package init(balanced: Bool, faults: [String], sources: [SourceCounts], destinations: [DestinationDocument]) {
        self.balanced = balanced
        self.faults = faults
        self.sources = sources
        self.destinations = destinations
    }

    package static let descriptions: [String: PropertyDescription] = [
        "balanced": "Whether everything that was acknowledged is accounted for.",
        "faults": "What does not add up.",
        "sources": "What each source has sent, as it was counted.",
        "destinations": "How each destination stands, as it was counted.",
    ]
}

package struct BackupRequest: RequestBody {
    package var stream: String

    package init(stream: String) {
        self.stream = stream
    }

    package static let descriptions: [String: PropertyDescription] = [
        "stream": PropertyDescription("The abstract socket at which the caller waits for the copy.", longest: 100)
    ]

    package static let remedies = [
        "stream": "\"stream\" is the abstract socket, \(BackupStream.prefix)…, at which you wait for the copy."
    ]
}

package struct BackupDocument: Document {
    package var bytes: Int
    package var balanced: Bool
    package var faults: [String]

    package init(bytes: Int, balanced: Bool, faults: [String]) {
        self.bytes = bytes
        self.balanced = balanced
        self.faults = faults
    }

    package static let descriptions: [String: PropertyDescription] = [
        "bytes": "Of the copy.",
        "balanced": "Whether everything in the copy is accounted for.",
        "faults": "What does not add up.",
    ]
}

/// The balance of each source, and of each source and destination.
package struct BooksDocument: Document {
    package var balanced: Bool
    package var faults: [String]
    package var sources: [SourceBooks]

    package init(balanced: Bool, faults: [String], sources: [SourceBooks]) {
        self.balanced = balanced
        self.faults = faults
        self.sources = sources
    }

    package struct SourceBooks: Document {
        @Flattened package var source: SourceCounts
        package var destinations: [DestinationBooks]

        package init(source: SourceCounts, destinations: [DestinationBooks]) {
            self.source = source
            self.destinations = destinations
        }

        package static let descriptions: [String: PropertyDescription] = [
            "destinations": "What is owed of this source's leads, by destination."
        ]
    }

    package struct DestinationBooks: Document {
        package var name: String
        @Flattened package var counts: DeliveryCounts

        package init(name: String, counts: DeliveryCounts) {
            self.name = name
            self.counts = counts
        }

        package static let descriptions: [String: PropertyDescription] = ["name": "The destination."]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "balanced": "Whether every line adds up.",
        "faults": "The lines that do not.",
        "sources": "By name.",
    ]
}

/// The configuration in force.
package struct SettingsDocument: Document {
    package var file: String?
    package var readAt: Instant?
    package var groups: [Group]

    package init(file: String?, readAt: Instant?, groups: [Group]) {
        self.file = file
        self.readAt = readAt
        self.groups = groups
    }

    package struct Group: Document {
        package var title: String
        package var settings: [Setting]

        package init(title: String, settings: [Setting]) {
            self.title = title
            self.settings = settings
        }

        package static let descriptions: [String: PropertyDescription] = [
            "title": PropertyDescription("What the settings are of.", example: "Source landing-page"),
            "settings": "In the order of the reference.",
        ]
    }

    package struct Setting: Document {
        package var name: String
        package var value: String
        package var origin: Origin

        package init(name: String, value: String, origin: Origin) {
            self.name = name
            self.value = value
            self.origin = origin
        }

        package enum Origin: String, Codable, CaseIterable, Sendable { case `default`, file }

        package static let descriptions: [String: PropertyDescription] = [
            "name": PropertyDescription("Where it stands in the file.", example: "retention.history"),
            "value": PropertyDescription("What is in force; secrets are three stars.", example: "400d"),
            "origin": "Whether somebody wrote it, or the program's own value is in force.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "file": "Where it was read from; null if from none.",
        "read_at": "When it was read.",
        "groups": "The settings, together as they belong.",
    ]
}
