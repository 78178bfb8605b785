import Crypto
import Curl
import Domain
import Forwarding
import Sandbox
import Service
import Store
import TestSupport
import Testing

/// An identifier that Google does not know is no reason to lose a lead that has others.
@Suite struct `An event that Google refuses for what it can do without` {
    private static func google() -> Destination {
        var destination = Samples.google
        if case .googleAds(var google) = destination.platform {
            google.customVariables = ["branch": "branch"]
            destination.platform = .googleAds(google)
        }
        return destination
    }

    private static func event(person: Bool = true) -> LeadEvent {
        var event = Samples.event
        event.custom = [JSON.Member("branch", "north")]
        if !person { event.person = LeadEvent.Person() }
        return event
    }

    /// Refuses the events of whose JSON `isBad` says why, as the Data Manager API does.
    private static func door(
        _ isBad: @escaping @Sendable (JSON) -> (reason: String, field: String)?
    ) -> MemoryTransport.Platform {
        { transfer, _ in
            let events = ((try? JSON(parsing: transfer.body ?? [])) ?? .null)["events"]?.array ?? []
            let violations = events.enumerated().compactMap { index, event in
                isBad(event).map {
                    #"{"field":"events.events[\#(index)].\#($0.field)","reason":"\#($0.reason)","description":"no"}"#
                }
            }
            if violations.isEmpty { return (Platforms.answer(200, #"{"requestId":"R"}"#), .zero) }
            return (
                Platforms.answer(
                    400,
                    #"""
                    {"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT","details":[
                    {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"INVALID_ARGUMENT"},
                    {"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[\#(violations.joined(separator: ","))]}]}}
                    """#), .zero
            )
        }
    }

    private func bench(_ isBad: @escaping @Sendable (JSON) -> (reason: String, field: String)?) -> DispatchBench {
        let bench = DispatchBench([Self.google()])
        bench.transport["http://oauth.test"] = Platforms.token
        bench.transport["http://google.test"] = Self.door(isBad)
        return bench
    }

    private func lastEvents(_ bench: DispatchBench) throws -> [JSON] {
        try Samples.json(bench.transport.requests.last { $0.url.contains("ingest") }!)["events"]?.array ?? []
    }

    static let parts: [(reason: String, field: String, member: String)] = [
        ("INVALID_AD_IDENTIFIER_FOR_ACCOUNT", "ad_identifiers.gclid", "adIdentifiers"),
        ("INVALID_FORMAT", "ad_identifiers.gclid", "adIdentifiers"),
        ("FIELD_VALUE_TOO_LONG", "ad_identifiers", "adIdentifiers"),
        ("CUSTOM_VARIABLE_VALUE_CONTAINS_PII", "custom_variables[0].value", "customVariables"),
        ("INVALID_CUSTOM_VARIABLE_VALUE", "custom_variables[0].value", "customVariables"),
        ("INVALID_FORMAT", "event_device_info.ip_address", "eventDeviceInfo"),
    ]

    @Test(arguments: parts) func `goes once more without it, and costs no other event anything`(
        _ part: (reason: String, field: String, member: String)
    ) throws {
        let bench = bench { event in
            event["transactionId"] == "event-7" && event[part.member] != nil ? (part.reason, part.field) : nil
        }
        bench.add(1...20, Self.event())
        bench.run()
        #expect(bench.store.count("google", .sent) == 20 && bench.store.count("google", .rejected) == 0)
        let requests = bench.transport.requests.filter { $0.url.contains("ingest") }
        #expect(requests.count == 3, "one refusal, the event without, and the others")
        let changed = try requests.dropFirst().flatMap { try Samples.json($0)["events"]?.array ?? [] }
            .filter { $0["transactionId"] == "event-7" }
        #expect(changed.count == 1 && changed[0][part.member] == nil && changed[0]["userData"] != nil)
        #expect(bench.lines.withLock { $0 }.contains { $0.contains("delivery.amended") && $0.contains("lead=") })
    }

    @Test func `loses several things one after the other`() {
        let bench = bench { event in
            if event["adIdentifiers"] != nil { return ("INVALID_AD_IDENTIFIER_FOR_ACCOUNT", "ad_identifiers.gclid") }
            if event["customVariables"] != nil { return ("CUSTOM_VARIABLE_VALUE_CONTAINS_PII", "custom_variables[0]") }
            return nil
        }
        bench.add(1...3, Self.event())
        bench.run()
        #expect(bench.store.count("google", .sent) == 3)
        #expect(bench.transport.requests.count { $0.url.contains("ingest") } == 3)
    }

    @Test func `is rejected when nothing is left to match it by, and only that one`() {
        let bench = bench { event in
            event["userData"] == nil ? ("INVALID_AD_IDENTIFIER_FOR_ACCOUNT", "ad_identifiers.gclid") : nil
        }
        bench.add([1], Self.event(person: false))
        bench.add(2...5, Self.event())
        bench.run()
        #expect(bench.store.count("google", .sent) == 4 && bench.store.count("google", .rejected) == 1)
    }

    /// Whatever is complained of, it comes to an end.
    @Test func `is given up when it is refused whatever it is without`() {
        let bench = bench { _ in ("INVALID_AD_IDENTIFIER_FOR_ACCOUNT", "ad_identifiers.gclid") }
        bench.add([1], Self.event())
        bench.run()
        #expect(bench.store.count("google", .rejected) == 1)
        #expect(bench.transport.requests.count { $0.url.contains("ingest") } <= 3)
    }

    @Test func `is remembered when it comes back for another reason`() throws {
        let broken = Locked(true)
        let bench = DispatchBench([Self.google()])
        bench.transport["http://oauth.test"] = Platforms.token
        bench.transport["http://google.test"] = { transfer, now in
            let text = String(decoding: transfer.body ?? [], as: UTF8.self)
            if !text.contains("adIdentifiers"), broken.withLock({ $0 }) {
                return (Platforms.answer(503, "busy"), .zero)
            }
            return Self.door {
                $0["adIdentifiers"] == nil ? nil : ("INVALID_AD_IDENTIFIER_FOR_ACCOUNT", "ad_identifiers.gclid")
            }(transfer, now)
        }
        bench.add([1], Self.event())
        bench.run()
        broken.withLock { $0 = false }
        let before = bench.transport.requests.count
        bench.run(for: .hours(1))
        #expect(bench.store.count("google", .sent) == 1)
        #expect(
            bench.transport.requests[before...].count { $0.url.contains("ingest") } == 1, "not with the click id again")
    }

    static let uploads = [
        "UNPARSEABLE_GCLID", "EXPIRED_EVENT", "EVENT_NOT_FOUND", "CLICK_NOT_FOUND", "INVALID_CUSTOMER_FOR_CLICK",
        "CUSTOM_VARIABLE_VALUE_CONTAINS_PII",
    ]

    @Test(arguments: uploads) func `as a row of an upload goes once more, too`(_ code: String) throws {
        var destination = Samples.upload
        if case .googleAds(var google) = destination.platform {
            google.customVariables = ["77": "branch"]
            destination.platform = .googleAds(google)
        }
        let member = code.hasPrefix("CUSTOM") ? "customVariables" : "gclid"
        let bench = DispatchBench([destination])
        bench.transport["http://oauth.test"] = Platforms.token
        bench.transport["http://upload.test"] = { transfer, _ in
            let rows = ((try? JSON(parsing: transfer.body ?? [])) ?? .null)["conversions"]?.array ?? []
            let bad = rows.firstIndex { $0["orderId"] == "event-3" && $0[member] != nil }
            let results = rows.indices.map { $0 == bad ? "{}" : #"{"conversionAction":"a"}"# }.joined(separator: ",")
            let failure = bad.map { index in
                #"""
                ,"partialFailureError":{"code":3,"message":"m","details":[{"@type":"x.GoogleAdsFailure","errors":[
                {"errorCode":{"conversionUploadError":"\#(code)"},"message":"no",
                "location":{"fieldPathElements":[{"fieldName":"conversions","index":\#(index)}]}}]}]}
                """#
            }
            return (Platforms.answer(200, #"{"results":[\#(results)]\#(failure ?? "")}"#), .zero)
        }
        // No two rows of one click and second.
        for number in 1...5 {
            var event = Self.event()
            event.click.gclid = "click-\(number)"
            bench.add([number], event)
        }
        bench.run()
        #expect(bench.store.count("upload", .delivered) == 5 && bench.store.count("upload", .rejected) == 0)
        let last = try Samples.json(bench.transport.requests.last!)["conversions"]?.array ?? []
        #expect(last.count == 1 && last[0]["orderId"] == "event-3" && last[0][member] == nil)
    }

    @Test func `leaves its click id out once that is too old, at the moment of sending`() throws {
        for destination in [Self.google(), Samples.upload] {
            let adapter = makeAdapter(destination)
            var event = Self.event()
            event.click.landedAt = .start - .days(89)
            let outgoing = Samples.outgoing(1, event)
            let young = try #require(adapter.encode(outgoing, at: .start).fragment)
            let old = try #require(adapter.encode(outgoing, at: .start + .days(1)).fragment)
            #expect(String(decoding: young.bytes, as: UTF8.self).contains("TeSter-123"))
            #expect(!String(decoding: old.bytes, as: UTF8.self).contains("TeSter-123"))
            event.person = LeadEvent.Person()
            #expect(adapter.encode(Samples.outgoing(1, event), at: .start + .days(1)) == .skip(.tooOld))
        }
        let meta = makeAdapter(Samples.meta)
        var event = Self.event()
        event.click.landedAt = .start - .days(91)
        let body = try JSON(parsing: #require(meta.encode(Samples.outgoing(1, event)).fragment).bytes)
        #expect(body["user_data"]?["fbc"] == nil && body["user_data"]?["em"] != nil)
    }
}

@Suite struct `What Google is told beside a click` {
    private func event(_ change: (inout LeadEvent) -> Void, kind: Source.Kind = .web, _ at: Instant = .start) throws
        -> JSON
    {
        var event = Samples.event
        change(&event)
        var outgoing = Samples.outgoing(1, event)
        outgoing.kind = kind
        return try JSON(parsing: #require(makeAdapter(Samples.google).encode(outgoing, at: at).fragment).bytes)
    }

    @Test func `is the id of a lead from its own forms`() throws {
        let body = try event {
            $0.click = LeadEvent.Click()
            $0.click.googleLeadID = "CiQ-lead"
        }
        #expect(body["adIdentifiers"] == ["leadId": "CiQ-lead"])
    }

    @Test func `is what is left of the session`() throws {
        let body = try event {
            $0.click.gclid = nil
            $0.click.gadSource = "1"
            $0.click.gadCampaignID = "2345"
            $0.click.landedAt = Instant(rfc3339: "2026-11-21T08:00:00.123Z")
            $0.page.url = "https://www.acme.example/kitchen?gad_source=1&gad_campaignid=2345&email=jane%40example.com"
        }
        let encoded = try #require(body["adIdentifiers"]?["sessionAttributes"]?.string)
        #expect(!encoded.contains("="))
        let session = try JSON(parsing: #require(Self.decoded(encoded)))
        #expect(
            session == [
                "gad_source": "1", "gad_campaignid": "2345", "session_start_time_usec": "1795248000123000",
                "landing_page_url": "https://www.acme.example/kitchen?gad_source=1&gad_campaignid=2345",
                "landing_page_referrer": "https://www.facebook.com/",
                "landing_page_user_agent": "Mozilla/5.0 \"quoted\"",
            ])
    }

    @Test func `is no page that is not the landing`() throws {
        let body = try event {
            $0.click.gadSource = "1"
            $0.page.url = "https://www.acme.example/form"
        }
        let encoded = try #require(body["adIdentifiers"]?["sessionAttributes"]?.string)
        let session = try JSON(parsing: #require(Self.decoded(encoded)))
        #expect(session["landing_page_url"] == nil && session["gad_source"] == "1")
        #expect(body["adIdentifiers"]?["gclid"] == "TeSter-123")
    }

    @Test func `is where it happened`() throws {
        #expect(try event { _ in }["eventSource"] == "WEB")
        #expect(try event({ _ in }, kind: .crm)["eventSource"] == "OTHER")
        #expect(try event { $0.click.metaLeadID = "123456789012345" }["eventSource"] == "OTHER")
    }

    @Test func `is another value under the same transaction id`() throws {
        let first = try event { _ in }
        let second = try event {
            $0.restates = true
            $0.value = LeadEvent.Decimal(text: "100")
        }
        #expect(first["transactionId"] == second["transactionId"] && second["conversionValue"] == .number("100"))
    }

    @Test func `is nothing about the visitor if that is switched off`() throws {
        var destination = Samples.google
        destination.visitor.ip = false
        destination.visitor.userAgent = false
        var event = Samples.event
        event.click.gadSource = "1"
        let body = try JSON(
            parsing: #require(makeAdapter(destination).encode(Samples.outgoing(1, event)).fragment).bytes)
        #expect(body["eventDeviceInfo"] == nil)
        let encoded = try #require(body["adIdentifiers"]?["sessionAttributes"]?.string)
        let session = try JSON(parsing: #require(Self.decoded(encoded)))
        #expect(session["landing_page_user_agent"] == nil)
        var meta = Samples.meta
        meta.visitor = destination.visitor
        let told = try JSON(parsing: #require(makeAdapter(meta).encode(Samples.outgoing()).fragment).bytes)
        #expect(told["user_data"]?["client_ip_address"] == nil && told["user_data"]?["client_user_agent"] == nil)
        #expect(told["action_source"] == "other", "a website's event would need the browser")
    }

    private static func decoded(_ text: String) -> [UInt8]? {
        var padded = text.replacing("-", with: "+").replacing("_", with: "/")
        while padded.utf8.count % 4 != 0 { padded += "=" }
        return Base64.plain.decode(padded)
    }
}

@Suite struct `What Meta is told of a lead later` {
    private func event(_ name: String, kind: Source.Kind, _ change: (inout LeadEvent) -> Void = { _ in }) throws -> JSON
    {
        var event = Samples.event
        event.event = name
        change(&event)
        var outgoing = Samples.outgoing(1, event)
        outgoing.kind = kind
        return try JSON(parsing: #require(makeAdapter(Samples.meta).encode(outgoing).fragment).bytes)
    }

    @Test(arguments: ["lost", "disqualified", "opportunity.won", "spam"])
    func `has its own name and comes from a CRM`(_ name: String) throws {
        for body in [
            try event(name, kind: .crm), try event(name, kind: .web) { $0.click.metaLeadID = "123456789012345" },
        ] {
            #expect(body["event_name"]?.string == name && body["action_source"] == "system_generated")
            #expect(body["custom_data"]?["event_source"] == "crm")
            #expect(body["custom_data"]?["lead_event_source"] == "LeadRelay" && body["event_source_url"] == nil)
        }
    }

    @Test(arguments: [("012345678901234", 12_345_678_901_234), ("123456789012345", 123_456_789_012_345)])
    func `has the lead's id as a number`(_ written: String, _ number: Int64) throws {
        let body = try event("lead", kind: .web) { $0.click.metaLeadID = written }
        #expect(body["user_data"]?["lead_id"] == .number(String(number)))
    }
}
