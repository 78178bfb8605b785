import Domain
import SQLite

/// History goes with age: single events and what became of them, in the order in which they came. The sums of days and
/// months stay.
extension Tables {
    /// Rows a step, and lines of statistics: some milliseconds of the writer's time.
    private static let forgetStep = 100
    private static let statisticStep: Int64 = 2000

    /// One small step. Returns whether there may be more to do at once.
    func forgetHistory(before bound: Instant, now: Instant) throws(SQLiteError) -> Bool {
        var gone: [Account: Int64] = [:]
        let leads = try forgetLeads(try spans(.lead, before: bound, now: now), &gone)
        let duplicates = try forgetDuplicates(try spans(.duplicate, before: bound, now: now), &gone)
        let decided = try forgetDecided(before: bound, &gone)
        let identifiers = try forgetIdentifiers(before: try oldestID())
        let statistics = try forgetStatistics(before: bound)
        let sources = try forgetSourceCounts(before: bound, limit: Self.statisticStep)
        let note = try statement(
            """
            INSERT INTO forgotten (source, destination, tally, count) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET count = count + excluded.count
            """)
        for (account, count) in gone {
            note.bind(1, account.source)
            note.bind(2, account.destination)
            note.bind(3, account.tally.rawValue)
            note.bind(4, count)
            try note.run()
        }
        return leads || duplicates || decided || identifiers || statistics || sources
    }

    /// The smallest id that is still somebody's: whatever is told of those before it is of nobody any more.
    private func oldestID() throws(SQLiteError) -> LeadID {
        let select = try statement(
            """
            SELECT min(coalesce((SELECT min(id) FROM lead), ?1), coalesce((SELECT min(id) FROM duplicate), ?1))
            """)
        select.bind(1, newestID.rawValue)
        defer { select.reset() }
        return LeadID(rawValue: try select.step() ? select.integer(0) : 0)
    }

    /// With their receipts and attempts. One that is still open, or awaited, stays: no window is that long.
    private func forgetLeads(_ spans: [Span], _ gone: inout [Account: Int64]) throws(SQLiteError) -> Bool {
        let select = try statement(.nextToForget)
        var closed: [(id: Int64, source: Int64)] = []
        for span in spans {
            select.bind(1, span.after)
            select.bind(2, span.before)
            select.bind(3, Int64(Self.forgetStep))
            while try select.step() {
                if select.integer(2) == 0 { closed.append((select.integer(0), select.integer(1))) }
            }
        }
        let receipts = try statement("DELETE FROM receipt WHERE lead = ?1 RETURNING destination, outcome")
        let attempts = try statement("DELETE FROM attempt WHERE lead = ?1 RETURNING destination, cause, code")
        let others = [
            try statement("DELETE FROM late WHERE lead = ?1"), try statement("DELETE FROM alias WHERE lead = ?1"),
            try statement("DELETE FROM id_mark WHERE lead = ?1"), try statement("DELETE FROM kinship WHERE lead = ?1"),
            try statement("DELETE FROM junk WHERE lead = ?1"),
            try statement(.dropPosted), try statement("DELETE FROM lead WHERE id = ?1"),
        ]
        for (id, source) in closed {
            receipts.bind(1, id)
            while try receipts.step() {
                guard let tally = Tally(rawValue: receipts.integer(1)) else { continue }
                gone[Account(source: source, destination: receipts.integer(0), tally: tally), default: 0] += 1
            }
            attempts.bind(1, id)
            while try attempts.step() {
                guard attempts.text(1) == LeadHistory.replayed,
                    let tally = Outcome(rawValue: attempts.text(2))?.tally.replayed
                else { continue }
                gone[Account(source: source, destination: attempts.integer(0), tally: tally), default: 0] += 1
            }
            for other in others {
                other.bind(1, id)
                try other.run()
            }
            gone[Account(source: source, destination: 0, tally: .lead), default: 0] += 1
        }
        return closed.count >= Self.forgetStep
    }

    private func forgetDuplicates(_ spans: [Span], _ gone: inout [Account: Int64]) throws(SQLiteError) -> Bool {
        let forget = try statement(
            """
            DELETE FROM duplicate WHERE id IN (
                SELECT id FROM duplicate WHERE received_at > ?1 AND received_at < ?2 ORDER BY received_at, id LIMIT ?3)
            RETURNING source
            """)
        var count = 0
        for span in spans {
            forget.bind(1, span.after)
            forget.bind(2, span.before)
            forget.bind(3, Int64(Self.forgetStep))
            while try forget.step() {
                gone[Account(source: forget.integer(0), destination: 0, tally: .duplicate), default: 0] += 1
                count += 1
            }
        }
        return count >= Self.forgetStep
    }

    /// What somebody has decided about, or nobody in time.
    private func forgetDecided(before bound: Instant, _ gone: inout [Account: Int64]) throws(SQLiteError) -> Bool {
        let forget = try statement(
            """
            DELETE FROM quarantine WHERE id IN (
                SELECT id FROM quarantine WHERE state <> 'open' AND decided_at < ?1 ORDER BY decided_at LIMIT ?2)
            RETURNING source, state = 'discarded'
            """)
        forget.bind(1, bound.milliseconds)
        forget.bind(2, Int64(Self.forgetStep))
        var count = 0
        while try forget.step() {
            count += 1
            guard forget.integer(1) != 0 else { continue }
            gone[Account(source: forget.integer(0), destination: 0, tally: .discarded), default: 0] += 1
        }
        return count == Self.forgetStep
    }

    /// The hours before a month's beginning, and a day's distance from it: a month's hours are there as a whole, in
    /// every time zone, or are not. While the rollups are being made anew, the statistics are needed.
    private func forgetStatistics(before bound: Instant) throws(SQLiteError) -> Bool {
        guard try !isFoldingRollups() else { return false }
        // What is added up later would be there again.
        try addUpNotes()
        let month = CountedDay(bound, in: .utc).month
        let forget = try statement(
            """
            DELETE FROM statistic WHERE (hour, dimension, destination, tally) IN (
                SELECT hour, dimension, destination, tally FROM statistic WHERE hour < ?1
                ORDER BY hour, dimension, destination, tally LIMIT ?2)
            """)
        forget.bind(1, (CountedDay.first(ofMonth: month).start - .days(1)).milliseconds)
        forget.bind(2, Self.statisticStep)
        try forget.run()
        guard connection.changes > 0 else { return false }
        try setFact(Self.wholeMonthFact, month)
        return connection.changes == Int(Self.statisticStep)
    }

    /// The first month whose hours are all there.
    func firstWholeMonth() throws(SQLiteError) -> Int64 { try fact(Self.wholeMonthFact) ?? 0 }

    private static let wholeMonthFact = "first_whole_month"
}
