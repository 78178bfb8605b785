import Domain

/// Every statement that changes alerts, their timelines and notices or decides about a change, under the name of what
/// it does.
enum AlertSQL: Int, CaseIterable {
    case liveAlerts, alert, keepAlert, addEvent, reached, reach
    case oweNotice, hastenNotices, dueNotices, nextNotice, claimNotice, claimedNotice, endNotice, retryNotice,
        returnNotices
    case giveBackNotices, setReference, reference, event
    case channelSent, channelFailed, lately, setLately, dropNotices, dropChannels, dropReach, channels
    case silences, addSilence, endSilence, beat, addMarker
    case oldAlerts, purgeAlert, purgeEvents, purgeReach, purgeMarkers, purgeSilences

    var text: String {
        switch self {
        case .liveAlerts: "SELECT id, body FROM alert WHERE live_until IS NULL OR live_until > ?1 ORDER BY id"
        case .alert: "SELECT body FROM alert WHERE id = ?1"
        case .keepAlert:
            """
            INSERT INTO alert (id, key, kind, client, severity, opened, resolved, live_until, body)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT (id) DO UPDATE SET client = excluded.client, severity = excluded.severity,
                resolved = excluded.resolved, live_until = excluded.live_until, body = excluded.body
            """
        case .addEvent:
            """
            INSERT INTO alert_event (alert, at, by, kind, text, number, notice) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            RETURNING id
            """
        case .reached: "SELECT channel FROM reach WHERE alert = ?1 AND open = 1"
        case .reach:
            """
            INSERT INTO reach (alert, channel, open) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET open = excluded.open
            """
        case .oweNotice: "INSERT INTO notice (channel, alert, event, kind, due) VALUES (?1, ?2, ?3, ?4, ?5)"
        case .hastenNotices:
            """
            UPDATE notice SET due = ?3 WHERE channel = ?1 AND alert = ?2 AND due > ?3 AND claim = 0 AND failures = 0
            """
        case .dueNotices:
            // The oldest of each alert that waits for nobody, and what follows it: a channel hears an alert's story in
            // order.
            """
            SELECT notice.id, alert, event, kind, failures, uncertain OR claim <> 0 FROM notice
            WHERE channel = ?1 AND due <= ?2 AND (claim = 0 OR claimed_until <= ?2)
                AND NOT EXISTS (
                    SELECT 1 FROM notice AS earlier
                    WHERE earlier.alert = notice.alert AND earlier.channel = notice.channel AND earlier.id < notice.id
                        AND (earlier.due > ?2 OR (earlier.claim <> 0 AND earlier.claimed_until > ?2)))
            ORDER BY notice.id LIMIT ?3
            """
        case .nextNotice:
            """
            SELECT min(CASE WHEN claim = 0 THEN due ELSE max(due, claimed_until) END) FROM notice
            WHERE channel = ?1 AND NOT EXISTS (
                SELECT 1 FROM notice AS earlier
                WHERE earlier.alert = notice.alert AND earlier.channel = notice.channel AND earlier.id < notice.id)
            """
        case .claimNotice: "UPDATE notice SET claim = ?2, claimed_until = ?3, uncertain = ?4 WHERE id = ?1"
        case .claimedNotice: "SELECT alert, event, kind, channel FROM notice WHERE id = ?1 AND claim = ?2"
        case .endNotice: "DELETE FROM notice WHERE id = ?1"
        case .retryNotice:
            """
            UPDATE notice SET claim = 0, due = max(due, ?2), failures = failures + ?3,
                uncertain = max(uncertain, ?4)
            WHERE id = ?1
            """
        case .returnNotices:
            // What follows a notice that failed waits behind it; its own due time has passed.
            "UPDATE notice SET claim = 0 WHERE claim = ?1"
        case .giveBackNotices: "UPDATE notice SET claim = 0, uncertain = 1 WHERE claim <> 0"
        case .setReference: "UPDATE reach SET reference = ?3 WHERE alert = ?1 AND channel = ?2"
        case .reference: "SELECT reference FROM reach WHERE alert = ?1 AND channel = ?2"
        case .event: "SELECT \(AlertEvent.columns) FROM alert_event WHERE id = ?1"
        case .channelSent:
            """
            INSERT INTO channel (name, last_sent) VALUES (?1, ?2)
            ON CONFLICT DO UPDATE SET last_sent = ?2, failing_since = NULL, failures = 0, reason = ''
            """
        case .channelFailed:
            """
            INSERT INTO channel (name, failing_since, failures, reason) VALUES (?1, ?2, 1, ?3)
            ON CONFLICT DO UPDATE SET failing_since = coalesce(failing_since, ?2), failures = failures + 1, reason = ?3
            """
        case .lately: "SELECT lately FROM channel WHERE name = ?1"
        case .setLately: "UPDATE channel SET lately = ?2 WHERE name = ?1"
        case .channels:
            """
            SELECT name FROM channel UNION SELECT channel FROM notice UNION SELECT channel FROM reach WHERE open = 1
            """
        case .dropNotices: "DELETE FROM notice WHERE channel = ?1"
        case .dropChannels: "DELETE FROM channel WHERE name = ?1"
        case .dropReach: "UPDATE reach SET open = 0 WHERE channel = ?1"
        case .silences:
            """
            SELECT id, scope, kinds, begins, ends, days, from_min, to_min, zone, reason, by, created FROM silence
            WHERE ends IS NULL OR ends > ?1 ORDER BY id
            """
        case .addSilence:
            """
            INSERT INTO silence (scope, kinds, begins, ends, days, from_min, to_min, zone, reason, by, created)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) RETURNING id
            """
        case .endSilence: "UPDATE silence SET ends = ?2 WHERE id = ?1 AND (ends IS NULL OR ends > ?2)"
        case .beat:
            """
            INSERT INTO heartbeat (name, at, count) VALUES (?1, ?2, 1)
            ON CONFLICT DO UPDATE SET at = max(at, excluded.at), count = count + 1
            """
        case .addMarker: "INSERT INTO marker (at, kind, text, by) VALUES (?1, ?2, ?3, ?4) RETURNING id"
        case .oldAlerts:
            """
            SELECT id FROM alert WHERE resolved <= ?1
                AND NOT EXISTS (SELECT 1 FROM notice WHERE notice.alert = alert.id) ORDER BY resolved LIMIT ?2
            """
        case .purgeAlert: "DELETE FROM alert WHERE id = ?1"
        case .purgeEvents: "DELETE FROM alert_event WHERE alert = ?1"
        case .purgeReach: "DELETE FROM reach WHERE alert = ?1"
        case .purgeMarkers: "DELETE FROM marker WHERE id IN (SELECT id FROM marker WHERE at <= ?1 ORDER BY at LIMIT ?2)"
        case .purgeSilences: "DELETE FROM silence WHERE id IN (SELECT id FROM silence WHERE ends <= ?1 LIMIT ?2)"
        }
    }
}
