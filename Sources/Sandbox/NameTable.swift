/// Values by name, for few names that are looked up very often: by length, then one after the other. Several times as
/// fast as a dictionary, which would have to hash every name.
struct NameTable<Value: Sendable>: Sendable, ExpressibleByDictionaryLiteral {
    private var names: [[String]] = []
    private var values: [[Value]] = []

    init(dictionaryLiteral elements: (String, Value)...) {
        for (name, value) in elements {
            while names.count <= name.utf8.count {
                names.append([])
                values.append([])
            }
            names[name.utf8.count].append(name)
            values[name.utf8.count].append(value)
        }
    }

    subscript(_ name: String) -> Value? {
        let length = name.utf8.count
        guard length < names.count else { return nil }
        for index in names[length].indices where names[length][index] == name { return values[length][index] }
        return nil
    }
}
