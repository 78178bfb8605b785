package import Curl
package import Domain

/// PagerDuty's Events API v2 (developer.pagerduty.com, "Send an alert event"). The alert's own key is PagerDuty's
/// `dedup_key`, so that nothing is ever opened twice however often it is said.
package struct PagerDutyNotifier: Notifier {
    let pagerDuty: Channel.PagerDuty

    package init(_ pagerDuty: Channel.PagerDuty) { self.pagerDuty = pagerDuty }

    /// About 120 calls a minute and integration. After a resolve the same key opens an alert anew: so a trigger is
    /// settled before its resolve goes out, and is never repeated after it.
    package var pace: ChannelPace { ChannelPace(windows: [.init(120, in: .minutes(1))], oneByOne: true) }

    static let longestSummary = 1024
    /// A body of 512 KB is the most; nobody reads a hundredth of it.
    static let mostDetails = 20
    static let longestDetail = 500

    package func next(_ errand: SendJob, at now: Instant) -> Call? {
        guard let bulletin = errand.parcel.bulletins.first, let item = bulletin.items.first,
            let action = Self.action(item, bulletin.alert), errand.done[action.rawValue] == nil
        else { return nil }
        return Call(
            action.rawValue,
            .transfer(Transfer(posting: event(action, bulletin), to: "\(pagerDuty.endpoint)/v2/enqueue")))
    }

    enum Action: String { case trigger, acknowledge, resolve }

    /// What an event means to PagerDuty; `nil`: nothing, because it reminds and escalates by itself.
    static func action(_ item: NotificationContent.Item, _ alert: Alert) -> Action? {
        switch (item.notice.kind, item.event.kind) {
        case (.closing, _): .resolve
        case (.opening, _), (_, .severityRaised), (_, .reopened): .trigger
        // What timed out or was put off wants somebody again.
        case (_, .acknowledgementTimedOut), (_, .snoozeEnded): .trigger
        case (_, .acknowledged): .acknowledge
        case (_, .judged): alert.isOpen ? .acknowledge : nil
        case (.update, _), (.escalation, _), (.reminder, _): nil
        }
    }

    private func event(_ action: Action, _ bulletin: NotificationContent) -> JSON {
        var members: [JSON.Member] = [
            .init("routing_key", .string(pagerDuty.routingKey.value)), .init("event_action", .string(action.rawValue)),
            .init("dedup_key", .string(bulletin.key)),
        ]
        guard action == .trigger else { return .object(members) }
        let alert = bulletin.alert
        let summary = NotificationContent.joined(bulletin.subject, bulletin.account)
        var details = alert.finding.evidence.prefix(Self.mostDetails).map {
            JSON.Member($0.name.cut(Self.longestDetail), .string($0.value.cut(Self.longestDetail)))
        }
        if let next = bulletin.nextStep { details.append(.init("next step", .string(next))) }
        details.append(.init("time", .string(bulletin.span)))
        members.append(
            .init(
                "payload",
                [
                    "summary": .string(summary.cut(Self.longestSummary)),
                    "source": .string(bulletin.surroundings.relay),
                    "severity": .string(Self.severity(alert.severity)),
                    "timestamp": .string(alert.finding.began.rfc3339),
                    "component": .string(alert.finding.scope.description),
                    "group": .string(alert.finding.client), "class": .string(alert.finding.kind.rawValue),
                    "custom_details": .object(details),
                ]))
        if let link = bulletin.link {
            members.append(
                .init("links", [["href": .string(link), "text": .string(NoticeWording.link(to: alert.id))]]))
            members.append(.init("client", "LeadRelay"))
            members.append(.init("client_url", .string(link)))
        }
        return .object(members)
    }

    static func severity(_ severity: Severity) -> String {
        switch severity {
        case .critical: "critical"
        case .warning: "warning"
        case .info: "info"
        }
    }

    package func read(_ answer: CallAnswer, to call: Call, of errand: SendJob) -> NoticeReading {
        guard case .transfer(let result) = answer else { preconditionFailure("PagerDuty answers requests") }
        switch result {
        case .failure(let error): return NoticeReading(error)
        case .success(let answer):
            switch answer.status {
            case 200..<300: return .done(answer.json?["dedup_key"]?.string ?? "")
            case 400:
                let words =
                    ([answer.json?["message"]?.string] + (answer.json?["errors"]?.array ?? []).map(\.string))
                    .compactMap { $0 }.joined(separator: ": ")
                let reason = "PagerDuty says 400 \(plain(words))"
                return words.lowercased().contains("routing") ? .broken(reason: reason) : .refused(reason: reason)
            case 401, 403: return .broken(reason: "PagerDuty says \(answer.status)")
            default: return NoticeReading(status: answer)
            }
        }
    }

    /// The routing key is in the body.
    package func masked(_ transfer: Transfer) -> Transfer {
        var transfer = transfer
        guard let body = transfer.body, case .object(var members)? = try? JSON(parsing: body) else { return transfer }
        for index in members.indices where members[index].name == "routing_key" { members[index].value = "***" }
        transfer.body = JSON.object(members).bytes
        return transfer
    }
}
