import Curl
import Domain
import Forwarding
import TestSupport
import Testing

/// What Google says about a request that it had taken, and what follows for each event.
@Suite struct `The status of a request to Google` {
    private static func request(_ count: Int, failures: Int = 0) -> AwaitedRequest {
        AwaitedRequest(
            number: 1, requestID: "R/1", sentAt: .start,
            deliveries: (1...count).map {
                Delivery(lead: LeadID(rawValue: Int64($0)), failures: failures, expires: .start + .days(30))
            })
    }

    private func read(_ status: Int, _ body: String, count: Int = 3, failures: Int = 0) -> InquiryReading {
        makeAdapter(Samples.google).read(
            .success(Answer(status: status, body: Array(body.utf8))), of: Self.request(count, failures: failures))
    }

    private func status(_ status: String, _ errors: String = "", count: Int = 3, failures: Int = 0) -> InquiryReading {
        let info = errors.isEmpty ? "" : #","errorInfo":{"errorCounts":[\#(errors)]}"#
        let destination = #"{"requestStatus":"\#(status)","eventsIngestionStatus":{"recordCount":"\#(count)"}\#(info)}"#
        return read(200, #"{"requestStatusPerDestination":[\#(destination)]}"#, count: count, failures: failures)
    }

    /// One word for each event.
    private func words(_ reading: InquiryReading) -> String {
        guard case .verdicts(let verdicts) = reading else { return "\(reading)" }
        return verdicts.map { verdict in
            switch verdict {
            case .delivered: "delivered"
            case .sent: "sent"
            case .rejected: "rejected"
            case .retry(_, let cause, _): "retry:\(cause.rawValue)"
            case .hold: "hold"
            case .isolate: "alone"
            }
        }.joined(separator: " ")
    }

    private static let gclid = #""reason":"PROCESSING_ERROR_REASON_INVALID_GCLID""#
    private static let recent = #""reason":"PROCESSING_ERROR_REASON_TOO_RECENT_CLICK""#
    private static let twice = #""reason":"PROCESSING_ERROR_REASON_DUPLICATE_TRANSACTION_ID""#

    static let verdicts: [(status: String, errors: String, words: String)] = [
        ("SUCCESS", "", "delivered delivered delivered"),
        // With the positions: what is not named was stored.
        (
            "PARTIAL_SUCCESS", #"{\#(gclid),"recordCount":"1","recordIndices":[1]}"#,
            "delivered rejected delivered"
        ),
        (
            "PARTIAL_SUCCESS", #"{\#(gclid),"recordCount":"1","recordIndices":["2"]}"#,
            "delivered delivered rejected"
        ),
        (
            "PARTIAL_SUCCESS",
            #"{\#(gclid),"recordCount":1,"recordIndices":[0]},{\#(recent),"recordCount":1,"recordIndices":[2]}"#,
            "rejected delivered retry:transient"
        ),
        // The worst of several reasons for one event.
        (
            "PARTIAL_SUCCESS",
            #"{\#(twice),"recordCount":1,"recordIndices":[0]},{\#(gclid),"recordCount":1,"recordIndices":[0]}"#,
            "rejected delivered delivered"
        ),
        ("PARTIAL_SUCCESS", #"{\#(twice),"recordCount":"3"}"#, "delivered delivered delivered"),
        // Without the positions: each alone.
        ("PARTIAL_SUCCESS", #"{\#(gclid),"recordCount":"1"}"#, "alone alone alone"),
        (
            "PARTIAL_SUCCESS", #"{\#(gclid),"recordCount":1},{\#(recent),"recordCount":1,"recordIndices":[2]}"#,
            "alone alone retry:transient"
        ),
        // Positions that cannot be right.
        ("PARTIAL_SUCCESS", #"{\#(gclid),"recordCount":"1","recordIndices":[3]}"#, "alone alone alone"),
        ("PARTIAL_SUCCESS", #"{\#(gclid),"recordCount":"2","recordIndices":[1]}"#, "alone alone alone"),
        ("PARTIAL_SUCCESS", #"{\#(gclid),"recordCount":"1","recordIndices":["x"]}"#, "alone alone alone"),
        // All of them failed.
        ("FAILED", #"{\#(gclid),"recordCount":"3"}"#, "rejected rejected rejected"),
        ("FAILURE", #"{\#(gclid),"recordCount":"3","recordIndices":[0,1,2]}"#, "rejected rejected rejected"),
        ("FAILED", #"{\#(gclid)}"#, "rejected rejected rejected"),
        (
            "FAILED", #"{\#(gclid),"recordCount":"1","recordIndices":[1]},{\#(recent),"recordCount":"2"}"#,
            "retry:transient rejected retry:transient"
        ),
        ("FAILED", #"{\#(gclid),"recordCount":"1"},{\#(recent),"recordCount":"2"}"#, "alone alone alone"),
        ("FAILED", "", "retry:unclassified retry:unclassified retry:unclassified"),
        (
            "FAILED", #"{"reason":"PROCESSING_ERROR_REASON_NEVER_HEARD_OF","recordCount":"3"}"#,
            "retry:unclassified retry:unclassified retry:unclassified"
        ),
        ("FAILED", #"{"reason":"PROCESSING_ERROR_REASON_NO_CONSENT","recordCount":"3"}"#, "hold hold hold"),
    ]
    @Test(arguments: verdicts) func `gives each event its verdict`(_ test: (String, errors: String, words: String)) {
        #expect(words(status(test.0, test.errors)) == test.words)
    }

    @Test(arguments: [
        ("PARTIAL_SUCCESS", #"{\#(gclid),"recordCount":"1"}"#, "rejected"), ("FAILED", #"{\#(gclid)}"#, "rejected"),
        ("FAILED", #"{\#(gclid)},{\#(recent)}"#, "retry:transient"), ("PARTIAL_SUCCESS", "{\(twice)}", "delivered"),
    ])
    func `needs no positions for a request of one event`(_ name: String, _ errors: String, _ expected: String) {
        #expect(words(status(name, errors, count: 1)) == expected)
    }

    @Test func `is not known while Google is working on it, and when nobody knows the word`() {
        for name in ["PROCESSING", "REQUEST_STATUS_UNKNOWN", "PARTIAL_SUCCESS", "SOMETHING_NEW", ""] {
            #expect(status(name) == .pending(receipt(name, name == "PARTIAL_SUCCESS" ? "no reasons given" : "")))
        }
    }

    private func receipt(_ code: String, _ message: String = "") -> Receipt {
        Receipt(status: 200, code: code, message: message, requestID: "R/1")
    }

    /// Classes of the reasons that Google documents (google-ads.md, section 6.1); each with the least wait before the
    /// next attempt.
    @Test(arguments: [
        ("INVALID_GCLID", "rejected", nil), ("CLICK_NOT_FOUND", "rejected", nil), ("DENIED_CONSENT", "rejected", nil),
        ("EXPIRED_CLICK", "rejected", nil), ("NO_CONSENT", "hold", nil), ("DECRYPTION_ERROR", "hold", nil),
        ("EXTERNAL_ATTRIBUTION_DATA_MISSING", "hold", nil), ("DUPLICATE_GCLID", "delivered", nil),
        ("TOO_RECENT_CLICK", "retry:transient", Duration.hours(6)),
        ("DESTINATION_TOO_RECENTLY_CREATED", "retry:transient", .hours(6)),
        ("UNSPECIFIED", "retry:unclassified", .minutes(1)), ("INTERNAL_ERROR", "retry:platform_fault", .hours(1)),
        ("OF_TOMORROW", "retry:unclassified", nil),
    ])
    func `classifies the reason`(_ reason: String, _ word: String, _ wait: Duration?) {
        let reading = status(
            "FAILED", #"{"reason":"PROCESSING_ERROR_REASON_\#(reason)","recordCount":"1","recordIndices":[0]}"#,
            count: 1)
        #expect(words(reading) == word)
        guard case .verdicts(let verdicts) = reading else { return }
        #expect(verdicts[0].receipt.code == "PROCESSING_ERROR_REASON_" + reason)
        if case .retry(_, _, let after) = verdicts[0] { #expect(after == wait) }
    }

    @Test func `knows every reason that Google documents`() throws {
        let codes = try `Every documented code`.codes("processing")
        #expect(codes.count == 50)
        for (reason, expected, _) in codes {
            let reading = status(
                "FAILED", #"{"reason":"\#(reason)","recordCount":"1","recordIndices":[0]}"#, count: 1)
            let word =
                switch expected {
                case .permanent: "rejected"
                case .pause: "hold"
                case .success: "delivered"
                case .retry: "retry"
                }
            #expect(words(reading).prefix { $0 != ":" } == word, "\(reason)")
        }
    }

    @Test(arguments: [(0, Duration.hours(1)), (1, .hours(6)), (2, .hours(24)), (9, .hours(24))])
    func `gives Google's own faults more and more time`(_ failures: Int, _ wait: Duration) {
        let reading = status(
            "FAILED", #"{"reason":"PROCESSING_ERROR_REASON_INTERNAL_ERROR","recordCount":"1"}"#, count: 1,
            failures: failures)
        guard case .verdicts(let verdicts) = reading, case .retry(_, _, wait) = verdicts[0] else {
            Issue.record("\(reading)"); return
        }
    }

    @Test(arguments: [
        (401, "UNAUTHENTICATED", Verdict.Cause.credentials), (403, "PERMISSION_DENIED", .unclassified),
        (429, "RESOURCE_EXHAUSTED", .throttled), (500, "INTERNAL", .platformFault),
        (503, "UNAVAILABLE", .platformFault),
    ])
    func `says nothing when the question is refused`(_ code: Int, _ name: String, _ cause: Verdict.Cause) {
        let body = #"{"error":{"code":\#(code),"status":"\#(name)","message":"m"}}"#
        guard case .unanswered(_, cause, after: nil) = read(code, body) else {
            Issue.record("\(read(code, body))"); return
        }
    }

    @Test(arguments: [("REQUEST_TOO_OLD", true), ("INVALID_REQUEST_ID", false)])
    func `is forgotten after some weeks`(_ reason: String, _ isForgotten: Bool) {
        let body = """
            {"error":{"code":400,"status":"INVALID_ARGUMENT","message":"m","details":[
            {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"INVALID_ARGUMENT"},
            {"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[
            {"field":"request_id","reason":"\(reason)"}]}]}}
            """
        let receipt = Receipt(status: 400, code: reason, message: "m")
        #expect(read(400, body) == (isForgotten ? .forgotten(receipt) : .pending(receipt)))
    }

    @Test func `settles nothing on an answer that nobody foresaw`() {
        for (name, answer) in `Every adapter`.unforeseen {
            let reading = makeAdapter(Samples.google).read(.success(answer), of: Self.request(3))
            guard case .unanswered = reading else { Issue.record("\(name) was taken as \(reading)"); continue }
        }
        for error in [TransferError.unreachable("x"), .interrupted("x"), .answerTooLarge, .unsendable("x")] {
            guard case .unanswered = makeAdapter(Samples.google).read(.failure(error), of: Self.request(3)) else {
                Issue.record("\(error)"); continue
            }
        }
    }

    @Test func `is asked for by the request's id, encoded`() throws {
        let transfer = try #require(makeAdapter(Samples.google).inquiry("R/1 ä", token: "t"))
        #expect(transfer.method == "GET" && transfer.body == nil)
        #expect(transfer.url == "http://google.test/v1/requestStatus:retrieve?requestId=R%2F1%20%C3%A4")
        #expect(transfer.fields.contains { $0 == ("Authorization", "Bearer t") })
    }
}
