import Curl
package import Domain
package import Service
package import Store

/// Everything that tells people: channels, Slack's buttons, Twilio's reports, the dead man's switch.
package final class NotificationService: Sendable {
    let transport: NoticeTransfers
    package let buttons: SlackButtons
    package let texts: TwilioReports
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
        var clients: [String: Client] = [:]
        var groups: [String: String] = [:]
    }

    /// What messages say of a client.
    package struct Client: Sendable {
        package var title: String
        package var zone: TimeZoneRules

        package init(title: String, zone: TimeZoneRules) {
            self.title = title
            self.zone = zone
        }
    }

    /// Who is told, by what, and in which words.
    package struct Settings: Sendable {
        package var channels: [Channel] = []
        package var contacts: [Contact] = []
        package var routing: AlertRouting
        /// An outside watcher to be pinged, and how often.
        package var deadMansSwitch: (url: Secret, every: Duration)?
        /// Where people reach the console, for links; `nil`: nobody has said.
        package var console: String?
        /// By name.
        package var clients: [String: Client] = [:]
        /// Clients' groups in Slack, by the client's name.
        package var clientGroups: [String: String] = [:]

        package init(_ routing: AlertRouting) { self.routing = routing }
    }

    package init(_ settings: Settings, ledger: Ledger, clock: Clock, log: Log) throws(StoreError) {
        self.clock = clock
        self.log = log
        // One row by an index, on a connection of the moment: messages are few.
        diagnosis = { alert in try? ledger.reader().diagnoses(alert: alert.id.rawValue, limit: 1).first }
        transport = NoticeTransfers(userAgent: "leadrelay/\(Version.current)")
        deadMansSwitch = Locked(nil)
        renewal = AlertmanagerRenewal(transport: transport, log: log)
        self.ledger = ledger
        dispatcher = NoticeDispatcher(.init([]), store: ledger.notices, transport: transport, clock: clock, log: log)
        desk = WebhookQueue("hooks")
        texts = TwilioReports(ledger.alerts, desk: desk, log: log)
        buttons = SlackButtons(
            ledger.alerts, desk: desk, transport: transport, clock: clock, log: log, diagnosis: diagnosis)
        try configure(settings)
    }

    /// Puts new settings in force.
    package func configure(_ settings: Settings) throws(StoreError) {
        words.withLock {
            $0 = Words(console: settings.console, clients: settings.clients, groups: settings.clientGroups)
        }
        let dispatching = NoticeDispatcher.Settings(settings.channels, contacts: settings.contacts) {
            [weak self] alert in
            self?.surroundings(alert) ?? .init()
        }
        var policy = ledger.alerts.policy
        policy.routing = settings.routing.routing
        ledger.alerts.configure(policy)
        // What is owed to a channel that is gone would never be sent.
        try ledger.notices.keepChannels(Set(dispatching.targets.map(\.name)))
        dispatcher.configure(dispatching)
        channels.withLock { $0 = settings.channels }
        buttons.configure(settings.channels, settings.contacts)
        texts.configure(settings.channels, publicURL: settings.console ?? "")
        let (transport, log) = (transport, log)
        deadMansSwitch.withLock { current in
            current = settings.deadMansSwitch.map {
                DeadMansSwitch(url: $0.url, every: $0.every, transport: transport, log: log)
            }
        }
    }

    package func surroundings(_ alert: Alert) -> NotificationContent.Surroundings {
        let words = words.withLock { $0 }
        var surroundings = NotificationContent.Surroundings()
        surroundings.console = words.console
        let client = words.clients[alert.finding.client]
        surroundings.client = client?.title ?? alert.finding.client
        surroundings.zone = client?.zone ?? .utc
        surroundings.clientGroup = words.groups[alert.finding.client]
        surroundings.diagnosis = diagnosis(alert)
        return surroundings
    }

    /// The watchkeeper has done a cycle; the watcher outside hears of it.
    package func cycleEnded(_ cycle: DeadMansSwitch.Cycle) {
        let now = Instant(milliseconds: clock.milliseconds())
        deadMansSwitch.withLock { $0 }?.report(cycle, at: now)
        renewal.renew(channels.withLock { $0 }, at: now) { [ledger] channel in
            let told = try Set(ledger.reader().reached(by: channel.name))
            return ledger.alerts.open.filter { told.contains($0.id) }
        } surroundings: { [self] in
            surroundings($0)
        }
    }

    /// When the outside watcher last took a ping, and what is wrong; `nil` without one.
    package var watcher: (lastAnswer: Instant?, trouble: String)? { deadMansSwitch.withLock { $0 }?.status }

    package var reports: [ChannelReport] { dispatcher.reports }

    /// Says something at once, for an action; blocks until the channel has answered.
    package func send(_ parcel: OutgoingMessage, by channel: Channel) -> ChannelTest.Outcome {
        ChannelTest.send(
            parcel, by: makeNotifier(channel), transport: transport, at: Instant(milliseconds: clock.milliseconds()))
    }

    /// Sends a test message; blocks until the channel has answered.
    package func test(_ channel: Channel, _ contact: Contact?) -> ChannelTest.Outcome {
        let now = Instant(milliseconds: clock.milliseconds())
        var surroundings = NotificationContent.Surroundings()
        surroundings.console = words.withLock { $0.console }
        let outcome = ChannelTest.run(
            channel, recipient: contact, surroundings: surroundings, transport: transport, at: now)
        let target = contact.map { Target.name(channel: channel.name, contact: $0.name) } ?? channel.name
        if outcome == .arrived { dispatcher.hurry(target) }
        return outcome
    }

    package func stop(within time: Duration) {
        dispatcher.stop(within: time)
        desk.stop()
        transport.stop()
    }
}
