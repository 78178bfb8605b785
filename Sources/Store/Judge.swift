package import Domain
import SQLite

/// What one round of judging came to.
package struct Judged: Equatable, Sendable {
    package var leads = 0
    package var duplicates = 0
    package var quarantined = 0
    /// Given up as junk.
    package var discarded = 0
    /// Rows that had left the inbox before; nothing was done for them.
    package var stale = 0
}

extension Tables {
    func judge(
        _ judgements: [(id: LeadID, judgement: Judgement)], sources sourceOf: [LeadID: String], now: Instant,
        due: (Set<String>) -> Void
    ) throws(SQLiteError) -> Judged {
        var judged = Judged()
        var touched: Set<String> = []
        var identifiers = IdentifierEntries()
        let leave = try statement(.leaveInbox)
        for (id, judgement) in judgements {
            if let name = sourceOf[id], Source.isSynthetic(name) {
                try forget(id, judgement, source: name, &judged)
                continue
            }
            if case .discard(let signs) = judgement {
                guard let source = sourceOf[id] else { preconditionFailure("a judgement without its source") }
                try discardJunk(id, signs, source: source, now: now, &judged)
                leave.bind(1, id.rawValue)
                try leave.run()
                continue
            }
            if case .quarantine(let defects) = judgement {
                // Copies the row out of the inbox, so it comes before leaving.
                guard let source = sourceOf[id] else { preconditionFailure("a judgement without its source") }
                try quarantine(id, defects, source: source, now: now, &judged)
                leave.bind(1, id.rawValue)
                try leave.run()
                continue
            }
            leave.bind(1, id.rawValue)
            try leave.run()
            guard connection.changes == 1 else {
                judged.stale += 1
                continue
            }
            if case .lead(let lead) = judgement { try keep(lead, now: now, &judged, &touched, &identifiers) }
        }
        try keepIdentifiers(identifiers)
        if !touched.isEmpty { due(touched) }
        return judged
    }

    /// A test lead of our own leaves nothing behind, not even in the books. Whoever waits for it is told.
    private func forget(_ id: LeadID, _ judgement: Judgement, source name: String, _ judged: inout Judged)
        throws(SQLiteError)
    {
        let leave = try statement(.leaveInbox)
        leave.bind(1, id.rawValue)
        try leave.run()
        guard connection.changes == 1 else {
            judged.stale += 1
            return
        }
        let source = try sourceID(name)
        counters.book(.inbox, source: source, -1)
        counters.book(.received, source: source, -1)
        afterCommit.append { [self] in onSynthetic(id, judgement) }
    }

    private func keep(
        _ lead: Lead, now: Instant, _ judged: inout Judged, _ touched: inout Set<String>,
        _ identifiers: inout IdentifierEntries
    ) throws(SQLiteError) {
        let source = try sourceID(lead.source)
        let dimension = try dimensionID(lead.dimension)
        let hour = lead.receivedAt.hour.milliseconds
        counters.book(.inbox, source: source, -1)
        try acceptEvent(lead.id, source: source)
        let insert = try statement(.keepLead)
        insert.bind(1, lead.id.rawValue)
        insert.bind(2, source)
        insert.bind(3, lead.eventID)
        insert.bind(4, lead.receivedAt.milliseconds)
        insert.bind(5, lead.occurredAt.milliseconds)
        insert.bind(6, lead.event)
        insert.bind(7, lead.isTest ? 1 : 0)
        insert.bind(8, dimension)
        insert.bind(9, lead.quality.rawValue)
        insert.bind(10, lead.payload)
        insert.bind(11, lead.raw)
        insert.bind(12, lead.notes.joined(separator: "\n"))
        try insert.run()
        guard connection.changes == 1 else {
            try keepDuplicate(of: lead, source: source)
            counters.book(.duplicate, source: source)
            counters.count(.duplicate, hour: hour, dimension: dimension)
            judged.duplicates += 1
            return
        }
        judged.leads += 1
        for fingerprint in lead.fingerprints { identifiers.append(fingerprint, lead.id) }
        counters.book(.lead, source: source)
        noteOddities(of: lead, source: source, hour: hour)
        if !lead.junk.isEmpty {
            countJunk(lead.junk, hour: hour, source: source, dimension: dimension)
            try markJunk(lead.id, lead.junk, now: now)
        }
        if lead.isTest {
            counters.count(.test, hour: hour, dimension: dimension)
        } else {
            counters.count(.lead, hour: hour, dimension: dimension)
            counters.countLead(slot: Int64(Slots.slot(of: lead.receivedAt)), dimension: dimension)
            if lead.quality.contains(.clickID) { counters.count(.withClickID, hour: hour, dimension: dimension) }
            if lead.quality.contains(.email) { counters.count(.withEmail, hour: hour, dimension: dimension) }
            if lead.quality.contains(.phone) { counters.count(.withPhone, hour: hour, dimension: dimension) }
            if lead.quality.contains(.consent) { counters.count(.withConsent, hour: hour, dimension: dimension) }
            if lead.dimension.group.isEmpty { counters.count(.unmapped, hour: hour, dimension: dimension) }
        }
        for route in lead.routes {
            let destination = try destinationID(route.destination, now: now)
            counters.book(.owed, source: source, destination: destination)
            if !lead.isTest {
                counters.count(
                    .owed, hour: lead.id.moment.hour.milliseconds, dimension: dimension, destination: destination)
            }
            switch route.decision {
            case .open(let notBefore, let expires):
                let owe = try statement(.owe)
                owe.bind(1, lead.id.rawValue)
                owe.bind(2, destination)
                owe.bind(3, max(now, notBefore).milliseconds)
                owe.bind(4, expires.milliseconds)
                owe.bind(5, dimension)
                try owe.run()
                counters.book(.open, source: source, destination: destination)
                counters.closing(destination, expires: expires.milliseconds, 1)
                touched.insert(route.destination)
            case .skip(let reason):
                try keepReceipt(
                    lead.id, destination, .skipped, at: now, failures: 0, Receipt(status: 0, code: reason))
                countAnswer(.skipped, destination, Receipt(status: 0, code: reason), now: now)
                noteSkip(reason, of: lead, source: source, destination: destination, hour: hour)
                counters.book(.skipped, source: source, destination: destination)
                if !lead.isTest {
                    counters.count(.skipped, hour: hour, dimension: dimension, destination: destination)
                }
            }
        }
    }

    private func keepDuplicate(of lead: Lead, source: Int64) throws(SQLiteError) {
        let select = try statement(.firstLead)
        select.bind(1, source)
        select.bind(2, lead.eventID)
        guard try select.step() else { preconditionFailure("a duplicate without its first") }
        let first = select.integer(0)
        select.reset()
        let insert = try statement(.keepDuplicate)
        insert.bind(1, lead.id.rawValue)
        insert.bind(2, source)
        insert.bind(3, first)
        insert.bind(4, lead.receivedAt.milliseconds)
        try insert.run()
    }

    private func quarantine(
        _ id: LeadID, _ defects: [Defect], source name: String, now: Instant, _ judged: inout Judged
    ) throws(SQLiteError) {
        let isNew = try !hasBeenQuarantined(id)
        let insert = try statement(.quarantine)
        insert.bind(1, id.rawValue)
        insert.bind(2, now.milliseconds)
        insert.bind(3, defects.first?.code.rawValue ?? Defect.Code.unreadable.rawValue)
        insert.bind(4, JSON.array(defects.map(\.json)).text)
        try insert.run()
        guard connection.changes == 1 else {
            judged.stale += 1
            return
        }
        let source = try sourceID(name)
        counters.book(.inbox, source: source, -1)
        counters.book(.quarantined, source: source)
        counters.count(
            .quarantined, hour: id.moment.hour.milliseconds, dimension: try dimensionID(Dimension(source: name)))
        let signs = defects.compactMap { JunkSign($0) }
        if !signs.isEmpty {
            countJunk(
                signs, hour: id.moment.hour.milliseconds, source: source,
                dimension: try dimensionID(Dimension(source: name)))
        } else if isNew {
            // Junk that is held says nothing of whether the sender is understood.
            try putAside(id, source: source)
        }
        judged.quarantined += 1
    }
}

extension Defect {
    /// From what `json` has made of it.
    package init?(json: JSON) {
        guard let pointer = json["pointer"]?.string, let code = json["code"]?.string.flatMap(Code.init),
            let message = json["message"]?.string
        else { return nil }
        self.init(code, at: pointer, message)
    }
}
