package import Domain
import Crypto

/// `X-LeadRelay-Signature: t=1795251600,v1=5257a8…`: proof that a server knows the source's secret.
///
/// `v1` is the HMAC-SHA256 of the decimal seconds in `t`, a full stop, and the body. Several `v1` may stand there while
/// a secret is being replaced.
package enum Signature {
    /// How far the sender's clock may be from ours, either way; a recorded request is worthless after that.
    package static let tolerance: Duration = .minutes(5)

    package enum Verdict: Equatable, Sendable { case genuine, wrong, expired, unreadable }

    package static func verdict(_ header: String, body: [UInt8], secret: [UInt8], now: Instant) -> Verdict {
        var seconds: Substring?
        var proofs: [[UInt8]] = []
        for part in header.split(separator: ",") {
            let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { return .unreadable }
            switch pair[0] {
            case "t": seconds = pair[1]
            case "v1" where proofs.count < 4:
                guard let proof = Hex.decode(String(pair[1])) else { return .unreadable }
                proofs.append(proof)
            default: break  // of a later version
            }
        }
        guard let seconds, (1...12).contains(seconds.utf8.count), seconds.utf8.allSatisfy({ $0 &- 0x30 <= 9 }),
            let moment = Int64(seconds), !proofs.isEmpty
        else { return .unreadable }
        // The proof first: who cannot sign learns nothing about our clock.
        let expected = HMAC.sha256(key: secret, message: Array(seconds.utf8) + [UInt8(ascii: ".")] + body)
        guard proofs.filter({ constantTimeEqual($0, expected) }).count > 0 else { return .wrong }
        let age = now - Instant(seconds: moment)
        return age > tolerance || age < .zero - tolerance ? .expired : .genuine
    }

    /// What a sender writes into the header.
    package static func header(body: [UInt8], secret: [UInt8], now: Instant) -> String {
        let seconds = String(now.seconds)
        let proof = HMAC.sha256(key: secret, message: Array(seconds.utf8) + [UInt8(ascii: ".")] + body)
        return "t=\(seconds),v1=\(Hex.encode(proof))"
    }
}
