import CLinux
import Glibc

/// The service manager that started us, told what we are doing: sd_notify(3), spoken directly.
///
/// Without one (`NOTIFY_SOCKET` is not set) everything here does nothing.
package struct Supervisor: Sendable {
    private let address: String?

    /// How often the manager wants to hear from us before it takes us for dead and restarts us; `nil` if it does not
    /// watch.
    package let watchdog: Duration?

    /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
    package static func fromEnvironment() -> Supervisor {
        func value(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }
        var watchdog: Duration?
        if let text = value("WATCHDOG_USEC"), let microseconds = Int64(text), microseconds > 0,
            value("WATCHDOG_PID").map({ $0 == String(getpid()) }) ?? true
        {
            watchdog = .microseconds(microseconds)
        }
        return Supervisor(address: value("NOTIFY_SOCKET"), watchdog: watchdog)
    }

    package init(address: String?, watchdog: Duration? = nil) {
        self.address = address
        self.watchdog = watchdog
    }

    package func ready(_ status: String) { send("READY=1\nSTATUS=\(Self.line(status))") }
    package func status(_ status: String) { send("STATUS=\(Self.line(status))") }
    package func alive() { send("WATCHDOG=1") }
    package func stopping(_ status: String) { send("STOPPING=1\nSTATUS=\(Self.line(status))") }

    /// To be followed by `ready`. The time stamp is what `Type=notify-reload` waits for.
    package func reloading() {
        let now = Clock.monotonic.components
        let microseconds = now.seconds * 1_000_000 + now.attoseconds / 1_000_000_000_000
        send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
    }

    private static func line(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }

    /// One datagram; a manager that does not listen is no reason to stop.
    private func send(_ message: String) {
        guard let address else { return }
        // A name that starts with "@" is in the abstract namespace: unix(7).
        var path = Array(address.utf8)
        if path.first == UInt8(ascii: "@") { path[0] = 0 }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: name.sun_path)
        guard !path.isEmpty, path.count < capacity else { return }
        unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: path) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)

        let socket = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return }
        defer { close(socket) }
        let bytes = Array(message.utf8)
        _ = unsafe withUnsafePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                unsafe bytes.withUnsafeBytes {
                    unsafe sendto(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL), name, length)
                }
            }
        }
    }
}
