package import Domain
import SQLite

/// An event that could not become a lead.
package struct QuarantinedEvent: Sendable {
    package var id: LeadID
    package var source: String
    package var receivedAt: Instant
    package var quarantinedAt: Instant
    package var format: Submission.Format
    package var boundary: String
    /// `Submission.charset`.
    package var charset: String
    /// `Submission.query`; empty as well once personal data has been cleared.
    package var query: String
    /// As it was posted; empty once personal data has been cleared.
    package var body: [UInt8]
    /// The copy somebody has repaired, as JSON.
    package var edited: [UInt8]?
    package var reason: String
    package var defects: [Defect]
    package var state: State
    package var note: String
    /// The lead that had its id before, if that is what is wrong with it.
    package var first: LeadID?

    package enum State: String, Sendable, CaseIterable { case open, released, discarded }

    /// As it was posted, to be read again.
    package var submission: Submission {
        var submission = Submission(source: source, receivedAt: receivedAt, format: format, body: body)
        submission.boundary = boundary
        submission.charset = charset
        submission.query = query
        return submission
    }
}

/// The open quarantine under one reason.
package struct QuarantineGroup: Equatable, Sendable {
    package var reason: String
    package var source: String
    package var count: Int
    package var first: Instant
    package var last: Instant
    /// When the first of them was put aside; from then on it is counted how long they are kept.
    package var putAside: Instant
}

/// What nobody has decided about at a source, and is soon discarded.
package struct QuarantineEnding: Equatable, Sendable {
    package var source: String
    /// Counted up to a bound.
    package var count: Int
    /// When the first of them is discarded.
    package var first: Instant

    package init(source: String, count: Int, first: Instant) {
        self.source = source
        self.count = count
        self.first = first
    }
}

extension Reader {
    private static let columns = """
        quarantine.id, source.name, received_at, quarantined_at, format, boundary, body, edited, reason, defects,
            state, note,
        first, charset, query
        FROM quarantine JOIN source ON source.id = quarantine.source
        """

    package func quarantined(_ id: LeadID) throws -> QuarantinedEvent? {
        let select = try statement("SELECT \(Self.columns) WHERE quarantine.id = ?1")
        select.bind(1, id.rawValue)
        defer { select.reset() }
        return try select.step() ? event(select) : nil
    }

    /// Open events, oldest first: of one reason and source if given, after an id.
    package func quarantine(
        reason: String? = nil, source: String? = nil, after id: LeadID = LeadID(rawValue: 0), limit: Int
    )
        throws -> [QuarantinedEvent]
    {
        let select = try statement(
            """
            SELECT \(Self.columns) WHERE state = 'open' AND quarantine.id > ?1
                AND (?2 IS NULL OR reason = ?2) AND (?3 IS NULL OR source.name = ?3)
            ORDER BY quarantine.id LIMIT ?4
            """)
        select.bind(1, id.rawValue)
        select.bind(2, reason)
        select.bind(3, source)
        select.bind(4, Int64(limit))
        var found: [QuarantinedEvent] = []
        while try select.step() { found.append(event(select)) }
        return found
    }

    /// Open events by reason and source, the most frequent first.
    package func quarantineGroups() throws -> [QuarantineGroup] {
        let select = try statement(
            """
            SELECT reason, source.name, count(*), min(received_at), max(received_at), min(quarantined_at)
            FROM quarantine JOIN source ON source.id = quarantine.source
            WHERE state = 'open' GROUP BY reason, source.name ORDER BY 3 DESC, 1, 2
            """)
        var found: [QuarantineGroup] = []
        while try select.step() {
            found.append(
                QuarantineGroup(
                    reason: select.text(0), source: select.text(1), count: Int(select.integer(2)),
                    first: Instant(milliseconds: select.integer(3)), last: Instant(milliseconds: select.integer(4)),
                    putAside: Instant(milliseconds: select.integer(5))))
        }
        return found
    }

    private static let countedEnding: Int64 = 10_000

    /// Open events that are discarded within `Retention.quarantineNotice`, by source, the oldest of them up to a bound.
    /// `kept` is how long they are kept.
    package func quarantineEnding(at now: Instant, _ kept: Duration) throws -> [QuarantineEnding] {
        let select = try statement(
            """
            SELECT name, count(*), min(quarantined_at) FROM (
                SELECT source, quarantined_at FROM quarantine WHERE state = 'open' AND quarantined_at < ?1
                ORDER BY quarantined_at LIMIT ?2)
            JOIN source ON source.id = source GROUP BY source ORDER BY name
            """)
        select.bind(1, (now - kept + Retention.quarantineNotice).milliseconds)
        select.bind(2, Self.countedEnding)
        var found: [QuarantineEnding] = []
        while try select.step() {
            found.append(
                QuarantineEnding(
                    source: select.text(0), count: Int(select.integer(1)),
                    first: Instant(milliseconds: select.integer(2)) + kept))
        }
        return found
    }

    private func event(_ row: Statement) -> QuarantinedEvent {
        let defects = (try? JSON(parsing: Array(row.text(9).utf8)))?.array ?? []
        return QuarantinedEvent(
            id: LeadID(rawValue: row.integer(0)), source: row.text(1),
            receivedAt: Instant(milliseconds: row.integer(2)),
            quarantinedAt: Instant(milliseconds: row.integer(3)),
            format: Submission.Format(rawValue: row.integer(4)) ?? .json, boundary: row.text(5),
            charset: row.text(13), query: row.text(14), body: row.bytes(6),
            edited: row.optionalBytes(7), reason: row.text(8), defects: defects.compactMap(Defect.init(json:)),
            state: QuarantinedEvent.State(rawValue: row.text(10)) ?? .open, note: row.text(11),
            first: row.optionalInteger(12).map { LeadID(rawValue: $0) })
    }
}
