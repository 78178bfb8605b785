import Curl
import Domain
import Forwarding
import Testing

/// Every code that the platforms document, by what follows from it (`Fixtures/platform_codes.jsonl`).
@Suite struct `Every documented code` {
    enum Class: String { case permanent, retry, pause, success }

    static func codes(_ system: String) throws -> [(code: String, class: Class, delay: String)] {
        try Fixture("platform_codes.jsonl").rows.filter { $0["system"]?.string == system }.map {
            (
                try #require($0["value"]?.string), try #require(Class(rawValue: $0["class"]?.string ?? "")),
                $0["delay"]?.string ?? ""
            )
        }
    }

    /// The kind of the verdict that all events share, or `nil` if they differ.
    private static func kind(_ reading: Reading) -> String? {
        let kinds = Set(reading.verdicts.map(\.kind))
        return kinds.count == 1 ? kinds.first : nil
    }

    static func google(_ reason: String, field: String? = nil, status: Int = 400) -> Result<Answer, TransferError> {
        let violation = field.map {
            #",{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"\#($0)","description":"d","reason":"\#(reason)"}]}"#
        }
        let details =
            #"{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"\#(field == nil ? reason : "INVALID_ARGUMENT")"}\#(violation ?? "")"#
        return Platforms.answer(
            status, #"{"error":{"code":\#(status),"status":"INVALID_ARGUMENT","message":"m","details":[\#(details)]}}"#)
    }

    @Test func `of Google means what the table says`() throws {
        let adapter = makeAdapter(Samples.google)
        let codes = try Self.codes("google")
        #expect(codes.count == 129)
        for (code, expected, _) in codes {
            let one = Self.kind(adapter.read(Self.google(code), count: 1))
            let three = Self.kind(adapter.read(Self.google(code), count: 3))
            switch expected {
            // Without a field it could be anything: a person must look.
            case .permanent where code == "INVALID_ARGUMENT": #expect(one == "hold" && three == "hold")
            case .permanent: #expect(one == "rejected" && three == "isolate", "\(code)")
            case .retry where code == "TOO_MANY_EVENTS": #expect(one == "retry" && three == "isolate")
            case .retry: #expect(one == "retry" && three == "retry", "\(code)")
            case .pause: #expect(one == "hold" && three == "hold", "\(code)")
            case .success: #expect(one == "delivered" && three == "delivered", "\(code)")
            }
        }
    }

    @Test func `of Google that names an event spares the others`() throws {
        let adapter = makeAdapter(Samples.google)
        for (code, expected, _) in try Self.codes("google") {
            let answer = Self.google(code, field: "events.events[1].user_data.user_identifiers[0]")
            let kinds = adapter.read(answer, count: 3).verdicts.map(\.kind)
            switch expected {
            case .permanent: #expect(kinds == ["isolate", "rejected", "isolate"], "\(code)")
            case .retry where code == "TOO_MANY_EVENTS": break
            case .retry: #expect(kinds == ["isolate", "retry", "isolate"], "\(code)")
            // A number of the event's, elsewhere an account's.
            case .pause where code == "INVALID_NUMBER_FORMAT": #expect(kinds == ["isolate", "rejected", "isolate"])
            case .pause: #expect(kinds == ["hold", "hold", "hold"], "\(code)")
            case .success: #expect(kinds == ["isolate", "delivered", "isolate"], "\(code)")
            }
        }
    }

    @Test func `of Google that names no event is nobody's event's fault`() throws {
        let adapter = makeAdapter(Samples.google)
        for (code, expected, _) in try Self.codes("google") where expected == .permanent || expected == .pause {
            for field in ["destinations[0].operating_account.account_id", "encoding", "", "events[9].x"] {
                #expect(
                    Self.kind(adapter.read(Self.google(code, field: field), count: 3)) == "hold", "\(code) \(field)")
            }
        }
    }

    @Test func `of Meta means what the table says`() throws {
        let adapter = makeAdapter(Samples.meta)
        let codes = try Self.codes("meta")
        #expect(codes.count == 40)
        for (value, expected, _) in codes where value != "0" {
            let parts = value.split(separator: "/")
            let subcode = parts.count > 1 ? Int(parts[1]) : nil
            let message =
                parts.count > 1 && subcode == nil ? "Invalid appsecret_proof provided in the API argument" : "m"
            let body =
                #"{"error":{"message":"\#(message)","code":\#(parts[0]),"error_subcode":\#(subcode ?? 0),"fbtrace_id":"T"}}"#
            for status in [200, 400, 500] {
                let one = Self.kind(adapter.read(Platforms.answer(status, body), count: 1))
                let three = Self.kind(adapter.read(Platforms.answer(status, body), count: 3))
                switch expected {
                case .permanent: #expect(one == "rejected" && three == "isolate", "\(value)")
                case .retry: #expect(one == "retry" && three == "retry", "\(value)")
                case .pause: #expect(one == "hold" && three == "hold", "\(value)")
                case .success: Issue.record("Meta has no such code: \(value)")
                }
            }
        }
    }
}

@Suite struct `Google's answer` {
    private let adapter = makeAdapter(Samples.google)

    @Test func `with a request id is a receipt, warnings or not`() {
        let body =
            #"{"requestId":"R-1","fieldWarnings":[{"field":"f","reason":"WARNING_REASON_GENERIC","description":"d"}]}"#
        let reading = adapter.read(Platforms.answer(200, body), count: 2)
        #expect(
            reading
                == Reading(
                    all: .sent(Receipt(status: 200, message: "WARNING_REASON_GENERIC", requestID: "R-1")), 2))
    }

    @Test func `names several events at once, and the worst word about each decides`() {
        func violation(_ index: Int, _ reason: String) -> String {
            #"{"field":"events[\#(index)].x","description":"d","reason":"\#(reason)"}"#
        }
        let violations = [
            violation(0, "INVALID_EVENT"), violation(2, "INVALID_EVENT"), violation(2, "INTERNAL_ERROR"),
            violation(3, "BRAND_NEW_REASON"),
        ].joined(separator: ",")
        let body =
            #"{"error":{"code":400,"details":[{"@type":"x/google.rpc.ErrorInfo","reason":"INVALID_ARGUMENT"},{"@type":"x/google.rpc.BadRequest","fieldViolations":[\#(violations)]}]}}"#
        let verdicts = adapter.read(Platforms.answer(400, body), count: 5).verdicts
        #expect(verdicts.map(\.kind) == ["rejected", "isolate", "retry", "retry", "isolate"])
        guard case .retry(let receipt, .unclassified, _) = verdicts[3] else {
            Issue.record("a new reason is not unclassified: \(verdicts[3])")
            return
        }
        #expect(receipt.code == "BRAND_NEW_REASON")
    }

    @Test func `that it could not even parse the request holds the lane`() {
        let body =
            #"{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"Invalid JSON payload received. Unknown name","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"events[0]","description":"d"}]}]}}"#
        #expect(adapter.read(Platforms.answer(400, body), count: 3).verdicts.map(\.kind) == ["hold", "hold", "hold"])
    }

    @Test(arguments: [
        (401, "UNAUTHENTICATED", "retry"), (403, "PERMISSION_DENIED", "hold"), (404, "NOT_FOUND", "hold"),
        (409, "ABORTED", "retry"), (409, "ALREADY_EXISTS", "delivered"), (429, "RESOURCE_EXHAUSTED", "retry"),
        (500, "INTERNAL", "retry"), (501, "UNIMPLEMENTED", "retry"), (503, "UNAVAILABLE", "retry"),
        (504, "DEADLINE_EXCEEDED", "retry"), (412, "FAILED_PRECONDITION", "hold"), (418, "TEAPOT", "retry"),
    ])
    func `without details is judged by its status`(status: Int, name: String, kind: String) {
        let body = #"{"error":{"code":\#(status),"status":"\#(name)","message":"m"}}"#
        #expect(adapter.read(Platforms.answer(status, body), count: 1).verdicts.map(\.kind) == [kind])
    }

    @Test func `that a conversion action is new lets the whole lane rest`() {
        let reading = adapter.read(
            `Every documented code`.google("CONVERSION_ACTION_TOO_RECENTLY_CREATED"), count: 2)
        #expect(reading.rest == .hours(6) && reading.verdicts.map(\.kind) == ["retry", "retry"])
    }

    @Test func `may say when to come back`() {
        let body =
            #"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"90.5s"}]}}"#
        let reading = adapter.read(Platforms.answer(429, body), count: 1)
        guard case .retry(_, .throttled, let after) = reading.verdicts[0] else {
            Issue.record("not throttled")
            return
        }
        #expect(after == .milliseconds(90_500) && reading.health == .throttled)
    }
}

@Suite struct `Meta's answer` {
    private let adapter = makeAdapter(Samples.meta)

    @Test func `that all events were received is believed`() {
        let reading = adapter.read(
            Platforms.answer(200, #"{"events_received":2,"messages":[],"fbtrace_id":"T"}"#), count: 2)
        #expect(reading == Reading(all: .delivered(Receipt(status: 200, requestID: "T")), 2))
    }

    @Test(arguments: [0, 1, 3]) func `that another number was received confirms nothing`(_ received: Int) {
        let body = #"{"events_received":\#(received),"fbtrace_id":"T"}"#
        let reading = adapter.read(Platforms.answer(200, body), count: 2)
        #expect(reading.verdicts.map(\.kind) == ["retry", "retry"])
        #expect(reading.verdicts[0].receipt.code == "events_received")
    }

    @Test func `that a fault will pass is believed whatever the code`() {
        let body = #"{"error":{"message":"m","code":100,"is_transient":true}}"#
        #expect(adapter.read(Platforms.answer(400, body), count: 2).verdicts.map(\.kind) == ["retry", "retry"])
    }

    @Test func `to too many calls says how many minutes to wait`() {
        let usage =
            #"{"77":[{"type":"ads_management","estimated_time_to_regain_access":12},{"type":"x","estimated_time_to_regain_access":3}]}"#
        let answer = Platforms.answer(
            400, #"{"error":{"code":80004,"message":"m"}}"#, [("x-business-use-case-usage", usage)])
        let reading = adapter.read(answer, count: 1)
        guard case .retry(_, .throttled, let after) = reading.verdicts[0] else {
            Issue.record("not throttled")
            return
        }
        #expect(after == .minutes(12) && reading.health == .throttled)
    }

    @Test func `with an unknown code isolates the event that may be meant`() {
        let body = #"{"error":{"message":"m","code":31337}}"#
        #expect(adapter.read(Platforms.answer(400, body), count: 2).verdicts.map(\.kind) == ["isolate", "isolate"])
        guard case .retry(_, .unclassified, _) = adapter.read(Platforms.answer(400, body), count: 1).verdicts[0] else {
            Issue.record("not unclassified")
            return
        }
    }
}

extension Verdict {
    var kind: String {
        switch self {
        case .delivered: "delivered"
        case .sent: "sent"
        case .rejected: "rejected"
        case .retry: "retry"
        case .hold: "hold"
        case .isolate: "isolate"
        }
    }
}
