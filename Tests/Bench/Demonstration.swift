import Domain
import Glibc
import Service
import Store
import TestSupport

/// Eight weeks of two clients' leads as pages look best with: days and nights, weekends, a group that has been silent
/// since this morning, an outage some days ago that ended, a client with half its leads, a few events in quarantine.
/// Names go with `Tests/Tools/screenshots`.
enum Demonstration {
    private static let weeks = 8
    private static let step: Duration = .minutes(20)
    private static let destinations = ["acme-google", "acme-meta", "globex-meta"]

    private struct Group {
        var client: String
        var name: String
        /// Leads a day.
        var daily: Double
        var campaigns: [String]
    }

    private static let groups = [
        Group(client: "acme", name: "heat-pumps", daily: 96, campaigns: ["21450031", "21450032", "120201119"]),
        Group(client: "acme", name: "solar-roofs", daily: 60, campaigns: ["21450077", "120201180"]),
        Group(client: "acme", name: "wall-boxes", daily: 9, campaigns: ["21450090"]),
        Group(client: "globex", name: "dental-implants", daily: 40, campaigns: ["120209001", "120209002"]),
        Group(client: "globex", name: "aligners", daily: 28, campaigns: ["120209114"]),
    ]
    private static let zone = TimeZoneRules.utc

    static func fill(_ database: String) throws {
        let end = Instant(milliseconds: Clock.system.milliseconds())
        let start = end - .days(weeks * 7)
        let moment = Locked(start)
        let ledger = try Ledger(
            path: database, options: Fill.options, clock: Clock { moment.withLock { $0.milliseconds } },
            log: Log(threshold: .warning))
        try ledger.deliveries.register(destinations)
        try ledger.figures.arrange(
            Calendars(zones: ["acme": zone, "globex": zone], clients: ["acme-page": "acme", "globex-page": "globex"]))
        let reader = try ledger.reader()
        var random = SeededGenerator(seed: 1)
        var now = start
        while now < end {
            moment.withLock { $0 = now }
            for group in groups {
                let mean = group.daily * share(now) * factor(group, now, end)
                try post(group, poisson(mean, &random), now, ledger, reader, &random)
            }
            now = now + step
        }
        ledger.close()
    }

    /// How much of a day's leads comes in one step: few at night, most in the evening, less at weekends.
    private static func share(_ now: Instant) -> Double {
        let local = zone.local(now)
        let hours: [Double] = [
            0.4, 0.25, 0.15, 0.1, 0.1, 0.2, 0.5, 0.9, 1.2, 1.4, 1.4, 1.3, 1.3, 1.2, 1.2, 1.3, 1.4, 1.6, 1.8, 2.0, 1.9,
            1.5,
            1.0, 0.6,
        ]
        let weekend = local.weekday >= 6 ? 0.7 : 1.1
        let hourly: Double = hours[local.hour] / hours.reduce(0, +)
        return hourly * weekend * Double(step.components.seconds) / 3600
    }

    private static func factor(_ group: Group, _ now: Instant, _ end: Instant) -> Double {
        switch group.name {
        case "solar-roofs" where now >= end - .hours(14): 0
        case "heat-pumps" where now >= end - .days(9) && now < end - .days(9) + .hours(15): 0
        case "dental-implants" where now >= end - .days(4): 0.35
        default: 1
        }
    }

    /// Knuth's way; the means are small.
    private static func poisson(_ mean: Double, _ random: inout SeededGenerator) -> Int {
        var (count, sum) = (0, 0.0)
        while true {
            let uniform = Double.random(in: .leastNonzeroMagnitude...1, using: &random)
            sum -= log(uniform)
            if sum > mean { return count }
            count += 1
        }
    }

    private static func post(
        _ group: Group, _ count: Int, _ now: Instant, _ ledger: Ledger, _ reader: Reader,
        _ random: inout SeededGenerator
    ) throws {
        if count == 0 { return }
        let source = "\(group.client)-page"
        let submission = Submission(source: source, receivedAt: now, format: .json, body: Array("{}".utf8))
        _ = try ledger.inbox.append([AppendRequest(Array(repeating: submission, count: count))])
        let rows = try reader.inbox(after: LeadID(rawValue: 0), limit: count)
        let lanes = destinations.filter { $0.hasPrefix(group.client) }
        _ = try ledger.validation.judge(
            rows.map { row in
                if Int.random(in: 0..<60, using: &random) == 0 {
                    return (
                        row,
                        .quarantine([Defect(.malformed, at: "/person/phone", "person.phone is not a phone number.")])
                    )
                }
                let campaign = group.campaigns.randomElement(using: &random) ?? ""
                var quality: Lead.Quality = [.email, .consent]
                if Int.random(in: 0..<8, using: &random) > 0 { quality.insert(.clickID) }
                if Int.random(in: 0..<3, using: &random) > 0 { quality.insert(.phone) }
                return (
                    row,
                    .lead(
                        Lead(
                            id: row.id, source: source, receivedAt: now, eventID: String(random.next(), radix: 36),
                            event: "lead", occurredAt: now,
                            dimension: Dimension(
                                source: source, client: group.client, group: group.name, campaign: campaign,
                                adset: "\(campaign)1", ad: "\(campaign)1\(Int.random(in: 1...4, using: &random))"),
                            payload: [], quality: quality,
                            routes: lanes.map { Route($0, .open(notBefore: now, expires: now + .days(6))) }))
                )
            })
        for destination in lanes {
            let claim = try ledger.deliveries.claim(destination, limit: count, lease: .seconds(60))
            _ = try ledger.deliveries.settle(
                claim.id,
                claim.deliveries.map { delivery in
                    let isRejected = Int.random(in: 0..<40, using: &random) == 0
                    let receipt =
                        isRejected
                        ? Receipt(
                            status: 400, code: "2804050", message: "Not enough customer information", requestID: "AbC")
                        : Receipt(status: 200, requestID: "AbCdEfGhIjKlMnOp")
                    return Settlement(
                        lead: delivery.lead, end: .outcome(isRejected ? .rejected : .delivered), receipt: receipt,
                        took: .milliseconds(Int.random(in: 300...9000, using: &random)))
                })
        }
    }
}
