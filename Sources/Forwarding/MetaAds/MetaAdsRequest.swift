package import Curl
import Crypto
package import Domain

extension MetaAds {
    /// The sending platform's name, as Meta asks for it: lower case, at most 23 characters.
    static let partnerAgent = "leadrelay-1.0"

    package func encode(_ outgoing: EncodedLead, at now: Instant) -> Encoded {
        let event = outgoing.event
        if let reason = destination.reasonToSkip(event, country: outgoing.country, kind: outgoing.kind, at: now) {
            return .skip(reason)
        }
        guard let name = destination.platformEvent(for: event, kind: outgoing.kind) else { return .skip(.notMapped) }
        let policy = destination.consent.action(for: event.consent)
        let client = event.client.told(by: destination.visitor)
        let hasWords = event.page.url != nil || event.page.referrer != nil || event.person.externalID != nil
        let words = hasWords ? outgoing.personalWords : nil
        var body: [UInt8] = []
        body.reserveCapacity(1280)
        body.raw("{")
        body.member("event_name", name)
        body.member("event_time", BodyNumber(outgoing.happenedAt.seconds))
        body.member("event_id", outgoing.eventID)
        func withoutPersonalData(_ address: String?) -> String? {
            guard let address, let words else { return nil }
            return PageAddress.withoutPersonalData(address, of: words)
        }
        let page = withoutPersonalData(event.page.url)
        let isFromCRM = event.isFromCRM(outgoing.kind)
        // What became of a lead later: the CRM says so, not a page (meta-ads.md, section 7).
        if isFromCRM {
            body.raw(#","action_source":"system_generated""#)
        } else if let page, client.userAgent != nil {
            // A website event must show its page and its browser; without them it is an event all the same.
            body.raw(#","action_source":"website""#)
            body.member("event_source_url", page)
        } else {
            body.raw(#","action_source":"other""#)
            if let page { body.member("event_source_url", page) }
        }
        if let referrer = withoutPersonalData(event.page.referrer) { body.member("referrer_url", referrer) }
        // No personalisation: to be measured with, not to be shown ads by.
        if event.consent.adPersonalization == .denied { body.raw(#","opt_out":true"#) }
        if let limited = meta.limitedDataUse, limited.applies(to: event.consent) {
            body.raw(#","data_processing_options":["LDU"]"#)
            body.member("data_processing_options_country", BodyNumber(Int64(limited.country)))
            body.member("data_processing_options_state", BodyNumber(Int64(limited.state)))
        }
        writeUser(outgoing, client, words, personal: policy == .send, at: now, to: &body)
        writeCustomData(outgoing, isFromCRM: isFromCRM, personal: policy == .send, to: &body)
        body.raw("}")
        return .event(Fragment(stream: "", key: name + "\u{0}" + outgoing.eventID, bytes: body.finished()))
    }

    private func writeCustomData(_ outgoing: EncodedLead, isFromCRM: Bool, personal: Bool, to body: inout [UInt8]) {
        let money = destination.money(for: outgoing.event).flatMap { money in
            BodyNumber(money.value).map { (value: $0, currency: money.currency) }
        }
        let properties = personal ? outgoing.customFields(meta.customData) : []
        guard money != nil || isFromCRM || !properties.isEmpty else { return }
        body.raw(#","custom_data":{"#)
        if let money {
            body.member("value", money.value)
            body.member("currency", money.currency)
        }
        if isFromCRM {
            body.member("event_source", "crm")
            body.member("lead_event_source", meta.crm)
        }
        for (name, value) in properties { body.member(named: name, value) }
        body.raw("}")
    }

    private func writeUser(
        _ outgoing: EncodedLead, _ client: LeadEvent.Client, _ words: PersonalWords?, personal: Bool, at now: Instant,
        to body: inout [UInt8]
    ) {
        let event = outgoing.event
        body.raw(#","user_data":{"#)
        // A number: a text would do, but not one that was a fraction on the way.
        if let id = event.click.metaLeadNumber { body.member("lead_id", BodyNumber(id)) }
        func hashed(_ key: BodyLiteral, _ text: NormalizedText?, to body: inout [UInt8]) {
            guard let text else { return }
            body.key(key)
            body.raw("[")
            body.hash(text)
            body.raw("]")
        }
        if personal {
            let person = event.person
            func field(_ field: MetaFields.Field, _ key: BodyLiteral, _ text: String?, to body: inout [UInt8]) {
                hashed(key, text.flatMap { MetaFields.normalized(field, $0) }, to: &body)
            }
            field(.em, "em", person.email, to: &body)
            hashed("ph", event.metaPhone(outgoing.country), to: &body)
            field(.fn, "fn", person.firstName, to: &body)
            field(.ln, "ln", person.lastName, to: &body)
            field(.ct, "ct", person.city, to: &body)
            field(.st, "st", person.region, to: &body)
            field(.zp, "zp", person.postalCode, to: &body)
            field(.country, "country", person.country, to: &body)
            if let id = person.externalID {
                body.key("external_id")
                body.raw("[")
                // Opaque ids stay as they are, as Meta's tools leave them. One that says who the person is, is not
                // opaque; Meta wants its hash then, and always the same one.
                if words?.isIn(id) != false {
                    body.hash(.clear(id.lowercased()))
                } else {
                    body.string(id)
                }
                body.raw("]")
            }
            if let ip = client.ip { body.member("client_ip_address", ip) }
        }
        if let userAgent = client.userAgent { body.member("client_user_agent", userAgent) }
        if let fbc = event.metaClick(at: now) { body.member("fbc", fbc) }
        if let fbp = MetaBrowserID.fbp(for: event) { body.member("fbp", fbp) }
        body.raw("}")
    }

    package func transfer(_ fragments: [Fragment], token: String?, at now: Instant) -> Transfer {
        var body: [UInt8] = []
        body.reserveCapacity(512 + fragments.reduce(0) { $0 + $1.bytes.count + 1 })
        body.raw(#"{"data":["#)
        for fragment in fragments {
            body.comma()
            body.append(contentsOf: fragment.bytes)
        }
        body.raw("]")
        body.member("partner_agent", Self.partnerAgent)
        if let test = meta.testEvents, now < test.until { body.member("test_event_code", test.code) }
        // In the body, so that it does not stand in anybody's access log.
        body.member("access_token", meta.accessToken.value)
        if let proof { body.member("appsecret_proof", proof) }
        body.raw("}")
        return destination.transfer(
            "POST", "\(meta.endpoint)/\(meta.version)/\(meta.pixel)/events",
            fields: [("Content-Type", "application/json")], body: body.finished())
    }

    package var secrets: [(secret: String, mask: String)] {
        var secrets = [(meta.accessToken.value, "***")]
        if let secret = meta.appSecret { secrets.append((secret.value, "***")) }
        // Still in the form that checkers of the request expect.
        if let proof { secrets.append((proof, String(repeating: "0", count: 64))) }
        return secrets.map { (secret: $0, mask: $1) }
    }
}
