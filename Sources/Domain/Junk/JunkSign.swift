/// Why an event looks like junk. The raw value is what is stored, counted and shown.
package enum JunkSign: String, CaseIterable, Sendable {
    case honeypot
    case fillTime = "fill_time"
    case throwAwayDomain = "throw_away_domain"
    /// The widget's provider says that it was no person, or its token is missing.
    case turnstile, hcaptcha, recaptcha

    package var words: String {
        switch self {
        case .honeypot: "a field that people do not see was filled in"
        case .fillTime: "it was filled in faster than people are"
        case .throwAwayDomain: "its e-mail address is one to throw away"
        case .turnstile: "Turnstile does not vouch for its visitor"
        case .hcaptcha: "hCaptcha does not vouch for its visitor"
        case .recaptcha: "reCAPTCHA does not vouch for its visitor"
        }
    }

    /// The field that shows it.
    package var pointer: String {
        switch self {
        case .honeypot, .fillTime, .turnstile, .hcaptcha, .recaptcha: "/signals/\(rawValue)"
        case .throwAwayDomain: "/person/email"
        }
    }

    package init(_ provider: TokenProvider) {
        self =
            switch provider {
            case .turnstile: .turnstile
            case .hcaptcha: .hcaptcha
            case .recaptcha: .recaptcha
            }
    }

    package var defect: Defect { Defect(.junk, at: pointer, words.prefix(1).uppercased() + words.dropFirst() + ".") }

    /// The sign behind a defect.
    package init?(_ defect: Defect) {
        guard defect.code == .junk, let sign = Self.allCases.first(where: { $0.pointer == defect.pointer }) else {
            return nil
        }
        self = sign
    }
}

/// What a provider said about a token.
package enum TokenVerdict: Equatable, Sendable {
    case person
    case program
    /// It could not be asked in time, or does not say: no sign of anything.
    case unknown
}

extension JunkSettings {
    /// Everything about an event that looks like junk. `verdicts` are the providers' words on its tokens, as far as
    /// they were asked.
    package func signs(of event: LeadEvent, verdicts: [TokenProvider: TokenVerdict] = [:]) -> [JunkSign] {
        if isOff { return [] }
        var signs: [JunkSign] = []
        if let signals = event.signals {
            if signals.isHoneypotFilled { signs.append(.honeypot) }
            if let time = signals.fillTime, time < minimumTime { signs.append(.fillTime) }
        }
        if let domains, let email = event.person.email, domains.contains(domainOf: email) {
            signs.append(.throwAwayDomain)
        }
        if checks.isEmpty { return signs }
        let tokens = event.signals?.tokens ?? []
        let asked = checks.filter { check in tokens.contains { $0.provider == check.provider } }
        // A form that has several widgets on different pages sends one token.
        if asked.isEmpty { signs.append(JunkSign(checks[0].provider)) }
        for check in asked where verdicts[check.provider] == .program { signs.append(JunkSign(check.provider)) }
        return signs
    }

    /// The event's tokens that are to be asked about.
    package func tokens(of event: LeadEvent) -> [(check: TokenCheck, token: String)] {
        if isOff || checks.isEmpty { return [] }
        return (event.signals?.tokens ?? []).compactMap { token in
            checks.first { $0.provider == token.provider }.map { ($0, token.text) }
        }
    }
}
