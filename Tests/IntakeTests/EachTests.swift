import Curl
import Domain
import Testing

@Suite struct `Intake for a mapping of several leads` {
    private static func stage(maximumBatch: Int = 100) throws -> IntakeStage {
        var mapping = FieldMapping()
        mapping.each = JSONPointer(["leads", "*"])
        return try IntakeStage(
            [
                .page {
                    $0.mapping = mapping; $0.maximumBody = 1 << 20
                }
            ], maximumBatch: maximumBatch)
    }

    static let posts: [(type: String, body: String, bodies: [String])] = [
        (
            "application/json", #"{"leads":[{"a":1},{"a":2}],"b":3}"#,
            [#"{"leads":[{"a":1}],"b":3}"#, #"{"leads":[{"a":2}],"b":3}"#]
        ),
        // One, none or nothing that can be parsed: as it came.
        ("application/json", #"{ "leads":[ 1 ] }"#, [#"{ "leads":[ 1 ] }"#]), ("application/json", "{ }", ["{ }"]),
        ("application/json", #"{"leads":[1,2"#, [#"{"leads":[1,2"#]),
        ("application/x-www-form-urlencoded", "leads=[1,2]", ["leads=[1,2]"]),
        // In a batch, each event.
        ("application/json", #"[{"leads":[1,2]}, {"x":1}]"#, [#"{"leads":[1]}"#, #"{"leads":[2]}"#, #"{"x":1}"#]),
        (
            "application/x-ndjson", "{\"leads\":[1,2]}\n{\"leads\":\n",
            [#"{"leads":[1]}"#, #"{"leads":[2]}"#, #"{"leads":"#]
        ),
    ]

    @Test(arguments: posts)
    func `keeps one event for each element`(type: String, body: String, bodies: [String]) throws {
        let stage = try Self.stage()
        let answer = try stage.send("POST", "/v1/leads/pk_page_key", ["Content-Type": type], body)
        #expect(answer.status == 202)
        #expect(stage.inbox.submissions.map { String(decoding: $0.body, as: UTF8.self) } == bodies)
        #expect(stage.inbox.posts.count == 1)
    }

    @Test func `is bounded like a batch`() throws {
        let stage = try Self.stage(maximumBatch: 3)
        let around = String(repeating: "x", count: 400_000)
        for body in [
            #"{"leads":[1,2,3,4]}"#, #"[{"leads":[1,2]},{"leads":[1,2]}]"#, #"[{"leads":[1,2]},{},{}]"#,
        ] {
            let answer = try stage.send("POST", "/v1/leads/pk_page_key", ["Content-Type": "application/json"], body)
            #expect(answer.status == 413)
            #expect(answer.problem == "batch-too-large")
        }
        #expect(stage.inbox.posts.isEmpty)
        // What stands around the elements is kept with each of them.
        let many = try Self.stage()
        let leads = (1...20).map(String.init).joined(separator: ",")
        let body = #"{"around":"\#(around)","leads":[\#(leads)]}"#
        let answer = try many.send("POST", "/v1/leads/pk_page_key", ["Content-Type": "application/json"], body)
        #expect(answer.problem == "batch-too-large")
        #expect(answer.json?["detail"]?.string?.contains("4 MiB") == true)
        #expect(many.inbox.posts.isEmpty)
    }
}
