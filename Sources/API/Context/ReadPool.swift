package import Service
package import Store

/// A few threads for what blocks: questions to the database. Each has a connection of its own that can only read.
///
/// The queue is bounded; who does not fit in is told so, and asks again.
package final class ReadPool: Sendable {
    package typealias Job = @Sendable (Reader) -> Void

    private let queue: Locked<Queue>
    private let maximumWaiting: Int
    private let workers: [Worker]

    private struct Queue {
        var jobs: [Job] = []
        var isClosed = false
        /// Threads that have not ended.
        var threads: Int
    }

    /// Opens its connections before it returns.
    package init(_ name: String, threads: Int, maximumWaiting: Int, ledger: Ledger, log: Log) {
        self.maximumWaiting = maximumWaiting
        queue = Locked(Queue(threads: threads))
        workers = (0..<threads).map { [queue] index in
            Worker("\(name)/\(index)", priority: .background) {
                defer { queue.update { $0.threads -= 1 } }
                do throws(StoreError) {
                    let reader = try ledger.reader()
                    while let job = Self.next(queue) { job(reader) }
                } catch {
                    // Without a connection the jobs stay where they are, and the queue says that it is full.
                    log.error("readpool.open_failed", ["error": error.description])
                }
            }
        }
    }

    private static func next(_ queue: Locked<Queue>) -> Job? {
        queue.wait { queue -> Job?? in
            if !queue.jobs.isEmpty { return .some(queue.jobs.removeFirst()) }
            return queue.isClosed ? .some(nil) : nil
        }
    }

    /// Does the job on one of the threads. False if too many are waiting: all places but those that are kept free for
    /// others.
    package func submit(leaving free: Int = 0, _ job: @escaping Job) -> Bool {
        queue.update { queue in
            guard !queue.isClosed, queue.jobs.count < maximumWaiting - free else { return false }
            queue.jobs.append(job)
            return true
        }
    }

    /// Ends the threads after what they are doing, for at most `time`: an audit or a backup takes minutes, and a relay
    /// that stops does not wait for it. What has not begun is dropped.
    package func close(within time: Duration) {
        queue.update { queue in
            queue.isClosed = true
            queue.jobs = []
        }
        let hasEnded = queue.wait(atMost: time) { $0.threads == 0 ? true : nil } ?? false
        if hasEnded { for worker in workers { worker.join() } }
    }
}
