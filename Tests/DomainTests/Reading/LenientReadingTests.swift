import Domain
import TestSupport
import Testing

/// What real senders write into the fields of a lead, and what is made of it.
@Suite struct `Reading a lead event leniently` {
    enum Outcome: Sendable {
        /// The field as the event has it: a text, or a number's digits.
        case reads(String)
        case leavesOut(Defect.Code)
        case refuses(Defect.Code)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let field: String
        let value: JSON
        let outcome: Outcome
        init(_ field: String, _ value: JSON, _ outcome: Outcome) {
            (self.field, self.value, self.outcome) = (field, value, outcome)
        }
        var testDescription: String { "\(field) \(value.text.prefix(60))" }

        /// The field in an event that is otherwise fine and says whom it is about.
        var document: JSON {
            let names = field.split(separator: ".").map(String.init)
            var members = [JSON.Member("event_id", "1"), JSON.Member("event", "lead")]
            if field == "value" { members.append(JSON.Member("currency", "EUR")) }
            if field == "currency" { members.append(JSON.Member("value", 1)) }
            members.removeAll { $0.name == names[0] }
            if field != "person.email", field != "person" {
                members.append(JSON.Member("person", ["email": "jane@example.com"]))
            }
            if names[0] == "person" { members.append(JSON.Member("click", ["gclid": "Cj0KCQ"])) }
            guard names.count == 2 else { return .object(members + [JSON.Member(names[0], value)]) }
            if let index = members.firstIndex(where: { $0.name == names[0] }),
                case .object(let inner) = members[index].value
            {
                members[index].value = .object(inner + [JSON.Member(names[1], value)])
            } else {
                members.append(JSON.Member(names[0], .object([JSON.Member(names[1], value)])))
            }
            return .object(members)
        }
    }

    static func long(_ count: Int) -> JSON { .string(String(repeating: "a", count: count)) }

    static let addresses: [Case] = [
        Case("person.email", "jane@ example.com", .reads("jane@example.com")),
        Case("person.email", "jane @example. com", .reads("jane@example.com")),
        Case("person.email", "j d@gmail.com", .reads("jd@gmail.com")),
        Case("person.email", "jane@example.com\u{FE0F}", .reads("jane@example.com")),
        Case("person.email", "\u{FE0D}jane@example.com", .reads("jane@example.com")),
        Case("person.email", "\u{200B}jane\u{FFF9}\u{200D}@exam\u{AD}ple.com\u{2060}", .reads("jane@example.com")),
        Case("person.email", "\u{202A}jane@example.com\u{202C}", .reads("jane@example.com")),
        Case("person.email", "\u{A0}jane@example.com\u{3000}", .reads("jane@example.com")),
        Case("person.email", "mailto:jane@example.com?subject=x", .reads("jane@example.com")),
        Case("person.email", "Jane Doe <jane@example.com>", .reads("jane@example.com")),
        Case("person.email", "<jane@example.com>", .reads("jane@example.com")),
        Case("person.email", "'jane@example.com'", .reads("jane@example.com")),
        Case("person.email", "jane@example.com.", .reads("jane@example.com")),
        Case("person.email", "jane%40example.com", .reads("jane@example.com")),
        Case("person.email", "jane\u{FF20}example.com", .reads("jane@example.com")),
        Case("person.email", ["jane@example.com"], .reads("jane@example.com")),
        Case("person.email", ["", "a@example.com", "b@example.com"], .reads("a@example.com")),
        Case("person.email", .string(String(repeating: "aB", count: 32)), .reads(String(repeating: "aB", count: 32))),
        Case(
            "person.email", "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08",
            .reads("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")),
        Case("person.email", "d4c74594d841139328695756648b6bd6", .leavesOut(.malformed)),
        Case("person.email", "write to me at jane@example.com", .leavesOut(.malformed)),
        Case("person.email", "a@example.com b@example.com", .leavesOut(.malformed)),
        Case("person.email", "none", .leavesOut(.placeholder)),
        Case("person.email", "{{email}}", .leavesOut(.placeholder)),
        Case("person.email", ["a": "b"], .leavesOut(.wrongType)), Case("person.email", true, .leavesOut(.wrongType)),
    ].map { one in
        // Not a hash: the letters go beyond F.
        if case .reads(let text) = one.outcome, text.hasPrefix("aBaB") {
            return Case(one.field, one.value, .reads(text.lowercased()))
        }
        return one
    }

    static let phones: [Case] = [
        Case("person.phone", "٠٥٠١٢٣٤٥٦٧", .reads("0501234567")),
        Case("person.phone", "۰۹۱۲۳۴۵۶۷۸۹", .reads("09123456789")),
        Case("person.phone", "５５５１２３４", .reads("5551234")),
        Case("person.phone", "＋49 151 23456789", .reads("+49 151 23456789")),
        Case("person.phone", "\u{202A}+49 151 23456789\u{202C}", .reads("+49 151 23456789")),
        Case("person.phone", "0151 12345678 (please call after 5 pm)", .reads("0151 12345678")),
        Case("person.phone", "(after 5 pm) 0151 12345678", .reads("0151 12345678")),
        Case("person.phone", "0151 12345678 please call after 5 pm", .reads("0151 12345678")),
        Case("person.phone", "+1 650 253 0000 ext. 123", .reads("+1 650 253 0000")),
        Case("person.phone", "+1 650 253 0000 x123", .reads("+1 650 253 0000")),
        Case("person.phone", "+1 650 253 0000;ext=123", .reads("+1 650 253 0000")),
        Case("person.phone", "Tel.: 0151 12345678", .reads("0151 12345678")),
        Case("person.phone", "tel:+4915112345678", .reads("+4915112345678")),
        Case("person.phone", "+49 (0)151 12345678, +49 30 123456", .reads("+49 (0)151 12345678")),
        Case("person.phone", 4_915_112_345_678, .reads("4915112345678")),
        Case("person.phone", .number("4915112345678.0"), .reads("4915112345678")),
        Case("person.phone", .number("4.915e12"), .leavesOut(.wrongType)),
        Case("person.phone", "4.91512345E+12", .leavesOut(.malformed)),
        Case("person.phone", "1-800-FLOWERS", .leavesOut(.malformed)),
        Case("person.phone", "1-800-555-FLOW", .leavesOut(.malformed)),
        Case("person.phone", "call me", .leavesOut(.malformed)), Case("person.phone", "1234", .leavesOut(.malformed)),
        Case("person.phone", .string(String(repeating: "1", count: 30)), .leavesOut(.malformed)),
        Case(
            "person.phone", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", .leavesOut(.malformed)),
        Case("person.phone", "undefined", .leavesOut(.placeholder)),
    ]

    static let names: [Case] = [
        Case("person.first_name", "\u{2068}Jane\u{2069}", .reads("Jane")),
        Case("person.first_name", "\u{200E}Jane\u{200F}", .reads("Jane")),
        Case("person.first_name", "Jose\u{301}", .reads("José")),
        Case("person.last_name", "M\u{75}\u{308}ller", .reads("Müller")),
        Case("person.last_name", "a\u{0}b", .reads("ab")), Case("person.last_name", "a\nb", .reads("a b")),
        Case("person.last_name", "Null", .reads("Null")), Case("person.first_name", "None", .reads("None")),
        Case("person.first_name", "علی\u{200C}رضا", .reads("علی\u{200C}رضا")),
        Case("person.first_name", "{{first_name}}", .leavesOut(.placeholder)),
        Case("person.city", "[city]", .leavesOut(.placeholder)),
        Case("person.last_name", long(101), .leavesOut(.tooLong)),
        Case("person.postal_code", 10115, .reads("10115")),
        Case("person.postal_code", "null", .leavesOut(.placeholder)),
        Case("person.external_id", 1732, .reads("1732")),
        Case("person.external_id", "undefined", .leavesOut(.placeholder)),
        Case("person.country", "Germany", .reads("DE")), Case("person.country", "United States", .reads("US")),
        Case("person.country", "Deutschland", .reads("DE")), Case("person.country", "Österreich", .reads("AT")),
        Case("person.country", "DEU", .reads("DE")), Case("person.country", "UK", .reads("GB")),
        Case("person.country", "U.S.A.", .reads("US")), Case("person.country", "the Netherlands", .reads("NL")),
        Case("person.country", "Côte d’Ivoire", .reads("CI")),
        Case("person.country", "Bosnia and Herzegovina", .reads("BA")),
        Case("person.country", "Россия", .reads("RU")), Case("person.country", "日本", .reads("JP")),
        Case("person.country", "Atlantis", .leavesOut(.unknownValue)),
        Case("person.country", "XX", .leavesOut(.unknownValue)),
    ]

    static let clicks: [Case] = [
        Case("click.gclid", "undefined", .leavesOut(.placeholder)),
        Case("click.gclid", "null", .leavesOut(.placeholder)),
        Case("click.gclid", "NULL", .leavesOut(.placeholder)),
        Case("click.gclid", "(not set)", .leavesOut(.placeholder)),
        Case("click.gclid", "{gclid}", .leavesOut(.placeholder)),
        Case("click.gclid", "{{gclid}}", .leavesOut(.placeholder)),
        Case("click.gclid", "%gclid%", .leavesOut(.placeholder)),
        Case("click.gclid", "[gclid]", .leavesOut(.placeholder)),
        Case("click.gclid", "__GCLID__", .leavesOut(.placeholder)),
        Case("click.wbraid", "${wbraid}", .leavesOut(.placeholder)),
        Case("click.gclid", "GCL.1795943730.Cj0KCQ_x", .reads("Cj0KCQ_x")),
        Case("click.gclid", "GCL.1795943730.", .leavesOut(.malformed)),
        Case("click.gclid", "Cj0KCQ&gad_source=1", .reads("Cj0KCQ")),
        Case("click.gclid", "gclid=Cj0KCQ", .reads("Cj0KCQ")),
        Case("click.gclid", " Cj0KCQ\n", .reads("Cj0KCQ")), Case("click.gclid", "Cj0%2DKCQ", .reads("Cj0-KCQ")),
        Case("click.gclid", "a b", .leavesOut(.malformed)), Case("click.gclid", long(513), .leavesOut(.tooLong)),
        Case("click.gclid", 12345, .reads("12345")), Case("click.gclid", ["Cj0KCQ"], .reads("Cj0KCQ")),
        Case("click.fbclid", "undefined", .leavesOut(.placeholder)),
        Case("click.fbclid", "IwAR0&utm_source=x", .reads("IwAR0")),
        Case("click.fbclid", "fb.1.1795943730250.IwAR0_x", .reads("IwAR0_x")),
        Case("click.fbc", "fb.1.1795999999000.", .leavesOut(.malformed)),
        Case("click.fbc", "fb.1.1795943730.IwAR0", .reads("fb.1.1795943730000.IwAR0")),
        Case("click.fbc", "fb%2E1%2E1795943730250%2EIwAR0", .reads("fb.1.1795943730250.IwAR0")),
        Case("click.fbc", "null", .leavesOut(.placeholder)), Case("click.fbp", "fb.1.x.y", .leavesOut(.malformed)),
        Case("click.fbp", "{fbp}", .leavesOut(.placeholder)),
        Case("click.meta_lead_id", .number("1234567890123456"), .reads("1234567890123456")),
        Case("click.meta_lead_id", "l:1234567890123456", .reads("1234567890123456")),
        Case("click.meta_lead_id", "<test lead: dummy data>", .leavesOut(.placeholder)),
        Case("click", "gclid", .leavesOut(.wrongType)), Case("click.landed_at", "soon", .leavesOut(.malformed)),
        Case("click.landed_at", "2020-01-01T00:00:00Z", .leavesOut(.tooOld)),
    ]

    static let times: [Case] = [
        Case("occurred_at", "2026-11-21 09:55:30+01:00", .reads("2026-11-21T08:55:30.000Z")),
        Case("occurred_at", "2026-11-21T08:55:30+0000", .reads("2026-11-21T08:55:30.000Z")),
        Case("occurred_at", "2026-11-21T08:55:30,250Z", .reads("2026-11-21T08:55:30.250Z")),
        Case("occurred_at", "2026-11-21 08:55 UTC", .reads("2026-11-21T08:55:00.000Z")),
        Case("occurred_at", "2026-11-21T09:55:30 +01", .reads("2026-11-21T08:55:30.000Z")),
        Case("occurred_at", "Sat, 21 Nov 2026 08:55:30 GMT", .reads("2026-11-21T08:55:30.000Z")),
        Case(
            "occurred_at", "Sat Nov 21 2026 09:55:30 GMT+0100 (Central European Standard Time)",
            .reads("2026-11-21T08:55:30.000Z")),
        Case("occurred_at", 1_795_251_330, .reads("2026-11-21T08:55:30.000Z")),
        Case("occurred_at", 1_795_251_330_250, .reads("2026-11-21T08:55:30.250Z")),
        Case("occurred_at", "1795251330", .reads("2026-11-21T08:55:30.000Z")),
        Case("occurred_at", .number("1795251330.25"), .reads("2026-11-21T08:55:30.250Z")),
        Case("occurred_at", "2026-11-21 08:55:30", .leavesOut(.malformed)),
        Case("occurred_at", "21.11.2026 9:05", .leavesOut(.malformed)),
        Case("occurred_at", "2026-11-21", .leavesOut(.malformed)),
        Case("occurred_at", "yesterday", .leavesOut(.malformed)),
        Case("occurred_at", "2026-11-21 08:55:30 CST", .leavesOut(.malformed)),
        Case("occurred_at", 7, .leavesOut(.malformed)),
        Case("occurred_at", "2027-11-21T08:55:30Z", .leavesOut(.inFuture)),
        Case("occurred_at", true, .leavesOut(.wrongType)),
        // How old it is decides whether a platform may be told.
        Case("occurred_at", "2026-01-01T00:00:00Z", .refuses(.tooOld)),
        Case("occurred_at", "2026-01-01 00:00:00Z", .refuses(.tooOld)),
        Case("sent_at", "soon", .leavesOut(.malformed)), Case("sent_at", "2026-01-01T00:00:00Z", .leavesOut(.tooOld)),
    ]

    static let money: [Case] = [
        Case("value", "49.90", .reads("49.90")), Case("value", "49,90", .reads("49.90")),
        Case("value", "1.234,50", .reads("1234.50")),
        Case("value", "1,234.50", .reads("1234.50")), Case("value", "1 234,50", .reads("1234.50")),
        Case("value", "1'234.50", .reads("1234.50")),
        Case("value", "1,234,567", .reads("1234567")), Case("value", "49,90 €", .reads("49.90")),
        Case("value", "EUR 49.90", .reads("49.90")),
        Case("value", "€49", .reads("49")), Case("value", "49,-", .reads("49")), Case("value", "007", .reads("7")),
        Case("value", "0,5", .reads("0.5")),
        Case("value", "1,234", .leavesOut(.malformed)), Case("value", "49,9,0", .leavesOut(.malformed)),
        Case("value", "49.90 USD", .leavesOut(.malformed)),
        Case("value", "about 50", .leavesOut(.malformed)), Case("value", "-5", .leavesOut(.outOfRange)),
        Case("value", -1, .leavesOut(.outOfRange)),
        Case("value", .number("1e999"), .leavesOut(.outOfRange)), Case("value", true, .leavesOut(.wrongType)),
        Case("value", "free", .leavesOut(.malformed)),
        Case("currency", "€", .reads("EUR")), Case("currency", "Euro", .reads("EUR")),
        Case("currency", "us$", .reads("USD")),
        Case("currency", "DEM", .leavesOut(.unknownValue)), Case("currency", "$", .leavesOut(.unknownValue)),
        Case("currency", "kr", .leavesOut(.unknownValue)),
    ]

    static let rest: [Case] = [
        Case("event_id", 1732, .reads("1732")), Case("event_id", " a ", .reads("a")),
        Case("event_id", "undefined", .leavesOut(.placeholder)),
        Case("event_id", "{{id}}", .leavesOut(.placeholder)), Case("event_id", ["a": 1], .leavesOut(.wrongType)),
        Case("campaign_id", 7, .reads("7")), Case("ad_id", "{{ad.id}}", .leavesOut(.placeholder)),
        Case("adset_id", "undefined", .leavesOut(.placeholder)),
        Case("campaign_group", "a\tb", .reads("a b")), Case("campaign_group", long(101), .leavesOut(.tooLong)),
        Case("page.url", "https://e.de/?utm_campaign=Summer Sale", .reads("https://e.de/?utm_campaign=Summer%20Sale")),
        Case("page.url", "https://e.de/<b>", .reads("https://e.de/%3Cb%3E")),
        Case("page.url", " https://e.de/\n", .reads("https://e.de/")),
        Case("page.url", "//e.de/a", .reads("https://e.de/a")),
        Case("page.url", "www.example.com", .leavesOut(.malformed)),
        Case("page.url", "about:blank", .leavesOut(.malformed)),
        Case("page.url", .string("https://e.de/a?b=" + String(repeating: "c", count: 4096)), .reads("https://e.de/a")),
        Case("page.referrer", "null", .leavesOut(.placeholder)),
        Case("page.form_id", long(200), .reads(String(repeating: "a", count: 128))),
        Case("client.ip", "203.0.113.9:52344", .reads("203.0.113.9")),
        Case("client.ip", "[2001:db8::1]:443", .reads("2001:db8::1")),
        Case("client.ip", "[2a00:1450::5]:443", .reads("2a00:1450::5")),
        Case("client.ip", "::ffff:203.0.113.9", .reads("203.0.113.9")),
        Case("client.ip", "203.0.113.9, 10.0.0.1", .reads("203.0.113.9")),
        Case("client.ip", " 203.0.113.9 ", .reads("203.0.113.9")),
        Case("client.ip", "192.168.1.5", .leavesOut(.notPublic)),
        Case("client.ip", "127.0.0.1", .leavesOut(.notPublic)),
        Case("client.ip", "::1", .leavesOut(.notPublic)), Case("client.ip", "::ffff:10.0.0.1", .leavesOut(.notPublic)),
        Case("client.ip", "unknown", .leavesOut(.placeholder)), Case("client.ip", "localhost", .leavesOut(.malformed)),
        Case("client.user_agent", long(2000), .reads(String(repeating: "a", count: 1024))),
        Case("client.user_agent", "a\u{0}b", .reads("ab")),
        Case("person", ["x"], .leavesOut(.wrongType)),
        // What decides whether something may be sent, or as what.
        Case("event", "two words", .refuses(.malformed)), Case("event", 7, .refuses(.wrongType)),
        Case("event", long(65), .refuses(.tooLong)),
        Case("test", "perhaps", .refuses(.unknownValue)), Case("test", 2, .refuses(.wrongType)),
        Case("restate", "perhaps", .refuses(.unknownValue)),
        Case("consent.ad_user_data", "perhaps", .refuses(.unknownValue)),
        Case("consent.ad_user_data", 1, .refuses(.wrongType)),
        Case("consent", "yes", .refuses(.wrongType)),
        Case("consent.ad_personalization", "yes", .refuses(.unknownValue)),
    ]

    @Test(arguments: [addresses, phones, names, clicks, times, money, rest].flatMap { $0 })
    func `reads a field that can mean one thing, and leaves out what cannot`(one: Case) throws {
        let reading = LeadEvent.reading(one.document, receivedAt: .start, manner: .lenient)
        switch one.outcome {
        case .reads(let text):
            #expect(reading.defects == [] && reading.leftOut == [])
            #expect(field(one.field, of: try #require(reading.event)) == text)
        case .leavesOut(let code):
            #expect(reading.defects == [])
            #expect(reading.leftOut == [LeftOut(field: one.field, reason: code)])
            let event = try #require(reading.event)
            #expect(field(one.field, of: event) == (one.field == "occurred_at" ? Instant.start.rfc3339 : nil))
            #expect(reading.notes.contains { $0.hasPrefix("\(one.field) left out: it ") })
            #expect(!reading.isSelfContained)
        case .refuses(let code):
            #expect(reading.event == nil)
            #expect(reading.defects.map(\.code) == [code])
        }
        // What lenience keeps, the contract takes.
        if let event = reading.event {
            let again = LeadEvent.reading(event.json, receivedAt: .start)
            #expect(again.defects == [] && again.event == event)
        }
    }

    /// What the event has at a path of the contract.
    private func field(_ path: String, of event: LeadEvent) -> String? {
        let value = event.json[JSONPointer(path.split(separator: ".").map(String.init))]
        return value.flatMap { $0.isAbsentObject ? nil : $0.string ?? $0.text }
    }

    @Test(
        arguments: [
            (["value": 5], ["value"]), (["currency": "EUR"], ["currency"]),
            (["value": " ", "currency": "EUR"], ["currency"]),
            (["value": 5, "currency": "XXX"], ["currency"]), (["value": "?", "currency": "EUR"], ["value"]),
            (["value": "?", "currency": "XXX"], ["value", "currency"]),
        ] as [(JSON, [String])])
    func `takes value and currency together or not at all`(extra: JSON, leftOut: [String]) throws {
        let document = JSON.object([JSON.Member("event_id", "1")] + (extra.object ?? []))
        let reading = LeadEvent.reading(document, receivedAt: .start, manner: .lenient)
        #expect(reading.event?.value == nil && reading.event?.currency == nil)
        #expect(reading.event != nil && reading.leftOut.map(\.field) == leftOut)
    }

    @Test func `takes the currency that stands beside an amount`() {
        let reading = LeadEvent.reading(
            ["event_id": "1", "value": "1.234,50 €"], receivedAt: .start, manner: .lenient)
        #expect(reading.event?.value?.text == "1234.50" && reading.event?.currency == "EUR" && reading.leftOut == [])
    }

    /// Nothing usable left: put aside, with everything that was wrong.
    @Test(
        arguments: [
            (["person": ["email": "x"]], ["/person/email malformed"]),
            (["event_id": "1", "person": ["email": "x"]], ["/person/email malformed"]),
            (
                ["event_id": "1", "person": ["email": "x", "first_name": "Jane"], "client": ["ip": "x"]],
                ["/person/email malformed", "/client/ip malformed"]
            ),
            (["click": ["gclid": "undefined"]], ["/click/gclid placeholder"]),
            (
                ["event_id": "1", "click": ["gclid": "{gclid}"], "custom": ["wish": "call me"]],
                ["/click/gclid placeholder"]
            ),
            (["client": ["ip": "x"]], ["/client/ip malformed"]),
            (["person": ["city": "[city]"]], ["/person/city placeholder"]),
            (
                ["event": "two words", "person": ["email": "jane@example.com", "phone": "x"]],
                ["/person/phone malformed", "/event malformed"]
            ),
        ] as [(JSON, [String])])
    func `puts aside what nobody can be recognised by any more`(document: JSON, defects: [String]) {
        let reading = LeadEvent.reading(document, receivedAt: .start, manner: .lenient)
        #expect(reading.event == nil && reading.leftOut == [])
        #expect(Set(reading.defects.map { "\($0.pointer) \($0.code.rawValue)" }) == Set(defects))
    }

    @Test(
        arguments: [
            (["event_id": "1", "client": ["ip": "x"]], 1), (["custom": ["wish": "x"], "currency": "x"], 1),
            (["person": ["email": "x", "phone": "+4915112345678"]], 1),
            (["person": ["phone": "x"], "click": ["fbclid": "IwAR0_x"]], 1),
            (["person": ["email": "x"], "page": ["url": "https://e.de/?gclid=Cj0"]], 1),
        ] as [(JSON, Int)])
    func `keeps what still says whom it is about`(document: JSON, leftOut: Int) {
        let reading = LeadEvent.reading(document, receivedAt: .start, manner: .lenient)
        #expect(reading.event != nil && reading.leftOut.count == leftOut)
    }

    @Test(arguments: [
        (#"{"a": {"b": {"c": 1}}}"#, #"{"a.b.c":1}"#), (#"{"a": ["x", "y", ""]}"#, #"{"a":"x, y"}"#),
        (#"{"a": [{"n": 1}, {"n": "z"}]}"#, #"{"a.0.n":1,"a.1.n":"z"}"#), (#"{"": 1}"#, #"{"field":1}"#),
        (#"{"a\nb": 1}"#, #"{"a b":1}"#),
        (#"{"a": 1, "a": 2}"#, #"{"a":1,"a (2)":2}"#), (#"["x", "y"]"#, #"{"custom":"x, y"}"#),
        (#""text""#, #"{"custom":"text"}"#),
        (#"[{"n": 1}]"#, #"{"0.n":1}"#), (#"{"a": {}, "b": [], "c": null, "d": " "}"#, "{}"),
        (#"{"a": "x\u0000y"}"#, #"{"a":"xy"}"#),
    ])
    func `keeps further fields flat`(given: String, kept: String) throws {
        let document: JSON = ["event_id": "1", "custom": try JSON(parsing: Array(given.utf8))]
        let event = try #require(LeadEvent.reading(document, receivedAt: .start, manner: .lenient).event)
        #expect(JSON.object(event.custom).text == kept)
    }

    @Test func `shortens long labels and texts, and keeps fifty fields`() throws {
        let label = String(repeating: "I agree ", count: 11)
        let document: JSON = [
            "event_id": "1",
            "custom": .object(
                [
                    JSON.Member(label + "a", "1"), JSON.Member(label + "b", "2"),
                    JSON.Member("message", .string(String(repeating: "é", count: 1200))),
                ]
                    + (0..<60).map { JSON.Member("f\($0)", 1) }),
        ]
        let reading = LeadEvent.reading(document, receivedAt: .start, manner: .lenient)
        let custom = try #require(reading.event).custom
        #expect(custom.count == 50 && Set(custom.map(\.name)).count == 50)
        #expect(custom[2].value.string == String(repeating: "é", count: 1000))
        #expect(reading.leftOut == [LeftOut(field: "custom", reason: .tooLong)])
        #expect(LeadEvent.reading(reading.event?.json ?? .null, receivedAt: .start).event == reading.event)
    }

    @Test func `takes any number of names it does not know`() {
        let document: JSON = .object(
            [JSON.Member("event_id", "1")] + (0..<400).map { JSON.Member("unknown\($0 % 350)", ["deep": [1]]) })
        #expect(LeadEvent.reading(document, receivedAt: .start, manner: .lenient).event != nil)
    }

    @Test func `of a name that comes twice takes one value, or neither`() throws {
        let document = try JSON(
            parsing: Array(
                #"{"event_id":"1","person":{"email":"a@e.de","email":"a@e.de","phone":"+4915112345678","phone":"+4930123456"}}"#
                    .utf8))
        let reading = LeadEvent.reading(document, receivedAt: .start, manner: .lenient)
        #expect(reading.event?.person.email == "a@e.de" && reading.event?.person.phone == nil)
        #expect(reading.leftOut == [LeftOut(field: "person.phone", reason: .repeated)])
        let names = try JSON(parsing: Array(#"{"event_id":"1","event":"lead","event":"sale"}"#.utf8))
        #expect(LeadEvent.reading(names, receivedAt: .start, manner: .lenient).defects.map(\.code) == [.repeated])
    }

    @Test func `of an id that no platform takes makes one that says the same again`() throws {
        func id(_ text: String) -> String? {
            LeadEvent.reading(
                ["event_id": .string(text), "person": ["email": "a@e.de"]], receivedAt: .start, manner: .lenient
            ).event?
            .eventID
        }
        let long = String(repeating: "x", count: 80)
        #expect(id(long) != nil && id(long) == id(long) && id(long) != id(long + "y"))
        #expect(id("Anfrage-Ä-1") != id("Anfrage-Ä-2"))
    }

    @Test(arguments: [
        ("https://e.de/?gclid=Cj0&utm_source=x", nil as String?, "gclid=Cj0"),
        ("https://e.de/?gclid=Cj0", "own", "gclid=own"),
        ("https://e.de/?gclid=Cj0", "undefined", "gclid=Cj0"), ("https://e.de/?gclid={gclid}", nil, ""),
        ("https://e.de/?gbraid=0AA&wbraid=0BB", nil, "gbraid=0AA wbraid=0BB"),
        ("https://e.de/?gbraid=0AA", "own", "gclid=own"),
        (
            "https://e.de/?fbclid=IwAR0_x&gad_source=1&gad_campaignid=77", nil,
            "fbclid=IwAR0_x gad_source=1 gad_campaign_id=77"
        ),
        ("https://e.de/?a=b c&gclid=Cj0#x", nil, "gclid=Cj0"), ("www.e.de/?gclid=Cj0", nil, "gclid=Cj0"),
        ("https://e.de/?gclid=", nil, ""), ("https://e.de/gclid=Cj0", nil, ""), ("https://e.de/#?gclid=Cj0", nil, ""),
        ("https://e.de/?gclid=null", nil, ""),
    ])
    func `takes click ids from the page's address unless they were sent`(url: String, gclid: String?, expected: String)
        throws
    {
        var members = [JSON.Member("event_id", "1"), JSON.Member("page", ["url": .string(url)])]
        if let gclid { members.append(JSON.Member("click", ["gclid": .string(gclid)])) }
        let event = try #require(LeadEvent.reading(.object(members), receivedAt: .start, manner: .lenient).event)
        let click = event.json["click"]?.object ?? []
        #expect(click.map { "\($0.name)=\($0.value.string ?? "")" }.joined(separator: " ") == expected)
    }

    @Test func `takes the names that forms have, unless something stands at its own place`() throws {
        let document: JSON = [
            "email": "jane@example.com", "gclid": "Cj0KCQ", "phone": "none", "person": ["first_name": "Jane"],
            "first_name": "Eva",
            "utm_source": "google", "page_url": "https://e.de/?fbclid=IwAR0_x", "consent_ad_user_data": "denied",
        ]
        let reading = LeadEvent.reading(document, receivedAt: .start, manner: .lenient)
        let event = try #require(reading.event)
        #expect(
            event.person.email == "jane@example.com" && event.person.firstName == "Jane"
                && event.click.gclid == "Cj0KCQ")
        #expect(event.click.fbclid == "IwAR0_x" && event.custom == [JSON.Member("utm_source", "google")])
        #expect(event.consent.adUserData == .denied)
        #expect(reading.leftOut == [LeftOut(field: "person.phone", reason: .placeholder)])
        #expect(reading.notes.contains("person.email taken from email"))
        let unsure: JSON = ["email": "jane@example.com", "consent_ad_user_data": "perhaps"]
        #expect(LeadEvent.reading(unsure, receivedAt: .start, manner: .lenient).defects.map(\.code) == [.unknownValue])
    }

    @Test func `names what came when nothing says whom it is about`() {
        let reading = LeadEvent.reading(
            ["your-name": "Jane", "menge": 3, "jane@example.com": 1], receivedAt: .start, manner: .lenient)
        #expect(reading.defects.first?.message.hasSuffix("What came: your-name, menge, with an unusual name.") == true)
    }

    @Test func `never repeats a value in what it says`() {
        let secret = "s3cr3t-jane"
        func spoilt(_ fields: [String]) -> JSON {
            .object(fields.map { JSON.Member($0, .string(" \(secret)\u{1} <")) })
        }
        let document: JSON = [
            "event_id": .string(secret + "\u{1}Ä"), "occurred_at": .string(secret), "value": .string(secret),
            "currency": .string(secret),
            "click": spoilt(["gclid", "fbclid", "fbc", "fbp", "landed_at", "meta_lead_id"]),
            "person": spoilt(["email", "phone", "country", "emial"]), "page": spoilt(["url", "referrer"]),
            "client": spoilt(["ip"]),
            "custom": ["note": .string(secret + "\u{1}"), "list": [.string(secret)]],
        ]
        let reading = LeadEvent.reading(document, receivedAt: .start, manner: .lenient)
        for line in reading.defects.map(\.message) + reading.notes { #expect(!line.contains("jane"), "\(line)") }
    }

    /// Leniency is for what the contract refuses. It changes nothing of what is right.
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `of a valid event gives the same event`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            let event = LeadEvent.random(using: &random)
            let reading = LeadEvent.reading(try JSON(parsing: event.json.bytes), receivedAt: .start, manner: .lenient)
            #expect(reading.event == event)
            #expect(reading.defects == [] && reading.leftOut == [] && reading.isSelfContained)
        }
    }
}

extension JSON {
    fileprivate var isAbsentObject: Bool { object?.isEmpty ?? false }
}
