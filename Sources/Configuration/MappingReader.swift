package import Domain

extension FieldMapping {
    /// Reads the member `mapping` of a source: the name of a ready mapping, a list of rules, or `{ like, each,
    /// brackets, fields, others, without, rules }`. The clock is for dates without an offset, if a rule names no other.
    init?(reading source: Section, clock: DateFormat.WallClock) {
        guard let value = source.value("mapping") else { return nil }
        switch value {
        case .text:
            guard let ready = Self.ready(source, "mapping", clock) else { return nil }
            self = ready
        case .object:
            guard let section = source.section("mapping") else { return nil }
            self = Self.ready(section, "like", clock) ?? FieldMapping()
            // Own rules come first: a later one does not overwrite what is set.
            rules = section.list("rules").compactMap { Rule(reading: $0, clock: clock) } + rules
            each = section.text("each", Self.eachComplaint).flatMap { JSONPointer($0) } ?? each
            isBracketed = section.flag("brackets") ?? isBracketed
            groups = FieldGroup.list(reading: section, "fields") ?? groups
            others = section.choice("others", Others.self) ?? others
            without += section.texts("without") ?? []
            section.finish()
        default:
            self.init()
            rules = source.list("mapping").compactMap { Rule(reading: $0, clock: clock) }
        }
    }

    private static func ready(_ section: Section, _ name: String, _ clock: DateFormat.WallClock) -> FieldMapping? {
        let text = section.text(name, readyComplaint)
        return text.flatMap { ReadyMapping.named($0) }?.mapping(clock: clock)
    }

    package static func readyComplaint(_ name: String) -> String? {
        let names = ReadyMapping.all.map(\.name)
        if names.contains(name) { return nil }
        let near = suggestion(for: name, among: names).map { "did you mean \"\($0)\"?" }
        return "there is no ready mapping \"\(name)\"; " + (near ?? "there are \(names.joined(separator: ", "))")
    }

    private static func eachComplaint(_ path: String) -> String? {
        JSONPointer(path)?.names.contains("*") == true
            ? nil : "must be a path with * for every element of a list, for example \"/entry/*/changes/*\""
    }
}

extension FieldGroup {
    /// A place as a JSON pointer, `{ at, name, value, only }`, or a list of these.
    fileprivate static func list(reading section: Section, _ name: String) -> [FieldGroup]? {
        guard let value = section.value(name) else { return nil }
        guard case .list(let elements) = value else {
            return FieldGroup(value, at: section.path(name), section.pattern(name), section.findings).map { [$0] }
        }
        return elements.enumerated().compactMap { index, element in
            FieldGroup(element, at: Outline.path(section.path(name), index), section.pattern(name), section.findings)
        }
    }

    private init?(_ value: Tree, at path: String, _ pattern: String?, _ findings: Findings) {
        self.init()
        switch value {
        case .text(let text):
            guard let pointer = JSONPointer(text) else {
                findings.mistake(path, Self.pointerComplaint)
                return nil
            }
            place = pointer
        case .object:
            guard let section = Section.section(value, at: path, as: pattern, findings) else { return nil }
            let complaint = { (text: String) -> String? in JSONPointer(text) == nil ? Self.pointerComplaint : nil }
            place = section.text("at", complaint).flatMap { JSONPointer($0) } ?? place
            names = section.texts("name").map { $0.map(FieldSelector.pointer) } ?? []
            values = section.texts("value").map { $0.map(FieldSelector.pointer) } ?? []
            only = section.texts("only") ?? []
            if !names.isEmpty, values.isEmpty { section.mistake("value", "is missing: where an element has its value") }
            section.finish()
        default:
            findings.mistake(path, Section.expected("a JSON pointer or { at, name, value, only }", value))
            return nil
        }
    }

    private static let pointerComplaint = "must be a JSON pointer to the object or list, for example \"/payload/data\""
}
