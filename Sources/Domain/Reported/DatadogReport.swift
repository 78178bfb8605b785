/// Datadog's webhook (docs.datadoghq.com/integrations/webhooks). Its body is whatever somebody has written into the
/// integration; read are the one that it sends unless told otherwise (`id`, `title`, `body`, `event_type`, `date`,
/// `last_updated`, `org`), and the members that are named after its variables: `alert_transition`, `alert_id`,
/// `alert_scope`, `alert_priority`, `alert_type`, `tags`, `link`.
///
/// Without `alert_id` the title is all that stays the same from beginning to end: `[P1] [Triggered on {host:web-1}] CPU
/// is high`.
enum DatadogReport {
    static func read(_ body: JSON) throws(ReportUnreadable) -> [ReportedEvent] {
        let head = Head(body.first("title", "event_title", "alert_title"))
        guard !head.title.isEmpty else {
            throw ReportUnreadable("title", "Send \"title\": \"$EVENT_TITLE\".")
        }
        let told = body.first("alert_transition", "transition")
        let transition = (told.isEmpty ? head.transition : told).lowercased()
        let isOver = transition.hasPrefix("recovered") || (transition.isEmpty && body.first("alert_type") == "success")
        // What is neither a beginning nor an end: somebody muted it, or it is an event of a stream.
        guard !transition.isEmpty || !body.first("alert_type", "alert_id").isEmpty else {
            throw ReportUnreadable("alert_transition", "Send \"alert_transition\": \"$ALERT_TRANSITION\".")
        }
        let group = body.first("alert_scope")
        let scope = group.isEmpty ? head.scope : group
        let id = body.first("alert_id", "monitor_id", "aggreg_key", "deduplication_key")
        var event = ReportedEvent(
            isOver ? .resolved : .firing,
            key: (id.isEmpty ? "title \(head.title)" : id) + (scope.isEmpty ? "" : " \(scope)"),
            title: head.title + (scope.isEmpty ? "" : " (\(scope))"))
        event.text = firstLine(body.first("body", "text", "event_msg"))
        let priority = body.first("alert_priority", "priority")
        event.severity = priority.isEmpty || priority.lowercased() == "normal" ? head.priority : priority
        if event.severity.isEmpty {
            event.severity = transition.contains("warn") ? "warning" : body.first("alert_type")
        }
        event.at = Instant(reported: body.first("date", "last_updated"))
        for tag in tags(body) {
            let sides = tag.split(separator: ":", maxSplits: 1).map(String.init)
            guard sides.count == 2 else { continue }
            switch sides[0] {
            case "client": event.client = sides[1]
            case "team": event.team = sides[1]
            case "owner": event.owner = sides[1]
            case "severity" where priority.isEmpty: event.severity = sides[1]
            default: break
            }
        }
        event.evidence = [
            ("state", transition), ("host", body.first("hostname", "host")), ("metric", body.first("alert_metric")),
            ("query", body.first("alert_query")), ("status", body.first("alert_status")),
            ("tags", tags(body).joined(separator: ", ")), ("source", body.first("link", "url", "alert_url")),
        ].filter { !$0.1.isEmpty }.map { Finding.Evidence($0.0, $0.1) }
        return [event]
    }

    private static func tags(_ body: JSON) -> [String] {
        guard let tags = body["tags"] else { return [] }
        if let list = tags.array { return list.map(\.words) }
        return tags.words.split(separator: ",").map {
            ReportedEvent.line(String($0), atMost: ReportedEvent.longestName)
        }
    }

    /// What is written between its marks of Markdown (`%%%`), without those who are told by it (`@webhook-leadrelay`).
    private static func firstLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map { ReportedEvent.line(String($0), atMost: .max) }
            .first { !$0.isEmpty && !$0.hasPrefix("%%%") && !$0.hasPrefix("@") && !$0.hasPrefix("[![") } ?? ""
    }

    /// What stands in brackets before a title.
    struct Head: Equatable {
        var priority = ""
        var transition = ""
        var scope = ""
        var title = ""

        init(_ text: String) {
            var rest = Substring(ReportedEvent.line(text, atMost: .max))
            while rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
                guard take(String(rest[rest.index(after: rest.startIndex)..<end])) else { break }
                rest = rest[rest.index(after: end)...].drop { $0 == " " }
            }
            title = String(rest)
        }

        private static let transitions = [
            "triggered", "recovered", "re-triggered", "no data", "re-no data", "warn", "re-warn", "renotify",
        ]

        private mutating func take(_ words: String) -> Bool {
            let lower = words.lowercased()
            if lower.count == 2, lower.hasPrefix("p"), ("1"..."5").contains(lower.last ?? "x") {
                priority = words
                return true
            }
            for transition in Self.transitions.sorted(by: { $0.count > $1.count }) where lower.hasPrefix(transition) {
                let rest = words.dropFirst(transition.count)
                guard rest.isEmpty || rest.lowercased().hasPrefix(" on ") else { continue }
                self.transition = transition
                scope = rest.dropFirst(4).filter { $0 != "{" && $0 != "}" }
                return true
            }
            return false
        }
    }
}
