import Curl
import Domain
import HTTP
import Store
import Testing

@testable import Intake

@Suite struct `The page snippet` {
    @Test func `is a script that any page may load, and that says when it has changed`() throws {
        let stage = try IntakeStage()
        let answer = try stage.send("GET", "/v1/relay.js", [:])
        #expect(answer.status == 200)
        #expect(answer.field("content-type") == "text/javascript; charset=utf-8")
        #expect(answer.field("x-content-type-options") == "nosniff")
        #expect(answer.field("cross-origin-resource-policy") == "cross-origin")
        #expect(answer.field("access-control-allow-origin") == "*")
        #expect(answer.field("cache-control")?.contains("max-age=3600") == true)
        let tag = try #require(answer.field("etag"))
        for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
            let again = try stage.send("GET", "/v1/relay.js", ["If-None-Match": known])
            #expect(again.status == 304, "\(known)")
            #expect(again.body.isEmpty)
            #expect(again.field("etag") == tag)
        }
        #expect(try stage.send("GET", "/v1/relay.js?v=2", ["If-None-Match": "\"other\""]).body == answer.body)
        #expect(try stage.send("HEAD", "/v1/relay.js", [:]).status == 200)
        #expect(try stage.send("POST", "/v1/relay.js", [:], "{}").status == 405)
    }

    /// A strict content security policy forbids what is looked for here.
    @Test func `is small, and has nothing that a strict policy forbids`() throws {
        let text = String(decoding: Snippet.script, as: UTF8.self)
        #expect(text.utf8.count < 15_000)
        #expect(text.hasPrefix("(() => {\n\"use strict\";\n"))
        #expect(text.hasSuffix("})();\n"))
        for forbidden in [
            "eval(", "new Function", "innerHTML", "document.write", "javascript:", ".setAttribute(\"on", "//",
        ] {
            #expect(!text.contains(forbidden), "\(forbidden)")
        }
    }

    @Test func `loses comments and indentation on its way, and no code`() {
        let source = """
            // About it.

            const a = 1;   // one
              // Inside.
              call("https://x");

            """
        #expect(
            String(decoding: Snippet.stripped(Array(source.utf8)), as: UTF8.self)
                == "const a = 1;\ncall(\"https://x\");\n")
    }

    @Test func `is answered once for each idempotency key, without a field of its own`() throws {
        let stage = try IntakeStage()
        func post(_ query: String) throws -> Answer {
            try stage.send(
                "POST", "/v1/leads/pk_page_key?idempotency_key=\(query)",
                ["Content-Type": "text/plain", "Origin": "https://www.acme.example"], #"{"event_id":"1"}"#)
        }
        let first = try post("7%2d1")
        #expect(first.status == 202)
        let second = try post("7-1")
        #expect(second.body == first.body)
        #expect(second.field("idempotency-replayed") == "true")
        #expect(try post("7-2").field("idempotency-replayed") == nil)
        #expect(stage.inbox.posts.map(\.idempotencyKey) == ["7-1", "7-2"])
        #expect(try post(String(repeating: "x", count: 256)).problem == "idempotency-key-unusable")
    }

    @Test func `asks for JSON where a browser that was sent by a form is led on`() throws {
        let stage = try IntakeStage([.page { $0.redirect = "https://www.acme.example/done" }])
        func post(_ accept: String) throws -> Answer {
            try stage.send(
                "POST", "/v1/leads/pk_page_key",
                ["Content-Type": "application/x-www-form-urlencoded", "Accept": accept],
                "email=a%40b.example")
        }
        #expect(try post("application/json").status == 202)
        #expect(try post("text/html,application/xhtml+xml,*/*;q=0.8").status == 303)
        #expect(try post("*/*").status == 303)
    }
}
