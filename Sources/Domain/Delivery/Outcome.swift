/// What became of one delivery: a lead and the destination it is owed to. The list is closed.
package enum Outcome: String, CaseIterable, Sendable {
    /// The platform has it; a duplicate or "already exists" counts.
    case delivered
    /// The platform gave a receipt, its verdict comes later.
    case sent
    /// This lead will never be taken.
    case rejected
    /// The platform's window closed first.
    case expired
    /// Consent denied, no usable identifier, filtered, a test.
    case skipped
    /// The person was erased before it could be sent.
    case erased
}

/// What one attempt means for the delivery.
package enum Verdict: Equatable, Sendable {
    case delivered(Receipt)
    case sent(Receipt)
    case rejected(Receipt)
    /// Transient or throttled. `after` is the platform's own floor for the next attempt.
    case retry(Receipt, Cause, after: Duration?)
    /// A person must act: the lane pauses and keeps everything.
    case hold(Receipt)
    /// The answer says nothing about this one event: send again in a smaller batch, at once, without counting a
    /// failure.
    case isolate(Receipt)

    package var receipt: Receipt {
        switch self {
        case .delivered(let receipt), .sent(let receipt), .rejected(let receipt), .retry(let receipt, _, _),
            .hold(let receipt), .isolate(let receipt):
            receipt
        }
    }

    /// Why an attempt has to be repeated. Few and fixed: each is a metric label.
    package enum Cause: String, CaseIterable, Sendable {
        /// No connection, no name, no TLS: certainly not received.
        case unreachable
        /// Sent, but no answer that could be read: perhaps received.
        case unknown
        case throttled
        /// The platform said so in its own words: not now, nothing was stored.
        case transient
        /// It broke down without saying whether anything was stored.
        case platformFault = "platform_fault"
        /// A code nobody has classified yet.
        case unclassified
        /// The token had run out; a new one is being fetched.
        case credentials

        /// Whether the platform may have stored the event although we were not told so.
        package var isUncertain: Bool {
            switch self {
            case .unknown, .platformFault, .unclassified: true
            case .unreachable, .throttled, .transient, .credentials: false
            }
        }
    }
}

/// The platform's own words about an attempt, without personal data.
package struct Receipt: Hashable, Sendable {
    /// HTTP status; 0 if there was no answer.
    package var status: Int
    /// The platform's code, for example `INVALID_GCLID` or `100/2804003`; ours are in lower case.
    package var code: String
    /// The platform's text, redacted and cut to `maximumMessageLength`.
    package var message: String
    /// The platform's request or trace id.
    package var requestID: String

    package static let maximumMessageLength = 500

    package init(status: Int, code: String = "", message: String = "", requestID: String = "") {
        self.status = status
        self.code = code
        self.message = message
        self.requestID = requestID
    }
}
