package import Domain
import SQLite

extension WatchRole {
    /// Remembers durably that everything was watched at this moment.
    package func watched(at moment: Instant) throws(StoreError) {
        try wait { then in
            change(rows: 1) { tables in
                try tables.setFact(Reader.watchedFact, moment.milliseconds)
            } then: {
                then($0)
            }
        }
    }
}

extension Reader {
    static let watchedFact = "watched_at"

    /// When everything was watched last, by this process or an earlier one.
    package func lastWatched() throws -> Instant? {
        let select = try statement("SELECT value FROM fact WHERE name = ?1")
        select.bind(1, Self.watchedFact)
        defer { select.reset() }
        return try select.step() ? Instant(milliseconds: select.integer(0)) : nil
    }

    /// The counters of intake over whole hours, one by one: for each source, client and group those that it had.
    package func intakeTallies(
        _ hours: Range<Instant>, _ body: (_ source: String, _ group: GroupKey, _ tally: Tally, _ count: Int) -> Void
    ) throws {
        let select = try statement(
            """
            SELECT source.name, client, grp, tally, sum(count)
            FROM statistic JOIN dimension ON dimension.id = statistic.dimension
                JOIN source ON source.id = dimension.source
            WHERE hour >= ?1 AND hour < ?2 AND destination = 0
            GROUP BY source.name, client, grp, tally
            """)
        select.bind(1, hours.lowerBound.milliseconds)
        select.bind(2, hours.upperBound.milliseconds)
        while try select.step() {
            guard let tally = Tally(rawValue: select.integer(3)) else { continue }
            body(
                select.text(0), GroupKey(client: select.text(1), group: select.text(2)), tally,
                Int(select.integer(4)))
        }
    }

    /// The reasons of a source's newest quarantined events since a moment, most frequent first; of `limit` events at
    /// most.
    package func newestReasons(_ source: String, since: Instant, limit: Int) throws -> [(reason: String, count: Int)] {
        let select = try statement(
            """
            SELECT reason, count(*) FROM (
                SELECT reason FROM quarantine
                WHERE id >= ?2 AND source = (SELECT id FROM source WHERE name = ?1) AND state = 'open'
                ORDER BY id DESC LIMIT ?3)
            GROUP BY reason ORDER BY count(*) DESC, reason
            """)
        select.bind(1, source)
        select.bind(2, LeadID.first(at: since).rawValue)
        select.bind(3, Int64(limit))
        var found: [(reason: String, count: Int)] = []
        while try select.step() { found.append((select.text(0), Int(select.integer(1)))) }
        return found
    }

    /// When the oldest request was sent that a destination took without saying what became of it.
    package func oldestAwaited(_ destination: String) throws -> Instant? {
        let select = try statement(
            """
            SELECT sent_at FROM awaited WHERE destination = (SELECT id FROM destination WHERE name = ?1)
            ORDER BY number LIMIT 1
            """)
        select.bind(1, destination)
        defer { select.reset() }
        return try select.step() ? Instant(milliseconds: select.integer(0)) : nil
    }

    /// When the oldest of a destination's open deliveries came in, among the `limit` that are due first.
    package func oldestOpen(_ destination: String, among limit: Int) throws -> Instant? {
        let select = try statement(
            """
            SELECT min(lead) FROM (
                SELECT lead FROM delivery
                WHERE destination = (SELECT id FROM destination WHERE name = ?1)
                ORDER BY due, lead LIMIT ?2)
            """)
        select.bind(1, destination)
        select.bind(2, Int64(limit))
        defer { select.reset() }
        guard try select.step() else { return nil }
        return select.optionalInteger(0).map { LeadID(rawValue: $0).moment }
    }
}
