import Domain
import Service
import Store
import TestSupport
import Testing

@Suite struct `The writer` {
    @Test func `answers many posts that wait together with one commit`() throws {
        let bench = try Bench()
        let before = bench.ledger.pulse.commits
        let answered = Locked(0)
        let gate = Locked(false)
        // The first answer holds the writer until all others are waiting.
        bench.ledger.inbox.append([post("first")]) { _ in
            _ = gate.wait { $0 ? true : nil }; answered.update { $0 += 1 }
        }
        for index in 0..<100 {
            bench.ledger.inbox.append([post("\(index)")]) { _ in answered.update { $0 += 1 } }
        }
        gate.update { $0 = true }
        answered.wait { $0 == 101 ? true : nil }
        #expect(bench.ledger.pulse.commits - before <= 2)
    }

    @Test func `counts the rows that were written, not what was expected`() throws {
        let bench = try Bench()
        try bench.append(["1", "2"])
        try bench.judge()
        let claimed = { try bench.ledger.deliveries.claim("google", limit: 500, lease: .seconds(60)).id }
        // One line says what is in hand, and then nothing is there to be taken, whatever the limit.
        let before = bench.ledger.pulse.rows
        _ = try claimed()
        let some = bench.ledger.pulse.rows - before
        _ = try claimed()
        let none = bench.ledger.pulse.rows - before - some
        #expect((1...5).contains(some) && none < some)
    }

    @Test func `refuses more than its queue may hold, and says so at once`() throws {
        var options = Ledger.Options()
        options.maximumWaitingRows = 10
        let bench = try Bench(options)
        let gate = Locked(false)
        let results = Locked([Bool]())
        bench.ledger.inbox.append([post("first")]) { _ in _ = gate.wait { $0 ? true : nil } }
        for index in 0..<20 {
            bench.ledger.inbox.append([post("\(index)")]) { result in
                results.update { $0.append((try? result.get()) != nil) }
            }
        }
        let refused = results.withLock { $0 }
        #expect(refused.count >= 10)
        #expect(refused.allSatisfy { !$0 })
        gate.update { $0 = true }
        results.wait { $0.count == 20 ? true : nil }
        #expect(bench.ledger.books[.received, source: "landing"] == Int64(21 - refused.count))
    }

    @Test func `one change that cannot be applied does not harm its neighbours`() throws {
        let bench = try Bench()
        #expect(throws: StoreError.notFound) { try bench.ledger.quarantine.edit(LeadID(rawValue: 7), []) }
        try bench.append(["a"])
        #expect(bench.ledger.books[.inbox, source: "landing"] == 1)
    }

    @Test func `refuses everything once it is closed`() throws {
        let bench = try Bench()
        bench.ledger.close()
        #expect(throws: StoreError.closed) { try bench.append() }
    }

    @Test func `does not open a file that belongs to somebody else`() throws {
        let bench = try Bench()
        #expect(throws: StoreError.self) { try Ledger(path: "/dev/null/nowhere.db", log: .silent) }
        #expect(throws: StoreError.self) { try Ledger(path: bench.folder.path, log: .silent) }
    }

    private func post(_ body: String) -> AppendRequest {
        AppendRequest([Submission(source: "landing", receivedAt: .start, format: .json, body: Array(body.utf8))])
    }
}
