import Domain
import TestSupport
import Testing

@Suite struct `Splitting a batch` {
    static func slices(_ split: BatchSplit, of body: [UInt8]) -> [String]? {
        guard case .many(let ranges) = split else { return nil }
        return ranges.map { String(decoding: body[$0], as: UTF8.self) }
    }

    @Test(arguments: [
        ("[]", []), (" [ ] \n", []), ("[{}]", ["{}"]),
        ("[ {\"a\":1} ,\n {\"b\":[2,3]} ]", [#"{"a":1}"#, #"{"b":[2,3]}"#]),
        (#"[{"a":"],[\"}"},{"b":"\\"}]"#, [#"{"a":"],[\"}"}"#, #"{"b":"\\"}"#]),
        ("[1,\"x\",null,[4,5]]", ["1", "\"x\"", "null", "[4,5]"]),
        // What is broken inside an event is left to the validator.
        (#"[{"a":},{broken},{"c":1}]"#, [#"{"a":}"#, "{broken}", #"{"c":1}"#]), ("[1 2]", ["1 2"]),
        ("[\"a\" \"b\"]", ["\"a\" \"b\""]),
        ("\u{FEFF}[{}]", ["{}"]),
        // Lines under the name of JSON.
        ("{\"a\":1}\n{\"b\":2}\n", [#"{"a":1}"#, #"{"b":2}"#]),
        ("{\"a\":1} \r\n\r\n {broken", [#"{"a":1}"#, "{broken"]),
    ])
    func `finds the events of an array`(body: String, expected: [String]) {
        let bytes = Array(body.utf8)
        #expect(Self.slices(BatchSplit.json(bytes), of: bytes) == expected)
    }

    @Test(arguments: [
        "{}", " {\"a\":\n1}\n ", "{\"a\":1} {\"b\":2}", "{", "\"text\"", "12", "", "  ", "{\"a\":\"\n", "null\n{}",
        "a=b&c=d",
    ])
    func `leaves a single event whole`(body: String) {
        #expect(BatchSplit.json(Array(body.utf8)) == .one(.event))
    }

    @Test(arguments: [
        "[", "[{}", "[{},", "[,]", "[{},]", "[{},,{}]", "[{}]]", "[{}] {}", "[{} {}]", "[{\"a\":\"}]", "[\"\\",
        "[{\"a\":1]",
        "[{}}]", "[{]}]",
    ])
    func `keeps a body whole that is broken between its events`(body: String) {
        #expect(BatchSplit.json(Array(body.utf8)) == .one(.broken))
    }

    @Test(arguments: [
        ("", []), ("\n \r\n", []), ("{}", ["{}"]), ("{\"a\":1}\r\n\n  {\"b\":2}  \n", [#"{"a":1}"#, #"{"b":2}"#]),
        ("{\"a\":\"\n{\"b\":2}", [#"{"a":""#, #"{"b":2}"#]), ("[1]\nx", ["[1]", "x"]),
    ])
    func `takes every line that is not blank`(body: String, expected: [String]) {
        let bytes = Array(body.utf8)
        #expect(Self.slices(BatchSplit.lines(bytes), of: bytes) == expected)
    }

    @Test func `takes as many as the bound and not one more`() {
        func array(_ count: Int) -> [UInt8] {
            Array(("[" + Array(repeating: "{}", count: count).joined(separator: ",") + "]").utf8)
        }
        func lines(_ count: Int) -> [UInt8] { Array(String(repeating: "{}\n", count: count).utf8) }
        #expect(Self.slices(BatchSplit.json(array(1000)), of: array(1000))?.count == 1000)
        #expect(BatchSplit.json(array(1001)) == .tooMany(maximum: 1000))
        #expect(BatchSplit.lines(lines(3), maximum: 3) != .tooMany(maximum: 3))
        #expect(BatchSplit.lines(lines(4), maximum: 3) == .tooMany(maximum: 3))
        #expect(BatchSplit.json(lines(4), maximum: 3) == .tooMany(maximum: 3))
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `gives back what was put together`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let events = (0..<Int.random(in: 1...5, using: &random)).map { _ in JSON.random(using: &random) }
            let array = JSON.array(events)
            for bytes in [array.bytes, Array(array.pretty.utf8)] {
                let slices = try #require(Self.slices(BatchSplit.json(bytes), of: bytes))
                #expect(try slices.map { try JSON(parsing: Array($0.utf8)) } == events)
            }
            let lines: [UInt8] = events.flatMap { event -> [UInt8] in event.bytes + [0x0A] }
            let parts = try #require(Self.slices(BatchSplit.lines(lines), of: lines))
            #expect(try parts.map { try JSON(parsing: Array($0.utf8)) } == events)
        }
    }

    @Test func `never goes out of bounds`() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<20_000 {
            let body = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                Array("[]{},\"\\ \na1".utf8).randomElement(using: &random)!
            }
            for split in [BatchSplit.json(body), BatchSplit.lines(body)] {
                guard case .many(let ranges) = split else { continue }
                #expect(ranges.allSatisfy { !$0.isEmpty && $0.upperBound <= body.count })
                #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
            }
        }
    }
}
