package import Domain
import SQLite

/// How many open deliveries of a destination have a window that closes soon: what is not delivered by then expires.
package struct ClosingWindows: Equatable, Sendable {
    package var destination: String
    /// Open deliveries by the time that is left, each counted in every span that it fits in: as many as there are
    /// `spans`.
    package var counts: [Int]
    /// When the first of all open deliveries closes, on a quarter of an hour, never later than it really does; `nil` if
    /// nothing is open.
    package var next: Instant?

    package init(destination: String, counts: [Int], next: Instant?) {
        self.destination = destination
        self.counts = counts
        self.next = next
    }

    /// What pages and metrics count by.
    package static let spans: [Duration] = [.hours(1), .hours(9), .hours(24)]
    /// `next` is at most so much earlier than the moment itself.
    package static let precision: Duration = .minutes(15)
}

extension Reader {
    /// For each destination with open deliveries how many of them expire within each of some spans, and when the first
    /// one does, in the order of the names. For warnings such as "120 leads expire at Meta in 9 h".
    ///
    /// Reads counters by the quarter hour that are kept in the transactions which change the queue: some hundred short
    /// rows, however many deliveries wait. A delivery is counted up to a quarter of an hour early, never late.
    package func closingWindows(at now: Instant, within spans: [Duration] = ClosingWindows.spans) throws
        -> [ClosingWindows]
    {
        let select = try statement(
            """
            SELECT destination.name, quarter, count FROM destination CROSS JOIN closing
            WHERE closing.destination = destination.id AND quarter <= max(?1, (
                SELECT min(first.quarter) FROM closing AS first WHERE first.destination = destination.id))
            ORDER BY 1, 2
            """)
        let ends = spans.map { Self.quarter(now + $0) }
        select.bind(1, ends.max() ?? 0)
        var found: [ClosingWindows] = []
        while try select.step() {
            let (name, quarter, count) = (select.text(0), select.integer(1), Int(select.integer(2)))
            if found.last?.destination != name {
                found.append(
                    ClosingWindows(
                        destination: name, counts: spans.map { _ in 0 },
                        next: Instant(milliseconds: quarter * Self.quarterLength)))
            }
            for (index, end) in ends.enumerated() where quarter <= end { found[found.count - 1].counts[index] += count }
        }
        return found
    }

    private static let quarterLength: Int64 = 900_000
    static func quarter(_ moment: Instant) -> Int64 { moment.milliseconds / quarterLength }
}

extension Counters {
    /// An open delivery has come (`1`) or gone (`-1`) whose window closes then.
    mutating func closing(_ destination: Int64, expires: Int64, _ change: Int64) {
        closings[Closing(destination: destination, quarter: expires / 900_000), default: 0] += change
    }
}

/// A quarter hour in which windows of a destination close.
struct Closing: Hashable {
    var destination: Int64
    var quarter: Int64
}

extension Tables {
    func writeClosings() throws(SQLiteError) {
        for (closing, change) in counters.closings where change != 0 {
            let write = try statement(.countClosing)
            write.bind(1, closing.destination)
            write.bind(2, closing.quarter)
            write.bind(3, change)
            try write.run()
            guard change < 0 else { continue }
            let end = try statement(.endClosing)
            end.bind(1, closing.destination)
            end.bind(2, closing.quarter)
            try end.run()
        }
    }
}
