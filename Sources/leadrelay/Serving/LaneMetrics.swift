import Domain
import Store

/// What is known of lanes before their leads fail.
extension Metrics {
    static func preflights(_ page: inout MetricsPage, _ preflights: [Preflight]) {
        page.family(
            "leadrelay_preflight", .gauge,
            "1 for what the destination said when it was last asked whether it would take leads.")
        for report in preflights {
            for grade in Preflight.Grade.allCases {
                page.sample(
                    report.grade == grade ? 1 : 0, ["destination": report.destination, "grade": grade.rawValue])
            }
        }
    }

    /// As housekeeping saw it a minute ago at most.
    static func closing(_ page: inout MetricsPage, _ windows: [ClosingWindows]) {
        page.family(
            "leadrelay_deliveries_expiring", .gauge, "Open deliveries that expire within this many hours.")
        for window in windows {
            for (span, count) in zip(ClosingWindows.spans, window.counts) {
                let hours = span.milliseconds / Duration.hours(1).milliseconds
                page.sample(Double(count), ["destination": window.destination, "hours": "\(hours)"])
            }
        }
        page.family(
            "leadrelay_next_expiry_timestamp_seconds", .gauge,
            "When the window of the first open delivery closes, in seconds since 1970.")
        for window in windows {
            if let next = window.next { page.sample(Double(next.seconds), ["destination": window.destination]) }
        }
    }
}
