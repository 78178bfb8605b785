import Domain
import SQLite
import Store
import TestSupport
import Testing

@Suite struct `Fingerprints` {
    /// A log that is folded every few leads.
    private static var options: Ledger.Options {
        var options = Ledger.Options()
        options.identifierLog = (entries: 120, lines: 20)
        return options
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `find what was judged and not erased, at every stage of folding, over restarts`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bench = try Bench(Self.options)
        var leads: [LeadID: [Int64]] = [:]
        // Few values, so that many leads share one; the first and the last bucket are among them.
        let values: [Int64] = [0, -1, .max, .min] + (0..<20).map { _ in Int64(bitPattern: random.next()) }
        for round in 0..<150 {
            bench.time.advance(.minutes(7))
            switch Int.random(in: 0..<10, using: &random) {
            case 0: try bench.restart()
            case 1 where !leads.isEmpty:
                let gone = (0..<3).compactMap { _ in leads.keys.sorted().randomElement(using: &random) }
                #expect(try bench.ledger.retention.erase(Array(Set(gone))).leads == Set(gone).count)
                for lead in gone { leads[lead] = nil }
            default:
                let bodies = (0..<Int.random(in: 1...8, using: &random)).map { "\(round)-\($0)" }
                try bench.append(bodies)
                let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 100)
                _ = try bench.ledger.validation.judge(
                    rows.map { row in
                        var lead = Lead.fine(row, routes: [])
                        lead.fingerprints = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                            values.randomElement(using: &random) ?? 0
                        }
                        leads[row.id] = lead.fingerprints
                        return (row, .lead(lead))
                    })
            }
            let reader = try bench.ledger.reader()
            for value in values {
                let expected = leads.filter { $0.value.contains(value) }.keys.sorted(by: >)
                #expect(try reader.leads(with: [value], limit: .max) == expected, "round \(round)")
            }
            let both = leads.filter { !$0.value.filter(values.prefix(2).contains).isEmpty }.keys.sorted(by: >)
            #expect(try reader.leads(with: Array(values.prefix(2)), limit: 3) == Array(both.prefix(3)))
        }
        try bench.stopped { path in
            let connection = try Connection(path: path)
            #expect(try connection.number("SELECT count(*) FROM identifier_fold") ?? 0 > 3)
            // It may have grown by a line with each step of a fold that is under way, and as long again before the
            // next.
            #expect(try connection.number("SELECT count(*) FROM identifier_log") ?? .max < 60)
        }
    }

    /// Erased is erased: not only hidden from the search.
    @Test func `of erased leads are nowhere in the file`() throws {
        let bench = try Bench(Self.options)
        let secret: Int64 = 0x5EC2_E75E_C2E7_5EC2
        for round in 0..<40 {
            try bench.append(["\(round)"])
            let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 1)
            var lead = Lead.fine(rows[0], routes: [])
            lead.fingerprints = [secret, Int64(round), 7, 8]
            _ = try bench.ledger.validation.judge([(rows[0], .lead(lead))])
            bench.time.advance(.minutes(1))
        }
        let found = try bench.ledger.reader().leads(with: [secret], limit: .max)
        #expect(found.count == 40)
        _ = try bench.ledger.retention.erase(found)
        try bench.stopped { path in
            let connection = try Connection(path: path)
            for table in ["identifier_log", "identifier_bucket"] {
                let left = try connection.number(
                    "SELECT count(*) FROM \(table) WHERE instr(entries, x'5EC2E75EC2E75EC2') > 0")
                #expect(left == 0, "\(table)")
                #expect(try connection.number("SELECT count(*) FROM \(table)") != 0, "\(table) was not tested")
            }
        }
    }

    @Test func `of a file that kept them in their sorted places are found as before`() throws {
        let bench = try Bench(Self.options)
        try bench.stopped { path in
            try Connection(path: path).execute(
                """
                \(Downgrade.to18)
                DROP TABLE identifier_log;
                DROP TABLE identifier_bucket;
                DROP TABLE identifier_fold;
                DROP TABLE forgotten;
                DROP INDEX quarantine_closed;
                \(Self.former)
                INSERT INTO identifier (day, fingerprint, lead)
                WITH RECURSIVE lead (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM lead WHERE id < 2500)
                SELECT id / 100, id % 50 - 10, id FROM lead;
                PRAGMA user_version = 15;
                """)
        }
        for value in [-10, -1, 0, 39] as [Int64] {
            let expected = (1...2500 as ClosedRange<Int64>).filter { $0 % 50 - 10 == value }.reversed()
            #expect(
                try bench.ledger.reader().leads(with: [value], limit: .max).map(\.rawValue) == Array(expected))
        }
        try bench.append(["new"])
        try bench.judge(owing: [])
        #expect(try bench.ledger.reader().leads(with: [39], limit: .max).count == 50)
        // A log that is far too long is folded part by part.
        for round in 0..<100 {
            try bench.append(["\(round)"])
            let rows = try bench.ledger.reader().inbox(after: LeadID(rawValue: 0), limit: 1)
            var lead = Lead.fine(rows[0], routes: [])
            lead.fingerprints = [1_000_000]
            _ = try bench.ledger.validation.judge([(rows[0], .lead(lead))])
            #expect(try bench.ledger.reader().leads(with: [39], limit: .max).count == 50, "round \(round)")
        }
        try bench.stopped { path in
            let connection = try Connection(path: path)
            #expect(try connection.number("SELECT count(*) FROM identifier_fold") ?? 0 >= 4)
            #expect(try connection.number("SELECT min(id) FROM identifier_log") ?? 0 > 3)
        }
    }

    private static let former = """
        CREATE TABLE identifier (
            day         INTEGER NOT NULL,
            fingerprint INTEGER NOT NULL,
            lead        INTEGER NOT NULL,
            PRIMARY KEY (day, fingerprint, lead)
        ) STRICT, WITHOUT ROWID;
        """
}
