package import Domain
import SQLite

/// How many attempts at a destination ended under one code in some time.
package struct AnswerCount: Equatable, Sendable {
    /// The beginning of the first five minutes in which one did.
    package var slot: Instant
    package var destination: String
    /// How they ended: an outcome, or `failure` for those that have to be repeated.
    package var ending: Tally
    package var code: String
    /// An HTTP status that came with it.
    package var status: Int
    package var count: Int
}

extension Counters {
    /// Counted in memory and written with the transaction.
    struct AnswerCell: Hashable {
        var slot: Int64
        var destination: Int64
        var ending: Int64
        var code: String
    }

    struct AnswerAmount {
        var count: Int64 = 0
        var status: Int64 = 0
    }

    /// Codes are the platforms' own words: a longer one is cut.
    static let maximumCode = 100
    static let answerSlot: Int64 = 300_000
}

extension Tables {
    func countAnswer(_ ending: Tally, _ destination: Int64, _ receipt: Receipt, now: Instant) {
        let code =
            receipt.code.utf8.count <= Counters.maximumCode
            ? receipt.code : String(receipt.code.prefix(Counters.maximumCode / 4))
        let cell = Counters.AnswerCell(
            slot: now.milliseconds / Counters.answerSlot * Counters.answerSlot, destination: destination,
            ending: ending.rawValue, code: code)
        counters.answers[cell, default: Counters.AnswerAmount()].count += 1
        counters.answers[cell]?.status = Int64(receipt.status)
    }

    /// Written before each commit with the other counts.
    func writeAnswers() throws(SQLiteError) {
        guard !counters.answers.isEmpty else { return }
        let count = try statement(ChecklistSQL.countAnswer)
        for (cell, amount) in counters.answers {
            count.bind(1, cell.slot)
            count.bind(2, cell.destination)
            count.bind(3, cell.ending)
            count.bind(4, cell.code)
            count.bind(5, amount.status)
            count.bind(6, amount.count)
            try count.run()
        }
    }
}

extension Reader {
    /// What was answered in a time, summed for each destination, ending and code.
    package func answers(_ range: Range<Instant>) throws -> [AnswerCount] {
        let select = try statement(
            """
            SELECT min(slot), destination.name, ending, code, max(status), sum(count) FROM answer
            JOIN destination ON destination.id = answer.destination
            WHERE slot >= ?1 AND slot < ?2 GROUP BY answer.destination, ending, code
            ORDER BY answer.destination, ending, code
            """)
        select.bind(1, range.lowerBound.milliseconds)
        select.bind(2, range.upperBound.milliseconds)
        var found: [AnswerCount] = []
        while try select.step() {
            guard let ending = Tally(rawValue: select.integer(2)) else { continue }
            found.append(
                AnswerCount(
                    slot: Instant(milliseconds: select.integer(0)), destination: select.text(1), ending: ending,
                    code: select.text(3), status: Int(select.integer(4)), count: Int(select.integer(5))))
        }
        return found
    }
}
