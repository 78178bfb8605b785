/// A sender's own fields as the contract keeps them: flat, with short names, texts and numbers, of whatever shape they
/// came.
///
///     {"size": {"w": 3, "h": 4}}      size.w, size.h
///     {"wish": ["a", "b"]}            wish: "a, b"
///     {"rows": [{"n": 1}, {"n": 2}]}  rows.0.n, rows.1.n
struct CustomReading {
    private(set) var members: [JSON.Member] = []
    /// What was read in another way than it was written, one line each, without values.
    private(set) var notes: [String] = []
    /// Why some could not be kept.
    private(set) var loss: (Defect.Code, String)?

    private var names: Set<String> = []
    private var dropped = 0

    init(_ value: JSON) {
        guard case .object(let fields) = value else {
            if case .array(let elements) = value, elements.allSatisfy(\.isScalar) {
                add(.string(Self.joined(elements)), as: "custom")
                notes.append("custom was a list: kept as one text")
            } else if value.isScalar {
                add(value, as: "custom")
                notes.append("custom was no object: kept under its own name")
            } else if case .array(let elements) = value {
                for (index, element) in elements.enumerated() { flatten(element, as: "\(index)") }
                notes.append("custom was a list: its entries are numbered")
            }
            finish()
            return
        }
        for field in fields { flatten(field.value, as: field.name) }
        finish()
    }

    private mutating func finish() {
        if dropped > 0 {
            loss = (
                .tooLong,
                "has more than \(LeadContract.maximumCustomFields) fields; \(dropped) of them are only in what was sent"
            )
        }
    }

    private mutating func flatten(_ value: JSON, as name: String) {
        if value.isAbsent { return }
        switch value {
        case .object(let fields):
            note("was nested: flattened", name)
            for field in fields { flatten(field.value, as: "\(name).\(field.name)") }
        case .array(let elements):
            if elements.allSatisfy(\.isScalar) {
                note("was a list: kept as one text", name)
                add(.string(Self.joined(elements)), as: name)
            } else {
                note("was a list: its entries are numbered", name)
                for (index, element) in elements.enumerated() { flatten(element, as: "\(name).\(index)") }
            }
        case .string, .number, .bool, .null: add(value, as: name)
        }
    }

    private mutating func add(_ value: JSON, as given: String) {
        guard members.count < LeadContract.maximumCustomFields else {
            dropped += 1
            return
        }
        guard let name = name(given), case let kept = kept(value, name), !kept.isAbsent else { return }
        members.append(JSON.Member(name, kept))
    }

    /// One line, short, and not used yet: the labels of two check boxes may begin alike.
    private mutating func name(_ given: String) -> String? {
        var name = given.hasControlCharacters(except: []) ? given.plain : given
        if name.isEmpty { name = "field" }
        if !name.isAtMost(LeadContract.maximumCustomName) {
            name = Self.cut(name, LeadContract.maximumCustomName)
            note("had a longer name: cut", name)
        }
        guard names.contains(name) else {
            names.insert(name)
            return name
        }
        for number in 2...LeadContract.maximumCustomFields {
            let other = Self.cut(name, LeadContract.maximumCustomName - 4) + " (\(number))"
            if names.insert(other).inserted { return other }
        }
        return nil
    }

    private mutating func kept(_ value: JSON, _ name: String) -> JSON {
        switch value {
        case .string(let text):
            var kept = text.trimmed
            if TextShape.prose.reading(kept) == nil {
                kept = TextShape.prose.mended(kept) ?? ""
                note("had control characters: removed", name)
            }
            if !kept.isAtMost(LeadContract.maximumCustomText) {
                kept = Self.cut(kept, LeadContract.maximumCustomText)
                note("was longer than \(LeadContract.maximumCustomText) characters: cut", name)
            }
            return .string(kept)
        case .number(let number) where number.utf8.count > LeadContract.maximumNumberLength:
            note("had too many digits for a number: kept as a text", name)
            return .string(Self.cut(number, LeadContract.maximumCustomText))
        default: return value
        }
    }

    private mutating func note(_ words: String, _ name: String) {
        // The shape tells one field of a nested one from the next; one line for each outer name is enough.
        let line = "custom.\(Notes.printable(name)) \(words)"
        if notes.count < Notes.maximum, notes.last != line { notes.append(line) }
    }

    private static func joined(_ elements: [JSON]) -> String {
        elements.filter { !$0.isAbsent }.map(\.spelling).joined(separator: ", ")
    }

    private static func cut(_ text: String, _ maximum: Int) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(maximum))).trimmed
    }
}
