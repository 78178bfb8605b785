import CLinux
import Glibc

/// The signals a service answers to, as values to wait for: signalfd(2) instead of handlers, so that nothing ever runs
/// in the middle of something else.
@safe
package struct Signals: ~Copyable {
    package enum Signal: Equatable, Sendable {
        /// SIGTERM or SIGINT: finish what is under way and stop.
        case stop
        /// SIGHUP: read the configuration again.
        case reload
    }

    private let descriptor: Int32

    /// Blocks the signals in this thread and in all it starts later, so it has to come before the first `Worker`.
    /// SIGPIPE is ignored: a peer that has gone is an error of that one write.
    package init() {
        signal(SIGPIPE, SIG_IGN)
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&set, number) }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        descriptor = unsafe signalfd(-1, &set, Int32(SFD_CLOEXEC))
        precondition(descriptor >= 0, "signalfd: error \(errno)")
    }

    deinit { close(descriptor) }

    /// The next signal; `nil` when none came within `timeout`.
    package borrowing func wait(atMost timeout: Duration) -> Signal? {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let seconds = timeout.components.seconds * 1000
        let milliseconds = seconds + timeout.components.attoseconds / 1_000_000_000_000_000
        guard unsafe poll(&poller, 1, Int32(clamping: milliseconds)) > 0 else { return nil }
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard unsafe read(descriptor, &information, size) == size else { return nil }
        return information.ssi_signo == UInt32(SIGHUP) ? .reload : .stop
    }
}
