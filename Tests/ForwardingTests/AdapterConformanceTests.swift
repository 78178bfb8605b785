import Curl
import Domain
import Forwarding
import Testing

/// What every adapter promises, whatever the platform answers.
@Suite struct `Every adapter` {
    static let adapters: [any Adapter] = Samples.all.map(Forwarding.makeAdapter)

    /// A webhook's receiver says everything by its status, so any body with one of these is foreseen.
    private static func isForeseen(_ status: Int, by adapter: any Adapter) -> Bool {
        adapter is Webhook && ((200..<300).contains(status) || status == 413 || status == 422)
    }

    /// Answers that no platform documents.
    static let unforeseen: [(String, Answer)] = {
        let bodies: [(String, String)] = [
            ("nothing", ""), ("text", "Service Unavailable"), ("a page", "<html>502</html>"),
            ("truncated", "{\"requestId\":\"a"),
            ("null", "null"), ("a number", "17"), ("an array", "[]"), ("an empty object", "{}"),
            ("wrong types", #"{"requestId":7,"events_received":"3","error":"x"}"#),
            ("an error of wrong types", #"{"error":{"code":"x","status":7,"details":{},"message":[]}}"#),
            ("an unknown error", #"{"error":{"code":99999,"message":"?","status":"WHAT","details":[]}}"#),
            ("an error without anything", #"{"error":{}}"#),
            ("another count", #"{"events_received":5,"fbtrace_id":"t"}"#),
            ("a result that says nothing", #"{"results":[{}]}"#),
            ("too many results", #"{"results":[{"a":1},{"a":1}]}"#),
            ("results of wrong types", #"{"results":[1,2,3,4,5,6,7],"partialFailureError":"x"}"#),
            ("a failure without details", #"{"results":[],"partialFailureError":{"code":3,"message":"m"}}"#),
            (
                "errors of wrong types",
                #"{"partialFailureError":{"details":[{"@type":".GoogleAdsFailure","errors":[1,{},{"errorCode":7,"location":[]}]}]}}"#
            ),
            ("deep", String(repeating: "[", count: 5000)),
        ]
        let statuses = [
            100, 101, 199, 200, 201, 204, 206, 300, 301, 302, 304, 307, 399, 402, 405, 406, 410, 418, 451, 500, 502,
            503, 599, 600, 999,
        ]
        return statuses.flatMap { status in
            bodies.map { ("\(status) with \($0.0)", Answer(status: status, body: Array($0.1.utf8))) }
        }
    }()

    @Test(arguments: adapters) func `drops nothing on an answer that nobody foresaw`(_ adapter: any Adapter) {
        for (name, answer) in Self.unforeseen where !Self.isForeseen(answer.status, by: adapter) {
            for count in [1, 7] {
                let reading = adapter.read(.success(answer), count: count)
                #expect(reading.verdicts.count == count, "\(name)")
                for verdict in reading.verdicts {
                    switch verdict {
                    case .retry, .hold: break
                    case .isolate: #expect(count > 1, "\(name)")
                    case .delivered, .sent, .rejected: Issue.record("\(name) was taken as \(verdict)")
                    }
                }
            }
        }
    }

    @Test(arguments: adapters) func `drops nothing on random bytes`(_ adapter: any Adapter) {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            let body = (0..<Int.random(in: 0...200)).map { _ in UInt8.random(in: 0...255, using: &random) }
            let answer = Answer(status: .random(in: 100...599, using: &random), body: body)
            if Self.isForeseen(answer.status, by: adapter) { continue }
            for verdict in adapter.read(.success(answer), count: 3).verdicts {
                if case .retry = verdict { continue }
                if case .isolate = verdict, answer.status == 413 { continue }
                if case .hold = verdict, adapter is Webhook { continue }
                Issue.record("\(answer) was taken as \(verdict)")
            }
        }
    }

    @Test(arguments: adapters, [200, 400, 403, 500])
    func `drops nothing on a huge answer, and keeps little of it`(_ adapter: any Adapter, _ status: Int) {
        if Self.isForeseen(status, by: adapter) { return }
        let words = String(repeating: "no such thing ", count: 20_000)
        for body in [words, "{\"error\":{\"message\":\"\(words)\",\"code\":4242,\"status\":\"NEW\"}}", "[" + words] {
            let reading = adapter.read(.success(Answer(status: status, body: Array(body.utf8))), count: 2)
            #expect(reading.verdicts.count == 2)
            for verdict in reading.verdicts {
                switch verdict {
                case .retry, .hold, .isolate: break
                case .delivered, .sent, .rejected: Issue.record("\(status) was taken as \(verdict.kind)")
                }
                #expect(verdict.receipt.message.count <= Receipt.maximumMessageLength)
            }
        }
    }

    @Test(arguments: adapters.filter { !($0 is Webhook) })
    func `drops nothing on an answer that was cut or bent`(_ adapter: any Adapter) {
        let good = [
            #"{"requestId":"r-1","fieldWarnings":[]}"#, #"{"results":[{"a":1},{"a":1},{"a":1}],"jobId":"7"}"#,
            #"{"events_received":3,"messages":[],"fbtrace_id":"t"}"#,
            #"{"error":{"message":"m","type":"OAuthException","code":190,"fbtrace_id":"t"}}"#,
        ]
        var random = SystemRandomNumberGenerator()
        for text in good {
            let bytes = Array(text.utf8)
            for length in 0..<bytes.count {
                let reading = adapter.read(.success(Answer(status: 200, body: Array(bytes[..<length]))), count: 3)
                #expect(reading.verdicts.allSatisfy { if case .retry(_, .unknown, _) = $0 { true } else { false } })
            }
            for _ in 0..<500 {
                var bent = bytes
                bent[Int.random(in: 0..<bent.count, using: &random)] = .random(in: 0x20...0x7E, using: &random)
                let status = [400, 403, 500].randomElement(using: &random)!
                let reading = adapter.read(.success(Answer(status: status, body: bent)), count: 3)
                #expect(reading.verdicts.count == 3)
                for verdict in reading.verdicts {
                    if case .rejected = verdict {
                        Issue.record("\(String(decoding: bent, as: UTF8.self)) rejected leads")
                    }
                }
            }
        }
    }

    @Test(
        arguments: adapters,
        [
            (TransferError.unreachable("no route"), Verdict.Cause.unreachable), (.interrupted("reset"), .unknown),
            (.answerTooLarge, .unknown),
        ])
    func `tries again when no answer came`(_ adapter: any Adapter, _ test: (TransferError, Verdict.Cause)) {
        let reading = adapter.read(.failure(test.0), count: 2)
        #expect(reading.health == .failing)
        #expect(reading.verdicts.allSatisfy { if case .retry(_, test.1, nil) = $0 { true } else { false } })
    }

    @Test(arguments: adapters) func `holds the lane when the request could not be sent at all`(_ adapter: any Adapter) {
        let reading = adapter.read(.failure(.unsendable("a field has a line break")), count: 2)
        #expect(reading.verdicts.count == 2 && reading.health == .well)
        #expect(reading.verdicts.allSatisfy { if case .hold = $0 { true } else { false } })
    }

    /// What front ends answer to too large a body.
    @Test(arguments: adapters.filter { $0.limits.batch > 1 })
    func `takes a batch apart that is too large for something on the way`(_ adapter: any Adapter) {
        let page = Answer(status: 413, body: Array("<html>413 Request Entity Too Large</html>".utf8))
        let reading = adapter.read(.success(page), count: 4)
        #expect(reading.verdicts.allSatisfy { if case .isolate = $0 { true } else { false } })
        guard case .retry? = adapter.read(.success(page), count: 1).verdicts.first else {
            Issue.record("one event cannot be halved, and is not given up")
            return
        }
    }

    @Test(arguments: adapters) func `believes a page that says 429, but only for an hour`(_ adapter: any Adapter) {
        let page = Answer(
            status: 429, fields: [("retry-after", "8640000"), ("content-type", "text/html")], body: Array("<html>".utf8)
        )
        let reading = adapter.read(.success(page), count: 1)
        #expect(reading.spent == nil, "nobody else's quota is meant")
        guard !(adapter is RecordingAdapter), !(adapter is Webhook) else { return }
        #expect(
            reading.verdicts.first.map { if case .retry(_, .throttled, .hours(1)) = $0 { true } else { false } } == true
        )
    }

    @Test(arguments: adapters, [500, 502, 503, 504, 408])
    func `tries again when the platform is at fault`(_ adapter: any Adapter, status: Int) {
        let answer = Answer(status: status, fields: [("retry-after", "120")], body: Array("busy".utf8))
        let reading = adapter.read(.success(answer), count: 1)
        #expect(reading.health == .failing)
        #expect(reading.verdicts.count == 1)
        guard case .retry(let receipt, .platformFault, after: .seconds(120))? = reading.verdicts.first else {
            Issue.record("\(reading.verdicts)")
            return
        }
        #expect(receipt.status == status && !receipt.code.isEmpty)
    }

    @Test(arguments: adapters) func `rests when it is throttled`(_ adapter: any Adapter) {
        let answer = Answer(status: 429, fields: [("retry-after", "7")])
        let reading = adapter.read(.success(answer), count: 1)
        #expect(reading.health == .throttled)
        #expect(reading.verdicts.count == 1)
        guard case .retry(let receipt, .throttled, after: .seconds(7))? = reading.verdicts.first else {
            Issue.record("\(reading.verdicts)")
            return
        }
        #expect(receipt.status == 429 && !receipt.code.isEmpty)
    }

    static let waits: [(retryAfter: String, date: String?, Duration?)] = [
        ("0", nil, .zero), ("7", nil, .seconds(7)), ("99999999", nil, .days(1)), ("-1", nil, nil),
        ("99999999999999999999", nil, .days(1)), ("+5", nil, nil), ("soon", nil, nil),
        ("1.5", nil, nil), ("", nil, nil),
        ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:47:37 GMT", .minutes(2)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:37 GMT", .zero),
        ("Wed, 01 Jan 2031 00:00:00 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", .days(1)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", nil, nil), ("Sun, 06 Nov 1994 08:49:37 GMT", "today", nil),
        ("Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", nil),
        ("Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", nil),
    ]

    @Test(arguments: adapters)
    func `waits for as long as it was asked to, in either form`(_ adapter: any Adapter) {
        for (retryAfter, date, wait) in Self.waits {
            let fields = [("retry-after", retryAfter)] + (date.map { [("date", $0)] } ?? [])
            let answer = Answer(status: 503, fields: fields.map { (name: $0, value: $1) }, body: Array("busy".utf8))
            guard case .retry(_, _, let after)? = adapter.read(.success(answer), count: 1).verdicts.first else {
                Issue.record("no retry")
                continue
            }
            #expect(after == wait, "\(retryAfter)")
        }
    }

    @Test(arguments: adapters) func `shows no personal data in a receipt`(_ adapter: any Adapter) {
        let texts = [
            #"{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"bad a@b.de"}}"#,
            #"{"error":{"code":100,"message":"bad a@b.de","error_user_msg":"+49 151 23456789"}}"#,
        ]
        for text in texts {
            for verdict in adapter.read(.success(Answer(status: 400, body: Array(text.utf8))), count: 1).verdicts {
                #expect(!verdict.receipt.message.contains("a@b.de") && !verdict.receipt.message.contains("23456789"))
            }
        }
    }
}
