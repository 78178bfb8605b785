import Domain
import Service
import Store
import TestSupport

/// Eight weeks of leads of many campaign groups, so that the cost of watching them can be measured: 50 clients with ten
/// groups each. The n-th group brings 2^(n mod 8) parts of the leads, so that the busiest has 128 times as many as the
/// quietest.
enum Groups {
    static let days = 56
    static let count = 500
    static let groupsOfClient = 10
    private static let steps = 8

    /// The history ends half an hour before the last midnight of UTC; that moment is printed as milliseconds.
    static func fill(_ database: String, leads: Int) throws {
        let today = Instant(milliseconds: Clock.system.milliseconds())
        let midnight = Slots.start(of: Slots.slot(of: today) / Slots.perDay * Slots.perDay)
        let end = midnight - .minutes(30)
        let moment = Locked(end - .days(days))
        let ledger = try Ledger(
            path: database, clock: Clock { moment.withLock { $0.milliseconds } }, log: Log(threshold: .warning))
        let reader = try ledger.reader()
        var random = SeededGenerator(seed: 1)
        var filled = 0
        for hour in 0..<(days * 24) {
            let now = end - .days(days) + .hours(hour)
            moment.withLock { $0 = now + .hours(1) }
            var due = leads * (hour + 1) / (days * 24) - filled
            while due > 0 {
                let batch = min(2000, due)
                let submissions = (0..<batch).map { number in
                    Submission(
                        source: "bench", receivedAt: now + .milliseconds(3_600_000 * number / batch), format: .json,
                        body: Array("{}".utf8))
                }
                _ = try ledger.inbox.append([AppendRequest(submissions)])
                let rows = try reader.inbox(after: LeadID(rawValue: 0), limit: batch)
                _ = try ledger.validation.judge(rows.map { ($0, .lead(lead($0, &random))) })
                filled += batch
                due -= batch
            }
            if hour % 24 == 0 { while try ledger.retention.purge() {} }
        }
        ledger.close()
        print(end.milliseconds)
    }

    private static func lead(_ row: InboxRow, _ random: inout SeededGenerator) -> Lead {
        let part = Int.random(in: 1..<(1 << steps), using: &random)
        let step = Int.bitWidth - 1 - part.leadingZeroBitCount
        // Groups of each step are count / steps, give or take one.
        let group = Int.random(in: 0..<((count - step + steps - 1) / steps), using: &random) * steps + step
        return Lead(
            id: row.id, source: "bench", receivedAt: row.submission.receivedAt,
            eventID: String(random.next(), radix: 36), event: "lead", occurredAt: row.submission.receivedAt,
            dimension: Dimension(
                source: "bench", client: "client\(group / groupsOfClient)", group: "group\(group)",
                campaign: "c\(group)", ad: "a\(group)"), payload: [], routes: [])
    }
}
