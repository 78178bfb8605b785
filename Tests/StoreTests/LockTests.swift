import Domain
import Glibc
import SQLite
import Service
import Store
import TestSupport
import Testing

/// Other programs at the file: a shell, a tool that copies. SQLite tells connections of one process apart as it does
/// processes.
@Suite struct `Beside others at the file` {
    private static func options(patience: Duration) -> Ledger.Options {
        var options = Ledger.Options()
        options.lockPatience = patience
        options.startPatience = .milliseconds(20)
        options.lockStep = .milliseconds(1)
        return options
    }

    private func post(_ body: String) -> AppendRequest {
        AppendRequest([Submission(source: "landing", receivedAt: .start, format: .json, body: Array(body.utf8))])
    }

    @Test func `a lock is waited out, and nothing is lost`() throws {
        let bench = try Bench(Self.options(patience: .seconds(600)))
        let other = try Connection(path: bench.folder.file("relay.db"))
        try other.execute("BEGIN IMMEDIATE")
        let answer = Locked<Result<[AppendResult], StoreError>?>(nil)
        bench.ledger.inbox.append([post("a")]) { result in answer.update { $0 = result } }
        while !bench.ledger.waitsForLock { sched_yield() }
        #expect(answer.withLock { $0 == nil })
        try other.execute("COMMIT")
        let ids = try answer.wait { $0 }.get().flatMap(\.ids)
        #expect(ids.count == 1)
        #expect(bench.ledger.failure == nil && bench.ledger.lockedBy == nil)
        #expect(try bench.ledger.reader().audit().faults == [])
    }

    @Test func `a lock that lasts is told to those who wait, work is kept, and all goes on`() throws {
        let lines = Locked<[String]>([])
        let folder = TemporaryFolder()
        let ledger = try Ledger(
            path: folder.file("relay.db"), options: Self.options(patience: .zero),
            log: Log(sink: { line in lines.update { $0.append(line) } }))
        defer { ledger.close() }
        _ = try ledger.inbox.append([post("before")])
        let other = try Connection(path: folder.file("relay.db"))
        try other.execute("BEGIN IMMEDIATE")
        for body in ["a", "b", "c"] {
            #expect {
                _ = try ledger.inbox.append([post(body)])
            } throws: {
                guard case .locked(let who)? = $0 as? StoreError else { return false }
                return who.hasPrefix(folder.file("relay.db"))
            }
        }
        #expect(ledger.lockedBy != nil && ledger.failure == nil)
        let claimed = Locked<Result<Claim, StoreError>?>(nil)
        ledger.deliveries.claim("meta", limit: 1, lease: .seconds(60)) { result in claimed.update { $0 = result } }
        #expect(throws: StoreError.self) { try ledger.inbox.append([post("d")]) }
        #expect(claimed.withLock { $0 == nil })
        try other.execute("COMMIT")
        _ = try claimed.wait { $0 }.get()
        #expect(try ledger.inbox.append([post("e")]).count == 1)
        #expect(ledger.lockedBy == nil)
        #expect(ledger.books[.received, source: "landing"] == 2)
        let told = lines.withLock { $0 }
        #expect(told.count { $0.contains("store.locked") } == 1 && told.count { $0.contains("store.unlocked") } == 1)
    }

    @Test func `a lock that never goes does not keep it from ending`() throws {
        let bench = try Bench(Self.options(patience: .zero))
        let other = try Connection(path: bench.folder.file("relay.db"))
        try other.execute("BEGIN IMMEDIATE")
        let claimed = Locked<Result<Claim, StoreError>?>(nil)
        bench.ledger.deliveries.claim("meta", limit: 1, lease: .seconds(60)) { result in claimed.update { $0 = result }
        }
        bench.ledger.close()
        #expect(throws: StoreError.self) { try claimed.wait { $0 }.get() }
    }

    @Test func `starts while somebody reads, and all that was acknowledged is there`() throws {
        let bench = try Bench(Self.options(patience: .zero))
        try bench.append(["a"])
        let other = try Connection(path: bench.folder.file("relay.db"))
        try other.execute("BEGIN")
        _ = try other.number("SELECT count(*) FROM inbox")
        try bench.append(["b"])
        try bench.restart()
        try bench.append(["c"])
        #expect(bench.ledger.books[.received, source: "landing"] == 3)
        #expect(try other.number("SELECT count(*) FROM inbox") == 1)
        try other.execute("COMMIT")
        #expect(try bench.ledger.reader().audit().faults == [])
    }

    @Test func `does not start while somebody writes, and names the file`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("relay.db")
        try Ledger(path: path, log: .silent).close()
        let other = try Connection(path: path)
        try other.execute("BEGIN IMMEDIATE")
        #expect(throws: StoreError.locked(path)) {
            try Ledger(path: path, options: Self.options(patience: .zero), log: .silent)
        }
        try other.execute("COMMIT")
        try Ledger(path: path, options: Self.options(patience: .zero), log: .silent).close()
    }
}
