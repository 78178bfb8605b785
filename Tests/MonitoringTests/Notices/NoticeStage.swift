import Curl
import Domain
import HTTP
import Sandbox
import Service
import Store
import TestSupport

@testable import Monitoring

/// A store, all channels against the sandbox and a mail server, and a clock that moves when nothing is left to do at
/// its moment.
///
/// The loop runs on the test's own thread, step by step; only requests over loopback take real time.
final class NoticeStage {
    let time = Locked(Instant.start)
    let sandbox: Sandbox
    let mail = MailServer()
    private let folder = TemporaryFolder()
    private let server: Server
    private let transport = CountingTransport()
    private(set) var ledger: Ledger
    private var loop: NoticeLoop
    private var mailbox = MessageQueue<NoticeMessage>()
    private let reports = Locked<[ChannelReport]>([])
    private let channels: [Channel]
    private let policy: AlertPolicy
    private let surroundings: @Sendable (Alert) -> NotificationContent.Surroundings
    /// Messages of the loop so far, and at which of them the process is killed.
    private var messages = 0
    var killAt: Int?

    static let names = [
        "slack", "hook", "mail", "sms", "pager", "am", "feed", "teams", "telegram", "jira", "webhook",
    ]

    init(
        _ names: [String] = names, readsHistory: Bool = true, policy: AlertPolicy? = nil, faults: [Fault] = [],
        surroundings: @escaping @Sendable (Alert) -> NotificationContent.Surroundings = { _ in
            NotifierSample.surroundings
        }
    ) throws {
        let time = time
        let clock = Clock { time.withLock { $0.milliseconds } }
        var options = SandboxOptions()
        options.slackReadsHistory = readsHistory
        sandbox = Sandbox(options, faults: Faults(faults), clock: clock)
        server = try sandbox.serve([.tcp(host: "127.0.0.1", port: 0)])
        let base = "http://127.0.0.1:\(server.port)"
        channels = Self.channels(base, mail: mail.port, readsHistory: readsHistory).filter { names.contains($0.name) }
        self.policy = policy ?? AlertPolicy(AlertSettings(), .everyChannel(channels.map(\.name)))
        self.surroundings = surroundings
        ledger = try Ledger(path: folder.file("relay.db"), clock: clock, log: .silent)
        ledger.alerts.configure(self.policy)
        loop = NoticeLoop(
            .init(channels, surroundings: surroundings), store: ledger.notices, transport: transport, clock: clock,
            log: .silent,
            mailbox, reports, jitter: { 0.5 })
        listen()
    }

    deinit {
        transport.transfers.stop()
        ledger.close()
        server.drain(within: .zero)
        mail.stop()
    }

    private static func channels(_ base: String, mail: UInt16, readsHistory: Bool) -> [Channel] {
        var slack = NotifierSample.slack
        slack.endpoint = base + "/slack/api"
        slack.readsHistory = readsHistory
        var sms = NotifierSample.sms
        sms.endpoint = base + "/twilio"
        sms.to = ["+4915112345678"]
        var pager = Channel.PagerDuty(routingKey: Secret(String(repeating: "k", count: 32)))
        pager.endpoint = base + "/pagerduty"
        var telegram = Channel.Telegram(token: Secret("1:abcdefghijklmnopqrstuvwx"), chat: "-1001")
        telegram.endpoint = base + "/telegram"
        var jira = Channel.Jira(key: Secret("key"))
        jira.endpoint = base + "/jira"
        let email = Channel.Email(
            host: "127.0.0.1", port: mail, security: .none, from: "relay@example.com", to: ["night@example.com"])
        return [
            Channel("slack", .slack(slack)),
            Channel("hook", .slackWebhook(.init(url: Secret(base + "/slack/services/T/B/X")))),
            Channel("mail", .email(email)), Channel("sms", .sms(sms)), Channel("pager", .pagerDuty(pager)),
            Channel("am", .alertmanager(.init(url: base + "/alertmanager/team"))),
            Channel("feed", .alertmanagerAPI(.init(url: base + "/am"))),
            Channel("teams", .teams(.init(url: Secret(base + "/teams/workflow?sig=1")))),
            Channel("telegram", .telegram(telegram)), Channel("jira", .jira(jira)),
            Channel(
                "webhook",
                .webhook(.init(url: base + "/alert-webhook/ops", secret: Secret(Sandbox.alertWebhookSecret)))),
        ]
    }

    var now: Instant { time.withLock { $0 } }
    func advance(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
    var channelReports: [ChannelReport] { reports.withLock { $0 } }
    func report(_ name: String) -> ChannelReport? { channelReports.first { $0.target == name } }

    /// Runs until nothing is left to do, or nothing before `end`.
    func run(for time: Duration) throws {
        let end = now + time
        while true {
            let found = mailbox.take(waitingAtMost: loop.isWaitingForMessages ? .seconds(20) : .zero)
            messages += found.count
            if let at = killAt, messages >= at {
                killAt = nil
                try kill()
                continue
            }
            guard let next = loop.step(found) else { return }
            if loop.isWaitingForMessages { continue }
            guard let moment = next.moment, moment <= end else { break }
            if moment > now { advance(moment - now) }
        }
        if now < end { advance(end - now) }
    }

    /// What SIGKILL leaves: the file, and whatever was under way over the wire, which arrives all the same.
    func kill() throws {
        transport.drain()
        ledger.close()
        mailbox = MessageQueue<NoticeMessage>()
        let time = time
        let clock = Clock { time.withLock { $0.milliseconds } }
        ledger = try Ledger(path: folder.file("relay.db"), clock: clock, log: .silent)
        ledger.alerts.configure(policy)
        loop = NoticeLoop(
            .init(channels, surroundings: surroundings), store: ledger.notices, transport: transport, clock: clock,
            log: .silent,
            mailbox, reports, jitter: { 0.5 })
        listen()
    }

    private func listen() { ledger.notices.onNotices { [mailbox] names in mailbox.put(.due(names)) } }
}

/// libcurl, and how many calls are under way.
final class CountingTransport: NoticeTransport {
    let transfers = NoticeTransfers(userAgent: "test/1")
    private let underWay = Locked(0)

    func start(_ request: Call.Request, then: @escaping @Sendable (CallAnswer) -> Void) {
        underWay.update { $0 += 1 }
        transfers.start(request) { [underWay] answer in
            then(answer)
            underWay.update { $0 -= 1 }
        }
    }

    func drain() { underWay.wait { $0 == 0 ? () : nil } }
}
