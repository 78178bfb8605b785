package import Domain
package import Service
package import Store

/// The thread that empties the inbox: it reads rows in order, judges each, and has the judgements written.
///
/// While one batch is being written the next is judged. The thread steps back for intake: under load, acknowledging
/// comes first and judging catches up.
///
/// **A row that ends the process.** After an unclean end, the rows that were in the inbox then are judged with care:
/// the batch about to be judged is written down first. A batch during which the process ended again is judged row by
/// row, each with a mark of its own, and a row that has been there at three ends is quarantined unseen.
package final class Judging: Sendable {
    /// Judges one row; everything follows from the row and the configuration. `nil`: something is still to be learned
    /// about it, and the inbox is woken when it is.
    package typealias Judge = @Sendable (InboxRow) -> Judgement?

    private let ledger: Ledger
    private let judge: Judge
    private let log: Log
    private let isStopping = Locked(false)
    private let thread = Locked<Worker?>(nil)
    private let written = Locked(Written())

    /// Rows read, judged and written together: two milliseconds of the writer's time, for which acknowledgements wait.
    private static let batch = 200
    /// While nobody waits for acknowledgements and there is a backlog: the senders' ids lie at random places of their
    /// index, and a page of it is written once for all leads of a transaction.
    private static let largestBatch = 2000
    /// Bodies read together; one step more at most.
    private static let largestBytes = 16 << 20
    /// A row that was being judged at so many unclean ends is not judged again.
    package static let maximumTries = 3
    /// How long to wait before trying again when reading or writing fails.
    private static let pause: Duration = .seconds(1)
    private static let longestSleep: Duration = .seconds(60)

    private struct Written {
        var isUnderWay = false
        var failure: StoreError?
    }

    package init(_ ledger: Ledger, log: Log, judge: @escaping Judge) {
        self.ledger = ledger
        self.log = log
        self.judge = judge
    }

    package func start() {
        thread.withLock { thread in thread = Worker("validator", priority: .background) { [self] in run() } }
    }

    /// Finishes the batch in hand and ends the thread.
    package func stop() {
        isStopping.update { $0 = true }
        ledger.inbox.wake()
        let worker = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        worker?.join()
    }

    private var stops: Bool { isStopping.withLock { $0 } }

    private func run() {
        while !stops {
            do {
                let reader = try ledger.reader()
                if ledger.validation.wasInterrupted { try judgeWithCare(reader) }
                try judgeAll(reader)
            } catch {
                log.error("inbox.validation_failed", ["error": "\(error)"])
                if case .broken? = error as? StoreError { return }
                _ = isStopping.wait(atMost: Self.pause) { $0 ? true : nil }
            }
        }
    }

    private func judgeAll(_ reader: Reader) throws {
        var reached = LeadID(rawValue: 0)
        // Of this pass through the inbox: what came during it may have been for a row that it had left behind.
        var serial = ledger.inbox.serial
        var hasJudged = false
        while !stops {
            if reached.rawValue == 0 { serial = ledger.inbox.serial }
            let rows = try rows(reader, after: reached)
            guard let last = rows.last else {
                try finishWriting()
                // Rows that came back from quarantine are older than those already passed. What is left is still to be
                // learned about.
                if !hasJudged { _ = ledger.inbox.waitForMore(after: serial, atMost: Self.longestSleep) }
                (reached, hasJudged) = (LeadID(rawValue: 0), false)
                continue
            }
            reached = last.id
            let judgements = rows.compactMap { row in judged(row).map { (row, $0) } }
            try finishWriting()
            if judgements.isEmpty { continue }
            hasJudged = true
            write(judgements)
        }
        try finishWriting()
    }

    private func rows(_ reader: Reader, after reached: LeadID) throws -> [InboxRow] {
        var rows = try reader.inbox(after: reached, limit: Self.batch)
        var bytes = rows.reduce(0) { $0 + $1.submission.body.count }
        while let last = rows.last, rows.count.isMultiple(of: Self.batch), rows.count < Self.largestBatch,
            bytes < Self.largestBytes, !ledger.isUnderLoad
        {
            let more = try reader.inbox(after: last.id, limit: Self.batch)
            if more.isEmpty { break }
            bytes += more.reduce(0) { $0 + $1.submission.body.count }
            rows += more
        }
        return rows
    }

    private func judged(_ row: InboxRow) -> Judgement? {
        if row.tries >= Self.maximumTries {
            let words =
                "Reading this event ended the program \(row.tries) times. Report it, and keep it for the analysis."
            return .quarantine([Defect(.crashed, at: "", words)])
        }
        return judge(row)
    }

    private func write(_ judgements: [(row: InboxRow, judgement: Judgement)]) {
        written.withLock { $0.isUnderWay = true }
        ledger.validation.judge(judgements) { [written] result in
            written.update {
                $0.isUnderWay = false
                if case .failure(let error) = result { $0.failure = error }
            }
        }
    }

    private func finishWriting() throws {
        let failure = written.wait { written -> StoreError?? in
            guard !written.isUnderWay else { return nil }
            defer { written.failure = nil }
            return .some(written.failure)
        }
        if let failure { throw failure }
    }

    private func judgeWithCare(_ reader: Reader) throws {
        // What comes in from now on has ended nothing yet. Ids grow, whatever the clock does.
        let bound = ledger.inbox.newestID
        var reached = LeadID(rawValue: 0)
        while !stops {
            let rows = try reader.inbox(after: reached, limit: Self.batch)
            guard let first = rows.first, let last = rows.last, first.id <= bound else { break }
            reached = last.id
            let suspects = rows.filter { $0.tries > 0 }
            for row in suspects {
                try ledger.validation.inspect(row.id...row.id)
                if let judgement = judged(row) { _ = try ledger.validation.judge([(row, judgement)]) }
            }
            let others = rows.filter { $0.tries == 0 }
            if others.isEmpty { continue }
            try ledger.validation.inspect(first.id...last.id)
            _ = try ledger.validation.judge(others.compactMap { row in judged(row).map { (row, $0) } })
        }
        try ledger.validation.inspect(nil)
        ledger.validation.passInterruption()
    }
}
