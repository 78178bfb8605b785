import Domain
import HTTP

/// What channels say when a fault of theirs strikes.
extension FaultAnswer {
    static func channel(_ fault: Fault, _ platform: Platform) -> Response {
        let fields = fault.retryAfter.map { [(name: "Retry-After", value: String($0))] } ?? []
        switch platform {
        case .slack:
            let isThrottled = fault.kind == .throttle
            let usual = isThrottled ? "ratelimited" : fault.kind == .expiredToken ? "token_revoked" : "internal_error"
            return .json(
                fault.status ?? (isThrottled ? 429 : 200), ["ok": false, "error": .string(fault.code ?? usual)],
                fields: fields)
        case .twilio:
            let code = fault.code.flatMap { Int($0) } ?? (fault.kind == .throttle ? 20429 : 20003)
            let status = code == 20429 ? 429 : code == 20003 ? 401 : 400
            var response = TwilioError.response(code, "On demand.", status: fault.status ?? status)
            response.fields += fields
            return response
        default:
            let usual = fault.kind == .throttle ? 429 : fault.kind == .expiredToken ? 403 : 400
            return .json(
                fault.status ?? fault.code.flatMap { Int($0) } ?? usual,
                ["status": "refused", "message": "On demand."], fields: fields)
        }
    }
}
