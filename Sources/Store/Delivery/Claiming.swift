import Domain
import SQLite

extension Tables {
    func claim(_ name: String, limit: Int, lease: Duration, now: Instant) throws(SQLiteError) -> Claim {
        let destination = try destinationID(name, now: now)
        for (id, open) in claims where open.destination == destination && open.until <= now {
            try giveBack(open.deliveries.map(\.lead), of: id, destination, claimedAt: open.claimedAt)
        }
        let due = try statement(.due)
        due.bind(1, destination)
        due.bind(2, now.milliseconds)
        due.bind(3, Int64(limit))
        var deliveries: [Delivery] = []
        var held: [HeldDelivery] = []
        while try due.step() {
            held.append(
                HeldDelivery(
                    lead: LeadID(rawValue: due.integer(0)), dimension: due.integer(5), failures: due.integer(1),
                    expires: due.integer(2), uncertain: due.optionalInteger(3)))
            deliveries.append(
                Delivery(
                    lead: LeadID(rawValue: due.integer(0)), failures: Int(due.integer(1)),
                    expires: Instant(milliseconds: due.integer(2)),
                    uncertainSince: due.optionalInteger(3).map(Instant.init(milliseconds:)),
                    isAlone: due.integer(4) != 0))
        }
        newestClaim += 1
        let id = newestClaim
        if !deliveries.isEmpty {
            let mark = try statement(.claim)
            for delivery in deliveries {
                mark.bind(1, delivery.lead.rawValue)
                mark.bind(2, destination)
                mark.bind(3, id)
                try mark.run()
            }
            let keep = try statement(.keepClaim)
            keep.bind(1, id)
            keep.bind(2, destination)
            keep.bind(3, now.milliseconds)
            keep.bind(4, deliveries.map(\.lead).packed)
            try keep.run()
            let open = OpenClaim(
                destination: destination, claimedAt: now, until: now + lease,
                deliveries: held.sorted { $0.lead < $1.lead }, remaining: held.count)
            afterCommit.append { [self] in claims[id] = open }
        }
        // Deliveries in hand come back to due when their lease runs out, should nobody settle them: then somebody has
        // to look.
        var returns = claims.values.lazy.filter { $0.destination == destination && $0.until > now }.map(\.until).min()
        if !deliveries.isEmpty { returns = min(returns ?? now + lease, now + lease) }
        let next = [try nextDue(destination), returns].compactMap { $0 }.min()
        return Claim(id: id, destination: name, deliveries: deliveries, nextDue: next)
    }

    private func nextDue(_ destination: Int64) throws(SQLiteError) -> Instant? {
        let next = try statement(.nextDue)
        next.bind(1, destination)
        defer { next.reset() }
        return try next.step() ? Instant(milliseconds: next.integer(0)) : nil
    }

    /// Puts the deliveries of a claim back to due. The platform may have got them since the claim was made.
    private func giveBack(_ leads: [LeadID], of id: Int64, _ destination: Int64, claimedAt: Instant)
        throws(SQLiteError)
    {
        let giveBack = try statement(.returnClaimed)
        for lead in leads {
            giveBack.bind(1, lead.rawValue)
            giveBack.bind(2, destination)
            giveBack.bind(3, id)
            giveBack.bind(4, claimedAt.milliseconds)
            try giveBack.run()
        }
        try endClaim(id)
    }

    private func endClaim(_ id: Int64) throws(SQLiteError) {
        let end = try statement(.endClaim)
        end.bind(1, id)
        try end.run()
        afterCommit.append { [self] in
            claims[id] = nil
            settledNow[id] = nil
        }
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
            try giveBack(claim.leads, of: claim.id, claim.destination, claimedAt: claim.claimedAt)
        }
        return found.reduce(0) { $0 + $1.leads.count }
    }

    /// Writes down what the attempts of a claim came to. Returns how many rows still belonged to the claim.
    func settle(_ id: Int64, _ settlements: [Settlement], now: Instant) throws(SQLiteError) -> Int {
        guard let open = claims[id] else { return 0 }
        var settled = 0
        var sent = SentRequests()
        for settlement in settlements
        where try settle(settlement, claim: id, open, now: now, &sent) {
            settled += 1
        }
        try keep(sent, open.destination, now: now)
        // Other settlements of the claim may be part of the same transaction.
        let total = settledNow[id, default: 0] + settled
        settledNow[id] = total
        if total >= open.remaining {
            try endClaim(id)
        } else {
            afterCommit.append { [self] in
                claims[id]?.remaining -= settled
                settledNow[id] = nil
            }
        }
        return settled
    }

    private func settle(
        _ settlement: Settlement, claim: Int64, _ open: OpenClaim, now: Instant, _ sent: inout SentRequests
    ) throws(SQLiteError) -> Bool {
        let destination = open.destination
        func bindKey(_ statement: Statement) {
            statement.bind(1, settlement.lead.rawValue)
            statement.bind(2, destination)
            statement.bind(3, claim)
        }
        switch settlement.end {
        case .outcome(let outcome):
            guard let held = open[settlement.lead], try endDelivery(bindKey) else {
                // Somebody else's by now; its place in the request stays.
                sent.add(settlement, expires: 0, failures: 0)
                return false
            }
            sent.add(settlement, expires: held.expires, failures: held.failures)
            try self.end(
                settlement.lead, destination, outcome, dimension: held.dimension, failures: held.failures,
                expires: held.expires, uncertain: held.uncertain, at: now, settlement.receipt)
            return true
        case .retry(let due, let cause, let uncertain):
            let retry = try statement(.settleRetry)
            bindKey(retry)
            retry.bind(4, due.milliseconds)
            retry.bind(5, uncertain ? 1 : 0)
            retry.bind(6, now.milliseconds)
            try retry.run()
            guard connection.changes == 1 else { return false }
            countAnswer(.failure, destination, settlement.receipt, now: now)
            try keepAttempt(settlement, destination, cause: cause.rawValue, now: now)
            try supersedeIfRestated(settlement.lead, destination, now: now)
            return true
        case .release(let note):
            let release = try statement(.settleRelease)
            bindKey(release)
            try release.run()
            guard connection.changes == 1 else { return false }
            if note { try keepAttempt(settlement, destination, cause: "released", now: now) }
            return true
        case .alone(let due):
            let release = try statement(.settleAlone)
            bindKey(release)
            release.bind(4, due.milliseconds)
            try release.run()
            guard connection.changes == 1 else { return false }
            try keepAttempt(settlement, destination, cause: "released", now: now)
            return true
        }
    }

    /// False if it does not belong to the claim any more.
    private func endDelivery(_ bindKey: (Statement) -> Void) throws(SQLiteError) -> Bool {
        let end = try statement(.settleFinal)
        bindKey(end)
        try end.run()
        return connection.changes == 1
    }

    /// What follows when a delivery has left the queue for good.
    func end(
        _ lead: LeadID, _ destination: Int64, _ outcome: Outcome, dimension: Int64, failures: Int64,
        expires: Int64, uncertain: Int64?, at now: Instant, _ receipt: Receipt
    ) throws(SQLiteError) {
        try keepReceipt(lead, destination, outcome, at: now, failures: failures, uncertain: uncertain, receipt)
        countAnswer(outcome.tally, destination, receipt, now: now)
        let source = try source(ofDimension: dimension)
        counters.book(.open, source: source, destination: destination, -1)
        counters.closing(destination, expires: expires, -1)
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
        let waiting = try statement(.waiting)
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
            if waiting.integer(2) > 0 { failed.append(waiting.integer(0)) }
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
