import Domain

extension FieldMapping.Rule {
    /// Reads one rule: `to`, and `from`, `join`, `constant` or `default`, with what says how it is read.
    init?(reading section: Section, clock: DateFormat.WallClock) {
        let target = section.requiredText("to", Self.targetComplaint)
        let value = Self.value(section, clock)
        section.finish()
        guard let target, let value else { return nil }
        self.init(target, value)
    }

    /// Our fields as JSON pointers; below `/custom/` anything goes.
    private static let targets = [
        "/event_id", "/event", "/occurred_at", "/sent_at", "/test", "/restate", "/value", "/currency",
        "/campaign_group", "/campaign_id", "/adset_id", "/ad_id",
        "/click/gclid", "/click/gbraid", "/click/wbraid", "/click/fbclid", "/click/fbc", "/click/fbp",
        "/click/meta_lead_id", "/click/google_lead_id", "/click/gad_source", "/click/gad_campaign_id",
        "/click/landed_at",
        "/person/email", "/person/phone", "/person/first_name", "/person/last_name", "/person/city",
        "/person/region", "/person/postal_code", "/person/country", "/person/external_id",
        "/page/url", "/page/referrer", "/page/form_id", "/client/ip", "/client/user_agent",
        "/consent/ad_user_data", "/consent/ad_personalization",
        "/signals/honeypot", "/signals/fill_time", "/signals/turnstile", "/signals/hcaptcha", "/signals/recaptcha",
    ]

    private static func targetComplaint(_ target: String) -> String? {
        if targets.contains(target) { return nil }
        if target.hasPrefix("/custom/"), let pointer = JSONPointer(target), pointer.names.count == 2,
            !pointer.names[1].isEmpty
        {
            return nil
        }
        let near = NearestName.hint(target, among: targets)
        return "must be one of our fields as a JSON pointer, for example \"/person/email\" or \"/custom/budget\"" + near
    }

    private static func value(_ section: Section, _ clock: DateFormat.WallClock) -> FieldMapping.Value? {
        let from = section.texts("from")
        let join = section.texts("join")
        let constant = section.value("constant")
        let byDefault = section.value("default")
        let selector = selector(section, from: from, join: join, clock)
        let sources = [from != nil, join != nil, constant != nil, byDefault != nil]
        guard sources.filter({ $0 }).count == 1 else {
            section.findings.mistake(section.path, "needs exactly one of from, join, constant, default")
            return nil
        }
        if from == [] || join == [] {
            section.mistake(from == [] ? "from" : "join", "is empty")
            return nil
        }
        if let constant { return .constant(JSON(constant)) }
        if let byDefault { return .defaultValue(JSON(byDefault)) }
        return selector.map { .read($0) }
    }

    /// How a value is found and read. Every word is asked for, so that each is known and none is overlooked.
    private static func selector(
        _ section: Section, from: [String]?, join: [String]?, _ clock: DateFormat.WallClock
    ) -> FieldSelector? {
        var selector = FieldSelector(from ?? [])
        let separator = section.text("with")
        if let join { selector = FieldSelector(joining: join, with: separator ?? " ") }
        let conditions = section.section("where").map { FieldSelector.Condition.list(reading: $0) }
        let taken = section.text("take")
        selector.conditions = conditions ?? []
        selector.taken = taken.map(FieldSelector.pointer) ?? selector.taken
        selector.opensText = section.flag("json") ?? false
        let parameter = section.text("query")
        let part = section.choice("name", FieldSelector.NamePart.self)
        let formats = DateFormat.list(reading: section, clock)

        let isReading = from != nil || join != nil
        for name in ["where", "take", "json", "query", "name", "date"] where section.has(name) && !isReading {
            section.mistake(name, "goes with from only")
        }
        if separator != nil, join == nil {
            section.mistake("with", "goes with join only: what stands between the parts")
        }
        if conditions != nil, join != nil { section.mistake("where", "goes with from only") }
        if conditions != nil, taken == nil {
            section.mistake("take", "is missing: which member of the element is meant, for example \"value\"")
        }
        if taken != nil, !section.has("where") {
            section.mistake("take", "goes with where only; without it, write the whole place into from")
        }
        let forms = ["query", "name", "date"].filter(section.has)
        if forms.count > 1 { section.mistake(forms[1], "does not go with \(forms[0]): a rule reads one thing") }
        if let parameter { selector.form = .parameter(parameter) }
        if let part { selector.form = .name(part) }
        if let formats { selector.form = .date(formats) }
        return selector
    }
}

extension FieldSelector {
    /// A member's name, or a JSON pointer if it starts with `/`.
    static func pointer(_ text: String) -> JSONPointer { JSONPointer(text) ?? JSONPointer([text]) }
}

extension FieldSelector.Condition {
    /// `{ column_id: "EMAIL" }`, `{ "/field/ref": ["mail", "email"] }`.
    fileprivate static func list(reading section: Section) -> [Self] {
        if section.names.isEmpty {
            section.findings.mistake(
                section.path, "is empty: say what tells the element, for example { type: \"email\" }")
        }
        return section.names.compactMap { name in
            guard let value = section.value(name) else {
                section.mistake(name, "is null; write what stands there")
                return nil
            }
            var values: [Tree] = [value]
            if case .list(let all) = value { values = all }
            let texts = values.compactMap(\.spelling)
            guard texts.count == values.count, !texts.isEmpty else {
                section.mistake(name, Section.expected("a text, a number, true or false, or a list of these", value))
                return nil
            }
            return Self(FieldSelector.pointer(name), texts)
        }
    }
}

extension Tree {
    /// A scalar as JSON spells it; a text without its quotation marks.
    fileprivate var spelling: String? {
        switch self {
        case .text(let text): text
        case .whole(let number): String(number)
        case .flag(let flag): flag ? "true" : "false"
        case .null, .number, .list, .object: nil
        }
    }
}
