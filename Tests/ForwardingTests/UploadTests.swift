import Domain
import Forwarding
import Sandbox
import Store
import TestSupport
import Testing

/// Leads on their way through Google's older interface: with the real store and the real sandbox, on a moved clock.
@Suite struct `Leads that are uploaded to Google` {
    private func bench(_ faults: [Fault] = [], batch: Int = 500) throws -> InquiryBench {
        try InquiryBench(faults: faults, batch: batch, transport: .clickConversionUpload(version: "v26"))
    }

    @Test func `are delivered at once, and nobody is asked about them later`() throws {
        let bench = try bench()
        try bench.add(1...50)
        bench.run(for: .hours(2))
        #expect(bench.count(.delivered) == 50 && bench.questions == 0)
        #expect(bench.sandbox.received(.googleAdsUpload).count == 50)
        #expect(bench.sandbox.received(.googleAdsUpload).allSatisfy { $0.count == 1 })
        try bench.expectBalance()
    }

    @Test func `are judged row by row`() throws {
        let bench = try bench(
            [
                Fault(
                    .partial, on: .googleAdsUpload, code: "conversionUploadError.INVALID_USER_IDENTIFIER",
                    events: Fault.Events(id: "event-1")),
                Fault(
                    .partial, on: .googleAdsUpload, code: "conversionUploadError.TOO_RECENT_EVENT", count: 1,
                    events: Fault.Events(id: "event-20")),
            ], batch: 10)
        let ids = try bench.add(1...19)
        bench.run(for: .minutes(1))
        try bench.add(20...20)
        bench.run(for: .hours(1))
        // event-1 and event-10 to event-19 have that text in their ids.
        #expect(bench.count(.delivered) == 8 && bench.count(.rejected) == 11 && bench.count(.open) == 1)
        guard case .ended(.rejected, _, _, let receipt) = try bench.delivery(ids[0]).state else {
            Issue.record("not rejected"); return
        }
        #expect(receipt.code == "conversionUploadError.INVALID_USER_IDENTIFIER" && !receipt.requestID.isEmpty)
        bench.run(for: .hours(8))
        #expect(bench.count(.delivered) == 9, "the young click has grown old enough")
        try bench.expectBalance()
    }

    @Test func `whose answer was lost are known to Google the second time, which is a delivery`() throws {
        let bench = try bench([Fault(.dropAfter, on: .googleAdsUpload, count: 1)])
        let ids = try bench.add(1...10)
        bench.run(for: .minutes(10))
        #expect(bench.count(.delivered) == 10)
        #expect(bench.sandbox.received(.googleAdsUpload).allSatisfy { $0.count == 2 && $0.changes == 0 })
        guard case .ended(.delivered, _, _, let receipt) = try bench.delivery(ids[3]).state else {
            Issue.record("not delivered"); return
        }
        #expect(receipt.code == "conversionUploadError.CLICK_CONVERSION_ALREADY_EXISTS")
        try bench.expectBalance()
    }

    @Test func `go out again with a new token when Google has had enough of the old one`() throws {
        let bench = try bench([Fault(.expiredToken, on: .googleAdsUpload, count: 1)])
        let ids = try bench.add(1...10)
        bench.run(for: .seconds(3))
        #expect(bench.count(.delivered) == 10)
        #expect(try bench.delivery(ids[0]).attempts.count <= 1, "no failure of the leads")
        try bench.expectBalance()
    }

    @Test func `wait as long as Google asks them to`() throws {
        let bench = try bench([Fault(.throttle, on: .googleAdsUpload, retryAfter: 600, count: 1)])
        try bench.add(1...10)
        bench.run(for: .minutes(9))
        #expect(bench.count(.open) == 10)
        bench.run(for: .minutes(3))
        #expect(bench.count(.delivered) == 10)
    }

    @Test(arguments: ["authorizationError.USER_PERMISSION_DENIED", "conversionUploadError.NO_CONVERSION_ACTION_FOUND"])
    func `are kept while a person has to act`(_ code: String) throws {
        let bench = try bench([Fault(.errorCode, on: .googleAdsUpload, code: code, count: 1)])
        try bench.add(1...10)
        bench.run(for: .hours(1))
        #expect(bench.count(.open) == 10)
        #expect(bench.ledger.deliveries.lane("google")?.state == .held)
        #expect(bench.ledger.deliveries.lane("google")?.reason.hasPrefix(code) == true)
        try bench.ledger.deliveries.set("google", .running, reason: "")
        bench.run(for: .minutes(1))
        #expect(bench.count(.delivered) == 10)
    }
}
