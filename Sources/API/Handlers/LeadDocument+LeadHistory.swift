import Domain
import Forwarding
import Store

extension LeadAnswer {
    /// Everything about one event as the API tells it; `platforms` are those of the destinations, by name.
    init(_ story: LeadHistory, platforms: [String: String] = [:], titles: DisplayNames = DisplayNames()) {
        if case .quarantined(let event) = story.place {
            self = .quarantined(QuarantinedDocument(event))
        } else {
            self = .event(LeadDocument(story, platforms: platforms, titles: titles))
        }
    }
}

extension LeadDocument {
    /// Of anything but what is in quarantine.
    init(_ story: LeadHistory, platforms: [String: String] = [:], titles: DisplayNames = DisplayNames()) {
        self.init(
            id: story.id, state: .lead, source: story.source, receivedAt: PreciseInstant(story.receivedAt), lead: nil,
            body: story.body.flatMap(JSON.init(posted:)))
        switch story.place {
        case .inbox(let tries): (state, self.tries) = (.inbox, tries)
        case .duplicate(let original):
            state = .duplicate
            duplicateOf = original
            difference = story.difference
        case .lead(let facts): lead = LeadFacts(facts, story, platforms, titles)
        case .quarantined(let event): state = LeadState(event.state)
        }
    }
}

extension LeadState {
    init(_ state: QuarantinedEvent.State) {
        switch state {
        case .open: self = .open
        case .released: self = .released
        case .discarded: self = .discarded
        }
    }
}

extension LeadFacts {
    fileprivate init(
        _ facts: LeadHistory.LeadFacts, _ story: LeadHistory, _ platforms: [String: String], _ titles: DisplayNames
    ) {
        self.init(
            eventID: facts.eventID, event: facts.event, occurredAt: PreciseInstant(facts.occurredAt),
            test: facts.isTest, dimension: DimensionDocument(facts.dimension, titles), notes: facts.notes,
            junk: facts.junk.map(JunkDocument.init), payload: facts.payload.flatMap(JSON.init(posted:)),
            deliveries: story.deliveries.map { DeliveryDocument($0, platforms[$0.destination] ?? "") },
            duplicates: story.duplicates, earlier: story.first.map(KinDocument.init),
            later: story.later.map(KinDocument.init), toldUnder: story.aliases)
    }
}

extension KinDocument {
    /// Another lead under the same id, and what one of the two is to the other.
    fileprivate init(_ kin: LeadHistory.Kin) { self.init(lead: kin.lead, kind: Kind(kin.kinship)) }
}

extension DimensionDocument {
    /// What a lead is counted under, each id with its name if it has one.
    init(_ dimension: Dimension, _ titles: DisplayNames) {
        func title(_ level: LeadLevel) -> String? { titles[dimension.client, level, dimension[level]] }
        self.init(
            client: dimension.client, group: dimension.group, groupTitle: title(.group),
            campaign: dimension.campaign, campaignTitle: title(.campaign), adset: dimension.adset,
            adsetTitle: title(.adset), ad: dimension.ad, adTitle: title(.ad))
    }
}

extension DeliveryDocument {
    fileprivate init(_ delivery: DeliveryStory, _ platform: String) {
        self.init(
            destination: delivery.destination, state: DeliveryState(delivery.state), failures: 0, explanation: nil,
            attempts: delivery.attempts.map { attempt in
                Attempt(
                    at: PreciseInstant(attempt.at), cause: attempt.cause, receipt: ReceiptDocument(attempt.receipt),
                    explanation: ExplanationDocument(attempt.cause, attempt.receipt, platform))
            })
        switch delivery.state {
        case .open(let due, let expires, let failures, _):
            self.due = PreciseInstant(due)
            self.expires = PreciseInstant(expires)
            self.failures = failures
        case .ended(let outcome, let at, let failures, let receipt):
            self.at = PreciseInstant(at)
            self.failures = failures
            self.receipt = ReceiptDocument(receipt)
            explanation = ExplanationDocument(outcome.rawValue, receipt, platform)
        }
    }
}

extension ExplanationDocument {
    /// What a receipt means in plain words; nothing to say about what went well.
    fileprivate init?(_ kind: String, _ receipt: Receipt, _ platform: String) {
        if ["delivered", "sent", "skipped", LeadHistory.replayed].contains(kind) { return nil }
        let explanation = Explanation(platform: platform, code: receipt.code, kind: kind, status: receipt.status)
        self.init(meaning: explanation.meaning, remedy: explanation.remedy)
    }
}

extension QuarantinedDocument {
    /// `document` is what was read from it in our own shape, where that can be done; `earlier` the lead that had its id
    /// before.
    init(_ event: QuarantinedEvent, document: JSON? = nil, earlier: LeadDocument? = nil) {
        self.init(
            head: QuarantinedHead(event), body: JSON(posted: event.body), query: event.query, charset: event.charset,
            document: document, edited: event.edited.flatMap(JSON.init(posted:)), earlierLead: earlier)
    }
}

extension JSON {
    /// JSON as it is; anything else as a text; `nil` if there is nothing.
    init?(posted bytes: [UInt8]) {
        if bytes.isEmpty { return nil }
        self = (try? JSON(parsing: bytes)) ?? .string(String(decoding: bytes, as: UTF8.self))
    }
}
