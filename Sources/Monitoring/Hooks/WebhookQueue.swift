import Service

/// Does what others' callbacks ask for after they have been answered, on a thread of its own: they want an answer
/// within seconds, and the store may take its time.
package final class WebhookQueue: Sendable {
    /// More than this at once is not people's doing.
    private static let mostWaiting = 100

    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var isStopping = false
    }

    private let state: Locked<State>
    private let worker: Locked<Worker?>

    package init(_ name: String) {
        let state = Locked(State())
        self.state = state
        worker = Locked(
            Worker(name) {
                while let job = Self.next(state) { job() }
            })
    }

    private static func next(_ state: Locked<State>) -> (@Sendable () -> Void)? {
        state.wait { state -> (@Sendable () -> Void)?? in
            if !state.jobs.isEmpty { return .some(state.jobs.removeFirst()) }
            return state.isStopping ? .some(nil) : nil
        }
    }

    /// False if too much is waiting.
    package func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
        state.update { state in
            guard !state.isStopping, state.jobs.count < Self.mostWaiting else { return false }
            state.jobs.append(job)
            return true
        }
    }

    /// Does what is waiting, then ends the thread.
    package func stop() {
        state.update { $0.isStopping = true }
        let worker = worker.withLock { worker in
            defer { worker = nil }
            return worker
        }
        worker?.join()
    }
}
