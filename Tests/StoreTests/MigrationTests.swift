import Domain
import SQLite
import Service
import Store
import TestSupport
import Testing

/// A file of each version that was in use, made by its program, as SQL. Whatever comes later must open it, and its
/// books must balance.
@Suite struct `Files of earlier versions` {
    /// What the file of version 18 holds: leads delivered, skipped, open, erased, sent and not confirmed; repetitions;
    /// quarantine open, edited and discarded; a batch that was acknowledged just before the program was killed.
    @Test func `version 18`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("relay.db")
        try Self.restore("version-18", at: path)
        let ledger = try Ledger(path: path, clock: MovedClock().clock, log: .silent)
        defer { ledger.close() }
        let reader = try ledger.reader()
        let audit = try reader.audit()
        #expect(audit.faults == [])
        #expect(audit.books.total(.lead) == 13)
        #expect(audit.books.total(.duplicate) == 4)
        #expect(audit.books.total(.inbox) == 2)
        #expect(audit.books.total(.open, destination: "paused") == 11)
        // Senders' ids are still found, and their repetitions with the lead they repeat.
        let found = try reader.leads(eventID: "form-1", limit: 9)
        #expect(found.count == 1)
        let story = try #require(try reader.story(found[0]))
        #expect(story.duplicates.count == 3)
        #expect(try reader.postedBytes(found[0]) != nil)
        // The bytes of repetitions were not kept then.
        #expect(try reader.postedBytes(story.duplicates[0]) == nil)
        #expect(try reader.quarantine(limit: 9).count == 2)
    }

    @Test func `leads of version 18 are compared by what they say`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("relay.db")
        try Self.restore("version-18", at: path)
        let ledger = try Ledger(path: path, log: .silent)
        defer { ledger.close() }
        let rows = try ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 9)
        let judged = try ledger.validation.judge(
            rows.map { row in
                let event = try #require(
                    LeadEvent(payload: row.submission.body, receivedAt: row.submission.receivedAt))
                return (
                    row,
                    .lead(
                        Lead(
                            id: row.id, source: row.submission.source, receivedAt: row.submission.receivedAt,
                            eventID: event.eventID ?? row.id.description, event: event.event,
                            occurredAt: event.occurredAt, dimension: Dimension(source: row.submission.source),
                            payload: row.submission.body))
                )
            })
        // Both were there before, and say what they said then.
        #expect((judged.leads, judged.duplicates) == (0, 2))
        #expect(try ledger.reader().audit().faults == [])
    }

    private static func restore(_ name: String, at path: String) throws {
        let file = Files.folder(of: #filePath) + "/Fixtures/\(name).sql"
        let sql = String(decoding: try Files.read(file, limit: 1 << 20).get(), as: UTF8.self)
        let connection = try Connection(path: path)
        try connection.execute(sql)
    }
}
