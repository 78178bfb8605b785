import Domain
import Sandbox
import Testing

@Suite struct `Google's token endpoint` {
    @Test func `gives a token for a refresh token`() throws {
        let reply = try Stage().requestToken()
        #expect(reply.status == 200)
        #expect(reply.json["expires_in"] == 3599)
        #expect(reply.json["token_type"] == "Bearer")
        #expect(reply.json["scope"]?.string?.contains("https://www.googleapis.com/auth/datamanager") == true)
    }

    static let refused: [(form: String, error: String)] = [
        ("", "invalid_request"),
        ("grant_type=refresh_token&client_id=a&client_secret=b", "invalid_request"),
        ("grant_type=refresh_token&client_id=&client_secret=b&refresh_token=c", "invalid_request"),
        ("grant_type=password&client_id=a&client_secret=b&refresh_token=c", "unsupported_grant_type"),
        ("grant_type=refresh_token&client_id=a&client_secret=b&refresh_token=c", "invalid_grant"),
    ]
    @Test(arguments: refused)
    func `refuses anything else`(_ form: String, _ error: String) throws {
        var options = SandboxOptions()
        options.refreshTokens = ["1//refresh"]
        let stage = try Stage(options)
        #expect(try stage.requestToken().status == 200)
        let reply = try stage.requestToken(form)
        #expect(reply.status == 400)
        #expect(reply.json["error"]?.string == error)
    }

    @Test func `counts the days of a refresh token while the app is in testing`() throws {
        var options = SandboxOptions()
        options.refreshTokenLifetime = .days(7)
        let stage = try Stage(options)
        #expect(try stage.requestToken().json["refresh_token_expires_in"] == 604_800)
        stage.advance(.days(6))
        #expect(try stage.requestToken().json["refresh_token_expires_in"] == 86_400)
        stage.advance(.days(1))
        #expect(try stage.requestToken().json["error"] == "invalid_grant")
        #expect(try Stage().requestToken().json["refresh_token_expires_in"] == nil)
    }

    @Test func `tells the scope that was granted`() throws {
        var options = SandboxOptions()
        options.grantedScope = "openid"
        #expect(try Stage(options).requestToken().json["scope"] == "openid")
    }

    @Test func `keeps a bounded number of tokens`() throws {
        var options = SandboxOptions()
        options.maximumTokens = 2
        let stage = try Stage(options)
        let tokens = try (0..<3).map { _ in try stage.token() }
        #expect(try tokens.map { try stage.ingest(token: $0).get().status } == [401, 200, 200])
    }
}

@Suite struct `Google's request status` {
    @Test func `is first being processed and then a success`() throws {
        let stage = try Stage()
        let id = try #require(try stage.ingest().get().json["requestId"]?.string)
        let early = try stage.status(id).json["requestStatusPerDestination"]
        #expect(early?[0]?["requestStatus"] == "PROCESSING")
        #expect(early?[0]?["destination"] == Fixtures.google["destinations"]?[0])
        stage.advance(.seconds(2))
        let late = try stage.status(id).json["requestStatusPerDestination"]
        #expect(late?.array?.count == 1)
        #expect(late?[0]?["requestStatus"] == "SUCCESS")
        #expect(late?[0]?["eventsIngestionStatus"]?["recordCount"] == "2")
    }

    @Test func `is not known of other requests`() throws {
        let reply = try Stage().status("none")
        #expect(reply.status == 400)
        #expect(reply.violations.map(\.reason) == ["INVALID_REQUEST_ID"])
    }

    @Test func `is remembered of the newest requests`() throws {
        var options = SandboxOptions()
        options.maximumRequests = 2
        let stage = try Stage(options)
        let ids = try (0..<3).map { _ in try stage.ingest().get().json["requestId"]?.string ?? "" }
        #expect(try ids.map { try stage.status($0).status } == [400, 200, 200])
    }
}
