import Domain
import SQLite

/// The proof that nothing is missing: the books balance, and they say what the tables hold or have forgotten with age.
package struct Audit: Sendable {
    package var books: Books
    /// What does not fit, in plain words; empty when everything does.
    package var faults: [String]
    package var isBalanced: Bool { faults.isEmpty }
}

extension Reader {
    /// Counts every table again and compares with the books, all at one moment. Reads the whole database: minutes for a
    /// big one, while intake goes on. Where the file is damaged nothing is counted, and the audit says so.
    package func audit() throws -> Audit {
        do {
            return try compare()
        } catch let error as SQLiteError where error.isDamage {
            return Audit(books: Books(), faults: ["the database file is damaged: \(error)"])
        }
    }

    private func compare() throws -> Audit {
        try snapshot {
            let books = try books(in: "book")
            var faults = books.imbalances
            let counted = try recount()
            for line in Set(books.counts.keys).union(counted.counts.keys).sorted(by: { "\($0)" < "\($1)" })
            where Self.recounted.contains(line.tally) {
                let (written, found) = (books.counts[line] ?? 0, counted.counts[line] ?? 0)
                if written != found {
                    let place = line.destination.map { "\(line.source) → \($0)" } ?? line.source
                    faults.append("\(place): the books say \(written) \(line.tally.name), the tables hold \(found)")
                }
            }
            faults += try closingFaults()
            if let corruption = try connection.text("PRAGMA quick_check(1)"), corruption != "ok" {
                faults.append("the database file is damaged: \(corruption)")
            }
            return Audit(books: books, faults: faults)
        }
    }

    /// Where the counts of closing windows are not those of the queue.
    private func closingFaults() throws -> [String] {
        let select = try statement(
            """
            SELECT destination.name, sum(written), sum(found) FROM (
                SELECT destination AS id, quarter, count AS written, 0 AS found FROM closing
                UNION ALL SELECT destination, expires / 900000, 0, count(*) FROM delivery GROUP BY 1, 2)
            JOIN destination USING (id) GROUP BY id, quarter HAVING sum(written) <> sum(found) ORDER BY 1 LIMIT 10
            """)
        var faults: [String] = []
        while try select.step() {
            faults.append(
                "\(select.text(0)): \(select.integer(1)) deliveries are said to close in a quarter hour in which "
                    + "\(select.integer(2)) do")
        }
        return faults
    }

    /// What is written down in a table of the shape of `book`.
    private func books(in table: String) throws -> Books {
        var books = Books()
        let select = try statement(
            """
            SELECT source.name, destination.name, tally, count
            FROM \(table) AS book JOIN source ON source.id = book.source
            LEFT JOIN destination ON destination.id = book.destination
            """)
        while try select.step() {
            guard let tally = Tally(rawValue: select.integer(2)) else { continue }
            let line = Books.Line(
                source: select.text(0), destination: select.isNull(1) ? nil : select.text(1), tally: tally)
            books.add(select.integer(3), to: line)
        }
        return books
    }

    private static let recounted: Set<Tally> = [
        .inbox, .quarantined, .discarded, .duplicate, .lead, .open, .sent, .delivered, .rejected, .expired, .skipped,
        .erased, .replayedDelivered, .replayedSent, .replayedRejected, .replayedExpired, .replayedSkipped,
    ]

    private func recount() throws -> Books {
        var counted = try books(in: "forgotten")
        let intake: [(Tally, String)] = [
            (.inbox, "inbox"), (.quarantined, "quarantine WHERE state = 'open'"),
            (.discarded, "quarantine WHERE state = 'discarded'"), (.duplicate, "duplicate"), (.lead, "lead"),
        ]
        for (tally, rows) in intake {
            let select = try statement(
                """
                SELECT source.name, n FROM (SELECT source AS id, count(*) AS n FROM \(rows) GROUP BY source)
                JOIN source USING (id)
                """)
            while try select.step() {
                counted.add(select.integer(1), to: Books.Line(source: select.text(0), tally: tally))
            }
        }
        let open = try statement(
            """
            SELECT source.name, destination.name, count(*) FROM delivery
            JOIN dimension ON dimension.id = delivery.dimension JOIN source ON source.id = dimension.source
            JOIN destination ON destination.id = delivery.destination GROUP BY 1, 2
            """)
        while try open.step() {
            let line = Books.Line(source: open.text(0), destination: open.text(1), tally: .open)
            counted.add(open.integer(2), to: line)
        }
        let ended = try statement(
            """
            SELECT source.name, destination.name, outcome, count(*) FROM receipt
            JOIN lead ON lead.id = receipt.lead JOIN source ON source.id = lead.source
            JOIN destination ON destination.id = receipt.destination GROUP BY 1, 2, 3
            """)
        while try ended.step() {
            guard let tally = Tally(rawValue: ended.integer(2)) else { continue }
            let line = Books.Line(source: ended.text(0), destination: ended.text(1), tally: tally)
            counted.add(ended.integer(3), to: line)
        }
        let replayed = try statement(
            """
            SELECT source.name, destination.name, code, count(*) FROM attempt
            JOIN lead ON lead.id = attempt.lead JOIN source ON source.id = lead.source
            JOIN destination ON destination.id = attempt.destination
            WHERE cause = '\(LeadHistory.replayed)' GROUP BY 1, 2, 3
            """)
        while try replayed.step() {
            guard let tally = Outcome(rawValue: replayed.text(2))?.tally.replayed else { continue }
            let line = Books.Line(source: replayed.text(0), destination: replayed.text(1), tally: tally)
            counted.add(replayed.integer(3), to: line)
        }
        return counted
    }
}
