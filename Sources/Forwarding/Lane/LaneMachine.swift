package import Domain

/// What a lane does, as a value: facts and `now` in, actions out. Sockets, the store and the clock are the
/// dispatcher's.
///
///     due ─▶ claim ─▶ encode ─▶ waiting ─▶ in flight ─▶ settled: delivered, sent, rejected, expired, skipped
///                                 ▲            │
///                                 └─ isolated ─┤           ─▶ retry: due again later
///                                              └──────────── ─▶ released: hold, pause, stop
///
/// A lane that cannot send (paused, held, breaker open, throttled, no token, rate spent, every connection busy) asks
/// the store for nothing and needs no attention until `wake`.
package struct LaneMachine: Sendable {
    package enum Mode: Equatable, Sendable {
        case running
        case paused
        case held
        /// The process is ending: what is in flight may finish, the rest goes back.
        case stopping
    }

    package enum Action: Equatable, Sendable {
        case claim(limit: Int)
        case send(Batch)
        case settle(claim: Int64, [Settlement])
        /// Stop the lane until a person has acted.
        case hold(reason: String)
        /// The access token was refused: get a new one.
        case renewToken
    }

    /// Whether there is an access token to send with.
    package enum Token: Equatable, Sendable {
        case ready
        case pending
        /// None can be had until a person acts.
        case refused(reason: String)
    }

    package let name: String
    package var pace: Destination.Pace {
        didSet { if pace != oldValue { bucket = nil } }
    }
    package var limits: AdapterLimits
    package private(set) var mode: Mode
    package private(set) var breaker = Breaker()
    /// Nothing is sent before that moment: the platform asked for it.
    package private(set) var restsUntil: Instant?
    /// Why; it holds as long as `restsUntil` lies ahead.
    package private(set) var restReason = RestReason.asked
    /// When to look again; after `next` it is up to date. `nil`: only when something happens.
    package private(set) var wake: Instant?
    package private(set) var waiting: [Batch] = []
    package private(set) var inFlight: [Int: Batch] = [:]
    package private(set) var isClaiming = false

    /// When there is, or may be, something to claim.
    private var due: Instant?
    private var lastLimit = 0
    /// The last claim came back full: there is more, and the next batch may be made ready while every connection is
    /// busy.
    private var hasBacklog = false
    private var throttles = 0
    private var bucket: TokenBucket?
    /// Numbers of requests are given once for each lane's name, whatever becomes of the lane.
    package private(set) var lastBatch: Int
    private var leases: [Int64: Instant] = [:]
    /// It has a place in the queue for what it shares with others.
    private var waitsForBudget = false
    private var families: [Int: Family] = [:]
    private let jitter: @Sendable () -> Double

    /// Rows of a request that fell apart, and how much has been spent on finding the guilty ones.
    private struct Family {
        var budget: Int
        var open: Int
    }

    package init(
        name: String, pace: Destination.Pace, limits: AdapterLimits, mode: Mode = .running, lastBatch: Int = 0,
        now: Instant, jitter: @escaping @Sendable () -> Double
    ) {
        self.name = name
        self.pace = pace
        self.limits = limits
        self.mode = mode
        self.lastBatch = lastBatch
        self.jitter = jitter
        // Whatever an earlier process left behind.
        due = now
    }

    /// Whether nothing of this lane is under way any more.
    package var isIdle: Bool { inFlight.isEmpty && waiting.isEmpty && !isClaiming }

    /// Rows of one claim, unless a single batch is larger: so many are made ready at a time, while the other lanes
    /// wait.
    private static let maximumClaim = 2000

    private var batchSize: Int { max(1, min(pace.batch ?? limits.usualBatch, limits.batch)) }

    /// How long a claim is ours: enough for a few requests one after the other.
    package var lease: Duration { pace.totalTimeout * 3 + .minutes(1) }

    // MARK: What happens

    /// There is something new to send. It may wait a little for company.
    package mutating func becameDue(at now: Instant) { look(at: now + pace.linger) }

    private mutating func look(at moment: Instant) { due = min(due ?? moment, moment) }

    package mutating func set(_ mode: Mode, at now: Instant) {
        guard mode != self.mode, self.mode != .stopping else { return }
        if mode == .running {
            breaker = Breaker()
            restsUntil = nil
            throttles = 0
            look(at: now)
        }
        self.mode = mode
    }

    /// A lane that was told to stop, because it had left the configuration, is in it again.
    package mutating func reinstate(_ mode: Mode, at now: Instant) {
        self.mode = mode
        look(at: now)
    }

    /// Gives back what has not been sent: it was written for a destination that is configured differently now.
    package mutating func reconfigured(at now: Instant) -> [Action] {
        let batches = waiting
        waiting = []
        if !batches.isEmpty { look(at: now) }
        return batches.map { batch in
            families[batch.family] = nil
            return .settle(claim: batch.claim, batch.rows.map { released($0, note: nil) })
        }
    }

    /// Settlements have been written later than they were meant to: what they made due may have been missed.
    package mutating func wereWrittenLate(_ settlements: [Settlement], at now: Instant) {
        for settlement in settlements {
            switch settlement.end {
            case .outcome: break
            case .retry(let due, _, _), .alone(let due): look(at: due)
            case .release: look(at: now)
            }
        }
    }

    /// The store answered a claim. `rows` are those of its deliveries that can be sent, `ends` what became of the
    /// others at once.
    package mutating func claimed(_ claim: Claim, rows: [Row], ends: [Settlement], at now: Instant) -> [Action] {
        isClaiming = false
        hasBacklog = claim.deliveries.count >= lastLimit
        if let next = claim.nextDue { look(at: next) }
        if leases.count > 32 { forgetFinishedClaims() }
        leases[claim.id] = now + lease - pace.totalTimeout
        var ends = ends
        var sendable: [Row] = []
        sendable.reserveCapacity(rows.count)
        for row in rows {
            if let end = end(of: row.delivery, at: now) { ends.append(end) } else { sendable.append(row) }
        }
        for chunk in chunks(sendable) {
            lastBatch += 1
            waiting.append(Batch(id: lastBatch, claim: claim.id, rows: chunk))
        }
        return ends.isEmpty ? [] : [.settle(claim: claim.id, ends)]
    }

    private mutating func forgetFinishedClaims() {
        let open = Set(waiting.map(\.claim) + inFlight.values.map(\.claim))
        leases = leases.filter { open.contains($0.key) }
    }

    /// The claim could not be made; the store has said why elsewhere.
    package mutating func claimFailed(at now: Instant) {
        isClaiming = false
        look(at: now + .seconds(1))
    }

    /// What a delivery comes to before it is sent: nothing, if its window is still open.
    private func end(of delivery: Delivery, at now: Instant) -> Settlement? {
        if delivery.expires <= now {
            return Settlement(
                lead: delivery.lead, end: .outcome(.expired), receipt: Receipt(status: 0, code: "expired"))
        }
        if expires(delivery) <= now {
            let receipt = Receipt(
                status: 0, code: "outcome_unknown",
                message:
                    "an earlier attempt may have been stored, and the platform would count a repetition twice by now")
            return Settlement(lead: delivery.lead, end: .outcome(.expired), receipt: receipt)
        }
        return nil
    }

    /// The end of the platform's window, or of its memory for an event that it may have stored.
    private func expires(_ delivery: Delivery) -> Instant {
        guard let memory = limits.deduplication, let since = delivery.uncertainSince else { return delivery.expires }
        return min(delivery.expires, since + memory)
    }

    /// Requests' worth of rows: one stream each, at most a batch, no key twice.
    private func chunks(_ rows: [Row]) -> [[Row]] {
        var result: [[Row]] = []
        /// The keys in each of them.
        var keys: [Set<String>] = []
        /// The chunk that is being filled, for each stream.
        var filling: [String: Int] = [:]
        for row in rows {
            let fragment = row.fragment
            func isFree(_ key: String, in chunk: Int) -> Bool { !keys[chunk].contains(key) }
            var chunk = result.count
            if !row.delivery.isAlone {
                if let current = filling[fragment.stream], result[current].count < batchSize,
                    isFree(fragment.key, in: current), fragment.otherKey.map({ isFree($0, in: current) }) ?? true
                {
                    chunk = current
                } else {
                    filling[fragment.stream] = chunk
                }
            }
            if chunk == result.count {
                result.append([])
                keys.append([])
            }
            result[chunk].append(row)
            keys[chunk].insert(fragment.key)
            if let other = fragment.otherKey { keys[chunk].insert(other) }
        }
        return result
    }

    // MARK: What to do

    /// What the lane wants done now. To be asked after everything that happened, and at `wake`.
    package mutating func next(at now: Instant, token: Token) -> [Action] {
        var unlimited: RequestBudget?
        return next(at: now, token: token, &unlimited)
    }

    /// `budget` is the quota that the lane shares with others, if any.
    package mutating func next(at now: Instant, token: Token, _ budget: inout RequestBudget?) -> [Action] {
        var actions: [Action] = []
        wake = nil
        waitsForBudget = false
        if case .refused(let reason) = token, mode == .running { actions += hold(reason) }
        releaseWhatCannotBeSent(at: now, &actions)
        if mode == .running {
            send(at: now, token, &budget, &actions)
            claim(at: now, token, &budget, &actions)
        }
        // While it fetches what it will send, its turn is kept.
        if !waitsForBudget, !isClaiming { budget?.leave(name) }
        return actions
    }

    private mutating func hold(_ reason: String) -> [Action] {
        mode = .held
        return [.hold(reason: reason)]
    }

    /// Rows go back to due when the lane may not send, when the breaker has opened, or when their lease would not
    /// outlast a request.
    private mutating func releaseWhatCannotBeSent(at now: Instant, _ actions: inout [Action]) {
        guard !waiting.isEmpty else { return }
        var isBlocked = mode != .running
        if case .wait = breaker.permission(at: now) { isBlocked = true }
        var kept: [Batch] = []
        for batch in waiting {
            if isBlocked || leases[batch.claim].map({ $0 <= now }) ?? true {
                families[batch.family] = nil
                actions.append(.settle(claim: batch.claim, batch.rows.map { released($0, note: nil) }))
                look(at: now)
            } else {
                kept.append(batch)
            }
        }
        waiting = kept
    }

    private func released(_ row: Row, note receipt: Receipt?) -> Settlement {
        Settlement(
            lead: row.delivery.lead, end: .release(note: receipt != nil), receipt: receipt ?? Receipt(status: 0))
    }

    private mutating func wakeAt(_ moment: Instant) { wake = min(wake ?? moment, moment) }

    private mutating func send(
        at now: Instant, _ token: Token, _ budget: inout RequestBudget?, _ actions: inout [Action]
    ) {
        while !waiting.isEmpty, inFlight.count < pace.concurrency {
            guard token == .ready else { break }
            if let rest = restsUntil, rest > now {
                wakeAt(rest)
                break
            }
            if let bucket, bucket.allowance(at: now) < 1 {
                wakeAt(bucket.ready(at: now))
                break
            }
            let permission = breaker.permission(at: now)
            if case .wait = permission { break }
            if permission == .probe {
                guard inFlight.isEmpty else { break }
                splitForProbe()
            }
            if budget?.take(name, at: now) == false {
                waitForBudget(&budget, at: now)
                break
            }
            var batch = waiting.removeFirst()
            // An isolated batch keeps its number; a new attempt of it is a new request all the same.
            lastBatch += 1
            batch.id = lastBatch
            breaker.begin(at: now)
            if let rate = pace.eventsPerSecond {
                if bucket == nil { bucket = TokenBucket(perSecond: rate, at: now) }
                bucket?.take(batch.rows.count, at: now)
            }
            inFlight[batch.id] = batch
            actions.append(.send(batch))
        }
        if let first = waiting.first, let lease = leases[first.claim] { wakeAt(lease) }
    }

    /// One event is enough to find out whether the platform is up.
    private mutating func splitForProbe() {
        guard var first = waiting.first, first.rows.count > 1 else { return }
        var probe = first
        probe.rows = [first.rows.removeFirst()]
        waiting[0] = first
        waiting.insert(probe, at: 0)
    }

    private mutating func waitForBudget(_ budget: inout RequestBudget?, at now: Instant) {
        waitsForBudget = true
        if let moment = budget?.wait(name, at: now) { wakeAt(moment) }
    }

    private mutating func claim(
        at now: Instant, _ token: Token, _ budget: inout RequestBudget?, _ actions: inout [Action]
    ) {
        guard !isClaiming, waiting.isEmpty, token == .ready, let due else { return }
        let free = pace.concurrency - inFlight.count + (hasBacklog ? 1 : 0)
        guard free > 0 else { return }
        var limit = min(free * batchSize, max(batchSize, Self.maximumClaim))
        var earliest = due
        if let restsUntil { earliest = max(earliest, restsUntil) }
        switch breaker.permission(at: now) {
        case .go: break
        case .probe:
            guard inFlight.isEmpty else { return }
            limit = 1
        case .wait(let until):
            guard let until else { return }
            earliest = max(earliest, until)
        }
        if let rate = pace.eventsPerSecond {
            let bucket = bucket ?? TokenBucket(perSecond: rate, at: now)
            self.bucket = bucket
            earliest = max(earliest, bucket.ready(at: now))
            limit = min(limit, max(1, bucket.allowance(at: now)))
        }
        guard earliest <= now else { return wakeAt(earliest) }
        if let left = budget?.left(for: name, at: now) {
            guard left > 0 else { return waitForBudget(&budget, at: now) }
            limit = min(limit, min(left, Self.maximumClaim) * batchSize)
        }
        isClaiming = true
        lastLimit = limit
        // What becomes due from here on sets it anew; the claim itself says what it left behind.
        self.due = nil
        actions.append(.claim(limit: limit))
    }

    // MARK: Answers

    /// A request was answered, or came to nothing.
    ///
    /// `amend` answers an event without what it was rejected for, if there is such an event. It goes out again at once;
    /// the others of its request are settled by their own verdicts.
    package mutating func answered(
        _ id: Int, _ reading: Reading, took: Duration, at now: Instant, amend: (Row, Receipt) -> Row? = { _, _ in nil }
    ) -> [Action] {
        guard let batch = inFlight.removeValue(forKey: id) else { return [] }
        precondition(reading.verdicts.count == batch.rows.count, "one verdict for each event")
        note(reading, at: now)
        if case .retry(let receipt, .credentials, _)? = reading.verdicts.first {
            return refusedForToken(batch, receipt, took: took)
        }
        var result = Settling(batch: batch, took: took)
        // Only what was sent as a whole has an order that the platform can refer to.
        if let wait = limits.confirmAfter, reading.verdicts.allSatisfy(\.isSent) { result.confirmAt = now + wait }
        for (row, verdict) in zip(batch.rows, reading.verdicts) {
            if case .rejected(let receipt) = verdict, row.amendments.count < Amendments.most,
                let amended = amend(row, receipt)
            {
                if mode == .running {
                    result.amended.append(amended)
                } else {
                    // It goes when the lane does again.
                    result.end(row, .release(note: true), receipt)
                }
            } else {
                judge(row, verdict, &result, at: now)
            }
        }
        var actions: [Action] = []
        if let receipt = result.holdReceipt {
            result.release(result.isolated + result.amended, receipt)
            (result.isolated, result.amended) = ([], [])
            actions += hold(reason(receipt))
        }
        isolate(&result, at: now)
        if !result.amended.isEmpty {
            var again = batch
            again.rows = result.amended
            waiting.insert(again, at: 0)
        }
        leave(batch.family, rows: result.settlements.count)
        if !result.settlements.isEmpty { actions.append(.settle(claim: batch.claim, result.settlements)) }
        return actions
    }

    /// What one answer leads to.
    private struct Settling {
        var batch: Batch
        var took: Duration
        var settlements: [Settlement] = []
        var isolated: [Row] = []
        /// Events without what they were rejected for.
        var amended: [Row] = []
        var isolationReceipt = Receipt(status: 0)
        var holdReceipt: Receipt?
        /// When the platform is to be asked what became of the request.
        var confirmAt: Instant?

        init(batch: Batch, took: Duration) {
            self.batch = batch
            self.took = took
            settlements.reserveCapacity(batch.rows.count)
        }

        mutating func end(_ row: Row, _ end: Settlement.End, _ receipt: Receipt) {
            settlements.append(
                Settlement(lead: row.delivery.lead, end: end, receipt: receipt, took: took, confirmAt: confirmAt))
        }

        mutating func release(_ rows: [Row], _ receipt: Receipt) {
            for row in rows { end(row, .release(note: true), receipt) }
        }
    }

    private mutating func judge(_ row: Row, _ verdict: Verdict, _ result: inout Settling, at now: Instant) {
        switch verdict {
        case .delivered(let receipt): result.end(row, .outcome(.delivered), receipt)
        case .sent(let receipt): result.end(row, .outcome(.sent), receipt)
        case .rejected(let receipt): result.end(row, .outcome(.rejected), receipt)
        case .retry(let receipt, let cause, let after):
            retry(row, receipt, cause, after: after, &result, at: now)
        case .hold(let receipt):
            result.holdReceipt = result.holdReceipt ?? receipt
            result.end(row, .release(note: true), receipt)
        case .isolate(let receipt):
            result.isolationReceipt = receipt
            result.isolated.append(row)
        }
    }

    private mutating func retry(
        _ row: Row, _ receipt: Receipt, _ cause: Verdict.Cause, after floor: Duration?, _ result: inout Settling,
        at now: Instant
    ) {
        var delivery = row.delivery
        if cause.isUncertain, delivery.uncertainSince == nil { delivery.uncertainSince = now }
        let due = Backoff.due(
            afterFailures: delivery.failures + 1, cause: cause, floor: floor, jitter: jitter(), now: now,
            expires: expires(delivery))
        guard let due else { return result.end(row, .outcome(.expired), receipt) }
        look(at: due)
        result.end(row, .retry(due: due, cause: cause, uncertain: cause.isUncertain), receipt)
    }

    /// What the answer says about the platform.
    private mutating func note(_ reading: Reading, at now: Instant) {
        switch reading.health {
        case .well:
            breaker.succeeded()
            throttles = 0
        case .throttled:
            // It is alive; being busy is answered by resting, not by the breaker.
            breaker.succeeded()
            throttles += 1
            let asked = reading.verdicts.lazy.compactMap(\.floor).max()
            let doubled = min(limits.throttleRest * (1 << min(throttles - 1, 10)), .hours(1))
            rest(
                for: max(asked ?? doubled, Backoff.throttled), RestReason(reading, isAsked: asked != nil), at: now)
        case .failing: breaker.failed(at: now)
        }
        if let rest = reading.rest { self.rest(for: rest, reading.health == .throttled ? .throttled : .asked, at: now) }
    }

    private mutating func rest(for time: Duration, _ reason: RestReason, at now: Instant) {
        if let restsUntil, restsUntil >= now + time { return }
        (restsUntil, restReason) = (now + time, reason)
    }

    /// A refused token is renewed once for each request; refused again, a person must look at it.
    private mutating func refusedForToken(_ batch: Batch, _ receipt: Receipt, took: Duration) -> [Action] {
        if batch.hasRenewed {
            var result = Settling(batch: batch, took: took)
            result.release(batch.rows, receipt)
            families[batch.family] = nil
            return hold(reason(receipt)) + [.settle(claim: batch.claim, result.settlements)]
        }
        var batch = batch
        batch.hasRenewed = true
        waiting.insert(batch, at: 0)
        return [.renewToken]
    }

    private func reason(_ receipt: Receipt) -> String {
        receipt.message.isEmpty ? receipt.code : "\(receipt.code): \(receipt.message)"
    }

    // MARK: Isolation

    /// How often an answer may name some events of a request before the rest is halved instead.
    private static let maximumRounds = 20

    /// What nobody has judged goes out again at once: in one piece if the answer named others, in halves if it did not.
    private mutating func isolate(_ result: inout Settling, at now: Instant) {
        let rows = result.isolated
        guard !rows.isEmpty else { return }
        let receipt = result.isolationReceipt
        let batch = result.batch
        if families[batch.family] == nil {
            families[batch.family] = Family(budget: Self.budget(rows.count), open: batch.rows.count)
        }
        let named = rows.count < batch.rows.count
        let halves = !named || batch.rounds >= Self.maximumRounds
        families[batch.family]?.budget -= halves ? 2 : 1
        guard rows.count > 1 || named, families[batch.family].map({ $0.budget >= 0 }) == true, mode == .running else {
            // Nothing can be learnt by sending it again: wait like after any other failure.
            for row in rows { retry(row, receipt, .unclassified, after: nil, &result, at: now) }
            return
        }
        let pieces = halves ? [rows[..<(rows.count / 2)], rows[(rows.count / 2)...]] : [rows[...]]
        let parts = pieces.filter { !$0.isEmpty }.map { piece in
            var part = batch
            part.rows = Array(piece)
            part.rounds += 1
            return part
        }
        waiting.insert(contentsOf: parts, at: 0)
    }

    /// Requests that may be spent on one that fell apart before the rest waits for its next attempt. Enough to find a
    /// dozen guilty events among a thousand; if all are guilty they are found over several attempts, without a storm of
    /// requests.
    private static func budget(_ rows: Int) -> Int {
        let depth = Int.bitWidth - rows.leadingZeroBitCount
        return 24 * depth + 2
    }

    private mutating func leave(_ family: Int, rows: Int) {
        guard var known = families[family] else { return }
        known.open -= rows
        families[family] = known.open > 0 ? known : nil
    }
}

extension Verdict {
    /// What the platform asked for at least before the next attempt.
    fileprivate var floor: Duration? { if case .retry(_, _, let after) = self { after } else { nil } }
    fileprivate var isSent: Bool { if case .sent(let receipt) = self { !receipt.requestID.isEmpty } else { false } }
}
