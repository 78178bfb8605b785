import Domain
import SQLite

/// The writing side of the database: the one connection that writes, its statements, and what is remembered between
/// changes. Confined to the writer's thread. The verbs are in the files beside this one.
final class Tables {
    let connection: Connection
    private var statements: StatementCache
    /// The alerts that are open or can still come back; `nil` until they are needed.
    var liveAlerts: [Alert]?
    var sources: [String: Int64] = [:]
    var destinations: [String: Int64] = [:]
    var dimensions: [Dimension: Int64] = [:]
    var sourceOfDimension: [Int64: Int64] = [:]
    var leadGroups: [Int64: Int64] = [:]
    var counters = Counters()
    /// `nil`: not looked up.
    var countNotes: CountNotes?
    var identityPolicy = IdentityPolicy()
    var rollups = RollupState()
    /// Sources of which everything is put aside or refused at present; `nil`: not looked up.
    var runs: [Int64: Run]?
    /// `nil`: not looked up.
    var identifiers: IdentifierLog?
    let identifierBounds: (entries: Int, lines: Int)
    /// What lanes have in hand, with what this transaction has changed of it; and as it was before the transaction.
    var claimed = ClaimedDeliveries()
    private var claimedBefore = ClaimedDeliveries()
    var newestID = LeadID(rawValue: 0)
    /// The rows of the inbox that are being judged, if they leave it at the end of that.
    var leavingTogether: ClosedRange<LeadID>?
    /// Up to which receipt leads have been looked through for personal data that is to go, and when; `nil`: not looked
    /// up.
    var cleared: (to: Int64, at: Int64)?
    let retention: Retention
    let sumPatience: Duration
    let fresh: FreshLeads
    var newestClaim: Int64
    /// To be done once the transaction is durable; dropped if it fails.
    var afterCommit: [() -> Void] = []
    /// Something was taken out of the database that may still lie in its log: that is to be emptied soon.
    var emptiesLog = false
    /// The present round of purging has changed something.
    var hasPurged = false
    /// Told the number and name of each source and destination once it is durable, before anything is booked under it.
    /// Perhaps more than once.
    var onSource: (Int64, String) -> Void = { _, _ in }
    var onDestination: (Int64, String) -> Void = { _, _ in }
    /// Told of each test lead of our own that has been judged.
    var onSynthetic: (LeadID, Judgement) -> Void = { _, _ in }

    /// More names than this are not kept in memory.
    static let rememberedDimensions = 20_000

    init(_ connection: Connection, _ options: Ledger.Options, _ fresh: FreshLeads, now: Instant) throws(SQLiteError) {
        self.connection = connection
        statements = StatementCache(connection)
        self.fresh = fresh
        identifierBounds = options.identifierLog
        retention = options.retention
        sumPatience = options.sumPatience
        // Claims of an earlier process cannot be mistaken for ours: numbers go on from the clock.
        newestClaim = now.milliseconds * 1000
        newestID = LeadID(rawValue: try connection.number(SQL.newestID.text) ?? 0)
    }

    // One for each list, so that a name can be given without it.
    func statement(_ name: SQL) throws(SQLiteError) -> Statement { try statements.statement(name) }
    func statement(_ name: AlertSQL) throws(SQLiteError) -> Statement { try statements.statement(name) }
    func statement(_ name: VolumeSQL) throws(SQLiteError) -> Statement { try statements.statement(name) }
    func statement(_ name: ChecklistSQL) throws(SQLiteError) -> Statement { try statements.statement(name) }

    /// For verbs that are used seldom, whose SQL stands beside them.
    func statement(_ text: String) throws(SQLiteError) -> Statement { try statements.statement(text) }

    /// After a rollback nothing that was looked up inside the transaction can be trusted.
    func forget() {
        sources.removeAll()
        destinations.removeAll()
        dimensions.removeAll()
        sourceOfDimension.removeAll()
        leadGroups.removeAll()
        counters.removeAll()
        countNotes = nil
        rollups.forget()
        identifiers = nil
        runs = nil
        cleared = nil
        claimed = claimedBefore
        afterCommit.removeAll()
        liveAlerts = nil
    }

    /// The transaction is durable.
    func commit() {
        claimedBefore = claimed
        for action in afterCommit { action() }
        afterCommit.removeAll(keepingCapacity: true)
        counters.removeAll()
    }

    /// Writes the counts of the transaction; the last thing before its commit. `sumsUp`: into the tables of sums, too,
    /// see `CountNotes`.
    func writeCounters(sumsUp: Bool) throws(SQLiteError) {
        try writeSums(isAsked: sumsUp)
        try writeAnswers()
        let book = try statement(.book)
        for (account, change) in counters.books where change != 0 {
            book.bind(1, account.source)
            book.bind(2, account.destination)
            book.bind(3, account.tally.rawValue)
            book.bind(4, change)
            try book.run()
        }
        try writeClosings()
        try writeSourceCounts()
    }

    // MARK: Names

    func sourceID(_ name: String) throws(SQLiteError) -> Int64 {
        if let known = sources[name] { return known }
        let id = try intern(.internSource, .sourceID) { $0.bind(1, name) }
        sources[name] = id
        afterCommit.append { [self] in onSource(id, name) }
        return id
    }

    func destinationID(_ name: String, now: Instant) throws(SQLiteError) -> Int64 {
        if let known = destinations[name] { return known }
        let insert = try statement(.internDestination)
        insert.bind(1, name)
        insert.bind(2, now.milliseconds)
        try insert.run()
        let select = try statement(.destinationID)
        select.bind(1, name)
        defer { select.reset() }
        guard try select.step() else { throw SQLiteError.damaged("a destination vanished") }
        let id = select.integer(0)
        destinations[name] = id
        afterCommit.append { [self] in onDestination(id, name) }
        return id
    }

    func dimensionID(_ dimension: Dimension) throws(SQLiteError) -> Int64 {
        if let known = dimensions[dimension] { return known }
        if dimensions.count >= Self.rememberedDimensions { dimensions.removeAll(keepingCapacity: true) }
        let source = try sourceID(dimension.source)
        let id = try intern(.internDimension, .dimensionID) { statement in
            statement.bind(1, source)
            statement.bind(2, dimension.client)
            statement.bind(3, dimension.group)
            statement.bind(4, dimension.campaign)
            statement.bind(5, dimension.adset)
            statement.bind(6, dimension.ad)
        }
        dimensions[dimension] = id
        return id
    }

    func source(ofDimension dimension: Int64) throws(SQLiteError) -> Int64 {
        if let known = sourceOfDimension[dimension] { return known }
        if sourceOfDimension.count >= Self.rememberedDimensions { sourceOfDimension.removeAll(keepingCapacity: true) }
        let select = try statement(.sourceOfDimension)
        select.bind(1, dimension)
        defer { select.reset() }
        guard try select.step() else { throw SQLiteError.damaged("a dimension vanished") }
        sourceOfDimension[dimension] = select.integer(0)
        return select.integer(0)
    }

    func intern(_ insertSQL: SQL, _ selectSQL: SQL, _ bind: (Statement) -> Void) throws(SQLiteError) -> Int64 {
        // Look first: most names are known, and an insert would take a page into the log.
        let select = try statement(selectSQL)
        bind(select)
        if try select.step() {
            defer { select.reset() }
            return select.integer(0)
        }
        let insert = try statement(insertSQL)
        bind(insert)
        try insert.run()
        bind(select)
        defer { select.reset() }
        guard try select.step() else { throw SQLiteError.damaged("a name vanished") }
        return select.integer(0)
    }

    // MARK: Facts

    func fact(_ name: String) throws(SQLiteError) -> Int64? {
        let select = try statement(.fact)
        select.bind(1, name)
        defer { select.reset() }
        return try select.step() ? select.integer(0) : nil
    }

    func setFact(_ name: String, _ value: Int64?) throws(SQLiteError) {
        let set = try statement(value == nil ? .dropFact : .setFact)
        set.bind(1, name)
        if let value { set.bind(2, value) }
        try set.run()
    }
}
