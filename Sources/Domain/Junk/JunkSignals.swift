extension LeadEvent {
    /// What a form says about how it was filled in, rather than about the person. No platform is ever told of it.
    package struct Signals: Equatable, Sendable {
        /// A field that people do not see had something in it.
        package var isHoneypotFilled = false
        /// From the moment at which the form could be filled in to its sending.
        package var fillTime: Duration?
        /// What the page's widgets gave the form, to be asked about once. They are not kept with the event.
        package var tokens: [Token] = []

        package init() {}

        var isEmpty: Bool { self == Signals() }
    }

    /// One widget's word for its visitor.
    package struct Token: Equatable, Sendable {
        package var provider: TokenProvider
        package var text: String
        package init(_ provider: TokenProvider, _ text: String) {
            self.provider = provider
            self.text = text
        }
    }
}

/// Who tells people from programs by a widget on the page. The raw value is the name in events and in the
/// configuration.
package enum TokenProvider: String, CaseIterable, Sendable {
    case turnstile, hcaptcha, recaptcha

    /// What the widget calls its field in a form, by the providers' manuals.
    package var formField: String {
        switch self {
        case .turnstile: "cf-turnstile-response"
        case .hcaptcha: "h-captcha-response"
        case .recaptcha: "g-recaptcha-response"
        }
    }

    /// Where a token is asked about: a form post of `secret` and `response`.
    package var endpoint: String {
        switch self {
        case .turnstile: "https://challenges.cloudflare.com/turnstile/v0/siteverify"
        case .hcaptcha: "https://api.hcaptcha.com/siteverify"
        case .recaptcha: "https://www.google.com/recaptcha/api/siteverify"
        }
    }
}
