import Domain
import SQLite

/// Under which id a destination is told of a lead. Platforms know an event again by its id and name, and drop or change
/// what comes under the same ones; so a lead that is another's must not have them, and one that is the same must.
///
///     at this destination, within its memory              the lead is told
///     nobody had the id for this platform event           under the sender's id
///     the same person's lead of another source had it     under that lead's id: one lead there
///     another's lead had it, of the same source           under the relay's own id of it
///     another's lead had it, of another source            under source and id
///     it corrects one that was not sent yet                in that one's place, under its id
///     it corrects one that may have been sent             under the relay's own id of it
///     it adjusts one, and the platform takes adjustments  under that one's id
///     it adjusts one that may have been sent elsewhere    not at all (`not_adjustable`)
///
/// An id that a page's pixel may have sent stays the page's: another source's lead that was not sent yet makes way.
enum PlatformID {
    enum Decision: Equatable {
        /// `nil`: the sender's.
        case told(under: String?)
        case skip(SkipReason)
    }

    /// How the delivery of a lead to a destination stands.
    enum Standing {
        /// The destination was never to be told.
        case notOwed
        /// Nobody has begun to send it.
        case waiting
        /// It was sent, or may have been.
        case told
        /// It ended without the platform having it.
        case notTold
    }
}

extension Tables {
    /// An earlier lead that a destination knows under an id for the same platform event.
    private struct Holder {
        var lead: EarlierLead
        var isWaiting: Bool
        /// `nil`: the sender's.
        var alias: String?
    }

    func platformID(
        _ lead: Lead, at destination: Int64, _ name: String, meeting: Meeting?, among earlier: [EarlierLead],
        now: Instant
    ) throws(SQLiteError) -> PlatformID.Decision {
        let handling = identityPolicy.destinations[name] ?? .unknown
        guard handling.memory != .none else { return .told(under: nil) }
        let holders = try holders(lead, destination, handling, among: earlier, now: now)
        if case .kin(let kinship, let first) = meeting, kinship != .reuse {
            switch try standing(first.id, destination) {
            case .waiting:
                try supersede(first.id, destination, now: now)
                let theirs = try alias(first, destination)
                // Another source's lead of the same person may share the id; it is that one's alone if they are two by
                // now.
                let isShared = holders.contains { $0.lead.id != first.id && $0.alias == theirs }
                return .told(under: isShared && kinship == .correction ? lead.id.description : theirs)
            case .told:
                if kinship == .correction { return .told(under: lead.id.description) }
                guard handling.adjusts else { return .skip(.notAdjustable) }
                // If it waits for another attempt, that would put the old value back.
                try supersede(first.id, destination, now: now)
                return .told(under: try alias(first, destination))
            case .notTold, .notOwed: break
            }
        }
        return .told(under: try freeID(lead, destination, holders))
    }

    /// Who is known there under any id for the event by which the platform would call this lead.
    private func holders(
        _ lead: Lead, _ destination: Int64, _ handling: IdentityPolicy.Handling, among earlier: [EarlierLead],
        now: Instant
    ) throws(SQLiteError) -> [Holder] {
        let event = handling.platformEvent(lead.event, lead.source)
        var holders: [Holder] = []
        for known in earlier where !known.isTest && handling.memory.holds(now - known.receivedAt) {
            guard try handling.platformEvent(known.event, sourceName(known.source)) == event else { continue }
            let standing = try standing(known.id, destination)
            guard standing == .waiting || standing == .told else { continue }
            holders.append(
                Holder(lead: known, isWaiting: standing == .waiting, alias: try alias(known, destination)))
        }
        return holders
    }

    private func freeID(_ lead: Lead, _ destination: Int64, _ holders: [Holder]) throws(SQLiteError) -> String? {
        let source = try sourceID(lead.source)
        if let same = holders.first(where: {
            $0.lead.source != source && $0.lead.event == lead.event && isSamePerson(lead, $0.lead)
        }) {
            return same.alias
        }
        let plain = holders.filter { $0.alias == nil }
        guard let oldest = plain.last else { return nil }
        if plain.contains(where: { $0.lead.source == source }) { return lead.id.description }
        if try makesWay(plain, for: lead) {
            let other = "\(try sourceName(oldest.lead.source)):\(lead.eventID)"
            let isTaken = holders.contains { $0.alias == other }
            for holder in plain {
                try keepAlias(holder.lead.id, destination, isTaken ? oldest.lead.id.description : other)
            }
            return nil
        }
        let own = "\(lead.source):\(lead.eventID)"
        return holders.contains { $0.alias == own } ? lead.id.description : own
    }

    /// Whether those that have the sender's id leave it to a page, whose pixel may have sent it.
    private func makesWay(_ plain: [Holder], for lead: Lead) throws(SQLiteError) -> Bool {
        guard identityPolicy.browserSources.contains(lead.source) else { return false }
        for holder in plain {
            guard holder.isWaiting, try !identityPolicy.browserSources.contains(sourceName(holder.lead.source)) else {
                return false
            }
        }
        return true
    }

    private func isSamePerson(_ lead: Lead, _ known: EarlierLead) -> Bool {
        guard let identity = known.identity else { return false }
        let (same, different) = lead.identification.identity.compared(with: identity)
        return different.isDisjoint(with: .person) && !same.isDisjoint(with: .person)
    }

    private func standing(_ lead: LeadID, _ destination: Int64) throws(SQLiteError) -> PlatformID.Standing {
        let open = try statement(.waitingDelivery)
        open.bind(1, lead.rawValue)
        open.bind(2, destination)
        if try open.step() {
            defer { open.reset() }
            return open.isNull(3) && !claimed.holds(lead, destination) ? .waiting : .told
        }
        let ended = try statement("SELECT outcome, uncertain FROM receipt WHERE lead = ?1 AND destination = ?2")
        ended.bind(1, lead.rawValue)
        ended.bind(2, destination)
        guard try ended.step() else { return .notOwed }
        defer { ended.reset() }
        let outcome = Tally(rawValue: ended.integer(0))
        return outcome == .sent || outcome == .delivered || !ended.isNull(1) ? .told : .notTold
    }

    /// The id under which a destination was told of an earlier lead, if it is not the sender's.
    private func alias(_ lead: EarlierLead, _ destination: Int64) throws(SQLiteError) -> String? {
        guard lead.hasAliases else { return nil }
        let select = try statement("SELECT event_id FROM alias WHERE lead = ?1 AND destination = ?2")
        select.bind(1, lead.id.rawValue)
        select.bind(2, destination)
        defer { select.reset() }
        return try select.step() ? select.text(0) : nil
    }

    /// The destination is told of the lead under this id. The lead must be there already.
    func keepAlias(_ lead: LeadID, _ destination: Int64, _ eventID: String) throws(SQLiteError) {
        let keep = try statement(
            """
            INSERT INTO alias (lead, destination, event_id) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET event_id = excluded.event_id
            """)
        keep.bind(1, lead.rawValue)
        keep.bind(2, destination)
        keep.bind(3, eventID)
        try keep.run()
        fresh.withdraw(lead)
        let mark = try statement("UPDATE lead SET aliases = 1 WHERE id = ?1 AND aliases = 0")
        mark.bind(1, lead.rawValue)
        try mark.run()
    }

    /// A delivery that is to be tried again, although its value was restated while it was being sent, would put the old
    /// value back.
    func supersedeIfRestated(_ lead: LeadID, _ destination: Int64, now: Instant) throws(SQLiteError) {
        let select = try statement(
            """
            SELECT 1 FROM kinship JOIN receipt ON receipt.lead = kinship.lead AND receipt.destination = ?2
            WHERE kinship.first = ?1 AND kind = \(Kinship.adjustment.rawValue)
                AND receipt.outcome <> \(Tally.skipped.rawValue)
            UNION ALL SELECT 1 FROM kinship JOIN delivery ON delivery.lead = kinship.lead AND delivery.destination = ?2
            WHERE kinship.first = ?1 AND kind = \(Kinship.adjustment.rawValue) LIMIT 1
            """)
        select.bind(1, lead.rawValue)
        select.bind(2, destination)
        let isRestated = try select.step()
        select.reset()
        if isRestated { try supersede(lead, destination, now: now) }
    }

    /// Ends a delivery that no lane has in hand: a later post goes out in its place.
    private func supersede(_ lead: LeadID, _ destination: Int64, now: Instant) throws(SQLiteError) {
        guard let waiting = try takeOut(lead, destination) else { return }
        try end(waiting, destination, .skipped, at: now, Receipt(status: 0, code: SkipReason.superseded.rawValue))
    }

    func sourceName(_ id: Int64) throws(SQLiteError) -> String {
        let select = try statement(.sourceName)
        select.bind(1, id)
        defer { select.reset() }
        guard try select.step() else { throw SQLiteError.damaged("a source vanished") }
        return select.text(0)
    }
}
