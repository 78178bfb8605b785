import Crypto
package import Curl
package import Domain

/// A customer's own endpoint, told of each lead in a request of its own and signed by the rules of Standard Webhooks
/// (standardwebhooks.com). `contracts/webhook.md` is what the receiver is promised.
///
/// The status of the answer is the whole answer:
///
///     2xx                   delivered
///     401, 403, 407, 410    hold: the receiver does not trust us, or wants no more; a person must act
///     413, 422              rejected: it has looked at this lead and will never take it
///     429                   the lane rests, for as long as `Retry-After` says
///     404, 405, 1xx, 3xx    as if nobody were there: there is no webhook just now, as during a deploy
///     408, 5xx              the receiver's fault: again later
///     any other             unclassified: again later, for as long as there is patience (30 days), and shown
///
/// 400 is among the others on purpose. Proxies and frameworks answer it for reasons that have nothing to do with the
/// lead, and what is rejected is gone.
package struct Webhook: Adapter {
    let destination: Destination
    let webhook: Destination.Webhook
    /// What is signed with; the receiver takes a request if it can verify any of the signatures.
    private let keys: [[UInt8]]

    package init(_ destination: Destination, _ webhook: Destination.Webhook) {
        self.destination = destination
        self.webhook = webhook
        // The configuration lets nothing else through; only a preview may come with a stand-in.
        keys = webhook.secrets.map { WebhookSignature.key($0.value) ?? Array($0.value.utf8) }
    }

    package var limits: AdapterLimits { AdapterLimits(batch: 1, throttleRest: .minutes(1)) }
    package var credential: Destination.Credential? { nil }

    package func transfer(_ fragments: [Fragment], token: String?, at now: Instant) -> Transfer {
        precondition(fragments.count == 1, "a webhook is told of one lead at a time")
        let (id, body) = (fragments[0].key, fragments[0].bytes)
        let signatures = keys.map { WebhookSignature.make(id: id, seconds: now.seconds, body: body, key: $0) }
        return destination.transfer(
            "POST", webhook.url,
            fields: [
                ("Content-Type", "application/json"), ("webhook-id", id), ("webhook-timestamp", String(now.seconds)),
                ("webhook-signature", signatures.joined(separator: " ")),
            ], body: body)
    }

    package var secrets: [(secret: String, mask: String)] { webhook.secrets.map { ($0.value, "***") } }
}
