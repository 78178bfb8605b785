import Domain
import Store

/// Gathers what is unusual about each source's events. Confined to the monitor's thread.
final class SourceWatch {
    /// The spans before the newest hours, read once an hour.
    private var past: (hour: Instant, spans: [Span])?

    private static let mostRuns = 1000
    private static let shownPlaces = 200
    /// Refused requests older than this are not shown as the place they come from.
    private static let places: Duration = .days(3)

    /// Some whole hours: what was counted in them.
    private struct Span {
        var tallies: [String: [Tally: Int]]
        var counts: [Place: (count: Int, first: Instant)] = [:]

        init(_ reader: Reader, _ hours: Range<Instant>) throws {
            tallies = try reader.sourceTallies(hours)
            for line in try reader.sourceCounts(hours) {
                counts[Place(source: line.source, kind: line.kind, destination: line.destination, name: line.name)] =
                    (line.count, line.first)
            }
        }

        /// Everything that a source sent and that was acknowledged.
        func events(_ source: String) -> Int {
            [Tally.lead, .test, .duplicate, .quarantined].reduce(0) { $0 + (tallies[source]?[$1] ?? 0) }
        }
    }

    private struct Place: Hashable {
        var source: String
        var kind: SourceCount.Kind
        var destination: String
        var name: String
    }

    /// Adds to the facts what each source's events have in common.
    func gather(_ facts: inout Facts, _ sources: [Source], _ reader: Reader, _ now: Instant) throws {
        let spans = try spans(reader, now)
        let runs = try reader.sourceRuns(least: 1, limit: Self.mostRuns)
        let places = try reader.refusedPlaces(since: now - Self.places, limit: Self.shownPlaces)
        for index in facts.sources.indices {
            let name = facts.sources[index].name
            facts.sources[index].kind = sources.first { $0.name == name }?.kind ?? .web
            facts.sources[index].marks = marks(name, spans)
            facts.sources[index].refusedPlaces = places.filter { $0.source == name }
            if let run = runs.first(where: { $0.source == name }) {
                facts.sources[index].run = Facts.RunFacts(run, usual: try usual(run, reader))
            }
        }
        facts.unknownKeys = places.filter { $0.source == nil && !$0.key.isEmpty }.map { place in
            Facts.UnknownKey(
                place,
                source: sources.first { source in
                    source.origins.contains { WebAddress.host(of: $0) == place.host && !place.host.isEmpty }
                }?.name)
        }
    }

    /// The newest hours, the spans behind them down to the longest window's beginning, and the days before.
    private func spans(_ reader: Reader, _ now: Instant) throws -> [Span] {
        let end = now.hour + .hours(1)
        let begins = WindowedShare.hours.map { end - .hours($0) }
        let newest = try Span(reader, begins[0]..<end)
        if let past, past.hour == begins[0] { return [newest] + past.spans }
        let edges = begins + [begins[begins.count - 1] - .days(WindowedShare.baselineDays)]
        let spans = try zip(edges, edges.dropFirst()).map { later, earlier in
            try Span(reader, earlier..<later)
        }
        past = (begins[0], spans)
        return [newest] + spans
    }

    private func marks(_ source: String, _ spans: [Span]) -> [Facts.MarkFacts] {
        let leads = spans.map { $0.tallies[source]?[.lead] ?? 0 }
        let events = spans.map { $0.events(source) }
        var marks: [Facts.MarkFacts] = []
        let places = Set(spans.flatMap(\.counts.keys)).filter { $0.source == source }
            .sorted { ($0.kind.rawValue, $0.destination, $0.name) < ($1.kind.rawValue, $1.destination, $1.name) }
        func add(_ mark: Facts.Mark, _ found: [Place], of wholes: [Int]) {
            let parts = spans.map { span in found.reduce(0) { $0 + (span.counts[$1]?.count ?? 0) } }
            let firsts = WindowedShare.hours.indices.map { window in
                spans[0...window].flatMap { span in found.compactMap { span.counts[$0]?.first } }.min()
            }
            marks.append(
                Facts.MarkFacts(mark, WindowedShare(parts: parts, wholes: wholes), firsts: firsts))
        }
        for place in places {
            switch place.kind {
            case .skipped: add(.skipped(destination: place.destination, reason: place.name), [place], of: leads)
            case .nowhere: add(.nowhere, [place], of: leads)
            case .withoutContact: add(.withoutContact, [place], of: leads)
            case .leftOut: add(.leftOut(field: place.name), [place], of: leads)
            case .refused, .junk: break
            }
        }
        let refused = places.filter { $0.kind == .refused }
        if !refused.isEmpty {
            let counts = spans.map { span in refused.reduce(0) { $0 + (span.counts[$1]?.count ?? 0) } }
            add(.refused, refused, of: zip(counts, events).map(+))
        }
        let reused = spans.map { $0.tallies[source]?[.reusedID] ?? 0 }
        if reused.contains(where: { $0 > 0 }) {
            marks.append(Facts.MarkFacts(.reusedID, WindowedShare(parts: reused, wholes: events)))
        }
        return marks
    }

    /// How many of the source's events were put aside or refused in the days before the run.
    private func usual(_ run: SourceRun, _ reader: Reader) throws -> ShareComparison.Share {
        let end = run.first.hour
        let hours = end - .days(WindowedShare.baselineDays)..<end
        let tallies = try reader.sourceTallies(hours)[run.source] ?? [:]
        let refused = try reader.sourceCounts(hours)
            .filter { $0.source == run.source && $0.kind == .refused }.reduce(0) { $0 + $1.count }
        let accepted = [Tally.lead, .test, .duplicate].reduce(0) { $0 + (tallies[$1] ?? 0) }
        let bad = (tallies[.quarantined] ?? 0) + refused
        // Nothing was ever accepted: it is as new, however long it has been so.
        return accepted == 0 ? .init(0, of: 0) : .init(bad, of: bad + accepted)
    }
}
