import Testing

/// The API's answers are documents with properties, for commands as for everybody: a name in quotation marks that is
/// misspelt would be an empty cell for ever.
@Suite struct `Commands` {
    /// What is read by names there is written by people, and has its own complaints about what is missing.
    private static let readersOfFiles = ["Sources/CommandLine/Backtest/Recording.swift"]

    /// Of the configuration, where the socket is looked up even if the rest has mistakes.
    private static let settings: Set<Substring> = ["admin_socket"]

    private static let files = Tree.files(in: "Sources/CommandLine").filter { !readersOfFiles.contains($0) }

    @Test func `read what the relay answers as documents`() {
        #expect(Self.files.count > 30)
        for path in Self.files {
            for line in Tree.lines(of: path) where line.contains("[\"") || line.contains("?.") {
                let parts = line.components(between: "[\"", and: "\"]")
                for part in parts where part.text.allSatisfy(Self.isOfAName) && !Self.settings.contains(part.text) {
                    #expect(
                        part.before.hasSuffix("arguments") || !Self.isValue(part.before),
                        "\(path) reads \"\(part.text)\" by its name")
                }
                for reading in ["?.string", "?.integer", "?.bool", "?.array", "?.object"] {
                    #expect(!line.contains(reading), "\(path): \(line)")
                }
            }
        }
    }

    /// They name an operation, so that its path stands in one place and its answer has a type.
    @Test func `ask for operations`() {
        for path in Self.files {
            for line in Tree.lines(of: path) where !line.contains("Usage") && !line.contains("notes: [") {
                #expect(!line.contains("\"/api/"), "\(path): \(line)")
                #expect(!line.contains(".call(\""), "\(path): \(line)")
            }
        }
    }

    private static func isOfAName(_ character: Character) -> Bool {
        character.isLetter || "_-0123456789".contains(character)
    }

    /// Whether a subscript can follow it: `document["name"]`, not `for name in ["from"]`.
    private static func isValue(_ text: Substring) -> Bool {
        guard let last = text.last else { return false }
        return last.isLetter || last.isNumber || "?])".contains(last)
    }
}

extension Substring {
    /// What stands between two marks, with what stands before it.
    fileprivate func components(between opening: String, and closing: String) -> [(before: Substring, text: Substring)]
    {
        var found: [(Substring, Substring)] = []
        var rest = self[...]
        while let start = rest.firstRange(of: opening) {
            let after = rest[start.upperBound...]
            guard let end = after.firstRange(of: closing) else { break }
            found.append((self[..<start.lowerBound], after[..<end.lowerBound]))
            rest = after[end.upperBound...]
        }
        return found
    }
}
