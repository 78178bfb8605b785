import Crypto
import Domain

/// The access tokens that were given out. The newest are kept.
struct Tokens {
    private struct Issued {
        let expiry: Instant
        /// Separated by blanks.
        let scope: String
    }

    private var issued: [String: Issued] = [:]
    private var order: Recent<String>

    init(maximum: Int) { order = Recent(maximum: maximum) }

    mutating func issue(until expiry: Instant, scope: String) -> String {
        let token = "sandbox." + Base64.url.encode(randomBytes(24))
        issued[token] = Issued(expiry: expiry, scope: scope)
        if let oldest = order.append(token) { issued[oldest] = nil }
        return token
    }

    mutating func revoke(_ token: String) { issued[token] = nil }

    enum Standing { case valid, expired, unknown, notForThis }

    func standing(of token: String, for scope: String, at now: Instant) -> Standing {
        guard let known = issued[token] else { return .unknown }
        guard now < known.expiry else { return .expired }
        return known.scope.split(separator: " ").contains { $0 == scope } ? .valid : .notForThis
    }
}
