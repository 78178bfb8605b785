import Crypto
import Domain

/// A service account's assertion (RFC 7523) as Google's token endpoint looks at it.
struct GoogleAssertion {
    private let header: JSON
    private let claims: JSON
    private let signed: [UInt8]
    private let signature: [UInt8]

    /// `nil` if this is no JWT in three parts.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let header = Self.json(parts[0]), let claims = Self.json(parts[1]),
            let signature = Base64.url.decode(parts[2])
        else { return nil }
        self.header = header
        self.claims = claims
        self.signature = signature
        signed = Array((parts[0] + "." + parts[1]).utf8)
    }

    private static func json(_ part: String) -> JSON? {
        guard let bytes = Base64.url.decode(part), let json = try? JSON(parsing: bytes), json.object != nil else {
            return nil
        }
        return json
    }

    /// What the token is to be good for.
    var scope: String { claims["scope"]?.string ?? "" }

    /// Why it is refused: the error and its description. `nil`: it is good.
    typealias Refusal = (error: String, description: String)

    /// `audiences` are the names under which the endpoint is known. Without a key only the signature's length is looked
    /// at.
    func refusal(at now: Instant, audiences: Set<String>, key: RSAPublicKey?) -> Refusal? {
        if header["alg"] != "RS256" { return ("invalid_grant", "Invalid JWT: alg must be RS256.") }
        if header["typ"] != "JWT" { return ("invalid_grant", "Invalid JWT: typ must be JWT.") }
        if (header["kid"]?.string ?? "").isEmpty { return ("invalid_grant", "Invalid JWT: kid is missing.") }
        guard let issuer = claims["iss"]?.string, issuer.contains("@") else {
            return ("invalid_grant", "Invalid grant: account not found")
        }
        let known = ["https://www.googleapis.com/auth/datamanager", "https://www.googleapis.com/auth/adwords"]
        guard scope.split(separator: " ").contains(where: { known.contains(String($0)) }) else {
            return ("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        }
        guard let audience = claims["aud"]?.string, audiences.contains(audience) else {
            return ("invalid_grant", "Invalid JWT: Failed audience check.")
        }
        // The clock of the one that signs may be a minute ahead.
        guard let issued = claims["iat"]?.integer, let expires = claims["exp"]?.integer,
            expires > issued, expires - issued <= 3600, issued - 60 <= now.seconds, now.seconds < expires
        else {
            return (
                "invalid_grant",
                """
                Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check \
                your iat and exp values in the JWT claim.
                """
            )
        }
        let isSigned = key.map { $0.verifies(signature, of: signed) } ?? (signature.count >= 256)
        return isSigned ? nil : ("invalid_grant", "Invalid JWT Signature.")
    }
}
