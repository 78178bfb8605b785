package import API
import Crypto
package import Domain
package import HTTP
package import Intake
import Service
package import Store

/// What a request says about who makes it and from where, before anybody has looked whether it is true.
package struct ClientInfo: Sendable {
    /// The visitor's address, as far as trusted proxies tell it.
    package let address: String
    /// Whether it is the visitor's: nothing says that there are others between whom nobody has called trusted.
    package let isCertain: Bool
    /// The visitor's own connection is encrypted: a trusted proxy says so.
    let isSecure: Bool
    /// As the visitor's browser knows us: `leads.acme.example`, `127.0.0.1:8080`.
    let host: String
    let origin: String?
    /// Where people reach the console, as it is configured: proxies may drop the port from `Host`.
    let publicOrigin: String?
    let fetchSite: String?
    package private(set) var bearer: String?
    /// The token in the session's cookie.
    let session: String?
    /// The token in the cookie of somebody who has not signed in: forms need one too.
    private(set) var guest: String?

    package init(_ request: Request, proxies: TrustedProxies, publicURL: String? = nil) {
        publicOrigin = publicURL?.lowercased()
        let traced = proxies.trace(peer: request.peer, forwardedFor: request.field("x-forwarded-for"))
        address = traced.address
        let isProxied = request.peer == "unix" || HostAddress(request.peer).map(proxies.contains) ?? false
        // Somebody stands between who is not trusted, or who is and says it in a field that is not read: the address is
        // theirs.
        let isRead = isProxied && request.field("x-forwarded-for") != nil
        let isForwarded = !isRead && Self.forwardingFields.contains { request.field($0) != nil }
        isCertain = traced.isCertain && !isForwarded
        isSecure = isProxied && request.field("x-forwarded-proto")?.lowercased() == "https"
        host = request.field("host")?.lowercased() ?? ""
        origin = request.field("origin")?.lowercased()
        fetchSite = request.field("sec-fetch-site")?.lowercased()
        if let authorization = request.field("authorization"), authorization.lowercased().hasPrefix("bearer ") {
            bearer = String(authorization.dropFirst("bearer ".count))
        } else {
            bearer = nil
        }
        let cookies = Cookies(request.field("cookie") ?? "")
        session = cookies[Cookies.session(isSecure: isSecure)]
        guest = cookies[Cookies.guest(isSecure: isSecure)]
    }

    /// What proxies add (RFC 7239, RFC 9110 7.6.3, and what was usual before).
    private static let forwardingFields = [
        "x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port", "via",
        "x-client-ip", "x-cluster-client-ip", "x-original-forwarded-for", "true-client-ip", "cf-connecting-ip",
        "fastly-client-ip", "fly-client-ip", "x-azure-clientip", "x-envoy-external-address",
    ]

    /// The same visit, with the cookie that it is about to get.
    func with(guest: String) -> ClientInfo {
        var visit = self
        visit.guest = guest
        return visit
    }

    /// The same visit of a program that shows its token elsewhere.
    func with(bearer: String?) -> ClientInfo {
        var visit = self
        visit.bearer = bearer
        return visit
    }

    /// By what attempts to sign in are counted together.
    var network: UInt64 { HostAddress(address)?.network ?? 0 }

    /// Whether a password may be typed here: nobody else can read along.
    var isPrivate: Bool {
        isSecure || (isCertain && (address == "unix" || HostAddress(address)?.isLoopback ?? false))
    }

    /// Whether the request comes from a page of ours, as far as the browser says (it always does for a form post). The
    /// scheme counts too.
    var isFromOurPages: Bool {
        if let origin {
            return Self.isOurs(origin, publicOrigin: publicOrigin, isSecure: isSecure, host: host)
        }
        return fetchSite.map { $0 == "same-origin" || $0 == "none" } ?? true
    }

    static func isOurs(_ origin: String, publicOrigin: String?, isSecure: Bool, host: String) -> Bool {
        origin == publicOrigin || origin == (isSecure ? "https://" : "http://") + host
    }

    /// What a form must bring along, made from the token in the cookie, which no other site can read.
    var formToken: String? { (session ?? guest).map(Self.formToken) }

    static func formToken(for cookie: String) -> String {
        Base64.url.encode(HMAC.sha256(key: Array(cookie.utf8), message: Array("form".utf8)))
    }

    static func hash(_ token: String) -> [UInt8] { SHA256.hash(Array(token.utf8)) }
}

/// The cookies of a request, and how ours are set.
struct Cookies {
    private let values: [String: String]

    /// Reads a `Cookie` field (RFC 6265 section 4.2). Of two with one name the first counts.
    init(_ field: String) {
        var values: [String: String] = [:]
        for pair in field.split(separator: ";") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { continue }
            let name = sides[0].drop { $0 == " " }
            if values[String(name)] == nil { values[String(name)] = String(sides[1]) }
        }
        self.values = values
    }

    subscript(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// `__Host-` makes the browser insist on TLS, on this very host and on the whole path (RFC 6265bis section
    /// 4.1.3.2).
    static func session(isSecure: Bool) -> String { isSecure ? "__Host-leadrelay" : "leadrelay" }
    static func guest(isSecure: Bool) -> String { isSecure ? "__Host-leadrelay-guest" : "leadrelay-guest" }

    /// Lax, so that a link in a mail or a chat finds the session; forms have their own token.
    static func setSession(_ token: String, isSecure: Bool) -> (name: String, value: String) {
        set(session(isSecure: isSecure), token, "Lax", SessionLife.longest, isSecure)
    }

    static func endSession(isSecure: Bool) -> (name: String, value: String) {
        set(session(isSecure: isSecure), "", "Lax", .zero, isSecure)
    }

    static func setGuest(_ token: String, isSecure: Bool) -> (name: String, value: String) {
        set(guest(isSecure: isSecure), token, "Strict", .hours(1), isSecure)
    }

    private static func set(_ name: String, _ value: String, _ sameSite: String, _ life: Duration, _ isSecure: Bool)
        -> (name: String, value: String)
    {
        (
            "Set-Cookie",
            "\(name)=\(value); Path=/; Max-Age=\(life.components.seconds); HttpOnly; SameSite=\(sameSite)"
                + (isSecure ? "; Secure" : "")
        )
    }
}

/// Who makes a request, once it has been looked up.
package struct Identity: Sendable {
    package let principal: Principal
    /// Signed in with a password; `nil` for a token.
    package let user: User?
    /// The session's hash, if it is one.
    package let session: [UInt8]?
}

extension RelayContext {
    /// Looks up who somebody is: a bearer token goes before a session. `nil` if nobody is signed in.
    package func identity(of visit: ClientInfo, _ reader: Reader) throws -> Identity? {
        let now = now
        if let bearer = visit.bearer {
            guard bearer.hasPrefix(AccessOperations.tokenPrefix), let token = try reader.token(ClientInfo.hash(bearer)),
                token.expiresAt.map({ now < $0 }) ?? true
            else { return nil }
            if token.usedAt.map({ now - $0 >= SessionLife.touch }) ?? true { ledger.accounts.touchToken(token.id) }
            let principal = Principal(
                name: "token \(token.name)", permissions: Set(token.scopes.compactMap(Permission.init(rawValue:))),
                clients: token.clients.map { .only(Set($0)) } ?? .all, team: token.team)
            return Identity(principal: principal, user: nil, session: nil)
        }
        guard let cookie = visit.session else { return nil }
        let hash = ClientInfo.hash(cookie)
        guard let session = try reader.session(hash),
            SessionLife.isAlive(created: session.createdAt, used: session.usedAt, now: now)
        else { return nil }
        if now - session.usedAt >= SessionLife.touch { ledger.accounts.touchSession(hash) }
        let user = session.user
        return Identity(
            principal: Principal(user: user.name, role: user.role, clients: user.clients), user: user, session: hash)
    }
}
