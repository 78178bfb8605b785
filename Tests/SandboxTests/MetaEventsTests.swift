import Crypto
import Domain
import Sandbox
import Testing

@Suite struct `Meta's events` {
    typealias Change = (path: String, value: JSON?)
    private static let user = "data.0.user_data"

    static let accepted: [Change] = [
        ("data.0.event_time", .number("\(Fixtures.now.seconds - 7 * 86_400)")),
        ("data.0.event_time", .number("\(Fixtures.now.seconds + 60)")),
        ("\(user).em", .string(Fixtures.hash)),
        ("\(user).external_id", .string(Fixtures.hash)),
        ("\(user).client_ip_address", "2001:db8::1"),
        ("\(user).fbc", "fb.1.1795599999000.IwAR2AbC-_123.AQIB"),
        ("data.1.user_data.lead_id", 1_234_567_890_123_456),
        ("data.0.custom_data.branch", "north"),
        ("data.0.data_processing_options", []),
        ("data.0.custom_data", nil),
        ("data.0.event_source_url", "http://example.com/"),
        ("test_event_code", nil),
    ]
    @Test(arguments: accepted)
    func `are taken when they fit`(_ change: Change) throws {
        let reply = try Stage().meta(Fixtures.meta.changing(change.path, to: change.value)).get()
        #expect(reply.status == 200, "\(reply.json.text)")
        #expect(reply.json["events_received"] == 2)
        #expect(reply.json["fbtrace_id"]?.string?.isEmpty == false)
    }

    static let refused: [(path: String, value: JSON?, subcode: Int64?, blame: String)] = [
        ("data", [], nil, "data"),
        ("data", "[]", nil, "data"),
        ("events", [], nil, "events"),
        ("data.0.eventName", "Lead", nil, "data[0][eventName]"),
        ("data.0.event_name", nil, nil, "data[0][event_name]"),
        ("data.0.event_id", nil, nil, "data[0][event_id]"),
        ("data.0.event_id", "", nil, "data[0][event_id]"),
        ("data.0.event_time", nil, nil, "data[0][event_time]"),
        ("data.0.event_time", "1795600000", nil, "data[0][event_time]"),
        ("data.0.event_time", 1_795_600_000_000, 2_804_003, "data[0][event_time]"),
        ("data.0.event_time", 1_795_600, 2_804_003, "data[0][event_time]"),
        ("data.0.event_time", .number("\(Fixtures.now.seconds - 7 * 86_400 - 1)"), 2_804_003, "data[0][event_time]"),
        ("data.0.event_time", .number("\(Fixtures.now.seconds + 61)"), 2_804_003, "data[0][event_time]"),
        ("data.0.action_source", nil, nil, "data[0][action_source]"),
        ("data.0.action_source", "web", nil, "data[0][action_source]"),
        ("data.0.event_source_url", nil, nil, "data[0][event_source_url]"),
        ("data.0.event_source_url", "/landing", nil, "data[0][event_source_url]"),
        ("data.0.opt_out", "false", nil, "data[0][opt_out]"),
        ("data.0.opt_out", .null, nil, "data[0][opt_out]"),
        ("data.0.user_data", nil, 2_804_050, "data[0][user_data]"),
        ("data.0.user_data", [], nil, "data[0][user_data]"),
        ("data.0.user_data", ["client_user_agent": "Mozilla/5.0"], 2_804_050, "data[0][user_data]"),
        (
            "data.0.user_data", ["client_user_agent": "a", "country": .string(Fixtures.hash)], 2_804_050,
            "data[0][user_data]"
        ),
        ("\(user).client_user_agent", nil, nil, "data[0][user_data][client_user_agent]"),
        ("\(user).client_user_agent", "", nil, "data[0][user_data][client_user_agent]"),
        ("\(user).email", [.string(Fixtures.hash)], nil, "data[0][user_data][email]"),
        ("\(user).em", ["john@example.com"], nil, "data[0][user_data][em]"),
        ("\(user).em", [.string(Fixtures.hash.uppercased())], nil, "data[0][user_data][em]"),
        ("\(user).em", [], nil, "data[0][user_data][em]"),
        ("\(user).em", [""], nil, "data[0][user_data][em]"),
        ("\(user).em", [7], nil, "data[0][user_data][em]"),
        ("\(user).fn", .string(Fixtures.hashOfNothing), nil, "data[0][user_data][fn]"),
        ("\(user).fbc", .string(Fixtures.hash), 2_804_001, "data[0][user_data][fbc]"),
        ("\(user).fbc", "IwAR2AbC-_123", 2_804_001, "data[0][user_data][fbc]"),
        ("\(user).fbc", "fb.1.1795599999.IwAR2AbC-_123", 2_804_001, "data[0][user_data][fbc]"),
        ("\(user).fbc", ["fb.1.1795599999000.IwAR2AbC-_123"], nil, "data[0][user_data][fbc]"),
        ("\(user).fbp", "fb.1.1795599999000.abc", 2_804_001, "data[0][user_data][fbp]"),
        ("\(user).client_ip_address", "example.com", nil, "data[0][user_data][client_ip_address]"),
        ("data.1.user_data.lead_id", "123", 2_804_036, "data[1][user_data][lead_id]"),
        ("data.0.custom_data.value", "25.5", nil, "data[0][custom_data][value]"),
        ("data.0.custom_data.currency", "EURO", nil, "data[0][custom_data][currency]"),
        ("data.0.custom_data.contents", [["id": "a", "price": 1]], nil, "data[0][custom_data][contents][0][price]"),
        ("data.0.data_processing_options", ["ldu"], nil, "data[0][data_processing_options]"),
        ("data.0.data_processing_options_state", nil, nil, "data[0][data_processing_options]"),
        ("data.1.event_name", "Purchase", nil, "data[1][custom_data][value]"),
    ]
    @Test(arguments: refused)
    func `are refused as a whole when one of them does not fit`(
        _ path: String, _ value: JSON?, _ subcode: Int64?, _ blame: String
    ) throws {
        let stage = try Stage()
        let reply = try stage.meta(Fixtures.meta.changing(path, to: value)).get()
        #expect(reply.status == 400)
        #expect(reply.code == 100)
        #expect(reply.subcode == subcode, "\(reply.json.text)")
        #expect(reply.blame == blame)
        #expect(reply.json["error"]?["fbtrace_id"]?.string?.isEmpty == false)
        #expect(stage.sandbox.received().isEmpty)
    }

    @Test func `of a physical store may be 62 days old`() throws {
        let old = Fixtures.meta.changing("data.1.event_time", to: .number("\(Fixtures.now.seconds - 62 * 86_400)"))
        #expect(try Stage().meta(old).get().subcode == 2_804_003)
        #expect(try Stage().meta(old.changing("data.1.action_source", to: "physical_store")).get().status == 200)
    }

    @Test func `may not be in a request twice`() throws {
        let reply = try Stage().meta(Fixtures.meta.changing("data.2", to: Fixtures.meta["data"]?[0])).get()
        #expect(reply.blame == "data[2][event_id]")
    }

    @Test(arguments: [(1_000, 200), (1_001, 400)])
    func `may be up to 1,000 in a request`(_ count: Int, _ status: Int) throws {
        let events = (0..<count).map { Fixtures.meta["data"]![0]!.changing("event_id", to: .string("lead-\($0)")) }
        #expect(try Stage().meta(Fixtures.meta.changing("data", to: .array(events))).get().status == status)
    }

    @Test func `may come as a form, as Meta's own library sends them`() throws {
        let data = Fixtures.meta["data"]!.text.utf8.map { "%" + Hex.encode([$0]) }.joined()
        let form = Array("data=\(data)&access_token=token".utf8)
        let reply = try Stage().send(
            "POST", "/v26.0/4711/events", bytes: form, type: "application/x-www-form-urlencoded"
        ).get()
        #expect(reply.json["events_received"] == 2)
    }

    static let paths: [(path: String, code: Int64?, subcode: Int64?)] = [
        ("/v25.0/4711/events", nil, nil), ("/4711/events", 2500, nil), ("/26.0/4711/events", 2500, nil),
        ("/v26/4711/events", 2500, nil), ("/v26.0/pixel/events", 100, 33),
    ]
    @Test(arguments: paths)
    func `are for a version and a pixel`(_ path: String, _ code: Int64?, _ subcode: Int64?) throws {
        let reply = try Stage().meta(path: path).get()
        #expect(reply.code == code)
        #expect(reply.subcode == subcode)
    }

    @Test func `need an access token, in the body, the query or the head`() throws {
        var options = SandboxOptions()
        options.metaAccessTokens = ["right"]
        let stage = try Stage(options)
        let body = Fixtures.meta.changing("access_token", to: nil)
        #expect(try stage.meta(body).get().code == 104)
        #expect(try stage.meta(body.changing("access_token", to: "wrong")).get().code == 190)
        #expect(try stage.meta(body.changing("access_token", to: "right")).get().status == 200)
        #expect(try stage.meta(body, path: "/v26.0/4711/events?access_token=right").get().status == 200)
        let head = try stage.send("POST", "/v26.0/4711/events", [("Authorization", "Bearer right")], body).get()
        #expect(head.status == 200)
    }

    @Test func `need the right proof of the app's secret if there is one`() throws {
        var options = SandboxOptions()
        options.metaAppSecret = "secret"
        let stage = try Stage(options)
        for (proof, isRight) in [
            (nil, false), (Hex.encode(HMAC.sha256(key: Array("other".utf8), message: Array("token".utf8))), false),
            (Hex.encode(HMAC.sha256(key: Array("secret".utf8), message: Array("token".utf8))), true),
        ] {
            let reply = try stage.meta(Fixtures.meta.changing("appsecret_proof", to: proof.map { .string($0) })).get()
            #expect(reply.code == (isRight ? nil : 100))
            #expect(reply.json["error"]?["type"] == (isRight ? nil : "GraphMethodException"))
        }
    }
}
