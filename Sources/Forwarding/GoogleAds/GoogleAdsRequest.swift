package import Curl
import Crypto
package import Domain

extension GoogleAds {
    package func encode(_ outgoing: EncodedLead, at now: Instant) -> Encoded {
        let event = outgoing.event
        if let reason = destination.reasonToSkip(event, country: outgoing.country, kind: outgoing.kind, at: now) {
            return .skip(reason)
        }
        guard let action = destination.platformEvent(for: event, kind: outgoing.kind) else { return .skip(.notMapped) }
        let policy = destination.consent.action(for: event.consent)
        let transactionID = Self.transactionID(outgoing.eventID)
        let client = event.client.told(by: destination.visitor)
        var body: [UInt8] = []
        body.reserveCapacity(1024)
        body.raw("{")
        body.member("transactionId", transactionID)
        body.member("eventTimestamp", outgoing.happenedAt.rfc3339)
        body.raw(event.isFromCRM(outgoing.kind) ? #","eventSource":"OTHER""# : #","eventSource":"WEB""#)
        // Google knows no older clicks, and would refuse the whole event for one.
        let usesClick = destination.usesClick(of: event, at: now)
        if usesClick { writeClick(outgoing, client, personal: policy == .send, to: &body) }
        if policy == .send {
            writePerson(event, country: outgoing.country, to: &body)
            Self.writeDevice(client, to: &body)
        }
        if let money = destination.money(for: event), let value = BodyNumber(money.value) {
            body.member("conversionValue", value)
            body.member("currency", money.currency)
        }
        Self.writeConsent(event.consent, to: &body)
        if policy == .send { writeVariables(outgoing, withBraid: usesClick, to: &body) }
        body.raw("}")
        return .event(Fragment(stream: action, key: transactionID, bytes: body.finished()))
    }

    /// Opaque and at most 64 characters: an id that is longer, or looks like an e-mail address, is replaced by its
    /// hash.
    static func transactionID(_ eventID: String) -> String {
        eventID.utf8.count <= 64 && !eventID.utf8.contains(UInt8(ascii: "@")) ? eventID : SHA256.hex(of: eventID)
    }

    private func writeClick(
        _ outgoing: EncodedLead, _ client: LeadEvent.Client, personal: Bool, to body: inout [UInt8]
    ) {
        let click = outgoing.event.click
        let hasSession = click.gadSource != nil || click.gadCampaignID != nil
        guard click.hasGoogleClick || click.googleLeadID != nil || hasSession else { return }
        body.raw(#","adIdentifiers":{"#)
        if let gclid = click.gclid { body.member("gclid", gclid) }
        // One of the two at most: they stand for the same click, seen by the web or by an app.
        if let gbraid = click.gbraid {
            body.member("gbraid", gbraid)
        } else if let wbraid = click.wbraid {
            body.member("wbraid", wbraid)
        }
        if let id = click.googleLeadID { body.member("leadId", id) }
        if hasSession {
            body.member("sessionAttributes", GoogleSession(outgoing, client, personal: personal).encoded)
        }
        body.raw("}")
    }

    /// Each identifier is an object of its own.
    private func writePerson(_ event: LeadEvent, country: String?, to body: inout [UInt8]) {
        let email = event.person.email.flatMap(GoogleFields.email)
        let phone = event.googlePhone(country)
        let address = GoogleAddress(event.person)
        guard email != nil || phone != nil || address != nil else { return }
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
            Self.write(address, to: &body)
        }
        body.raw("]}")
    }

    private static func write(_ address: GoogleAddress, to body: inout [UInt8]) {
        body.raw(#"{"address":{"givenName":"#)
        body.hash(address.givenName)
        body.raw(#","familyName":"#)
        body.hash(address.familyName)
        body.member("regionCode", address.region)
        body.member("postalCode", address.postalCode)
        body.raw("}}")
    }

    /// Google ignores them beside a braid, and says so of each.
    private func writeVariables(_ outgoing: EncodedLead, withBraid: Bool, to body: inout [UInt8]) {
        let click = outgoing.event.click
        guard !withBraid || click.gbraid == nil && click.wbraid == nil else { return }
        let variables = outgoing.customFields(google.customVariables)
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
        return destination.transfer(
            "POST", "\(google.endpoint)/v1/events:ingest",
            fields: [("Content-Type", "application/json"), ("Authorization", "Bearer \(token ?? "")")],
            body: body.finished())
    }
}
