package import Domain
package import Store

extension LaneState: Codable {}
extension Preflight.Grade: Codable {}
extension Preflight.Subject: Codable {}

/// Whether a lane's platform can be reached; see `Breaker`.
package enum BreakerWord: String, Codable, CaseIterable, Sendable {
    case closed
    case halfOpen = "half_open"
    case open
}

/// What a destination is owed, and what became of it, since the database was made.
package struct DeliveryCounts: Document {
    package var owed: Int64
    package var open: Int64
    package var sent: Int64
    package var delivered: Int64
    package var rejected: Int64
    package var expired: Int64
    package var skipped: Int64
    package var erased: Int64

    package init(
        owed: Int64, open: Int64, sent: Int64, delivered: Int64, rejected: Int64, expired: Int64, skipped: Int64,
        erased: Int64
    ) {
        self.owed = owed
        self.open = open
        self.sent = sent
        self.delivered = delivered
        self.rejected = rejected
        self.expired = expired
        self.skipped = skipped
        self.erased = erased
    }

    package static let descriptions: [String: PropertyDescription] = [
        "owed": "Deliveries there have ever been: the sum of all the others.",
        "open": "Deliveries that are still to be made.",
        "sent": "Deliveries that the platform has taken and says no more about.",
        "delivered": "Deliveries that the platform has confirmed.",
        "rejected": "Deliveries that the platform has refused for good.",
        "expired": "Deliveries that were not made before the platform's window closed.",
        "skipped": "Deliveries that were not to be made: no consent, no identifier, another client's.",
        "erased": "Deliveries that ended because the person's data was erased.",
    ]
}

/// How a destination and its lane stand.
package struct DestinationDocument: Document {
    package var name: String
    @Omitted package var platform: String?
    package var configured: Bool
    @Omitted package var state: LaneState?
    @Omitted package var reason: String?
    @Omitted package var since: Instant?
    @Omitted package var breaker: BreakerWord?
    @Omitted package var inFlight: Int?
    package var restsUntil: Instant?
    package var restsBecause: String?
    package var grantEnds: Instant?
    package var testEventsUntil: Instant?
    @Flattened package var counts: DeliveryCounts

    package init(
        name: String, platform: String? = nil, configured: Bool, state: LaneState? = nil, reason: String? = nil,
        since: Instant? = nil, breaker: BreakerWord? = nil, inFlight: Int? = nil, restsUntil: Instant?,
        restsBecause: String?, grantEnds: Instant?, testEventsUntil: Instant?, counts: DeliveryCounts
    ) {
        self.name = name
        self.platform = platform
        self.configured = configured
        self.state = state
        self.reason = reason
        self.since = since
        self.breaker = breaker
        self.inFlight = inFlight
        self.restsUntil = restsUntil
        self.restsBecause = restsBecause
        self.grantEnds = grantEnds
        self.testEventsUntil = testEventsUntil
        self.counts = counts
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": PropertyDescription("As configured.", example: "meta-acme"),
        "platform": PropertyDescription(
            "Where it sends; absent if it is not configured any more.", example: "meta_ads"),
        "configured": "Whether the configuration still has it.",
        "state": "Of its lane; absent before the first lead.",
        "reason": PropertyDescription(
            "Why the lane is paused or held; empty while it runs.", example: "account is being moved"),
        "since": "When the lane came into this state.",
        "breaker": "`open`: the platform does not answer, and is tried again from time to time.",
        "in_flight": "Deliveries in requests that are under way; absent for those who may not see all of the lane.",
        "rests_until": "Until when the platform wants to be left alone.",
        "rests_because": PropertyDescription("Why it rests.", example: .string(DeliveryWording.rateLimited)),
        "grant_ends": "When the refresh token ends, as far as that is known.",
        "test_events_until": "Until when events show on the platform's page for tests.",
    ]
}

/// Deliveries whose window closes soon.
package struct ClosingDocument: Document {
    package var destination: String
    package var next: Instant?
    package var within1h: Int
    package var within9h: Int
    package var within1d: Int

    private enum CodingKeys: String, CodingKey {
        case destination, next
        case within1h = "within_1h"
        case within9h = "within_9h"
        case within1d = "within_1d"
    }

    package init(_ windows: ClosingWindows) {
        destination = windows.destination
        next = windows.next
        (within1h, within9h, within1d) = (windows.counts[0], windows.counts[1], windows.counts[2])
    }

    package static let descriptions: [String: PropertyDescription] = [
        "destination": "As configured.",
        "next": "When the first open delivery expires, rounded down to a quarter of an hour.",
        "within_1h": "Open deliveries that expire within an hour.",
        "within_9h": "Open deliveries that expire within nine hours.",
        "within_1d": "Open deliveries that expire within a day.",
    ]
}

/// A destination in the list of all.
package struct DestinationEntry: Document {
    @Flattened package var destination: DestinationDocument
    package var oldestDue: Instant?
    package var closing: ClosingDocument?
    package var preflight: Preflight.Grade?

    package init(
        destination: DestinationDocument, oldestDue: Instant?, closing: ClosingDocument?, preflight: Preflight.Grade?
    ) {
        self.destination = destination
        self.oldestDue = oldestDue
        self.closing = closing
        self.preflight = preflight
    }

    package static let descriptions: [String: PropertyDescription] = [
        "oldest_due": "Since when the oldest delivery that is due has waited.",
        "closing": "Deliveries that expire soon; null if none is open.",
        "preflight": "What came of the last connection check; null if there was none.",
    ]
}

package struct DestinationListDocument: Document {
    package var destinations: [DestinationEntry]

    package init(destinations: [DestinationEntry]) {
        self.destinations = destinations
    }

    package static let descriptions: [String: PropertyDescription] = [
        "destinations": "By name."
    ]
}

/// One destination in depth. Of one that serves several clients, a client's own people see the first members only.
package struct DestinationDetail: Document {
    @Flattened package var destination: DestinationDocument
    package var client: String?
    @Omitted package var overdue: Int?
    package var oldestDue: Instant?
    package var closing: ClosingDocument?
    package var preflight: PreflightDocument?
    @Omitted package var troubles: [TroubleDocument]?

    package init(
        destination: DestinationDocument, client: String?, overdue: Int? = nil, oldestDue: Instant?,
        closing: ClosingDocument?, preflight: PreflightDocument?, troubles: [TroubleDocument]? = nil
    ) {
        self.destination = destination
        self.client = client
        self.overdue = overdue
        self.oldestDue = oldestDue
        self.closing = closing
        self.preflight = preflight
        self.troubles = troubles
    }

    package static let descriptions: [String: PropertyDescription] = [
        "client": "Whose it is; null if it serves all clients.",
        "overdue": "Deliveries that are due and wait; no more than 5,000 are counted.",
        "oldest_due": "Since when the oldest of them has waited.",
        "closing": "Deliveries that expire soon; null if none is open.",
        "preflight": "The last connection check; null if there was none.",
        "troubles":
            """
        What went wrong lately, by kind and code, among the newest 5,000 attempts and outcomes of all \
        destinations.
        """,
    ]
}

/// Attempts and outcomes that failed in the same way.
package struct TroubleDocument: Document {
    package var kind: String
    package var code: String
    package var status: Int
    package var message: String
    package var count: Int
    package var first: PreciseInstant
    package var last: PreciseInstant
    package var lead: LeadID
    package var meaning: String
    package var remedy: String

    package init(
        kind: String, code: String, status: Int, message: String, count: Int, first: PreciseInstant,
        last: PreciseInstant, lead: LeadID, meaning: String, remedy: String
    ) {
        self.kind = kind
        self.code = code
        self.status = status
        self.message = message
        self.count = count
        self.first = first
        self.last = last
        self.lead = lead
        self.meaning = meaning
        self.remedy = remedy
    }

    package static let descriptions: [String: PropertyDescription] = [
        "kind": PropertyDescription("`rejected`, `expired`, or why it is tried again.", example: "rejected"),
        "code": PropertyDescription("The platform's code, or ours.", example: "100/2804019"),
        "status": "The HTTP status; 0 if there was no answer.",
        "message": "The platform's own words, the last time.",
        "count": "How often.",
        "first": "The first time.",
        "last": "The last time.",
        "lead": "The newest lead that it happened to.",
        "meaning": "What the code means, in plain words.",
        "remedy": "What to do about it.",
    ]
}

/// What came of asking a destination whether it would take leads.
package struct PreflightDocument: Document {
    package var destination: String
    package var platform: String
    package var grade: Preflight.Grade
    package var checkedAt: Instant
    package var findings: [Finding]

    package struct Finding: Document {
        package var subject: Preflight.Subject
        package var grade: Preflight.Grade
        package var words: String
        package var remedy: String

        package init(subject: Preflight.Subject, grade: Preflight.Grade, words: String, remedy: String) {
            self.subject = subject
            self.grade = grade
            self.words = words
            self.remedy = remedy
        }

        package static let descriptions: [String: PropertyDescription] = [
            "subject": "What was asked.",
            "grade": "How it went.",
            "words": "What was asked and what the answer was.",
            "remedy": "What to do; empty if nothing.",
        ]
    }

    package init(_ report: Preflight) {
        destination = report.destination
        platform = report.platform
        grade = report.grade
        checkedAt = report.checkedAt
        findings = report.findings.map {
            Finding(subject: $0.subject, grade: $0.grade, words: $0.words, remedy: $0.remedy)
        }
    }

    package static let descriptions: [String: PropertyDescription] = [
        "destination": "As configured.",
        "platform": PropertyDescription("Where it sends.", example: "meta_ads"),
        "grade": "The worst of the findings.",
        "checked_at": "When it was asked.",
        "findings": "What was asked, and how it went.",
    ]
}

package struct PreflightListDocument: Document {
    package var destinations: [PreflightDocument]

    package init(destinations: [PreflightDocument]) {
        self.destinations = destinations
    }

    package static let descriptions: [String: PropertyDescription] = [
        "destinations": "The last connection check of each destination."
    ]
}

/// A lane after it was paused or resumed.
package struct LaneDocument: Document {
    package var name: String
    package var state: LaneState
    package var reason: String

    package init(name: String, state: LaneState, reason: String) {
        self.name = name
        self.state = state
        self.reason = reason
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": "The destination.",
        "state": "What its lane does now.",
        "reason": "Why; empty while it runs.",
    ]
}

package struct PauseRequest: RequestBody {
    @Omitted package var reason: String?

    package init(reason: String? = nil) {
        self.reason = reason
    }

    package static let descriptions: [String: PropertyDescription] = [
        "reason": PropertyDescription("Why; is shown wherever the destination is.", longest: 500)
    ]
}

package struct ForgottenDestination: Document {
    package var name: String
    package var ended: Int

    package init(name: String, ended: Int) {
        self.name = name
        self.ended = ended
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": "The destination.",
        "ended": "Deliveries that were open and have ended as skipped.",
    ]
}
