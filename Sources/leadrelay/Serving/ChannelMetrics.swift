import Monitoring

extension Metrics {
    /// What has been said to whom since the process started.
    static func channels(_ page: inout MetricsPage, _ reports: [ChannelReport]) {
        page.family("leadrelay_notices_total", .counter, "Notices by channel and what became of them.")
        for report in reports {
            page.sample(Double(report.tally.sent), ["channel": report.target, "outcome": "sent"])
            page.sample(Double(report.tally.givenUp), ["channel": report.target, "outcome": "given_up"])
        }
        page.family("leadrelay_notices_retried_total", .counter, "Attempts to send notices that failed, by cause.")
        for report in reports {
            for cause in NoticeReading.Trouble.Cause.allCases {
                page.sample(
                    Double(report.tally.retries[cause] ?? 0), ["channel": report.target, "cause": cause.rawValue])
            }
            page.sample(Double(report.tally.broken), ["channel": report.target, "cause": "broken"])
        }
        page.family("leadrelay_notices_channel_broken", .gauge, "1 while nothing gets through before a person helps.")
        for report in reports { page.sample(report.isBroken ? 1 : 0, ["channel": report.target]) }
        page.family("leadrelay_notices_calls_total", .counter, "Calls to the channel.")
        for report in reports { page.sample(Double(report.tally.calls), ["channel": report.target]) }
    }
}
