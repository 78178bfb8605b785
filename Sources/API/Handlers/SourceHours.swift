import Configuration
import Domain
import Store

/// The present hour and the one before, for each source.
enum SourceHours {
    static func hours(_ now: Instant, _ view: ClientView, _ reader: Reader) throws -> [SourceHour] {
        let present = now.hour
        // What could not be read belongs to nobody but its source.
        let own = view.configuration.sources.map(\.name).filter(view.shows(source:))
        let hours = try [present, present - .hours(1)].map { hour in
            (hour, try reader.sourceTallies(hour..<hour + .hours(1), of: view.clients.names, or: own))
        }
        return Set(hours.flatMap(\.1.keys)).sorted().flatMap { source in
            hours.compactMap { hour, counts in
                counts[source].map { counts in
                    SourceHour(
                        source: source, hour: hour, isPresent: hour == present, lead: counts[.lead] ?? 0,
                        duplicate: counts[.duplicate] ?? 0, quarantined: counts[.quarantined] ?? 0,
                        test: counts[.test] ?? 0, unmapped: counts[.unmapped] ?? 0)
                }
            }
        }
    }
}
