import Crypto
package import Curl
package import Domain

/// Alertmanager's webhook, version 4 (prometheus.io/docs/alerting/latest/configuration, "webhook_config"), so that
/// whatever takes its messages takes ours.
package struct AlertmanagerNotifier: Notifier {
    let receiver: Channel.Alertmanager

    package init(_ receiver: Channel.Alertmanager) { self.receiver = receiver }

    package var pace: ChannelPace { ChannelPace(windows: [.init(120, in: .minutes(1))], bundlesFrom: 2) }

    package func next(_ errand: SendJob, at now: Instant) -> Call? {
        guard errand.done["post"] == nil else { return nil }
        return Call(
            "post",
            .transfer(
                Transfer(
                    posting: Self.message(errand.parcel), to: receiver.url, fields: Self.authorization(receiver.token)))
        )
    }

    static func message(_ parcel: OutgoingMessage) -> JSON {
        let bulletins = parcel.bulletins
        let isFiring = bulletins.contains { $0.alert.isOpen }
        let labels = bulletins.map { Self.labels($0, $0.alert.severity) }
        let annotations = bulletins.map(Self.annotations)
        let relay = bulletins.first?.surroundings.relay ?? "leadrelay"
        let groupKey = parcel.isDigest ? "{}:{relay=\"\(relay)\"}" : "{}:{alert=\"\(bulletins.first?.key ?? "")\"}"
        return [
            "version": "4", "groupKey": .string(groupKey), "truncatedAlerts": 0,
            "status": isFiring ? "firing" : "resolved", "receiver": .string(relay),
            "groupLabels": parcel.isDigest
                ? ["relay": .string(relay)] : ["alert": .string(bulletins.first?.key ?? "")],
            "commonLabels": common(labels), "commonAnnotations": common(annotations),
            "externalURL": .string(bulletins.first?.surroundings.console ?? ""),
            "alerts": .array(
                bulletins.indices.map { index in
                    let alert = bulletins[index].alert
                    return [
                        "status": alert.isOpen ? "firing" : "resolved", "labels": labels[index],
                        "annotations": annotations[index], "startsAt": .string(alert.finding.began.rfc3339),
                        "endsAt": .string(alert.resolution?.ended.rfc3339 ?? "0001-01-01T00:00:00Z"),
                        "generatorURL": .string(bulletins[index].link ?? ""),
                        "fingerprint": .string(String(SHA256.hex(of: bulletins[index].key).prefix(16))),
                    ]
                }),
        ]
    }

    /// What stays the same from beginning to end, and nothing else: receivers recognise the alert by it.
    static func labels(_ bulletin: NotificationContent, _ severity: Severity) -> JSON {
        let finding = bulletin.alert.finding
        var members: [JSON.Member] = [
            .init("alertname", .string(finding.kind.rawValue)), .init("alert", .string(bulletin.key)),
            .init("relay", .string(bulletin.surroundings.relay)),
            .init("severity", .string(severity.rawValue)),
            .init("scope", .string(finding.scope.description)),
        ]
        if !finding.client.isEmpty { members.append(.init("client", .string(finding.client))) }
        if case .group(_, let group) = finding.scope { members.append(.init("group", .string(group))) }
        return .object(members)
    }

    static func annotations(_ bulletin: NotificationContent) -> JSON {
        var members: [JSON.Member] = [
            .init("summary", .string(bulletin.subject)), .init("description", .string(bulletin.alert.finding.sentence)),
            .init("time", .string(bulletin.span)),
        ]
        if let next = bulletin.nextStep { members.append(.init("next_step", .string(next))) }
        if let ending = bulletin.ending { members.append(.init("ending", .string(ending))) }
        return .object(members)
    }

    /// Members that are the same in all.
    private static func common(_ all: [JSON]) -> JSON {
        .object((all.first?.object ?? []).filter { member in all.allSatisfy { $0[member.name] == member.value } })
    }

    /// The field by which a proxy before an Alertmanager knows who posts; none without a token.
    static func authorization(_ token: Secret?) -> [(name: String, value: String)] {
        token.map { [("Authorization", "Bearer \($0.value)")] } ?? []
    }

    package func read(_ answer: CallAnswer, to call: Call, of errand: SendJob) -> NoticeReading {
        guard case .transfer(let result) = answer else { preconditionFailure("a webhook answers requests") }
        switch result {
        case .failure(let error): return NoticeReading(error)
        case .success(let answer):
            let reason = "the receiver says \(answer.status)"
            switch answer.status {
            case 200..<300: return .done("")
            case 400, 413, 422: return .refused(reason: reason)
            case 401, 403, 404, 405, 410: return .broken(reason: reason)
            case 300..<400: return .redirected(reason)
            default: return NoticeReading(status: answer)
            }
        }
    }

    package func masked(_ transfer: Transfer) -> Transfer {
        var transfer = transfer
        transfer.fields = transfer.fields.map { $0.name == "Authorization" ? ($0.name, "Bearer ***") : $0 }
        return transfer
    }
}
