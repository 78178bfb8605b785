import Domain
import HTTP

extension SandboxResponder {
    /// Turnstile, hCaptcha and reCAPTCHA, whose answers look alike. The token says what comes of it: `person…` is one,
    /// `score-0.3` has a score, `expired…` has been used before, `broken…` is an outage; everything else is a program.
    /// The secret `wrong` is none.
    static func siteverify(_ request: Request) -> Response {
        let fields = try? FormFields(request.body)
        guard let token = fields?["response"], let secret = fields?["secret"] else {
            return .json(200, ["success": false, "error-codes": ["bad-request"]])
        }
        if secret == "wrong" { return .json(200, ["success": false, "error-codes": ["invalid-input-secret"]]) }
        if token.hasPrefix("broken") { return Response(503, fields: [], body: []) }
        if token.hasPrefix("person") { return .json(200, ["success": true]) }
        if token.hasPrefix("score-") {
            return .json(200, ["success": true, "score": .number(String(token.dropFirst(6)))])
        }
        let code = token.hasPrefix("expired") ? "timeout-or-duplicate" : "invalid-input-response"
        return .json(200, ["success": false, "error-codes": [.string(code)]])
    }
}
