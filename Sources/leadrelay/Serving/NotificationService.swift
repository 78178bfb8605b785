import Configuration
import Curl
import Domain
import HTTP
import Intake
import Monitoring
import Service
import Store

/// Everything that tells people, wired to this process: channels, Slack's buttons, the dead man's switch.
final class NotificationService: Sendable {
    let transport: NoticeTransfers
    let buttons: SlackButtons
    let texts: TwilioReports
    private let desk: WebhookQueue
    private let dispatcher: NoticeDispatcher
    private let deadMansSwitch: Locked<DeadMansSwitch?>
    private let renewal: AlertmanagerRenewal
    private let channels = Locked<[Channel]>([])
    private let ledger: Ledger
    private let clock: Clock
    private let log: Log
    private let words = Locked(Words())
    /// What the checklist came to about an alert, if it has looked.
    private let diagnosis: @Sendable (Alert) -> Diagnosis?

    /// What the words about an alert need besides it.
    private struct Words: Sendable {
        var console: String?
        var clients: [Configuration.Client] = []
        var groups: [String: String] = [:]
    }

    init(_ configuration: Configuration, ledger: Ledger, clock: Clock, log: Log) throws(StoreError) {
        self.clock = clock
        self.log = log
        // One row by an index, on a connection of the moment: messages are few.
        diagnosis = { alert in try? ledger.reader().diagnoses(alert: alert.id.rawValue, limit: 1).first }
        transport = NoticeTransfers(userAgent: "leadrelay/\(Version.current)")
        deadMansSwitch = Locked(nil)
        renewal = AlertmanagerRenewal(transport: transport, log: log)
        self.ledger = ledger
        dispatcher = NoticeDispatcher(.init([]), store: ledger, transport: transport, clock: clock, log: log)
        desk = WebhookQueue("hooks")
        texts = TwilioReports(ledger, desk: desk, log: log)
        buttons = SlackButtons(
            ledger, desk: desk, transport: transport, clock: clock, log: log, diagnosis: diagnosis)
        try configure(configuration, ledger)
    }

    /// Puts new settings in force.
    func configure(_ configuration: Configuration, _ ledger: Ledger) throws(StoreError) {
        let notices = configuration.notices
        words.withLock { words in
            words.console = configuration.publicURL
            words.clients = configuration.clients
            words.groups = notices.clientGroups
        }
        let settings = NoticeDispatcher.Settings(notices.channels, contacts: notices.contacts) { [weak self] alert in
            self?.surroundings(alert) ?? .init()
        }
        var policy = ledger.alertPolicy
        policy.routing = configuration.alertRouting.routing
        ledger.configureAlerts(policy)
        // What is owed to a channel that is gone would never be sent.
        try ledger.keepChannels(Set(settings.targets.map(\.name)))
        dispatcher.configure(settings)
        channels.withLock { $0 = notices.channels }
        buttons.configure(notices)
        texts.configure(configuration)
        let (transport, log) = (transport, log)
        deadMansSwitch.withLock { current in
            current = notices.deadMansSwitch.map {
                DeadMansSwitch(url: $0.url, every: $0.every, transport: transport, log: log)
            }
        }
    }

    func surroundings(_ alert: Alert) -> NotificationContent.Surroundings {
        let words = words.withLock { $0 }
        var surroundings = NotificationContent.Surroundings()
        surroundings.console = words.console
        let client = words.clients.first { $0.name == alert.finding.client }
        surroundings.client = client?.title ?? alert.finding.client
        surroundings.zone = client?.timeZone ?? .utc
        surroundings.clientGroup = words.groups[alert.finding.client]
        surroundings.diagnosis = diagnosis(alert)
        return surroundings
    }

    /// The watchkeeper has done a cycle; the watcher outside hears of it.
    func cycleEnded(_ cycle: DeadMansSwitch.Cycle) {
        let now = Instant(milliseconds: clock.milliseconds())
        deadMansSwitch.withLock { $0 }?.report(cycle, at: now)
        renewal.renew(channels.withLock { $0 }, at: now) { [ledger] channel in
            let told = try Set(ledger.reader().reached(by: channel.name))
            return ledger.openAlerts.filter { told.contains($0.id) }
        } surroundings: { [self] in
            surroundings($0)
        }
    }

    /// When the outside watcher last took a ping, and what is wrong; `nil` without one.
    var watcher: (lastAnswer: Instant?, trouble: String)? { deadMansSwitch.withLock { $0 }?.status }

    var reports: [ChannelReport] { dispatcher.reports }

    /// Says something at once, for an action; blocks until the channel has answered.
    func send(_ parcel: OutgoingMessage, by channel: Channel) -> ChannelTest.Outcome {
        ChannelTest.send(
            parcel, by: makeNotifier(channel), transport: transport, at: Instant(milliseconds: clock.milliseconds()))
    }

    /// Sends a test message; blocks until the channel has answered.
    func test(_ channel: Channel, _ contact: Contact?) -> ChannelTest.Outcome {
        let now = Instant(milliseconds: clock.milliseconds())
        var surroundings = NotificationContent.Surroundings()
        surroundings.console = words.withLock { $0.console }
        let outcome = ChannelTest.run(
            channel, recipient: contact, surroundings: surroundings, transport: transport, at: now)
        let target = contact.map { Target.name(channel: channel.name, contact: $0.name) } ?? channel.name
        if outcome == .arrived { dispatcher.hurry(target) }
        return outcome
    }

    func stop(within time: Duration) {
        dispatcher.stop(within: time)
        desk.stop()
        transport.stop()
    }
}

extension Configuration {
    /// Who is told of which alerts.
    var alertRouting: AlertRouting {
        var routing = AlertRouting(
            notices.routes, channels: notices.channels, contacts: notices.contacts, turns: notices.turns,
            zones: .ofThisMachine)
        routing.patience = notices.patience
        routing.commonSteps = notices.commonSteps
        return routing
    }
}

/// `POST /hooks/slack`: answers at once, as Slack wants it within three seconds, and does the work afterwards on a
/// thread of its own.
final class SlackButtons: Sendable {
    /// For the status page: whether Slack reaches us, and why not.
    struct Status: Sendable {
        var lastGood: Instant?
        var lastRefusal: (at: Instant, reason: String)?
        var presses = 0
        var refusals = 0
    }

    private struct State {
        var hook = SlackHook([], contacts: [])
        var endpoints: [String] = []
        var seen = SeenSignatures()
        var status = Status()
    }

    private let state = Locked(State())
    private let ledger: Ledger
    private let desk: WebhookQueue
    private let transport: any NoticeTransport
    private let diagnosis: @Sendable (Alert) -> Diagnosis?
    private let clock: Clock
    private let log: Log

    init(
        _ ledger: Ledger, desk: WebhookQueue, transport: any NoticeTransport, clock: Clock, log: Log,
        diagnosis: @escaping @Sendable (Alert) -> Diagnosis?
    ) {
        self.ledger = ledger
        self.desk = desk
        self.transport = transport
        self.clock = clock
        self.log = log
        self.diagnosis = diagnosis
    }

    func configure(_ notices: Configuration.Notices) {
        state.withLock { state in
            state.hook = SlackHook(notices.channels, contacts: notices.contacts)
            state.endpoints = notices.channels.compactMap { channel in
                guard case .slack(let slack) = channel.kind else { return nil }
                return slack.endpoint
            }
        }
    }

    var status: Status { state.withLock { $0.status } }

    /// Whether a channel with buttons is configured.
    var isOpen: Bool { state.withLock { !$0.hook.apps.isEmpty } }

    // MARK: The request

    func respond(to request: Request, _ exchange: Exchange) {
        guard request.method == .post else {
            exchange.reply(Problem(.methodNotAllowed, "Allowed methods: POST.", allow: "POST").response)
            return
        }
        guard isOpen else {
            exchange.reply(Problem(.notFound, "No channel has a signing_secret, so there are no buttons.").response)
            return
        }
        let now = Instant(milliseconds: clock.milliseconds())
        let signature = request.field("x-slack-signature")
        do throws(SlackSignature.Refusal) {
            let hook = state.withLock { $0.hook }
            try hook.check(
                signature: signature, timestamp: request.field("x-slack-request-timestamp"), body: request.body, at: now
            )
            guard state.withLock({ $0.seen.admit(signature ?? "", at: now) }) else { throw .replayed }
        } catch {
            refuse(error, exchange, at: now)
            return
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
        exchange.reply(
            isTaken ? Response(200) : Problem(.overloaded, "Too much is waiting. Press again.", retryAfter: 2).response)
    }

    private func refuse(_ refusal: SlackSignature.Refusal, _ exchange: Exchange, at now: Instant) {
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
        exchange.reply(Problem(.notPermitted, "The request is not signed as Slack signs.").response)
    }

    // MARK: The work

    private func work(_ press: SlackInteraction) {
        let hook = state.withLock { $0.hook }
        let alert = ledger.openAlerts.first { $0.id == press.alert }
        switch hook.decide(press, diagnosis: alert.flatMap(diagnosis)) {
        case .answer(let json): tell(json, press)
        case .carryOut(let command, let by):
            do {
                let (alert, hasChanged) = try ledger.command(command, press.alert, by: by)
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
