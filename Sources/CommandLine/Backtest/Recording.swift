import Configuration
import Domain
import Service

/// Recorded traffic, as `backtest` reads it: three files of JSON, one object a line.
struct Recording {
    var groups: [WatchedGroup] = []
    /// What each group is called in the files.
    var names: [String] = []
    var calendar: [CalendarEntry] = []
    /// The slots that the trace covers: whole days of UTC, the last one as far as it goes.
    var slots = 0..<0
    /// Leads by group and slot.
    var leads: [[UInt32]] = []
    var events = 0

    private static let maximumFile = 4 << 30
    /// A recording does not end later than so long after its last lead.
    private static let longestSilence = 366 * Slots.perDay

    /// Reads the files. `until` is when the recording ended, which a silence at its end does not tell; later leads are
    /// left out. Throws a `Failure` that names file, line and remedy.
    ///
    /// In one piece: each file fills what the next one is read by.
    init(
        groups groupsPath: String, calendar calendarPath: String?, trace tracePath: String, budget: Double?,
        until: Instant? = nil
    ) throws {
        try Self.lines(of: groupsPath) { line throws(LineFailure) in
            let name = try line.text("group")
            let zoneName = try line.text("tz")
            guard let zone = ZoneDirectory.rules(zoneName) else {
                throw LineFailure("this machine knows no time zone \"\(zoneName)\" (Debian package tzdata)")
            }
            guard !names.contains(name) else { throw LineFailure("group \"\(name)\" stands here a second time") }
            names.append(name)
            groups.append(
                WatchedGroup(
                    GroupKey(client: try line.text("client"), group: name), zone: zone,
                    created: try line.moment("created"),
                    plannedDaily: max(0.01, line.number("planned_daily") ?? WatchedGroup.defaultPlannedDaily),
                    budget: budget ?? line.number("budget") ?? WatchedGroup.defaultBudget))
        }
        if let calendarPath {
            let clients = Dictionary(
                zip(names, groups.map(\.key)), uniquingKeysWith: { first, _ in first })
            try Self.lines(of: calendarPath) { line throws(LineFailure) in
                let text = try line.text("scope")
                let scope: CalendarEntry.Scope
                if let key = clients[text] {
                    scope = .group(key)
                } else if text.hasPrefix("tz:") {
                    scope = .zones(text.dropFirst(3).split(separator: ",").map(String.init))
                } else if let known = CalendarEntry.Scope(text) {
                    scope = known
                } else {
                    throw LineFailure("\"\(text)\" is no scope: write a group's name, \"tz:Europe/Berlin\" or \"all\"")
                }
                guard let multiplier = line.number("multiplier"), (0...1000).contains(multiplier) else {
                    throw LineFailure("\"multiplier\" must be a number from 0 to 1000")
                }
                calendar.append(
                    CalendarEntry(
                        scope, start: try line.moment("start"), end: try line.moment("end"), multiplier: multiplier))
            }
        }
        var reader = TraceReader(names)
        do throws(LineFailure) {
            try reader.read(Self.bytes(of: tracePath))
        } catch {
            throw Failure("\(tracePath): \(error.message)")
        }
        guard let first = reader.first, let last = reader.last else { throw Failure("\(tracePath) holds no event") }
        let start = first - (first % Slots.perDay + Slots.perDay) % Slots.perDay
        let end = until.map(Slots.slot(of:)) ?? last + 1
        guard end > first, end - last <= Self.longestSilence else {
            throw Failure(
                """
                --until must be after the first lead of \(tracePath) and at most a year after its last one, which \
                came at \(Slots.start(of: last).rfc3339Seconds)
                """
            )
        }
        slots = start..<end
        events = reader.events
        leads = reader.counted(slots)
    }

    private static func bytes(of path: String) throws(LineFailure) -> [UInt8] {
        switch Files.read(path, limit: maximumFile) {
        case .success(let bytes): return bytes
        case .failure(let failure): throw LineFailure("cannot be read: \(failure.message)")
        }
    }

    private static func lines(of path: String, _ body: (Line) throws(LineFailure) -> Void) throws {
        var number = 0
        do throws(LineFailure) {
            for line in try bytes(of: path).split(separator: 0x0A, omittingEmptySubsequences: false) {
                number += 1
                if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { continue }
                guard let document = try? JSON(parsing: Array(line)), document.object != nil else {
                    throw LineFailure("is no JSON object")
                }
                try body(Line(document: document))
            }
        } catch {
            throw Failure(number == 0 ? "\(path) \(error.message)" : "\(path), line \(number): \(error.message)")
        }
    }

    /// One line of a file.
    private struct Line {
        let document: JSON

        func text(_ name: String) throws(LineFailure) -> String {
            guard let text = document[name]?.string, !text.isEmpty else {
                throw LineFailure("\"\(name)\" must be a text")
            }
            return text
        }

        func number(_ name: String) -> Double? {
            guard case .number(let digits)? = document[name] else { return nil }
            return Double(digits)
        }

        func moment(_ name: String) throws(LineFailure) -> Instant {
            guard let moment = Instant(rfc3339: try text(name)) else {
                throw LineFailure("\"\(name)\" must be a moment, for example \"2026-02-03T10:05:00Z\"")
            }
            return moment
        }
    }
}

/// What is wrong with a file or a line of it.
struct LineFailure: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

/// Counts the events of a trace: `{"ts":1766966418964,"group":"g110"}`, one a line, in any order of time. Lines that
/// are written in just this way are read where they stand, which is some 20 times as fast as a JSON parser; all others
/// by the parser.
struct TraceReader {
    private var indices: [[UInt8]: Int] = [:]
    private var counts: [(slot: Int32, group: Int32)] = []
    private(set) var first: Int?
    private(set) var last: Int?
    private(set) var events = 0
    /// Where the group of the last line is, for names of up to eight bytes.
    private var short: [UInt64: Int] = [:]

    init(_ names: [String]) {
        for (index, name) in names.enumerated() {
            indices[Array(name.utf8)] = index
            if let key = Self.key(Array(name.utf8)[...]) { short[key] = index }
        }
    }

    private static func key(_ name: ArraySlice<UInt8>) -> UInt64? {
        name.count <= 8 ? name.reduce(0) { $0 << 8 | UInt64($1) } : nil
    }

    mutating func read(_ bytes: [UInt8]) throws(LineFailure) {
        var position = 0
        var number = 0
        counts.reserveCapacity(bytes.count / 36)
        while position < bytes.count {
            number += 1
            var end = position
            if let (milliseconds, name, next) = Self.plain(bytes, position) {
                end = next
                let known = Self.key(bytes[name]).map { short[$0] } ?? indices[Array(bytes[name])]
                guard let group = known else {
                    throw LineFailure("line \(number): its group is not in the groups' file")
                }
                try add(milliseconds, group, number)
            } else {
                while end < bytes.count, bytes[end] != 0x0A { end += 1 }
                try readSlowly(Array(bytes[position..<end]), number)
                end += 1
            }
            position = end
        }
    }

    /// `{"ts":DIGITS,"group":"NAME"}` and the line's end.
    private static func plain(
        _ bytes: [UInt8], _ start: Int
    ) -> (milliseconds: Int64, name: Range<Int>, next: Int)? {
        guard begins(bytes, start, head) else { return nil }
        var position = start + head.count
        var milliseconds: Int64 = 0
        var digits = 0
        while position < bytes.count, bytes[position] &- 0x30 <= 9, digits < 15 {
            milliseconds = milliseconds * 10 + Int64(bytes[position] - 0x30)
            position += 1
            digits += 1
        }
        guard digits > 0, begins(bytes, position, middle) else { return nil }
        position += middle.count
        let name = position
        while position < bytes.count, bytes[position] != 0x22 {
            guard bytes[position] != 0x5C, bytes[position] != 0x0A else { return nil }
            position += 1
        }
        guard position + 1 < bytes.count, bytes[position + 1] == 0x7D else { return nil }
        let end = position
        position += 2
        if position < bytes.count {
            guard bytes[position] == 0x0A else { return nil }
            position += 1
        }
        return (milliseconds, name..<end, position)
    }

    private static let head = Array("{\"ts\":".utf8)
    private static let middle = Array(",\"group\":\"".utf8)

    private static func begins(_ bytes: [UInt8], _ position: Int, _ text: [UInt8]) -> Bool {
        guard position + text.count <= bytes.count else { return false }
        for index in text.indices where bytes[position + index] != text[index] { return false }
        return true
    }

    private mutating func readSlowly(_ line: [UInt8], _ number: Int) throws(LineFailure) {
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { return }
        guard let document = try? JSON(parsing: line), let name = document["group"]?.string,
            case .number(let digits)? = document["ts"], let milliseconds = Int64(digits)
        else { throw LineFailure("line \(number): must be like {\"ts\":1766966418964,\"group\":\"g110\"}") }
        guard let group = indices[Array(name.utf8)] else {
            throw LineFailure("line \(number): its group \"\(name)\" is not in the groups' file")
        }
        try add(milliseconds, group, number)
    }

    private mutating func add(_ milliseconds: Int64, _ group: Int, _ number: Int) throws(LineFailure) {
        let slot = Slots.slot(of: Instant(milliseconds: milliseconds))
        guard let slot32 = Int32(exactly: slot), slot >= 0 else {
            throw LineFailure("line \(number): \"ts\" must be milliseconds since 1970")
        }
        counts.append((slot32, Int32(group)))
        first = min(first ?? slot, slot)
        last = max(last ?? slot, slot)
        events += 1
    }

    func counted(_ slots: Range<Int>) -> [[UInt32]] {
        var leads = [[UInt32]](repeating: [UInt32](repeating: 0, count: slots.count), count: indices.count)
        for (slot, group) in counts where slots.contains(Int(slot)) {
            leads[Int(group)][Int(slot) - slots.lowerBound] += 1
        }
        return leads
    }
}
