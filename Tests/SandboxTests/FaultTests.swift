import Curl
import Domain
import Sandbox
import Testing

@Suite struct `A fault` {
    private func google(_ fault: Fault) throws -> (Result<Reply, TransferError>, Stage) {
        let stage = try Stage(faults: [fault])
        return (try stage.ingest(), stage)
    }

    private func meta(_ fault: Fault) throws -> (Result<Reply, TransferError>, Stage) {
        let stage = try Stage(faults: [fault])
        return (stage.meta(), stage)
    }

    @Test func `of a status says no more than that`() throws {
        let (result, stage) = try google(Fault(.status, on: .googleAds, status: 503, retryAfter: 7))
        let reply = try result.get()
        #expect(reply.status == 503)
        #expect(reply.answer.field("retry-after") == "7")
        #expect(reply.json == .null)
        #expect(stage.sandbox.received().isEmpty)
    }

    static let googleCodes = [
        ("INTERNAL_ERROR", 500), ("RESOURCE_EXHAUSTED", 429), ("PERMISSION_DENIED", 403), ("NOT_FOUND", 404),
        ("TERMS_AND_CONDITIONS_NOT_SIGNED", 400),
    ]
    @Test(arguments: googleCodes)
    func `of a code is Google's`(_ code: String, _ status: Int) throws {
        let (result, stage) = try google(Fault(.errorCode, on: .googleAds, code: code))
        let reply = try result.get()
        #expect(reply.status == status)
        #expect(reply.json["error"]?["details"]?[0]?["reason"]?.string == code)
        #expect(stage.sandbox.received().isEmpty)
    }

    @Test(arguments: [("190", 400, 190, nil, false), ("100/33", 400, 100, 33, false), ("2", 500, 2, nil, true)])
    func `of a code is Meta's`(
        _ text: String, _ status: Int, _ code: Int64, _ subcode: Int64?, _ isTransient: Bool
    ) throws {
        let (result, stage) = try meta(Fault(.errorCode, code: text))
        let reply = try result.get()
        #expect(reply.status == status)
        #expect(reply.code == code)
        #expect(reply.subcode == subcode)
        #expect(reply.json["error"]?["is_transient"] == .bool(isTransient))
        #expect(stage.sandbox.received().isEmpty)
    }

    @Test(arguments: [true, false]) func `of processing shows when the status is asked for`(_ isNamed: Bool) throws {
        let fault = Fault(
            isNamed ? .processing : .processingUnnamed, on: .googleAds,
            code: "PROCESSING_ERROR_REASON_CLICK_NOT_FOUND", events: Fault.Events(id: "lead-0002"))
        let stage = try Stage(faults: [fault])
        let reply = try stage.ingest().get()
        #expect(reply.status == 200 && stage.sandbox.received().count == 2)
        let id = try #require(reply.json["requestId"]?.string)
        #expect(try stage.status(id).json["requestStatusPerDestination"]?[0]?["requestStatus"] == "PROCESSING")
        stage.advance(.seconds(2))
        let status = try #require(try stage.status(id).json["requestStatusPerDestination"]?[0])
        #expect(status["requestStatus"] == "PARTIAL_SUCCESS")
        let count = try #require(status["errorInfo"]?["errorCounts"]?[0])
        #expect(count["reason"] == "PROCESSING_ERROR_REASON_CLICK_NOT_FOUND" && count["recordCount"] == "1")
        #expect(count["recordIndices"] == (isNamed ? [1] : nil))
    }

    @Test func `of processing that strikes every event fails the request`() throws {
        let stage = try Stage(faults: [Fault(.processing, on: .googleAds)])
        let id = try #require(try stage.ingest().get().json["requestId"]?.string)
        stage.advance(.seconds(2))
        #expect(try stage.status(id).json["requestStatusPerDestination"]?[0]?["requestStatus"] == "FAILED")
    }

    @Test func `of latency answers later`() throws {
        let (result, stage) = try meta(Fault(.latency, latency: .milliseconds(60)))
        #expect(try result.get().answer.took >= .milliseconds(60))
        #expect(stage.sandbox.received().count == 2)
    }

    @Test func `that drops before receives nothing`() throws {
        let (result, stage) = try google(Fault(.dropBefore, on: .googleAds))
        #expect(isInterrupted(result))
        #expect(stage.sandbox.received().isEmpty)
    }

    @Test func `that drops after has received`() throws {
        let (result, stage) = try google(Fault(.dropAfter, on: .googleAds))
        #expect(isInterrupted(result))
        #expect(stage.sandbox.received().count == 2)
    }

    @Test func `of throttling is a code of each platform`() throws {
        let fault = Fault(.throttle, retryAfter: 90)
        let google = try google(Fault(.throttle, on: .googleAds, retryAfter: 90)).0.get()
        #expect(google.status == 429)
        #expect(google.answer.field("retry-after") == "90")
        let meta = try meta(fault).0.get()
        #expect(meta.code == 4)
        let usage = try JSON(parsing: Array((meta.answer.field("x-business-use-case-usage") ?? "").utf8))
        #expect(usage["0"]?[0]?["estimated_time_to_regain_access"] == 2)
    }

    @Test func `of an expired token lasts until there is a new one`() throws {
        let stage = try Stage(faults: [Fault(.expiredToken, on: .googleAds, count: 1)])
        let token = try stage.token()
        #expect(try stage.ingest(token: token).get().status == 401)
        #expect(try stage.ingest(token: token).get().status == 401)
        #expect(try stage.ingest().get().status == 200)
        #expect(try meta(Fault(.expiredToken)).0.get().code == 190)
    }

    @Test func `of a slow body sends the rest later`() throws {
        let (result, stage) = try meta(Fault(.slowBody, latency: .milliseconds(60)))
        let reply = try result.get()
        #expect(reply.answer.took >= .milliseconds(60))
        #expect(reply.json["events_received"] == 2)
        #expect(stage.sandbox.received().count == 2)
    }

    @Test func `of a slow body may be slower than the sender waits`() throws {
        let stage = try Stage(faults: [Fault(.slowBody, on: .googleAds, latency: .seconds(600))])
        #expect(isInterrupted(try stage.ingest(atMost: .milliseconds(60))))
        #expect(stage.sandbox.received().count == 2)
    }

    @Test func `of garbage has received`() throws {
        let (result, stage) = try meta(Fault(.garbage))
        #expect(try result.get().status == 200)
        #expect(try result.get().json == .null)
        #expect(stage.sandbox.received().count == 2)
    }

    static let patterns: [(events: Fault.Events, bad: [String])] = [
        (Fault.Events(id: "0002"), ["events.events[1]"]),
        (Fault.Events(id: "lead"), ["events.events[0]", "events.events[1]"]),
        (Fault.Events(click: "TeSter"), ["events.events[0]"]),
        (Fault.Events(click: "abc"), ["events.events[1]"]),
        (Fault.Events(email: "c4d25e9c"), ["events.events[0]"]),
        (Fault.Events(id: "other"), []),
    ]
    @Test(arguments: patterns)
    func `of a part names Google's bad events`(_ events: Fault.Events, _ bad: [String]) throws {
        let fault = Fault(.partial, on: .googleAds, code: "INVALID_CURRENCY_CODE", events: events)
        let (result, stage) = try google(fault)
        let reply = try result.get()
        #expect(reply.violations == bad.map { Reply.Violation(reason: "INVALID_CURRENCY_CODE", field: $0) })
        #expect(stage.sandbox.received().count == (bad.isEmpty ? 2 : 0))
    }

    @Test func `of a part poisons Meta's request and does not say by which event`() throws {
        let stage = try Stage(faults: [Fault(.partial, on: .metaAds, events: Fault.Events(id: "0001-q"))])
        let reply = try stage.meta().get()
        #expect(reply.code == 100)
        #expect(reply.subcode == 2_804_019)
        #expect(reply.blame == nil)
        let rest = Fixtures.meta.changing("data.1", to: nil)
        #expect(try stage.meta(rest).get().json["events_received"] == 1)
    }

    @Test func `of a part without a pattern hits a share of the events, always the same`() throws {
        let stage = try Stage(faults: [Fault(.partial, on: .googleAds, probability: 0.2)])
        let events = (0..<500).map {
            Fixtures.google["events"]![1]!.changing("transactionId", to: .string("lead-\($0)"))
        }
        let body = Fixtures.google.changing("events", to: .array(events))
        let first = try stage.ingest(body).get().violations
        #expect((60...140).contains(first.count))
        #expect(try stage.ingest(body).get().violations == first)
    }

    @Test func `strikes as often as it is told`() throws {
        let stage = try Stage(faults: [Fault(.status, on: .metaAds, status: 500, count: 2)])
        #expect(try (0..<4).map { _ in try stage.meta().get().status } == [500, 500, 200, 200])
        #expect(stage.sandbox.summary["meta_ads"]?["faults"] == ["status": 2])
    }

    @Test func `strikes by dice that fall the same with the same seed`() throws {
        func statuses(_ seed: UInt64) throws -> [Int] {
            let stage = try Stage(faults: [Fault(.status, on: .metaAds, probability: 0.5)], seed: seed)
            return try (0..<64).map { _ in try stage.meta().get().status }
        }
        let first = try statuses(1)
        #expect((16...48).contains(first.count { $0 == 500 }))
        #expect(try statuses(1) == first)
        #expect(try statuses(2) != first)
    }

    @Test func `leaves other platforms alone`() throws {
        let stage = try Stage(faults: [Fault(.dropBefore, on: .googleToken)])
        #expect(try stage.meta().get().status == 200)
        #expect(isInterrupted(stage.send("POST", "/token", bytes: [], type: "application/x-www-form-urlencoded")))
    }

    @Test func `of the token endpoint speaks its language`() throws {
        let stage = try Stage(faults: [Fault(.errorCode, on: .googleToken, code: "invalid_grant")])
        let reply = try stage.requestToken()
        #expect(reply.status == 400)
        #expect(reply.json["error"] == "invalid_grant")
    }
}

@Suite struct `Faults over HTTP` {
    @Test func `are switched on, listed and switched off`() throws {
        let stage = try Stage()
        let fault: JSON = [
            "platform": "meta_ads", "kind": "error_code", "code": "100/33", "count": 3, "events": ["id": "lead"],
        ]
        let added = try stage.send("POST", "/sandbox/faults", [], fault).get()
        #expect(added.status == 201)
        #expect(added.json[0]?["number"] == 1)
        #expect(try stage.meta().get().subcode == 33)
        let listed = try stage.send("GET", "/sandbox/faults").get().json
        #expect(listed[0]?["count"] == 2)
        #expect(listed[0]?["events"] == ["id": "lead"])
        #expect(try stage.send("DELETE", "/sandbox/faults?number=2").get().status == 404)
        #expect(try stage.send("DELETE", "/sandbox/faults?number=1").get().status == 204)
        #expect(try stage.meta().get().status == 200)
        let two: JSON = [["kind": "garbage", "events": "lead-0001"], ["kind": "throttle"]]
        #expect(try stage.send("POST", "/sandbox/faults", [], two).get().json.array?.count == 2)
        #expect(try stage.send("DELETE", "/sandbox/faults").get().status == 204)
        #expect(try stage.send("GET", "/sandbox/faults").get().json == [])
    }

    static let mistakes: [(fault: JSON, words: String)] = [
        ([:], "kind is missing"), (7, "a fault is an object"), (["kind": "earthquake"], "kind must be one of"),
        (["kind": "status", "platform": "bing"], "platform must be one of"),
        (["kind": "status", "status": 99], "status must be a number from 200 to 599"),
        (["kind": "status", "probability": 2], "probability must be a number from 0 to 1"),
        (["kind": "status", "count": 0], "count must be a number from 1"),
        (["kind": "status", "latency": 5], "latency is not known"),
        (["kind": "error_code"], "error_code needs a code"),
        (["kind": "partial", "events": [:]], "events picks nothing"),
        (["kind": "partial", "events": ["name": "x"]], "events must hold"),
    ]
    @Test(arguments: mistakes)
    func `are refused with the mistake in words`(_ fault: JSON, _ words: String) throws {
        let stage = try Stage()
        let reply = try stage.send("POST", "/sandbox/faults", [], [["kind": "garbage"], fault]).get()
        #expect(reply.status == 400)
        #expect(reply.json["detail"]?.string?.contains(words) == true, "\(reply.json.text)")
        #expect(try stage.send("GET", "/sandbox/faults").get().json == [])
    }
}
