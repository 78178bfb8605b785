import Testing

/// A function that does not fit on a screen is read in pieces, so it is written in pieces; what is better read in one
/// says why.
@Suite struct `Long functions` {
    static let most = 60
    /// How the reason begins, in the comment above the function.
    static let mark = "In one piece"

    @Test func `say why they are in one piece, and only long ones do`() {
        var long = 0
        var functions = 0
        for path in Tree.files(in: "Sources") {
            let lines = Tree.lines(of: path)
            for (index, line) in lines.enumerated() where Self.begins(line) {
                guard let length = Self.length(lines, from: index) else { continue }
                functions += 1
                let comment = lines[..<index].reversed().prefix { Self.trimmed($0).hasPrefix("//") || Self.isWord($0) }
                let hasReason = comment.contains { $0.contains(Self.mark) }
                #expect(
                    hasReason == (length > Self.most),
                    "\(path):\(index + 1): \(length) lines\(hasReason ? ", no reason needed" : "")")
                if length > Self.most { long += 1 }
            }
        }
        #expect(functions > 2000 && long < functions / 100)
    }

    private static func trimmed(_ line: Substring) -> Substring { line.drop { $0 == " " } }

    /// Of attributes, which stand between a comment and its function.
    private static func isWord(_ line: Substring) -> Bool { trimmed(line).hasPrefix("@") }

    private static func begins(_ line: Substring) -> Bool {
        let words = trimmed(line).split(separator: " ")
        let modifiers: Set<Substring> = [
            "package", "private", "fileprivate", "static", "mutating", "override", "final", "convenience",
            "nonisolated", "@Sendable", "@discardableResult",
        ]
        guard let word = words.first(where: { !modifiers.contains($0) }) else { return false }
        return word == "func" || ["init(", "init?(", "init<"].contains { word.hasPrefix($0) }
    }

    /// From its first line to the brace that ends it; `nil` for one on a line, and for a requirement of a protocol.
    private static func length(_ lines: [Substring], from start: Int) -> Int? {
        let indent = lines[start].prefix { $0 == " " }
        guard let opening = lines[start...].firstIndex(where: { $0.hasSuffix("{") || $0.hasSuffix("}") }),
            lines[opening].hasSuffix("{"), lines[opening].prefix(while: { $0 == " " }).count <= indent.count + 8
        else { return nil }
        let end = lines[opening...].firstIndex { $0 == indent + "}" }
        return end.map { $0 - start + 1 }
    }
}
