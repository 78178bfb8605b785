import SQLite
import Service
import Store
import TestSupport
import Testing

@Suite struct `A file that is not ours` {
    private let folder = TemporaryFolder()
    private var path: String { folder.file("some.db") }

    static let foreign: [(name: String, sql: String, why: String)] = [
        ("another program's tables", "CREATE TABLE t (a); INSERT INTO t VALUES (1)", "somebody else's tables"),
        ("another program's mark", "PRAGMA application_id = 7; CREATE TABLE t (a)", "belongs to another program"),
        ("another program's version", "PRAGMA user_version = 3", "somebody else's tables"),
        ("a newer version of ours", "PRAGMA application_id = 0x4C64526C; PRAGMA user_version = 9999", "version 9999"),
    ]

    @Test(arguments: foreign)
    func `is named, and stays as it is`(_ file: (name: String, sql: String, why: String)) throws {
        do { try Connection(path: path).execute(file.sql) }
        try refuses(file.why)
    }

    @Test func `may be no database at all`() throws {
        writeText(String(repeating: "a letter to somebody. ", count: 40), to: path)
        try refuses("no SQLite database")
        writeText("short", to: path)
        try refuses("no SQLite database")
    }

    private func refuses(_ why: String) throws {
        let before = TestSupport.Files.contents(of: path)
        #expect {
            try Ledger(path: path, log: .silent)
        } throws: {
            "\($0)".hasPrefix(path) && "\($0)".contains(why)
        }
        #expect(TestSupport.Files.contents(of: path) == before)
        #expect(folder.files == [path])
    }

    @Test func `is told from one that is new, or ours`() throws {
        #expect(FileOrigin.of(path) == .new)
        writeText("", to: path)
        #expect(FileOrigin.of(path) == .new)
        try Ledger(path: path, log: .silent).close()
        guard case .ours = FileOrigin.of(path) else {
            Issue.record("\(FileOrigin.of(path))")
            return
        }
    }
}
