import Domain
import SQLite
import Service

/// Counts that are durable as notes, and not in the statistics yet.
///
/// A lead changes eight lines of the statistics and as many of the rollups, at random places of two large tables: a
/// quarter of all that it costs. While more changes wait for the writer than it has written, the counts of a
/// transaction are appended as one note instead, and what a second of notes comes to is added at once. A transaction
/// behind which nothing waits adds everything, so that whoever reads behind it finds it counted. Whoever opens the file
/// adds what notes it finds.
struct CountNotes {
    private(set) var cells: [Counters.Cell: Counters.Amount] = [:]
    private var since: Duration?

    /// How long the statistics may be behind.
    private static let patience: Duration = .seconds(1)
    /// About 10 MB of memory.
    private static let maximumCells = 100_000

    var isEmpty: Bool { cells.isEmpty }

    /// Whether still another note may be taken, at a moment of the monotonic clock.
    func mayGrow(at now: Duration) -> Bool {
        cells.count < Self.maximumCells && since.map { now - $0 < Self.patience } ?? true
    }

    mutating func add(_ more: [Counters.Cell: Counters.Amount], at now: Duration) {
        if since == nil { since = now }
        for (cell, amount) in more { cells[cell, default: Counters.Amount()] += amount }
    }

    mutating func removeAll() {
        cells.removeAll(keepingCapacity: true)
        since = nil
    }
}

extension Tables {
    /// Writes what the transaction has counted for the pages: as a note if more `isWaiting`, otherwise together with
    /// all notes before.
    func writeStatistics(isWaiting: Bool) throws(SQLiteError) {
        let now = Clock.monotonic
        // What a lost transaction had added or taken is looked up again.
        var notes: CountNotes
        if let known = countNotes { notes = known } else { notes = try readCountNotes(at: now) }
        countNotes = nil
        if isWaiting, notes.mayGrow(at: now) {
            if !counters.statistics.isEmpty {
                let note = try statement(.noteCounts)
                note.bind(1, CountNote.bytes(of: counters.statistics))
                try note.run()
                notes.add(counters.statistics, at: now)
            }
            countNotes = notes
            return
        }
        if notes.isEmpty {
            try addUp(counters.statistics)
        } else {
            notes.add(counters.statistics, at: now)
            try addUp(notes.cells)
            try statement(.dropCountNotes).run()
            notes.removeAll()
        }
        countNotes = notes
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
        var notes = CountNotes()
        let select = try statement(.countNotes)
        while try select.step() {
            guard let cells = CountNote.cells(in: select.bytes(0)) else {
                throw SQLiteError.damaged("a note of counts cannot be read")
            }
            notes.add(cells, at: now)
        }
        return notes
    }
}

/// A note's bytes: for each cell six numbers in LEB128, of which the low bits come first (DWARF 5, section 7.6); what
/// may be negative is folded, so that small numbers are short either way.
enum CountNote {
    static func bytes(of cells: [Counters.Cell: Counters.Amount]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(cells.count * 16)
        for (cell, amount) in cells {
            append(cell.hour, to: &bytes)
            append(cell.dimension, to: &bytes)
            append(cell.destination, to: &bytes)
            append(cell.tally.rawValue, to: &bytes)
            append(amount.count, to: &bytes)
            append(amount.milliseconds, to: &bytes)
        }
        return bytes
    }

    /// `nil` if the bytes are no note, or speak of a tally that this program does not know.
    static func cells(in bytes: [UInt8]) -> [Counters.Cell: Counters.Amount]? {
        var cells: [Counters.Cell: Counters.Amount] = [:]
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let hour = number(&rest), let dimension = number(&rest), let destination = number(&rest),
                let tally = number(&rest).flatMap(Tally.init(rawValue:)), let count = number(&rest),
                let milliseconds = number(&rest)
            else { return nil }
            let cell = Counters.Cell(hour: hour, dimension: dimension, destination: destination, tally: tally)
            cells[cell] = Counters.Amount(count: count, milliseconds: milliseconds)
        }
        return cells
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
