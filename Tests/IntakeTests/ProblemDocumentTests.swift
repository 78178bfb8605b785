import TestSupport
import Testing

@testable import Intake

/// `contracts/problems.md` against the program.
@Suite struct `The page of problems` {
    @Test func `lists every problem with its status, and none that there is not`() {
        var listed: [String: Int] = [:]
        for line in readText(Files.root + "/contracts/problems.md").split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.filter { $0 != "`" && $0 != " " } }
            #expect(listed.updateValue(Int(cells[1]) ?? 0, forKey: cells[0]) == nil, "\(cells[0]) is there twice")
        }
        let known = Dictionary(uniqueKeysWithValues: Problem.Kind.allCases.map { ($0.rawValue, $0.status) })
        #expect(listed == known)
    }
}
