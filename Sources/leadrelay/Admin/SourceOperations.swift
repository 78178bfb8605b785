import Configuration
import Domain
import HTTP
import Intake
import Store

/// What each source's events had in common over some days, beside how many they were.
enum SourceOperations {
    static let all: [Operation] = [
        Operation(.get, "/api/sources", needs: .readLeads, query: ["days"], sources)
    ]

    static let usualDays = 7
    /// The hours go with the rest of the history.
    private static let mostDays = 90
    private static let rows = 100_000
    private static let shownPlaces = 20

    @Sendable private static func sources(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let days: Int
        switch call.query["days"] {
        case nil, "": days = usualDays
        case let text?:
            guard let number = Int(text), (1...mostDays).contains(number) else {
                throw Problem(.requestUnusable, "\"days\" is a number from 1 to \(mostDays).", invalid: "days")
            }
            days = number
        }
        let end = relay.now.hour + .hours(1)
        let view = relay.view(of: call.clients)
        return try reader.snapshot {
            let hours = end - .days(days)..<end
            let tallies = try reader.sourceTallies(hours)
            let counts = try reader.sourceCounts(hours)
            let places = try reader.refusedPlaces(since: hours.lowerBound, limit: rows)
            let shown = view.configuration.sources.filter { view.shows(source: $0.name) }
            var members = [
                JSON.Member("days", JSON(days)), JSON.Member("from", .string(hours.lowerBound.rfc3339Seconds)),
                JSON.Member(
                    "sources",
                    .array(
                        shown.map { source in
                            SourceFigures(
                                source, tallies[source.name] ?? [:], counts.filter { $0.source == source.name },
                                places.filter { $0.source == source.name }
                            ).json { view.shows(destination: $0) }
                        })),
            ]
            if call.clients.isAll {
                let unknown = places.filter { $0.source == nil && !$0.key.isEmpty }.prefix(shownPlaces)
                members.append(JSON.Member("unknown_keys", .array(unknown.map(place))))
            }
            return .object(members)
        }
    }

    /// The worst of it in a line for each source, over the usual days: for the status.
    static func oddities(_ relay: Relay, _ view: ClientView, _ reader: Reader) throws -> JSON {
        let end = relay.now.hour + .hours(1)
        let hours = end - .days(usualDays)..<end
        let counts = try reader.sourceCounts(hours)
        if counts.isEmpty { return .array([]) }
        let tallies = try reader.sourceTallies(hours)
        let shown = view.configuration.sources.filter { view.shows(source: $0.name) }
        return .array(
            shown.compactMap { source -> JSON? in
                let figures = SourceFigures(
                    source, tallies[source.name] ?? [:], counts.filter { $0.source == source.name }, [])
                return figures.words.map { words -> JSON in
                    ["source": .string(source.name), "words": .string(words)]
                }
            })
    }

    static func place(_ place: RefusalCount) -> JSON {
        [
            "reason": .string(place.reason), "host": .string(place.host), "key": .string(place.key),
            "count": JSON(place.count), "first": .string(place.first.rfc3339Seconds),
            "last": .string(place.last.rfc3339Seconds),
        ]
    }
}

/// The figures of one source.
struct SourceFigures {
    private let source: Source
    private let tallies: [Tally: Int]
    private let counts: [SourceCount]
    private let places: [RefusalCount]

    private static let shownPlaces = 20

    init(_ source: Source, _ tallies: [Tally: Int], _ counts: [SourceCount], _ places: [RefusalCount]) {
        self.source = source
        self.tallies = tallies
        self.counts = counts
        self.places = places
    }

    private var leads: Int { tallies[.lead] ?? 0 }
    /// Everything that was acknowledged and looked at.
    private var events: Int { [Tally.lead, .test, .duplicate, .quarantined].reduce(0) { $0 + (tallies[$1] ?? 0) } }

    func json(_ shows: (String) -> Bool) -> JSON {
        let refused = lines(.refused, of: events + count(.refused))
        return [
            "name": .string(source.name), "client": .string(source.client), "events": JSON(events),
            "leads": JSON(leads), "duplicates": JSON(tallies[.duplicate] ?? 0),
            "quarantined": JSON(tallies[.quarantined] ?? 0), "tests": JSON(tallies[.test] ?? 0),
            "corrected": JSON(tallies[.corrected] ?? 0), "adjusted": JSON(tallies[.adjusted] ?? 0),
            "reused_ids": part(tallies[.reusedID] ?? 0, of: events),
            // Discarded junk is among neither leads nor quarantined events.
            "junk": part(tallies[.junk] ?? 0, of: max(events, tallies[.junk] ?? 0)),
            "junk_signs": lines(.junk, of: max(events, tallies[.junk] ?? 0)),
            "without_contact": part(count(.withoutContact), of: leads), "nowhere": part(count(.nowhere), of: leads),
            "left_out": lines(.leftOut, of: leads),
            "skipped": .array(
                counts.filter { $0.kind == .skipped && shows($0.destination) }.map { line in
                    .object(
                        [JSON.Member("destination", .string(line.destination))] + members(line, of: leads))
                }),
            "refused": refused, "refused_places": .array(places.prefix(Self.shownPlaces).map(SourceOperations.place)),
        ]
    }

    /// `of 120 leads in 7 days: 12 % without e-mail address and telephone number, 4 % with person.phone left out`;
    /// `nil`: nothing of note.
    var words: String? {
        var parts: [(share: Double, text: String)] = []
        func add(_ count: Int, of whole: Int, _ text: String) {
            guard count > 0, whole > 0 else { return }
            let share = Double(count) / Double(whole)
            let percent = share < 0.01 ? "less than 1 %" : "\(Int((share * 100).rounded())) %"
            parts.append((share, "\(percent) \(text)"))
        }
        add(count(.withoutContact), of: leads, "without e-mail address and telephone number")
        add(count(.nowhere), of: leads, "owed to no destination")
        add(tallies[.reusedID] ?? 0, of: events, "under an id used before")
        add(tallies[.junk] ?? 0, of: max(events, tallies[.junk] ?? 0), "look like junk")
        for line in counts where line.kind == .leftOut { add(line.count, of: leads, "with \(line.name) left out") }
        add(count(.refused), of: events + count(.refused), "of its requests refused")
        if parts.isEmpty { return nil }
        let worst = parts.sorted { $1.share < $0.share }.prefix(Self.shownWords).map(\.text)
        return
            "of \(leads) lead\(leads == 1 ? "" : "s") in \(SourceOperations.usualDays) days: \(worst.joined(separator: ", "))"
    }

    private static let shownWords = 3

    private func count(_ kind: SourceCount.Kind) -> Int {
        counts.reduce(0) { $0 + ($1.kind == kind ? $1.count : 0) }
    }

    private func lines(_ kind: SourceCount.Kind, of whole: Int) -> JSON {
        .array(
            counts.filter { $0.kind == kind }.sorted { ($1.count, $0.name) < ($0.count, $1.name) }.map {
                .object(members($0, of: whole))
            })
    }

    private func members(_ line: SourceCount, of whole: Int) -> [JSON.Member] {
        [JSON.Member("name", .string(line.name))] + (part(line.count, of: whole).object ?? [])
    }

    private func part(_ count: Int, of whole: Int) -> JSON {
        [
            "count": JSON(count),
            "share": whole == 0 ? .null : .number("\(Double((count * 1000 + whole / 2) / whole) / 1000)"),
        ]
    }
}
