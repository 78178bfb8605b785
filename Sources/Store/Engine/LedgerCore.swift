import Domain
import SQLite
import Service

/// What the roles of the ledger have in common: the one writer, what is known without asking the file, and who is told
/// of what.
final class LedgerCore: Sendable {
    let path: String
    let options: Ledger.Options
    let log: Log
    let writer: Writer
    let fresh = FreshLeads()
    let caches = Caches()
    let events = StoreEvents()
    private let clock: Clock

    /// See `Ledger.init`.
    init(path: String, options: Ledger.Options, clock: Clock, log: Log) throws(StoreError) {
        self.path = path
        self.options = options
        self.clock = clock
        self.log = log
        writer = Writer(path, options, clock: clock, log: log)
        let (caches, events, fresh) = (caches, events, fresh)
        try writer.start({ () throws(StoreError) in
            try Self.open(path, options, fresh, clock, log, into: caches, events)
        }) { books in caches.books.add(books) }
    }

    var now: Instant { Instant(milliseconds: clock.milliseconds()) }

    static let isOpenFact = "is_open"

    private static func open(
        _ path: String, _ options: Ledger.Options, _ fresh: FreshLeads, _ clock: Clock, _ log: Log,
        into caches: Caches, _ events: StoreEvents
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
            connection.onDamage = { error in caches.file.note(error, log) }
            let tables = try Tables(connection, options, fresh, now: now)
            try tables.statement(.begin).run()
            let returned = try tables.giveBackEverything()
            try tables.giveBackNotices()
            try tables.countInterruptedInspection()
            let wasInterrupted = try tables.fact(isOpenFact) != nil
            try tables.setFact(isOpenFact, 1)
            try tables.writeCounters(sumsUp: true)
            try tables.statement(.commit).run()
            tables.afterCommit.removeAll()
            if returned > 0 { log.info("store.returned_to_due", ["deliveries": "\(returned)"]) }
            try caches.load(tables, wasInterrupted: wasInterrupted, now: now)
            tables.onSynthetic = { id, judgement in events.tellSynthetic(id, judgement) }
            tables.onSource = { id, name in caches.books.name(source: id, name) }
            tables.onDestination = { id, name in
                guard caches.books.name(destination: id, name) else { return }
                caches.lanes.put(
                    Lane(
                        name: name, state: .running, reason: "", since: Instant(milliseconds: clock.milliseconds())))
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

    /// A connection of its own that can only read; for one thread.
    func reader() throws(StoreError) -> Reader {
        do throws(SQLiteError) {
            let reader = try Reader(path: path, options)
            reader.connection.onDamage = { [caches, log] error in caches.file.note(error, log) }
            reader.sumUp = { [writer] in writer.sumUp() }
            return reader
        } catch {
            throw .unusable("\(path) cannot be read: \(error)")
        }
    }

    func change<Result>(
        rows: Int, _ urgency: Change.Urgency = .soon, _ change: @escaping @Sendable (Tables) throws -> Result,
        then: @escaping @Sendable (Swift.Result<Result, StoreError>) -> Void
    ) {
        writer.submit(TypedChange(rows: max(1, rows), urgency, change, then: then))
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

/// What is known without asking the file, each part with a lock of its own. All of it is loaded before anybody asks.
struct Caches: Sendable {
    let books = BookCache()
    let lanes = LaneCache()
    let inbox = InboxSignal()
    let alerts = AlertCache()
    let file = FileHealth()

    func load(_ tables: Tables, wasInterrupted: Bool, now: Instant) throws(SQLiteError) {
        file.remember(backup: try tables.fact(Ledger.backedUpFact).map { Instant(milliseconds: $0) })
        inbox.load(newest: tables.newestID, wasInterrupted: wasInterrupted)
        try books.load(tables)
        try lanes.load(tables)
        alerts.remember(try tables.liveAlerts(now: now).filter(\.isOpen))
    }
}

/// A part of the ledger for those who need no other. Each verb is carried out by the one writer and answered when it is
/// durable.
protocol LedgerRole: Sendable {
    var core: LedgerCore { get }
}

extension LedgerRole {
    var now: Instant { core.now }
    var options: Ledger.Options { core.options }

    func change<Result>(
        rows: Int, _ urgency: Change.Urgency = .soon, _ change: @escaping @Sendable (Tables) throws -> Result,
        then: @escaping @Sendable (Swift.Result<Result, StoreError>) -> Void
    ) {
        core.change(rows: rows, urgency, change, then: then)
    }

    func wait<Value: Sendable>(
        _ begin: (@escaping @Sendable (Result<Value, StoreError>) -> Void) -> Void
    ) throws(StoreError) -> Value {
        try core.wait(begin)
    }

    /// Changes a few rows and waits for it.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Tables, Instant) throws -> Value
    ) throws(StoreError) -> Value {
        try wait { then in
            change(rows: 2) { [self] tables in
                try body(tables, now)
            } then: {
                then($0)
            }
        }
    }
}
