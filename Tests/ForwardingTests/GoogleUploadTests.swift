import Crypto
import Curl
import Domain
import Forwarding
import TestSupport
import Testing

@Suite struct `A request to Google's older interface` {
    private let adapter = makeAdapter(Samples.upload)

    private func row(_ event: LeadEvent = Samples.event, eventID: String? = nil) throws -> JSON {
        let fragment = try #require(adapter.encode(Samples.outgoing(eventID: eventID, event)).fragment)
        _ = adapter.transfer([fragment], token: "ya29.x", at: .start)
        return try JSON(parsing: fragment.bytes)
    }

    @Test func `carries customer, manager, token, and asks to be taken in part`() throws {
        var other = Samples.event
        other.click.gclid = "TeSter-124"
        let fragments = try [Samples.outgoing(1), Samples.outgoing(2, other)].map {
            try #require(adapter.encode($0).fragment)
        }
        let transfer = adapter.transfer(fragments, token: "ya29.x", at: .start)
        #expect(transfer.url == "http://upload.test/v26/customers/1234567890:uploadClickConversions")
        #expect(transfer.method == "POST")
        #expect(transfer.fields.contains { $0 == ("Authorization", "Bearer ya29.x") })
        #expect(transfer.fields.contains { $0 == ("login-customer-id", "1112223333") })
        let body = try Samples.json(transfer)
        #expect(body.object?.map(\.name) == ["conversions", "partialFailure"])
        #expect(body["partialFailure"] == true)
        #expect(body["conversions"]?.array?.map { $0["orderId"] } == ["lead-1", "lead-2"])
    }

    @Test func `names no manager where there is none`() throws {
        var destination = Samples.upload
        if case .googleAds(var google) = destination.platform {
            google.loginAccount = nil
            destination.platform = .googleAds(google)
        }
        let fragment = try #require(adapter.encode(Samples.outgoing()).fragment)
        let transfer = makeAdapter(destination).transfer([fragment], token: nil, at: .start)
        #expect(!transfer.fields.contains { $0.name == "login-customer-id" })
    }

    @Test func `tells everything it may, and nothing that is not taken`() throws {
        let row = try row()
        #expect(
            row == [
                "conversionAction": "customers/1234567890/conversionActions/111",
                "conversionDateTime": "2026-11-21 08:59:00+00:00", "orderId": "lead-1",
                "conversionEnvironment": "WEB", "gclid": "TeSter-123",
                "userIdentifiers": [
                    [
                        "userIdentifierSource": "FIRST_PARTY",
                        "hashedEmail": .string(SHA256.hex(of: "jane.doe@example.com")),
                    ],
                    [
                        "userIdentifierSource": "FIRST_PARTY",
                        "hashedPhoneNumber": .string(SHA256.hex(of: "+4915123456789")),
                    ],
                ],
                "conversionValue": .number("25.50"), "currencyCode": "EUR",
                "consent": ["adUserData": "GRANTED", "adPersonalization": "GRANTED"],
            ])
    }

    @Test(arguments: [
        (["gclid", "gbraid", "wbraid"], "gclid"), (["gbraid", "wbraid"], "gbraid"), (["wbraid"], "wbraid"),
    ])
    func `has one click id`(_ given: [String], _ sent: String) throws {
        var event = Samples.event
        event.click.gclid = given.contains("gclid") ? "G" : nil
        event.click.gbraid = given.contains("gbraid") ? "B" : nil
        event.click.wbraid = given.contains("wbraid") ? "W" : nil
        let row = try row(event)
        #expect(["gclid", "gbraid", "wbraid"].filter { row[$0] != nil } == [sent])
    }

    @Test func `has no two rows of one click and second, of which Google would take neither`() {
        let bench = DispatchBench([Samples.upload])
        bench.transport["http://upload.test"] = Platforms.upload
        bench.transport["http://oauth.test"] = Platforms.token
        var later = Samples.event
        later.occurredAt = .start - .seconds(59)
        bench.add(1...2)
        bench.add([3], later)
        bench.run()
        #expect(bench.store.count("upload", .delivered) == 3)
        let requests = bench.transport.requests(to: "http://upload.test").map(Platforms.ids)
        #expect(requests == [["event-1"], ["event-2", "event-3"]])
    }

    @Test func `keeps the seconds apart, because conversions of one click and second are one`() throws {
        var event = Samples.event
        event.occurredAt = .start - .milliseconds(1)
        #expect(try row(event)["conversionDateTime"] == "2026-11-21 08:59:59+00:00")
    }

    @Test func `never carries an order id that looks like an address`() throws {
        #expect(try row(eventID: "a@b.de")["orderId"] == .string(SHA256.hex(of: "a@b.de")))
    }

    @Test func `mixes conversion actions`() throws {
        var sale = Samples.event
        sale.event = "sale"
        #expect(adapter.encode(Samples.outgoing(1, sale)).fragment?.stream == "")
        #expect(try row(sale)["conversionAction"] == "customers/1234567890/conversionActions/222")
    }
}

@Suite struct `An answer of Google's older interface` {
    private let adapter = makeAdapter(Samples.upload)

    /// One error; `index` is left out by JSON when it is zero.
    static func error(
        _ code: String, row: Int? = nil, index: Bool = true, message: String = "m", delay: String? = nil
    ) -> String {
        let parts = code.split(separator: ".")
        let path = row.map {
            #"{"fieldName":"conversions"\#(index ? #","index":\#($0)"# : "")},{"fieldName":"gclid"}"#
        }
        let place = path.map { #","location":{"fieldPathElements":[\#($0)]}"# } ?? ""
        let quota = delay.map { #","details":{"quotaErrorDetails":{"rateScope":"ACCOUNT","retryDelay":"\#($0)"}}"# }
        return #"{"errorCode":{"\#(parts[0])":"\#(parts[1])"},"message":"\#(message)"\#(place)\#(quota ?? "")}"#
    }

    private static func failure(_ errors: [String]) -> String {
        #"{"@type":"type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure","errors":[\#(errors.joined(separator: ","))],"requestId":"Q-1"}"#
    }

    /// Some rows were taken: `results` has `+` for each of them and `-` for the others.
    static func partial(_ results: String, _ errors: [String]) -> Result<Answer, TransferError> {
        let rows = results.map { $0 == "+" ? #"{"gclid":"G","conversionAction":"a"}"# : "{}" }.joined(separator: ",")
        let fault =
            errors.isEmpty
            ? "" : #","partialFailureError":{"code":3,"message":"only the first","details":[\#(failure(errors))]}"#
        return Platforms.answer(200, #"{"results":[\#(rows)],"jobId":"77"\#(fault)}"#)
    }

    static func refusal(
        _ status: Int, _ errors: [String], _ fields: [(name: String, value: String)] = []
    ) -> Result<Answer, TransferError> {
        Platforms.answer(
            status,
            #"{"error":{"code":\#(status),"status":"X","message":"m","details":[\#(failure(errors))]}}"#, fields)
    }

    private func kinds(_ result: Result<Answer, TransferError>, _ count: Int) -> String {
        adapter.read(result, count: count).verdicts.map(\.kind).joined(separator: " ")
    }

    private static let expired = "conversionUploadError.EXPIRED_EVENT"
    private static let known = "conversionUploadError.CLICK_CONVERSION_ALREADY_EXISTS"
    private static let recent = "conversionUploadError.TOO_RECENT_EVENT"
    private static let noAction = "conversionUploadError.NO_CONVERSION_ACTION_FOUND"

    static let verdicts: [(results: String, errors: [String], expected: String)] = [
        ("+++", [], "delivered delivered delivered"),
        ("+-+", [error(expired, row: 1)], "delivered rejected delivered"),
        // Zero is left out.
        ("-++", [error(expired, row: 0, index: false)], "rejected delivered delivered"),
        (
            "---", [error(expired, row: 0, index: false), error(known, row: 1), error(recent, row: 2)],
            "rejected delivered retry"
        ),
        // The worst of several errors of a row, whatever their order.
        ("+-+", [error(expired, row: 1), error(known, row: 1)], "delivered rejected delivered"),
        ("+-+", [error(known, row: 1), error(recent, row: 1), error(expired, row: 1)], "delivered retry delivered"),
        ("+-+", [error(expired, row: 1), error(noAction, row: 1)], "delivered hold delivered"),
        // A code that nobody knows yet.
        ("+-+", [error("conversionUploadError.OF_TOMORROW", row: 1)], "delivered retry delivered"),
        ("+-+", [error("newFamilyError.X", row: 1)], "delivered retry delivered"),
        // About the request: the rows that were taken were taken all the same.
        ("+--", [error("internalError.INTERNAL_ERROR")], "delivered retry retry"),
        ("+--", [error("authorizationError.USER_PERMISSION_DENIED")], "delivered hold hold"),
        ("+--", [error("requestError.REQUIRED_FIELD_MISSING")], "delivered hold hold"),
        // A row that is not there is nobody's.
        ("+-+", [error(expired, row: 9)], "delivered hold delivered"),
        // Two that are the same: apart.
        (
            "+--",
            [
                error("conversionUploadError.DUPLICATE_ORDER_ID", row: 1),
                error("conversionUploadError.DUPLICATE_ORDER_ID", row: 2),
            ], "delivered isolate isolate"
        ),
        // A result is missing without an error.
        ("+-+", [], "delivered retry delivered"),
        ("++-", [error(expired, row: 1)], "delivered rejected retry"),
    ]
    @Test(arguments: verdicts)
    func `has a verdict for each row`(_ test: (results: String, errors: [String], expected: String)) {
        #expect(kinds(Self.partial(test.results, test.errors), 3) == test.expected)
    }

    @Test func `leaves code, words and request id on each receipt`() {
        let answer = Self.partial("+-", [Self.error(Self.expired, row: 1, message: "too old: a@b.de")])
        #expect(
            adapter.read(answer, count: 2)
                == Reading([
                    .delivered(Receipt(status: 200, requestID: "Q-1")),
                    .rejected(
                        Receipt(status: 200, code: Self.expired, message: "too old: [email]", requestID: "Q-1")),
                ]))
    }

    static let refusals: [(status: Int, errors: [String], expected: String)] = [
        (401, [error("authenticationError.OAUTH_TOKEN_EXPIRED")], "retry retry"),
        (401, [error("authenticationError.GOOGLE_ACCOUNT_DELETED")], "hold hold"),
        (403, [error("authorizationError.USER_PERMISSION_DENIED")], "hold hold"),
        (403, [error("notAllowlistedError.CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE")], "hold hold"),
        (429, [error("quotaError.RESOURCE_EXHAUSTED")], "retry retry"),
        (500, [error("internalError.INTERNAL_ERROR")], "retry retry"),
        (400, [error("conversionUploadError.TOO_MANY_CONVERSIONS_IN_REQUEST")], "isolate isolate"),
        (400, [error("requestError.UNSUPPORTED_VERSION")], "hold hold"),
        // A row is named although everything was refused: the other one goes out again.
        (400, [error(expired, row: 1)], "isolate rejected"),
        (400, [error(expired, row: 1), error(noAction, row: 0)], "hold hold"),
        (400, [error("whatError.EVER")], "retry retry"),
    ]
    @Test(arguments: refusals)
    func `that refuses everything goes by its class`(_ test: (status: Int, errors: [String], expected: String)) {
        #expect(kinds(Self.refusal(test.status, test.errors), 2) == test.expected)
        guard case .success(let answer) = Self.refusal(test.status, test.errors) else { return }
        let wrapped = Platforms.answer(test.status, "[" + String(decoding: answer.body, as: UTF8.self) + "]")
        #expect(kinds(wrapped, 2) == test.expected, "as a streaming front end has it")
    }

    @Test(arguments: [
        (400, "INVALID_ARGUMENT", "hold"), (401, "UNAUTHENTICATED", "retry"), (403, "PERMISSION_DENIED", "hold"),
        (404, "NOT_FOUND", "hold"), (409, "ABORTED", "retry"), (429, "RESOURCE_EXHAUSTED", "retry"),
        (500, "INTERNAL", "retry"), (503, "UNAVAILABLE", "retry"), (504, "DEADLINE_EXCEEDED", "retry"),
        (418, "TEAPOT", "retry"),
    ])
    func `of something in front of it is judged by its status`(_ status: Int, _ name: String, _ expected: String) {
        let body = #"{"error":{"code":\#(status),"status":"\#(name)","message":"m"}}"#
        #expect(kinds(Platforms.answer(status, body), 1) == expected)
    }

    @Test func `that the scope is missing holds the lane`() {
        let body =
            #"{"error":{"code":403,"status":"PERMISSION_DENIED","message":"m","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}"#
        let reading = adapter.read(Platforms.answer(403, body), count: 1)
        #expect(reading.verdicts.map(\.kind) == ["hold"])
        #expect(reading.verdicts[0].receipt.code == "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
    }

    private func floor(_ result: Result<Answer, TransferError>) -> Duration? {
        guard case .retry(_, .throttled, let after)? = adapter.read(result, count: 1).verdicts.first else { return nil }
        return after
    }

    @Test func `to too many calls is obeyed for as long as it says`() {
        let busy = Self.error("quotaError.RESOURCE_TEMPORARILY_EXHAUSTED", delay: "90s")
        #expect(floor(Self.refusal(429, [busy])) == .seconds(90))
        #expect(adapter.read(Self.refusal(429, [busy]), count: 1).health == .throttled)
        #expect(floor(Self.partial("-", [busy])) == .seconds(90))
        let spent = Self.error("quotaError.RESOURCE_EXHAUSTED", delay: "3600s")
        #expect(floor(Self.refusal(429, [spent])) == .hours(1))
    }

    /// The day ends at midnight in California, which is 08:00 UTC in winter.
    @Test(arguments: [
        ("Tue, 24 Nov 2026 07:59:30 GMT", Duration.seconds(30)), ("Tue, 24 Nov 2026 08:00:00 GMT", .hours(24)),
        ("Tue, 24 Nov 2026 20:00:00 GMT", .hours(12)), ("tomorrow", .hours(1)),
    ])
    func `that the day's operations are used up means the end of Google's day`(_ date: String, _ wait: Duration) {
        let answer = Self.refusal(429, [Self.error("quotaError.RESOURCE_EXHAUSTED")], [("date", date)])
        #expect(floor(answer) == wait)
    }

    @Test func `that a conversion action is new lets the whole lane rest`() {
        let answer = Self.partial("-", [Self.error("conversionUploadError.TOO_RECENT_CONVERSION_ACTION", row: 0)])
        #expect(adapter.read(answer, count: 1).rest == .hours(6))
    }

    /// The class decides, wherever the error stands; some are meant for a row only, or for the request only.
    @Test func `with a documented code means what the table says`() throws {
        let codes = try `Every documented code`.codes("google_ads")
        #expect(codes.count == 215)
        for (code, expected, delay) in codes {
            let row = kinds(Self.partial("+-+", [Self.error(code, row: 1)]), 3)
            let whole = kinds(Self.refusal(400, [Self.error(code)]), 3)
            let alone = kinds(Self.partial("-", [Self.error(code, row: 0)]), 1)
            switch (expected, delay) {
            case (.permanent, _):
                #expect(row == "delivered rejected delivered" && alone == "rejected", "\(code)")
                #expect(whole == "hold hold hold", "\(code) names nobody")
            // Renewed once; the lane holds it if that does not help.
            case (.pause, "after one token refresh"):
                #expect(row == "delivered retry delivered" && whole == "retry retry retry", "\(code)")
                guard
                    case .retry(_, .credentials, _)? = adapter.read(
                        Self.refusal(401, [Self.error(code)]), count: 1
                    ).verdicts.first
                else { Issue.record("\(code) does not renew the token"); continue }
            case (.pause, _): #expect(row == "delivered hold delivered" && whole == "hold hold hold", "\(code)")
            case (.success, _): #expect(row == "delivered delivered delivered" && alone == "delivered", "\(code)")
            case (.retry, "at once, halved"), (.retry, "at once, deduplicated"):
                #expect(row == "delivered isolate delivered" && whole == "isolate isolate isolate", "\(code)")
                #expect(alone == "retry", "\(code)")
            case (.retry, _):
                #expect(row == "delivered retry delivered" && whole == "retry retry retry", "\(code)")
                if delay == "6 h",
                    case .retry(_, _, let after)? = adapter.read(
                        Self.partial("-", [Self.error(code, row: 0)]), count: 1
                    ).verdicts.first
                {
                    #expect(after == .hours(6), "\(code)")
                }
            }
        }
    }
}
