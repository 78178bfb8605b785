import Glibc
import Service

/// A server on loopback that reads whole requests and then does exactly what the test says, faults included.
@safe
final class ScriptedServer: Sendable {
    enum Step: Sendable {
        case send(String)
        /// Waits until the test calls `release`, or the server stops.
        case wait
        case close
        /// Closes so that the other side sees a reset.
        case reset
    }
    typealias Script = @Sendable (_ number: Int, _ request: String) -> [Step]

    struct State {
        var requests: [String] = []
        var accepted = 0
        var open: Set<Int32> = []
        var workers: [Worker] = []
        var released = 0
        var isStopped = false
    }

    let port: UInt16
    let state = Locked(State())
    private let listener: Int32

    init(_ script: @escaping Script) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(listener, address, length) | listen(listener, 128) | getsockname(listener, address, &length)
            }
        }
        precondition(code == 0, "no server for the test: error \(errno)")
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        let state = state
        let acceptor = Worker("accept") {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                state.withLock { state in
                    state.accepted += 1
                    state.open.insert(connection)
                }
                let worker = Worker("connection") { Self.serve(connection, state, script) }
                state.withLock { $0.workers.append(worker) }
            }
        }
        state.withLock { $0.workers.append(acceptor) }
    }

    var url: String { "http://127.0.0.1:\(port)/" }

    /// Lets one waiting script go on.
    func release() { state.update { $0.released += 1 } }

    /// The first request that has come, waiting for it.
    func awaitRequests(_ count: Int) -> [String] {
        state.wait { $0.requests.count >= count ? $0.requests : nil }
    }

    func stop() {
        state.update { $0.isStopped = true }
        shutdown(listener, Int32(SHUT_RDWR))
        state.withLock { state in for connection in state.open { shutdown(connection, Int32(SHUT_RDWR)) } }
        while let worker = state.withLock({ $0.workers.popLast() }) { worker.join() }
        close(listener)
    }

    private static func serve(_ connection: Int32, _ state: Locked<State>, _ script: Script) {
        var buffer: [UInt8] = []
        // Under the lock, because the number may belong to another connection as soon as it is closed.
        defer {
            state.withLock { state in
                state.open.remove(connection)
                close(connection)
            }
        }
        while let request = read(connection, &buffer) {
            let number = state.update { state in
                state.requests.append(request)
                return state.requests.count
            }
            for step in script(number, request) {
                switch step {
                case .send(let text): write(connection, text)
                case .wait: state.wait { $0.released >= 1 || $0.isStopped ? () : nil }
                case .close:
                    shutdown(connection, Int32(SHUT_RDWR))
                    return
                case .reset:
                    var linger = linger(l_onoff: 1, l_linger: 0)
                    unsafe setsockopt(
                        connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
                    return
                }
            }
        }
    }

    /// A whole request: head, and as much body as its Content-Length says.
    private static func read(_ connection: Int32, _ buffer: inout [UInt8]) -> String? {
        while true {
            if let request = complete(&buffer) { return request }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffer += chunk[..<count]
        }
    }

    private static func complete(_ buffer: inout [UInt8]) -> String? {
        let text = String(decoding: buffer, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let fields = text[..<end.lowerBound].split(separator: "\r\n").dropFirst()
        let length =
            fields.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
        let whole = text.utf8.distance(from: text.startIndex, to: end.upperBound) + length
        guard buffer.count >= whole else { return nil }
        defer { buffer.removeFirst(whole) }
        return String(decoding: buffer[..<whole], as: UTF8.self)
    }

    private static func write(_ connection: Int32, _ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// A complete answer as text.
func answer(_ status: String, _ fields: [String] = [], _ body: String = "") -> ScriptedServer.Step {
    let lines = ["HTTP/1.1 \(status)"] + fields + ["Content-Length: \(body.utf8.count)", "", body]
    return .send(lines.joined(separator: "\r\n"))
}
