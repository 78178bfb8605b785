import Console
import Domain
import Service
import Store

extension Relay {
    /// Lines of hourly statistics that the overview page adds up at most.
    private static let maximumHourLines = 20_000

    /// What the overview page shows now.
    func overview(_ reader: Reader) throws -> Overview {
        let configuration = configuration.withLock { $0 }
        let now = now
        return Overview(
            version: Version.current, now: now, started: started, problems: problems, books: ledger.books,
            lanes: ledger.lanes,
            platforms: Dictionary(
                configuration.destinations.map { ($0.name, $0.platform.name) }, uniquingKeysWith: { first, _ in first }),
            sources: configuration.sources.map(\.name), quarantine: try reader.quarantineGroups(),
            hours: try reader.statistics(
                (now.hour - .hours(1))..<(now.hour + .hours(1)), limit: Self.maximumHourLines))
    }
}
