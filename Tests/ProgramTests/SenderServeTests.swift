import Curl
import Domain
import HTTP
import Service
import Store
import TestSupport
import Testing

@testable import CommandLine
@testable import leadrelay

/// What senders do that no rule of ours foresees, from the door to the lead.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Senders at the running relay` {
    private static let form = "application/x-www-form-urlencoded"

    private static func send(
        _ stage: ConsoleStage, _ path: String, _ type: String, _ body: [UInt8], _ fields: [(String, String)] = []
    ) throws -> Answer {
        let transfers = Transfers(userAgent: "test")
        defer { transfers.stop() }
        return try transfers.perform(
            Transfer(
                "POST", "http://127.0.0.1:\(stage.service.port)\(path)", fields: [("Content-Type", type)] + fields,
                body: body)
        ).get()
    }

    /// Posts, waits until it is judged, and answers the id and what is shown of it.
    private static func shown(
        _ stage: ConsoleStage, _ path: String, _ type: String, _ body: [UInt8], _ fields: [(String, String)] = []
    ) throws -> (id: String, story: String) {
        let answer = try send(stage, path, type, body, fields)
        #expect(answer.status == 200, "\(answer.text)")
        let id = try #require(answer.json["id"]?.string)
        try stage.settle()
        return (id, stage.command("lead", "show", id).output)
    }

    /// `{"event_id":"packed","person":{"email":"packed@example.org"}}`, by `gzip -n9`.
    private static let packed: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xAB, 0x56, 0x4A, 0x2D, 0x4B, 0xCD, 0x2B, 0x89,
        0xCF, 0x4C, 0x51, 0xB2, 0x52, 0x2A, 0x48, 0x4C, 0xCE, 0x4E, 0x4D, 0x51, 0xD2, 0x51, 0x2A, 0x48, 0x2D, 0x2A,
        0xCE, 0xCF, 0x53, 0xB2, 0xAA, 0x56, 0x4A, 0xCD, 0x4D, 0xCC, 0xCC, 0x81, 0x4B, 0x39, 0xA4, 0x56, 0x24, 0xE6,
        0x16, 0xE4, 0xA4, 0xEA, 0xE5, 0x17, 0xA5, 0x2B, 0xD5, 0xD6, 0x02, 0x00, 0x0C, 0x36, 0x7B, 0x4E, 0x3D, 0x00,
        0x00, 0x00,
    ]

    @Test func `are answered with the status they want, and become leads`() throws {
        let stage = try ConsoleStage(source: "answer: 200,")
        let latin = Array("email=latin%40example.org&first_name=J%FCrgen&custom[wish]=50%25+or+50%".utf8)
        let bytes = Array("email=bytes%40example.org&first_name=J%FCrgen".utf8)
        func json(_ id: String) -> [UInt8] {
            Array(#"{"event_id":"\#(id)","person":{"first_name":"J"#.utf8) + [0xFC] + Array(#"rgen"}}"#.utf8)
        }
        for (type, body, words) in [
            ("\(Self.form); charset=ISO-8859-1", latin, ["latin@example.org", "Jürgen", "50% or 50%"]),
            (Self.form, bytes, ["bytes@example.org", "J\u{FFFD}rgen", "the form is not UTF-8"]),
            ("application/json", json("bytes"), ["J\u{FFFD}rgen", "the JSON is not UTF-8"]),
            ("application/cloudevents+json; charset=latin1", json("latin"), ["Jürgen"]),
            ("text/plain;charset=UTF-8", Array("email=beacon%40example.org".utf8), ["beacon@example.org"]),
        ] {
            let (_, story) = try Self.shown(stage, "/v1/leads/pk_acme_key/", type, body)
            #expect(story.contains("state         lead"), "\(story)")
            for word in words { #expect(story.contains(word), "\(word): \(story)") }
        }
        let (_, story) = try Self.shown(
            stage, "/v1/leads/pk_acme_key", "application/json", Self.packed, [("Content-Encoding", "gzip")])
        #expect(story.contains("packed@example.org"))
        // The relay's own test lead needs the answer that it knows.
        #expect(stage.command("audit").code == .good)
    }

    /// A curriculum vitae of two megabytes: more than any body may have, dropped, and noted.
    @Test func `bring files along`() throws {
        let stage = try ConsoleStage(source: "answer: 200,")
        let head = "--b\r\nContent-Disposition: form-data; name="
        let file = Array(repeating: UInt8(0xFF), count: 2 << 20)
        let body =
            Array("\(head)\"cv\"; filename=\"j.pdf\"\r\nContent-Type: application/pdf\r\n\r\n".utf8) + file
            + Array("\r\n\(head)\"email\"\r\n\r\nfile@example.org\r\n--b--\r\n".utf8)
        let (_, story) = try Self.shown(stage, "/v1/leads/pk_acme_key", "multipart/form-data; boundary=b", body)
        #expect(story.contains("file@example.org") && story.contains("files are not kept: cv"), "\(story)")
        let other = try Self.send(stage, "/v1/leads/pk_acme_key", Self.form, body)
        #expect(other.status == 413)
    }

    @Test func `say in the address what they do not say in the body`() throws {
        let stage = try ConsoleStage(source: "answer: 200,")
        let path = "/v1/leads?key=pk_acme_key&gclid=click1&utm_campaign=spring"
        for (type, body) in [
            (Self.form, "email=form%40example.org"), ("application/json", #"{"person":{"email":"json@example.org"}}"#),
        ] {
            let (_, story) = try Self.shown(stage, path, type, Array(body.utf8))
            #expect(story.contains("click1") && story.contains("spring"), "\(story)")
        }
    }

    /// What stands in the address alone is found, shown as part of what was read, and erased.
    @Test func `are found and erased by what stands in the address`() throws {
        let stage = try ConsoleStage(source: "answer: 200,")
        let path = "/v1/leads/pk_acme_key?email=eva@example.org"
        let (id, _) = try Self.shown(stage, path, Self.form, Array("value=much".utf8))
        let token = [("Authorization", "Bearer \(try stage.token("t"))")]
        func found() throws -> Int {
            let answer = try stage.send("POST", "/api/leads/search", token, #"{"q":"eva@example.org"}"#)
            return answer.json["leads"]?.array?.count ?? -1
        }
        #expect(try found() == 1)
        let event = try stage.send("GET", "/api/quarantine/\(id)", token).json
        #expect(event["document"]?["person"]?["email"]?.string == "eva@example.org", "\(event)")
        #expect(event["query"]?.string == "email=eva@example.org")
        #expect(stage.command("quarantine", "show", id).output.contains("in the address:\nemail=eva@example.org\n"))
        let sue = try stage.browser("sue")
        #expect(
            try sue.get("/quarantine/event/\(id)").text.contains(
                "<h3>In the address</h3><pre>email=eva@example.org</pre>"))
        let erased = stage.command("erase", "--email", "eva@example.org")
        #expect(erased.output.contains("1 quarantined event\n"), "\(erased.output)")
        #expect(try found() == 0)
        #expect(try stage.send("GET", "/api/quarantine/\(id)", token).json["query"]?.string == "")
    }
}
