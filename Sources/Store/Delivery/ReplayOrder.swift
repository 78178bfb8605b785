package import Domain
import SQLite

/// One lead as a replay looks at it: how its delivery to one destination stands.
package struct ReplayCandidate: Equatable, Sendable {
    package var lead: LeadID
    package var dimension: Dimension
    package var standing: Replay.Standing
    /// Its personal data has not been cleared.
    package var hasData: Bool
}

/// One delivery that is to go out again.
package struct ReplayOrder: Equatable, Sendable {
    package var lead: LeadID
    package var destination: String
    /// How it ended, as it was when the decision was made. If it is different by now, nothing happens.
    package var ended: Replay.Ended
    package var due: Instant
    package var expires: Instant
    package var uncertainSince: Instant?

    package init(
        lead: LeadID, destination: String, ended: Replay.Ended, due: Instant, expires: Instant,
        uncertainSince: Instant? = nil
    ) {
        self.lead = lead
        self.destination = destination
        self.ended = ended
        self.due = due
        self.expires = expires
        self.uncertainSince = uncertainSince
    }
}

extension Reader {
    /// How the deliveries of the next `count` leads after `place` stand at a destination, in the order of the ids and
    /// not beyond `end`; and the last lead looked at, `nil` at the end. Leads of other clients or groups are passed
    /// over.
    ///
    /// It reads `count` leads and a row of each queue by its key, whatever the history holds.
    package func replayCandidates(
        _ destination: String, after place: LeadID, before end: LeadID, client: String? = nil, group: String? = nil,
        among count: Int
    ) throws -> (found: [ReplayCandidate], place: LeadID?) {
        let select = try statement(Self.candidates)
        select.bind(1, destination)
        select.bind(2, place.rawValue)
        select.bind(3, end.rawValue)
        select.bind(4, Int64(count))
        var found: [ReplayCandidate] = []
        var last: LeadID?
        var seen = 0
        while try select.step() {
            let lead = LeadID(rawValue: select.integer(0))
            (last, seen) = (lead, seen + 1)
            let dimension = try dimension(select.integer(1))
            guard client == nil || client == dimension.client, group == nil || group == dimension.group else {
                continue
            }
            found.append(
                ReplayCandidate(
                    lead: lead, dimension: dimension, standing: Self.standing(select), hasData: select.integer(2) != 0))
        }
        return (found, seen == count ? last : nil)
    }

    private static func standing(_ row: Statement) -> Replay.Standing {
        if row.integer(3) != 0 { return .open }
        guard let outcome = Outcome.allCases.first(where: { $0.tally.rawValue == row.optionalInteger(4) }) else {
            return .notOwed
        }
        return .ended(
            Replay.Ended(
                outcome, at: Instant(milliseconds: row.integer(5)),
                sentAt: row.optionalInteger(6).map(Instant.init(milliseconds:)), isAwaited: row.integer(8) != 0,
                uncertainSince: row.optionalInteger(7).map(Instant.init(milliseconds:))))
    }

    private static let candidates = """
        SELECT lead.id, lead.dimension, \(PostedBytes.areThere()), delivery.lead IS NOT NULL,
               receipt.outcome, receipt.at, receipt.sent_at, receipt.uncertain,
               receipt.outcome = \(Tally.sent.rawValue) AND EXISTS (
                   SELECT 1 FROM awaited
                   WHERE awaited.destination = receipt.destination AND awaited.request_id = receipt.request_id)
        FROM lead
            LEFT JOIN delivery ON delivery.lead = lead.id
                AND delivery.destination = (SELECT id FROM destination WHERE name = ?1)
            LEFT JOIN receipt ON receipt.lead = lead.id
                AND receipt.destination = (SELECT id FROM destination WHERE name = ?1)
        WHERE lead.id > ?2 AND lead.id < ?3 ORDER BY lead.id LIMIT ?4
        """

    /// The lead that an id stands for: its own, or for a later post of the same event that event's. `nil` if there is
    /// neither.
    package func lead(behind id: LeadID) throws -> LeadID? {
        let select = try statement(
            "SELECT id FROM lead WHERE id = ?1 UNION ALL SELECT lead FROM duplicate WHERE id = ?1")
        select.bind(1, id.rawValue)
        defer { select.reset() }
        return try select.step() ? LeadID(rawValue: select.integer(0)) : nil
    }
}

extension Tables {
    /// Puts one delivery back into the queue. How it had ended stays in its story as an attempt, and beside it who
    /// wants it again and why. Returns false if it is no longer as the order has it, and then changes nothing.
    func replay(_ order: ReplayOrder, note: String, now: Instant) throws(SQLiteError) -> Bool {
        let destination = try destinationID(order.destination, now: now)
        let outcome = order.ended.outcome
        guard let replayed = outcome.tally.replayed else { return false }
        let takeBack = try statement(.takeBackEnded)
        takeBack.bind(1, order.lead.rawValue)
        takeBack.bind(2, destination)
        takeBack.bind(3, outcome.tally.rawValue)
        takeBack.bind(4, order.ended.at.milliseconds)
        guard try takeBack.step() else { return false }
        let receipt = Receipt(
            status: Int(takeBack.integer(0)), code: takeBack.text(1), message: takeBack.text(2),
            requestID: takeBack.text(3))
        let sentAt = takeBack.optionalInteger(4)
        takeBack.reset()
        let find = try statement(.accountOfLead)
        find.bind(1, order.lead.rawValue)
        guard try find.step() else { preconditionFailure("a receipt without its lead") }
        let (dimension, isTest) = (find.integer(0), find.integer(1) != 0)
        find.reset()

        if let sentAt {
            let sent = Receipt(status: 200, requestID: receipt.requestID)
            try keepStep(order.lead, destination, cause: Tally.sent.name, sent, at: sentAt)
        }
        try keepStep(order.lead, destination, cause: outcome.rawValue, receipt, at: order.ended.at.milliseconds)
        try keepStep(
            order.lead, destination, cause: LeadHistory.replayed,
            Receipt(status: 0, code: outcome.rawValue, message: note),
            at: now.milliseconds)

        let source = try source(ofDimension: dimension)
        counters.book(outcome.tally, source: source, destination: destination, -1)
        counters.book(.open, source: source, destination: destination)
        counters.book(replayed, source: source, destination: destination)
        // Tests are skipped without being counted.
        if !(isTest && outcome == .skipped) {
            counters.count(
                outcome.tally, hour: order.lead.moment.hour.milliseconds, dimension: dimension,
                destination: destination, -1,
                milliseconds: -outcome.time(of: order.lead, until: sentAt ?? order.ended.at.milliseconds))
        }

        try reopen(
            order.lead, destination, due: max(order.due, now), expires: order.expires.milliseconds,
            dimension: dimension, uncertain: order.uncertainSince?.milliseconds)
        return true
    }

    /// As `keepAttempt`, but never lost: an attempt in the same millisecond moves it to the next that is free.
    private func keepStep(
        _ lead: LeadID, _ destination: Int64, cause: String, _ receipt: Receipt, at moment: Int64
    ) throws(SQLiteError) {
        var moment = moment
        while true {
            try keepAttempt(lead, destination, cause: cause, receipt, at: moment)
            if connection.changes == 1 { return }
            moment += 1
        }
    }
}

extension Outcome {
    /// The milliseconds that the statistics count for an outcome at that moment. How long a lead took to be skipped or
    /// erased tells nobody anything.
    func time(of lead: LeadID, until moment: Int64) -> Int64 {
        switch self {
        case .delivered, .sent, .rejected, .expired: max(0, moment - lead.moment.milliseconds)
        case .skipped, .erased: 0
        }
    }
}

extension DeliveryRole {
    /// So many deliveries go out again in one transaction: a few milliseconds of the writer's time.
    package static let replayStep = 200

    /// Puts deliveries that have ended back into the queue, at most `replayStep` at a time. Answers those that it did:
    /// the others were no longer as the orders have them. `note` says who wants it and why, for the lead's story.
    package func replay(_ orders: [ReplayOrder], note: String) throws(StoreError) -> [ReplayOrder] {
        precondition(orders.count <= Self.replayStep, "replay in steps")
        return try wait { then in
            change(rows: orders.count * 5, .patient) { [self] tables in
                let now = now
                let replayed = try orders.filter { try tables.replay($0, note: note, now: now) }
                if !replayed.isEmpty { noteDue(Set(replayed.map(\.destination)), after: tables) }
                return replayed
            } then: {
                then($0)
            }
        }
    }
}
