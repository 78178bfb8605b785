import Testing

/// A sentence that people read stands in one place: what is said of one event is then the same on the page, in Slack,
/// in mail and on the command line, and can be said in another language by looking at one place. Those that several
/// parts say are in Sources/Domain/Wording, or with the part that owns them.
@Suite struct `Sentences` {
    /// Four words are a sentence; fewer are labels, which happen to be the same.
    private static let leastWords = 4

    private static let exceptions = [
        // Each describes a member of its own, beside that member.
        "Sources/API/", "Sources/Configuration/Settings",
        // It says what platforms say, and is the check that we understand them: it takes no words from us.
        "Sources/Sandbox/",
    ]

    /// The name of a fact of an alert, which is the name of its row on the alert's page, too.
    private static let labels = ["Leads lost so far"]

    @Test func `stand in one source file`() {
        var files: [String: Set<String>] = [:]
        for path in Tree.files(in: "Sources") where !Self.exceptions.contains(where: { path.hasPrefix($0) }) {
            var literals = Literals()
            for line in Tree.lines(of: path) {
                for text in literals.read(line) where Self.isSentence(text) { files[text, default: []].insert(path) }
            }
        }
        #expect(files.count > 2000, "only \(files.count) sentences were found")
        for (sentence, files) in files.filter({ $0.value.count > 1 }).sorted(by: { $0.key < $1.key }) {
            Issue.record("\"\(sentence)\" stands in \(files.sorted().joined(separator: " and "))")
        }
    }

    private static func isSentence(_ text: String) -> Bool {
        let words = text.split(separator: " ").filter { word in
            word.utf8.contains { ("a"..."z").contains(Character(Unicode.Scalar($0))) }
        }
        return words.count >= leastWords && !text.hasPrefix("<") && !isSQL(text) && !labels.contains(text)
            // A command is what it is.
            && !text.hasPrefix("leadrelay ")
    }

    private static func isSQL(_ text: String) -> Bool {
        ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WHERE ", " NULL", "JOIN ", " STRICT", "PRIMARY KEY", "ORDER BY"]
            .contains { text.contains($0) }
    }

    /// What stands in quotation marks, line after line: of literals of one line and of several. What is put in is `…`.
    private struct Literals {
        private var isInside = false

        mutating func read(_ line: Substring) -> [String] {
            let bytes = Array(line.utf8)
            // Conditions that the program stops at: nobody reads them on a page.
            if !isInside, ["precondition", "fatalError", "assert"].contains(where: { line.contains($0) }) { return [] }
            var found: [String] = []
            var index = 0
            while index < bytes.count {
                if isInside || Self.isMark(bytes, index, 3) {
                    if !isInside { index += 3 }
                    let isOnlyOpening = !isInside && index >= bytes.count
                    isInside = true
                    if isOnlyOpening { break }
                    found.append(text(bytes, &index, marks: 3, &found))
                } else if bytes[index] == UInt8(ascii: "\"") {
                    index += 1
                    found.append(text(bytes, &index, marks: 1, &found))
                } else if bytes[index] == UInt8(ascii: "/"), index + 1 < bytes.count, bytes[index + 1] == bytes[index] {
                    break
                } else {
                    index += 1
                }
            }
            return found.flatMap { $0.split(separator: ">").compactMap { $0.split(separator: "<").first } }
                .map { String($0.drop { $0 == " " }) }
        }

        private static func isMark(_ bytes: [UInt8], _ index: Int, _ count: Int) -> Bool {
            index + count <= bytes.count && (index..<index + count).allSatisfy { bytes[$0] == UInt8(ascii: "\"") }
        }

        /// From behind the opening mark to behind the closing one, or to the end of the line.
        private mutating func text(_ bytes: [UInt8], _ index: inout Int, marks: Int, _ found: inout [String]) -> String
        {
            var text: [UInt8] = []
            while index < bytes.count {
                if Self.isMark(bytes, index, marks) {
                    index += marks
                    if marks == 3 { isInside = false }
                    break
                }
                if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count {
                    if bytes[index + 1] == UInt8(ascii: "(") {
                        index += 2
                        skip(bytes, &index, &found)
                        text += Array("…".utf8)
                    } else {
                        text += bytes[index...index + 1]
                        index += 2
                    }
                    continue
                }
                text.append(bytes[index])
                index += 1
            }
            return String(decoding: text, as: UTF8.self)
        }

        /// What is put in, to its closing parenthesis; literals in it are literals, too.
        private mutating func skip(_ bytes: [UInt8], _ index: inout Int, _ found: inout [String]) {
            var depth = 1
            while index < bytes.count, depth > 0 {
                switch bytes[index] {
                case UInt8(ascii: "("): depth += 1
                case UInt8(ascii: ")"): depth -= 1
                case UInt8(ascii: "\""):
                    index += 1
                    let inner = text(bytes, &index, marks: 1, &found)
                    found.append(inner)
                    continue
                default: break
                }
                index += 1
            }
        }
    }
}
