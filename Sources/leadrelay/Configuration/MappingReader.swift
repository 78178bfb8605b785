import Domain

extension FieldMapping {
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

    /// Reads the member `mapping` of a source: a list of rules `{ to, from, date, offset }`, `{ to, constant }`,
    /// `{ to, default }`, or `{ others, rules }` to say what becomes of the fields that no rule asks for.
    init?(reading source: Section) {
        guard let value = source.value("mapping") else { return nil }
        self.init()
        guard case .object = value else {
            rules = Self.rules(source.list("mapping"))
            return
        }
        guard let section = source.section("mapping") else { return }
        others = section.choice("others", Others.self) ?? others
        rules = Self.rules(section.list("rules"))
        section.finish()
    }

    private static func rules(_ list: [Section]) -> [Rule] {
        list.compactMap { section in
            let target = section.requiredText("to", Self.targetComplaint)
            let value = Self.value(section)
            section.finish()
            guard let target, let value else { return nil }
            return Rule(target, value)
        }
    }

    private static func targetComplaint(_ target: String) -> String? {
        if targets.contains(target) { return nil }
        if target.hasPrefix("/custom/"), let pointer = JSONPointer(target), pointer.names.count == 2,
            !pointer.names[1].isEmpty
        {
            return nil
        }
        let near = suggestion(for: target, among: targets).map { "; did you mean \"\($0)\"?" } ?? ""
        return "must be one of our fields as a JSON pointer, for example \"/person/email\" or \"/custom/budget\"" + near
    }

    private static func value(_ section: Section) -> Value? {
        let from = section.texts("from")
        let constant = section.value("constant")
        let byDefault = section.value("default")
        let date = section.text("date")
        let offset = section.text("offset") { minutes($0) == nil ? "must be an offset, for example \"+01:00\"" : nil }
        guard [from != nil, constant != nil, byDefault != nil].filter({ $0 }).count == 1 else {
            section.findings.mistake(section.path, "needs exactly one of from, constant, default")
            return nil
        }
        if date != nil, from == nil { section.mistake("date", "goes with from only") }
        if offset != nil, date == nil { section.mistake("offset", "goes with date only") }
        if let constant { return .constant(JSON(constant)) }
        if let byDefault { return .defaultValue(JSON(byDefault)) }
        guard let from, !from.isEmpty else {
            section.mistake("from", "is empty")
            return nil
        }
        switch date {
        case nil: return .field(from)
        case "unix_seconds": return .date(from, .unixSeconds)
        case "unix_milliseconds": return .date(from, .unixMilliseconds)
        case let pattern?:
            guard DatePattern(pattern) != nil else {
                section.mistake(
                    "date", "must be \"unix_seconds\", \"unix_milliseconds\" or a pattern such as \"dd.MM.yyyy HH:mm\"")
                return nil
            }
            return .date(from, .pattern(pattern, offsetMinutes: offset.flatMap(minutes) ?? 0))
        }
    }

    /// `+01:00`, `-05:30`.
    private static func minutes(_ text: String) -> Int? {
        guard text.utf8.count == 6, text.hasPrefix("+") || text.hasPrefix("-") else { return nil }
        let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hours = UInt8(parts[0]), let minutes = UInt8(parts[1]), hours <= 14, minutes <= 59
        else { return nil }
        return (text.hasPrefix("-") ? -1 : 1) * (Int(hours) * 60 + Int(minutes))
    }
}

extension JSON {
    init(_ tree: Tree) {
        switch tree {
        case .null: self = .null
        case .flag(let value): self = .bool(value)
        case .whole(let number): self = JSON(number)
        case .number(let number): self = number.isFinite ? .number("\(number)") : .null
        case .text(let text): self = .string(text)
        case .list(let elements): self = .array(elements.map { JSON($0) })
        case .object(let members):
            self = .object(members.sorted { $0.key < $1.key }.map { Member($0.key, JSON($0.value)) })
        }
    }
}
