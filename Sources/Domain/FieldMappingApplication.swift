extension FieldMapping {
    /// Brings another service's document into our shape. Pairs of a form come as `Arrangement.flat`.
    ///
    /// What it did is in the notes, by names only. Whether the result is a valid lead event is for the reader to say.
    package func applied(to document: JSON) -> Arrangement {
        var arrangement = Arrangement()
        var used: Set<String> = []
        for rule in rules {
            guard let place = JSONPointer(rule.target) else { continue }
            switch rule.value {
            case .field(let names):
                guard !arrangement.isSet(place), let (value, origin) = first(of: names, in: document) else { continue }
                used.formUnion(origin.names.prefix(1))
                arrangement.put(value, at: place, from: origin)
                arrangement.notes.add("mapping: \(place.path) from \(Notes.printable(origin.path))")
            case .date(let names, let format):
                guard !arrangement.isSet(place), let (value, origin) = first(of: names, in: document) else { continue }
                used.formUnion(origin.names.prefix(1))
                guard let moment = format.moment(value) else {
                    let complaint = "\(place.path) does not fit the date format of its mapping: \(format.description)."
                    arrangement.defects.append(Defect(.malformed, at: origin.text, complaint))
                    continue
                }
                _ = arrangement.set(place, to: .string(moment.rfc3339), from: origin.text)
                arrangement.notes.add("mapping: \(place.path) from \(Notes.printable(origin.path)), as a date")
            case .constant(let value):
                if arrangement.set(place, to: value, from: nil) {
                    arrangement.notes.add("mapping: \(place.path) is constant")
                }
            case .defaultValue: break
            }
        }
        place(document.object?.filter { !used.contains($0.name) && !$0.value.isAbsent } ?? [], in: &arrangement)
        for rule in rules {
            if case .defaultValue(let value) = rule.value, let place = JSONPointer(rule.target),
                arrangement.set(place, to: value, from: nil)
            {
                arrangement.notes.add("mapping: \(place.path) by default")
            }
        }
        return arrangement
    }

    private func place(_ members: [JSON.Member], in arrangement: inout Arrangement) {
        switch others {
        case .ignored:
            if !members.isEmpty { arrangement.notes.add("mapping: \(members.count) other fields ignored") }
        case .custom:
            for member in members {
                arrangement.put(
                    member.value, at: JSONPointer(["custom", member.name]), from: JSONPointer([member.name]))
            }
        case .flatNames: arrangement.placeFlatNames(of: members)
        }
    }

    /// The first of the named fields that is there and not blank, with its place.
    private func first(of names: [String], in document: JSON) -> (JSON, JSONPointer)? {
        for name in names {
            let pointer = JSONPointer(name) ?? JSONPointer([name])
            if let value = document[pointer], !value.isAbsent { return (value, pointer) }
        }
        return nil
    }
}

extension FieldMapping.DateFormat {
    func moment(_ value: JSON) -> Instant? {
        guard value.isScalar else { return nil }
        let text = value.spelling.trimmed
        switch self {
        case .unixSeconds: return Self.milliseconds(text, perUnit: 1000)
        case .unixMilliseconds: return Self.milliseconds(text, perUnit: 1)
        case .pattern(let pattern, let offset): return DatePattern(pattern)?.moment(text, offsetMinutes: offset)
        }
    }

    var description: String {
        switch self {
        case .unixSeconds: "seconds since 1970"
        case .unixMilliseconds: "milliseconds since 1970"
        case .pattern(let pattern, _): pattern
        }
    }

    /// Whole or broken numbers; years before 1970 and after 9999 are mistakes.
    private static func milliseconds(_ text: String, perUnit: Double) -> Instant? {
        guard let number = Double(text), number >= 0, number * perUnit < 253_402_300_800_000 else { return nil }
        return Instant(milliseconds: Int64(number * perUnit + 0.5))
    }
}
