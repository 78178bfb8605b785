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
        _ judgements: [(row: InboxRow, judgement: Judgement)], now: Instant, due: (Set<String>) -> Void
    ) throws(SQLiteError) -> Judged {
        var judged = Judged()
        var touched: Set<String> = []
        var identifiers = IdentifierEntries()
        leavingTogether = try whatLeavesTogether(judgements.map(\.row.id))
        defer { leavingTogether = nil }
        for (row, judgement) in judgements {
            if Source.isSynthetic(row.submission.source) {
                try forget(row.id, judgement, source: row.submission.source, &judged)
                continue
            }
            switch judgement {
            case .quarantine(let defects, let place): try putAside(row, defects, of: place, now: now, &judged)
            case .discard(let signs):
                try discardJunk(row.id, signs, source: row.submission.source, now: now, &judged)
                try leaveWithBytes(row.id)
            case .lead(let lead):
                let earlier = try earlier(lead)
                let meeting = try meeting(lead, row, among: earlier)
                if case .undecided(let first) = meeting {
                    try putAside(row, [.idReused], of: lead.dimension, first: first.id, now: now, &judged)
                    continue
                }
                guard try leave(row.id) else {
                    judged.stale += 1
                    continue
                }
                let source = try sourceID(lead.source)
                counters.book(.inbox, source: source, -1)
                try endRun(lead.id, source: source)
                if case .repetition(let first) = meeting {
                    try keepRepetition(lead, of: first, source: source, &judged, &identifiers)
                    try dropPosted(row.id)
                } else {
                    try keep(
                        lead, posted: row.submission.body, source, meeting, among: earlier, now: now, &judged, &touched,
                        &identifiers)
                }
            }
        }
        try keepIdentifiers(identifiers)
        try leaveTogether(judgements.count)
        if !touched.isEmpty { due(touched) }
        return judged
    }

    /// The span of some rows if all of them are in the inbox and none between them: they can leave it at once, which
    /// costs half of what it costs them one by one.
    private func whatLeavesTogether(_ ids: [LeadID]) throws(SQLiteError) -> ClosedRange<LeadID>? {
        guard ids.count > 1, let first = ids.first, let last = ids.last,
            zip(ids, ids.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        let count = try statement(.countInbox)
        count.bind(1, first.rawValue)
        count.bind(2, last.rawValue)
        defer { count.reset() }
        return try count.step() && count.integer(0) == Int64(ids.count) ? first...last : nil
    }

    private func leaveTogether(_ rows: Int) throws(SQLiteError) {
        guard let range = leavingTogether else { return }
        let leave = try statement(.leaveInboxTogether)
        leave.bind(1, range.lowerBound.rawValue)
        leave.bind(2, range.upperBound.rawValue)
        try leave.run()
        precondition(connection.changes == rows, "rows left the inbox while they were being judged")
    }

    /// False if the row had left the inbox before.
    private func leave(_ id: LeadID) throws(SQLiteError) -> Bool {
        if leavingTogether != nil { return true }
        let leave = try statement(.leaveInbox)
        leave.bind(1, id.rawValue)
        try leave.run()
        return connection.changes == 1
    }

    /// It is no lead: its bytes do not stay where they were. If it had left before, they may be a lead's.
    private func leaveWithBytes(_ id: LeadID) throws(SQLiteError) {
        if try leave(id) { try dropPosted(id) }
    }

    /// The row is copied out of the inbox, so that comes before leaving.
    private func putAside(
        _ row: InboxRow, _ defects: [Defect], of place: Dimension?, first: LeadID? = nil, now: Instant,
        _ judged: inout Judged
    ) throws(SQLiteError) {
        let place = try quarantinePlace(place, source: row.submission.source)
        try quarantine(row.id, defects, of: place, first: first, source: row.submission.source, now: now, &judged)
        try leaveWithBytes(row.id)
    }

    /// A test lead of our own leaves nothing behind, not even in the books. Whoever waits for it is told.
    private func forget(_ id: LeadID, _ judgement: Judgement, source name: String, _ judged: inout Judged)
        throws(SQLiteError)
    {
        guard try leave(id) else {
            judged.stale += 1
            return
        }
        try dropPosted(id)
        let source = try sourceID(name)
        counters.book(.inbox, source: source, -1)
        counters.book(.received, source: source, -1)
        afterCommit.append { [self] in onSynthetic(id, judgement) }
    }

    /// In one piece: the order in which lead, deliveries, books and counts are written is what this says.
    private func keep(
        _ lead: Lead, posted: [UInt8], _ source: Int64, _ meeting: Meeting?, among earlier: [EarlierLead], now: Instant,
        _ judged: inout Judged, _ touched: inout Set<String>, _ identifiers: inout IdentifierEntries
    ) throws(SQLiteError) {
        let dimension = try dimensionID(lead.dimension)
        let hour = lead.receivedAt.hour.milliseconds
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
        insert.bind(10, lead.payload == posted ? nil : lead.payload)
        insert.bind(11, lead.posted == posted ? nil : lead.posted)
        insert.bind(12, lead.notes.joined(separator: "\n"))
        insert.bind(13, lead.identification.identity.packed)
        try insert.run()
        if let mark = lead.idMark {
            let keep = try statement("INSERT INTO id_mark (lead, mark) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
            keep.bind(1, lead.id.rawValue)
            keep.bind(2, mark)
            try keep.run()
        }
        try noteIfLate(lead, retention, now: now)
        judged.leads += 1
        for fingerprint in lead.fingerprints { identifiers.append(fingerprint, lead.id) }
        counters.book(.lead, source: source)
        if !lead.junk.isEmpty {
            countJunk(lead.junk, hour: hour, source: source, dimension: dimension)
            try markJunk(lead.id, lead.junk, now: now)
        }
        if case .kin(let kinship, let first) = meeting { try keepKinship(kinship, lead, first, dimension: dimension) }
        if lead.isTest {
            counters.count(.test, hour: hour, dimension: dimension)
        } else if meeting?.isAdjustment != true {
            count(lead.quality, lead.dimension.group.isEmpty, hour: hour, dimension: dimension, 1)
            noteOddities(of: lead, source: source, hour: hour)
            try countLead(receivedAt: lead.receivedAt, dimension: dimension, 1)
        }
        for route in lead.routes {
            let destination = try destinationID(route.destination, now: now)
            counters.book(.owed, source: source, destination: destination)
            if !lead.isTest {
                counters.count(
                    .owed, hour: lead.id.moment.hour.milliseconds, dimension: dimension, destination: destination)
            }
            var decision = route.decision
            if case .open = decision, !earlier.isEmpty {
                let id = try platformID(
                    lead, at: destination, route.destination, meeting: meeting, among: earlier, now: now)
                switch id {
                case .told(under: let other): if let other { try keepAlias(lead.id, destination, other) }
                case .skip(let reason): decision = .skip(reason)
                }
            }
            switch decision {
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

    /// What a lead is counted as, once or back.
    func count(
        _ quality: Lead.Quality, _ isUnmapped: Bool, hour: Int64, dimension: Int64, _ times: Int64
    ) {
        counters.count(.lead, hour: hour, dimension: dimension, times)
        if quality.contains(.clickID) { counters.count(.withClickID, hour: hour, dimension: dimension, times) }
        if quality.contains(.email) { counters.count(.withEmail, hour: hour, dimension: dimension, times) }
        if quality.contains(.phone) { counters.count(.withPhone, hour: hour, dimension: dimension, times) }
        if quality.contains(.consent) { counters.count(.withConsent, hour: hour, dimension: dimension, times) }
        if isUnmapped { counters.count(.unmapped, hour: hour, dimension: dimension, times) }
    }

    private func quarantine(
        _ id: LeadID, _ defects: [Defect], of place: Int64, first: LeadID?, source name: String, now: Instant,
        _ judged: inout Judged
    ) throws(SQLiteError) {
        let isNew = try !hasBeenQuarantined(id)
        let insert = try statement(.quarantine)
        insert.bind(1, id.rawValue)
        insert.bind(2, now.milliseconds)
        insert.bind(3, defects.first?.code.rawValue ?? Defect.Code.unreadable.rawValue)
        insert.bind(4, JSON.array(defects.map(\.json)).text)
        insert.bind(5, first?.rawValue)
        insert.bind(6, place)
        try insert.run()
        guard connection.changes == 1 else {
            judged.stale += 1
            return
        }
        let source = try sourceID(name)
        counters.book(.inbox, source: source, -1)
        counters.book(.quarantined, source: source)
        counters.count(
            .quarantined, hour: id.moment.hour.milliseconds, dimension: place)
        let signs = defects.compactMap { JunkSign($0) }
        if !signs.isEmpty {
            countJunk(
                signs, hour: id.moment.hour.milliseconds, source: source, dimension: place)
        } else if isNew {
            // Junk that is held says nothing of whether the sender is understood.
            try lengthenRun(id, source: source)
        }
        judged.quarantined += 1
    }
}

extension Meeting {
    /// It is no further lead.
    fileprivate var isAdjustment: Bool { if case .kin(.adjustment, _) = self { true } else { false } }
}

extension Defect {
    fileprivate static let idReused = Defect(
        .idReused, at: "/event_id",
        """
        event_id belongs to an earlier event about somebody else, or about another deal; release it as a lead of \
        its own or as a correction of that one, or discard it.
        """
    )

    /// From what `json` has made of it.
    package init?(json: JSON) {
        guard let pointer = json["pointer"]?.string, let code = json["code"]?.string.flatMap(Code.init),
            let message = json["message"]?.string
        else { return nil }
        self.init(code, at: pointer, message)
    }
}
