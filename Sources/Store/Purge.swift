import Domain
import SQLite

/// What is forgotten, and after how long.
package struct Retention: Sendable, Equatable {
    /// Clear personal data, counted from the receipt of a lead or from the decision on a quarantined event. A lead with open
    /// deliveries, or with one that the platform has taken and not confirmed yet, keeps it until they are settled, and loses it
    /// soon after.
    package var personalData: Duration = .days(7)
    /// First answers to an Idempotency-Key.
    package var answers: Duration = .hours(24)
    /// Alerts with their timelines, counted from their end; markers and silences likewise.
    package var alerts: Duration = .days(400)
    /// Single events with all that became of them, and the sums of hours, counted from their receipt; what was decided in quarantine from
    /// the decision; the audit log. The sums of days and months stay for ever.
    package var history: Duration = .days(800)
    package init() {}
}

extension Tables {
    /// Rows a step: a few milliseconds of the writer's time.
    private static let purgeStep: Int64 = 200

    /// One small step. Returns whether there may be more to do at once.
    func purge(_ retention: Retention, now: Instant) throws(SQLiteError) -> Bool {
        let before = connection.totalChanges
        defer { if connection.totalChanges != before { hasPurged = true } }
        let answers = try purge(.purgeAnswers, before: now - retention.answers)
        let quarantined = try purge(.clearQuarantined, before: now - retention.personalData)
        let leads = try clearLeads(before: now - retention.personalData)
        let late = try clearLate()
        let repetitions = try clearRepetitions(before: now - retention.personalData)
        let awaited = try giveUpOldest(sentBefore: now - PollSchedule.totalUnasked)
        let alerts = try purgeAlerts(before: now - retention.alerts, limit: Self.purgeStep)
        let checklist = try purgeChecklist(step: Self.purgeStep, now: now)
        let volume = try purgeVolume(now: now, limit: Self.purgeStep)
        let log = try purgeAuditLog(before: now - retention.history)
        let history = try forgetHistory(before: now - retention.history)
        return log || history || answers || quarantined || leads || late || repetitions || awaited || alerts
            || checklist
            || volume
    }

    /// The round is over: what went in it is to go from the log as well.
    func endPurge() {
        if hasPurged { emptiesLog = true }
        hasPurged = false
    }

    private func purge(_ sql: SQL, before bound: Instant) throws(SQLiteError) -> Bool {
        let purge = try statement(sql)
        purge.bind(1, bound.milliseconds)
        purge.bind(2, Self.purgeStep)
        try purge.run()
        return connection.changes == Int(Self.purgeStep)
    }

    /// Goes through the leads in the order of their ids, once. One whose deliveries are still open is written down as late.
    private func clearLeads(before bound: Instant) throws(SQLiteError) -> Bool {
        let select = try statement(.nextToClear)
        select.bind(1, try fact("cleared_to") ?? 0)
        select.bind(2, LeadID.first(at: bound).rawValue)
        select.bind(3, Self.purgeStep)
        let found = try leads(select)
        for lead in found { try run(lead.isOpen ? .keepLate : .clearPersonalData, lead.id) }
        if let last = found.last { try setFact("cleared_to", last.id) }
        return found.count == Int(Self.purgeStep)
    }

    /// Goes through the late leads in rounds and clears those that have been settled since.
    private func clearLate() throws(SQLiteError) -> Bool {
        let select = try statement(.nextLate)
        select.bind(1, try fact("late_to") ?? 0)
        select.bind(2, Self.purgeStep)
        let found = try leads(select)
        for lead in found where !lead.isOpen {
            try run(.clearPersonalData, lead.id)
            try run(.endLate, lead.id)
        }
        let goesOn = found.count == Int(Self.purgeStep)
        if goesOn || !found.isEmpty { try setFact("late_to", goesOn ? found[found.count - 1].id : nil) }
        return goesOn
    }

    /// Goes through the repetitions in the order of their ids, once.
    private func clearRepetitions(before bound: Instant) throws(SQLiteError) -> Bool {
        let select = try statement("SELECT id FROM duplicate WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT ?3")
        select.bind(1, try fact("cleared_repetitions_to") ?? 0)
        select.bind(2, LeadID.first(at: bound).rawValue)
        select.bind(3, Self.purgeStep)
        var found: [Int64] = []
        while try select.step() { found.append(select.integer(0)) }
        let clear = try statement(
            "UPDATE duplicate SET body = NULL, same_as = NULL WHERE id = ?1 AND (body IS NOT NULL OR same_as IS NOT NULL)"
        )
        for id in found {
            clear.bind(1, id)
            try clear.run()
        }
        if let last = found.last { try setFact("cleared_repetitions_to", last) }
        return found.count == Int(Self.purgeStep)
    }

    private func leads(_ select: Statement) throws(SQLiteError) -> [(id: Int64, isOpen: Bool)] {
        var found: [(id: Int64, isOpen: Bool)] = []
        while try select.step() { found.append((select.integer(0), select.integer(1) != 0)) }
        return found
    }

    private func run(_ sql: SQL, _ id: Int64) throws(SQLiteError) {
        let statement = try statement(sql)
        statement.bind(1, id)
        try statement.run()
    }
}
