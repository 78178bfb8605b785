import Curl
import Domain
import HTTP
import Intake
import Store
import Testing

/// What senders do that no rule of ours foresees, and what becomes of it at the door.
@Suite struct `Senders as they are` {
    private static let event = #"{"event_id":"1"}"#
    private static let form = "application/x-www-form-urlencoded"

    private static func bytes(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

    private static func pairs(_ submission: Submission?) -> [String] {
        guard case .pairs(let pairs)? = submission?.decoded.content else { return ["not pairs"] }
        return pairs.map { "\($0.name)=\($0.value)" }
    }

    // MARK: The answer

    static let answers = [200, 201, 202, 204, 205, 206, 299]

    /// Posts, repeated posts and batches alike.
    @Test(arguments: answers)
    func `answers with the status that the source is to answer with`(_ status: Int) throws {
        let stage = try IntakeStage([.page { $0.answer = status }])
        for (body, isReplay) in [(Self.event, false), (Self.event, true), ("[{},{}]", false)] {
            let fields: KeyValuePairs = body == Self.event ? ["Idempotency-Key": "k"] : [:]
            let answer = try stage.send("POST", "/v1/leads/pk_page_key", fields, body)
            #expect(answer.status == status)
            #expect((answer.field("idempotency-replayed") == "true") == isReplay)
            let isEmpty = status == 204 || status == 205
            #expect(answer.body.isEmpty == isEmpty)
            #expect((answer.field("content-type") == nil) == isEmpty)
            if !isEmpty { #expect(answer.json?[body == Self.event ? "id" : "ids"] != nil) }
        }
        #expect(stage.counters.snapshot.requests == 3)
        #expect(stage.counters.snapshot.accepted == ["page": 3])
        #expect(stage.counters.snapshot.replayed == ["page": 1])
        // What is no success stays what it was.
        #expect(try stage.send("POST", "/v1/leads/pk_page_key", ["Content-Type": "image/png"], "x").status == 415)
    }

    @Test func `sends forms on and shows the pixel whatever the answer is`() throws {
        let stage = try IntakeStage([
            .page { ($0.answer, $0.redirect) = (204, "https://www.acme.example/thanks") }
        ])
        let sent = try stage.send("POST", "/v1/leads/pk_page_key", ["Content-Type": Self.form], "email=a")
        #expect(sent.status == 303)
        let pixel = try stage.send("GET", "/v1/pixel.gif?key=pk_page_key&email=a", [:])
        #expect(pixel.status == 200 && pixel.body.count == 43)
        // A script that sends pairs as text does not wait for a page.
        let text = try stage.send("POST", "/v1/leads/pk_page_key", ["Content-Type": "text/plain"], "email=a")
        #expect(text.status == 204)
        #expect(stage.inbox.submissions.map(\.format) == [.form, .query, .form])
    }

    // MARK: Packed bodies

    /// `printf '{"event_id":"1"}' | gzip -n9`, and twice.
    private static let packed: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xAB, 0x56, 0x4A, 0x2D, 0x4B, 0xCD, 0x2B, 0x89,
        0xCF, 0x4C, 0x51, 0xB2, 0x52, 0x32, 0x54, 0xAA, 0x05, 0x00, 0x4F, 0x67, 0x0C, 0x0C, 0x10, 0x00, 0x00, 0x00,
    ]
    private static let packedTwice: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x93, 0xEF, 0xE6, 0x60, 0x00, 0x01, 0x26, 0xE6,
        0xD5, 0x61, 0x5E, 0xBA, 0xDE, 0x67, 0xB5, 0x3B, 0xCF, 0xFB, 0x04, 0x6E, 0x0A, 0x32, 0x0A, 0x59, 0xC5, 0xCA,
        0xE0, 0x9F, 0xCE, 0xC3, 0x23, 0x00, 0x94, 0x03, 0x00, 0x45, 0xF2, 0x81, 0xE4, 0x24, 0x00, 0x00, 0x00,
    ]
    /// Ten thousand zeros.
    private static let bomb: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xED, 0xC1, 0x01, 0x0D, 0x00, 0x00, 0x00, 0xC2,
        0xA0, 0xF7, 0x4F, 0x6D, 0x0E, 0x37, 0xA0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xE0, 0xDF,
        0x00, 0x2E, 0xCA, 0x3B, 0x4D, 0x10, 0x27, 0x00, 0x00,
    ]

    @Test(arguments: [
        ("gzip", packed), ("x-gzip", packed), ("GZIP", packed), (" gzip , identity", packed),
        ("identity, gzip", packed),
        ("gzip, gzip", packedTwice), ("identity", Array(event.utf8)), ("", Array(event.utf8)), (",", Array(event.utf8)),
    ])
    func `keeps what was packed, unpacked`(_ coding: String, _ bytes: [UInt8]) throws {
        let stage = try IntakeStage()
        let answer = try stage.send("POST", "/v1/leads/pk_page_key", ["Content-Encoding": coding], bytes: bytes)
        #expect(answer.status == 202)
        #expect(stage.inbox.submissions.map(\.body) == [Array(Self.event.utf8)])
    }

    @Test(arguments: [
        (bomb, "body-too-large"), (Array(packed.dropLast()), "body-broken"), (packed + [0], "body-broken"),
        (packed + Array("{}".utf8), "body-broken"), (Array(event.utf8), "body-broken"), ([], "body-missing"),
        ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0], "body-missing"),
    ])
    func `keeps nothing of what cannot be unpacked`(_ bytes: [UInt8], _ problem: String) throws {
        let stage = try IntakeStage()
        let answer = try stage.send("POST", "/v1/leads/pk_page_key", ["Content-Encoding": "gzip"], bytes: bytes)
        #expect(answer.problem == problem)
        #expect(answer.status == (problem == "body-too-large" ? 413 : 400))
        #expect(stage.inbox.posts.isEmpty)
    }

    @Test func `says which coding it would have taken`() throws {
        let answer = try IntakeStage().send("POST", "/v1/leads/pk_page_key", ["Content-Encoding": "br"], Self.event)
        #expect(answer.status == 415)
        #expect(answer.field("accept-encoding") == "gzip")
    }

    @Test func `compares the signature with the bytes as they were sent`() throws {
        let secret = Array("a secret of two".utf8)
        let stage = try IntakeStage([.page { $0.signatureSecret = secret }])
        for (signed, status) in [(Self.packed, 202), (Array(Self.event.utf8), 401)] {
            let header = Signature.header(body: signed, secret: secret, now: stage.now)
            let answer = try stage.send(
                "POST", "/v1/leads/pk_page_key", ["Content-Encoding": "gzip", "X-LeadRelay-Signature": header],
                bytes: Self.packed)
            #expect(answer.status == status)
        }
        // Unpacking is for those who have proved who they are.
        let answer = try stage.send("POST", "/v1/leads/pk_page_key", ["Content-Encoding": "gzip"], bytes: Self.bomb)
        #expect(answer.problem == "signature-missing")
    }

    // MARK: Character sets

    @Test(
        arguments: [
            (form, "n=J%FCrgen", "n=J\u{FFFD}rgen", true, ""), (form, "n=J\u{fc}rgen", "n=J\u{FFFD}rgen", true, ""),
            ("\(form); charset=ISO-8859-1", "n=J%FCrgen", "n=J\u{fc}rgen", false, "windows-1252"),
            ("\(form); charset=utf-8", "n=J%C3%BCrgen", "n=J\u{fc}rgen", false, ""),
            ("\(form); charset=nonsense", "n=J%FCrgen", "n=J\u{FFFD}rgen", true, ""),
            (form, "n=J%FCrgen&_charset_=iso-8859-1", "n=J\u{fc}rgen", false, ""),
            ("text/plain;charset=windows-1251", "n=%CF", "n=\u{41f}", false, "windows-1251"),
            (form, "n=100%", "n=100%", false, ""),
        ] as [(String, String, String, Bool, String)])
    func `reads forms in the character set that is stated`(
        _ type: String, _ body: String, _ pair: String, _ isDamaged: Bool, _ kept: String
    ) throws {
        let stage = try IntakeStage()
        let answer = try stage.send(
            "POST", "/v1/leads/pk_page_key", ["Content-Type": type], bytes: Self.bytes(body))
        #expect(answer.status == 202)
        let submission = try #require(stage.inbox.submissions.first)
        #expect(submission.body == Self.bytes(body))
        #expect(submission.charset == kept)
        #expect(Self.pairs(submission) == [pair])
        #expect(submission.decoded.remarks.isEmpty != isDamaged)
    }

    @Test func `reads the pixel's query as browsers encode it`() throws {
        let stage = try IntakeStage()
        _ = try stage.send("GET", "/v1/pixel.gif?key=pk_page_key&custom[a]=50%off&n=J%FCrgen", [:])
        #expect(Self.pairs(stage.inbox.submissions.first) == ["custom[a]=50%off", "n=J\u{FFFD}rgen"])
    }

    @Test(
        arguments: [
            ("application/json", "{\"a\":\"J\u{fc}rgen\"}", "{\"a\":\"J\u{FFFD}rgen\"}", true),
            ("application/json; charset=latin1", "{\"a\":\"J\u{fc}rgen\"}", "{\"a\":\"J\u{fc}rgen\"}", false),
            ("text/plain; charset=latin1", "{\"a\":\"J\u{fc}rgen\"}", "{\"a\":\"J\u{fc}rgen\"}", false),
            ("application/json; charset=utf-16le", "{\u{0}}\u{0}", "{}", false),
            ("application/json", "{\u{fc}}", "{\u{FFFD}}", true),
        ] as [(String, String, String, Bool)])
    func `reads JSON in the character set that is stated`(
        _ type: String, _ body: String, _ text: String, _ isDamaged: Bool
    ) throws {
        let stage = try IntakeStage()
        _ = try stage.send("POST", "/v1/leads/pk_page_key", ["Content-Type": type], bytes: Self.bytes(body))
        let submission = try #require(stage.inbox.submissions.first)
        #expect(submission.body == Self.bytes(body))
        let decoded = submission.decoded
        #expect(decoded.text.map { String(decoding: $0, as: UTF8.self) } == text)
        #expect(decoded.remarks.isEmpty != isDamaged)
    }

    /// In Shift_JIS the second byte of a character may be a bracket or a backslash.
    @Test func `tells a batch apart as text`() throws {
        let stage = try IntakeStage()
        let body = Self.bytes("[{\"a\":\"\u{83}\u{5c}\"},{\"a\":\"\u{83}\u{5d}\"}]")
        let answer = try stage.send(
            "POST", "/v1/leads/pk_page_key", ["Content-Type": "application/json; charset=shift_jis"], bytes: body)
        #expect(answer.json?["ids"]?.array?.count == 2)
        let bodies = stage.inbox.submissions.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies == ["{\"a\":\"\u{30bd}\"}", "{\"a\":\"\u{30be}\"}"])
        #expect(stage.inbox.submissions.allSatisfy { $0.charset.isEmpty })
    }

    // MARK: Files

    private static func upload(_ size: Int, field: Int = 1) -> [UInt8] {
        let head = "--b\r\nContent-Disposition: form-data; name="
        let file = Array(repeating: UInt8(0xFF), count: size)
        return Array("\(head)cv; filename=\"j.pdf\"\r\nContent-Type: application/pdf\r\n\r\n".utf8) + file
            + Array("\r\n\(head)email\r\n\r\n\(String(repeating: "e", count: field))\r\n--b--\r\n".utf8)
    }

    @Test(arguments: [(0, 202), (1000, 202), (5000, 202), (7800, 202), (7990, 413)])
    func `drops files, which do not count`(_ size: Int, _ status: Int) throws {
        let stage = try IntakeStage()
        let answer = try stage.send(
            "POST", "/v1/leads/pk_page_key", ["Content-Type": "multipart/form-data; boundary=b"],
            bytes: Self.upload(size))
        #expect(answer.status == status)
        guard status == 202 else { return #expect(stage.inbox.posts.isEmpty) }
        let submission = try #require(stage.inbox.submissions.first)
        #expect(submission.body == Self.upload(0))
        #expect(Self.pairs(submission) == ["email=e"])
        #expect(submission.decoded.remarks == [.files(["cv"])])
    }

    @Test func `holds fields beside files to the source's bound`() throws {
        let stage = try IntakeStage()
        for (bytes, type) in [
            (Self.upload(10, field: 2000), "multipart/form-data; boundary=b"),
            // Nobody can tell what of it would be a file.
            (Self.upload(3000), "multipart/form-data; boundary=c"),
            (Self.upload(3000), "application/x-www-form-urlencoded"),
        ] {
            let answer = try stage.send("POST", "/v1/leads/pk_page_key", ["Content-Type": type], bytes: bytes)
            #expect(answer.problem == "body-too-large")
        }
        #expect(stage.inbox.posts.isEmpty)
    }

    // MARK: The address

    @Test(
        arguments: [
            ("?gclid=abc&utm_campaign=x", "email=a", ["email=a", "gclid=abc", "utm_campaign=x"]),
            ("?gclid=abc", "gclid=mine", ["gclid=mine"]), ("?gclid=abc", "gclid=", ["gclid=", "gclid=abc"]),
            ("?key=k&idempotency_key=i&a=1", "b=2", ["b=2", "a=1"]), ("?q=100%25+sure", "b=2", ["b=2", "q=100% sure"]),
            ("?sent_at=2026-11-21T08:00:00Z&a=1", "b=2", ["b=2", "a=1"]), ("?", "b=2", ["b=2"]),
            ("?&&", "b=2", ["b=2"]), ("", "b=2", ["b=2"]),
        ] as [(String, String, [String])])
    func `takes the query of the address as hidden fields`(_ query: String, _ body: String, _ pairs: [String]) throws {
        let stage = try IntakeStage()
        _ = try stage.send("POST", "/v1/leads/pk_page_key\(query)", ["Content-Type": Self.form], body)
        #expect(Self.pairs(stage.inbox.submissions.first) == pairs)
        #expect(stage.inbox.submissions.first?.body == Array(body.utf8))
    }

    @Test func `takes no query for a batch, and keeps that of an event beside it`() throws {
        let stage = try IntakeStage()
        for body in [Self.event, "[\(Self.event)]"] {
            _ = try stage.send("POST", "/v1/leads?gclid=abc&key=pk_page_key", [:], body)
        }
        #expect(stage.inbox.submissions.map(\.query) == ["gclid=abc", ""])
        #expect(stage.inbox.submissions[0].body == Array(Self.event.utf8))
    }

    // MARK: What is compared under a key

    static let readings: [(name: String, a: (String, String, String), b: (String, String, String), isSame: Bool)] = [
        ("the order of fields", ("", form, "a=1&b=2"), ("", form, "b=2&a=1"), true),
        ("how they are encoded", ("", form, "a=J%C3%BC"), ("", "\(form); charset=latin1", "a=J%FC"), true),
        ("a field", ("", form, "a=1"), ("", form, "a=2"), false),
        ("where a field stands", ("?b=2", form, "a=1"), ("", form, "a=1&b=2"), true),
        ("a field of the address", ("?b=2", form, "a=1"), ("?b=3", form, "a=1"), false),
        ("the clock in the address", ("?sent_at=1", form, "a=1"), ("?sent_at=2", form, "a=1"), true),
        (
            "the clock beside JSON", ("?sent_at=1", "application/json", "{}"), ("?sent_at=2", "application/json", "{}"),
            true
        ),
        (
            "a campaign beside JSON", ("?gclid=1", "application/json", "{}"), ("?gclid=2", "application/json", "{}"),
            false
        ),
        (
            "a character set", ("", "application/json; charset=latin1", "[\"é\"}"), ("", "application/json", "[\"é\"}"),
            false
        ),
        (
            "a character set of ASCII", ("", "application/json; charset=latin1", "{}"), ("", "application/json", "{}"),
            true
        ),
        (
            "what JSON has no use for", ("?_=1", "application/json", "{}"),
            ("?_=2&attempt=2", "application/json", "{}"), true
        ),
        ("a type of JSON", ("", "text/plain", "{}"), ("", "application/json", "{}"), true),
        ("a form and JSON", ("", form, "{}"), ("", "application/json", "{}"), false),
    ]

    @Test(arguments: readings.indices)
    func `tells posts under one key apart by what they say`(_ index: Int) throws {
        let (name, a, b, isSame) = Self.readings[index]
        let stage = try IntakeStage()
        for (number, post) in [a, b].enumerated() {
            _ = try stage.send(
                "POST", "/v1/leads/pk_page_key\(post.0)",
                ["Content-Type": post.1, "Idempotency-Key": "\(number)"], post.2)
        }
        let posts = stage.inbox.posts
        #expect((posts[0].reading == posts[1].reading) == isSame, "\(name)")
    }
}
