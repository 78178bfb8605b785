import Crypto
import Domain
import Sandbox
import Testing

@Suite struct `What the sandbox remembers` {
    @Test func `is every event at every account it went to`() throws {
        let stage = try Stage()
        let second = Fixtures.google["destinations"]![0]!.changing("reference", to: "d2")
            .changing("productDestinationId", to: "5")
        _ = try stage.ingest(Fixtures.google.changing("destinations.1", to: second)).get()
        _ = try stage.meta().get()
        let arrived = stage.sandbox.received().map { "\($0.platform.rawValue) \($0.account) \($0.id)" }
        #expect(
            arrived == [
                "google_ads 1234567890/987654321 lead-0001", "google_ads 1234567890/987654321 lead-0002",
                "google_ads 1234567890/5 lead-0002", "meta_ads 4711 lead-0001", "meta_ads 4711 lead-0001-q",
            ])
    }

    @Test func `tells a repetition from a change`() throws {
        let stage = try Stage()
        _ = try stage.meta().get()
        stage.advance(.seconds(5))
        _ = try stage.meta().get()
        _ = try stage.meta(Fixtures.meta.changing("data.0.event_time", to: 1_795_600_001)).get()
        let receipt = stage.sandbox.received(.metaAds, id: "lead-0001")[0]
        #expect(receipt.count == 3)
        #expect(receipt.changes == 1)
        #expect(receipt.digest == SHA256.hex(of: Fixtures.meta["data"]![0]!.bytes))
        #expect(receipt.first == Fixtures.now)
        #expect(receipt.last == Fixtures.now + .seconds(5))
        let totals = stage.sandbox.summary["meta_ads"]
        #expect(totals?["requests"] == 3)
        #expect(totals?["events"] == 6)
        #expect(totals?["unique"] == 2)
        #expect(totals?["duplicates"] == 4)
        #expect(totals?["changed"] == 1)
    }

    @Test func `has a bound`() throws {
        var options = SandboxOptions()
        options.maximumIDs = 3
        let stage = try Stage(options)
        _ = try stage.meta().get()
        _ = try stage.ingest().get()
        _ = try stage.ingest().get()
        #expect(stage.sandbox.received().count == 3)
        #expect(stage.sandbox.summary["google_ads"]?["not_remembered"] == 2)
        #expect(stage.sandbox.summary["google_ads"]?["duplicates"] == 1)
    }

    @Test func `holds many ids and finds each again`() throws {
        let stage = try Stage()
        func send() throws {
            for batch in 0..<5 {
                let events = (0..<1000).map {
                    Fixtures.meta["data"]![0]!.changing("event_id", to: .string("lead-\(batch * 1000 + $0)"))
                }
                _ = try stage.meta(Fixtures.meta.changing("data", to: .array(events))).get()
            }
        }
        try send()
        try send()
        let receipts = stage.sandbox.received()
        #expect(receipts.map(\.id) == (0..<5000).map { "lead-\($0)" })
        #expect(receipts.allSatisfy { $0.count == 2 && $0.changes == 0 })
    }

    static let queries: [(query: String, ids: [String])] = [
        ("", ["lead-0001", "lead-0002", "lead-0001", "lead-0001-q"]),
        ("?platform=google_ads", ["lead-0001", "lead-0002"]),
        ("?platform=google_ads&account=1234567890", ["lead-0001", "lead-0002"]),
        ("?account=1234567890%2F987654321", ["lead-0001", "lead-0002"]),
        ("?account=123", []),
        ("?account=4711", ["lead-0001", "lead-0001-q"]),
        ("?id=lead-0001", ["lead-0001", "lead-0001"]),
        ("?platform=meta_ads&id=lead-0002", []),
        ("?after=1&limit=2", ["lead-0002", "lead-0001"]),
    ]
    @Test(arguments: queries)
    func `can be asked for line by line`(_ query: String, _ ids: [String]) throws {
        let stage = try Stage()
        _ = try stage.ingest().get()
        _ = try stage.meta().get()
        let lines = try stage.send("GET", "/sandbox/received\(query)").get().lines
        #expect(lines.map { $0["id"]?.string } == ids)
        #expect(lines.allSatisfy { $0["count"] == 1 && $0["digest"]?.string?.utf8.count == 64 })
    }

    @Test(arguments: ["?platform=bing", "?limit=-1", "?limit=1000001", "?after=-1"])
    func `cannot be asked for what makes no sense`(_ query: String) throws {
        #expect(try Stage().send("GET", "/sandbox/received\(query)").get().status == 400)
    }

    @Test func `includes the last whole events`() throws {
        var options = SandboxOptions()
        options.maximumEvents = 3
        let stage = try Stage(options)
        for number in 0..<2 {
            _ = try stage.meta(Fixtures.meta.changing("data.0.event_id", to: .string("lead-\(number)"))).get()
        }
        let lines = try stage.send("GET", "/sandbox/last?platform=meta_ads").get().lines
        #expect(lines.map { $0["event"]?["event_id"]?.string } == ["lead-0001-q", "lead-1", "lead-0001-q"])
        #expect(lines.last?["event"] == Fixtures.meta["data"]?[1])
        #expect(try stage.send("GET", "/sandbox/last").get().status == 400)
    }

    @Test func `lies at addresses that the sandbox lists`() throws {
        let stage = try Stage()
        let listed = try stage.send("GET", "/sandbox/").get().json.object ?? []
        #expect(listed.count == 13)
        for address in listed.map(\.name) where address.hasPrefix("GET ") {
            let path = address.dropFirst("GET ".count) + (address.hasSuffix("=") ? "meta_ads" : "")
            let reply = try stage.send("GET", String(path)).get()
            #expect(reply.status == 200, "\(address)")
        }
        #expect(try stage.send("GET", "/sandbox/other").get().status == 404)
    }

    @Test func `can be forgotten`() throws {
        let stage = try Stage()
        _ = try stage.meta().get()
        #expect(try stage.send("DELETE", "/sandbox/received").get().status == 204)
        let summary = try stage.send("GET", "/sandbox/summary").get().json
        #expect(summary["remembered"] == 0)
        #expect(summary["meta_ads"]?["requests"] == 0)
    }
}
