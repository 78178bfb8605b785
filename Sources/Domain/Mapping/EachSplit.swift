/// One document of another service that tells of several leads: a copy for each element of a list, in which that list,
/// and every list on the way to it, holds this one element. All pointers stay valid, and what stands outside of the
/// lists stays known.
package enum EachSplit: Equatable, Sendable {
    /// One element, no such list, or nothing that can be parsed: the body is one event as it came.
    case one
    case many([[UInt8]])
    /// More elements than are taken at once.
    case tooMany
    /// So much stands outside of the lists that the copies add more than `maximumAddition` to the body.
    case tooLarge

    /// Bytes that all copies of one request together may have more than it.
    package static let maximumAddition = 4 << 20

    /// `path` has a `*` for each list, as in `/entry/*/changes/*`.
    package init(_ body: [UInt8], each path: JSONPointer, maximum: Int, maximumAddition: Int = maximumAddition) {
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
        // One at a time: a short list may stand in a large document.
        let fits = document.narrow(each: path.names[...], within: { $0 }) { narrowed in
            bodies.append(narrowed.bytes)
            bytes += bodies[bodies.count - 1].count
            return bytes <= body.count + maximumAddition
        }
        self = fits ? .many(bodies) : .tooLarge
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

    /// Calls `take` with each copy until it answers false; whether it never did. `outer` puts a value into what
    /// surrounds it.
    fileprivate func narrow(
        each names: ArraySlice<String>, within outer: (JSON) -> JSON, _ take: (JSON) -> Bool
    ) -> Bool {
        guard let name = names.first else { return take(outer(self)) }
        switch self {
        case .array(let elements) where name == MappedDocument.oneElement:
            return elements.allSatisfy { element in
                element.narrow(each: names.dropFirst(), within: { outer(.array([$0])) }, take)
            }
        case .object(let members):
            guard let index = members.firstIndex(where: { $0.name == name }) else { return true }
            return members[index].value.narrow(
                each: names.dropFirst(),
                within: { value in
                    var members = members
                    members[index].value = value
                    return outer(.object(members))
                }, take)
        default: return true
        }
    }
}
