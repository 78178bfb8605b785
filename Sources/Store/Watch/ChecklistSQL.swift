/// The statements of the checklist's records that change something.
enum ChecklistSQL: Int, CaseIterable {
    case countAnswer, purgeAnswers, keepPage, keepDiagnosis, attachDiagnoses, purgeDiagnoses, keepAds, oweReport,
        settleReport

    var text: String {
        switch self {
        case .countAnswer:
            """
            INSERT INTO answer (slot, destination, ending, code, status, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO UPDATE SET count = count + excluded.count, status = excluded.status
            """
        case .purgeAnswers:
            """
            DELETE FROM answer WHERE (slot, destination, ending, code) IN (
                SELECT slot, destination, ending, code FROM answer WHERE slot <= ?1
                ORDER BY slot, destination, ending, code LIMIT ?2)
            """
        case .keepPage:
            """
            INSERT INTO page (address, seen, fingerprint) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET seen = excluded.seen, fingerprint = excluded.fingerprint
            """
        case .keepDiagnosis:
            "INSERT INTO diagnosis (at, matter, alert, cause, body) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id"
        case .attachDiagnoses: "UPDATE diagnosis SET alert = ?1 WHERE matter = ?2 AND alert = 0 AND at >= ?3"
        case .purgeDiagnoses:
            "DELETE FROM diagnosis WHERE id IN (SELECT id FROM diagnosis WHERE at <= ?1 ORDER BY at LIMIT ?2)"
        case .keepAds:
            """
            INSERT INTO ads (client, grp, at, status, spend, impressions) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO UPDATE SET at = excluded.at, status = excluded.status, spend = excluded.spend,
                impressions = excluded.impressions
            """
        case .oweReport:
            """
            INSERT INTO report_notice (client, ends, channel, recipient, begins, due) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO NOTHING
            """
        case .settleReport:
            """
            UPDATE report_notice SET failures = failures
                + (?6 IS NULL), due = coalesce(?5, due), sent = ?6, given_up = ?7
            WHERE client = ?1 AND ends = ?2 AND channel = ?3 AND recipient = ?4 AND sent IS NULL
            """
        }
    }
}
