import Configuration
import Crypto
import Domain
import HTTP
import Intake
import Service
import Store

/// Finding leads, watching them come, and erasing a person.
enum LeadOperations {
    static let all: [Operation] = [
        Operation(
            .get, "/api/live", needs: .readLeads, query: ["limit", "source", "client", "state"], live),
        // A post, because what is looked for is personal and does not belong into an address.
        Operation(.post, "/api/leads/search", needs: .readLeads, search),
        Operation(.post, "/api/leads/{id}/junk", needs: .changeQuarantine, tellJunk),
        Operation(
            .post, "/api/leads/erase", needs: .eraseLeads, isLong: true, forAllClients: true, trace: traceErase, erase),
    ]

    // MARK: Live

    /// Events looked at, when some are filtered out.
    private static let liveWindow = 500

    @Sendable private static func live(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let limit = try call.limit(50, atMost: 200)
        let view = relay.view(of: call.clients)
        let (source, client, state) = (wanted("source", call), wanted("client", call), wanted("state", call))
        var rows: [(event: RecentEvent, row: JSON)] = []
        for event in try reader.recent(limit: liveWindow) where rows.count < limit {
            let row = try live(event, call, view, reader)
            guard let row, source == nil || row["source"]?.string == source,
                client == nil || row["client"]?.string == client, state == nil || row["state"]?.string == state
            else { continue }
            rows.append((event, row))
        }
        let titles = try reader.titles(
            of: rows.compactMap { $0.event.dimension.map { DisplayNames.Key($0.client, .group, $0.group) } })
        let named = rows.map { event, row -> JSON in
            let dimension = event.dimension
            return .object(
                (row.object ?? []) + (dimension.map { titles.members($0.client, .group, $0.group) } ?? []))
        }
        return ["events": .array(named), "looked_at": JSON(liveWindow)]
    }

    private static func wanted(_ name: String, _ call: Operation.Call) -> String? {
        call.query[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func live(_ event: RecentEvent, _ call: Operation.Call, _ view: ClientView, _ reader: Reader) throws
        -> JSON?
    {
        var members = [
            JSON.Member("id", .string(event.id.description)), JSON.Member("source", .string(event.source)),
            JSON.Member("received_at", .string(event.receivedAt.rfc3339)),
        ]
        func add(_ name: String, _ value: JSON) { members.append(JSON.Member(name, value)) }
        if case .lead(let name, let isTest, let dimension, let payload) = event.kind {
            guard view.clients.isAll || view.clients.contains(dimension.client) else { return nil }
            add("state", "lead")
            add("client", .string(dimension.client))
            add("group", .string(dimension.group))
            add("event", .string(name))
            add("test", .bool(isTest))
            let lead = payload.flatMap { LeadEvent(payload: $0, receivedAt: event.receivedAt) }
            let shown = call.caller.may(.readPersonal) ? lead : lead?.masked
            add("email", shown?.person.email.map { .string($0) } ?? .null)
            add("phone", shown?.person.phone.map { .string($0) } ?? .null)
            let deliveries = try reader.story(event.id)?.deliveries ?? []
            add(
                "deliveries",
                .array(
                    deliveries.filter { view.shows(destination: $0.destination) }.map {
                        ["destination": .string($0.destination), "state": .string(StoryJSON.word(for: $0.state))]
                    }))
            return .object(members)
        }
        guard view.shows(source: event.source) else { return nil }
        add("client", view.configuration.sources.first { $0.name == event.source }.map { .string($0.client) } ?? .null)
        switch event.kind {
        case .inbox: add("state", "inbox")
        case .duplicate(let original):
            add("state", "duplicate")
            add("duplicate_of", .string(original.description))
        case .quarantined(let reason, let state):
            add("state", .string(state == .open ? "quarantined" : state.rawValue))
            add("reason", .string(reason))
        case .lead: break
        }
        return .object(members)
    }

    // MARK: Junk

    private static let longestNote = 500

    /// A person tells that a lead is junk although it has gone out, or that it is none after all. Kept for a later
    /// retraction; nothing is sent.
    @Sendable private static func tellJunk(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let id = try call.leadID()
        guard let story = try reader.story(id), relay.view(of: call.clients).shows(story) else {
            throw Problem(.notFound, "There is no event with this id, or it has been purged.")
        }
        guard case .lead = story.place else {
            throw Problem(
                .conflict, "This event is no lead. Discard it in quarantine: leadrelay quarantine discard \(id).")
        }
        let isJunk = call.body["junk"]?.bool ?? true
        let note = String((call.body["note"]?.string ?? "").prefix(longestNote))
        guard try relay.ledger.tellJunk(id, isJunk: isJunk, by: call.actor, note: note) else {
            throw Problem(.notFound, "There is no event with this id, or it has been purged.")
        }
        relay.log.info(isJunk ? "lead.marked_junk" : "lead.unmarked_junk", ["lead": id.description, "by": call.actor])
        return ["id": .string(id.description), "junk": .bool(isJunk)]
    }

    // MARK: Search

    private static let mostFound = 100
    /// The newest quarantined events whose text is looked through.
    private static let quarantineWindow = 2000
    private static let longestQuery = 512

    /// By our id, the sender's id, an e-mail address, a telephone number or a click id.
    @Sendable private static func search(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        guard let query = call.body["q"]?.string?.trimmed, !query.isEmpty, query.utf8.count <= longestQuery else {
            throw Problem(
                .requestUnusable,
                "\"q\" is an id, an e-mail address, a telephone number or a click id of at most \(longestQuery) bytes.",
                invalid: "q")
        }
        let view = relay.view(of: call.clients)
        let key = try reader.fingerprintKey()
        let countries = view.configuration.countries
        var ids = try reader.leads(
            with: LeadIdentifier.meant(by: query, countries: countries).flatMap { Fingerprint.all(of: $0, key) },
            limit: mostFound)
        ids += try reader.leads(eventID: query, limit: mostFound)
        if let id = LeadID(query) { ids.insert(id, at: 0) }
        if call.caller.may(.readQuarantine) {
            let search = SpellingSearch(query, countries: countries)
            ids += try reader.quarantine(among: quarantineWindow) { search.matches(SpellingSearch.Body($0)) }
        }
        var seen: Set<LeadID> = []
        var rows: [JSON] = []
        for id in ids where seen.insert(id).inserted && rows.count < mostFound {
            guard let story = try reader.story(id), view.shows(story) else { continue }
            let shown = StoryJSON.story(story.masked)
            rows.append(
                .object(
                    ["id", "state", "source", "received_at", "event", "reason", "duplicate_of"].compactMap { name in
                        shown[name].map { JSON.Member(name, $0) }
                    } + [JSON.Member("client", shown["dimension"]?["client"] ?? .null)]))
        }
        return ["leads": .array(rows), "more": .bool(ids.count >= mostFound)]
    }

    // MARK: Erasing

    private static let eraseStep = 100
    private static let scanStep = 1000
    /// So long it is waited for events that have not been judged; what is left then is told as `waiting`.
    private static let erasePatience: Duration = .seconds(60)
    private static let eraseLook: Duration = .milliseconds(50)

    /// Finds everything of a person that still holds personal data, whatever the index says, and takes it out.
    @Sendable private static func erase(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let configuration = relay.configuration.withLock { $0 }
        let key = try reader.fingerprintKey()
        var wanted = Wanted(key: key, configuration: configuration)
        for name in ["email", "phone", "click_id"] {
            guard let text = call.body[name]?.string?.trimmed, !text.isEmpty else { continue }
            guard text.utf8.count <= longestQuery else {
                throw Problem(.requestUnusable, "\"\(name)\" is too long.", invalid: name)
            }
            guard wanted.add(name, text) else {
                throw Problem(.requestUnusable, "\"\(name)\" cannot be read as one.", invalid: name)
            }
        }
        if let id = call.body["id"]?.string {
            guard let id = LeadID(id), try reader.story(id) != nil else {
                throw Problem(.notFound, "There is no event with this id.")
            }
            wanted.ids.insert(id)
        }
        guard !wanted.isEmpty else {
            throw Problem(.requestUnusable, "Give \"email\", \"phone\", \"click_id\" or \"id\".")
        }
        // Nobody knows whose an event is before it has been judged. So everything that had come by now is waited for,
        // and looked for then: what is judged meanwhile is not missed, however it is written.
        let newest = relay.ledger.newestID
        let deadline = Clock.monotonic + erasePatience
        var waiting = try reader.inboxCount(upTo: newest)
        while waiting > 0, Clock.monotonic < deadline {
            _ = Locked(false).wait(atMost: eraseLook) { $0 ? true : nil }
            waiting = try reader.inboxCount(upTo: newest)
        }
        var erased = Erased()
        let leads = try wanted.leads(reader)
        for start in stride(from: 0, to: leads.count, by: eraseStep) {
            erased += try relay.ledger.erase(Array(leads[start..<min(start + eraseStep, leads.count)]))
        }
        let quarantined = try wanted.quarantined(reader)
        for start in stride(from: 0, to: quarantined.count, by: eraseStep) {
            erased.quarantined += try relay.ledger.eraseQuarantined(
                Array(quarantined[start..<min(start + eraseStep, quarantined.count)]))
        }
        relay.log.info(
            "lead.erased", ["leads": "\(erased.leads)", "quarantined": "\(erased.quarantined)", "by": call.actor])
        let isNothing = erased.leads + erased.quarantined == 0
        let unseen = waiting > 0 ? ", \(waiting) not judged yet" : ""
        let proof = try relay.ledger.note(
            AuditEntry(
                at: relay.now, actor: call.actor, address: call.address, action: "erased", subject: wanted.proof,
                detail:
                    "\(erased.leads) leads, \(erased.quarantined) quarantined, \(erased.stopped) deliveries stopped\(unseen)",
                outcome: isNothing ? "nothing found" : "done"))
        return [
            "leads": JSON(erased.leads), "quarantined": JSON(erased.quarantined),
            "deliveries_stopped": JSON(erased.stopped), "in_flight": JSON(erased.inFlight), "waiting": JSON(waiting),
            "delivered": .object(
                erased.delivered.sorted { $0.key < $1.key }.map { JSON.Member($0.key, JSON($0.value)) }),
            "proof": JSON(proof), "fingerprints": .string(wanted.proof),
        ]
    }

    @Sendable private static func traceErase(_ call: Operation.Call) -> String {
        ["email", "phone", "click_id", "id"].filter { call.body[$0] != nil && call.body[$0] != .null }
            .joined(separator: ", ")
    }

    /// Whose data is to go.
    private struct Wanted {
        let key: [UInt8]
        let configuration: Configuration
        var ids: Set<LeadID> = []
        private var fingerprints: Set<Int64> = []
        /// As they were given: for what could not be read as an event.
        private var texts: [SpellingSearch] = []

        init(key: [UInt8], configuration: Configuration) {
            self.key = key
            self.configuration = configuration
        }

        var isEmpty: Bool { ids.isEmpty && fingerprints.isEmpty }

        /// What the audit log keeps: whoever has the database can check that this very person was erased, nobody can
        /// read who it was.
        var proof: String {
            let parts = fingerprints.sorted().map { String(UInt64(bitPattern: $0), radix: 16) }
            return (parts + ids.map(\.description).sorted()).joined(separator: " ")
        }

        /// False if the text is none of that kind.
        mutating func add(_ name: String, _ text: String) -> Bool {
            let kind = ["email": LeadIdentifier.Kind.email, "phone": .phone][name] ?? .click
            let meant = LeadIdentifier.meant(by: text, countries: configuration.countries).filter { $0.kind == kind }
            for identifier in meant { fingerprints.formUnion(Fingerprint.all(of: identifier, key)) }
            texts.append(SpellingSearch(text, countries: configuration.countries))
            return !meant.isEmpty
        }

        private func isWanted(_ event: LeadEvent?, source: String) -> Bool {
            let country = configuration.sources.first { $0.name == source }?.country
            return event?.identifiers(country: country).contains { identifier in
                Fingerprint.all(of: identifier, key).contains(where: fingerprints.contains)
            } ?? false
        }

        private func contains(_ body: [UInt8]) -> Bool {
            let body = SpellingSearch.Body(body)
            return texts.contains { $0.matches(body) }
        }

        /// Those that the index knows, and those that are older than it.
        func leads(_ reader: Reader) throws -> [LeadID] {
            var found = ids
            if !fingerprints.isEmpty {
                // A repetition that says what its lead does not is the same person's.
                for id in try reader.leads(with: Array(fingerprints), limit: .max) {
                    if let lead = try reader.lead(behind: id) { found.insert(lead) }
                }
                func look(_ parcel: LeadPayload) {
                    if isWanted(
                        LeadEvent(payload: parcel.payload, receivedAt: parcel.receivedAt), source: parcel.source)
                    {
                        found.insert(parcel.id)
                    }
                }
                var place = try reader.clearedTo()
                while true {
                    let parcels = try reader.uncleared(after: place, limit: LeadOperations.scanStep)
                    parcels.forEach(look)
                    guard let last = parcels.last else { break }
                    place = (last.receivedAt, last.id)
                }
                var reached = LeadID(rawValue: 0)
                while true {
                    let late = try reader.late(after: reached, limit: LeadOperations.scanStep)
                    try reader.parcels(late).forEach(look)
                    guard let last = late.last else { break }
                    reached = last
                }
            }
            return found.sorted()
        }

        func quarantined(_ reader: Reader) throws -> [LeadID] {
            var found: [LeadID] = []
            var place = LeadID(rawValue: 0)
            while true {
                let step = try reader.unclearedQuarantine(after: place, limit: LeadOperations.scanStep)
                for id in step {
                    guard let event = try reader.quarantined(id) else { continue }
                    let source = configuration.sources.first { $0.name == event.source }
                    let document = try? QuarantineOperations.document(of: event, source)
                    let read = document.flatMap { LeadEvent(payload: $0.bytes, receivedAt: event.receivedAt) }
                    if ids.contains(id) || isWanted(read, source: event.source)
                        || event.texts.contains(where: contains)
                    {
                        found.append(id)
                    }
                }
                guard let last = step.last else { break }
                place = last
            }
            return found
        }

    }
}

extension QuarantinedEvent {
    /// Everything in it that may name somebody: as it was posted, as its character set says, the query of its address,
    /// and what somebody has made of it.
    fileprivate var texts: [[UInt8]] {
        var texts = [body, Array(query.utf8)]
        if let edited { texts.append(edited) }
        let decoded = submission.decoded
        if let text = decoded.text { texts.append(text) }
        if case .pairs(let pairs) = decoded.content {
            texts.append(Array(pairs.map { "\($0.name)\n\($0.value)" }.joined(separator: "\n").utf8))
        }
        return texts.filter { !$0.isEmpty }
    }
}

/// The first eight bytes of a keyed hash: enough to find, not enough to read.
enum Fingerprint {
    static func of(_ identifier: LeadIdentifier, _ key: [UInt8]) -> Int64 { of(identifier.key, key) }

    static func of(_ text: String, _ key: [UInt8]) -> Int64 {
        let hash = HMAC.sha256(key: key, message: Array(text.utf8))
        return Int64(bitPattern: hash.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    /// Also of the hash that a sender may have given instead of the value.
    static func all(of identifier: LeadIdentifier, _ key: [UInt8]) -> [Int64] {
        guard identifier.kind != .click else { return [of(identifier, key)] }
        return [
            of(identifier, key), of(LeadIdentifier(identifier.kind, SHA256.hex(of: identifier.text)), key),
        ]
    }
}

extension RecentEvent {
    /// What it is counted under, if it is a lead.
    fileprivate var dimension: Dimension? {
        if case .lead(_, _, let dimension, _) = kind { dimension } else { nil }
    }
}

extension Configuration {
    /// Whose national telephone numbers may be meant.
    var countries: [String] { Array(Set(sources.compactMap(\.country) + clients.compactMap(\.country))).sorted() }
}
