package import Domain

/// Whose days the leads are counted in: the time zone of each client, and the client of each source, by their names.
package struct Calendars: Sendable, Equatable {
    package var zones: [String: TimeZoneRules]
    package var clients: [String: String]

    package init(zones: [String: TimeZoneRules] = [:], clients: [String: String] = [:]) {
        self.zones = zones
        self.clients = clients
    }

    /// The client that a dimension counts for. An event that could not be read counts for the client of its source.
    func client(_ dimension: Dimension) -> String {
        dimension.client.isEmpty ? clients[dimension.source] ?? "" : dimension.client
    }

    /// Clients without a time zone count in UTC.
    func zone(of client: String) -> TimeZoneRules { zones[client] ?? .utc }

    /// As rows of `day_basis`.
    var entries: [String: String] {
        var entries: [String: String] = [:]
        for (client, zone) in zones { entries["zone of " + client] = zone.name }
        for (source, client) in clients { entries["client of " + source] = client }
        return entries
    }
}

/// A local day or month as the number under which it is counted.
///
/// An hour of the statistics is one of UTC. Where a time zone is not a whole number of hours from UTC, an hour that
/// local midnight lies in counts for the day in which it begins: at +05:30 the last half hour before midnight and the
/// first one after it.
package struct CountedDay: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    package let number: Int64

    package init(number: Int64) { self.number = number }
    package init(_ hour: Instant, in zone: TimeZoneRules) { number = zone.local(hour).civil.dayNumber }

    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }

    /// When it begins in UTC.
    var start: Instant { Instant(milliseconds: number * 86_400_000) }
    package var civil: CivilTime { CivilTime(seconds: number * 86_400) }

    /// Year * 12 + month - 1.
    var month: Int64 { Int64(civil.year * 12 + civil.month - 1) }

    /// The first day of a month.
    static func first(ofMonth month: Int64) -> CountedDay {
        CountedDay(
            number: Int64(Instant.daysSince1970(year: Int(month / 12), month: Int(month % 12) + 1, day: 1)))
    }
}

extension TimeZoneRules {
    /// The hours of UTC that are counted for local days.
    package func hours(of days: Range<CountedDay>) -> Range<Instant> {
        begin(of: days.lowerBound)..<begin(of: days.upperBound)
    }

    private func begin(of day: CountedDay) -> Instant {
        let midnight = instant(of: day.civil)
        return midnight.hour < midnight ? midnight.hour + .hours(1) : midnight
    }
}
