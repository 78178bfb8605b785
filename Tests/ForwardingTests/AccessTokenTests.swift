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
            "scope_missing: the grant does not include https://www.googleapis.com/auth/datamanager"
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

    @Test func `of an app in testing comes with a warning`() {
        var token = AccessToken()
        _ = token.beginRenewal(at: .start)
        let body = #"{"access_token":"a","expires_in":"3599","refresh_token_expires_in":86400}"#
        guard case .renewed(let warning?) = token.renewed(answer(200, body), at: .start) else {
            Issue.record("no warning")
            return
        }
        #expect(warning.contains("2026-11-22T09:00:00Z"))
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
        let transfer = AccessToken.request(credential)
        #expect(
            String(decoding: try #require(transfer.body), as: UTF8.self)
                == "grant_type=refresh_token&client_id=id&client_secret=s%26c%3Dr%20t&refresh_token=1%2F%2Fx%2By")
    }
}
