import Curl
package import Domain
package import HTTP
import Service
import Store

/// Slack's buttons, posted to `/hooks/slack`: answers at once, as Slack wants it within three seconds, and does the
/// work afterwards on a thread of its own.
package final class SlackButtons: Sendable {
    package static let path = "/hooks/slack"

    /// For the status page: whether Slack reaches us, and why not.
    package struct Status: Sendable {
        package var lastGood: Instant?
        package var lastRefusal: (at: Instant, reason: String)?
        package var presses = 0
        package var refusals = 0
    }

    private struct State {
        var hook = SlackHook([], contacts: [])
        var endpoints: [String] = []
        var seen = SeenSignatures()
        var status = Status()
    }

    private let state = Locked(State())
    private let alerts: AlertRole
    private let desk: WebhookQueue
    private let transport: any NoticeTransport
    private let diagnosis: @Sendable (Alert) -> Diagnosis?
    private let clock: Clock
    private let log: Log

    init(
        _ alerts: AlertRole, desk: WebhookQueue, transport: any NoticeTransport, clock: Clock, log: Log,
        diagnosis: @escaping @Sendable (Alert) -> Diagnosis?
    ) {
        self.alerts = alerts
        self.desk = desk
        self.transport = transport
        self.clock = clock
        self.log = log
        self.diagnosis = diagnosis
    }

    func configure(_ channels: [Channel], _ contacts: [Contact]) {
        state.withLock { state in
            state.hook = SlackHook(channels, contacts: contacts)
            state.endpoints = channels.compactMap { channel in
                guard case .slack(let slack) = channel.kind else { return nil }
                return slack.endpoint
            }
        }
    }

    package var status: Status { state.withLock { $0.status } }

    /// Whether a channel with buttons is configured.
    package var isOpen: Bool { state.withLock { !$0.hook.apps.isEmpty } }

    // MARK: The request

    /// Takes what was posted. Does not wait.
    package func take(_ request: Request) -> HookAnswer {
        guard request.method == .post else { return .wrongMethod }
        guard isOpen else { return .unknown("No channel has a signing_secret, so there are no buttons.") }
        let now = Instant(milliseconds: clock.milliseconds())
        let signature = request.field("x-slack-signature")
        do throws(SlackSignature.Refusal) {
            let hook = state.withLock { $0.hook }
            try hook.check(
                signature: signature, timestamp: request.field("x-slack-request-timestamp"), body: request.body, at: now
            )
            guard state.withLock({ $0.seen.admit(signature ?? "", at: now) }) else { throw .replayed }
        } catch {
            return refuse(error, at: now)
        }
        let press = (try? FormFields(request.body))?["payload"].flatMap { try? JSON(parsing: Array($0.utf8)) }
            .flatMap { SlackInteraction($0) }
        var isTaken = true
        if let press {
            isTaken = desk.submit { [self] in work(press) }
        }
        let isPress = press != nil && isTaken
        state.withLock { state in
            state.status.lastGood = now
            if isPress { state.status.presses += 1 }
        }
        // Whatever else Slack sends, such as a link that was followed, is fine and means nothing.
        return isTaken ? .taken : .overloaded("Too much is waiting. Press again.")
    }

    private func refuse(_ refusal: SlackSignature.Refusal, at now: Instant) -> HookAnswer {
        let reason =
            switch refusal {
            case .missing: "without a signature: not from Slack, or changed on the way"
            case .wrong: "wrong signature: signing_secret is not that of the app, or the body was changed on the way"
            case .old: "too old: the clock of this machine is wrong, or somebody repeats an old request"
            case .replayed: "seen before: somebody repeats a request"
            }
        state.withLock { state in
            state.status.lastRefusal = (now, reason)
            state.status.refusals += 1
        }
        log.warning("slack.refused", ["reason": refusal.rawValue])
        return .refused("The request is not signed as Slack signs.")
    }

    // MARK: The work

    private func work(_ press: SlackInteraction) {
        let hook = state.withLock { $0.hook }
        let alert = alerts.open.first { $0.id == press.alert }
        switch hook.decide(press, diagnosis: alert.flatMap(diagnosis)) {
        case .answer(let json): tell(json, press)
        case .carryOut(let command, let by):
            do {
                let (alert, hasChanged) = try alerts.command(command, press.alert, by: by)
                log.info(
                    "alert.commanded",
                    [
                        "alert": alert.id.description, "action": press.action.rawValue, "by": by,
                        "changed": "\(hasChanged)",
                    ])
            } catch AlertRefusal.resolved(let id) where press.action == .resolve {
                // Pressed twice, or by two people: what was wanted is so.
                log.info(
                    "alert.commanded", ["alert": id.description, "action": "resolve", "by": by, "changed": "false"])
            } catch {
                tell(SlackHook.privately("Nothing has been done: \(error)"), press)
            }
        }
    }

    private func tell(_ json: JSON, _ press: SlackInteraction) {
        let endpoints = state.withLock { $0.endpoints }
        guard SlackHook.isResponseURL(press.responseURL, endpoints: endpoints) else { return }
        let transfer = Transfer(
            "POST", press.responseURL, fields: [("Content-Type", "application/json")], body: json.bytes)
        transport.start(.transfer(transfer)) { _ in }
    }
}
