/// What a calendar and a clock on the wall show, without saying where: the day of the Gregorian calendar and the time.
package struct CivilTime: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01 00:00:00 on that calendar and clock.
    package let seconds: Int64
    package let year: Int
    package let month: Int
    package let day: Int

    package var hour: Int { Int(secondOfDay / 3600) }
    package var minute: Int { Int(secondOfDay / 60 % 60) }
    package var second: Int { Int(secondOfDay % 60) }
    package var secondOfDay: Int64 { seconds - dayNumber * 86_400 }

    /// Days since 1970-01-01.
    package var dayNumber: Int64 { seconds.dividedDown(by: 86_400) }
    /// 1 is Monday, 7 is Sunday: ISO 8601.
    package var weekday: Int { Int((dayNumber + 3).modulo(7)) + 1 }
    /// 0 is Monday from 00:00 to 01:00, 167 the last hour of Sunday.
    package var hourOfWeek: Int { (weekday - 1) * 24 + hour }

    package init(seconds: Int64) {
        self.seconds = seconds
        (year, month, day) = Instant.date(daysSince1970: Int(seconds.dividedDown(by: 86_400)))
    }

    /// `nil` if there is no such day or time. Hour 24 is not a time: write 00:00 of the next day.
    package init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second), (0...9999).contains(year),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = Instant.daysSince1970(year: year, month: month, day: day)
        self.init(seconds: Int64(((days * 24 + hour) * 60 + minute) * 60 + second))
        guard self.month == month else { return nil }
    }

    /// Reads `2026-12-24`, `2026-12-24T18:00`, `2026-12-24 18:00` and either with seconds. `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
        let date = parts[0].split(separator: "-", omittingEmptySubsequences: false).map(Self.digits)
        guard date.count == 3, parts[0].utf8.count == 10, let year = date[0], let month = date[1], let day = date[2]
        else { return nil }
        guard parts.count == 2 else {
            self.init(year: year, month: month, day: day)
            return
        }
        let time = parts[1].split(separator: ":", omittingEmptySubsequences: false).map(Self.digits)
        guard (2...3).contains(time.count), parts[1].utf8.count == time.count * 3 - 1, let hour = time[0],
            let minute = time[1], let second = time.count == 3 ? time[2] : 0
        else { return nil }
        self.init(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    private static func digits(_ text: Substring) -> Int? {
        text.utf8.count >= 2 && text.utf8.allSatisfy(\.isDigit) ? Int(text) : nil
    }

    package static func < (a: Self, b: Self) -> Bool { a.seconds < b.seconds }

    /// The first moment of this day, and of the days after and before it.
    package func startOfDay(adding days: Int = 0) -> CivilTime {
        CivilTime(seconds: (dayNumber + Int64(days)) * 86_400)
    }

    /// `2026-12-24`.
    package var date: String { "\(Self.padded(year, 4))-\(Self.padded(month))-\(Self.padded(day))" }
    /// `18:00`.
    package var clock: String { "\(Self.padded(hour)):\(Self.padded(minute))" }

    static func padded(_ number: Int, _ width: Int = 2) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}

/// What the clocks of a place show at one moment.
package struct LocalTime: Hashable, Sendable, CustomStringConvertible {
    package let civil: CivilTime
    /// Seconds that the place is ahead of UTC.
    package let offset: Int
    /// `CET`, `EDT`, `+03`.
    package let abbreviation: String

    package var year: Int { civil.year }
    package var month: Int { civil.month }
    package var day: Int { civil.day }
    package var hour: Int { civil.hour }
    package var minute: Int { civil.minute }
    package var second: Int { civil.second }
    package var weekday: Int { civil.weekday }
    package var hourOfWeek: Int { civil.hourOfWeek }
    /// `2026-12-24`.
    package var date: String { civil.date }
    /// `18:00`.
    package var clock: String { civil.clock }
    /// `2026-12-24 18:00 CET`.
    package var description: String { "\(date) \(clock) \(abbreviation)" }

    /// `2026-12-24T18:00:00+01:00`. Offsets are shown in whole minutes, which is all that RFC 3339 has.
    package var rfc3339: String {
        let minutes = abs(offset) / 60
        let zone = "\(offset < 0 ? "-" : "+")\(CivilTime.padded(minutes / 60)):\(CivilTime.padded(minutes % 60))"
        return "\(date)T\(clock):\(CivilTime.padded(second))\(zone)"
    }
}

extension FixedWidthInteger {
    /// Rounded down, also below zero.
    func dividedDown(by divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// From 0 to below `divisor`, also below zero.
    func modulo(_ divisor: Self) -> Self {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
