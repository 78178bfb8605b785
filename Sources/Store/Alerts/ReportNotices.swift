package import Domain
import SQLite

/// A report that is owed to one recipient of one channel.
package struct ReportNotice: Equatable, Sendable {
    /// Empty: all clients together.
    package var client: String
    package var range: Range<Instant>
    package var channel: String
    /// An address of the channel; empty where the channel has only one place.
    package var recipient: String
    package var failures: Int

    package init(client: String, range: Range<Instant>, channel: String, recipient: String, failures: Int = 0) {
        self.client = client
        self.range = range
        self.channel = channel
        self.recipient = recipient
        self.failures = failures
    }

    package enum End: Equatable, Sendable {
        case sent
        case retry(due: Instant)
        case givenUp(String)
    }
}

extension NoticeRole {
    /// Owes reports, each once: what has been owed before, sent or not, is left alone. Answers how many are new.
    package func owe(_ reports: [ReportNotice]) throws(StoreError) -> Int {
        try wait { then in
            change(rows: reports.count) { [self] tables in
                let owe = try tables.statement(ChecklistSQL.oweReport)
                var new = 0
                for report in reports {
                    owe.bind(1, report.client)
                    owe.bind(2, report.range.upperBound.milliseconds)
                    owe.bind(3, report.channel)
                    owe.bind(4, report.recipient)
                    owe.bind(5, report.range.lowerBound.milliseconds)
                    owe.bind(6, now.milliseconds)
                    try owe.run()
                    new += tables.connection.changes
                }
                return new
            } then: {
                then($0)
            }
        }
    }

    /// Writes what came of an attempt to send a report.
    package func settle(_ report: ReportNotice, _ end: ReportNotice.End) throws(StoreError) {
        try wait { then in
            change(rows: 1) { [self] tables in
                let settle = try tables.statement(ChecklistSQL.settleReport)
                settle.bind(1, report.client)
                settle.bind(2, report.range.upperBound.milliseconds)
                settle.bind(3, report.channel)
                settle.bind(4, report.recipient)
                var due: Int64?
                var sent: Int64?
                var reason: String?
                switch end {
                case .sent: sent = now.milliseconds
                case .retry(let moment): due = moment.milliseconds
                case .givenUp(let words): reason = words
                }
                settle.bind(5, due)
                settle.bind(6, sent)
                settle.bind(7, reason)
                try settle.run()
            } then: {
                then($0)
            }
        }
    }
}

extension Reader {
    /// Reports whose time to be sent has come, the longest due first.
    package func dueReports(at now: Instant, limit: Int) throws -> [ReportNotice] {
        let select = try statement(
            """
            SELECT client, begins, ends, channel, recipient, failures FROM report_notice
            WHERE due <= ?1 AND sent IS NULL AND given_up IS NULL ORDER BY due LIMIT ?2
            """)
        select.bind(1, now.milliseconds)
        select.bind(2, Int64(limit))
        var found: [ReportNotice] = []
        while try select.step() {
            found.append(
                ReportNotice(
                    client: select.text(0),
                    range: Instant(milliseconds: select.integer(1))..<Instant(milliseconds: select.integer(2)),
                    channel: select.text(3), recipient: select.text(4), failures: Int(select.integer(5))))
        }
        return found
    }
}
