/// The tools whose webhooks are understood as they send them.
package enum ReportedTool: Equatable, Sendable {
    case alertmanager
    case grafana
    case sentry
    case datadog
    case uptimeRobot
    case healthchecks
    /// Any other, by a mapping.
    case json(ReportMapping)

    /// The word in configuration and addresses.
    package var word: String {
        switch self {
        case .alertmanager: "alertmanager"
        case .grafana: "grafana"
        case .sentry: "sentry"
        case .datadog: "datadog"
        case .uptimeRobot: "uptimerobot"
        case .healthchecks: "healthchecks"
        case .json: "json"
        }
    }

    /// For people.
    package var title: String {
        switch self {
        case .alertmanager: "Alertmanager"
        case .grafana: "Grafana"
        case .sentry: "Sentry"
        case .datadog: "Datadog"
        case .uptimeRobot: "UptimeRobot"
        case .healthchecks: "Healthchecks"
        case .json: "another tool"
        }
    }

    /// Those that need no configuration.
    package static let ready: [ReportedTool] = [
        .alertmanager, .grafana, .sentry, .datadog, .uptimeRobot, .healthchecks,
    ]

    /// What a webhook of this tool says. An empty list: it is one that has nothing to tell, such as a test of the
    /// connection.
    package func read(_ body: JSON) throws(ReportUnreadable) -> [ReportedEvent] {
        let events: [ReportedEvent] =
            switch self {
            case .alertmanager: try AlertmanagerReport.read(body)
            case .grafana: try GrafanaReport.read(body)
            case .sentry: try SentryReport.read(body)
            case .datadog: try DatadogReport.read(body)
            case .uptimeRobot: try UptimeRobotReport.read(body)
            case .healthchecks: try HealthchecksReport.read(body)
            case .json(let mapping): try mapping.read(body)
            }
        return events.map(\.bounded)
    }
}

/// Why a body is none of the tool's.
package struct ReportUnreadable: Error, Equatable {
    /// The member that is missing or wrong, as a path: `alerts.0.labels`.
    package var field: String
    /// One sentence that says what is expected.
    package var message: String

    package init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }
}

extension JSON {
    /// A text, or a number as it stands; empty for everything else. Tools write ids either way.
    package var words: String {
        switch self {
        case .string(let text): text
        case .number(let text): text
        default: ""
        }
    }

    /// The first of some members that says something.
    func first(_ names: String...) -> String {
        for name in names { if let words = self[name]?.words, !words.isEmpty { return words } }
        return ""
    }
}

extension Instant {
    /// As tools write moments: RFC 3339, or seconds or milliseconds since 1970. Go's zero time means none.
    init?(reported text: String) {
        if let number = Int64(text) {
            // Seconds have ten digits until 2286, milliseconds thirteen. What lies after the year 9999 is no time.
            guard (1...253_402_300_799_999).contains(number) else { return nil }
            self.init(milliseconds: number < 100_000_000_000 ? number * 1000 : number)
        } else {
            guard !text.hasPrefix("0001-"), let moment = Instant(rfc3339: text) else { return nil }
            self = moment
        }
    }
}
