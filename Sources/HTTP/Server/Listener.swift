import CLinux
import Glibc

/// A listening socket. Belongs to the first event loop, which closes it.
@safe
struct Listener: Sendable {
    let descriptor: Int32
    /// The port of a TCP listener.
    let port: UInt16?
    private let file: SocketFile?

    /// The socket's file, as it was made: somebody else's file of the same name is not ours to remove.
    private struct SocketFile: Sendable {
        var path: String
        var inode: ino_t
    }

    /// One connection out of the queue, or why there is none.
    enum Accepted {
        case connection(Mailbox.Arrival)
        case none
        /// The one at the head of the queue is gone already.
        case gone
        /// The system has no descriptor or memory left.
        case exhausted
    }

    init(_ endpoint: Endpoint, backlog: Int) throws(ServerError) {
        switch endpoint {
        case .tcp(let host, let port): try self.init(host: host, port: port, backlog: backlog, named: "\(endpoint)")
        case .unix(let path, let mode, let group):
            try self.init(path: path, mode: mode, group: group, backlog: backlog)
        }
    }

    // MARK: TCP

    private init(host: String, port: UInt16, backlog: Int, named endpoint: String) throws(ServerError) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, "\(port)", &hints, &found) == 0, let address = unsafe found else {
            throw .unknownHost(host)
        }
        defer { unsafe freeaddrinfo(found) }

        let descriptor = Self.socket(unsafe address.pointee.ai_family)
        do throws(ServerError) {
            // A restarted server takes its port again while connections of the former one are still being buried.
            var yes: Int32 = 1
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            if unsafe bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) != 0 {
                throw errno == EADDRINUSE ? .inUse(endpoint: endpoint) : .cannotListen("bind", endpoint)
            }
            if listen(descriptor, Int32(backlog)) != 0 {
                throw errno == EADDRINUSE ? .inUse(endpoint: endpoint) : .cannotListen("listen", endpoint)
            }
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.port = Self.port(of: descriptor)
        self.file = nil
    }

    private static func port(of descriptor: Int32) -> UInt16 {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        unsafe withUnsafeMutablePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe getsockname(descriptor, $0, &length)
            }
        }
        // sin_port and sin6_port lie at the same place.
        return unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe UInt16(bigEndian: $0.pointee.sin_port)
            }
        }
    }

    // MARK: Unix domain

    private init(path: String, mode: mode_t, group: String?, backlog: Int) throws(ServerError) {
        guard var address = sockaddr_un(path: path) else {
            throw .cannotListen(endpoint: path, reason: "the path is longer than a socket's may be")
        }
        let descriptor = Self.socket(AF_UNIX)
        do throws(ServerError) {
            // Before bind, so that the file is at no time more open than asked for; after it, because of the umask.
            fchmod(descriptor, group == nil ? mode : 0o600)
            if !address.bind(descriptor) {
                guard errno == EADDRINUSE else { throw .cannotListen("bind", path) }
                try Self.removeStale(path, &address)
                if !address.bind(descriptor) { throw .cannotListen("bind", path) }
            }
            if let group, !Self.give(path, to: group) { throw .cannotListen("chown to group \(group)", path) }
            if unsafe chmod(path, mode) != 0 { throw .cannotListen("chmod", path) }
            if listen(descriptor, Int32(backlog)) != 0 { throw .cannotListen("listen", path) }
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.port = nil
        self.file = Self.inode(of: path).map { SocketFile(path: path, inode: $0) }
    }

    /// False, with a reason in `errno`, if there is no such group, or if this user may not give files to it.
    private static func give(_ path: String, to group: String) -> Bool {
        errno = 0
        guard let entry = unsafe getgrnam(group) else {
            if errno == 0 { errno = ENOENT }
            return false
        }
        let wanted = unsafe entry.pointee.gr_gid
        var file = stat()
        // Giving it to the group that it has may need a right that this process does not have.
        if unsafe stat(path, &file) == 0, file.st_gid == wanted { return true }
        return unsafe chown(path, uid_t.max, wanted) == 0
    }

    /// Removes a socket on which nobody answers: a server before us was killed.
    private static func removeStale(_ path: String, _ address: inout sockaddr_un) throws(ServerError) {
        guard inode(of: path) != nil else {
            throw .cannotListen(endpoint: path, reason: "a file that is not a socket is in the way")
        }
        let probe = socket(AF_UNIX)
        defer { Glibc.close(probe) }
        // EAGAIN: somebody listens, but the queue is full.
        guard !address.connect(probe), errno == ECONNREFUSED else { throw .inUse(endpoint: path) }
        unsafe unlink(path)
    }

    /// The inode of a socket's file.
    private static func inode(of path: String) -> ino_t? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
        return status.st_ino
    }

    // MARK: Both

    private static func socket(_ family: Int32) -> Int32 {
        let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        return Glibc.socket(family, Int32(type), 0)
    }

    func accept() -> Accepted {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let accepted = unsafe withUnsafeMutablePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe accept4(
                    descriptor, $0, &length, Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
            }
        }
        guard accepted >= 0 else {
            return switch errno {
            case EAGAIN: .none
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: .exhausted
            // accept(2): errors of the network on the new connection come out here.
            default: .gone
            }
        }
        if port != nil {
            // An answer is one write; waiting for more would only delay it.
            var yes: Int32 = 1
            unsafe setsockopt(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        }
        return .connection(Mailbox.Arrival(descriptor: accepted, peer: address.text))
    }

    func close() {
        Glibc.close(descriptor)
        if let file, Self.inode(of: file.path) == file.inode { unsafe unlink(file.path) }
    }
}

extension ServerError {
    /// Of a call that has just failed.
    fileprivate static func cannotListen(_ call: String, _ endpoint: String) -> ServerError {
        let reason = unsafe String(cString: strerror(errno))
        return .cannotListen(endpoint: endpoint, reason: "\(call): \(reason)")
    }
}

@safe extension sockaddr_un {
    /// Nothing if the path does not fit.
    fileprivate init?(path: String) {
        self.init()
        sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let fits = unsafe withUnsafeMutableBytes(of: &sun_path) { room in
            guard bytes.count < room.count, !bytes.isEmpty else { return false }
            unsafe room.copyBytes(from: bytes)
            return true
        }
        guard fits else { return nil }
    }

    fileprivate mutating func bind(_ descriptor: Int32) -> Bool {
        unsafe withUnsafePointer(to: &self) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    fileprivate mutating func connect(_ descriptor: Int32) -> Bool {
        unsafe withUnsafePointer(to: &self) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}

@safe extension sockaddr_storage {
    /// The address without its port; `unix` if it is not of the network. IPv4 inside IPv6 is written as IPv4.
    fileprivate var text: String {
        var copy = self
        return unsafe withUnsafePointer(to: &copy) { storage in
            switch Int32(ss_family) {
            case AF_INET:
                unsafe storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    var address = unsafe $0.pointee.sin_addr
                    return Self.text(AF_INET, &address)
                }
            case AF_INET6:
                unsafe storage.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    var address = unsafe $0.pointee.sin6_addr
                    let text = Self.text(AF_INET6, &address)
                    return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
                }
            default: "unix"
            }
        }
    }

    private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) {
            guard unsafe inet_ntop(family, address, $0.baseAddress, socklen_t($0.count)) != nil else { return "" }
            return unsafe String(cString: $0.baseAddress!)
        }
    }
}
