import Service

/// What other threads hand to curl's thread.
final class JobQueue: Sendable {
    enum Request: Sendable {
        case exchange(Transfer, then: Transfers.Completion)
        case posting(Mailing, then: Transfers.MailCompletion)

        func job() -> any Job {
            switch self {
            case .exchange(let transfer, let then): HTTPExchange(transfer, then: then)
            case .posting(let mailing, let then): Posting(mailing, then: then)
            }
        }
    }

    private struct State {
        var waiting: [Request] = []
        var isClosed = false
    }

    private let state = Locked(State())
    let multi = Multi()

    /// Whether it was taken; after `close` nothing is.
    func put(_ request: Request) -> Bool {
        let (taken, isFirst) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.waiting.append(request)
            return (true, state.waiting.count == 1)
        }
        // The thread takes everything that waits, so it needs to be woken for the first only.
        if isFirst { multi.wake() }
        return taken
    }

    func close() {
        state.withLock { $0.isClosed = true }
        multi.wake()
    }

    /// Everything that waits, and whether there will be more.
    func take() -> (requests: [Request], isClosed: Bool) {
        state.withLock { state in
            defer { state.waiting = [] }
            return (state.waiting, state.isClosed)
        }
    }
}
