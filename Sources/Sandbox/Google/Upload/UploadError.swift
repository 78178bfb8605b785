import Domain
import HTTP

/// One error of a `GoogleAdsFailure`.
struct UploadError {
    /// `conversionUploadError.EXPIRED_EVENT`.
    var code: String
    var message: String
    /// The row; `nil`: the request.
    var row: Int?
    var field: String?
    /// Seconds.
    var retryDelay: Int?

    fileprivate var json: JSON {
        let parts = code.split(separator: ".", maxSplits: 1).map(String.init)
        var members: [JSON.Member] = [
            .init("errorCode", .object([.init(parts.first ?? "", .string(parts.count > 1 ? parts[1] : ""))])),
            .init("message", .string(message)),
        ]
        var path: [JSON] = []
        // JSON leaves out what is zero.
        if let row {
            path.append(row == 0 ? ["fieldName": "conversions"] : ["fieldName": "conversions", "index": JSON(row)])
        }
        if let field { path.append(["fieldName": .string(field)]) }
        if !path.isEmpty { members.append(.init("location", ["fieldPathElements": .array(path)])) }
        if let retryDelay {
            let quota: JSON = [
                "rateScope": "DEVELOPER", "rateName": "Operations", "retryDelay": .string("\(retryDelay)s"),
            ]
            members.append(.init("details", ["quotaErrorDetails": quota]))
        }
        return .object(members)
    }

    /// A `google.rpc.Status`; its message tells the first error only.
    static func status(_ errors: [UploadError], code: Int, requestID: String) -> [JSON.Member] {
        let failure: JSON = [
            "@type": "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure",
            "errors": .array(errors.map(\.json)), "requestId": .string(requestID),
        ]
        return [
            .init("code", JSON(code)), .init("message", .string(errors.first?.message ?? "")),
            .init("details", [failure]),
        ]
    }

    /// A refusal of the whole request.
    static func refusal(_ errors: [UploadError], status: Int? = nil, requestID: String) -> Response {
        let status = status ?? statuses[errors.first.map { String($0.code.prefix { $0 != "." }) } ?? ""] ?? 400
        var members = Self.status(errors, code: status, requestID: requestID)
        members.insert(.init("status", .string(GoogleError.names[status] ?? "INVALID_ARGUMENT")), at: 2)
        return .json(status, ["error": .object(members)], fields: [("request-id", requestID)])
    }

    /// Families whose errors do not come with status 400.
    private static let statuses = [
        "authenticationError": 401, "authorizationError": 403, "notAllowlistedError": 403, "quotaError": 429,
        "internalError": 500,
    ]
}
