import Domain
import HTTP
import Service

/// `/sandbox/channels` and `/sandbox/press`: what the channels have taken, and a press of a button to be posted to the
/// relay.
extension Sandbox {
    var channelsJSON: JSON {
        let memory = channels
        return [
            "slack": .array(
                memory.slack.map {
                    [
                        "channel": .string($0.channel), "ts": .string($0.ts),
                        "thread_ts": $0.thread.map { .string($0) } ?? .null, "broadcast": .bool($0.isBroadcast),
                        "edits": JSON($0.edits), "content": $0.content,
                    ]
                }),
            "private_replies": .array(memory.privateReplies),
            "pagerduty": .array(
                memory.incidents.map {
                    [
                        "key": .string($0.key), "state": .string($0.state.rawValue), "severity": .string($0.severity),
                        "summary": .string($0.summary),
                    ]
                }),
            "texts": .array(
                memory.texts.map { ["sid": .string($0.sid), "to": .string($0.to), "body": .string($0.body)] }),
            "alertmanager": .array(memory.groups), "alertmanager_api": .array(memory.managed),
            "teams": .array(memory.cards), "alert_webhook": .array(memory.webhooks),
            "telegram": .array(
                memory.telegram.map {
                    [
                        "chat": .string($0.chat), "id": JSON($0.id), "answers": $0.answers.map { JSON($0) } ?? .null,
                        "edits": JSON($0.edits), "text": .string($0.html),
                    ]
                }),
            "jira": .array(
                memory.jira.map {
                    [
                        "alias": .string($0.alias), "priority": .string($0.priority), "open": .bool($0.isOpen),
                        "acknowledged": .bool($0.isAcknowledged), "count": JSON($0.count),
                        "notes": .array($0.notes.map { .string($0) }),
                    ]
                }),
            "pings": .array(
                memory.pings.map {
                    ["path": .string($0.path), "body": .string($0.body), "at": .string($0.at.rfc3339)]
                }),
        ]
    }

    /// `?action=leadrelay_acknowledge&value=A1&user=U1&team=T1&secret=…`: header fields and body to be posted.
    func press(_ query: FormFields?) -> Response {
        guard let query, let action = query["action"], let value = query["value"], let secret = query["secret"] else {
            return .json(
                400, ["detail": "action, value and secret are needed; user, team and response_url are possible"])
        }
        let press = SlackButtonPress(
            action: action, value: value, user: query["user"] ?? "U1", team: query["team"] ?? "T1",
            responseURL: query["response_url"] ?? "", secret: secret, at: now)
        return .json(
            200,
            [
                "fields": .object(press.fields.map { JSON.Member($0.name, .string($0.value)) }),
                "body": .string(String(decoding: press.body, as: UTF8.self)),
            ])
    }
}
