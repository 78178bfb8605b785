import Curl
import Domain
import Intake
import Service
import Store
import Testing

@Suite struct `Intake` {
    private static let json = "application/json"
    private static let event = #"{"event_id":"1"}"#

    // MARK: What is taken

    struct Taken: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let path: String
        let fields: KeyValuePairs<String, String>
        let body: String
        let format: Submission.Format
        let bodies: [String]
        let isBatch: Bool

        init(
            _ name: String, _ path: String = "/v1/leads/pk_page_key", type: String?, _ body: String,
            _ format: Submission.Format = .json, _ bodies: [String]? = nil
        ) {
            testDescription = name
            self.path = path
            fields = type.map { ["Content-Type": $0] } ?? ["Content-Type": ""]
            self.body = body
            self.format = format
            self.bodies = bodies ?? [body]
            isBatch = bodies != nil
        }
    }

    static let taken = [
        Taken("a JSON object", type: json, event),
        Taken("with a character set", type: "application/json; charset=utf-8", event),
        Taken("a beacon", type: "text/plain;charset=UTF-8", event),
        Taken("a beacon without a type", type: nil, event),
        Taken("pairs as text", type: "text/plain;charset=UTF-8", "email=a%40b.example&name=Jane", .form),
        Taken("pairs without a type", type: nil, "person[email]=a%40b.example", .form),
        Taken("JSON with an equals sign as text", type: "text/plain", #"["a=b"]"#, .json, [#""a=b""#]),
        Taken("a JSON text as text", type: "text/plain", #""a=b""#),
        Taken("something as text", type: "text/plain", "hello"),
        Taken("a sentence as text", type: "text/plain", "I think x=y"),
        Taken("a form of the type text/plain", type: "text/plain", "email=a@b.example\r\nname=Jane\r\n"),
        Taken("pairs that say they are JSON", type: json, "email=a"),
        Taken("an event of the cloud", type: "application/cloudevents+json", event),
        Taken("a vendor's JSON", type: "application/vnd.acme.v2+json; charset=utf-8", event),
        Taken("JSON of another tree", type: "model/x+JSON", event),
        Taken("a batch of them", type: "application/cloudevents-batch+json", #"[{"a":1}]"#, .json, [#"{"a":1}"#]),
        Taken("broken JSON", type: json, #"{"event_id":"#),
        Taken("no JSON at all", type: json, "hello"),
        Taken("a JSON array", type: json, " [ {\"a\":1} , {\"b\":[2]} ] ", .json, [#"{"a":1}"#, #"{"b":[2]}"#]),
        Taken("an array with one broken element", type: json, #"[{"a":1},{"b"}]"#, .json, [#"{"a":1}"#, #"{"b"}"#]),
        Taken("an array that does not end", type: json, #"[{"a":1},"#),
        Taken("lines", type: "application/x-ndjson", "{\"a\":1}\n\n{\"b\":2}\r\n", .json, [#"{"a":1}"#, #"{"b":2}"#]),
        Taken("lines by another name", type: "application/jsonl", "{\"a\":1}\n", .json, [#"{"a":1}"#]),
        Taken("a form", type: "application/x-www-form-urlencoded", "email=a%40b.example", .form),
        Taken("a broken form", type: "application/x-www-form-urlencoded", "email=%zz", .form),
        Taken(
            "a multipart form", type: "multipart/form-data; boundary=xyz",
            "--xyz\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na@b.example\r\n--xyz--\r\n", .multipart),
    ]

    @Test(arguments: taken)
    func `keeps the raw bytes and answers with ids`(_ taken: Taken) throws {
        let stage = try IntakeStage()
        let answer = try stage.send("POST", taken.path, taken.fields, taken.body)
        #expect(answer.status == 202)
        #expect(stage.inbox.submissions.map { String(decoding: $0.body, as: UTF8.self) } == taken.bodies)
        #expect(stage.inbox.submissions.allSatisfy { $0.format == taken.format && $0.source == "page" })
        #expect(stage.inbox.posts.count == 1)
        if taken.isBatch {
            #expect(answer.json?["ids"]?.array?.count == taken.bodies.count)
        } else {
            #expect(answer.json?["id"]?.string.flatMap { LeadID($0) } != nil)
        }
    }

    @Test func `remembers when, from where and by what it was sent`() throws {
        let stage = try IntakeStage()
        _ = try stage.send(
            "POST", "/v1/leads/pk_page_key",
            ["Content-Type": "multipart/form-data; boundary=\"x y\"", "User-Agent": "Mozilla"],
            "--x y--")
        let submission = try #require(stage.inbox.submissions.first)
        #expect(submission.receivedAt == stage.now)
        #expect(submission.address == "127.0.0.1")
        #expect(submission.userAgent == "Mozilla")
        #expect(submission.boundary == "x y")
    }

    static let keys: [(String, KeyValuePairs<String, String>)] = [
        ("/v1/leads", ["X-LeadRelay-Key": "pk_page_key"]), ("/v1/leads", ["Authorization": "Bearer pk_page_key"]),
        ("/v1/leads", ["Authorization": "bearer pk_page_key"]), ("/v1/leads?key=pk_page_key", [:]),
        ("/v1/leads?a=b&key=pk_page_key", [:]), ("/v1/leads/pk_page_key", [:]),
        ("/v1/leads/pk_page_key?key=other", ["X-LeadRelay-Key": "other"]), ("/v1/leads/pk_page_key/", [:]),
        ("/v1/leads/pk_page_key/?a=b", [:]), ("/v1/leads/?key=pk_page_key", [:]),
    ]

    @Test(arguments: keys.indices)
    func `finds the key`(_ index: Int) throws {
        let stage = try IntakeStage()
        let (path, fields) = Self.keys[index]
        #expect(try stage.send("POST", path, fields, Self.event).status == 202)
    }

    // MARK: Refusals

    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let method: String
        let path: String
        let fields: KeyValuePairs<String, String>
        let body: String?
        let status: Int
        let invalid: String?

        init(
            _ problem: String, _ status: Int, _ method: String = "POST", _ path: String = "/v1/leads/pk_page_key",
            _ fields: KeyValuePairs<String, String> = ["Content-Type": "application/json"], body: String? = "{}",
            invalid: String? = nil
        ) {
            testDescription = problem
            self.status = status
            self.method = method
            self.path = path
            self.fields = fields
            self.body = body
            self.invalid = invalid
        }
    }

    static let refused = [
        Refused("key-missing", 401, "POST", "/v1/leads", invalid: "key"),
        Refused("key-missing", 401, "POST", "/v1/leads", ["Authorization": "Basic cGtfcGFnZV9rZXk6"], invalid: "key"),
        Refused("key-unknown", 401, "POST", "/v1/leads/pk_Page_key", invalid: "key"),
        Refused("key-unknown", 401, "POST", "/v1/leads", ["X-LeadRelay-Key": "' OR 1=1"], invalid: "key"),
        Refused(
            "origin-not-allowed", 403, "POST", "/v1/leads/pk_page_key", ["Origin": "https://evil.example"],
            invalid: "Origin"),
        Refused("origin-not-allowed", 403, "POST", "/v1/leads/pk_page_key", ["Origin": "null"], invalid: "Origin"),
        Refused(
            "origin-not-allowed", 403, "POST", "/v1/leads/pk_page_key",
            ["Origin": "https://www.acme.example.evil.example"],
            invalid: "Origin"),
        Refused("body-missing", 400, body: "", invalid: "body"),
        Refused("body-missing", 400, body: "[]", invalid: "body"),
        Refused(
            "body-missing", 400, "POST", "/v1/leads/pk_page_key", ["Content-Type": "application/x-ndjson"],
            body: "\n \n",
            invalid: "body"),
        Refused("body-too-large", 413, body: String(repeating: "x", count: 2001)),
        Refused(
            "batch-too-large", 413, body: "[" + Array(repeating: "{}", count: 101).joined(separator: ",") + "]",
            invalid: "body"),
        Refused(
            "media-type-not-supported", 415, "POST", "/v1/leads/pk_page_key", ["Content-Type": "image/png"],
            invalid: "Content-Type"),
        Refused(
            "media-type-not-supported", 415, "POST", "/v1/leads/pk_page_key", ["Content-Type": "multipart/form-data"],
            invalid: "Content-Type"),
        Refused(
            "media-type-not-supported", 415, "POST", "/v1/leads/pk_page_key", ["Content-Type": "json"],
            invalid: "Content-Type"),
        Refused(
            "encoding-not-supported", 415, "POST", "/v1/leads/pk_page_key", ["Content-Encoding": "br"],
            invalid: "Content-Encoding"),
        Refused(
            "encoding-not-supported", 415, "POST", "/v1/leads/pk_page_key", ["Content-Encoding": "gzip, deflate"],
            invalid: "Content-Encoding"),
        Refused(
            "encoding-not-supported", 415, "POST", "/v1/leads/pk_page_key", ["Content-Encoding": "gzip, gzip, gzip"],
            invalid: "Content-Encoding"),
        Refused(
            "body-broken", 400, "POST", "/v1/leads/pk_page_key", ["Content-Encoding": "gzip"], invalid: "body"),
        Refused(
            "body-missing", 400, "POST", "/v1/leads/pk_page_key", ["Content-Encoding": "gzip"], body: "",
            invalid: "body"),
        Refused(
            "media-type-not-supported", 415, "POST", "/v1/leads/pk_page_key", ["Content-Type": "image/svg+xml"],
            invalid: "Content-Type"),
        Refused(
            "idempotency-key-unusable", 400, "POST", "/v1/leads/pk_page_key",
            ["Content-Type": "application/json", "Idempotency-Key": String(repeating: "k", count: 256)],
            invalid: "Idempotency-Key"),
        Refused(
            "idempotency-key-unusable", 400, "POST", "/v1/leads/pk_page_key",
            ["Content-Type": "application/json", "Idempotency-Key": "schlüssel"], invalid: "Idempotency-Key"),
        Refused("method-not-allowed", 405, "GET", body: nil),
        Refused("method-not-allowed", 405, "PUT"),
        Refused("method-not-allowed", 405, "DELETE", "/v1/pixel.gif", body: nil),
        Refused("not-found", 404, "POST", "/v1/lead"),
        Refused("not-found", 404, "POST", "/v1/leads/pk_page_key/more"),
        Refused("not-found", 404, "POST", "/v1/leads/pk_page_key//"),
        Refused("not-found", 404, "POST", "/v1/leads//"),
        Refused("not-found", 404, "GET", "/v1/", body: nil),
    ]

    @Test(arguments: refused)
    func `refuses with a problem document that says what to do`(_ refused: Refused) throws {
        let stage = try IntakeStage()
        let answer = try stage.send(refused.method, refused.path, refused.fields, refused.body)
        #expect(answer.status == refused.status)
        #expect(answer.problem == refused.testDescription)
        #expect(answer.field("content-type") == "application/problem+json")
        let document = try #require(answer.json)
        #expect(document["type"]?.string == "urn:leadrelay:problem:\(refused.testDescription)")
        #expect(document["status"]?.integer == Int64(refused.status))
        #expect(document["title"]?.string?.isEmpty == false)
        #expect(document["detail"]?.string?.isEmpty == false)
        #expect(document["invalid"]?.string == refused.invalid)
        #expect((answer.field("allow") != nil) == (refused.status == 405))
        #expect((answer.field("www-authenticate") != nil) == (refused.status == 401))
        #expect(stage.inbox.posts.isEmpty)
        #expect(stage.counters.snapshot.problems.values.reduce(0, +) == 1)
    }

    @Test(arguments: [Log.Level.info, .debug])
    func `says in the log why a request was refused, if it is asked to`(level: Log.Level) throws {
        let lines = Locked<[String]>([])
        let stage = try IntakeStage(log: Log(threshold: level, sink: { line in lines.update { $0.append(line) } }))
        _ = try stage.send("POST", "/v1/leads/pk_nobodys_key", ["Content-Type": Self.json], Self.event)
        let told = lines.withLock { $0 }.filter { $0.contains("intake.refused") }
        #expect(told.count == (level == .debug ? 1 : 0))
        #expect(told.allSatisfy { $0.contains("reason=key-unknown") && !$0.contains("pk_nobodys_key") })
    }

    static let storeFailures: [(StoreError, String)] = [
        (.overloaded, "overloaded"), (.diskFull, "disk-full"), (.broken("fsync"), "not-durable"), (.closed, "stopping"),
    ]

    @Test(arguments: storeFailures)
    func `never acknowledges what is not durable`(_ failure: StoreError, _ problem: String) throws {
        let stage = try IntakeStage()
        stage.inbox.fail(failure)
        let answer = try stage.send("POST", "/v1/leads/pk_page_key", ["Content-Type": "application/json"], "{}")
        #expect(answer.status == 503)
        #expect(answer.problem == problem)
        #expect((answer.field("retry-after").flatMap { Int($0) } ?? 0) > 0)
        stage.inbox.fail(nil)
        #expect(try stage.send("POST", "/v1/leads/pk_page_key", [:], "{}").status == 202)
    }

    @Test func `answers only when the inbox has`() throws {
        let stage = try IntakeStage()
        stage.inbox.hold()
        let answered = Locked<Int?>(nil)
        stage.start(Self.event) { result in
            let status = (try? result.get())?.status
            answered.update { $0 = status ?? -1 }
        }
        // The inbox has the post and says nothing: there is no answer, however long we wait.
        let early = answered.wait(atMost: .milliseconds(100)) { $0 }
        #expect(early == nil)
        stage.inbox.letGo()
        #expect(answered.wait { $0 } == 202)
    }

    // MARK: The same again

    @Test func `gives the first answer again for the same idempotency key`() throws {
        let stage = try IntakeStage([.page, .page { ($0.name, $0.keys) = ("other", ["pk_other_key"]) }])
        func post(_ key: String, _ source: String) throws -> Answer {
            try stage.send("POST", "/v1/leads/\(source)", ["Idempotency-Key": key], Self.event)
        }
        let first = try post("k", "pk_page_key")
        #expect(first.field("idempotency-replayed") == nil)
        let second = try post("k", "pk_page_key")
        #expect(second.status == 202)
        #expect(second.body == first.body)
        #expect(second.field("idempotency-replayed") == "true")
        #expect(try post("l", "pk_page_key").body != first.body)
        #expect(try post("k", "pk_other_key").body != first.body)
        #expect(stage.counters.snapshot.replayed == ["page": 1])
        #expect(stage.counters.snapshot.accepted == ["page": 2, "other": 1])
    }

    // MARK: Browsers

    struct Preflight: Sendable {
        let path: String
        let origin: String
        let isGranted: Bool
    }

    static let preflights = [
        Preflight(path: "/v1/leads", origin: "https://www.acme.example", isGranted: true),
        Preflight(path: "/v1/leads/pk_page_key", origin: "https://www.acme.example", isGranted: true),
        Preflight(path: "/v1/leads?key=pk_page_key", origin: "https://www.acme.example", isGranted: true),
        Preflight(path: "/v1/leads", origin: "https://evil.example", isGranted: false),
        Preflight(path: "/v1/leads/pk_page_key", origin: "http://www.acme.example", isGranted: false),
        Preflight(path: "/v1/leads/pk_page_key", origin: "https://other.example", isGranted: false),
        Preflight(path: "/v1/leads", origin: "https://other.example", isGranted: true),
    ]

    @Test(arguments: preflights)
    func `answers preflights`(_ preflight: Preflight) throws {
        let other = Source.page {
            ($0.name, $0.keys, $0.origins) = ("other", ["pk_other_key"], ["https://other.example"])
        }
        let stage = try IntakeStage([.page, other])
        let answer = try stage.send(
            "OPTIONS", preflight.path, ["Origin": preflight.origin, "Access-Control-Request-Method": "POST"])
        #expect(answer.status == (preflight.isGranted ? 204 : 403))
        #expect(answer.field("access-control-allow-origin") == (preflight.isGranted ? preflight.origin : nil))
        #expect(answer.field("access-control-allow-credentials") == nil)
        if preflight.isGranted {
            #expect(answer.field("access-control-allow-methods") == "POST")
            let headers = answer.field("access-control-allow-headers")?.lowercased() ?? ""
            for header in ["content-type", "x-leadrelay-key", "idempotency-key", "authorization"] {
                #expect(headers.contains(header))
            }
            #expect(answer.field("access-control-max-age") != nil)
            #expect(answer.field("vary")?.contains("Origin") == true)
        }
    }

    struct Shared: Sendable {
        let origins: [String]
        let origin: String?
        let status: Int
        let allowed: String?
    }

    static let shared = [
        Shared(origins: ["https://a.example"], origin: "https://a.example", status: 202, allowed: "https://a.example"),
        Shared(origins: ["https://a.example"], origin: nil, status: 202, allowed: nil),
        Shared(origins: ["https://a.example"], origin: "https://b.example", status: 403, allowed: nil),
        Shared(origins: [], origin: "https://a.example", status: 403, allowed: nil),
        Shared(origins: [], origin: nil, status: 202, allowed: nil),
        Shared(origins: ["*"], origin: "https://b.example", status: 202, allowed: "*"),
        Shared(origins: ["*"], origin: "null", status: 202, allowed: "*"),
    ]

    @Test(arguments: shared)
    func `lets pages of allowed origins read the answer`(_ shared: Shared) throws {
        let stage = try IntakeStage([.page { $0.origins = shared.origins }])
        let fields: KeyValuePairs = shared.origin.map { ["Origin": $0] } ?? [:]
        let answer = try stage.send("POST", "/v1/leads/pk_page_key", fields, Self.event)
        #expect(answer.status == shared.status)
        #expect(answer.field("access-control-allow-origin") == shared.allowed)
        #expect(answer.field("access-control-allow-credentials") == nil)
        if let allowed = shared.allowed, allowed != "*" { #expect(answer.field("vary") == "Origin") }
    }

    @Test func `lets allowed pages read refusals as well`() throws {
        let stage = try IntakeStage()
        let answer = try stage.send(
            "POST", "/v1/leads/pk_page_key", ["Origin": "https://www.acme.example", "Content-Type": "image/png"], "x")
        #expect(answer.status == 415)
        #expect(answer.field("access-control-allow-origin") == "https://www.acme.example")
    }

    @Test func `says what a hidden origin means and what to do about it`() throws {
        let stage = try IntakeStage()
        for (site, words) in [
            (nil, "Referrer-Policy no-referrer"), ("cross-site", "of another site"), ("same-site", "relay's own site"),
            ("none", "\"null\" to the origins of source page"),
        ] as [(String?, String)] {
            let fields: KeyValuePairs = site.map { ["Origin": "null", "Sec-Fetch-Site": $0] } ?? ["Origin": "null"]
            let answer = try stage.send("POST", "/v1/leads/pk_page_key", fields, Self.event)
            #expect(answer.status == 403)
            #expect(answer.json?["detail"]?.string?.contains(words) == true, "\(words)")
        }
        let open = try IntakeStage([.page { $0.origins = ["null"] }])
        let answer = try open.send("POST", "/v1/leads/pk_page_key", ["Origin": "null"], Self.event)
        #expect(answer.status == 202)
        #expect(answer.field("access-control-allow-origin") == "null")
        let other = try open.send("POST", "/v1/leads/pk_page_key", ["Origin": "https://b.example"], Self.event)
        #expect(other.status == 403)
    }

    // MARK: Forms

    static let redirects: [(String, String?)] = [
        ("https://www.acme.example/thanks", "https://www.acme.example/thanks"),
        ("https://www.acme.example/thanks/solar?x=1#top", "https://www.acme.example/thanks/solar?x=1#top"),
        ("HTTPS://WWW.ACME.EXAMPLE:443/thanks", "HTTPS://WWW.ACME.EXAMPLE:443/thanks"),
        ("https://www.acme.example/thanks-for-nothing", nil), ("https://www.acme.example/", nil),
        ("http://www.acme.example/thanks", nil), ("https://www.acme.example.evil.example/thanks", nil),
        ("https://www.acme.example@evil.example/thanks", nil), ("https://evil.example/thanks", nil),
        ("https://www.acme.example:8443/thanks", nil), ("//evil.example/thanks", nil), ("/thanks", nil),
        ("javascript:alert(1)", nil), ("https://www.acme.example/thanks/../evil", nil),
        ("https://www.acme.example/thanks/%2e%2E/evil", nil), ("https://www.acme.example\\@evil.example/thanks", nil),
        ("https://www.acme.example/thanks\r\nSet-Cookie: a=b", nil), ("https:///www.acme.example/thanks", nil),
        (" https://www.acme.example/thanks", nil), ("https://www.acme.example/thanks/%2f..%2fevil", nil),
    ]

    @Test(arguments: redirects)
    func `sends forms on only to where the source allows`(_ wanted: String, _ location: String?) throws {
        let stage = try IntakeStage()
        let encoded = wanted.utf8.map { byte in "%" + String(byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        let answer = try stage.send(
            "POST", "/v1/leads/pk_page_key", ["Content-Type": "application/x-www-form-urlencoded"],
            "email=a%40b.example&_redirect=\(encoded)")
        #expect(answer.status == (location == nil ? 202 : 303))
        #expect(answer.field("location") == location)
        // Wherever it wanted to go: the lead counts.
        #expect(stage.inbox.submissions.count == 1)
        #expect(stage.counters.snapshot.refusedRedirects == (location == nil ? 1 : 0))
        if location == nil { #expect(answer.json?["redirect"]?.string == "not allowed") }
    }

    @Test func `sends forms on to the source's own place when they ask for none, or for a forbidden one`() throws {
        let stage = try IntakeStage([.page { $0.redirect = "https://www.acme.example/done" }])
        for body in ["email=a", "email=a&_redirect=", "email=a&_redirect=https%3A%2F%2Fevil.example"] {
            let answer = try stage.send(
                "POST", "/v1/leads/pk_page_key", ["Content-Type": "application/x-www-form-urlencoded"], body)
            #expect(answer.status == 303)
            #expect(answer.field("location") == "https://www.acme.example/done")
        }
        let multipart =
            "--x\r\nContent-Disposition: form-data; name=\"_redirect\"\r\n\r\nhttps://www.acme.example/thanks/1\r\n--x--\r\n"
        let answer = try stage.send(
            "POST", "/v1/leads/pk_page_key", ["Content-Type": "multipart/form-data; boundary=x"], multipart)
        #expect(answer.field("location") == "https://www.acme.example/thanks/1")
        // A JSON client is never sent anywhere.
        #expect(try stage.send("POST", "/v1/leads/pk_page_key", [:], Self.event).status == 202)
    }

    @Test func `keeps the wish for a redirect out of the lead`() throws {
        let stage = try IntakeStage()
        _ = try stage.send(
            "POST", "/v1/leads/pk_page_key", ["Content-Type": "application/x-www-form-urlencoded"],
            "email=a&_redirect=https%3A%2F%2Fwww.acme.example%2Fthanks&x=1")
        guard case .pairs(let pairs)? = stage.inbox.submissions.first?.decoded.content else {
            Issue.record("not a form")
            return
        }
        #expect(pairs.map(\.name) == ["email", "x"])
    }

    // MARK: The pixel

    @Test func `answers the pixel with a picture once it is durable`() throws {
        let stage = try IntakeStage()
        let answer = try stage.send("GET", "/v1/pixel.gif?key=pk_page_key&event_id=7&email=a%40b.example", [:])
        #expect(answer.status == 200)
        #expect(answer.body.count == 43)
        #expect(answer.body.starts(with: Array("GIF89a".utf8)))
        #expect(answer.field("content-type") == "image/gif")
        #expect(answer.field("cache-control") == "no-store")
        let submission = try #require(stage.inbox.submissions.first)
        #expect(submission.format == .query)
        #expect(String(decoding: submission.body, as: UTF8.self) == "event_id=7&email=a%40b.example")
        stage.inbox.fail(.diskFull)
        #expect(try stage.send("GET", "/v1/pixel.gif?key=pk_page_key&event_id=8", [:]).status == 503)
    }

    static let pixelRefusals: [(String, Int)] = [
        ("/v1/pixel.gif", 401), ("/v1/pixel.gif?event_id=1", 401), ("/v1/pixel.gif?key=nope&a=1", 401),
        ("/v1/pixel.gif?key=pk_page_key", 400),
    ]

    @Test(arguments: pixelRefusals)
    func `refuses pixels`(_ path: String, _ status: Int) throws {
        let stage = try IntakeStage()
        #expect(try stage.send("GET", path, [:]).status == status)
        #expect(stage.inbox.posts.isEmpty)
    }

    @Test func `takes no lead from a HEAD request`() throws {
        let stage = try IntakeStage()
        #expect(try stage.send("HEAD", "/v1/pixel.gif?key=pk_page_key&a=1", [:]).status == 200)
        #expect(stage.inbox.posts.isEmpty)
    }

    // MARK: Signatures

    private static let secret = Array("a secret of two".utf8)

    @Test func `takes only signed requests from a source with a secret`() throws {
        let stage = try IntakeStage([.page { $0.signatureSecret = Self.secret }])
        func post(_ signature: String?, _ body: String = Self.event) throws -> String {
            let fields: KeyValuePairs = signature.map { ["X-LeadRelay-Signature": $0] } ?? [:]
            let answer = try stage.send("POST", "/v1/leads/pk_page_key", fields, body)
            return answer.problem ?? "\(answer.status)"
        }
        let good = Signature.header(body: Array(Self.event.utf8), secret: Self.secret, now: stage.now)
        #expect(try post(good) == "202")
        #expect(try post(good + ",v1=00ff") == "202")
        #expect(try post("v2=zz," + good) == "202")
        #expect(try post(nil) == "signature-missing")
        #expect(try post(good, #"{"event_id":"2"}"#) == "signature-wrong")
        #expect(try post("t=1,v1=00") == "signature-wrong")
        #expect(try post("v1=00") == "signature-wrong")
        #expect(try post("t=1") == "signature-wrong")
        #expect(try post("") == "signature-wrong")
        stage.move(.seconds(299))
        #expect(try post(good) == "202")
        stage.move(.seconds(2))
        #expect(try post(good) == "signature-expired")
        stage.move(.seconds(-602))
        #expect(try post(good) == "signature-expired")
        #expect(try stage.send("GET", "/v1/pixel.gif?key=pk_page_key&a=1", [:]).problem == "signature-missing")
    }

    // MARK: Rates

    @Test func `holds sources and addresses to their rates`() throws {
        let stage = try IntakeStage(
            [
                .page {
                    $0.rate = Source.Rate(perSecond: 10, burst: 5)
                    $0.addressRate = Source.Rate(perSecond: 1, burst: 3)
                }
            ], trustedProxies: ["127.0.0.1"])
        func post(_ address: String, _ body: String = "{}") throws -> Answer {
            try stage.send("POST", "/v1/leads/pk_page_key", ["X-Forwarded-For": address], body)
        }
        for _ in 1...3 { #expect(try post("192.0.2.1").status == 202) }
        let refused = try post("192.0.2.1")
        #expect(refused.status == 429)
        #expect(refused.problem == "too-many-from-address")
        #expect(refused.field("retry-after") == "1")
        #expect(try post("192.0.2.2").status == 202)
        // One event is left for the source, and a batch counts each of its events.
        #expect(try post("192.0.2.3", "[{},{}]").problem == "too-many-from-source")
        #expect(try post("192.0.2.3").status == 202)
        #expect(try post("192.0.2.4").problem == "too-many-from-source")
        stage.move(.seconds(1))
        #expect(try post("192.0.2.1").status == 202)
        #expect(try post("192.0.2.1").problem == "too-many-from-address")
        #expect(stage.counters.snapshot.problems == [.tooManyFromAddress: 2, .tooManyFromSource: 2])
    }

    static let forwarded: [(String, String)] = [
        ("203.0.113.9", "203.0.113.9"), ("6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 10.1.2.3", "203.0.113.9"), ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]:99", "2001:db8::1"), ("2001:db8::1", "2001:db8::1"), ("nonsense", "127.0.0.1"),
        ("6.6.6.6, nonsense, 10.1.2.3", "10.1.2.3"), ("", "127.0.0.1"), ("10.0.0.1", "10.0.0.1"),
    ]

    @Test(arguments: forwarded)
    func `believes trusted proxies about the visitor's address`(_ header: String, _ address: String) throws {
        let stage = try IntakeStage(trustedProxies: ["127.0.0.0/8", "10.0.0.0/8"])
        _ = try stage.send("POST", "/v1/leads/pk_page_key", ["X-Forwarded-For": header], "{}")
        #expect(stage.inbox.submissions.first?.address == address)
    }

    @Test func `believes nobody else`() throws {
        let stage = try IntakeStage(trustedProxies: ["10.0.0.0/8"])
        _ = try stage.send("POST", "/v1/leads/pk_page_key", ["X-Forwarded-For": "203.0.113.9"], "{}")
        #expect(stage.inbox.submissions.first?.address == "127.0.0.1")
    }

    // MARK: Reload

    @Test func `follows new settings on a kept connection`() throws {
        let stage = try IntakeStage()
        #expect(try stage.send("POST", "/v1/leads/pk_new_key", [:], "{}").status == 401)
        let settings = IntakeSettings(sources: [.page { $0.keys = ["pk_new_key"] }])
        stage.settings.withLock { $0 = settings }
        #expect(try stage.send("POST", "/v1/leads/pk_new_key", [:], "{}").status == 202)
        #expect(try stage.send("POST", "/v1/leads/pk_page_key", [:], "{}").status == 401)
    }
}
