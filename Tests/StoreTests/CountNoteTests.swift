import Domain
import Glibc
import SQLite
import Service
import TestSupport
import Testing

@testable import Store

/// What is counted is kept as notes for some seconds. Nobody who asks may ever notice.
@Suite struct `Notes of counts` {
    /// A ledger that gives each change a transaction of its own.
    private static func bench(patience: Duration = .seconds(3600)) throws -> Bench {
        var options = Ledger.Options()
        options.transactionRows = 1
        options.sumPatience = patience
        return try Bench(options)
    }

    private static func notes(_ path: String) throws -> Int64 {
        try Connection(path: path, mode: .readOnly).number("SELECT count(*) FROM count_note") ?? 0
    }

    /// Holds the writer until `body` has put changes into its queue, which answer to `await`; then waits for all of
    /// them.
    private static func queueing(_ bench: Bench, _ body: (@escaping @Sendable () -> Void) throws -> Int) throws {
        let gate = Locked(false)
        let answered = Locked(0)
        bench.ledger.inbox.append([
            AppendRequest([Submission(source: "gate", receivedAt: .start, format: .json, body: [])])
        ]) { _ in
            _ = gate.wait { $0 ? true : nil }
        }
        let count = try body { answered.update { $0 += 1 } }
        gate.update { $0 = true }
        answered.wait { $0 == count ? true : nil }
    }

    private static func judgements(_ bench: Bench, ads: Int) throws -> [(row: InboxRow, judgement: Judgement)] {
        try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 1000)
            .filter { $0.submission.source != "gate" }.enumerated().map { number, row in
                var lead = Lead.fine(
                    row, routes: [Route("google", .open(notBefore: bench.time.now, expires: bench.time.now + .days(7)))]
                )
                lead.dimension.group = "pumps"
                lead.dimension.ad = "ad\(number % ads)"
                lead.quality = [.email]
                return (row, .lead(lead))
            }
    }

    /// How the file is at this moment: its database and log, byte for byte, in a folder of its own.
    private static func copy(_ path: String, to copy: String) {
        for ending in ["", "-wal"] {
            guard let bytes = TestSupport.Files.contents(of: path + ending) else { continue }
            TestSupport.Files.write(bytes, to: copy + ending)
        }
    }

    private static func counted(_ ledger: Ledger) throws -> (statistics: Int, figures: Int64, booked: Int64) {
        let reader = try ledger.reader()
        let range = Instant(milliseconds: 0)..<Instant(milliseconds: .max)
        let lines = try reader.statistics(range, limit: .max).filter { $0.tally == .lead }
        let days = CountedDay(number: 0)..<CountedDay(number: 40_000)
        let figures = try reader.figures(LeadScope(client: "", sources: ["landing"]), by: .group, days: days)
        return (
            lines.reduce(0) { $0 + $1.count }, figures.values.reduce(0) { $0 + $1.leads },
            ledger.books[.lead, source: "landing"]
        )
    }

    @Test func `are added up before somebody reads the sums`() throws {
        let bench = try Self.bench()
        try bench.append((0..<60).map { "e\($0)" })
        let judgements = try Self.judgements(bench, ads: 7)
        try Self.queueing(bench) { answer in
            for one in judgements { bench.ledger.validation.judge([one]) { _ in answer() } }
            return judgements.count
        }
        let path = bench.folder.file("relay.db")
        #expect(try Self.notes(path) == 60)
        #expect(try Self.counted(bench.ledger) == (60, 60, 60))
        #expect(try Self.notes(path) == 0)
    }

    @Test func `are added up before a snapshot begins, and not inside of it`() throws {
        let bench = try Self.bench()
        let reader = try bench.ledger.reader()
        let range = Instant(milliseconds: 0)..<Instant(milliseconds: .max)
        func leads() throws -> Int {
            try reader.statistics(range, limit: .max).filter { $0.tally == .lead }.reduce(0) { $0 + $1.count }
        }
        try bench.append(["e1", "e2"])
        let judgements = try Self.judgements(bench, ads: 2)
        _ = try bench.ledger.validation.judge([judgements[0]])
        try reader.snapshot {
            #expect(try leads() == 1)
            _ = try bench.ledger.validation.judge([judgements[1]])
            #expect(try leads() == 1)
        }
        #expect(try leads() == 2)
    }

    @Test(.timeLimit(.minutes(Hanging.minutes))) func `are added up after a while if nobody asks`() throws {
        let bench = try Self.bench(patience: .milliseconds(50))
        try bench.append(["e1"])
        _ = try bench.ledger.validation.judge(try Self.judgements(bench, ads: 1))
        let path = bench.folder.file("relay.db")
        while try Self.notes(path) > 0 { usleep(10_000) }
        let counted = try Connection(path: path, mode: .readOnly).number("SELECT sum(count) FROM slot_count")
        #expect(counted == 1)
    }

    @Test func `are added up when the ledger is closed, and a reader may outlive it`() throws {
        let bench = try Self.bench()
        try bench.append(["e1"])
        _ = try bench.ledger.validation.judge(try Self.judgements(bench, ads: 1))
        let reader = try bench.ledger.reader()
        bench.ledger.close()
        #expect(try Self.notes(bench.folder.file("relay.db")) == 0)
        let range = Instant(milliseconds: 0)..<Instant(milliseconds: .max)
        #expect(try reader.statistics(range, limit: .max).filter { $0.tally == .lead }.map(\.count) == [1])
    }

    @Test func `are found by whoever opens the file after the power failed`() throws {
        let bench = try Self.bench()
        try bench.append((0..<40).map { "e\($0)" })
        let judgements = try Self.judgements(bench, ads: 3)
        let folder = TemporaryFolder()
        let (path, copies) = (bench.folder.file("relay.db"), judgements.indices.map { folder.file("\($0).db") })
        try Self.queueing(bench) { answer in
            for (number, one) in judgements.enumerated() {
                bench.ledger.validation.judge([one]) { _ in
                    // On the writer's thread, between two transactions.
                    Self.copy(path, to: copies[number])
                    answer()
                }
            }
            return judgements.count
        }
        var notes: Int64 = 0
        for (number, copy) in copies.enumerated() {
            do {
                let connection = try Connection(path: copy)
                notes += try connection.number("SELECT count(*) FROM count_note") ?? 0
            }
            let ledger = try Ledger(path: copy, clock: bench.time.clock, log: .silent)
            defer { ledger.close() }
            let counted = try Self.counted(ledger)
            #expect(counted == (number + 1, Int64(number + 1), Int64(number + 1)))
            #expect(try ledger.reader().audit().faults == [])
        }
        #expect(notes > 100, "hardly anything was noted, so hardly anything was tested")
    }

    @Test func `survive a change that is taken back, and are kept by one that fails`() throws {
        let bench = try Self.bench()
        try bench.append((0..<10).map { "e\($0)" })
        let judgements = try Self.judgements(bench, ads: 2)
        let refused = Locked(0)
        try Self.queueing(bench) { answer in
            for one in judgements {
                bench.ledger.validation.judge([one]) { _ in answer() }
                bench.ledger.core.change(rows: 1) { (tables: Tables) throws in
                    tables.counters.count(.lead, hour: 0, dimension: 1, 100)
                    throw StoreError.notFound
                } then: { (result: Result<Void, StoreError>) in
                    if case .failure = result { refused.update { $0 += 1 } }
                    answer()
                }
            }
            return judgements.count * 2
        }
        #expect(refused.withLock { $0 } == 10)
        #expect(try Self.counted(bench.ledger) == (10, 10, 10))
    }

    @Test func `hold every number`() {
        let numbers: [Int64] = [0, 1, -1, 63, 64, -64, -65, 1_796_000_400_000, .max, .min]
        var counters = Counters()
        var expected: [CountNote.Change] = []
        for (index, number) in numbers.enumerated() {
            let cell = Counters.Cell(
                hour: number, dimension: numbers[(index + 3) % numbers.count],
                destination: numbers[(index + 5) % numbers.count], tally: Tally.allCases[index])
            let count = numbers[(index + 7) % numbers.count]
            counters.count(
                cell.tally, hour: cell.hour, dimension: cell.dimension, destination: cell.destination, count,
                milliseconds: number)
            expected.append(.statistic(cell, Counters.Amount(count: count, milliseconds: number)))
        }
        for (index, number) in numbers.enumerated() {
            let group = numbers[(index + 3) % numbers.count]
            counters.countLead(slot: number, group: group, numbers[(index + 7) % numbers.count])
            expected.append(
                .slot(Counters.SlotCell(slot: number, group: group), numbers[(index + 7) % numbers.count]))
        }
        func read(_ bytes: [UInt8]) -> [CountNote.Change]? {
            var changes: [CountNote.Change] = []
            return CountNote.read(bytes) { changes.append($0) } ? changes : nil
        }
        let bytes = CountNote.bytes(of: counters)
        #expect(read(bytes) == expected)
        #expect(read([]) == [])
        #expect(read(Array(bytes.dropLast())) == nil)
        #expect(read([UInt8](repeating: 0xFF, count: 60)) == nil)
    }
}
