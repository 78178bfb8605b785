extension Instant {
    /// Reads an RFC 3339 section 5.6 `date-time`, for example `2026-11-21T10:15:30.250+01:00`.
    ///
    /// `T` and `Z` may be lower case (section 5.6, NOTE). Digits after the milliseconds are dropped. A leap second
    /// (`:60`) is taken as the first moment of the next minute. `nil` if the text is anything else, or names a day that
    /// does not exist.
    package init?(rfc3339 text: String) {
        var reader = DigitReader(Array(text.utf8))
        guard let year = reader.number(4), reader.skip(0x2D), let month = reader.number(2), reader.skip(0x2D),
            let day = reader.number(2), reader.skip(0x54, or: 0x74),
            let hour = reader.number(2), reader.skip(0x3A), let minute = reader.number(2), reader.skip(0x3A),
            let second = reader.number(2)
        else { return nil }
        var milliseconds = 0
        if reader.skip(0x2E) {
            guard let fraction = reader.fraction() else { return nil }
            milliseconds = fraction
        }
        var offsetMinutes = 0
        if !reader.skip(0x5A, or: 0x7A) {
            guard let sign = reader.sign(), let hours = reader.number(2), reader.skip(0x3A),
                let minutes = reader.number(2), hours <= 23, minutes <= 59
            else { return nil }
            offsetMinutes = sign * (hours * 60 + minutes)
        }
        guard reader.isAtEnd else { return nil }
        self.init(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second,
            milliseconds: milliseconds, offsetMinutes: offsetMinutes)
    }

    /// The moment that a calendar and a clock show in a zone that is `offsetMinutes` ahead of UTC. `nil` if there is no
    /// such day or time, or if it is not in the years 0000 to 9999 of UTC, which RFC 3339 ends at.
    init?(
        year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, milliseconds: Int = 0,
        offsetMinutes: Int
    ) {
        guard (0...9999).contains(year), (1...12).contains(month),
            (1...Self.days(inMonth: month, year: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let days = Self.daysSince1970(year: year, month: month, day: day)
        let seconds = (days * 24 * 60 + hour * 60 + minute - offsetMinutes) * 60 + second
        guard (Self.firstSecond...Self.lastSecond).contains(seconds) else { return nil }
        self.init(milliseconds: Int64(seconds) * 1000 + Int64(milliseconds))
    }

    /// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
    private static let firstSecond = -62_167_219_200
    private static let lastSecond = 253_402_300_799

    /// The moment, which must be in the years 0000 to 9999, in UTC with milliseconds, for example
    /// `2026-11-21T09:15:30.250Z`.
    package var rfc3339: String { text(withMilliseconds: true) }

    /// The moment in UTC in whole seconds, for example `2026-11-21T09:15:30Z`.
    package var rfc3339Seconds: String { text(withMilliseconds: false) }

    private func text(withMilliseconds: Bool) -> String {
        let second = Int(seconds)
        precondition(
            (Self.firstSecond...Self.lastSecond).contains(second), "RFC 3339 has no words for years beyond four digits")
        let day = second >= 0 ? second / 86_400 : -((86_399 - second) / 86_400)
        let (year, month, dayOfMonth) = Self.date(daysSince1970: day)
        let clock = second - day * 86_400
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        func append(_ value: Int, _ width: Int) {
            var divisor = 1
            for _ in 1..<width { divisor *= 10 }
            while divisor > 0 {
                bytes.append(UInt8(0x30 + value / divisor % 10))
                divisor /= 10
            }
        }
        append(year, 4)
        bytes.append(0x2D)
        append(month, 2)
        bytes.append(0x2D)
        append(dayOfMonth, 2)
        bytes.append(0x54)
        append(clock / 3600, 2)
        bytes.append(0x3A)
        append(clock / 60 % 60, 2)
        bytes.append(0x3A)
        append(clock % 60, 2)
        if withMilliseconds {
            bytes.append(0x2E)
            append(Int(milliseconds - seconds * 1000), 3)
        }
        bytes.append(0x5A)
        return String(decoding: bytes, as: UTF8.self)
    }

    // Days since 1970 in the proleptic Gregorian calendar. The year starts in March, so that the leap day is the last
    // one.
    package static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func days(inMonth month: Int, year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        default: 31
        }
    }
}

/// Reads fixed-width decimal fields from left to right.
private struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number(_ width: Int) -> Int? {
        guard position + width <= bytes.count else { return nil }
        var value = 0
        for _ in 0..<width {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// One or more digits after the point, as milliseconds.
    mutating func fraction() -> Int? {
        var value = 0
        var count = 0
        while let digit = digit() {
            if count < 3 { value = value * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 3)..<3 { value *= 10 }
        return value
    }

    mutating func sign() -> Int? {
        if skip(0x2B) { return 1 }
        return skip(0x2D) ? -1 : nil
    }

    mutating func skip(_ byte: UInt8, or other: UInt8? = nil) -> Bool {
        guard position < bytes.count, bytes[position] == byte || bytes[position] == other else { return false }
        position += 1
        return true
    }

    private mutating func digit() -> Int? {
        guard position < bytes.count, bytes[position] &- 0x30 <= 9 else { return nil }
        defer { position += 1 }
        return Int(bytes[position] - 0x30)
    }
}
