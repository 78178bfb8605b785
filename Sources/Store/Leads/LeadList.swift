package import Domain
import SQLite

/// Some of the leads behind a number, the newest first.
package struct LeadList: Sendable {
    package var leads: [LeadHistory] = []
    /// Older leads are those before this id; `nil`: there are none.
    package var next: LeadID?
    /// Rows of leads that were read to find these.
    package var lookedAt = 0
    /// It stopped looking before it had as many as were wanted; there may be more, from `next` on.
    package var isCutShort = false
}

extension Reader {
    /// The single leads that `figures` counts as `leads` of the same scope and days; only those before an id, if one is
    /// given.
    ///
    /// No index leads from an ad to its leads: it would cost every lead an entry at a random place. Ids are in the
    /// order of time, so the leads of those hours are read in which the statistics know of some of the scope. Of an ad
    /// with five leads a day among 25,000 that is a thousand rows for a lead, a fifth of all; and days and nights
    /// without any cost nothing. After `most` rows it stops and says where.
    package func leads(
        of scope: LeadScope, _ days: Range<CountedDay>, in zone: TimeZoneRules, before bound: LeadID? = nil, limit: Int,
        lookingAt most: Int = mostLookedAt
    ) throws -> LeadList {
        let received = zone.hours(of: days)
        var search = LeadSearch(
            units: try Set(units(scope)), received: received,
            place: min(bound ?? LeadID(rawValue: .max), Self.ids(of: received).upperBound), limit: limit, most: most)
        let isComplete = try rollupProgress() == nil
        // Busy scopes are found in the newest day; those that have been quiet for long are looked for in ever longer
        // steps.
        var end = min(days.upperBound, CountedDay(number: CountedDay(search.place.moment.hour, in: zone).number + 1))
        var length: Int64 = 1
        while !search.isOver, days.lowerBound < end {
            let begin = max(days.lowerBound, CountedDay(number: end.number - length))
            let spans = isComplete ? try spans(scope, begin..<end, zone) : [zone.hours(of: begin..<end)]
            for span in spans where !search.isOver { try look(through: span, &search) }
            (end, length) = (begin, min(length * 2, Self.longestStep))
        }
        return LeadList(
            leads: try search.found.prefix(limit).compactMap { try leadStory($0) },
            next: search.found.count > limit ? search.found[limit - 1] : search.isCutShort ? search.place : nil,
            lookedAt: search.lookedAt, isCutShort: search.isCutShort && search.found.count < limit)
    }

    /// Some tens of milliseconds of a reader's time.
    package static let mostLookedAt = 75_000
    private static let longestStep: Int64 = 64
    /// A lead's id is given when it is written: later than it was received by as long as its request had to wait, at
    /// most so long.
    private static let longestWait: Duration = .minutes(5)
    /// Of more ads than this on one day nearly every hour has a lead, and asking for each of them costs more than it
    /// saves.
    private static let mostAsked = 200

    private struct LeadSearch {
        /// The dimensions of the scope.
        let units: Set<Int64>
        let received: Range<Instant>
        /// Everything from here on has been looked at.
        var place: LeadID
        let limit: Int
        let most: Int
        var found: [LeadID] = []
        var lookedAt = 0

        var isCutShort: Bool { lookedAt >= most }
        /// One more than wanted says that there are more.
        var isOver: Bool { isCutShort || found.count > limit }
    }

    /// Where the leads lie that were received in these hours.
    private static func ids(of hours: Range<Instant>) -> Range<LeadID> {
        LeadID.first(at: hours.lowerBound)..<LeadID.first(at: hours.upperBound + longestWait)
    }

    private func look(through hours: Range<Instant>, _ search: inout LeadSearch) throws {
        let ids = Self.ids(of: hours)
        guard ids.lowerBound < search.place else { return }
        let select = try statement(
            """
            SELECT id, dimension, received_at, test FROM lead WHERE id >= ?1 AND id < ?2
                AND NOT EXISTS (SELECT 1 FROM kinship WHERE lead = lead.id AND kind = \(Kinship.adjustment.rawValue))
                AND NOT EXISTS (SELECT 1 FROM kinship WHERE first = lead.id AND kind = \(Kinship.correction.rawValue))
            ORDER BY id DESC
            """)
        select.bind(1, ids.lowerBound.rawValue)
        select.bind(2, min(ids.upperBound, search.place).rawValue)
        defer { select.reset() }
        while try select.step() {
            search.lookedAt += 1
            search.place = LeadID(rawValue: select.integer(0))
            if search.units.contains(select.integer(1)), select.integer(3) == 0,
                search.received.contains(Instant(milliseconds: select.integer(2)))
            {
                search.found.append(search.place)
            }
            if search.isOver { return }
        }
        search.place = ids.lowerBound
    }

    // MARK: When there were leads

    /// Hours of these days in which the scope had leads, the newest first; of a day with very many ads all.
    private func spans(_ scope: LeadScope, _ days: Range<CountedDay>, _ zone: TimeZoneRules) throws -> [Range<Instant>]
    {
        var units: [CountedDay: [Int64]] = [:]
        let isOfGroups = scope.isOfGroups
        let select = try statement(
            """
            SELECT period, unit.id FROM \(isOfGroups ? Self.groups : Self.dimensions) AS unit
            CROSS JOIN rollup ON rollup.kind = \((isOfGroups ? RollupKind.groupDay : .adDay).rawValue)
                AND rollup.unit = unit.id
                AND rollup.period >= ?7 AND rollup.period < ?8 AND rollup.destination = 0
            WHERE leads > 0
            """)
        bind(select, scope)
        select.bind(7, days.lowerBound.number)
        select.bind(8, days.upperBound.number)
        while try select.step() {
            units[CountedDay(number: select.integer(0)), default: []].append(select.integer(1))
        }
        return try units.sorted { $1.key < $0.key }.flatMap { day, units -> [Range<Instant>] in
            let hours = zone.hours(of: day..<CountedDay(number: day.number + 1))
            if !isOfGroups, units.count > Self.mostAsked { return [hours] }
            var busy: Set<Instant> = []
            for unit in units { try busy.formUnion(self.hours(ofUnit: unit, isGroup: isOfGroups, hours)) }
            return busy.sorted { $1 < $0 }.map { $0..<$0 + .hours(1) }
        }
    }

    /// The hours of `range` in which a group or dimension had leads.
    private func hours(ofUnit unit: Int64, isGroup: Bool, _ range: Range<Instant>) throws -> [Instant] {
        let select = try statement(
            isGroup
                ? """
                SELECT period FROM rollup WHERE kind = \(RollupKind.groupHour.rawValue) AND unit = ?1 AND period >= ?2
                    AND period < ?3 AND destination = 0 AND leads > 0
                """
                : """
                WITH RECURSIVE clock(hour) AS (SELECT ?2
                UNION ALL SELECT hour + 3600000 FROM clock WHERE hour + 3600000 < ?3)
                SELECT clock.hour FROM clock CROSS JOIN statistic ON statistic.hour = clock.hour AND dimension = ?1
                    AND destination = 0 AND tally = \(Tally.lead.rawValue)
                """)
        select.bind(1, unit)
        select.bind(2, range.lowerBound.milliseconds)
        select.bind(3, range.upperBound.milliseconds)
        var found: [Instant] = []
        while try select.step() { found.append(Instant(milliseconds: select.integer(0))) }
        return found
    }

    private func units(_ scope: LeadScope) throws -> [Int64] {
        let select = try statement("SELECT id FROM \(Self.dimensions)")
        bind(select, scope)
        var found: [Int64] = []
        while try select.step() { found.append(select.integer(0)) }
        return found
    }
}
