/// Alertmanager's webhook, version 4 (prometheus.io/docs/alerting/latest/configuration, "webhook_config"): one message
/// carries all alerts of a group, each with its own status and fingerprint.
enum AlertmanagerReport {
    static func read(_ body: JSON) throws(ReportUnreadable) -> [ReportedEvent] {
        guard let alerts = body["alerts"]?.array else {
            throw ReportUnreadable("alerts", "Alertmanager's webhook has a list of alerts.")
        }
        var events: [ReportedEvent] = []
        for (index, alert) in alerts.enumerated() where !isOurs(alert) {
            events.append(try event(alert, at: "alerts.\(index)"))
        }
        return events
    }

    /// What a relay has told this Alertmanager comes back as its report: taken as new, it would go round for ever.
    static func isOurs(_ alert: JSON) -> Bool {
        guard let relay = alert["labels"]?["relay"]?.string, let key = alert["labels"]?["alert"]?.string else {
            return false
        }
        return key.hasPrefix("\(relay)-A")
    }

    /// Labels that stand elsewhere in an alert of ours.
    private static let known: Set<String> = ["alertname", "severity", "client", "team", "owner"]

    static func event(_ alert: JSON, at path: String) throws(ReportUnreadable) -> ReportedEvent {
        guard let labels = alert["labels"], let members = labels.object else {
            throw ReportUnreadable("\(path).labels", "Each alert has labels.")
        }
        guard let status = alert["status"]?.string, status == "firing" || status == "resolved" else {
            throw ReportUnreadable("\(path).status", "An alert's status is \"firing\" or \"resolved\".")
        }
        let annotations = alert["annotations"] ?? .null
        let isOver = status == "resolved"
        var event = ReportedEvent(
            isOver ? .resolved : .firing, key: key(alert, members), title: title(labels, annotations))
        event.text = annotations.first("description", "message")
        event.severity = labels.first("severity")
        event.at = Instant(reported: alert.first(isOver ? "endsAt" : "startsAt"))
        event.client = labels.first("client")
        event.team = labels.first("team")
        event.owner = labels.first("owner")
        event.evidence = members.filter { !known.contains($0.name) }.map { Finding.Evidence($0.name, $0.value.words) }
        event.evidence.insert(Finding.Evidence("rule", labels.first("alertname")), at: 0)
        if let link = annotations["runbook_url"]?.string { event.evidence.append(Finding.Evidence("runbook", link)) }
        if let link = alert["generatorURL"]?.string { event.evidence.append(Finding.Evidence("source", link)) }
        return event
    }

    /// The fingerprint is made of all labels, and so are we where an older version sends none.
    private static func key(_ alert: JSON, _ labels: [JSON.Member]) -> String {
        let fingerprint = alert.first("fingerprint")
        guard fingerprint.isEmpty else { return fingerprint }
        return labels.map { "\($0.name)=\($0.value.words)" }.sorted().joined(separator: ",")
    }

    /// People write it into the annotations; else the rule's name and what it is about.
    private static func title(_ labels: JSON, _ annotations: JSON) -> String {
        let summary = annotations.first("summary", "title")
        if !summary.isEmpty { return summary }
        let name = labels.first("alertname")
        let place = labels.first("instance", "host", "pod", "service", "job")
        if name.isEmpty { return place.isEmpty ? annotations.first("description", "message") : place }
        return place.isEmpty ? name : "\(name) (\(place))"
    }
}
