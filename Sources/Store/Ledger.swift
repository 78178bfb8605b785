package import Domain
package import Service
import SQLite

/// The store: what came in, what is owed, what became of it.
///
/// Its verbs are the lifecycle of a lead: append → judge → claim → settle, and beside it hold, pause, resume, release,
/// discard, purge. Each is carried out by the one writer and answered when it is durable. Reading goes through
/// `reader()`.
package final class Ledger: Sendable {
    /// The version of the file's tables that this program works with.
    package static let schemaVersion = Schema.version
    /// The version of the SQLite that runs, like `3.40.1`.
    package static let engineVersion = LinkedSQLite.version

    private let writer: Writer
    private let path: String
    private let options: Options
    private let clock: Clock
    private let log: Log
    private let shared = Locked(Shared())
    let fresh = FreshLeads()

    private struct Shared {
        var books = Books()
        var sources: [Int64: String] = [:]
        var destinations: [Int64: String] = [:]
        var lanes: [String: Lane] = [:]
        var inboxSerial = 0
        var newestID = LeadID(rawValue: 0)
        var wasInterrupted = false
        var lastBackup: Instant?
        var damage: String?
        var onDue: @Sendable (Set<String>) -> Void = { _ in }
        var onSynthetic: @Sendable (LeadID, Judgement) -> Void = { _, _ in }
        var onNotices: @Sendable (Set<String>) -> Void = { _ in }
        var onLaneChange: @Sendable () -> Void = {}
        var alertPolicy = AlertPolicy()
        var openAlerts: [Alert] = []
    }

    package struct Options: Sendable {
        /// Changes may wait up to this many rows; further ones are refused as `overloaded`.
        package var maximumWaitingRows = 50_000
        /// One transaction takes at most so many rows, and at most so long before its commit.
        package var transactionRows = 5000
        package var transactionTime: Duration = .milliseconds(10)
        /// A claim takes at most so many deliveries: some milliseconds of the writer's time, for which acknowledgements
        /// wait.
        package var claimRows = 1000
        /// Bytes of a page in a new file; one that exists keeps its own. Leads are appended, and twice as many fit into
        /// a page, so that half as many are written and copied; larger ones would make each change at a random place of
        /// an index dearer:
        ///
        ///     bytes                       4096         8192         16384
        ///     leads a second, and p99     66,000, 11 ms  68,000, 9 ms   66,000, 8 ms
        package var pageSize = 8192
        /// The write-ahead log is copied into the database when it has grown to so many pages. Everybody waits
        /// meanwhile, measured with pages of 4 KiB:
        ///
        ///     pages                     1000      4000      16000
        ///     p99 of an acknowledgement  11 ms     25 ms     70 ms     at 68,000 leads a second, which hardly differ
        package var checkpointPages = 500
        /// So long another program's lock is waited for at the start, and later until those who wait for an answer are
        /// told; they are told at once while it lasts. What nobody waits for stays. A lock is asked for in steps.
        package var startPatience: Duration = .seconds(5)
        package var lockPatience: Duration = .seconds(5)
        package var lockStep: Duration = .milliseconds(100)
        /// How long what has been counted may stand as notes while nobody reads the sums; see `CountNotes`. The longer,
        /// the more of a lead's changes meet others of their line.
        package var sumPatience: Duration = .seconds(5)
        /// Memory for pages of the writer, and of each reader, in KiB.
        package var writerCache = 16_384
        package var readerCache = 2048
        /// The log of fingerprints is folded into buckets when it is so long, however that came about: whoever looks
        /// for a lead reads the whole of it.
        package var identifierLog = (entries: 1 << 18, lines: 8192)
        package var retention = Retention()
        /// Another way to reach files, by its name in SQLite; for tests.
        package var vfs: String?
        /// `FULL`; only a test that shows what it is good for takes less.
        package var synchronous = "FULL"
        /// Called on the writer's thread when the store can no longer promise anything.
        package var onBroken: @Sendable (StoreError) -> Void = { _ in }
        package init() {}
    }

    /// Opens or creates the file, brings it to the newest version, empties the log, and puts everything that was in
    /// flight back to due. Throws `unusable` with the remedy if the file cannot be used.
    package init(path: String, options: Options = Options(), clock: Clock = .system, log: Log = Log())
        throws(StoreError)
    {
        self.path = path
        self.options = options
        self.clock = clock
        self.log = log
        writer = Writer(path, options, clock: clock, log: log)
        let (shared, fresh) = (shared, fresh)
        try writer.start({ () throws(StoreError) in
            try Self.open(path, options, fresh, clock, log, into: shared)
        }) { books in
            shared.withLock { shared in
                for (account, count) in books where count != 0 { Self.add(account, count, to: &shared) }
            }
        }
    }

    private static func add(_ account: Account, _ count: Int64, to shared: inout Shared) {
        guard let source = shared.sources[account.source] else { preconditionFailure("a source without a name") }
        let destination = account.destination == 0 ? nil : shared.destinations[account.destination]
        shared.books.add(count, to: Books.Line(source: source, destination: destination, tally: account.tally))
    }

    private static func open(
        _ path: String, _ options: Options, _ fresh: FreshLeads, _ clock: Clock, _ log: Log,
        into shared: Locked<Shared>
    ) throws(StoreError) -> Tables {
        let now = Instant(milliseconds: clock.milliseconds())
        // Before anything is set: even the journal's mode would change a file that is not ours.
        switch FileOrigin.of(path, vfs: options.vfs) {
        case .foreign(let why): throw .foreign(path, why)
        case .ours(let version) where version > Schema.version: throw .newer(path, version: version)
        case .new, .ours: break
        }
        let connection: Connection
        do throws(SQLiteError) {
            connection = try Connection(path: path, vfs: options.vfs)
        } catch {
            throw error.isDiskFull ? .diskFull : .unusable("\(path) cannot be opened: \(error)")
        }
        // Who has a lock can be asked only of a file that is open.
        defer { withExtendedLifetime(connection) {} }
        do {
            connection.setBusyTimeout(milliseconds: Int32(options.startPatience.milliseconds))
            try Pragmas.set(on: connection, options)
            try Schema.migrate(connection, path)
            try Pragmas.check(connection, options)
            try emptyLog(connection, path, log)
            connection.setBusyTimeout(milliseconds: Int32(options.lockStep.milliseconds))
            connection.onDamage = { error in note(error, in: shared, log) }
            let tables = try Tables(connection, options, fresh, now: now)
            try tables.statement(.begin).run()
            let returned = try tables.giveBackEverything()
            try tables.giveBackNotices()
            try tables.countInterruptedInspection()
            let wasInterrupted = try tables.fact(Self.isOpenFact) != nil
            try tables.setFact(Self.isOpenFact, 1)
            try tables.writeCounters(sumsUp: true)
            try tables.statement(.commit).run()
            tables.afterCommit.removeAll()
            if returned > 0 { log.info("store.returned_to_due", ["deliveries": "\(returned)"]) }
            try load(tables, wasInterrupted: wasInterrupted, now: now, into: shared)
            tables.onSynthetic = { id, judgement in shared.withLock { $0.onSynthetic }(id, judgement) }
            tables.onSource = { id, name in shared.withLock { $0.sources[id] = name } }
            tables.onDestination = { id, name in
                shared.withLock { shared in
                    guard shared.destinations[id] == nil else { return }
                    shared.destinations[id] = name
                    shared.lanes[name] = Lane(
                        name: name, state: .running, reason: "", since: Instant(milliseconds: clock.milliseconds()))
                }
            }
            return tables
        } catch let error as StoreError {
            throw error
        } catch let error as SQLiteError where error.isBusy {
            throw .locked(DatabaseLocks.writer(of: path))
        } catch let error as SQLiteError where error.isDiskFull {
            throw .diskFull
        } catch let error as SQLiteError where error.isDamage {
            throw .unusable("\(path) is damaged (\(error)): see \"When the database is damaged\" in the README")
        } catch {
            throw .unusable("\(path) cannot be opened: \(error)")
        }
    }

    /// A log left by a process whose fsync had failed may have holes behind pages that only the system's cache holds.
    /// Everything in it goes into the database file, and the log starts anew. Where somebody reads an old moment that
    /// must wait: then the log is written once more as it is.
    private static func emptyLog(_ connection: Connection, _ path: String, _ log: Log) throws {
        if try connection.checkpoint(.truncate) { return }
        // Nobody can write meanwhile; who does it for longer than is waited is one writer too many, and this throws.
        try connection.execute("BEGIN IMMEDIATE")
        defer { try? connection.execute("ROLLBACK") }
        log.warning("store.checkpoint_blocked", ["by": DatabaseLocks.reader(of: path)])
        if case .failure(let failure) = Files.rewrite(path + "-wal") {
            throw StoreError.unusable("\(path)-wal cannot be written: \(failure.message)")
        }
    }

    /// One line, not one for each question that comes upon it.
    private static func note(_ error: SQLiteError, in shared: Locked<Shared>, _ log: Log) {
        let isNew = shared.withLock { shared in
            defer { shared.damage = shared.damage ?? error.description }
            return shared.damage == nil
        }
        if isNew { log.error("store.damaged", ["error": error.description]) }
    }

    private static let isOpenFact = "is_open"

    private static func load(
        _ tables: Tables, wasInterrupted: Bool, now: Instant, into shared: Locked<Shared>
    ) throws(SQLiteError) {
        var loaded = Shared()
        loaded.wasInterrupted = wasInterrupted
        loaded.lastBackup = try tables.fact(backedUpFact).map { Instant(milliseconds: $0) }
        loaded.newestID = tables.newestID
        let sources = try tables.statement(.sources)
        while try sources.step() { loaded.sources[sources.integer(0)] = sources.text(1) }
        let destinations = try tables.statement(.destinations)
        while try destinations.step() {
            let lane = Lane(
                name: destinations.text(1), state: LaneState(rawValue: destinations.text(2)) ?? .held,
                reason: destinations.text(3), since: Instant(milliseconds: destinations.integer(4)))
            loaded.destinations[destinations.integer(0)] = lane.name
            if try !tables.isForgotten(destinations.integer(0)) { loaded.lanes[lane.name] = lane }
        }
        loaded.openAlerts = try tables.liveAlerts(now: now).filter(\.isOpen)
        let books = try tables.statement(.books)
        while try books.step() {
            guard let tally = Tally(rawValue: books.integer(2)) else { continue }
            let account = Account(source: books.integer(0), destination: books.integer(1), tally: tally)
            guard loaded.sources[account.source] != nil,
                account.destination == 0 || loaded.destinations[account.destination] != nil
            else { throw SQLiteError.damaged("the books have a line of a source or destination that is not there") }
            add(account, books.integer(3), to: &loaded)
        }
        let result = loaded
        shared.withLock { shared in
            let damage = shared.damage
            shared = result
            shared.damage = damage
        }
    }

    /// Writes what is waiting, empties the log and closes the file. Later calls are refused as `closed`.
    package func close() {
        change(rows: 1) { tables in
            try tables.setFact(Self.isOpenFact, nil)
        } then: { _ in
        }
        writer.close()
    }

    // MARK: What is known without asking the file

    package var books: Books { shared.withLock { $0.books } }
    package var lanes: [Lane] { shared.withLock { $0.lanes.values.sorted { $0.name < $1.name } } }
    package func lane(_ destination: String) -> Lane? { shared.withLock { $0.lanes[destination] } }
    package var pulse: WriterStats { writer.pulse.withLock { $0 } }
    /// Whether so many acknowledgements come that the work behind them has to wait.
    package var isUnderLoad: Bool { writer.isLoaded }
    /// Rows that wait for the writer.
    package var waitingRows: Int { writer.waitingRows }
    /// Why nothing can be acknowledged any more; `nil` while all is well.
    package var failure: StoreError? { writer.failure }

    /// What has shown that the file is damaged, since the process started; `nil` while nothing has. Only a backup, or a
    /// copy of what can still be read, helps.
    package var damage: String? { shared.withLock { $0.damage } }

    /// When a backup was last made and kept; `nil` if never.
    package var lastBackup: Instant? { shared.withLock { $0.lastBackup } }
    func remember(backup moment: Instant) { shared.withLock { $0.lastBackup = moment } }

    /// Whether another program has the lock this moment, however short.
    package var waitsForLock: Bool { writer.waitsForLock }

    /// What another program has locked for longer than is waited, and who; `nil` while nobody has.
    package var lockedBy: String? { writer.lockedBy }

    /// Whether the last thing that was to be written did not fit on the disk. It goes on as soon as something fits
    /// again.
    package var isFull: Bool { writer.isFull }

    /// Asks the writer for a sign of life. While the disk is full this also finds out whether there is room again.
    package func beat(then: @escaping @Sendable (Result<Void, StoreError>) -> Void) {
        change(rows: 1) { [self] tables in
            if writer.isFull { try tables.setFact("beat", now.milliseconds) }
        } then: {
            then($0)
        }
    }

    var now: Instant { Instant(milliseconds: clock.milliseconds()) }

    // MARK: Alerts; the verbs are in Alerts.swift and Notices.swift

    /// The alerts that are open, by number.
    package var openAlerts: [Alert] { shared.withLock { $0.openAlerts } }
    func remember(_ open: [Alert]) { shared.withLock { $0.openAlerts = open } }

    /// What becomes of observations and whom alerts are told to; in force from the next round.
    package var alertPolicy: AlertPolicy { shared.withLock { $0.alertPolicy } }
    package func configureAlerts(_ policy: AlertPolicy) { shared.withLock { $0.alertPolicy = policy } }

    /// Called on the writer's thread after each commit that made notices due: with the names of their channels. It must
    /// not block.
    package func onNotices(_ notify: @escaping @Sendable (Set<String>) -> Void) {
        shared.withLock { $0.onNotices = notify }
    }

    func tellOfNotices(_ channels: Set<String>) { shared.withLock { $0.onNotices }(channels) }

    // MARK: Intake

    /// Keeps the events of some posts. `then` is called on the writer's thread once they are durable, or with the
    /// reason why not; it must not block. Answers are in the order of the posts.
    package func append(
        _ posts: [AppendRequest], then: @escaping @Sendable (Result<[AppendResult], StoreError>) -> Void
    ) {
        let rows = posts.reduce(0) { $0 + $1.submissions.count }
        change(rows: rows, .acknowledgement) { [options, clock, shared] tables in
            let now = Instant(milliseconds: clock.milliseconds())
            let answers = try tables.append(posts, now: now, answersKept: options.retention.answers)
            let newest = tables.newestID
            tables.afterCommit.append {
                shared.update {
                    $0.inboxSerial += 1
                    $0.newestID = newest
                }
            }
            return answers
        } then: {
            then($0)
        }
    }

    /// As `append(_:then:)`, but waits.
    package func append(_ posts: [AppendRequest]) throws(StoreError) -> [AppendResult] {
        try wait { append(posts, then: $0) }
    }

    // MARK: Judging

    /// Grows whenever something came into the inbox.
    package var inboxSerial: Int { shared.withLock { $0.inboxSerial } }

    /// The id that was given last; further ones are greater.
    package var newestID: LeadID { shared.withLock { $0.newestID } }

    /// How far ids run ahead of the clock, because it was ahead once: they never go back. Searches by time and what is
    /// shown of an id's moment are wrong by as much; retention does not go by ids.
    package var idsAhead: Duration { max(.zero, newestID.moment - now) }

    /// Waits until the inbox has grown since `serial`, at most `timeout`. Returns the present number.
    package func waitForInbox(after serial: Int, atMost timeout: Duration) -> Int {
        shared.wait(atMost: timeout) { $0.inboxSerial != serial ? $0.inboxSerial : nil } ?? serial
    }

    /// Whether an earlier process ended without closing the file, so that a row of the inbox may be what ended it.
    package var wasInterrupted: Bool { shared.withLock { $0.wasInterrupted } }

    /// What an earlier end had left behind has been judged.
    package func passInterruption() { shared.withLock { $0.wasInterrupted = false } }

    /// Wakes everybody who waits for the inbox, for example to stop them.
    package func wakeInbox() { shared.update { $0.inboxSerial += 1 } }

    /// Writes judgements: a row leaves the inbox and becomes a lead with its deliveries, a duplicate, or a quarantined
    /// event.
    package func judge(_ judgements: [(row: InboxRow, judgement: Judgement)]) throws(StoreError) -> Judged {
        try wait { judge(judgements, then: $0) }
    }

    /// As `judge(_:)`, but answers later, on the writer's thread.
    package func judge(
        _ judgements: [(row: InboxRow, judgement: Judgement)],
        then: @escaping @Sendable (Result<Judged, StoreError>) -> Void
    ) {
        fresh.offer(judgements.compactMap(\.judgement.lead), now: now)
        change(rows: judgements.count * Self.rowsPerJudgement, .patient) { [self] tables in
            try tables.judge(judgements, now: now) { due in
                tables.afterCommit.append { [self] in shared.withLock { $0.onDue }(due) }
            }
        } then: {
            then($0)
        }
    }

    private static let rowsPerJudgement = 4

    /// Remembers durably which rows are about to be inspected, so that a crash can be laid at their door. `nil`: none.
    package func inspect(_ rows: ClosedRange<LeadID>?) throws(StoreError) {
        try wait { then in
            change(rows: 1) { tables in
                try tables.setFact("inspecting_first", rows?.lowerBound.rawValue)
                try tables.setFact("inspecting_last", rows?.upperBound.rawValue)
            } then: {
                then($0)
            }
        }
    }

    /// Under which ids destinations are told of leads; in force from the next judgement.
    package func configureIdentity(_ policy: IdentityPolicy) throws(StoreError) {
        try wait { then in
            change(rows: 1) { tables in
                tables.identityPolicy = policy
            } then: {
                then($0)
            }
        }
    }

    /// Called on the writer's thread when a test lead of our own has been judged. It must not block.
    package func onSynthetic(_ notify: @escaping @Sendable (LeadID, Judgement) -> Void) {
        shared.withLock { $0.onSynthetic = notify }
    }

    // MARK: Forwarding

    /// Makes destinations known, so that they have a lane and a line in the books before their first lead.
    package func register(_ destinations: [String]) throws(StoreError) {
        try wait { then in
            change(rows: destinations.count) { [self] tables in
                let now = now
                for name in destinations {
                    let id = try tables.destinationID(name, now: now)
                    if try tables.recall(id) {
                        let lane = Lane(name: name, state: .running, reason: "", since: now)
                        try tables.setLane(name, .running, reason: "", now: now)
                        tables.afterCommit.append { [shared] in shared.withLock { $0.lanes[name] = lane } }
                    }
                }
            } then: {
                then($0)
            }
        }
    }

    /// Ends what is open of a destination that is not wanted any more, in small steps, and takes its lane away. The
    /// books keep what became of its deliveries. Answers how many were ended. Throws `notFound` if there is no such
    /// lane, and `inUse` while a lane has some in hand.
    package func forget(_ destination: String) throws(StoreError) -> Int {
        guard lane(destination) != nil else { throw .notFound }
        var ended = 0
        while true {
            let step = try wait {
                (then: @escaping @Sendable (Result<(ended: Int, isDone: Bool), StoreError>) -> Void) in
                change(rows: Tables.forgottenStep * 2, .patient) { [self] tables in
                    let step = try tables.forget(destination, now: now)
                    if step.isDone {
                        tables.afterCommit.append { [shared] in shared.withLock { $0.lanes[destination] = nil } }
                    }
                    return step
                } then: {
                    then($0)
                }
            }
            ended += step.ended
            if step.isDone { return ended }
            if step.ended == 0 { throw .inUse(destination) }
        }
    }

    /// Called on the writer's thread after each commit that made deliveries due: with the names of their destinations.
    /// It must not block.
    package func onDue(_ notify: @escaping @Sendable (Set<String>) -> Void) {
        shared.withLock { $0.onDue = notify }
    }

    /// Takes deliveries of a destination that are due, oldest first, `limit` or `Options.claimRows` at most. Nobody
    /// else gets them until they are settled or the lease has run out. Whether the lane may send is the caller's
    /// business.
    package func claim(
        _ destination: String, limit: Int, lease: Duration,
        then: @escaping @Sendable (Result<Claim, StoreError>) -> Void
    ) {
        let limit = min(limit, options.claimRows)
        change(rows: limit, .patient) { [self] tables in
            try tables.claim(destination, limit: limit, lease: lease, now: now)
        } then: {
            then($0)
        }
    }

    package func claim(_ destination: String, limit: Int, lease: Duration) throws(StoreError) -> Claim {
        try wait { claim(destination, limit: limit, lease: lease, then: $0) }
    }

    /// Writes what became of claimed deliveries. Answers how many still belonged to the claim; the others had gone back
    /// to due when its lease ran out.
    package func settle(
        _ claim: Int64, _ settlements: [Settlement], then: @escaping @Sendable (Result<Int, StoreError>) -> Void
    ) {
        change(rows: settlements.count * 2, .patient) { [self] tables in
            try tables.settle(claim, settlements, now: now)
        } then: {
            then($0)
        }
    }

    package func settle(_ claim: Int64, _ settlements: [Settlement]) throws(StoreError) -> Int {
        try wait { settle(claim, settlements, then: $0) }
    }

    /// Takes requests of a destination whose verdict is due to be asked for, oldest first. Nobody else gets them until
    /// they are confirmed or the lease has run out.
    package func inquire(
        _ destination: String, limit: Int, lease: Duration,
        then: @escaping @Sendable (Result<Inquiries, StoreError>) -> Void
    ) {
        change(rows: limit) { [self] tables in
            try tables.inquire(destination, limit: limit, lease: lease, now: now)
        } then: {
            then($0)
        }
    }

    package func inquire(_ destination: String, limit: Int, lease: Duration) throws(StoreError) -> Inquiries {
        try wait { inquire(destination, limit: limit, lease: lease, then: $0) }
    }

    /// Writes what the platform said about a request that it had taken before. Answers how many of its deliveries ended
    /// or are due again; none if somebody else had written an answer since.
    package func confirm(
        _ destination: String, _ outcome: InquiryOutcome,
        then: @escaping @Sendable (Result<Int, StoreError>) -> Void
    ) {
        let rows = if case .settled(let settlements) = outcome.end { settlements.count * 2 } else { 1 }
        change(rows: rows) { [self] tables in
            let confirmed = try tables.confirm(destination, outcome, now: now)
            if confirmed.reopened > 0 {
                tables.afterCommit.append { [shared] in shared.withLock { $0.onDue }([destination]) }
            }
            return confirmed.ended + confirmed.reopened
        } then: {
            then($0)
        }
    }

    package func confirm(_ destination: String, _ outcome: InquiryOutcome) throws(StoreError) -> Int {
        try wait { confirm(destination, outcome, then: $0) }
    }

    /// Pauses, holds or resumes a lane. The reason is for people and holds no personal data.
    package func set(
        _ destination: String, _ state: LaneState, reason: String,
        then: @escaping @Sendable (Result<Void, StoreError>) -> Void
    ) {
        change(rows: 1) { [self] tables in
            let now = now
            try tables.setLane(destination, state, reason: reason, now: now)
            tables.afterCommit.append { [self] in
                shared.withLock {
                    $0.lanes[destination] = Lane(name: destination, state: state, reason: reason, since: now)
                }
                shared.withLock { $0.onDue }([destination])
                shared.withLock { $0.onLaneChange }()
            }
        } then: {
            then($0)
        }
    }

    /// Called on the writer's thread after a lane was paused, held or resumed. It must not block.
    package func onLaneChange(_ notify: @escaping @Sendable () -> Void) {
        shared.withLock { $0.onLaneChange = notify }
    }

    package func set(_ destination: String, _ state: LaneState, reason: String) throws(StoreError) {
        try wait { set(destination, state, reason: reason, then: $0) }
    }

    /// Makes every delivery of a destination that waits after a failure due now, in small steps. For the end of an
    /// outage: nobody wants to sit out an hour's backoff then.
    package func hurry(_ destination: String) throws(StoreError) {
        let start = now.milliseconds
        var place: (due: Int64, lead: Int64)? = (start, Int64.max)
        while let from = place {
            place = try wait { (then: @escaping @Sendable (Result<(due: Int64, lead: Int64)?, StoreError>) -> Void) in
                change(rows: 1000, .patient) { [self] tables in
                    try tables.hurry(destination, after: from, now: now)
                } then: {
                    then($0)
                }
            }
        }
        shared.withLock { $0.onDue }([destination])
    }

    /// Ends deliveries whose window has closed and that no lane has in hand. Answers how many there were.
    package func expire(_ keys: [DeliveryKey]) throws(StoreError) -> Int {
        try wait { then in
            change(rows: keys.count * 2) { [self] tables in
                try tables.expire(keys, now: now)
            } then: {
                then($0)
            }
        }
    }

    // MARK: Quarantine

    /// Puts quarantined events back into the inbox, as edited if they were. `treatment` says what they are to the lead
    /// that had their id before, if somebody knows. Answers the ids that were in quarantine.
    package func release(_ ids: [LeadID], as treatment: Treatment = .undecided, note: String) throws(StoreError)
        -> [LeadID]
    {
        try wait { then in
            change(rows: ids.count * 2) { [self] tables in
                let now = now
                let released = try ids.filter { try tables.release($0, as: treatment, note: note, now: now) }
                tables.afterCommit.append { [shared] in shared.update { $0.inboxSerial += 1 } }
                return released
            } then: {
                then($0)
            }
        }
    }

    /// Gives quarantined events up. Answers the ids that were in quarantine.
    package func discard(_ ids: [LeadID], note: String) throws(StoreError) -> [LeadID] {
        try wait { then in
            change(rows: ids.count) { [self] tables in
                let now = now
                return try ids.filter { try tables.discard($0, note: note, now: now) }
            } then: {
                then($0)
            }
        }
    }

    /// Keeps an edited copy (JSON) of a quarantined event beside the original; `release` uses it. Throws `notFound` if
    /// the event is not in quarantine.
    package func edit(_ id: LeadID, _ body: [UInt8]) throws(StoreError) {
        try wait { then in
            change(rows: 1) { tables in
                guard try tables.edit(id, body) else { throw StoreError.notFound }
            } then: {
                then($0)
            }
        }
    }

    // MARK: History

    /// Forgets a little of what is due to be forgotten. Answers whether there may be more.
    package func purge() throws(StoreError) -> Bool {
        try wait { then in
            change(rows: 500, .patient) { [self] tables in
                let goesOn = try tables.purge(options.retention, now: now)
                if !goesOn { tables.endPurge() }
                return goesOn
            } then: {
                then($0)
            }
        }
    }

    // MARK: Reading

    /// A connection of its own that can only read; for one thread.
    package func reader() throws(StoreError) -> Reader {
        do throws(SQLiteError) {
            let reader = try Reader(path: path, options)
            reader.connection.onDamage = { [shared, log] error in Self.note(error, in: shared, log) }
            reader.sumUp = { [writer] in writer.sumUp() }
            return reader
        } catch {
            throw .unusable("\(path) cannot be read: \(error)")
        }
    }

    // MARK: Helpers

    func change<Result>(
        rows: Int, _ urgency: Change.Urgency = .soon, _ change: @escaping @Sendable (Tables) throws -> Result,
        then: @escaping @Sendable (Swift.Result<Result, StoreError>) -> Void
    ) {
        writer.submit(TypedChange(rows: max(1, rows), urgency, change, then: then))
    }

    /// Once the transaction is durable, tells that deliveries of some destinations became due.
    func noteDue(_ destinations: Set<String>, after tables: Tables) {
        tables.afterCommit.append { [shared] in shared.withLock { $0.onDue }(destinations) }
    }

    /// Blocks the calling thread until the writer has answered; never to be used on the writer's own thread.
    func wait<Value: Sendable>(
        _ begin: (@escaping @Sendable (Result<Value, StoreError>) -> Void) -> Void
    ) throws(StoreError) -> Value {
        let answer = Locked<Result<Value, StoreError>?>(nil)
        begin { result in answer.update { $0 = result } }
        return try answer.wait { $0 }.get()
    }
}
