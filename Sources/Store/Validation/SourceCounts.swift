package import Domain
import SQLite

/// How often something unusual happened to the events of one source over some hours.
package struct SourceCount: Equatable, Sendable {
    /// Empty for requests that named no source of ours.
    package var source: String
    package var kind: Kind
    /// Where it happened; empty where it happened to the event itself.
    package var destination: String
    /// A skip's reason, a field, a problem's name, a sign of junk.
    package var name: String
    package var count: Int
    /// The beginning of the first hour in which it happened.
    package var first: Instant

    /// The numbers are stored: never reuse one.
    package enum Kind: Int64, CaseIterable, Sendable {
        /// Leads that a destination was not owed, by destination and reason. Tests, and leads of other clients, are not
        /// among them.
        case skipped = 1
        /// Leads that no destination at all was owed.
        case nowhere = 2
        /// Leads with neither e-mail address nor telephone number.
        case withoutContact = 3
        /// Leads of which a field was left out, by field.
        case leftOut = 4
        /// Requests refused at the door, by problem.
        case refused = 5
        /// Events that look like junk, by sign.
        case junk = 6
    }
}

extension Counters {
    struct SourceCell: Hashable {
        var hour: Int64
        var source: Int64
        var kind: SourceCount.Kind
        var destination: Int64
        var name: String
    }

    mutating func note(
        _ kind: SourceCount.Kind, hour: Int64, source: Int64, destination: Int64 = 0, _ name: String = "",
        _ count: Int64 = 1
    ) {
        let cell = SourceCell(hour: hour, source: source, kind: kind, destination: destination, name: name)
        sourceCounts[cell, default: 0] += count
    }
}

extension Tables {
    /// What is to be said of a lead beyond its tallies; nothing of most. A test is nobody's lead.
    func noteOddities(of lead: Lead, source: Int64, hour: Int64) {
        if lead.isTest { return }
        if !lead.quality.contains(.email), !lead.quality.contains(.phone) {
            counters.note(.withoutContact, hour: hour, source: source)
        }
        if !lead.leftOut.isEmpty {
            for field in Set(lead.leftOut.map { Self.counted($0.field) }) {
                counters.note(.leftOut, hour: hour, source: source, field)
            }
        }
        // Most leads are owed somewhere, and the first such place ends the search.
        let isOwed = lead.routes.contains { if case .open = $0.decision { true } else { false } }
        if !isOwed, !lead.routes.isEmpty { counters.note(.nowhere, hour: hour, source: source) }
    }

    /// What a lead is skipped for at a destination that it is meant for.
    func noteSkip(_ reason: String, of lead: Lead, source: Int64, destination: Int64, hour: Int64) {
        if lead.isTest || Self.intended.contains(reason) { return }
        counters.note(.skipped, hour: hour, source: source, destination: destination, reason)
    }

    /// Nobody is surprised by these: leads of others, tests, and posts that another one stands for.
    private static let intended = Set(
        [SkipReason.filtered, .test, .superseded, .notAdjustable].map(\.rawValue))

    /// The sender's own names are not the contract's: they count as one.
    private static func counted(_ field: String) -> String { field.hasPrefix("custom.") ? "custom" : field }

    /// Written before each commit with the other counts.
    func writeSourceCounts() throws(SQLiteError) {
        guard !counters.sourceCounts.isEmpty else { return }
        let count = try statement(
            """
            INSERT INTO source_count (hour, source, kind, destination, name, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO UPDATE SET count = count + excluded.count
            """)
        for (cell, amount) in counters.sourceCounts {
            count.bind(1, cell.hour)
            count.bind(2, cell.source)
            count.bind(3, cell.kind.rawValue)
            count.bind(4, cell.destination)
            count.bind(5, cell.name)
            count.bind(6, amount)
            try count.run()
        }
    }

    /// The hours go with age. Returns whether there may be more to do at once.
    func forgetSourceCounts(before bound: Instant, limit: Int64) throws(SQLiteError) -> Bool {
        let forget = try statement(
            """
            DELETE FROM source_count WHERE (hour, source, kind, destination, name) IN (
                SELECT hour, source, kind, destination, name FROM source_count WHERE hour < ?1
                ORDER BY hour, source, kind, destination, name LIMIT ?2)
            """)
        forget.bind(1, bound.milliseconds)
        forget.bind(2, limit)
        try forget.run()
        let isMore = connection.changes == Int(limit)
        for table in ["source_run", "refused_place"] {
            let drop = try statement("DELETE FROM \(table) WHERE last_at < ?1")
            drop.bind(1, bound.milliseconds)
            try drop.run()
            if connection.changes > 0 { runs = nil }
        }
        return isMore
    }
}

extension Reader {
    /// What was counted over whole hours, by source, kind, destination and name: no more lines than the configuration
    /// has room for.
    package func sourceCounts(_ hours: Range<Instant>) throws -> [SourceCount] {
        let select = try statement(
            """
            SELECT source.name, kind, destination.name, source_count.name, sum(count), min(hour) FROM source_count
            LEFT JOIN source ON source.id = source_count.source
            LEFT JOIN destination ON destination.id = source_count.destination
            WHERE hour >= ?1 AND hour < ?2
            GROUP BY source_count.source, kind, source_count.destination, source_count.name
            ORDER BY source_count.source, kind, source_count.destination, source_count.name
            """)
        select.bind(1, hours.lowerBound.milliseconds)
        select.bind(2, hours.upperBound.milliseconds)
        var found: [SourceCount] = []
        while try select.step() {
            guard let kind = SourceCount.Kind(rawValue: select.integer(1)) else { continue }
            found.append(
                SourceCount(
                    source: select.isNull(0) ? "" : select.text(0), kind: kind,
                    destination: select.isNull(2) ? "" : select.text(2), name: select.text(3),
                    count: Int(select.integer(4)), first: Instant(milliseconds: select.integer(5))))
        }
        return found
    }

    /// The counters of intake over whole hours, by source: of all, or of some clients and of what has no client at some
    /// sources.
    package func sourceTallies(
        _ hours: Range<Instant>, of clients: Set<String>? = nil, or sources: [String] = []
    ) throws -> [String: [Tally: Int]] {
        let select = try statement(
            """
            SELECT source.name, tally, sum(count) FROM statistic JOIN dimension ON dimension.id = statistic.dimension
                JOIN source ON source.id = dimension.source
            WHERE hour >= ?1 AND hour < ?2 AND destination = 0
                AND (?3 IS NULL OR client IN (SELECT value FROM json_each(?3))
                    OR client = '' AND source.name IN (SELECT value FROM json_each(?4)))
            GROUP BY dimension.source, tally
            """)
        select.bind(1, hours.lowerBound.milliseconds)
        select.bind(2, hours.upperBound.milliseconds)
        select.bind(3, clients.map { JSON.array($0.sorted().map { .string($0) }).text })
        select.bind(4, JSON.array(sources.map { .string($0) }).text)
        var found: [String: [Tally: Int]] = [:]
        while try select.step() {
            guard let tally = Tally(rawValue: select.integer(1)) else { continue }
            found[select.text(0), default: [:]][tally] = Int(select.integer(2))
        }
        return found
    }
}
