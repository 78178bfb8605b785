import Domain

/// What Meta's error codes mean (meta-ads.md, section 5). A code that is not listed is unclassified: retried, counted
/// and shown.
enum MetaCode {
    enum Meaning: Equatable, Sendable {
        /// A fault of some event in the request.
        case permanent
        case retry(Verdict.Cause, after: Duration?)
        /// Too many calls; how long to wait is in the headers, if anywhere.
        case throttled
        /// A person must act.
        case hold
    }

    static func meaning(code: Int64, subcode: Int64, message: String) -> Meaning? {
        if code == 100, subcode == 33 || message.contains("appsecret_proof") { return .hold }
        if let meaning = subcodes["\(code)/\(subcode)"] { return meaning }
        if let meaning = codes[code] { return meaning }
        switch code {
        case 200...299: return .hold
        case 80_000...80_014: return .throttled
        default: return nil
        }
    }

    static let codes: [Int64: Meaning] = [
        // Faults that the server admits; the event was not stored.
        1: .retry(.transient, after: .seconds(10)),
        2: .retry(.transient, after: .seconds(10)),
        5000: .retry(.transient, after: .seconds(10)),
        // Call limits: of the app, the user, the page, the ad account.
        4: .throttled,
        17: .throttled,
        32: .throttled,
        613: .throttled,
        341: .retry(.throttled, after: .hours(1)),
        368: .retry(.throttled, after: .hours(1)),
        // Capability, permission, session, token, version.
        3: .hold,
        10: .hold,
        102: .hold,
        190: .hold,
        // A call that does not exist any more; no token; an object that does not exist; a query without a token.
        12: .hold,
        104: .hold,
        803: .hold,
        2500: .hold,
        294: .hold,
        2635: .hold,
        // A parameter of the request: some event's.
        100: .permanent,
        105: .permanent,
    ]

    /// What is left out of an event that is refused for it, once.
    static let amendments: [String: Amendment] = ["100/2804001": .metaClick, "100/2804036": .metaLeadID]

    /// Faults of the dataset that come with the code of a faulty event.
    static let subcodes: [String: Meaning] = ["100/2804118": .hold, "100/2804132": .hold]
}
