import Crypto
import Domain

/// The access tokens that were given out. The newest are kept.
struct Tokens {
    private var expiries: [String: Instant] = [:]
    private var order: Recent<String>

    init(maximum: Int) { order = Recent(maximum: maximum) }

    mutating func issue(until expiry: Instant) -> String {
        let token = "sandbox." + Base64.url.encode(randomBytes(24))
        expiries[token] = expiry
        if let oldest = order.append(token) { expiries[oldest] = nil }
        return token
    }

    mutating func revoke(_ token: String) { expiries[token] = nil }

    enum Standing { case valid, expired, unknown }

    func standing(of token: String, at now: Instant) -> Standing {
        guard let expiry = expiries[token] else { return .unknown }
        return now < expiry ? .valid : .expired
    }
}
