import Domain
import Sandbox
import Testing

@Suite struct `Google's events:ingest` {
    typealias Change = (path: String, value: JSON?)

    static let accepted: [Change] = [
        ("events.1.adIdentifiers", ["leadId": "L1"]),
        ("events.1.adIdentifiers", ["gclid": "a", "gbraid": "b"]),
        ("events.1.transactionId", .string(String(repeating: "x", count: 64))),
        ("events.1.eventTimestamp", "2026-11-25T10:03:20.123456789Z"),
        ("events.1.eventTimestamp", "2026-11-25T11:03:00Z"),
        ("events.0.userData", nil),
        ("events.0.currency", nil),
        ("events.0.conversionValue", 3),
        ("events.0.consent", ["adUserData": "CONSENT_DENIED"]),
        ("events.0.userProperties", ["customerType": "NEW", "customerValueBucket": "HIGH"]),
        ("events.0.customVariables", [["variable": "branch", "value": "north", "destinationReferences": ["d1"]]]),
        ("destinations.0.loginAccount", nil),
        ("validateOnly", nil),
        ("consent", nil),
    ]
    @Test(arguments: accepted)
    func `takes what fits`(_ change: Change) throws {
        let reply = try Stage().ingest(Fixtures.google.changing(change.path, to: change.value)).get()
        #expect(reply.status == 200, "\(reply.json.text)")
        #expect(reply.json["requestId"]?.string?.isEmpty == false)
    }

    /// Google's reader lists the place of each fault, without a reason.
    static let unreadable: [(path: String, value: JSON?, field: String)] = [
        ("events.1.orderId", "x", "events[1]"),
        ("events.1.event_source", "WEB", "events[1]"),
        ("events.1.eventSource", "web", "events[1].event_source"),
        ("events.1.eventSource", 1, "events[1].event_source"),
        ("events.1.eventTimestamp", "2026-11-20 12:32:45", "events[1].event_timestamp"),
        ("events.1.eventTimestamp", "2026-11-20T12:32:45", "events[1].event_timestamp"),
        ("events.1.eventTimestamp", 1_795_600_000, "events[1].event_timestamp"),
        ("events.1.eventTimestamp", "2026-11-20t12:32:45z", "events[1].event_timestamp"),
        ("events.1.transactionId", 7, "events[1].transaction_id"),
        ("events.1.conversionValue", "25.5", "events[1].conversion_value"),
        ("events.1.conversionValue", .number("1e999"), "events[1].conversion_value"),
        (
            "events.0.userData.userIdentifiers.0.phoneNumber", .string(Fixtures.hash),
            "events[0].user_data.user_identifiers[0]"
        ),
        ("events.0.userData.userIdentifiers", [:], "events[0].user_data.user_identifiers"),
        (
            "events.0.adIdentifiers.landingPageDeviceInfo.screenWidth", "1",
            "events[0].ad_identifiers.landing_page_device_info.screen_width"
        ),
        ("events.0.currency", .null, "events[0].currency"),
        ("consent.adUserData", "GRANTED", "consent.ad_user_data"),
        ("encoding", "hex", "encoding"),
        ("validateOnly", "false", "validate_only"),
        ("destinations", [:], "destinations"),
        ("destination", [], ""),
    ]
    @Test(arguments: unreadable)
    func `does not understand what is not of its format`(_ path: String, _ value: JSON?, _ field: String) throws {
        let reply = try Stage().ingest(Fixtures.google.changing(path, to: value)).get()
        #expect(reply.status == 400)
        #expect(reply.violations == [Reply.Violation(reason: nil, field: field)], "\(reply.json.text)")
        #expect(reply.json["error"]?["details"]?.array?.count == 1)
    }

    @Test func `lists all that it does not understand`() throws {
        let body = Fixtures.google.changing("events.0.a", to: 1).changing("events.1.b", to: 1)
        let reply = try Stage().ingest(body).get()
        #expect(reply.violations.map(\.field) == ["events[0]", "events[1]"])
    }

    private static let identifier = "events.0.userData.userIdentifiers"
    private static let identifierField = "events.events[0].user_data.user_identifiers"
    static let refused: [(path: String, value: JSON?, reason: String, field: String)] = [
        ("destinations", [], "REQUIRED_FIELD_MISSING", "destinations"),
        ("destinations.0.operatingAccount", nil, "REQUIRED_FIELD_MISSING", "destinations[0].operating_account"),
        (
            "destinations.0.operatingAccount.accountId", "123-456-7890", "INVALID_NUMBER_FORMAT",
            "destinations[0].operating_account.account_id"
        ),
        (
            "destinations.0.operatingAccount.accountId", nil, "INVALID_NUMBER_FORMAT",
            "destinations[0].operating_account.account_id"
        ),
        (
            "destinations.0.operatingAccount.accountType", nil, "REQUIRED_FIELD_MISSING",
            "destinations[0].operating_account.account_type"
        ),
        (
            "destinations.0.operatingAccount.accountType", "DATA_PARTNER", "MISMATCHED_ACCOUNT_TYPE",
            "destinations[0].operating_account.account_type"
        ),
        (
            "destinations.0.operatingAccount.product", "GOOGLE_ADS", "INVALID_DESTINATION",
            "destinations[0].operating_account.product"
        ),
        (
            "destinations.0.loginAccount.accountId", "1", "INVALID_NUMBER_FORMAT",
            "destinations[0].login_account.account_id"
        ),
        (
            "destinations.0.productDestinationId", nil, "REQUIRED_FIELD_MISSING",
            "destinations[0].product_destination_id"
        ),
        (
            "destinations.0.productDestinationId", "customers/1/conversionActions/2", "INVALID_CONVERSION_ACTION_ID",
            "destinations[0].product_destination_id"
        ),
        ("destinations.1", Fixtures.google["destinations"]?[0], "DUPLICATE_DESTINATION_REFERENCE", "destinations"),
        ("events", [], "REQUIRED_FIELD_MISSING", "events"),
        ("encoding", nil, "REQUIRED_FIELD_MISSING", "encoding"),
        ("encoding", "ENCODING_UNSPECIFIED", "REQUIRED_FIELD_MISSING", "encoding"),
        ("events.1.eventTimestamp", nil, "REQUIRED_FIELD_MISSING", "events.events[1].event_timestamp"),
        ("events.1.eventTimestamp", "2026-11-25T11:03:21Z", "EVENT_TIME_INVALID", "events.events[1].event_timestamp"),
        ("events.1.eventSource", nil, "REQUIRED_FIELD_MISSING", "events.events[1].event_source"),
        ("events.1.eventSource", "EVENT_SOURCE_UNSPECIFIED", "REQUIRED_FIELD_MISSING", "events.events[1].event_source"),
        ("events.1.transactionId", nil, "REQUIRED_FIELD_MISSING", "events.events[1].transaction_id"),
        (
            "events.1.transactionId", .string(String(repeating: "x", count: 65)), "FIELD_VALUE_TOO_LONG",
            "events.events[1].transaction_id"
        ),
        ("events.1.transactionId", "a@example.com", "INVALID_EVENT", "events.events[1].transaction_id"),
        ("events.1.destinationReferences", ["d2"], "INVALID_DESTINATION", "events.events[1].destination_references"),
        ("events.1.adIdentifiers", nil, "NO_IDENTIFIERS_PROVIDED", "events.events[1]"),
        ("events.1.adIdentifiers", ["gclid": ""], "NO_IDENTIFIERS_PROVIDED", "events.events[1]"),
        ("events.0.currency", "eur", "INVALID_CURRENCY_CODE", "events.events[0].currency"),
        ("events.0.currency", "EURO", "INVALID_CURRENCY_CODE", "events.events[0].currency"),
        (identifier, [], "REQUIRED_FIELD_MISSING", identifierField),
        (
            identifier, .array(Array(repeating: ["emailAddress": .string(Fixtures.hash)], count: 11)),
            "TOO_MANY_USER_IDENTIFIERS", identifierField
        ),
        ("\(identifier).0", [:], "REQUIRED_FIELD_MISSING", "\(identifierField)[0]"),
        (
            "\(identifier).0.emailAddress", "john@example.com", "INVALID_SHA256_FORMAT",
            "\(identifierField)[0].email_address"
        ),
        (
            "\(identifier).0.emailAddress", .string(Fixtures.hash.uppercased()), "INVALID_SHA256_FORMAT",
            "\(identifierField)[0].email_address"
        ),
        (
            "\(identifier).0.emailAddress", .string(Fixtures.hashOfNothing), "INVALID_SHA256_FORMAT",
            "\(identifierField)[0].email_address"
        ),
        ("\(identifier).1.phoneNumber", "+16505551212", "INVALID_SHA256_FORMAT", "\(identifierField)[1].phone_number"),
        (
            "\(identifier).2.address.givenName", nil, "REQUIRED_FIELD_MISSING",
            "\(identifierField)[2].address.given_name"
        ),
        (
            "\(identifier).2.address.familyName", "Smith", "INVALID_SHA256_FORMAT",
            "\(identifierField)[2].address.family_name"
        ),
        (
            "\(identifier).2.address.regionCode", "us", "INVALID_COUNTRY_CODE",
            "\(identifierField)[2].address.region_code"
        ),
        (
            "\(identifier).2.address.postalCode", nil, "REQUIRED_FIELD_MISSING",
            "\(identifierField)[2].address.postal_code"
        ),
    ]
    @Test(arguments: refused)
    func `refuses what does not fit, and says where`(
        _ path: String, _ value: JSON?, _ reason: String, _ field: String
    ) throws {
        let stage = try Stage()
        let reply = try stage.ingest(Fixtures.google.changing(path, to: value)).get()
        #expect(reply.status == 400)
        #expect(reply.violations.first == Reply.Violation(reason: reason, field: field), "\(reply.json.text)")
        // All or nothing.
        #expect(stage.sandbox.received().isEmpty)
        #expect(stage.sandbox.summary["google_ads"]?["refusals"]?[reason] == 1)
    }

    @Test func `reads hashes in base 64 when told so`() throws {
        let code = "xNJenJD/I+kUU5e8b71Thcpfvnghzb7M7MDTaevrGaY="
        let identifiers: JSON = [["emailAddress": .string(code)]]
        let body = Fixtures.google.changing("events.0.userData.userIdentifiers", to: identifiers)
        #expect(try Stage().ingest(body).get().status == 400)
        #expect(try Stage().ingest(body.changing("encoding", to: "BASE64")).get().status == 200)
    }

    @Test(arguments: [(2_000, nil), (2_001, "TOO_MANY_EVENTS")])
    func `takes up to 2,000 events`(_ count: Int, _ reason: String?) throws {
        let events = (0..<count).map {
            Fixtures.google["events"]![1]!.changing("transactionId", to: .string("lead-\($0)"))
        }
        let reply = try Stage().ingest(Fixtures.google.changing("events", to: .array(events))).get()
        #expect(reply.violations.first?.reason == reason)
        #expect(reply.status == (reason == nil ? 200 : 400))
    }

    @Test(arguments: [(10, nil), (11, "TOO_MANY_DESTINATIONS")])
    func `takes up to 10 destinations`(_ count: Int, _ reason: String?) throws {
        let destinations = (1...count).map {
            Fixtures.google["destinations"]![0]!.changing("reference", to: .string("d\($0)"))
        }
        let reply = try Stage().ingest(Fixtures.google.changing("destinations", to: .array(destinations))).get()
        #expect(reply.violations.first?.reason == reason)
    }

    @Test func `refuses a transaction ID that is there twice`() throws {
        let reply = try Stage().ingest(Fixtures.google.changing("events.2", to: Fixtures.google["events"]?[1])).get()
        let field = "events.events[2].transaction_id"
        #expect(reply.violations == [Reply.Violation(reason: "INVALID_EVENT", field: field)])
    }

    @Test func `names the request in a refusal`() throws {
        let reply = try Stage().ingest(Fixtures.google.changing("events", to: [])).get()
        let details = reply.json["error"]?["details"]?.array ?? []
        #expect(
            details.map { $0["@type"]?.string?.split(separator: ".").last } == [
                "ErrorInfo", "RequestInfo", "BadRequest",
            ])
        #expect(details[1]["requestId"]?.string?.isEmpty == false)
    }

    @Test func `keeps nothing of a request that is only to be validated`() throws {
        let stage = try Stage()
        #expect(try stage.ingest(Fixtures.google.changing("validateOnly", to: true)).get().status == 200)
        #expect(stage.sandbox.received().isEmpty)
    }

    @Test func `wants JSON that is called JSON`() throws {
        let stage = try Stage()
        let bearer = [("Authorization", "Bearer \(try stage.token())")]
        let path = "/v1/events:ingest"
        let notJSON = try stage.send("POST", path, bearer, bytes: Array("{".utf8), type: "application/json").get()
        #expect(notJSON.status == 400)
        let form = try stage.send("POST", path, bearer, bytes: Fixtures.google.bytes, type: "text/plain").get()
        #expect(form.status == 400)
    }

    @Test func `wants a token that it gave out and that is not too old`() throws {
        let stage = try Stage()
        let token = try stage.token()
        #expect(try stage.send("POST", "/v1/events:ingest", [], Fixtures.google).get().status == 401)
        #expect(try stage.ingest(token: "made up").get().status == 401)
        #expect(try stage.ingest(token: token).get().status == 200)
        stage.advance(.seconds(3598))
        #expect(try stage.ingest(token: token).get().status == 200)
        stage.advance(.seconds(1))
        #expect(try stage.ingest(token: token).get().status == 401)
    }
}
