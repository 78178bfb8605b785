import Domain

/// How what the API says of alerts is worded for people.
enum AlertWords {
    static func kind(_ word: String) -> String { AlertKind(rawValue: word)?.words ?? word }

    /// Severity, state and kind.
    static func badges(_ alert: JSON) -> HTML {
        let severity = alert["severity"]?.string ?? ""
        let tone: Format.Tone =
            switch severity {
            case "critical": .bad
            case "warning": .warn
            default: .info
            }
        let state = alert["state"]?.string ?? ""
        let stateTone: Format.Tone =
            switch state {
            case "open": .bad
            case "acknowledged", "recovering": .info
            case "resolved": .good
            default: .plain
            }
        return """
            \(Format.badge(severity, tone)) \(Format.badge(state, stateTone)) \(Format.badge(kind(alert["kind"]?.string ?? ""), .plain))
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
        else { return "\(Format.time(began)) <span class=\"muted\">\(Format.distance(began, from: now))</span>" }
        return "\(Format.duration(max(0, (ended - from).components.seconds))), from \(Format.time(began))"
    }

    /// How long it took to notice.
    static func delay(_ alert: JSON) -> String {
        guard let began = alert["began"]?.string.flatMap({ Instant(rfc3339: $0) }),
            let opened = alert["opened"]?.string.flatMap({ Instant(rfc3339: $0) }), opened > began
        else { return "" }
        return "\(Format.duration((opened - began).components.seconds)) after it began"
    }

    /// `about 31 leads` of a JSON number; `nil` if there is none.
    static func leads(_ value: JSON) -> String? {
        guard case .number(let text) = value, let number = Double(text) else { return nil }
        return "about \(Format.count(Int64(number.rounded()))) leads"
    }

    static func ending(_ resolution: JSON) -> HTML {
        let by = resolution["by"]?.string ?? ""
        let reason = resolution["reason"]?.string ?? ""
        return "\(reason)\(by.isEmpty ? "" : " (by \(by))" as HTML)"
    }

    // MARK: Whose side

    static func side(_ word: String) -> String { Alert.Verdict.Side(rawValue: word)?.words ?? word }

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
        let tone: Format.Tone =
            switch word {
            case "proved": .bad
            case "likely": .warn
            case "excluded": .good
            default: .plain
            }
        return Format.badge(word == "beside" ? "also wrong now" : word, tone)
    }

    // MARK: The timeline

    static func event(_ kind: String) -> String { AlertEvent.Kind(rawValue: kind)?.words ?? kind }

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
