import Domain
import HTTP

/// The error answers of Google's APIs: `{"error":{"code","message","status","details"}}`.
enum GoogleError {
    /// The format is not understood: only BadRequest in the details, no request id. All faults at once.
    static func unreadable(_ faults: [MessageType.Fault]) -> Response {
        let violations = faults.map { fault -> (field: String, text: String) in
            switch fault.kind {
            case .unknownName(let name):
                let place = fault.path.isEmpty ? "" : " at '\(fault.path)'"
                return (
                    fault.path, "Invalid JSON payload received. Unknown name \"\(name)\"\(place): Cannot find field."
                )
            case .wrongValue(let type): return (fault.path, "Invalid value at '\(fault.path)' (\(type))")
            }
        }
        return answer(
            400, "INVALID_ARGUMENT", violations.map(\.text).joined(separator: "\n"),
            [badRequest(violations.map { ["field": .string($0.field), "description": .string($0.text)] })])
    }

    static func notJSON(_ fault: JSON.Fault) -> Response {
        answer(400, "INVALID_ARGUMENT", "Invalid JSON payload received. \(fault.reason.rawValue) at \(fault.offset)")
    }

    /// The format is right and the content is not.
    static func unacceptable(_ violations: [GoogleViolation], requestID: String) -> Response {
        let listed = violations.map { violation -> JSON in
            [
                "field": .string(violation.field), "description": .string(violation.description),
                "reason": .string(violation.reason),
            ]
        }
        return answer(
            400, "INVALID_ARGUMENT", "There was a problem with the request.",
            [info("INVALID_ARGUMENT"), requestInfo(requestID), badRequest(listed)])
    }

    /// An ErrorReason that concerns the request as a whole, with the status the API gives it.
    static func reason(_ reason: String, status: Int? = nil, requestID: String, retryAfter: Int? = nil) -> Response {
        let code = status ?? statuses[reason] ?? 400
        return answer(
            code, names[code] ?? "UNKNOWN", "The request failed: \(reason).", [info(reason), requestInfo(requestID)],
            retryAfter: retryAfter)
    }

    /// The token is not one we gave out, or it is too old.
    static func unauthenticated(_ reason: String) -> Response {
        answer(
            401, "UNAUTHENTICATED",
            "Request had invalid authentication credentials. Expected OAuth 2 access token.",
            [info(reason, domain: "googleapis.com")])
    }

    /// The token endpoint's own kind (RFC 6749 section 5.2).
    static func oauth(
        _ error: String, _ description: String, status: Int = 400, retryAfter: Int? = nil
    ) -> Response {
        let fields = retryAfter.map { [("Retry-After", String($0))] } ?? []
        return .json(status, ["error": .string(error), "error_description": .string(description)], fields: fields)
    }

    static func notFound(_ path: String) -> Response { answer(404, "NOT_FOUND", "There is nothing at \(path).") }

    static func answer(
        _ code: Int, _ status: String, _ message: String, _ details: [JSON] = [], retryAfter: Int? = nil
    ) -> Response {
        let error: JSON = [
            "code": JSON(code), "message": .string(message), "status": .string(status), "details": .array(details),
        ]
        let fields = retryAfter.map { [("Retry-After", String($0))] } ?? []
        return .json(code, ["error": error], fields: fields)
    }

    /// google.rpc.Code for an HTTP status.
    static let names = [
        400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 409: "ABORTED",
        429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 501: "UNIMPLEMENTED", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
    ]

    /// Reasons that do not come with status 400.
    private static let statuses = [
        "INTERNAL_ERROR": 500, "DEADLINE_EXCEEDED": 504, "RESOURCE_EXHAUSTED": 429, "RATE_LIMIT_EXCEEDED": 429,
        "NOT_FOUND": 404, "PERMISSION_DENIED": 403, "SERVICE_DISABLED": 403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT": 403,
        "NOT_ALLOWLISTED": 403, "USER_PROJECT_DENIED": 403, "OPERATING_ACCOUNT_LOGIN_ACCOUNT_MISMATCH": 403,
    ]

    private static func info(_ reason: String, domain: String = "datamanager.googleapis.com") -> JSON {
        [
            "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": .string(reason), "domain": .string(domain),
        ]
    }

    private static func requestInfo(_ id: String) -> JSON {
        ["@type": "type.googleapis.com/google.rpc.RequestInfo", "requestId": .string(id)]
    }

    private static func badRequest(_ violations: [JSON]) -> JSON {
        ["@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": .array(violations)]
    }
}
