/// The clock of a place: what it shows at each moment, and which moments a shown time stands for.
///
/// Made from a TZif file (`init(tzif:name:)`), of which Debian's package tzdata has one for each IANA name below
/// `/usr/share/zoneinfo`. Foundation's `TimeZone` cannot be used: it is `nil` for every name in the static release
/// binary.
package struct TimeZoneRules: Equatable, Sendable {
    /// The IANA name, `Europe/Berlin`.
    package let name: String
    /// Times between which the clock runs evenly, oldest first. The first one reaches back for ever.
    let periods: [Period]
    /// From where on the periods repeat after 400 years, as the Gregorian calendar does (146,097 days, which are whole
    /// weeks); `periods` goes a little further. `nil` if the last period lasts for ever.
    let repeatsFrom: Int64?

    struct Period: Equatable, Sendable {
        var start: Int64
        var offset: Int
        var abbreviation: String
    }

    init(name: String, periods: [Period], repeatsFrom: Int64?) {
        precondition(!periods.isEmpty, "a clock shows something at every moment")
        self.name = name
        self.periods = periods.indices.filter {
            $0 == 0 || periods[$0].offset != periods[$0 - 1].offset
                || periods[$0].abbreviation != periods[$0 - 1].abbreviation
        }.map { periods[$0] }
        self.repeatsFrom = repeatsFrom
    }

    package static let utc = TimeZoneRules(
        name: "UTC", periods: [Period(start: .min, offset: 0, abbreviation: "UTC")], repeatsFrom: nil)

    // MARK: What the clock shows

    package func local(_ instant: Instant) -> LocalTime {
        let (period, _) = period(at: instant.seconds)
        return LocalTime(
            civil: CivilTime(seconds: instant.seconds + Int64(period.offset)), offset: period.offset,
            abbreviation: period.abbreviation)
    }

    /// Seconds ahead of UTC.
    package func offset(at instant: Instant) -> Int { period(at: instant.seconds).period.offset }

    /// 0 is Monday from 00:00 to 01:00 by this clock, 167 the last hour of Sunday.
    package func hourOfWeek(_ instant: Instant) -> Int {
        let seconds = instant.seconds + Int64(offset(at: instant))
        return Int((seconds.dividedDown(by: 3600) + 72).modulo(168))
    }

    /// The next moment after `instant` at which the clock is changed; `nil` if it never is again.
    package func nextChange(after instant: Instant) -> Instant? {
        let (second, cycles) = folded(instant.seconds)
        let next = index(at: second) + 1
        return next < periods.count ? Instant(seconds: periods[next].start + cycles * Self.cycle) : nil
    }

    // MARK: Which moments a shown time stands for

    /// The moments at which the clock shows `civil`: one as a rule, none in the hour that a change leaves out, two in
    /// the hour that it repeats. In order.
    package func instants(of civil: CivilTime) -> [Instant] {
        var found: [Instant] = []
        for offset in offsets(around: civil.seconds) {
            let second = civil.seconds - Int64(offset)
            if period(at: second).period.offset == offset { found.append(Instant(seconds: second)) }
        }
        return found.sorted()
    }

    /// The first moment at which the clock shows `civil`, or, where it leaves that time out, the moment at which it
    /// jumps over it.
    package func instant(of civil: CivilTime) -> Instant {
        if let first = instants(of: civil).first { return first }
        // The jump: before it the clock shows less, from it on more. All offsets are within 26 hours of UTC (RFC 9636
        // 3.2).
        var second = civil.seconds - Self.widestOffset
        while let change = nextChange(after: Instant(seconds: second)) {
            if change.seconds + Int64(offset(at: change)) > civil.seconds { return change }
            second = change.seconds
        }
        preconditionFailure("a time that the clock never shows lies in no jump")
    }

    // MARK: Where hours, days, weeks and months begin

    /// The start of the local hour that `instant` is in. A change of the clock also begins one.
    package func startOfHour(_ instant: Instant) -> Instant {
        let (period, start) = period(at: instant.seconds)
        let local = instant.seconds + Int64(period.offset)
        let hour = local - local.modulo(3600) - Int64(period.offset)
        return Instant(seconds: max(hour, start))
    }

    /// The first moment of the local day that `instant` is in, and with `adding` of a later or earlier day.
    package func startOfDay(_ instant: Instant, adding days: Int = 0) -> Instant {
        self.instant(of: local(instant).civil.startOfDay(adding: days))
    }

    /// The first moment of the Monday of the week that `instant` is in.
    package func startOfWeek(_ instant: Instant, adding weeks: Int = 0) -> Instant {
        let civil = local(instant).civil
        return self.instant(of: civil.startOfDay(adding: 1 - civil.weekday + weeks * 7))
    }

    /// The first moment of the month that `instant` is in.
    package func startOfMonth(_ instant: Instant, adding months: Int = 0) -> Instant {
        let civil = local(instant).civil
        let month = civil.year * 12 + civil.month - 1 + months
        let day = Instant.daysSince1970(year: month.dividedDown(by: 12), month: month.modulo(12) + 1, day: 1)
        return self.instant(of: CivilTime(seconds: Int64(day) * 86_400))
    }

    // MARK: Helpers

    private static let cycle: Int64 = 146_097 * 86_400
    private static let widestOffset: Int64 = 26 * 3600

    /// The second in the years for which there are periods, and how many times 400 years were taken away.
    private func folded(_ second: Int64) -> (second: Int64, cycles: Int64) {
        guard let repeatsFrom, second >= repeatsFrom + Self.cycle else { return (second, 0) }
        let cycles = (second - repeatsFrom) / Self.cycle
        return (second - cycles * Self.cycle, cycles)
    }

    private func period(at second: Int64) -> (period: Period, start: Int64) {
        let (second, cycles) = folded(second)
        let period = periods[index(at: second)]
        return (period, period.start == .min ? .min : period.start + cycles * Self.cycle)
    }

    private func index(at second: Int64) -> Int {
        var low = 0
        var high = periods.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if periods[middle].start <= second { low = middle } else { high = middle }
        }
        return low
    }

    /// The offsets in force within 26 hours of a time, each once.
    private func offsets(around second: Int64) -> [Int] {
        var found: [Int] = []
        var moment = second - Self.widestOffset
        while true {
            let offset = period(at: moment).period.offset
            if !found.contains(offset) { found.append(offset) }
            guard let change = nextChange(after: Instant(seconds: moment)),
                change.seconds <= second + Self.widestOffset
            else { return found }
            moment = change.seconds
        }
    }
}
