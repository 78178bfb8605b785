package import Domain
package import Store

extension JunkSign: Codable {}
extension Outcome: Codable {}

/// What a lead is counted under. An id that it does not say is empty; one that was given a name has it beside it.
package struct DimensionDocument: Document {
    package var client: String
    package var group: String
    @Omitted package var groupTitle: String?
    package var campaign: String
    @Omitted package var campaignTitle: String?
    package var adset: String
    @Omitted package var adsetTitle: String?
    package var ad: String
    @Omitted package var adTitle: String?

    package init(
        client: String, group: String, groupTitle: String? = nil, campaign: String, campaignTitle: String? = nil,
        adset: String, adsetTitle: String? = nil, ad: String, adTitle: String? = nil
    ) {
        self.client = client
        self.group = group
        self.groupTitle = groupTitle
        self.campaign = campaign
        self.campaignTitle = campaignTitle
        self.adset = adset
        self.adsetTitle = adsetTitle
        self.ad = ad
        self.adTitle = adTitle
    }

    package static let descriptions: [String: PropertyDescription] = [
        "client": PropertyDescription("Whose lead it is.", example: "acme"),
        "group": "The campaign group.",
        "group_title": "What the group is called.",
        "campaign": "The campaign's id at the platform.",
        "campaign_title": "What the campaign is called.",
        "adset": "The ad set's or ad group's id.",
        "adset_title": "What the ad set is called.",
        "ad": "The ad's id.",
        "ad_title": "What the ad is called.",
    ]
}

/// Where an event is.
package enum LeadState: String, Codable, CaseIterable, Sendable {
    case inbox, lead, duplicate, quarantined, open, released, discarded
}

/// How a delivery stands.
package enum DeliveryState: String, Codable, CaseIterable, Sendable {
    case open
    case inFlight = "in_flight"
    case delivered, sent, rejected, expired, skipped, erased

    package init(_ state: DeliveryStory.State) {
        switch state {
        case .open(_, _, _, let isInFlight): self = isInFlight ? .inFlight : .open
        case .ended(let outcome, _, _, _): self.init(outcome)
        }
    }

    package init(_ outcome: Outcome) {
        switch outcome {
        case .delivered: self = .delivered
        case .sent: self = .sent
        case .rejected: self = .rejected
        case .expired: self = .expired
        case .skipped: self = .skipped
        case .erased: self = .erased
        }
    }
}

/// Everything that happened to one event. What a lead alone has is absent from anything else.
package struct LeadDocument: Document {
    package var id: LeadID
    package var state: LeadState
    @Omitted package var tries: Int?
    @Omitted package var duplicateOf: LeadID?
    @Omitted package var difference: String?
    package var source: String
    package var receivedAt: PreciseInstant
    @Flattened package var lead: LeadFacts?
    package var body: JSON?

    package init(
        id: LeadID, state: LeadState, tries: Int? = nil, duplicateOf: LeadID? = nil, difference: String? = nil,
        source: String, receivedAt: PreciseInstant, lead: LeadFacts?, body: JSON?
    ) {
        self.id = id
        self.state = state
        self.tries = tries
        self.duplicateOf = duplicateOf
        self.difference = difference
        self.source = source
        self.receivedAt = receivedAt
        self.lead = lead
        self.body = body
    }

    package static let descriptions: [String: PropertyDescription] = [
        "id": "Ours.",
        "state": "Where the event is.",
        "tries": "How often the relay has begun to judge it; in the inbox only.",
        "duplicate_of": "The lead that it repeats; of a duplicate only.",
        "difference": "What it says otherwise than that lead.",
        "source": "Where it was posted.",
        "received_at": "When it was acknowledged.",
        "body": "As it was posted, as long as that is kept: JSON, or a text.",
    ]
}

/// What `GET /api/leads/{id}` answers: an event in quarantine has its own shape.
package enum LeadAnswer: Document {
    case event(LeadDocument)
    case quarantined(QuarantinedDocument)

    package init(from decoder: any Decoder) throws {
        if let event = try? QuarantinedDocument(from: decoder) {
            self = .quarantined(event)
        } else {
            self = .event(try LeadDocument(from: decoder))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .event(let event): try event.encode(to: encoder)
        case .quarantined(let event): try event.encode(to: encoder)
        }
    }

    package static let descriptions: [String: PropertyDescription] = [:]
}

extension LeadAnswer: Alternatives {
    static var alternatives: [any Document.Type] { [LeadDocument.self, QuarantinedDocument.self] }
    static var sample: LeadAnswer { .event(Shape.sample()) }
}

/// What makes a lead of an event.
package struct LeadFacts: Document {
    package var eventID: String
    package var event: String
    package var occurredAt: PreciseInstant
    package var test: Bool
    package var dimension: DimensionDocument
    package var notes: [String]
    package var junk: JunkDocument?
    package var payload: JSON?
    package var deliveries: [DeliveryDocument]
    package var duplicates: [LeadID]
    package var earlier: KinDocument?
    package var later: [KinDocument]
    package var toldUnder: [String: String]

    package init(
        eventID: String, event: String, occurredAt: PreciseInstant, test: Bool, dimension: DimensionDocument,
        notes: [String], junk: JunkDocument?, payload: JSON?, deliveries: [DeliveryDocument], duplicates: [LeadID],
        earlier: KinDocument?, later: [KinDocument], toldUnder: [String: String]
    ) {
        self.eventID = eventID
        self.event = event
        self.occurredAt = occurredAt
        self.test = test
        self.dimension = dimension
        self.notes = notes
        self.junk = junk
        self.payload = payload
        self.deliveries = deliveries
        self.duplicates = duplicates
        self.earlier = earlier
        self.later = later
        self.toldUnder = toldUnder
    }

    package static let descriptions: [String: PropertyDescription] = [
        "event_id": "The sender's id.",
        "event": PropertyDescription("What happened.", example: "lead"),
        "occurred_at": "When it happened, as the sender says.",
        "test": "Whether it is a test: it goes nowhere.",
        "dimension": "What it is counted under.",
        "notes": "What the relay assumed, left out or corrected when it read the event.",
        "junk": "Why it looks like junk, or who has said so; null if neither.",
        "payload": "The event in our own shape; null once personal data was cleared.",
        "deliveries": "What became of it at each destination.",
        "duplicates": "Events that repeated it.",
        "earlier": "The lead that had its id before; null if none.",
        "later": "Leads that came under its id after it.",
        "told_under": "The id under which each destination was told of it, where that is not the sender's.",
    ]
}

package struct JunkDocument: Document {
    package var signs: [JunkSign]
    package var words: [String]
    package var toldAt: Instant?
    package var toldBy: String?
    package var note: String?

    package init(_ junk: JunkFacts) {
        signs = junk.signs
        words = junk.signs.map(\.words)
        toldAt = junk.toldAt
        toldBy = junk.toldAt == nil ? nil : junk.toldBy
        note = junk.toldAt == nil ? nil : junk.note
    }

    package static let descriptions: [String: PropertyDescription] = [
        "signs": "What the relay has seen.",
        "words": "The same in words.",
        "told_at": "When a person said that it is junk; null if nobody has.",
        "told_by": "Who said so.",
        "note": "What that person wrote.",
    ]
}

package struct KinDocument: Document {
    package var lead: LeadID
    package var kind: Kind

    package init(lead: LeadID, kind: Kind) {
        self.lead = lead
        self.kind = kind
    }

    package enum Kind: String, Codable, CaseIterable, Sendable {
        case reuse, correction, adjustment

        package init(_ kinship: Kinship) {
            switch kinship {
            case .reuse: self = .reuse
            case .correction: self = .correction
            case .adjustment: self = .adjustment
            }
        }
    }

    package static let descriptions: [String: PropertyDescription] = [
        "lead": "The other lead.",
        "kind":
            """
        `reuse`: another person's or deal's. `correction`: the same lead with another address or number. \
        `adjustment`: with another value.
        """,
    ]
}

package struct DeliveryDocument: Document {
    package var destination: String
    package var state: DeliveryState
    @Omitted package var due: PreciseInstant?
    @Omitted package var expires: PreciseInstant?
    @Omitted package var at: PreciseInstant?
    package var failures: Int
    @Omitted package var receipt: ReceiptDocument?
    package var explanation: ExplanationDocument?
    package var attempts: [Attempt]

    package init(
        destination: String, state: DeliveryState, due: PreciseInstant? = nil, expires: PreciseInstant? = nil,
        at: PreciseInstant? = nil, failures: Int, receipt: ReceiptDocument? = nil, explanation: ExplanationDocument?,
        attempts: [Attempt]
    ) {
        self.destination = destination
        self.state = state
        self.due = due
        self.expires = expires
        self.at = at
        self.failures = failures
        self.receipt = receipt
        self.explanation = explanation
        self.attempts = attempts
    }

    package struct Attempt: Document {
        package var at: PreciseInstant
        package var cause: String
        package var receipt: ReceiptDocument
        package var explanation: ExplanationDocument?

        package init(at: PreciseInstant, cause: String, receipt: ReceiptDocument, explanation: ExplanationDocument?) {
            self.at = at
            self.cause = cause
            self.receipt = receipt
            self.explanation = explanation
        }

        package static let descriptions: [String: PropertyDescription] = [
            "at": "When it failed.",
            "cause": PropertyDescription("Why it is tried again.", example: "throttled"),
            "receipt": "What the platform answered.",
            "explanation": "What that means; null if there is nothing to say.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "destination": "As configured.",
        "state": "How the delivery stands.",
        "due": "When it is tried next; of an open one only.",
        "expires": "When the platform's window closes; of an open one only.",
        "at": "When it ended; of one that has ended only.",
        "failures": "Attempts that failed.",
        "receipt": "What the platform answered at the end; of one that has ended only.",
        "explanation": "What the receipt means; null if there is nothing to say.",
        "attempts": "Attempts that did not end it.",
    ]
}

package struct ReceiptDocument: Document {
    package var status: Int
    package var code: String
    package var message: String
    package var requestID: String

    package init(_ receipt: Receipt) {
        (status, code, message, requestID) = (receipt.status, receipt.code, receipt.message, receipt.requestID)
    }

    package static let descriptions: [String: PropertyDescription] = [
        "status": "The HTTP status; 0 if there was no answer.",
        "code": "The platform's code, or ours.",
        "message": "The platform's own words.",
        "request_id": "What the platform's support asks for.",
    ]
}

package struct ExplanationDocument: Document {
    package var meaning: String
    package var remedy: String

    package init(meaning: String, remedy: String) {
        self.meaning = meaning
        self.remedy = remedy
    }

    package static let descriptions: [String: PropertyDescription] = [
        "meaning": "What it means, in plain words.",
        "remedy": "What to do about it.",
    ]
}

/// The last events as they came.
package struct LiveDocument: Document {
    package var events: [LiveEvent]
    package var lookedAt: Int

    package init(events: [LiveEvent], lookedAt: Int) {
        self.events = events
        self.lookedAt = lookedAt
    }

    package static let descriptions: [String: PropertyDescription] = [
        "events": "Newest first.",
        "looked_at": "How many of each kind were looked through.",
    ]
}

package struct LiveEvent: Document {
    package var id: LeadID
    package var source: String
    package var receivedAt: PreciseInstant
    package var client: String?
    package var state: LeadState
    @Omitted package var group: String?
    @Omitted package var groupTitle: String?
    @Omitted package var event: String?
    @Omitted package var test: Bool?
    @Omitted package var email: String?
    @Omitted package var phone: String?
    @Omitted package var deliveries: [Delivery]?
    @Omitted package var duplicateOf: LeadID?
    @Omitted package var reason: String?

    package init(
        id: LeadID, source: String, receivedAt: PreciseInstant, client: String?, state: LeadState, group: String? = nil,
        groupTitle: String? = nil, event: String? = nil, test: Bool? = nil, email: String? = nil, phone: String? = nil,
        deliveries: [Delivery]? = nil, duplicateOf: LeadID? = nil, reason: String? = nil
    ) {
        self.id = id
        self.source = source
        self.receivedAt = receivedAt
        self.client = client
        self.state = state
        self.group = group
        self.groupTitle = groupTitle
        self.event = event
        self.test = test
        self.email = email
        self.phone = phone
        self.deliveries = deliveries
        self.duplicateOf = duplicateOf
        self.reason = reason
    }

    package struct Delivery: Document {
        package var destination: String
        package var state: DeliveryState

        package init(destination: String, state: DeliveryState) {
            self.destination = destination
            self.state = state
        }

        package static let descriptions: [String: PropertyDescription] = [
            "destination": "As configured.", "state": "How the delivery stands.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "id": "Ours.",
        "source": "Where it was posted.",
        "received_at": "When it was acknowledged.",
        "client": "Whose it is; null if its source is nobody's.",
        "state": "Where the event is.",
        "group": "The campaign group; of a lead only, as are the members up to `deliveries`.",
        "group_title": "What the group is called.",
        "event": "What happened.",
        "test": "Whether it is a test.",
        "email": "Masked for callers who may not see personal data; absent if it has none.",
        "phone": "Masked for callers who may not see personal data; absent if it has none.",
        "deliveries": "How each stands.",
        "duplicate_of": "The lead that it repeats; of a duplicate only.",
        "reason": "Its first defect; of an event in quarantine only.",
    ]
}

package struct SearchRequest: RequestBody {
    package var q: String

    package init(q: String) {
        self.q = q
    }

    package static let descriptions: [String: PropertyDescription] = [
        "q": PropertyDescription(
            "Our id, the sender's id, an e-mail address, a telephone number or a click id.",
            example: "eva@example.org", longest: 512)
    ]

    package static let remedies = [
        "q": "\"q\" is an id, an e-mail address, a telephone number or a click id of at most 512 bytes."
    ]
}

package struct SearchDocument: Document {
    package var leads: [Found]
    package var more: Bool

    package init(leads: [Found], more: Bool) {
        self.leads = leads
        self.more = more
    }

    package struct Found: Document {
        package var id: LeadID
        package var state: LeadState
        package var source: String
        package var receivedAt: PreciseInstant
        @Omitted package var event: String?
        @Omitted package var reason: String?
        @Omitted package var duplicateOf: LeadID?
        package var client: String?

        package init(
            id: LeadID, state: LeadState, source: String, receivedAt: PreciseInstant, event: String? = nil,
            reason: String? = nil, duplicateOf: LeadID? = nil, client: String?
        ) {
            self.id = id
            self.state = state
            self.source = source
            self.receivedAt = receivedAt
            self.event = event
            self.reason = reason
            self.duplicateOf = duplicateOf
            self.client = client
        }

        package static let descriptions: [String: PropertyDescription] = [
            "id": "Ours.",
            "state": "Where the event is.",
            "source": "Where it was posted.",
            "received_at": "When it was acknowledged.",
            "event": "What happened; of a lead only.",
            "reason": "Its first defect; of an event in quarantine only.",
            "duplicate_of": "The lead that it repeats; of a duplicate only.",
            "client": "Whose it is; null if it is no lead.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "leads": "At most 100.",
        "more": "There may be more than these.",
    ]
}

package struct JunkRequest: RequestBody {
    @Omitted package var junk: Bool?
    @Omitted package var note: String?

    package init(junk: Bool? = nil, note: String? = nil) {
        self.junk = junk
        self.note = note
    }

    package static let descriptions: [String: PropertyDescription] = [
        "junk": "`false`: it is none after all. `true` if absent.",
        "note": PropertyDescription("Why.", longest: 500),
    ]
}

package struct JunkAnswer: Document {
    package var id: LeadID
    package var junk: Bool

    package init(id: LeadID, junk: Bool) {
        self.id = id
        self.junk = junk
    }

    package static let descriptions: [String: PropertyDescription] = [
        "id": "The lead.", "junk": "What it is now said to be.",
    ]
}

package struct EraseRequest: RequestBody {
    @Omitted package var email: String?
    @Omitted package var phone: String?
    @Omitted package var clickID: String?
    @Omitted package var id: String?

    package init(email: String? = nil, phone: String? = nil, clickID: String? = nil, id: String? = nil) {
        self.email = email
        self.phone = phone
        self.clickID = clickID
        self.id = id
    }

    package static let descriptions: [String: PropertyDescription] = [
        "email": PropertyDescription("The person's e-mail address.", longest: 512),
        "phone": PropertyDescription("The person's telephone number.", longest: 512),
        "click_id": PropertyDescription("A click id of an ad platform.", longest: 512),
        "id": "Our id of one event.",
    ]
}

package struct ErasedDocument: Document {
    package var leads: Int
    package var quarantined: Int
    package var deliveriesStopped: Int
    package var inFlight: Int
    package var waiting: Int
    package var delivered: [String: Int]
    package var proof: Int64
    package var fingerprints: String

    package init(
        leads: Int, quarantined: Int, deliveriesStopped: Int, inFlight: Int, waiting: Int, delivered: [String: Int],
        proof: Int64, fingerprints: String
    ) {
        self.leads = leads
        self.quarantined = quarantined
        self.deliveriesStopped = deliveriesStopped
        self.inFlight = inFlight
        self.waiting = waiting
        self.delivered = delivered
        self.proof = proof
        self.fingerprints = fingerprints
    }

    package static let descriptions: [String: PropertyDescription] = [
        "leads": "Leads whose personal data was taken out.",
        "quarantined": "Events in quarantine that were taken out.",
        "deliveries_stopped": "Deliveries that will not be made.",
        "in_flight": "Deliveries that were under way and may still arrive.",
        "waiting":
            """
        Events of anybody that had come before and were not judged in time: they were not looked into. Run it \
        again.
        """,
        "delivered": "Deliveries that were made before, by destination: tell the platform.",
        "proof": "The number of the audit log's line about it.",
        "fingerprints": "Of what was erased: whoever has the database can check it against a person.",
    ]
}

/// The single leads that the figures count.
package struct LeadListDocument: Document {
    @Flattened package var question: QuestionDocument
    package var total: Int64?
    package var leads: [LeadRow]
    package var next: LeadID?
    package var keptFrom: String?
    package var lookedAt: Int
    package var lookedBackTo: String?

    package init(
        question: QuestionDocument, total: Int64?, leads: [LeadRow], next: LeadID?, keptFrom: String?, lookedAt: Int,
        lookedBackTo: String?
    ) {
        self.question = question
        self.total = total
        self.leads = leads
        self.next = next
        self.keptFrom = keptFrom
        self.lookedAt = lookedAt
        self.lookedBackTo = lookedBackTo
    }

    package static let descriptions: [String: PropertyDescription] = [
        "total": "All of them; null while the figures are worked out anew.",
        "leads": "Newest first.",
        "next": "Where to go on, as `before`; null: there are no more.",
        "kept_from": "Of days before this one there are only figures; null: all these days are kept.",
        "looked_at": "Leads of the relay that were looked at to find these.",
        "looked_back_to":
            "Looking ended here before there were as many as wanted; by the client's clock. Null: it did not.",
    ]
}

package struct LeadRow: Document {
    package var id: LeadID
    package var receivedAt: PreciseInstant
    package var local: String
    package var source: String
    package var event: String
    package var value: DecimalNumber?
    package var currency: String?
    package var dimension: DimensionDocument
    package var email: String?
    package var phone: String?
    package var deliveries: [Delivery]
    package var junk: Bool

    package init(
        id: LeadID, receivedAt: PreciseInstant, local: String, source: String, event: String, value: DecimalNumber?,
        currency: String?, dimension: DimensionDocument, email: String?, phone: String?, deliveries: [Delivery],
        junk: Bool
    ) {
        self.id = id
        self.receivedAt = receivedAt
        self.local = local
        self.source = source
        self.event = event
        self.value = value
        self.currency = currency
        self.dimension = dimension
        self.email = email
        self.phone = phone
        self.deliveries = deliveries
        self.junk = junk
    }

    package struct Delivery: Document {
        package var destination: String
        package var state: DeliveryState
        package var code: String

        package init(destination: String, state: DeliveryState, code: String) {
            self.destination = destination
            self.state = state
            self.code = code
        }

        package static let descriptions: [String: PropertyDescription] = [
            "destination": "As configured.",
            "state": "How the delivery stands.",
            "code": "The platform's, or why it was skipped; empty while it is open.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "id": "Ours.",
        "received_at": "When it was acknowledged.",
        "local": PropertyDescription("The same by the client's clock.", example: "2026-11-24 09:15:03"),
        "source": "Where it was posted.",
        "event": "What happened.",
        "value": "What the lead is worth; known until personal data is cleared.",
        "currency": PropertyDescription("Of the value (ISO 4217).", example: "EUR"),
        "dimension": "What it is counted under.",
        "email": "Masked for callers who may not see personal data.",
        "phone": "Masked for callers who may not see personal data.",
        "deliveries": "How each stands.",
        "junk": "Whether it looks like junk or somebody has said so.",
    ]
}

/// Which leads of which days were asked about, as an answer repeats it.
package struct QuestionDocument: Document {
    package var client: String
    package var title: String
    package var timeZone: String
    package var clients: [Client]
    package var from: String
    package var to: String
    package var today: String
    @Omitted package var group: String?
    @Omitted package var groupTitle: String?
    @Omitted package var campaign: String?
    @Omitted package var campaignTitle: String?
    @Omitted package var adset: String?
    @Omitted package var adsetTitle: String?
    @Omitted package var ad: String?
    @Omitted package var adTitle: String?

    package init(
        client: String, title: String, timeZone: String, clients: [Client], from: String, to: String, today: String,
        group: String? = nil, groupTitle: String? = nil, campaign: String? = nil, campaignTitle: String? = nil,
        adset: String? = nil, adsetTitle: String? = nil, ad: String? = nil, adTitle: String? = nil
    ) {
        self.client = client
        self.title = title
        self.timeZone = timeZone
        self.clients = clients
        self.from = from
        self.to = to
        self.today = today
        self.group = group
        self.groupTitle = groupTitle
        self.campaign = campaign
        self.campaignTitle = campaignTitle
        self.adset = adset
        self.adsetTitle = adsetTitle
        self.ad = ad
        self.adTitle = adTitle
    }

    package struct Client: Document {
        package var name: String
        package var title: String

        package init(name: String, title: String) {
            self.name = name
            self.title = title
        }

        package static let descriptions: [String: PropertyDescription] = [
            "name": "As configured.", "title": "As people call it.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "client": PropertyDescription("Whose leads these are.", example: "acme"),
        "title": "As people call the client.",
        "time_zone": PropertyDescription("By whose clock days begin.", example: "Europe/Berlin"),
        "clients": "The clients that could have been asked about.",
        "from": PropertyDescription("The first day.", example: "2026-11-01"),
        "to": PropertyDescription("The last day.", example: "2026-11-28"),
        "today": PropertyDescription("The day that it is for the client.", example: "2026-11-28"),
        "group": "The group that was asked for.",
        "group_title": "What the group is called.",
        "campaign": "The campaign that was asked for.",
        "campaign_title": "What the campaign is called.",
        "adset": "The ad set that was asked for.",
        "adset_title": "What the ad set is called.",
        "ad": "The ad that was asked for.",
        "ad_title": "What the ad is called.",
    ]
}

package struct ReplayRequest: RequestBody {
    @Omitted package var ids: [String]?
    @Omitted package var from: String?
    @Omitted package var to: String?
    @Omitted package var destination: String?
    @Omitted package var client: String?
    @Omitted package var group: String?
    @Omitted package var outcomes: [Outcome]?
    @Omitted package var includeDelivered: Bool?
    @Omitted package var endedBefore: String?
    @Omitted package var limit: Int?
    @Omitted package var note: String?
    @Omitted package var run: Bool?

    package init(
        ids: [String]? = nil, from: String? = nil, to: String? = nil, destination: String? = nil, client: String? = nil,
        group: String? = nil, outcomes: [Outcome]? = nil, includeDelivered: Bool? = nil, endedBefore: String? = nil,
        limit: Int? = nil, note: String? = nil, run: Bool? = nil
    ) {
        self.ids = ids
        self.from = from
        self.to = to
        self.destination = destination
        self.client = client
        self.group = group
        self.outcomes = outcomes
        self.includeDelivered = includeDelivered
        self.endedBefore = endedBefore
        self.limit = limit
        self.note = note
        self.run = run
    }

    package static let descriptions: [String: PropertyDescription] = [
        "ids": PropertyDescription("Leads by our ids; instead of `from` and `to`.", longest: 10_000),
        "from": PropertyDescription("Leads received from then on: RFC 3339, or a time ago.", example: "26h"),
        "to": "Leads received before then; now if absent.",
        "destination": "Only there; every destination if absent.",
        "client": "Only leads of this client.",
        "group": "Only leads of this group.",
        "outcomes": "Only deliveries that ended so.",
        "include_delivered": "Also what the platform has confirmed; it may count twice there.",
        "ended_before": "Only deliveries that ended before then: RFC 3339, or a time ago. Now if absent.",
        "limit": PropertyDescription("No more deliveries than these.", 1...1_000_000_000),
        "note": PropertyDescription("Why; with `run` it is needed and kept in the story of each lead.", longest: 400),
        "run": "Do it; else it is only said what would come of it.",
    ]

    package static let remedies = [
        "ids": "\"ids\" must be a list of lead ids (13 letters and digits).",
        "ended_before": "\"ended_before\" must be a time such as 2026-11-21T09:00:00Z, or a time ago such as 26h.",
        "from": "\"from\" must be a time such as 2026-11-21T09:00:00Z, or a time ago such as 26h.",
        "to": "\"to\" must be a time such as 2026-11-21T09:00:00Z, or a time ago such as 26h.",
        "limit": "\"limit\" must be a number above 0.",
    ]

    package static let isExact = true
}

/// What sending again has come to, or would.
package struct ReplayDocument: Document {
    package var run: Bool
    package var endedBefore: PreciseInstant
    package var considered: Int
    package var again: Int
    package var complete: Bool
    package var destinations: [Again]
    package var left: [Left]
    package var unknownIDs: [LeadID]
    package var unknown: Int

    package init(
        run: Bool, endedBefore: PreciseInstant, considered: Int, again: Int, complete: Bool, destinations: [Again],
        left: [Left], unknownIDs: [LeadID], unknown: Int
    ) {
        self.run = run
        self.endedBefore = endedBefore
        self.considered = considered
        self.again = again
        self.complete = complete
        self.destinations = destinations
        self.left = left
        self.unknownIDs = unknownIDs
        self.unknown = unknown
    }

    package struct Again: Document {
        package var destination: String
        package var lane: LaneState
        package var count: Int
        package var examples: [LeadID]

        package init(destination: String, lane: LaneState, count: Int, examples: [LeadID]) {
            self.destination = destination
            self.lane = lane
            self.count = count
            self.examples = examples
        }

        package static let descriptions: [String: PropertyDescription] = [
            "destination": "Where they go.",
            "lane": "What its lane does.",
            "count": "Deliveries.",
            "examples": "Some of the leads.",
        ]
    }

    package struct Left: Document {
        package var reason: String
        package var kind: String
        package var words: String
        package var count: Int
        package var examples: [LeadID]

        package init(reason: String, kind: String, words: String, count: Int, examples: [LeadID]) {
            self.reason = reason
            self.kind = kind
            self.words = words
            self.count = count
            self.examples = examples
        }

        package static let descriptions: [String: PropertyDescription] = [
            "reason": PropertyDescription("Why they are left out.", example: "window_closed"),
            "kind": "Whether that is as it should be.",
            "words": "The reason in words.",
            "count": "Deliveries.",
            "examples": "Some of the leads.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "run": "Whether it was done.",
        "ended_before": "Deliveries that have ended since are left out: pass it on to do just what was shown.",
        "considered": "Deliveries that were part of the selection.",
        "again": "Of them, those that go out again.",
        "complete": "`false`: the limit came first.",
        "destinations": "Those that go out again.",
        "left": "Those that do not, by reason.",
        "unknown_ids": "Some of the ids that no lead has.",
        "unknown": "How many those are.",
    ]
}

extension QuestionDocument {
    /// What was asked for of a level, with its name; `nil` if nothing.
    package subscript(_ level: LeadLevel) -> (id: String, title: String?)? {
        let (id, title) =
            switch level {
            case .group: (group, groupTitle)
            case .campaign: (campaign, campaignTitle)
            case .adset: (adset, adsetTitle)
            case .ad: (ad, adTitle)
            }
        return id.map { ($0, title) }
    }
}

extension DimensionDocument {
    /// The id of a level, with its name.
    package subscript(_ level: LeadLevel) -> (id: String, title: String?) {
        switch level {
        case .group: (group, groupTitle)
        case .campaign: (campaign, campaignTitle)
        case .adset: (adset, adsetTitle)
        case .ad: (ad, adTitle)
        }
    }
}
