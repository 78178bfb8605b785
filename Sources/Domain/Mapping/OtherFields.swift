/// One field of a form of which no rule has read anything.
struct OtherField {
    /// What it is called, the name that was made for programs first.
    var names: [String]
    var value: JSON
    var place: JSONPointer
    /// Our field, if its kind tells.
    var target: JSONPointer?

    /// What it is called where it is kept: the first name that people made.
    var name: String { names.first { !Self.isMachineMade($0) } ?? names.first ?? "" }

    /// `field_38c2e8e`, `Field12`, a UUID: names that form builders give to fields by themselves.
    private static func isMachineMade(_ name: String) -> Bool {
        func rest(after prefix: String) -> Substring.UTF8View? {
            name.hasPrefix(prefix) ? name.dropFirst(prefix.count).utf8 : nil
        }
        if let digits = rest(after: "Field"), !digits.isEmpty, digits.allSatisfy(\.isDigit) { return true }
        if let digits = rest(after: "field_"), !digits.isEmpty, digits.allSatisfy({ $0.hexDigit != nil }) {
            return true
        }
        return name.utf8.count == 36
            && name.utf8.enumerated().allSatisfy { index, byte in
                [8, 13, 18, 23].contains(index) ? byte == UInt8(ascii: "-") : byte.hexDigit != nil
            }
    }
}

extension FieldMapping {
    /// The fields of all groups that have something in them and that no rule has read.
    func otherFields(in document: inout MappedDocument, read places: [JSONPointer]) -> [OtherField] {
        var fields: [OtherField] = []
        for group in groups {
            for field in group.fields(of: &document) {
                let isRead = places.contains { $0.names.starts(with: field.place.names) }
                let isNobodys = field.names.contains { name in
                    Self.signals.contains(name) || without.contains { Wildcard.matches($0, name) }
                }
                if !isRead, !isNobodys { fields.append(field) }
            }
        }
        return fields
    }

    /// What says how a form was filled in is read wherever it stands (see `Arrangement.addSignals`), and is no field of
    /// it.
    private static let signals = Set(["honeypot", "fill_time"] + TokenProvider.allCases.map(\.formField))
}

extension FieldGroup {
    fileprivate func fields(of document: inout MappedDocument) -> [OtherField] {
        guard let (container, place) = document.all(at: place).first else { return [] }
        let titles = titles(in: &document)
        let elements: [(name: String?, key: String, value: JSON)] =
            switch container {
            case .object(let members): members.map { ($0.name, $0.name, $0.value) }
            case .array(let elements): elements.enumerated().map { (nil, String($0), $1) }
            default: []
            }
        return elements.compactMap { ownName, key, element in
            guard let value = value(of: element), !value.isAbsent else { return nil }
            var known = [ownName].compactMap { $0 } + names.compactMap { text(of: element[$0]) }
            if !only.isEmpty, !known.contains(where: { name in only.contains { Wildcard.matches($0, name) } }) {
                return nil
            }
            if isNumbered {
                guard let name = known.first.flatMap(Self.unnumbered) else { return nil }
                known = [name]
            }
            for (titles, keyOfField) in titles {
                if let key = keyOfField.map({ text(of: element[$0]) }) ?? known.first, let title = titles[key] {
                    known.append(title)
                }
            }
            let kind = kinds.flatMap { kinds in text(of: element[kinds.place]).flatMap { kinds.targets[$0] } }
            return OtherField(
                names: known, value: value, place: JSONPointer(place.names + [key]), target: kind)
        }
    }

    private func value(of element: JSON) -> JSON? {
        if values.isEmpty { return element }
        guard let value = values.lazy.compactMap({ element[$0] }).first(where: { !$0.isAbsent }) else { return nil }
        guard let choices, let listed = element[choices.place]?.array else { return value }
        func chosen(_ id: JSON) -> JSON { listed.first { $0[choices.key] == id }?[choices.text] ?? id }
        if case .array(let ids) = value { return .array(ids.map(chosen)) }
        return chosen(value)
    }

    private func text(of value: JSON?) -> String? {
        guard let value, value.isScalar, !value.isAbsent else { return nil }
        return value.spelling
    }

    private func titles(in document: inout MappedDocument) -> [([String: String], keyOfField: JSONPointer?)] {
        titles.map { titles in
            var found: [String: String] = [:]
            for (element, _) in document.all(at: titles.place) {
                if let key = text(of: element[titles.key]), let title = text(of: element[titles.title]) {
                    found[key] = title
                }
            }
            return (found, titles.keyOfField)
        }
    }

    /// `q3_email` as `email`, and so `q3_email3`: Jotform adds the number when the name is taken.
    private static func unnumbered(_ name: String) -> String? {
        guard name.utf8.first == UInt8(ascii: "q"), let mark = name.firstIndex(of: "_") else { return nil }
        let number = name[..<mark].dropFirst()
        var rest = name[mark...].dropFirst()
        guard !number.isEmpty, number.utf8.allSatisfy(\.isDigit), !rest.isEmpty else { return nil }
        if rest.hasSuffix(number), rest.count > number.count { rest.removeLast(number.count) }
        return String(rest.hasSuffix("[]") ? rest.dropLast(2) : rest)
    }
}
