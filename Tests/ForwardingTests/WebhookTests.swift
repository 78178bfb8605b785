import Crypto
import Curl
import Domain
import Forwarding
import Store
import TestSupport
import Testing

@Suite struct `A webhook` {
    private let adapter = makeAdapter(Samples.webhook)
    private let dimension = Dimension(source: "acme-landing", client: "acme", group: "heat-pumps", campaign: "120012")

    private func outgoing(_ event: LeadEvent = Samples.event) -> EncodedLead {
        var outgoing = Samples.outgoing(Samples.lead.rawValue, eventID: "form-7f3a", event)
        outgoing.dimension = dimension
        return outgoing
    }

    private func fragment(_ event: LeadEvent = Samples.event) throws -> Fragment {
        try #require(adapter.encode(outgoing(event)).fragment)
    }

    private func field(_ transfer: Transfer, _ name: String) -> String? {
        transfer.fields.first { $0.name == name }?.value
    }

    // MARK: What is sent

    @Test func `is told what the contract's example shows`() throws {
        var lead = Samples.event
        lead.eventID = "form-7f3a"
        lead.campaignGroup = "heat-pumps"
        lead.campaignID = "120012"
        lead.custom = [JSON.Member("budget", "20000")]
        let example = try JSON(
            parsing: try #require(Files.contents(of: Files.root + "/contracts/webhook.example.json")))
        #expect(try JSON(parsing: fragment(lead).bytes) == example)
        // What is told of the event can be read like any event that comes in.
        let event = try #require(example["data"]?["event"])
        #expect(LeadEvent.reading(event, receivedAt: .start).event == lead)
    }

    @Test func `is told nothing about what is not known`() throws {
        let event = LeadEvent(event: "sale", occurredAt: .start)
        var outgoing = Samples.outgoing(1, event)
        outgoing.dimension = Dimension(source: "shop")
        let body = try JSON(parsing: try #require(adapter.encode(outgoing).fragment).bytes)
        #expect(
            body == [
                "type": "sale", "timestamp": "2026-11-21T09:00:00.000Z",
                "data": [
                    "lead_id": .string(LeadID(rawValue: 1).description), "event_id": "lead-1", "source": "shop",
                    "received_at": "2026-11-21T09:00:00.000Z", "dimension": [:],
                    "event": ["event": "sale", "occurred_at": "2026-11-21T09:00:00.000Z"],
                ],
            ])
    }

    @Test func `is called at its address, signed anew at each attempt and otherwise the same`() throws {
        let fragment = try fragment()
        let first = adapter.transfer([fragment], token: nil, at: .start)
        let second = adapter.transfer([fragment], token: nil, at: .start + .hours(1))
        #expect(first.method == "POST" && first.url == "http://crm.test/leads?from=relay")
        #expect(first.fields.map(\.name) == ["Content-Type", "webhook-id", "webhook-timestamp", "webhook-signature"])
        #expect(field(first, "Content-Type") == "application/json")
        #expect(field(first, "webhook-id") == "crm_\(Samples.lead)")
        #expect(field(first, "webhook-timestamp") == "1795251600")
        #expect(field(second, "webhook-timestamp") == "1795255200")
        #expect(field(first, "webhook-id") == field(second, "webhook-id") && first.body == second.body)
        let key = Array<UInt8>(0...31)
        for transfer in [first, second] {
            let (id, seconds) = (field(transfer, "webhook-id") ?? "", field(transfer, "webhook-timestamp") ?? "")
            let code = HMAC.sha256(key: key, message: Array("\(id).\(seconds).".utf8) + (transfer.body ?? []))
            #expect(field(transfer, "webhook-signature") == "v1," + Base64.plain.encode(code))
        }
    }

    /// The vector that the reference implementations of Standard Webhooks test themselves with.
    @Test func `is signed as Standard Webhooks publishes it`() throws {
        let key = try #require(WebhookSignature.key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let signature = WebhookSignature.make(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8),
            key: key)
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func `is signed with both secrets while one takes over from the other`() throws {
        let old = Destination.Webhook(url: "http://crm.test", secrets: [Secret(Samples.webhookSecret)])
        var both = old
        both.secrets.insert(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), at: 0)
        let signatures = try [old, both].map { webhook in
            let transfer = Webhook(Samples.webhook, webhook).transfer([try fragment()], token: nil, at: .start)
            return (field(transfer, "webhook-signature") ?? "").split(separator: " ").map(String.init)
        }
        #expect(signatures.map(\.count) == [1, 2])
        #expect(signatures[1][1] == signatures[0][0] && signatures[1][0] != signatures[0][0])
    }

    @Test(arguments: [
        "", "whsec_", "whsec_AAECAwQF", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "whsec_-_" + String(repeating: "A", count: 42),
        "whsec_" + String(repeating: "AAAA", count: 22),
    ])
    func `takes no secret of another form`(_ secret: String) {
        #expect(WebhookSignature.key(secret) == nil)
    }

    @Test func `is told of every event, or of those it wants`() {
        var some = Destination.Webhook(url: "http://crm.test", secrets: [])
        some.events = ["sale"]
        let choosy = makeAdapter(Destination(name: "crm", platform: .webhook(some)))
        var sale = Samples.event
        sale.event = "sale"
        #expect(choosy.encode(outgoing()) == .skip(.notMapped))
        #expect(choosy.encode(outgoing(sale)).fragment != nil && adapter.encode(outgoing(sale)).fragment != nil)
    }

    @Test func `is told of everybody, unless it is configured otherwise`() throws {
        var event = Samples.event
        event.custom = [JSON.Member("budget", "20000")]
        for state in [LeadEvent.Consent.State.granted, .denied, nil] {
            event.consent.adUserData = state
            let body = try JSON(parsing: try fragment(event).bytes)
            #expect(body["data"]?["event"]?["person"]?["email"] == "Jane.Doe@Example.com")
            #expect(body["data"]?["event"]?["consent"]?["ad_user_data"]?.string == state?.rawValue)
        }
        var strict = Samples.webhook
        strict.consent.granted = .sendWithoutIdentifiers
        event.consent.adUserData = .granted
        let bare = try JSON(parsing: try #require(makeAdapter(strict).encode(outgoing(event)).fragment).bytes)
        let told = try #require(bare["data"]?["event"])
        #expect(told["person"] == nil && told["client"] == nil && told["custom"] == nil)
        #expect(told["click"]?["gclid"] == "TeSter-123")
        #expect(told["page"]?["url"] == "https://www.acme.example/kitchen?utm_source=fb")
        strict.consent.granted = .skip
        #expect(makeAdapter(strict).encode(outgoing(event)) == .skip(.consentUnspecified))
    }

    // MARK: What its answers mean

    enum Meaning: Equatable, Sendable { case delivered, hold, rejected, retry(Verdict.Cause) }

    static let answers: [(statuses: [Int], meaning: Meaning, health: Reading.Health)] = [
        ([200, 201, 202, 204, 299], .delivered, .well), ([401, 403, 407, 410], .hold, .well),
        ([413, 422], .rejected, .well), ([429], .retry(.throttled), .throttled),
        ([408, 500, 502, 503, 504, 599], .retry(.platformFault), .failing),
        ([100, 199, 301, 302, 307, 308, 404, 405], .retry(.unreachable), .failing),
        ([400, 402, 406, 409, 418, 425, 451, 499], .retry(.unclassified), .well),
    ]

    @Test(arguments: answers)
    func `says everything by its status`(statuses: [Int], meaning: Meaning, health: Reading.Health) {
        for status in statuses {
            for body in ["", "{}", #"{"error":{"code":190}}"#, "<html>"] {
                let reading = adapter.read(.success(Answer(status: status, body: Array(body.utf8))), count: 1)
                let found: [Meaning] = reading.verdicts.compactMap { verdict in
                    switch verdict {
                    case .delivered: .delivered
                    case .hold: .hold
                    case .rejected: .rejected
                    case .retry(_, let cause, _): .retry(cause)
                    case .sent, .isolate: nil
                    }
                }
                #expect(found == [meaning] && reading.health == health, "\(status)")
                #expect(reading.verdicts.first?.receipt.status == status)
            }
        }
    }

    static let words: [(Int, String, String)] = [
        (422, #"{"error":"phone is not a number"}"#, "phone is not a number"),
        (422, #"{"title":"Unprocessable","detail":"no such campaign"}"#, "Unprocessable no such campaign"),
        (422, #"{"message":"a@b.de is known"}"#, "[email] is known"),
        // An echo of the lead is not kept, and neither is text that is not meant to be a message.
        (422, #"{"lead":{"first_name":"Jane"},"error":{"name":"Jane"}}"#, ""), (422, "Jane is known", ""),
        (500, "<html>Jane</html>", ""), (410, "Jane", "the receiver has unsubscribed (410 Gone)"),
        (308, "", "redirects are not followed: configure the new address"), (200, #"{"message":"Jane"}"#, ""),
    ]

    @Test(arguments: words)
    func `is quoted without what may be personal`(status: Int, body: String, message: String) {
        let fields = [(name: "x-request-id", value: "r-1")]
        let answer = Answer(status: status, fields: fields, body: Array(body.utf8))
        let receipt = adapter.read(.success(answer), count: 1).verdicts[0].receipt
        #expect(receipt.message == message && receipt.requestID == "r-1")
        #expect(receipt.code == (status == 200 ? "" : "http_\(status)"))
    }

    // MARK: Its lane

    private func bench(_ answers: @escaping @Sendable (Transfer, Instant) -> Int) -> DispatchBench {
        let bench = DispatchBench([Samples.webhook])
        bench.transport["http://crm.test"] = { transfer, now in
            (Platforms.answer(answers(transfer, now), ""), .milliseconds(20))
        }
        return bench
    }

    @Test func `gets each lead once, one in a request`() {
        let bench = bench { _, _ in 204 }
        bench.add(1...40)
        bench.run(for: .minutes(1))
        #expect(bench.store.count("crm", .delivered) == 40)
        let ids = bench.transport.requests.compactMap { field($0, "webhook-id") }
        #expect(ids.count == 40 && Set(ids).count == 40)
    }

    @Test func `gets a lead again under the same name until it takes it`() throws {
        let bench = bench { _, now in now < .start + .hours(50) ? 503 : 200 }
        bench.add([1])
        bench.run(for: .hours(52))
        #expect(bench.store.count("crm", .delivered) == 1)
        let requests = bench.transport.requests
        #expect(requests.count > 40)
        #expect(Set(requests.map { field($0, "webhook-id") }).count == 1 && Set(requests.map(\.body)).count == 1)
        #expect(Set(requests.map { field($0, "webhook-timestamp") }).count == requests.count)
    }

    @Test(arguments: [401, 410])
    func `that wants no more is left alone until a person has acted`(_ status: Int) {
        let bench = bench { _, now in now < .start + .hours(1) ? status : 200 }
        bench.add(1...10)
        bench.run(for: .hours(2))
        #expect(bench.store.laneState("crm") == .held && bench.store.count("crm", nil) == 10)
        #expect(bench.transport.requests.count <= Samples.webhook.pace.concurrency)
        bench.store.set("crm", .running, reason: "") { _ in }
        bench.run()
        #expect(bench.store.count("crm", .delivered) == 10)
    }

    @Test func `refuses one lead without stopping the others`() {
        let bench = bench { transfer, _ in
            String(decoding: transfer.body ?? [], as: UTF8.self).contains("\"event-3\"") ? 422 : 200
        }
        bench.add(1...10)
        bench.run(for: .minutes(1))
        #expect(bench.store.count("crm", .delivered) == 9 && bench.store.owed("crm", 3)?.outcome == .rejected)
        #expect(bench.store.owed("crm", 3)?.receipt?.code == "http_422")
    }

    @Test func `that is not there for an evening is not hammered`() {
        let bench = bench { _, now in now < .start + .hours(6) ? 404 : 200 }
        bench.add(1...100)
        bench.run(for: .hours(6))
        #expect(bench.transport.requests.count < 6 * 3600 / 30 + 20, "\(bench.transport.requests.count)")
        bench.run(for: .hours(2))
        #expect(bench.store.count("crm", .delivered) == 100)
    }
}
