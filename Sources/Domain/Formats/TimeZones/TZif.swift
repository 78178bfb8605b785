extension TimeZoneRules {
    /// Why some bytes are no usable time zone.
    package struct Unreadable: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// Reads a TZif file: RFC 9636, versions 1 to 4. The 64-bit block is taken where there is one, and the rule in the
    /// footer for the time after the last change in the table. Files that count leap seconds are refused, since no
    /// `Instant` does.
    package init(tzif bytes: [UInt8], name: String) throws(Unreadable) {
        var reader = TZifReader(bytes)
        var header = try reader.header()
        var table = try reader.table(header, timeWidth: 4)
        var rule: PeriodicRule?
        if header.version > 1 {
            header = try reader.header()
            table = try reader.table(header, timeWidth: 8)
            rule = try reader.footer()
        }
        guard let first = table.types.first else { throw Unreadable(description: "it has no local time") }
        // RFC 9636 3.2: before the first change the clock shows local time type 0.
        var periods = [first.period(from: .min)]
        for (start, type) in zip(table.changes, table.typeOfChange) {
            periods.append(table.types[type].period(from: start))
        }
        guard let rule else {
            self.init(name: name, periods: periods, repeatsFrom: nil)
            return
        }
        // RFC 9636 3.3: the footer speaks for everything after the last change; of a file without changes, for all
        // time.
        guard let last = table.changes.last else {
            if rule.summer == nil { periods = [rule.standardPeriod(from: .min)] }
            let from = Int64(Instant.daysSince1970(year: 1900, month: 1, day: 1)) * 86_400
            self.init(name: name, periods: periods, continuedBy: rule, after: from)
            return
        }
        self.init(name: name, periods: periods, continuedBy: rule, after: last)
    }

    private init(name: String, periods: [Period], continuedBy rule: PeriodicRule, after last: Int64) {
        guard rule.summer != nil else {
            self.init(name: name, periods: periods, repeatsFrom: nil)
            return
        }
        var periods = periods
        let firstYear = CivilTime(seconds: last).year
        for year in firstYear...(firstYear + 401) {
            for period in rule.periods(in: year) where period.start > last {
                // Two changes at one moment: the later rule counts, as for summer time all the year round.
                if periods[periods.count - 1].start == period.start { periods.removeLast() }
                periods.append(period)
            }
        }
        self.init(name: name, periods: periods, repeatsFrom: last + 1)
    }
}

/// Reads the blocks of a TZif file in order; everything is checked against the length.
private struct TZifReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    typealias Unreadable = TimeZoneRules.Unreadable

    struct Header {
        var version: Int
        var universalFlags, standardFlags, leaps, changes, types, letters: Int
    }

    struct LocalTimeType {
        var offset: Int
        var abbreviation: String

        func period(from start: Int64) -> TimeZoneRules.Period {
            TimeZoneRules.Period(start: start, offset: offset, abbreviation: abbreviation)
        }
    }

    struct Table {
        var changes: [Int64] = []
        var typeOfChange: [Int] = []
        var types: [LocalTimeType] = []
    }

    /// RFC 9636 3.1.
    mutating func header() throws(Unreadable) -> Header {
        guard try take(4).elementsEqual("TZif".utf8) else { throw Unreadable(description: "not a TZif file") }
        let version = try take(1).first ?? 0
        guard version == 0 || (UInt8(ascii: "2")...UInt8(ascii: "4")).contains(version) else {
            throw Unreadable(description: "its version is not known")
        }
        _ = try take(15)
        var counts: [Int] = []
        for _ in 0..<6 { counts.append(try Int(number(4))) }
        guard counts.allSatisfy({ (0...65_536).contains($0) }) else {
            throw Unreadable(description: "it counts more than can be")
        }
        return Header(
            version: version == 0 ? 1 : Int(version - 0x30), universalFlags: counts[0], standardFlags: counts[1],
            leaps: counts[2], changes: counts[3], types: counts[4], letters: counts[5])
    }

    /// RFC 9636 3.2.
    mutating func table(_ header: Header, timeWidth: Int) throws(Unreadable) -> Table {
        guard header.leaps == 0 else { throw Unreadable(description: "it counts leap seconds: take the other file") }
        var table = Table()
        for _ in 0..<header.changes { table.changes.append(try number(timeWidth)) }
        guard zip(table.changes, table.changes.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw Unreadable(description: "its changes are not in order")
        }
        table.typeOfChange = try take(header.changes).map(Int.init)
        var raw: [(offset: Int, letter: Int)] = []
        for _ in 0..<header.types {
            let offset = try Int(number(4))
            let rest = Array(try take(2))
            guard abs(offset) < 26 * 3600 else { throw Unreadable(description: "a clock is more than 26 hours off") }
            // The first of the two says whether it is summer time, which nobody here asks.
            raw.append((offset, Int(rest[1])))
        }
        let letters = Array(try take(header.letters))
        _ = try take(header.standardFlags + header.universalFlags)
        for type in raw {
            guard type.letter < letters.count else { throw Unreadable(description: "an abbreviation is missing") }
            let name = letters[type.letter...].prefix { $0 != 0 }
            table.types.append(
                LocalTimeType(offset: type.offset, abbreviation: String(decoding: name, as: UTF8.self)))
        }
        guard table.typeOfChange.allSatisfy({ $0 < table.types.count }) else {
            throw Unreadable(description: "a change leads to a local time that is missing")
        }
        return table
    }

    /// RFC 9636 3.3; `nil` if the footer is empty.
    mutating func footer() throws(Unreadable) -> PeriodicRule? {
        guard try take(1).first == 0x0A else { throw Unreadable(description: "it has no footer") }
        let text = bytes[position...].prefix { $0 != 0x0A }
        guard position + text.count < bytes.count else { throw Unreadable(description: "its footer does not end") }
        if text.isEmpty { return nil }
        guard let rule = PeriodicRule(String(decoding: text, as: UTF8.self)) else {
            throw Unreadable(description: "the rule in its footer cannot be read")
        }
        return rule
    }

    /// A big-endian number of 4 or 8 bytes in two's complement.
    private mutating func number(_ width: Int) throws(Unreadable) -> Int64 {
        let value = try take(width).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return width == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(truncatingIfNeeded: value)
    }

    private mutating func take(_ count: Int) throws(Unreadable) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else { throw Unreadable(description: "it is cut off") }
        defer { position += count }
        return bytes[position..<(position + count)]
    }
}
