import Domain
import TestSupport
import Testing

/// Every file below `contracts/examples` is a case. They are received at `Instant.start`.
@Suite struct `The contract's examples` {
    static let accepted = Files.matching("contracts/examples/accepted/*.json")
    static let refused =
        (Files.matching("contracts/examples/refused/*.json")
        + Files.matching("contracts/examples/refused/beyond_schema/*.json")).filter {
            !$0.hasSuffix(".defects.json") && !$0.hasSuffix(".lenient.json")
        }

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
        #expect(ValidationReport(body, now: .start).isAccepted)
    }

    @Test(arguments: refused)
    func `are refused for exactly these defects`(path: String) throws {
        let body = try #require(Files.contents(of: path))
        let expected = try JSON(parsing: #require(Files.contents(of: path.dropLast(5) + ".defects.json")))
        let report = ValidationReport(body, now: .start).json
        #expect(report["accepted"] == false)
        let found = report["defects"]?.array?.map { defect -> JSON in
            .object(defect.object?.filter { $0.name != "message" } ?? [])
        }
        #expect(found.map { .array($0) } == expected)
    }

    /// What a source that is not strict makes of them: `{"left_out": […], "event": {…}}`, or the defects for which they
    /// are put aside.
    @Test(arguments: refused)
    func `are read leniently as it is written beside them`(path: String) throws {
        let body = try #require(Files.contents(of: path))
        let expected = try JSON(parsing: #require(Files.contents(of: path.dropLast(5) + ".lenient.json")))
        let report = ValidationReport(body, now: .start, manner: .lenient).json
        let found: [JSON.Member] = (report.object ?? []).compactMap { member in
            switch member.name {
            case "left_out", "event": member
            case "defects":
                JSON.Member(
                    "defects",
                    .array(
                        (member.value.array ?? []).map {
                            .object($0.object?.filter { $0.name != "message" } ?? [])
                        }))
            default: nil
            }
        }
        #expect(JSON.object(found) == expected, "\(path): \(JSON.object(found).text)")
    }
}
