package import Domain
import SQLite

/// Requests that intake refused, for one reason and from one place, since it was last asked.
package struct RefusalCount: Equatable, Sendable {
    /// `nil`: no source of ours was named.
    package var source: String?
    /// The problem's name.
    package var reason: String
    /// The page's host, where a browser told it.
    package var host: String
    /// The beginning of a key that no source has.
    package var key: String
    package var count: Int
    package var first: Instant
    package var last: Instant

    package init(
        source: String?, reason: String, host: String = "", key: String = "", count: Int, first: Instant, last: Instant
    ) {
        self.source = source
        self.reason = reason
        self.host = host
        self.key = key
        self.count = count
        self.first = first
        self.last = last
    }
}

extension InboxRole {
    /// Keeps what intake refused. `acknowledged` are the sources of which something was taken in the same time.
    package func keep(_ refusals: [RefusalCount], acknowledged: Set<String>) throws(StoreError) {
        if refusals.isEmpty { return }
        try wait { then in
            change(rows: refusals.count) { tables in
                try tables.keep(refusals, acknowledged)
            } then: {
                then($0)
            }
        }
    }
}

extension Tables {
    /// More places than these are not told apart.
    static let mostRefusedPlaces: Int64 = 500

    func keep(_ refusals: [RefusalCount], _ acknowledged: Set<String>) throws(SQLiteError) {
        let place = try statement(
            """
            INSERT INTO refused_place (source, reason, host, key, count, first_at, last_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT DO UPDATE SET count = count + excluded.count, last_at = excluded.last_at
            """)
        for refusal in refusals {
            let source = if let name = refusal.source { try sourceID(name) } else { Int64(0) }
            counters.note(
                .refused, hour: refusal.last.hour.milliseconds, source: source, refusal.reason, Int64(refusal.count))
            place.bind(1, source)
            place.bind(2, refusal.reason)
            place.bind(3, refusal.host)
            place.bind(4, refusal.key)
            place.bind(5, Int64(refusal.count))
            place.bind(6, refusal.first.milliseconds)
            place.bind(7, refusal.last.milliseconds)
            try place.run()
            if let name = refusal.source, !acknowledged.contains(name) {
                try lengthenRun(refused: Int64(refusal.count), source: source, first: refusal.first, last: refusal.last)
            }
        }
        let makeRoom = try statement(
            """
            DELETE FROM refused_place WHERE (source, reason, host, key) IN (
                SELECT source, reason, host, key FROM refused_place ORDER BY last_at DESC LIMIT -1 OFFSET ?1)
            """)
        makeRoom.bind(1, Self.mostRefusedPlaces)
        try makeRoom.run()
    }
}

extension Reader {
    /// Where refused requests have come from since a moment, most frequent first; at most `limit` places.
    package func refusedPlaces(since moment: Instant, limit: Int) throws -> [RefusalCount] {
        let select = try statement(
            """
            SELECT source.name, reason, host, key, count, first_at, last_at FROM refused_place
            LEFT JOIN source ON source.id = refused_place.source
            WHERE last_at >= ?1 ORDER BY count DESC, reason, host, key LIMIT ?2
            """)
        select.bind(1, moment.milliseconds)
        select.bind(2, Int64(limit))
        var found: [RefusalCount] = []
        while try select.step() {
            found.append(
                RefusalCount(
                    source: select.isNull(0) ? nil : select.text(0), reason: select.text(1), host: select.text(2),
                    key: select.text(3), count: Int(select.integer(4)),
                    first: Instant(milliseconds: select.integer(5)), last: Instant(milliseconds: select.integer(6))))
        }
        return found
    }
}
