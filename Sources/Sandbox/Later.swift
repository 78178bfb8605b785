import Service

/// Does things at a later time, on a thread of its own. They must not block.
final class Later: Sendable {
    private struct Plan {
        /// The next one last.
        var tasks: [(due: Duration, task: @Sendable () -> Void)] = []
        var isStopped = false
    }

    private let plan: Locked<Plan>
    private let worker: Worker

    init() {
        let plan = Locked(Plan())
        self.plan = plan
        worker = Worker("sandbox later") {
            while let task = Self.next(plan) { task() }
        }
    }

    func after(_ delay: Duration, _ task: @escaping @Sendable () -> Void) {
        let due = Clock.monotonic + delay
        plan.update { plan in
            let index = plan.tasks.firstIndex { $0.due <= due } ?? plan.tasks.endIndex
            plan.tasks.insert((due, task), at: index)
        }
    }

    /// What has not been done by now is forgotten. To be called once.
    func stop() {
        plan.update { $0.isStopped = true }
        worker.join()
    }

    private enum Step {
        case stop
        case run(@Sendable () -> Void)
        /// Another task comes first now.
        case lookAgain
    }

    /// Waits for the next task to be due; `nil` when stopped.
    private static func next(_ plan: Locked<Plan>) -> (@Sendable () -> Void)? {
        while true {
            let due = plan.withLock { $0.tasks.last?.due }
            let time = due.map { max(.zero, $0 - Clock.monotonic) } ?? .seconds(3600)
            let step = plan.wait(atMost: time) { plan -> Step? in
                if plan.isStopped { return .stop }
                guard plan.tasks.last?.due == due else { return .lookAgain }
                guard let due, due <= Clock.monotonic else { return nil }
                return .run(plan.tasks.removeLast().task)
            }
            switch step {
            case .run(let task): return task
            case .stop: return nil
            case .lookAgain, nil: continue
            }
        }
    }
}
