import Domain

/// Where things stand in a JSON5 text, so that a mistake can be named with its line and column, members can be read in
/// the order in which they were written, and a name that stands twice is not lost silently.
struct Outline {
    /// The place of each member's name and of each element, by its path (`destinations.meta-acme.pixel`,
    /// `groups[2].when`).
    private(set) var places: [String: JSON5.Place] = [:]
    /// The names of each object's members, by the object's path, in order.
    private(set) var names: [String: [String]] = [:]
    /// Members whose name has been there before in the same object.
    private(set) var repeated: [(path: String, place: JSON5.Place)] = []

    init(_ text: JSON5) {
        places[""] = text.place
        add(text, at: "")
    }

    static func path(_ parent: String, _ name: String) -> String { parent.isEmpty ? name : parent + "." + name }
    static func path(_ parent: String, _ index: Int) -> String { "\(parent)[\(index)]" }

    private mutating func add(_ text: JSON5, at path: String) {
        switch text.value {
        case .object(let members):
            var known: Set<String> = []
            for member in members {
                let place = Self.path(path, member.name)
                guard known.insert(member.name).inserted else {
                    repeated.append((place, member.place))
                    continue
                }
                names[path, default: []].append(member.name)
                places[place] = member.place
                add(member.value, at: place)
            }
        case .list(let elements):
            for (index, element) in elements.enumerated() {
                let place = Self.path(path, index)
                places[place] = element.place
                add(element, at: place)
            }
        case .null, .flag, .whole, .number, .text: break
        }
    }
}
