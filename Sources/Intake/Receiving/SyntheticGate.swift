import Crypto
import HTTP

/// Tells the relay's own test leads from everybody else's.
///
/// They take the way that real leads take, from the public address to the judgement, and leave nothing behind: no lead,
/// no delivery, no count. Nobody outside can use that to make leads vanish: the secret is made anew for each process,
/// is known to that process alone, and a request with a wrong one is refused and not kept.
package final class SyntheticGate: Sendable {
    package static let field = "X-LeadRelay-Synthetic"
    static let fieldInLowerCase = "x-leadrelay-synthetic"
    private let secret: [UInt8]

    package init() { secret = randomBytes(32) }

    /// The value of `field` in the relay's own requests.
    package var value: String { Hex.encode(secret) }

    /// Whether this request is one of our own. Throws a refusal if it only says so.
    static func isOwn(_ request: Request, _ gate: SyntheticGate?) throws(Problem) -> Bool {
        guard let value = request.field(fieldInLowerCase) else { return false }
        guard let gate, let secret = Hex.decode(value), constantTimeEqual(secret, gate.secret) else {
            throw Problem(.notPermitted, "Leave \(field) out: it is the relay's own.", invalid: field)
        }
        return true
    }
}
