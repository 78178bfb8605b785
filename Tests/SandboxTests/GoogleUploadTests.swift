import Domain
import Sandbox
import Testing

@Suite struct `Google's uploadClickConversions` {
    private static let row = "conversions.1"

    static let accepted: [(path: String, value: JSON?)] = [
        ("conversions.0.gclid", nil), ("conversions.0.userIdentifiers", nil), ("jobId", nil),
        ("conversions.1.conversionDateTime", "2026-11-25 11:03:00+00:00"), ("conversions.0.consent", nil),
        ("conversions.1.customerType", "NEW"),
    ]
    @Test(arguments: accepted) func `takes what fits`(_ change: (path: String, value: JSON?)) throws {
        let stage = try Stage()
        let reply = try stage.upload(Fixtures.upload.changing(change.path, to: change.value)).get()
        #expect(reply.status == 200 && reply.json["partialFailureError"] == nil, "\(reply.json.text)")
        #expect(reply.json["results"]?.array?.allSatisfy { $0.object?.isEmpty == false } == true)
        #expect(
            stage.sandbox.received(.googleAdsUpload, account: "1234567890").map(\.id) == ["lead-0001", "lead-0002"])
    }

    static let refusedRows: [(path: String, value: JSON?, error: String)] = [
        ("\(row).conversionAction", nil, "requestError.RESOURCE_NAME_MISSING conversions[1].conversion_action"),
        ("\(row).conversionAction", "987", "requestError.RESOURCE_NAME_MALFORMED conversions[1].conversion_action"),
        (
            "\(row).conversionAction", "customers/9999999999/conversionActions/1",
            "conversionUploadError.NO_CONVERSION_ACTION_FOUND conversions[1].conversion_action"
        ),
        ("\(row).conversionDateTime", nil, "requestError.REQUIRED_FIELD_MISSING conversions[1].conversion_date_time"),
        (
            "\(row).conversionDateTime", "2026-11-25T01:40:00Z",
            "dateError.INVALID_STRING_DATE_TIME_SECONDS_WITH_OFFSET conversions[1].conversion_date_time"
        ),
        (
            "\(row).conversionDateTime", "2026-11-25 01:40:00.000+00:00",
            "dateError.INVALID_STRING_DATE_TIME_SECONDS_WITH_OFFSET conversions[1].conversion_date_time"
        ),
        (
            "\(row).conversionDateTime", "2026-11-25 11:04:00+00:00",
            "dateError.LATER_THAN_MAXIMUM_DATE conversions[1].conversion_date_time"
        ),
        ("\(row).orderId", nil, "requestError.REQUIRED_FIELD_MISSING conversions[1].order_id"),
        ("\(row).orderId", "a@b.de", "conversionUploadError.ORDER_ID_CONTAINS_PII conversions[1].order_id"),
        ("\(row).wbraid", nil, "requestError.REQUIRED_FIELD_MISSING conversions[1].gclid"),
        ("\(row).gbraid", "b", "conversionUploadError.GBRAID_WBRAID_BOTH_SET conversions[1].gbraid"),
        ("\(row).gclid", "g", "fieldError.VALUE_MUST_BE_UNSET conversions[1].gclid"),
        (
            "\(row).customVariables",
            [["conversionCustomVariable": "customers/1/conversionCustomVariables/2", "value": "x"]],
            "fieldError.VALUE_MUST_BE_UNSET conversions[1].custom_variables"
        ),
        ("\(row).currencyCode", "EURO", "currencyCodeError.UNSUPPORTED conversions[1].currency_code"),
        (
            "\(row).userIdentifiers", [["hashedEmail": "john@example.com"]],
            "conversionUploadError.INVALID_USER_IDENTIFIER conversions[1].user_identifiers"
        ),
        // A position of zero is left out, as JSON does.
        (
            "conversions.0.userIdentifiers", [["hashedEmail": .string(Fixtures.hashOfNothing)]],
            "conversionUploadError.INVALID_USER_IDENTIFIER conversions.user_identifiers"
        ),
        (
            "conversions.0.customVariables", [["conversionCustomVariable": "region", "value": "x"]],
            "requestError.RESOURCE_NAME_MALFORMED conversions.custom_variables"
        ),
    ]
    @Test(arguments: refusedRows)
    func `refuses a row and takes the other`(_ path: String, _ value: JSON?, _ error: String) throws {
        let stage = try Stage()
        let reply = try stage.upload(Fixtures.upload.changing(path, to: value)).get()
        #expect(reply.status == 200 && reply.uploadErrors == [error])
        let bad = path.hasPrefix("conversions.0") ? 0 : 1
        #expect(reply.json["results"]?[bad] == [:] && reply.json["results"]?[1 - bad]?.object?.isEmpty == false)
        #expect(stage.sandbox.received(.googleAdsUpload).map(\.id) == [bad == 0 ? "lead-0002" : "lead-0001"])
    }

    static let refused: [(path: String, value: JSON?, status: Int, error: String)] = [
        ("partialFailure", nil, 400, "partialFailureError.PARTIAL_FAILURE_MODE_REQUIRED partial_failure"),
        ("conversions", [], 400, "requestError.OPERATION_REQUIRED conversions"),
        (
            "conversions.0.userIpAddress", "203.0.113.7", 403,
            "notAllowlistedError.CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE conversions"
        ),
    ]
    @Test(arguments: refused)
    func `refuses everything`(_ path: String, _ value: JSON?, _ status: Int, _ error: String) throws {
        let stage = try Stage()
        let reply = try stage.upload(Fixtures.upload.changing(path, to: value)).get()
        #expect(reply.status == status && reply.uploadErrors == [error], "\(reply.json.text)")
        #expect(stage.sandbox.received(.googleAdsUpload).isEmpty)
    }

    static let unreadable: [(path: String, value: JSON)] = [
        ("conversions.0.orderID", "x"), ("conversions.0.conversionValue", "25"), ("customerId", "1234567890"),
        ("debugEnabled", true), ("conversions.0.consent", ["adUserData": "CONSENT_GRANTED"]),
    ]
    @Test(arguments: unreadable)
    func `does not understand what is not of its format`(_ path: String, _ value: JSON) throws {
        let reply = try Stage().upload(Fixtures.upload.changing(path, to: value)).get()
        #expect(reply.status == 400 && reply.uploadErrors == [] && reply.violations.count == 1, "\(reply.json.text)")
    }

    @Test(arguments: [
        ("/v22/customers/1234567890:uploadClickConversions", 400),
        ("/v99/customers/1234567890:uploadClickConversions", 404),
        ("/v26/customers/123-456-7890:uploadClickConversions", 400),
    ])
    func `is found under its path only`(_ path: String, _ status: Int) throws {
        #expect(try Stage().upload(path: path).get().status == status)
    }

    @Test func `wants the manager as digits, and a token of its own scope`() throws {
        let reply = try Stage().upload(Fixtures.upload, [("login-customer-id", "111-222-3333")]).get()
        #expect(reply.uploadErrors == ["headerError.INVALID_LOGIN_CUSTOMER_ID "])
        var options = SandboxOptions()
        options.grantedScope = "https://www.googleapis.com/auth/datamanager"
        #expect(try Stage(options).upload().get().status == 403)
        options.grantedScope = "https://www.googleapis.com/auth/adwords"
        #expect(try Stage(options).upload().get().status == 200)
        #expect(try Stage(options).ingest().get().status == 403)
        #expect(try Stage().upload(token: "nobody's").get().status == 401)
    }

    @Test func `says of a repeated row that it is there already, and counts it`() throws {
        let stage = try Stage()
        _ = try stage.upload().get()
        let body = Fixtures.upload.changing("conversions.1.wbraid", to: nil)
            .changing("conversions.1.userIdentifiers", to: [["hashedEmail": .string(Fixtures.hash)]])
        let reply = try stage.upload(body).get()
        #expect(
            reply.uploadErrors == [
                "conversionUploadError.CLICK_CONVERSION_ALREADY_EXISTS conversions.order_id",
                "conversionUploadError.ORDER_ID_ALREADY_IN_USE conversions[1].order_id",
            ])
        #expect(stage.sandbox.received(.googleAdsUpload).map(\.count) == [2, 2])
    }

    @Test func `takes neither of two that are the same`() throws {
        let stage = try Stage()
        let rows = Fixtures.upload["conversions"]?.array ?? []
        let twice = Fixtures.upload.changing("conversions", to: [rows[0], rows[0]])
        let reply = try stage.upload(twice).get()
        #expect(
            Set(reply.uploadErrors.map { String($0.prefix { $0 != " " }) }) == [
                "conversionUploadError.DUPLICATE_ORDER_ID",
                "conversionUploadError.DUPLICATE_CLICK_CONVERSION_IN_REQUEST",
            ])
        #expect(stage.sandbox.received(.googleAdsUpload).isEmpty)
    }

    @Test func `keeps nothing of what is only to be validated`() throws {
        let stage = try Stage()
        let reply = try stage.upload(Fixtures.upload.changing("validateOnly", to: true)).get()
        #expect(reply.json["results"] == [[:], [:]] && reply.json["partialFailureError"] == nil)
        #expect(stage.sandbox.received(.googleAdsUpload).isEmpty)
    }

    @Test func `fails in part on demand`() throws {
        let fault = Fault(
            .partial, on: .googleAdsUpload, code: "conversionUploadError.EVENT_NOT_FOUND",
            events: Fault.Events(id: "lead-0001"))
        let stage = try Stage(faults: [fault])
        let reply = try stage.upload().get()
        #expect(reply.status == 200 && reply.uploadErrors == ["conversionUploadError.EVENT_NOT_FOUND conversions"])
        #expect(stage.sandbox.received(.googleAdsUpload).map(\.id) == ["lead-0002"])
    }

    @Test(arguments: [
        (Fault(.throttle, retryAfter: 30), 429, "quotaError.RESOURCE_TEMPORARILY_EXHAUSTED "),
        (Fault(.expiredToken), 401, "authenticationError.OAUTH_TOKEN_EXPIRED "),
        (
            Fault(.errorCode, code: "authorizationError.CUSTOMER_NOT_ENABLED"), 403,
            "authorizationError.CUSTOMER_NOT_ENABLED "
        ),
        (Fault(.errorCode, code: "internalError.TRANSIENT_ERROR"), 500, "internalError.TRANSIENT_ERROR "),
    ])
    func `fails as a whole on demand`(_ fault: Fault, _ status: Int, _ error: String) throws {
        let stage = try Stage()
        let token = try stage.token()
        stage.sandbox.faults { $0.add(fault) }
        let reply = try stage.upload(token: token).get()
        #expect(reply.status == status && reply.uploadErrors == [error], "\(reply.json.text)")
        #expect(stage.sandbox.received(.googleAdsUpload).isEmpty)
        if fault.kind == .throttle {
            let quota = reply.json["error"]?["details"]?[0]?["errors"]?[0]?["details"]?["quotaErrorDetails"]
            #expect(quota?["retryDelay"] == "30s")
        }
    }
}
