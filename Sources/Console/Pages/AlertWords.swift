import API
import Domain

/// How what the API says of alerts is worded for people.
enum AlertWords {
    /// Severity, state and kind.
    static func badges(_ alert: AlertDocument) -> HTML {
        let tone: Format.Tone =
            switch alert.severity {
            case .critical: .bad
            case .warning: .warn
            case .info: .info
            }
        let stateTone: Format.Tone =
            switch alert.state {
            case .open: .bad
            case .acknowledged, .recovering: .info
            case .resolved: .good
            case .snoozed, .inhibited, .silenced: .plain
            }
        return """
            \(Format.badge(alert.severity.rawValue, tone)) \(Format.badge(alert.state.rawValue, stateTone)) \
            \(Format.badge(alert.kind.words, .plain))
            """
    }

    /// What an alert or a silence is about, with a link where there is a page.
    static func scope(_ text: String, title: String?) -> HTML {
        guard let scope = AlertScope(text) else { return "\(text)" }
        switch scope {
        case .relay: return "everything"
        case .client(let client):
            return "client <a href=\"\(Link.to("leads", query: ["client": client]))\">\(client)</a>"
        case .group(let client, let group):
            let link = Link.to("group", query: ["client": client, "group": group])
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
    static func span(_ alert: AlertDocument, now: Instant) -> HTML {
        let began = alert.began
        guard let ended = alert.resolution?.ended else {
            return "\(Format.time(began)) <span class=\"muted\">\(Format.distance(began, from: now))</span>"
        }
        return "\(Format.duration(max(0, (ended - began).components.seconds))), from \(Format.time(began))"
    }

    /// How long it took to notice.
    static func delay(_ alert: AlertDocument) -> String {
        guard alert.opened > alert.began else { return "" }
        return "\(Format.duration((alert.opened - alert.began).components.seconds)) after it began"
    }

    /// `about 31 leads`
    static func leads(_ number: Double) -> String { "about \(Format.count(Int64(number.rounded()))) leads" }

    static func ending(_ resolution: AlertDocument.Resolution) -> HTML {
        let by = resolution.by
        return "\(resolution.reason)\(by.isEmpty ? "" : " (by \(by))" as HTML)"
    }

    // MARK: Whose side

    static func owner(_ owner: Owner) -> String {
        switch owner {
        case .ours: "us"
        case .client: "the client"
        case .platform: "the platform"
        case .thirdParty, .agency, .nobody: owner.rawValue.replacing("_", with: " ")
        }
    }

    static func item(_ name: String) -> String { ChecklistItem(name: name)?.title ?? name }

    static func certainty(_ certainty: Assessment.Certainty) -> HTML {
        let tone: Format.Tone =
            switch certainty {
            case .proved: .bad
            case .likely: .warn
            case .excluded: .good
            case .beside, .unknown: .plain
            }
        return Format.badge(certainty == .beside ? "also wrong now" : certainty.rawValue, tone)
    }

    // MARK: The timeline

    static func tone(of kind: AlertEvent.Kind) -> String {
        switch kind {
        case .opened, .severityRaised, .relapsed, .reopened, .escalated, .notDelivered: "bad"
        case .acknowledgementTimedOut, .snoozeEnded, .reminded, .asked, .recovering: "warn"
        case .resolved: "good"
        default: ""
        }
    }

    static func marker(_ kind: Marker.Kind) -> String {
        switch kind {
        case .deploy: "Deployed"
        case .configuration: "Configuration changed"
        case .started, .downtime, .note: kind.rawValue.replacing("_", with: " ").capitalizedFirst
        }
    }
}
