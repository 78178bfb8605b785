import Configuration
import Domain
import HTTP
import Intake
import Service
import Store

/// What support does with events that could not become leads.
enum QuarantineOperations {
    /// Events released or discarded in one transaction.
    private static let bulkStep = 200
    /// Ids in one request.
    private static let maximumNamed = 10_000

    static let all: [any AnyHandler] = [
        Handlers.quarantine, Handlers.quarantineGroups, Handlers.releaseQuarantined, Handlers.discardQuarantined,
        Handlers.fixQuarantined, Handlers.quarantinedEvent, Handlers.fixQuarantinedEvent,
    ]

    @Sendable static func groups(
        _ call: APICall, _ relay: RelayContext, _ reader: Reader
    ) throws -> QuarantineGroupsDocument {
        let view = relay.view(of: call.clients)
        let groups = try reader.quarantineGroups().filter { view.shows(source: $0.source) }
        return QuarantineGroupsDocument(groups: Self.groups(groups, relay))
    }

    static func groups(_ groups: [QuarantineGroup], _ relay: RelayContext) -> [QuarantineGroupDocument] {
        // So long events wait for a decision.
        let kept = relay.configuration.withLock { $0.retention.quarantine }
        return groups.map { group in
            let end = group.putAside + kept
            return QuarantineGroupDocument(
                reason: group.reason, source: group.source, count: group.count, first: group.first, last: group.last,
                keptUntil: end, endsSoon: end - relay.now < Retention.quarantineNotice)
        }
    }

    /// What a decision about many was about.
    @Sendable static func trace(_ call: APICall) -> String {
        if let ids = call.body["ids"]?.array { return "\(ids.count) by id" }
        return ["reason", "source"].compactMap { name in
            call.body[name]?.string.map { "\(name) \($0.prefix(80))" }
        }.joined(separator: ", ")
    }

    @Sendable static func list(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws
        -> QuarantineListDocument
    {
        let limit = try call.limit(50)
        let after = LeadID(call.query["after"] ?? "") ?? LeadID(rawValue: 0)
        let view = relay.view(of: call.clients)
        let events = try reader.quarantine(
            reason: call.query["reason"], source: call.query["source"], after: after, limit: limit)
        // Narrowed to what may be seen; the next page begins after what was looked at.
        let seen = events.filter { view.shows(source: $0.source) }
        return QuarantineListDocument(
            events: seen.map(QuarantinedHead.init), next: events.count == limit ? events[limit - 1].id : nil)
    }

    @Sendable static func show(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> QuarantinedDocument {
        let event = try find(call, relay, reader)
        guard call.caller.may(.readPersonal) else { return QuarantinedDocument(event.masked) }
        let source = relay.configuration.withLock { $0 }.sources.first { $0.name == event.source }
        let earlier = try event.first.flatMap { try reader.story($0) }
        return QuarantinedDocument(
            event, document: try? document(of: event, source), earlier: earlier.map { LeadDocument($0) })
    }

    private static func find(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> QuarantinedEvent {
        guard let event = try reader.quarantined(call.leadID()),
            relay.view(of: call.clients).shows(source: event.source)
        else {
            throw Problem(.notFound, "There is no event with this id in quarantine.")
        }
        return event
    }

    // MARK: Decisions

    @Sendable static func release(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> DecisionDocument {
        let body = try call.decoded(DecisionRequest.self)
        let treatment: Treatment =
            switch body.as {
            case nil: .undecided
            case .own?: .own
            case .correction?: .correction
            }
        return try decide(body, call, relay, reader) { ids, note in
            let released = try relay.ledger.quarantine.release(ids, as: treatment, note: note)
            relay.log.info("quarantine.released", ["events": "\(released.count)", "by": call.actor])
            return released
        }
    }

    @Sendable static func discard(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> DecisionDocument {
        try decide(call.decoded(DecisionRequest.self), call, relay, reader) { ids, note in
            let discarded = try relay.ledger.quarantine.discard(ids, note: note)
            relay.log.info("quarantine.discarded", ["events": "\(discarded.count)", "by": call.actor])
            return discarded
        }
    }

    private static func decide(
        _ body: DecisionRequest, _ call: APICall, _ relay: RelayContext, _ reader: Reader,
        _ verb: ([LeadID], String) throws -> [LeadID]
    ) throws -> DecisionDocument {
        let view = relay.view(of: call.clients)
        let note = String((body.note ?? "").prefix(500))
        if let named = body.ids {
            guard named.count <= maximumNamed else {
                throw Problem(.requestUnusable, "At most \(maximumNamed) ids at a time.", invalid: "ids")
            }
            let ids = try named.map { text in
                guard let id = LeadID(text) else {
                    throw Problem(.requestUnusable, DecisionRequest.remedies["ids"] ?? "", invalid: "ids")
                }
                return id
            }
            let known =
                try view.clients.isAll
                ? ids
                : ids.filter { id in
                    try reader.quarantined(id).map { view.shows(source: $0.source) } ?? false
                }
            let done = try verb(known, note)
            let missing = Set(ids).subtracting(done)
            return DecisionDocument(count: done.count, ids: done, notInQuarantine: missing.sorted())
        }
        let (reason, source) = (body.reason, body.source)
        guard reason != nil || source != nil else {
            throw Problem(.requestUnusable, "Give \"ids\", or \"reason\" and \"source\" to choose by.")
        }
        // Always after the last one: what is quarantined again at once is not released for ever.
        var last = LeadID(rawValue: 0)
        var count = 0
        while true {
            let events = try reader.quarantine(reason: reason, source: source, after: last, limit: bulkStep)
            guard let newest = events.last else { break }
            last = newest.id
            let seen = events.filter { view.shows(source: $0.source) }.map(\.id)
            if !seen.isEmpty { count += try verb(seen, note).count }
        }
        return DecisionDocument(count: count)
    }

    // MARK: Repair

    /// Makes changes to a document, in their order: a value at a place, what stands at another place, or nothing.
    private static func apply(_ changes: [ChangeDocument], to document: inout JSON) throws {
        func names(_ text: String) throws -> ArraySlice<String> {
            guard let pointer = JSONPointer(text), !pointer.names.isEmpty else {
                throw Problem(.requestUnusable, FixRequest.remedies["set"] ?? "", invalid: "set")
            }
            return pointer.names[...]
        }
        for change in changes {
            let place = try names(change.pointer)
            var value = change.value
            if let from = change.from {
                let origin = try names(from)
                value = origin.reduce(Optional(document)) { $0?[$1] }
                // Where there is nothing to take, nothing is changed.
                guard value != nil, document.set(origin, to: nil) else { continue }
            }
            guard document.set(place, to: value) else {
                throw Problem(
                    .requestUnusable, "/\(place.joined(separator: "/")) leads through something that is no object.",
                    invalid: "set")
            }
        }
    }

    /// Events that one fix looks at, and how many of them are shown beforehand.
    private static let mostFixed = 5000
    private static let samples = 20

    /// The same changes for all events of a reason and source: what they would come to, or with "run" doing it. What is
    /// valid afterwards is released, the others stay as they are.
    @Sendable static func fixAll(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> FixAllDocument {
        let body = try call.decoded(FixAllRequest.self)
        let (reason, name, changes) = (body.reason, body.source, body.set)
        guard !changes.isEmpty, changes.count <= 100 else {
            throw Problem(.requestUnusable, FixAllRequest.remedies["set"] ?? "", invalid: "set")
        }
        guard relay.view(of: call.clients).shows(source: name) else {
            return FixAllDocument(good: 0, stillWrong: 0, released: 0, more: false, samples: [])
        }
        let isReal = body.run ?? false
        let source = relay.configuration.withLock { $0 }.sources.first { $0.name == name }
        var (good, stillWrong, released, looked) = (0, 0, 0, 0)
        var shown: [FixAllDocument.Sample] = []
        var last = LeadID(rawValue: 0)
        while looked < mostFixed {
            let events = try reader.quarantine(reason: reason, source: name, after: last, limit: bulkStep)
            guard let newest = events.last else { break }
            last = newest.id
            looked += events.count
            var repaired: [LeadID] = []
            for event in events {
                guard var edited = try? document(of: event, source) else {
                    stillWrong += 1
                    continue
                }
                try apply(changes, to: &edited)
                let defects = defects(of: edited, event, source)
                if shown.count < samples {
                    shown.append(FixAllDocument.Sample(id: event.id, defects: defects.map(DefectDocument.init)))
                }
                guard defects.isEmpty else {
                    stillWrong += 1
                    continue
                }
                good += 1
                if isReal {
                    try relay.ledger.quarantine.edit(event.id, edited.bytes)
                    repaired.append(event.id)
                }
            }
            if !repaired.isEmpty {
                released += try relay.ledger.quarantine.release(repaired, note: "repaired together").count
            }
        }
        if isReal {
            relay.log.info(
                "quarantine.bulk_fixed",
                ["reason": reason, "source": name, "released": "\(released)", "by": call.actor])
        }
        return FixAllDocument(
            good: good, stillWrong: stillWrong, released: released, more: looked >= mostFixed, samples: shown)
    }

    /// Keeps an edited copy, says what is still wrong with it, and releases it if that was asked for and nothing is.
    @Sendable static func fix(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> FixDocument {
        let event = try find(call, relay, reader)
        guard event.state == .open else {
            throw Problem(.conflict, "The event has been \(event.state.rawValue) already.")
        }
        let source = relay.configuration.withLock { $0 }.sources.first { $0.name == event.source }
        let body = try call.decoded(FixRequest.self)
        var edited: JSON
        if let whole = body.event {
            edited = whole
        } else if let changes = body.set {
            edited = try document(of: event, source)
            try apply(changes, to: &edited)
        } else {
            throw Problem(.requestUnusable, "Give \"event\" (the whole event) or \"set\" (a list of changes).")
        }
        let defects = defects(of: edited, event, source)
        if body.check == true {
            return FixDocument(id: event.id, defects: defects.map(DefectDocument.init), released: false)
        }
        try relay.ledger.quarantine.edit(event.id, edited.bytes)
        var released = false
        if body.release == true, defects.isEmpty {
            released = try !relay.ledger.quarantine.release([event.id], note: "repaired").isEmpty
        }
        relay.log.info(
            "quarantine.fixed", ["lead": event.id.description, "defects": "\(defects.count)", "by": call.actor])
        return FixDocument(id: event.id, defects: defects.map(DefectDocument.init), released: released)
    }

    /// What the changes start from, in our own shape: the copy, else what the source's mapping makes of the original.
    static func document(of event: QuarantinedEvent, _ source: Source?) throws -> JSON {
        if let edited = event.edited, let document = try? JSON(parsing: edited) { return document }
        let decoded = event.submission.decoded
        switch decoded.content {
        case .json, .repaired:
            if let document = try? JSON(parsing: decoded.text ?? event.body) {
                return decoded.document(of: document, source?.mapping)
            }
        case .pairs(let pairs):
            return decoded.document(of: Arrangement.flat(pairs), source?.mapping)
        case .unreadable: break
        }
        throw Problem(.conflict, "The original cannot be read. Send the whole event instead of single changes.")
    }

    /// The same questions that the validator will ask.
    private static func defects(of document: JSON, _ event: QuarantinedEvent, _ source: Source?) -> [Defect] {
        let submission = Submission(
            source: event.source, receivedAt: event.receivedAt, format: .repaired, body: document.bytes)
        var source = source ?? Source(name: event.source)
        // Whoever repairs an event has decided that it is none.
        source.junk = .off
        let judgement = Validator().judge(submission, .repaired, id: event.id, source: source) {
            _, _ in []
        }
        return if case .quarantine(let defects, _) = judgement { defects } else { [] }
    }
}

extension Handlers {
    package static let quarantine = Handler(Operations.quarantine, QuarantineOperations.list)
    package static let quarantineGroups = Handler(Operations.quarantineGroups, QuarantineOperations.groups)
    package static let releaseQuarantined = Handler(
        Operations.releaseQuarantined, trace: QuarantineOperations.trace, QuarantineOperations.release)
    package static let discardQuarantined = Handler(
        Operations.discardQuarantined, trace: QuarantineOperations.trace, QuarantineOperations.discard)
    package static let fixQuarantined = Handler(
        Operations.fixQuarantined, trace: QuarantineOperations.trace, QuarantineOperations.fixAll)
    package static let quarantinedEvent = Handler(Operations.quarantinedEvent, QuarantineOperations.show)
    package static let fixQuarantinedEvent = Handler(Operations.fixQuarantinedEvent, QuarantineOperations.fix)
}

extension JSON {
    /// Puts a value at a place, or takes it away if there is none; objects on the way are made. False if something else
    /// is in the way.
    mutating func set(_ names: ArraySlice<String>, to value: JSON?) -> Bool {
        guard case .object(var members) = self, let name = names.first else { return false }
        let index = members.firstIndex { $0.name == name }
        if names.count == 1 {
            switch (index, value) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(name, value))
            case (nil, nil): break
            }
        } else {
            var inner: JSON = index.map { members[$0].value } ?? .object([])
            guard inner.set(names.dropFirst(), to: value) else { return false }
            if let index { members[index].value = inner } else { members.append(Member(name, inner)) }
        }
        self = .object(members)
        return true
    }
}
