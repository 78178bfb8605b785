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
///
/// Each identifier has a window of its own. When the click's has closed and the person's has not, the lead goes without
/// the click id.
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
    /// It gives an earlier event another value, and the platform cannot change one. The store says so, which knows that
    /// event.
    case notAdjustable = "not_adjustable"
}

extension Route.Decision {
    package static func skip(_ reason: SkipReason) -> Self { .skip(reason: reason.rawValue) }
}

extension Destination {
    /// What a new lead means for this destination. `country` is the source's, for national phone numbers, and so is
    /// `kind`.
    package func route(
        for event: LeadEvent, dimension: Dimension, country: String?, kind: Source.Kind = .web, now: Instant
    ) -> Route {
        Route(name, decision(on: event, dimension: dimension, country: country, kind: kind, now: now))
    }

    package func decision(
        on event: LeadEvent, dimension: Dimension, country: String?, kind: Source.Kind = .web, now: Instant
    ) -> Route.Decision {
        if event.isTest { return .skip(.test) }
        guard accepts(dimension) else { return .skip(.filtered) }
        if let reason = reasonToSkip(event, country: country, kind: kind, at: now) { return .skip(reason) }
        let window = window(for: event, country: country, now: now)
        guard window.expires > now else { return .skip(.tooOld) }
        return .open(notBefore: max(window.notBefore, now), expires: window.expires)
    }

    /// Whether the destination takes leads of this client, group and source.
    private func accepts(_ dimension: Dimension) -> Bool {
        (client == nil || client == dimension.client) && (groups.isEmpty || groups.contains(dimension.group))
            && (sources.isEmpty || sources.contains(dimension.source))
    }

    /// What the event itself says against sending it; asked again at sending, since the configuration may have changed.
    /// `now` decides whether its click ids are still good for anything; `nil`: they are.
    package func reasonToSkip(
        _ event: LeadEvent, country: String?, kind: Source.Kind = .web, at now: Instant? = nil
    ) -> SkipReason? {
        guard let platformEvent = platformEvent(for: event, kind: kind) else { return .notMapped }
        let action = consent.action(for: event.consent)
        if action == .skip { return event.consent.adUserData == .denied ? .consentDenied : .consentUnspecified }
        guard isRecognisable(event, country, personal: action == .send, withClick: true) else { return .noIdentifier }
        // One event without would fail its whole request.
        if case .metaAds = platform, platformEvent == "Purchase", money(for: event) == nil { return .noValue }
        if let now, !usesClick(of: event, at: now),
            !isRecognisable(event, country, personal: action == .send, withClick: false)
        {
            return .tooOld
        }
        return nil
    }

    /// Whether it has what the platform, and the configuration, want to know about the person.
    private func isRecognisable(_ event: LeadEvent, _ country: String?, personal: Bool, withClick: Bool) -> Bool {
        let hasIdentifier =
            switch platform {
            case .googleAds(let google):
                withClick && event.click.hasGoogleIdentifier(for: google.transport)
                    || personal && event.hasPersonForGoogle(google.transport, country: country)
            case .metaAds:
                event.hasIdentifierForMeta(
                    personal: personal, country: country, visitor: visitor, withClick: withClick)
            // Nothing is matched there.
            case .webhook: true
            }
        return hasIdentifier
            && required.allSatisfy { event.has($0, for: platform, personal: personal, country, withClick: withClick) }
    }

    /// Whether an event that gives an earlier one another value means anything there. Google's Data Manager API takes
    /// an event with a known transaction id for an adjustment (guide "conversion adjustments"); Meta drops it as a
    /// duplicate, and an upload answers that the order id is in use.
    package var takesAdjustments: Bool {
        switch platform {
        case .googleAds(let google): google.transport == .dataManager
        case .metaAds: false
        case .webhook: true
        }
    }

    /// As `platformEvent(for:kind:)`, for an event of which only the name is known.
    package func platformEvent(named event: String, kind: Source.Kind) -> String? {
        platformEvent(for: LeadEvent(event: event, occurredAt: Instant(milliseconds: 0)), kind: kind)
    }

    /// The platform's name for one of our events: a conversion action's id, an event name; `nil` if there is no
    /// mapping.
    ///
    /// What a CRM says goes to Meta under its own name unless it is given another one: Conversion Leads wants every
    /// stage by its name (meta-ads.md, section 7), and `*` was meant for pages.
    package func platformEvent(for event: LeadEvent, kind: Source.Kind = .web) -> String? {
        switch platform {
        case .googleAds(let google): google.conversionActions[event.event] ?? google.conversionActions["*"]
        case .metaAds(let meta):
            meta.eventNames[event.event] ?? (event.isFromCRM(kind) ? event.event : meta.eventNames["*"])
        case .webhook(let webhook): webhook.events.isEmpty || webhook.events.contains(event.event) ? event.event : nil
        }
    }

    /// From when and until when the platform takes the event.
    private func window(
        for event: LeadEvent, country: String?, now: Instant
    ) -> (notBefore: Instant, expires: Instant) {
        switch platform {
        case .googleAds(let google):
            let person = event.occurredAt + GoogleAds.longestAge - GoogleAds.margin
            guard event.click.hasGoogleIdentifier(for: google.transport), usesClick(of: event, at: now) else {
                return (event.occurredAt, person)
            }
            let click = event.clickedAt + GoogleAds.longestClickAge - GoogleAds.margin
            let isPersonal = consent.action(for: event.consent) == .send
            let outlives = person > click && isRecognisable(event, country, personal: isPersonal, withClick: false)
            return (event.clickedAt + google.clickAge, outlives ? person : click)
        case .metaAds:
            return (event.occurredAt, event.occurredAt + MetaAds.longestAge - MetaAds.margin)
        case .webhook:
            // It takes a lead of any age; only our patience with it ends.
            return (now, now + Webhook.patience)
        }
    }

    /// Whether the event's click ids are young enough for the platform to know them.
    package func usesClick(of event: LeadEvent, at now: Instant) -> Bool {
        switch platform {
        case .googleAds: now < event.clickedAt + GoogleAds.longestClickAge - GoogleAds.margin
        case .metaAds: event.click.fbc == nil && event.click.fbclid == nil || event.hasMetaClick(at: now)
        case .webhook: true
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
    /// A click may be this old: so long does Meta's own cookie live, and nothing older is attributed.
    package static let longestClickAge: Duration = .days(90)
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

    /// A click, a lead of one of Google's own forms, or what is left of a click whose id was cut: the campaign and the
    /// kind of ad.
    fileprivate func hasGoogleIdentifier(for transport: Destination.GoogleAds.Transport) -> Bool {
        if hasGoogleClick { return true }
        return transport == .dataManager && (googleLeadID != nil || hasGoogleSession)
    }

    /// Enough of a session's attributes to stand for a click (Google Ads Help, "About session_attributes").
    package var hasGoogleSession: Bool { gadSource != nil && gadCampaignID != nil }

    /// The id of a lead from Meta's own forms as the number that it is. One that begins with zeros, or is nothing but
    /// zeros, was something else before it came here.
    package var metaLeadNumber: Int64? {
        guard let metaLeadID, let number = Int64(metaLeadID), number > 0 else { return nil }
        return number
    }
}

extension LeadEvent {
    /// When the visitor clicked, as well as we know: the landing, else the event. Never after the event.
    package var clickedAt: Instant { min(click.landedAt ?? occurredAt, occurredAt) }

    /// Whether a CRM says it of a lead that it has had before.
    package func isFromCRM(_ kind: Source.Kind) -> Bool { kind == .crm || click.metaLeadNumber != nil }

    /// Meta's click id, if the click is young enough at that moment. A cookie carries its own time.
    package func metaClick(at now: Instant) -> String? {
        hasMetaClick(at: now) ? MetaBrowserID.fbc(for: self) : nil
    }

    /// Whether there is one, without making it.
    fileprivate func hasMetaClick(at now: Instant) -> Bool {
        MetaBrowserID.clicked(by: self).map { now < $0 + Destination.MetaAds.longestClickAge } ?? false
    }

    /// The phone number as E.164; `country` is the source's and steps in for the person's.
    package func phoneNumber(country: String?) -> String? {
        person.phone.flatMap { PhoneNumber.e164($0, country: person.country ?? country) }
    }

    /// An e-mail address, a phone number, or a whole postal address, which the Data Manager API names beside them
    /// (google-ads.md, section 4.3).
    fileprivate func hasPersonForGoogle(_ transport: Destination.GoogleAds.Transport, country: String?) -> Bool {
        person.email.flatMap(GoogleFields.email) != nil || person.phone.flatMap { _ in googlePhone(country) } != nil
            || transport == .dataManager && GoogleAddress(person) != nil
    }

    fileprivate func has(
        _ identifier: Destination.Identifier, for platform: Destination.Platform, personal: Bool, _ country: String?,
        withClick: Bool
    ) -> Bool {
        switch (identifier, platform) {
        case (.clickID, .googleAds(let google)): withClick && click.hasGoogleIdentifier(for: google.transport)
        case (.clickID, .metaAds): withClick && MetaBrowserID.clicked(by: self) != nil || click.metaLeadNumber != nil
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

    /// What Meta is told as the phone number, still to be hashed: E.164 without `+` where that can be told, otherwise
    /// the digits.
    package func metaPhone(_ country: String?) -> NormalizedText? {
        guard let phone = person.phone else { return nil }
        if let number = phoneNumber(country: country) { return .clear(String(number.dropFirst())) }
        return MetaFields.normalized(.ph, phone)
    }

    /// A place, a name or a device's kind alone is refused (subcode 2804050).
    fileprivate func hasIdentifierForMeta(
        personal: Bool, country: String?, visitor: Destination.Visitor, withClick: Bool
    ) -> Bool {
        if click.metaLeadNumber != nil || withClick && MetaBrowserID.clicked(by: self) != nil
            || MetaBrowserID.fbp(for: self) != nil
        {
            return true
        }
        guard personal else { return false }
        return person.email.flatMap { MetaFields.normalized(.em, $0) } != nil || metaPhone(country) != nil
            || person.externalID != nil || client.told(by: visitor).isWhole || hasAddressForMeta
    }

    /// Both names with a place in a country. Meta refuses poorer combinations, such as a place or a name with a gender
    /// (best practices of the Conversions API, since v13.0).
    package var hasAddressForMeta: Bool {
        func has(_ field: MetaFields.Field, _ text: String?) -> Bool {
            text.flatMap { MetaFields.normalized(field, $0) } != nil
        }
        return has(.fn, person.firstName) && has(.ln, person.lastName) && has(.country, person.country)
            && (has(.zp, person.postalCode) || has(.ct, person.city))
    }
}

extension LeadEvent.Client {
    /// What an ad platform is told of it. An address that nobody can come from on the open internet is a proxy's, and
    /// says nothing about a visitor; IPv4 in the clothes of IPv6 is taken out of them.
    package func told(by visitor: Destination.Visitor) -> LeadEvent.Client {
        var client = LeadEvent.Client()
        if visitor.ip, let ip, IPAddress.isPublic(ip) { client.ip = IPAddress.unmapped(ip) }
        if visitor.userAgent { client.userAgent = userAgent }
        return client
    }

    fileprivate var isWhole: Bool { ip != nil && userAgent != nil }
}
