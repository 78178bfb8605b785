import CLinux
import Glibc
import Service
import Synchronization

/// What other threads have for an event loop: answers, new connections, the order to drain.
@safe
final class Mailbox: Sendable {
    /// What has come since the loop last looked.
    struct Mail: Sendable {
        var replies: [[(Exchange, Response)]] = []
        var arrivals: [Arrival] = []
        /// On the monotonic clock, in nanoseconds: when draining ends at the latest.
        var drainUntil: Int64?
    }

    /// A connection accepted by one loop for another.
    struct Arrival: Sendable {
        var descriptor: Int32
        var peer: String
    }

    /// An eventfd; readable edges on it say that mail has come.
    let descriptor: Int32
    private let mail = Locked(Mail())
    /// The thread of the loop, once it runs.
    private let owner = Atomic<UInt>(0)
    /// Answers given on the loop's own thread, which need no lock. Touched by that thread only.
    private nonisolated(unsafe) var own: [(Exchange, Response)] = []

    init() { descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }

    deinit { close(descriptor) }

    /// Makes the calling thread the one that may take what is inside.
    func open() { owner.store(UInt(pthread_self()), ordering: .relaxed) }

    private var isOwn: Bool { owner.load(ordering: .relaxed) == UInt(pthread_self()) }

    func deliver(_ reply: (Exchange, Response)) {
        if isOwn { unsafe own.append(reply) } else { post { $0.replies.append([reply]) } }
    }

    func deliver(_ replies: [(Exchange, Response)]) {
        if isOwn { unsafe own.append(contentsOf: replies) } else { post { $0.replies.append(replies) } }
    }

    func deliver(_ arrival: Arrival) { post { $0.arrivals.append(arrival) } }

    func drain(until deadline: Int64) { post { $0.drainUntil = deadline } }

    /// The first to put something in rings; the eventfd is never read, since every write is a new edge.
    private func post(_ put: (inout Mail) -> Void) {
        let wasEmpty = mail.withLock { mail in
            let wasEmpty = mail.replies.isEmpty && mail.arrivals.isEmpty && mail.drainUntil == nil
            put(&mail)
            return wasEmpty
        }
        if wasEmpty { eventfd_write(descriptor, 1) }
    }

    /// What other threads have put in.
    func take() -> Mail {
        mail.withLock { mail in
            let taken = mail
            mail = Mail()
            return taken
        }
    }

    /// The answers given on the loop's own thread; `spare` is an empty array to collect the next ones in.
    func takeOwn(_ spare: inout [(Exchange, Response)]) {
        unsafe swap(&own, &spare)
    }

    var hasOwn: Bool { unsafe !own.isEmpty }
}
