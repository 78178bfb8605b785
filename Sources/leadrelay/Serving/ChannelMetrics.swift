import Monitoring

extension Metrics {
    /// What has been said to whom since the process started.
    static func channels(_ page: inout MetricsPage, _ reports: [ChannelReport]) {
        page.family("leadrelay_notifications_total", .counter, "Notifications by channel and outcome.")
        for report in reports {
            page.sample(Double(report.tally.sent), ["channel": report.target, "outcome": "sent"])
            page.sample(Double(report.tally.givenUp), ["channel": report.target, "outcome": "given_up"])
        }
        page.family(
            "leadrelay_notifications_retried_total", .counter, "Failed attempts to send a notification, by cause.")
        for report in reports {
            for cause in NoticeReading.Trouble.Cause.allCases {
                page.sample(
                    Double(report.tally.retries[cause] ?? 0), ["channel": report.target, "cause": cause.rawValue])
            }
            page.sample(Double(report.tally.broken), ["channel": report.target, "cause": "broken"])
        }
        page.family(
            "leadrelay_notification_channel_failing", .gauge, "1 while nothing gets through until somebody helps.")
        for report in reports { page.sample(report.isBroken ? 1 : 0, ["channel": report.target]) }
        page.family("leadrelay_notification_requests_total", .counter, "Requests to the channel.")
        for report in reports { page.sample(Double(report.tally.calls), ["channel": report.target]) }
    }
}
