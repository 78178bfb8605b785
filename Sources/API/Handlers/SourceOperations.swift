import Configuration
import Domain
import HTTP
import Intake
import Store

/// What each source's events had in common over some days, beside how many they were.
enum SourceOperations {
    static let all: [any AnyHandler] = [Handlers.sources]

    static let usualDays = 7
    /// The hours go with the rest of the history.
    private static let mostDays = 90
    private static let rows = 100_000
    private static let shownPlaces = 20

    @Sendable static func sources(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> SourceListDocument
    {
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
            let unknown = places.filter { $0.source == nil && !$0.key.isEmpty }.prefix(shownPlaces)
            return SourceListDocument(
                days: days, from: hours.lowerBound,
                sources: shown.map { source in
                    SourceFigures(
                        source, tallies[source.name] ?? [:], counts.filter { $0.source == source.name },
                        places.filter { $0.source == source.name }
                    ).document { view.shows(destination: $0) }
                }, unknownKeys: call.clients.isAll ? unknown.map(RefusedPlace.init) : nil)
        }
    }

    /// The worst of it in a line for each source, over the usual days: for the status.
    static func oddities(_ relay: RelayContext, _ view: ClientView, _ reader: Reader) throws -> [SourceOddity] {
        let end = relay.now.hour + .hours(1)
        let hours = end - .days(usualDays)..<end
        let counts = try reader.sourceCounts(hours)
        if counts.isEmpty { return [] }
        let tallies = try reader.sourceTallies(hours)
        let shown = view.configuration.sources.filter { view.shows(source: $0.name) }
        return shown.compactMap { source in
            let figures = SourceFigures(
                source, tallies[source.name] ?? [:], counts.filter { $0.source == source.name }, [])
            return figures.words.map { SourceOddity(source: source.name, words: $0) }
        }
    }
}

extension RefusedPlace {
    fileprivate init(_ place: RefusalCount) {
        self.init(
            reason: place.reason, host: place.host, key: place.key, count: place.count, first: place.first,
            last: place.last)
    }
}

extension Handlers {
    package static let sources = Handler(Operations.sources, SourceOperations.sources)
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

    func document(_ shows: (String) -> Bool) -> SourceFiguresDocument {
        // Discarded junk is among neither leads nor quarantined events.
        let withJunk = max(events, tallies[.junk] ?? 0)
        return SourceFiguresDocument(
            name: source.name, client: source.client, events: events, leads: leads,
            duplicates: tallies[.duplicate] ?? 0, quarantined: tallies[.quarantined] ?? 0, tests: tallies[.test] ?? 0,
            corrected: tallies[.corrected] ?? 0, adjusted: tallies[.adjusted] ?? 0,
            reusedIDs: share(tallies[.reusedID] ?? 0, of: events), junk: share(tallies[.junk] ?? 0, of: withJunk),
            junkSigns: shares(.junk, of: withJunk), withoutContact: share(count(.withoutContact), of: leads),
            nowhere: share(count(.nowhere), of: leads), leftOut: shares(.leftOut, of: leads),
            skipped: counts.filter { $0.kind == .skipped && shows($0.destination) }.map { line in
                SourceFiguresDocument.SkippedShare(
                    destination: line.destination, name: line.name, share: share(line.count, of: leads))
            }, refused: shares(.refused, of: events + count(.refused)),
            refusedPlaces: places.prefix(Self.shownPlaces).map(RefusedPlace.init))
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
        let worst = parts.sorted { $1.share < $0.share }.prefix(Self.shownWords).map(\.text).joined(separator: ", ")
        return "of \(leads) lead\(leads == 1 ? "" : "s") in \(SourceOperations.usualDays) days: \(worst)"
    }

    private static let shownWords = 3

    private func count(_ kind: SourceCount.Kind) -> Int {
        counts.reduce(0) { $0 + ($1.kind == kind ? $1.count : 0) }
    }

    private func shares(_ kind: SourceCount.Kind, of whole: Int) -> [NamedShare] {
        counts.filter { $0.kind == kind }.sorted { ($1.count, $0.name) < ($0.count, $1.name) }.map {
            NamedShare(name: $0.name, share: share($0.count, of: whole))
        }
    }

    /// In thousandths.
    private func share(_ count: Int, of whole: Int) -> ShareDocument {
        ShareDocument(
            count: count, share: whole == 0 ? nil : Double((count * 1000 + whole / 2) / whole) / 1000)
    }
}
