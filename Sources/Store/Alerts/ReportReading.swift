package import Domain
import SQLite

/// What became of a client's leads of one week.
package struct WeekCounts: Equatable, Sendable {
    /// Deliveries that failed at first and arrived in the end, and those that arrived because somebody sent them again.
    package var savedByRetries = 0
    package var savedByReplays = 0
    package init() {}
}

extension Reader {
    /// Reads the week's leads: for a report, once a week and client.
    package func week(_ range: Range<Instant>, client: String?) throws -> WeekCounts {
        try snapshot {
            let bounds = (LeadID.first(at: range.lowerBound).rawValue, LeadID.first(at: range.upperBound).rawValue)
            func count(_ sql: String) throws -> Int {
                let select = try statement(sql)
                select.bind(1, bounds.0)
                select.bind(2, bounds.1)
                select.bind(3, client)
                defer { select.reset() }
                return try select.step() ? Int(select.integer(0)) : 0
            }
            let mine = """
                lead JOIN dimension ON dimension.id = lead.dimension AND (?3 IS NULL OR dimension.client = ?3)
                """
            let arrived = "receipt.outcome IN (\(Tally.delivered.rawValue), \(Tally.sent.rawValue))"
            var counts = WeekCounts()
            let replayed = """
                EXISTS (SELECT 1 FROM attempt
                WHERE attempt.lead = receipt.lead AND attempt.destination = receipt.destination
                    AND cause = '\(LeadHistory.replayed)')
                """
            counts.savedByRetries = try count(
                """
                SELECT count(*) FROM \(mine) JOIN receipt ON receipt.lead = lead.id
                WHERE lead.id >= ?1 AND lead.id < ?2 AND failures > 0 AND \(arrived) AND NOT \(replayed)
                """)
            counts.savedByReplays = try count(
                """
                SELECT count(*) FROM \(mine) JOIN receipt ON receipt.lead = lead.id
                WHERE lead.id >= ?1 AND lead.id < ?2 AND \(arrived) AND \(replayed)
                """)
            return counts
        }
    }

    /// What the checklist came to last for each alert.
    package func latestDiagnoses(of alerts: [AlertID]) throws -> [AlertID: Diagnosis] {
        var found: [AlertID: Diagnosis] = [:]
        for alert in alerts { found[alert] = try diagnoses(alert: alert.rawValue, limit: 1).first }
        return found
    }

    /// When the oldest lead came that is kept; `nil` if none is.
    package func firstLead() throws -> Instant? {
        let select = try statement("SELECT id FROM lead ORDER BY id LIMIT 1")
        defer { select.reset() }
        return try select.step() ? LeadID(rawValue: select.integer(0)).moment : nil
    }
}
