/// Sentry's integration platform (docs.sentry.io/organization/integrations/integration-platform/webhooks: issue alerts,
/// metric alerts, issues), and the older service hooks. What a body is about is read from its shape, so that a proxy
/// which drops `Sentry-Hook-Resource` does no harm.
///
/// An issue is one alert, whichever rule fired for it, and ends when the issue is resolved or archived: Sentry tells
/// that only to integrations that have subscribed to issues.
enum SentryReport {
    static func read(_ body: JSON) throws(ReportUnreadable) -> [ReportedEvent] {
        if let data = body["data"], data.object != nil {
            if let alert = data["metric_alert"] { return [try metric(alert, data, action: body.first("action"))] }
            if let event = data["event"] { return [try self.event(event, data)] }
            if let issue = data["issue"] {
                return try self.issue(issue, action: body.first("action")).map { [$0] } ?? []
            }
            // Installations, comments, single errors: nothing that somebody has to look at.
            return []
        }
        guard body["event"]?.object != nil || !body.first("culprit").isEmpty else {
            throw ReportUnreadable("data", "Sentry's webhook has \"data\" with an event, an issue or a metric_alert.")
        }
        return [try hook(body)]
    }

    private static func event(_ event: JSON, _ data: JSON) throws(ReportUnreadable) -> ReportedEvent {
        let issue = event.first("issue_id", "groupID", "group_id")
        guard !issue.isEmpty else { throw ReportUnreadable("data.event.issue_id", "An event has the id of its issue.") }
        var report = ReportedEvent(.firing, key: "issue-\(issue)", title: event.first("title", "message"))
        report.text = event.first("culprit", "transaction")
        report.severity = event.first("level")
        report.at = Instant(reported: event.first("datetime"))
        for tag in event["tags"]?.array ?? [] { take(tag[0]?.words ?? "", tag[1]?.words ?? "", &report) }
        report.evidence += evidence([
            ("rule", data.first("triggered_rule")), ("environment", event.first("environment")),
            ("source", event.first("web_url")),
        ])
        return report
    }

    private static func metric(_ alert: JSON, _ data: JSON, action: String) throws(ReportUnreadable) -> ReportedEvent {
        // The incident's own id is another one each time; `identifier` is unique within the organisation.
        let key = alert["alert_rule"]?.first("id") ?? ""
        let id = key.isEmpty ? alert.first("identifier", "id") : key
        guard !id.isEmpty else { throw ReportUnreadable("data.metric_alert.id", "A metric alert has an id.") }
        guard ["critical", "warning", "resolved", "open"].contains(action) else {
            throw ReportUnreadable("action", "A metric alert's action is \"critical\", \"warning\" or \"resolved\".")
        }
        let isOver = action == "resolved"
        let title = alert["alert_rule"]?.first("name") ?? ""
        var report = ReportedEvent(
            isOver ? .resolved : .firing, key: "metric-\(id)",
            title: title.isEmpty ? data.first("description_title") : title)
        report.text = data.first("description_text")
        report.severity = isOver || action == "open" ? "" : action
        report.at = Instant(reported: alert.first(isOver ? "date_closed" : "date_started"))
        let projects = (alert["projects"]?.array ?? []).map(\.words).joined(separator: ", ")
        report.evidence = evidence([("projects", projects), ("source", data.first("web_url"))])
        return report
    }

    private static func issue(_ issue: JSON, action: String) throws(ReportUnreadable) -> ReportedEvent? {
        let id = issue.first("id")
        guard !id.isEmpty else { throw ReportUnreadable("data.issue.id", "An issue has an id.") }
        let state: ReportedEvent.State
        switch action {
        case "created", "unresolved": state = .firing
        case "resolved", "ignored", "archived": state = .resolved
        // Assigned, commented: nothing begins or ends.
        default: return nil
        }
        var report = ReportedEvent(state, key: "issue-\(id)", title: issue.first("title"))
        report.text = issue.first("culprit")
        report.severity = issue.first("level")
        report.at = state == .firing ? Instant(reported: issue.first("firstSeen")) : nil
        report.evidence = evidence([
            ("issue", issue.first("shortId")), ("project", issue["project"]?.first("slug") ?? ""),
            ("source", issue.first("web_url", "permalink")),
        ])
        return report
    }

    /// The legacy plugin and service hooks: flat, with the event inside.
    private static func hook(_ body: JSON) throws(ReportUnreadable) -> ReportedEvent {
        let id = body.first("id")
        guard !id.isEmpty else { throw ReportUnreadable("id", "The hook has the id of the issue.") }
        let title = body["event"]?.first("title") ?? ""
        var report = ReportedEvent(.firing, key: "issue-\(id)", title: title.isEmpty ? body.first("message") : title)
        report.text = body.first("culprit")
        report.severity = body.first("level")
        report.evidence = evidence([
            ("project", body.first("project_slug", "project_name", "project")), ("source", body.first("url")),
        ])
        return report
    }

    private static func take(_ name: String, _ value: String, _ report: inout ReportedEvent) {
        switch name {
        case "client": report.client = value
        case "team": report.team = value
        case "owner": report.owner = value
        default: break
        }
    }

    private static func evidence(_ pairs: [(String, String)]) -> [Finding.Evidence] {
        pairs.filter { !$0.1.isEmpty }.map { Finding.Evidence($0.0, $0.1) }
    }
}
