import Crypto
import Curl
import Domain
import Forwarding
import HTTP
import Sandbox
import Testing

@Suite struct `The receiver of webhooks` {
    private static let secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    private static let body: JSON = [
        "type": "lead", "timestamp": "2026-11-25T10:00:00Z",
        "data": [
            "lead_id": "1v2w3x4y5z678", "event_id": "e1", "source": "s", "received_at": "2026-11-25T10:00:00Z",
            "dimension": [:],
            "event": ["event": "lead", "click": ["gclid": "G-1"], "person": ["email": "a@b.de"]],
        ],
    ]

    private func stage(_ secret: String? = secret, faults: [Fault] = []) throws -> Stage {
        var options = SandboxOptions()
        options.webhookSecret = secret
        return try Stage(options, faults: faults)
    }

    private func send(
        _ stage: Stage, id: String? = "crm_1", seconds: String? = String(Fixtures.now.seconds),
        signature: ((String) -> String?)? = nil, _ body: JSON = body, path: String = "/webhook/crm"
    ) throws -> Reply {
        let code = HMAC.sha256(key: Array(0...31), message: Array("\(id ?? "").\(seconds ?? "").\(body.text)".utf8))
        let right = "v1," + Base64.plain.encode(code)
        let fields = [
            ("webhook-id", id), ("webhook-timestamp", seconds),
            ("webhook-signature", signature.map { $0(right) } ?? right),
        ]
        return try stage.send("POST", path, fields.compactMap { name, value in value.map { (name, $0) } }, body).get()
    }

    @Test func `takes what is signed, and remembers it`() throws {
        let stage = try stage()
        #expect(try send(stage).status == 204)
        #expect(try send(stage).status == 204)
        let changed = Self.body.changing("data.event_id", to: "e2")
        #expect(try send(stage, changed).status == 204)
        let receipt = stage.sandbox.received(.webhook, account: "crm", id: "crm_1").first
        #expect(receipt?.count == 3 && receipt?.changes == 1)
        #expect(try stage.send("GET", "/sandbox/last?platform=webhook").get().lines.last?["event"] == changed)
    }

    @Test func `takes what the relay sends`() throws {
        let destination = Destination(
            name: "crm",
            platform: .webhook(Destination.Webhook(url: "http://crm.test", secrets: [Secret(Self.secret)])))
        let adapter = makeAdapter(destination)
        var event = LeadEvent(event: "lead", occurredAt: Fixtures.now)
        event.person.email = "a@b.de"
        let outgoing = EncodedLead(
            lead: .first(at: Fixtures.now), eventID: "e1", receivedAt: Fixtures.now, event: event,
            dimension: Dimension(source: "site"))
        guard case .event(let fragment) = adapter.encode(outgoing) else {
            Issue.record("not encoded")
            return
        }
        let transfer = adapter.transfer([fragment], token: nil, at: Fixtures.now)
        let fields = transfer.fields.filter { $0.name != "Content-Type" }
        let stage = try stage()
        let reply = try stage.send("POST", "/webhook/crm", fields, bytes: transfer.body, type: "application/json").get()
        #expect(reply.status == 204)
        #expect(stage.sandbox.received(.webhook).map(\.id) == ["crm_\(outgoing.lead)"])
    }

    @Test func `takes one good signature among several`() throws {
        let stage = try stage()
        let other = "v1," + Base64.plain.encode([UInt8](repeating: 7, count: 32))
        #expect(try send(stage, signature: { "v1a,x \(other) \($0)" }).status == 204)
        for wrong in [other, "", "v1,", "v2," + other.dropFirst(3)] {
            #expect(try send(stage, signature: { _ in wrong }).json["error"] == "signature", "\(wrong)")
        }
        #expect(try send(stage, signature: { _ in nil }).status == 401)
        #expect(
            try send(self.stage(nil), signature: { _ in other }).status == 204, "without a secret the form is enough")
    }

    @Test func `refuses what is old, or has no name`() throws {
        let stage = try stage()
        let now = Fixtures.now.seconds
        for seconds in ["\(now - 301)", "\(now + 301)", "", "soon", "\(now).0", "+\(now)"] {
            #expect(try send(stage, seconds: seconds).json["error"] == "timestamp", "\(seconds)")
        }
        #expect(try send(stage, seconds: "\(now - 300)").status == 204)
        #expect(try send(stage, seconds: nil).status == 400)
        #expect(try send(stage, id: "a.b").json["error"] == "id")
        #expect(try send(stage, id: nil).json["error"] == "id")
        #expect(try send(stage, path: "/webhook/").status == 404)
    }

    @Test(arguments: [
        "type", "timestamp", "data", "data.lead_id", "data.source", "data.received_at", "data.event.event",
    ])
    func `refuses a body against the contract`(_ path: String) throws {
        let stage = try stage()
        #expect(try send(stage, Self.body.changing(path, to: nil)).status == 422)
        #expect(try send(stage, Self.body.changing(path, to: 5)).status == 422)
        #expect(stage.sandbox.received().isEmpty)
    }

    static let faults: [(Fault, Int, String?)] = [
        (Fault(.status, on: .webhook, status: 503, retryAfter: 7), 503, "7"),
        (Fault(.throttle, on: .webhook, retryAfter: 30), 429, "30"), (Fault(.expiredToken), 401, nil),
        (Fault(.errorCode, on: .webhook, code: "410"), 410, nil),
        (Fault(.partial, events: Fault.Events(click: "G-")), 422, nil),
        (Fault(.partial, events: Fault.Events(email: "a@b")), 422, nil),
        (Fault(.throttle, on: .metaAds), 204, nil),
    ]

    @Test(arguments: faults)
    func `fails on demand`(_ fault: Fault, _ status: Int, _ retryAfter: String?) throws {
        let reply = try send(stage(faults: [fault]))
        #expect(reply.status == status && reply.answer.field("retry-after") == retryAfter)
    }
}
