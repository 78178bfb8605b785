import Domain
import Forwarding
import Sandbox
import Service
import Store
import TestSupport
import Testing

/// A week with everything that a week can bring, in seconds: the relay's own store and dispatcher before the imitated
/// platforms.
///
///     day 1, 10:00   Meta is down for 24 hours
///     day 3, 18:00   Google throttles for five hours
///     day 4, 09:00   Google's refresh token is dead for three hours; then a person resumes the lane
///     every hour     one lead among the others that no platform will take
///     every 20th     a reply of Meta's or Google's is lost after everything was received
///     now and then   the process ends in the middle of its work
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `A simulated week` {
    @Test func `leaves every lead delivered, rejected for a documented reason, or expired after its warning`() throws {
        let week = try Week(seed: 20261121)
        try week.live(days: 7)
        try week.rest()
        #expect(week.restarts >= 10)
        let fates = try week.fates()
        for (lane, fate) in fates.sorted(by: { $0.key < $1.key }) { print("simulated week: \(lane): \(fate.summary)") }
        #expect(fates.values.flatMap(\.faults) == [])
        // The test has shown something only if all of that has happened.
        #expect(fates["meta"]?.count("expired") ?? 0 > 0 && fates["meta"]?.count("rejected") ?? 0 >= 100)
        #expect(fates["google"]?.count("rejected") ?? 0 >= 100)
        #expect(fates.values.allSatisfy { $0.repeated > 0 })
        #expect(try week.rig.ledger.reader().audit().faults == [])
    }

    @Test func `is the same when it is lived again`() throws {
        func day() throws -> [String: Week.Fate] {
            let week = try Week(seed: 7)
            try week.live(days: 2)
            try week.rest()
            return try week.fates()
        }
        let (first, second) = (try day(), try day())
        #expect(first == second)
    }
}

/// The week's events, and what an observer notes.
final class Week {
    let rig: Rig
    private(set) var restarts = 0
    private var random: SeededGenerator
    private var leads: [(id: LeadID, name: String)] = []
    /// Leads that have little time, and those of them of whose end at Meta there was a warning while they were open.
    private var hasty: [LeadID] = []
    private var warned: Set<LeadID> = []

    private static let quarter: Duration = .minutes(15)
    private static let tokenBack: Duration = .days(4) + .hours(3) + .minutes(5)

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        var options = SandboxOptions()
        options.tokenLifetime = .seconds(3599)
        rig = try Rig([Samples.google, Samples.meta], options: options, seed: seed)
        rig.sandbox.play(Self.scenario)
    }

    /// The clock begins at nine in the morning.
    private static var scenario: Scenario {
        var outage = Fault(.status, on: .metaAds, status: 503)
        outage.after = .hours(1)
        outage.until = .hours(25)
        var throttled = Fault(.throttle, on: .googleAds, retryAfter: 120, probability: 0.8)
        throttled.after = .hours(57)
        throttled.until = .hours(62)
        var deadGrant = Fault(.errorCode, on: .googleToken, code: "invalid_grant")
        deadGrant.after = .hours(96)
        deadGrant.until = .hours(99)
        var deadToken = Fault(.expiredToken, on: .googleAds)
        deadToken.after = .hours(96)
        deadToken.until = .hours(99)
        let poison = Fault.Events(id: "poison")
        return Scenario(faults: [
            outage, throttled, deadGrant, deadToken,
            Fault(.partial, on: .googleAds, code: "INVALID_EVENT", events: poison),
            Fault(.partial, on: .metaAds, code: "100/2804050", events: poison),
            Fault(
                .processing, on: .googleAds, code: "PROCESSING_ERROR_REASON_CLICK_NOT_FOUND",
                events: Fault.Events(id: "unclicked")),
            Fault(.dropAfter, on: .googleAds, probability: 0.05), Fault(.dropAfter, on: .metaAds, probability: 0.05),
        ])
    }

    func live(days: Int) throws {
        let end = Instant.start + .days(days)
        var number = 0
        var nextCrash = Instant.start + .hours(5)
        while rig.now < end {
            let tick = rig.now + Self.quarter
            var names = (0..<Int.random(in: 1...4, using: &random)).map { index in "lead-\(number + index)" }
            number += names.count
            if number % 7 == 0 { names[0] = "unclicked-\(number)" }
            if (rig.now - .start).milliseconds % Duration.hours(1).milliseconds == 0 {
                names.append("poison-\(number)")
            }
            try post(names)
            // Written down by a call centre, and handed in just before it is too late for Meta.
            if number % 11 == 0 { try post(["late-\(number)"], daysOld: 6.6) }
            try rig.run(until: tick) {
                guard rig.isBusy, rig.now >= nextCrash else { return false }
                nextCrash = rig.now + .minutes(Int.random(in: 120...900, using: &random))
                restarts += 1
                return true
            }
            if rig.now >= .start + Self.tokenBack, rig.ledger.deliveries.lane("google")?.state == .held {
                try rig.resume("google")
            }
            try look()
        }
    }

    /// Everything that is still open comes to its end; Google has said what it will ever say.
    func rest() throws {
        for _ in 0..<96 {
            try rig.run(until: rig.now + .hours(1))
            try look()
        }
    }

    private func post(_ names: [String], daysOld: Double = 0) throws {
        var event = Samples.event
        event.occurredAt = rig.now - .seconds(Int(daysOld * 86_400)) - .minutes(1)
        event.click.landedAt = event.occurredAt - .minutes(4)
        let ids = try rig.post(names, event)
        leads += zip(ids, names).map { ($0, $1) }
        if daysOld > 0 { hasty += ids }
    }

    /// What a monitor does every few minutes.
    private func look() throws {
        let closing = try rig.ledger.reader().closingWindows(at: rig.now, within: [.hours(9)])
        if let meta = closing.first(where: { $0.destination == "meta" }), meta.counts[0] > 0 {
            for lead in hasty where !warned.contains(lead) {
                guard case .open(_, let expires, _, _)? = try rig.delivery(lead, at: "meta")?.state,
                    expires > rig.now, expires <= rig.now + .hours(9)
                else { continue }
                warned.insert(lead)
            }
        }
        // Windows on lanes that send nothing end here.
        let found = try rig.ledger.reader().closed(after: nil, among: 100_000, at: rig.now).found
        _ = try rig.ledger.deliveries.expire(found)
    }

    // MARK: What has become of it

    struct Fate: Equatable {
        private(set) var counts: [String: Int] = [:]
        var faults: [String] = []
        /// Leads that the platform got more than once, and recognised.
        var repeated = 0

        mutating func add(_ outcome: String) { counts[outcome, default: 0] += 1 }
        func count(_ outcome: String) -> Int { counts[outcome] ?? 0 }
        var summary: String {
            counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
                + ", \(repeated) received twice and recognised"
        }
    }

    private static let documented: Set<String> = [
        "INVALID_EVENT", "100/2804050",
    ]

    func fates() throws -> [String: Fate] {
        var fates: [String: Fate] = [:]
        for (id, name) in leads {
            for lane in ["google", "meta"] {
                let outcome = try rig.outcome(id, at: lane)
                fates[lane, default: Fate()].add(outcome)
                func fault(_ words: String) { fates[lane]?.faults.append("\(lane), \(name): \(words)") }
                guard case .ended(_, _, _, let receipt)? = try rig.delivery(id, at: lane)?.state else {
                    fault(outcome)
                    continue
                }
                switch outcome {
                case "delivered": if name.hasPrefix("poison") { fault("delivered") }
                case "rejected":
                    if !Self.documented.contains(receipt.code) { fault("rejected as \(receipt.code)") }
                    if !name.hasPrefix("poison") { fault("rejected without reason") }
                case "expired":
                    if !(name.hasPrefix("late") && lane == "meta") { fault("expired") }
                    if !warned.contains(id) { fault("expired without a warning") }
                default: fault(outcome)
                }
            }
        }
        for receipt in rig.sandbox.received() where receipt.count > 1 {
            let lane = receipt.platform == .metaAds ? "meta" : "google"
            fates[lane]?.repeated += 1
            // The same bytes, and while the platform remembers.
            // But for those that go once more without the click that Google does not know.
            if receipt.changes > 0, lane == "meta" || !receipt.id.hasPrefix("unclicked") {
                fates[lane]?.faults.append("\(receipt.id) was sent differently")
            }
            if lane == "meta", receipt.last - receipt.first >= .hours(48) {
                fates[lane]?.faults.append("\(receipt.id) was repeated after Meta had forgotten it")
            }
        }
        return fates
    }
}
