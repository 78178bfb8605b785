import Domain
import Glibc
import Service
import Store
import TestSupport

/// Fills a database with leads, so that costs can be measured beside a long history or a long queue.
///
///     fill DATABASE LEADS finished|open|owed|history|groups
///     fill DATABASE demonstration
///
/// `finished`: each lead was delivered to `google` and `meta`. `open`: each is owed to `google` only. `owed`: to both.
/// `history`: finished, but spread over the 400 days until now, 10 clients, 200 groups and 5,000 ads, without personal
/// data, as the purge leaves them. `groups`: eight weeks of 500 groups, see `Groups`. `demonstration`: see
/// `Demonstration`.
@main
struct Fill {
    /// What is made here can be made again: nothing waits for the disk, transactions are as big as they come, and what
    /// they change stays in memory.
    static var options: Ledger.Options {
        var options = Ledger.Options()
        options.synchronous = "OFF"
        options.maximumWaitingRows = .max
        options.claimRows = .max
        options.checkpointPages = 50_000
        options.writerCache = 2_000_000
        return options
    }

    static func main() throws {
        let arguments = CommandLine.arguments
        if arguments.count == 3, arguments[2] == "demonstration" { return try Demonstration.fill(arguments[1]) }
        guard arguments.count == 4, let count = Int(arguments[2]),
            ["finished", "open", "owed", "history", "groups"].contains(arguments[3])
        else {
            Log.standardError(
                "usage: fill DATABASE LEADS finished|open|owed|history|groups, or: fill DATABASE demonstration")
            exit(2)
        }
        if arguments[3] == "groups" { return try Groups.fill(arguments[1], leads: count) }
        if arguments[3] == "history" { return try History.fill(arguments[1], leads: count) }
        let isFinished = arguments[3] == "finished"
        let ledger = try Ledger(path: arguments[1], options: options, log: Log(threshold: .warning))
        let destinations = arguments[3] == "open" ? ["google"] : ["google", "meta"]
        try ledger.deliveries.register(destinations)
        let reader = try ledger.reader()
        var random = SeededGenerator(seed: 1)
        var filled = 0
        while filled < count {
            let batch = min(2000, count - filled)
            let now = Instant(milliseconds: Clock.system.milliseconds())
            let bodies = (0..<batch).map { event(filled + $0, at: now, &random) }
            _ = try ledger.inbox.append([
                AppendRequest(bodies.map { Submission(source: "bench", receivedAt: now, format: .json, body: $0.body) })
            ])
            let rows = try reader.inbox(after: LeadID(rawValue: 0), limit: batch)
            _ = try ledger.validation.judge(
                zip(rows, bodies).map { row, event in
                    (row, .lead(lead(row, event.id, number: filled, now: now, owing: destinations)))
                })
            if isFinished { try deliver(ledger, to: destinations, batch) }
            filled += batch
            if filled % 500_000 == 0 { Log.standardError("\(filled) of \(count) leads") }
        }
        ledger.close()
    }

    /// About 550 bytes, with an id as random as a browser's.
    private static func event(_ number: Int, at now: Instant, _ random: inout SeededGenerator) -> (
        id: String, body: [UInt8]
    ) {
        let id = String(random.next(), radix: 16) + "-" + String(random.next(), radix: 16)
        let event: JSON = [
            "event_id": .string(id), "event": "lead", "occurred_at": .string(now.rfc3339), "value": .number("49.9"),
            "currency": "EUR", "campaign_id": .string("c\(number % 10)"), "ad_id": .string("a\(number % 50)"),
            "click": [
                "gclid": .string("Cj0KCQiA-\(number)-aBcDeFgHiJkLmNoPqRsTuVwXyZ"), "fbclid": .string("IwAR0-\(number)"),
            ],
            "person": [
                "email": .string("person\(number)@example.com"), "phone": "+4930901820", "first_name": "Erika",
                "last_name": "Mustermann",
            ],
            "page": ["url": "https://www.example.com/offer?utm_source=google"],
            "client": ["ip": "203.0.113.7", "user_agent": "Mozilla/5.0 (X11; Linux x86_64)"],
            "consent": ["ad_user_data": "granted"],
        ]
        return (id, event.bytes)
    }

    private static func lead(_ row: InboxRow, _ id: String, number: Int, now: Instant, owing destinations: [String])
        -> Lead
    {
        Lead(
            id: row.id, source: "bench", receivedAt: now, eventID: id, event: "lead", occurredAt: now,
            dimension: Dimension(
                source: "bench", client: "acme", group: "g\(number % 20)", campaign: "c\(number % 10)",
                ad: "a\(number % 50)"),
            payload: row.submission.body, quality: [.clickID, .email, .phone],
            routes: destinations.map { Route($0, .open(notBefore: now, expires: now + .days(6))) })
    }

    static func deliver(_ ledger: Ledger, to destinations: [String], _ count: Int) throws {
        for destination in destinations {
            let claim = try ledger.deliveries.claim(destination, limit: count, lease: .seconds(60))
            let receipt = Receipt(status: 200, requestID: "AbCdEfGhIjKlMnOp")
            _ = try ledger.deliveries.settle(
                claim.id,
                claim.deliveries.map { Settlement(lead: $0.lead, end: .outcome(.delivered), receipt: receipt) })
        }
    }
}
