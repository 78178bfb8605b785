/// Request line and fields of a request that kept to the rules: its bytes in one array, and where in it things are.
///
/// Nothing becomes a `String` before somebody asks for it.
package struct RequestHead: Sendable {
    /// How the body's end is found (RFC 9112 6.3).
    enum Framing: Equatable, Sendable {
        case length(Int)
        case chunked
    }

    struct Field: Sendable {
        var name: ByteRange
        var value: ByteRange
    }

    var bytes: [UInt8] = []
    var fields: [Field] = []
    var method = Request.Method.other
    var methodRun = ByteRange(0..<0)
    var target = ByteRange(0..<0)
    /// The target's path; empty in `http://host` and `http://host?query`.
    var path = ByteRange(0..<0)
    /// The target's query without its question mark, if there is one.
    var query: ByteRange?
    /// The client speaks HTTP/1.0 and does not know chunks, 100, and persistence by default.
    var isHTTP10 = false
    /// The client will send another request on this connection (RFC 9112 9.3).
    var persists = true
    /// The client waits for 100 before it sends the body (RFC 9110 10.1.1).
    var expectsContinue = false
    var framing = Framing.length(0)
    /// The body is `multipart/form-data`.
    var isMultipart = false

    func text(_ run: ByteRange) -> String { String(decoding: bytes[run.range], as: UTF8.self) }

    /// Whether a field's name is `name`, which is in lower case (RFC 9110 5.1: names do not heed case).
    func matches(_ run: ByteRange, _ name: Span<UInt8>) -> Bool {
        guard Int(run.count) == name.count else { return false }
        let start = Int(run.start)
        for index in name.indices where bytes[start &+ index].lowercased != name[index] { return false }
        return true
    }

    func value(of name: String) -> String? {
        let name = name.utf8.span
        var result: String?
        for field in fields where matches(field.name, name) {
            // RFC 9110 5.3: lines of the same name are one list.
            result = result.map { "\($0), \(text(field.value))" } ?? text(field.value)
        }
        return result
    }
}
