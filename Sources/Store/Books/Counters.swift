import Domain
import SQLite

/// The counts of one transaction, gathered in memory and written once before the commit.
struct Counters {
    /// One after the other, and not yet summed: that is done once for many transactions, see `CountNotes`.
    private(set) var statistics: [(cell: Cell, amount: Amount)] = []
    /// Leads by five minutes, for the detector; not yet summed either.
    private(set) var slots: [(cell: SlotCell, leads: Int64)] = []
    private var sums = Sums()

    var books: [Account: Int64] { sums.books }
    var answers: [AnswerCell: AnswerAmount] {
        get { sums.answers }
        _modify { yield &sums.answers }
    }
    /// Changes of how many open deliveries close when.
    var closings: [Closing: Int64] {
        get { sums.closings }
        _modify { yield &sums.closings }
    }
    /// What was unusual about a source's events.
    var sourceCounts: [SourceCell: Int64] {
        get { sums.sourceCounts }
        _modify { yield &sums.sourceCounts }
    }

    fileprivate struct Sums {
        var books: [Account: Int64] = [:]
        var answers: [AnswerCell: AnswerAmount] = [:]
        var closings: [Closing: Int64] = [:]
        var sourceCounts: [SourceCell: Int64] = [:]
    }

    struct SlotCell: Hashable {
        var slot: Int64
        var group: Int64
    }

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

    /// A point to go back to. The long lists are not copied for it.
    struct Mark {
        fileprivate var statistics: Int
        fileprivate var slots: Int
        fileprivate var sums: Sums
    }

    var mark: Mark { Mark(statistics: statistics.count, slots: slots.count, sums: sums) }

    /// Drops what has been counted since then.
    mutating func restore(_ mark: Mark) {
        statistics.removeLast(statistics.count - mark.statistics)
        slots.removeLast(slots.count - mark.slots)
        sums = mark.sums
    }

    /// Enters a count in the books, which must balance at every commit.
    mutating func book(_ tally: Tally, source: Int64, destination: Int64 = 0, _ count: Int64 = 1) {
        sums.books[Account(source: source, destination: destination, tally: tally), default: 0] += count
    }

    /// Counts for the pages, under the hour in which the lead was received.
    mutating func count(
        _ tally: Tally, hour: Int64, dimension: Int64, destination: Int64 = 0, _ count: Int64 = 1,
        milliseconds: Int64 = 0
    ) {
        let cell = Cell(hour: hour, dimension: dimension, destination: destination, tally: tally)
        statistics.append((cell, Amount(count: count, milliseconds: milliseconds)))
    }

    /// Counts a lead for the detector, in the slot in which it was received.
    mutating func countLead(slot: Int64, group: Int64, _ count: Int64) {
        slots.append((SlotCell(slot: slot, group: group), count))
    }

    mutating func removeAll() {
        statistics.removeAll(keepingCapacity: true)
        slots.removeAll(keepingCapacity: true)
        sums.books.removeAll(keepingCapacity: true)
        sums.answers.removeAll(keepingCapacity: true)
        sums.closings.removeAll(keepingCapacity: true)
        sums.sourceCounts.removeAll(keepingCapacity: true)
    }
}

/// One line of the books, by the numbers of source and destination (0: intake).
struct Account: Hashable, Sendable {
    var source: Int64
    var destination: Int64
    var tally: Tally
}
