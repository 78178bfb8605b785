import CLinux
import Glibc

/// An epoll instance, and the events it reported last.
@safe
struct Poller: ~Copyable {
    /// What there is to be done about a descriptor.
    struct Event {
        var token: UInt64
        var isReadable: Bool
        /// The other side has ended its sending, or is gone altogether: everything up to the end can be read.
        var isEnding: Bool
        /// Nothing can be sent any more.
        var isBroken: Bool
    }

    /// How a descriptor is watched.
    enum Interest {
        /// For both directions, once for every change: what is not read or written now is not reported again.
        case connection
        /// For something to read, once for every change.
        case bell
        /// For something to read, as long as there is something.
        case listener
        /// Not at all for now.
        case nothing

        fileprivate var bits: UInt32 {
            switch self {
            case .connection: EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
            case .bell: EPOLLIN.rawValue | EPOLLET.rawValue
            case .listener: EPOLLIN.rawValue
            case .nothing: 0
            }
        }
    }

    private let descriptor: Int32
    private let events: UnsafeMutablePointer<epoll_event>
    private static let capacity = 512

    init() {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        precondition(descriptor >= 0, "no epoll instance: error \(errno)")
        unsafe events = .allocate(capacity: Self.capacity)
    }

    deinit {
        unsafe events.deallocate()
        close(descriptor)
    }

    /// False if the system has no room for it.
    @discardableResult
    func watch(_ watched: Int32, _ interest: Interest, token: UInt64) -> Bool {
        control(EPOLL_CTL_ADD, watched, interest, token)
    }

    func change(_ watched: Int32, _ interest: Interest, token: UInt64) {
        _ = control(EPOLL_CTL_MOD, watched, interest, token)
    }

    private func control(_ operation: Int32, _ watched: Int32, _ interest: Interest, _ token: UInt64) -> Bool {
        var event = unsafe epoll_event()
        unsafe event.events = interest.bits
        unsafe event.data.u64 = token
        return unsafe epoll_ctl(descriptor, operation, watched, &event) == 0
    }

    /// Waits at most so long (for ever below zero); says how many events there are.
    func wait(milliseconds: Int32) -> Int {
        max(0, Int(unsafe epoll_wait(descriptor, events, Int32(Self.capacity), milliseconds)))
    }

    /// An event of the last wait.
    func event(_ index: Int) -> Event {
        precondition(index < Self.capacity)
        let event = unsafe events[index]
        let bits = unsafe event.events
        return Event(
            token: unsafe event.data.u64,
            isReadable: bits & EPOLLIN.rawValue != 0,
            isEnding: bits & (EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0,
            isBroken: bits & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0)
    }
}
