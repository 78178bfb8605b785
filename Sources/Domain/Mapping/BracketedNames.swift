/// Names of form fields that say where they belong, as PHP reads them: `contact[email]`, `fields[name][value]`.
enum BracketedNames {
    /// More brackets are no name that somebody meant.
    private static let maximumDepth = 16

    /// The object that the names of a flat one describe. A name that is no such path, or whose place is taken by a
    /// value, stays as it is.
    static func nested(_ document: JSON) -> JSON {
        guard case .object(let members) = document else { return document }
        var root = JSON.object([])
        for member in members {
            guard let path = path(member.name), root.insert(member.value, at: path[...]) else {
                _ = root.insert(member.value, at: [member.name])
                continue
            }
        }
        return root
    }

    /// `contact[email]` as `contact`, `email`; `nil` if it is another name. `topics[]` is a list called `topics`.
    static func path(_ name: String) -> [String]? {
        guard let start = name.firstIndex(of: "["), start != name.startIndex, name.last == "]" else { return nil }
        var path = [String(name[..<start])]
        for part in name[start...].dropFirst().dropLast().split(separator: "][", omittingEmptySubsequences: false) {
            guard !part.contains("["), !part.contains("]") else { return nil }
            path.append(String(part))
        }
        if path.last == "" { path.removeLast() }
        return path.count <= maximumDepth && !path.contains("") ? path : nil
    }
}

extension JSON {
    /// Puts a value into an object of objects; false if another value is in the way.
    fileprivate mutating func insert(_ value: JSON, at path: ArraySlice<String>) -> Bool {
        guard case .object(var members) = self, let name = path.first else { return false }
        let index = members.firstIndex { $0.name == name }
        if path.count == 1 {
            if index != nil { return false }
            members.append(Member(name, value))
        } else if let index {
            guard members[index].value.insert(value, at: path.dropFirst()) else { return false }
        } else {
            var inner = JSON.object([])
            _ = inner.insert(value, at: path.dropFirst())
            members.append(Member(name, inner))
        }
        self = .object(members)
        return true
    }
}
