/// Grafana's webhook contact point (grafana.com/docs/grafana/latest/alerting, "Configure webhook notifications"):
/// Alertmanager's form with additions. And the notification channels that came before version 9 ("Legacy alert
/// notifications").
enum GrafanaReport {
    static func read(_ body: JSON) throws(ReportUnreadable) -> [ReportedEvent] {
        guard let alerts = body["alerts"]?.array else { return try legacy(body) }
        var events: [ReportedEvent] = []
        for (index, alert) in alerts.enumerated() where !isTest(alert) && !AlertmanagerReport.isOurs(alert) {
            var event = try AlertmanagerReport.event(alert, at: "alerts.\(index)")
            let value = value(alert)
            if !value.isEmpty { event.evidence.insert(Finding.Evidence("value", value), at: 0) }
            for (name, member) in [("panel", "panelURL"), ("dashboard", "dashboardURL")] {
                let link = alert.first(member)
                if !link.isEmpty { event.evidence.append(Finding.Evidence(name, link)) }
            }
            events.append(event)
        }
        return events
    }

    /// The button "Test" of a contact point: it is never resolved.
    private static func isTest(_ alert: JSON) -> Bool {
        alert["labels"]?["alertname"] == "TestAlert" && alert["labels"]?["instance"] == "Grafana"
    }

    private static func value(_ alert: JSON) -> String {
        let values = (alert["values"]?.object ?? []).map { "\($0.name) = \($0.value.words)" }
        return values.isEmpty ? alert.first("valueString") : values.joined(separator: ", ")
    }

    private static func legacy(_ body: JSON) throws(ReportUnreadable) -> [ReportedEvent] {
        let rule = body.first("ruleId")
        guard let state = body["state"]?.string, !rule.isEmpty else {
            throw ReportUnreadable("alerts", "Grafana's webhook has a list of alerts, or \"state\" and \"ruleId\".")
        }
        let isOver: Bool
        switch state {
        case "ok": isOver = true
        case "alerting", "no_data": isOver = false
        case "paused", "pending", "unknown": return []
        default:
            throw ReportUnreadable(
                "state", "Grafana's state is \"alerting\", \"no_data\", \"ok\", \"paused\" or \"pending\".")
        }
        var event = ReportedEvent(
            isOver ? .resolved : .firing, key: "rule-\(rule)", title: body.first("ruleName", "title"))
        event.text = body.first("message")
        let tags = body["tags"] ?? .null
        event.severity = tags.first("severity")
        event.client = tags.first("client")
        event.team = tags.first("team")
        event.owner = tags.first("owner")
        event.evidence = (body["evalMatches"]?.array ?? []).map {
            Finding.Evidence($0.first("metric"), $0.first("value"))
        }
        if state == "no_data" { event.evidence.append(Finding.Evidence("state", "no data")) }
        let link = body.first("ruleUrl")
        if !link.isEmpty { event.evidence.append(Finding.Evidence("source", link)) }
        return [event]
    }
}
