package import Curl
package import Domain

/// One platform's way of being told about leads: what an event looks like there, and what its answers mean.
///
/// An adapter decides and does nothing: no socket, no clock, no table. Every adapter runs the same conformance suite
/// (`AdapterConformanceTests`), whose first rule is that nothing is ever dropped on an answer nobody foresaw.
package protocol Adapter: Sendable {
    var limits: AdapterLimits { get }
    /// Whose access token goes with each request; `nil` if the adapter has all it needs.
    var credential: Destination.Credential? { get }

    /// The event as it will stand in a request, or why there is none. The same lead always gives the same bytes, so
    /// that a repeated attempt is recognised as one; but a click id whose window has closed by `now` is left out.
    func encode(_ outgoing: EncodedLead, at now: Instant) -> Encoded
    /// The whole request for some events of one stream. `token` is the access token of `credential`; `now` is for what
    /// is good for a while only, signatures and codes for tests, and must not change the events.
    func transfer(_ fragments: [Fragment], token: String?, at now: Instant) -> Transfer
    /// What the platform's answer to `count` events means: one verdict for each, in their order.
    func read(_ result: Result<Answer, TransferError>, count: Int) -> Reading
    /// What an event can do without that was rejected with this receipt; `nil`: it is rejected as a whole.
    func amendment(for receipt: Receipt) -> Amendment?
    /// The event without it; `nil` if it does not have it, or is nothing without it.
    func amended(_ fragment: Fragment, _ amendment: Amendment) -> Fragment?
    /// What must not be seen, each with what stands there instead. It may be in any part of a request.
    var secrets: [(secret: String, mask: String)] { get }

    /// What can be said about the destination without asking anybody: what will end, and when.
    func foresight(at now: Instant) -> [Preflight.Finding]
    /// What is asked before any lead is sent: nothing that the platform would store. `token` is the access token of
    /// `credential`.
    func preflight(token: String?, at now: Instant) -> [PreflightQuestion]
    /// What the answer says about the destination.
    func read(_ result: Result<Answer, TransferError>, to question: PreflightQuestion) -> Preflight.Finding

    /// The request that asks what became of one that was taken with a receipt; `nil`: there is nobody to ask.
    func inquiry(_ requestID: String, token: String?) -> Transfer?
    /// What the answer to it says about the events of that request.
    func read(_ result: Result<Answer, TransferError>, of request: AwaitedRequest) -> InquiryReading
}

extension Adapter {
    /// As at the time of its receipt.
    package func encode(_ outgoing: EncodedLead) -> Encoded { encode(outgoing, at: outgoing.receivedAt) }
    package func amendment(for receipt: Receipt) -> Amendment? { nil }
    package func foresight(at now: Instant) -> [Preflight.Finding] { [] }
    package func amended(_ fragment: Fragment, _ amendment: Amendment) -> Fragment? { nil }
    package func inquiry(_ requestID: String, token: String?) -> Transfer? { nil }
    package func read(_ result: Result<Answer, TransferError>, of request: AwaitedRequest) -> InquiryReading {
        .pending(Receipt(status: 0))
    }
}

/// What a platform says about a request that it had taken with a receipt.
package enum InquiryReading: Equatable, Sendable {
    /// One for each event, in the order of the request. `isolate`: only a request of its own can tell.
    case verdicts([Verdict])
    /// It does not know yet, or says something nobody has heard before.
    case pending(Receipt)
    /// It will never say.
    case forgotten(Receipt)
    /// No answer to the question; nothing follows for the events.
    case unanswered(Receipt, Verdict.Cause, after: Duration?)
}

/// What a platform allows.
package struct AdapterLimits: Sendable, Equatable {
    /// Events in one request.
    package var batch: Int
    /// Events in one request where the configuration does not say.
    package var usualBatch: Int
    /// How long the platform recognises a repeated event. After that, an event that may have been stored is not sent
    /// again. `nil`: for ever.
    package var deduplication: Duration?
    /// How long the lane rests when it is throttled and the platform does not say how long; doubled each time in a row.
    package var throttleRest: Duration
    /// How long after a receipt the platform is first asked for its verdict. `nil`: its answers are final.
    package var confirmAfter: Duration?
    /// Requests that all lanes of a Cloud project may make together: for events, and for questions about them.
    package var quota: SharedQuota?
    package var inquiryQuota: SharedQuota?

    package init(
        batch: Int, usualBatch: Int = 500, deduplication: Duration? = nil, throttleRest: Duration,
        confirmAfter: Duration? = nil, quota: SharedQuota? = nil, inquiryQuota: SharedQuota? = nil
    ) {
        self.batch = batch
        self.usualBatch = usualBatch
        self.deduplication = deduplication
        self.throttleRest = throttleRest
        self.confirmAfter = confirmAfter
        self.quota = quota
        self.inquiryQuota = inquiryQuota
    }
}

/// A lead on its way to one destination.
package struct EncodedLead: Sendable {
    package var lead: LeadID
    /// What the platform recognises repetitions by.
    package var eventID: String
    /// What some destinations recognise it by instead, by their names.
    package var aliases: [String: String] = [:]
    package var receivedAt: Instant
    package let content: ReadEvent
    /// The source's country, for national phone numbers.
    package var country: String?
    /// What the source's events are.
    package var kind: Source.Kind
    /// What the lead is counted under.
    package var dimension: Dimension

    package init(
        lead: LeadID, eventID: String, receivedAt: Instant, event: LeadEvent, country: String? = nil,
        kind: Source.Kind = .web, dimension: Dimension = Dimension(source: "")
    ) {
        self.init(
            lead: lead, eventID: eventID, receivedAt: receivedAt, content: ReadEvent(event), country: country,
            kind: kind,
            dimension: dimension)
    }

    package init(
        lead: LeadID, eventID: String, receivedAt: Instant, content: ReadEvent, country: String?, kind: Source.Kind,
        dimension: Dimension
    ) {
        self.lead = lead
        self.eventID = eventID
        self.receivedAt = receivedAt
        self.content = content
        self.country = country
        self.kind = kind
        self.dimension = dimension
    }

    /// As one destination is told of it. An id that is longer than platforms take is hashed, so that it stays the same
    /// at every attempt.
    func addressed(to destination: String) -> EncodedLead {
        guard let alias = aliases[destination] else { return self }
        var outgoing = self
        outgoing.eventID = GoogleAds.transactionID(alias)
        return outgoing
    }

    package var event: LeadEvent { content.event }

    /// When it happened, but never after we heard of it: a visitor's clock may be fast, and platforms refuse the
    /// future.
    package var happenedAt: Instant { min(event.occurredAt, receivedAt) }
}

package enum Encoded: Sendable, Equatable {
    case event(Fragment)
    case skip(SkipReason)
}

/// One event as bytes of a request's body.
package struct Fragment: Sendable, Equatable {
    /// Only events of one stream share a request: for Google, a conversion action.
    package var stream: String
    /// No two events of a request have the same.
    package var key: String
    /// Another thing that no two of them may have in common.
    package var otherKey: String?
    package var bytes: [UInt8]

    package init(stream: String, key: String, otherKey: String? = nil, bytes: [UInt8]) {
        self.stream = stream
        self.key = key
        self.otherKey = otherKey
        self.bytes = bytes
    }
}

/// What an answer means.
package struct Reading: Sendable, Equatable {
    /// One for each event, in the order of the request.
    package var verdicts: [Verdict]
    package var health: Health
    /// The whole destination is to be left alone for so long.
    package var rest: Duration?
    /// The platform says in its own words that a quota is used up which the lane shares with others.
    package var spent: SpentQuota?

    /// What the request says about the platform, apart from the events.
    package enum Health: Sendable, Equatable {
        /// It answered, whatever it said.
        case well
        /// It is too busy for us.
        case throttled
        /// Not reachable, or broken.
        case failing
    }

    package init(_ verdicts: [Verdict], _ health: Health = .well, rest: Duration? = nil) {
        self.verdicts = verdicts
        self.health = health
        self.rest = rest
    }

    /// The same for every event.
    package init(all verdict: Verdict, _ count: Int, _ health: Health = .well, rest: Duration? = nil) {
        self.init(Array(repeating: verdict, count: count), health, rest: rest)
    }
}

extension Reading {
    /// No answer came. The same for every platform.
    init(_ error: TransferError, count: Int) {
        switch error {
        case .unreachable(let why):
            self.init(
                all: .retry(Receipt(status: 0, code: "unreachable", message: redacted(why)), .unreachable, after: nil),
                count, .failing)
        case .interrupted(let why):
            self.init(
                all: .retry(Receipt(status: 0, code: "interrupted", message: redacted(why)), .unknown, after: nil),
                count, .failing)
        case .answerTooLarge:
            self.init(
                all: .retry(Receipt(status: 0, code: "answer_too_large"), .unknown, after: nil), count, .failing)
        case .unsendable(let why):
            // The same request would never be sent: the configuration, or a token, has to change first.
            self.init(all: .hold(Receipt(status: 0, code: "unsendable", message: redacted(why))), count)
        }
    }

    /// How long a lane rests at most for an answer that is not the platform's own.
    static let longestUnexplainedRest: Duration = .hours(1)

    /// An answer in a form that the platform does not use, judged by its status alone.
    init(unreadable answer: Answer, count: Int) {
        let receipt = Receipt(status: answer.status, code: "unreadable_answer")
        switch answer.status {
        case 200..<300: self.init(all: .retry(receipt, .unknown, after: nil), count)
        case 408, 500...: self.init(all: .retry(receipt, .platformFault, after: answer.retryAfter), count, .failing)
        // Too much for something on the way, which says so in a page of its own: in smaller pieces it may get through.
        case 413 where count > 1: self.init(all: .isolate(receipt), count)
        // Something on the way says so, not the platform: believed, but not for a day.
        case 429:
            let after = answer.retryAfter.map { min($0, Self.longestUnexplainedRest) }
            self.init(all: .retry(receipt, .throttled, after: after), count, .throttled)
        default: self.init(all: .retry(receipt, .unclassified, after: answer.retryAfter), count)
        }
    }
}

extension Answer {
    /// `Retry-After` (RFC 9110 section 10.2.3), at most a day however much is asked for. A date is counted from the
    /// answer's own `Date`; only if it has none, from when it came (section 6.6.1).
    var retryAfter: Duration? {
        guard let text = field("retry-after") else { return nil }
        if !text.isEmpty, text.utf8.allSatisfy({ $0 &- 0x30 <= 9 }) {
            // More digits than a number of ours has are a long time all the same.
            return .seconds(min(Int(text) ?? .max, 86_400))
        }
        guard let end = Instant(httpDate: text), let now = date ?? received.map({ Instant(milliseconds: $0) }) else {
            return nil
        }
        return min(max(end - now, .zero), .days(1))
    }

    /// When the answer was made, by the other side's clock.
    var date: Instant? { field("date").flatMap(Instant.init(httpDate:)) }
}

/// The adapter of a destination's platform.
package func makeAdapter(_ destination: Destination) -> any Adapter {
    switch destination.platform {
    case .googleAds(let google):
        switch google.transport {
        case .dataManager: GoogleAds(destination, google)
        case .clickConversionUpload(let version): GoogleAdsUpload(destination, google, version: version)
        }
    case .metaAds(let meta): MetaAds(destination, meta)
    case .webhook(let webhook): Webhook(destination, webhook)
    }
}
