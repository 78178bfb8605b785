import Domain
import HTTP
import Service

/// `POST /token` of Google's OAuth 2 server, for refresh tokens (RFC 6749 section 6).
extension Sandbox {
    func googleToken(_ request: Request) -> Finding {
        guard request.field("content-type").flatMap(MediaType.init)?.name == "application/x-www-form-urlencoded",
            let form = try? FormFields(request.body)
        else { return refuseToken("invalid_request", "The body is not a form.") }
        for name in ["grant_type", "client_id", "client_secret", "refresh_token"] where (form[name] ?? "").isEmpty {
            return refuseToken("invalid_request", "Required parameter is missing: \(name)")
        }
        guard form["grant_type"] == "refresh_token" else {
            return refuseToken("unsupported_grant_type", "Invalid grant_type")
        }
        guard options.refreshTokens.isEmpty || options.refreshTokens.contains(form["refresh_token"] ?? "") else {
            return refuseToken("invalid_grant", "Token has been expired or revoked.")
        }
        let expiry = now + options.tokenLifetime
        let token = tokens.withLock { $0.issue(until: expiry) }
        let answer: JSON = [
            "access_token": .string(token), "expires_in": JSON(options.tokenLifetime.milliseconds / 1000),
            "scope": "https://www.googleapis.com/auth/datamanager", "token_type": "Bearer",
        ]
        return Finding(platform: .googleToken, response: .json(200, answer), token: token, trace: "")
    }

    private func refuseToken(_ error: String, _ description: String) -> Finding {
        .refused(.googleToken, GoogleError.oauth(error, description), error)
    }

    /// The bearer token of a request, or why it is not good enough.
    func bearer(of request: Request, for platform: Platform) -> Result<String, Refused> {
        guard let field = request.field("authorization"), field.hasPrefix("Bearer ") else {
            return .failure(Refused(.refused(platform, GoogleError.unauthenticated("CREDENTIALS_MISSING"), "no_token")))
        }
        let token = String(field.dropFirst("Bearer ".count))
        switch tokens.withLock({ $0.standing(of: token, at: now) }) {
        case .valid: return .success(token)
        case .expired:
            let response = GoogleError.unauthenticated("ACCESS_TOKEN_EXPIRED")
            return .failure(Refused(.refused(platform, response, "token_expired")))
        case .unknown:
            let response = GoogleError.unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED")
            return .failure(Refused(.refused(platform, response, "token_unknown")))
        }
    }
}

/// A finding as an error, to leave the checks with.
struct Refused: Error {
    let finding: Finding
    init(_ finding: Finding) { self.finding = finding }
}
