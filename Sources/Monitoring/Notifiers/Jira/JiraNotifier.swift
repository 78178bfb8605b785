package import Curl
package import Domain

/// Alerts of Jira Service Management: its integration events API
/// (developer.atlassian.com/cloud/jira/service-desk-ops/rest/v1, "Integration events"), with the key of an API
/// integration. Where Opsgenie was, this is: same form, same limits, another address.
///
/// The alert's own key is the alias, so that nothing is opened twice: an alias that is open counts repetitions.
///
/// An integration's key can create, acknowledge, close and note, and cannot change a priority. So what gets worse goes
/// on under an alias of its own: that is created first, taken over from whoever has the alert, and only then is the old
/// one closed.
package struct JiraNotifier: Notifier {
    let jira: Channel.Jira

    package init(_ jira: Channel.Jira) { self.jira = jira }

    /// After its end the same alias opens an alert anew: so a creation is settled before its end goes out, and is never
    /// repeated after it.
    package var pace: ChannelPace { ChannelPace(windows: [.init(120, in: .minutes(1))], oneByOne: true) }

    // docs.opsgenie.com, "Alerts and alert fields": what stands in each field at most.
    static let longestMessage = 130
    static let longestDescription = 15_000
    static let longestNote = 25_000
    static let longestEntity = 512
    static let longestTag = 50
    static let longestDetail = 800
    /// Of all properties together it is 8,000.
    static let mostDetails = 8

    enum Action: String { case create, acknowledge, close, notes }

    package func next(_ errand: SendJob, at now: Instant) -> Call? {
        guard let bulletin = errand.parcel.bulletins.first, let item = bulletin.items.first,
            let (action, alias) = steps(bulletin, item).first(where: { errand.done[$0.action.rawValue] == nil })
        else { return nil }
        let root = "\(jira.endpoint)/jsm/ops/integration/v2/alerts"
        let url = action == .create ? root : "\(root)/\(alias)/\(action.rawValue)?identifierType=alias"
        return Call(
            action.rawValue,
            .transfer(
                Transfer(
                    posting: .object(members(action, alias, bulletin, item)), to: url,
                    fields: [("Authorization", "GenieKey \(jira.key.value)")])))
    }

    /// `leadrelay-A17-critical P1`: the alias under which the alert is open there, and the priority with which it was
    /// created.
    package func reference(_ errand: SendJob) -> String? {
        guard let bulletin = errand.parcel.bulletins.first, let item = bulletin.items.first,
            let created = steps(bulletin, item).first(where: { $0.action == .create }),
            errand.done[Action.create.rawValue] != nil
        else { return nil }
        return "\(created.alias) \(Self.priority(bulletin.alert.severity))"
    }

    private func steps(_ bulletin: NotificationContent, _ item: NotificationContent.Item) -> [(
        action: Action, alias: String
    )] {
        guard let action = Self.action(item, bulletin.alert) else { return [] }
        let known = bulletin.reference.split(separator: " ").map(String.init)
        let alias = known.first ?? bulletin.key
        let severity = bulletin.alert.severity
        guard action == .notes, item.event.kind == .severityRaised, known.last != Self.priority(severity) else {
            return [(action, alias)]
        }
        let worse = "\(bulletin.key)-\(severity.rawValue)"
        let taken = bulletin.alert.acknowledgement == nil ? [] : [(Action.acknowledge, worse)]
        return [(.create, worse)] + taken + [(.close, alias)]
    }

    /// What an event means there; `nil`: nothing, because it reminds and escalates by itself.
    static func action(_ item: NotificationContent.Item, _ alert: Alert) -> Action? {
        switch (item.notice.kind, item.event.kind) {
        case (.closing, _): .close
        case (.opening, _), (_, .reopened), (_, .acknowledgementTimedOut), (_, .snoozeEnded): .create
        case (_, .acknowledged): .acknowledge
        case (_, .severityRaised), (_, .judged), (_, .investigated), (_, .noted), (_, .messaged), (_, .owned),
            (_, .asked):
            .notes
        case (.update, _), (.escalation, _), (.reminder, _): nil
        }
    }

    private func members(
        _ action: Action, _ alias: String, _ bulletin: NotificationContent, _ item: NotificationContent.Item
    ) -> [JSON.Member] {
        let source = JSON.Member("source", .string(bulletin.surroundings.relay.cut(100)))
        switch action {
        case .create: return create(bulletin, alias) + [source]
        case .acknowledge:
            let person = bulletin.alert.acknowledgement?.by ?? item.event.by
            return [source, .init("user", .string(person.cut(100))), note(bulletin)]
        case .close, .notes: return [source, note(bulletin)]
        }
    }

    private func note(_ bulletin: NotificationContent) -> JSON.Member {
        let lines = bulletin.story.isEmpty ? [bulletin.headline] : bulletin.story
        return .init("note", .string(lines.joined(separator: "\n").cut(Self.longestNote)))
    }

    private func create(_ bulletin: NotificationContent, _ alias: String) -> [JSON.Member] {
        let finding = bulletin.alert.finding
        let message = PlainMessage(.single(bulletin), withStory: false)
        var lines = message.paragraphs
        if let link = message.link { lines.append(link.url) }
        let tags = ["leadrelay", finding.kind.rawValue, finding.client].filter { !$0.isEmpty }
        var members: [JSON.Member] = [
            .init("message", .string(bulletin.subject.cut(Self.longestMessage))), .init("alias", .string(alias)),
            .init("description", .string(lines.joined(separator: "\n").cut(Self.longestDescription))),
            .init("entity", .string(finding.scope.description.cut(Self.longestEntity))),
            .init("priority", .string(Self.priority(bulletin.alert.severity))),
            .init("tags", .array(tags.map { .string($0.cut(Self.longestTag)) })),
            .init(
                "details",
                .object(
                    finding.evidence.prefix(Self.mostDetails).map {
                        .init($0.name.cut(100), .string($0.value.cut(Self.longestDetail)))
                    })),
        ]
        if let team = jira.team {
            members.append(.init("responders", [["type": "team", "id": .string(team)]]))
        }
        return members
    }

    static func priority(_ severity: Severity) -> String {
        switch severity {
        case .critical: "P1"
        case .warning: "P3"
        case .info: "P5"
        }
    }

    package func read(_ answer: CallAnswer, to call: Call, of errand: SendJob) -> NoticeReading {
        // What it does not know (any more) needs no end.
        if call.step != Action.create.rawValue, case .transfer(.success(let answer)) = answer, answer.status == 404 {
            return .done("")
        }
        return .plainly(answer, "Jira")
    }

    package func masked(_ transfer: Transfer) -> Transfer { transfer.masking("Authorization") }
}
