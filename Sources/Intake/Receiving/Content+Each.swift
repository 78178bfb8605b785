import Domain

extension Content {
    /// The events in the body of a source whose mapping makes one lead of each element of a list; in a batch, of each
    /// in each event.
    func events(in body: [UInt8], each path: JSONPointer?, most: Int) throws(Problem) -> Events {
        guard let path, format == .json else { return try events(in: body, most: most) }
        var rest = most
        if let bodies = try Self.split(inUTF8(body), path, most: &rest, of: most) {
            return Events(bodies: bodies, isBatch: true, charsetName: "")
        }
        let batch = try events(in: body, most: most)
        guard batch.isBatch else { return batch }
        var bodies: [[UInt8]] = []
        var bytes = 0
        for event in batch.bodies {
            let parts = try Self.split(event, path, most: &rest, of: most) ?? [event]
            bodies += parts
            bytes += parts.reduce(0) { $0 + $1.count }
            guard bodies.count <= most else { throw Self.tooMany(most) }
            guard bytes <= body.count + EachSplit.maximumAddition else { throw Self.tooLarge }
        }
        return Events(bodies: bodies, isBatch: true, charsetName: "")
    }

    /// `nil` if the body is one event as it came.
    private static func split(
        _ body: [UInt8], _ path: JSONPointer, most rest: inout Int, of most: Int
    ) throws(Problem) -> [[UInt8]]? {
        switch EachSplit(body, each: path, maximum: rest) {
        case .one: return nil
        case .many(let bodies):
            rest -= bodies.count
            return bodies
        case .tooMany: throw tooMany(most)
        case .tooLarge: throw tooLarge
        }
    }

    static func tooMany(_ most: Int) -> Problem {
        Problem(.batchTooLarge, "At most \(most) events fit into one request. Send several requests.", invalid: "body")
    }

    private static let tooLarge = Problem(
        .batchTooLarge,
        """
        Each element becomes an event with all that stands around it, which adds more than \
        \(EachSplit.maximumAddition >> 20) MiB. Send fewer elements at a time.
        """,
        invalid: "body")
}
