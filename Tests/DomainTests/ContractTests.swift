import Domain
import TestSupport
import Testing

/// Every file below `contracts/examples` is a case. They are received at `Instant.start`.
@Suite struct `The contract's examples` {
    static let accepted = Files.matching("contracts/examples/accepted/*.json")
    static let refused =
        (Files.matching("contracts/examples/refused/*.json")
        + Files.matching("contracts/examples/refused/beyond_schema/*.json")).filter { !$0.hasSuffix(".defects.json") }

    @Test func `are there`() {
        #expect(Self.accepted.count >= 12)
        #expect(Self.refused.count >= 28)
    }

    @Test(arguments: accepted)
    func `are accepted, and read the same from what is stored`(path: String) throws {
        let body = try #require(Files.contents(of: path))
        let reading = LeadEvent.reading(try JSON(parsing: body), receivedAt: .start)
        #expect(reading.defects == [])
        let event = try #require(reading.event)
        #expect(LeadEvent.reading(event.json, receivedAt: .start).event == event)
        #expect(validationReport(of: body, now: .start)["accepted"] == true)
    }

    @Test(arguments: refused)
    func `are refused for exactly these defects`(path: String) throws {
        let body = try #require(Files.contents(of: path))
        let expected = try JSON(parsing: #require(Files.contents(of: path.dropLast(5) + ".defects.json")))
        let report = validationReport(of: body, now: .start)
        #expect(report["accepted"] == false)
        let found = report["defects"]?.array?.map { defect -> JSON in
            .object(defect.object?.filter { $0.name != "message" } ?? [])
        }
        #expect(found.map { .array($0) } == expected)
    }
}
