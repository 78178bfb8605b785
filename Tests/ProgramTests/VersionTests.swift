import Service
import Testing

@testable import CommandLine

@Suite struct `The version` {
    private static let commit = Array(repeating: UInt8(0xAB), count: 20)

    @Test(
        arguments: [
            (Array("LR".utf8) + commit, "abababababab"),
            // Something had been changed since the commit.
            (Array("LC".utf8) + commit, "abababababab+"),
            // The linker's own id, and none.
            (commit, nil), ([], nil), (Array("XY".utf8) + commit, nil), (Array("LR".utf8) + commit.dropLast(), nil),
        ] as [([UInt8], String?)])
    func `names the commit only if the builder did`(_ buildID: [UInt8], _ expected: String?) {
        #expect(Version.commit(of: buildID) == expected)
    }

    @Test func `names what runs below it`() {
        let lines = Version.text.split(separator: "\n")
        #expect(lines.first == "leadrelay \(Version.current)")
        for library in ["SQLite", "libcurl", "OpenSSL"] {
            let line = lines.first { $0.hasPrefix(library) }
            #expect(line?.last?.isNumber == true, "\(library)")
        }
        #expect(lines.contains { $0.hasPrefix("schema ") })
    }
}
