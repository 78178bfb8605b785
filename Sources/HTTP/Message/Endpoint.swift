package import Glibc

/// Where a server listens.
package enum Endpoint: Sendable {
    /// A literal address or a name that the resolver knows; port 0 lets the system choose.
    case tcp(host: String, port: UInt16)
    /// A socket in the file system, with the permissions of its file, and the group it is given to, if any.
    case unix(path: String, mode: mode_t, group: String? = nil)
}

extension Endpoint: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path, _, _): path
        }
    }
}

/// Why a server could not start.
package enum ServerError: Error, Equatable {
    /// The host of a TCP endpoint is neither an address nor a known name.
    case unknownHost(String)
    /// Somebody answers on the endpoint already.
    case inUse(endpoint: String)
    /// The system refused; the text names the call and its reason.
    case cannotListen(endpoint: String, reason: String)
}

extension ServerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownHost(let host): "host \(host) is unknown"
        case .inUse(let endpoint): "\(endpoint) is in use"
        case .cannotListen(let endpoint, let reason): "cannot listen on \(endpoint): \(reason)"
        }
    }
}
