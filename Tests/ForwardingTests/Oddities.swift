import TestSupport

/// The rows of the two tables of known quirks (google-ads.md, section 12; meta-ads.md, section 10), and what shows that
/// the relay has an answer to each.
struct Oddity {
    enum Proof {
        /// A file of `Tests/Scenarios`.
        case scenario(String)
        /// A test elsewhere, by its sentence: the oddity does not show in an answer, but in what we send or take.
        case test(String)
        /// Nothing that a program could get wrong on the wire, and why.
        case outside(String)
    }

    let words: String
    let proofs: [Proof]

    init(_ words: String, _ proofs: Proof...) {
        self.words = words
        self.proofs = proofs
    }

    static var all: [Oddity] { google + meta + general }

    static let google = [
        Oddity("HTTP 200 taken as converted", .scenario("google-accepted-is-not-converted")),
        Oddity(
            "a repeat after a lost reply is answered as a duplicate", .scenario("google-lost-reply"),
            .scenario("google-upload-lost-reply")),
        Oddity(
            "failures mapped to the wrong rows", .scenario("google-one-bad-event"), .scenario("google-upload-rows"),
            .scenario("google-upload-old-click")),
        Oddity("the status message holds only the first row's error", .scenario("google-reasons-in-details")),
        Oddity("the time zone stripped instead of converted", .test("tells everything it may")),
        Oddity("the processing time sent instead of the event's", .test("does not come from the future")),
        Oddity("an account id pasted with dashes", .test("names every mistake with its place")),
        Oddity("a manager id of which the credential is no user", .scenario("google-not-user-of-login-account")),
        Oddity("an access path in the headers is ignored", .test("carries account, action, encoding and token")),
        Oddity(
            "a token minted before the scope was added", .scenario("google-scope-insufficient"),
            .test("that nobody gives any more needs a person")),
        Oddity(
            "an OAuth app in testing", .scenario("google-refresh-token-ended"),
            .test("of an app in testing comes with a warning, once a day")),
        Oddity("a gclid that was cut or lower-cased", .test("tells everything it may")),
        Oddity(
            "a gclid invented by tests", .scenario("google-invented-gclid"),
            .scenario("google-click-of-another-account")),
        Oddity(
            "validateOnly read as proof of delivery", .test("keeps nothing of a request that is only to be validated")),
        Oddity("consent left out", .scenario("google-unknown-consent"), .scenario("google-no-consent")),
        Oddity("terms not accepted", .scenario("google-terms-not-signed")),
        Oddity("one bad event kills the batch", .scenario("google-one-bad-event")),
        Oddity("a name without its prefix", .scenario("google-name-without-reason")),
        Oddity("a service newer than its package", .scenario("google-newer-than-we")),
        Oddity("numbers as texts", .scenario("google-numbers-as-text")),
        Oddity(
            "conversions show late in Google's own pages",
            .outside("the relay looks at receipts and statuses only, never at the reports")),
    ]

    static let meta = [
        Oddity(
            "one old event kills the batch", .scenario("meta-one-bad-event"), .scenario("meta-old-events-are-not-sent")
        ),
        Oddity("milliseconds in event_time", .test("tells everything it may"), .test("does not come from the future")),
        Oddity("fbc made with the sending time", .test("are built by the rules")),
        Oddity(
            "a stale or malformed fbclid", .test("are built by the rules"), .scenario("meta-malformed-fbc")),
        Oddity(
            "the relay's own address sent as the visitor's",
            .test("knows the visitor of a page by the connection, but never a server")),
        Oddity("a test code left on", .test("carries a test code until its end, and not any more")),
        Oddity("a 200 with fewer events received", .scenario("meta-fewer-events-received")),
        Oddity("hashed before it came", .test("for Meta passes every vector on which its tools agree")),
        Oddity(
            "phone numbers with leading zeros",
            .test("differs from the official tools exactly where the table says so, with a reason")),
        Oddity("an appendix to addresses of pages", .test("tells everything it may")),
        Oddity(
            "late retries count twice", .scenario("meta-drop-after-receipt"), .scenario("meta-lost-reply")),
        Oddity("lead_id loses digits as a float", .test("of a lead from one of Meta's forms is one of the CRM")),
        Oddity("value without currency", .test("takes value and currency together or not at all")),
        Oddity(
            "errors repeat what was sent", .scenario("meta-echoes-values"), .test("shows no personal data in a receipt")
        ),
    ]

    /// What any server may do.
    static let general = [
        Oddity("an error with status 200", .scenario("meta-200-with-error")),
        Oddity("no record indices", .scenario("google-no-record-indices")),
        Oddity("PROCESSING for ever", .scenario("google-processing-for-ever")),
        Oddity(
            "a token refused in spite of its date", .scenario("google-token-refused"), .scenario("meta-token-expired")),
        Oddity("throttling", .scenario("google-throttled"), .scenario("meta-throttled")),
        Oddity(
            "a bad line", .scenario("meta-slow-body"), .scenario("meta-truncated"), .scenario("meta-unreachable"),
            .scenario("webhook-gone-for-an-hour")),
        Oddity(
            "nonsense", .scenario("meta-random-bytes"), .scenario("meta-endless-answer"), .scenario("meta-redirect"),
            .scenario("meta-unknown-code")),
    ]
}

/// The sentences that name the tests of this repository.
struct TestSentences {
    private let known: Set<String>

    init() {
        var known: Set<String> = []
        for path in Files.matching("Tests/*Tests/*.swift") + Files.matching("Tests/*Tests/*/*.swift") {
            let text = String(decoding: Files.contents(of: path) ?? [], as: UTF8.self)
            for part in text.split(separator: "func `").dropFirst() {
                known.insert(String(part.prefix { $0 != "`" }))
            }
        }
        self.known = known
    }

    func contains(_ sentence: String) -> Bool { known.contains(sentence) }
}
