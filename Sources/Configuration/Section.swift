import Domain

/// One object of the configuration while it is being read. Whoever asks for a member makes it known; what nobody has
/// asked for by the time of `finish` is a mistake, and so is everything that is not what was asked for.
final class Section {
    let path: String
    let findings: Findings
    /// The path of its setting in `Settings`, which knows the bounds of its members; `nil`: they are none of its.
    private let pattern: String?
    private let members: [String: Tree]
    private var known: [String] = []

    init(_ members: [String: Tree], path: String, as pattern: String?, findings: Findings) {
        self.members = members
        self.path = path
        self.pattern = pattern
        self.findings = findings
    }

    func path(_ name: String) -> String { Outline.path(path, name) }
    func mistake(_ name: String, _ message: String) { findings.mistake(path(name), message) }

    /// The path of a member's setting in `Settings`.
    func pattern(_ name: String) -> String? { pattern.map { Settings.path(name, in: $0) } }

    /// What the table of settings says of a member, as far as somebody looks for it.
    func bounds<Bounds>(_ name: String, _ find: (Setting.Kind) -> Bounds?) -> Bounds? {
        for kind in pattern(name).flatMap(Settings.kind)?.possible ?? [] {
            if let bounds = find(kind) { return bounds }
        }
        mistake(name, "cannot be read: it is missing in the table of settings, which is a mistake of this program")
        return nil
    }

    /// Whether the member is there and not null.
    func has(_ name: String) -> Bool { members[name].map { $0 != .null } ?? false }

    /// The member as it was written; `null` counts as absent.
    func value(_ name: String, as asked: Setting.Kind.Asked = .anything) -> Tree? {
        if let pattern = pattern(name) { findings.ask(pattern, asked) }
        if !known.contains(name) { known.append(name) }
        guard let value = members[name], value != .null else { return nil }
        return value
    }

    /// The members' names in the order of the file.
    var names: [String] {
        let written = findings.outline.names[path] ?? []
        let rest = members.keys.filter { !written.contains($0) }.sorted()
        return written.filter { members[$0] != nil } + rest
    }

    /// To be called when everything has been asked for.
    func finish() {
        for name in names where !known.contains(name) {
            if let near = suggestion(for: name, among: known.filter { members[$0] == nil }) {
                mistake(name, "unknown; did you mean \"\(near)\"?")
            } else {
                mistake(name, "unknown; possible here: \(known.sorted().joined(separator: ", "))")
            }
        }
    }

    // MARK: Values

    /// A text that is not empty. `complaint` says what is wrong with it, if anything.
    func text(_ name: String, _ complaint: (String) -> String? = { _ in nil }) -> String? {
        guard let value = value(name, as: .text) else { return nil }
        guard case .text(let text) = value else {
            if case .whole(let number) = value {
                mistake(name, "must be a text: put it in quotation marks, \"\(number)\"")
            } else {
                mistake(name, Self.expected("a text in quotation marks", value))
            }
            return nil
        }
        if text.isEmpty {
            mistake(name, "must not be empty")
            return nil
        }
        if let complaint = Self.controlComplaint(text) ?? complaint(text) {
            mistake(name, complaint)
            return nil
        }
        return text
    }

    /// Texts go into headers, addresses and logs, where a line break would begin something else.
    private static func controlComplaint(_ text: String) -> String? {
        text.utf8.contains { $0 < 0x20 || $0 == 0x7F } ? "must not have a line break or another control character" : nil
    }

    func requiredText(_ name: String, _ complaint: (String) -> String? = { _ in nil }) -> String? {
        require(name, "a text") ? text(name, complaint) : nil
    }

    /// Reports an absent member.
    func require(_ name: String, _ what: String) -> Bool {
        _ = value(name)
        if has(name) { return true }
        mistake(name, "is missing: \(what)")
        return false
    }

    /// A text or a list of texts.
    func texts(_ name: String, _ complaint: (String) -> String? = { _ in nil }) -> [String]? {
        guard let value = value(name, as: .texts) else { return nil }
        guard case .list(let elements) = value else { return text(name, complaint).map { [$0] } }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            let place = Outline.path(path(name), index)
            guard case .text(let text) = element, !text.isEmpty else {
                findings.mistake(place, Self.expected("a text in quotation marks", element))
                continue
            }
            if let complaint = Self.controlComplaint(text) ?? complaint(text) {
                findings.mistake(place, complaint)
            } else if texts.contains(text) {
                findings.mistake(place, "\"\(text)\" is here twice")
            } else {
                texts.append(text)
            }
        }
        return texts
    }

    func flag(_ name: String) -> Bool? {
        guard let value = value(name, as: .flag) else { return nil }
        guard case .flag(let flag) = value else {
            mistake(name, Self.expected("true or false", value))
            return nil
        }
        return flag
    }

    /// `most`, if what is possible depends on something else.
    func whole(_ name: String, atMost most: Int = .max) -> Int? {
        guard let value = value(name, as: .whole),
            let bounds = bounds(name, { if case .whole(let range) = $0 { range } else { nil } })
        else { return nil }
        let range = bounds.lowerBound...min(bounds.upperBound, most)
        guard case .whole(let number) = value, let number = Int(exactly: number), range.contains(number) else {
            mistake(name, Self.expected("a whole number from \(range.lowerBound) to \(range.upperBound)", value))
            return nil
        }
        return number
    }

    func number(_ name: String) -> Double? {
        guard let value = value(name, as: .number),
            case (let bound, let most)? = bounds(
                name,
                { kind -> (Double, Double)? in
                    if case .number(let above, let most) = kind { (above, most) } else { nil }
                })
        else { return nil }
        let number: Double
        switch value {
        case .whole(let whole): number = Double(whole)
        case .number(let double): number = double
        default: number = .nan
        }
        guard number > bound, number <= most else {
            mistake(name, Self.expected("a number above \(Self.plain(bound)), at most \(Self.plain(most))", value))
            return nil
        }
        return number
    }

    /// `"10s"`, `"5m"`, `"2h"`, `"7d"`, `"250ms"`.
    func duration(_ name: String) -> Duration? {
        guard let value = value(name, as: .duration),
            let range = bounds(name, { if case .duration(let range) = $0 { range } else { nil } })
        else { return nil }
        guard case .text(let text) = value, let duration = Duration(configured: text) else {
            mistake(name, Self.expected("a time with its unit, for example \"10s\", \"5m\", \"2h\", \"7d\"", value))
            return nil
        }
        guard range.contains(duration) else {
            mistake(name, "must lie between \(range.lowerBound.configured) and \(range.upperBound.configured)")
            return nil
        }
        return duration
    }

    /// Bytes: `65536`, `"256KiB"`, `"1MiB"`.
    func size(_ name: String, atMost most: Int = .max) -> Int? {
        guard let value = value(name, as: .size),
            let bounds = bounds(name, { if case .size(let range) = $0 { range } else { nil } })
        else { return nil }
        let range = bounds.lowerBound...min(bounds.upperBound, most)
        var size: Int?
        switch value {
        case .whole(let number): size = Int(exactly: number)
        case .text(let text): size = Self.bytes(text)
        default: break
        }
        guard let size else {
            mistake(name, Self.expected("a size, for example \"256KiB\" or \"1MiB\"", value))
            return nil
        }
        guard range.contains(size) else {
            mistake(name, "must lie between \(range.lowerBound) and \(range.upperBound) bytes")
            return nil
        }
        return size
    }

    func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, _ type: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard let value = value(name, as: .choice(Choice.allCases.map(\.rawValue))) else { return nil }
        if case .text(let text) = value, let choice = Choice(rawValue: text) { return choice }
        let all = Choice.allCases.map(\.rawValue)
        var message = Self.expected("one of " + all.map { "\"\($0)\"" }.joined(separator: ", "), value)
        if case .text(let text) = value { message += NearestName.hint(text, among: all) }
        mistake(name, message)
        return nil
    }

    func section(_ name: String, as asked: Setting.Kind.Asked = .object) -> Section? {
        guard let value = value(name, as: asked) else { return nil }
        return Self.section(value, at: path(name), as: pattern(name).map(Settings.members), findings)
    }

    /// Named objects, in the order of the file.
    func sections(_ name: String, _ complaint: (String) -> String?) -> [(name: String, section: Section)] {
        guard let section = section(name, as: .named) else { return [] }
        return section.names.compactMap { member in
            guard let value = section.value(member) else {
                section.mistake(member, "is null; take the line out or write an object")
                return nil
            }
            if let complaint = complaint(member) { section.mistake(member, complaint) }
            return Self.section(value, at: section.path(member), as: section.pattern(member), findings).map {
                (member, $0)
            }
        }
    }

    /// A list of objects.
    func list(_ name: String) -> [Section] {
        guard let value = value(name, as: .list) else { return [] }
        guard case .list(let elements) = value else {
            mistake(name, Self.expected("a list", value))
            return []
        }
        let pattern = pattern(name).map(Settings.elements)
        return elements.enumerated().compactMap { index, element in
            Self.section(element, at: Outline.path(path(name), index), as: pattern, findings)
        }
    }

    static func section(
        _ value: Tree, at path: String, as pattern: String?, _ findings: Findings
    ) -> Section? {
        guard case .object(let members) = value else {
            findings.mistake(path, expected("an object { … }", value))
            return nil
        }
        return Section(members, path: path, as: pattern, findings: findings)
    }

    static func expected(_ what: String, _ value: Tree) -> String {
        switch value {
        case .text(let text) where text.count <= 40: "must be \(what), not \"\(text)\""
        case .whole(let number): "must be \(what), not \(number)"
        default: "must be \(what), not \(value.kind)"
        }
    }

    private static func plain(_ number: Double) -> String {
        Int64(exactly: number).map(String.init) ?? String(number)
    }

    private static func bytes(_ text: String) -> Int? {
        let units: [(String, Int)] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("B", 1)]
        for (unit, factor) in units where text.hasSuffix(unit) {
            guard let number = Int(text.dropLast(unit.count)), number >= 0 else { return nil }
            let (size, overflow) = number.multipliedReportingOverflow(by: factor)
            return overflow ? nil : size
        }
        return nil
    }
}

extension Duration {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    /// Reads `"250ms"`, `"10s"`, `"5m"`, `"2h"`, `"7d"`. `nil` if the text is anything else.
    package init?(configured text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), number <= 1_000_000_000,
            let unit = Self.units.first(where: { $0.name == text.dropFirst(digits.count) })
        else { return nil }
        self = .milliseconds(number * unit.milliseconds)
    }

    /// In the largest unit that leaves no rest.
    package var configured: String {
        let unit = Self.units.last { milliseconds % $0.milliseconds == 0 && milliseconds >= $0.milliseconds }
        return unit.map { "\(milliseconds / $0.milliseconds)\($0.name)" } ?? "0s"
    }
}
