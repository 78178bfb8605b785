import Crypto
package import Curl
package import Domain

/// A Prometheus Alertmanager itself: alerts are posted to its API, version 2 (`api/v2/openapi.yaml` of its repository,
/// `postAlerts`), as Prometheus does, and it tells people by its own routes.
///
/// Alertmanager keeps alerts in memory only and ends what it has not heard of again until `endsAt`. So `endsAt` lies a
/// `lease` ahead, and `AlertmanagerRenewal` says every minute again what is open.
package struct AlertmanagerFeed: Notifier {
    let manager: Channel.AlertmanagerAPI

    package init(_ manager: Channel.AlertmanagerAPI) { self.manager = manager }

    /// Longer than a relay is away without anybody noticing; shorter than for ever, in case it never comes back.
    static let lease: Duration = .hours(24)

    package var pace: ChannelPace { ChannelPace(windows: [.init(120, in: .minutes(1))], bundlesFrom: 2) }

    package func next(_ errand: SendJob, at now: Instant) -> Call? {
        guard errand.done["post"] == nil else { return nil }
        return Call("post", .transfer(post(errand.parcel.bulletins.flatMap { Self.alerts($0, at: now) })))
    }

    func post(_ alerts: [JSON]) -> Transfer {
        Transfer(
            posting: .array(alerts), to: "\(manager.url)/api/v2/alerts",
            fields: AlertmanagerNotifier.authorization(manager.token))
    }

    /// Alertmanager knows an alert by all its labels. The severity is one of them, because its routes go by it: so
    /// whoever becomes worse is another alert there, and what was milder before ends.
    static func alerts(_ bulletin: NotificationContent, at now: Instant) -> [JSON] {
        let alert = bulletin.alert
        let hasChanged = !alert.isOpen || bulletin.items.contains { $0.event.kind == .severityRaised }
        let milder = hasChanged ? Severity.allCases.filter { $0 < alert.severity && $0 > .info } : []
        return [one(bulletin, alert.severity, ends: alert.resolution?.ended ?? now + lease)]
            + milder.map { one(bulletin, $0, ends: max(alert.finding.began, alert.resolution?.ended ?? now)) }
    }

    private static func one(_ bulletin: NotificationContent, _ severity: Severity, ends: Instant) -> JSON {
        var members: [JSON.Member] = [
            .init("labels", AlertmanagerNotifier.labels(bulletin, severity)),
            .init("annotations", AlertmanagerNotifier.annotations(bulletin)),
            .init("startsAt", .string(bulletin.alert.finding.began.rfc3339)), .init("endsAt", .string(ends.rfc3339)),
        ]
        if let link = bulletin.link { members.append(.init("generatorURL", .string(link))) }
        return .object(members)
    }

    package func read(_ answer: CallAnswer, to call: Call, of errand: SendJob) -> NoticeReading {
        .plainly(answer, "Alertmanager")
    }

    package func masked(_ transfer: Transfer) -> Transfer { transfer.masking("Authorization") }
}
