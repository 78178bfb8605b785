import Domain
import TestSupport
import Testing

@Suite struct `A rule of a mapping` {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let selector: FieldSelector
        let document: JSON
        let value: JSON?
        /// Where it was found, as the arrangement says it.
        let origin: String?
        /// A line that is among the notes.
        let note: String?

        init(
            _ name: String, _ selector: FieldSelector, _ document: JSON, _ value: JSON?, at origin: String? = nil,
            note: String? = nil
        ) {
            testDescription = name
            self.selector = selector
            self.document = document
            self.value = value
            self.origin = origin
            self.note = note
        }
    }

    private static func read(_ names: String..., change: (inout FieldSelector) -> Void) -> FieldSelector {
        var selector = FieldSelector(names)
        change(&selector)
        return selector
    }

    private static func element(
        of list: String, _ place: [String], _ values: [String], take: [String], json: Bool = false
    ) -> FieldSelector {
        read(list) {
            $0.conditions = [.init(JSONPointer(place), values)]
            $0.taken = JSONPointer(take)
            $0.opensText = json
        }
    }

    private static let columns: JSON = [
        "columns": [
            ["id": "CITY", "value": "Bonn"], ["id": "PHONE", "value": ""], ["id": "PHONE", "value": "0228 1"],
            ["id": "PHONE", "value": "0228 2"], ["id": 7, "value": "seven"], "loose", ["id": "EMPTY"],
        ],
        "answers": [["field": ["ref": "mail"], "email": "jane@example.com"]],
        "text": #"{"a":{"b":["x","y"]},"list":[{"id":"CITY","value":"Bonn"}]}"#, "broken": #"{"a":"#,
        "url": "https://www.acme.example/a?x=1&gclid=Cj0%20K#gclid=no",
        "other url": "https://www.acme.example/?gclid=second",
        "date": "21.11.2026", "time": " 9:05 ", "empty": " ",
        "entry": [["id": 1], ["id": 2]],
    ]

    static let cases = [
        Case(
            "chooses an element by what it says", element(of: "columns", ["id"], ["CITY"], take: ["value"]), columns,
            "Bonn",
            at: "/columns/0/value"),
        Case(
            "takes the first that is not blank, and says that there are more",
            element(of: "/columns", ["id"], ["PHONE"], take: ["value"]), columns, "0228 1", at: "/columns/2/value",
            note: "mapping: 2 elements of columns fit: the first is taken"),
        Case(
            "compares numbers as they are spelled", element(of: "columns", ["id"], ["7"], take: ["value"]), columns,
            "seven"),
        Case(
            "takes one of several values", element(of: "columns", ["id"], ["TOWN", "CITY"], take: ["value"]), columns,
            "Bonn"),
        Case(
            "looks into the element", element(of: "answers", ["field", "ref"], ["mail"], take: ["email"]), columns,
            "jane@example.com"),
        Case("finds no such element", element(of: "columns", ["id"], ["EMAIL"], take: ["value"]), columns, nil),
        Case("finds nothing in the element", element(of: "columns", ["id"], ["EMPTY"], take: ["value"]), columns, nil),
        Case("finds no list", element(of: "url", ["id"], ["EMPTY"], take: ["value"]), columns, nil),
        Case(
            "reads JSON in a text", read("/text/a/b/1") { $0.opensText = true }, columns, "y", at: "/text/a/b/1",
            note: "mapping: text.a.b has 2 elements, of which 1 was read"),
        Case("leaves a text a text", read("/text/a/b/1") { _ in }, columns, nil),
        Case("reads no broken JSON", read("/broken/a") { $0.opensText = true }, columns, nil),
        Case(
            "chooses in JSON in a text", element(of: "/text/list", ["id"], ["CITY"], take: ["value"], json: true),
            columns,
            "Bonn"),
        Case(
            "reads a parameter", read("url") { $0.form = .parameter("gclid") }, columns, "Cj0 K", at: "/url",
            note: "mapping: custom.it from url, parameter gclid"),
        Case(
            "reads the first address that has it", read("date", "url", "other url") { $0.form = .parameter("wbraid") },
            columns, nil),
        Case(
            "goes on to the next address", read("date", "other url") { $0.form = .parameter("gclid") }, columns,
            "second"),
        Case(
            "joins fields", FieldSelector(joining: ["date", "empty", "time"]), columns, "21.11.2026 9:05", at: "/date",
            note: "mapping: custom.it from date and time"),
        Case("joins what is there", FieldSelector(joining: ["none", "time"], with: "-"), columns, "9:05", at: "/time"),
        Case("joins nothing", FieldSelector(joining: ["none", "empty"]), columns, nil),
        Case(
            "takes * for the one element", read("/entry/*/id") { _ in }, columns, 1, at: "/entry/0/id",
            note: "mapping: entry has 2 elements, of which 1 was read"),
        Case(
            "splits a name", read("name") { $0.form = .name(.last) }, ["name": "Jane van Dyke"], "van Dyke",
            note: "mapping: custom.it from name, last name of it"),
        Case("has no last name in one word", read("name") { $0.form = .name(.last) }, ["name": "Jane"], nil),
        Case(
            "splits no company", read("name") { $0.form = .name(.first) }, ["name": "Acme GmbH"], nil,
            note: "mapping: custom.it is left out: name is not split into names"),
        Case("takes the end of a long id", read("id") { $0.form = .ending(3) }, ["id": "abcdef"], "def"),
    ]

    @Test(arguments: cases)
    func `reads what it names`(_ example: Case) {
        var mapping = FieldMapping()
        mapping.rules = [.init("/custom/it", .read(example.selector))]
        let arrangement = mapping.applied(to: example.document)
        #expect(arrangement.document["custom"]?["it"] == example.value)
        if let origin = example.origin { #expect(arrangement.origin(of: JSONPointer(["custom", "it"])) == origin) }
        if let note = example.note { #expect(arrangement.lines.contains(note), "\(arrangement.lines)") }
    }

    @Test func `leaves an address to others when it has read a parameter of it`() {
        var mapping = FieldMapping()
        mapping.rules = [.init("/click/gclid", .read(Self.read("url") { $0.form = .parameter("gclid") }))]
        mapping.others = .custom
        #expect(
            mapping.applied(to: ["url": "https://acme.example/?gclid=a"]).document
                == ["click": ["gclid": "a"], "custom": ["url": "https://acme.example/?gclid=a"]])
    }

    static let zoned: [(text: String, moment: String, note: String?)] = [
        ("21.11.2026 09:05", "2026-11-21T08:05:00.000Z", nil), ("21.07.2026 09:05", "2026-07-21T07:05:00.000Z", nil),
        // 25 October 2026, 03:00 CEST: the clock is put back to 02:00.
        ("25.10.2026 02:30", "2026-10-25T00:30:00.000Z", "twice: the first"),
        // 29 March 2026, 02:00 CET: the clock is put forward to 03:00.
        ("29.03.2026 02:30", "2026-03-29T01:00:00.000Z", "the moment of the change"),
    ]

    @Test(arguments: zoned)
    func `reads a date by the clock of its zone`(text: String, moment: String, note: String?) throws {
        let pattern = try #require(DatePattern("dd.MM.yyyy HH:mm"))
        let berlin = try `Time zones`.rules("Europe/Berlin")
        var mapping = FieldMapping()
        mapping.rules = [.init("/occurred_at", .date(["at"], .pattern(pattern, .zone(berlin))))]
        let arrangement = mapping.applied(to: ["at": .string(text)])
        #expect(arrangement.document["occurred_at"]?.string == moment)
        #expect(arrangement.lines.contains { line in note.map(line.contains) ?? false } == (note != nil))
    }

    @Test func `tries several formats`() throws {
        let formats = try ["yyyy-MM-dd", "d.M.yyyy"].map {
            DateFormat.pattern(try #require(DatePattern($0)), .utc)
        }
        var selector = FieldSelector(["at"])
        selector.form = .date(formats)
        var mapping = FieldMapping()
        mapping.rules = [.init("/occurred_at", .read(selector))]
        #expect(mapping.applied(to: ["at": "1.2.2026"]).document["occurred_at"]?.string == "2026-02-01T00:00:00.000Z")
        #expect(mapping.applied(to: ["at": "2026-02-01"]).document["occurred_at"]?.string == "2026-02-01T00:00:00.000Z")
        #expect(mapping.applied(to: ["at": "tomorrow"]).document["occurred_at"] == "tomorrow")
    }
}
