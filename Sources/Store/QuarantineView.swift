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
}

extension Reader {
    private static let columns = """
        quarantine.id, source.name, received_at, quarantined_at, format, boundary, body, edited, reason, defects, state, note,
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
            SELECT reason, source.name, count(*), min(received_at), max(received_at)
            FROM quarantine JOIN source ON source.id = quarantine.source
            WHERE state = 'open' GROUP BY reason, source.name ORDER BY 3 DESC, 1, 2
            """)
        var found: [QuarantineGroup] = []
        while try select.step() {
            found.append(
                QuarantineGroup(
                    reason: select.text(0), source: select.text(1), count: Int(select.integer(2)),
                    first: Instant(milliseconds: select.integer(3)), last: Instant(milliseconds: select.integer(4))))
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
