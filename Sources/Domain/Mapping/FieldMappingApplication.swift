extension FieldMapping {
    /// Brings another service's document into our shape. Pairs of a form come as `Arrangement.flat`.
    ///
    /// What it did is in the notes, by names only. Whether the result is a valid lead event is for the reader to say.
    package func applied(to document: JSON) -> Arrangement {
        var arrangement = Arrangement()
        var theirs = MappedDocument(isBracketed ? BracketedNames.nested(document) : document)
        var read: [JSONPointer] = []
        for rule in rules {
            guard let place = JSONPointer(rule.target) else { continue }
            switch rule.value {
            case .read(let selector):
                guard !arrangement.isSet(place),
                    let found = selector.value(in: &theirs, isBracketed: isBracketed, for: place)
                else { continue }
                if found.isWhole { read += found.places }
                for note in found.notes { arrangement.notes.add(note) }
                guard let value = found.value, let origin = found.places.first else { continue }
                arrangement.put(value, at: place, from: origin)
                let names = found.places.map { Notes.printable(place: $0) }.joined(separator: " and ")
                arrangement.notes.add("mapping: \(place.path) from \(names)\(found.remark)")
            case .constant(let value):
                if arrangement.set(place, to: value, from: nil) {
                    arrangement.notes.add("mapping: \(place.path) is constant")
                }
            case .defaultValue: break
            }
        }
        place(otherFields(in: &theirs, read: read), in: &arrangement)
        for rule in rules {
            if case .defaultValue(let value) = rule.value, let place = JSONPointer(rule.target),
                arrangement.set(place, to: value, from: nil)
            {
                arrangement.notes.add("mapping: \(place.path) by default")
            }
        }
        // Said for all leads of a sender, it is right for those that have a value.
        if !arrangement.isSet(JSONPointer(["value"])), arrangement.withdraw("currency") {
            arrangement.notes.add("mapping: currency is left out, for there is no value")
        }
        for list in theirs.listsWithMore where !groups.contains(where: { $0.place == list.place }) {
            arrangement.notes.add(
                """
                mapping: \(Notes.printable(place: list.place)) has \(list.count) elements, of which \(list.read) \
                \(list.read == 1 ? "was" : "were") read
                """
            )
        }
        return arrangement
    }

    private func place(_ fields: [OtherField], in arrangement: inout Arrangement) {
        switch others {
        case .ignored:
            if !fields.isEmpty { arrangement.notes.add("mapping: \(fields.count) other fields ignored") }
        case .custom:
            var custom = CustomNames()
            for field in fields { custom.put(field, in: &arrangement) }
        case .flatNames:
            for field in fields { arrangement.placeFlatName(JSON.Member(field.name, field.value), from: field.place) }
        case .labels: placeLabelled(fields, in: &arrangement)
        }
    }

    /// By what people call the fields. A field whose place is taken, and one that nobody knows, is kept under its own
    /// name.
    private func placeLabelled(_ fields: [OtherField], in arrangement: inout Arrangement) {
        let labels = fields.map { field in
            field.target.map { FieldLabel.place($0) } ?? field.names.lazy.compactMap { FieldLabel($0) }.first
        }
        let first = FieldLabel.firstName, last = FieldLabel.lastName
        let hasFirst = labels.contains(.place(first)) || arrangement.isSet(first)
        let hasLast = labels.contains(.place(last)) || arrangement.isSet(last)
        var custom = CustomNames()
        for (field, label) in zip(fields, labels) {
            var isPlaced = false
            switch label {
            case .place(let place):
                isPlaced = arrangement.take(field.value(for: place), at: place, from: field.place)
            case .fullName where hasFirst != hasLast:
                isPlaced = arrangement.take(field.value, at: hasFirst ? last : first, from: field.place)
            case .fullName where !hasFirst:
                for (place, value) in field.partsOfName {
                    isPlaced = arrangement.take(.string(value), at: place, from: field.place) || isPlaced
                }
            case .fullName, nil: break
            }
            if !isPlaced { custom.put(field, in: &arrangement) }
        }
    }
}

extension Arrangement {
    /// Sets a place by a label, if it is free and there is one value.
    fileprivate mutating func take(_ value: JSON?, at place: JSONPointer, from origin: JSONPointer) -> Bool {
        // Sent twice, as in a hidden field and in the page's address.
        if let value, document[place] == value { return true }
        guard let value, !isSet(place), value.isScalar || value.array?.contains(where: \.isScalar) == true else {
            return false
        }
        put(value, at: place, from: origin)
        notes.add("mapping: \(place.path) from \(Notes.printable(place: origin)), by what it is called")
        return true
    }
}

extension OtherField {
    /// The names of a text, or of an object with a field for each as Jotform sends it.
    fileprivate var partsOfName: [(JSONPointer, String)] {
        var first = value["first"]?.string, last = value["last"]?.string
        if let text = value.string ?? value.array?.first?.string, let name = FullName(text) {
            (first, last) = (name.first, name.last)
        }
        return [(FieldLabel.firstName, first), (FieldLabel.lastName, last)].compactMap { place, name in
            name.flatMap { $0.isBlank ? nil : (place, $0) }
        }
    }

    /// A telephone number may come in parts.
    fileprivate func value(for place: JSONPointer) -> JSON? {
        guard place == JSONPointer(["person", "phone"]), case .object = value else { return value }
        if let full = value["full"], !full.isAbsent { return full }
        let parts = ["country", "area", "phone"].compactMap { value[$0]?.string?.trimmed }.filter { !$0.isEmpty }
        return parts.isEmpty ? nil : .string(parts.joined(separator: " "))
    }
}
