import Domain
import SQLite
import Service

/// Counts that are durable as notes, and not in the tables of sums yet.
///
/// A lead changes eight lines of the statistics, as many of the rollups and one of the detector's, at random places of
/// three large tables: a quarter of all that it costs. So what a transaction has counted is appended as one note, and
/// what some seconds of notes come to is added up at once. A reader of sums has that done before it reads (see
/// `Writer.sumUp`), so nobody ever finds less than what was acknowledged to whoever asks. Whoever opens the file adds
/// up what notes it finds.
struct CountNotes {
    private(set) var cells: [Counters.Cell: Counters.Amount] = [:]
    private(set) var slots: [Counters.SlotCell: Int64] = [:]
    /// When the oldest was taken, on the monotonic clock.
    private var since: Duration?

    private let patience: Duration
    /// About 5 MB of memory.
    private static let maximumCells = 50_000

    init(patience: Duration) { self.patience = patience }

    var isEmpty: Bool { cells.isEmpty && slots.isEmpty }

    /// When they are to be added up; `nil` if there are none.
    var due: Duration? { cells.count < Self.maximumCells ? since.map { $0 + patience } : .zero }

    mutating func add(_ counters: Counters, at now: Duration) {
        for (cell, amount) in counters.statistics { add(cell, amount, at: now) }
        for (cell, leads) in counters.slots { add(cell, leads, at: now) }
    }

    mutating func add(_ cell: Counters.Cell, _ amount: Counters.Amount, at now: Duration) {
        if since == nil { since = now }
        cells[cell, default: Counters.Amount()] += amount
    }

    mutating func add(_ cell: Counters.SlotCell, _ leads: Int64, at now: Duration) {
        if since == nil { since = now }
        slots[cell, default: 0] += leads
    }

    mutating func removeAll() {
        cells.removeAll(keepingCapacity: true)
        slots.removeAll(keepingCapacity: true)
        since = nil
    }
}

extension Tables {
    /// Writes what the transaction has counted for pages and detector: as a note, or, if that is asked for or due,
    /// together with all notes before into the tables of sums.
    func writeSums(isAsked: Bool) throws(SQLiteError) {
        let isNothing = counters.statistics.isEmpty && counters.slots.isEmpty
        // What a lost transaction had added or taken is looked up again.
        if isNothing, !isAsked, countNotes != nil { return }
        let now = Clock.monotonic
        var notes = try takeNotes(at: now)
        let hadNotes = !notes.isEmpty
        let isDue = notes.due.map { $0 <= now } ?? false
        notes.add(counters, at: now)
        if isAsked || isDue {
            try addUp(&notes, areKept: hadNotes)
        } else if !isNothing {
            let note = try statement(.noteCounts)
            note.bind(1, CountNote.bytes(of: counters))
            try note.run()
        }
        countNotes = notes
    }

    /// Adds up what transactions before this one have noted: for whoever is about to change the sums themselves.
    func addUpNotes() throws(SQLiteError) {
        var notes = try takeNotes(at: Clock.monotonic)
        if !notes.isEmpty { try addUp(&notes, areKept: true) }
        countNotes = notes
    }

    /// Nothing is known of them until they are put back: an error on the way is the end of the transaction.
    private func takeNotes(at now: Duration) throws(SQLiteError) -> CountNotes {
        defer { countNotes = nil }
        if let known = countNotes { return known }
        return try readCountNotes(at: now)
    }

    private func addUp(_ notes: inout CountNotes, areKept: Bool) throws(SQLiteError) {
        try addUp(notes.cells)
        try addUp(notes.slots)
        if areKept { try statement(.dropCountNotes).run() }
        notes.removeAll()
    }

    private func addUp(_ cells: [Counters.Cell: Counters.Amount]) throws(SQLiteError) {
        if cells.isEmpty { return }
        let count = try statement(.count)
        for (cell, amount) in cells {
            count.bind(1, cell.hour)
            count.bind(2, cell.dimension)
            count.bind(3, cell.destination)
            count.bind(4, cell.tally.rawValue)
            count.bind(5, amount.count)
            count.bind(6, amount.milliseconds)
            try count.run()
        }
        try rollUp(cells)
    }

    private func readCountNotes(at now: Duration) throws(SQLiteError) -> CountNotes {
        var notes = CountNotes(patience: sumPatience)
        let select = try statement(.countNotes)
        while try select.step() {
            let isWhole = CountNote.read(select.bytes(0)) { change in
                switch change {
                case .statistic(let cell, let amount): notes.add(cell, amount, at: now)
                case .slot(let cell, let leads): notes.add(cell, leads, at: now)
                }
            }
            guard isWhole else { throw SQLiteError.damaged("a note of counts cannot be read") }
        }
        return notes
    }
}

/// A note's bytes: for each change six numbers in LEB128, of which the low bits come first (DWARF 5, section 7.6); what
/// may be negative is folded, so that small numbers are short either way. Where the tally would be, `slot` marks a
/// change for the detector.
enum CountNote {
    enum Change: Equatable {
        case statistic(Counters.Cell, Counters.Amount)
        case slot(Counters.SlotCell, Int64)
    }

    /// No tally has this number.
    private static let slot: Int64 = 0

    static func bytes(of counters: Counters) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity((counters.statistics.count + counters.slots.count) * 16)
        for (cell, amount) in counters.statistics {
            append(cell.hour, to: &bytes)
            append(cell.dimension, to: &bytes)
            append(cell.destination, to: &bytes)
            append(cell.tally.rawValue, to: &bytes)
            append(amount.count, to: &bytes)
            append(amount.milliseconds, to: &bytes)
        }
        for (cell, leads) in counters.slots {
            for number in [cell.slot, cell.group, 0, slot, leads, 0] { append(number, to: &bytes) }
        }
        return bytes
    }

    /// Tells of each change. False if the bytes are no note, or speak of a tally that this program does not know.
    static func read(_ bytes: [UInt8], _ body: (Change) -> Void) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let period = number(&rest), let dimension = number(&rest), let destination = number(&rest),
                let kind = number(&rest), let count = number(&rest), let milliseconds = number(&rest)
            else { return false }
            if kind == slot {
                body(.slot(Counters.SlotCell(slot: period, group: dimension), count))
            } else if let tally = Tally(rawValue: kind) {
                let cell = Counters.Cell(hour: period, dimension: dimension, destination: destination, tally: tally)
                body(.statistic(cell, Counters.Amount(count: count, milliseconds: milliseconds)))
            } else {
                return false
            }
        }
        return true
    }

    private static func append(_ number: Int64, to bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: number << 1 ^ number >> 63)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>) -> Int64? {
        var folded: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            folded |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return Int64(bitPattern: folded >> 1) ^ -Int64(bitPattern: folded & 1) }
        }
        return nil
    }
}
