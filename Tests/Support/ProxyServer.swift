import Glibc
import Service

/// A proxy on loopback that opens tunnels (CONNECT, RFC 9110 section 9.3.6) to servers on loopback, and remembers for
/// whom.
@safe
package final class ProxyServer: Sendable {
    private struct State {
        var requests: [String] = []
        var open: Set<Int32> = []
        var workers: [Worker] = []
    }

    package let port: UInt16
    private let state = Locked(State())
    private let listener: Int32

    /// `login`: what `Proxy-Authorization` has to say after `Basic `; `nil`: anybody may.
    package init(login: String? = nil) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(listener, address, length) | listen(listener, 128) | getsockname(listener, address, &length)
            }
        }
        precondition(code == 0, "no proxy for the test: error \(errno)")
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        let state = state
        let acceptor = Worker("accept") {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                state.withLock { _ = $0.open.insert(connection) }
                let worker = Worker("tunnel") { Self.serve(connection, state, login) }
                state.withLock { $0.workers.append(worker) }
            }
        }
        state.withLock { $0.workers.append(acceptor) }
    }

    /// The heads of all requests for a tunnel.
    package var requests: [String] { state.withLock { $0.requests } }

    package func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        state.withLock { state in for connection in state.open { shutdown(connection, Int32(SHUT_RDWR)) } }
        while let worker = state.withLock({ $0.workers.popLast() }) { worker.join() }
        close(listener)
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func serve(_ connection: Int32, _ state: Locked<State>, _ login: String?) {
        defer { end(connection, state) }
        guard let head = readHead(connection) else { return }
        state.withLock { $0.requests.append(head) }
        let words = head.split(separator: " ")
        guard words.count > 1, words[0] == "CONNECT",
            let port = words[1].split(separator: ":").last.flatMap({ UInt16($0) })
        else { return write(connection, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") }
        if let login, !head.lowercased().contains("proxy-authorization: basic " + login.lowercased()) {
            return write(
                connection,
                "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n"
            )
        }
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port)
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe connect(server, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        state.withLock { _ = $0.open.insert(server) }
        defer { end(server, state) }
        guard code == 0 else { return write(connection, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n") }
        write(connection, "HTTP/1.1 200 Connection established\r\nX-Proxy: was here\r\n\r\n")
        let back = Worker("tunnel back") { copy(server, connection) }
        copy(connection, server)
        back.join()
    }

    /// Under the lock, because the number may belong to another connection as soon as it is closed.
    private static func end(_ connection: Int32, _ state: Locked<State>) {
        state.withLock { state in
            state.open.remove(connection)
            close(connection)
        }
    }

    private static func readHead(_ connection: Int32) -> String? {
        var bytes: [UInt8] = []
        while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            var byte: UInt8 = 0
            guard unsafe recv(connection, &byte, 1, 0) == 1 else { return nil }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func copy(_ from: Int32, _ to: Int32) {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe recv(from, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            var sent = 0
            while sent < count {
                let written = unsafe chunk.withUnsafeBytes {
                    unsafe send(to, $0.baseAddress! + sent, count - sent, Int32(MSG_NOSIGNAL))
                }
                guard written > 0 else { break }
                sent += written
            }
            if sent < count { break }
        }
        shutdown(from, Int32(SHUT_RDWR))
        shutdown(to, Int32(SHUT_RDWR))
    }

    private static func write(_ connection: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}
