import Domain
import HTTP

/// What the platforms say when a fault of theirs strikes.
enum FaultAnswer {
    /// The refusal that the fault of `strike` asks for.
    static func response(to strike: Faults.Strike, _ finding: Finding) -> Response {
        guard let fault = strike.fault else { return finding.response }
        var response = refusal(fault, strike, finding)
        response.fields += fault.fields.map { ($0.name, $0.value) }
        return response
    }

    private static func refusal(_ fault: Fault, _ strike: Faults.Strike, _ finding: Finding) -> Response {
        switch fault.kind {
        case .status: return bare(fault)
        case .answer:
            let type = fault.fields.contains { $0.name.lowercased() == "content-type" } ? [] : [json]
            return Response(fault.status ?? 200, fields: type, body: fault.body ?? [])
        case .random: return Response(fault.status ?? 200, fields: [json], body: strike.noise)
        case .flood: return Response(fault.status ?? 200, fields: [json], body: flood)
        case .undercount: return undercounted(finding.response)
        default: break
        }
        switch finding.platform {
        case .googleAds, .googleStatus: return google(fault, strike.bad, finding.trace)
        case .googleAdsUpload: return upload(fault, finding.trace)
        case .googleToken: return token(fault)
        case .metaAds: return meta(fault, finding.trace)
        case .webhook: return webhook(fault)
        case .slack, .pagerDuty, .twilio, .alertmanager, .heartbeat, .alertmanagerAPI, .teams, .telegram, .jira,
            .alertWebhook:
            return channel(fault, finding.platform)
        }
    }

    private static let json = (name: "Content-Type", value: "application/json")
    private static let flood = [UInt8](repeating: UInt8(ascii: " "), count: 2 << 20)

    private static func undercounted(_ response: Response) -> Response {
        guard let answer = try? JSON(parsing: response.body), let count = answer["events_received"]?.integer else {
            return response
        }
        return .json(
            response.status,
            .object(
                (answer.object ?? []).map {
                    $0.name == "events_received" ? JSON.Member($0.name, JSON(max(0, count - 1))) : $0
                }))
    }

    static let garbage = Response(200, fields: [("Content-Type", "text/html")], body: Array("<html>OK</html>".utf8))

    /// An answer as the bytes that would be sent, cut in the middle of its body.
    static func halves(of response: Response) -> (head: [UInt8], rest: [UInt8]) {
        var head = "HTTP/1.1 \(response.status) \r\nContent-Length: \(response.body.count)\r\nConnection: close\r\n"
        for (name, value) in response.fields { head += "\(name): \(value)\r\n" }
        let middle = response.body.count / 2
        return (Array((head + "\r\n").utf8) + response.body[..<middle], Array(response.body[middle...]))
    }

    /// As from a machine in front of the platform.
    private static func bare(_ fault: Fault) -> Response {
        let fields = fault.retryAfter.map { [("Retry-After", String($0))] } ?? []
        return Response(
            fault.status ?? 500, fields: [("Content-Type", "text/html")] + fields, body: Array("<html></html>".utf8))
    }

    private static func google(_ fault: Fault, _ bad: [Int], _ id: String) -> Response {
        switch fault.kind {
        case .expiredToken: GoogleError.unauthenticated("ACCESS_TOKEN_EXPIRED")
        case .partial:
            GoogleError.unacceptable(
                bad.map { index in
                    GoogleViolation(
                        field: "events.events[\(index)]", reason: fault.code ?? "INVALID_EVENT",
                        description: "The event is not acceptable.")
                }, requestID: id)
        case .throttle:
            GoogleError.reason("RESOURCE_EXHAUSTED", status: fault.status, requestID: id, retryAfter: fault.retryAfter)
        default:
            GoogleError.reason(
                fault.code ?? "INTERNAL_ERROR", status: fault.status, requestID: id, retryAfter: fault.retryAfter)
        }
    }

    private static func upload(_ fault: Fault, _ id: String) -> Response {
        let usual =
            switch fault.kind {
            case .expiredToken: "authenticationError.OAUTH_TOKEN_EXPIRED"
            case .throttle: "quotaError.RESOURCE_TEMPORARILY_EXHAUSTED"
            default: "internalError.INTERNAL_ERROR"
            }
        let error = UploadError(
            code: fault.code ?? usual, message: "On demand.", row: nil, retryDelay: fault.retryAfter)
        return UploadError.refusal([error], status: fault.status, requestID: id)
    }

    private static func token(_ fault: Fault) -> Response {
        let error = fault.code ?? (fault.kind == .throttle ? "temporarily_unavailable" : "invalid_grant")
        return GoogleError.oauth(
            error, "On demand.", status: fault.status ?? (fault.kind == .throttle ? 429 : 400),
            retryAfter: fault.retryAfter)
    }

    /// `code` is the status of an error.
    private static func webhook(_ fault: Fault) -> Response {
        let usual =
            switch fault.kind {
            case .expiredToken: 401
            case .throttle: 429
            case .partial: 422
            default: fault.code.flatMap { Int($0) } ?? 500
            }
        let fields = fault.retryAfter.map { [("Retry-After", String($0))] } ?? []
        return .json(fault.status ?? usual, ["error": "On demand."], fields: fields)
    }

    private static func meta(_ fault: Fault, _ trace: String) -> Response {
        let usual =
            switch fault.kind {
            case .expiredToken: "190/463"
            case .throttle: "4"
            case .partial: "100/2804019"
            default: "1"
            }
        let code = (fault.code ?? usual).split(separator: "/").map { Int($0) ?? 0 }
        let isTransient = [1, 2].contains(code.first)
        let error = MetaError(
            status: fault.status ?? (isTransient ? 500 : 400), code: code.first ?? 0,
            subcode: code.count > 1 ? code[1] : nil, message: "On demand.", isTransient: isTransient)
        return error.response(trace: trace, fields: fault.retryAfter.map(metaUsage) ?? [])
    }

    /// Meta states the time in whole minutes (X-Business-Use-Case-Usage).
    private static func metaUsage(_ seconds: Int) -> [(name: String, value: String)] {
        let usage: JSON = [
            "0": [
                [
                    "type": "ads_management", "call_count": 100, "total_cputime": 100, "total_time": 100,
                    "estimated_time_to_regain_access": JSON((seconds + 59) / 60),
                    "ads_api_access_tier": "standard_access",
                ]
            ]
        ]
        return [("X-Business-Use-Case-Usage", usage.text), ("Retry-After", String(seconds))]
    }
}
