/// Every statement that changes what the detector of missing leads lives on, under the name of what it does.
enum VolumeSQL: Int, CaseIterable {
    case leadGroup, addLeadGroup, dimension, countSlot
    case oldSlots, dayHours, keepDay, dropSlots, dropDays, dropEpisodes, dropUptime
    case beginUptime, extendUptime
    case keepEpisode
    case addCalendarEvent, removeCalendarEvent, dropCalendarEvents
    case keepLesson, dropLessons, keepVerdict, dropVerdicts

    var text: String {
        switch self {
        case .leadGroup: "SELECT id FROM lead_group WHERE client = ?1 AND grp = ?2"
        case .addLeadGroup: "INSERT INTO lead_group (client, grp, first_slot) VALUES (?1, ?2, ?3) RETURNING id"
        case .dimension: "SELECT client, grp FROM dimension WHERE id = ?1"
        case .countSlot:
            """
            INSERT INTO slot_count (slot, lead_group, count) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET count = count + excluded.count
            """
        case .oldSlots:
            "SELECT slot, lead_group, count FROM slot_count WHERE slot < ?1 ORDER BY slot, lead_group LIMIT ?2"
        case .dayHours: "SELECT hours FROM day_count WHERE lead_group = ?1 AND day = ?2"
        case .keepDay:
            """
            INSERT INTO day_count (lead_group, day, hours) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET hours = excluded.hours
            """
        case .dropSlots: "DELETE FROM slot_count WHERE slot < ?1 OR (slot = ?1 AND lead_group <= ?2)"
        case .dropDays:
            """
            DELETE FROM day_count WHERE (day, lead_group) IN (
                SELECT day, lead_group FROM day_count WHERE day < ?1 LIMIT ?2)
            """
        case .dropEpisodes: "DELETE FROM episode WHERE closed < ?1"
        case .dropUptime: "DELETE FROM uptime WHERE until < ?1"
        case .beginUptime: "INSERT INTO uptime (began, until) VALUES (?1, ?1) ON CONFLICT DO NOTHING"
        case .extendUptime: "UPDATE uptime SET until = max(until, ?2) WHERE began = ?1"
        case .keepEpisode:
            """
            INSERT INTO episode (scope, opened, window, began, expected, observed, chance, closed, ending, ended)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            ON CONFLICT DO UPDATE SET window = excluded.window, began = excluded.began, expected = excluded.expected,
                observed = excluded.observed, chance = excluded.chance, closed = excluded.closed,
                ending = excluded.ending, ended = excluded.ended
            """
        case .addCalendarEvent:
            """
            INSERT INTO calendar (name, scope, zone, start, end, multiplier, origin, author, note, added_at,
                repeats, until)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) RETURNING id
            """
        case .removeCalendarEvent: "DELETE FROM calendar WHERE id = ?1 RETURNING id"
        case .dropCalendarEvents:
            "DELETE FROM calendar WHERE CASE WHEN repeats = '' THEN end ELSE until + end - start END < ?1"
        case .keepLesson:
            """
            INSERT INTO calendar_lesson (subject, scope, start, client, came, expected) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO NOTHING
            """
        case .dropLessons: "DELETE FROM calendar_lesson WHERE start < ?1"
        case .keepVerdict:
            """
            INSERT INTO volume_verdict (alert, scope, side, at, ended) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET side = excluded.side, at = excluded.at,
                ended = excluded.ended OR (ended AND at = excluded.at)
            """
        case .dropVerdicts: "DELETE FROM volume_verdict WHERE at < ?1"
        }
    }
}
