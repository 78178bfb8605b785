package import Domain

/// What would become of a typical lead of one source: which destinations are owed it, event by event. Follows from the
/// configuration alone, by the code that decides about real leads.
package struct Itinerary: Equatable, Sendable {
    package var source: String
    package var stops: [Stop]

    /// One event.
    package struct Stop: Equatable, Sendable {
        package var event: String
        /// In the order of the configuration.
        package var takers: [String]
        package var skips: [Skip]
    }

    package struct Skip: Equatable, Sendable {
        package var destination: String
        package var reason: SkipReason
    }

    /// `lead` and whatever the mapping, or a destination that takes the source's leads, has a name for. A mapping that
    /// always says the same event has only that.
    package init(_ source: Source, _ configuration: Configuration) {
        self.source = source.name
        let lead = TypicalLead(source, configuration)
        stops = lead.events.map { name in
            var stop = Stop(event: name, takers: [], skips: [])
            for destination in configuration.destinations {
                switch lead.decision(of: destination, on: name) {
                case .open: stop.takers.append(destination.name)
                case .skip(let reason):
                    // Those of other clients are nobody's surprise.
                    guard let reason = SkipReason(rawValue: reason), reason != .filtered else { continue }
                    stop.skips.append(Skip(destination: destination.name, reason: reason))
                }
            }
            return stop
        }
    }

    /// One line for a terminal: `acme-landing: lead -> google-acme, meta-acme; sale -> google-acme (meta-acme: not
    /// mapped)`. What does not fit is counted instead of named.
    package func line(columns: Int = 80) -> String {
        let wordings: [(Stop) -> String] = [
            { $0.words }, { $0.shortWords }, { "\($0.event) -> \($0.count)" },
        ]
        for wording in wordings {
            let line = "\(source): " + stops.map(wording).joined(separator: "; ")
            if line.count <= columns { return line }
        }
        // Many events: as many as there is room for.
        var line = "\(source): "
        for (index, stop) in stops.enumerated() {
            let rest = "and \(stops.count - index) events"
            let next = "\(stop.event) -> \(stop.count); "
            if line.count + next.count + rest.count > columns { return line + rest }
            line += next
        }
        return line
    }
}

extension Itinerary.Stop {
    fileprivate var words: String {
        let notes = skips.map { "\($0.destination): \($0.reason.rawValue.replacing("_", with: " "))" }
        return shortWords + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
    }

    fileprivate var shortWords: String {
        "\(event) -> \(takers.isEmpty ? "nowhere" : takers.joined(separator: ", "))"
    }

    fileprivate var count: String {
        switch takers.count {
        case 0: "nowhere"
        case 1: "1 destination"
        default: "\(takers.count) destinations"
        }
    }
}
