import Crypto
package import Curl
package import Domain

/// A receiver of the customer's own, signed as Standard Webhooks says (standardwebhooks.com, version 1.0: `webhook-id`,
/// `webhook-timestamp`, `webhook-signature`). contracts/alert-webhook.md is what receivers are promised.
package struct WebhookNotifier: Notifier {
    let webhook: Channel.Webhook

    package init(_ webhook: Channel.Webhook) { self.webhook = webhook }

    package var pace: ChannelPace { ChannelPace(windows: [.init(120, in: .minutes(1))]) }

    package func next(_ errand: SendJob, at now: Instant) -> Call? {
        guard errand.done["post"] == nil, let first = errand.parcel.bulletins.first else { return nil }
        let body = Self.body(errand.parcel).bytes
        let id = Self.id(errand.parcel, first)
        let key = WebhookSignature.key(webhook.secret.value) ?? Array(webhook.secret.value.utf8)
        return Call(
            "post",
            .transfer(
                Transfer(
                    "POST", webhook.url,
                    fields: [
                        ("Content-Type", "application/json"), ("webhook-id", id),
                        ("webhook-timestamp", String(now.seconds)),
                        (
                            "webhook-signature",
                            WebhookSignature.make(id: id, seconds: now.seconds, body: body, key: key)
                        ),
                    ], body: body)))
    }

    /// The same at every attempt, and of no other message: receivers recognise repetitions by it. Never holds a dot,
    /// which separates what is signed.
    private static func id(_ parcel: OutgoingMessage, _ first: NotificationContent) -> String {
        let names = parcel.bulletins.map(\.messageName)
        let name = names.count == 1 ? names[0] : String(SHA256.hex(of: names.joined(separator: " ")).prefix(32))
        return "\(first.surroundings.relay)_\(name)".replacing(".", with: "_")
    }

    static func body(_ parcel: OutgoingMessage) -> JSON {
        let last = parcel.bulletins.flatMap(\.items).map(\.event.at).max()
        return [
            "type": .string("alert.\(word(parcel.bulletins.first?.occasion ?? .update))"),
            "timestamp": .string((last ?? Instant(seconds: 0)).rfc3339),
            "data": ["alerts": .array(parcel.bulletins.map(alert))],
        ]
    }

    private static func word(_ kind: Notice.Kind) -> String {
        switch kind {
        case .opening: "opened"
        case .update: "updated"
        case .escalation: "escalated"
        case .reminder: "reminder"
        case .closing: "closed"
        }
    }

    static let longestText = 2000
    static let longestValue = 500
    static let mostEvidence = 20

    private static func alert(_ bulletin: NotificationContent) -> JSON {
        let (alert, finding) = (bulletin.alert, bulletin.alert.finding)
        var members: [JSON.Member] = [
            .init("id", .string(alert.id.description)), .init("key", .string(bulletin.key)),
            .init("kind", .string(finding.kind.rawValue)), .init("scope", .string(finding.scope.description)),
            .init("client", .string(finding.client)), .init("severity", .string(alert.severity.rawValue)),
            .init("state", .string(alert.state.rawValue)), .init("subject", .string(bulletin.subject)),
            .init("text", .string(finding.sentence.cut(longestText))), .init("began", .string(finding.began.rfc3339)),
            .init("ended", alert.resolution.map { .string($0.ended.rfc3339) } ?? .null),
            .init("time", .string(bulletin.span)),
            .init("owner", .string(alert.owner)), .init("team", .string(alert.team)),
            .init(
                "evidence",
                .array(
                    finding.evidence.prefix(mostEvidence).map {
                        ["name": .string($0.name.cut(longestValue)), "value": .string($0.value.cut(longestValue))]
                    })),
            .init(
                "events",
                .array(
                    bulletin.items.map {
                        [
                            "kind": .string($0.event.kind.rawValue), "at": .string($0.event.at.rfc3339),
                            "by": .string($0.event.by), "text": .string($0.event.text.cut(longestText)),
                        ]
                    })),
        ]
        if let next = bulletin.nextStep { members.append(.init("next_step", .string(next))) }
        if let link = bulletin.link { members.append(.init("url", .string(link))) }
        return .object(members)
    }

    package func read(_ answer: CallAnswer, to call: Call, of errand: SendJob) -> NoticeReading {
        .plainly(answer, "the receiver")
    }

    package func masked(_ transfer: Transfer) -> Transfer { transfer.masking("webhook-signature") }
}
