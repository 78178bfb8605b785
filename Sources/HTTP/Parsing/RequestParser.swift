/// Turns the bytes of one connection into requests. A pure value: bytes go in, steps come out, and it does no I/O.
///
/// The steps depend on the bytes alone, not on how they were cut on their way.
package struct RequestParser: Sendable {
    package enum Step: Sendable {
        /// All bytes are used up, and the request is not complete.
        case needMore
        /// The head is complete, and the client waits for 100 before it sends the body (RFC 9110 10.1.1).
        case expectsContinue
        /// A request is complete; bytes behind it, if any, belong to the next one.
        case request(Request)
        /// The connection can only be answered and closed.
        case refuse(Refusal)
    }

    /// How far the request is that comes next.
    package enum Phase: Equatable, Sendable { case between, head, body }

    package private(set) var phase = Phase.between
    /// Bytes of the current body received so far, with their framing.
    package var bodyProgress: Int { body.received }

    /// The head of the request whose body is on its way, with the length that it announces.
    var headUnderWay: (head: Request, length: Int?) {
        let length: Int? = if case .length(let length) = head.framing { length } else { nil }
        return (Request(head: head, body: [], peer: ""), length)
    }

    private var headReader = HeadReader()
    /// The head's bytes so far, if it did not come in one piece.
    private var headBytes: [UInt8] = []
    private var head = RequestHead()
    private var body = BodyReader(.length(0))

    package init() {}

    /// Uses the bytes from `offset` on, up to the first step there is; the caller comes back for the rest.
    package mutating func receive(
        _ bytes: Span<UInt8>, from offset: inout Int, within limits: borrowing Limits
    ) -> Step {
        if phase != .body {
            guard offset < bytes.count else { return .needMore }
            phase = .head
            switch readHead(bytes, from: &offset, within: limits) {
            case .needMore: return .needMore
            case .refuse(let refusal): return .refuse(refusal)
            case .complete:
                phase = .body
                body = BodyReader(head.framing, isMultipart: head.isMultipart)
                if head.expectsContinue { return .expectsContinue }
            }
        }
        switch body.read(bytes, from: &offset, within: limits) {
        case .needMore: return .needMore
        case .refuse(let refusal): return .refuse(refusal)
        case .complete:
            phase = .between
            // Swapped out rather than copied: nobody counts references.
            var (finishedHead, finishedBody) = (RequestHead(), BodyReader(.length(0)))
            swap(&finishedHead, &head)
            swap(&finishedBody, &body)
            return .request(Request(head: finishedHead, body: finishedBody.finished(), peer: ""))
        }
    }

    /// A head in one piece is read where it lies and copied once; one in several pieces is collected.
    private mutating func readHead(
        _ bytes: Span<UInt8>, from offset: inout Int, within limits: borrowing Limits
    ) -> HeadReader.Step {
        let available = bytes.extracting(offset..<bytes.count)
        guard headBytes.isEmpty else {
            var collected: [UInt8] = []
            swap(&collected, &headBytes)
            let before = collected.count
            // One byte more than may be, so that the reader sees that it is too much.
            collected.append(copying: available.extracting(first: max(0, limits.head + 1 - before)))
            let step = headReader.read(collected.span, within: limits)
            if case .complete(let end) = step {
                collected.removeLast(collected.count - end)
                offset += end - before
                finishHead(collected)
            } else {
                offset = bytes.count
                headBytes = collected
            }
            return step
        }
        let step = headReader.read(available, within: limits)
        if case .complete(let end) = step {
            finishHead(Array(copying: available.extracting(first: end)))
            offset += end
        } else {
            headBytes = Array(copying: available.extracting(first: limits.head + 1))
            offset = bytes.count
        }
        return step
    }

    private mutating func finishHead(_ bytes: [UInt8]) {
        var reader = HeadReader()
        swap(&reader, &headReader)
        head = reader.finished(bytes)
    }
}
