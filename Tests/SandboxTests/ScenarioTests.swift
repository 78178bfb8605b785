import Curl
import Domain
import Sandbox
import Testing

@Suite struct `A scenario` {
    @Test func `begins and ends by the clock, and spares the first requests`() throws {
        let stage = try Stage()
        var fault = Fault(.status, on: .metaAds, status: 503)
        fault.after = .seconds(10)
        fault.until = .seconds(20)
        fault.skip = 1
        stage.sandbox.play(Scenario(faults: [fault]))
        func status() throws -> Int { try stage.meta().get().status }
        #expect(try status() == 200)
        stage.advance(.seconds(10))
        #expect(try (status(), status()) == (200, 503))
        stage.advance(.seconds(9))
        #expect(try status() == 503)
        stage.advance(.seconds(1))
        #expect(try status() == 200)
    }

    @Test func `is put on over HTTP in place of all faults`() throws {
        let stage = try Stage(faults: [Fault(.dropBefore)])
        let scenario: JSON = [
            "description": "too much", "test": ["ignored": true],
            "faults": [
                [
                    "kind": "fields", "platform": "meta_ads",
                    "fields": ["X-App-Usage": ["call_count": 96, "total_time": 10, "total_cputime": 5]],
                ], ["kind": "answer", "status": 418, "body": ["teapot": true], "skip": 1, "count": 1],
            ],
        ]
        let reply = try stage.send("POST", "/sandbox/scenario", [], scenario).get()
        #expect(reply.status == 201 && reply.json.array?.count == 2)
        let first = try stage.meta().get()
        #expect(first.status == 200)
        #expect(first.answer.field("x-app-usage") == #"{"call_count":96,"total_time":10,"total_cputime":5}"#)
        let second = try stage.meta().get()
        #expect(second.status == 418 && second.json == ["teapot": true])
        #expect(try stage.meta().get().status == 200)
    }

    static let answers: [(Fault.Kind, Int, String)] = [
        (.undercount, 2, #"{"events_received":1"#), (.random, 2, ""), (.flood, 2, ""), (.truncated, 2, ""),
        (.fields, 2, #"{"events_received":2"#),
    ]

    @Test(arguments: answers)
    func `receives what it then answers badly`(_ kind: Fault.Kind, _ received: Int, _ begins: String) throws {
        let stage = try Stage(faults: [Fault(kind, on: .metaAds)])
        let result = stage.meta()
        #expect(stage.sandbox.received().count == received)
        if !begins.isEmpty { #expect(String(decoding: try result.get().answer.body, as: UTF8.self).hasPrefix(begins)) }
        if kind == .truncated { #expect(isInterrupted(result)) }
    }

    static let mistakes: [(JSON, String)] = [
        (7, "a scenario is an object"), ([:], "faults are missing"), (["faults": 1], "faults must be a list"),
        (["faults": [["kind": "status"], ["kind": "flu"]]], "faults[1]: kind must be one of"),
        (["faults": [], "steps": []], "steps is not known"),
        (["faults": [["kind": "status", "after_s": -1]]], "faults[0]: after_s must be a number"),
    ]

    @Test(arguments: mistakes)
    func `that cannot be read is refused with the mistake in words`(_ scenario: JSON, _ words: String) throws {
        let reply = try Stage().send("POST", "/sandbox/scenario", [], scenario).get()
        #expect(reply.status == 400)
        #expect(reply.json["detail"]?.string?.contains(words) == true)
    }
}
