import Crypto
import Curl
import Domain
import Forwarding
import TestSupport
import Testing

@Suite struct `A request to Google` {
    private let adapter = makeAdapter(Samples.google)

    private func event(_ event: LeadEvent = Samples.event, eventID: String? = nil) throws -> JSON {
        let fragment = try #require(adapter.encode(Samples.outgoing(eventID: eventID, event)).fragment)
        return try JSON(parsing: fragment.bytes)
    }

    @Test func `carries account, action, encoding and token`() throws {
        let fragments = try [1, 2].map { try #require(adapter.encode(Samples.outgoing($0)).fragment) }
        let transfer = adapter.transfer(fragments, token: "ya29.x", at: .start)
        #expect(transfer.url == "http://google.test/v1/events:ingest" && transfer.method == "POST")
        #expect(transfer.fields.contains { $0 == ("Authorization", "Bearer ya29.x") })
        let body = try Samples.json(transfer)
        #expect(
            body["destinations"]?[0]?["operatingAccount"] == ["accountType": "GOOGLE_ADS", "accountId": "1234567890"])
        #expect(body["destinations"]?[0]?["productDestinationId"] == "111")
        #expect(body["encoding"] == "HEX")
        #expect(body["events"]?.array?.map { $0["transactionId"] } == ["lead-1", "lead-2"])
    }

    @Test func `tells everything it may`() throws {
        let event = try event()
        #expect(event["eventTimestamp"] == "2026-11-21T08:59:00.000Z")
        #expect(event["eventSource"] == "WEB")
        #expect(event["adIdentifiers"] == ["gclid": "TeSter-123"])
        #expect(event["conversionValue"] == .number("25.50") && event["currency"] == "EUR")
        #expect(event["consent"] == ["adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_GRANTED"])
        let identifiers = try #require(event["userData"]?["userIdentifiers"]?.array)
        #expect(identifiers[0] == ["emailAddress": .string(SHA256.hex(of: "jane.doe@example.com"))])
        #expect(identifiers[1] == ["phoneNumber": .string(SHA256.hex(of: "+4915123456789"))])
        #expect(
            identifiers[2]["address"] == [
                "givenName": .string(SHA256.hex(of: "jane")), "familyName": .string(SHA256.hex(of: "o'doe")),
                "regionCode": "DE", "postalCode": "80331",
            ])
        #expect(event["eventDeviceInfo"] == ["ipAddress": "203.0.113.7", "userAgent": "Mozilla/5.0 \"quoted\""])
    }

    @Test func `never carries an id that is too long or looks like an address`() throws {
        #expect(try event(eventID: "a@b.de")["transactionId"] == .string(SHA256.hex(of: "a@b.de")))
        let long = String(repeating: "x", count: 65)
        #expect(try event(eventID: long)["transactionId"] == .string(SHA256.hex(of: long)))
    }

    @Test func `is the same at every attempt`() throws {
        let first = adapter.encode(Samples.outgoing())
        #expect(adapter.encode(Samples.outgoing()) == first)
    }

    @Test func `does not come from the future`() throws {
        var lead = Samples.event
        lead.occurredAt = .start + .hours(1)
        #expect(try event(lead)["eventTimestamp"] == "2026-11-21T09:00:00.000Z")
    }

    @Test func `leaves out a value that no platform can read`() throws {
        for text in ["1e999", "-5"] {
            var lead = Samples.event
            lead.value = LeadEvent.Decimal(text: text)
            let event = try event(lead)
            #expect(event["conversionValue"] == nil && event["currency"] == nil)
        }
    }

    @Test func `separates conversion actions`() throws {
        var sale = Samples.event
        sale.event = "sale"
        #expect(adapter.encode(Samples.outgoing(1, sale)).fragment?.stream == "222")
        #expect(adapter.encode(Samples.outgoing(2)).fragment?.stream == "111")
    }
}

@Suite struct `A request to Meta` {
    private let adapter = makeAdapter(Samples.meta)

    private func event(_ event: LeadEvent = Samples.event) throws -> JSON {
        try JSON(parsing: #require(adapter.encode(Samples.outgoing(1, event)).fragment).bytes)
    }

    @Test func `carries token and proof in the body, not in the address`() throws {
        let fragment = try #require(adapter.encode(Samples.outgoing()).fragment)
        let transfer = adapter.transfer([fragment], token: nil, at: .start)
        #expect(transfer.url == "http://meta.test/v26.0/42/events")
        let body = try Samples.json(transfer)
        #expect(body["access_token"] == "EAA-token")
        #expect(body["appsecret_proof"] == .string(MetaAds.appSecretProof(secret: "hush", accessToken: "EAA-token")))
        #expect(body["partner_agent"] == "leadrelay-1.0")
        #expect(body["data"]?.array?.count == 1)
    }

    @Test func `tells everything it may`() throws {
        let event = try event()
        #expect(event["event_name"] == "Lead" && event["event_id"] == "lead-1" && event["action_source"] == "website")
        #expect(event["event_time"] == .number(String((Instant.start - .minutes(1)).seconds)))
        #expect(event["event_source_url"] == "https://www.acme.example/kitchen?utm_source=fb")
        #expect(event["custom_data"] == ["value": .number("25.50"), "currency": "EUR"])
        let user = try #require(event["user_data"])
        for (key, text) in [
            ("em", "jane.doe@example.com"), ("ph", "4915123456789"), ("fn", "jane"), ("ln", "odoe"),
            ("ct", "münchen"), ("st", "bayern"), ("zp", "80331"), ("country", "de"),
        ] {
            #expect(user[key] == [.string(SHA256.hex(of: text))], "\(key)")
        }
        #expect(user["external_id"] == ["CRM-1"])
        #expect(user["client_ip_address"] == "203.0.113.7" && user["fbp"] == "fb.1.1700000000000.1098765432")
        #expect(user["fbc"] == .string("fb.1.\((Instant.start - .minutes(5)).milliseconds).IwAR_x-Y"))
    }

    @Test func `without a browser is no website event`() throws {
        var lead = Samples.event
        lead.client.userAgent = nil
        #expect(try event(lead)["action_source"] == "other")
    }

    @Test func `asks for measurement only when personalisation was denied`() throws {
        var lead = Samples.event
        lead.consent.adPersonalization = .denied
        #expect(try event(lead)["opt_out"] == true)
        #expect(try event()["opt_out"] == nil)
    }

    @Test func `proves the app's secret as Meta's own package does`() throws {
        for row in try Fixture("meta_appsecret_proof.jsonl").rows {
            let (secret, token) = (try #require(row["app_secret"]?.string), try #require(row["access_token"]?.string))
            #expect(MetaAds.appSecretProof(secret: secret, accessToken: token) == row["expected"]?.string)
        }
    }
}

@Suite struct `Every adapter's request` {
    @Test(arguments: Samples.destinations)
    func `shows no clear personal data`(_ destination: Destination) throws {
        let adapter = makeAdapter(destination)
        let fragment = try #require(adapter.encode(Samples.outgoing()).fragment)
        let text = String(decoding: fragment.bytes, as: UTF8.self).lowercased()
        for clear in ["jane", "doe@", "23456789", "münchen", "bayern"] { #expect(!text.contains(clear), "\(clear)") }
    }

    @Test(arguments: Samples.all)
    func `shows no identifier when consent forbids them`(_ destination: Destination) throws {
        var destination = destination
        destination.consent.denied = .sendWithoutIdentifiers
        var event = Samples.event
        event.consent.adUserData = .denied
        let fragment = try #require(makeAdapter(destination).encode(Samples.outgoing(1, event)).fragment)
        let text = String(decoding: fragment.bytes, as: UTF8.self)
        for word in [SHA256.hex(of: "jane.doe@example.com"), SHA256.hex(of: "jane"), "CRM-1", "203.0.113.7", "\"em\""] {
            #expect(!text.contains(word), "\(word)")
        }
        #expect(text.contains("TeSter-123") || text.contains("IwAR_x-Y"))
    }

    @Test(arguments: Samples.all)
    func `is skipped for the reason that eligibility gives`(_ destination: Destination) {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var destination = destination
            for path in [\Destination.ConsentPolicy.granted, \.denied, \.unspecified] {
                destination.consent[keyPath: path] = .allCases.randomElement(using: &random)!
            }
            var event = Samples.event
            event.event = ["lead", "sale", "other"].randomElement(using: &random)!
            event.consent.adUserData = [.granted, .denied, nil].randomElement(using: &random)!
            event.person.email = ["a@b.de", "no address", nil].randomElement(using: &random)!
            event.person.phone = ["+4915123456789", "1", nil].randomElement(using: &random)!
            event.person.externalID = ["7", nil].randomElement(using: &random)!
            event.click.gclid = ["G", nil].randomElement(using: &random)!
            event.click.fbclid = ["F", "not one", nil].randomElement(using: &random)!
            event.click.fbp = nil
            event.client.ip = ["203.0.113.7", nil].randomElement(using: &random)!
            let encoded = makeAdapter(destination).encode(Samples.outgoing(1, event))
            switch (encoded, destination.reasonToSkip(event, country: nil)) {
            case (.event, nil): break
            case (.skip(let reason), let expected?): #expect(reason == expected)
            default: Issue.record("eligibility and adapter disagree: \(event)")
            }
        }
    }

    @Test(arguments: Samples.all)
    func `previewed shows no secret`(_ destination: Destination) throws {
        let preview = Preview(
            destination, Samples.outgoing(), dimension: Dimension(source: "site"), now: .start)
        if case .request(let transfer, _) = preview { Recording.keep(transfer, at: .start) }
        let text = preview.json.text
        #expect(text.contains("\"method\":\"POST\"") && text.contains("lead-1"))
        for secret in [
            "EAA-token", "hush", "refresh", Samples.webhookSecret,
            MetaAds.appSecretProof(secret: "hush", accessToken: "EAA-token"),
        ] {
            #expect(!text.contains(secret))
        }
    }

    @Test func `previewed says what is left out, and why`() {
        var event = Samples.event
        event.click.landedAt = .start - .days(91)
        event.client.ip = "10.1.2.3"
        func leftOut(_ destination: Destination) -> [String] {
            let preview = Preview(
                destination, Samples.outgoing(1, event), dimension: Dimension(source: "site"), now: .start)
            return (preview.json["left_out"]?.object ?? []).map(\.name)
        }
        #expect(leftOut(Samples.google) == ["click.gclid", "client.ip"])
        #expect(leftOut(Samples.meta) == ["click.fbclid", "page.url", "client.ip"])
        #expect(leftOut(Samples.webhook) == [])
    }

    @Test func `previewed for a test lead says why there is none`() {
        var event = Samples.event
        event.isTest = true
        let preview = Preview(
            Samples.meta, Samples.outgoing(1, event), dimension: Dimension(source: "site"), now: .start)
        #expect(preview.json == ["skipped": "test"])
    }
}

@Suite struct `A page's address` {
    @Test(arguments: [
        ("https://a.example/x?utm_source=fb&gclid=G", "https://a.example/x?utm_source=fb&gclid=G" as String?),
        ("https://a.example/x?email=a%40b.de&utm_source=fb", "https://a.example/x?utm_source=fb"),
        ("https://a.example/x?q=a@b.de", "https://a.example/x"),
        ("https://a.example/x?first_name=Ann&Phone=1&id=2#top", "https://a.example/x?id=2"),
        ("HTTP://a.example", "HTTP://a.example"), ("ftp://a.example", nil), ("a.example/x", nil),
        ("https://user@a.example/", nil),
    ])
    func `loses what may be personal`(address: String, expected: String?) throws {
        var event = Samples.event
        event.page.url = address
        let fragment = try #require(makeAdapter(Samples.meta).encode(Samples.outgoing(1, event)).fragment)
        #expect(try JSON(parsing: fragment.bytes)["event_source_url"]?.string == expected)
    }
}

@Suite struct `A platform's words` {
    @Test(arguments: [
        ("Invalid value for a@b.de here", "Invalid value for [email] here"),
        ("em=jane%40example.com", "em=[email]"),
        ("phone +49 151 234-56789 refused", "phone [number] refused"),
        ("hash 62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f", "hash [hash]"),
        ("token EAABsbCS1iHgBAKZCexample99 expired", "token [token] expired"),
        ("project 123456789012 has no access", "project [number] has no access"),
        (
            "events.events[0].user_data.user_identifiers[1]: INVALID_SHA256_FORMAT",
            "events.events[0].user_data.user_identifiers[1]: INVALID_SHA256_FORMAT"
        ),
        ("two\nlines", "two lines"), ("", ""),
    ])
    func `are kept without what may be personal`(text: String, expected: String) {
        #expect(redacted(text) == expected)
    }

    @Test func `are cut`() {
        #expect(redacted(String(repeating: "word ", count: 1000)).count == Receipt.maximumMessageLength)
    }
}
