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
        #expect(text.utf8.count < 11_300)
        #expect(text.hasPrefix("(()=>{\n\"use strict\";\n"))
        #expect(text.hasSuffix("})();\n"))
        for forbidden in [
            "eval(", "new Function", "innerHTML", "document.write", "javascript:", ".setAttribute(\"on", "//",
        ] {
            #expect(!text.contains(forbidden), "\(forbidden)")
        }
    }

    @Test(arguments: [
        ("    // About it.\n\n  const a = 1;   // one\n    // Inside.\n", "const a=1;\n"),
        ("//\n  call( a, b ); // see //x", "call(a,b);\n"),
        (#"call("https://x  // y", ' // ');"#, #"call("https://x  // y",' // ');"#),
        (#"a = "say \" // "; b = 'it\'s \\' + "\\" ; // done"#, #"a="say \" // ";b='it\'s \\'+"\\";"#),
        (
            #"x => { return "fbq" in y ? typeof z : /^(https?|a-b):\/\//.test(t) }"#,
            #"x=>{return"fbq"in y?typeof z:/^(https?|a-b):\/\//.test(t)}"#
        ),
        ("a = b + +c - -d - +e ++ + f; g = h / /i/.j; k = l < !--m;", "a=b+ +c- -d- +e++ +f;g=h/ /i/.j;k=l< !--m;"),
        ("let $a = async () => new Map; const é = $a in b;", "let $a=async()=>new Map;const é=$a in b;"),
        ("const a =\n  b\n  && c;", "const a=\nb\n&&c;"),
        ("a;          // far away   ", "a;"), ("   \n\n  ", ""),
    ]) func `loses comments and needless blanks on its way, and no code`(source: String, served: String) {
        let stripped = String(decoding: Snippet.stripped(Array(source.utf8)), as: UTF8.self)
        #expect(stripped == (served.isEmpty || served.hasSuffix("\n") ? served : served + "\n"))
    }

    /// What the removal of blanks does not understand.
    @Test func `keeps to the part of JavaScript that may be stripped`() {
        let script = String(decoding: Snippet.script, as: UTF8.self)
        #expect(!script.contains("`"))
        #expect(!script.contains("/*"))
        for line in script.split(separator: "\n") {
            let marks = line.utf8.filter { $0 == UInt8(ascii: "\"") }.count
            #expect(marks.isMultiple(of: 2), "\(line)")
        }
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
