import Domain
import TestSupport
import Testing

@Suite struct `Reading a lead event` {
    @Test func `gives the event with everything in its place`() throws {
        let document = try JSON(
            parsing: Array(
                #"""
                {"event_id": "a-1", "event": "Lead", "occurred_at": "2026-11-21T08:59:00Z", "value": 19.90, "currency": "eur",
                 "campaign_id": "77", "click": {"gclid": "Cj0KCQ-abc_D"}, "consent": {"ad_user_data": "granted"},
                 "person": {"email": " jane@example.com ", "country": "de"}, "custom": {"budget": 5, "empty": ""}}
                """#.utf8))
        let reading = LeadEvent.reading(document, receivedAt: .start)
        var expected = LeadEvent(event: "lead", occurredAt: .start - .minutes(1))
        expected.eventID = "a-1"
        expected.value = LeadEvent.Decimal(text: "19.90")
        expected.currency = "EUR"
        expected.campaignID = "77"
        expected.click.gclid = "Cj0KCQ-abc_D"
        expected.consent.adUserData = .granted
        expected.person.email = "jane@example.com"
        expected.person.country = "DE"
        expected.custom = [JSON.Member("budget", 5)]
        #expect(reading.event == expected)
        #expect(reading.defects == [] && reading.notes == [] && reading.isSelfContained)
    }

    /// One field in an event that is otherwise fine.
    struct Case: Sendable, CustomTestStringConvertible {
        let pointer: String
        let value: JSON
        let code: Defect.Code?
        init(_ pointer: String, _ value: JSON, _ code: Defect.Code? = nil) {
            (self.pointer, self.value, self.code) = (pointer, value, code)
        }
        var testDescription: String { "\(pointer) \(value.text.prefix(60)) \(code?.rawValue ?? "accepted")" }

        var document: JSON {
            guard let pointer = JSONPointer(pointer) else { return value }
            var members = [
                JSON.Member("event_id", "1"), JSON.Member("event", "lead"),
                JSON.Member("occurred_at", "2026-11-21T08:00:00Z"),
            ]
            if pointer.names == ["value"] { members.append(JSON.Member("currency", "EUR")) }
            if pointer.names == ["currency"] { members.append(JSON.Member("value", 1)) }
            members.removeAll { $0.name == pointer.names[0] }
            let inner = pointer.names.dropFirst().first.map { JSON.object([JSON.Member($0, value)]) }
            members.append(JSON.Member(pointer.names[0], inner ?? value))
            return .object(members)
        }
    }

    static func long(_ count: Int) -> JSON { .string(String(repeating: "a", count: count)) }

    @Test(arguments: [
        Case("", [], .notAnObject), Case("", "lead", .notAnObject), Case("", .null, .notAnObject),
        Case("/event_id", long(64)), Case("/event_id", long(65), .tooLong), Case("/event_id", 7, .wrongType),
        Case("/event_id", "ä", .malformed), Case("/event_id", "a b"), Case("/event_id", " a", .malformed),
        Case("/event", "qualified.lead_2"), Case("/event", "2nd", .malformed), Case("/event", "two words", .malformed),
        Case("/event", long(64)), Case("/event", long(65), .tooLong), Case("/event", ""), Case("/event", .null),
        Case("/occurred_at", "2026-11-21T09:00:00Z"), Case("/occurred_at", "2026-11-22T09:00:00.000Z"),
        Case("/occurred_at", "2026-11-22T09:00:00.001Z", .inFuture), Case("/occurred_at", "2026-08-23T09:00:00Z"),
        Case("/occurred_at", "2026-08-23T08:59:59Z", .tooOld), Case("/occurred_at", "yesterday", .malformed),
        Case("/occurred_at", 1_795_251_600, .wrongType), Case("/occurred_at", "  "),
        Case("/test", true), Case("/test", "true", .wrongType), Case("/test", 1, .wrongType),
        Case("/value", 0), Case("/value", .number("19.90")), Case("/value", .number("1e9")),
        Case("/value", .number("1000000000.01"), .outOfRange), Case("/value", -1, .outOfRange),
        Case("/value", .number("1e999"), .outOfRange), Case("/value", "19.90", .wrongType),
        Case("/value", .number("1." + String(repeating: "0", count: 39)), .tooLong),
        Case("/currency", "usd"), Case("/currency", "DEM", .unknownValue), Case("/currency", "€", .unknownValue),
        Case("/currency", "EURO", .unknownValue),
        Case("/campaign_group", "Frühling 26"), Case("/campaign_group", "a\nb", .malformed),
        Case("/campaign_id", 7, .wrongType),
        Case("/click/gclid", long(512)), Case("/click/gclid", long(513), .tooLong),
        Case("/click/gclid", "a b", .malformed),
        Case("/click/gclid", "abc ", .malformed), Case("/click/gclid", "{gclid}", .malformed),
        Case("/click/gclid", "a%3D", .malformed), Case("/click/gbraid", "0AAAAA-_.~="),
        Case("/click/wbraid", "é", .malformed),
        Case("/click/fbclid", "IwAR0_-x"), Case("/click/fbclid", "fb.1.1795251600000.x", .malformed),
        Case("/click/fbc", "fb.1.1795251600000.IwAR0_-x"), Case("/click/fbc", "fb.1.1795251600000.IwAR0.AQECAQAB"),
        Case("/click/fbc", "fb.1.1795251600.IwAR0", .malformed), Case("/click/fbc", "fb.1.1795251600000.", .malformed),
        Case("/click/fbc", "IwAR0", .malformed), Case("/click/fbp", "fb.2.1795251600000.1098115397"),
        Case("/click/fbp", "fb.2.1795251600000.10981x", .malformed), Case("/click", "gclid", .wrongType),
        Case("/click", []), Case("/click", [1], .wrongType), Case("/click", .null),
        Case("/click/landed_at", "2026-11-20T09:00:00Z"), Case("/click/landed_at", "2020-01-01T00:00:00Z", .tooOld),
        Case("/person/email", "j.d+x@sub.example.co"), Case("/person/email", " Jane@Example.COM\n"),
        Case("/person/email", "jörg@müller.de"), Case("/person/email", "a..b.@docomo.ne.jp"),
        Case("/person/email", "jane", .malformed), Case("/person/email", "jane@localhost", .malformed),
        Case("/person/email", "jane@@example.com", .malformed),
        Case("/person/email", "jane doe@example.com", .malformed),
        Case("/person/email", "Jane <jane@example.com>", .malformed),
        Case("/person/email", "jane@example..com", .malformed),
        Case("/person/email", "jane@-example.com", .malformed), Case("/person/email", "jane@example.c", .malformed),
        Case("/person/email", "jane@127.0.0.1", .malformed), Case("/person/email", "jane@example.com.", .malformed),
        Case("/person/email", "jane@example.com\u{A0}", .malformed), Case("/person/email", "@example.com", .malformed),
        Case("/person/email", .string(String(repeating: "a", count: 65) + "@example.com"), .malformed),
        Case("/person/email", .string("a@" + String(repeating: "b.", count: 126) + "c"), .tooLong),
        Case("/person/phone", "+49 (0)151 23456789"), Case("/person/phone", "0151/2345-678"),
        Case("/person/phone", "01\u{A0}42 68"),
        Case("/person/phone", "1234", .malformed), Case("/person/phone", "1234567890123456789", .malformed),
        Case("/person/phone", "0151+234567", .malformed), Case("/person/phone", "151 23456 ext 7", .malformed),
        Case("/person/phone", "５５５１２３４", .malformed), Case("/person/phone", 15_123_456_789, .wrongType),
        Case("/person/first_name", "Anne-Marie 李"), Case("/person/first_name", "a\u{0}b", .malformed),
        Case("/person/first_name", "a\u{85}b", .malformed), Case("/person/first_name", "a\u{2028}b", .malformed),
        Case("/person/last_name", .string(String(repeating: "é", count: 100))),
        Case("/person/last_name", long(101), .tooLong),
        Case("/person/country", "xk"), Case("/person/country", "UK", .unknownValue),
        Case("/person/country", "DEU", .unknownValue),
        Case("/page/url", "HTTPS://www.example.com/a?b=c#d"), Case("/page/url", "https://müller.de/ü"),
        Case("/page/url", "www.example.com", .malformed), Case("/page/url", "ftp://example.com/", .malformed),
        Case("/page/url", "https:///a", .malformed), Case("/page/url", "https://?a", .malformed),
        Case("/page/url", "https://example.com/a b", .malformed), Case("/page/url", "javascript:alert(1)", .malformed),
        Case("/page/url", .string("https://e.de/" + String(repeating: "a", count: 4084)), .tooLong),
        Case("/page/referrer", "android-app://com.google.android.gm/"),
        Case("/page/url", "android-app://x/", .malformed),
        Case("/client/ip", "203.0.113.9"), Case("/client/ip", "2001:DB8::1"), Case("/client/ip", "::"),
        Case("/client/ip", "::ffff:203.0.113.9"), Case("/client/ip", "1:2:3:4:5:6:7:8"),
        Case("/client/ip", "1:2:3:4:5:6:7::"),
        Case("/client/ip", "203.0.113.256", .malformed), Case("/client/ip", "203.0.113", .malformed),
        Case("/client/ip", "203.0.113.09", .malformed), Case("/client/ip", "203.0.113.9:80", .malformed),
        Case("/client/ip", "[2001:db8::1]", .malformed), Case("/client/ip", "1::2::3", .malformed),
        Case("/client/ip", "1:2:3:4:5:6:7:8::", .malformed), Case("/client/ip", "1:2:3", .malformed),
        Case("/client/ip", ":::", .malformed), Case("/client/ip", "fe80::1%eth0", .malformed),
        Case("/client/ip", "12345::", .malformed), Case("/client/ip", "1.2.3.4::", .malformed),
        Case("/consent/ad_user_data", "GRANTED"), Case("/consent/ad_user_data", false),
        Case("/consent/ad_user_data", ""),
        Case("/consent/ad_user_data", "yes", .unknownValue), Case("/consent/ad_personalization", 1, .wrongType),
        Case("/custom/budget", 5), Case("/custom/message", "two\nlines"), Case("/custom/message", long(1001), .tooLong),
        Case("/custom/list", [1], .wrongType), Case("/custom/object", ["a": 1], .wrongType),
        Case("/custom/flag", false),
        Case("/custom", .object((0..<50).map { JSON.Member("f\($0)", 1) })),
        Case("/custom", .object((0..<51).map { JSON.Member("f\($0)", 1) }), .tooLong),
        Case("/custom", ["": 1], .malformed),
        Case("/unknown", ["deep": [1, 2]]),
        Case("/person", .object((0..<201).map { JSON.Member("f\($0)", 1) }), .tooLong),
    ])
    func `judges a field`(one: Case) {
        let reading = LeadEvent.reading(one.document, receivedAt: .start)
        #expect(reading.defects.map(\.code) == (one.code.map { [$0] } ?? []))
        #expect((reading.event == nil) == (one.code != nil))
        // Names that cannot stand in a pointer are told at their object.
        if one.pointer != "/custom" { #expect(reading.defects.allSatisfy { $0.pointer == one.pointer }) }
    }

    @Test func `tells every defect, each at its place`() throws {
        let document: JSON = [
            "event_id": 1, "occurred_at": "soon", "value": 5, "click": ["gclid": "a b"],
            "person": ["email": "x", "email": "jane@example.com"], "custom": ["a/b": [1]],
        ]
        let found = LeadEvent.reading(document, receivedAt: .start).defects.map { "\($0.pointer) \($0.code.rawValue)" }
        #expect(
            found == [
                "/event_id wrong_type", "/occurred_at malformed", "/click/gclid malformed", "/person/email malformed",
                "/person/email repeated", "/custom/a~1b wrong_type", "/currency missing",
            ])
    }

    @Test func `never repeats a value in what it says`() {
        let secret = "s3cr3t-jane"
        func spoilt(_ fields: [String]) -> JSON { .object(fields.map { JSON.Member($0, .string(" \(secret)\u{1}")) }) }
        let document: JSON = [
            "event_id": .string(secret + "\u{1}"), "event": .string(secret + " "), "occurred_at": .string(secret),
            "value": .string(secret), "currency": .string(secret), "test": .string(secret),
            "campaign_id": .string(secret + "\u{1}"),
            "click": spoilt(["gclid", "fbclid", "fbc", "fbp", "landed_at"]),
            "person": spoilt(["email", "phone", "first_name", "country", "emial"]),
            "page": spoilt(["url", "referrer"]),
            "client": spoilt(["ip", "user_agent"]), "consent": spoilt(["ad_user_data"]), "custom": spoilt(["note"]),
            "jane@example.com": 1,
        ]
        let reading = LeadEvent.reading(document, receivedAt: .start)
        #expect(reading.defects.count >= 20)
        for line in reading.defects.map(\.message) + reading.notes { #expect(!line.contains("jane"), "\(line)") }
    }

    @Test(
        arguments: [
            (["event_id": "1"], nil), (["click": ["fbp": "fb.1.1795251600000.7"]], nil),
            (["person": ["city": "Köln"]], nil),
            (["custom": ["message": "call me"]], nil), ([:], ""),
            (["event": "lead", "page": ["url": "https://e.de/"]], ""),
            (["custom": ["message": " "], "person": ["email": ""], "click": [:]], ""),
            (["email": "jane@example.com"], ""),
        ] as [(JSON, String?)])
    func `asks for something that says whom it is about`(document: JSON, pointer: String?) {
        let defects = LeadEvent.reading(document, receivedAt: .start).defects
        #expect(defects.first?.pointer == pointer)
        #expect(defects.allSatisfy { $0.code == .missing })
    }

    @Test(
        arguments: [
            (["value": 1], "/currency"), (["currency": "EUR"], "/value"), (["value": 1, "currency": ""], "/currency"),
            (["value": .null, "currency": "EUR"], "/value"),
        ] as [(JSON, String)])
    func `takes value and currency together or not at all`(extra: JSON, pointer: String) {
        let document = JSON.object([JSON.Member("event_id", "1")] + (extra.object ?? []))
        let defects = LeadEvent.reading(document, receivedAt: .start).defects
        #expect(defects.map(\.pointer) == [pointer])
        #expect(defects.map(\.code) == [.missing])
    }

    @Test(arguments: [
        ("/person/emial", "unknown field person.emial ignored; did you mean person.email?"),
        ("/person/firstName", "unknown field person.firstName ignored; did you mean person.first_name?"),
        ("/eventId", "unknown field eventId ignored; did you mean event_id?"),
        ("/email", "unknown field email ignored; did you mean person.email?"),
        ("/page_url", "unknown field page_url ignored; did you mean page.url?"),
        ("/click/email", "unknown field click.email ignored; did you mean person.email?"),
        ("/shoe_size", "unknown field shoe_size ignored"), ("/x", "unknown field x ignored"),
        ("/0151 23456789", "unknown field with an unusual name ignored"),
        ("/jane@example.com", "unknown field with an unusual name ignored"),
    ])
    func `notes unknown names and what may have been meant`(pointer: String, note: String) {
        let reading = LeadEvent.reading(Case(pointer, "x").document, receivedAt: .start)
        #expect(reading.notes == [note])
        #expect(reading.event != nil && reading.isSelfContained)
    }

    @Test func `keeps its notes few`() {
        let document: JSON = .object(
            [JSON.Member("event_id", "1")] + (0..<150).map { JSON.Member("unknown\($0)", 1) })
        let notes = LeadEvent.reading(document, receivedAt: .start).notes
        #expect(notes.count == 41 && notes.last == "and 112 more")
    }

    @Test func `takes the time of receipt when the sender's clock is ahead or silent`() throws {
        let ahead = LeadEvent.reading(
            ["event_id": "1", "event": "lead", "occurred_at": "2026-11-21T09:00:03.500Z"], receivedAt: .start)
        #expect(ahead.event?.occurredAt == .start && !ahead.isSelfContained)
        #expect(ahead.notes == ["occurred_at was 3500 ms ahead of our clock: the time of receipt is taken"])
        let silent = LeadEvent.reading(["event_id": "1", "event": "lead"], receivedAt: .start)
        #expect(silent.event?.occurredAt == .start && !silent.isSelfContained)
        #expect(silent.notes == ["occurred_at missing: the time of receipt is used"])
    }

    @Test func `of texts takes numbers and truth values for what they mean`() {
        let document: JSON = [
            "event": "lead", "occurred_at": "2026-11-21T09:00:00Z", "value": " 19.90 ", "currency": "EUR", "test": "on",
            "campaign_id": 77, "person": ["phone": 15_123_456_789], "consent": ["ad_user_data": "1"],
        ]
        let reading = LeadEvent.reading(document, receivedAt: .start, spelling: .texts)
        #expect(reading.defects == [] && !reading.isSelfContained)
        #expect(reading.event?.value?.text == "19.90" && reading.event?.isTest == true)
        #expect(reading.event?.campaignID == "77" && reading.event?.person.phone == "15123456789")
        #expect(reading.event?.consent.adUserData == .granted)
        let comma = LeadEvent.reading(
            ["event_id": "1", "value": "19,90", "currency": "EUR"], receivedAt: .start, spelling: .texts)
        #expect(comma.defects.map(\.code) == [.malformed])
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `of a written event gives the same event`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            let event = LeadEvent.random(using: &random)
            let reading = LeadEvent.reading(try JSON(parsing: event.json.bytes), receivedAt: .start)
            #expect(reading.event == event)
            #expect(reading.defects == [] && reading.isSelfContained)
            #expect(LeadEvent(payload: event.json.bytes, receivedAt: .start) == event)
        }
    }

    @Test func `of a stored payload leaves out what would be refused today`() throws {
        let payload = Array(
            #"{"event_id":"1","event":"sale","occurred_at":"2020-01-01T00:00:00Z","person":{"email":"x","city":"Bonn"}}"#
                .utf8)
        let event = try #require(LeadEvent(payload: payload, receivedAt: .start))
        #expect(event.person.email == nil && event.person.city == "Bonn" && event.event == "sale")
        #expect(LeadEvent(payload: Array("[]".utf8), receivedAt: .start) == nil)
    }
}

extension LeadEvent {
    /// Any valid event.
    static func random(using random: inout some RandomNumberGenerator) -> LeadEvent {
        func maybe<Value>(_ values: Value...) -> Value? {
            Bool.random(using: &random) ? values.randomElement(using: &random) : nil
        }
        var event = LeadEvent(
            event: maybe("lead", "sale", "qualified_lead") ?? "lead",
            occurredAt: .start - .milliseconds(Int64.random(in: 0...7_000_000_000, using: &random)))
        event.eventID = "id-\(Int.random(in: 0..<1_000_000, using: &random))"
        event.isTest = maybe(true) ?? false
        if Bool.random(using: &random) {
            event.value = Decimal(text: maybe("0", "19.90", "1e3", "0.001") ?? "7")
            event.currency = "EUR"
        }
        event.campaignGroup = maybe("Frühling", "a \"b\"")
        event.campaignID = maybe("120210000000000001")
        event.adsetID = maybe("2")
        event.adID = maybe("3", "ad {3}")
        event.click.gclid = maybe("Cj0KCQ-_x", "TeSter-123")
        event.click.wbraid = maybe("0AAAAA")
        event.click.fbc = maybe("fb.1.1795251600000.IwAR0")
        event.click.landedAt = maybe(.start - .hours(1))
        event.person.email = maybe("jane@example.com", "jörg@müller.de")
        event.person.phone = maybe("+49 151 23456789", "0151/234")
        event.person.firstName = maybe("Jane", "李")
        event.person.country = maybe("DE", "XK")
        event.page.url = maybe("https://www.example.com/?utm_source=x")
        event.client.ip = maybe("203.0.113.9", "2001:db8::1")
        event.client.userAgent = maybe("Mozilla/5.0 (X11; Linux x86_64)")
        event.consent.adUserData = maybe(.granted, .denied)
        event.custom =
            maybe([JSON.Member("a", "two\nlines"), JSON.Member("b", .number("1.50")), JSON.Member("c", true)]) ?? []
        return event
    }
}
