/// The books: for each source what came in, for each source and destination what became of it. Kept in memory beside
/// the file, so that a scrape costs the same whatever the file holds.
package struct Books: Equatable, Sendable {
    package private(set) var counts: [Line: Int64] = [:]

    package struct Line: Hashable, Sendable {
        package var source: String
        /// `nil`: intake.
        package var destination: String?
        package var tally: Tally
        package init(source: String, destination: String? = nil, tally: Tally) {
            self.source = source
            self.destination = destination
            self.tally = tally
        }
    }

    package init() {}

    package mutating func add(_ count: Int64, to line: Line) { counts[line, default: 0] += count }

    package subscript(_ tally: Tally, source source: String, destination destination: String? = nil) -> Int64 {
        counts[Line(source: source, destination: destination, tally: tally)] ?? 0
    }

    /// The count over all sources.
    package func total(_ tally: Tally, destination: String? = nil) -> Int64 {
        counts.reduce(0) { $1.key.tally == tally && $1.key.destination == destination ? $0 + $1.value : $0 }
    }

    package var sources: [String] { Set(counts.keys.map(\.source)).sorted() }
    package var destinations: [String] { Set(counts.keys.compactMap(\.destination)).sorted() }

    /// What does not balance, in plain words; empty when everything does.
    ///
    /// For each source: received = inbox + quarantined + discarded + duplicate + lead. For each source and destination:
    /// owed = open + sent + delivered + rejected + expired + skipped + erased.
    package var imbalances: [String] {
        var found: [String] = []
        for source in sources {
            let parts: [Tally] = [.inbox, .quarantined, .discarded, .duplicate, .lead]
            let sum = parts.reduce(0) { $0 + self[$1, source: source] }
            let received = self[.received, source: source]
            if sum != received { found.append("\(source): \(received) received, but \(sum) accounted for") }
            for destination in destinations {
                let parts: [Tally] = [.open, .sent, .delivered, .rejected, .expired, .skipped, .erased]
                let sum = parts.reduce(0) { $0 + self[$1, source: source, destination: destination] }
                let owed = self[.owed, source: source, destination: destination]
                if sum != owed {
                    found.append("\(source) → \(destination): \(owed) owed, but \(sum) accounted for")
                }
            }
        }
        for (line, count) in counts.sorted(by: { "\($0.key)" < "\($1.key)" }) where count < 0 {
            let place = line.destination.map { "\(line.source) → \($0)" } ?? line.source
            found.append("\(place): \(count) \(line.tally.name), fewer than none")
        }
        return found
    }
}
