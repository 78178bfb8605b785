package import Curl
package import Domain
package import Service
package import Store

/// How reports leave: libcurl, or a test's idea of it.
package protocol ReportTransport: Sendable {
    func perform(_ transfer: Transfer) -> Result<Answer, TransferError>
    func perform(_ mailing: Mailing) -> Result<MailReceipt, MailError>
}

extension Transfers: ReportTransport {}

/// Sends the weekly reports by e-mail and Slack. Each is written down as owed when its week is due, and goes out until
/// the channel has taken it: once for each period and recipient, whatever restarts come between. After a lost answer or
/// a kill Slack is asked whether it has the report, where the app may read the channel. Mail and incoming webhooks
/// cannot be asked: there it may come twice; mail then carries the same Message-ID, which most programs show once.
package final class ReportSender: Sendable {
    /// Who gets the report of a client.
    package struct Order: Sendable, Equatable {
        /// Empty: of all clients together.
        package var client: String
        package var zone: TimeZoneRules
        package var channels: [Channel]
        package init(client: String, zone: TimeZoneRules, channels: [Channel]) {
            self.client = client
            self.zone = zone
            self.channels = channels
        }
    }

    /// Makes the report of a client (empty: of all) for a week.
    package typealias Render = @Sendable (String, ReportWeek, TimeZoneRules) throws -> WeeklyReport

    private let ledger: Ledger
    private let transport: any ReportTransport
    private let clock: Clock
    private let log: Log
    private let render: Render
    private let state = Locked((orders: [Order](), isStopping: false))
    private let worker = Locked<Worker?>(nil)

    private static let period: Duration = .seconds(60)
    /// A report that is later than this is not sent any more.
    private static let patience: Duration = .days(3)
    private static let waits: [Duration] = [.minutes(1), .minutes(5), .minutes(30)]
    private static let batch = 50
    /// Slack cuts messages above 40,000 characters.
    private static let longestText = 30_000

    package init(
        _ ledger: Ledger, _ transport: any ReportTransport, clock: Clock = .system, log: Log = Log(),
        render: @escaping Render
    ) {
        self.ledger = ledger
        self.transport = transport
        self.clock = clock
        self.log = log
        self.render = render
    }

    package func configure(_ orders: [Order]) { state.withLock { $0.orders = orders } }

    package func start() {
        worker.withLock { worker in
            worker = Worker("reports", priority: .background) { [self] in
                repeat { step() } while state.wait(atMost: Self.period) { $0.isStopping ? true : nil } == nil
            }
        }
    }

    package func stop() {
        state.update { $0.isStopping = true }
        let worker = worker.withLock { worker in
            defer { worker = nil }
            return worker
        }
        worker?.join()
    }

    private var now: Instant { Instant(milliseconds: clock.milliseconds()) }

    /// Owes what has become due and sends what is owed. Blocks; the thread does it every minute.
    package func step() {
        let orders = state.withLock { $0.orders }
        do {
            try owe(orders)
            for report in try ledger.reader().dueReports(at: now, limit: Self.batch) {
                if state.withLock({ $0.isStopping }) { return }
                try send(report, orders)
            }
        } catch {
            log.warning("report.send_failed", ["error": "\(error)"])
        }
    }

    private func owe(_ orders: [Order]) throws {
        var owed: [ReportNotice] = []
        for order in orders {
            let week = ReportWeek.due(at: now, order.zone)
            guard now - week.due < Self.patience else { continue }
            for channel in order.channels {
                for recipient in channel.reportRecipients {
                    owed.append(
                        ReportNotice(
                            client: order.client, range: week.range, channel: channel.name, recipient: recipient))
                }
            }
        }
        if !owed.isEmpty { _ = try ledger.notices.owe(owed) }
    }

    private func send(_ report: ReportNotice, _ orders: [Order]) throws {
        guard let order = orders.first(where: { $0.client == report.client }),
            let channel = order.channels.first(where: { $0.name == report.channel })
        else { return try ledger.notices.settle(report, .givenUp("no longer configured")) }
        let week = ReportWeek(containing: report.range.lowerBound, order.zone)
        let weekly = try render(report.client, week, order.zone)
        let end: ReportNotice.End
        switch deliver(weekly, to: channel, recipient: report.recipient, week.name(order.zone), report.client) {
        case .done: end = .sent
        case .never(let reason): end = .givenUp(reason)
        case .later(let reason):
            if now - week.due >= Self.patience {
                end = .givenUp(reason)
            } else {
                let wait = report.failures < Self.waits.count ? Self.waits[report.failures] : .hours(1)
                end = .retry(due: now + wait)
            }
        }
        try ledger.notices.settle(report, end)
        switch end {
        case .sent: log.info("report.sent", ["client": report.client, "channel": report.channel])
        case .retry: log.warning("report.delayed", ["client": report.client, "channel": report.channel])
        case .givenUp(let reason):
            log.error("report.abandoned", ["client": report.client, "channel": report.channel, "error": reason])
        }
    }

    // MARK: Channels

    private enum Delivery {
        case done
        case later(String)
        case never(String)
    }

    private func deliver(
        _ report: WeeklyReport, to channel: Channel, recipient: String, _ week: String, _ client: String
    ) -> Delivery {
        switch channel.kind {
        case .email(let email):
            let domain = email.from.split(separator: "@").last.map(String.init) ?? "localhost"
            let message = MailMessage(
                from: .init(email.from, name: email.fromName), to: .init(recipient),
                subject: report.subjectLine,
                date: now,
                id: "report-\(client.isEmpty ? "all" : client)-\(week)@\(domain)".lowercased(),
                text: report.text,
                html: report.html)
            var mailing = Mailing(
                host: email.host, port: email.port,
                security: Mailing.Security(rawValue: email.security.rawValue) ?? .startTLS,
                login: email.user.flatMap { user in email.password.map { .init(user: user, password: $0.value) } },
                helo: domain, sender: email.from, recipient: recipient, message: message.bytes)
            mailing.trustedCertificates = email.trustedCertificates
            return Self.read(transport.perform(mailing))
        case .slack(let slack):
            let name = "\(client.isEmpty ? "all" : client) \(week)"
            if slack.readsHistory, has(slack, name, since: report.week.range.upperBound) { return .done }
            let body: JSON = [
                "channel": .string(slack.channel), "text": .string(Self.slackText(report)), "unfurl_links": false,
                "metadata": ["event_type": "leadrelay_report", "event_payload": ["report": .string(name)]],
            ]
            let transfer = Transfer(
                "POST", slack.endpoint + "/chat.postMessage",
                fields: [
                    ("Authorization", "Bearer \(slack.token.value)"),
                    ("Content-Type", "application/json; charset=utf-8"),
                ], body: body.bytes)
            return Self.readSlack(transport.perform(transfer))
        case .slackWebhook(let webhook):
            let body: JSON = ["text": .string(Self.slackText(report))]
            let transfer = Transfer(
                "POST", webhook.url.value, fields: [("Content-Type", "application/json")], body: body.bytes)
            return Self.readSlack(transport.perform(transfer))
        case .sms, .pagerDuty, .alertmanager, .alertmanagerAPI, .teams, .telegram, .jira, .webhook:
            return .never("reports go by e-mail and Slack only")
        }
    }

    /// Whether the channel has the report already. What cannot be found out does not keep it back: rather twice than
    /// never.
    private func has(_ slack: Channel.Slack, _ name: String, since: Instant) -> Bool {
        let transfer = Transfer(
            "GET",
            """
            \(slack.endpoint)/conversations.history?channel=\(slack.channel)&oldest=\(since.seconds - 60)&\
            limit=200&include_all_metadata=true
            """,
            fields: [("Authorization", "Bearer \(slack.token.value)")])
        guard case .success(let answer) = transport.perform(transfer), let json = try? JSON(parsing: answer.body) else {
            return false
        }
        return (json["messages"]?.array ?? []).contains {
            $0["metadata"]?["event_payload"]?["report"]?.string == name
        }
    }

    private static func slackText(_ report: WeeklyReport) -> String {
        // In Slack's own markup these three mean something (docs.slack.dev, "Formatting text").
        let text = report.text.prefix(longestText).map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "`": "'"
            default: String(character)
            }
        }.joined()
        return "```\n\(text)```"
    }

    private static func read(_ result: Result<MailReceipt, MailError>) -> Delivery {
        switch result {
        case .success: .done
        case .failure(.unreachable(let words)), .failure(.interrupted(let words)): .later(words)
        // 5yz of RFC 5321 is for good; everything else may pass.
        case .failure(.refused(let code, let words)):
            code >= 500 ? .never("the mail server says \(code) \(words)") : .later(words)
        }
    }

    /// A 200 is not success: Web API answers say `ok`, incoming webhooks are content with the word.
    private static func readSlack(_ result: Result<Answer, TransferError>) -> Delivery {
        switch result {
        case .failure(let error): return .later(error.words)
        case .success(let answer):
            if answer.status == 429 || answer.status >= 500 { return .later("status \(answer.status)") }
            let words = String(decoding: answer.body.prefix(200), as: UTF8.self)
            if answer.status == 200, words == "ok" { return .done }
            guard let json = try? JSON(parsing: answer.body) else { return .never("Slack says \(answer.status)") }
            if json["ok"]?.bool == true { return .done }
            let error = json["error"]?.string ?? "status \(answer.status)"
            let isPassing = [
                "ratelimited", "rate_limited", "message_limit_exceeded", "internal_error", "fatal_error",
                "request_timeout",
                "service_unavailable",
            ].contains(error)
            return isPassing ? .later("Slack says \(error)") : .never("Slack says \(error)")
        }
    }
}

extension Channel {
    /// Whether weekly reports can be sent there.
    package var takesReports: Bool { !reportRecipients.isEmpty }

    /// Each gets a message of its own; one empty name where the channel has only one place.
    var reportRecipients: [String] {
        switch kind {
        case .email(let email): email.to
        case .slack, .slackWebhook: [""]
        case .sms, .pagerDuty, .alertmanager, .alertmanagerAPI, .teams, .telegram, .jira, .webhook: []
        }
    }
}
