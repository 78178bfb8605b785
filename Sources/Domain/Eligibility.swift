/// Whether a lead is owed to a destination at all, from when, and until when. Decided once, when the lead is validated.
///
///     in this order              decision
///     the lead is a test         skip `test`
///     other client/group/source  skip `filtered`
///     event without a mapping    skip `not_mapped`
///     consent says no            skip `consent_denied`, `consent_unspecified`
///     nothing to match it by     skip `no_identifier`
///     a purchase without value   skip `no_value`
///     the window has closed      skip `too_old`
///     otherwise                  open from `notBefore` until `expires`
package enum SkipReason: String, CaseIterable, Sendable {
    case test
    case filtered
    case notMapped = "not_mapped"
    case consentDenied = "consent_denied"
    /// The form did not say, and the destination's policy wants to know.
    case consentUnspecified = "consent_unspecified"
    case noIdentifier = "no_identifier"
    /// The platform takes no event of this name without a value.
    case noValue = "no_value"
    case tooOld = "too_old"
    /// A later post of the same lead goes out in its place.
    case superseded
    /// It says that a value has changed, which the platform does not take.
    case notAdjustable = "not_adjustable"
}

extension Route.Decision {
    package static func skip(_ reason: SkipReason) -> Self { .skip(reason: reason.rawValue) }
}

extension Destination {
    /// What a new lead means for this destination. `country` is the source's, for national phone numbers.
    package func route(for event: LeadEvent, dimension: Dimension, country: String?, now: Instant) -> Route {
        Route(name, decision(on: event, dimension: dimension, country: country, now: now))
    }

    package func decision(on event: LeadEvent, dimension: Dimension, country: String?, now: Instant) -> Route.Decision {
        if event.isTest { return .skip(.test) }
        guard accepts(dimension) else { return .skip(.filtered) }
        if let reason = reasonToSkip(event, country: country) { return .skip(reason) }
        let window = window(for: event, now: now)
        guard window.expires > now else { return .skip(.tooOld) }
        return .open(notBefore: max(window.notBefore, now), expires: window.expires)
    }

    /// Whether the destination takes leads of this client, group and source.
    private func accepts(_ dimension: Dimension) -> Bool {
        (client == nil || client == dimension.client) && (groups.isEmpty || groups.contains(dimension.group))
            && (sources.isEmpty || sources.contains(dimension.source))
    }

    /// What the event itself says against sending it; asked again at sending, since the configuration may have changed.
    package func reasonToSkip(_ event: LeadEvent, country: String?) -> SkipReason? {
        guard platformEvent(for: event.event) != nil else { return .notMapped }
        let action = consent.action(for: event.consent)
        if action == .skip { return event.consent.adUserData == .denied ? .consentDenied : .consentUnspecified }
        let hasIdentifier =
            switch platform {
            case .googleAds: event.hasIdentifierForGoogle(personal: action == .send, country: country)
            case .metaAds: event.hasIdentifierForMeta(personal: action == .send, country: country)
            // Nothing is matched there.
            case .webhook: true
            }
        guard hasIdentifier, required.allSatisfy({ event.has($0, for: platform, personal: action == .send, country) })
        else { return .noIdentifier }
        // One event without would fail its whole request.
        if case .metaAds = platform, platformEvent(for: event.event) == "Purchase", money(for: event) == nil {
            return .noValue
        }
        return nil
    }

    /// The platform's name for one of our events: a conversion action's id, an event name; `nil` if there is no mapping.
    package func platformEvent(for event: String) -> String? {
        switch platform {
        case .googleAds(let google): google.conversionActions[event] ?? google.conversionActions["*"]
        case .metaAds(let meta): meta.eventNames[event] ?? meta.eventNames["*"]
        case .webhook(let webhook): webhook.events.isEmpty || webhook.events.contains(event) ? event : nil
        }
    }

    /// From when and until when the platform takes the event.
    private func window(for event: LeadEvent, now: Instant) -> (notBefore: Instant, expires: Instant) {
        switch platform {
        case .googleAds(let google):
            guard event.click.hasGoogleClick else {
                return (event.occurredAt, event.occurredAt + GoogleAds.longestAge - GoogleAds.margin)
            }
            return (event.clickedAt + google.clickAge, event.clickedAt + GoogleAds.longestClickAge - GoogleAds.margin)
        case .metaAds:
            return (event.occurredAt, event.occurredAt + MetaAds.longestAge - MetaAds.margin)
        case .webhook:
            // It takes a lead of any age; only our patience with it ends.
            return (now, now + Webhook.patience)
        }
    }
}

extension Destination.GoogleAds {
    /// A click may be this old, if the conversion action allows as much as Google does.
    package static let longestClickAge: Duration = .days(90)
    /// A lead that is matched by e-mail or phone only.
    package static let longestAge: Duration = .days(63)
    /// So that a request made just before the end is not judged after it.
    package static let margin: Duration = .hours(1)
}

extension Destination.MetaAds {
    /// One older event fails the whole request.
    package static let longestAge: Duration = .days(7)
    package static let margin: Duration = .minutes(10)
    /// Meta drops a repeated event for so long; what comes later counts twice.
    package static let deduplication: Duration = .hours(48)
}

extension Destination.Webhook {
    /// How long a lead is offered again and again to a receiver that does not take it.
    package static let patience: Duration = .days(30)
}

extension Destination.ConsentPolicy {
    package func action(for consent: LeadEvent.Consent) -> Action {
        switch consent.adUserData {
        case .granted: granted
        case .denied: denied
        case nil: unspecified
        }
    }
}

extension LeadEvent.Click {
    package var hasGoogleClick: Bool { gclid != nil || gbraid != nil || wbraid != nil }
}

extension LeadEvent {
    /// When the visitor clicked, as well as we know: the landing, else the event. Never after the event.
    package var clickedAt: Instant { min(click.landedAt ?? occurredAt, occurredAt) }

    /// The phone number as E.164; `country` is the source's and steps in for the person's.
    package func phoneNumber(country: String?) -> String? {
        person.phone.flatMap { PhoneNumber.e164($0, country: person.country ?? country) }
    }

    /// The documents disagree on what is enough (google-ads.md, section 4.3); a click id or an e-mail address or phone number is.
    fileprivate func hasIdentifierForGoogle(personal: Bool, country: String?) -> Bool {
        if click.hasGoogleClick { return true }
        guard personal else { return false }
        return person.email.flatMap(GoogleFields.email) != nil
            || person.phone.flatMap { _ in googlePhone(country) } != nil
    }

    fileprivate func has(
        _ identifier: Destination.Identifier, for platform: Destination.Platform, personal: Bool, _ country: String?
    ) -> Bool {
        switch (identifier, platform) {
        case (.clickID, .googleAds): click.hasGoogleClick
        case (.clickID, .metaAds): MetaBrowserID.fbc(for: self) != nil || click.metaLeadID != nil
        case (.clickID, .webhook): true
        case (.email, .googleAds): personal && person.email.flatMap(GoogleFields.email) != nil
        case (.email, _): personal && person.email.flatMap { MetaFields.normalized(.em, $0) } != nil
        case (.phone, .googleAds): personal && googlePhone(country) != nil
        case (.phone, _): personal && metaPhone(country) != nil
        }
    }

    /// What Google is told as the phone number, still to be hashed.
    package func googlePhone(_ country: String?) -> NormalizedText? {
        guard let phone = person.phone else { return nil }
        if let number = phoneNumber(country: country) { return .clear(number) }
        return GoogleFields.phone(phone)
    }

    /// What Meta is told as the phone number, still to be hashed: E.164 without `+` where that can be told, otherwise the digits.
    package func metaPhone(_ country: String?) -> NormalizedText? {
        guard let phone = person.phone else { return nil }
        if let number = phoneNumber(country: country) { return .clear(String(number.dropFirst())) }
        return MetaFields.normalized(.ph, phone)
    }

    /// A place, a name or a device's kind alone is refused (subcode 2804050).
    fileprivate func hasIdentifierForMeta(personal: Bool, country: String?) -> Bool {
        if click.metaLeadID != nil || MetaBrowserID.fbc(for: self) != nil || MetaBrowserID.fbp(for: self) != nil {
            return true
        }
        guard personal else { return false }
        return person.email.flatMap { MetaFields.normalized(.em, $0) } != nil || metaPhone(country) != nil
            || person.externalID != nil || (client.ip != nil && client.userAgent != nil)
    }
}
