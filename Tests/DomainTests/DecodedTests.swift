import Domain
import TestSupport
import Testing

@Suite struct `What was decoded` {
    private static func judge(
        _ body: String, query: [(String, String)] = [], text: String? = nil, remarks: [DecodingRemark] = [],
        mapping: FieldMapping? = nil
    ) -> Judgement {
        var source = Source(name: "site")
        source.mapping = mapping
        let submission = Submission(source: source.name, receivedAt: .start, format: .json, body: Array(body.utf8))
        var decoded = Decoded(.json)
        decoded.query = query.map { (name: $0.0, value: $0.1) }
        decoded.text = text.map { Array($0.utf8) }
        decoded.remarks = remarks
        return Validator().judge(submission, decoded, id: ValidatorTests.id, source: source) { _, _ in [] }
    }

    private static let start = #""occurred_at":"2026-11-21T08:59:00Z","event":"lead","event_id":"a""#

    /// The query of an address with JSON in the body: what it says, and where that is found in the lead.
    static let completed: [(String, [(String, String)], [String: String])] = [
        (
            "{\(start)}", [("gclid", "abc"), ("utm_campaign", "x")],
            ["/click/gclid": "abc", "/custom/utm_campaign": "x"]
        ),
        ("{\(start)}", [("GCLID", "abc"), ("fbclid", "f1")], ["/click/gclid": "abc", "/click/fbclid": "f1"]),
        (
            #"{\#(start),"click":{"gclid":"mine"}}"#, [("gclid", "abc"), ("wbraid", "w")],
            ["/click/gclid": "mine", "/click/wbraid": "w"]
        ),
        (#"{\#(start),"click":{"gclid":""}}"#, [("gclid", "abc")], ["/click/gclid": "abc"]),
        (
            #"{\#(start),"click":null,"custom":{"a":"b"}}"#, [("gclid", "abc"), ("utm_term", "t")],
            ["/click/gclid": "abc", "/custom/a": "b", "/custom/utm_term": "t"]
        ),
        ("{\(start)}", [("gclid", "first"), ("gclid", "second")], ["/click/gclid": "first"]),
        ("{\(start)}", [("sent_at", "2026-11-21T08:59:30Z")], ["/sent_at": "2026-11-21T08:59:30.000Z"]),
    ]

    @Test(arguments: completed.indices)
    func `an address completes what JSON does not say`(_ index: Int) throws {
        let (body, query, expected) = Self.completed[index]
        let lead = try ValidatorTests.lead(Self.judge(body, query: query))
        let payload = try JSON(parsing: lead.payload)
        for (place, value) in expected {
            #expect(payload[try #require(JSONPointer(place))]?.string == value, "\(place)")
        }
        #expect(lead.raw == Array(body.utf8))
    }

    /// Names that are the sender's own business, and values that would spoil the lead.
    @Test(
        arguments: [
            [("email", "eva@example.org")], [("person.email", "eva@example.org")], [("event_id", "b")], [("test", "1")],
            [("_", "123")], [("gclid", "")], [("gclid", " ")], [("gclid", "two words")], [("gclid", "{gclid}")],
            [("sent_at", "yesterday")], [("custom[a]", "b")], [("", "x")],
        ] as [[(String, String)]])
    func `an address adds nothing else, and spoils nothing`(_ query: [(String, String)]) throws {
        let body = "{\(Self.start)}"
        let lead = try ValidatorTests.lead(Self.judge(body, query: query))
        #expect(lead.payload == Array(body.utf8))
        #expect(lead.raw == nil)
    }

    @Test func `an address completes what a mapping has made`() throws {
        var mapping = FieldMapping()
        mapping.rules = [
            FieldMapping.Rule("/click/gclid", .field(["id"])), FieldMapping.Rule("/event_id", .constant("a")),
        ]
        for (body, gclid) in [(#"{"id":"mine"}"#, "mine"), (#"{"name":"x"}"#, "abc")] {
            let lead = try ValidatorTests.lead(Self.judge(body, query: [("gclid", "abc")], mapping: mapping))
            #expect(try JSON(parsing: lead.payload)[try #require(JSONPointer("/click/gclid"))]?.string == gclid)
        }
    }

    /// The snippet tells its clock in the address of every form; a mapping must not take it for one of the page's
    /// fields.
    @Test func `the clock of a form is none of its fields`() throws {
        var source = Source(name: "site")
        for mapping in [nil, FieldMapping()] as [FieldMapping?] {
            source.mapping = mapping
            source.mapping?.others = .custom
            source.mapping?.rules = [FieldMapping.Rule("/event_id", .field(["event_id"]))]
            var decoded = Decoded(.pairs([("event_id", "a")]))
            decoded.query = [("sent_at", "2026-11-21T08:59:30Z")]
            let submission = Submission(source: source.name, receivedAt: .start, format: .form, body: [])
            let lead = try ValidatorTests.lead(
                Validator().judge(submission, decoded, id: ValidatorTests.id, source: source) { _, _ in [] })
            let payload = try JSON(parsing: lead.payload)
            #expect(payload["sent_at"]?.string == "2026-11-21T08:59:30.000Z")
            #expect(payload["custom"] == nil)
        }
    }

    @Test func `text of another character set is read and kept beside its bytes`() throws {
        let body = "what the sender wrote"
        let text = #"{\#(Self.start),"person":{"first_name":"Jürgen"}}"#
        let lead = try ValidatorTests.lead(Self.judge(body, text: text))
        #expect(lead.raw == Array(body.utf8))
        #expect(String(decoding: lead.payload, as: UTF8.self).contains("Jürgen"))
        #expect(ValidatorTests.defects(Self.judge(body, text: "{")) == [" unreadable"])
    }

    @Test(
        arguments: [
            (.unreadableForm(charset: ""), "the form is not UTF-8: unreadable characters replaced"),
            (.unreadableForm(charset: "gbk"), "the form is not gbk, as it says: unreadable"),
            (.unreadableJSON(charset: ""), "the JSON is not UTF-8: unreadable characters replaced"),
            (.files(["cv", ""]), "files are not kept: cv, without a name"),
            (.files(["eva@example.org"]), "files are not kept: with an unusual name"),
            (.files((1...10).map { "f\($0)" }), "f7, f8 and 2 more"),
        ] as [(DecodingRemark, String)])
    func `what had to be done is noted, before all else`(_ remark: DecodingRemark, _ words: String) throws {
        let lead = try ValidatorTests.lead(Self.judge("{\(Self.start),\"x\":1}", remarks: [remark]))
        #expect(lead.notes.first?.contains(words) == true, "\(lead.notes)")
        #expect(lead.notes.count > 1)
    }
}

private typealias ValidatorTests = `The validator`
