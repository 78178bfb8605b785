import Domain
import Service
import Store
import TestSupport

/// Four hundred days of leads, as a relay leaves them that has run for so long.
enum History {
    static let days = 400
    static let clients = 10
    static let groupsOfClient = 20
    static let adsOfGroup = 25

    static func fill(_ database: String, leads count: Int) throws {
        let end = Instant(milliseconds: Clock.system.milliseconds()).hour
        let moment = Locked(end - .days(days))
        let ledger = try Ledger(
            path: database, options: Fill.options, clock: Clock { moment.withLock { $0.milliseconds } },
            log: Log(threshold: .warning))
        let destinations = ["google", "meta"]
        try ledger.deliveries.register(destinations)
        try ledger.figures.arrange(
            Calendars(
                zones: Dictionary(uniqueKeysWithValues: (0..<clients).map { ("client\($0)", TimeZoneRules.utc) }),
                clients: [:]))
        let reader = try ledger.reader()
        var random = SeededGenerator(seed: 1)
        let body = Array("{}".utf8)
        var filled = 0
        for day in 0..<days {
            let before = filled
            for hour in day * 24..<(day + 1) * 24 {
                let now = end - .days(days) + .hours(hour)
                moment.withLock { $0 = now }
                // Every hour has its share, so that the last one ends with all of them.
                let due = count * (hour + 1) / (days * 24) - filled
                let submission = Submission(source: "bench", receivedAt: now, format: .json, body: body)
                _ = try ledger.inbox.append([AppendRequest(Array(repeating: submission, count: due))])
                filled += due
            }
            // Judged and delivered a whole day at a time: each ad's lines of the day are then written once, not every
            // hour.
            let rows = try reader.inbox(after: LeadID(rawValue: 0), limit: filled - before)
            _ = try ledger.validation.judge(
                rows.map { row in
                    (row, .lead(lead(row, now: row.submission.receivedAt, owing: destinations, &random)))
                })
            try Fill.deliver(ledger, to: destinations, rows.count)
            if day % 10 == 9 { Log.standardError("day \(day + 1) of \(days), \(filled) leads") }
        }
        ledger.close()
    }

    private static func lead(
        _ row: InboxRow, now: Instant, owing destinations: [String], _ random: inout SeededGenerator
    ) -> Lead {
        let ad = Int.random(in: 0..<clients * groupsOfClient * adsOfGroup, using: &random)
        let group = ad / adsOfGroup
        var quality: Lead.Quality = [.email]
        if !ad.isMultiple(of: 3) { quality.insert(.clickID) }
        if ad.isMultiple(of: 2) { quality.insert(.phone) }
        return Lead(
            id: row.id, source: "bench", receivedAt: now, eventID: row.id.description, event: "lead",
            occurredAt: now,
            dimension: Dimension(
                source: "bench", client: "client\(group / groupsOfClient)", group: "group\(group)",
                campaign: "campaign\(ad / 5)", adset: "adset\(ad / 2)", ad: "ad\(ad)"),
            payload: [], quality: quality,
            routes: destinations.map { Route($0, .open(notBefore: now, expires: now + .days(6))) })
    }
}
