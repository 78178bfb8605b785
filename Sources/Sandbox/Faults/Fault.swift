import Domain

/// Something that goes wrong on purpose.
package struct Fault: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Answers with `status` (500) and no explanation.
        case status
        /// Refuses with the platform's own `code`: an ErrorReason of Google, "code" or "code/subcode" of Meta, a status
        /// of a webhook.
        case errorCode = "error_code"
        /// Answers `latency_ms` later.
        case latency
        /// Closes the connection; nothing was received.
        case dropBefore = "drop_before"
        /// Receives, then closes the connection without an answer.
        case dropAfter = "drop_after"
        /// Some events of a request are bad: those that `events` picks, or else a share of `probability`, always the
        /// same ones. Google refuses the request and names them, Meta refuses it and does not.
        case partial
        /// Too many calls; says when to come back if `retry_after` (seconds) is given.
        case throttle
        /// The access token is not valid any more, from now on.
        case expiredToken = "expired_token"
        /// Receives, then sends half of the answer, and the rest `latency_ms` later.
        case slowBody = "slow_body"
        /// Receives, then answers 200 with something that is not JSON.
        case garbage
        /// Google takes the request and tells later, when asked for its status, that some events of it are bad for the
        /// reason `code`. They are picked as for `partial`.
        case processing
        /// The same, but without saying which events: as Google did before v1.9.
        case processingUnnamed = "processing_unnamed"
        /// Google says PROCESSING about the request for ever.
        case stuck
        /// Answers with `status` (200), `fields` and `body`; `receives` says whether the events count as received.
        case answer
        /// Answers as ever, with `fields` beside.
        case fields
        /// Receives everything, and says one event fewer than there were. Only Meta counts.
        case undercount
        /// Receives, then answers `status` (200) with bytes that mean nothing, others each time.
        case random
        /// Receives, then breaks off in the middle of the answer.
        case truncated
        /// Receives, then answers with more than anybody wants to read.
        case flood
    }

    /// Which events a fault is about: those that contain one of the given texts in the named place.
    package struct Events: Sendable, Equatable {
        package var id: String?
        /// gclid, gbraid, wbraid, fbc.
        package var click: String?
        /// The e-mail's hash.
        package var email: String?

        package init(id: String? = nil, click: String? = nil, email: String? = nil) {
            self.id = id
            self.click = click
            self.email = email
        }
    }

    /// `nil`: all.
    package var platform: Platform?
    package var kind: Kind
    package var status: Int?
    package var code: String?
    package var retryAfter: Int?
    package var latency: Duration
    package var probability: Double
    /// How often it strikes; `nil`: for ever.
    package var count: Int?
    /// It begins so long after it was switched on, and is over after `until`; `nil`: never.
    package var after: Duration = .zero
    package var until: Duration?
    /// So many requests that it is about are spared first.
    package var skip = 0
    /// Of an answer.
    package var fields: [Field] = []
    package var body: [UInt8]?
    package var receives = false

    package struct Field: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Whether it decides about the answer to a request, and no other fault does then.
    var decides: Bool { kind != .latency && kind != .fields && !isLate }
    /// Whether it shows only when somebody asks what became of a request.
    var isLate: Bool { kind == .processing || kind == .processingUnnamed || kind == .stuck }
    /// `nil`: whatever is in the request.
    package var events: Events?

    package init(
        _ kind: Kind, on platform: Platform? = nil, status: Int? = nil, code: String? = nil, retryAfter: Int? = nil,
        latency: Duration = .milliseconds(500), probability: Double = 1, count: Int? = nil, events: Events? = nil
    ) {
        self.platform = platform
        self.kind = kind
        self.status = status
        self.code = code
        self.retryAfter = retryAfter
        self.latency = latency
        self.probability = probability
        self.count = count
        self.events = events
    }
}

extension Fault {
    /// Nobody complains of a click id or a custom variable that an event does not have.
    func canBeAbout(_ event: ReceivedEvent) -> Bool {
        guard let code else { return true }
        if ["GCLID", "BRAID", "CLICK", "AD_IDENTIFIER", "EXPIRED_EVENT"].contains(where: code.contains) {
            return !event.clicks.isEmpty
        }
        if code.contains("CUSTOM_VARIABLE"), !code.contains("NOT_") { return event.json["customVariables"] != nil }
        return true
    }
}

extension Fault.Events {
    func pick(_ event: ReceivedEvent) -> Bool {
        if let id, event.id.contains(id) { return true }
        if let click, event.clicks.contains(where: { $0.contains(click) }) { return true }
        if let email, event.emails.contains(where: { $0.contains(email) }) { return true }
        return false
    }
}
