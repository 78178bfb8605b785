import CLinux
import Glibc

/// A thread with a name, doing one job until it returns. The job may block.
@safe
package struct Worker: Sendable {
    private let thread: pthread_t

    /// Background work steps back for everything that somebody waits for.
    package enum Priority: Sendable { case normal, background }

    /// Starts the job at once. The system's tools show at most 15 bytes of the name.
    package init(_ name: String, priority: Priority = .normal, _ job: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let start = unsafe Unmanaged.passRetained(Start(name: name, priority: priority, job: job))
        let code = unsafe pthread_create(
            &thread, nil,
            { @Sendable start in
                unsafe Unmanaged<Start>.fromOpaque(start!).takeRetainedValue().run()
                return nil
            }, start.toOpaque())
        precondition(code == 0, "no thread for \(name): error \(code)")
        self.thread = thread
    }

    /// Waits for the job to return. To be called exactly once.
    package func join() { pthread_join(thread, nil) }

    private final class Start {
        private let name: String
        private let priority: Priority
        private let job: @Sendable () -> Void

        init(name: String, priority: Priority, job: @escaping @Sendable () -> Void) {
            self.name = name
            self.priority = priority
            self.job = job
        }

        func run() {
            unsafe pthread_setname_np(pthread_self(), String(name.prefix(15)))
            // On Linux the nice value belongs to the thread, not to the process: setpriority(2), "C library/kernel
            // differences".
            if priority == .background { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(gettid()), 10) }
            job()
        }
    }
}
