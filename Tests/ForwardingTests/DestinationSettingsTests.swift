import Crypto
import Curl
import Domain
import Forwarding
import Service
import TestSupport
import Testing

/// What of a destination's own settings becomes of an event of Meta's.
@Suite struct `An event for Meta` {
    private func destination(_ change: (inout Destination.MetaAds) -> Void) -> Destination {
        var destination = Samples.meta
        if case .metaAds(var meta) = destination.platform {
            change(&meta)
            destination.platform = .metaAds(meta)
        }
        return destination
    }

    private func event(_ destination: Destination, _ event: LeadEvent = Samples.event) throws -> JSON {
        let adapter = makeAdapter(destination)
        let fragment = try #require(adapter.encode(Samples.outgoing(1, event)).fragment)
        _ = adapter.transfer([fragment], token: nil, at: .start)
        return try JSON(parsing: fragment.bytes)
    }

    /// A stage of the CRM for a lead from one of Meta's own forms.
    private var stage: LeadEvent {
        var event = LeadEvent(event: "qualified", occurredAt: .start - .minutes(1))
        event.click.metaLeadID = "1234567890123456"
        event.person.email = "jane@example.com"
        event.value = LeadEvent.Decimal(text: "80")
        event.currency = "EUR"
        return event
    }

    @Test func `of a lead from one of Meta's forms is one of the CRM`() throws {
        let crm = destination {
            $0.eventNames = ["lead": "Lead", "qualified": "Qualified"]
            $0.crm = "HubSpot"
        }
        #expect(
            try event(crm, stage) == [
                "event_name": "Qualified", "event_time": .number(String((Instant.start - .minutes(1)).seconds)),
                "event_id": "lead-1", "action_source": "system_generated",
                "user_data": [
                    "lead_id": 1_234_567_890_123_456, "em": [.string(SHA256.hex(of: "jane@example.com"))],
                ],
                "custom_data": [
                    "value": 80, "currency": "EUR", "event_source": "crm", "lead_event_source": "HubSpot",
                ],
            ])
    }

    @Test func `is recognised by its lead id alone, even without consent to identifiers`() throws {
        var bare = stage
        bare.person = LeadEvent.Person()
        bare.consent.adUserData = .denied
        var quiet = Samples.meta
        quiet.consent.denied = .sendWithoutIdentifiers
        #expect(try event(quiet, bare)["user_data"] == ["lead_id": 1_234_567_890_123_456])
    }

    @Test(arguments: [
        (Destination.MetaAds.LimitedDataUse.Whom.everybody, LeadEvent.Consent.State.granted, true),
        (.everybody, .denied, true), (.unlessGranted, .granted, false), (.unlessGranted, .denied, true),
    ])
    func `asks for limited data use where it is told to`(
        _ whom: Destination.MetaAds.LimitedDataUse.Whom, _ consent: LeadEvent.Consent.State, _ isLimited: Bool
    ) throws {
        let limited = destination {
            $0.limitedDataUse = Destination.MetaAds.LimitedDataUse(whom)
            $0.limitedDataUse?.country = 1
            $0.limitedDataUse?.state = 1000
        }
        var lead = Samples.event
        lead.consent.adPersonalization = consent
        let event = try event(limited, lead)
        #expect(event["data_processing_options"] == (isLimited ? ["LDU"] : nil))
        #expect(event["data_processing_options_country"] == (isLimited ? 1 : nil))
        #expect(event["data_processing_options_state"] == (isLimited ? 1000 : nil))
        #expect(try self.event(Samples.meta, lead)["data_processing_options"] == nil)
    }

    @Test func `carries a test code until its end, and not any more`() throws {
        let testing = destination { $0.testEvents = .init(code: "TEST1", until: .start + .hours(1)) }
        let adapter = makeAdapter(testing)
        let fragment = try #require(adapter.encode(Samples.outgoing()).fragment)
        func code(_ now: Instant) throws -> JSON? {
            try Samples.json(adapter.transfer([fragment], token: nil, at: now))["test_event_code"]
        }
        #expect(try code(.start) == "TEST1" && code(.start + .minutes(59)) == "TEST1")
        #expect(try code(.start + .hours(1)) == nil && code(.start + .days(9)) == nil)
    }

    @Test func `tells the sender's own fields that it is told to, without personal ones`() throws {
        let own = destination {
            $0.customData = ["branch": "store", "note": "message", "rooms": "rooms", "size": "none"]
        }
        var lead = Samples.event
        lead.custom = [
            .init("rooms", 4), .init("store", "north \"1\""), .init("message", "call me: jane@example.com"),
        ]
        #expect(
            try event(own, lead)["custom_data"] == [
                "value": .number("25.50"), "currency": "EUR", "branch": "north \"1\"", "rooms": "4",
            ])
    }

    @Test func `of a purchase without a value is skipped, because it would fail its request`() throws {
        let shop = destination { $0.eventNames = ["sale": "Purchase", "lead": "Lead"] }
        var sale = Samples.event
        sale.event = "sale"
        #expect(try event(shop, sale)["event_name"] == "Purchase")
        sale.value = nil
        sale.currency = nil
        #expect(makeAdapter(shop).encode(Samples.outgoing(1, sale)) == .skip(.noValue))
        sale.event = "lead"
        #expect(try event(shop, sale)["event_name"] == "Lead")
    }
}

@Suite struct `What a lead is worth` {
    static let rules: [(ValueRule?, sent: String?, value: String?, currency: String?)] = [
        (nil, "25.50", "25.50", "EUR"), (.asSent, "25.50", "25.50", "EUR"), (.asSent, nil, nil, nil),
        (.leftOut, "25.50", nil, nil), (.times(0.3), "25.50", "7.65", "EUR"), (.times(1.1), "0.1", "0.11", "EUR"),
        (.times(0.333333), "1", "0.3333", "EUR"), (.times(2), "1e2", "200", "EUR"), (.times(2), nil, nil, nil),
        (.times(0.00001), "1", "0", "EUR"), (.times(1000), "1e300", nil, nil),
        (.fixed(LeadEvent.Decimal(text: "50"), currency: "USD"), "25.50", "50", "USD"),
        (.fixed(LeadEvent.Decimal(text: "50"), currency: "USD"), nil, "50", "USD"),
    ]
    @Test(arguments: rules, Samples.destinations + [Samples.upload])
    func `goes by the destination's rule`(
        _ test: (ValueRule?, sent: String?, value: String?, currency: String?), _ destination: Destination
    ) throws {
        var destination = destination
        destination.values = ["sale": .leftOut]
        destination.values["*"] = test.0
        var lead = Samples.event
        lead.value = test.sent.map { LeadEvent.Decimal(text: $0) }
        lead.currency = test.sent == nil ? nil : "EUR"
        let event = try JSON(
            parsing: #require(makeAdapter(destination).encode(Samples.outgoing(1, lead)).fragment).bytes)
        #expect((event["conversionValue"] ?? event["custom_data"]?["value"]) == test.value.map { .number($0) })
        let currency = event["currency"] ?? event["currencyCode"] ?? event["custom_data"]?["currency"]
        #expect(currency == test.currency.map { .string($0) })
    }
}

@Suite struct `Custom variables of Google` {
    private func event(_ destination: Destination, _ change: (inout LeadEvent) -> Void = { _ in }) throws -> JSON {
        var destination = destination
        if case .googleAds(var google) = destination.platform {
            google.customVariables = ["7": "product", "12": "store"]
            destination.platform = .googleAds(google)
        }
        destination.consent.denied = .sendWithoutIdentifiers
        var lead = Samples.event
        lead.custom = [.init("store", "north"), .init("product", "heat pump"), .init("other", "x")]
        change(&lead)
        let adapter = makeAdapter(destination)
        let fragment = try #require(adapter.encode(Samples.outgoing(1, lead)).fragment)
        _ = adapter.transfer([fragment], token: "t", at: .start)
        return try JSON(parsing: fragment.bytes)
    }

    @Test func `are filled from the sender's own fields, by name or by resource`() throws {
        #expect(
            try event(Samples.google)["customVariables"] == [
                ["variable": "12", "value": "north"], ["variable": "7", "value": "heat pump"],
            ])
        let resource = "customers/1234567890/conversionCustomVariables/"
        #expect(
            try event(Samples.upload)["customVariables"] == [
                ["conversionCustomVariable": .string(resource + "12"), "value": "north"],
                ["conversionCustomVariable": .string(resource + "7"), "value": "heat pump"],
            ])
    }

    @Test(arguments: [Samples.google, Samples.upload])
    func `are left out where Google refuses or ignores them`(_ destination: Destination) throws {
        #expect(
            try event(destination) { event in
                event.click.gclid = nil
                event.click.gbraid = "B"
            }["customVariables"] == nil)
        #expect(try event(destination) { $0.consent.adUserData = .denied }["customVariables"] == nil)
        for personal in ["jane@example.com", "+49 151 23456789", String(repeating: "x", count: 101), ""] {
            let event = try event(destination) { $0.custom = [.init("store", .string(personal))] }
            #expect(event["customVariables"] == nil, "\(personal)")
        }
    }
}

@Suite struct `A destination that wants identifiers` {
    private static func without(_ identifier: Destination.Identifier) -> LeadEvent {
        var event = Samples.event
        switch identifier {
        case .clickID: (event.click.gclid, event.click.fbclid) = (nil, nil)
        case .email: event.person.email = "no address"
        case .phone: event.person.phone = nil
        }
        return event
    }

    @Test(arguments: Samples.destinations + [Samples.upload], Destination.Identifier.allCases)
    func `skips leads without them`(_ destination: Destination, _ identifier: Destination.Identifier) {
        var destination = destination
        #expect(makeAdapter(destination).encode(Samples.outgoing(1, Self.without(identifier))).fragment != nil)
        destination.required = [identifier]
        let lacking = makeAdapter(destination).encode(Samples.outgoing(1, Self.without(identifier)))
        #expect(lacking == .skip(.noIdentifier))
        #expect(makeAdapter(destination).encode(Samples.outgoing()).fragment != nil)
        destination.required = Set(Destination.Identifier.allCases)
        #expect(makeAdapter(destination).encode(Samples.outgoing(1, Self.without(identifier))) == .skip(.noIdentifier))
        #expect(makeAdapter(destination).encode(Samples.outgoing()).fragment != nil)
    }
}

@Suite struct `Meta's limits` {
    private let adapter = makeAdapter(Samples.meta)

    private static func business(_ percent: Int, _ minutes: Int) -> (String, String) {
        (
            "x-business-use-case-usage",
            #"{"77":[{"type":"ads_management","call_count":\#(percent),"total_cputime":5,"total_time":1,"estimated_time_to_regain_access":\#(minutes)}]}"#
        )
    }
    private static func app(_ percent: Int) -> (String, String) {
        ("x-app-usage", #"{"call_count":3,"total_time":\#(percent),"total_cputime":25}"#)
    }
    private static func account(_ percent: String, _ seconds: Int) -> (String, String) {
        ("x-ad-account-usage", #"{"acc_id_util_pct":\#(percent),"reset_time_duration":\#(seconds)}"#)
    }

    static let headers: [([(String, String)], Duration?)] = [
        ([], nil), ([app(75)], nil), ([app(28), business(75, 0), account("9.67", 100)], nil),
        // The nearer, the slower.
        ([app(80)], .seconds(12)), ([business(90, 0)], .seconds(36)), ([account("99.5", 100)], .milliseconds(58_800)),
        ([app(80), business(90, 0)], .seconds(36)),
        // Spent.
        ([app(100)], .minutes(5)), ([business(130, 0)], .minutes(5)), ([business(100, 17)], .minutes(17)),
        ([account("100", 45)], .seconds(45)), ([app(100), business(3, 2)], .minutes(2)),
        ([business(0, 99_999)], .days(1)),
        // Nonsense.
        (
            [
                ("x-app-usage", "{"), ("x-business-use-case-usage", "[]"),
                ("x-ad-account-usage", #"{"acc_id_util_pct":"x"}"#),
            ], nil
        ),
    ]
    @Test(arguments: headers)
    func `are obeyed before they bite, whatever else the answer says`(_ headers: [(String, String)], _ rest: Duration?)
    {
        let fields = headers.map { (name: $0.0, value: $0.1) }
        for (status, body) in [
            (200, #"{"events_received":1,"fbtrace_id":"T"}"#), (400, #"{"error":{"code":100,"message":"m"}}"#),
            (500, "<html>"),
        ] {
            let reading = adapter.read(Platforms.answer(status, body, fields), count: 1)
            #expect(reading.rest == rest, "\(status)")
        }
    }

    @Test func `slow the lane down while it still delivers`() {
        let bench = DispatchBench([Samples.meta])
        bench.transport["http://meta.test"] = { transfer, _ in
            let ids = Platforms.ids(transfer)
            return (
                Platforms.answer(
                    200, #"{"events_received":\#(ids.count),"fbtrace_id":"T"}"#,
                    [("x-app-usage", #"{"call_count":90}"#)]), .zero
            )
        }
        for lead in 1...10 {
            bench.add([lead])
            bench.run(for: .seconds(10))
        }
        bench.run(for: .minutes(1))
        #expect(bench.store.count("meta", .delivered) == 10)
        #expect(
            (3...5).contains(bench.transport.requests.count), "\(bench.transport.requests.count) in 100 s, one in 36 s")
    }
}

@Suite struct `An event that Meta refuses for one of its ids` {
    private func bench(_ change: (inout LeadEvent) -> Void = { _ in }, leads: ClosedRange<Int>) -> DispatchBench {
        let bench = DispatchBench([Samples.meta])
        bench.transport["http://meta.test"] = { transfer, _ in
            let text = String(decoding: transfer.body ?? [], as: UTF8.self)
            func refusal(_ subcode: Int) -> Result<Answer, TransferError> {
                Platforms.answer(
                    400, #"{"error":{"message":"m","code":100,"error_subcode":\#(subcode),"fbtrace_id":"T"}}"#)
            }
            if text.contains("BADfbclid") { return (refusal(2_804_001), .zero) }
            if text.contains("\"lead_id\":999") { return (refusal(2_804_036), .zero) }
            return (Platforms.metaTakes(transfer), .zero)
        }
        var event = Samples.event
        change(&event)
        if leads.count > 1 { bench.add(leads.dropLast()) }
        bench.add([leads.upperBound], event)
        bench.run()
        return bench
    }

    private func last(_ bench: DispatchBench) throws -> JSON {
        try #require(Samples.json(bench.transport.requests.last!)["data"]?[0])
    }

    @Test func `is sent once more without its click id`() throws {
        let bench = bench({ $0.click.fbclid = "BADfbclid" }, leads: 1...1)
        #expect(bench.store.count("meta", .delivered) == 1 && bench.transport.requests.count == 2)
        let user = try last(bench)["user_data"]
        #expect(user?["fbc"] == nil && user?["fbp"] != nil && user?["em"] != nil)
        #expect(bench.lines.withLock { $0 }.contains { $0.contains("delivery.amended") && $0.contains("without=fbc") })
    }

    @Test func `is sent once more without its lead id`() throws {
        let bench = bench({ $0.click.metaLeadID = "999456789012345" }, leads: 1...1)
        #expect(bench.store.count("meta", .delivered) == 1 && bench.transport.requests.count == 2)
        #expect(try last(bench)["user_data"]?["lead_id"] == nil)
    }

    @Test func `is found among others first`() {
        let bench = bench({ $0.click.fbclid = "BADfbclid" }, leads: 1...100)
        #expect(bench.store.count("meta", .delivered) == 100)
        #expect(bench.transport.requests.count <= 2 * 7 + 3)
    }

    @Test func `is rejected if it is nothing without it`() {
        let bench = bench(
            { event in
                event.click = LeadEvent.Click()
                event.click.fbclid = "BADfbclid"
                event.person = LeadEvent.Person()
                event.person.firstName = "Jane"
                event.client.ip = nil
            }, leads: 1...1)
        #expect(bench.store.count("meta", .rejected) == 1 && bench.transport.requests.count == 1)
        #expect(bench.store.owed("meta", 1)?.receipt?.code == "100/2804001")
    }

    @Test func `is rejected if it is refused for it a second time`() {
        let bench = DispatchBench([Samples.meta])
        bench.transport["http://meta.test"] = { _, _ in
            (Platforms.answer(400, #"{"error":{"message":"m","code":100,"error_subcode":2804001}}"#), .zero)
        }
        bench.add([1])
        bench.run()
        #expect(bench.store.count("meta", .rejected) == 1 && bench.transport.requests.count == 2)
    }
}

@Suite struct `An event that is about to turn seven days old` {
    @Test func `is not owed to Meta any more, so that it sinks no batch`() {
        var old = Samples.event
        old.occurredAt = .start - .days(7) + .minutes(10)
        let dimension = Dimension(source: "site")
        #expect(Samples.meta.decision(on: old, dimension: dimension, country: nil, now: .start) == .skip(.tooOld))
        old.occurredAt = .start - .days(7) + .minutes(11)
        #expect(
            Samples.meta.decision(on: old, dimension: dimension, country: nil, now: .start)
                == .open(notBefore: .start, expires: .start + .minutes(1)))
    }

    /// Even one that waits for its turn: what has expired by the time of sending has gone back and ends as expired.
    @Test func `is in no request, however long it had to wait`() throws {
        var meta = Samples.meta
        meta.pace.concurrency = 1
        meta.pace.batch = 10
        let bench = DispatchBench([meta])
        bench.transport["http://meta.test"] = { transfer, now in
            for event in try! Samples.json(transfer)["data"]!.array! {
                #expect(now.seconds - event["event_time"]!.integer! <= 7 * 86_400)
            }
            return (Platforms.answer(503, "busy"), .seconds(50))
        }
        var old = Samples.event
        old.occurredAt = .start - .days(7) + .minutes(14)
        bench.add(1...200, expires: .minutes(4), old)
        bench.run(for: .hours(1))
        #expect(bench.store.count("meta", .expired) == 200)
        #expect(bench.transport.requests.count > 3)
    }
}
