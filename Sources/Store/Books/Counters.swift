import Domain
import SQLite

/// The counts of one transaction, gathered in memory and written once before the commit.
struct Counters {
    private(set) var statistics: [Cell: Amount] = [:]
    private(set) var books: [Account: Int64] = [:]
    var answers: [AnswerCell: AnswerAmount] = [:]
    /// Leads by five minutes, for the detector.
    private(set) var slots: [SlotCell: Int64] = [:]

    struct SlotCell: Hashable {
        var slot: Int64
        /// A dimension, and where it is written a group.
        var place: Int64
    }
    /// Changes of how many open deliveries close when.
    var closings: [Closing: Int64] = [:]
    /// What was unusual about a source's events.
    var sourceCounts: [SourceCell: Int64] = [:]

    struct Cell: Hashable {
        var hour: Int64
        var dimension: Int64
        var destination: Int64
        var tally: Tally
    }

    struct Amount: Equatable {
        var count: Int64 = 0
        var milliseconds: Int64 = 0

        static func += (a: inout Self, b: Self) {
            a.count += b.count
            a.milliseconds += b.milliseconds
        }
    }

    var isEmpty: Bool {
        statistics.isEmpty && books.isEmpty && answers.isEmpty && slots.isEmpty && closings.isEmpty
            && sourceCounts.isEmpty
    }

    /// Enters a count in the books, which must balance at every commit.
    mutating func book(_ tally: Tally, source: Int64, destination: Int64 = 0, _ count: Int64 = 1) {
        books[Account(source: source, destination: destination, tally: tally), default: 0] += count
    }

    /// Counts for the pages, under the hour in which the lead was received.
    mutating func count(
        _ tally: Tally, hour: Int64, dimension: Int64, destination: Int64 = 0, _ count: Int64 = 1,
        milliseconds: Int64 = 0
    ) {
        let cell = Cell(hour: hour, dimension: dimension, destination: destination, tally: tally)
        statistics[cell, default: Amount()] += Amount(count: count, milliseconds: milliseconds)
    }

    /// Counts a lead for the detector, in the slot in which it was received.
    mutating func countLead(slot: Int64, dimension: Int64, _ count: Int64 = 1) {
        slots[SlotCell(slot: slot, place: dimension), default: 0] += count
    }

    mutating func removeAll() {
        statistics.removeAll(keepingCapacity: true)
        books.removeAll(keepingCapacity: true)
        answers.removeAll(keepingCapacity: true)
        slots.removeAll(keepingCapacity: true)
        closings.removeAll(keepingCapacity: true)
        sourceCounts.removeAll(keepingCapacity: true)
    }
}

/// One line of the books, by the numbers of source and destination (0: intake).
struct Account: Hashable, Sendable {
    var source: Int64
    var destination: Int64
    var tally: Tally
}
