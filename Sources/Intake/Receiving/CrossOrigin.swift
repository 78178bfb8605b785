import HTTP

/// Cross-origin resource sharing as the Fetch standard has it: who may read our answers in a browser.
///
/// Credentials are never allowed: a key in the request is all that identifies a source.
enum CrossOrigin {
    /// Whom an answer is for.
    enum Audience: Equatable, Sendable {
        /// No browser asked, or one that may not read the answer.
        case nobody
        /// The source is open to every page.
        case anybody
        case origin(String)
    }

    /// An answer for one origin must not be given to another by a cache.
    private static let vary = (name: "Vary", value: "Origin")
    /// What a page may read beyond the plain fields.
    private static let exposed = (name: "Access-Control-Expose-Headers", value: "Idempotency-Replayed, Retry-After")

    static func append(_ audience: Audience, to fields: inout [(name: String, value: String)]) {
        switch audience {
        case .nobody: break
        case .anybody:
            fields.append(("Access-Control-Allow-Origin", "*"))
            fields.append(exposed)
        case .origin(let origin):
            fields.append(("Access-Control-Allow-Origin", origin))
            fields.append(vary)
            fields.append(exposed)
        }
    }

    /// The answer to a preflight that is granted.
    static func preflight(_ audience: Audience, allow: String) -> Response {
        var fields: [(name: String, value: String)] = [("Allow", allow)]
        switch audience {
        case .nobody: return Response(204, fields: fields)
        case .anybody: fields.append(("Access-Control-Allow-Origin", "*"))
        case .origin(let origin): fields.append(("Access-Control-Allow-Origin", origin))
        }
        fields.append(("Access-Control-Allow-Methods", "POST"))
        fields.append(("Access-Control-Allow-Headers", allowedHeaders))
        // Two hours: more is not honoured by Chrome.
        fields.append(("Access-Control-Max-Age", "7200"))
        fields.append(("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"))
        return Response(204, fields: fields)
    }

    static let allowedHeaders =
        "Authorization, Content-Encoding, Content-Type, Idempotency-Key, X-LeadRelay-Key, X-LeadRelay-Signature"
}
