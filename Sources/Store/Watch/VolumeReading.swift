package import Domain
import SQLite

/// A campaign group that leads were counted for.
package struct CountedGroup: Equatable, Sendable {
    package var id: Int64
    package var key: GroupKey
    /// The slot of its first lead.
    package var firstSlot: Int

    package init(id: Int64, key: GroupKey, firstSlot: Int) {
        self.id = id
        self.key = key
        self.firstSlot = firstSlot
    }
}

/// Leads of one group in one slot.
package struct SlotCount: Equatable, Sendable {
    package var group: Int64
    package var slot: Int
    package var leads: Int

    package init(group: Int64, slot: Int, leads: Int) {
        self.group = group
        self.slot = slot
        self.leads = leads
    }
}

/// A time in which the relay ran, as far as it told.
package struct Uptime: Equatable, Sendable {
    package var began: Instant
    package var until: Instant
}

/// An entry of the calendar as people keep it.
package struct CalendarEvent: Equatable, Sendable {
    package var id: Int64
    package var name: String
    package var entry: CalendarEntry
    /// The zone in which its days were meant, for showing.
    package var zone: String
    /// Where it came from: `manual`, or the name of a list.
    package var origin: String
    package var author: String
    package var note: String
    package var addedAt: Instant
    /// How it comes again; the entry is its first time then. `nil`: it does not.
    package var repeats: Recurrence?
    /// No time of it begins then or later.
    package var until: Instant?

    package init(
        id: Int64 = 0, name: String, entry: CalendarEntry, zone: String, origin: String = "manual", author: String,
        note: String = "", addedAt: Instant, repeats: Recurrence? = nil, until: Instant? = nil
    ) {
        self.id = id
        self.name = name
        self.entry = entry
        self.zone = zone
        self.origin = origin
        self.author = author
        self.note = note
        self.addedAt = addedAt
        self.repeats = repeats
        self.until = until
    }
}

/// The work here is bounded by the number of groups and days; no lead is read.
extension Reader {
    /// Leads of the slots in `range`, in order of slots. Slots without leads are left out.
    package func slotCounts(_ range: Range<Int>) throws -> [SlotCount] {
        var found: [SlotCount] = []
        try slotCounts(range) { found.append($0) }
        return found
    }

    /// The same one by one, for long times.
    package func slotCounts(_ range: Range<Int>, _ body: (SlotCount) -> Void) throws {
        let select = try statement(
            "SELECT slot, lead_group, count FROM slot_count WHERE slot >= ?1 AND slot < ?2 ORDER BY slot, lead_group")
        select.bind(1, Int64(range.lowerBound))
        select.bind(2, Int64(range.upperBound))
        while try select.step() {
            body(
                SlotCount(group: select.integer(1), slot: Int(select.integer(0)), leads: Int(select.integer(2))))
        }
    }

    /// The last of some slots in which a lead of a client or group came; `nil` for all of them, or of all clients.
    package func lastLead(client: String?, group: String?, _ range: Range<Int>) throws -> Int? {
        let select = try statement(
            """
            SELECT max(slot) FROM slot_count JOIN lead_group ON lead_group.id = slot_count.lead_group
            WHERE slot >= ?1 AND slot < ?2 AND (?3 IS NULL OR client = ?3) AND (?4 IS NULL OR grp = ?4)
            """)
        select.bind(1, Int64(range.lowerBound))
        select.bind(2, Int64(range.upperBound))
        select.bind(3, client)
        select.bind(4, group)
        defer { select.reset() }
        guard try select.step(), !select.isNull(0) else { return nil }
        return Int(select.integer(0))
    }

    /// Leads of each group by hour, for the days of UTC in `days` that are kept as days.
    package func dayCounts(_ days: Range<Int>, _ body: (_ group: Int64, _ day: Int, _ hours: [UInt32]) -> Void) throws {
        let select = try statement(
            "SELECT day, lead_group, hours FROM day_count WHERE day >= ?1 AND day < ?2 ORDER BY day, lead_group")
        select.bind(1, Int64(days.lowerBound))
        select.bind(2, Int64(days.upperBound))
        while try select.step() {
            let hours = DayHours.read(select.bytes(2))
            if !hours.isEmpty { body(select.integer(1), Int(select.integer(0)), hours) }
        }
    }

    /// When the oldest event was received that nobody has judged yet; `nil` if the inbox is empty. What was received
    /// before it is counted.
    package func oldestUnjudged() throws -> Instant? {
        let select = try statement("SELECT received_at FROM inbox ORDER BY id LIMIT 1")
        defer { select.reset() }
        return try select.step() ? Instant(milliseconds: select.integer(0)) : nil
    }

    /// The sum of `slotCounts` of a range.
    package func slotTotal(_ range: Range<Int>) throws -> Int {
        let select = try statement("SELECT total(count) FROM slot_count WHERE slot >= ?1 AND slot < ?2")
        select.bind(1, Int64(range.lowerBound))
        select.bind(2, Int64(range.upperBound))
        defer { select.reset() }
        return try select.step() ? Int(select.double(0)) : 0
    }

    /// The slot up to which the detector has written down what it found; `nil` if it never has.
    package func watchedTo() throws -> Int? {
        let select = try statement("SELECT value FROM fact WHERE name = '\(Tables.watchedFact)'")
        defer { select.reset() }
        return try select.step() ? Int(select.integer(0)) : nil
    }

    /// When the relay ran, oldest first.
    package func uptimes(since moment: Instant) throws -> [Uptime] {
        let select = try statement("SELECT began, until FROM uptime WHERE until >= ?1 ORDER BY began")
        select.bind(1, moment.milliseconds)
        var found: [Uptime] = []
        while try select.step() {
            found.append(
                Uptime(
                    began: Instant(milliseconds: select.integer(0)), until: Instant(milliseconds: select.integer(1))))
        }
        return found
    }

    /// Episodes that were open in `slot` or later, in the order of their opening.
    package func episodes(since slot: Int) throws -> [Episode] {
        let select = try statement(
            """
            SELECT scope, opened, window, began, expected, observed, chance, closed, ending, ended FROM episode
            WHERE closed IS NULL OR closed >= ?1 ORDER BY opened, scope
            """)
        select.bind(1, Int64(slot))
        var found: [Episode] = []
        while try select.step() {
            guard let scope = Episode.Scope(select.text(0)) else { continue }
            let window = select.optionalInteger(2)
            var episode = Episode(
                scope, window.map { .low(window: Int($0)) } ?? .silence, began: Int(select.integer(3)),
                opened: Int(select.integer(1)), expected: select.double(4), observed: Int(select.integer(5)),
                chance: select.double(6))
            episode.closed = select.optionalInteger(7).map(Int.init)
            episode.ending = Episode.Ending(rawValue: select.text(8))
            episode.ended = select.optionalInteger(9).map(Int.init)
            found.append(episode)
        }
        return found
    }

    /// The calendar's events that end, or come again, after `moment`, in the order of their first beginning.
    package func calendarEvents(endingAfter moment: Instant) throws -> [CalendarEvent] {
        let select = try statement(
            """
            SELECT id, name, scope, zone, start, end, multiplier, origin, author, note, added_at, repeats, until
            FROM calendar WHERE end > ?1 OR (repeats <> '' AND (until IS NULL OR until + end - start > ?1))
            ORDER BY start, id
            """)
        select.bind(1, moment.milliseconds)
        var found: [CalendarEvent] = []
        while try select.step() {
            guard let scope = CalendarEntry.Scope(select.text(2)) else { continue }
            found.append(
                CalendarEvent(
                    id: select.integer(0), name: select.text(1),
                    entry: CalendarEntry(
                        scope, start: Instant(milliseconds: select.integer(4)),
                        end: Instant(milliseconds: select.integer(5)), multiplier: select.double(6)),
                    zone: select.text(3), origin: select.text(7), author: select.text(8), note: select.text(9),
                    addedAt: Instant(milliseconds: select.integer(10)),
                    repeats: Recurrence(rawValue: select.text(11)),
                    until: select.optionalInteger(12).map(Instant.init(milliseconds:))))
        }
        return found
    }
}
