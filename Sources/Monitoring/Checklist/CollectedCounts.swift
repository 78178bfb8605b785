package import Domain
package import Store

/// Works out the checklist's figures from counts of the store. A value: rows in, facts out.
package struct CollectedCounts: Sendable {
    package let hours: [HourlyIntake]
    package let arrivals: [Arrivals]
    package var began: Instant
    package var now: Instant

    /// How far back a baseline looks.
    package static let baseline: Duration = .days(7)

    /// What came before, by source, and its leads by place: an installation has thousands of places, and each is asked
    /// for by itself.
    private let bySource: [String: [HourlyIntake]]
    private let leadsByPlace: [Place: [HourlyIntake]]

    private struct Place: Hashable {
        var client: String
        var group: String
    }

    package init(hours: [HourlyIntake], arrivals: [Arrivals], began: Instant, now: Instant) {
        self.hours = hours
        self.arrivals = arrivals
        self.began = began
        self.now = now
        bySource = Dictionary(grouping: hours, by: \.source)
        leadsByPlace = Dictionary(grouping: hours.lazy.filter { $0.tally == .lead }) {
            Place(client: $0.client, group: $0.group)
        }
    }

    /// How many usually come between `began` and `now`: the same hours of the days before, part hours by their length,
    /// averaged over the days on which anything of it came.
    private func usual(_ rows: [HourlyIntake]) -> Double {
        let rows = rows.filter { $0.hour < began }
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

    private func sum(_ tallies: Set<Tally>, _ rows: [HourlyIntake]) -> Int {
        rows.reduce(0) { $0 + (tallies.contains($1.tally) && $1.hour < began.hour ? $1.count : 0) }
    }

    private func rows(_ sources: Set<String>) -> [HourlyIntake] { sources.flatMap { bySource[$0] ?? [] } }

    private static let events: Set<Tally> = [.lead, .duplicate, .quarantined]

    /// Each source, and whether it feeds the matter.
    package func sources(_ feeding: Set<String>, isBrowser: (String) -> Bool) -> [ChecklistFacts.SourceFacts] {
        let names = Set(bySource.keys).union(arrivals.map(\.source)).union(feeding)
        let received = Dictionary(grouping: arrivals, by: \.source)
        return names.sorted().map { name in
            let rows = bySource[name] ?? []
            let groups = Set(rows.lazy.filter { $0.tally == .lead }.map { Place(client: $0.client, group: $0.group) })
            return ChecklistFacts.SourceFacts(
                name, feedsMatter: feeding.contains(name), isBrowser: isBrowser(name), groups: max(1, groups.count),
                received: (received[name] ?? []).reduce(0) {
                    $0 + $1.leads + $1.tests + $1.duplicates + $1.quarantined + $1.waiting
                },
                usual: usual(rows.filter { Self.events.contains($0.tally) }))
        }
    }

    /// Sources that leads of a client or group came from before.
    package func feeding(client: String, group: String?) -> Set<String> {
        Set(
            hours.filter { $0.tally == .lead && $0.client == client && (group == nil || $0.group == group) }.map(
                \.source))
    }

    /// The last hour up to `began` in which a lead of a client or group came; `nil`: none in the days that are looked
    /// at.
    package func lastHour(client: String?, group: String?) -> Instant? {
        leadsByPlace.lazy.filter { place, _ in
            (client == nil || place.client == client) && (group == nil || place.group == group)
        }.flatMap(\.value).filter { $0.count > 0 && $0.hour <= began }.map(\.hour).max()
    }

    package func volume(client: String?, group: String?) -> ChecklistFacts.Volume {
        let observed = arrivals.filter { (client == nil || $0.client == client) && (group == nil || $0.group == group) }
        let places = leadsByPlace.filter { place, _ in
            (client == nil || place.client == client) && (group == nil || place.group == group)
        }
        return ChecklistFacts.Volume(
            observed: observed.reduce(0) { $0 + $1.leads }, expected: usual(places.flatMap(\.value)))
    }

    package func clickIDs(client: String, group: String?) -> ShareComparison {
        let mine = arrivals.filter { $0.client == client && (group == nil || $0.group == group) }
        let rows = hours.filter { $0.client == client && (group == nil || $0.group == group) }
        return ShareComparison(
            recent: .init(mine.reduce(0) { $0 + $1.withClickID }, of: mine.reduce(0) { $0 + $1.leads }),
            baseline: .init(sum([.withClickID], rows), of: sum([.lead], rows)))
    }

    package func quarantine(_ feeding: Set<String>) -> ShareComparison {
        let mine = arrivals.filter { feeding.contains($0.source) }
        let rows = rows(feeding)
        return ShareComparison(
            recent: .init(
                mine.reduce(0) { $0 + $1.quarantined },
                of: mine.reduce(0) { $0 + $1.leads + $1.duplicates + $1.quarantined }),
            baseline: .init(sum([.quarantined], rows), of: sum(Self.events, rows)))
    }

    package func duplicates(_ feeding: Set<String>) -> ChecklistFacts.DuplicateFacts {
        let mine = arrivals.filter { feeding.contains($0.source) }
        let rows = rows(feeding)
        let count = mine.reduce(0) { $0 + $1.duplicates }
        return ChecklistFacts.DuplicateFacts(
            share: ShareComparison(
                recent: .init(count, of: count + mine.reduce(0) { $0 + $1.leads }),
                baseline: .init(sum([.duplicate], rows), of: sum([.lead, .duplicate], rows))),
            count: count, originals: mine.reduce(0) { $0 + $1.originals })
    }

    /// Leads that say that they are tests, of all leads of some sources.
    package func tests(_ feeding: Set<String>) -> ShareComparison {
        let mine = arrivals.filter { feeding.contains($0.source) }
        let rows = rows(feeding)
        return ShareComparison(
            recent: .init(mine.reduce(0) { $0 + $1.tests }, of: mine.reduce(0) { $0 + $1.leads + $1.tests }),
            baseline: .init(sum([.test], rows), of: sum([.lead, .test], rows)))
    }

    package func unmapped(_ feeding: Set<String>) -> ShareComparison {
        let mine = arrivals.filter { feeding.contains($0.source) }
        let rows = rows(feeding)
        return ShareComparison(
            recent: .init(
                mine.filter { $0.group.isEmpty }.reduce(0) { $0 + $1.leads }, of: mine.reduce(0) { $0 + $1.leads }),
            baseline: .init(sum([.unmapped], rows), of: sum([.lead], rows)))
    }

    /// Every other group with a name.
    package func siblings(client: String?, group: String?, country: (String) -> String?) -> [ChecklistFacts
        .SiblingFacts]
    {
        let received = Dictionary(grouping: arrivals) { Place(client: $0.client, group: $0.group) }
        let home = client.flatMap(country)
        return Set(leadsByPlace.keys).union(received.keys)
            .filter {
                !$0.group.isEmpty && $0.group != Arrivals.rest
                    && !($0.client == client && (group == nil || $0.group == group))
            }
            .sorted { ($0.client, $0.group) < ($1.client, $1.group) }
            .map { place in
                ChecklistFacts.SiblingFacts(
                    client: place.client, group: place.group, isSameClient: place.client == client,
                    isSameCountry: home == country(place.client),
                    received: (received[place] ?? []).reduce(0) { $0 + $1.leads },
                    usual: usual(leadsByPlace[place] ?? []))
            }
    }

    package func history(client: String, group: String?) -> ChecklistFacts.HistoryFacts {
        let mine = hours.filter { $0.tally == .lead && $0.client == client && (group == nil || $0.group == group) }
        return ChecklistFacts.HistoryFacts(
            age: mine.map(\.hour).min().map { began - $0 } ?? .zero, leads: mine.reduce(0) { $0 + $1.count })
    }
}
