/// Healthchecks' webhook (healthchecks.io/docs/configuring_notifications; hc/integrations/webhook/transport.py of its
/// repository): method, address and body are written by hand with placeholders. Read are `$JSON` as the whole body, and
/// members under these names, in the body or in the query:
///
///     { "code": "$CODE", "name": $NAME_JSON, "status": "$STATUS", "tags": "$TAGS", "at": "$NOW" }
///
/// Tags may say more: `client:acme team:web severity:critical`.
enum HealthchecksReport {
    static func read(_ body: JSON) throws(ReportUnreadable) -> [ReportedEvent] {
        let key = body.first("code", "uuid", "unique_key", "slug", "name")
        guard !key.isEmpty else { throw ReportUnreadable("code", "Send \"code\": \"$CODE\".") }
        let status = body.first("status")
        let name = body.first("name", "slug")
        var event: ReportedEvent
        switch status {
        case "up", "grace":
            event = ReportedEvent(.resolved, key: key, title: "\(name.isEmpty ? key : name) reports again")
        case "down": event = ReportedEvent(.firing, key: key, title: "\(name.isEmpty ? key : name) has not reported")
        case "new", "paused", "started": return []
        default: throw ReportUnreadable("status", "Send \"status\": \"$STATUS\", which is \"down\" or \"up\".")
        }
        event.text = body.first("text", "body", "desc")
        event.at = Instant(reported: body.first("at", "now"))
        for tag in body.first("tags").split(separator: " ") {
            let sides = tag.split(separator: ":", maxSplits: 1).map(String.init)
            guard sides.count == 2 else { continue }
            switch sides[0] {
            case "client": event.client = sides[1]
            case "team": event.team = sides[1]
            case "owner": event.owner = sides[1]
            case "severity": event.severity = sides[1]
            default: break
            }
        }
        event.evidence = [
            ("last ping", body.first("last_ping")), ("exit status", body.first("exitstatus")),
            ("tags", body.first("tags")),
        ].filter { !$0.1.isEmpty }.map { Finding.Evidence($0.0, $0.1) }
        return [event]
    }
}
