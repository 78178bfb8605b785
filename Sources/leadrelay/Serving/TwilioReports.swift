import Configuration
import Domain
import HTTP
import Intake
import Monitoring
import Service
import Store

/// `POST /hooks/twilio/CHANNEL?alert=A17`: Twilio tells what became of a text that it took. That one did not reach its
/// phone becomes a line in the alert's story, and so in its other channels.
final class TwilioReports: Sendable {
    private struct State {
        var publicURL = ""
        /// By the channel's name.
        var tokens: [String: Secret] = [:]
    }

    private let state = Locked(State())
    private let desk: WebhookQueue
    private let ledger: Ledger
    private let log: Log

    init(_ ledger: Ledger, desk: WebhookQueue, log: Log) {
        self.ledger = ledger
        self.desk = desk
        self.log = log
    }

    func configure(_ configuration: Configuration) {
        var new = State()
        new.publicURL = configuration.publicURL ?? ""
        for channel in configuration.notices.channels {
            // Callbacks are signed with the account's own token, which an API key's secret is not.
            if case .sms(let sms) = channel.kind, sms.callback != nil { new.tokens[channel.name] = sms.token }
        }
        let fresh = new
        state.withLock { $0 = fresh }
    }

    func respond(to request: Request, _ exchange: Exchange) {
        let (publicURL, tokens) = state.withLock { ($0.publicURL, $0.tokens) }
        let name = String(request.path.dropFirst(TwilioCallback.path.count))
        guard request.method == .post, let token = tokens[name] else {
            exchange.reply(Problem(.notFound, "No channel of this name is told what became of its texts.").response)
            return
        }
        guard let fields = (try? FormFields(request.body))?.all,
            TwilioSignature.isGenuine(
                request.field("x-twilio-signature"), url: publicURL + request.target, fields: fields,
                authToken: token.value)
        else {
            log.warning("twilio.refused", ["channel": name])
            exchange.reply(
                Problem(
                    .notPermitted, "The request is not signed by Twilio for this address: compare public_url and token."
                ).response)
            return
        }
        let alert = request.query.flatMap { try? FormFields(query: $0) }?["alert"]
        var isTaken = true
        if let report = TwilioCallback(alert: alert, fields: fields), let trouble = report.trouble {
            log.warning(
                "notification.undelivered", ["channel": name, "alert": report.alert.description, "error": trouble])
            isTaken = desk.submit { [ledger, log] in
                do {
                    _ = try ledger.command(.note(trouble), report.alert, by: name)
                } catch {
                    // An alert that is over by now has no use for it.
                    log.info("twilio.callback_write_failed", ["alert": report.alert.description, "error": "\(error)"])
                }
            }
        }
        exchange.reply(
            isTaken ? Response(204) : Problem(.overloaded, "Too much is waiting.", retryAfter: 2).response)
    }
}
