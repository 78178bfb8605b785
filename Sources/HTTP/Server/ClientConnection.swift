/// One connection: its socket, what has come, what is to go, and where it stands. Confined to its event loop's thread.
final class ClientConnection {
    /// What the connection is doing. It goes down this list, but back from `answering` to `receiving` while it
    /// persists.
    enum Stage: Equatable {
        /// Waits for a request or receives one.
        case receiving
        /// A request of this number has been handed over; what comes meanwhile is left in the system.
        case answering(UInt64)
        /// The last answer is being sent.
        case finishing
        /// The last answer is sent and our side closed; what still comes is thrown away until the client has closed
        /// too, because closing at once would make the system reset the connection, and the client might never see the
        /// answer (RFC 9112 9.6).
        case lingering
    }

    /// What `deadline` is about.
    enum Awaiting: Equatable { case connection, request, head, body, reply, write, end }

    let socket: Socket
    let peer: String
    let slot: Int
    /// With whom it is counted; `nil`: with nobody.
    let group: UInt64?
    var stage = Stage.receiving
    var parser = RequestParser()

    /// Bytes received behind the request that is being answered.
    var pending: [UInt8] = []
    var pendingStart = 0
    /// Bytes of the body under way that are counted in `ConnectionCount.unfinished`.
    var held = 0
    /// The responder has seen the head of the request under way.
    var hasShownHead = false
    /// Answers, and how much of them has been sent.
    var output: [UInt8] = []
    var sent = 0

    /// There may be something to read.
    var isReadable = true
    /// The end of the stream, or an error, will be read: a short read does not mean that there is no more.
    var isEnding = false
    /// The end has been read: there will be no further requests.
    var hasEnded = false

    /// How the request under way is to be answered.
    var manner = ResponseWriter.Manner()
    /// On the monotonic clock, in nanoseconds.
    var deadline = Int64.max
    var awaiting = Awaiting.connection
    /// How far body or answer were when the deadline was set.
    var progressMark = 0

    init(_ socket: consuming Socket, peer: String, group: UInt64?, slot: Int) {
        self.socket = socket
        self.peer = peer
        self.group = group
        self.slot = slot
    }

    var unsent: Int { output.count - sent }

    /// Sends what it can. False if the connection is broken.
    func flush() -> Bool {
        while sent < output.count {
            switch socket.send(output, from: sent) {
            case .moved(let count): sent += count
            case .wouldBlock: return true
            case .failed: return false
            }
        }
        sent = 0
        // A connection keeps room for a usual answer only.
        output.removeAll(keepingCapacity: output.capacity <= 4096)
        return true
    }
}
