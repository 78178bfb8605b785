/// Who is called when: people take turns, and somebody may stand in for a while.
package struct OnCall: Equatable, Sendable {
    package var name: String
    /// In the order of their turns.
    package var people: [String]
    /// The local day on which the first of them begins, in days since 1970-01-01.
    package var firstDay: Int
    /// Days of a turn.
    package var days: Int
    /// When turns change, in minutes since local midnight.
    package var handover: Int
    /// IANA name.
    package var zone: String
    /// The latest one that fits wins.
    package var substitutes: [Substitute]

    package struct Substitute: Equatable, Sendable {
        package var person: String
        package var from: Instant
        package var to: Instant
        package init(_ person: String, from: Instant, to: Instant) {
            self.person = person
            self.from = from
            self.to = to
        }
    }

    package init(
        _ name: String, people: [String], firstDay: Int, days: Int = 7, handover: Int = 540, zone: String,
        substitutes: [Substitute] = []
    ) {
        self.name = name
        self.people = people
        self.firstDay = firstDay
        self.days = days
        self.handover = handover
        self.zone = zone
        self.substitutes = substitutes
    }

    /// Who is on call; `nil` if nobody takes turns here. Turns change by the wall clock, whatever the zone's clock changes do, and go
    /// on backwards before the first day.
    package func person(at now: Instant, _ zones: Zones) -> String? {
        if let substitute = substitutes.last(where: { $0.from <= now && now < $0.to }) { return substitute.person }
        guard !people.isEmpty, days > 0 else { return nil }
        let local = zones.local(zone, now)
        let day = Int(local.dayNumber) - (local.minuteOfDay >= handover ? 0 : 1) - firstDay
        let turn = day >= 0 ? day / days : -((days - 1 - day) / days)
        return people[(turn % people.count + people.count) % people.count]
    }
}
