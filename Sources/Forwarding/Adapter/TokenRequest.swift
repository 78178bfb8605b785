package import Crypto
package import Curl
package import Domain

extension AccessToken {
    /// The request that gets a new token for a credential. A service account says who it is in a JWT that it signs;
    /// that is the only thing that can go wrong here.
    package static func request(_ credential: Destination.Credential, at now: Instant) throws(KeyFault) -> Transfer {
        let form: [(String, String)]
        switch credential.grant {
        case .refreshToken(let clientID, let clientSecret, let refreshToken):
            form = [
                ("grant_type", "refresh_token"), ("client_id", clientID), ("client_secret", clientSecret.value),
                ("refresh_token", refreshToken.value),
            ]
        case .serviceAccount(let account):
            form = [
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                ("assertion", try assertion(account, scope: credential.scope, at: now)),
            ]
        }
        var body: [UInt8] = []
        for (name, value) in form {
            if !body.isEmpty { body.append(UInt8(ascii: "&")) }
            body.append(contentsOf: name.utf8)
            body.append(UInt8(ascii: "="))
            body.append(contentsOf: percentEncoded(value).utf8)
        }
        var transfer = Transfer(
            "POST", credential.tokenEndpoint, fields: [("Content-Type", "application/x-www-form-urlencoded")],
            body: body)
        transfer.totalTimeout = .seconds(30)
        transfer.maximumAnswer = 64 * 1024
        transfer.network = TransferNetwork(credential.network)
        return transfer
    }

    /// Begun in the past, because our clock may be ahead of Google's, which refuses the future.
    static let clockSkew: Duration = .seconds(10)
    /// The longest that Google takes.
    static let assertionLife: Duration = .hours(1)

    /// A JWT (RFC 7519) signed by RS256, as google-ads.md, section 3.2, has it.
    static func assertion(
        _ account: Destination.ServiceAccount, scope: String, at now: Instant
    ) throws(KeyFault) -> String {
        let issued = now - clockSkew
        let header: JSON = ["alg": "RS256", "typ": "JWT", "kid": .string(account.keyID)]
        let claims: JSON = [
            "iss": .string(account.email), "scope": .string(scope), "aud": .string(account.tokenURI),
            "iat": JSON(issued.seconds), "exp": JSON((issued + assertionLife).seconds),
        ]
        let signed = Base64.url.encode(header.bytes) + "." + Base64.url.encode(claims.bytes)
        let signature = try RSAPrivateKey(pem: account.privateKey.value).sign(Array(signed.utf8))
        return signed + "." + Base64.url.encode(signature)
    }

    /// Everything but RFC 3986's unreserved characters as `%XX`.
    static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.append(byte)
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
