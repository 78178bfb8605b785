import Domain
import SQLite

/// What is forgotten, and after how long.
package struct Retention: Sendable, Equatable {
    /// Clear personal data, counted from the receipt of a lead or from the decision on a quarantined event. A lead with
    /// open deliveries, or with one that the platform has taken and not confirmed yet, keeps it until they are settled,
    /// and loses it soon after.
    package var personalData: Duration = .days(7)
    /// Quarantined events that nobody decides about, counted from when they were put aside; then they are discarded,
    /// with everything personal.
    package var quarantine: Duration = .days(90)
    /// So long before its end people are told of what is still in quarantine.
    package static let quarantineNotice: Duration = .days(7)
    /// First answers to an Idempotency-Key.
    package var answers: Duration = .hours(24)
    /// Alerts with their timelines, counted from their end; markers and silences likewise.
    package var alerts: Duration = .days(400)
    /// Single events with all that became of them, and the sums of hours, counted from their receipt; what was decided
    /// in quarantine from the decision; the audit log. The sums of days and months stay for ever.
    package var history: Duration = .days(800)
    package init() {}
}

extension Tables {
    /// Rows a step: a few milliseconds of the writer's time.
    private static let purgeStep: Int64 = 200

    /// One small step. Returns whether there may be more to do at once.
    func purge(_ retention: Retention, now: Instant) throws(SQLiteError) -> Bool {
        try setFact(Self.purgedFact, now.milliseconds)
        let before = connection.totalChanges
        defer { if connection.totalChanges != before { hasPurged = true } }
        let personal = now - retention.personalData
        let answers = try purge(.purgeAnswers, try spans(.answer, before: now - retention.answers, now: now))
        let expired = try expireQuarantined(before: now - retention.quarantine, now: now)
        let quarantined = try purge(.clearQuarantined, try spans(.decided, before: personal, now: now))
        let leads = try clearLeads(before: personal, now: now)
        let late = try clearLate(before: personal, now: now)
        let repetitions = try clearRepetitions(try spans(.duplicate, before: personal, now: now))
        let awaited = try giveUpOldest(sentBefore: now - PollSchedule.totalUnasked)
        let alerts = try purgeAlerts(before: now - retention.alerts, limit: Self.purgeStep)
        let checklist = try purgeChecklist(step: Self.purgeStep, now: now)
        let volume = try purgeVolume(now: now, limit: Self.purgeStep)
        let log = try purgeAuditLog(before: now - retention.history)
        let history = try forgetHistory(before: now - retention.history, now: now)
        cleared = nil
        return log || history || answers || expired || quarantined || leads || late || repetitions || awaited || alerts
            || checklist || volume
    }

    private static let purgedFact = "purged_at"

    /// The round is over: what went in it is to go from the log as well.
    func endPurge() {
        if hasPurged { emptiesLog = true }
        hasPurged = false
    }

    private func purge(_ sql: SQL, _ spans: [Span]) throws(SQLiteError) -> Bool {
        try purge(try statement(sql), spans)
    }

    /// Runs a change of at most ?3 rows for each span from ?1 to ?2.
    private func purge(_ purge: Statement, _ spans: [Span]) throws(SQLiteError) -> Bool {
        var more = false
        for span in spans {
            purge.bind(1, span.after)
            purge.bind(2, span.before)
            purge.bind(3, Self.purgeStep)
            try purge.run()
            if connection.changes == Int(Self.purgeStep) { more = true }
        }
        return more
    }

    // MARK: Leads

    /// Goes through the leads in the order in which they were received, once. One whose deliveries are still open is
    /// written down as late.
    private func clearLeads(before bound: Instant, now: Instant) throws(SQLiteError) -> Bool {
        var more = false
        for span in try spans(.lead, before: bound, now: now) where try clear(span.isAhead ? .ahead : .due, span) {
            more = true
        }
        return more
    }

    private func clear(_ walk: Walk, _ span: Span) throws(SQLiteError) -> Bool {
        let select = try statement(.nextToClear)
        let reached = try fact(walk.time) ?? span.after
        select.bind(1, max(span.after, reached))
        select.bind(2, reached < span.after ? 0 : try fact(walk.lead) ?? 0)
        select.bind(3, span.before)
        select.bind(4, Self.purgeStep)
        var found: [(id: Int64, isOpen: Bool, receivedAt: Int64, isClear: Bool)] = []
        while try select.step() {
            found.append(
                (select.integer(0), select.integer(1) != 0, select.integer(2), select.integer(3) != 0))
        }
        for lead in found where lead.isClear {
            if lead.isOpen { try keepLate(lead.id, since: 0) } else { try clear(lead.id) }
        }
        if let last = found.last {
            try setFact(walk.time, last.receivedAt)
            try setFact(walk.lead, last.id)
        }
        return found.count == Int(Self.purgeStep)
    }

    /// A lead that comes behind those that have been cleared is written down, or nobody would come by again: it was in
    /// quarantine, or the clock is behind. Its retention counts from now on; if the clock is behind, from when leads
    /// were last looked through.
    func noteIfLate(_ lead: Lead, _ retention: Retention, now: Instant) throws(SQLiteError) {
        let last: (to: Int64, at: Int64)
        if let cleared {
            last = cleared
        } else {
            let kept = retention.personalData.milliseconds
            let (reached, purged) = (try fact(Walk.due.time), try fact(Self.purgedFact))
            last = (
                max(reached ?? .min, purged.map { $0 - kept } ?? .min),
                max(purged ?? .min, reached.map { $0 + kept } ?? .min)
            )
            cleared = last
        }
        let isBehind = last.at > (now + Self.leeway).milliseconds
        guard lead.receivedAt.milliseconds <= last.to || isBehind else { return }
        try keepLate(lead.id.rawValue, since: max(now.milliseconds, last.at))
    }

    private func keepLate(_ lead: Int64, since: Int64) throws(SQLiteError) {
        let keep = try statement(.keepLate)
        keep.bind(1, lead)
        keep.bind(2, since)
        try keep.run()
    }

    /// Goes through the late leads in rounds and clears those that have been settled since.
    private func clearLate(before bound: Instant, now: Instant) throws(SQLiteError) -> Bool {
        let select = try statement(.nextLate)
        select.bind(1, try fact("late_to") ?? 0)
        select.bind(2, Self.purgeStep)
        var found: [(id: Int64, isOpen: Bool, since: Int64)] = []
        let horizon = (now + Self.leeway).milliseconds
        while try select.step() {
            // The clock was ahead when leads were looked through: then the time of receipt is the right one.
            let since = select.integer(2) > horizon ? select.integer(3) : select.integer(2)
            found.append((select.integer(0), select.integer(1) != 0, since))
        }
        let end = try statement(.endLate)
        for lead in found where !lead.isOpen && lead.since < bound.milliseconds {
            try clear(lead.id)
            end.bind(1, lead.id)
            try end.run()
        }
        let goesOn = found.count == Int(Self.purgeStep)
        if goesOn || !found.isEmpty { try setFact("late_to", goesOn ? found[found.count - 1].id : nil) }
        return goesOn
    }

    /// Takes the personal data out of a lead. An id that names a person is replaced by its mark, so that the lead is
    /// known again all the same; what platforms were told in its place goes, too, if it may contain it.
    private func clear(_ lead: Int64) throws(SQLiteError) {
        let other = try statement(
            """
            DELETE FROM alias WHERE lead = ?1 AND (
                EXISTS (SELECT 1 FROM id_mark WHERE id_mark.lead = alias.lead) OR instr(event_id, '@') > 0)
            """)
        other.bind(1, lead)
        try other.run()
        let clear = try statement(.clearPersonalData)
        clear.bind(1, lead)
        clear.bind(2, LeadID(rawValue: lead).description)
        try clear.run()
        try dropPosted(LeadID(rawValue: lead))
        let mark = try statement("DELETE FROM id_mark WHERE lead = ?1")
        mark.bind(1, lead)
        try mark.run()
    }

    private func clearRepetitions(_ spans: [Span]) throws(SQLiteError) -> Bool {
        let clear = try statement(
            """
            UPDATE duplicate SET body = NULL, same_as = NULL WHERE id IN (
                SELECT id FROM duplicate
                WHERE (body IS NOT NULL OR same_as IS NOT NULL) AND received_at > ?1 AND received_at < ?2
                ORDER BY received_at LIMIT ?3)
            """)
        return try purge(clear, spans)
    }

    // MARK: Quarantine

    /// What stands as the decision on an event that nobody has decided about in time.
    package static let expiredNote = "expired: nobody decided about it in time"

    /// Discards what has waited too long for somebody's decision. An id tells a time, too: while the clock is behind,
    /// what is put aside looks old, and its id does not.
    private func expireQuarantined(before bound: Instant, now: Instant) throws(SQLiteError) -> Bool {
        let select = try statement(
            """
            SELECT id FROM quarantine
            WHERE state = 'open' AND quarantined_at > ?1 AND quarantined_at < ?2 AND (id < ?3 OR id > ?4)
            ORDER BY quarantined_at LIMIT ?5
            """)
        var found: [LeadID] = []
        for span in try spans(.waiting, before: bound, now: now) {
            select.bind(1, span.after)
            select.bind(2, span.before)
            select.bind(3, LeadID.first(at: bound).rawValue)
            select.bind(4, LeadID.first(at: now).rawValue)
            select.bind(5, Self.purgeStep)
            while try select.step() { found.append(LeadID(rawValue: select.integer(0))) }
        }
        let clear = try statement(
            """
            UPDATE quarantine SET body = x'', query = '', edited = NULL, address = '', user_agent = '', cleared = 1
            WHERE id = ?1
            """)
        for id in found where try discard(id, note: Self.expiredNote, now: now) {
            clear.bind(1, id.rawValue)
            try clear.run()
        }
        return found.count >= Int(Self.purgeStep)
    }
}
