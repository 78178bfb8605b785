import Domain
import SQLite
import Service

/// The one thread that writes and checkpoints.
///
/// All changes that are waiting go into one transaction with one fsync, then all are answered (group commit). With one
/// writer the corruption that SQLite before 3.51.3 risks when two connections write or checkpoint at the same time
/// around a reset of the log cannot happen. Another program may hold the lock all the same, a shell or a tool that
/// copies: that is waited out.
final class Writer: Sendable {
    private let queue = Locked(Queue())
    private let thread = Locked<Worker?>(nil)
    let pulse = Locked(WriterStats())
    /// Something that was counted is not in the tables of sums yet; see `CountNotes`.
    private let isBehind = Locked(false)
    private let path: String
    private let options: Ledger.Options
    private let clock: Clock
    private let log: Log

    private struct Queue {
        var changes: [Change] = []
        /// Those that can wait; see `Pacing`.
        var patient: [Change] = []
        var rows = 0
        /// So many acknowledgements come that what can wait has to; see `Pacing`.
        var isLoaded = false
        var isClosed = false
        var broken: StoreError?
        /// Since when the disk has been full, on the monotonic clock.
        var fullSince: Duration?
        /// Since when another program has had the lock that a transaction begins with, and who, once it has been told.
        var lockedSince: Duration?
        var lockedBy: String?
        /// When room was last sought by a checkpoint, and when one last failed for want of it.
        var soughtRoomAt: Duration?
        var checkpointFailedAt: Duration?
    }

    init(_ path: String, _ options: Ledger.Options, clock: Clock, log: Log) {
        self.path = path
        self.options = options
        self.clock = clock
        self.log = log
    }

    /// Starts the thread. It opens the file itself, since a connection never leaves its thread; throws what opening
    /// threw.
    func start(
        _ open: @escaping @Sendable () throws(StoreError) -> Tables,
        committed: @escaping @Sendable ([Account: Int64]) -> Void
    ) throws(StoreError) {
        enum Start { case pending, running, failed(StoreError) }
        let start = Locked(Start.pending)
        let worker = Worker("writer") { [self] in
            do throws(StoreError) {
                let tables = try open()
                start.update { $0 = .running }
                run(tables, committed: committed)
            } catch {
                start.update { $0 = .failed(error) }
            }
        }
        let failure: StoreError? = start.wait { state -> StoreError?? in
            switch state {
            case .pending: nil
            case .running: .some(nil)
            case .failed(let error): .some(error)
            }
        }
        if let failure {
            worker.join()
            throw failure
        }
        thread.withLock { $0 = worker }
    }

    /// Puts a change into the queue. It is answered later on the writer's thread, or at once if it cannot be taken.
    func submit(_ change: Change) {
        let refusal: StoreError? = queue.update { queue in
            if let broken = queue.broken { return broken }
            if queue.isClosed { return .closed }
            // An empty queue takes any post, however big.
            if change.urgency == .acknowledgement, queue.rows > 0, queue.rows + change.rows > options.maximumWaitingRows
            {
                return .overloaded
            }
            if change.urgency == .patient { queue.patient.append(change) } else { queue.changes.append(change) }
            queue.rows += change.rows
            return nil
        }
        if let refusal { change.finish(refusal) }
    }

    /// Writes what is waiting, then ends the thread.
    func close() {
        queue.update { $0.isClosed = true }
        let worker = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        worker?.join()
    }

    var waitingRows: Int { queue.withLock { $0.rows } }
    var isLoaded: Bool { queue.withLock { $0.isLoaded } }
    var failure: StoreError? { queue.withLock { $0.broken } }
    /// The last thing that was to be written did not fit on the disk.
    var isFull: Bool { queue.withLock { $0.fullSince != nil } }

    var waitsForLock: Bool { queue.withLock { $0.lockedSince != nil } }

    /// What another program has locked for longer than is waited.
    var lockedBy: String? { queue.withLock { $0.lockedBy } }

    private func run(_ tables: Tables, committed: ([Account: Int64]) -> Void) {
        var pacing = Pacing()
        var checkpoints = CheckpointPacing(length: options.checkpointPages)
        var emptiedAt: Duration?
        while let changes = next(&pacing, sumsDue: tables.countNotes?.due) {
            if changes.isEmpty {
                sumUp(tables, committed: committed)
                continue
            }
            var rest = changes[...]
            while !rest.isEmpty {
                if let broken = failure {
                    for change in rest { change.finish(broken) }
                    break
                }
                guard let end = transact(rest, tables, committed: committed) else {
                    rest = sitOut(rest)
                    continue
                }
                rest = rest[end...]
                checkpointIfDue(tables, &checkpoints)
                emptyLogIfWanted(tables, &emptiedAt)
            }
            queue.withLock { $0.rows -= changes.reduce(0) { $0 + $1.rows } }
        }
        // Whoever looks into the file next finds the sums whole.
        if tables.countNotes?.isEmpty == false { sumUp(tables, committed: committed) }
        if failure == nil { _ = try? tables.connection.checkpoint(.truncate) }
    }

    /// Waits until everything that was counted in transactions before is in the tables of sums. While nothing can be
    /// written, because the disk is full or another program has the lock, they stay as they were then: pages are most
    /// wanted when something is wrong. Never to be used on the writer's own thread.
    func sumUp() {
        guard isBehind.withLock({ $0 }) else { return }
        let isDone = Locked(false)
        submit(SummingUp { isDone.update { $0 = true } })
        _ = isDone.wait(atMost: Self.longestSumming) { $0 ? true : nil }
    }

    /// A transaction of its own, for which nothing else has come. A file of which nobody knows what it holds is not
    /// written to any more, nor are the counts asked about again.
    private func sumUp(_ tables: Tables, committed: ([Account: Int64]) -> Void) {
        if failure == nil { _ = transact([], tables, committed: committed) } else { tables.countNotes = nil }
    }

    private static let longestSumming: Duration = .seconds(30)

    /// What is to be written next, waiting for it if need be; `nil` when everything is written and the queue is closed.
    /// Nothing if the counts are to be added up by then and nothing has come to do it with.
    private func next(_ pacing: inout Pacing, sumsDue: Duration?) -> [Change]? {
        while true {
            let patience = pacing.wait(at: Clock.monotonic)
            let mayTurn = patience == .zero
            let isLoaded = pacing.isLoaded
            let rest = sumsDue.map { max(.zero, $0 - Clock.monotonic) } ?? Self.longestSleep
            let taken = queue.wait(atMost: mayTurn ? rest : patience) { queue -> [Change]?? in
                queue.isLoaded = isLoaded
                let turns = mayTurn || queue.isClosed
                guard !queue.changes.isEmpty || (turns && !queue.patient.isEmpty) else {
                    return queue.isClosed && queue.patient.isEmpty ? .some(nil) : nil
                }
                var changes = queue.changes
                queue.changes = []
                if turns {
                    changes += queue.patient
                    queue.patient = []
                }
                return .some(changes)
            }
            guard let taken else {
                if let sumsDue, sumsDue <= Clock.monotonic { return [] }
                continue
            }
            guard let changes = taken else { return nil }
            let now = Clock.monotonic
            var acknowledged = 0
            for change in changes where change.urgency == .acknowledgement { acknowledged += change.rows }
            pacing.recordUrgent(rows: acknowledged, at: now)
            if changes.last?.urgency == .patient { pacing.recordTurn(at: now) }
            return changes
        }
    }

    private static let longestSleep: Duration = .seconds(60)

    /// Applies as many changes as fit into one transaction, commits, answers them. Returns the index after the last of
    /// them; `nil` if another program has the lock, and nothing was begun.
    private func transact(
        _ changes: ArraySlice<Change>, _ tables: Tables, committed: ([Account: Int64]) -> Void
    ) -> Int? {
        let started = Clock.monotonic
        var applied: [(Change, StoreError?)] = []
        var rows = 0
        var end = changes.startIndex
        let changesBefore = tables.connection.totalChanges
        do throws(SQLiteError) {
            try tables.statement(.begin).run()
            while end < changes.endIndex, rows < options.transactionRows,
                Clock.monotonic - started < options.transactionTime
            {
                let change = changes[end]
                end += 1
                rows += change.rows
                applied.append((change, try apply(change, tables)))
            }
            try tables.writeCounters(sumsUp: changes.isEmpty || applied.contains { $0.0.sumsUp })
            let beforeCommit = Clock.monotonic
            try tables.statement(.commit).run()
            let finished = Clock.monotonic
            let written = tables.connection.totalChanges - changesBefore
            pulse.withLock {
                $0.record(rows: written, commit: finished - beforeCommit, walPages: tables.connection.walPages)
            }
        } catch {
            if error.isBusy, applied.isEmpty, !tables.connection.isInTransaction { return nil }
            // If not even a transaction can be begun, all that wait have failed: to try again at once would be a
            // circle.
            if end == changes.startIndex { end = changes.endIndex }
            fail(error, applied.map(\.0), changes[applied.count + changes.startIndex..<end], tables)
            return end
        }
        isBehind.withLock { $0 = tables.countNotes.map { !$0.isEmpty } ?? true }
        noteEndOfLock()
        if isFull, tables.connection.totalChanges > changesBefore { noteRoom() }
        let books = tables.counters.books
        tables.commit()
        committed(books)
        for (change, refusal) in applied { change.finish(refusal) }
        return end
    }

    /// One change inside the transaction. If it cannot be applied it alone is taken back. An error of the disk is
    /// thrown on.
    private func apply(_ change: Change, _ tables: Tables) throws(SQLiteError) -> StoreError? {
        try tables.statement(.savepoint).run()
        let counted = tables.counters.mark
        let claimed = tables.claimed
        let actions = tables.afterCommit.count
        do {
            try change.apply(to: tables)
            try tables.statement(.release).run()
            return nil
        } catch {
            if let error = error as? SQLiteError, !error.isConstraint { throw error }
            try tables.statement(.rollbackToSavepoint).run()
            try tables.statement(.release).run()
            let kept = Array(tables.afterCommit.prefix(actions))
            let counters = tables.counters
            tables.forget()
            tables.counters = counters
            tables.counters.restore(counted)
            tables.claimed = claimed
            tables.afterCommit = kept
            let refusal =
                (error as? StoreError) ?? .refused(error as? SQLiteError ?? SQLiteError(code: 1, message: "\(error)"))
            // What was asked for in vain is the answer; what SQLite did not take nobody foresaw.
            if case .refused = refusal { log.error("store.change_refused", ["error": refusal.description]) }
            return refusal
        }
    }

    /// The transaction is lost as a whole, and so are all its changes; nobody was told otherwise.
    private func fail(
        _ error: SQLiteError, _ applied: [Change], _ underWay: ArraySlice<Change>, _ tables: Tables
    ) {
        if tables.connection.isInTransaction { try? tables.connection.execute("ROLLBACK") }
        tables.forget()
        let failure: StoreError =
            error.isDiskFull
            ? .diskFull : error.isBusy ? .locked(DatabaseLocks.writer(of: path)) : .broken(error.description)
        switch failure {
        case .diskFull: noteFullDisk(tables)
        case .broken:
            log.error("store.commit_failed", ["error": failure.description])
            breakDown(failure)
        default: log.error("store.commit_failed", ["error": failure.description])
        }
        for change in applied { change.finish(failure) }
        for change in underWay { change.finish(failure) }
    }

    /// Another program has the lock. For a while everything waits, since nothing is lost by trying again. Then those
    /// who wait for an answer are told, and what is only work behind the acknowledgements stays. Returns what is still
    /// to be written.
    private func sitOut(_ changes: ArraySlice<Change>) -> ArraySlice<Change> {
        let now = Clock.monotonic
        let (since, isClosed) = queue.withLock { queue in
            let since = queue.lockedSince ?? now
            queue.lockedSince = since
            return (since, queue.isClosed)
        }
        guard now - since >= options.lockPatience else {
            // SQLite has waited before it gave up, but not for every kind of lock.
            _ = queue.wait(atMost: Self.lockPause) { _ -> Void? in nil }
            return changes
        }
        let who = lockedBy ?? tellOfLock()
        let arrived = queue.withLock { queue in
            defer { queue.changes = [] }
            queue.rows -= queue.changes.reduce(0) { $0 + $1.rows }
            return queue.changes
        }
        var kept: [Change] = []
        for change in Array(changes) + arrived {
            if change.urgency == .patient, !isClosed { kept.append(change) } else { change.finish(.locked(who)) }
        }
        if !kept.isEmpty { _ = queue.wait(atMost: Self.lockPause) { _ -> Void? in nil } }
        return kept[...]
    }

    private static let lockPause: Duration = .milliseconds(20)

    /// One line, not one for each change.
    private func tellOfLock() -> String {
        let who = DatabaseLocks.writer(of: path)
        queue.withLock { $0.lockedBy = who }
        log.error("store.locked", ["error": StoreError.locked(who).description])
        return who
    }

    private func noteEndOfLock() {
        let (since, wasTold) = queue.withLock { queue in
            defer { (queue.lockedSince, queue.lockedBy) = (nil, nil) }
            return (queue.lockedSince, queue.lockedBy != nil)
        }
        guard wasTold, let since else { return }
        log.info("store.unlocked", ["after": "\((Clock.monotonic - since).components.seconds)s"])
    }

    /// One line when it begins and one when it is over: thousands a second would fill what is left of the disk.
    private func noteFullDisk(_ tables: Tables) {
        let now = Clock.monotonic
        let (isNew, seeksRoom) = queue.withLock { queue in
            let isNew = queue.fullSince == nil
            if isNew { queue.fullSince = now }
            let seeksRoom = Self.hasPassed(queue.soughtRoomAt, now)
            if seeksRoom { queue.soughtRoomAt = now }
            return (isNew, seeksRoom)
        }
        if isNew { log.error("store.commit_failed", ["reason": StoreError.diskFull.description]) }
        // What the log holds may fit into the database, where most of it has its place already; then the log can start
        // anew.
        if seeksRoom { checkpoint(tables) }
    }

    private static func hasPassed(_ moment: Duration?, _ now: Duration) -> Bool {
        moment.map { now - $0 >= .seconds(1) } ?? true
    }

    private func noteRoom() {
        let since = queue.withLock { queue in
            defer { queue.fullSince = nil }
            return queue.fullSince
        }
        if let since { log.info("store.disk_recovered", ["after": "\((Clock.monotonic - since).components.seconds)s"]) }
    }

    /// After a failed commit nobody knows what the disk holds, and an fsync that is repeated may report success for
    /// pages that were dropped. So it is never tried again by this process.
    private func breakDown(_ failure: StoreError) {
        queue.update { $0.broken = failure }
        options.onBroken(failure)
    }

    private func checkpointIfDue(_ tables: Tables, _ pacing: inout CheckpointPacing) {
        let now = Clock.monotonic
        guard Self.hasPassed(queue.withLock({ $0.checkpointFailedAt }), now),
            pacing.isDue(pages: tables.connection.walPages, at: now)
        else { return }
        checkpoint(tables)
    }

    /// Once what was erased or purged is in the database, nothing of it stays in the log. A reader of an old moment is
    /// waited for.
    private func emptyLogIfWanted(_ tables: Tables, _ triedAt: inout Duration?) {
        let now = Clock.monotonic
        guard tables.emptiesLog, failure == nil, Self.hasPassed(triedAt, now),
            Self.hasPassed(queue.withLock({ $0.checkpointFailedAt }), now)
        else { return }
        triedAt = now
        if checkpoint(tables, .truncate) { tables.emptiesLog = false }
    }

    @discardableResult
    private func checkpoint(_ tables: Tables, _ mode: Connection.Checkpoint = .passive) -> Bool {
        do throws(SQLiteError) {
            let started = Clock.monotonic
            let isWhole = try tables.connection.checkpoint(mode)
            let took = Clock.monotonic - started
            pulse.withLock { $0.recordCheckpoint(took) }
            queue.withLock { $0.checkpointFailedAt = nil }
            return isWhole
        } catch {
            let isFirst = queue.withLock { queue in
                defer { queue.checkpointFailedAt = Clock.monotonic }
                return queue.checkpointFailedAt == nil
            }
            if isFirst || !error.isDiskFull { log.error("store.checkpoint_failed", ["error": error.description]) }
            if !error.isDiskFull { breakDown(.broken(error.description)) }
            return false
        }
    }
}
