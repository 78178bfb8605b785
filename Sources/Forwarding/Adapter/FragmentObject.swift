import Domain

/// An event as it stands in a request, taken apart to be changed. Rare: events are written as bytes.
struct FragmentObject {
    private var members: [JSON.Member]
    private let original: Fragment

    init?(_ fragment: Fragment) {
        guard case .object(let members)? = try? JSON(parsing: fragment.bytes) else { return nil }
        self.members = members
        original = fragment
    }

    subscript(_ name: String) -> JSON? { members.first { $0.name == name }?.value }

    /// Whether it was there.
    mutating func remove(_ name: String) -> Bool {
        let count = members.count
        members.removeAll { $0.name == name }
        return members.count < count
    }

    /// Removes members of a member, and that one if nothing is left. Whether there was any.
    mutating func remove(_ names: Set<String>, from name: String) -> Bool {
        guard let place = members.firstIndex(where: { $0.name == name }), case .object(var inner) = members[place].value
        else { return false }
        let count = inner.count
        inner.removeAll { names.contains($0.name) }
        guard inner.count < count else { return false }
        if inner.isEmpty { members.remove(at: place) } else { members[place].value = .object(inner) }
        return true
    }

    /// Removes elements of a list within a member, and the member if none is left. Whether there was any.
    mutating func removeElements(from name: String, _ list: String, where isUnwanted: (JSON) -> Bool) -> Bool {
        guard let place = members.firstIndex(where: { $0.name == name }),
            case .object(var inner) = members[place].value,
            let index = inner.firstIndex(where: { $0.name == list }), case .array(var elements) = inner[index].value
        else { return false }
        let count = elements.count
        elements.removeAll(where: isUnwanted)
        guard elements.count < count else { return false }
        inner[index].value = .array(elements)
        if elements.isEmpty { members.remove(at: place) } else { members[place].value = .object(inner) }
        return true
    }

    var fragment: Fragment {
        var fragment = original
        fragment.bytes = JSON.object(members).bytes.finished()
        return fragment
    }
}
