import Domain
import SQLite
import Service
import Store
import TestSupport
import Testing

@Suite struct `Restoring a backup` {
    private func bytes(_ path: String) -> [UInt8]? { TestSupport.Files.contents(of: path) }

    /// A backup of three leads that are owed to two destinations, and a database that went on after it.
    private func stage() throws -> (bench: Bench, backup: String, database: String) {
        let bench = try Bench()
        try bench.append(["a", "b", "c"])
        try bench.judge()
        let backup = bench.folder.file("backup.sqlite")
        _ = try bench.ledger.reader().backup(to: backup)
        try bench.append(["d"])
        return (bench, backup, bench.folder.file("relay.db"))
    }

    @Test func `puts it in the place of the database, whose log does not come back`() throws {
        let (bench, backup, database) = try stage()
        // As a crash leaves it: the newest event is in the log alone.
        let (left, log) = (try #require(bytes(database)), try #require(bytes(database + "-wal")))
        #expect(!log.isEmpty)
        bench.ledger.close()
        write(left, to: database)
        write(log, to: database + "-wal")
        let restoring = try Restoring(backup, for: database, clock: bench.time.clock, log: .silent)
        #expect(restoring.found.audit.isBalanced)
        #expect(restoring.found.open == ["google": 3, "meta": 3])
        #expect(restoring.found.newest == bench.time.now)
        let aside = try #require(try restoring.place("now"))
        #expect(aside == database + ".before-now")
        #expect(bytes(aside) == left && bytes(aside + "-wal") == log)
        try bench.restart()
        #expect(bench.ledger.books[.received, source: "landing"] == 3)
        #expect(try bench.ledger.reader().audit().faults == [])
        #expect(bench.ledger.deliveries.lanes.allSatisfy { $0.state == .running })
        // What was moved aside can itself be restored, log and all.
        bench.ledger.close()
        let back = try Restoring(aside, for: database, clock: bench.time.clock, log: .silent)
        _ = try back.place("later")
        try bench.restart()
        #expect(bench.ledger.books[.received, source: "landing"] == 4)
    }

    @Test func `holds what would go out again`() throws {
        let (bench, backup, database) = try stage()
        bench.ledger.close()
        let restoring = try Restoring(backup, for: database, clock: bench.time.clock, log: .silent)
        #expect(try restoring.hold("restored") == ["google", "meta"])
        _ = try restoring.place("now")
        try bench.restart()
        #expect(bench.ledger.deliveries.lanes.map(\.state) == [.paused, .paused])
        #expect(bench.ledger.deliveries.lanes.map(\.reason) == ["restored", "restored"])
    }

    @Test func `changes nothing until it is said to, and leaves nothing behind`() throws {
        let (bench, backup, database) = try stage()
        bench.ledger.close()
        let before = (bytes(database), bytes(backup), Set(bench.folder.files))
        do {
            let restoring = try Restoring(backup, for: database, clock: bench.time.clock, log: .silent)
            #expect(restoring.found.open.count == 2)
        }
        #expect(bytes(database) == before.0 && bytes(backup) == before.1)
        #expect(Set(bench.folder.files) == before.2)
    }

    @Test func `refuses what is missing, somebody else's, newer, or the database itself`() throws {
        let (bench, backup, database) = try stage()
        bench.ledger.close()
        let other = bench.folder.file("other")
        func refusal(_ file: String) -> String {
            do {
                _ = try Restoring(file, for: database, clock: bench.time.clock, log: .silent)
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(refusal(other).contains("\(other) does not exist"))
        writeText("", to: other)
        #expect(refusal(other).contains("nothing is in it"))
        writeText("a letter to somebody", to: other)
        #expect(refusal(other).contains("\(other) is no backup of ours"))
        #expect(refusal(database).contains("is the database itself"))
        try Connection(path: backup).execute("PRAGMA user_version = 9999; PRAGMA wal_checkpoint(TRUNCATE)")
        #expect(refusal(backup).contains("\(backup) has version 9999"))
        #expect(!bench.folder.files.contains { $0.contains("restoring") })
    }

    @Test func `tells of a backup that lacks something`() throws {
        let (bench, backup, database) = try stage()
        bench.ledger.close()
        try Connection(path: backup).execute("DELETE FROM delivery WHERE lead = (SELECT min(lead) FROM delivery)")
        let restoring = try Restoring(backup, for: database, clock: bench.time.clock, log: .silent)
        #expect(!restoring.found.audit.isBalanced)
    }

    private func write(_ bytes: [UInt8], to path: String) {
        guard case .success = Service.Files.replace(path, with: bytes) else {
            Issue.record("\(path) cannot be written")
            return
        }
    }
}
