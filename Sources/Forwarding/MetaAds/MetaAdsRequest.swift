package import Curl
import Crypto
package import Domain

extension MetaAds {
    /// The sending platform's name, as Meta asks for it: lower case, at most 23 characters.
    static let partnerAgent = "leadrelay-1.0"

    package func encode(_ outgoing: Outgoing) -> Encoded {
        let event = outgoing.event
        if let reason = destination.reasonToSkip(event, country: outgoing.country) { return .skip(reason) }
        guard let name = destination.platformEvent(for: event.event) else { return .skip(.notMapped) }
        let policy = destination.consent.action(for: event.consent)
        var body: [UInt8] = []
        body.reserveCapacity(1280)
        body.raw("{")
        body.member("event_name", name)
        body.key("event_time")
        body.raw(String(outgoing.happenedAt.seconds))
        body.member("event_id", outgoing.eventID)
        let page = event.page.url.flatMap(PageAddress.withoutPersonalData)
        // What became of a lead from one of Meta's own forms: the CRM says so, not a page (meta-ads.md, section 7).
        if event.click.metaLeadID != nil {
            body.raw(#","action_source":"system_generated""#)
        } else if let page, event.client.userAgent != nil {
            // A website event must show its page and its browser; without them it is an event all the same.
            body.raw(#","action_source":"website""#)
            body.member("event_source_url", page)
        } else {
            body.raw(#","action_source":"other""#)
            if let page { body.member("event_source_url", page) }
        }
        if let referrer = event.page.referrer.flatMap(PageAddress.withoutPersonalData) {
            body.member("referrer_url", referrer)
        }
        // No personalisation: to be measured with, not to be shown ads by.
        if event.consent.adPersonalization == .denied { body.raw(#","opt_out":true"#) }
        if let limited = meta.limitedDataUse, limited.applies(to: event.consent) {
            body.raw(#","data_processing_options":["LDU"],"data_processing_options_country":"#)
            body.raw("\(limited.country)")
            body.raw(#","data_processing_options_state":"#)
            body.raw("\(limited.state)")
        }
        guard Self.writeUser(event, country: outgoing.country, personal: policy == .send, to: &body) else {
            return .skip(.noIdentifier)
        }
        writeCustomData(event, personal: policy == .send, to: &body)
        body.raw("}")
        return .event(Fragment(stream: "", key: name + "\u{0}" + outgoing.eventID, bytes: body))
    }

    private func writeCustomData(_ event: LeadEvent, personal: Bool, to body: inout [UInt8]) {
        let money = destination.money(for: event)
        let properties = personal ? event.customFields(meta.customData) : []
        guard money != nil || event.click.metaLeadID != nil || !properties.isEmpty else { return }
        body.raw(#","custom_data":{"#)
        if let money {
            body.key("value")
            body.raw(money.value)
            body.member("currency", money.currency)
        }
        if event.click.metaLeadID != nil {
            body.member("event_source", "crm")
            body.member("lead_event_source", meta.crm)
        }
        for (name, value) in properties { body.member(name, value) }
        body.raw("}")
    }

    /// Answers whether the person can be recognised by anything that was written.
    private static func writeUser(
        _ event: LeadEvent, country: String?, personal: Bool, to body: inout [UInt8]
    ) -> Bool {
        body.raw(#","user_data":{"#)
        var hasIdentifier = false
        // A number: a text would do, but not one that was a fraction on the way.
        if let id = event.click.metaLeadID {
            body.key("lead_id")
            body.raw(id)
            hasIdentifier = true
        }
        func hashed(_ key: String, _ text: NormalizedText?, to body: inout [UInt8]) -> Bool {
            guard let text else { return false }
            body.key(key)
            body.raw("[")
            body.hash(text)
            body.raw("]")
            return true
        }
        if personal {
            let person = event.person
            func field(_ field: MetaFields.Field, _ text: String?, to body: inout [UInt8]) -> Bool {
                hashed(field.rawValue, text.flatMap { MetaFields.normalized(field, $0) }, to: &body)
            }
            if field(.em, person.email, to: &body) { hasIdentifier = true }
            if hashed("ph", event.metaPhone(country), to: &body) { hasIdentifier = true }
            _ = field(.fn, person.firstName, to: &body)
            _ = field(.ln, person.lastName, to: &body)
            _ = field(.ct, person.city, to: &body)
            _ = field(.st, person.region, to: &body)
            _ = field(.zp, person.postalCode, to: &body)
            _ = field(.country, person.country, to: &body)
            if let id = person.externalID {
                hasIdentifier = true
                body.key("external_id")
                body.raw("[")
                // Opaque ids stay as they are, as Meta's tools leave them; an e-mail address used as an id is not opaque.
                if id.utf8.contains(UInt8(ascii: "@")) {
                    body.hash(.clear(id.lowercased()))
                } else {
                    body.string(id)
                }
                body.raw("]")
            }
            if let ip = event.client.ip {
                body.member("client_ip_address", ip)
                if event.client.userAgent != nil { hasIdentifier = true }
            }
        }
        if let userAgent = event.client.userAgent { body.member("client_user_agent", userAgent) }
        if let fbc = MetaBrowserID.fbc(for: event) {
            body.member("fbc", fbc)
            hasIdentifier = true
        }
        if let fbp = MetaBrowserID.fbp(for: event) {
            body.member("fbp", fbp)
            hasIdentifier = true
        }
        body.raw("}")
        return hasIdentifier
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
        var transfer = Transfer(
            "POST", "\(meta.endpoint)/\(meta.version)/\(meta.pixel)/events",
            fields: [("Content-Type", "application/json")], body: body)
        transfer.connectTimeout = destination.pace.connectTimeout
        transfer.totalTimeout = destination.pace.totalTimeout
        return transfer
    }

    package func masked(_ transfer: Transfer) -> Transfer {
        var transfer = transfer
        guard let body = transfer.body, case .object(var members)? = try? JSON(parsing: body) else { return transfer }
        for index in members.indices {
            switch members[index].name {
            case "access_token": members[index].value = "***"
            // Still in the form that checkers of the request expect.
            case "appsecret_proof": members[index].value = .string(String(repeating: "0", count: 64))
            default: break
            }
        }
        transfer.body = JSON.object(members).bytes
        return transfer
    }
}
