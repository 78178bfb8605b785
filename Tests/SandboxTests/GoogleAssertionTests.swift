import Crypto
import Curl
import Domain
import Forwarding
import HTTP
import Sandbox
import TestSupport
import Testing

@Suite struct `Google's token endpoint, asked by a service account,` {
    private static let grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
    private static let header: JSON = ["alg": "RS256", "typ": "JWT", "kid": "key-1"]
    private static var claims: JSON {
        [
            "iss": "relay@project.iam.gserviceaccount.com", "scope": "https://www.googleapis.com/auth/datamanager",
            "aud": "https://oauth2.googleapis.com/token", "iat": JSON(Fixtures.now.seconds - 10),
            "exp": JSON(Fixtures.now.seconds + 3590),
        ]
    }

    private static func assertion(_ header: JSON = header, _ claims: JSON = claims) throws -> String {
        let signed = Base64.url.encode(header.bytes) + "." + Base64.url.encode(claims.bytes)
        let key = try RSAPrivateKey(pem: RSAKeyPair.shared.privateKey)
        return signed + "." + Base64.url.encode(try key.sign(Array(signed.utf8)))
    }

    private func stage(_ publicKey: String? = RSAKeyPair.shared.publicKey) throws -> Stage {
        var options = SandboxOptions()
        options.serviceAccountKey = try publicKey.map { try RSAPublicKey(pem: $0) }
        return try Stage(options)
    }

    @Test func `gives a token that events are taken with`() throws {
        let stage = try stage()
        let reply = try stage.requestToken(Self.grant + "&assertion=\(Self.assertion())")
        #expect(reply.status == 200)
        #expect(reply.json["expires_in"] == 3599 && reply.json["token_type"] == "Bearer")
        #expect(reply.json["refresh_token"] == nil)
        let token = try #require(reply.json["access_token"]?.string)
        #expect(try stage.ingest(token: token).get().status == 200)
    }

    @Test func `takes what the relay sends`() throws {
        let account = Destination.ServiceAccount(
            email: "relay@project.iam.gserviceaccount.com", keyID: "key-1",
            privateKey: Secret(RSAKeyPair.shared.privateKey))
        let transfer = try AccessToken.request(Destination.Credential(account), at: Fixtures.now)
        let form = String(decoding: transfer.body ?? [], as: UTF8.self)
        #expect(try stage().requestToken(form).status == 200)
    }

    /// The part, the member, its value, and what Google says to it.
    static let wrong: [(part: String, member: String, value: JSON?, error: String, words: String)] = {
        let (day, moment) = (Int64(86_400), Fixtures.now.seconds)
        return [
            ("header", "alg", "HS256", "invalid_grant", "alg"), ("header", "alg", "none", "invalid_grant", "alg"),
            ("header", "typ", nil, "invalid_grant", "typ"), ("header", "kid", nil, "invalid_grant", "kid"),
            ("header", "kid", "", "invalid_grant", "kid"), ("claims", "iss", nil, "invalid_grant", "account not found"),
            ("claims", "iss", "relay", "invalid_grant", "account not found"),
            ("claims", "scope", nil, "invalid_scope", "scope"),
            ("claims", "scope", "https://www.googleapis.com/auth/drive", "invalid_scope", "scope"),
            ("claims", "aud", nil, "invalid_grant", "audience"),
            ("claims", "aud", "https://accounts.google.com/o/oauth2/token", "invalid_grant", "audience"),
            ("claims", "iat", nil, "invalid_grant", "short-lived"),
            ("claims", "iat", "1795600990", "invalid_grant", "short-lived"),
            ("claims", "iat", JSON(moment + 61), "invalid_grant", "short-lived"),
            ("claims", "iat", JSON(moment - 11), "invalid_grant", "short-lived"),
            ("claims", "exp", nil, "invalid_grant", "short-lived"),
            ("claims", "exp", JSON(moment), "invalid_grant", "short-lived"),
            ("claims", "exp", JSON(moment + day), "invalid_grant", "short-lived"),
        ]
    }()

    @Test(arguments: wrong)
    func `refuses what does not fit`(
        _ wrong: (part: String, member: String, value: JSON?, error: String, words: String)
    ) throws {
        let header = wrong.part == "header" ? Self.header.changing(wrong.member, to: wrong.value) : Self.header
        let claims = wrong.part == "claims" ? Self.claims.changing(wrong.member, to: wrong.value) : Self.claims
        let reply = try stage().requestToken(Self.grant + "&assertion=\(Self.assertion(header, claims))")
        #expect(reply.status == 400)
        #expect(reply.json["error"]?.string == wrong.error)
        #expect(reply.json["error_description"]?.string?.contains(wrong.words) == true)
    }

    @Test func `refuses what has no three parts`() throws {
        let good = try Self.assertion()
        let parts = good.split(separator: ".").map(String.init)
        let texts = [
            "a.b.c", "x", parts[0] + "." + parts[1], good + ".", good + "=", "." + parts[1] + "." + parts[2],
            parts[0] + "." + Base64.url.encode([1, 2]) + "." + parts[2],
        ]
        for text in texts {
            let reply = try stage().requestToken(Self.grant + "&assertion=\(text)")
            #expect(reply.json["error"] == "invalid_grant", "\(text)")
        }
        #expect(try stage().requestToken(Self.grant).json["error"] == "invalid_request")
    }

    @Test func `verifies the signature when it knows the key, and else looks at its length only`() throws {
        let parts = try Self.assertion().split(separator: ".").map(String.init)
        let zeros = Base64.url.encode([UInt8](repeating: 0, count: 256))
        let forged = Self.grant + "&assertion=\(parts[0]).\(parts[1]).\(zeros)"
        let reply = try stage().requestToken(forged)
        #expect(reply.json == ["error": "invalid_grant", "error_description": "Invalid JWT Signature."])
        #expect(try stage(nil).requestToken(forged).status == 200)
        let short = Self.grant + "&assertion=\(parts[0]).\(parts[1])."
        #expect(try stage(nil).requestToken(short).json["error_description"] == "Invalid JWT Signature.")
        let other = RSAKeyPair(bits: 2048).publicKey
        #expect(try stage(other).requestToken(Self.grant + "&assertion=\(Self.assertion())").status == 400)
    }
}
