import Domain
import SQLite
import Service
import Store
import TestSupport
import Testing

@Suite struct `What was erased` {
    private static let secret = "eva.secret@example.org"

    private func bench() throws -> (bench: Bench, ids: [LeadID]) {
        let bench = try Bench()
        let ids = try bench.append([Self.secret])
        try bench.judge()
        return (bench, ids)
    }

    /// After the next change the writer has done all that belongs to the one before.
    private func settle(_ bench: Bench) throws { try bench.ledger.deliveries.register([]) }

    private func isInFiles(_ bench: Bench) -> Bool {
        let path = bench.folder.file("relay.db")
        return ["", "-wal"].contains { suffix in
            String(decoding: TestSupport.Files.contents(of: path + suffix) ?? [], as: UTF8.self)
                .contains(Self.secret)
        }
    }

    @Test func `is in no page of the file and of its log, while the relay runs`() throws {
        let (bench, ids) = try bench()
        #expect(isInFiles(bench))
        #expect(try bench.ledger.retention.erase(ids).leads == 1)
        try settle(bench)
        #expect(!isInFiles(bench))
    }

    @Test func `or has been purged`() throws {
        let bench = try Bench()
        try bench.append([Self.secret])
        let row = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 1)[0]
        var lead = Lead.fine(row, routes: [])
        // The sender's own id stays.
        lead.eventID = "1"
        _ = try bench.ledger.validation.judge([(row, .lead(lead))])
        #expect(isInFiles(bench))
        bench.time.advance(.days(20))
        while try bench.ledger.retention.purge() {}
        try settle(bench)
        #expect(!isInFiles(bench))
    }

    @Test func `waits for who reads an old moment, and goes then`() throws {
        let (bench, ids) = try bench()
        let other = try Connection(path: bench.folder.file("relay.db"))
        try other.execute("BEGIN")
        _ = try other.number("SELECT count(*) FROM lead")
        #expect(try bench.ledger.retention.erase(ids).leads == 1)
        try settle(bench)
        #expect(isInFiles(bench))
        try other.execute("COMMIT")
        try bench.restart()
        #expect(!isInFiles(bench))
    }
}
