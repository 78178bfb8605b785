import CLinux
import Glibc

/// A client that sends what it is told, rules or no rules, over a blocking socket. No call waits longer than ten
/// seconds.
@safe
final class Client {
    struct Answer: Equatable {
        var status: Int
        /// Names in lower case.
        var fields: [String: String]
        var body: String
    }

    enum Failure: Error, Equatable { case cannotConnect, closed, reset, timedOut }

    private var descriptor: Int32
    private var received: [UInt8] = []

    init(port: UInt16, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if var size = receiveBuffer {
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        try connect(&address)
    }

    init(unixPath: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: unixPath.utf8) }
        try connect(&address)
    }

    deinit { close() }

    private func connect<Address>(_ address: inout Address) throws {
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            unsafe setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        let code = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        if code != 0 { throw Failure.cannotConnect }
    }

    /// Sends as much as the other side takes. Whoever is refused in the middle of a body need not mind.
    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }

    /// Closes the sending side only.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Closes so that the other side's next call fails.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Whether there is something to read, or the end, within the time.
    func hears(withinMilliseconds time: Int32) -> Bool {
        if !received.isEmpty { return true }
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&entry, 1, time) > 0
    }

    /// Reads the next answer, which has a Content-Length or no body.
    func answer(toHead: Bool = false) throws -> Answer {
        let head = try text(upTo: "\r\n\r\n")
        var lines = head.components(separatedBy: "\r\n")[...]
        let status = Int(lines.removeFirst().dropFirst(9).prefix(3)) ?? 0
        var fields: [String: String] = [:]
        for line in lines where !line.isEmpty {
            let parts = line.components(separatedBy: ": ")
            fields[parts[0].lowercased()] = parts.dropFirst().joined(separator: ": ")
        }
        let length = toHead ? 0 : fields["content-length"].flatMap { Int($0) } ?? 0
        while received.count < length { try receive() }
        let body = String(decoding: received.prefix(length), as: UTF8.self)
        received.removeFirst(length)
        return Answer(status: status, fields: fields, body: body)
    }

    /// Sends a request and reads its answer.
    func ask(_ text: String) throws -> Answer {
        send(text)
        return try answer()
    }

    /// Whether the server closes next, in an orderly way, without another byte.
    func seesTheEnd() -> Bool {
        guard received.isEmpty else { return false }
        do {
            try receive()
            return false
        } catch {
            return error == .closed
        }
    }

    /// Reads and throws away until the connection ends in any way; says how much it was.
    func drainToTheEnd() -> Int {
        var total = received.count
        received = []
        while (try? receive()) != nil {
            total += received.count
            received = []
        }
        return total
    }

    private func text(upTo end: String) throws(Failure) -> String {
        let end = Array(end.utf8)
        while true {
            for start in 0...max(0, received.count - end.count) where received[start...].starts(with: end) {
                let text = String(decoding: received[..<start], as: UTF8.self)
                received.removeFirst(start + end.count)
                return text
            }
            try receive()
        }
    }

    private func receive() throws(Failure) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        if count == 0 { throw .closed }
        if count < 0 { throw errno == EAGAIN ? .timedOut : .reset }
        received += buffer[..<count]
    }
}

extension String {
    func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var current = self[...]
        while let range = current.firstRange(of: separator) {
            parts.append(String(current[..<range.lowerBound]))
            current = current[range.upperBound...]
        }
        return parts + [String(current)]
    }
}
