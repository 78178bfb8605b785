import Curl
import Domain
import HTTP
import Sandbox
import TestSupport
import Testing

@Suite struct `The imitated channels` {
    private static let event: JSON = [
        "routing_key": "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", "event_action": "trigger", "dedup_key": "a17",
        "payload": ["summary": "No leads", "source": "leadrelay", "severity": "critical"],
    ]

    @Test func `open an alert at PagerDuty once for each key, and anew after its end`() throws {
        let stage = try Stage()
        func send(_ action: String) throws {
            let reply = try stage.send(
                "POST", "/pagerduty/v2/enqueue", [], Self.event.changing("event_action", to: .string(action))
            ).get()
            #expect(reply.status == 202)
        }
        for action in ["resolve", "acknowledge", "trigger", "trigger", "acknowledge", "resolve", "resolve"] {
            try send(action)
        }
        #expect(stage.sandbox.channels.incidents.map(\.state) == [.resolved])
        try send("trigger")
        #expect(stage.sandbox.channels.incidents.map(\.state) == [.resolved, .triggered])
    }

    @Test(arguments: [
        "routing_key", "event_action", "dedup_key", "payload.summary", "payload.source", "payload.severity",
    ])
    func `refuse an event that PagerDuty would refuse`(_ path: String) throws {
        let stage = try Stage()
        let reply = try stage.send("POST", "/pagerduty/v2/enqueue", [], Self.event.changing(path, to: nil)).get()
        #expect(reply.status == 400 && stage.sandbox.channels.incidents.isEmpty)
    }

    private func slack(_ stage: Stage, _ method: String, _ body: JSON, token: String = "xoxb-1") throws -> JSON {
        try stage.send("POST", "/slack/api/\(method)", [("Authorization", "Bearer \(token)")], body).get().json
    }

    @Test func `keep Slack's messages, their edits and their threads`() throws {
        let stage = try Stage()
        let posted = try slack(stage, "chat.postMessage", ["channel": "C1", "text": "one"])
        let ts = try #require(posted["ts"]?.string)
        #expect(posted["ok"] == true && posted["channel"] == "C1")
        _ = try slack(stage, "chat.update", ["channel": "C1", "ts": .string(ts), "text": "two"])
        _ = try slack(stage, "chat.postMessage", ["channel": "C1", "text": "reply", "thread_ts": .string(ts)])
        #expect(stage.sandbox.channels.slack.map(\.text) == ["two", "reply"])
        let thread = try stage.send(
            "GET", "/slack/api/conversations.replies?channel=C1&ts=\(ts)", [("Authorization", "Bearer xoxb-1")]
        ).get()
        #expect(thread.json["messages"]?.array?.count == 2)
    }

    @Test func `refuse what Slack refuses, with 200`() throws {
        let stage = try Stage()
        func error(_ method: String, _ body: JSON, token: String = "xoxb-1") throws -> String? {
            try slack(stage, method, body, token: token)["error"]?.string
        }
        #expect(try error("chat.postMessage", ["channel": "C1", "text": "x"], token: "abc") == "not_authed")
        #expect(try error("chat.postMessage", ["channel": "alerts", "text": "x"]) == "channel_not_found")
        #expect(try error("chat.postMessage", ["channel": "C1"]) == "no_text")
        #expect(try error("chat.update", ["channel": "C1", "ts": "1.1", "text": "x"]) == "message_not_found")
        let header: JSON = [
            "type": "header", "text": ["type": "plain_text", "text": .string(String(repeating: "x", count: 151))],
        ]
        #expect(
            try error("chat.postMessage", ["channel": "C1", "text": "x", "blocks": .array([header])])
                == "invalid_blocks")
        #expect(stage.sandbox.channels.slack.isEmpty)
    }

    static let numbers: [(String, Int64?)] = [
        ("+4915112345678", nil), ("+15005550001", 21211), ("+15005550009", 21614), ("015112345678", 21211),
    ]
    @Test(arguments: numbers)
    func `take texts as Twilio does`(_ number: String, _ code: Int64?) throws {
        let stage = try Stage()
        let form = "To=\(number.replacing("+", with: "%2B"))&From=%2B15005550006&Body=hello&ValidityPeriod=900"
        let reply = try stage.send(
            "POST", "/twilio/2010-04-01/Accounts/AC1/Messages.json", [("Authorization", "Basic QTpi")],
            bytes: Array(form.utf8), type: "application/x-www-form-urlencoded"
        ).get()
        #expect(reply.status == (code == nil ? 201 : 400) && reply.json["code"]?.integer == code)
        #expect(stage.sandbox.channels.texts.count == (code == nil ? 1 : 0))
    }

    static let judged: [(String, [(name: String, value: String)], JSON, Int)] = [
        ("/am/api/v2/alerts", [], [["labels": ["alertname": "x"]]], 200),
        ("/am/api/v2/alerts", [], [["labels": [:]]], 400),
        ("/am/api/v2/alerts", [], [["labels": ["a-b": "x"]]], 400),
        ("/am/api/v2/alerts", [], [["labels": ["a": ""]]], 400),
        ("/am/api/v2/alerts", [], ["alerts": []], 400),
        (
            "/am/api/v2/alerts", [],
            [["labels": ["a": "b"], "startsAt": "2026-11-21T09:00:00Z", "endsAt": "2026-11-21T08:00:00Z"]], 400
        ),
        ("/teams/x?sig=1", [], ["text": "hello"], 400), ("/teams/x", [], ["type": "message"], 401),
        ("/telegram/bot1:abc/sendMessage", [], ["chat_id": 1, "text": "hello"], 200),
        ("/telegram/bot1:abc/sendMessage", [], ["chat_id": 1, "text": "a <b> c", "parse_mode": "HTML"], 400),
        ("/telegram/bot1:abc/sendMessage", [], ["chat_id": 1, "text": "a & c", "parse_mode": "HTML"], 400),
        (
            "/telegram/bot1:abc/sendMessage", [], ["chat_id": 1, "text": .string(String(repeating: "x", count: 4097))],
            400
        ),
        ("/telegram/bot1:abc/editMessageText", [], ["chat_id": 1, "message_id": 9, "text": "x"], 400),
        ("/telegram/x/sendMessage", [], ["chat_id": 1, "text": "x"], 404),
        ("/jira/jsm/ops/integration/v2/alerts", [], ["message": "x"], 401),
        (
            "/jira/jsm/ops/integration/v2/alerts", [("Authorization", "GenieKey k")], ["message": "x", "alias": "a"],
            202
        ),
        ("/jira/jsm/ops/integration/v2/alerts", [("Authorization", "GenieKey k")], ["alias": "a"], 422),
        (
            "/jira/jsm/ops/integration/v2/alerts", [("Authorization", "GenieKey k")],
            ["message": .string(String(repeating: "x", count: 131))], 422
        ),
        ("/jira/jsm/ops/integration/v2/alerts/a/close", [("Authorization", "GenieKey k")], [:], 404),
        ("/alert-webhook/x", [], ["type": "alert.opened"], 400),
        (
            "/alert-webhook/x",
            [("webhook-id", "a"), ("webhook-timestamp", "1"), ("webhook-signature", "v1,AAAA")],
            ["type": "alert.opened"],
            401
        ),
    ]
    @Test(arguments: judged.indices)
    func `judge as their platforms' documents do`(_ index: Int) throws {
        let (path, fields, body, status) = Self.judged[index]
        let reply = try Stage().send("POST", path, fields, body).get()
        #expect(reply.status == status, "\(path) \(body.text)")
    }

    static let faults: [(Fault, Int, String?)] = [
        (Fault(.throttle, on: .slack, retryAfter: 7), 429, "ratelimited"),
        (Fault(.expiredToken, on: .slack), 200, "token_revoked"),
        (Fault(.errorCode, on: .slack, code: "is_archived"), 200, "is_archived"),
        (Fault(.status, on: .slack, status: 503), 503, nil),
    ]
    @Test(arguments: faults)
    func `fail on demand`(_ fault: Fault, _ status: Int, _ error: String?) throws {
        let stage = try Stage(faults: [fault])
        let reply = try stage.send(
            "POST", "/slack/api/chat.postMessage", [("Authorization", "Bearer xoxb-1")],
            ["channel": "C1", "text": "one"]
        ).get()
        #expect(reply.status == status && reply.json["error"]?.string == error)
        #expect(reply.answer.field("retry-after") == (status == 429 ? "7" : nil))
        #expect(stage.sandbox.channels.slack.isEmpty)
    }

    @Test func `show what they have taken, and make presses of buttons`() throws {
        let stage = try Stage()
        _ = try slack(stage, "chat.postMessage", ["channel": "C1", "text": "one"])
        _ = try stage.send("POST", "/ping/uuid/fail", [], nil).get()
        let shown = try stage.send("GET", "/sandbox/channels").get().json
        #expect(shown["slack"]?[0]?["content"]?["text"] == "one" && shown["pings"]?[0]?["path"] == "uuid/fail")
        let press = try stage.send("GET", "/sandbox/press?action=a&value=A1&secret=s&user=U7").get().json
        #expect(press["fields"]?["X-Slack-Signature"]?.string?.hasPrefix("v0=") == true)
        #expect(press["body"]?.string?.hasPrefix("payload=") == true)
    }
}
