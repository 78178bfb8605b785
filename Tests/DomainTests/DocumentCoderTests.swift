import Domain
import Testing

@Suite struct `Documents` {
    enum Tone: String, Codable, CaseIterable { case good, notSoGood = "not_so_good" }

    struct Inner: Codable, Equatable, Sendable {
        var count: Int
        var share: Double?
    }

    struct Outer: Codable, Equatable, Sendable {
        var firstName: String
        var withClickID: Bool
        var at: Instant
        var seen: PreciseInstant?
        @Omitted var title: String?
        @Omitted var hours: [Int]??
        @Flattened var inner: Inner
        @Flattened var more: More?
        var byName: [String: Int]
        var any: JSON
        var list: [Inner]
        var tone: Tone

        struct More: Codable, Equatable, Sendable { var deep: String }
    }

    private static var outer: Outer {
        Outer(
            firstName: "a", withClickID: true, at: Instant(milliseconds: 1_795_251_600_123), seen: nil, title: nil,
            hours: nil, inner: Inner(count: 3, share: nil), more: nil, byName: ["meta_Acme": 1, "a.b": 2],
            any: ["keepThis": [1, .null]], list: [Inner(count: 1, share: 0.5)], tone: .notSoGood)
    }

    static let names: [(String, String)] = [
        ("name", "name"), ("firstName", "first_name"), ("withClickID", "with_click_id"), ("publicURL", "public_url"),
        ("URLPath", "url_path"), ("urlPath", "url_path"), ("unknownIDs", "unknown_ids"), ("IDsOfAll", "ids_of_all"),
        ("a1B", "a1_b"),
        ("within_1h", "within_1h"), ("", ""), ("A", "a"),
    ]

    @Test(arguments: names)
    func `name their members by one rule`(_ property: String, _ member: String) {
        #expect(snakeCase(property) == member)
    }

    @Test func `are written in the order of their declaration`() throws {
        #expect(
            try DocumentEncoder.json(Self.outer).text
                == #"{"first_name":"a","with_click_id":true,"at":"2026-11-21T09:00:00Z","seen":null,"count":3,"#
                + #""share":null,"by_name":{"a.b":2,"meta_Acme":1},"any":{"keepThis":[1,null]},"#
                + #""list":[{"count":1,"share":0.5}],"tone":"not_so_good"}"#)
    }

    @Test func `are read as they were written`() throws {
        var outer = Self.outer
        outer.at = Instant(seconds: 1_795_251_600)
        #expect(try DocumentDecoder.decode(from: try DocumentEncoder.json(outer)) == outer)
        outer.seen = PreciseInstant(Instant(milliseconds: 1_795_251_600_123))
        outer.title = "t"
        outer.hours = .some(nil)
        outer.more = Outer.More(deep: "d")
        outer.inner.share = 0.25
        let json = try DocumentEncoder.json(outer)
        #expect(json["seen"] == "2026-11-21T09:00:00.123Z" && json["hours"] == .null && json["deep"] == "d")
        #expect(try DocumentDecoder.decode(from: json) == outer)
        outer.hours = [1, 2]
        #expect(try DocumentDecoder.decode(from: try DocumentEncoder.json(outer)) == outer)
    }

    @Test func `pass over members that they do not know`() throws {
        let inner: Inner = try DocumentDecoder.decode(from: ["count": 1, "share": .null, "else": "x"])
        #expect(inner == Inner(count: 1, share: nil))
        #expect(try DocumentDecoder.decode(Inner.self, from: ["count": 1]) == inner)
    }

    static let mismatches: [(String, JSON?, String)] = [
        ("first_name", 1, #""first_name" must be a text"#), ("first_name", nil, #""first_name" is missing"#),
        ("first_name", .null, #""first_name" must be a text"#), ("count", "3", #""count" must be a whole number"#),
        ("count", .number("1.5"), #""count" must be a whole number"#),
        ("with_click_id", "yes", #""with_click_id" must be true or false"#),
        ("at", "yesterday", #""at" must be an RFC 3339 timestamp, for example 2026-11-24T18:00:00Z"#),
        ("list", ["count": 1], #""list" must be a list"#),
        ("list", [["count": 1], ["count": true]], #""list[1].count" must be a whole number"#),
        ("by_name", ["a": "x"], #""by_name.a" must be a whole number"#),
        ("by_name", [], #""by_name" must be an object"#),
        ("tone", "bad", #""tone" must be one of good, not_so_good"#), ("share", "x", #""share" must be a number"#),
    ]

    @Test(arguments: mismatches.indices)
    func `say where they are not what they should be`(_ index: Int) throws {
        let (name, value, expected) = Self.mismatches[index]
        guard case .object(var members) = try DocumentEncoder.json(Self.outer) else { return }
        members.removeAll { $0.name == name }
        if let value { members.append(JSON.Member(name, value)) }
        let json = JSON.object(members)
        let mismatch = #expect(throws: DocumentMismatch.self) { try DocumentDecoder.decode(Outer.self, from: json) }
        #expect(mismatch?.description == expected)
    }

    @Test func `are objects`() {
        let mismatch = #expect(throws: DocumentMismatch.self) { try DocumentDecoder.decode(Inner.self, from: [1]) }
        #expect(mismatch?.description == "it must be an object")
    }
}
