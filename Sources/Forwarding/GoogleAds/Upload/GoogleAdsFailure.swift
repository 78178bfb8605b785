import Curl
import Domain

/// What went wrong with an upload: a `google.rpc.Status`, with a `GoogleAdsFailure` among its details if the Google Ads
/// API said it and not something in front of it.
struct GoogleAdsFailure {
    /// `INVALID_ARGUMENT` …; an answer about some rows has only the number of it, and this is empty.
    var status: String
    var message: String
    /// All of them: the message is about the first one only.
    var errors: [Fault]
    var requestID: String
    /// The `ErrorInfo`'s reason, which Google's front door gives.
    var reason: String?

    struct Fault {
        /// `conversionUploadError.EXPIRED_EVENT`.
        var code: String
        var message: String
        /// The row that it is about; `nil`: the request.
        var row: Int?
        /// When to come back at the earliest.
        var retryDelay: Duration?
        /// Whose quota is used up: `ACCOUNT` or `DEVELOPER`.
        var scope: String?
    }

    /// Reads `error` of a refusal, or `partialFailureError`.
    init?(_ status: JSON?, _ answer: Answer) {
        guard let status, status.object != nil else { return nil }
        self.status = status["status"]?.string ?? ""
        message = status["message"]?.string ?? ""
        let details = status["details"]?.array ?? []
        func detail(_ name: String) -> JSON? { details.first { $0["@type"]?.string?.hasSuffix(name) == true } }
        let failure = detail(".GoogleAdsFailure")
        errors = (failure?["errors"]?.array ?? []).map(Fault.init)
        requestID = failure?["requestId"]?.string ?? answer.field("request-id") ?? ""
        reason = detail("google.rpc.ErrorInfo")?["reason"]?.string
    }
}

extension GoogleAdsFailure.Fault {
    fileprivate init(_ error: JSON) {
        let family = error["errorCode"]?.object?.first
        code = family.flatMap { family in family.value.string.map { "\(family.name).\($0)" } } ?? "no_error_code"
        message = error["message"]?.string ?? ""
        let path = error["location"]?["fieldPathElements"]?.array ?? []
        // JSON leaves a position of zero out.
        row = path.first { $0["fieldName"] == "conversions" }.map { Self.number($0["index"]) ?? 0 }
        let quota = error["details"]?["quotaErrorDetails"]
        retryDelay = quota?["retryDelay"]?.string.flatMap(Duration.init(protobuf:))
        scope = quota?["rateScope"]?.string
    }

    /// A number, or one as text like Google's 64-bit numbers.
    private static func number(_ value: JSON?) -> Int? {
        value?.integer.map(Int.init) ?? value?.string.flatMap { Int($0) }
    }
}

extension Duration {
    /// `"30s"` or `"1.5s"`, at most a day.
    init?(protobuf text: String) {
        guard text.hasSuffix("s"), let seconds = Double(text.dropLast()), seconds >= 0 else { return nil }
        self = .seconds(min(seconds, 86_400))
    }
}
