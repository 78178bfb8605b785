import Domain

/// One reason why a request is refused as a whole.
struct MetaDefect: Equatable, Sendable {
    /// In Meta's spelling: `data[0][user_data][em]`.
    var field: String
    var subcode: Int?
    var words: String
}

/// Reads a request body and finds everything that is wrong with it.
struct MetaBody {
    let events: [MetaEvent]
    private(set) var defects: [MetaDefect] = []

    init(_ body: JSON, now: Instant) {
        let data = body["data"]?.array ?? []
        events = data.map { MetaEvent($0, now: now) }
        check(body, MetaFieldTypes.body, at: { "" })
        if !(1...MetaRules.maximumEvents).contains(data.count) {
            report("data", "must hold 1 to \(MetaRules.maximumEvents) events")
        }
        var ids = Set<String>(minimumCapacity: events.count)
        for (index, event) in events.enumerated() {
            let place = { "data[\(index)]" }
            check(event, at: place)
            // One text for both: an id never contains the separator of a name.
            if !ids.insert("\(event.name)\n\(event.id)").inserted { report([MetaRules.repetition], event, place) }
        }
    }

    private mutating func check(_ event: MetaEvent, at place: () -> String) {
        check(event.json, MetaFieldTypes.event, at: place)
        for member in event.userData { check(user: member, at: place) }
        if let custom = event.json["custom_data"] {
            check(custom, MetaFieldTypes.custom, allowsOthers: true, at: { "\(place())[custom_data]" })
            for (index, content) in (custom["contents"]?.array ?? []).enumerated() {
                check(content, MetaFieldTypes.content, at: { "\(place())[custom_data][contents][\(index)]" })
            }
        }
        if let original = event.json["original_event_data"] {
            check(original, MetaFieldTypes.original, at: { "\(place())[original_event_data]" })
        }
        if let attribution = event.json["attribution_data"] {
            check(attribution, MetaFieldTypes.attribution, at: { "\(place())[attribution_data]" })
        }
        report(MetaRules.event, event, place)
    }

    /// Names and types of an object's members.
    private mutating func check(
        _ object: JSON, _ fields: NameTable<MetaFieldTypes.Kind>, allowsOthers: Bool = false, at place: () -> String
    ) {
        guard let members = object.object else { return report(place(), "must be an object") }
        for member in members {
            guard let kind = fields[member.name] else {
                if !allowsOthers { report(Self.path(place(), member.name), "is not a parameter") }
                continue
            }
            if !kind.accepts(member.value) { report(Self.path(place(), member.name), "is of the wrong type") }
        }
    }

    private mutating func check(user member: JSON.Member, at place: () -> String) {
        func field() -> String { "\(place())[user_data][\(member.name)]" }
        guard let key = MetaUserKey.all[member.name] else { return report(field(), "is not a parameter") }
        switch member.value {
        case .string(let text): check(text, key, field)
        case .number(let text) where member.name == "lead_id": check(text, key, field)
        case .array(let elements) where key.allowsList && !elements.isEmpty:
            for element in elements {
                if let text = element.string { check(text, key, field) } else { report(field(), "must be a text") }
            }
        default: report(field(), key.allowsList ? "must be a text or a list of texts" : "must be a text")
        }
    }

    private mutating func check(_ text: String, _ key: MetaUserKey, _ field: () -> String) {
        if text.utf8.allSatisfy({ $0 == 0x20 }) {
            report(field(), "is empty")
        } else if !key.isRight(text) {
            report(field(), key.words, key.subcode)
        }
    }

    private mutating func report(
        _ rules: [FieldRule<MetaEvent, MetaRules.Subcode>], _ event: MetaEvent, _ place: () -> String
    ) {
        for rule in rules.broken(by: event) {
            // "user_data[em]" belongs behind the event as "[user_data][em]".
            let name = rule.field.prefix { $0 != "[" }
            report("\(place())[\(name)]\(rule.field.dropFirst(name.count))", rule.words, rule.reason)
        }
    }

    private mutating func report(_ field: String, _ words: String, _ subcode: Int? = nil) {
        defects.append(MetaDefect(field: field, subcode: subcode, words: words))
    }

    private static func path(_ place: String, _ name: String) -> String { place.isEmpty ? name : "\(place)[\(name)]" }
}

extension MetaFieldTypes.Kind {
    func accepts(_ value: JSON) -> Bool {
        switch (self, value) {
        case (_, .null): false
        case (.any, _), (.text, .string), (.flag, .bool), (.object, .object): true
        case (.integer, .number(let text)): Int64(text) != nil
        case (.number, .number(let text)): Double(text)?.isFinite == true
        case (.texts, .array(let elements)): elements.allSatisfy { $0.string != nil }
        case (.objects, .array(let elements)): elements.allSatisfy { $0.object != nil }
        case (.choice(let values), .string(let text)): values.contains(text)
        default: false
        }
    }
}
