package import Glibc

/// A program that a test has started. It is killed when nobody refers to it any more.
@safe
package final class ChildProcess: @unchecked Sendable {
    package let id: pid_t
    private var hasEnded = false

    package struct LaunchError: Error, CustomStringConvertible {
        package let description: String
    }

    /// Starts a program. Its output goes to the end of the file `output`; `environment` is added to ours.
    package init(_ path: String, _ arguments: [String], environment: [String: String] = [:], output: String) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let added = environment.map { "\($0.key)=\($0.value)" }
        let replaced = Set(environment.keys)
        let inherited = Self.environment.filter { !replaced.contains(String($0.prefix { $0 != "=" })) }
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = unsafe (inherited + added).map { unsafe strdup($0) } + [nil]
        defer { unsafe (arguments + variables).forEach { unsafe free($0) } }
        var id = pid_t()
        let code = unsafe posix_spawn(&id, path, &actions, nil, &arguments, &variables)
        guard code == 0 else { throw LaunchError(description: "\(path) cannot be started: error \(code)") }
        self.id = id
    }

    private static var environment: [String] {
        var found: [String] = []
        var next = unsafe environ
        while let text = unsafe next.pointee {
            found.append(unsafe String(cString: text))
            unsafe next += 1
        }
        return found
    }

    package func signal(_ number: Int32) { if !hasEnded { kill(id, number) } }

    /// Waits for the end. Answers the exit status, or the negative number of the signal that ended it.
    @discardableResult
    package func wait() -> Int32 {
        var status: Int32 = 0
        unsafe waitpid(id, &status, 0)
        hasEnded = true
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
    }

    /// Runs a program to its end and answers its exit status and what it printed.
    package static func run(_ path: String, _ arguments: [String], output: String) throws -> (
        status: Int32, text: String
    ) {
        unsafe unlink(output)
        let status = try ChildProcess(path, arguments, output: output).wait()
        return (status, readText(output))
    }

    deinit {
        guard !hasEnded else { return }
        kill(id, SIGKILL)
        var status: Int32 = 0
        unsafe waitpid(id, &status, 0)
    }
}

/// The whole text of a file; empty if it cannot be read.
package func readText(_ path: String) -> String {
    guard let file = unsafe fopen(path, "r") else { return "" }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, $0.count, file) }
        if count == 0 { return String(decoding: bytes, as: UTF8.self) }
        bytes += chunk[..<count]
    }
}

/// Writes a text file anew.
package func writeText(_ text: String, to path: String) {
    guard let file = unsafe fopen(path, "w") else { preconditionFailure("\(path) cannot be written") }
    unsafe fputs(text, file)
    unsafe fclose(file)
}

/// A TCP port of the loopback interface that was free a moment ago.
package func freePort() -> UInt16 {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
            _ = unsafe bind(socket, pointer, length)
            _ = unsafe getsockname(socket, pointer, &length)
        }
    }
    return UInt16(bigEndian: address.sin_port)
}

/// Receives what a service tells its supervisor (sd_notify(3)): the other end of `NOTIFY_SOCKET`.
@safe
package final class NotifySocket: Sendable {
    package let path: String
    private let descriptor: Int32

    package init(_ path: String) {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        unsafe unlink(path)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        precondition(code == 0, "no socket at \(path)")
    }

    /// Waits for a message that contains `text`. False if none comes in time.
    package func wait(for text: String, atMost seconds: Int) -> Bool {
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var message = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe message.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count < 0 { return false }
            if String(decoding: message[..<count], as: UTF8.self).contains(text) { return true }
        }
    }

    deinit {
        close(descriptor)
        unsafe unlink(path)
    }
}
