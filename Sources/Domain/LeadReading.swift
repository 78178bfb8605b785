extension LeadEvent {
    /// What came of reading a document as a lead event.
    package struct Reading: Equatable, Sendable {
        /// The event, if there is no defect.
        package var event: LeadEvent?
        /// Everything that is wrong, not only the first.
        package var defects: [Defect]
        /// What was assumed or ignored, one line each, without values.
        package var notes: [String]
        /// Whether the document gives this very event wherever and whenever it is read. It does not if the time of receipt
        /// had to fill in, or if texts were read as numbers.
        package var isSelfContained: Bool
    }

    /// How values are spelled.
    package enum Spelling: Sendable {
        /// As the contract says: numbers are numbers.
        case typed
        /// By a form or another service: everything may be a text.
        case texts
    }

    /// Reads a document by the contract, `contracts/lead-event.schema.json`.
    ///
    /// All rules about time refer to `receivedAt`, never to the moment of reading, so that a row that waited in the inbox or
    /// in quarantine is judged as it would have been on arrival.
    package static func reading(
        _ document: JSON, receivedAt: Instant, spelling: Spelling = .typed
    ) -> Reading {
        var reader = LeadReader(receivedAt: receivedAt, spelling: spelling)
        reader.read(document)
        return Reading(
            event: reader.defects.isEmpty ? reader.event : nil, defects: reader.defects, notes: reader.notes.lines,
            isSelfContained: reader.isSelfContained)
    }

    /// Reads a stored payload again. What today's contract would refuse is left out: rules may have become stricter since
    /// the lead was taken. `nil` only if the payload is no JSON object.
    package init?(payload: [UInt8], receivedAt: Instant) {
        guard let document = try? JSON(parsing: payload), case .object = document else { return nil }
        var reader = LeadReader(receivedAt: receivedAt, spelling: .typed)
        reader.read(document)
        self = reader.event
    }
}

/// Walks over a document along the contract's table, filling the event and collecting what is to be said about it.
struct LeadReader {
    private(set) var event: LeadEvent
    private(set) var defects: [Defect] = []
    private(set) var notes = Notes()
    private(set) var isSelfContained = true

    private let receivedAt: Instant
    private let spelling: LeadEvent.Spelling
    private var hasEvent = false
    private var hasOccurredAt = false
    private var hasValue = false
    private var hasCurrency = false
    private var identifiesSomething = false

    init(receivedAt: Instant, spelling: LeadEvent.Spelling) {
        self.receivedAt = receivedAt
        self.spelling = spelling
        event = LeadEvent(event: "lead", occurredAt: receivedAt)
    }

    mutating func read(_ document: JSON) {
        guard case .object(let members) = document else {
            defects.append(Defect(.notAnObject, at: "", "A lead event is one JSON object; this is something else."))
            return
        }
        read(members, as: LeadContract.fields, in: nil)
        complete()
    }

    /// What can only be said when everything has been seen.
    private mutating func complete() {
        if !hasEvent { notes.add("event not given: taken as lead") }
        if !hasOccurredAt {
            notes.add("occurred_at not given: the time of receipt is taken")
            isSelfContained = false
        }
        if hasValue, !hasCurrency {
            refuse(Place("currency"), .missing, "is missing: a value needs its currency, for example EUR")
        }
        if hasCurrency, !hasValue {
            refuse(
                Place("value"), .missing, "is missing: a currency says nothing without a value; send both or neither")
        }
        if !identifiesSomething {
            defects.append(
                Defect(
                    .missing, at: "",
                    "Nothing says whom the lead is about: send at least event_id, or something in click, person or custom."
                ))
        }
    }

    // MARK: Objects

    private mutating func read(_ members: [JSON.Member], as fields: [LeadContract.Field], in parent: String?) {
        guard members.count <= LeadContract.maximumMembers else {
            refuse(parent.map { Place($0) }, .tooLong, "has more than \(LeadContract.maximumMembers) names; send fewer")
            return
        }
        var seen: UInt32 = 0
        var unknown: Set<String> = []
        for member in members {
            let place = Place(member.name, in: parent)
            guard let index = fields.firstIndex(where: { $0.name == member.name }) else {
                if unknown.insert(member.name).inserted {
                    notes.addUnknown(place)
                } else {
                    refuseRepeated(place)
                }
                continue
            }
            if seen & 1 << UInt32(index) != 0 {
                refuseRepeated(place)
            } else if !member.value.isAbsent {
                read(member.value, as: fields[index].kind, at: place)
            }
            seen |= 1 << UInt32(index)
        }
    }

    private mutating func refuseRepeated(_ place: Place) {
        refuse(place, .repeated, "appears twice in its object; send each name once")
    }

    private mutating func read(_ value: JSON, as kind: LeadContract.Kind, at place: Place) {
        if !identifiesSomething, kind.isLeaf, place.isIdentifying { identifiesSomething = true }
        switch kind {
        case .text(let target, let shape, let maximum):
            if shape == .currency { hasCurrency = true }
            if let text = text(value, shape, maximum, at: place) { event[keyPath: target] = text }
        case .consent(let target):
            if let state = consent(value, at: place) { event[keyPath: target] = state }
        case .object(let fields):
            if let members = members(of: value, at: place) { read(members, as: fields, in: place.name) }
        case .event:
            hasEvent = true
            if let name = text(value, .eventName, LeadContract.maximumEventName, at: place) { event.event = name }
        case .occurredAt:
            hasOccurredAt = true
            if let moment = moment(value, within: LeadContract.maximumAge, at: place) { event.occurredAt = moment }
        case .landedAt:
            event.click.landedAt = moment(value, within: LeadContract.maximumLandingAge, at: place)
        case .sentAt:
            event.sentAt = moment(value, within: LeadContract.maximumAge, at: place)
        case .test:
            if let flag = flag(value, at: place) { event.isTest = flag }
        case .restate:
            if let flag = flag(value, at: place) { event.restates = flag }
        case .value:
            hasValue = true
            event.value = decimal(value, at: place)
        case .signal(let signal):
            var signals = event.signals ?? LeadEvent.Signals()
            if let words = signals.read(value, as: signal) { notes.add("\(place.path) \(words)") }
            // Tokens are not kept.
            if !signals.tokens.isEmpty { isSelfContained = false }
            event.signals = signals
        case .custom:
            if let members = members(of: value, at: place) { readCustom(members) }
        }
    }

    private mutating func members(of value: JSON, at place: Place) -> [JSON.Member]? {
        if case .object(let members) = value { return members }
        refuse(place, .wrongType, "must be an object")
        return nil
    }

    private mutating func readCustom(_ members: [JSON.Member]) {
        let custom = Place("custom")
        guard members.count <= LeadContract.maximumCustomFields else {
            identifiesSomething = true
            refuse(custom, .tooLong, "has more than \(LeadContract.maximumCustomFields) fields; send fewer")
            return
        }
        var seen: Set<String> = []
        for member in members {
            let name = member.name
            guard !name.isEmpty, name.isAtMost(LeadContract.maximumCustomName), !name.hasControlCharacters(except: [])
            else {
                let bound = LeadContract.maximumCustomName
                refuse(custom, .malformed, "has a name that is empty, longer than \(bound) characters or not one line")
                continue
            }
            let place = Place(name, in: "custom")
            guard seen.insert(name).inserted else {
                refuseRepeated(place)
                continue
            }
            guard !member.value.isAbsent else { continue }
            identifiesSomething = true
            if let scalar = scalar(member.value, at: place) { event.custom.append(JSON.Member(name, scalar)) }
        }
    }

    // MARK: Values

    private mutating func text(_ value: JSON, _ shape: TextShape, _ maximum: Int, at place: Place) -> String? {
        let given: String
        switch value {
        case .string(let text): given = text
        case .number(let text) where spelling == .texts: given = text
        case .bool(let flag) where spelling == .texts: given = flag ? "true" : "false"
        default:
            refuse(place, .wrongType, "must be a text in quotation marks")
            return nil
        }
        guard given.isAtMost(maximum) else {
            refuse(place, .tooLong, "is longer than \(maximum) characters")
            return nil
        }
        guard let text = shape.reading(shape.isTrimmed ? given.trimmed : given) else {
            refuse(place, shape.code, shape.complaint)
            return nil
        }
        return text
    }

    private mutating func scalar(_ value: JSON, at place: Place) -> JSON? {
        switch value {
        case .string: text(value, .prose, LeadContract.maximumCustomText, at: place).map { .string($0) }
        case .number(let number): isShort(number, at: place) ? value : nil
        case .bool: value
        case .null, .array, .object: wrongType(place, "must be a text, a number, true or false")
        }
    }

    private mutating func moment(_ value: JSON, within age: Duration, at place: Place) -> Instant? {
        guard case .string(let text) = value else {
            return wrongType(place, "must be a text with date and time, like 2026-11-21T10:15:30+01:00")
        }
        guard let moment = Instant(rfc3339: text) else {
            refuse(place, .malformed, "is not an RFC 3339 date and time with offset, like 2026-11-21T10:15:30+01:00")
            return nil
        }
        if moment > receivedAt + LeadContract.maximumSkew {
            refuse(place, .inFuture, "is more than a day ahead of its receipt; check the sender's clock and time zone")
            return nil
        }
        if moment < receivedAt - age {
            refuse(
                place, .tooOld,
                "is more than \(age.milliseconds / 86_400_000) days before its receipt; no platform takes it")
            return nil
        }
        guard moment > receivedAt else { return moment }
        let skew = (moment - receivedAt).milliseconds
        notes.add("\(place.path) was \(skew) ms ahead of our clock: the time of receipt is taken")
        isSelfContained = false
        return receivedAt
    }

    private mutating func decimal(_ value: JSON, at place: Place) -> LeadEvent.Decimal? {
        let given: String
        switch value {
        case .number(let text): given = text
        case .string(let text) where spelling == .texts:
            given = text.trimmed
            guard case .number = try? JSON(parsing: Array(given.utf8)) else {
                refuse(
                    place, .malformed, "is not a number; write digits with a point, like 19.90, without the currency")
                return nil
            }
            notes.add("\(place.path) was a text: read as a number")
            isSelfContained = false
        default: return wrongType(place, "must be a number, like 19.90, without quotation marks")
        }
        guard isShort(given, at: place) else { return nil }
        guard let number = Double(given), number >= 0, number <= LeadContract.maximumValue else {
            refuse(place, .outOfRange, "must be from 0 to 1000000000, in units of the currency")
            return nil
        }
        return LeadEvent.Decimal(text: given)
    }

    private mutating func isShort(_ number: String, at place: Place) -> Bool {
        if number.utf8.count <= LeadContract.maximumNumberLength { return true }
        refuse(place, .tooLong, "has more than \(LeadContract.maximumNumberLength) characters; send fewer digits")
        return false
    }

    private mutating func flag(_ value: JSON, at place: Place) -> Bool? {
        switch value {
        case .bool(let flag): return flag
        case .string(let text) where spelling == .texts:
            isSelfContained = false
            if let flag = Self.flags[text.trimmed.asciiLowercased] { return flag }
            refuse(place, .unknownValue, "must be true or false")
            return nil
        default: return wrongType(place, "must be true or false, without quotation marks")
        }
    }

    private mutating func consent(_ value: JSON, at place: Place) -> LeadEvent.Consent.State? {
        switch value {
        case .bool(let flag): return flag ? .granted : .denied
        case .string(let text):
            let word = text.asciiLowercased
            if let state = LeadEvent.Consent.State(rawValue: word) { return state }
            if spelling == .texts, let flag = Self.flags[word] {
                isSelfContained = false
                return flag ? .granted : .denied
            }
            refuse(place, .unknownValue, "must be granted or denied")
            return nil
        default: return wrongType(place, "must be granted or denied")
        }
    }

    /// What check boxes and form services send.
    private static let flags = [
        "true": true, "1": true, "yes": true, "on": true, "false": false, "0": false, "no": false, "off": false,
    ]

    // MARK: Defects

    private mutating func wrongType<Value>(_ place: Place, _ complaint: String) -> Value? {
        refuse(place, .wrongType, complaint)
        return nil
    }

    private mutating func refuse(_ place: Place?, _ code: Defect.Code, _ complaint: String) {
        defects.append(Defect(code, at: place?.pointer ?? "", "\(place?.path ?? "The event") \(complaint)."))
    }
}

/// Where the reader is: a name, perhaps inside one of the contract's objects.
struct Place {
    let name: String
    let parent: String?

    init(_ name: String, in parent: String? = nil) {
        self.name = name
        self.parent = parent
    }

    var pointer: String { JSONPointer(names).text }
    var path: String { JSONPointer(names).path }
    var isIdentifying: Bool { LeadContract.identifying.contains(parent ?? name) }
    private var names: [String] { parent.map { [$0, name] } ?? [name] }
}

extension LeadContract.Kind {
    fileprivate var isLeaf: Bool {
        switch self {
        case .object, .custom: false
        case .text, .consent, .event, .occurredAt, .landedAt, .sentAt, .test, .restate, .value, .signal: true
        }
    }
}

extension JSON {
    /// Null, an empty text or an empty list: what programs send when there is nothing to say.
    var isAbsent: Bool {
        switch self {
        case .null: true
        case .string(let text): text.isBlank
        case .array(let elements): elements.isEmpty
        case .bool, .number, .object: false
        }
    }
}
