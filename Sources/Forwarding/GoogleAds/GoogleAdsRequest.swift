package import Curl
import Crypto
package import Domain

extension GoogleAds {
    package func encode(_ outgoing: Outgoing) -> Encoded {
        let event = outgoing.event
        if let reason = destination.reasonToSkip(event, country: outgoing.country) { return .skip(reason) }
        guard let action = destination.platformEvent(for: event.event) else { return .skip(.notMapped) }
        let policy = destination.consent.action(for: event.consent)
        let transactionID = Self.transactionID(outgoing.eventID)
        var body: [UInt8] = []
        body.reserveCapacity(1024)
        body.raw("{")
        body.member("transactionId", transactionID)
        body.member("eventTimestamp", outgoing.happenedAt.rfc3339)
        body.raw(#","eventSource":"WEB""#)
        var hasIdentifier = Self.writeClick(event.click, to: &body)
        if policy == .send {
            if writePerson(event, country: outgoing.country, to: &body) { hasIdentifier = true }
            Self.writeDevice(event.client, to: &body)
        }
        guard hasIdentifier else { return .skip(.noIdentifier) }
        if let money = destination.money(for: event) {
            body.key("conversionValue")
            body.raw(money.value)
            body.member("currency", money.currency)
        }
        Self.writeConsent(event.consent, to: &body)
        if policy == .send { writeVariables(event, to: &body) }
        body.raw("}")
        return .event(Fragment(stream: action, key: transactionID, bytes: body))
    }

    /// Opaque and at most 64 characters: an id that is longer, or looks like an e-mail address, is replaced by its hash.
    static func transactionID(_ eventID: String) -> String {
        eventID.utf8.count <= 64 && !eventID.utf8.contains(UInt8(ascii: "@")) ? eventID : SHA256.hex(of: eventID)
    }

    private static func writeClick(_ click: LeadEvent.Click, to body: inout [UInt8]) -> Bool {
        guard click.hasGoogleClick else { return false }
        body.raw(#","adIdentifiers":{"#)
        if let gclid = click.gclid { body.member("gclid", gclid) }
        // One of the two at most: they stand for the same click, seen by the web or by an app.
        if let gbraid = click.gbraid {
            body.member("gbraid", gbraid)
        } else if let wbraid = click.wbraid {
            body.member("wbraid", wbraid)
        }
        body.raw("}")
        return true
    }

    /// Each identifier is an object of its own. Answers whether there is an e-mail address or phone number among them.
    private func writePerson(_ event: LeadEvent, country: String?, to body: inout [UInt8]) -> Bool {
        let email = event.person.email.flatMap(GoogleFields.email)
        let phone = event.googlePhone(country)
        guard email != nil || phone != nil || event.click.hasGoogleClick else { return false }
        let address = Address(event.person)
        guard email != nil || phone != nil || address != nil else { return false }
        body.raw(#","userData":{"userIdentifiers":["#)
        if let email {
            body.comma()
            body.raw(#"{"emailAddress":"#)
            body.hash(email)
            body.raw("}")
        }
        if let phone {
            body.comma()
            body.raw(#"{"phoneNumber":"#)
            body.hash(phone)
            body.raw("}")
        }
        if let address {
            body.comma()
            address.write(to: &body)
        }
        body.raw("]}")
        return email != nil || phone != nil
    }

    /// Taken only with all four parts.
    private struct Address {
        var givenName: NormalizedText
        var familyName: NormalizedText
        var region: String
        var postalCode: String

        init?(_ person: LeadEvent.Person) {
            guard let given = person.firstName.flatMap(GoogleFields.name),
                let family = person.lastName.flatMap(GoogleFields.name),
                let region = person.country.flatMap(GoogleFields.region),
                let postalCode = person.postalCode.flatMap(GoogleFields.postalCode)
            else { return nil }
            givenName = given
            familyName = family
            self.region = region
            self.postalCode = postalCode
        }

        func write(to body: inout [UInt8]) {
            body.raw(#"{"address":{"givenName":"#)
            body.hash(givenName)
            body.raw(#","familyName":"#)
            body.hash(familyName)
            body.member("regionCode", region)
            body.member("postalCode", postalCode)
            body.raw("}}")
        }
    }

    /// Google ignores them beside a braid, and says so of each.
    private func writeVariables(_ event: LeadEvent, to body: inout [UInt8]) {
        guard event.click.gbraid == nil, event.click.wbraid == nil else { return }
        let variables = event.customFields(google.customVariables)
        guard !variables.isEmpty else { return }
        body.raw(#","customVariables":["#)
        for (name, value) in variables {
            body.comma()
            body.raw("{")
            body.member("variable", name)
            body.member("value", value)
            body.raw("}")
        }
        body.raw("]")
    }

    private static func writeDevice(_ client: LeadEvent.Client, to body: inout [UInt8]) {
        guard client.ip != nil || client.userAgent != nil else { return }
        body.raw(#","eventDeviceInfo":{"#)
        if let ip = client.ip { body.member("ipAddress", ip) }
        if let userAgent = client.userAgent { body.member("userAgent", userAgent) }
        body.raw("}")
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
        case .granted: "CONSENT_GRANTED"
        case .denied: "CONSENT_DENIED"
        }
    }

    package func transfer(_ fragments: [Fragment], token: String?, at now: Instant) -> Transfer {
        var body: [UInt8] = []
        body.reserveCapacity(512 + fragments.reduce(0) { $0 + $1.bytes.count + 1 })
        body.raw(#"{"destinations":[{"operatingAccount":{"accountType":"GOOGLE_ADS""#)
        body.member("accountId", google.account)
        body.raw("}")
        if let login = google.loginAccount {
            body.raw(#","loginAccount":{"accountType":"GOOGLE_ADS""#)
            body.member("accountId", login)
            body.raw("}")
        }
        body.member("productDestinationId", fragments.first?.stream ?? "")
        body.raw(#"}],"encoding":"HEX","events":["#)
        for fragment in fragments {
            body.comma()
            body.append(contentsOf: fragment.bytes)
        }
        body.raw("]}")
        var transfer = Transfer(
            "POST", "\(google.endpoint)/v1/events:ingest",
            fields: [("Content-Type", "application/json"), ("Authorization", "Bearer \(token ?? "")")], body: body)
        transfer.connectTimeout = destination.pace.connectTimeout
        transfer.totalTimeout = destination.pace.totalTimeout
        return transfer
    }

    package func masked(_ transfer: Transfer) -> Transfer { transfer.withoutBearer }
}

extension Transfer {
    /// With the access token masked.
    var withoutBearer: Transfer {
        var transfer = self
        transfer.fields = fields.map { $0.name == "Authorization" ? ($0.name, "Bearer ***") : $0 }
        return transfer
    }
}
