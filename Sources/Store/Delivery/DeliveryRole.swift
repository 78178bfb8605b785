package import Domain
import Service

/// What is owed to destinations: their lanes, and the verbs of a delivery's life.
package struct DeliveryRole: LedgerRole {
    let core: LedgerCore

    /// The lanes there are, by name.
    package var lanes: [Lane] { core.caches.lanes.all }
    package func lane(_ destination: String) -> Lane? { core.caches.lanes[destination] }

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
                        tables.afterCommit.append { [core] in core.caches.lanes.put(lane) }
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
                        tables.afterCommit.append { [core] in core.caches.lanes.remove(destination) }
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
        core.events.onDue(notify)
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
                tables.afterCommit.append { [core] in core.events.tellDue([destination]) }
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
            let lane = Lane(name: destination, state: state, reason: reason, since: now)
            tables.afterCommit.append { [core] in
                core.caches.lanes.put(lane)
                core.events.tellLane(destination)
            }
        } then: {
            then($0)
        }
    }

    /// Called on the writer's thread after a lane was paused, held or resumed. It must not block.
    package func onLaneChange(_ notify: @escaping @Sendable () -> Void) {
        core.events.onLaneChange(notify)
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
        core.events.tellDue([destination])
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

    /// Once the transaction is durable, tells that deliveries of some destinations became due.
    func noteDue(_ destinations: Set<String>, after tables: Tables) {
        tables.afterCommit.append { [core] in core.events.tellDue(destinations) }
    }
}
