import Crypto
package import Domain

/// Slack's proof that a request is its own: `v0=` and the HMAC-SHA256 of `v0:TIMESTAMP:BODY` with the app's signing
/// secret (docs.slack.dev, "Verifying requests from Slack").
package enum SlackSignature {
    /// How old a request may be, and how fast Slack's clock; after that it counts as a recording.
    package static let tolerance: Duration = .seconds(300)

    package enum Refusal: String, Error, Equatable, Sendable, CaseIterable {
        /// One of the two header fields is not there, or is not what it should be.
        case missing
        /// The signing secret is another: most often that of another app.
        case wrong
        /// Our clock or theirs is off, or it is a recording.
        case old
        /// Seen before within the time in which it is good.
        case replayed
    }

    /// The value of `X-Slack-Signature` for the body as it came, byte for byte.
    package static func make(body: [UInt8], timestamp: String, secret: String) -> String {
        "v0="
            + Hex.encode(HMAC.sha256(key: Array(secret.utf8), message: Array("v0:\(timestamp):".utf8) + body))
    }

    /// Throws unless it is right and recent; whether it was seen before is for `SeenSignatures` to say.
    package static func check(
        _ signature: String?, timestamp: String?, body: [UInt8], secret: String, now: Instant
    ) throws(Refusal) {
        guard let signature, let timestamp, (1...12).contains(timestamp.utf8.count),
            timestamp.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(timestamp)
        else { throw .missing }
        // The proof first: who cannot sign learns nothing about our clock.
        guard constantTimeEqual(signature, make(body: body, timestamp: timestamp, secret: secret)) else {
            throw .wrong
        }
        let age = now - Instant(seconds: seconds)
        guard age <= tolerance, age >= .zero - tolerance else { throw .old }
    }
}

/// Signatures that were accepted a moment ago, so that none is accepted twice. It remembers for as long as one is good,
/// and so many at most: more presses than that in five minutes do not come from people.
package struct SeenSignatures: Sendable {
    private static let most = 10_000
    private var seen: [String: Instant] = [:]

    package init() {}

    /// Whether it is new; it is not from now on.
    package mutating func admit(_ signature: String, at now: Instant) -> Bool {
        // A signature is good from five minutes before its time to five minutes after.
        let horizon = now - SlackSignature.tolerance - SlackSignature.tolerance
        if seen.count >= Self.most { seen = seen.filter { $0.value > horizon } }
        if let before = seen[signature], before > horizon { return false }
        guard seen.count < Self.most else { return false }
        seen[signature] = now
        return true
    }
}
