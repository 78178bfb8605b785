import Domain
import Forwarding
import Sandbox
import Store
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Lanes beside each other` {
    @Test func `a paused destination keeps its queue, takes more, and sends all of it once it is resumed`() throws {
        let rig = try Rig([Samples.meta, Samples.webhook])
        try rig.ledger.deliveries.set("meta", .paused, reason: "the account is being moved")
        let before = try rig.post((1...20).map { "before-\($0)" })
        try rig.run(until: .start + .hours(1))
        try rig.crash()
        let after = try rig.post((1...20).map { "after-\($0)" })
        try rig.run(until: .start + .days(2))
        #expect(try (before + after).allSatisfy { try rig.outcome($0, at: "meta") == "open" })
        #expect(try (before + after).allSatisfy { try rig.outcome($0, at: "crm") == "delivered" })
        #expect(rig.sandbox.received(.metaAds).isEmpty)
        try rig.resume("meta")
        try rig.run(until: .start + .days(2) + .minutes(1))
        #expect(try (before + after).allSatisfy { try rig.outcome($0, at: "meta") == "delivered" })
        #expect(rig.sandbox.received(.metaAds).map(\.count) == Array(repeating: 1, count: 40))
        #expect(try rig.ledger.reader().audit().faults == [])
    }

    @Test func `as many retries remain as lanes have failed, and no other lane has any`() throws {
        let rig = try Rig()
        rig.sandbox.play(
            Scenario(faults: [
                Fault(.status, on: .metaAds, status: 503), Fault(.throttle, on: .googleAdsUpload, retryAfter: 60),
            ]))
        let leads = try rig.post((1...5).map { "lead-\($0)" })
        try rig.run(until: .start + .seconds(2))
        for lead in leads {
            var attempts: [String: Int] = [:]
            for destination in rig.destinations {
                attempts[destination.name] = try rig.delivery(lead, at: destination.name)?.attempts.count
            }
            #expect(attempts == ["google": 0, "upload": 1, "meta": 1, "crm": 0])
        }
    }
}
