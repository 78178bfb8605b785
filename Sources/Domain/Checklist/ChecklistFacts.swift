/// Everything the collectors found out about one matter. What is `nil` is not known: its collector failed, ran out of
/// time, or has nothing to look at. Nothing in here is personal.
package struct ChecklistFacts: Equatable, Sendable {
    package var kind: AlertKind
    package var scope: AlertScope
    package var client: String?
    package var group: String?
    /// When the matter began, by its evidence.
    package var began: Instant
    package var now: Instant
    /// When somebody or something first saw that it is wrong: the alert opened, or it is looked into for the first
    /// time.
    package var noticed: Instant
    /// The last lead of it up to `began`, to five minutes; `nil`: none in the time that is looked at, or not known.
    package var lastGood: Instant?

    /// Leads expected and seen since `began`.
    package var volume: Volume?
    /// Requests to intake.
    package var intake: IntakeFacts?
    package var quarantine: QuarantineFacts?
    /// Leads with a click id, of all leads.
    package var clickIDs: ShareComparison?
    /// Deliveries skipped for want of consent, of all that were owed.
    package var consentRefused: ShareComparison?
    package var duplicates: DuplicateFacts?
    /// Leads without a group, of all leads of the sources that matter.
    package var unmapped: ShareComparison?
    /// Leads that say that they are tests, of all leads of the sources that matter.
    package var tests: ShareComparison?
    /// When the first of them came since `began`.
    package var firstTest: Instant?
    /// Deliveries that were not owed because the lead's event is mapped to nothing at the destination, of all that
    /// could have been.
    package var notMapped: ShareComparison?
    /// One for each destination that the matter's leads go to, and for the others of the same platforms.
    package var lanes: [LaneFacts]?
    package var storage: StorageFacts?
    /// Landing pages of the matter.
    package var pages: [PageFacts]?
    package var synthetic: SyntheticFacts?
    package var ads: AdsFacts?
    package var siblings: [SiblingFacts]?
    /// Deploys, configuration changes and marks that people have made, from a day before `began`; oldest first.
    package var changes: [Marker]?
    package var clocks: ClockFacts?
    package var sample: LeadSample?
    package var history: HistoryFacts?

    package init(kind: AlertKind, scope: AlertScope, began: Instant, now: Instant) {
        self.kind = kind
        self.scope = scope
        self.began = began
        self.now = now
        noticed = now
    }
}

extension ChecklistFacts {
    package struct Volume: Equatable, Sendable {
        package var observed: Int
        package var expected: Double
        package init(observed: Int, expected: Double) {
            self.observed = observed
            self.expected = expected
        }
    }

    package struct IntakeFacts: Equatable, Sendable {
        package var sources: [SourceFacts]
        package var refusals: [RefusalFacts]
        package init(sources: [SourceFacts] = [], refusals: [RefusalFacts] = []) {
            self.sources = sources
            self.refusals = refusals
        }
    }

    package struct SourceFacts: Equatable, Sendable {
        package var name: String
        /// Whether the matter's leads come through it.
        package var feedsMatter: Bool
        package var isBrowser: Bool
        /// How many groups had leads from it before `began`.
        package var groups: Int
        /// Events received since `began`, and how many usually come in such a time.
        package var received: Int
        package var usual: Double
        package init(
            _ name: String, feedsMatter: Bool, isBrowser: Bool = true, groups: Int = 1, received: Int, usual: Double
        ) {
            self.name = name
            self.feedsMatter = feedsMatter
            self.isBrowser = isBrowser
            self.groups = groups
            self.received = received
            self.usual = usual
        }

        /// Nothing comes although at least five should have.
        package var isSilent: Bool { received == 0 && usual >= 5 }
    }

    /// Requests that were refused for one reason.
    package struct RefusalFacts: Equatable, Sendable {
        /// The problem's type, for example `key-unknown`.
        package var reason: String
        package var status: Int
        /// The source, where the key told it.
        package var source: String?
        /// The page's host as its `Origin` said, where there was one.
        package var host: String?
        /// Whether source or host belong to the matter.
        package var isOfMatter: Bool
        package var count: Int
        package var first: Instant
        package var last: Instant
        package init(
            _ reason: String, status: Int, source: String? = nil, host: String? = nil, isOfMatter: Bool, count: Int,
            first: Instant, last: Instant
        ) {
            self.reason = reason
            self.status = status
            self.source = source
            self.host = host
            self.isOfMatter = isOfMatter
            self.count = count
            self.first = first
            self.last = last
        }
    }

    package struct QuarantineFacts: Equatable, Sendable {
        /// Quarantined events of all events of the matter's sources.
        package var share: ShareComparison
        /// Since `began`, by reason and place, for example `missing /person/email`; the most frequent first.
        package var reasons: [Reason]
        /// When the first came since `began`.
        package var first: Instant?

        package struct Reason: Equatable, Sendable {
            package var name: String
            package var count: Int
            package init(_ name: String, _ count: Int) {
                self.name = name
                self.count = count
            }
        }

        package init(share: ShareComparison, reasons: [Reason], first: Instant? = nil) {
            self.share = share
            self.reasons = reasons
            self.first = first
        }
    }

    package struct DuplicateFacts: Equatable, Sendable {
        /// Duplicates of all that came.
        package var share: ShareComparison
        /// Since `began`: duplicates, and how many different leads they repeat.
        package var count: Int
        package var originals: Int
        /// When the first came since `began`.
        package var first: Instant?
        package init(share: ShareComparison, count: Int, originals: Int, first: Instant? = nil) {
            self.share = share
            self.count = count
            self.originals = originals
            self.first = first
        }
    }

    package struct LaneFacts: Equatable, Sendable {
        package var destination: String
        package var platform: String
        package var client: String?
        /// Whether the matter's leads go there.
        package var isOfMatter: Bool
        package var state: State
        /// The code at the head of the lane's reason to be held.
        package var heldCode: String?
        /// Attempts since `began` by class, with their most frequent code as `AnswerWords` says it.
        package var answers: [Answers]
        /// How long the oldest delivery has been due; `nil`: nothing is due.
        package var oldestDue: Duration?

        package enum State: String, Sendable { case running, paused, held }

        package struct Answers: Equatable, Sendable {
            package var kind: AnswerClass
            package var code: String
            package var count: Int
            package init(_ kind: AnswerClass, _ code: String, _ count: Int) {
                self.kind = kind
                self.code = code
                self.count = count
            }
        }

        package init(
            _ destination: String, platform: String, client: String? = nil, isOfMatter: Bool, state: State = .running,
            heldCode: String? = nil, answers: [Answers] = [], oldestDue: Duration? = nil
        ) {
            self.destination = destination
            self.platform = platform
            self.client = client
            self.isOfMatter = isOfMatter
            self.state = state
            self.heldCode = heldCode
            self.answers = answers
            self.oldestDue = oldestDue
        }

        package func count(_ kind: AnswerClass) -> Int { answers.reduce(0) { $0 + ($1.kind == kind ? $1.count : 0) } }
        package var total: Int { answers.reduce(0) { $0 + $1.count } }
        package func code(_ kind: AnswerClass) -> String? { answers.first { $0.kind == kind }?.code }
    }

    package struct StorageFacts: Equatable, Sendable {
        package var isFull: Bool
        /// Whether the writer has ended or does not answer.
        package var isBroken: Bool
        package init(isFull: Bool = false, isBroken: Bool = false) {
            self.isFull = isFull
            self.isBroken = isBroken
        }
    }

    /// A lead of ours from the public address to the judgement.
    package struct SyntheticFacts: Equatable, Sendable {
        package var end: End
        package var took: Duration
        package init(_ end: End, took: Duration = .zero) {
            self.end = end
            self.took = took
        }

        package enum End: Equatable, Sendable {
            /// It arrived and was judged as it should be.
            case judged
            /// No answer: why, in libcurl's words.
            case unreachable(String)
            /// Answered by intake itself with a problem.
            case refused(status: Int, reason: String)
            /// Answered by something else in front of intake: a firewall, a proxy, a challenge for bots.
            case blocked(status: Int)
            /// Acknowledged, but not judged in time.
            case notJudged
            /// Acknowledged and put aside.
            case quarantined(String)
        }
    }

    /// What an ads account says, imported by a person or a script: we ask no ads API ourselves.
    package struct AdsFacts: Equatable, Sendable {
        package var status: Status
        /// Money spent and ads shown since `began`, where known.
        package var spend: Double?
        package var impressions: Int?
        package var asOf: Instant
        package init(_ status: Status, spend: Double? = nil, impressions: Int? = nil, asOf: Instant) {
            self.status = status
            self.spend = spend
            self.impressions = impressions
            self.asOf = asOf
        }

        package enum Status: String, CaseIterable, Sendable {
            case active, paused, ended
            case budgetUsedUp = "budget_used_up"
            case paymentFailed = "payment_failed"
            case rejected, suspended
        }
    }

    /// Another group, for comparison.
    package struct SiblingFacts: Equatable, Sendable {
        package var client: String
        package var group: String
        package var isSameClient: Bool
        package var isSameCountry: Bool
        package var received: Int
        package var usual: Double
        package init(
            client: String, group: String, isSameClient: Bool, isSameCountry: Bool, received: Int, usual: Double
        ) {
            self.client = client
            self.group = group
            self.isSameClient = isSameClient
            self.isSameCountry = isSameCountry
            self.received = received
            self.usual = usual
        }
    }

    package struct ClockFacts: Equatable, Sendable {
        /// Ours against the `Date` of other servers; positive: ours is fast. The middle of those that agree.
        package var skew: Duration
        /// How many independent servers agree on it: each host counts once, and none that answered out of a cache.
        package var servers: Int
        package init(skew: Duration, servers: Int) {
            self.skew = skew
            self.servers = servers
        }
    }

    /// What a bounded number of the matter's newest leads have in common, against as many from before `began`.
    package struct LeadSample: Equatable, Sendable {
        /// Leads by family of browser or device.
        package var devices: [String: ShareComparison]
        /// The hours by which most of the recent leads' `occurred_at` is off from their receipt, where it is a whole
        /// number of hours that is not none.
        package var hoursOff: Int?
        /// Click ids that differ from the one in the page's own address, only in case or by being cut.
        package var damagedClickIDs: ShareComparison?
        package init(
            devices: [String: ShareComparison] = [:], hoursOff: Int? = nil, damagedClickIDs: ShareComparison? = nil
        ) {
            self.devices = devices
            self.hoursOff = hoursOff
            self.damagedClickIDs = damagedClickIDs
        }
    }

    package struct HistoryFacts: Equatable, Sendable {
        /// Since the group's first lead.
        package var age: Duration
        /// Leads in the two weeks before `began`.
        package var leads: Int
        /// How long the low level has lasted without a change.
        package var levelSince: Duration?
        package init(age: Duration, leads: Int, levelSince: Duration? = nil) {
            self.age = age
            self.leads = leads
            self.levelSince = levelSince
        }
    }
}

extension ChecklistFacts {
    /// Whether clearly fewer leads come than should: less than half, of at least two. `nil` if that is not known.
    package var areLeadsMissing: Bool? {
        switch kind {
        case .missingLeads, .lowLeads: return true
        default: break
        }
        return volume.map { $0.expected >= 2 && Double($0.observed) < $0.expected / 2 }
    }

    /// Whether leads of the matter come, no matter what a visit to their page says.
    var isFed: Bool {
        areLeadsMissing == false || volume.map { $0.observed > 0 && Double($0.observed) * 2 >= $0.expected } ?? false
    }

    /// Whether at least half as many events as usual come from where its leads come from.
    var isSourceFed: Bool {
        let feeding = intake?.sources.filter(\.feedsMatter) ?? []
        let (received, usual) = (feeding.reduce(0) { $0 + $1.received }, feeding.reduce(0) { $0 + $1.usual })
        return received > 0 && Double(received) * 2 >= usual
    }

    /// Whether nothing at all comes.
    var isSilent: Bool { volume.map { $0.observed == 0 && $0.expected >= 1 } ?? (kind == .missingLeads) }

    /// When this went from good to bad: between the last time that it was seen to be good and the first that it was
    /// seen to be bad. What began later is not its cause, and what began before did no harm while all was well.
    ///
    /// Of a silence the last lead is known. Where a share or a rate changed, the beginning is a window's, and lags. A
    /// window may also begin when it has been bad for a while: then the last lead before it is the last good word.
    package var turn: ClosedRange<Instant> {
        let slack: Duration = kind == .missingLeads ? Self.shortSlack : Self.longSlack
        return (min(began, lastGood ?? began) - slack)...max(began, noticed) + Self.shortSlack
    }

    private static let shortSlack: Duration = .minutes(5)
    private static let longSlack: Duration = .minutes(30)

    /// Changes of ours in the time of the turn that touch what this is about.
    var changesNear: [Marker]? {
        changes?.filter { $0.isChange && turn.contains($0.at) && isTouched(by: $0) }
    }

    /// The change of ours that fits best to a matter about these sources; the last one. `settings`: what of a source
    /// may have done it, in the words of the configuration. `first`: when it was first seen to be bad, if that is known
    /// better than by `turn`.
    func changeNear(
        sources names: [String], _ settings: Set<String> = SourceSettings.all, until first: Instant? = nil
    ) -> Marker? {
        changesNear?.last { change in
            guard isBefore(change, first) else { return false }
            return change.kind == .deploy
                || change.parts.contains { part in names.contains { part.touches(source: $0, settings) } }
        }
    }

    /// Whether a change was made before something was first seen, as far as that is known.
    func isBefore(_ change: Marker, _ first: Instant?) -> Bool {
        first.map { change.at <= $0 + Self.sameMoment } ?? true
    }

    /// A reload is written down a moment after it has taken effect.
    private static let sameMoment: Duration = .seconds(5)

    /// A deploy and what people have written down concern everybody; a reload those whose names it touched, and rules
    /// and pages of all.
    private func isTouched(by change: Marker) -> Bool {
        guard change.kind == .configuration, client != nil else { return true }
        return mayChangeWhatComes(change) || mayChangeDelivery(change)
    }

    /// Whether a change of ours may keep leads of this from coming, or from being what they were: one of the client,
    /// its pages and the rules of its groups, and one of these settings of its sources.
    func mayChangeWhatComes(_ change: Marker, _ settings: Set<String> = SourceSettings.all) -> Bool {
        guard change.kind == .configuration else { return true }
        let sources = intake?.sources.filter(\.feedsMatter).map(\.name) ?? []
        let own = client.map { name in ["clients", "groups", "landing_pages"].map { "\($0).\(name)" } } ?? []
        return change.parts.contains { part in
            part == "groups changed" || part == "landing_pages changed"
                || (client == nil && !part.hasPrefix("destinations."))
                || own.contains { part.names($0) } || sources.contains { part.touches(source: $0, settings) }
        }
    }

    /// Whether a change of ours may keep leads of this from arriving where they go.
    func mayChangeDelivery(_ change: Marker) -> Bool {
        guard change.kind == .configuration else { return true }
        let names = lanesOfMatterNames.map { "destinations.\($0)" } + (client.map { ["clients.\($0)"] } ?? [])
        return change.parts.contains { part in names.contains { part.names($0) } }
    }

    var lanesOfMatter: [LaneFacts]? { lanes?.filter(\.isOfMatter) }
    package var lanesOfMatterNames: [String] { lanesOfMatter?.map(\.destination) ?? [] }
}

extension Instant {
    /// `2026-11-24 08:10 UTC`
    package var plain: String { "\(rfc3339Seconds.prefix(10)) \(rfc3339Seconds.dropFirst(11).prefix(5)) UTC" }
}

extension Marker {
    /// What a reload touched: `sources.landing changed`, `groups.acme changed`, `groups changed`.
    fileprivate var parts: [String] { text.split(separator: ",").map { String($0).trimmed } }

    /// Whether it can be a cause: a restart in the same version and a downtime that has ended are none.
    var isChange: Bool {
        switch kind {
        case .deploy, .configuration, .note: true
        case .started, .downtime: false
        }
    }
}

/// Settings of a source that each do something else to what comes, in the words of the configuration.
package enum SourceSettings {
    /// Who is let in.
    static let keys: Set<String> = ["keys"]
    static let origins: Set<String> = ["origins"]
    static let rates: Set<String> = ["rate", "address_rate"]
    /// How what comes is read.
    static let reading: Set<String> = ["mapping"]
    /// What decides whether a lead comes to be one, without a request being refused for its pace.
    static let lettingIn = keys.union(origins).union(reading)
    /// A change of any other is told as one of the source.
    package static let all = keys.union(origins).union(rates).union(reading)

    /// What of a source decides whether a request is refused with this status.
    static func refusing(_ status: Int) -> Set<String> {
        switch status {
        case 401: keys
        case 403: origins
        case 429: rates
        default: all
        }
    }
}

extension String {
    /// Whether a part of a change is about what has this name, or about something in it: `sources.landing.keys
    /// changed`.
    fileprivate func names(_ name: String) -> Bool { self == name || hasPrefix(name + " ") || hasPrefix(name + ".") }

    /// Whether a part of a change is about one of these settings of a source, or about more of it than one.
    fileprivate func touches(source: String, _ settings: Set<String>) -> Bool {
        let place = "sources.\(source)"
        guard names(place) else { return false }
        let setting = dropFirst(place.count).prefix { $0 != " " }.dropFirst()
        return !SourceSettings.all.contains(String(setting)) || settings.contains(String(setting))
    }
}
