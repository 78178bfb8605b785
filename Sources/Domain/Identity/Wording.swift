/// What a sender said, apart from how it was written: the order of names and the blanks between them are nobody's
/// message.
package struct Wording: Equatable, Sendable {
    private let content: Content

    private enum Content: Equatable, Sendable {
        /// Objects in the order of their names.
        case document(JSON)
        /// In the order of names and values.
        case pairs([String])
        case bytes([UInt8])
    }

    /// `pairs` are the decoded fields of a form, where it is one and can be read.
    package init(_ body: [UInt8], pairs: [(name: String, value: String)]? = nil) {
        if let pairs {
            content = .pairs(pairs.map { "\($0.name)\u{0}\($0.value)" }.sorted())
        } else if let document = try? JSON(parsing: body) {
            content = .document(document.inOrder)
        } else {
            content = .bytes(body)
        }
    }

    /// Tells the fields of forms apart without keeping them. Of other content it is that of its bytes or text.
    package var hash: UInt64 {
        var hash = FNV1a()
        switch content {
        case .document(let document): hash.add(document.bytes)
        case .pairs(let pairs):
            for pair in pairs {
                hash.add(pair.utf8)
                hash.add([0, 0])
            }
        case .bytes(let bytes): hash.add(bytes)
        }
        return hash.hash
    }

    /// The places at which two JSON documents differ, such as `person.phone`, at most `limit`; empty where there is no
    /// telling.
    package static func differences(_ a: [UInt8], _ b: [UInt8], limit: Int = 8) -> [String] {
        guard let a = try? JSON(parsing: a), let b = try? JSON(parsing: b) else { return [] }
        var found: [String] = []
        collect(a, b, at: [], &found, limit)
        return found
    }

    private static func collect(_ a: JSON, _ b: JSON, at place: [String], _ found: inout [String], _ limit: Int) {
        if found.count >= limit || a == b { return }
        guard case .object(let mine) = a, case .object(let theirs) = b, place.count < 3 else {
            found.append(place.isEmpty ? "the whole event" : Notes.printable(JSONPointer(place).path))
            return
        }
        var seen: Set<String> = []
        for name in (mine + theirs).map(\.name) where seen.insert(name).inserted {
            collect(a[name] ?? .null, b[name] ?? .null, at: place + [name], &found, limit)
        }
    }
}

extension JSON {
    /// With the members of every object in the order of their names.
    fileprivate var inOrder: JSON {
        switch self {
        case .object(let members):
            .object(members.map { Member($0.name, $0.value.inOrder) }.sorted { $0.name < $1.name })
        case .array(let elements): .array(elements.map(\.inOrder))
        case .null, .bool, .number, .string: self
        }
    }
}
