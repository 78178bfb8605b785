package import Domain
package import Service
import SQLite

/// The store: what came in, what is owed, what became of it.
///
/// It has a role for each part of a lead's and an alert's life, and whoever works on that part is given the role alone.
/// The lifecycle of a lead is `inbox.append` → `validation.judge` → `deliveries.claim` → `settle`, and beside it hold,
/// pause, resume, release, discard, purge. Each verb is carried out by the one writer and answered when it is durable.
/// Reading goes through `reader()`.
package final class Ledger: Sendable {
    /// The version of the file's tables that this program works with.
    package static let schemaVersion = Schema.version
    /// The version of the SQLite that runs, like `3.40.1`.
    package static let engineVersion = LinkedSQLite.version

    let core: LedgerCore

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
        core = try LedgerCore(path: path, options: options, clock: clock, log: log)
    }

    /// Writes what is waiting, empties the log and closes the file. Later calls are refused as `closed`.
    package func close() {
        core.change(rows: 1) { tables in
            try tables.setFact(LedgerCore.isOpenFact, nil)
        } then: { _ in
        }
        core.writer.close()
    }

    // MARK: Roles

    package var inbox: InboxRole { InboxRole(core: core) }
    package var validation: ValidationRole { ValidationRole(core: core) }
    package var quarantine: QuarantineRole { QuarantineRole(core: core) }
    package var deliveries: DeliveryRole { DeliveryRole(core: core) }
    package var alerts: AlertRole { AlertRole(core: core) }
    package var notices: NoticeRole { NoticeRole(core: core) }
    package var watch: WatchRole { WatchRole(core: core) }
    package var figures: FigureRole { FigureRole(core: core) }
    package var accounts: AccountRole { AccountRole(core: core) }
    package var retention: RetentionRole { RetentionRole(core: core) }

    /// A connection of its own that can only read; for one thread.
    package func reader() throws(StoreError) -> Reader { try core.reader() }

    // MARK: What is known without asking the file

    package var books: Books { core.caches.books.books }
    package var pulse: WriterStats { core.writer.pulse.withLock { $0 } }
    /// Whether so many acknowledgements come that the work behind them has to wait.
    package var isUnderLoad: Bool { core.writer.isLoaded }
    /// Rows that wait for the writer.
    package var waitingRows: Int { core.writer.waitingRows }
    /// Why nothing can be acknowledged any more; `nil` while all is well.
    package var failure: StoreError? { core.writer.failure }

    /// What has shown that the file is damaged, since the process started; `nil` while nothing has. Only a backup, or a
    /// copy of what can still be read, helps.
    package var damage: String? { core.caches.file.damage }

    /// When a backup was last made and kept; `nil` if never.
    package var lastBackup: Instant? { core.caches.file.lastBackup }

    /// Whether another program has the lock this moment, however short.
    package var waitsForLock: Bool { core.writer.waitsForLock }

    /// What another program has locked for longer than is waited, and who; `nil` while nobody has.
    package var lockedBy: String? { core.writer.lockedBy }

    /// Whether the last thing that was to be written did not fit on the disk. It goes on as soon as something fits
    /// again.
    package var isFull: Bool { core.writer.isFull }

    /// Asks the writer for a sign of life. While the disk is full this also finds out whether there is room again.
    package func beat(then: @escaping @Sendable (Result<Void, StoreError>) -> Void) {
        core.change(rows: 1) { [core] tables in
            if core.writer.isFull { try tables.setFact("beat", core.now.milliseconds) }
        } then: {
            then($0)
        }
    }
}
