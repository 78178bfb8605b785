import Domain
import SQLite
import Service
import Store
import TestSupport
import Testing

@Suite struct `A damaged file` {
    @Test func `is told by the audit and by the ledger, once in the log`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("relay.db")
        let lines = Locked<[String]>([])
        let log = Log(sink: { line in lines.update { $0.append(line) } })
        do {
            let ledger = try Ledger(path: path, log: log)
            for round in 0..<40 {
                _ = try ledger.inbox.append([
                    AppendRequest([
                        Submission(
                            source: "landing", receivedAt: .start, format: .json,
                            body: Array(repeating: UInt8(ascii: "a"), count: 4000 + round))
                    ])
                ])
            }
            #expect(ledger.damage == nil)
            ledger.close()
        }
        let root = try #require(
            try Connection(path: path).number("SELECT rootpage FROM sqlite_schema WHERE name = 'inbox'"))
        var bytes = try #require(TestSupport.Files.contents(of: path))
        let size = 8192
        for index in (Int(root) - 1) * size..<Int(root) * size { bytes[index] = 0x55 }
        guard case .success = Service.Files.replace(path, with: bytes) else {
            Issue.record("the file cannot be written")
            return
        }
        do {
            let ledger = try Ledger(path: path, log: log)
            defer { ledger.close() }
            let faults = try ledger.reader().audit().faults
            #expect(faults.contains { $0.hasPrefix("the database file is damaged") })
            _ = try ledger.reader().audit()
            #expect(ledger.damage != nil)
        } catch {
            // It may be in the way already when the file is opened.
            #expect("\(error)".contains("\(path) is damaged"))
        }
        #expect(lines.withLock { $0.count { $0.contains("store.damaged") } } == 1)
    }
}
