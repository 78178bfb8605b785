import Service

/// An HTTP/1.1 server on event loops of its own (RFC 9110, RFC 9112). Listens from the moment it exists.
package final class Server: Sendable {
    /// The port of the first TCP endpoint.
    package let port: UInt16
    private let mailboxes: [Mailbox]
    private let tally = ConnectionCount()
    /// The loops' threads; none after draining.
    private let workers: Locked<[Worker]>

    /// Starts `loops` threads called `name/0`, `name/1`..., each with a responder of its own, which is made on that
    /// thread. The first one also accepts, and gives every loop connections in turn.
    package init(
        _ endpoints: [Endpoint], loops: Int = 1, limits: Limits = Limits(), name: String = "http",
        responder: @escaping @Sendable (_ loop: Int) -> any Responder
    ) throws(ServerError) {
        precondition(loops >= 1, "a server without event loops would never answer")
        precondition(limits.head < 65536, "positions in a head are kept in 16 bits")
        var listeners: [Listener] = []
        do throws(ServerError) {
            for endpoint in endpoints { listeners.append(try Listener(endpoint, backlog: limits.backlog)) }
        } catch {
            for listener in listeners { listener.close() }
            throw error
        }
        port = listeners.lazy.compactMap(\.port).first ?? 0
        mailboxes = (0..<loops).map { _ in Mailbox() }
        let workers = (0..<loops).map { [mailboxes, tally, listeners] index in
            Worker("\(name)/\(index)") {
                EventLoop(
                    mailboxes[index], others: mailboxes, listeners: index == 0 ? listeners : [], limits: limits,
                    tally: tally, responder: responder(index)
                ).run()
            }
        }
        self.workers = Locked(workers)
    }

    deinit { drain(within: .zero) }

    /// Stops accepting, answers what is under way and closes the rest. Returns when all connections are closed and the
    /// threads have ended; what is not done within the time is cut off.
    package func drain(within time: Duration) {
        let deadline = (Clock.monotonic + time).nanoseconds
        let workers = workers.withLock { workers in
            let running = workers
            workers = []
            return running
        }
        guard !workers.isEmpty else { return }
        mailboxes[0].drain(until: deadline)
        for worker in workers { worker.join() }
    }

    /// What it has done so far.
    package var counters: ServerCounters { tally.snapshot }
}
