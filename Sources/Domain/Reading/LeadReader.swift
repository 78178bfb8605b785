/// Walks over a document along the contract's table, filling the event and collecting what is to be said about it.
struct LeadReader {
    private(set) var event: LeadEvent
    private(set) var defects: [Defect] = []
    private(set) var leftOut: [LeftOut] = []
    private(set) var notes = Notes()
    private(set) var isSelfContained = true

    private let receivedAt: Instant
    private let spelling: LeadEvent.Spelling
    private let isLenient: Bool
    private var hasEvent = false
    private var hasOccurredAt = false
    private var hasValue = false
    private var hasCurrency = false
    private var identifiesSomething = false
    /// What is wrong with what was left out, for the case that too little remains.
    private var complaints: [Defect] = []
    private var hasLostIdentifier = false
    /// The page's address if the event has none that can be used: click ids stand in it all the same.
    private var unusableAddress: String?
    /// Members at the top with the names that forms have, and where they belong.
    private var flatMembers: [(member: JSON.Member, target: JSONPointer)] = []
    /// Names that are not the contract's, for whoever sets the sender up.
    private var strangers: [String] = []

    /// A payload that was read before.
    private let isStored: Bool

    init(receivedAt: Instant, spelling: LeadEvent.Spelling, manner: LeadEvent.Manner, isStored: Bool = false) {
        self.isStored = isStored
        self.receivedAt = receivedAt
        self.spelling = spelling
        isLenient = manner == .lenient
        event = LeadEvent(event: "lead", occurredAt: receivedAt)
    }

    mutating func read(_ document: JSON) {
        guard case .object(let members) = document else {
            defects.append(Defect(.notAnObject, at: "", "A lead event is one JSON object; this is something else."))
            return
        }
        read(members, as: LeadContract.fields, in: nil)
        if !flatMembers.isEmpty { readFlatNames() }
        // What is stored has them already.
        if !isStored { fillClickIDs() }
        complete()
    }

    /// A form's names in a JSON object: `email` can mean one thing only. What stands at its own place wins.
    private mutating func readFlatNames() {
        for (member, target) in flatMembers {
            guard let kind = LeadContract.kind(at: target), event.json[target] == nil else {
                notes.addUnknown(Place(member.name))
                continue
            }
            let place = Place(target)
            notes.add("\(place.path) taken from \(Notes.printable(member.name))")
            isSelfContained = false
            if case .custom = kind {
                if let scalar = CustomReading(.object([JSON.Member(place.name, member.value)])).members.first {
                    event.custom.append(scalar)
                }
            } else {
                read(member.value, as: kind, at: place)
            }
        }
    }

    /// The ids of the click stand in the page's address, where hidden fields fail often.
    private mutating func fillClickIDs() {
        guard let address = unusableAddress ?? event.page.url else { return }
        for name in event.click.fill(from: address) {
            notes.add("click.\(name) taken from page.url")
            isSelfContained = false
            identifiesSomething = true
        }
    }

    /// What can only be said when everything has been seen.
    private mutating func complete() {
        if !hasEvent { notes.add("event not given: taken as lead") }
        if !hasOccurredAt {
            notes.add("occurred_at missing: the time of receipt is used")
            isSelfContained = false
        }
        if isLenient {
            completeLeniently()
        } else {
            if hasValue, !hasCurrency {
                refuse(Place("currency"), .missing, Self.valueWithoutCurrency)
            }
            if hasCurrency, !hasValue {
                refuse(Place("value"), .missing, Self.currencyWithoutValue)
            }
        }
        if !identifiesSomething {
            defects.append(Defect(.missing, at: "", Self.nobody(strangers)))
        }
    }

    private static let valueWithoutCurrency = "is missing: a value needs its currency, for example EUR"
    private static let currencyWithoutValue =
        "is missing: a currency says nothing without a value; send both or neither"

    /// A value goes with its currency or not at all, and something has to be left that says whom the lead is about. An
    /// event id alone does not if an address, a number or a click id was lost: somebody may mend that, and no platform
    /// can use the rest.
    private mutating func completeLeniently() {
        if event.value != nil, event.currency == nil {
            event.value = nil
            if hasCurrency {
                notes.add("value left out: it needs its currency")
                isSelfContained = false
            } else {
                leaveOut(Place("value"), .missing, "has no currency; a value needs it, for example EUR")
            }
        } else if event.currency != nil, event.value == nil {
            event.currency = nil
            if hasValue {
                notes.add("currency left out: it says nothing without a value")
                isSelfContained = false
            } else {
                leaveOut(Place("currency"), .missing, "says nothing without a value; send both or neither")
            }
        }
        if !complaints.isEmpty {
            identifiesSomething = event.saysSomethingOfSomebody
            if hasLostIdentifier, !event.hasIdentifier { identifiesSomething = false }
            if !identifiesSomething || !defects.isEmpty {
                defects.insert(contentsOf: complaints, at: 0)
                leftOut = []
            }
            // What was lost says it better than a sentence about nothing.
            if !identifiesSomething { identifiesSomething = true }
        }
    }

    /// With the names that came, which is what whoever connects the sender needs.
    static func nobody(_ names: [String]) -> String {
        let sentence =
            "No identifier: send event_id or at least one field in click, person or custom."
        if names.isEmpty { return sentence }
        var list = names.prefix(maximumNames).map(Notes.printable).joined(separator: ", ")
        if names.count > maximumNames { list += " and \(names.count - maximumNames) more" }
        return sentence + " What came: \(list)."
    }

    /// So many names are told; a form rarely has more.
    private static let maximumNames = 20

    // MARK: Objects

    private mutating func read(_ members: [JSON.Member], as fields: [LeadContract.Field], in parent: String?) {
        guard isLenient || members.count <= LeadContract.maximumMembers else {
            refuse(parent.map { Place($0) }, .tooLong, "has more than \(LeadContract.maximumMembers) names; send fewer")
            return
        }
        var seen: UInt32 = 0
        var unknown: Set<String> = []
        for member in members {
            let place = Place(member.name, in: parent)
            guard let index = fields.firstIndex(where: { $0.name == member.name }) else {
                if isLenient, parent == nil, !member.value.isAbsent, let target = FlatNames.place(of: member.name) {
                    flatMembers.append((member, target))
                    strangers.append(place.path)
                    continue
                }
                if unknown.insert(member.name).inserted {
                    notes.addUnknown(place)
                    strangers.append(place.path)
                } else if !isLenient {
                    refuseRepeated(place)
                }
                continue
            }
            if seen & 1 << UInt32(index) != 0 {
                readRepeated(member, members, fields[index].kind, at: place)
            } else if !member.value.isAbsent {
                read(member.value, as: fields[index].kind, at: place)
            }
            seen |= 1 << UInt32(index)
        }
    }

    /// RFC 8259 section 4 leaves open which of two values of a name counts. The same value twice says the same; of two
    /// others neither is sure.
    private mutating func readRepeated(
        _ member: JSON.Member, _ members: [JSON.Member], _ kind: LeadContract.Kind, at place: Place
    ) {
        guard isLenient, case .text(let target, _, _) = kind else { return refuseRepeated(place) }
        let first = members.first { $0.name == member.name }
        if first?.value == member.value || member.value.isAbsent {
            notes.add("\(place.path) appears twice with one value")
            isSelfContained = false
            return
        }
        event[keyPath: target] = nil
        leaveOut(place, .repeated, "appears twice with two values; send each name once")
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
            if let name = eventName(value, at: place) { event.event = name }
        case .occurredAt:
            hasOccurredAt = true
            occurredAt(value, at: place)
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
            event.keep(signals)
        case .custom:
            readCustom(value, at: place)
        }
    }

    private mutating func members(of value: JSON, at place: Place) -> [JSON.Member]? {
        if case .object(let members) = value { return members }
        if isLenient, case .array(let elements) = value, elements.count == 1, case .object(let members) = elements[0] {
            notes.add("\(place.path) was a list of one: read as an object")
            isSelfContained = false
            return members
        }
        // A consent that cannot be read is not one that was not asked for.
        return place.name == "consent"
            ? refused(place, .wrongType, ValueWording.object) : unusable(place, .wrongType, ValueWording.object)
    }

    private mutating func readCustom(_ value: JSON, at place: Place) {
        if isLenient {
            let custom = CustomReading(value)
            event.custom = custom.members
            if !custom.members.isEmpty { identifiesSomething = true }
            for note in custom.notes {
                notes.add(note)
                isSelfContained = false
            }
            if let (code, complaint) = custom.loss { leaveOut(place, code, complaint) }
        } else if let members = members(of: value, at: place) {
            readCustom(members)
        }
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

    // MARK: Texts

    private mutating func text(_ value: JSON, _ shape: TextShape, _ maximum: Int, at place: Place) -> String? {
        let given: String
        switch value {
        case .string(let text): given = text
        case .number(let text) where spelling == .texts: given = text
        case .bool(let flag) where spelling == .texts: given = flag ? "true" : "false"
        default:
            if isLenient { return looseText(value, shape, maximum, at: place) }
            return refused(place, .wrongType, "must be a text in quotation marks")
        }
        if isLenient { return looseText(given, shape, maximum, at: place) }
        guard given.isAtMost(maximum) else {
            return refused(place, .tooLong, "is longer than \(maximum) characters")
        }
        return shape.reading(shape.isTrimmed ? given.trimmed : given) ?? refused(place, shape.code, shape.complaint)
    }

    private mutating func looseText(_ value: JSON, _ shape: TextShape, _ maximum: Int, at place: Place) -> String? {
        switch value {
        case .number(let number):
            // A number with an exponent has lost its digits already.
            let digits = number.hasSuffix(".0") ? String(number.dropLast(2)) : number
            guard !digits.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) else { break }
            notes.add("\(place.path) was a number: read as a text")
            isSelfContained = false
            return looseText(digits, shape, maximum, at: place)
        case .array(let elements):
            let scalars = elements.filter { !$0.isAbsent }
            guard let first = scalars.first, first.isScalar else { break }
            let words = scalars.count > 1 ? "of \(scalars.count): the first is taken" : "of one: its entry is taken"
            notes.add("\(place.path) was a list \(words)")
            isSelfContained = false
            return text(first, shape, maximum, at: place)
        default: break
        }
        return unusable(place, .wrongType, "must be a text in quotation marks")
    }

    /// A text as it is, if it is right and nothing in it makes one look twice; else as it can be read for sure.
    private mutating func looseText(_ given: String, _ shape: TextShape, _ maximum: Int, at place: Place) -> String? {
        if given.isAtMost(maximum), let text = shape.reading(shape.isTrimmed ? given.trimmed : given),
            !shape.isSuspicious(text),
            !(shape == .line && place.isMachineMade && Placeholder.isWord(text))
        {
            return text
        }
        if place.isPageAddress { unusableAddress = given }
        if place.isFacebookCookie, event.click.fbclid == nil, let id = ClickText.id(in: given),
            TextShape.metaClickID.reading(id) != nil,
            id.utf8.count >= Self.shortestClickID, !given.hasPrefix("fb.")
        {
            notes.add("click.fbc was a fbclid: read as that")
            isSelfContained = false
            event.click.fbclid = id
            return nil
        }
        let isNothing =
            Placeholder.isTemplate(given.trimmed)
            || ((shape != .line || place.isMachineMade) && Placeholder.isWord(given))
        if isNothing { return unusable(place, .placeholder, "is a placeholder that nobody filled in") }
        guard let mended = shape.mended(given) else {
            if shape == .ipAddress, IPAddress.isValid(given.trimmed) {
                return unusable(
                    place, .notPublic, "is no address that a visitor can come from; send the visitor's public address")
            }
            return place.name == "event_id" ? derivedID(given, at: place) : unusable(place, shape.code, shape.complaint)
        }
        if mended.isEmpty { return nil }
        guard mended.isAtMost(maximum) else {
            if place.name == "event_id" { return derivedID(given, at: place) }
            guard let short = shortened(mended, shape, maximum, at: place) else {
                return unusable(place, .tooLong, "is longer than \(maximum) characters")
            }
            notes.add("\(place.path) was longer than \(maximum) characters: cut")
            isSelfContained = false
            return short
        }
        if mended != given {
            notes.add("\(place.path) \(shape.mending)")
            isSelfContained = false
        }
        if place.isPageAddress { unusableAddress = nil }
        return mended
    }

    /// What is still of use when it is cut. A name, an address or an id is not.
    private func shortened(_ text: String, _ shape: TextShape, _ maximum: Int, at place: Place) -> String? {
        switch shape {
        case .webAddress, .referrer:
            let page = WebAddress.page(of: text)
            return page.isAtMost(maximum) ? page : nil
        case .line where place.name == "user_agent" || place.name == "form_id":
            return String(String.UnicodeScalarView(text.unicodeScalars.prefix(maximum))).trimmed
        default: return nil
        }
    }

    /// An id that says the same about the same text, so that a repetition is still told from a new event. It is not the
    /// pixel's any more.
    private mutating func derivedID(_ given: String, at place: Place) -> String? {
        leftOut.append(LeftOut(field: place.path, reason: .malformed))
        notes.add("event_id cannot be sent as it is (at most 64 visible ASCII characters): another is made of it")
        isSelfContained = false
        var hash = FNV1a()
        hash.add(given.utf8)
        return "made-" + String(hash.hash, radix: 16)
    }

    /// What is shorter than this is not a fbclid.
    private static let shortestClickID = 8

    private mutating func eventName(_ value: JSON, at place: Place) -> String? {
        let given: String
        switch value {
        case .string(let text): given = text
        case .number(let text) where spelling == .texts: given = text
        case .bool(let flag) where spelling == .texts: given = flag ? "true" : "false"
        default: return refused(place, .wrongType, "must be a text in quotation marks")
        }
        guard given.isAtMost(LeadContract.maximumEventName) else {
            return refused(place, .tooLong, "is longer than \(LeadContract.maximumEventName) characters")
        }
        return TextShape.eventName.reading(given)
            ?? refused(place, TextShape.eventName.code, TextShape.eventName.complaint)
    }

    private mutating func scalar(_ value: JSON, at place: Place) -> JSON? {
        switch value {
        case .string: text(value, .prose, LeadContract.maximumCustomText, at: place).map { .string($0) }
        case .number(let number): isShort(number, at: place) ? value : nil
        case .bool: value
        case .null, .array, .object: refused(place, .wrongType, "must be a text, a number, true or false")
        }
    }

    // MARK: Times

    private mutating func occurredAt(_ value: JSON, at place: Place) {
        guard let moment = moment(value, within: LeadContract.maximumAge, at: place) else {
            // What was left out of an event that is taken all the same is filled in by the receipt.
            isSelfContained = false
            if isLenient { notes.add("the time of receipt is taken for occurred_at") }
            return
        }
        event.occurredAt = moment
    }

    private mutating func moment(_ value: JSON, within age: Duration, at place: Place) -> Instant? {
        let given: String
        switch value {
        case .string(let text): given = text
        case .number(let text) where isLenient: given = text
        default: return unusable(place, .wrongType, "must be a text with date and time, like 2026-11-21T10:15:30+01:00")
        }
        var moment = Instant(rfc3339: given)
        if moment == nil, isLenient, let written = Instant(written: given) {
            moment = written
            notes.add("\(place.path) was written in another way: read as date and time")
            isSelfContained = false
        }
        guard let moment else {
            return unusable(
                place, .malformed, "is not an RFC 3339 date and time with offset, like 2026-11-21T10:15:30+01:00")
        }
        if moment > receivedAt + LeadContract.maximumSkew {
            return unusable(
                place, .inFuture, "is more than a day ahead of its receipt; check the sender's clock and time zone")
        }
        if moment < receivedAt - age {
            let complaint =
                "is more than \(age.milliseconds / 86_400_000) days before its receipt; no platform takes it"
            // The age decides whether a platform may be told.
            return place.name == "occurred_at"
                ? refused(place, .tooOld, complaint) : unusable(place, .tooOld, complaint)
        }
        guard moment > receivedAt else { return moment }
        let skew = (moment - receivedAt).milliseconds
        notes.add("\(place.path) was \(skew) ms ahead of our clock: the time of receipt is taken")
        isSelfContained = false
        return receivedAt
    }

    // MARK: Numbers

    private mutating func decimal(_ value: JSON, at place: Place) -> LeadEvent.Decimal? {
        let given: String
        switch value {
        case .number(let text): given = text
        case .string(let text) where spelling == .texts || isLenient:
            if let number = number(text.trimmed) {
                given = number
            } else if isLenient {
                guard let money = WrittenMoney(text), agree(money.currency) else {
                    return unusable(place, .malformed, Self.noNumber)
                }
                given = money.number
            } else {
                return refused(place, .malformed, Self.noNumber)
            }
            notes.add("\(place.path) was a text: read as a number")
            isSelfContained = false
        default: return unusable(place, .wrongType, "must be a number, like 19.90, without quotation marks")
        }
        guard isShort(given, at: place) else { return nil }
        guard let number = Double(given), number >= 0, number <= LeadContract.maximumValue else {
            return unusable(place, .outOfRange, "must be from 0 to 1000000000, in units of the currency")
        }
        return LeadEvent.Decimal(text: given)
    }

    private static let noNumber =
        "is not a number; write digits with a point, like 19.90, without the currency"

    private func number(_ text: String) -> String? {
        guard case .number = try? JSON(parsing: Array(text.utf8)) else { return nil }
        return text
    }

    /// The currency beside an amount is the event's, or becomes it.
    private mutating func agree(_ currency: String?) -> Bool {
        guard let currency else { return true }
        if let known = event.currency { return known == currency }
        event.currency = currency
        return true
    }

    private mutating func isShort(_ number: String, at place: Place) -> Bool {
        if number.utf8.count <= LeadContract.maximumNumberLength { return true }
        return unusable(
            place, .tooLong, "has more than \(LeadContract.maximumNumberLength) characters; send fewer digits") ?? false
    }

    // MARK: What is never lenient

    private mutating func flag(_ value: JSON, at place: Place) -> Bool? {
        switch value {
        case .bool(let flag): return flag
        case .string(let text) where spelling == .texts || isLenient:
            isSelfContained = false
            if let flag = Self.flags[text.trimmed.asciiLowercased] { return flag }
            return refused(place, .unknownValue, "must be true or false")
        default: return refused(place, .wrongType, "must be true or false, without quotation marks")
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
            return refused(place, .unknownValue, "must be granted or denied")
        default: return refused(place, .wrongType, "must be granted or denied")
        }
    }

    /// What check boxes and form services send.
    private static let flags = [
        "true": true, "1": true, "yes": true, "on": true, "false": false, "0": false, "no": false, "off": false,
    ]

    // MARK: Defects

    /// A defect, or in lenient reading something to leave out.
    private mutating func unusable<Value>(_ place: Place, _ code: Defect.Code, _ complaint: String) -> Value? {
        if isLenient {
            leaveOut(place, code, complaint)
        } else {
            refuse(place, code, complaint)
        }
        return nil
    }

    private mutating func refused<Value>(_ place: Place, _ code: Defect.Code, _ complaint: String) -> Value? {
        refuse(place, code, complaint)
        return nil
    }

    private mutating func refuse(_ place: Place?, _ code: Defect.Code, _ complaint: String) {
        defects.append(Defect(code, at: place?.pointer ?? "", "\(place?.path ?? "The event") \(complaint)."))
    }

    private mutating func leaveOut(_ place: Place, _ code: Defect.Code, _ complaint: String) {
        let path = place.path
        leftOut.append(LeftOut(field: path, reason: code))
        notes.add("\(path) left out: it \(complaint)")
        complaints.append(Defect(code, at: place.pointer, "\(path) \(complaint)."))
        hasLostIdentifier = hasLostIdentifier || place.isIdentifier
        isSelfContained = false
    }
}

extension LeadContract.Kind {
    fileprivate var isLeaf: Bool {
        switch self {
        case .object, .custom: false
        case .text, .consent, .event, .occurredAt, .landedAt, .sentAt, .test, .restate, .value, .signal: true
        }
    }
}

extension LeadEvent {
    /// Whether it has anything by which it can be told from others, or a person from others.
    fileprivate var saysSomethingOfSomebody: Bool {
        eventID != nil || person != Person() || click != Click() || !custom.isEmpty
    }

    /// Whether a person or a click can be recognised by it.
    fileprivate var hasIdentifier: Bool {
        person.email != nil || person.phone != nil || person.externalID != nil || click.gclid != nil
            || click.gbraid != nil
            || click.wbraid != nil || click.fbclid != nil || click.fbc != nil || click.metaLeadID != nil
            || click.googleLeadID != nil
    }
}
