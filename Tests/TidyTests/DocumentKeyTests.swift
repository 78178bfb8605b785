import Testing

/// What is still read by names, of files and of other programs: one that nobody writes would be an empty cell for ever.
/// Commands read the API's answers as documents: see `AnswerTests`.
@Suite struct `Names in the API's documents` {
    /// Made of a duration: see `ClosingWindows`.
    private static let made: Set<String> = ["within_1h", "within_9h", "within_1d"]

    @Test func `are read only if they are written`() {
        var written = Self.made
        var read: [String: String] = [:]
        for path in Tree.files(in: "Sources") {
            let isReader = ["Sources/Console/", "Sources/CommandLine/"]
                .contains { path.hasPrefix($0) }
            for line in Tree.lines(of: path) {
                let strings = line.split(separator: "\"", omittingEmptySubsequences: false)
                for (index, text) in strings.enumerated().dropFirst().dropLast() where Self.isName(text) {
                    // `document["name"]`; what a command line holds is named by its usage.
                    let before = strings[index - 1].dropLast().last ?? " "
                    let isOfAValue = before.isLetter || before == "?" || before == "]" || before == ")"
                    if isOfAValue, strings[index - 1].hasSuffix("["), strings[index + 1].hasPrefix("]") {
                        if isReader, !strings[index - 1].hasSuffix("arguments[") { read[String(text)] = path }
                    } else if !isReader || strings[index + 1].hasPrefix(":") {
                        written.insert(String(text))
                    }
                }
            }
        }
        #expect(read.count > 10)
        for (name, path) in read.sorted(by: { $0.key < $1.key }) {
            #expect(written.contains(name), "\(path) reads \"\(name)\", which nothing writes")
        }
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "_" }
    }
}
