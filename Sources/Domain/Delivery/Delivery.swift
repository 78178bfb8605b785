/// What the validator decided about one row of the inbox.
package enum Judgement: Sendable {
    case lead(Lead)
    /// `of`: where the event says that it belongs, as far as it can be read.
    case quarantine([Defect], of: Dimension? = nil)
    /// Given up as it is: it looks like junk, and its source wants no more of that.
    case discard([JunkSign])

    package var lead: Lead? { if case .lead(let lead) = self { lead } else { nil } }
}

/// A valid lead with everything that follows from it, ready to be written in one transaction.
package struct Lead: Equatable, Sendable {
    package var id: LeadID
    package var source: String
    package var receivedAt: Instant
    /// As validated; decides duplicates within the source. The lead's own id when the sender gave none.
    package var eventID: String
    /// What is kept in the place of an `eventID` that names a person, once its personal data goes: under it the lead is
    /// known again. `nil` if the id names nobody.
    package var idMark: String?
    package var event: String
    package var occurredAt: Instant
    package var isTest: Bool
    package var dimension: Dimension
    /// The event as JSON that `LeadEvent.init(payload:receivedAt:)` reads again: the sender's own bytes, or what the
    /// mapping made of them.
    package var payload: [UInt8]
    /// The sender's bytes where they are not the payload.
    package var raw: [UInt8]?
    /// What mapping and validation did or ignored, one line each, without values.
    package var notes: [String]
    package var quality: Quality
    package var routes: [Route]
    /// What it can be found by: keyed hashes of its identifiers, see `EventIdentity.identifiers`.
    package var fingerprints: [Int64] = []
    package var identification = Identification()
    /// What could not be used of it.
    package var leftOut: [LeftOut] = []
    /// Why it looks like junk; it goes where it would go all the same.
    package var junk: [JunkSign] = []
    /// What `payload` says, while it has not to be read again.
    package var content: ReadEvent?

    package init(
        id: LeadID, source: String, receivedAt: Instant, eventID: String, event: String, occurredAt: Instant,
        isTest: Bool = false, dimension: Dimension, payload: [UInt8], raw: [UInt8]? = nil, notes: [String] = [],
        quality: Quality = [], routes: [Route] = []
    ) {
        self.id = id
        self.source = source
        self.receivedAt = receivedAt
        self.eventID = eventID
        self.event = event
        self.occurredAt = occurredAt
        self.isTest = isTest
        self.dimension = dimension
        self.payload = payload
        self.raw = raw
        self.notes = notes
        self.quality = quality
        self.routes = routes
    }

    /// How the lead is told from others under the same id.
    package struct Identification: Equatable, Sendable {
        /// Keyed hashes of what it says about person and deal.
        package var identity = EventIdentity<UInt32>()
        package var isFromBrowser = false
        /// A value of its own replaces the one of an earlier post.
        package var restates = false
        /// What becomes of it if it is somebody else's than the id was before.
        package var reuse = Source.ReusedIDs.own
        /// The source's, for national telephone numbers.
        package var country: String?
        package init() {}
    }

    /// Whether the sender named it. Otherwise its name is the relay's own, which nobody else has.
    package var hasSendersID: Bool { eventID != id.description }
    /// What was posted, byte for byte.
    package var posted: [UInt8] { raw ?? payload }

    /// Which identifiers a lead carries; counted, because a falling share means a broken page.
    package struct Quality: OptionSet, Sendable, Equatable {
        package let rawValue: Int64
        package init(rawValue: Int64) { self.rawValue = rawValue }
        package static let clickID = Quality(rawValue: 1)
        package static let email = Quality(rawValue: 2)
        package static let phone = Quality(rawValue: 4)
        package static let consent = Quality(rawValue: 8)
    }
}

/// What statistics are kept by. An empty text stands for "not known".
package struct Dimension: Hashable, Sendable {
    package var source: String
    package var client: String
    package var group: String
    package var campaign: String
    package var adset: String
    package var ad: String

    package init(
        source: String, client: String = "", group: String = "", campaign: String = "", adset: String = "",
        ad: String = ""
    ) {
        self.source = source
        self.client = client
        self.group = group
        self.campaign = campaign
        self.adset = adset
        self.ad = ad
    }
}

/// What a new lead means for one destination.
package struct Route: Equatable, Sendable {
    package var destination: String
    package var decision: Decision

    package init(_ destination: String, _ decision: Decision) {
        self.destination = destination
        self.decision = decision
    }

    package enum Decision: Equatable, Sendable {
        /// Owed; not to be sent before `notBefore`, useless after `expires`.
        case open(notBefore: Instant, expires: Instant)
        /// Not owed, for a reason such as `consent_denied`, `no_identifier`, `filtered`, `test`.
        case skip(reason: String)
    }
}

/// A lane's right to send some deliveries. Settling names the claim, so that a lease that ran out cannot settle what
/// somebody else has claimed since.
package struct Claim: Sendable {
    package var id: Int64
    package var destination: String
    package var deliveries: [Delivery]
    /// When the lane may have something to do again: the next due time, or the end of a lease, this claim's too. `nil`
    /// when nothing is open.
    package var nextDue: Instant?

    package init(id: Int64, destination: String, deliveries: [Delivery], nextDue: Instant?) {
        self.id = id
        self.destination = destination
        self.deliveries = deliveries
        self.nextDue = nextDue
    }
}

/// One claimed delivery.
package struct Delivery: Equatable, Sendable {
    package var lead: LeadID
    /// Attempts that failed before this one.
    package var failures: Int
    package var expires: Instant
    /// The first moment at which the platform may have stored it although we never learned so; `nil` if every attempt
    /// so far ended with a definite refusal.
    package var uncertainSince: Instant?
    /// To be sent in a request of its own: only that will tell what becomes of it.
    package var isAlone: Bool

    package init(
        lead: LeadID, failures: Int, expires: Instant, uncertainSince: Instant? = nil, isAlone: Bool = false
    ) {
        self.lead = lead
        self.failures = failures
        self.expires = expires
        self.uncertainSince = uncertainSince
        self.isAlone = isAlone
    }
}

/// What is to be written about one claimed delivery after its attempt.
package struct Settlement: Equatable, Sendable {
    package var lead: LeadID
    package var end: End
    package var receipt: Receipt
    package var took: Duration
    /// For one that was sent: when the platform is to be asked what became of its request. All events of that request
    /// are settled together, in its order.
    package var confirmAt: Instant?

    package init(lead: LeadID, end: End, receipt: Receipt, took: Duration = .zero, confirmAt: Instant? = nil) {
        self.lead = lead
        self.end = end
        self.receipt = receipt
        self.took = took
        self.confirmAt = confirmAt
    }

    package enum End: Equatable, Sendable {
        /// Finished: the delivery leaves the queue and its receipt is kept. (`sent` is finished when it is confirmed.)
        case outcome(Outcome)
        /// Again at `due`, after a failure; `uncertain` when the platform may have stored it.
        case retry(due: Instant, cause: Verdict.Cause, uncertain: Bool)
        /// Back to due as if it had not been claimed (hold, shutdown, isolation); `note` says whether the attempt is
        /// written down.
        case release(note: Bool)
        /// Again at `due` in a request of its own, without counting a failure.
        case alone(due: Instant)
    }
}
