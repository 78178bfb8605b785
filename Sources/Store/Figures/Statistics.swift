package import Domain
import SQLite

/// One line of the hourly statistics.
package struct HourCount: Equatable, Sendable {
    package var hour: Instant
    package var dimension: Dimension
    /// `nil`: intake.
    package var destination: String?
    package var tally: Tally
    package var count: Int
    /// The sum of the times from receipt to this outcome.
    package var time: Duration
}

extension Reader {
    /// The counts of the hours in `range`, at most `limit` lines, oldest first.
    package func statistics(_ range: Range<Instant>, limit: Int) throws -> [HourCount] {
        let select = try statement(
            """
            SELECT hour, source.name, client, grp, campaign, adset, ad, destination.name, tally, count, milliseconds
            FROM statistic JOIN dimension ON dimension.id = statistic.dimension
                JOIN source ON source.id = dimension.source
                LEFT JOIN destination ON destination.id = statistic.destination
            WHERE hour >= ?1 AND hour < ?2 ORDER BY hour, statistic.dimension, statistic.destination, tally LIMIT ?3
            """)
        select.bind(1, range.lowerBound.milliseconds)
        select.bind(2, range.upperBound.milliseconds)
        select.bind(3, Int64(limit))
        var found: [HourCount] = []
        while try select.step() {
            guard let tally = Tally(rawValue: select.integer(8)) else { continue }
            found.append(
                HourCount(
                    hour: Instant(milliseconds: select.integer(0)),
                    dimension: Dimension(
                        source: select.text(1), client: select.text(2), group: select.text(3), campaign: select.text(4),
                        adset: select.text(5), ad: select.text(6)),
                    destination: select.isNull(7) ? nil : select.text(7), tally: tally, count: Int(select.integer(9)),
                    time: .milliseconds(select.integer(10))))
        }
        return found
    }

    /// How many deliveries of a destination have been due since before `moment`, counted up to `limit`, and the oldest
    /// due time.
    package func backlog(_ destination: String, at moment: Instant, limit: Int) throws -> (
        count: BoundedCount, oldestDue: Instant?
    ) {
        let select = try statement(
            """
            SELECT count(*), min(due) FROM (
                SELECT due FROM delivery
                WHERE destination = (SELECT id FROM destination WHERE name = ?1) AND due <= ?2
                ORDER BY due LIMIT ?3)
            """)
        select.bind(1, destination)
        select.bind(2, moment.milliseconds)
        select.bind(3, Int64(limit))
        defer { select.reset() }
        guard try select.step() else { return (0, nil) }
        let count = Int(select.integer(0))
        return (
            BoundedCount(count, isAtLeast: count == limit),
            select.optionalInteger(1).map(Instant.init(milliseconds:))
        )
    }
}
