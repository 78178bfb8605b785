import Glibc
import Testing

/// What stands in documents, as far as it can be looked up.
@Suite struct `Documents` {
    private static let all =
        ["README.md"] + Tree.files(in: "contracts", suffix: ".md") + Tree.files(in: "Tests", suffix: ".md")
        + [".github/CONTRIBUTING.md", ".github/SECURITY.md", ".github/pull_request_template.md"]

    @Test func `link to what there is`() {
        var links = 0
        for document in Self.all {
            let folder = document.contains("/") ? String(document[..<document.lastIndex(of: "/")!]) + "/" : ""
            for line in Tree.lines(of: document) {
                for target in Self.targets(in: line) where !target.contains("://") && !target.hasPrefix("#") {
                    let path = target.prefix { $0 != "#" }
                    #expect(Self.exists(folder + path), "\(document) links to \(target)")
                    links += 1
                }
            }
        }
        #expect(links > 100)
    }

    /// A file beside the one named before it is given by its name alone.
    @Test func `walk through files that there are`() {
        var folder = ""
        var steps = 0
        for line in Tree.lines(of: "contracts/walks.md") {
            for name in Tree.texts(between: "`", in: line) where name.hasSuffix(".swift") || name.hasPrefix("Sources/")
            {
                let path = name.hasPrefix("Sources/") ? name : "\(folder)/\(name)"
                #expect(Self.exists(path), "\(path) is in no walk's way")
                folder = path.hasSuffix(".swift") ? String(path[..<path.lastIndex(of: "/")!]) : path
                steps += 1
            }
        }
        #expect(steps > 35)
    }

    @Test func `begin with a README that is read to its end`() {
        #expect(Tree.lines(of: "README.md").count <= 121)
    }

    @Test func `are all named by a document before them`() {
        let linked = Set(
            ["README.md", "contracts/README.md"].flatMap { Tree.lines(of: $0) }.joined(separator: " ")
                .split { " ()`|[]".contains($0) }.map { $0.split(separator: "/").last.map(String.init) ?? "" })
        for document in Tree.files(in: "contracts", suffix: ".md") where !document.contains("/decisions/") {
            let name = document.split(separator: "/").last.map(String.init) ?? ""
            #expect(linked.contains(name), "nothing leads to \(document)")
        }
    }

    private static func exists(_ path: some StringProtocol) -> Bool { unsafe access("\(Tree.root)/\(path)", F_OK) == 0 }

    /// The addresses of `[text](address)` and of `src="address"`.
    private static func targets(in line: Substring) -> [Substring] {
        line.split(separator: "](").dropFirst().compactMap { $0.split(separator: ")").first }
            + line.split(separator: "src=\"").dropFirst().compactMap { $0.split(separator: "\"").first }
    }
}
