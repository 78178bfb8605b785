/// Another service's document while a mapping reads it: finds what pointers name, and remembers which elements of lists
/// were read.
struct MappedDocument {
    let root: JSON
    /// JSON that stood as text, read once.
    private var opened: [JSONPointer: JSON] = [:]
    /// Lists that were read by position: how many elements there are, and which were asked for.
    private var lists: [JSONPointer: (count: Int, read: Set<Int>)] = [:]

    init(_ root: JSON) { self.root = root }

    /// The value at a place and where it was found: in a pointer `*` is the first element of a list. `nil` if nothing
    /// is there.
    mutating func value(at pointer: JSONPointer, opensText: Bool) -> (value: JSON, place: JSONPointer)? {
        var value = root
        var place = JSONPointer([])
        var passed: [(JSONPointer, count: Int, index: Int)] = []
        for name in pointer.names {
            if opensText { value = open(value, at: place) }
            if case .array(let elements) = value {
                guard let index = name == Self.oneElement ? 0 : Int(name), elements.indices.contains(index) else {
                    return nil
                }
                passed.append((place, elements.count, index))
                value = elements[index]
                place.names.append(String(index))
            } else {
                guard let next = value[name] else { return nil }
                value = next
                place.names.append(name)
            }
        }
        if value.isAbsent { return nil }
        for (list, count, index) in passed { lists[list, default: (count, [])].read.insert(index) }
        return (value, place)
    }

    /// The values at a place, where `*` is every element of a list.
    mutating func all(at pointer: JSONPointer) -> [(value: JSON, place: JSONPointer)] {
        var found = [(value: root, place: JSONPointer([]))]
        for name in pointer.names {
            found = found.flatMap { value, place -> [(value: JSON, place: JSONPointer)] in
                let value = open(value, at: place)
                if name == Self.oneElement {
                    return value.array?.enumerated().map { ($1, JSONPointer(place.names + [String($0)])) } ?? []
                }
                let next: JSON? = if case .array = value { Int(name).flatMap { value[$0] } } else { value[name] }
                return next.map { [($0, JSONPointer(place.names + [name]))] } ?? []
            }
        }
        return found.map { (open($0.value, at: $0.place), $0.place) }
    }

    /// A text that is JSON, as what it says; anything else as it is.
    mutating func open(_ value: JSON, at place: JSONPointer) -> JSON {
        guard case .string(let text) = value, let first = text.trimmed.utf8.first,
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        else { return value }
        if let known = opened[place] { return known }
        let read = (try? JSON(parsing: Array(text.utf8))) ?? value
        opened[place] = read
        return read
    }

    /// Lists of which some elements were read by position and others were not: perhaps there is a lead in each.
    var listsWithMore: [(place: JSONPointer, count: Int, read: Int)] {
        lists.filter { $0.value.read.count < $0.value.count }.map { ($0.key, $0.value.count, $0.value.read.count) }
            .sorted { $0.place.text < $1.place.text }
    }

    static let oneElement = "*"
}
