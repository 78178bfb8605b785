import TestSupport
import Testing

/// `Tests/findings.md` names a test for each thing that was found. A test that is renamed must not leave a finding
/// without one.
@Suite struct `The table of findings` {
    /// What stands between backquotes and reads like `File.swift: name`.
    private static let named: [(file: String, name: String)] = {
        var found: [(file: String, name: String)] = []
        for line in Tree.lines(of: "Tests/findings.md") where line.hasPrefix("| ") {
            for text in Tree.texts(between: "`", in: line) {
                let words = text.split(separator: ": ", maxSplits: 1)
                guard words.count == 2, words[0].hasSuffix(".swift") else { continue }
                found.append((String(words[0]), String(words[1])))
            }
        }
        return found
    }()

    @Test func `names tests that there are`() {
        #expect(Self.named.count > 50)
        let files = Tree.files(in: "Tests")
        for (file, name) in Self.named {
            let holds = files.contains { path in
                path.hasSuffix("/" + file) && Tree.lines(of: path).contains { $0.contains("func `\(name)`") }
            }
            #expect(holds, "\(file) has no test called: \(name)")
        }
    }

    @Test func `has a test or a reason on every line`() {
        for line in Tree.lines(of: "Tests/findings.md") where line.hasPrefix("| ") && !line.hasPrefix("| found") {
            #expect(line.contains(".swift: ") || line.contains("| none"), "\(line)")
        }
    }
}
