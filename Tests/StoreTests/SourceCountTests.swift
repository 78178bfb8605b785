import Domain
import SQLite
import TestSupport
import Testing

@testable import Store

/// `skipped google/no_identifier 3`, in the order of the table.
private func counted(_ bench: Bench, _ source: String = "landing") throws -> [String] {
    try bench.ledger.reader().sourceCounts(Instant(milliseconds: 0)..<bench.time.now + .days(1))
        .filter { $0.source == source }
        .map { line in
            let place = line.destination.isEmpty ? "" : line.destination + "/"
            return ["\(line.kind)", place + line.name, "\(line.count)"].filter { !$0.isEmpty }.joined(separator: " ")
        }
}

private func runs(_ bench: Bench) throws -> [String] {
    try bench.ledger.reader().sourceRuns(least: 1, limit: 10).map { "\($0.source) \($0.putAside)+\($0.refused)" }
}

extension Bench {
    /// Judges what is in the inbox; the body `bad` is put aside.
    fileprivate func judge(_ change: (inout Lead) -> Void) throws {
        let rows = try ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 1000)
        _ = try ledger.validation.judge(
            rows.map { row in
                if String(decoding: row.submission.body, as: UTF8.self).hasPrefix("bad") {
                    return (row, .quarantine([Defect(.malformed, at: "", "broken")]))
                }
                var lead = Lead.fine(row, routes: [])
                lead.quality = [.email]
                change(&lead)
                return (row, .lead(lead))
            })
    }
}

@Suite struct `What is unusual about a source` {
    private struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var expected: [String]
        var change: @Sendable (inout Lead) -> Void
        init(_ name: String, _ expected: [String], _ change: @escaping @Sendable (inout Lead) -> Void) {
            testDescription = name
            self.expected = expected
            self.change = change
        }
    }

    private static func open(_ destination: String) -> Route {
        Route(destination, .open(notBefore: .start, expires: .start + .days(7)))
    }

    private static let cases: [Case] = [
        Case("a clean lead", []) { $0.routes = [open("google"), Route("other", .skip(.filtered))] },
        Case("one without destinations at all", []) { _ in },
        Case("one that a destination skips", ["skipped meta/no_identifier 1"]) {
            $0.routes = [open("google"), Route("meta", .skip(.noIdentifier))]
        },
        Case("one that goes nowhere", ["skipped meta/not_mapped 1", "nowhere 1"]) {
            $0.routes = [Route("google", .skip(.filtered)), Route("meta", .skip(.notMapped))]
        },
        Case("one without contact data", ["withoutContact 1"]) { $0.quality = [.clickID, .consent] },
        Case("one with a telephone number only", []) { $0.quality = [.phone] },
        Case("one of which fields are left out", ["leftOut custom 1", "leftOut person.phone 1"]) {
            $0.leftOut = [
                LeftOut(field: "person.phone", reason: .malformed), LeftOut(field: "person.phone", reason: .repeated),
                LeftOut(field: "custom.a", reason: .tooLong), LeftOut(field: "custom.b", reason: .tooLong),
            ]
        },
        Case("a test", []) {
            $0.isTest = true
            $0.quality = []
            $0.leftOut = [LeftOut(field: "value", reason: .malformed)]
            $0.routes = [Route("google", .skip(.test)), Route("meta", .skip(.noIdentifier))]
        },
    ]

    @Test(arguments: cases)
    private func `is counted, and nothing of the rest`(example: Case) throws {
        let bench = try Bench()
        try bench.append(["one"])
        try bench.judge(example.change)
        #expect(try counted(bench) == example.expected)
    }

    @Test func `survives a restart and goes with age`() throws {
        var options = Ledger.Options()
        options.retention.history = .days(150)
        let bench = try Bench(options)
        try bench.append(["one", "bad"])
        try bench.judge { $0.quality = [] }
        try bench.ledger.inbox.keep([refusal(2)], acknowledged: [])
        try bench.restart()
        #expect(try counted(bench) == ["withoutContact 1", "refused origin-not-allowed 2"])
        #expect(try runs(bench) == ["landing 1+2"])
        bench.time.advance(.days(151))
        while try bench.ledger.retention.purge() {}
        #expect(try counted(bench) == [])
        #expect(try runs(bench) == [])
        #expect(try bench.ledger.reader().refusedPlaces(since: .start - .days(1), limit: 10).isEmpty)
    }

    private func refusal(_ count: Int, host: String = "www.acme.example") -> RefusalCount {
        RefusalCount(
            source: "landing", reason: "origin-not-allowed", host: host, count: count, first: .start, last: .start)
    }

    @Test func `refused requests are told apart by few places`() throws {
        let bench = try Bench()
        for round in 0..<3 {
            try bench.ledger.inbox.keep(
                (0..<300).map { refusal(1, host: "h\(round)-\($0).example") }, acknowledged: ["landing"])
        }
        #expect(try counted(bench) == ["refused origin-not-allowed 900"])
        let places = try bench.ledger.reader().refusedPlaces(since: .start - .days(1), limit: 10_000)
        #expect(places.count == Int(Tables.mostRefusedPlaces))
        // Something else was taken in the same time.
        #expect(try runs(bench) == [])
    }
}

@Suite struct `A run of events that are put aside` {
    @Test func `grows with each and ends with the first that is accepted`() throws {
        let bench = try Bench()
        try bench.append(["bad 1", "bad 2", "bad 3"])
        try bench.append(["good"], source: "other")
        try bench.judge { _ in }
        #expect(try runs(bench) == ["landing 3+0"])
        try bench.append(["good"])
        try bench.judge { _ in }
        #expect(try runs(bench) == [])
    }

    @Test func `ends with a repeat, too: its sender is understood`() throws {
        let bench = try Bench()
        try bench.append(["good", "bad"])
        try bench.judge { _ in }
        try bench.append(["good"])
        try bench.judge { _ in }
        #expect(try runs(bench) == [])
    }

    @Test func `does not end with one that a person has repaired, but with all of them`() throws {
        let bench = try Bench()
        let ids = try bench.append(["bad 1", "bad 2", "bad 3"])
        try bench.judge { _ in }
        for (id, left) in zip(ids, ["landing 2+0", "landing 1+0", nil]) {
            try bench.ledger.quarantine.edit(id, Array("good \(id)".utf8))
            _ = try bench.ledger.quarantine.release([id], note: "")
            try bench.judge { _ in }
            #expect(try runs(bench) == (left.map { [$0] } ?? []))
        }
    }

    @Test func `does not grow by one that is released and still bad`() throws {
        let bench = try Bench()
        let ids = try bench.append(["bad 1", "bad 2"])
        try bench.judge { _ in }
        _ = try bench.ledger.quarantine.release(ids, note: "")
        try bench.judge { _ in }
        #expect(try runs(bench) == ["landing 2+0"])
        try bench.append(["good"])
        try bench.judge { _ in }
        _ = try bench.ledger.quarantine.release(ids, note: "")
        try bench.judge { _ in }
        #expect(try runs(bench) == [])
    }

    @Test func `is not what a refused transaction has made of it`() throws {
        let bench = try Bench()
        try bench.append(["bad 1"])
        try bench.judge { _ in }
        try bench.stopped { path in
            let file = try Connection(path: path)
            try file.execute("UPDATE source_run SET put_aside = 7")
        }
        #expect(try runs(bench) == ["landing 7+0"])
        try bench.append(["bad 2"])
        try bench.judge { _ in }
        #expect(try runs(bench) == ["landing 8+0"])
    }
}
