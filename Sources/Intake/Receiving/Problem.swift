package import Domain
package import HTTP

/// Why a request was not done: an RFC 9457 problem document that says what to do about it.
package struct Problem: Error, Equatable, Sendable {
    package let kind: Kind
    /// What to do, for this one request. Never contains personal data.
    package let detail: String
    /// The field or header that is wrong, where it is one.
    package let invalid: String?
    package let retryAfter: Int?
    package let allow: String?

    package init(_ kind: Kind, _ detail: String, invalid: String? = nil, retryAfter: Int? = nil, allow: String? = nil) {
        self.kind = kind
        self.detail = detail
        self.invalid = invalid
        self.retryAfter = retryAfter
        self.allow = allow
    }

    /// Few and fixed: each is a stable `type` and a metric label.
    package enum Kind: String, CaseIterable, Sendable {
        case keyMissing = "key-missing"
        case keyUnknown = "key-unknown"
        case originNotAllowed = "origin-not-allowed"
        case signatureMissing = "signature-missing"
        case signatureWrong = "signature-wrong"
        case signatureExpired = "signature-expired"
        case idempotencyKeyUnusable = "idempotency-key-unusable"
        case idempotencyKeyReused = "idempotency-key-reused"
        case bodyMissing = "body-missing"
        case bodyBroken = "body-broken"
        case bodyTooLarge = "body-too-large"
        case batchTooLarge = "batch-too-large"
        case mediaTypeNotSupported = "media-type-not-supported"
        case encodingNotSupported = "encoding-not-supported"
        case tooManyFromSource = "too-many-from-source"
        case tooManyFromAddress = "too-many-from-address"
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case notPermitted = "not-permitted"
        case notSignedIn = "not-signed-in"
        case tooManyAttempts = "too-many-attempts"
        case requestUnusable = "request-unusable"
        case conflict
        case overloaded
        case diskFull = "disk-full"
        case notDurable = "not-durable"
        case stopping
        case failed

        package var status: Int {
            switch self {
            case .idempotencyKeyUnusable, .bodyMissing, .bodyBroken, .requestUnusable: 400
            case .keyMissing, .keyUnknown, .signatureMissing, .signatureWrong, .signatureExpired, .notSignedIn: 401
            case .originNotAllowed, .notPermitted: 403
            case .notFound: 404
            case .methodNotAllowed: 405
            case .conflict: 409
            case .bodyTooLarge, .batchTooLarge: 413
            case .idempotencyKeyReused: 422
            case .mediaTypeNotSupported, .encodingNotSupported: 415
            case .tooManyFromSource, .tooManyFromAddress, .tooManyAttempts: 429
            case .failed: 500
            case .overloaded, .diskFull, .notDurable, .stopping: 503
            }
        }

        /// The same for every occurrence (RFC 9457 section 3.1.3).
        package var title: String {
            switch self {
            case .keyMissing: "The source key is missing"
            case .keyUnknown: "The source key is unknown"
            case .originNotAllowed: "This origin may not post for this source"
            case .signatureMissing: "The signature is missing"
            case .signatureWrong: "The signature is wrong"
            case .signatureExpired: "The signature is too old"
            case .idempotencyKeyUnusable: "The idempotency key cannot be used"
            case .idempotencyKeyReused: "The idempotency key belongs to another request"
            case .bodyMissing: "There is no lead event in the request"
            case .bodyBroken: "The body cannot be unpacked"
            case .bodyTooLarge: Refusal.bodyTooLargeTitle
            case .batchTooLarge: "There are too many events in one request"
            case .mediaTypeNotSupported: "The content type is not supported"
            case .encodingNotSupported: "The content encoding is not supported"
            case .tooManyFromSource: "Too many events from this source"
            case .tooManyFromAddress: "Too many events from this address"
            case .notFound: "There is nothing here"
            case .methodNotAllowed: "Method not allowed"
            case .notPermitted: "That is not permitted"
            case .notSignedIn: "Not signed in"
            case .tooManyAttempts: "Too many attempts"
            case .requestUnusable: "Invalid request"
            case .conflict: "Conflict"
            case .overloaded: "Too much is waiting to be written"
            case .diskFull: "The disk is full"
            case .notDurable: "Leads cannot be stored safely at the moment"
            case .stopping: "The relay is stopping"
            case .failed: "The relay failed"
            }
        }

        package var type: String { "urn:leadrelay:problem:\(rawValue)" }
    }

    /// Somebody came to a wrong address, most probably with a lead.
    package static let notFound = Problem(.notFound, "Lead events are posted to /v1/leads.")

    package var document: JSON {
        var members = [
            JSON.Member("type", .string(kind.type)), JSON.Member("title", .string(kind.title)),
            JSON.Member("status", JSON(kind.status)), JSON.Member("detail", .string(detail)),
        ]
        if let invalid { members.append(JSON.Member("invalid", .string(invalid))) }
        return .object(members)
    }

    package var response: Response {
        var fields: [(name: String, value: String)] = [
            ("Content-Type", "application/problem+json"), ("Cache-Control", "no-store"),
        ]
        if let retryAfter { fields.append(("Retry-After", String(retryAfter))) }
        if let allow { fields.append(("Allow", allow)) }
        // RFC 9110 section 11.6.1: a 401 names a scheme.
        if kind.status == 401 { fields.append(("WWW-Authenticate", "Bearer realm=\"leadrelay\"")) }
        // RFC 9110 section 15.5.16: what would have been taken.
        if kind == .encodingNotSupported { fields.append(("Accept-Encoding", Gzip.isAvailable ? "gzip" : "identity")) }
        return Response(kind.status, fields: fields, body: document.bytes)
    }
}
