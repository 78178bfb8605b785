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

    @Sendable static func groups(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        ["groups": .array(try reader.quarantineGroups().map(QuarantineJSON.group))]
    }

    @Sendable static func list(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let limit = min(1000, max(1, Int(call.query["limit"] ?? "") ?? 50))
        let after = LeadID(call.query["after"] ?? "") ?? LeadID(rawValue: 0)
        let events = try reader.quarantine(
            reason: call.query["reason"], source: call.query["source"], after: after, limit: limit)
        return ["events": .array(events.map { .object(QuarantineJSON.head($0)) })]
    }

    @Sendable static func show(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        QuarantineJSON.event(try find(call.leadID(), reader))
    }

    private static func find(_ id: LeadID, _ reader: Reader) throws -> QuarantinedEvent {
        guard let event = try reader.quarantined(id) else {
            throw Problem(.notFound, "There is no event with this id in quarantine.")
        }
        return event
    }

    // MARK: Decisions

    @Sendable static func release(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        try decide(call, reader) { ids, note in
            let released = try relay.ledger.release(ids, note: note)
            relay.log.info("quarantine.released", ["events": "\(released.count)", "by": call.actor])
            return released
        }
    }

    @Sendable static func discard(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        try decide(call, reader) { ids, note in
            let discarded = try relay.ledger.discard(ids, note: note)
            relay.log.info("quarantine.discarded", ["events": "\(discarded.count)", "by": call.actor])
            return discarded
        }
    }

    private static func decide(
        _ call: Operation.Call, _ reader: Reader, _ verb: ([LeadID], String) throws -> [LeadID]
    ) throws -> JSON {
        let note = String((call.body["note"]?.string ?? "").prefix(500))
        if let named = call.body["ids"]?.array {
            guard named.count <= maximumNamed else {
                throw Problem(.requestUnusable, "At most \(maximumNamed) ids at a time.", invalid: "ids")
            }
            let ids = try named.map { value in
                guard let id = value.string.flatMap({ LeadID($0) }) else {
                    throw Problem(.requestUnusable, "\"ids\" must be a list of ids.", invalid: "ids")
                }
                return id
            }
            let done = try verb(ids, note)
            let missing = Set(ids).subtracting(done)
            return [
                "count": JSON(done.count), "ids": .array(done.map { .string($0.description) }),
                "not_in_quarantine": .array(missing.sorted().map { .string($0.description) }),
            ]
        }
        let (reason, source) = (call.body["reason"]?.string, call.body["source"]?.string)
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
            count += try verb(events.map(\.id), note).count
        }
        return ["count": JSON(count)]
    }

    // MARK: Repair

    /// Keeps an edited copy, says what is still wrong with it, and releases it if that was asked for and nothing is.
    @Sendable static func fix(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let event = try find(call.leadID(), reader)
        guard event.state == .open else {
            throw Problem(.conflict, "The event has been \(event.state.rawValue) already.")
        }
        let source = relay.configuration.withLock { $0 }.sources.first { $0.name == event.source }
        var edited: JSON
        if let whole = call.body["event"] {
            edited = whole
        } else if let changes = call.body["set"]?.array {
            edited = try document(of: event, source)
            for change in changes {
                guard let pointer = change["pointer"]?.string.flatMap({ JSONPointer($0) }), !pointer.names.isEmpty
                else {
                    throw Problem(
                        .requestUnusable, "A change needs a JSON pointer such as /person/email.", invalid: "set")
                }
                guard edited.set(pointer.names[...], to: change["value"]) else {
                    throw Problem(
                        .requestUnusable, "\(pointer.text) leads through something that is no object.", invalid: "set")
                }
            }
        } else {
            throw Problem(.requestUnusable, "Give \"event\" (the whole event) or \"set\" (a list of changes).")
        }
        let defects = defects(of: edited, event, source)
        try relay.ledger.edit(event.id, edited.bytes)
        var released = false
        if call.body["release"]?.bool == true, defects.isEmpty {
            released = try !relay.ledger.release([event.id], note: "repaired").isEmpty
        }
        relay.log.info(
            "quarantine.fixed", ["lead": event.id.description, "defects": "\(defects.count)", "by": call.actor])
        return [
            "id": .string(event.id.description), "defects": .array(defects.map(\.json)), "released": .bool(released),
        ]
    }

    /// What the changes start from, in our own shape: the copy, else what the source's mapping makes of the original.
    private static func document(of event: QuarantinedEvent, _ source: Source?) throws -> JSON {
        if let edited = event.edited, let document = try? JSON(parsing: edited) { return document }
        var pairs: [(name: String, value: String)]?
        switch event.format {
        case .json, .repaired:
            if let document = try? JSON(parsing: event.body) {
                return source?.mapping?.applied(to: document).document ?? document
            }
        case .form, .query: pairs = (try? FormFields(event.body))?.all
        case .multipart:
            pairs = (try? Multipart(event.body, boundary: event.boundary))?.parts.filter { $0.fileName == nil }
                .map { ($0.name, $0.value) }
        }
        guard let pairs else {
            throw Problem(.conflict, "The original cannot be read. Send the whole event instead of single changes.")
        }
        let form = Arrangement.flat(pairs)
        return (source?.mapping?.applied(to: form) ?? Arrangement(form: form)).document
    }

    /// The same questions that the validator will ask.
    private static func defects(of document: JSON, _ event: QuarantinedEvent, _ source: Source?) -> [Defect] {
        let submission = Submission(
            source: event.source, receivedAt: event.receivedAt, format: .repaired, body: document.bytes)
        let judgement = Validator().judge(
            submission, .repaired, id: event.id, source: source ?? Source(name: event.source)
        ) {
            _, _ in []
        }
        return if case .quarantine(let defects) = judgement { defects } else { [] }
    }
}

extension JSON {
    /// Puts a value at a place, or takes it away if there is none; objects on the way are made. False if something else is in
    /// the way.
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
