/// One document of another service that tells of several leads: a copy for each element of a list, in which that list,
/// and every list on the way to it, holds this one element. All pointers stay valid, and what stands outside of the
/// lists stays known.
package enum EachSplit: Equatable, Sendable {
    /// One element, no such list, or nothing that can be parsed: the body is one event as it came.
    case one
    case many([[UInt8]])
    /// More elements than are taken at once.
    case tooMany
    /// So much stands outside of the lists that all copies together are larger than `maximumBytes`.
    case tooLarge

    /// For all copies of one request together.
    package static let maximumBytes = 16 << 20

    /// `path` has a `*` for each list, as in `/entry/*/changes/*`.
    package init(_ body: [UInt8], each path: JSONPointer, maximum: Int, maximumBytes: Int = maximumBytes) {
        guard let document = try? JSON(parsing: body) else {
            self = .one
            return
        }
        let count = document.count(each: path.names[...])
        guard count > 1 else {
            self = .one
            return
        }
        guard count <= maximum else {
            self = .tooMany
            return
        }
        var bodies: [[UInt8]] = []
        var bytes = 0
        for narrowed in document.narrowed(each: path.names[...]) {
            bodies.append(narrowed.bytes)
            bytes += bodies[bodies.count - 1].count
            if bytes > maximumBytes {
                self = .tooLarge
                return
            }
        }
        self = .many(bodies)
    }
}

extension JSON {
    fileprivate func count(each names: ArraySlice<String>) -> Int {
        guard let name = names.first else { return 1 }
        switch self {
        case .array(let elements) where name == MappedDocument.oneElement:
            return elements.reduce(0) { $0 + $1.count(each: names.dropFirst()) }
        case .object: return self[name]?.count(each: names.dropFirst()) ?? 0
        default: return 0
        }
    }

    /// The copies share what they have in common until they are written.
    fileprivate func narrowed(each names: ArraySlice<String>) -> [JSON] {
        guard let name = names.first else { return [self] }
        switch self {
        case .array(let elements) where name == MappedDocument.oneElement:
            return elements.flatMap { $0.narrowed(each: names.dropFirst()) }.map { .array([$0]) }
        case .object(let members):
            guard let index = members.firstIndex(where: { $0.name == name }) else { return [] }
            return members[index].value.narrowed(each: names.dropFirst()).map { value in
                var members = members
                members[index].value = value
                return .object(members)
            }
        default: return []
        }
    }
}
