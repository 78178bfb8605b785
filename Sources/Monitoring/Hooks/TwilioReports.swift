import Domain
package import HTTP
import Service
import Store

/// Posted to `/hooks/twilio/CHANNEL?alert=A17`: Twilio tells what became of a text that it took. That one did not reach
/// its phone becomes a line in the alert's story, and so in its other channels.
package final class TwilioReports: Sendable {
    private struct State {
        var publicURL = ""
        /// By the channel's name.
        var tokens: [String: Secret] = [:]
    }

    private let state = Locked(State())
    private let desk: WebhookQueue
    private let alerts: AlertRole
    private let log: Log

    init(_ alerts: AlertRole, desk: WebhookQueue, log: Log) {
        self.alerts = alerts
        self.desk = desk
        self.log = log
    }

    func configure(_ channels: [Channel], publicURL: String) {
        var new = State()
        new.publicURL = publicURL
        for channel in channels {
            // Callbacks are signed with the account's own token, which an API key's secret is not.
            if case .sms(let sms) = channel.kind, sms.callback != nil { new.tokens[channel.name] = sms.token }
        }
        let fresh = new
        state.withLock { $0 = fresh }
    }

    /// Takes what was posted. Does not wait.
    package func take(_ request: Request) -> HookAnswer {
        let (publicURL, tokens) = state.withLock { ($0.publicURL, $0.tokens) }
        let name = String(request.path.dropFirst(TwilioCallback.path.count))
        guard request.method == .post, let token = tokens[name] else {
            return .unknown("No channel of this name is told what became of its texts.")
        }
        guard let fields = (try? FormFields(request.body))?.all,
            TwilioSignature.isGenuine(
                request.field("x-twilio-signature"), url: publicURL + request.target, fields: fields,
                authToken: token.value)
        else {
            log.warning("twilio.refused", ["channel": name])
            return .refused("The request is not signed by Twilio for this address: compare public_url and token.")
        }
        let alert = request.query.flatMap { try? FormFields(query: $0) }?["alert"]
        var isTaken = true
        if let report = TwilioCallback(alert: alert, fields: fields), let trouble = report.trouble {
            log.warning(
                "notification.undelivered", ["channel": name, "alert": report.alert.description, "error": trouble])
            isTaken = desk.submit { [alerts, log] in
                do {
                    _ = try alerts.command(.note(trouble), report.alert, by: name)
                } catch {
                    // An alert that is over by now has no use for it.
                    log.info("twilio.callback_write_failed", ["alert": report.alert.description, "error": "\(error)"])
                }
            }
        }
        return isTaken ? .taken : .overloaded("Too much is waiting.")
    }
}
