package import Curl
package import Domain

/// Slack's incoming webhook: what it takes cannot be changed or answered, so each message stands for itself. Errors:
/// api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks.
package struct SlackWebhookNotifier: Notifier {
    let webhook: Channel.SlackWebhook

    package init(_ webhook: Channel.SlackWebhook) { self.webhook = webhook }

    package var pace: ChannelPace { ChannelPace(spacing: .milliseconds(1100), bundlesFrom: 4) }

    package func next(_ errand: SendJob, at now: Instant) -> Call? {
        guard errand.done["post"] == nil else { return nil }
        let message = SlackWriting.plainMessage(errand.parcel)
        return Call("post", .transfer(Transfer(posting: message, to: webhook.url.value)))
    }

    package func read(_ answer: CallAnswer, to call: Call, of errand: SendJob) -> NoticeReading {
        guard case .transfer(let result) = answer else { preconditionFailure("Slack answers requests") }
        switch result {
        case .failure(let error): return NoticeReading(error)
        case .success(let answer):
            let words = String(decoding: answer.body.prefix(200), as: UTF8.self)
            let reason = "Slack says \(answer.status) \(plain(words))"
            switch (answer.status, words) {
            case (200, "ok"): return .done("")
            case (200, _): return .retry(.init(.unclassified, AnswerWords.unreadable, isUncertain: true))
            case (400, "invalid_payload"), (400, "no_text"), (413, _): return .refused(reason: reason)
            case (400, "invalid_token"), (400, "user_not_found"), (401, _), (403, _), (404, _), (410, _):
                return .broken(reason: reason)
            default: return NoticeReading(status: answer)
            }
        }
    }

    /// The address is the secret.
    package func masked(_ transfer: Transfer) -> Transfer {
        var transfer = transfer
        transfer.url = "https://hooks.slack.com/services/***"
        return transfer
    }
}
