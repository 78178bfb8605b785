import Domain
import Testing

@Suite struct `A document with several leads` {
    static let split: [(path: [String], body: String, bodies: [String]?)] = [
        (
            ["leads", "*"], #"{"a":1.50,"leads":[{"x":1},{"x":2}]}"#,
            [#"{"a":1.50,"leads":[{"x":1}]}"#, #"{"a":1.50,"leads":[{"x":2}]}"#]
        ),
        (
            ["entry", "*", "changes", "*"],
            #"{"entry":[{"id":1,"changes":[1,2]},{"id":2,"changes":[]},{"id":3,"changes":[3]},4]}"#,
            [
                #"{"entry":[{"id":1,"changes":[1]}]}"#, #"{"entry":[{"id":1,"changes":[2]}]}"#,
                #"{"entry":[{"id":3,"changes":[3]}]}"#,
            ]
        ),
        (["*"], "[1,2]", ["[1]", "[2]"]),
        // As they came.
        (["leads", "*"], #"{ "leads": [ 1 ] }"#, nil), (["leads", "*"], #"{"leads":[]}"#, nil),
        (["leads", "*"], "{}", nil),
        (["leads", "*"], #"{"leads":{"a":1,"b":2}}"#, nil), (["leads", "*"], #"{"leads":[1,2]"#, nil),
        (["leads", "*"], "", nil),
    ]

    @Test(arguments: split)
    func `becomes one for each element`(path: [String], body: String, bodies: [String]?) {
        let split = EachSplit(Array(body.utf8), each: JSONPointer(path), maximum: 3)
        #expect(split == bodies.map { .many($0.map { Array($0.utf8) }) } ?? .one)
    }

    @Test func `is bounded in number and in bytes`() {
        let body = Array(#"{"around":"0123456789","leads":[1,2,3]}"#.utf8), path = JSONPointer(["leads", "*"])
        #expect(EachSplit(body, each: path, maximum: 2) == .tooMany)
        #expect(EachSplit(body, each: path, maximum: 3, maximumAddition: 30) == .tooLarge)
        guard case .many = EachSplit(body, each: path, maximum: 3, maximumAddition: 80) else {
            Issue.record("it fits")
            return
        }
    }
}
