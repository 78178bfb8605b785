import Glibc
import Service

/// A mail server on loopback, without TLS, that says what the test wants to each command, and remembers what it took.
@safe
package final class MailServer: Sendable {
    /// What comes in place of the usual answer.
    package enum Reply: Sendable {
        case say(String)
        /// Closes the connection without a word.
        case close
        /// Says nothing until the server stops.
        case wait
    }

    package struct Taken: Sendable, Equatable {
        package var sender: String
        package var recipient: String
        /// Without the dots that were doubled on the way.
        package var message: String

        package init(sender: String, recipient: String, message: String) {
            self.sender = sender
            self.recipient = recipient
            self.message = message
        }
    }

    private struct State {
        var commands: [String] = []
        var taken: [Taken] = []
        var open: Set<Int32> = []
        var workers: [Worker] = []
        var isStopped = false
        /// Struck once each, in the order of the list, by the command's first word; `.` stands for the end of the
        /// message.
        var replies: [(command: String, reply: Reply)] = []
    }

    package let port: UInt16
    private let state = Locked(State())
    private let listener: Int32

    package init(_ replies: [(command: String, reply: Reply)] = []) {
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
        state.withLock { $0.replies = replies }
        let state = state
        let acceptor = Worker("accept") {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                state.withLock { _ = $0.open.insert(connection) }
                let worker = Worker("connection") { Self.serve(connection, state) }
                state.withLock { $0.workers.append(worker) }
            }
        }
        state.withLock { $0.workers.append(acceptor) }
    }

    package var commands: [String] { state.withLock { $0.commands } }
    package var taken: [Taken] { state.withLock { $0.taken } }

    /// The next time this command comes, this is the answer.
    package func prepare(_ command: String, _ reply: Reply) { state.withLock { $0.replies.append((command, reply)) } }

    package func stop() {
        state.update { $0.isStopped = true }
        shutdown(listener, Int32(SHUT_RDWR))
        state.withLock { state in for connection in state.open { shutdown(connection, Int32(SHUT_RDWR)) } }
        while let worker = state.withLock({ $0.workers.popLast() }) { worker.join() }
        close(listener)
    }

    private static func serve(_ connection: Int32, _ state: Locked<State>) {
        defer {
            state.withLock { state in
                state.open.remove(connection)
                close(connection)
            }
        }
        var buffer: [UInt8] = []
        var (sender, recipient) = ("", "")
        guard answer("CONNECT", "220 mail.test ready", connection, state) else { return }
        while let line = line(connection, &buffer) {
            state.update { $0.commands.append(line) }
            let word = String(line.split(separator: " ").first ?? "").uppercased()
            let usual: String
            switch word {
            case "EHLO": usual = "250-mail.test\r\n250 AUTH PLAIN"
            case "AUTH":
                // RFC 4954: the response follows in a line of its own.
                usual = "235 welcome"
                let isRefused = state.withLock { $0.replies.contains { $0.command == "AUTH" } }
                if !isRefused {
                    guard write(connection, "334 \r\n"), let response = Self.line(connection, &buffer) else { return }
                    state.update { $0.commands.append(response) }
                }
            case "MAIL":
                sender = inBrackets(line)
                usual = "250 fine"
            case "RCPT":
                recipient = inBrackets(line)
                usual = "250 fine"
            case "DATA": usual = "354 go on"
            case "QUIT": usual = "221 bye"
            default: usual = "502 what?"
            }
            let isUsual = state.withLock { state in !state.replies.contains { $0.command == word } }
            guard answer(word, usual, connection, state) else { return }
            if word == "QUIT" { return }
            guard word == "DATA", isUsual else { continue }
            var message = ""
            while true {
                guard let line = Self.line(connection, &buffer) else { return }
                if line == "." { break }
                message += (line.hasPrefix(".") ? String(line.dropFirst()) : line) + "\r\n"
            }
            let taken = Taken(sender: sender, recipient: recipient, message: message)
            // What is taken is remembered even if the answer is lost on the way.
            let isRefused = state.withLock { state in
                state.replies.first { $0.command == "." }.map { if case .say = $0.reply { true } else { false } }
                    ?? false
            }
            if !isRefused { state.update { $0.taken.append(taken) } }
            guard answer(".", "250 queued as 1234", connection, state) else { return }
        }
    }

    private static func answer(_ command: String, _ usual: String, _ connection: Int32, _ state: Locked<State>) -> Bool
    {
        let reply = state.withLock { state -> Reply? in
            guard let index = state.replies.firstIndex(where: { $0.command == command }) else { return nil }
            return state.replies.remove(at: index).reply
        }
        switch reply {
        case nil: return write(connection, usual + "\r\n")
        case .say(let text): return write(connection, text + "\r\n")
        case .close: return false
        case .wait:
            state.wait { $0.isStopped ? () : nil }
            return false
        }
    }

    private static func inBrackets(_ line: String) -> String {
        String(line.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
    }

    private static func line(_ connection: Int32, _ buffer: inout [UInt8]) -> String? {
        while true {
            if let end = buffer.firstIndex(of: 0x0A), end > 0, buffer[end - 1] == 0x0D {
                defer { buffer.removeFirst(end + 1) }
                return String(decoding: buffer[..<(end - 1)], as: UTF8.self)
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffer += chunk[..<count]
        }
    }

    private static func write(_ connection: Int32, _ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
