import Domain
import TestSupport
import Testing

@Suite struct `A field mapping` {
    static func mapping(_ rules: [FieldMapping.Rule], others: FieldMapping.Others = .ignored) -> FieldMapping {
        var mapping = FieldMapping()
        mapping.rules = rules
        mapping.others = others
        return mapping
    }

    static func pattern(_ pattern: String, offset minutes: Int = 0) -> DateFormat {
        guard let read = DatePattern(pattern) else { preconditionFailure("\(pattern) is no date pattern") }
        return .pattern(read, .offset(minutes: minutes))
    }

    @Test func `brings their names to our places and says so`() {
        let arrangement = Self.mapping([
            .init("/person/email", .field(["mail", "E-Mail"])),
            .init("/person/email", .field(["second mail"])),
            .init("/person/phone", .field(["/contact/phones/1"])),
            .init("/event", .constant("qualified")),
            .init("/currency", .defaultValue("EUR")), .init("/value", .field(["price"])),
            .init("/occurred_at", .date(["date"], Self.pattern("dd.MM.yyyy HH:mm", offset: 60))),
            .init("/custom/topics", .field(["topics"])),
            .init("/campaign_id", .field(["missing"])),
        ]).applied(to: [
            "mail": " ", "E-Mail": "jane@example.com", "second mail": "x@example.com",
            "contact": ["phones": ["1", "0151 234567"]],
            "price": "19.90", "date": "21.11.2026 09:30", "topics": ["solar", "", "heat"], "other": 1, "blank": "",
        ])
        #expect(
            arrangement.document
                == [
                    "person": ["email": "jane@example.com", "phone": "0151 234567"], "event": "qualified",
                    "value": "19.90",
                    "occurred_at": "2026-11-21T08:30:00.000Z", "custom": ["topics": "solar, heat"], "currency": "EUR",
                ])
        #expect(
            arrangement.lines == [
                "mapping: person.email from E-Mail", "mapping: person.phone from contact.phones.1",
                "mapping: event is constant",
                "mapping: value from price", "mapping: occurred_at from date, as a date",
                "mapping: custom.topics from topics",
                "mapping: 2 other fields ignored", "mapping: currency by default",
                "mapping: contact.phones has 2 elements, of which 1 was read",
            ])
    }

    @Test(
        arguments: [
            (DateFormat.unixSeconds, "1795251600" as JSON, "2026-11-21T09:00:00.000Z"),
            (.unixSeconds, .number("1795251600.25"), "2026-11-21T09:00:00.250Z"),
            (.unixMilliseconds, 1_795_251_600_001, "2026-11-21T09:00:00.001Z"),
            (.unixSeconds, "soon", nil), (.unixSeconds, -5, nil), (.unixSeconds, .number("1e300"), nil),
            (.unixSeconds, "nan", nil),
            (pattern("yyyy-MM-dd", offset: -120), "2026-11-21", "2026-11-21T02:00:00.000Z"),
            (pattern("MM/dd/yyyy HH:mm:ss"), " 11/21/2026 09:00:07 ", "2026-11-21T09:00:07.000Z"),
            (pattern("yyyyMMdd"), "20261121", "2026-11-21T00:00:00.000Z"),
            (pattern("dd.MM.yyyy"), "31.02.2026", nil),
            (pattern("dd.MM.yyyy"), "1.2.2026", nil),
            (pattern("dd.MM.yyyy"), "01.02.2026 ", "2026-02-01T00:00:00.000Z"),
            (pattern("dd.MM.yyyy"), "01.02.2026x", nil),
            (pattern("dd.MM.yyyy"), "+1.02.2026", nil),
            (pattern("yyyy"), ["2026"], nil),
        ] as [(DateFormat, JSON, String?)])
    func `reads dates as they are configured`(format: DateFormat, value: JSON, moment: String?) {
        let arrangement = Self.mapping([.init("/occurred_at", .date(["when"], format))]).applied(to: ["when": value])
        // What fits no format goes on as it is: the reader says what is wrong with it.
        #expect(arrangement.document["occurred_at"] == moment.map { .string($0) } ?? value.array?.first ?? value)
        #expect(arrangement.lines.contains { $0.contains("does not fit") } == (moment == nil))
        #expect(arrangement.origin(of: JSONPointer(["occurred_at"])) == "/when")
    }

    @Test(
        arguments: [
            (.ignored, ["event_id": "1"]),
            (.custom, ["event_id": "1", "custom": ["email": "jane@example.com", "shoe": 42, "deep": ["a": 1]]]),
            (.flatNames, ["event_id": "1", "person": ["email": "jane@example.com"]]),
        ] as [(FieldMapping.Others, JSON)])
    func `does with other fields what it is told`(others: FieldMapping.Others, document: JSON) {
        let mapping = Self.mapping([.init("/event_id", .field(["id"]))], others: others)
        let theirs: JSON = ["id": "1", "email": "jane@example.com", "shoe": 42, "deep": ["a": 1], "empty": ""]
        #expect(mapping.applied(to: theirs).document == document)
    }

    @Test(
        arguments: [
            (.init("/currency", .defaultValue("EUR")), [:], [:]), (.init("/currency", .constant("EUR")), [:], [:]),
            (.init("/currency", .constant("EUR")), ["price": 5], ["value": 5, "currency": "EUR"]),
            (.init("/currency", .defaultValue("EUR")), ["price": 5], ["value": 5, "currency": "EUR"]),
            // What somebody sent is for the reader to judge.
            (.init("/currency", .field(["cur"])), ["cur": "EUR"], ["currency": "EUR"]),
        ] as [(FieldMapping.Rule, JSON, JSON)])
    func `says a currency of values only`(rule: FieldMapping.Rule, theirs: JSON, ours: JSON) {
        let read = Self.mapping([rule, .init("/value", .field(["price"]))]).applied(to: theirs).document
        for name in ["value", "currency"] { #expect(read[name] == ours[name]) }
    }

    @Test func `makes nothing of a document that is no object`() {
        #expect(Self.mapping([.init("/event_id", .field(["id"]))]).applied(to: [1, 2]).document == [:])
    }
}
