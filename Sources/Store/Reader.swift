package import Domain
import SQLite

/// A read-only connection, confined to one thread. It can neither write nor checkpoint, and every question is bounded.
package final class Reader {
    let connection: Connection
    private var statements: [String: (statement: Statement, readsSums: Bool)] = [:]
    private var dimensions: [Int64: Dimension] = [:]
    /// Has what was counted added up; see `CountNotes`.
    var sumUp: () -> Void = {}

    init(path: String, _ options: Ledger.Options) throws(SQLiteError) {
        connection = try Connection(path: path, mode: .readOnly, vfs: options.vfs)
        try connection.execute("PRAGMA query_only = ON; PRAGMA cache_size = -\(options.readerCache);")
    }

    func statement(_ sql: String) throws(SQLiteError) -> Statement {
        let known: (statement: Statement, readsSums: Bool)
        if let prepared = statements[sql] {
            known = prepared
        } else {
            known = (try connection.prepare(sql), Self.sums.contains { sql.contains($0) })
            statements[sql] = known
        }
        // A snapshot stays at its own moment, for which everything was added up.
        if known.readsSums, !connection.isInTransaction { sumUp() }
        // Whoever read one row of many and stopped has left it in the middle, where it would keep what was bound to it.
        return known.statement.rewound
    }

    /// The tables into which counts are added up.
    private static let sums = ["statistic", "rollup", "slot_count", "client_group"]

    /// Runs `body` on one moment of the database.
    package func snapshot<Value>(_ body: () throws -> Value) throws -> Value {
        // Inside of another one that one's moment is seen.
        if connection.isInTransaction { return try body() }
        sumUp()
        try connection.execute("BEGIN")
        defer { try? connection.execute("COMMIT") }
        return try body()
    }

    // MARK: Inbox

    private static let inbox = """
        SELECT inbox.id, source.name, received_at, format, boundary, address, user_agent, bytes, tries, first,
            treatment, released, charset, query
        FROM inbox JOIN source ON source.id = inbox.source LEFT JOIN posted ON posted.id = inbox.id
        WHERE inbox.id > ?1 ORDER BY inbox.id LIMIT ?2
        """

    /// The oldest rows of the inbox after an id.
    package func inbox(after id: LeadID, limit: Int) throws -> [InboxRow] {
        let select = try statement(Self.inbox)
        select.bind(1, id.rawValue)
        select.bind(2, Int64(limit))
        var rows: [InboxRow] = []
        while try select.step() {
            var submission = Submission(
                source: select.text(1), receivedAt: Instant(milliseconds: select.integer(2)),
                format: Submission.Format(rawValue: select.integer(3)) ?? .json, body: select.bytes(7),
                address: select.text(5), userAgent: select.text(6))
            submission.boundary = select.text(4)
            submission.charset = select.text(12)
            submission.query = select.text(13)
            var row = InboxRow(
                id: LeadID(rawValue: select.integer(0)), submission: submission, tries: Int(select.integer(8)))
            row.first = select.optionalInteger(9).map { LeadID(rawValue: $0) }
            row.treatment = Treatment(rawValue: select.integer(10)) ?? .undecided
            row.isReleased = select.integer(11) != 0
            rows.append(row)
        }
        return rows
    }

    /// Rows of the inbox up to an id.
    package func inboxCount(upTo id: LeadID) throws -> Int {
        let select = try statement("SELECT count(*) FROM inbox WHERE id <= ?1")
        select.bind(1, id.rawValue)
        defer { select.reset() }
        return try select.step() ? Int(select.integer(0)) : 0
    }

    // MARK: Leads

    private static let payload = """
        SELECT event_id, \(PostedBytes.payload), dimension, received_at, aliases FROM lead WHERE id = ?1
        """

    private static let dimension = """
        SELECT source.name, client, grp, campaign, adset, ad FROM dimension JOIN source ON source.id = dimension.source
        WHERE dimension.id = ?1
        """

    /// Dimensions never change, and few of them have many leads: each is read once.
    func dimension(_ id: Int64) throws -> Dimension {
        if let known = dimensions[id] { return known }
        let select = try statement(Self.dimension)
        select.bind(1, id)
        defer { select.reset() }
        guard try select.step() else { throw StoreError.notFound }
        let dimension = Dimension(
            source: select.text(0), client: select.text(1), group: select.text(2), campaign: select.text(3),
            adset: select.text(4), ad: select.text(5))
        if dimensions.count >= Self.rememberedDimensions { dimensions.removeAll(keepingCapacity: true) }
        dimensions[id] = dimension
        return dimension
    }

    private static let rememberedDimensions = 10_000

    /// What is needed to send some leads. A lead that has been erased or purged has no payload and is left out. Throws
    /// `notFound` if there is no such lead at all: then nothing may be concluded about the others either.
    package func parcels(_ ids: [LeadID]) throws -> [LeadPayload] {
        let select = try statement(Self.payload)
        var parcels: [LeadPayload] = []
        parcels.reserveCapacity(ids.count)
        for id in ids {
            select.bind(1, id.rawValue)
            guard try select.step() else { throw StoreError.notFound }
            if let payload = select.optionalBytes(1) {
                var parcel = LeadPayload(
                    id: id, eventID: select.text(0), dimension: try dimension(select.integer(2)),
                    receivedAt: Instant(milliseconds: select.integer(3)), payload: payload)
                if select.integer(4) != 0 { parcel.aliases = try aliases(of: id) }
                parcels.append(parcel)
            }
            select.reset()
        }
        return parcels
    }
}

extension Reader {
    /// Under which ids destinations are told of a lead, by their names, where it is not the sender's.
    package func aliases(of lead: LeadID) throws -> [String: String] {
        let select = try statement(
            "SELECT name, event_id FROM alias JOIN destination ON destination.id = alias.destination WHERE lead = ?1")
        select.bind(1, lead.rawValue)
        var found: [String: String] = [:]
        while try select.step() { found[select.text(0)] = select.text(1) }
        return found
    }
}

/// One row of the inbox.
package struct InboxRow: Equatable, Sendable {
    package var id: LeadID
    package var submission: Submission
    /// How often the process ended while this row was being inspected.
    package var tries: Int
    /// The event that was posted before under the same Idempotency-Key, or had its id before.
    package var first: LeadID?
    /// What somebody has decided that it is to that one.
    package var treatment = Treatment.undecided
    /// A person has looked at it and released it from quarantine.
    package var isReleased = false

    package init(id: LeadID, submission: Submission, tries: Int = 0) {
        self.id = id
        self.submission = submission
        self.tries = tries
    }
}

/// A lead as forwarding needs it.
package struct LeadPayload: Equatable, Sendable {
    package var id: LeadID
    package var eventID: String
    package var dimension: Dimension
    package var receivedAt: Instant
    /// The event as JSON; see `Lead.payload`.
    package var payload: [UInt8]
    /// What it says, if that was read a moment ago.
    package var content: ReadEvent?
    /// What some destinations are told in place of the event id, by their names.
    package var aliases: [String: String] = [:]

    package var source: String { dimension.source }

    package init(id: LeadID, eventID: String, dimension: Dimension, receivedAt: Instant, payload: [UInt8]) {
        self.id = id
        self.eventID = eventID
        self.dimension = dimension
        self.receivedAt = receivedAt
        self.payload = payload
    }
}
