import Configuration
import Crypto
import Domain
import HTTP
import Intake
import Service
import Store

/// Finding leads, watching them come, and erasing a person.
enum LeadOperations {
    static let all: [any AnyHandler] = [
        Handlers.liveEvents, Handlers.lead, Handlers.searchLeads, Handlers.markJunk, Handlers.replay,
        Handlers.eraseLeads,
    ]

    // MARK: One

    @Sendable static func lead(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> LeadAnswer {
        let view = relay.view(of: call.clients)
        guard let story = try reader.story(call.leadID()), view.shows(story) else {
            throw Problem(.notFound, "There is no event with this id, or it has been purged.")
        }
        var shown = call.caller.may(.readPersonal) ? story : story.masked
        shown.deliveries = shown.deliveries.filter { view.shows(destination: $0.destination) }
        shown.aliases = shown.aliases.filter { view.shows(destination: $0.key) }
        return LeadAnswer(
            shown, platforms: view.platforms, titles: try reader.titles(of: DisplayNames.keys(of: shown)))
    }

    // MARK: Live

    /// Events looked at, when some are filtered out.
    private static let liveWindow = 500

    @Sendable static func live(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> LiveDocument {
        let limit = try call.limit(50, atMost: 200)
        let view = relay.view(of: call.clients)
        let (source, client, state) = (wanted("source", call), wanted("client", call), wanted("state", call))
        var events: [LiveEvent] = []
        for event in try reader.recent(limit: liveWindow) where events.count < limit {
            guard let event = try live(event, call, view, reader), source == nil || event.source == source,
                client == nil || event.client == client, state == nil || event.state.rawValue == state
            else { continue }
            events.append(event)
        }
        let titles = try reader.titles(
            of: events.compactMap { event in
                event.group.map { DisplayNames.Key(event.client ?? "", .group, $0) }
            })
        for index in events.indices {
            events[index].groupTitle = events[index].group.flatMap { titles[events[index].client ?? "", .group, $0] }
        }
        return LiveDocument(events: events, lookedAt: liveWindow)
    }

    private static func wanted(_ name: String, _ call: APICall) -> String? {
        call.query[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func live(
        _ event: RecentEvent, _ call: APICall, _ view: ClientView, _ reader: Reader
    ) throws -> LiveEvent? {
        var shown = LiveEvent(
            id: event.id, source: event.source, receivedAt: PreciseInstant(event.receivedAt), client: nil,
            state: .inbox)
        if case .lead(let name, let isTest, let dimension, let payload) = event.kind {
            guard view.clients.isAll || view.clients.contains(dimension.client) else { return nil }
            let lead = payload.flatMap { LeadEvent(payload: $0, receivedAt: event.receivedAt) }
            let person = (call.caller.may(.readPersonal) ? lead : lead?.masked)?.person
            (shown.state, shown.client, shown.group) = (.lead, dimension.client, dimension.group)
            (shown.event, shown.test) = (name, isTest)
            (shown.email, shown.phone) = (person?.email, person?.phone)
            shown.deliveries = try (reader.story(event.id)?.deliveries ?? [])
                .filter { view.shows(destination: $0.destination) }
                .map { LiveEvent.Delivery(destination: $0.destination, state: DeliveryState($0.state)) }
            return shown
        }
        guard view.shows(source: event.source) else { return nil }
        shown.client = view.configuration.sources.first { $0.name == event.source }?.client
        switch event.kind {
        case .inbox, .lead: break
        case .duplicate(let original): (shown.state, shown.duplicateOf) = (.duplicate, original)
        case .quarantined(let reason, let state):
            (shown.state, shown.reason) = (state == .open ? .quarantined : LeadState(state), reason)
        }
        return shown
    }

    // MARK: Junk

    private static let longestNote = 500

    /// A person tells that a lead is junk although it has gone out, or that it is none after all. Kept for a later
    /// retraction; nothing is sent.
    @Sendable static func tellJunk(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> JunkAnswer {
        let id = try call.leadID()
        guard let story = try reader.story(id), relay.view(of: call.clients).shows(story) else {
            throw Problem(.notFound, "There is no event with this id, or it has been purged.")
        }
        guard case .lead = story.place else {
            throw Problem(
                .conflict, "This event is no lead. Discard it in quarantine: leadrelay quarantine discard \(id).")
        }
        let body = try call.decoded(JunkRequest.self)
        let isJunk = body.junk ?? true
        let note = String((body.note ?? "").prefix(longestNote))
        guard try relay.ledger.validation.tellJunk(id, isJunk: isJunk, by: call.actor, note: note) else {
            throw Problem(.notFound, "There is no event with this id, or it has been purged.")
        }
        relay.log.info(isJunk ? "lead.marked_junk" : "lead.unmarked_junk", ["lead": id.description, "by": call.actor])
        return JunkAnswer(id: id, junk: isJunk)
    }

    // MARK: Search

    private static let mostFound = 100
    /// The newest quarantined events whose text is looked through.
    private static let quarantineWindow = 2000
    private static let longestQuery = 512

    /// By our id, the sender's id, an e-mail address, a telephone number or a click id.
    @Sendable static func search(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> SearchDocument {
        let query = try call.decoded(SearchRequest.self).q.trimmed
        guard !query.isEmpty, query.utf8.count <= longestQuery else {
            throw Problem(.requestUnusable, SearchRequest.remedies["q"] ?? "", invalid: "q")
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
        var found: [SearchDocument.Found] = []
        for id in ids where seen.insert(id).inserted && found.count < mostFound {
            guard let story = try reader.story(id), view.shows(story) else { continue }
            found.append(Self.found(story.masked))
        }
        return SearchDocument(leads: found, more: ids.count >= mostFound)
    }

    private static func found(_ story: LeadHistory) -> SearchDocument.Found {
        var found = SearchDocument.Found(
            id: story.id, state: .inbox, source: story.source, receivedAt: PreciseInstant(story.receivedAt),
            client: nil)
        switch story.place {
        case .inbox: break
        case .lead(let facts): (found.state, found.event, found.client) = (.lead, facts.event, facts.dimension.client)
        case .duplicate(let original): (found.state, found.duplicateOf) = (.duplicate, original)
        case .quarantined(let event): (found.state, found.reason) = (LeadState(event.state), event.reason)
        }
        return found
    }

    // MARK: Erasing

    private static let eraseStep = 100
    private static let scanStep = 1000
    /// So long it is waited for events that have not been judged; what is left then is told as `waiting`.
    private static let erasePatience: Duration = .seconds(60)
    private static let eraseLook: Duration = .milliseconds(50)

    /// Finds everything of a person that still holds personal data, whatever the index says, and takes it out.
    @Sendable static func erase(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> ErasedDocument {
        let body = try call.decoded(EraseRequest.self)
        let configuration = relay.configuration.withLock { $0 }
        let key = try reader.fingerprintKey()
        var wanted = Wanted(key: key, configuration: configuration)
        for (name, text) in [("email", body.email), ("phone", body.phone), ("click_id", body.clickID)] {
            guard let text = text?.trimmed, !text.isEmpty else { continue }
            guard text.utf8.count <= longestQuery else {
                throw Problem(.requestUnusable, "\"\(name)\" is too long.", invalid: name)
            }
            guard wanted.add(name, text) else {
                throw Problem(.requestUnusable, "\"\(name)\" cannot be read as one.", invalid: name)
            }
        }
        if let id = body.id {
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
        let newest = relay.ledger.inbox.newestID
        let deadline = Clock.monotonic + erasePatience
        var waiting = try reader.inboxCount(upTo: newest)
        while waiting > 0, Clock.monotonic < deadline {
            _ = Locked(false).wait(atMost: eraseLook) { $0 ? true : nil }
            waiting = try reader.inboxCount(upTo: newest)
        }
        var erased = Erased()
        let leads = try wanted.leads(reader)
        for start in stride(from: 0, to: leads.count, by: eraseStep) {
            erased += try relay.ledger.retention.erase(Array(leads[start..<min(start + eraseStep, leads.count)]))
        }
        let quarantined = try wanted.quarantined(reader)
        for start in stride(from: 0, to: quarantined.count, by: eraseStep) {
            erased.quarantined += try relay.ledger.retention.eraseQuarantined(
                Array(quarantined[start..<min(start + eraseStep, quarantined.count)]))
        }
        relay.log.info(
            "lead.erased", ["leads": "\(erased.leads)", "quarantined": "\(erased.quarantined)", "by": call.actor])
        let isNothing = erased.leads + erased.quarantined == 0
        let unseen = waiting > 0 ? ", \(waiting) not judged yet" : ""
        let proof = try relay.ledger.accounts.note(
            AuditEntry(
                at: relay.now, actor: call.actor, address: call.address, action: "erased", subject: wanted.proof,
                detail:
                    """
                    \(erased.leads) leads, \(erased.quarantined) quarantined, \
                    \(erased.stopped) deliveries stopped\(unseen)
                    """,
                outcome: isNothing ? "nothing found" : "done"))
        return ErasedDocument(
            leads: erased.leads, quarantined: erased.quarantined, deliveriesStopped: erased.stopped,
            inFlight: erased.inFlight, waiting: waiting, delivered: erased.delivered, proof: proof,
            fingerprints: wanted.proof)
    }

    @Sendable static func traceErase(_ call: APICall) -> String {
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

extension Handlers {
    package static let liveEvents = Handler(Operations.liveEvents, LeadOperations.live)
    package static let lead = Handler(Operations.lead, LeadOperations.lead)
    package static let searchLeads = Handler(Operations.searchLeads, LeadOperations.search)
    package static let markJunk = Handler(Operations.markJunk, LeadOperations.tellJunk)
    package static let replay = Handler(Operations.replay, trace: ReplayOperation.trace, ReplayOperation.run)
    package static let eraseLeads = Handler(
        Operations.eraseLeads, trace: LeadOperations.traceErase, LeadOperations.erase)
}
