extension FieldSelector {
    /// What a selector found.
    struct Found {
        /// `nil` if there was something, but nothing that could be made of it, as of a name that is not split.
        var value: JSON?
        /// Where.
        var places: [JSONPointer]
        /// What was done with it, to go behind a note.
        var remark = ""
        var notes: [String] = []
        /// Whether nothing of the field is left for others.
        var isWhole = true
    }

    /// `nil` if there is nothing.
    func value(in document: inout MappedDocument, isBracketed: Bool, for target: JSONPointer) -> Found? {
        func pointer(_ name: String) -> JSONPointer {
            if let pointer = JSONPointer(name) { return pointer }
            return isBracketed ? JSONPointer(BracketedNames.path(name) ?? [name]) : JSONPointer([name])
        }
        switch source {
        case .first(let names):
            var unread: Found?
            for name in names {
                guard let raw = raw(at: pointer(name), in: &document) else { continue }
                guard let made = made(of: raw, for: target) else { continue }
                if made.isFitting { return made.found }
                unread = unread ?? made.found
            }
            return unread
        case .joined(let names, let separator):
            let parts = names.compactMap { raw(at: pointer($0), in: &document) }.filter { $0.value?.isScalar == true }
            guard !parts.isEmpty else { return nil }
            let text = parts.compactMap { $0.value?.spelling.trimmed }.joined(separator: separator)
            let joined = Found(
                value: .string(text), places: parts.flatMap(\.places), notes: parts.flatMap(\.notes))
            return made(of: joined, for: target)?.found
        }
    }

    /// The value as it stands there.
    private func raw(at pointer: JSONPointer, in document: inout MappedDocument) -> Found? {
        guard let (value, place) = document.value(at: pointer, opensText: opensText) else { return nil }
        if conditions.isEmpty { return Found(value: value, places: [place]) }
        let container = opensText ? document.open(value, at: place) : value
        let elements: [(key: String, value: JSON)] =
            switch container {
            case .array(let elements): elements.enumerated().map { (String($0), $1) }
            case .object(let members): members.map { ($0.name, $0.value) }
            default: []
            }
        let fitting = elements.compactMap { key, element -> Found? in
            guard conditions.allSatisfy({ $0.isTrue(of: element) }), let value = element[taken], !value.isAbsent else {
                return nil
            }
            return Found(value: value, places: [JSONPointer(place.names + [key] + taken.names)])
        }
        guard var first = fitting.first else { return nil }
        if fitting.count > 1 {
            first.notes.append(
                "mapping: \(fitting.count) elements of \(Notes.printable(place: place)) fit: the first is taken")
        }
        return first
    }

    /// `nil` if there is nothing in it, as in an address without that parameter.
    private func made(of raw: Found, for target: JSONPointer) -> (found: Found, isFitting: Bool)? {
        guard let value = raw.value else { return nil }
        var found = raw
        switch form {
        case .asItIs: return (found, true)
        case .parameter(let name):
            guard let text = value.string, let parameter = WebAddress.parameter(name, of: text), !parameter.isBlank
            else { return nil }
            found.value = .string(parameter)
            found.remark = ", parameter \(name)"
            found.isWhole = false
            return (found, true)
        case .date(let formats):
            guard let reading = formats.lazy.compactMap({ $0.reading(value) }).first else {
                if leavesUnfit { return nil }
                let patterns = formats.map(\.description).joined(separator: ", ")
                found.remark = " as it is: it does not fit \(patterns)"
                return (found, false)
            }
            found.value = .string(reading.moment.rfc3339)
            found.remark = ", as a date" + (reading.note.map { "; \($0)" } ?? "")
            return (found, true)
        case .ending(let length):
            guard value.isScalar else { return (found, true) }
            found.value = .string(String(String.UnicodeScalarView(value.spelling.unicodeScalars.suffix(length))))
            return (found, true)
        case .name(let part):
            guard value.isScalar, let name = FullName(value.spelling) else {
                found.value = nil
                found.isWhole = false
                found.notes.append(
                    """
                    mapping: \(target.path) is left out: \
                    \(raw.places.first.map { Notes.printable(place: $0) } ?? "") is not split into names
                    """
                )
                return (found, true)
            }
            guard let text = part == .first ? name.first : name.last else { return nil }
            found.value = .string(text)
            found.remark = ", \(part.rawValue) name of it"
            return (found, true)
        }
    }
}

extension FieldSelector.Condition {
    fileprivate func isTrue(of element: JSON) -> Bool {
        guard let value = element[place], value.isScalar else { return false }
        return values.contains(value.spelling)
    }
}
