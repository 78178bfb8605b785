import Domain
import TestSupport
import Testing

@Suite struct `What a post under a used id is` {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var first: String
        var later: String
        var relation: Encounter.Relation
        var restates = false
        var isFromBrowser = false
        var delay: Duration = .minutes(1)
        var senders = ("a", "a")

        init(
            _ name: String, _ first: String, _ later: String, _ relation: Encounter.Relation, restates: Bool = false,
            page: Bool = false, delay: Duration = .minutes(1), senders: (String, String) = ("a", "a")
        ) {
            testDescription = name
            (self.first, self.later, self.relation) = (first, later, relation)
            (self.restates, self.delay, self.senders) = (restates, delay, senders)
            isFromBrowser = page
        }
    }

    static let cases = [
        Case("the same bytes", #"{"person":{"email":"a@x.de"}}"#, #"{"person":{"email":"a@x.de"}}"#, .repetition),
        Case(
            "another clock, an attempt's number, more blanks",
            #"{"occurred_at":"2026-11-21T08:00:00Z","person":{"email":"a@x.de"},"custom":{"attempt":1}}"#,
            #"{"occurred_at":"2026-11-21T08:05:00Z","person":{"email":" A@x.de "},"custom":{"attempt":2}}"#, .repetition
        ),
        Case(
            "a number that the first did not say", #"{"person":{"email":"a@x.de"}}"#,
            #"{"person":{"email":"a@x.de","phone":"+4915112345678"}}"#, .repetition),
        Case(
            "the same number written otherwise", #"{"person":{"phone":"0151 12345678"}}"#,
            #"{"person":{"phone":"+49 (151) 123-45678"}}"#, .repetition),
        Case(
            "the same value written otherwise", #"{"person":{"email":"a@x.de"},"value":19.9,"currency":"EUR"}"#,
            #"{"person":{"email":"a@x.de"},"value":19.90,"currency":"eur"}"#, .repetition),
        Case(
            "another address, another click", #"{"person":{"email":"a@x.de"},"click":{"gclid":"one"}}"#,
            #"{"person":{"email":"b@x.de"},"click":{"gclid":"two"}}"#, .reuse, page: true),
        Case(
            "another address, days later", #"{"person":{"email":"a@x.de"}}"#, #"{"person":{"email":"b@x.de"}}"#, .reuse,
            page: true, delay: .days(2)),
        Case(
            "another click of the same person", #"{"person":{"email":"a@x.de"},"click":{"gclid":"one"}}"#,
            #"{"person":{"email":"a@x.de"},"click":{"gclid":"two"}}"#, .reuse),
        Case(
            "the click in the cookie of Meta", #"{"person":{"email":"a@x.de"},"click":{"fbclid":"abc"}}"#,
            #"{"person":{"email":"a@x.de"},"click":{"fbc":"fb.1.1795251600000.abc"}}"#, .repetition),
        Case(
            "another customer number", #"{"person":{"email":"a@x.de","external_id":"1"}}"#,
            #"{"person":{"email":"a@x.de","external_id":"2"}}"#, .reuse),
        Case(
            "another lead of Meta's forms", #"{"click":{"meta_lead_id":"123456789012345"}}"#,
            #"{"click":{"meta_lead_id":"123456789012346"}}"#, .reuse),
        // Values.
        Case(
            "another value", #"{"person":{"email":"a@x.de"},"value":10,"currency":"EUR"}"#,
            #"{"person":{"email":"a@x.de"},"value":20,"currency":"EUR"}"#, .reuse),
        Case(
            "another value that restates", #"{"person":{"email":"a@x.de"},"value":10,"currency":"EUR"}"#,
            #"{"person":{"email":"a@x.de"},"value":20,"currency":"EUR"}"#, .adjustment, restates: true),
        Case(
            "another currency that restates", #"{"person":{"email":"a@x.de"},"value":10,"currency":"EUR"}"#,
            #"{"person":{"email":"a@x.de"},"value":10,"currency":"CHF"}"#, .adjustment, restates: true),
        Case(
            "a first value that restates", #"{"person":{"email":"a@x.de"}}"#,
            #"{"person":{"email":"a@x.de"},"value":20,"currency":"EUR"}"#, .adjustment, restates: true),
        Case(
            "the same value that restates", #"{"person":{"email":"a@x.de"},"value":20,"currency":"EUR"}"#,
            #"{"person":{"email":"a@x.de"},"value":20,"currency":"EUR"}"#, .repetition, restates: true),
        Case(
            "somebody else's value that restates", #"{"person":{"email":"a@x.de"},"value":10,"currency":"EUR"}"#,
            #"{"person":{"email":"b@x.de"},"value":20,"currency":"EUR"}"#, .reuse, restates: true),
        // Corrections.
        Case(
            "a mistyped address on a page", #"{"person":{"email":"a@gmial.com"}}"#,
            #"{"person":{"email":"a@gmail.com"}}"#, .correction, page: true),
        Case(
            "a mistyped number on a page", #"{"person":{"email":"a@x.de","phone":"0151 12345678"}}"#,
            #"{"person":{"email":"a@x.de","phone":"0151 12345679"}}"#, .correction, page: true),
        Case(
            "from another browser", #"{"person":{"email":"a@gmial.com"}}"#, #"{"person":{"email":"a@gmail.com"}}"#,
            .reuse, page: true, senders: ("a", "b")),
        Case(
            "after eleven minutes", #"{"person":{"email":"a@gmial.com"}}"#, #"{"person":{"email":"a@gmail.com"}}"#,
            .reuse, page: true, delay: .minutes(11)),
        Case(
            "another name altogether", #"{"person":{"email":"a@x.de","first_name":"Ann","last_name":"Lee"}}"#,
            #"{"person":{"email":"b@x.de","first_name":"Bob","last_name":"Kay"}}"#, .reuse, page: true),
        Case(
            "another value too", #"{"person":{"email":"a@x.de"},"value":1,"currency":"EUR"}"#,
            #"{"person":{"email":"b@x.de"},"value":2,"currency":"EUR"}"#, .reuse, page: true),
        Case(
            "by a server that says no name", #"{"person":{"email":"a@x.de"}}"#, #"{"person":{"email":"b@x.de"}}"#,
            .reuse),
        Case(
            "by a server, the same name", #"{"person":{"email":"a@x.de","last_name":"Lee"}}"#,
            #"{"person":{"email":"b@x.de","last_name":"LEE "}}"#, .correction),
        Case(
            "by a server, the same number", #"{"person":{"email":"a@x.de","phone":"+4915112345678"}}"#,
            #"{"person":{"email":"b@x.de","phone":"015112345678"}}"#, .correction),
        // Nothing in common.
        Case(
            "an address, then a number", #"{"person":{"email":"a@x.de"}}"#, #"{"person":{"phone":"+4915112345678"}}"#,
            .repetition),
        Case(
            "an address, then another visitor's number", #"{"person":{"email":"a@x.de"}}"#,
            #"{"person":{"phone":"+4915112345678"}}"#, .reuse, page: true, senders: ("a", "b")),
        Case(
            "an address, then a number of another name", #"{"person":{"email":"a@x.de","first_name":"Ann"}}"#,
            #"{"person":{"phone":"+4915112345678","first_name":"Bob"}}"#, .reuse),
        Case("nobody, then nobody", #"{"event_id":"1"}"#, #"{"event_id":"1"}"#, .repetition),
    ]

    @Test(arguments: cases)
    func `decides`(_ test: Case) throws {
        let (first, later) = try (Self.event(test.first), Self.event(test.later))
        func identity(_ event: LeadEvent, _ sender: String) -> EventIdentity<String> {
            EventIdentity(event, country: "DE", sender: test.isFromBrowser ? sender : nil)
        }
        let encounter = Encounter(
            identity(first, test.senders.0), identity(later, test.senders.1), restates: test.restates,
            isFromBrowser: test.isFromBrowser, delay: test.delay, names: later.names(comparedWith: first))
        #expect(encounter.relation == test.relation)
    }

    @Test func `an identity is the same after it was packed`() throws {
        var identity = EventIdentity<UInt32>()
        for aspect in IdentityAspect.allCases { identity.add(aspect, UInt32(aspect.rawValue) * 0x0101_0101) }
        #expect(EventIdentity(packed: identity.packed) == identity)
        #expect(identity.packed.count == IdentityAspect.allCases.count * 5)
    }

    private static func event(_ text: String) throws -> LeadEvent {
        let reading = LeadEvent.reading(try JSON(parsing: Array(text.utf8)), receivedAt: .start)
        return try #require(reading.event, "\(reading.defects)")
    }
}

@Suite struct `What was said, apart from how it was written` {
    @Test func `order and blanks do not count`() {
        #expect(
            Wording(Array(#"{"a":1,"b":{"c":2,"d":[1,2]}}"#.utf8))
                == Wording(Array(#" { "b": {"d":[1, 2],"c":2}, "a":1 }"#.utf8)))
        #expect(Wording(Array(#"{"a":[1,2]}"#.utf8)) != Wording(Array(#"{"a":[2,1]}"#.utf8)))
        #expect(Wording(Array("a=1&b=2".utf8)) != Wording(Array("b=2&a=1".utf8)))
        #expect(Wording([], pairs: [("a", "1"), ("b", "2")]) == Wording([1], pairs: [("b", "2"), ("a", "1")]))
    }

    @Test func `differences are told by names`() {
        let differences = Wording.differences(
            Array(#"{"occurred_at":"x","custom":{"attempt":1,"z":0},"person":{"email":"a"}}"#.utf8),
            Array(#"{"occurred_at":"y","custom":{"attempt":2,"z":0},"person":{"email":"a"},"new":1}"#.utf8))
        #expect(differences == ["occurred_at", "custom.attempt", "new"])
    }
}
