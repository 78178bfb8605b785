package import Domain

extension AlertKind: Codable {}
extension Severity: Codable {}
extension Alert.State: Codable {}
extension Alert.Verdict.Side: Codable {}
extension Alert.Resolution.How: Codable {}
extension AlertEvent.Kind: Codable {}
extension Marker.Kind: Codable {}
extension Notice.Kind: Codable {}
extension AlertAction.Trigger: Codable {}
extension DueAction.State: Codable {}
extension WeekDay: Codable {}

/// An alert as it stands. What is not known or does not apply is left out.
package struct AlertDocument: Document {
    package var id: AlertID
    package var key: String
    package var kind: AlertKind
    package var scope: String
    package var client: String
    package var severity: Severity
    package var state: Alert.State
    package var text: String
    package var began: Instant
    package var opened: Instant
    package var owner: String
    package var team: String
    @Omitted package var groupTitle: String?
    @Omitted package var title: String?
    @Omitted package var firstTold: Instant?
    @Omitted package var expected: Double?
    @Omitted package var observed: Int?
    @Omitted package var lost: Double?
    @Omitted package var inhibitedBy: AlertID?
    @Omitted package var silencedBy: String?
    @Omitted package var acknowledgement: Acknowledgement?
    @Omitted package var snoozedUntil: Instant?
    @Omitted package var recoveringSince: Instant?
    @Omitted package var reopenings: Int?
    @Omitted package var verdict: Verdict?
    @Omitted package var resolution: Resolution?

    package init(
        id: AlertID, key: String, kind: AlertKind, scope: String, client: String, severity: Severity,
        state: Alert.State, text: String, began: Instant, opened: Instant, owner: String, team: String,
        groupTitle: String? = nil, title: String? = nil, firstTold: Instant? = nil, expected: Double? = nil,
        observed: Int? = nil, lost: Double? = nil, inhibitedBy: AlertID? = nil, silencedBy: String? = nil,
        acknowledgement: Acknowledgement? = nil, snoozedUntil: Instant? = nil, recoveringSince: Instant? = nil,
        reopenings: Int? = nil, verdict: Verdict? = nil, resolution: Resolution? = nil
    ) {
        self.id = id
        self.key = key
        self.kind = kind
        self.scope = scope
        self.client = client
        self.severity = severity
        self.state = state
        self.text = text
        self.began = began
        self.opened = opened
        self.owner = owner
        self.team = team
        self.groupTitle = groupTitle
        self.title = title
        self.firstTold = firstTold
        self.expected = expected
        self.observed = observed
        self.lost = lost
        self.inhibitedBy = inhibitedBy
        self.silencedBy = silencedBy
        self.acknowledgement = acknowledgement
        self.snoozedUntil = snoozedUntil
        self.recoveringSince = recoveringSince
        self.reopenings = reopenings
        self.verdict = verdict
        self.resolution = resolution
    }

    package struct Acknowledgement: Document {
        package var by: String
        package var at: Instant
        package var until: Instant

        package init(by: String, at: Instant, until: Instant) {
            self.by = by
            self.at = at
            self.until = until
        }

        package static let descriptions: [String: PropertyDescription] = [
            "by": "Who has it in hand.", "at": "Since when.", "until": "Then it asks for somebody again.",
        ]
    }

    package struct Verdict: Document {
        package var side: Alert.Verdict.Side
        package var cause: String
        package var reason: String
        package var by: String
        package var at: Instant

        package init(side: Alert.Verdict.Side, cause: String, reason: String, by: String, at: Instant) {
            self.side = side
            self.cause = cause
            self.reason = reason
            self.by = by
            self.at = at
        }

        package static let descriptions: [String: PropertyDescription] = [
            "side": "Whose matter it was.",
            "cause": PropertyDescription("An item of the checklist; empty if none was named.", example: "page_down"),
            "reason": "What the person wrote.",
            "by": "Who says so.",
            "at": "When.",
        ]
    }

    package struct Resolution: Document {
        package var ended: Instant
        package var at: Instant
        package var how: Alert.Resolution.How
        package var by: String
        package var reason: String

        package init(ended: Instant, at: Instant, how: Alert.Resolution.How, by: String, reason: String) {
            self.ended = ended
            self.at = at
            self.how = how
            self.by = by
            self.reason = reason
        }

        package static let descriptions: [String: PropertyDescription] = [
            "ended": "When the trouble was over.",
            "at": "When that was known.",
            "how": "By what.",
            "by": "Who says so; empty if no person.",
            "reason": "Why.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "id": "Its number.",
        "key": "What makes two reports one alert.",
        "kind": "What sort of trouble.",
        "scope": PropertyDescription("Where.", example: "destination:meta-acme"),
        "client": "Whose leads; empty: everybody's, or nobody's in particular.",
        "severity": "How urgent.",
        "state": "How it stands.",
        "text": "What is wrong, in one sentence.",
        "began": "When the trouble began.",
        "opened": "When it was noticed.",
        "owner": "Who has it; empty: nobody.",
        "team": "Whose it is; empty: nobody's in particular.",
        "group_title": "What the group that it is about is called.",
        "title": "What people read first; of alerts that other tools report.",
        "first_told": "When somebody was first told.",
        "expected": "Leads that were expected.",
        "observed": "Leads that came.",
        "lost": "Leads that are missing, by estimate.",
        "inhibited_by": "The wider alert that explains it.",
        "silenced_by": PropertyDescription("The silence that covers it.", example: "S3"),
        "acknowledgement": "Who has it in hand.",
        "snoozed_until": "Until when nobody is told.",
        "recovering_since": "Since when it seems to end.",
        "reopenings": "How often it came back soon after its end.",
        "verdict": "Whose matter it was, as a person sees it.",
        "resolution": "How it ended; absent while it is open.",
    ]
}

package struct AlertListDocument: Document {
    package var alerts: [AlertDocument]

    package init(alerts: [AlertDocument]) {
        self.alerts = alerts
    }

    package static let descriptions: [String: PropertyDescription] = ["alerts": "Newest first."]
}

/// An alert after something was done about it.
package struct ChangedAlert: Document {
    @Flattened package var alert: AlertDocument
    package var changed: Bool

    package init(alert: AlertDocument, changed: Bool) {
        self.alert = alert
        self.changed = changed
    }

    package static let descriptions: [String: PropertyDescription] = [
        "changed": "`false`: it was so already."
    ]
}

/// One alert with its evidence, its story, and who has been told.
package struct AlertStoryDocument: Document {
    @Flattened package var alert: AlertDocument
    package var evidence: [Evidence]
    package var events: [Event]
    package var markers: [MarkerDocument]
    package var told: [Told]
    package var owed: [Owed]

    package init(
        alert: AlertDocument, evidence: [Evidence], events: [Event], markers: [MarkerDocument], told: [Told],
        owed: [Owed]
    ) {
        self.alert = alert
        self.evidence = evidence
        self.events = events
        self.markers = markers
        self.told = told
        self.owed = owed
    }

    package struct Evidence: Document {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        package static let descriptions: [String: PropertyDescription] = ["name": "What.", "value": "Its value."]
    }

    package struct Event: Document {
        package var at: Instant
        package var by: String
        package var kind: AlertEvent.Kind
        package var text: String
        package var number: Int

        package init(at: Instant, by: String, kind: AlertEvent.Kind, text: String, number: Int) {
            self.at = at
            self.by = by
            self.kind = kind
            self.text = text
            self.number = number
        }

        package static let descriptions: [String: PropertyDescription] = [
            "at": "When.",
            "by": "Who; empty if no person.",
            "kind": "What happened.",
            "text": "What is said about it.",
            "number": "A step of an escalation, or how often something was said.",
        ]
    }

    package struct Told: Document {
        package var channel: String
        package var open: Bool

        package init(channel: String, open: Bool) {
            self.channel = channel
            self.open = open
        }

        package static let descriptions: [String: PropertyDescription] = [
            "channel": "Who has been told.", "open": "Whether they have still to be told of its end.",
        ]
    }

    package struct Owed: Document {
        package var channel: String
        package var kind: Notice.Kind
        package var due: Instant
        package var failures: Int

        package init(channel: String, kind: Notice.Kind, due: Instant, failures: Int) {
            self.channel = channel
            self.kind = kind
            self.due = due
            self.failures = failures
        }

        package static let descriptions: [String: PropertyDescription] = [
            "channel": "Who is to be told.", "kind": "Of what.", "due": "When it is tried next.",
            "failures": "Attempts that failed.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "evidence": "What the rule went by.",
        "events": "What has happened to it, oldest first.",
        "markers": "What was changed around the time it began.",
        "told": "Who has been told.",
        "owed": "Who is still to be told.",
    ]
}

package struct MarkerDocument: Document {
    package var at: Instant
    package var kind: Marker.Kind
    package var text: String
    package var by: String

    package init(at: Instant, kind: Marker.Kind, text: String, by: String) {
        self.at = at
        self.kind = kind
        self.text = text
        self.by = by
    }

    package static let descriptions: [String: PropertyDescription] = [
        "at": "When.", "kind": "What sort of change.", "text": "What was done.", "by": "Who did it, or wrote it down.",
    ]
}

/// Response times of the alerts opened in the last days.
package struct AlertFiguresDocument: Document {
    package var opened: Int
    package var resolved: Int
    package var judged: Int
    package var leadsLost: Int
    package var timeToDetect: Times
    package var timeToAcknowledge: Times
    package var timeToResolve: Times

    package init(
        opened: Int, resolved: Int, judged: Int, leadsLost: Int, timeToDetect: Times, timeToAcknowledge: Times,
        timeToResolve: Times
    ) {
        self.opened = opened
        self.resolved = resolved
        self.judged = judged
        self.leadsLost = leadsLost
        self.timeToDetect = timeToDetect
        self.timeToAcknowledge = timeToAcknowledge
        self.timeToResolve = timeToResolve
    }

    package struct Times: Document {
        package var count: Int
        package var meanSeconds: Int64
        package var medianSeconds: Int64

        package init(count: Int, meanSeconds: Int64, medianSeconds: Int64) {
            self.count = count
            self.meanSeconds = meanSeconds
            self.medianSeconds = medianSeconds
        }

        package static let descriptions: [String: PropertyDescription] = [
            "count": "Alerts that there is a time of.",
            "mean_seconds": "Of their times the mean.",
            "median_seconds": "Of their times the median.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "opened": "Alerts that were opened.",
        "resolved": "Of them, those that have ended.",
        "judged": "Of them, those that a person has said of whose matter they were.",
        "leads_lost": "Leads that were missing, by estimate.",
        "time_to_detect": "From the trouble's beginning to the alert.",
        "time_to_acknowledge": "From the alert until somebody had it in hand.",
        "time_to_resolve": "From the trouble's beginning to its end.",
    ]
}

package struct AcknowledgeRequest: RequestBody {
    @Omitted package var `for`: String?
    @Omitted package var by: String?

    package init(`for`: String? = nil, by: String? = nil) {
        self.`for` = `for`
        self.by = by
    }

    package static let descriptions: [String: PropertyDescription] = [
        "for": PropertyDescription("How long; what the severity allows if absent.", example: "30m"),
        "by": AlertRequests.by,
    ]

    package static let remedies = [
        "for": "\"for\" is a time with its unit, for example \"30m\" or \"2h\"."
    ]
}

package struct SnoozeRequest: RequestBody {
    @Omitted package var `for`: String?
    @Omitted package var until: Instant?
    @Omitted package var by: String?

    package init(`for`: String? = nil, until: Instant? = nil, by: String? = nil) {
        self.`for` = `for`
        self.until = until
        self.by = by
    }

    package static let descriptions: [String: PropertyDescription] = [
        "for": PropertyDescription("How long; or give `until`.", example: "2h"),
        "until": "Until when; or give `for`.",
        "by": AlertRequests.by,
    ]

    package static let remedies = [
        "for": "\"for\" is a time with its unit, for example \"30m\" or \"2h\"."
    ]
}

package struct ResolveRequest: RequestBody {
    @Omitted package var reason: String?
    @Omitted package var by: String?

    package init(reason: String? = nil, by: String? = nil) {
        self.reason = reason
        self.by = by
    }

    package static let descriptions: [String: PropertyDescription] = [
        "reason": PropertyDescription("Why it is over.", longest: 2000), "by": AlertRequests.by,
    ]
}

package struct NoteRequest: RequestBody {
    package var text: String
    @Omitted package var visibleTo: Audience?
    @Omitted package var by: String?

    /// Who reads a note.
    package enum Audience: String, Codable, CaseIterable, Sendable { case team, client }

    package init(text: String, visibleTo: Audience? = nil, by: String? = nil) {
        self.text = text
        self.visibleTo = visibleTo
        self.by = by
    }

    package static let descriptions: [String: PropertyDescription] = [
        "text": PropertyDescription("For its story.", longest: 2000),
        "visible_to": "`client`: also shown to users who see this client only. Otherwise `team`.",
        "by": AlertRequests.by,
    ]
}

package struct OwnerRequest: RequestBody {
    @Omitted package var owner: String?
    @Omitted package var team: String?
    @Omitted package var by: String?

    package init(owner: String? = nil, team: String? = nil, by: String? = nil) {
        self.owner = owner
        self.team = team
        self.by = by
    }

    package static let descriptions: [String: PropertyDescription] = [
        "owner": PropertyDescription("Who has it; nobody if absent.", longest: 100),
        "team": PropertyDescription("Whose it is; as before if absent.", longest: 100), "by": AlertRequests.by,
    ]
}

package struct VerdictRequest: RequestBody {
    package var side: Alert.Verdict.Side
    @Omitted package var cause: String?
    @Omitted package var reason: String?
    @Omitted package var by: String?

    package init(side: Alert.Verdict.Side, cause: String? = nil, reason: String? = nil, by: String? = nil) {
        self.side = side
        self.cause = cause
        self.reason = reason
        self.by = by
    }

    package static let descriptions: [String: PropertyDescription] = [
        "side": "Whose matter it was.",
        "cause": PropertyDescription("An item of the checklist.", example: "page_down"),
        "reason": PropertyDescription("Why you think so.", longest: 2000), "by": AlertRequests.by,
    ]
}

/// What the requests about alerts have in common.
enum AlertRequests {
    static let by: PropertyDescription = PropertyDescription(
        "Who does it; counts on the admin socket only, where everybody is the same caller.", longest: 100)
}

package struct HeartbeatDocument: Document {
    package var name: String
    package var at: Instant

    package init(name: String, at: Instant) {
        self.name = name
        self.at = at
    }

    package static let descriptions: [String: PropertyDescription] = ["name": "Whose.", "at": "When it was taken."]
}

package struct SilenceDocument: Document {
    package var id: String
    package var scope: String
    package var kinds: [AlertKind]
    package var from: Instant
    package var until: Instant?
    package var reason: String
    package var by: String
    @Omitted package var groupTitle: String?
    @Omitted package var weekly: WeeklyWindow?

    package init(
        id: String, scope: String, kinds: [AlertKind], from: Instant, until: Instant?, reason: String, by: String,
        groupTitle: String? = nil, weekly: WeeklyWindow? = nil
    ) {
        self.id = id
        self.scope = scope
        self.kinds = kinds
        self.from = from
        self.until = until
        self.reason = reason
        self.by = by
        self.groupTitle = groupTitle
        self.weekly = weekly
    }

    package static let descriptions: [String: PropertyDescription] = [
        "id": PropertyDescription("Its number.", example: "S3"),
        "scope": PropertyDescription("Where nobody is told.", example: "client:acme"),
        "kinds": "Of what; empty: of everything.",
        "from": "Since when.",
        "until": "Until when; null: it comes every week.",
        "reason": "Why.",
        "by": "Who wants it.",
        "group_title": "What the group is called.",
        "weekly": "The hours of the week that it holds in; absent if it holds all the time.",
    ]
}

/// Hours of every week.
package struct WeeklyWindow: Document {
    package var days: [WeekDay]
    package var from: String
    package var to: String
    @Omitted package var zone: String?

    package init(days: [WeekDay], from: String, to: String, zone: String? = nil) {
        self.days = days
        self.from = from
        self.to = to
        self.zone = zone
    }

    package static let descriptions: [String: PropertyDescription] = [
        "days": "Which days.",
        "from": PropertyDescription("From when on each.", example: "22:00"),
        "to": PropertyDescription("Until when; of the next day if that is before `from`.", example: "06:00"),
        "zone": PropertyDescription("By whose clock; UTC if absent.", example: "Europe/Berlin"),
    ]
}

package struct SilenceListDocument: Document {
    package var silences: [SilenceDocument]

    package init(silences: [SilenceDocument]) {
        self.silences = silences
    }

    package static let descriptions: [String: PropertyDescription] = [
        "silences": "Those that hold or will."
    ]
}

package struct SilenceRequest: RequestBody {
    package var scope: String
    package var reason: String
    @Omitted package var kinds: [AlertKind]?
    @Omitted package var from: Instant?
    @Omitted package var until: Instant?
    @Omitted package var `for`: String?
    @Omitted package var weekly: WeeklyWindow?
    @Omitted package var by: String?

    package init(
        scope: String, reason: String, kinds: [AlertKind]? = nil, from: Instant? = nil, until: Instant? = nil,
        `for`: String? = nil, weekly: WeeklyWindow? = nil, by: String? = nil
    ) {
        self.scope = scope
        self.reason = reason
        self.kinds = kinds
        self.from = from
        self.until = until
        self.`for` = `for`
        self.weekly = weekly
        self.by = by
    }

    package static let descriptions: [String: PropertyDescription] = [
        "scope": PropertyDescription(
            """
            `relay` (everything), `client:NAME`, `group:CLIENT/GROUP`, `source:NAME`, `destination:NAME`, \
            `platform:NAME`, `channel:NAME` or `external:NAME`.
            """,
            example: "client:acme"),
        "reason": PropertyDescription("For those who wonder why they hear nothing.", longest: 2000),
        "kinds": "Of what; of everything if absent.",
        "from": "Since when; now if absent.",
        "until": "Until when; or give `for` or `weekly`.",
        "for": PropertyDescription("How long.", example: "2h"),
        "weekly": "Hours of every week.",
        "by": AlertRequests.by,
    ]

    package static let remedies = [
        "scope":
            """
        "scope" is relay (everything), client:NAME, group:CLIENT/GROUP, source:NAME, \
        destination:NAME, platform:NAME, channel:NAME or external:NAME.
        """,
        "reason": "Give a \"reason\", for those who wonder why they hear nothing.",
        "for": "\"for\" is a time with its unit, for example \"30m\" or \"2h\".",
        "weekly":
            """
        "weekly" is { "days": ["sat", "sun"], "from": "22:00", "to": "06:00", \
        "zone": "Europe/Berlin" }.
        """,
    ]
}

package struct EndedSilence: Document {
    package var id: String
    package var ended: Bool

    package init(id: String, ended: Bool) {
        self.id = id
        self.ended = ended
    }

    package static let descriptions: [String: PropertyDescription] = [
        "id": PropertyDescription("Its number.", example: "S3"), "ended": "`false`: it had ended already.",
    ]
}

package struct ChannelTestRequest: RequestBody {
    @Omitted package var contact: String?

    package init(contact: String? = nil) {
        self.contact = contact
    }

    package static let descriptions: [String: PropertyDescription] = [
        "contact": "A person on the channel, where it is one of several."
    ]
}

package struct ChannelTestDocument: Document {
    package var name: String
    package var arrived: Bool
    package var reason: String

    package init(name: String, arrived: Bool, reason: String) {
        self.name = name
        self.arrived = arrived
        self.reason = reason
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": "The channel.", "arrived": "Whether it was taken.", "reason": "Why not; empty if it was.",
    ]
}

/// What another tool says about something that is wrong.
package struct AlertEventRequest: Document {
    @Omitted package var action: Action?
    @Omitted package var key: String?
    @Omitted package var title: String?
    @Omitted package var text: String?
    @Omitted package var severity: String?
    @Omitted package var client: String?
    @Omitted package var team: String?
    @Omitted package var owner: String?
    @Omitted package var at: Instant?
    @Omitted package var evidence: [String: JSON]?
    @Omitted package var events: [JSON]?

    package init(
        action: Action? = nil, key: String? = nil, title: String? = nil, text: String? = nil, severity: String? = nil,
        client: String? = nil, team: String? = nil, owner: String? = nil, at: Instant? = nil,
        evidence: [String: JSON]? = nil, events: [JSON]? = nil
    ) {
        self.action = action
        self.key = key
        self.title = title
        self.text = text
        self.severity = severity
        self.client = client
        self.team = team
        self.owner = owner
        self.at = at
        self.evidence = evidence
        self.events = events
    }

    package enum Action: String, Codable, CaseIterable, Sendable { case open, update, resolve }

    package static let descriptions: [String: PropertyDescription] = [
        "action": "`open`: it is so. `update`: new figures or another severity. `resolve`: it is over.",
        "key": PropertyDescription(
            "The matter: the same for open, update and resolve. It belongs to the caller.", example: "disk-7",
            longest: 200),
        "title": "What people read first; the text if absent.",
        "text": "What is wrong, in one sentence.",
        "severity": "`info`, `warning`, `critical`, or what tools call them; a word that nobody knows is a warning.",
        "client": "Whose leads it concerns.",
        "team": "Whose it is.",
        "owner": "Who has it.",
        "at": "When it happened; more than 7 days back or in the future counts from the report.",
        "evidence": "Names and values to be shown with it.",
        "events": PropertyDescription("Several of these at once, instead of one.", longest: 100),
    ]
}

package struct TakenEvents: Document {
    package var events: [Taken]

    package init(events: [Taken]) {
        self.events = events
    }

    package struct Taken: Document {
        @Omitted package var id: AlertID?
        package var state: State
        @Omitted package var detail: String?

        package init(id: AlertID? = nil, state: State, detail: String? = nil) {
            self.id = id
            self.state = state
            self.detail = detail
        }

        /// An alert's state, or what became of the event instead.
        package enum State: String, Codable, CaseIterable, Sendable {
            case open, acknowledged, snoozed, recovering, inhibited, silenced, resolved
            case none, refused
        }

        package static let descriptions: [String: PropertyDescription] = [
            "id": "The alert; absent if there is none.",
            "state": "How it stands. `none`: there was nothing to resolve. `refused`: see `detail`.",
            "detail": "Why it was refused.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = ["events": "In the order of the report."]
}

/// What the relay does by itself about alerts.
package struct ActionListDocument: Document {
    package var actions: [Action]
    package var runs: [Run]

    package init(actions: [Action], runs: [Run]) {
        self.actions = actions
        self.runs = runs
    }

    package struct Action: Document {
        package var name: String
        package var on: [AlertAction.Trigger]
        package var does: String
        package var atMost: Int
        package var runs: Int

        package init(name: String, on: [AlertAction.Trigger], does: String, atMost: Int, runs: Int) {
            self.name = name
            self.on = on
            self.does = does
            self.atMost = atMost
            self.runs = runs
        }

        package static let descriptions: [String: PropertyDescription] = [
            "name": "As configured.",
            "on": "When.",
            "does": PropertyDescription("What.", example: "paused meta-acme"),
            "at_most": "How often in an hour.",
            "runs": "How often in the last week.",
        ]
    }

    package struct Run: Document {
        package var action: String
        package var alert: AlertID
        package var at: Instant
        package var state: DueAction.State
        package var detail: String

        package init(action: String, alert: AlertID, at: Instant, state: DueAction.State, detail: String) {
            self.action = action
            self.alert = alert
            self.at = at
            self.state = state
            self.detail = detail
        }

        package static let descriptions: [String: PropertyDescription] = [
            "action": "Which.", "alert": "About which alert.", "at": "When.", "state": "How it went.",
            "detail": "What came of it.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "actions": "As configured.", "runs": "The newest of the last week.",
    ]
}

package struct TryActionRequest: RequestBody {
    package var alert: String

    package init(alert: String) {
        self.alert = alert
    }

    package static let descriptions: [String: PropertyDescription] = [
        "alert": PropertyDescription("The number of an alert.", example: "A17")
    ]

    package static let remedies = [
        "alert": "\"alert\" is the number of an alert, for example A17."
    ]
}

package struct TriedAction: Document {
    package var action: String
    package var alert: AlertID
    package var events: [AlertEvent.Kind]
    package var would: Bool
    @Omitted package var why: String?
    @Omitted package var does: String?
    @Omitted package var replay: ReplayDocument?

    package init(
        action: String, alert: AlertID, events: [AlertEvent.Kind], would: Bool, why: String? = nil, does: String? = nil,
        replay: ReplayDocument? = nil
    ) {
        self.action = action
        self.alert = alert
        self.events = events
        self.would = would
        self.why = why
        self.does = does
        self.replay = replay
    }

    package static let descriptions: [String: PropertyDescription] = [
        "action": "Which.",
        "alert": "About which alert.",
        "events": "What has happened to the alert that the action is for.",
        "would": "Whether it would do something now.",
        "why": "Why not.",
        "does": "What.",
        "replay": "What sending again would come to; of an action that does so.",
    ]
}
