package import Curl
package import Domain

extension GoogleAdsUpload {
    package func encode(_ outgoing: EncodedLead, at now: Instant) -> Encoded {
        let event = outgoing.event
        if let reason = destination.reasonToSkip(event, country: outgoing.country, kind: outgoing.kind, at: now) {
            return .skip(reason)
        }
        guard let action = destination.platformEvent(for: event, kind: outgoing.kind) else { return .skip(.notMapped) }
        let isPersonal = destination.consent.action(for: event.consent) == .send
        let orderID = GoogleAds.transactionID(outgoing.eventID)
        var body: [UInt8] = []
        body.reserveCapacity(768)
        body.raw("{")
        body.member("conversionAction", "customers/\(google.account)/conversionActions/\(action)")
        let dateTime = Self.dateTime(outgoing.happenedAt)
        body.member("conversionDateTime", dateTime)
        body.member("orderId", orderID)
        body.raw(#","conversionEnvironment":"WEB""#)
        // Google knows no older clicks, and would refuse the whole row for one.
        let click = destination.usesClick(of: event, at: now) ? Self.click(event.click) : nil
        if let click { body.member(click.name, click.value) }
        if isPersonal { Self.writePerson(event, country: outgoing.country, to: &body) }
        if let money = destination.money(for: event), let value = BodyNumber(money.value) {
            body.member("conversionValue", value)
            body.member("currencyCode", money.currency)
        }
        Self.writeConsent(event.consent, to: &body)
        // A row with a braid takes none.
        if isPersonal, click == nil || click?.isWeb == true { writeVariables(outgoing, to: &body) }
        body.raw("}")
        // Of two conversions of one click and second in a request Google takes neither.
        let twin = click.map { "\(action) \($0.value) \(dateTime)" }
        return .event(Fragment(stream: "", key: orderID, otherKey: twin, bytes: body.finished()))
    }

    /// `2026-11-21 08:59:00+00:00`: seconds, because two conversions of one click are the same to Google when they are
    /// of one second.
    private static func dateTime(_ instant: Instant) -> String {
        let text = instant.rfc3339
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))+00:00"
    }

    /// One click id for each row: the web's own first; the other two stand for clicks that have none.
    private static func click(_ click: LeadEvent.Click) -> (name: BodyLiteral, value: String, isWeb: Bool)? {
        if let gclid = click.gclid { return ("gclid", gclid, true) }
        if let gbraid = click.gbraid { return ("gbraid", gbraid, false) }
        return click.wbraid.map { ("wbraid", $0, false) }
    }

    /// An upload takes the hashes of e-mail address and phone number, and nothing else about a person.
    private static func writePerson(_ event: LeadEvent, country: String?, to body: inout [UInt8]) {
        let both: [(BodyLiteral, NormalizedText?)] = [
            ("hashedEmail", event.person.email.flatMap(GoogleFields.email)),
            ("hashedPhoneNumber", event.googlePhone(country)),
        ]
        let identifiers = both.compactMap { name, text in text.map { (name, $0) } }
        guard !identifiers.isEmpty else { return }
        body.raw(#","userIdentifiers":["#)
        for (name, text) in identifiers {
            body.comma()
            body.raw(#"{"userIdentifierSource":"FIRST_PARTY""#)
            body.key(name)
            body.hash(text)
            body.raw("}")
        }
        body.raw("]")
    }

    private func writeVariables(_ outgoing: EncodedLead, to body: inout [UInt8]) {
        let variables = outgoing.customFields(google.customVariables)
        guard !variables.isEmpty else { return }
        body.raw(#","customVariables":["#)
        for (number, value) in variables {
            body.comma()
            body.raw("{")
            body.member(
                "conversionCustomVariable", "customers/\(google.account)/conversionCustomVariables/\(number)")
            body.member("value", value)
            body.raw("}")
        }
        body.raw("]")
    }

    private static func writeConsent(_ consent: LeadEvent.Consent, to body: inout [UInt8]) {
        guard consent.adUserData != nil || consent.adPersonalization != nil else { return }
        body.raw(#","consent":{"#)
        if let state = consent.adUserData { body.member("adUserData", name(state)) }
        if let state = consent.adPersonalization { body.member("adPersonalization", name(state)) }
        body.raw("}")
    }

    private static func name(_ state: LeadEvent.Consent.State) -> String {
        switch state {
        case .granted: "GRANTED"
        case .denied: "DENIED"
        }
    }

    package func transfer(_ fragments: [Fragment], token: String?, at now: Instant) -> Transfer {
        var body: [UInt8] = []
        body.reserveCapacity(64 + fragments.reduce(0) { $0 + $1.bytes.count + 1 })
        body.raw(#"{"conversions":["#)
        for fragment in fragments {
            body.comma()
            body.append(contentsOf: fragment.bytes)
        }
        body.raw(#"],"partialFailure":true}"#)
        var fields = [("Content-Type", "application/json"), ("Authorization", "Bearer \(token ?? "")")]
        if let login = google.loginAccount { fields.append(("login-customer-id", login)) }
        return destination.transfer(
            "POST", "\(google.endpoint)/\(version)/customers/\(google.account):uploadClickConversions",
            fields: fields.map { (name: $0, value: $1) }, body: body.finished())
    }
}
