package import Domain
import SQLite

/// What has been put aside or refused of a source since its last event that was accepted.
package struct SourceRun: Equatable, Sendable {
    package var source: String
    package var first: Instant
    package var last: Instant
    package var putAside: Int
    package var refused: Int

    package init(source: String, first: Instant, last: Instant, putAside: Int, refused: Int) {
        self.source = source
        self.first = first
        self.last = last
        self.putAside = putAside
        self.refused = refused
    }

    package var count: Int { putAside + refused }
}

extension Tables {
    /// A run in memory, by the number of its source. Sources without one are not there, so that an accepted lead costs
    /// nothing.
    struct Run {
        var first: Int64
        var last: Int64
        /// The newest event among them.
        var lastID: Int64
        var putAside: Int64 = 0
        var refused: Int64 = 0
    }

    private func knownRuns() throws(SQLiteError) -> [Int64: Run] {
        if let runs { return runs }
        let select = try statement(
            "SELECT source, first_at, last_at, last_id, put_aside, refused FROM source_run")
        var found: [Int64: Run] = [:]
        while try select.step() {
            found[select.integer(0)] = Run(
                first: select.integer(1), last: select.integer(2), lastID: select.integer(3),
                putAside: select.integer(4), refused: select.integer(5))
        }
        runs = found
        return found
    }

    private func keepRun(_ source: Int64, _ run: Run?) throws(SQLiteError) {
        runs?[source] = run
        guard let run else {
            let end = try statement("DELETE FROM source_run WHERE source = ?1")
            end.bind(1, source)
            try end.run()
            return
        }
        let keep = try statement(
            """
            INSERT INTO source_run (source, first_at, last_at, last_id, put_aside, refused)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO UPDATE SET last_at = excluded.last_at, last_id = excluded.last_id,
                put_aside = excluded.put_aside, refused = excluded.refused
            """)
        keep.bind(1, source)
        keep.bind(2, run.first)
        keep.bind(3, run.last)
        keep.bind(4, run.lastID)
        keep.bind(5, run.putAside)
        keep.bind(6, run.refused)
        try keep.run()
    }

    /// An event of the source was accepted. One that a person has released from quarantine says nothing about the
    /// source; but where all have been repaired so, as by a new mapping, the run is over.
    func endRun(_ id: LeadID, source: Int64) throws(SQLiteError) {
        if let runs, runs.isEmpty { return }
        guard var run = try knownRuns()[source] else { return }
        if id.rawValue > run.lastID { return try keepRun(source, nil) }
        run.putAside -= 1
        try keepRun(source, run.putAside + run.refused > 0 ? run : nil)
    }

    /// Whether a person has released the event before: what becomes of it then is no news of its source.
    func hasBeenQuarantined(_ id: LeadID) throws(SQLiteError) -> Bool {
        let select = try statement("SELECT 1 FROM quarantine WHERE id = ?1")
        select.bind(1, id.rawValue)
        defer { select.reset() }
        return try select.step()
    }

    /// An event of the source was put aside for the first time.
    func lengthenRun(_ id: LeadID, source: Int64) throws(SQLiteError) {
        let moment = id.moment.milliseconds
        var run = try knownRuns()[source] ?? Run(first: moment, last: moment, lastID: 0)
        run.putAside += 1
        run.last = max(run.last, moment)
        run.lastID = max(run.lastID, id.rawValue)
        try keepRun(source, run)
    }

    /// Requests of the source were refused, and none was acknowledged meanwhile.
    func lengthenRun(refused count: Int64, source: Int64, first: Instant, last: Instant) throws(SQLiteError) {
        var run =
            try knownRuns()[source] ?? Run(first: first.milliseconds, last: last.milliseconds, lastID: 0)
        run.refused += count
        run.last = max(run.last, last.milliseconds)
        run.lastID = max(run.lastID, LeadID.first(at: last).rawValue)
        try keepRun(source, run)
    }
}

extension Reader {
    /// The sources of whose events at least `least` in a row were put aside or refused; at most `limit`.
    package func sourceRuns(least: Int, limit: Int) throws -> [SourceRun] {
        let select = try statement(
            """
            SELECT source.name, first_at, last_at, put_aside, refused FROM source_run
            JOIN source ON source.id = source_run.source
            WHERE put_aside + refused >= ?1 ORDER BY put_aside + refused DESC, source.name LIMIT ?2
            """)
        select.bind(1, Int64(least))
        select.bind(2, Int64(limit))
        var found: [SourceRun] = []
        while try select.step() {
            found.append(
                SourceRun(
                    source: select.text(0), first: Instant(milliseconds: select.integer(1)),
                    last: Instant(milliseconds: select.integer(2)), putAside: Int(select.integer(3)),
                    refused: Int(select.integer(4))))
        }
        return found
    }
}
