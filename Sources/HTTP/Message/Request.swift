/// A request, read completely. Cheap to make and to pass on: the bytes of its head, its body, and positions in them.
package struct Request: Sendable {
    package enum Method: Equatable, Sendable {
        case get, head, post, put, patch, delete, options
        /// Any other token, as `methodName` says. CONNECT never comes this far.
        case other
    }

    package var head: RequestHead
    package var body: [UInt8]
    /// The other end's address as text, without its port; `unix` for a unix-domain socket.
    package var peer: String

    package var method: Method { head.method }

    /// The method as sent.
    package var methodName: String { head.text(head.methodRun) }

    /// As sent: a path with an optional query, `*` with OPTIONS, or a whole http address (RFC 9112 3.2).
    package var target: String { head.text(head.target) }

    /// The target's path, not decoded; `*` if the target is that.
    package var path: String { head.path.count == 0 ? "/" : head.text(head.path) }

    /// What follows the question mark, not decoded.
    package var query: String? { head.query.map(head.text) }

    /// A field's value, by its name in lower case. Several lines are joined by commas (RFC 9110 5.3).
    package func field(_ name: String) -> String? { head.value(of: name) }

    /// All fields in the order in which they came, names in lower case.
    package var fields: [(name: String, value: String)] {
        head.fields.map { (head.text($0.name).lowercased(), head.text($0.value)) }
    }

    /// Whether the client speaks HTTP/1.0.
    package var isHTTP10: Bool { head.isHTTP10 }
}
