/// A request that the platform took without saying what became of its events. It is asked about until it has.
package struct AwaitedRequest: Equatable, Sendable {
    /// The store's number for it.
    package var number: Int64
    /// The platform's name for it.
    package var requestID: String
    package var sentAt: Instant
    /// How often it has been asked about.
    package var polls: Int
    /// In the order of the request: the platform names events by their position.
    package var deliveries: [Delivery]

    package init(number: Int64, requestID: String, sentAt: Instant, polls: Int = 0, deliveries: [Delivery]) {
        self.number = number
        self.requestID = requestID
        self.sentAt = sentAt
        self.polls = polls
        self.deliveries = deliveries
    }
}

/// Requests that are due to be asked about.
package struct Inquiries: Sendable {
    package var requests: [AwaitedRequest]
    /// When there is something to ask again, if these did not take everything that was due; `nil` when nothing is
    /// awaited.
    package var nextDue: Instant?

    package init(requests: [AwaitedRequest], nextDue: Instant?) {
        self.requests = requests
        self.nextDue = nextDue
    }
}

/// What asking about one request came to, ready to be written in one transaction.
package struct InquiryOutcome: Equatable, Sendable {
    package var request: Int64
    /// How often it had been asked about before. A second answer to the same question changes nothing.
    package var polls: Int
    package var end: End

    package init(_ request: AwaitedRequest, _ end: End) {
        self.request = request.number
        polls = request.polls
        self.end = end
    }

    package enum End: Equatable, Sendable {
        case askAgain(at: Instant)
        /// It is known what became of each event.
        case settled([Settlement])
        /// Nobody will ever say: the deliveries stay `sent`, under this receipt.
        case unconfirmed(Receipt)
    }
}

/// When a request is asked about (google-ads.md, section 6).
///
///     polls made   0            1             2             …
///     wait         first        first × 1.3   first × 1.69  …   at most an hour
///
/// After a day of answers without a verdict the last poll has been made. Polls that got no answer at all say nothing
/// about the request, so an outage or a token that has run out is given a week.
package enum PollSchedule {
    package static let factor = 1.3
    package static let longestWait: Duration = .hours(1)
    package static let total: Duration = .hours(24)
    package static let totalUnanswered: Duration = .days(7)
    /// Requests of lanes that ask nothing (paused, held, no longer configured) are given up after so long, because
    /// their leads' personal data is kept meanwhile.
    package static let totalUnasked: Duration = .days(30)

    /// How long after the request, or after the last of some polls, the next one is made.
    package static func wait(afterPolls polls: Int, first: Duration) -> Duration {
        var wait = first
        for _ in 0..<polls where wait < longestWait { wait = wait * factor }
        return polls == 0 ? first : min(wait, longestWait)
    }

    /// When to ask again; `nil` if this was the last time. `polls` counts the one just made.
    package static func due(afterPolls polls: Int, sentAt: Instant, first: Duration, isAnswered: Bool, now: Instant)
        -> Instant?
    {
        let end = sentAt + (isAnswered ? total : totalUnanswered)
        guard now < end else { return nil }
        return min(now + wait(afterPolls: polls, first: first), end)
    }
}
