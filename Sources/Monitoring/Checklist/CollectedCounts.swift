package import Domain
package import Store

/// Works out the checklist's figures from counts of the store. A value: rows in, facts out.
package struct CollectedCounts: Sendable {
    package var hours: [HourlyIntake]
    package var arrivals: [Arrivals]
    package var began: Instant
    package var now: Instant

    /// How far back a baseline looks.
    package static let baseline: Duration = .days(7)

    package init(hours: [HourlyIntake], arrivals: [Arrivals], began: Instant, now: Instant) {
        self.hours = hours
        self.arrivals = arrivals
        self.began = began
        self.now = now
    }

    /// How many usually come between `began` and `now`: the same hours of the days before, part hours by their length, averaged over
    /// the days on which anything of it came.
    package func usual(_ tallies: Set<Tally>, where fits: (HourlyIntake) -> Bool) -> Double {
        let rows = hours.filter { tallies.contains($0.tally) && fits($0) && $0.hour < began }
        guard let first = rows.map(\.hour).min() else { return 0 }
        var sum = 0.0
        var days = 0
        for day in 1...Int(Self.baseline.components.seconds / 86_400) {
            let shift = Duration.days(day)
            let (from, to) = (began - shift, now - shift)
            guard from >= first - .hours(1), to <= began else { continue }
            days += 1
            for row in rows {
                let overlap = min(row.hour + .hours(1), to) - max(row.hour, from)
                if overlap > .zero { sum += Double(row.count) * (overlap / .hours(1)) }
            }
        }
        return days == 0 ? shortTerm(rows, since: first) : sum / Double(days)
    }

    /// For a history of less than a day: at the mean rate so far.
    private func shortTerm(_ rows: [HourlyIntake], since first: Instant) -> Double {
        let time = (began - first) / .hours(1)
        guard time > 0 else { return 0 }
        return Double(rows.reduce(0) { $0 + $1.count }) / time * ((now - began) / .hours(1))
    }

    package func sum(_ tallies: Set<Tally>, where fits: (HourlyIntake) -> Bool) -> Int {
        hours.reduce(0) { $0 + (tallies.contains($1.tally) && $1.hour < began.hour && fits($1) ? $1.count : 0) }
    }

    private static let events: Set<Tally> = [.lead, .duplicate, .quarantined]

    /// Each source, and whether it feeds the matter.
    package func sources(_ feeding: Set<String>, isBrowser: (String) -> Bool) -> [ChecklistFacts.SourceFacts] {
        let names = Set(hours.map(\.source)).union(arrivals.map(\.source)).union(feeding)
        return names.sorted().map { name in
            let groups = Set(hours.filter { $0.source == name && $0.tally == .lead }.map { "\($0.client)/\($0.group)" })
            return ChecklistFacts.SourceFacts(
                name, feedsMatter: feeding.contains(name), isBrowser: isBrowser(name), groups: max(1, groups.count),
                received: arrivals.filter { $0.source == name }.reduce(0) {
                    $0 + $1.leads + $1.duplicates + $1.quarantined + $1.waiting
                },
                usual: usual(Self.events) { $0.source == name })
        }
    }

    /// Sources that leads of a client or group came from before.
    package func feeding(client: String, group: String?) -> Set<String> {
        Set(
            hours.filter { $0.tally == .lead && $0.client == client && (group == nil || $0.group == group) }.map(
                \.source))
    }

    package func volume(client: String?, group: String?) -> ChecklistFacts.Volume {
        let observed = arrivals.filter { (client == nil || $0.client == client) && (group == nil || $0.group == group) }
        return ChecklistFacts.Volume(
            observed: observed.reduce(0) { $0 + $1.leads },
            expected: usual([.lead]) {
                (client == nil || $0.client == client) && (group == nil || $0.group == group)
            })
    }

    package func clickIDs(client: String, group: String?) -> ShareComparison {
        let mine = arrivals.filter { $0.client == client && (group == nil || $0.group == group) }
        func fits(_ row: HourlyIntake) -> Bool { row.client == client && (group == nil || row.group == group) }
        return ShareComparison(
            recent: .init(mine.reduce(0) { $0 + $1.withClickID }, of: mine.reduce(0) { $0 + $1.leads }),
            baseline: .init(sum([.withClickID], where: fits), of: sum([.lead], where: fits)))
    }

    package func quarantine(_ feeding: Set<String>) -> ShareComparison {
        let mine = arrivals.filter { feeding.contains($0.source) }
        func fits(_ row: HourlyIntake) -> Bool { feeding.contains(row.source) }
        return ShareComparison(
            recent: .init(
                mine.reduce(0) { $0 + $1.quarantined },
                of: mine.reduce(0) { $0 + $1.leads + $1.duplicates + $1.quarantined }),
            baseline: .init(sum([.quarantined], where: fits), of: sum(Self.events, where: fits)))
    }

    package func duplicates(_ feeding: Set<String>) -> ChecklistFacts.DuplicateFacts {
        let mine = arrivals.filter { feeding.contains($0.source) }
        func fits(_ row: HourlyIntake) -> Bool { feeding.contains(row.source) }
        let count = mine.reduce(0) { $0 + $1.duplicates }
        return ChecklistFacts.DuplicateFacts(
            share: ShareComparison(
                recent: .init(count, of: count + mine.reduce(0) { $0 + $1.leads }),
                baseline: .init(sum([.duplicate], where: fits), of: sum([.lead, .duplicate], where: fits))),
            count: count, originals: mine.reduce(0) { $0 + $1.originals })
    }

    package func unmapped(_ feeding: Set<String>) -> ShareComparison {
        let mine = arrivals.filter { feeding.contains($0.source) }
        func fits(_ row: HourlyIntake) -> Bool { feeding.contains(row.source) }
        return ShareComparison(
            recent: .init(
                mine.filter { $0.group.isEmpty }.reduce(0) { $0 + $1.leads }, of: mine.reduce(0) { $0 + $1.leads }),
            baseline: .init(sum([.unmapped], where: fits), of: sum([.lead], where: fits)))
    }

    /// Every other group with a name.
    package func siblings(client: String?, group: String?, country: (String) -> String?) -> [ChecklistFacts
        .SiblingFacts]
    {
        struct Place: Hashable {
            var client: String
            var group: String
        }
        let places = Set(
            hours.filter { !$0.group.isEmpty && $0.tally == .lead }.map { Place(client: $0.client, group: $0.group) }
                + arrivals.filter { !$0.group.isEmpty }.map { Place(client: $0.client, group: $0.group) })
        let home = client.flatMap(country)
        return places.filter { !($0.client == client && (group == nil || $0.group == group)) }
            .sorted { ($0.client, $0.group) < ($1.client, $1.group) }
            .map { place in
                ChecklistFacts.SiblingFacts(
                    client: place.client, group: place.group, isSameClient: place.client == client,
                    isSameCountry: home == country(place.client),
                    received: arrivals.filter { $0.client == place.client && $0.group == place.group }
                        .reduce(0) { $0 + $1.leads },
                    usual: usual([.lead]) { $0.client == place.client && $0.group == place.group })
            }
    }

    package func history(client: String, group: String?) -> ChecklistFacts.HistoryFacts {
        let mine = hours.filter { $0.tally == .lead && $0.client == client && (group == nil || $0.group == group) }
        return ChecklistFacts.HistoryFacts(
            age: mine.map(\.hour).min().map { began - $0 } ?? .zero, leads: mine.reduce(0) { $0 + $1.count })
    }
}
