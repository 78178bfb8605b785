import Domain
import HTTP
import Service

/// `POST /token` of Google's OAuth 2 server, for refresh tokens (RFC 6749 section 6) and service accounts (RFC 7523).
extension Sandbox {
    func googleToken(_ request: Request) -> Finding {
        guard request.field("content-type").flatMap(MediaType.init)?.name == "application/x-www-form-urlencoded",
            let form = try? FormFields(request.body)
        else { return refuseToken("invalid_request", "The body is not a form.") }
        switch form["grant_type"] ?? "" {
        case "": return missing("grant_type")
        case "refresh_token": return tokenForRefreshToken(form)
        case "urn:ietf:params:oauth:grant-type:jwt-bearer": return tokenForAssertion(form, request)
        default: return refuseToken("unsupported_grant_type", "Invalid grant_type")
        }
    }

    private func tokenForRefreshToken(_ form: FormFields) -> Finding {
        for name in ["client_id", "client_secret", "refresh_token"] where (form[name] ?? "").isEmpty {
            return missing(name)
        }
        guard options.refreshTokens.isEmpty || options.refreshTokens.contains(form["refresh_token"] ?? "") else {
            return refuseToken("invalid_grant", "Token has been expired or revoked.")
        }
        var members = [JSON.Member("scope", .string(options.grantedScope))]
        if let lifetime = options.refreshTokenLifetime {
            // Counted from the grant, not from this use of it.
            let rest = max(.zero, lifetime - (now - started))
            guard rest > .zero else { return refuseToken("invalid_grant", "Token has been expired or revoked.") }
            members.append(JSON.Member("refresh_token_expires_in", JSON(rest.milliseconds / 1000)))
        }
        return issueToken(members, scope: options.grantedScope)
    }

    private func tokenForAssertion(_ form: FormFields, _ request: Request) -> Finding {
        guard let text = form["assertion"], !text.isEmpty else { return missing("assertion") }
        guard let assertion = GoogleAssertion(text) else {
            return refuseToken("invalid_grant", "Invalid JWT: it must have three parts in base64url.")
        }
        let audiences: Set<String> = [
            "https://oauth2.googleapis.com/token", "http://\(request.field("host") ?? "")/token",
        ]
        if let refusal = assertion.refusal(at: now, audiences: audiences, key: options.serviceAccountKey) {
            return refuseToken(refusal.error, refusal.description)
        }
        // The scope is not repeated: it is what the assertion asked for.
        return issueToken([], scope: assertion.scope)
    }

    private func issueToken(_ members: [JSON.Member], scope: String) -> Finding {
        let expiry = now + options.tokenLifetime
        let token = tokens.withLock { $0.issue(until: expiry, scope: scope) }
        let answer = JSON.object(
            [
                JSON.Member("access_token", .string(token)),
                JSON.Member("expires_in", JSON(options.tokenLifetime.milliseconds / 1000)),
            ] + members + [JSON.Member("token_type", "Bearer")])
        return Finding(platform: .googleToken, response: .json(200, answer), token: token, trace: "")
    }

    private func missing(_ name: String) -> Finding {
        refuseToken("invalid_request", "Required parameter is missing: \(name)")
    }

    private func refuseToken(_ error: String, _ description: String) -> Finding {
        .refused(.googleToken, GoogleError.oauth(error, description), error)
    }

    /// The bearer token of a request, or why it is not good enough.
    func bearer(
        of request: Request, for platform: Platform, scope: String = "https://www.googleapis.com/auth/datamanager"
    ) -> Result<String, Refused> {
        guard let field = request.field("authorization"), field.hasPrefix("Bearer ") else {
            return .failure(Refused(.refused(platform, GoogleError.unauthenticated("CREDENTIALS_MISSING"), "no_token")))
        }
        let token = String(field.dropFirst("Bearer ".count))
        switch tokens.withLock({ $0.standing(of: token, for: scope, at: now) }) {
        case .valid: return .success(token)
        case .expired:
            let response = GoogleError.unauthenticated("ACCESS_TOKEN_EXPIRED")
            return .failure(Refused(.refused(platform, response, "token_expired")))
        case .unknown:
            let response = GoogleError.unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED")
            return .failure(Refused(.refused(platform, response, "token_unknown")))
        case .notForThis:
            let response = GoogleError.reason("ACCESS_TOKEN_SCOPE_INSUFFICIENT", requestID: "")
            return .failure(Refused(.refused(platform, response, "ACCESS_TOKEN_SCOPE_INSUFFICIENT")))
        }
    }
}

/// A finding as an error, to leave the checks with.
struct Refused: Error {
    let finding: Finding
    init(_ finding: Finding) { self.finding = finding }
}
