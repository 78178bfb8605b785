import Domain
import TestSupport
import Testing

@testable import Intake

@Suite struct `Refused requests` {
    private static func records(at hours: [Int]) -> [Refusals.Record] {
        var refusals = Refusals()
        for hour in hours {
            refusals.add(.keyUnknown, source: nil, origin: "https://www.acme.example", at: .start + .hours(hour))
        }
        return Array(refusals.all.values)
    }

    /// A stray request of last week must not make a wrong key of today look old.
    @Test(arguments: [
        ([0, 20, 40], 3, 0), ([0, 97], 1, 97), ([0, 100, 101, 102], 3, 100),
        // One on each working day, at changing hours, over a long weekend.
        ([0, 26, 49, 73, 152], 5, 0),
    ])
    func `are counted anew when they come again after days`(hours: [Int], count: Int, first: Int) {
        let records = Self.records(at: hours)
        #expect(records.count == 1)
        #expect(records.first?.count == count)
        #expect(records.first?.first == .start + .hours(first))
        #expect(records.first?.last == .start + .hours(hours[hours.count - 1]))
    }
}
