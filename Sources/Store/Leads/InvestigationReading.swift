package import Domain
import SQLite

extension Reader {
    /// Leads that an investigation looks at, at most: some seconds of a reader's time.
    private static let mostLeads: Int64 = 500_000

    /// What became of the leads of a time, at one moment of the database. Reads leads: for people who ask, never for a
    /// page or a tick.
    package func investigation(
        _ range: Range<Instant>, client: String?, group: String?, destinations: [Destination],
        only destination: String?,
        books: Books, now: Instant
    ) throws -> Investigation {
        try snapshot {
            var found = Investigation(range: range, now: now, client: client, group: group, destination: destination)
            let (first, last) = (
                LeadID.first(at: range.lowerBound).rawValue, LeadID.first(at: range.upperBound).rawValue
            )
            found.received = try count(Self.leads, first, last, client, group)
            found.duplicates = try count(Self.repeats, first, last, client, group)
            found.quarantined = try quarantined(first, last, client, group)
            for place in destinations where destination == nil || place.name == destination {
                found.rows += try ended(place, first, last, client, group, now)
                found.rows += try open(place.name, first, last, client, group)
            }
            if let destination { found.queue = try queue(destination) }
            found.rows.sort {
                ($0.client, $0.group, $0.destination, $0.state, $0.code) < (
                    $1.client, $1.group, $1.destination, $1.state, $1.code
                )
            }
            found.gaps = books.imbalances + (try gaps(range))
            if try isCut(first, last) {
                found.gaps.append(
                    "Only the first \(Self.mostLeads) leads of this time were looked at, of all clients together.")
            }
            return found
        }
    }

    private static let some = """
        (SELECT * FROM lead WHERE id >= ?1 AND id < ?2 AND test = 0 ORDER BY id LIMIT \(mostLeads)) AS some
        JOIN dimension ON dimension.id = some.dimension
        """
    private static let ofScope = "(?3 IS NULL OR client = ?3) AND (?4 IS NULL OR grp = ?4)"
    private static let leads = "SELECT count(*) FROM \(some) WHERE \(ofScope)"
    private static let repeats = """
        SELECT count(*) FROM duplicate JOIN lead AS first ON first.id = duplicate.lead
        JOIN dimension ON dimension.id = first.dimension
        WHERE duplicate.id >= ?1 AND duplicate.id < ?2 AND \(ofScope)
        """

    /// Whether there are more leads in the time than are looked at, whosever they are.
    private func isCut(_ first: Int64, _ last: Int64) throws -> Bool {
        let select = try statement(
            "SELECT 1 FROM lead WHERE id >= ?1 AND id < ?2 AND test = 0 ORDER BY id LIMIT 1 OFFSET \(Self.mostLeads)")
        select.bind(1, first)
        select.bind(2, last)
        defer { select.reset() }
        return try select.step()
    }

    private func bind(_ select: Statement, _ first: Int64, _ last: Int64, _ client: String?, _ group: String?) {
        select.bind(1, first)
        select.bind(2, last)
        select.bind(3, client)
        select.bind(4, group)
    }

    private func count(_ sql: String, _ first: Int64, _ last: Int64, _ client: String?, _ group: String?) throws -> Int
    {
        let select = try statement(sql)
        bind(select, first, last, client, group)
        defer { select.reset() }
        return try select.step() ? Int(select.integer(0)) : 0
    }

    /// A client's are those of the sources that its leads come from; a group's those that say so.
    private func quarantined(
        _ first: Int64, _ last: Int64, _ client: String?, _ group: String?
    ) throws -> [Investigation.Quarantined] {
        let select = try statement(
            """
            SELECT source.name, reason, count(*) FROM quarantine JOIN source ON source.id = quarantine.source
            WHERE quarantine.id >= ?1 AND quarantine.id < ?2 AND state = 'open'
                AND (?3 IS NULL OR quarantine.source IN (SELECT source FROM dimension WHERE client = ?3))
                AND (?4 IS NULL OR quarantine.dimension IN (
                    SELECT id FROM dimension WHERE (?3 IS NULL OR client = ?3) AND grp = ?4))
            GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
            """)
        select.bind(1, first)
        select.bind(2, last)
        select.bind(3, client)
        select.bind(4, group)
        var found: [Investigation.Quarantined] = []
        while try select.step() {
            found.append(.init(source: select.text(0), reason: select.text(1), count: Int(select.integer(2))))
        }
        return found
    }

    private func queue(_ destination: String) throws -> Investigation.Queue {
        let select = try statement(
            """
            SELECT count(*), min(expires) FROM delivery WHERE destination = (SELECT id
            FROM destination WHERE name = ?1)
            """
        )
        select.bind(1, destination)
        defer { select.reset() }
        guard try select.step() else { return .init(count: 0, expires: nil) }
        return .init(
            count: Int(select.integer(0)), expires: select.optionalInteger(1).map(Instant.init(milliseconds:)))
    }

    private func ended(
        _ destination: Destination, _ first: Int64, _ last: Int64, _ client: String?, _ group: String?, _ now: Instant
    ) throws -> [Investigation.Row] {
        let window = destination.platform.replayWindow
        // Whether a lead's data is still there and the platform would still take it.
        let isReplayable =
            """
            \(PostedBytes.areThere("some"))
                AND occurred_at > CASE WHEN quality & \(Lead.Quality.clickID.rawValue) THEN ?6 ELSE ?7 END
            """
        let select = try statement(
            """
            SELECT client, grp, outcome, code, count(*), sum(\(isReplayable)),
                min(CASE WHEN \(isReplayable)
                    THEN occurred_at + CASE WHEN quality & \(Lead.Quality.clickID.rawValue) THEN ?8 ELSE ?9 END END)
            FROM \(Self.some) JOIN receipt ON receipt.lead = some.id
            JOIN destination ON destination.id = receipt.destination
            WHERE \(Self.ofScope) AND destination.name = ?5 GROUP BY 1, 2, 3, 4
            """)
        bind(select, first, last, client, group)
        select.bind(5, destination.name)
        select.bind(6, (now - window.withClick).milliseconds)
        select.bind(7, (now - window.without).milliseconds)
        select.bind(8, window.withClick.milliseconds)
        select.bind(9, window.without.milliseconds)
        var found: [Investigation.Row] = []
        while try select.step() {
            guard let outcome = Outcome.allCases.first(where: { $0.tally.rawValue == select.integer(2) }) else {
                continue
            }
            found.append(
                .init(
                    client: select.text(0), group: select.text(1), destination: destination.name,
                    state: outcome.rawValue,
                    code: select.text(3), count: Int(select.integer(4)), replayable: Int(select.integer(5)),
                    replayableUntil: select.optionalInteger(6).map(Instant.init(milliseconds:))))
        }
        return found
    }

    private func open(_ destination: String, _ first: Int64, _ last: Int64, _ client: String?, _ group: String?) throws
        -> [Investigation.Row]
    {
        let select = try statement(
            """
            SELECT client, grp, count(*) FROM \(Self.some) JOIN delivery ON delivery.lead = some.id
            JOIN destination ON destination.id = delivery.destination
            WHERE \(Self.ofScope) AND destination.name = ?5 GROUP BY 1, 2
            """)
        bind(select, first, last, client, group)
        select.bind(5, destination)
        var found: [Investigation.Row] = []
        while try select.step() {
            found.append(
                .init(
                    client: select.text(0), group: select.text(1), destination: destination, state: "open", code: "",
                    count: Int(select.integer(2))))
        }
        return found
    }

    /// Whole hours of the time in which the counters say something else than the table of leads holds.
    private func gaps(_ range: Range<Instant>) throws -> [String] {
        let begins = range.lowerBound.hour < range.lowerBound ? range.lowerBound.hour + .hours(1) : range.lowerBound
        let ends = range.upperBound.hour
        guard begins < ends else { return [] }
        let counted = try statement(
            """
            SELECT coalesce(sum(count), 0)
            FROM statistic WHERE hour >= ?1 AND hour < ?2 AND destination = 0 AND tally = \(Tally.lead.rawValue)
            """
        )
        counted.bind(1, begins.milliseconds)
        counted.bind(2, ends.milliseconds)
        defer { counted.reset() }
        let held = try statement(
            """
            SELECT count(*) FROM lead WHERE received_at >= ?3 AND received_at < ?4 AND id >= ?1 AND id < ?2
                AND test = 0
            """
        )
        // An id is given when the lead is written, a moment after it was received.
        held.bind(1, LeadID.first(at: begins).rawValue)
        held.bind(2, LeadID.first(at: ends + .hours(1)).rawValue)
        held.bind(3, begins.milliseconds)
        held.bind(4, ends.milliseconds)
        defer { held.reset() }
        guard try counted.step(), try held.step() else { return [] }
        let (count, rows) = (counted.integer(0), held.integer(0))
        return count == rows ? [] : ["The counters say \(count) leads for the whole hours, the table holds \(rows)."]
    }
}

extension Destination.Platform {
    /// How old a lead may be to be sent again, with and without the id of a click.
    package var replayWindow: (withClick: Duration, without: Duration) {
        switch self {
        case .googleAds:
            (
                Destination.GoogleAds.longestClickAge - Destination.GoogleAds.margin,
                Destination.GoogleAds.longestAge - Destination.GoogleAds.margin
            )
        case .metaAds:
            (
                Destination.MetaAds.longestAge - Destination.MetaAds.margin,
                Destination.MetaAds.longestAge - Destination.MetaAds.margin
            )
        case .webhook: (Destination.Webhook.patience, Destination.Webhook.patience)
        }
    }
}
