import Domain
import SQLite

extension Tables {
    func claim(_ name: String, limit: Int, lease: Duration, now: Instant) throws(SQLiteError) -> Claim {
        let destination = try destinationID(name, now: now)
        for id in claimed.overdue(destination, at: now) { try giveBack(id) }
        var deliveries: [Delivery] = []
        var held: [HeldDelivery] = []
        var nextDue: Instant?
        let waiting = try statement(.waiting)
        waiting.bind(1, destination)
        while try waiting.step() {
            let (due, lead) = (waiting.integer(0), LeadID(rawValue: waiting.integer(1)))
            if claimed.holds(lead, destination) { continue }
            guard due <= now.milliseconds, deliveries.count < limit else {
                nextDue = Instant(milliseconds: due)
                break
            }
            held.append(
                HeldDelivery(
                    lead, dimension: waiting.integer(6), failures: waiting.integer(2), expires: waiting.integer(3),
                    uncertain: waiting.optionalInteger(4)))
            deliveries.append(
                Delivery(
                    lead: lead, failures: Int(waiting.integer(2)), expires: Instant(milliseconds: waiting.integer(3)),
                    uncertainSince: waiting.optionalInteger(4).map(Instant.init(milliseconds:)),
                    isAlone: waiting.integer(5) != 0))
        }
        waiting.reset()
        newestClaim += 1
        let id = newestClaim
        if !deliveries.isEmpty {
            claimed.add(OpenClaim(destination, claimedAt: now, until: now + lease, held), as: id)
            let keep = try statement(.keepClaim)
            keep.bind(1, id)
            keep.bind(2, destination)
            keep.bind(3, now.milliseconds)
            keep.bind(4, deliveries.map(\.lead).packed)
            try keep.run()
        }
        // Deliveries in hand come back to due when their lease runs out, should nobody settle them: then somebody has
        // to look.
        let next = [nextDue, claimed.firstReturn(destination)].compactMap { $0 }.min()
        return Claim(id: id, destination: name, deliveries: deliveries, nextDue: next)
    }

    /// The lease of a claim has run out: what it took is due again. The platform may have got it since.
    private func giveBack(_ id: Int64) throws(SQLiteError) {
        guard let claim = claimed[id] else { return }
        try markUncertain(claim.leads, claim.destination, since: claim.claimedAt)
        try endClaim(id)
    }

    private func markUncertain(_ leads: [LeadID], _ destination: Int64, since moment: Instant) throws(SQLiteError) {
        let mark = try statement(.markUncertain)
        for lead in leads {
            mark.bind(1, lead.rawValue)
            mark.bind(2, destination)
            mark.bind(3, moment.milliseconds)
            try mark.run()
        }
    }

    private func endClaim(_ id: Int64) throws(SQLiteError) {
        let end = try statement(.endClaim)
        end.bind(1, id)
        try end.run()
        claimed.end(id)
    }

    /// Writes down what of a claim is still in hand, before something that is not can be claimed again: after an
    /// unclean end only what was in hand then is uncertain.
    private func rewriteClaim(_ id: Int64) throws(SQLiteError) {
        claimed.tidy(id)
        guard let claim = claimed[id] else { return }
        let rewrite = try statement(.rewriteClaim)
        rewrite.bind(1, id)
        rewrite.bind(2, claim.leads.packed)
        try rewrite.run()
    }

    /// At start, nothing is in flight: everything that an earlier process had claimed is due again.
    func giveBackEverything() throws(SQLiteError) -> Int {
        let select = try statement(.openClaims)
        var found: [(id: Int64, destination: Int64, claimedAt: Instant, leads: [LeadID])] = []
        while try select.step() {
            found.append(
                (
                    select.integer(0), select.integer(1), Instant(milliseconds: select.integer(2)),
                    [LeadID](packed: select.bytes(3))
                ))
        }
        for claim in found {
            try markUncertain(claim.leads, claim.destination, since: claim.claimedAt)
            try endClaim(claim.id)
        }
        return found.reduce(0) { $0 + $1.leads.count }
    }

    /// Puts a delivery into the queue that had left it.
    func reopen(
        _ lead: LeadID, _ destination: Int64, due: Instant, expires: Int64, dimension: Int64, failures: Int64 = 0,
        uncertain: Int64?, isAlone: Bool = false
    ) throws(SQLiteError) {
        let reopen = try statement(.reopen)
        reopen.bind(1, lead.rawValue)
        reopen.bind(2, destination)
        reopen.bind(3, due.milliseconds)
        reopen.bind(4, expires)
        reopen.bind(5, dimension)
        reopen.bind(6, failures)
        reopen.bind(7, uncertain)
        reopen.bind(8, isAlone ? 1 : 0)
        try reopen.run()
        for id in claimed.naming(lead, destination) { try rewriteClaim(id) }
        counters.closing(destination, expires: expires, 1)
    }

    /// Writes down what the attempts of a claim came to. Returns how many were still in hand.
    func settle(_ id: Int64, _ settlements: [Settlement], now: Instant) throws(SQLiteError) -> Int {
        guard let destination = claimed[id]?.destination else { return 0 }
        var settled = 0
        var isSomeLeft = false
        var sent = SentRequests()
        for settlement in settlements {
            guard let held = claimed[id]?[settlement.lead] else {
                // Somebody else's by now; its place in the request stays.
                sent.add(settlement, expires: 0, failures: 0)
                continue
            }
            claimed.letGo(settlement.lead, of: id)
            guard try settle(settlement, held, destination, now: now, &sent) else { continue }
            settled += 1
            if case .outcome = settlement.end { continue }
            isSomeLeft = true
        }
        try keep(sent, destination, now: now)
        if claimed[id]?.remaining == 0 {
            try endClaim(id)
        } else if isSomeLeft {
            try rewriteClaim(id)
        }
        return settled
    }

    /// False if the row is not there: somebody has changed the file behind our back.
    private func settle(
        _ settlement: Settlement, _ held: HeldDelivery, _ destination: Int64, now: Instant, _ sent: inout SentRequests
    ) throws(SQLiteError) -> Bool {
        switch settlement.end {
        case .outcome(let outcome):
            let isThere = try change(.leaveQueue, settlement.lead, destination)
            sent.add(settlement, expires: isThere ? held.expires : 0, failures: isThere ? held.failures : 0)
            guard isThere else { return false }
            try end(held, destination, outcome, at: now, settlement.receipt)
        case .retry(let due, let cause, let uncertain):
            let isThere = try change(.settleRetry, settlement.lead, destination) { retry in
                retry.bind(3, due.milliseconds)
                retry.bind(4, uncertain ? 1 : 0)
                retry.bind(5, now.milliseconds)
            }
            guard isThere else { return false }
            countAnswer(.failure, destination, settlement.receipt, now: now)
            try keepAttempt(settlement, destination, cause: cause.rawValue, now: now)
            try supersedeIfRestated(settlement.lead, destination, now: now)
        case .release(let note):
            if note { try keepAttempt(settlement, destination, cause: "released", now: now) }
        case .alone(let due):
            guard try change(.settleAlone, settlement.lead, destination, { $0.bind(3, due.milliseconds) }) else {
                return false
            }
            try keepAttempt(settlement, destination, cause: "released", now: now)
        }
        return true
    }

    /// Changes the row of a delivery. False if it is not there.
    private func change(
        _ sql: SQL, _ lead: LeadID, _ destination: Int64, _ bind: (Statement) -> Void = { _ in }
    ) throws(SQLiteError) -> Bool {
        let change = try statement(sql)
        change.bind(1, lead.rawValue)
        change.bind(2, destination)
        bind(change)
        try change.run()
        return connection.changes == 1
    }

    /// Takes a delivery out of the queue; `nil` if it is not there, a lane has it in hand, or it expires after
    /// `moment`.
    func takeOut(_ lead: LeadID, _ destination: Int64, expiredBy moment: Instant? = nil) throws(SQLiteError)
        -> HeldDelivery?
    {
        if claimed.holds(lead, destination) { return nil }
        let select = try statement(.waitingDelivery)
        select.bind(1, lead.rawValue)
        select.bind(2, destination)
        guard try select.step() else { return nil }
        let found = HeldDelivery(
            lead, dimension: select.integer(0), failures: select.integer(1), expires: select.integer(2),
            uncertain: select.optionalInteger(3))
        select.reset()
        if let moment, found.expires > moment.milliseconds { return nil }
        return try change(.leaveQueue, lead, destination) ? found : nil
    }

    /// What follows when a delivery has left the queue for good.
    func end(
        _ delivery: HeldDelivery, _ destination: Int64, _ outcome: Outcome, at now: Instant, _ receipt: Receipt
    ) throws(SQLiteError) {
        let (lead, dimension) = (delivery.lead, delivery.dimension)
        try keepReceipt(
            lead, destination, outcome, at: now, failures: delivery.failures, uncertain: delivery.uncertain, receipt)
        countAnswer(outcome.tally, destination, receipt, now: now)
        let source = try source(ofDimension: dimension)
        counters.book(.open, source: source, destination: destination, -1)
        counters.closing(destination, expires: delivery.expires, -1)
        counters.book(outcome.tally, source: source, destination: destination)
        counters.count(
            outcome.tally, hour: lead.moment.hour.milliseconds, dimension: dimension, destination: destination,
            milliseconds: outcome.time(of: lead, until: now.milliseconds))
    }

    func keepReceipt(
        _ lead: LeadID, _ destination: Int64, _ outcome: Outcome, at now: Instant, failures: Int64,
        uncertain: Int64? = nil,
        _ receipt: Receipt
    ) throws(SQLiteError) {
        let keep = try statement(.keepReceipt)
        keep.bind(1, lead.rawValue)
        keep.bind(2, destination)
        keep.bind(3, outcome.tally.rawValue)
        keep.bind(4, now.milliseconds)
        keep.bind(5, failures)
        keep.bind(6, Int64(receipt.status))
        keep.bind(7, receipt.code)
        keep.bind(8, receipt.message)
        keep.bind(9, receipt.requestID)
        keep.bind(10, uncertain)
        try keep.run()
    }

    func keepAttempt(_ settlement: Settlement, _ destination: Int64, cause: String, now: Instant) throws(SQLiteError) {
        try keepAttempt(settlement.lead, destination, cause: cause, settlement.receipt, at: now.milliseconds)
    }

    func keepAttempt(_ lead: LeadID, _ destination: Int64, cause: String, _ receipt: Receipt, at moment: Int64)
        throws(SQLiteError)
    {
        let keep = try statement(.keepAttempt)
        keep.bind(1, lead.rawValue)
        keep.bind(2, destination)
        keep.bind(3, moment)
        keep.bind(4, cause)
        keep.bind(5, Int64(receipt.status))
        keep.bind(6, receipt.code)
        keep.bind(7, receipt.message)
        keep.bind(8, receipt.requestID)
        try keep.run()
    }

    /// Makes deliveries that wait after a failure due now; one step. Those that wait for their first time are left
    /// alone.
    func hurry(_ name: String, after place: (due: Int64, lead: Int64), now: Instant) throws(SQLiteError)
        -> (due: Int64, lead: Int64)?
    {
        let destination = try destinationID(name, now: now)
        let waiting = try statement(.waitingLater)
        waiting.bind(1, destination)
        waiting.bind(2, place.due)
        waiting.bind(3, place.lead)
        waiting.bind(4, Self.hurryStep)
        var failed: [Int64] = []
        var last: (due: Int64, lead: Int64)?
        var count: Int64 = 0
        while try waiting.step() {
            count += 1
            last = (waiting.integer(1), waiting.integer(0))
            let isInHand = claimed.holds(LeadID(rawValue: waiting.integer(0)), destination)
            if waiting.integer(2) > 0, !isInHand { failed.append(waiting.integer(0)) }
        }
        let hurry = try statement(.hurry)
        for lead in failed {
            hurry.bind(1, lead)
            hurry.bind(2, destination)
            hurry.bind(3, now.milliseconds)
            try hurry.run()
        }
        return count == Self.hurryStep ? last : nil
    }

    /// Rows a step: a few milliseconds of the writer's time.
    private static let hurryStep: Int64 = 1000

    func setLane(_ name: String, _ state: LaneState, reason: String, now: Instant) throws(SQLiteError) {
        let set = try statement(.setLane)
        set.bind(1, try destinationID(name, now: now))
        set.bind(2, state.rawValue)
        set.bind(3, reason)
        set.bind(4, now.milliseconds)
        try set.run()
    }
}

extension Outcome {
    var tally: Tally {
        switch self {
        case .delivered: .delivered
        case .sent: .sent
        case .rejected: .rejected
        case .expired: .expired
        case .skipped: .skipped
        case .erased: .erased
        }
    }
}
