/// Who is called when: people take turns, by the clock of where they are, and somebody may stand in for a while.
///
/// Around the world several shifts share a day, each with the hours of its place. Where two have the same hour the
/// first of them has it; where none has it nobody is on call, and routing tells the channel's own recipients instead.
package struct OnCall: Equatable, Sendable {
    package var name: String
    package var shifts: [Shift]
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

    package init(_ name: String, shifts: [Shift], substitutes: [Substitute] = []) {
        self.name = name
        self.shifts = shifts
        self.substitutes = substitutes
    }

    /// All who may be on call here.
    package var people: [String] {
        var found: [String] = []
        for person in shifts.flatMap(\.people) + substitutes.map(\.person) where !found.contains(person) {
            found.append(person)
        }
        return found
    }

    /// Who is on call; `nil` if nobody is.
    package func person(at now: Instant, _ zones: Zones) -> String? {
        if let substitute = substitutes.last(where: { $0.from <= now && now < $0.to }) { return substitute.person }
        return shifts.lazy.compactMap { $0.person(at: now, zones) }.first
    }

    /// When nobody is on call, from `begin` on, in order; what follows without a break is one. Exact to the minute.
    package func gaps(from begin: Instant, to end: Instant, _ zones: Zones) -> [Range<Instant>] {
        var edges: Set<Instant> = [begin]
        for substitute in substitutes { edges.formUnion([substitute.from, substitute.to]) }
        for shift in shifts { edges.formUnion(shift.hours?.edges(from: begin, to: end, zones) ?? []) }
        return coverGaps(edges, from: begin, to: end) { person(at: $0, zones) != nil }
    }
}

extension OnCall {
    /// People of one place who take turns.
    package struct Shift: Equatable, Sendable {
        /// In the order of their turns.
        package var people: [String]
        /// The local day on which the first of them begins, in days since 1970-01-01.
        package var firstDay: Int
        /// When turns change on that day, in minutes since local midnight.
        package var handover: Int
        /// Minutes of a turn by the clock on the wall: 720 from 21:00 end at 09:00, whatever the clock did at night.
        package var turn: Int
        /// IANA name.
        package var zone: String
        /// When this shift is on call at all; `nil`: all the time.
        package var hours: Window.Weekly?

        package init(
            _ people: [String], firstDay: Int = 0, handover: Int = 540, turn: Int = 7 * 1440, zone: String,
            hours: Window.Weekly? = nil
        ) {
            self.people = people
            self.firstDay = firstDay
            self.handover = handover
            self.turn = turn
            self.zone = zone
            self.hours = hours
        }

        /// Who of them is on call; `nil` outside their hours. Turns change once, also where the clock shows that time
        /// twice, and go on backwards before the first day.
        package func person(at now: Instant, _ zones: Zones) -> String? {
            guard !people.isEmpty, turn > 0, hours?.contains(now, zones) ?? true else { return nil }
            let rules = zones.rules(zone) ?? .utc
            let first = Int64(firstDay * 1440 + handover) * 60
            let length = Int64(turn) * 60
            var number = (rules.local(now).civil.seconds - first).dividedDown(by: length)
            // In a repeated hour the clock shows a time before a hand-over that has been.
            while rules.instant(of: CivilTime(seconds: first + (number + 1) * length)) <= now { number += 1 }
            return people[Int(number.modulo(Int64(people.count)))]
        }
    }
}

extension Window.Weekly {
    /// The moments from `begin` to `end` at which it may begin or end: of each local day, and where the clock is
    /// changed.
    package func edges(from begin: Instant, to end: Instant, _ zones: Zones) -> Set<Instant> {
        let rules = zones.rules(zone) ?? .utc
        var found: Set<Instant> = []
        var day = rules.local(begin).civil.startOfDay(adding: -1)
        let last = rules.local(end).civil
        while day <= last {
            for minute in [from, to] {
                found.formUnion(rules.instants(of: CivilTime(seconds: day.seconds + Int64(minute) * 60)))
            }
            day = day.startOfDay(adding: 1)
        }
        var moment = begin
        while let change = rules.nextChange(after: moment), change < end {
            found.insert(change)
            moment = change
        }
        return found
    }
}

/// When nothing covers a moment between `begin` and `end`, in order. `edges` are all moments at which that may change.
package func coverGaps(
    _ edges: Set<Instant>, from begin: Instant, to end: Instant, isCovered: (Instant) -> Bool
) -> [Range<Instant>] {
    let moments = edges.filter { begin <= $0 && $0 < end }.union([begin]).sorted() + [end]
    var gaps: [Range<Instant>] = []
    for (from, to) in zip(moments, moments.dropFirst()) where from < to && !isCovered(from) {
        if let last = gaps.last, last.upperBound == from {
            gaps[gaps.count - 1] = last.lowerBound..<to
        } else {
            gaps.append(from..<to)
        }
    }
    return gaps
}
