import Domain
import Store

/// One channel's notices on their way: a value that says what to do next and is told what came of it.
///
/// One errand at a time, so that what belongs together arrives in its order. What the lane does not hold in memory is
/// in the store: after a kill everything that was claimed is due again and counts as perhaps received.
struct ChannelLane {
    let name: String
    var notifier: any Notifier
    let jitter: @Sendable () -> Double

    private(set) var isClaiming = false
    private(set) var claim: NoticeClaim?
    private(set) var errand: SendJob?
    private(set) var call: Call?
    private(set) var serial = 0
    private var waits: [NoticePlanning.Wait] = []
    private var isStorm = false
    private var needsClaim = true
    private var nextDue: Instant?
    /// Errands that were broken off, by the first of their notices: they go on where they were.
    private var halfDone: [Int64: SendJob] = [:]
    private var told: [AlertID: Instant] = [:]
    private var nextCallAt: Instant?
    /// The channel wants to be left alone until then.
    private(set) var restsUntil: Instant?
    private(set) var isBroken = false
    /// Calls in a row that came to nothing: a channel that does not work is not hammered by one notice after the other.
    private var failuresInARow = 0
    var isStopping = false
    private(set) var tally = NoticeTally()
    /// Until when a limit of ours keeps something back.
    private(set) var limitedUntil: Instant?

    static let usualClaim = 10
    static let stormClaim = 500
    /// Longer than any errand takes.
    static let lease: Duration = .minutes(15)

    init(_ name: String, _ notifier: any Notifier, jitter: @escaping @Sendable () -> Double) {
        self.name = name
        self.notifier = notifier
        self.jitter = jitter
    }

    enum Action {
        case claim(limit: Int)
        case call(Call, serial: Int)
        case settle(NoticeClaim, [NoticeSettlement])
    }

    var isIdle: Bool { claim == nil && !isClaiming }
    var isCalling: Bool { call != nil }

    mutating func becameDue() { needsClaim = true }

    /// Whoever repaired a channel does not want to wait.
    mutating func hurry() {
        needsClaim = true
        restsUntil = nil
        isBroken = false
        failuresInARow = 0
    }

    /// When to look again if nothing happens.
    func wake(at now: Instant) -> Instant? {
        if errand != nil, call == nil { return max(now, nextCallAt ?? now) }
        guard isIdle, !isStopping else { return nil }
        let due = needsClaim ? now : nextDue
        return due.map { max($0, restsUntil ?? $0) }
    }

    mutating func next(at now: Instant) -> Action? {
        if let errand, call == nil {
            guard let next = notifier.next(errand, at: now) else { return finish(errand, at: now) }
            if let at = nextCallAt, at > now, !isStopping { return nil }
            if isStopping { return breakOff(errand, .release, at: now) }
            serial += 1
            call = next
            return .call(next, serial: serial)
        }
        guard isIdle, !isStopping, restsUntil.map({ $0 <= now }) ?? true,
            needsClaim || nextDue.map({ $0 <= now }) ?? false
        else { return nil }
        restsUntil = nil
        needsClaim = false
        isClaiming = true
        return .claim(limit: isStorm ? Self.stormClaim : Self.usualClaim)
    }

    // MARK: What came of it

    /// A claim, with what there is to say.
    mutating func claimed(_ claim: NoticeClaim, _ bulletins: [NotificationContent], at now: Instant) -> Action? {
        isClaiming = false
        nextDue = claim.nextDue
        guard !claim.bundles.isEmpty else { return nil }
        limitedUntil = nil
        self.claim = claim
        let count = claim.bundles.reduce(0) { $0 + $1.items.count }
        if isStopping { return settle([]) }
        if !isStorm, count >= Self.usualClaim, notifier.pace.bundlesFrom < .max {
            // More is waiting than was asked for: look at all of it before anything is said.
            isStorm = true
            return settle([])
        }
        isStorm = count >= Self.stormClaim
        told = told.filter { $0.value > now - .hours(1) }
        let plan = NoticePlanning(pace: notifier.pace, sent: claim.lately, told: told).plan(bulletins, at: now)
        waits = plan.waiting
        limitedUntil = waits.map(\.until).min()
        guard let parcel = plan.parcel else { return settle([]) }
        var errand = SendJob(parcel)
        if let before = halfDone.removeValue(forKey: parcel.notices[0]), before.parcel.notices == parcel.notices {
            errand.done = before.done
            errand.refusals = before.refusals
            errand.startsOver = before.startsOver
        }
        halfDone = halfDone.count > 100 ? [:] : halfDone
        self.errand = errand
        return next(at: now)
    }

    /// The store could not be asked; it is asked again in a while.
    mutating func notClaimed(at now: Instant) {
        isClaiming = false
        needsClaim = true
        restsUntil = now + .seconds(5)
    }

    mutating func answered(_ answer: CallAnswer, at now: Instant) -> Action? {
        guard let call, var errand else { return nil }
        self.call = nil
        nextCallAt = now + notifier.pace.spacing
        tally.calls += 1
        let reading = notifier.read(answer, to: call, of: errand)
        switch reading {
        case .done(let note):
            isBroken = false
            failuresInARow = 0
            errand.finish(call.step, note)
            self.errand = errand
            return next(at: now)
        case .startOver where !errand.startsOver:
            errand.startOver()
            self.errand = errand
            return next(at: now)
        case .startOver:
            return breakOff(errand, .again(after: nil, "the message it belongs to is gone", uncertain: false), at: now)
        case .refused(let reason):
            errand.refuse(call.step, reason)
            self.errand = errand
            return next(at: now)
        case .broken(let reason):
            isBroken = true
            tally.broken += 1
            tally.lastTrouble = reason
            restsUntil = now + NoticeBackoff.broken
            return breakOff(
                errand, .again(after: NoticeBackoff.broken, reason, uncertain: errand.isUncertain), at: now)
        case .retry(let trouble):
            tally.retries[trouble.cause, default: 0] += 1
            tally.lastTrouble = trouble.reason
            if let after = trouble.after { restsUntil = now + after }
            if trouble.cause == .throttled {
                let until = now + (trouble.after ?? Self.throttleRest)
                restsUntil = until
                limitedUntil = until
                return breakOff(errand, .wait(until), at: now)
            }
            failuresInARow += 1
            let rest = now + NoticeBackoff.wait(afterFailures: failuresInARow, jitter: jitter())
            restsUntil = max(restsUntil ?? rest, rest)
            let uncertain = errand.isUncertain || trouble.isUncertain
            return breakOff(errand, .again(after: trouble.after, trouble.reason, uncertain: uncertain), at: now)
        }
    }

    /// What a channel that is too busy gets when it does not say how long.
    private static let throttleRest: Duration = .seconds(30)

    mutating func settled(at now: Instant) {
        claim = nil
        // Whatever was not named is due again.
        needsClaim = true
    }

    // MARK: Ends of an errand

    private enum Break {
        case again(after: Duration?, String, uncertain: Bool)
        case wait(Instant)
        case release
    }

    private mutating func finish(_ errand: SendJob, at now: Instant) -> Action? {
        self.errand = nil
        let reference = notifier.reference(errand)
        let steps = errand.done.count
        var settlements: [NoticeSettlement] = []
        let isLost = !errand.refusals.isEmpty && errand.refusals.count == steps
        if !errand.refusals.isEmpty { tally.lastTrouble = errand.refusals[0] }
        for notice in errand.parcel.notices {
            if isLost {
                settlements.append(NoticeSettlement(notice, .givenUp(reason: errand.refusals[0])))
            } else {
                let isCounted = steps > 0 && settlements.isEmpty
                settlements.append(NoticeSettlement(notice, .sent, reference: reference, isCounted: isCounted))
            }
        }
        if isLost {
            tally.givenUp += settlements.count
        } else {
            tally.sent += settlements.count
            if steps > 0 {
                for bulletin in errand.parcel.bulletins { told[bulletin.alert.id] = now }
            }
        }
        return settle(settlements)
    }

    private mutating func breakOff(_ errand: SendJob, _ how: Break, at now: Instant) -> Action? {
        self.errand = nil
        if !errand.done.isEmpty, let first = errand.parcel.notices.first { halfDone[first] = errand }
        let reference = notifier.reference(errand)
        var settlements: [NoticeSettlement] = []
        for item in errand.parcel.bulletins.flatMap(\.items) {
            let end: NoticeSettlement.End
            switch how {
            case .release: end = .release
            case .wait(let until): end = .wait(due: until)
            case .again(let floor, let reason, let uncertain):
                let wait = NoticeBackoff.wait(afterFailures: item.notice.failures + 1, jitter: jitter())
                let due = now + max(wait, floor ?? .zero)
                if due > NoticeBackoff.end(item.notice.kind, owedSince: item.event.at) {
                    tally.givenUp += 1
                    end = .givenUp(reason: "not delivered in time: \(reason)")
                } else {
                    end = .retry(due: due, reason: reason, uncertain: uncertain)
                }
            }
            settlements.append(NoticeSettlement(item.notice.id, end, reference: reference))
        }
        return settle(settlements)
    }

    private mutating func settle(_ settlements: [NoticeSettlement]) -> Action? {
        guard let claim else { return nil }
        var all = settlements
        let named = Set(settlements.map(\.notice))
        for wait in waits {
            for notice in wait.notices where !named.contains(notice) {
                all.append(NoticeSettlement(notice, .wait(due: wait.until)))
            }
        }
        waits = []
        return .settle(claim, all)
    }
}

/// What a lane has done since the process started.
package struct NoticeTally: Equatable, Sendable {
    package var sent = 0
    package var givenUp = 0
    package var calls = 0
    package var broken = 0
    package var retries: [NoticeReading.Trouble.Cause: Int] = [:]
    /// What went wrong last; empty if nothing has.
    package var lastTrouble = ""
}
