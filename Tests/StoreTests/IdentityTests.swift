import Domain
import Service
import Store
import TestSupport
import Testing

/// What becomes of posts under one id, in the store.
@Suite struct `Leads under one id` {
    /// A ledger whose leads are judged as they are written here.
    final class Stage {
        let bench: Bench
        private var receipts = 0

        init() throws {
            bench = try Bench()
            var policy = IdentityPolicy()
            policy.browserSources = ["page"]
            policy.destinations = [
                "google": .init(memory: .endless, adjusts: true) { event, _ in event },
                "meta": .init(memory: .lasting(.hours(48)), adjusts: false) { event, _ in
                    event == "sale" ? "Purchase" : "Lead"
                },
                "crm": .init(memory: .none, adjusts: false) { event, _ in event },
            ]
            try bench.ledger.validation.configureIdentity(policy)
        }

        struct Event {
            var source = "server"
            var id = "14"
            var event = "lead"
            var person = "a@x.de"
            var value: String?
            var restates = false
            var isTest = false
            var sender = "s"
            var reuse = Source.ReusedIDs.own
            var extra = ""
            var body: String {
                let money = value.map { ",\"value\":\($0),\"currency\":\"EUR\"" } ?? ""
                return
                    "{\"event_id\":\"\(id)\",\"event\":\"\(event)\",\"person\":{\"email\":\"\(person)\"}\(money)\(extra)}"
            }
        }

        @discardableResult
        func post(_ event: Event = Event(), owing destinations: [String] = ["google", "meta", "crm"]) throws -> LeadID {
            let id = try bench.append([event.body], source: event.source)[0]
            try judge(owing: destinations) { _ in event }
            return id
        }

        func judge(owing destinations: [String], _ eventOf: (LeadID) -> Event) throws {
            let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 100)
            _ = try bench.ledger.validation.judge(
                rows.map { row in
                    let event = eventOf(row.id)
                    var lead = Lead(
                        id: row.id, source: event.source, receivedAt: row.submission.receivedAt, eventID: event.id,
                        event: event.event, occurredAt: row.submission.receivedAt, isTest: event.isTest,
                        dimension: Dimension(source: event.source), payload: row.submission.body,
                        quality: [.email],
                        routes: destinations.map {
                            Route($0, .open(notBefore: bench.time.now, expires: bench.time.now + .days(7)))
                        })
                    let read = LeadEvent(payload: row.submission.body, receivedAt: row.submission.receivedAt)!
                    let plain = EventIdentity(
                        read, country: nil, sender: event.source == "page" ? event.sender : nil)
                    for entry in plain.entries {
                        var hash = FNV1a()
                        hash.add(entry.mark.utf8)
                        lead.identification.identity.add(entry.aspect, UInt32(truncatingIfNeeded: hash.hash))
                    }
                    lead.identification.isFromBrowser = event.source == "page"
                    lead.identification.restates = event.restates
                    lead.identification.reuse = event.reuse
                    return (row, .lead(lead))
                })
            #expect(bench.ledger.books.imbalances == [])
        }

        /// What each destination is told now: the event ids of what is due, in order.
        func told(_ destination: String) throws -> [String] {
            let claim = try bench.ledger.deliveries.claim(destination, limit: 100, lease: .seconds(60))
            let parcels = try bench.ledger.reader().parcels(claim.deliveries.map(\.lead))
            receipts += 1
            _ = try bench.ledger.deliveries.settle(
                claim.id,
                claim.deliveries.map {
                    Settlement(lead: $0.lead, end: .outcome(.delivered), receipt: Receipt(status: 200))
                })
            return parcels.map { $0.aliases[destination] ?? $0.eventID }
        }

        func story(_ id: LeadID) throws -> LeadHistory { try #require(try bench.ledger.reader().story(id)) }

        func figures() throws -> [Tally: Int64] {
            var counts: [Tally: Int64] = [:]
            let reader = try bench.ledger.reader()
            for tally in [Tally.lead, .duplicate, .reusedID, .corrected, .adjusted, .withEmail] {
                counts[tally] = try reader.sum(tally)
            }
            return counts
        }

        func checkAudit() throws {
            let audit = try bench.ledger.reader().audit()
            #expect(audit.faults == [])
        }
    }

    @Test func `a repetition is kept with its bytes and what is different, and told once`() throws {
        let stage = try Stage()
        let first = try stage.post()
        let same = try stage.post()
        let other = try stage.post(Stage.Event(extra: ",\"custom\":{\"attempt\":2}"))
        let again = try stage.post(Stage.Event(extra: ",\"custom\":{\"attempt\":2}"))
        #expect(try stage.told("google") == ["14"])
        #expect(try stage.story(first).duplicates == [same, other, again])
        #expect(try stage.story(other).difference == "differs in custom")
        let reader = try stage.bench.ledger.reader()
        for (id, extra) in [
            (first, ""), (same, ""), (other, ",\"custom\":{\"attempt\":2}"), (again, ",\"custom\":{\"attempt\":2}"),
        ] {
            #expect(try reader.postedBytes(id) == Array(Stage.Event(extra: extra).body.utf8))
        }
        #expect(try stage.figures()[.duplicate] == 3)
        try stage.checkAudit()
    }

    @Test func `another person under the id is a lead of its own, under an id of its own at the platforms`() throws {
        let stage = try Stage()
        let first = try stage.post()
        let second = try stage.post(Stage.Event(person: "b@x.de"))
        let third = try stage.post(Stage.Event(person: "c@x.de"))
        #expect(try stage.told("google") == ["14", "\(second)", "\(third)"])
        #expect(try stage.told("meta") == ["14", "\(second)", "\(third)"])
        // Nobody recognises anything by it there.
        #expect(try stage.told("crm") == ["14", "14", "14"])
        #expect(try stage.story(first).later.map(\.kinship) == [.reuse])
        #expect(try stage.story(second).first == LeadHistory.Kin(kinship: .reuse, lead: first))
        guard case .lead(let facts) = try stage.story(first).place else { Issue.record("no lead"); return }
        #expect(facts.notes.contains("event_id was used again, for lead \(second): another person or deal"))
        let figures = try stage.figures()
        #expect((figures[.lead], figures[.reusedID]) == (3, 2))
        // Their repetitions are theirs.
        try stage.post(Stage.Event(person: "b@x.de"))
        #expect(try stage.story(second).duplicates.count == 1)
        #expect(try stage.told("google") == [])
        try stage.checkAudit()
    }

    @Test func `another event under the id is another lead`() throws {
        let stage = try Stage()
        try stage.post()
        let sale = try stage.post(Stage.Event(event: "sale", value: "900"))
        #expect(try stage.told("google") == ["14", "14"])
        #expect(try stage.told("meta") == ["14", "14"])
        // The platform calls both by one name there, and would drop the second.
        let call = try stage.post(Stage.Event(event: "call"))
        #expect(try stage.told("meta") == ["\(call)"])
        #expect(try stage.told("google") == ["14"])
        #expect(try stage.story(sale).first == nil)
        #expect(try stage.figures()[.lead] == 3)
    }

    @Test func `a test is no earlier post of what counts`() throws {
        let stage = try Stage()
        try stage.post(Stage.Event(isTest: true), owing: [])
        try stage.post()
        #expect(try stage.told("google") == ["14"])
        #expect(try stage.figures()[.lead] == 1)
    }

    @Test func `a correction takes the first one's place while nothing was sent`() throws {
        let stage = try Stage()
        let first = try stage.post(Stage.Event(source: "page", person: "a@gmial.com"))
        let second = try stage.post(Stage.Event(source: "page", person: "a@gmail.com"))
        let claim = try stage.bench.ledger.deliveries.claim("google", limit: 9, lease: .seconds(60))
        #expect(claim.deliveries.map(\.lead) == [second])
        #expect(try stage.bench.ledger.reader().parcels([second])[0].aliases == [:])
        let ended = try stage.story(first).deliveries.map(\.state)
        for state in ended {
            guard case .ended(.skipped, _, _, let receipt) = state else { continue }
            #expect(receipt.code == "superseded")
        }
        #expect(try stage.story(second).first == LeadHistory.Kin(kinship: .correction, lead: first))
        let figures = try stage.figures()
        #expect((figures[.lead], figures[.corrected], figures[.withEmail]) == (1, 1, 1))
        try stage.checkAudit()
    }

    @Test func `a correction of what was sent goes out under an id of its own, and counts alone`() throws {
        let stage = try Stage()
        let first = try stage.post(Stage.Event(source: "page", person: "a@gmial.com"))
        #expect(try stage.told("google") == ["14"])
        stage.bench.time.advance(.minutes(9))
        let second = try stage.post(Stage.Event(source: "page", person: "a@gmail.com"))
        #expect(try stage.told("google") == ["\(second)"])
        // Nothing was sent there yet.
        #expect(try stage.told("meta") == ["14"])
        #expect(try stage.figures()[.lead] == 1)
        // The first, tried once more by the network, is a repetition of the first.
        try stage.post(Stage.Event(source: "page", person: "a@gmial.com"))
        #expect(try stage.story(first).duplicates.count == 1)
        // A correction of the correction.
        let third = try stage.post(Stage.Event(source: "page", person: "a@gmail.de"))
        #expect(try stage.story(third).first?.lead == second)
        #expect(try stage.figures()[.lead] == 1)
        try stage.checkAudit()
    }

    @Test func `a restated value adjusts where the platform takes it, and is no further lead`() throws {
        let stage = try Stage()
        let first = try stage.post(Stage.Event(value: "10"))
        #expect(try stage.told("google") == ["14"])
        #expect(try stage.told("meta") == ["14"])
        let second = try stage.post(Stage.Event(value: "20", restates: true))
        #expect(try stage.told("google") == ["14"])
        #expect(try stage.told("meta") == [])
        let meta = try #require(try stage.story(second).deliveries.first { $0.destination == "meta" })
        guard case .ended(.skipped, _, _, let receipt) = meta.state else { Issue.record("not skipped"); return }
        #expect(receipt.code == "not_adjustable")
        #expect(try stage.story(second).first == LeadHistory.Kin(kinship: .adjustment, lead: first))
        let figures = try stage.figures()
        #expect((figures[.lead], figures[.adjusted]) == (1, 1))
        // Without being asked to, another value is another deal.
        let third = try stage.post(Stage.Event(value: "30"))
        #expect(try stage.told("google") == ["\(third)"])
        try stage.checkAudit()
    }

    @Test func `a restated value that nothing was sent of replaces the first`() throws {
        let stage = try Stage()
        try stage.post(Stage.Event(value: "10"))
        let second = try stage.post(Stage.Event(value: "20", restates: true))
        for destination in ["google", "meta"] {
            let claim = try stage.bench.ledger.deliveries.claim(destination, limit: 9, lease: .seconds(60))
            #expect(claim.deliveries.map(\.lead) == [second])
        }
    }

    @Test func `an old value is not sent again after it was restated`() throws {
        let stage = try Stage()
        let first = try stage.post(Stage.Event(value: "10"))
        let claim = try stage.bench.ledger.deliveries.claim("google", limit: 9, lease: .seconds(60))
        let second = try stage.post(Stage.Event(value: "20", restates: true))
        // The attempt that was under way when the value changed has failed.
        _ = try stage.bench.ledger.deliveries.settle(
            claim.id,
            [
                Settlement(
                    lead: first, end: .retry(due: stage.bench.time.now, cause: .platformFault, uncertain: true),
                    receipt: Receipt(status: 500))
            ])
        let next = try stage.bench.ledger.deliveries.claim("google", limit: 9, lease: .seconds(60))
        #expect(next.deliveries.map(\.lead) == [second])
        try stage.checkAudit()
    }

    @Test func `where a restated value is not taken, the first is tried until it is there`() throws {
        let stage = try Stage()
        let first = try stage.post(Stage.Event(value: "10"))
        let claim = try stage.bench.ledger.deliveries.claim("meta", limit: 9, lease: .seconds(60))
        try stage.post(Stage.Event(value: "20", restates: true))
        _ = try stage.bench.ledger.deliveries.settle(
            claim.id,
            [
                Settlement(
                    lead: first, end: .retry(due: stage.bench.time.now, cause: .platformFault, uncertain: true),
                    receipt: Receipt(status: 500))
            ])
        #expect(
            try stage.bench.ledger.deliveries.claim("meta", limit: 9, lease: .seconds(60)).deliveries.map(\.lead) == [
                first
            ])
        try stage.checkAudit()
    }

    @Test func `an adjustment is told under the id that the first had there`() throws {
        let stage = try Stage()
        try stage.post()
        let second = try stage.post(Stage.Event(person: "b@x.de", value: "10"))
        _ = try stage.told("google")
        try stage.post(Stage.Event(person: "b@x.de", value: "20", restates: true))
        #expect(try stage.told("google") == ["\(second)"])
    }

    @Test func `two sources share an id for one person, and not for two`() throws {
        let stage = try Stage()
        try stage.post(Stage.Event(source: "page"))
        try stage.post(Stage.Event(source: "server"))
        #expect(try stage.told("meta") == ["14", "14"])
        try stage.post(Stage.Event(source: "other", person: "c@x.de"))
        #expect(try stage.told("meta") == ["other:14"])
        #expect(try stage.told("google") == ["14", "14", "other:14"])
        // Two days later Meta has forgotten; Google has not.
        stage.bench.time.advance(.hours(49))
        try stage.post(Stage.Event(source: "late", person: "d@x.de"))
        #expect(try stage.told("meta") == ["14"])
        #expect(try stage.told("google") == ["late:14"])
        #expect(try stage.figures()[.lead] == 4)
    }

    @Test func `a page's id stays what its pixel sent, if the other was not told yet`() throws {
        let stage = try Stage()
        try stage.post(Stage.Event(source: "server", person: "b@x.de"))
        try stage.post(Stage.Event(source: "page"))
        #expect(try stage.told("meta") == ["server:14", "14"])
        #expect(try stage.told("google") == ["server:14", "14"])
    }

    @Test func `a source may leave it to people`() throws {
        let stage = try Stage()
        let first = try stage.post()
        let second = try stage.post(Stage.Event(person: "b@x.de", reuse: .quarantine))
        let third = try stage.post(Stage.Event(person: "c@x.de", reuse: .quarantine))
        let event = try #require(try stage.bench.ledger.reader().quarantined(second))
        #expect((event.reason, event.first) == ("id_reused", first))
        #expect(try stage.told("google") == ["14"])

        #expect(try stage.bench.ledger.quarantine.release([second], as: .own, note: "another") == [second])
        try stage.judge(owing: ["google"]) { _ in Stage.Event(person: "b@x.de", reuse: .quarantine) }
        #expect(try stage.told("google") == ["\(second)"])
        #expect(try stage.story(second).first?.kinship == .reuse)

        #expect(try stage.bench.ledger.quarantine.release([third], as: .correction, note: "mistyped") == [third])
        try stage.judge(owing: ["google"]) { _ in Stage.Event(person: "c@x.de", reuse: .quarantine) }
        #expect(try stage.story(third).first == LeadHistory.Kin(kinship: .correction, lead: first))
        #expect(try stage.figures()[.lead] == 2)
        try stage.checkAudit()
    }

    @Test func `after its data has gone, an identity still tells people apart`() throws {
        let stage = try Stage()
        let first = try stage.post(Stage.Event(value: "10"))
        _ = try stage.told("google")
        _ = try stage.told("meta")
        _ = try stage.told("crm")
        stage.bench.time.advance(.days(8))
        while try stage.bench.ledger.retention.purge() {}
        #expect(try stage.bench.ledger.reader().postedBytes(first) == nil)
        try stage.post(Stage.Event(value: "10"))
        let other = try stage.post(Stage.Event(person: "b@x.de", value: "10"))
        let more = try stage.post(Stage.Event(value: "11"))
        #expect(try stage.story(first).duplicates.count == 1)
        #expect(try stage.told("google") == ["\(other)", "\(more)"])
        // The bytes of a repetition go with their own age.
        let repetition = try stage.story(first).duplicates[0]
        #expect(try stage.bench.ledger.reader().postedBytes(repetition) != nil)
        stage.bench.time.advance(.days(8))
        while try stage.bench.ledger.retention.purge() {}
        #expect(try stage.bench.ledger.reader().postedBytes(repetition) == nil)
        try stage.checkAudit()
    }

    @Test func `erasing a lead erases the bytes of its repetitions and what it was compared by`() throws {
        let stage = try Stage()
        let first = try stage.post()
        let again = try stage.post(Stage.Event(extra: ",\"custom\":{\"n\":2}"))
        _ = try stage.bench.ledger.retention.erase([first])
        let reader = try stage.bench.ledger.reader()
        #expect(try reader.postedBytes(first) == nil)
        #expect(try reader.postedBytes(again) == nil)
        #expect(try stage.story(again).difference == "")
        // Nothing is known of it any more: the next is a new lead.
        let next = try stage.post()
        #expect(try stage.story(next).first == nil)
        try stage.checkAudit()
    }

    /// For any posts under one id, nothing vanishes: each post's bytes are found, and each person is told somewhere
    /// under an id that nobody else has there.
    @Test(arguments: 0..<12)
    func `nothing vanishes under one id`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let stage = try Stage()
        var posted: [(id: LeadID, event: Stage.Event)] = []
        var told: [String: [String: Set<String>]] = [:]
        func drain() throws {
            for destination in ["google", "meta"] {
                let claim = try stage.bench.ledger.deliveries.claim(destination, limit: 100, lease: .seconds(60))
                for parcel in try stage.bench.ledger.reader().parcels(claim.deliveries.map(\.lead)) {
                    let event = try JSON(parsing: parcel.payload)
                    let name = event["event"]?.string ?? ""
                    let key =
                        "\(destination == "meta" ? (name == "sale" ? "Purchase" : "Lead") : name) \(parcel.aliases[destination] ?? parcel.eventID)"
                    told[destination, default: [:]][key, default: []].insert(event["person"]?["email"]?.string ?? "")
                }
                _ = try stage.bench.ledger.deliveries.settle(
                    claim.id,
                    claim.deliveries.map {
                        Settlement(lead: $0.lead, end: .outcome(.delivered), receipt: Receipt(status: 200))
                    })
            }
        }
        for _ in 0..<40 {
            let event = Stage.Event(
                source: ["page", "server", "other"].randomElement(using: &random)!,
                event: ["lead", "sale"].randomElement(using: &random)!,
                person: ["a@x.de", "b@x.de", "c@x.de"].randomElement(using: &random)!,
                value: [nil, "10", "20"].randomElement(using: &random)!,
                restates: Int.random(in: 0..<4, using: &random) == 0,
                sender: ["s", "t"].randomElement(using: &random)!,
                extra: ["", ",\"custom\":{\"n\":1}"].randomElement(using: &random)!)
            posted.append((try stage.post(event, owing: ["google", "meta"]), event))
            if Bool.random(using: &random) { try drain() }
            stage.bench.time.advance(.seconds(Int64.random(in: 0...900, using: &random)))
        }
        try drain()
        let reader = try stage.bench.ledger.reader()
        for (id, event) in posted { #expect(try reader.postedBytes(id) == Array(event.body.utf8)) }
        for (destination, ids) in told {
            for (key, people) in ids {
                #expect(people.count == 1, "\(destination) was told of \(people) as \(key)")
            }
        }
        try stage.checkAudit()
    }
}

extension Reader {
    fileprivate func sum(_ tally: Tally) throws -> Int64 {
        let always = Instant(milliseconds: 0)..<Instant(milliseconds: .max)
        return try statistics(always, limit: 10_000).reduce(0) { $0 + ($1.tally == tally ? Int64($1.count) : 0) }
    }
}
