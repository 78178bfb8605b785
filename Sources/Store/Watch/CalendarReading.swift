package import Domain
import SQLite

/// One time of an event of the calendar.
package struct CalendarOccurrence: Equatable, Sendable {
    package var event: CalendarEvent
    /// With the multipliers that earlier times have taught.
    package var entry: CalendarEntry
    /// From so many times they were learned.
    package var times: Int
}

extension CalendarEvent {
    /// Its times that overlap `range`, in order.
    package func times(overlapping range: Range<Instant>, _ zones: Zones) -> [Range<Instant>] {
        let first = entry.start..<max(entry.start, entry.end)
        guard let repeats else { return first.overlaps(range) ? [first] : [] }
        return repeats.occurrences(of: first, until: until, in: zones.rules(zone) ?? .utc, overlapping: range)
    }

    /// What `lessons`, among which are those of other events, say about the time that begins at `moment`.
    package func learned(from lessons: [CalendarLesson], at moment: Instant) -> LearnedMultiplier {
        let subject = CalendarLesson.subject(of: name)
        return LearnedMultiplier(
            told: entry.multiplier, lessons.filter { $0.subject == subject && $0.scope == entry.scope }, at: moment)
    }
}

extension Reader {
    /// What events have taught, oldest first.
    package func calendarLessons() throws -> [CalendarLesson] {
        let select = try statement(
            """
            SELECT subject, scope, start, client, came, expected
            FROM calendar_lesson ORDER BY start, subject, scope, client
            """
        )
        var found: [CalendarLesson] = []
        while try select.step() {
            guard let scope = CalendarEntry.Scope(select.text(1)) else { continue }
            found.append(
                CalendarLesson(
                    subject: select.text(0), scope: scope, start: Instant(milliseconds: select.integer(2)),
                    client: select.text(3), came: Int(select.integer(4)), expected: select.double(5)))
        }
        return found
    }

    /// Every time of every event that overlaps `range`, each with what was learned before it.
    package func calendarOccurrences(_ range: Range<Instant>, _ zones: Zones) throws -> [CalendarOccurrence] {
        let lessons = try calendarLessons()
        return try calendarEvents(endingAfter: range.lowerBound).flatMap { event in
            event.times(overlapping: range, zones).map { time in
                let learned = event.learned(from: lessons, at: time.lowerBound)
                return CalendarOccurrence(
                    event: event,
                    entry: CalendarEntry(
                        event.entry.scope, start: time.lowerBound, end: time.upperBound, multiplier: learned.common,
                        ofClients: learned.ofClients), times: learned.times)
            }
        }
    }

    /// What people have said of alerts of missing leads, in the order in which they said it.
    package func volumeVerdicts(since moment: Instant) throws -> [VolumeVerdict] {
        let select = try statement("SELECT scope, side, at, ended FROM volume_verdict WHERE at > ?1 ORDER BY at, alert")
        select.bind(1, moment.milliseconds)
        var found: [VolumeVerdict] = []
        while try select.step() {
            guard let scope = Episode.Scope(select.text(0)), let side = Alert.Verdict.Side(rawValue: select.text(1))
            else { continue }
            found.append(
                VolumeVerdict(
                    scope, side, at: Instant(milliseconds: select.integer(2)), hasEnded: select.integer(3) == 1))
        }
        return found
    }
}

extension WatchRole {
    /// Keeps what a time of an event has taught. What is known of that time stays as it is.
    package func keep(_ lessons: [CalendarLesson]) throws(StoreError) {
        try wait { then in
            change(rows: lessons.count) { tables in
                let keep = try tables.statement(.keepLesson)
                for lesson in lessons {
                    keep.bind(1, lesson.subject)
                    keep.bind(2, lesson.scope.description)
                    keep.bind(3, lesson.start.milliseconds)
                    keep.bind(4, lesson.client)
                    keep.bind(5, Int64(lesson.came))
                    keep.bind(6, real: lesson.expected)
                    try keep.run()
                }
            } then: {
                then($0)
            }
        }
    }
}

extension Tables {
    /// Keeps what people say of an alert of missing leads where the detector finds it.
    func keepVerdict(of alert: Alert) throws(SQLiteError) {
        guard let verdict = alert.verdict, alert.finding.isAboutLevel else { return }
        let keep = try statement(.keepVerdict)
        keep.bind(1, alert.id.rawValue)
        keep.bind(2, alert.finding.scope.description)
        keep.bind(3, verdict.side.rawValue)
        keep.bind(4, verdict.at.milliseconds)
        keep.bind(5, alert.resolution?.how == .person && alert.resolution?.at == verdict.at ? 1 : 0)
        try keep.run()
    }
}
