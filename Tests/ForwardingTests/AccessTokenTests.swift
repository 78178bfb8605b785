import Crypto
import Curl
import Domain
import Forwarding
import TestSupport
import Testing

@Suite struct `An access token` {
    private func answer(_ status: Int, _ body: String) -> Result<Answer, TransferError> {
        .success(Answer(status: status, body: Array(body.utf8)))
    }
    private func expectRenewal(
        _ token: inout AccessToken, at now: Instant, _ expected: Bool, location: SourceLocation = #_sourceLocation
    ) {
        let begins = token.beginRenewal(at: now)
        #expect(begins == expected, sourceLocation: location)
    }

    private let good = #"{"access_token":"ya29.A","expires_in":3599,"token_type":"Bearer"}"#

    @Test func `is asked for once, however many lanes want it`() {
        var token = AccessToken()
        #expect(token.status(at: .start) == .pending)
        expectRenewal(&token, at: .start, true)
        expectRenewal(&token, at: .start, false)
        let renewal = token.renewed(answer(200, good), at: .start)
        #expect(renewal == .renewed(warning: nil))
        #expect(token.token(at: .start) == "ya29.A" && token.status(at: .start) == .ready)
        expectRenewal(&token, at: .start, false)
    }

    @Test func `is renewed early and used meanwhile`() {
        var token = AccessToken()
        _ = token.beginRenewal(at: .start)
        _ = token.renewed(answer(200, good), at: .start)
        let early = Instant.start + .seconds(3599 - 225)
        #expect(token.wake(at: .start) == early)
        expectRenewal(&token, at: early - .seconds(1), false)
        expectRenewal(&token, at: early, true)
        #expect(token.token(at: early) == "ya29.A")
        #expect(token.token(at: .start + .seconds(3599)) == nil)
    }

    @Test func `that was refused in spite of its date is thrown away, unless it has been renewed meanwhile`() {
        var token = AccessToken()
        _ = token.beginRenewal(at: .start)
        _ = token.renewed(answer(200, good), at: .start)
        token.refused("an older one")
        #expect(token.status(at: .start) == .ready)
        token.refused("ya29.A")
        #expect(token.status(at: .start) == .pending)
        expectRenewal(&token, at: .start, true)
    }

    @Test(arguments: [
        (
            400, #"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#,
            "invalid_grant: Token has been expired or revoked."
        ),
        (401, #"{"error":"invalid_client"}"#, "invalid_client: status 401"),
        (400, #"{"error":"unauthorized_client"}"#, "unauthorized_client: status 400"),
        (
            200, #"{"access_token":"a","expires_in":3599,"scope":"https://www.googleapis.com/auth/adwords"}"#,
            "scope_missing: the grant does not include https://www.googleapis.com/auth/datamanager; grant access again and tick it"
        ),
    ])
    func `that nobody gives any more needs a person`(status: Int, body: String, reason: String) {
        var token = AccessToken()
        _ = token.beginRenewal(at: .start)
        let renewal = token.renewed(answer(status, body), at: .start)
        #expect(renewal == .refused(reason: reason))
        #expect(token.status(at: .start) == .refused(reason: reason))
        expectRenewal(&token, at: .start + .days(1), false)
        #expect(token.wake(at: .start) == nil)
        token.reset()
        expectRenewal(&token, at: .start + .days(1), true)
    }

    @Test(arguments: [
        (503, "busy"), (429, "{}"), (400, #"{"error":"temporarily_unavailable"}"#), (500, #"{"error":"server_error"}"#),
        (200, "{"), (200, "{}"), (404, "<html>"), (200, #"{"access_token":""}"#),
    ])
    func `is asked for again after a while when the endpoint is at fault`(status: Int, body: String) {
        var token = AccessToken()
        var now = Instant.start
        for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
            expectRenewal(&token, at: now, true)
            guard case .failed(_, let retryAt) = token.renewed(answer(status, body), at: now) else {
                Issue.record("not a failure that passes")
                return
            }
            #expect(retryAt == now + .seconds(wait) && token.wake(at: now) == retryAt)
            expectRenewal(&token, at: retryAt - .milliseconds(1), false)
            now = retryAt
        }
    }

    /// What Google said an hour's renewal after the other, and what it comes to.
    private func renew(_ token: inout AccessToken, _ ends: String?, at now: Instant) -> String? {
        expectRenewal(&token, at: now, true)
        let end = ends.map { #","refresh_token_expires_in":\#($0)"# } ?? ""
        let body = #"{"access_token":"a","expires_in":"3599"\#(end)}"#
        guard case .renewed(let warning) = token.renewed(answer(200, body), at: now) else {
            Issue.record("not renewed")
            return nil
        }
        return warning
    }

    @Test func `of an app in testing comes with a warning, once a day`() {
        var token = AccessToken()
        let end = Instant.start + .days(3)
        var warnings: [Int] = []
        for hour in 0..<72 {
            let now = Instant.start + .hours(hour)
            if let warning = renew(&token, "\((end - now).milliseconds / 1000)", at: now) {
                #expect(
                    warning == "the refresh token ends 2026-11-24T09:00:00Z; publish the OAuth app or grant anew")
                warnings.append(hour)
            }
            #expect(token.grantEnds == end)
        }
        #expect(warnings == [0, 1, 25, 49])
    }

    @Test func `of a grant that ends much later, or not at all, comes without a warning`() {
        var token = AccessToken()
        #expect(renew(&token, "86400", at: .start) != nil)
        #expect(renew(&token, nil, at: .start + .hours(1)) == nil)
        #expect(token.grantEnds == nil)
        #expect(renew(&token, "2592000", at: .start + .hours(2)) == nil)
        #expect(token.grantEnds == .start + .hours(2) + .days(30))
        #expect(renew(&token, "\"86400\"", at: .start + .hours(3)) != nil)
        #expect(renew(&token, "9223372036854775807", at: .start + .hours(4)) == nil)
    }

    @Test func `that lives for seconds is not renewed in a circle`() {
        var token = AccessToken()
        _ = token.beginRenewal(at: .start)
        _ = token.renewed(answer(200, #"{"access_token":"a","expires_in":60}"#), at: .start)
        expectRenewal(&token, at: .start + .seconds(29), false)
        expectRenewal(&token, at: .start + .seconds(30), true)
    }

    @Test func `is asked for with a form`() throws {
        let credential = Destination.Credential(
            clientID: "id", clientSecret: Secret("s&c=r t"), refreshToken: Secret("1//x+y"))
        let transfer = try AccessToken.request(credential, at: .start)
        #expect(
            String(decoding: try #require(transfer.body), as: UTF8.self)
                == "grant_type=refresh_token&client_id=id&client_secret=s%26c%3Dr%20t&refresh_token=1%2F%2Fx%2By")
    }

    // MARK: Service accounts

    private func account(_ privateKey: String = RSAKeyPair.shared.privateKey) -> Destination.ServiceAccount {
        Destination.ServiceAccount(
            email: "relay@project.iam.gserviceaccount.com", keyID: "key-1", privateKey: Secret(privateKey),
            tokenURI: "https://oauth2.googleapis.com/token")
    }

    private func assertion(
        at now: Instant, scope: String = Destination.GoogleAds.Transport.dataManager.scope
    ) throws -> [String] {
        var credential = Destination.Credential(account())
        credential.scope = scope
        let transfer = try AccessToken.request(credential, at: now)
        #expect(transfer.url == "https://oauth2.googleapis.com/token")
        let form = String(decoding: try #require(transfer.body), as: UTF8.self)
        let prefix = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
        try #require(form.hasPrefix(prefix))
        Recording.keep(
            assertion: String(form.dropFirst(prefix.count)), publicKey: RSAKeyPair.shared.publicKey,
            issuer: account().email, keyID: account().keyID, scope: scope, at: now)
        return form.dropFirst(prefix.count).split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func `of a service account is asked for with what the account signed`() throws {
        let parts = try assertion(at: .start + .milliseconds(500))
        try #require(parts.count == 3)
        let header = try JSON(parsing: try #require(Base64.url.decode(parts[0])))
        #expect(header == ["alg": "RS256", "typ": "JWT", "kid": "key-1"])
        let claims = try JSON(parsing: try #require(Base64.url.decode(parts[1])))
        #expect(
            claims == [
                "iss": "relay@project.iam.gserviceaccount.com",
                "scope": "https://www.googleapis.com/auth/datamanager",
                "aud": "https://oauth2.googleapis.com/token", "iat": JSON(Instant.start.seconds - 10),
                "exp": JSON(Instant.start.seconds + 3590),
            ])
        let signature = try #require(Base64.url.decode(parts[2]))
        let verifier = try RSAPublicKey(pem: RSAKeyPair.shared.publicKey)
        #expect(verifier.verifies(signature, of: Array("\(parts[0]).\(parts[1])".utf8)))
    }

    @Test func `of a service account is asked for anew each time`() throws {
        #expect(try assertion(at: .start) != assertion(at: .start + .hours(1)))
    }

    @Test func `of a service account is good for what the transport needs`() throws {
        let scope = Destination.GoogleAds.Transport.clickConversionUpload(version: "v26").scope
        let claims = try JSON(parsing: try #require(Base64.url.decode(try assertion(at: .start, scope: scope)[1])))
        #expect(claims["scope"] == "https://www.googleapis.com/auth/adwords")
    }

    @Test func `may be asked for somewhere else than where the assertion is made out to`() throws {
        var credential = Destination.Credential(account())
        credential.tokenEndpoint = "http://oauth.test/token"
        #expect(try AccessToken.request(credential, at: .start).url == "http://oauth.test/token")
    }

    @Test func `of a service account whose key does not sign needs a person`() {
        #expect(throws: KeyFault.unreadable) {
            _ = try AccessToken.request(Destination.Credential(account("broken")), at: .start)
        }
        var token = AccessToken()
        expectRenewal(&token, at: .start, true)
        let renewal = token.cannotAsk("no key")
        #expect(renewal == .refused(reason: "no key") && token.status(at: .start) == .refused(reason: "no key"))
        token.reset()
        expectRenewal(&token, at: .start, true)
    }

    @Test func `shows no key`() {
        let text = "\(Destination.Credential(account()))"
        #expect(!text.contains("BEGIN") && text.contains("relay@project"))
    }
}
