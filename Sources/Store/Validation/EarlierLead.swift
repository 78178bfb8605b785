import Domain
import SQLite

/// A lead that was called the same before.
struct EarlierLead {
    var id: LeadID
    var source: Int64
    var event: String
    var isTest: Bool
    var receivedAt: Instant
    /// `nil`: from before identities were kept, or erased.
    var identity: EventIdentity<UInt32>?
    var hasAliases: Bool
    /// What it is to one still earlier, if anything.
    var kinship: Kinship?
}

/// What an event under a used id turns out to be.
enum Meeting {
    case repetition(of: EarlierLead)
    case kin(Kinship, EarlierLead)
    /// Somebody is to decide what it is to the earlier one.
    case undecided(EarlierLead)
}

extension Tables {
    /// Of leads that were called the same, the newest so many are looked at. Pages that count their visitors from one
    /// use an id again and again; a repetition follows its first within hours.
    private static let lookedAt: Int64 = 100

    /// The leads that were called so, the newest first, whatever their source and event.
    func earlier(_ lead: Lead) throws(SQLiteError) -> [EarlierLead] {
        guard lead.hasSendersID else { return [] }
        let select = try statement(.earlierLeads)
        var found: [EarlierLead] = []
        // The newer ones have the id, those whose personal data is gone the mark.
        for id in [lead.eventID] + (lead.idMark.map { [$0] } ?? []) {
            select.bind(1, id)
            select.bind(2, lead.id.rawValue)
            select.bind(3, Self.lookedAt)
            while try select.step() { found.append(Self.earlierLead(select)) }
        }
        return found
    }

    private func earlierLead(_ id: LeadID) throws(SQLiteError) -> EarlierLead? {
        let select = try statement(.earlierLead)
        select.bind(1, id.rawValue)
        defer { select.reset() }
        return try select.step() ? Self.earlierLead(select) : nil
    }

    private static func earlierLead(_ row: Statement) -> EarlierLead {
        EarlierLead(
            id: LeadID(rawValue: row.integer(0)), source: row.integer(1), event: row.text(2),
            isTest: row.integer(3) != 0, receivedAt: Instant(milliseconds: row.integer(4)),
            identity: row.optionalBytes(5).map { EventIdentity(packed: $0) }, hasAliases: row.integer(6) != 0,
            kinship: row.optionalInteger(7).flatMap(Kinship.init(rawValue:)))
    }

    /// What the lead is to those that its source called the same, for the same event; `nil`: there is none.
    func meeting(_ lead: Lead, _ row: InboxRow, among earlier: [EarlierLead]) throws(SQLiteError) -> Meeting? {
        let source = try sourceID(lead.source)
        let family = earlier.filter { $0.source == source && $0.event == lead.event && $0.isTest == lead.isTest }
        if row.treatment != .undecided {
            let named: EarlierLead? = if let first = row.first { try earlierLead(first) } else { nil }
            guard let first = named ?? family.first else { return nil }
            return .kin(row.treatment == .correction ? .correction : .reuse, first)
        }
        if !lead.hasSendersID {
            // Posted under an Idempotency-Key that came with other bytes before.
            guard let first = row.first, let lead = try sameUnnamed(lead, first, source) else { return nil }
            return .repetition(of: lead)
        }
        guard let newest = family.first else { return nil }
        var relations: [(lead: EarlierLead, relation: Encounter.Relation)] = []
        for known in family {
            let relation = try relation(of: lead, to: known)
            if relation == .repetition { return .repetition(of: known) }
            relations.append((known, relation))
        }
        // A lead that was corrected already is passed over: the correction stands in its place.
        let corrected = try corrected(among: family)
        if let target = relations.first(where: { $0.relation == .correction && !corrected.contains($0.lead.id) }) {
            return .kin(.correction, target.lead)
        }
        if let target = relations.first(where: { $0.relation == .adjustment }) {
            return .kin(.adjustment, target.lead)
        }
        return lead.identification.reuse == .quarantine ? .undecided(newest) : .kin(.reuse, newest)
    }

    private func sameUnnamed(_ lead: Lead, _ first: LeadID, _ source: Int64) throws(SQLiteError) -> EarlierLead? {
        guard let known = try earlierLead(first), known.source == source, known.event == lead.event,
            known.isTest == lead.isTest, try relation(of: lead, to: known) == .repetition
        else { return nil }
        return known
    }

    private func relation(of lead: Lead, to known: EarlierLead) throws(SQLiteError) -> Encounter.Relation {
        let mine = lead.identification
        let delay = lead.receivedAt - known.receivedAt
        if let identity = known.identity {
            let (same, different) = mine.identity.compared(with: identity)
            // Names stand in the events, which cost more to read than identities; nearly always they are not needed.
            let isClear = !same.isDisjoint(with: .person) && different.isSubset(of: .sender)
            var names = Encounter.Names.unsaid
            if !isClear, let (ours, theirs) = try events(lead, known) { names = ours.names(comparedWith: theirs) }
            return Encounter(
                identity, mine.identity, restates: mine.restates, isFromBrowser: mine.isFromBrowser, delay: delay,
                names: names
            ).relation
        }
        // Nothing is left to compare with: as before identities were kept.
        guard let (ours, theirs) = try events(lead, known) else { return .repetition }
        return Encounter(
            EventIdentity(theirs, country: mine.country), EventIdentity(ours, country: mine.country),
            restates: mine.restates, isFromBrowser: false, delay: delay, names: ours.names(comparedWith: theirs)
        ).relation
    }

    /// `nil` once the earlier one's personal data has been cleared.
    private func events(_ lead: Lead, _ known: EarlierLead) throws(SQLiteError) -> (LeadEvent, LeadEvent)? {
        let select = try statement(.payloadOfLead)
        select.bind(1, known.id.rawValue)
        defer { select.reset() }
        guard try select.step(), let payload = select.optionalBytes(0),
            let theirs = LeadEvent(payload: payload, receivedAt: known.receivedAt),
            let ours = LeadEvent(payload: lead.payload, receivedAt: lead.receivedAt)
        else { return nil }
        return (ours, theirs)
    }

    private func corrected(among family: [EarlierLead]) throws(SQLiteError) -> Set<LeadID> {
        let select = try statement("SELECT 1 FROM kinship WHERE first = ?1 AND kind = \(Kinship.correction.rawValue)")
        var found: Set<LeadID> = []
        for known in family {
            select.bind(1, known.id.rawValue)
            if try select.step() { found.insert(known.id) }
            select.reset()
        }
        return found
    }
}
