import CLinux
import Glibc

/// A stream between two programs of this machine that share no folder: a socket in the abstract namespace, unix(7).
/// Lines of text, and the bytes of files.
@safe
package final class LocalLink: @unchecked Sendable {
    private let descriptor: Int32
    /// Received and not asked for yet.
    private var rest: [UInt8] = []

    private static let longestLine = 4096
    private static let step = 256 * 1024

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Where somebody who was told the name can connect, once.
    package struct Listener: ~Copyable, Sendable {
        private let descriptor: Int32

        package init(_ name: String) throws(FileFailure) {
            let descriptor = try LocalLink.socket()
            guard unsafe LocalLink.call(name, { unsafe bind(descriptor, $0, $1) }), listen(descriptor, 1) == 0 else {
                let failure = FileFailure.last
                close(descriptor)
                throw failure
            }
            self.descriptor = descriptor
        }

        deinit { close(descriptor) }

        /// The one that connects; `nil` when nobody does within `time`.
        package borrowing func accept(atMost time: Duration) -> LocalLink? {
            guard LocalLink.isReady(descriptor, within: time) else { return nil }
            let accepted = accept4(descriptor, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
            return accepted < 0 ? nil : LocalLink(accepted)
        }
    }

    /// Connects to a listener. Each step of talking over it may take `patience`.
    package static func connect(_ name: String, patience: Duration) throws(FileFailure) -> LocalLink {
        let link = LocalLink(try socket())
        guard unsafe call(name, { unsafe Glibc.connect(link.descriptor, $0, $1) }) else { throw .last }
        link.setPatience(patience)
        return link
    }

    package func setPatience(_ patience: Duration) {
        var limit = timeval(tv_sec: Int(patience.components.seconds), tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            unsafe setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    package func send(line: String) throws(FileFailure) { try send(Array((line + "\n").utf8)) }

    private func send(_ bytes: [UInt8]) throws(FileFailure) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 { sent += count } else if errno != EINTR { throw .last }
        }
    }

    /// The next line, without its end; `nil` at the end of the stream.
    package func line() throws(FileFailure) -> String? {
        while true {
            if let end = rest.firstIndex(of: 0x0A) {
                defer { rest.removeSubrange(...end) }
                return String(decoding: rest[..<end], as: UTF8.self)
            }
            guard rest.count < Self.longestLine else { throw FileFailure("a line without an end") }
            let more = try receive(atMost: Self.longestLine)
            if more.isEmpty { return nil }
            rest += more
        }
    }

    private func receive(atMost most: Int) throws(FileFailure) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: most)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
            }
            if count >= 0 { return Array(buffer[..<count]) }
            if errno != EINTR { throw .last }
        }
    }

    /// Sends the first `count` bytes of a file.
    package func send(file path: String, count: Int) throws(FileFailure) {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .last }
        defer { close(file) }
        var left = count
        while left > 0 {
            let moved = sendfile(descriptor, file, nil, min(left, Self.step))
            if moved > 0 {
                left -= moved
            } else if moved == 0 {
                throw FileFailure("the file ended early")
            } else if errno != EINTR {
                throw .last
            }
        }
    }

    /// Writes the next `count` bytes into an open file.
    package func receive(_ count: Int, into file: Int32, progress: (Int) -> Void = { _ in }) throws(FileFailure) {
        var left = count
        while left > 0 {
            let bytes: [UInt8]
            if rest.isEmpty {
                bytes = try receive(atMost: min(left, Self.step))
            } else {
                bytes = Array(rest.prefix(left))
                rest.removeFirst(bytes.count)
            }
            guard !bytes.isEmpty else { throw FileFailure("the other side broke off") }
            var written = 0
            while written < bytes.count {
                let count = unsafe bytes.withUnsafeBytes {
                    unsafe write(file, $0.baseAddress! + written, $0.count - written)
                }
                if count > 0 { written += count } else if errno != EINTR { throw .last }
            }
            left -= bytes.count
            progress(count - left)
        }
    }

    // MARK: Sockets

    private static func socket() throws(FileFailure) -> Int32 {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .last }
        return descriptor
    }

    private static func isReady(_ descriptor: Int32, within time: Duration) -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let milliseconds = time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
        return unsafe poll(&poller, 1, Int32(clamping: milliseconds)) > 0
    }

    /// Calls with the name's address: a zero byte, then the name.
    private static func call(_ name: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = [0] + Array(name.utf8)
        guard bytes.count <= MemoryLayout.size(ofValue: address.sun_path) else {
            errno = ENAMETOOLONG
            return false
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) == 0 }
        }
    }
}
