package import Domain
package import Store

/// Everything that one cycle of the monitor looks at, gathered at the edge from counters, from memory and from
/// questions that cost the same whatever the store holds. Rules see nothing else.
package struct Facts: Sendable {
    package var now: Instant
    /// How long the relay has been running without a pause. Windows that reach back further have holes.
    package var running: Duration
    package var destinations: [DestinationFacts] = []
    package var sources: [SourceFacts] = []
    /// Requests with keys that no source has.
    package var unknownKeys: [UnknownKey] = []
    /// What the leads of each client and group carry.
    package var groups: [GroupFacts] = []
    package var intake = IntakeFacts()
    package var storage = StorageFacts()
    /// Since when a changed configuration has been refused, and why; `nil` while the file's is in force.
    package var refusedConfiguration: (since: Instant, reason: String)?
    /// Our clock against the `Date` of platforms' answers; positive: ours is fast. The middle of several; `nil`: nobody
    /// answered.
    package var clockSkew: Duration?
    /// How far ids run ahead of our clock.
    package var idsAhead: Duration = .zero
    /// What nobody has decided about in quarantine, and is soon discarded.
    package var quarantineEnding: [QuarantineEnding] = []
    package var credentials: [CredentialFacts] = []
    package var channels: [ChannelState] = []
    package var heartbeats: [HeartbeatFacts] = []
    /// What the watch over the volume of leads says; it keeps what it knows from one cycle to the next.
    package var volume: [Observation] = []

    package init(now: Instant, running: Duration) {
        self.now = now
        self.running = running
    }

    /// What happened at one destination.
    package struct DestinationFacts: Sendable, Equatable {
        package var name: String
        package var platform: String
        /// Empty for one that serves all clients.
        package var client: String
        package var state: LaneState = .running
        /// Why it is paused or held, and since when.
        package var reason = ""
        package var since: Instant
        /// Since when the breaker has been open; `nil` while it is closed.
        package var breakerOpenSince: Instant?
        /// Rows that came to an outcome in the last quarter of an hour, and those that have to be tried again, by
        /// cause.
        package var settled = 0
        package var failed: [Trouble: Int] = [:]
        /// When the first failure of the present trouble was.
        package var failingSince: Instant?
        /// The oldest delivery that could have been sent, and how many there are.
        package var oldestDue: Instant?
        package var waiting: BoundedCount = 0
        /// When the oldest lead came in that is still owed, as far as can be said cheaply.
        package var oldestOpen: Instant?
        /// Deliveries whose window closes within the horizon that is looked ahead, and when the first one does.
        package var expiring = 0
        package var firstExpiry: Instant?
        /// Requests that the platform has taken and not confirmed: the oldest one.
        package var oldestUnconfirmed: Instant?
        /// What it said when it was last asked whether it would take leads; `nil`: not asked yet.
        package var preflight: Preflight?
        /// When it last took leads, as far as this process has seen.
        package var lastTaken: Instant?
        /// Whether it sends everything as test events.
        package var isTest = false
        /// The same for all destinations that use the same access: the name of the first of them. Empty: it has none.
        package var credential = ""

        package init(_ name: String, platform: String, client: String = "", since: Instant) {
            self.name = name
            self.platform = platform
            self.client = client
            self.since = since
        }

        /// What it said when it was asked, unless something has happened since that makes it a thing of the past: its
        /// lane was resumed, or it has taken leads.
        var preflightInForce: Preflight? {
            guard let preflight else { return nil }
            if preflight.grade == .failed {
                if state == .running, since > preflight.checkedAt { return nil }
                if let lastTaken, lastTaken > preflight.checkedAt { return nil }
            }
            return preflight
        }

        var scope: AlertScope { .destination(name) }
        var failures: Int { failed.values.reduce(0, +) }
    }

    /// What kind of trouble an attempt met; coarse, so that several clients' troubles can be seen to be one.
    package enum Trouble: String, CaseIterable, Sendable {
        case unreachable
        case throttled
        case fault
        case unclassified
        case credentials
        case other

        var words: String {
            switch self {
            case .unreachable: "cannot be reached or does not answer"
            case .throttled: "asks us to slow down"
            case .fault: "answers with errors of its own"
            case .unclassified: "returns unknown codes"
            case .credentials: "refuses our credentials"
            case .other: "does not take what we send"
            }
        }
    }

    /// What came from one source: the last hours against the days before.
    package struct SourceFacts: Sendable, Equatable {
        package var name: String
        package var client: String
        /// Events put into quarantine, of all events.
        package var quarantined: ShareComparison
        package var duplicates: ShareComparison
        /// The reasons of the newest quarantined events, most frequent first.
        package var reasons: [Reason] = []
        package var kind = Source.Kind.web
        /// What has been unusual about its events.
        package var marks: [MarkFacts] = []
        /// What has been put aside or refused since its last event that was accepted; `nil`: too little to speak of.
        package var run: RunFacts?
        /// Where its refused requests came from lately, most frequent first.
        package var refusedPlaces: [RefusalCount] = []

        package init(_ name: String, client: String, quarantined: ShareComparison, duplicates: ShareComparison) {
            self.name = name
            self.client = client
            self.quarantined = quarantined
            self.duplicates = duplicates
        }

        package struct Reason: Sendable, Equatable {
            package var code: String
            package var count: Int
            package init(_ code: String, _ count: Int) {
                self.code = code
                self.count = count
            }
        }
    }

    /// Something that can be unusual about a source's events.
    package enum Mark: Hashable, Sendable {
        case skipped(destination: String, reason: String)
        /// No destination was owed it.
        case nowhere
        /// Neither e-mail address nor telephone number.
        case withoutContact
        case leftOut(field: String)
        case reusedID
        /// Refused at the door.
        case refused
    }

    package struct MarkFacts: Sendable, Equatable {
        package var mark: Mark
        /// Of its leads; for `refused` of its requests and events, for `reusedID` of its events.
        package var share: WindowedShare
        /// The beginning of the first hour with the mark, for each of the windows.
        package var firsts: [Instant?]

        package init(_ mark: Mark, _ share: WindowedShare, firsts: [Instant?] = []) {
            self.mark = mark
            self.share = share
            self.firsts = firsts
        }
    }

    /// Events in a row that were put aside or refused.
    package struct RunFacts: Sendable, Equatable {
        package var run: SourceRun
        /// How many of its events were, in the days before it began.
        package var usual: ShareComparison.Share
        package init(_ run: SourceRun, usual: ShareComparison.Share) {
            self.run = run
            self.usual = usual
        }
    }

    /// Requests with one key that no source has, from one place.
    package struct UnknownKey: Sendable, Equatable {
        package var place: RefusalCount
        /// The source whose page the place is.
        package var source: String?
        package init(_ place: RefusalCount, source: String? = nil) {
            self.place = place
            self.source = source
        }
    }

    package struct GroupFacts: Sendable, Equatable {
        package var client: String
        package var group: String
        package var clickIDs: ShareComparison
        package var consents: ShareComparison

        package init(client: String, group: String, clickIDs: ShareComparison, consents: ShareComparison) {
            self.client = client
            self.group = group
            self.clickIDs = clickIDs
            self.consents = consents
        }

        var scope: AlertScope { .group(client: client, group: group) }
    }

    /// Requests to intake in the last five minutes.
    package struct IntakeFacts: Sendable, Equatable {
        package var requests = 0
        /// Answered with 5xx, by the problem's name.
        package var errors: [String: Int] = [:]
        /// Why the relay is not ready, in plain words.
        package var problems: [String] = []
        package init() {}
    }

    package struct StorageFacts: Sendable, Equatable {
        package var freeBytes: Int?
        package var totalBytes: Int?
        package var walBytes = 0
        package var databaseBytes = 0
        /// How much the database grew in a day, where a day is known.
        package var growthPerDay: Int?
        package var isFull = false
        /// What has shown that the file is damaged.
        package var damage: String?
        /// When the last backup was made; `nil`: never.
        package var lastBackup: Instant?
        /// When the oldest lead came that is kept; `nil`: there is nothing to lose.
        package var firstLead: Instant?
        package init() {}
    }

    /// A grant, token or certificate that ends.
    package struct CredentialFacts: Sendable, Equatable {
        /// For people: "the access to Google of google-acme".
        package var title: String
        package var scope: AlertScope
        package var client: String
        package var ends: Instant
        /// Tells apart what ends at one place, for example the host of a certificate; empty where there is only one.
        package var code: String
        /// The same for all that end together, because it is one access or one certificate; empty: it is nobody else's.
        package var access: String
        /// The landing page whose way it is on; empty for what belongs to no page.
        package var page: String

        package init(
            _ title: String, scope: AlertScope, code: String = "", access: String = "", page: String = "",
            client: String = "", ends: Instant
        ) {
            self.title = title
            self.scope = scope
            self.code = code
            self.access = access
            self.page = page
            self.client = client
            self.ends = ends
        }
    }

    /// A sign of life that a customer's machine is to send.
    package struct HeartbeatFacts: Sendable, Equatable {
        package var name: String
        package var client: String
        /// Longer silence than this is a problem.
        package var every: Duration
        package var severity: Severity
        /// `nil`: never yet; then it counts from when it was configured.
        package var last: Instant?
        package var watchedSince: Instant

        package init(
            _ name: String, client: String, every: Duration, severity: Severity, last: Instant?, watchedSince: Instant
        ) {
            self.name = name
            self.client = client
            self.every = every
            self.severity = severity
            self.last = last
            self.watchedSince = watchedSince
        }
    }
}
