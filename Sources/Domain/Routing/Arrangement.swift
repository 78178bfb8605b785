/// A document brought into the contract's shape, whose values are still as the sender spelled them.
package struct Arrangement: Sendable {
    /// Only what could be placed.
    package var document: JSON { .object(root) }
    var notes = Notes()
    /// What was done, one line each, without values.
    package var lines: [String] { notes.lines }

    private var root: [JSON.Member] = []
    /// Where the sender had what now stands at one of our places, so that defects can point to it.
    private var origins: [JSONPointer: String] = [:]
    /// The places whose value came from the sender, and was not said by the mapping.
    private var sent: Set<JSONPointer> = []

    /// Puts a value at one of our places, unless something is there already.
    mutating func set(_ place: JSONPointer, to value: JSON, from origin: String?) -> Bool {
        guard origins[place] == nil, place.names.count <= 2, let first = place.names.first else { return false }
        if place.names.count == 1 {
            guard document[first] == nil else { return false }
            root.append(JSON.Member(first, value))
        } else if let index = root.firstIndex(where: { $0.name == first }) {
            guard case .object(var members) = root[index].value else { return false }
            members.append(JSON.Member(place.names[1], value))
            root[index].value = .object(members)
        } else {
            root.append(JSON.Member(first, .object([JSON.Member(place.names[1], value)])))
        }
        origins[place] = origin ?? place.text
        if origin != nil { sent.insert(place) }
        return true
    }

    /// Takes back a value at the top that nobody sent.
    mutating func withdraw(_ name: String) -> Bool {
        let place = JSONPointer([name])
        guard isSet(place), !sent.contains(place) else { return false }
        origins[place] = nil
        root.removeAll { $0.name == name }
        return true
    }

    func isSet(_ place: JSONPointer) -> Bool { origins[place] != nil }

    /// Where the sender had what now stands at one of our places, as a JSON pointer; `nil` if nobody sent it.
    package func origin(of place: JSONPointer) -> String? {
        sent.contains(place) ? origins[place] : nil
    }

    /// The same defect, pointing into the document as it was sent.
    func translated(_ defect: Defect) -> Defect {
        guard let place = JSONPointer(defect.pointer), let origin = origins[place] else { return defect }
        return Defect(defect.code, at: origin, defect.message)
    }
}

extension Arrangement {
    /// The pairs of a form as one flat object, for those who name fields. A name that was sent several times has a
    /// list.
    package static func flat(_ pairs: [(name: String, value: String)]) -> JSON {
        var members: [JSON.Member] = []
        var indices: [String: Int] = [:]
        for (name, value) in pairs {
            guard let index = indices[name] else {
                indices[name] = members.count
                members.append(JSON.Member(name, .string(value)))
                continue
            }
            switch members[index].value {
            case .array(let values): members[index].value = .array(values + [.string(value)])
            case let first: members[index].value = .array([first, .string(value)])
            }
        }
        return .object(members)
    }

    /// A form post without mapping: what has a flat name goes to its place.
    package init(form: JSON) {
        placeFlatNames(of: form.object ?? [])
    }

    mutating func placeFlatNames(of members: [JSON.Member]) {
        for member in members where !member.value.isAbsent {
            placeFlatName(member, from: JSONPointer([member.name]))
        }
    }

    mutating func placeFlatName(_ member: JSON.Member, from origin: JSONPointer) {
        guard let place = FlatNames.place(of: member.name) else {
            notes.addUnknown(Place(member.name))
            return
        }
        put(member.value, at: place, from: origin)
    }

    /// Puts one value of theirs at a place of ours. A list of texts and numbers becomes one text in `custom`, which is
    /// what check boxes mean; everywhere else the first entry that is not blank is taken. Other lists, and objects, are
    /// the reader's business.
    mutating func put(_ value: JSON, at place: JSONPointer, from origin: JSONPointer) {
        var value = value
        if case .array(let elements) = value {
            let scalars = elements.filter { !$0.isAbsent && $0.isScalar }
            if place.names.first == "custom" {
                if elements.allSatisfy(\.isScalar) {
                    value = .string(scalars.map(\.spelling).joined(separator: ", "))
                }
            } else {
                value = scalars.first ?? .null
                if scalars.count > 1 { notes.add("\(place.path) was sent \(scalars.count) times: the first is taken") }
            }
        }
        if !set(place, to: value, from: origin.text) {
            notes.add("\(place.path) is set already: \(Notes.printable(origin.path)) is not used")
        }
    }
}

extension JSON {
    var isScalar: Bool {
        switch self {
        case .bool, .number, .string, .null: true
        case .array, .object: false
        }
    }

    /// A scalar as text.
    var spelling: String { string ?? text }
}
