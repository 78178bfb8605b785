import Domain
import Intake
import Service
import Store
import TestSupport
import Testing

@Suite struct `The validator's thread` {
    private let folder = TemporaryFolder()

    private func ledger() throws -> Ledger { try Ledger(path: folder.file("relay.db"), log: .silent) }

    @Test func `turns the inbox into leads, duplicates and quarantined events, and goes on as more comes in`() throws {
        let ledger = try ledger()
        let judging = Judging(ledger, log: .silent, judge: judgeForTests)
        judging.start()
        for round in 1...5 {
            _ = try ledger.inbox.append([post(["good \(round)", "good 1", "bad"])])
            try awaitEmptyInbox(ledger)
        }
        judging.stop()
        let books = ledger.books
        #expect((books.total(.lead), books.total(.duplicate), books.total(.quarantined)) == (5, 5, 5))
        #expect(books.imbalances == [])
        ledger.close()
    }

    @Test func `judges a released event again although younger ones were judged before`() throws {
        let ledger = try ledger()
        let judging = Judging(ledger, log: .silent, judge: judgeForTests)
        judging.start()
        let ids = try ledger.inbox.append([post(["bad", "good"])])[0].ids
        try awaitEmptyInbox(ledger)
        try ledger.quarantine.edit(ids[0], Array("good after all".utf8))
        _ = try ledger.quarantine.release([ids[0]], note: "")
        try awaitEmptyInbox(ledger)
        judging.stop()
        #expect(ledger.books.total(.lead) == 2)
        ledger.close()
    }

    /// First end: nobody knew. Second: it was in the batch that was marked. Third and fourth: it was marked alone.
    @Test func `quarantines a row that ends the process again and again, and loses nothing around it`() async throws {
        let path = folder.file("relay.db")
        let ledger = try ledger()
        _ = try ledger.inbox.append([post((1...20).map { $0 == 10 ? "poison" : "good \($0)" })])
        ledger.close()
        for _ in 1...4 {
            await #expect(processExitsWith: .failure) { [path = path as String] in try judgePoison(path) }
        }
        await #expect(processExitsWith: .success) { [path = path as String] in try judgePoison(path) }
        let after = try self.ledger()
        #expect(after.books.total(.lead) == 19)
        #expect(try after.reader().quarantine(limit: 10).map(\.reason) == ["crashed"])
        after.close()
    }

    private func post(_ bodies: [String]) -> AppendRequest {
        AppendRequest(
            bodies.map { Submission(source: "landing", receivedAt: .start, format: .json, body: Array($0.utf8)) })
    }
}

/// Good bodies are leads, identified by their text; bad ones have a defect.
private func judgeForTests(_ row: InboxRow) -> Judgement {
    let body = String(decoding: row.submission.body, as: UTF8.self)
    guard body.hasPrefix("good") else { return .quarantine([Defect(.malformed, at: "", "It is bad.")]) }
    return .lead(
        Lead(
            id: row.id, source: row.submission.source, receivedAt: row.submission.receivedAt, eventID: body,
            event: "lead", occurredAt: row.submission.receivedAt, dimension: Dimension(source: row.submission.source),
            payload: row.submission.body))
}

/// The life of a process in which one row ends the process.
private func judgePoison(_ path: String) throws {
    let ledger = try Ledger(path: path, log: .silent)
    let judging = Judging(ledger, log: .silent) { row in
        precondition(row.submission.body != Array("poison".utf8), "the row that ends the process")
        return judgeForTests(row)
    }
    judging.start()
    try awaitEmptyInbox(ledger)
    judging.stop()
    ledger.close()
}

private func awaitEmptyInbox(_ ledger: Ledger) throws {
    while ledger.books.total(.inbox) > 0 {
        _ = ledger.inbox.waitForMore(after: ledger.inbox.serial, atMost: .milliseconds(20))
    }
}
