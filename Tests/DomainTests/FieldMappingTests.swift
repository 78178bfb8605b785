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

    @Test func `brings their names to our places and says so`() {
        let arrangement = Self.mapping([
            .init("/person/email", .field(["mail", "E-Mail"])),
            .init("/person/email", .field(["second mail"])),
            .init("/person/phone", .field(["/contact/phones/1"])),
            .init("/event", .constant("qualified")),
            .init("/currency", .defaultValue("EUR")), .init("/value", .field(["price"])),
            .init("/occurred_at", .date(["date"], .pattern("dd.MM.yyyy HH:mm", offsetMinutes: 60))),
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
        #expect(arrangement.defects == [])
        #expect(
            arrangement.lines == [
                "mapping: person.email from E-Mail", "mapping: person.phone from contact.phones.1",
                "mapping: event is constant",
                "mapping: value from price", "mapping: occurred_at from date, as a date",
                "mapping: custom.topics from topics",
                "mapping: 2 other fields ignored", "mapping: currency by default",
            ])
    }

    @Test(
        arguments: [
            (FieldMapping.DateFormat.unixSeconds, "1795251600" as JSON, "2026-11-21T09:00:00.000Z"),
            (.unixSeconds, .number("1795251600.25"), "2026-11-21T09:00:00.250Z"),
            (.unixMilliseconds, 1_795_251_600_001, "2026-11-21T09:00:00.001Z"),
            (.unixSeconds, "soon", nil), (.unixSeconds, -5, nil), (.unixSeconds, .number("1e300"), nil),
            (.unixSeconds, "nan", nil),
            (.pattern("yyyy-MM-dd", offsetMinutes: -120), "2026-11-21", "2026-11-21T02:00:00.000Z"),
            (.pattern("MM/dd/yyyy HH:mm:ss", offsetMinutes: 0), " 11/21/2026 09:00:07 ", "2026-11-21T09:00:07.000Z"),
            (.pattern("yyyyMMdd", offsetMinutes: 0), "20261121", "2026-11-21T00:00:00.000Z"),
            (.pattern("dd.MM.yyyy", offsetMinutes: 0), "31.02.2026", nil),
            (.pattern("dd.MM.yyyy", offsetMinutes: 0), "1.2.2026", nil),
            (.pattern("dd.MM.yyyy", offsetMinutes: 0), "01.02.2026 ", "2026-02-01T00:00:00.000Z"),
            (.pattern("dd.MM.yyyy", offsetMinutes: 0), "01.02.2026x", nil),
            (.pattern("dd.MM.yyyy", offsetMinutes: 0), "+1.02.2026", nil),
            (.pattern("dd.MM", offsetMinutes: 0), "01.02", nil), (.pattern("yyyy", offsetMinutes: 0), ["2026"], nil),
        ] as [(FieldMapping.DateFormat, JSON, String?)])
    func `reads dates as they are configured`(format: FieldMapping.DateFormat, value: JSON, moment: String?) {
        let arrangement = Self.mapping([.init("/occurred_at", .date(["when"], format))]).applied(to: ["when": value])
        #expect(arrangement.document["occurred_at"]?.string == moment)
        #expect(arrangement.defects.map(\.pointer) == (moment == nil ? ["/when"] : []))
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

    @Test func `makes nothing of a document that is no object`() {
        #expect(Self.mapping([.init("/event_id", .field(["id"]))]).applied(to: [1, 2]).document == [:])
    }
}
