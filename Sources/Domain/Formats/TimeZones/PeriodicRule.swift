/// A rule for all years to come, as POSIX writes it into the variable `TZ`: `CET-1CEST,M3.5.0,M10.5.0/3` (IEEE Std
/// 1003.1, 8.3 "Other Environment Variables"; RFC 9636 3.3.1 lets the time of a change run from -167 to 167 hours).
struct PeriodicRule: Equatable, Sendable {
    var standard: Clock
    /// `nil` if the clock is never changed.
    var summer: Summer?

    struct Clock: Equatable, Sendable {
        var abbreviation: String
        /// Seconds ahead of UTC; the text has them the other way round.
        var offset: Int
    }

    struct Summer: Equatable, Sendable {
        var clock: Clock
        var begins: Change
        var ends: Change
    }

    struct Change: Equatable, Sendable {
        var day: Day
        /// Seconds from midnight by the clock that was in force before the change.
        var time = 2 * 3600
    }

    enum Day: Equatable, Sendable {
        /// `Jn`: 1 to 365, February 29 is never counted.
        case julian(Int)
        /// `n`: 0 to 365, February 29 is counted.
        case dayOfYear(Int)
        /// `Mm.w.d`: the w-th weekday of a month, 5 is the last one; 0 is Sunday.
        case weekday(month: Int, week: Int, day: Int)
    }

    func standardPeriod(from start: Int64) -> TimeZoneRules.Period {
        TimeZoneRules.Period(
            start: start, offset: standard.offset, abbreviation: standard.abbreviation)
    }

    /// What begins in a year, oldest first. Where one ends as the other begins, summer time is the last.
    func periods(in year: Int) -> [TimeZoneRules.Period] {
        guard let summer else { return [] }
        let begin = summer.begins.second(in: year) - Int64(standard.offset)
        let end = summer.ends.second(in: year) - Int64(summer.clock.offset)
        let on = TimeZoneRules.Period(
            start: begin, offset: summer.clock.offset, abbreviation: summer.clock.abbreviation)
        let off = standardPeriod(from: end)
        return begin < end ? [on, off] : [off, on]
    }
}

extension PeriodicRule.Change {
    /// When the change comes by the clock on the wall, in seconds since 1970.
    fileprivate func second(in year: Int) -> Int64 {
        Int64(dayNumber(in: year)) * 86_400 + Int64(time)
    }

    private func dayNumber(in year: Int) -> Int {
        let newYear = Instant.daysSince1970(year: year, month: 1, day: 1)
        switch day {
        case .julian(let number):
            let isLeap = Instant.daysSince1970(year: year + 1, month: 1, day: 1) - newYear == 366
            return newYear + number - 1 + (isLeap && number >= 60 ? 1 : 0)
        case .dayOfYear(let number): return newYear + number
        case .weekday(let month, let week, let weekday):
            let first = Instant.daysSince1970(year: year, month: month, day: 1)
            // 1970-01-01 was a Thursday, which is 4.
            var day = first + (weekday - (first + 4)).modulo(7) + (week - 1) * 7
            let next =
                month == 12
                ? Instant.daysSince1970(year: year + 1, month: 1, day: 1)
                : Instant.daysSince1970(year: year, month: month + 1, day: 1)
            while day >= next { day -= 7 }
            return day
        }
    }
}

extension PeriodicRule {
    /// `nil` if the text is no such rule. A rule with summer time must say when it begins and ends.
    init?(_ text: String) {
        var reader = RuleReader(text)
        guard let name = reader.abbreviation(), let offset = reader.offset(most: 24) else { return nil }
        standard = Clock(abbreviation: name, offset: -offset)
        if reader.isAtEnd { return }
        guard let summerName = reader.abbreviation() else { return nil }
        var clock = Clock(abbreviation: summerName, offset: standard.offset + 3600)
        if !reader.isAt(",") {
            guard let offset = reader.offset(most: 24) else { return nil }
            clock.offset = -offset
        }
        guard reader.skip(","), let begins = reader.change(), reader.skip(","), let ends = reader.change(),
            reader.isAtEnd
        else { return nil }
        summer = Summer(clock: clock, begins: begins, ends: ends)
    }
}

private struct RuleReader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }
    func isAt(_ letter: Unicode.Scalar) -> Bool { rest.first == UInt8(ascii: letter) }

    mutating func skip(_ letter: Unicode.Scalar) -> Bool {
        guard isAt(letter) else { return false }
        rest.removeFirst()
        return true
    }

    /// Three letters or more, or anything alphanumeric with signs between `<` and `>`.
    mutating func abbreviation() -> String? {
        let isQuoted = skip("<")
        let name = rest.prefix {
            $0.isLetter || (isQuoted && ($0.isDigit || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-")))
        }
        guard name.count >= 3 else { return nil }
        rest = rest[name.endIndex...]
        if isQuoted, !skip(">") { return nil }
        return String(Substring(name))
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func offset(most: Int) -> Int? {
        let sign = skip("-") ? -1 : 1
        if sign == 1 { _ = skip("+") }
        guard let hours = number(), hours <= most else { return nil }
        var seconds = hours * 3600
        if skip(":") {
            guard let minutes = number(), minutes <= 59 else { return nil }
            seconds += minutes * 60
            if skip(":") {
                guard let rest = number(), rest <= 59 else { return nil }
                seconds += rest
            }
        }
        return sign * seconds
    }

    mutating func change() -> PeriodicRule.Change? {
        let day: PeriodicRule.Day
        if skip("M") {
            guard let month = number(), (1...12).contains(month), skip("."), let week = number(),
                (1...5).contains(week), skip("."), let weekday = number(), weekday <= 6
            else { return nil }
            day = .weekday(month: month, week: week, day: weekday)
        } else if skip("J") {
            guard let number = number(), (1...365).contains(number) else { return nil }
            day = .julian(number)
        } else {
            guard let number = number(), number <= 365 else { return nil }
            day = .dayOfYear(number)
        }
        var change = PeriodicRule.Change(day: day)
        if skip("/") {
            guard let time = offset(most: 167) else { return nil }
            change.time = time
        }
        return change
    }

    private mutating func number() -> Int? {
        let digits = rest.prefix(while: \.isDigit)
        guard (1...3).contains(digits.count) else { return nil }
        rest = rest[digits.endIndex...]
        return Int(Substring(digits))
    }
}
