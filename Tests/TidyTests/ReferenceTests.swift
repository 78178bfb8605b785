import Testing

/// The reference pages in `contracts`, against the program's sources: a name that one side has and the other has not is
/// found here.
@Suite struct `The reference` {
    @Test func `of log events names every event, and none that is not written`() {
        var written: Set<String> = []
        for path in Tree.files(in: "Sources") {
            let lines = Tree.lines(of: path)
            for (index, line) in lines.enumerated() where Self.logs(line) {
                // An event may stand on the line after the call's.
                for name in Self.names(in: line) + (line.hasSuffix("(") ? Self.names(in: lines[index + 1]) : []) {
                    written.insert(name)
                }
            }
        }
        #expect(written.count > 60)
        let listed = Self.firstCells(of: "contracts/log-events.md").flatMap(Self.quoted)
        let nouns = Set(written.map { $0.prefix { $0 != "." } })
        #expect(Set(listed).count == listed.count)
        #expect(written.subtracting(listed) == [])
        // Those whose second word is a value of an enumeration have the noun in common with the rest.
        let made: Set<Substring> = ["action", "alert", "console"]
        for name in listed where !written.contains(name) {
            let noun = name.prefix { $0 != "." }
            #expect(made.contains(noun), "\(name) is written nowhere")
        }
        #expect(nouns.count > 20)
    }

    @Test func `of metrics names every family with its type, and none that there is not`() {
        var written: [String: String] = [:]
        for path in Tree.files(in: "Sources") where path.contains("Metrics") {
            let text = Tree.lines(of: path).joined(separator: " ")
            for call in text.split(separator: ".family(").dropFirst() {
                guard let name = Self.strings(in: call.prefix(200)).first, name.hasPrefix("leadrelay_") else {
                    continue
                }
                let kind = ["counter", "gauge", "histogram"].first { call.prefix(200).contains(", .\($0)") }
                written[name] = kind
            }
        }
        #expect(written.count > 50)
        var listed: [String: String] = [:]
        for line in Tree.lines(of: "contracts/metrics.md") where line.hasPrefix("| `leadrelay_") {
            let cells = line.split(separator: "|").map { $0.filter { $0 != "`" && $0 != " " } }
            listed[cells[0]] = cells[1]
        }
        // Also those that are handed to whoever writes them, beside which one with another end may stand.
        let named = Set(
            Tree.files(in: "Sources/leadrelay/Serving").flatMap { Tree.lines(of: $0) }.flatMap(Self.strings)
                .filter { $0.hasPrefix("leadrelay_") && $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } })
        #expect(named.subtracting(listed.keys) == [])
        #expect(Set(listed.keys).subtracting(named.union(named.map { $0 + "_expected" })) == [])
        for (name, kind) in written { #expect(listed[name] == kind, "\(name)") }
    }

    private static func logs(_ line: Substring) -> Bool {
        ["debug", "info", "warning", "error"].contains { line.contains("log.\($0)(") }
    }

    /// Between quotation marks, and like the name of an event: `noun.participle`.
    private static func names(in line: Substring) -> [String] {
        strings(in: line).filter { text in
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            return parts.count == 2
                && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { ("a"..."z").contains($0) || $0 == "_" } }
        }
    }

    private static func strings(in line: Substring) -> [String] { Tree.texts(between: "\"", in: line) }

    private static func firstCells(of path: String) -> [Substring] {
        Tree.lines(of: path).filter { $0.hasPrefix("| `") }.map { $0.split(separator: "|")[0] }
    }

    private static func quoted(_ cell: Substring) -> [String] { Tree.texts(between: "`", in: cell) }
}
