import Domain

/// How what the API says of alerts is worded for people.
enum AlertWords {
    static func kind(_ word: String) -> String { word.replacing("_", with: " ") }

    /// Severity, state and kind.
    static func badges(_ alert: JSON) -> HTML {
        let severity = alert["severity"]?.string ?? ""
        let tone: Shown.Tone =
            switch severity {
            case "critical": .bad
            case "warning": .warn
            default: .info
            }
        let state = alert["state"]?.string ?? ""
        let stateTone: Shown.Tone =
            switch state {
            case "open": .bad
            case "acknowledged", "recovering": .info
            case "resolved": .good
            default: .plain
            }
        return """
            \(Shown.badge(severity, tone)) \(Shown.badge(state, stateTone)) \(Shown.badge(kind(alert["kind"]?.string ?? ""), .plain))
            """
    }

    /// What an alert or a silence is about, with a link where there is a page.
    static func scope(of document: JSON) -> HTML {
        let text = document["scope"]?.string ?? ""
        guard let scope = AlertScope(text) else { return "\(text)" }
        switch scope {
        case .relay: return "everything"
        case .client(let client):
            return "client <a href=\"\(Link.to("leads", query: ["client": client]))\">\(client)</a>"
        case .group(let client, let group):
            let link = Link.to("group", query: ["client": client, "group": group])
            let title = document["group_title"]?.string
            let id: HTML = title == nil ? "" : " <span class=\"muted\">\(group)</span>"
            return "group <a href=\"\(link)\">\(title ?? (group.isEmpty ? "(none)" : group))</a>\(id) of \(client)"
        case .destination(let name): return "destination <a href=\"\(Link.to("destinations", name))\">\(name)</a>"
        case .source(let name): return "source \(name)"
        case .platform(let name): return "platform \(name)"
        case .channel(let name): return "channel \(name)"
        case .external(let name): return "\(name)"
        }
    }

    /// `2026-11-24 08:10:00, 3 h ago`, or for what is over how long it lasted.
    static func span(_ alert: JSON, now: Instant) -> HTML {
        let began = alert["began"]?.string
        guard let ended = alert["resolution"]?["ended"]?.string.flatMap({ Instant(rfc3339: $0) }),
            let from = began.flatMap({ Instant(rfc3339: $0) })
        else { return "\(Shown.time(began)) <span class=\"muted\">\(Shown.distance(began, from: now))</span>" }
        return "\(Shown.duration(max(0, (ended - from).components.seconds))), from \(Shown.time(began))"
    }

    /// How long it took to notice.
    static func delay(_ alert: JSON) -> String {
        guard let began = alert["began"]?.string.flatMap({ Instant(rfc3339: $0) }),
            let opened = alert["opened"]?.string.flatMap({ Instant(rfc3339: $0) }), opened > began
        else { return "" }
        return "\(Shown.duration((opened - began).components.seconds)) after it began"
    }

    /// `about 31 leads` of a JSON number; `nil` if there is none.
    static func leads(_ value: JSON) -> String? {
        guard case .number(let text) = value, let number = Double(text) else { return nil }
        return "about \(Shown.count(Int64(number.rounded()))) leads"
    }

    static func ending(_ resolution: JSON) -> HTML {
        let by = resolution["by"]?.string ?? ""
        let reason = resolution["reason"]?.string ?? ""
        return "\(reason)\(by.isEmpty ? "" : " (by \(by))" as HTML)"
    }

    // MARK: Whose side

    /// Each with the words for it and what follows.
    static let sides: [(String, String, String)] = [
        ("ours", "with us", "we mend it"),
        ("client", "with the client", "their page, form or tag; said only when our side is excluded"),
        ("platform", "with the platform", "Google’s or Meta’s side"),
        ("planned", "in something planned", "a pause or a holiday; ends the alert"),
        ("not_a_problem", "nowhere: not a problem", "ends the alert; this group is alerted less easily for 90 days"),
        ("new_normal", "nowhere: it is the new normal", "ends the alert; what comes now is expected from now on"),
    ]

    static func side(_ word: String) -> String { sides.first { $0.0 == word }?.1 ?? word }

    static func owner(_ word: String) -> String {
        switch word {
        case "us", "ours": "us"
        case "client": "the client"
        case "platform": "the platform"
        default: word.replacing("_", with: " ")
        }
    }

    static func item(_ name: String) -> String { ChecklistItem(name: name)?.title ?? name }

    static func certainty(_ word: String) -> HTML {
        let tone: Shown.Tone =
            switch word {
            case "proved": .bad
            case "likely": .warn
            case "excluded": .good
            default: .plain
            }
        return Shown.badge(word == "beside" ? "also wrong now" : word, tone)
    }

    // MARK: The timeline

    static func event(_ kind: String) -> String { AlertEvent.Kind(rawValue: kind).map(event) ?? kind }

    private static func event(_ kind: AlertEvent.Kind) -> String {
        switch kind {
        case .opened: "Opened"
        case .updated: "New figures"
        case .severityRaised: "Severity raised"
        case .recovering: "Seems to be ending"
        case .relapsed: "Not over after all"
        case .resolved: "Resolved"
        case .reopened: "Came back"
        case .inhibited: "Explained by a wider alert"
        case .silenced: "Silenced"
        case .released: "No longer covered"
        case .escalated: "Escalated"
        case .handedOver: "Others came on duty"
        case .reminded: "Reminded"
        case .asked: "Asked: is this the new normal?"
        case .acknowledgementTimedOut: "Acknowledgement ran out"
        case .snoozeEnded: "Snooze ended"
        case .acknowledged: "Acknowledged"
        case .snoozed: "Snoozed"
        case .owned: "Handed over"
        case .noted: "Note"
        case .judged: "Side named"
        case .investigated: "Causes looked for"
        case .notDelivered: "Could not be told"
        }
    }

    static func tone(ofEvent kind: String) -> String {
        switch AlertEvent.Kind(rawValue: kind) {
        case .opened, .severityRaised, .relapsed, .reopened, .escalated, .notDelivered: "bad"
        case .acknowledgementTimedOut, .snoozeEnded, .reminded, .asked, .recovering: "warn"
        case .resolved: "good"
        default: ""
        }
    }

    static func marker(_ kind: String) -> String {
        switch kind {
        case "deploy": "Deployed"
        case "configuration": "Configuration changed"
        default: kind.replacing("_", with: " ").capitalizedFirst
        }
    }
}
