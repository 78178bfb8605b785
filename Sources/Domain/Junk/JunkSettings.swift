/// How a source's junk is told, and what becomes of it.
package struct JunkSettings: Sendable, Equatable {
    package var action = Action.mark
    /// The name of the form's field that people do not see; besides it `signals.honeypot` counts.
    package var honeypot: String?
    /// Nobody fills a form in faster. Judged only where the form says how long it took.
    package var minimumTime: Duration = .seconds(3)
    package var checks: [TokenCheck] = []
    /// `nil`: addresses are not looked at.
    package var domains: ThrowAwayDomains? = .builtIn
    /// Nothing is judged at all.
    package var isOff = false

    package init() {}

    /// For what a person has decided about, and for the relay's own test leads.
    package static let off = {
        var settings = JunkSettings()
        settings.isOff = true
        return settings
    }()

    package enum Action: String, Sendable, CaseIterable {
        /// The lead goes where it would go, and is shown as what it looks like.
        case mark
        /// Somebody decides: it waits in quarantine.
        case hold
        /// It is given up, and its bytes stay until history goes.
        case discard
    }

    /// A provider that a token of the form is checked with.
    package struct TokenCheck: Sendable, Equatable {
        package var provider: TokenProvider
        package var secret: Secret
        package var endpoint: String
        /// reCAPTCHA v3 gives a score from 0 (a program) to 1; below this it is a sign. Without a score only its yes or
        /// no counts.
        package var minimumScore: Double
        package init(_ provider: TokenProvider, secret: Secret, endpoint: String? = nil, minimumScore: Double = 0.5) {
            self.provider = provider
            self.secret = secret
            self.endpoint = endpoint ?? provider.endpoint
            self.minimumScore = minimumScore
        }
    }
}
