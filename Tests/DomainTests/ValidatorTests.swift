import Domain
import TestSupport
import Testing

@Suite struct `The validator` {
    static let id = LeadID.first(at: .start)
    static let good =
        #"{"event_id":"a-1","event":"lead","occurred_at":"2026-11-21T08:59:00Z","campaign_id":"7","adset_id":"8","ad_id":"9","#
        + #""click":{"gclid":"abc"},"person":{"email":"jane@example.com"},"consent":{"ad_user_data":"denied"}}"#

    static func judge(
        _ body: String, _ content: Validator.Content = .json, source: Source = Source(name: "site"),
        rules: [GroupRule] = []
    ) -> Judgement {
        var submission = Submission(source: source.name, receivedAt: .start, format: .json, body: Array(body.utf8))
        submission.address = "203.0.113.9"
        submission.userAgent = "Mozilla/5.0"
        let judgement = Validator(groupRules: rules).judge(submission, content, id: id, source: source) {
            event, dimension in
            [Route(dimension.group, .skip(reason: event.event))]
        }
        expectWholePayload(judgement)
        return judgement
    }

    /// What was judged is passed on as it was read; after a restart its payload is read instead. Nobody may see a
    /// difference.
    static func expectWholePayload(_ judgement: Judgement) {
        guard let lead = judgement.lead else { return }
        #expect(lead.content?.event == LeadEvent(payload: lead.payload, receivedAt: lead.receivedAt))
    }

    static func lead(_ judgement: Judgement) throws -> Lead {
        guard case .lead(let lead) = judgement else {
            Issue.record("quarantined: \(judgement)")
            throw Unexpected()
        }
        return lead
    }

    static func defects(_ judgement: Judgement) -> [String] {
        guard case .quarantine(let defects, _) = judgement else { return [] }
        return defects.map { "\($0.pointer) \($0.code.rawValue)" }
    }

    struct Unexpected: Error {}

    @Test func `keeps the sender's own bytes if they say everything`() throws {
        var source = Source(name: "site")
        source.client = "acme"
        let rules = [GroupRule(group: "spring", conditions: [.init(.campaignID, "7")])]
        var lead = try Self.lead(Self.judge(Self.good, source: source, rules: rules))
        lead.content = nil
        #expect(
            lead
                == Lead(
                    id: Self.id, source: "site", receivedAt: .start, eventID: "a-1", event: "lead",
                    occurredAt: .start - .minutes(1),
                    dimension: Dimension(
                        source: "site", client: "acme", group: "spring", campaign: "7", adset: "8", ad: "9"),
                    payload: Array(Self.good.utf8), quality: [.clickID, .email],
                    routes: [Route("spring", .skip(reason: "lead"))]))
    }

    @Test(arguments: [
        #"{"event_id":"1","occurred_at":"2026-11-21T09:00:04Z"}"#, #"{"event_id":"1","unknown":1}"#,
        #"{"event":"sale","person":{"email":"jane@example.com"},"value":19.90,"currency":"eur","custom":{"a":" b "}}"#,
    ])
    func `writes down what the time of receipt had to fill in`(body: String) throws {
        let lead = try Self.lead(Self.judge(body))
        #expect(lead.raw == Array(body.utf8))
        #expect(lead.occurredAt == .start)
        // Whenever it is read again, it is the same.
        let later = LeadEvent.reading(try JSON(parsing: lead.payload), receivedAt: .start + .days(30))
        #expect(later.event == LeadEvent.reading(try JSON(parsing: Array(body.utf8)), receivedAt: .start).event)
        #expect(later.isSelfContained)
    }

    @Test func `takes its own id where the sender gave none`() throws {
        #expect(try Self.lead(Self.judge(#"{"person":{"email":"jane@example.com"}}"#)).eventID == Self.id.description)
    }

    @Test func `reads a form by its flat names`() throws {
        let pairs = [
            ("email", " jane@example.com"), ("gclid", "abc"), ("page_url", "https://e.de/"),
            ("_fbp", "fb.1.1795251600000.7"),
            ("person[first_name]", "Jane"), ("person.city", "Bonn"), ("custom[topic][]", "x"),
            ("custom[topic][]", "solar"), ("custom[topic][]", "heat"),
            ("value", "19.90"), ("currency", "eur"), ("test", "0"), ("consent_ad_user_data", "granted"),
            ("last_name", ""),
            ("email", "other@example.com"), ("utm_source", "google"), ("shoe", "42"), ("person", "x"),
            ("Phone", "0151 234567"),
        ].map { (name: $0.0, value: $0.1) }
        let lead = try Self.lead(Self.judge("email=…", .pairs(pairs)))
        let event = try #require(LeadEvent(payload: lead.payload, receivedAt: .start))
        var expected = LeadEvent(event: "lead", occurredAt: .start)
        expected.person.email = "jane@example.com"
        expected.person.firstName = "Jane"
        expected.person.city = "Bonn"
        expected.person.phone = "0151 234567"
        expected.click.gclid = "abc"
        expected.click.fbp = "fb.1.1795251600000.7"
        expected.page.url = "https://e.de/"
        expected.value = LeadEvent.Decimal(text: "19.90")
        expected.currency = "EUR"
        expected.consent.adUserData = .granted
        expected.custom = [JSON.Member("topic", "x, solar, heat"), JSON.Member("utm_source", "google")]
        #expect(event == expected)
        #expect(lead.raw == Array("email=…".utf8))
        #expect(lead.notes.contains("person.email was sent 2 times: the first is taken"))
        #expect(lead.notes.contains("unknown field shoe ignored"))
    }

    @Test func `points to what the form really sent`() {
        let pairs = [
            (name: "email", value: "x"), (name: "custom[a/b]", value: "\u{1}"), (name: "value", value: "19,90"),
        ]
        var source = Source(name: "page")
        #expect(Self.defects(Self.judge("", .pairs(pairs), source: source)) == ["/email malformed", "/value missing"])
        source.isStrict = true
        #expect(
            Self.defects(Self.judge("", .pairs(pairs), source: source)) == [
                "/email malformed", "/custom[a~1b] malformed", "/value malformed", "/currency missing",
            ])
    }

    @Test func `applies the source's mapping to JSON and forms alike`() throws {
        var source = Source(name: "builder")
        var mapping = FieldMapping()
        mapping.rules = [
            .init("/person/email", .field(["Mail"])), .init("/occurred_at", .date(["when"], .unixSeconds)),
            .init("/event_id", .field(["id"])),
        ]
        source.mapping = mapping
        let json = try Self.lead(Self.judge(#"{"Mail":"jane@example.com","when":1795251500,"id":77}"#, source: source))
        #expect(
            String(decoding: json.payload, as: UTF8.self)
                == #"{"event_id":"77","event":"lead","occurred_at":"2026-11-21T08:58:20.000Z","person":{"email":"jane@example.com"}}"#
        )
        #expect(json.raw != nil && json.notes.contains("mapping: person.email from Mail"))
        let pairs = [
            (name: "Mail", value: "jane@example.com"), (name: "when", value: "1795251500"), (name: "id", value: "77"),
        ]
        #expect(try Self.lead(Self.judge("…", .pairs(pairs), source: source)).payload == json.payload)
        #expect(
            Self.defects(Self.judge(#"{"Mail":"x","when":"soon"}"#, source: source)) == [
                "/Mail malformed", "/when malformed",
            ])
    }

    @Test(
        arguments: [
            ("", .json, [" unreadable"]), ("{", .json, [" unreadable"]), ("[]", .json, [" not_an_object"]),
            ("{\"event_id\":\"\u{1}\"}", .json, [" unreadable"]),
            ("x", .unreadable("The form is cut off."), [" unreadable"]),
            (#"{"event_id":1,"test":0}"#, .json, ["/test wrong_type"]),
            ("", .pairs([]), [" missing"]),
        ] as [(String, Validator.Content, [String])])
    func `quarantines what cannot be a lead`(body: String, content: Validator.Content, defects: [String]) {
        #expect(Self.defects(Self.judge(body, content)) == defects)
    }

    @Test func `knows the visitor of a page by the connection, but never a server`() throws {
        var page = Source(name: "page")
        page.origins = ["https://www.example.com"]
        let lead = try Self.lead(Self.judge(Self.good, source: page))
        let event = try #require(LeadEvent(payload: lead.payload, receivedAt: .start))
        #expect(event.client.ip == "203.0.113.9" && event.client.userAgent == "Mozilla/5.0")
        #expect(lead.notes.contains("client.ip taken from the connection") && lead.raw != nil)
        page.signatureSecret = [1]
        #expect(try Self.lead(Self.judge(Self.good, source: page)).raw == nil)
    }

    @Test(arguments: [
        ("203.0.113.9", true), ("8.8.8.8", true), ("127.0.0.1", false), ("10.1.2.3", false), ("172.16.0.1", false),
        ("172.32.0.1", true), ("192.168.1.1", false), ("169.254.1.1", false), ("100.64.0.1", false),
        ("224.0.0.1", false),
        ("2001:db8::1", true), ("::1", false), ("fe80::1", false), ("fc00::1", false), ("::ffff:10.0.0.1", false),
        ("::ffff:8.8.8.8", true), ("unix", false), ("", false),
    ])
    func `takes only addresses that a visitor can have`(address: String, isPublic: Bool) {
        #expect(IPAddress.isPublic(address) == isPublic)
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `stores what reads as the same event again`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            var event = LeadEvent.random(using: &random)
            var document = event.json
            if Bool.random(using: &random), case .object(var members) = document {
                members.removeAll { $0.name == "occurred_at" }
                members.append(JSON.Member("extra", .random(using: &random)))
                document = .object(members)
                event.occurredAt = .start
            }
            let lead = try Self.lead(Self.judge(String(decoding: document.bytes, as: UTF8.self)))
            #expect(LeadEvent(payload: lead.payload, receivedAt: .start) == event)
            #expect(lead.occurredAt == event.occurredAt && lead.isTest == event.isTest)
        }
    }
}
