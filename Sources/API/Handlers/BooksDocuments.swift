import Configuration
import Domain
import Forwarding
import Store

/// The books as the API tells them.
enum BooksDocuments {
    /// All that are configured and all that have ever counted something.
    static func sources(_ books: Books, _ view: ClientView) -> [SourceCounts] {
        let counted = books.sources.filter { !Source.isSynthetic($0) }
        return Set(counted).union(view.configuration.sources.map(\.name)).filter(view.shows(source:)).sorted()
            .map { name in SourceCounts(name: name, counts: IntakeCounts { books[$0, source: name] }) }
    }

    /// All that are configured or have a lane. What was forgotten has none; the books alone remember it.
    static func destinations(
        _ books: Books, _ lanes: [Lane], _ reports: [LaneReport], _ view: ClientView
    ) -> [DestinationDocument] {
        let configured = view.configuration.destinations
        let books = view.part(of: books)
        let names = Set(lanes.map(\.name)).union(configured.map(\.name)).filter(view.shows(destination:)).sorted()
        return names.map { name in
            let destination = configured.first { $0.name == name }
            let lane = lanes.first { $0.name == name }
            let report = reports.first { $0.destination == name }
            return DestinationDocument(
                name: name, platform: destination?.platform.name, configured: destination != nil, state: lane?.state,
                reason: lane?.reason, since: lane?.since, breaker: report.map { BreakerWord($0.breaker) },
                inFlight: view.owns(destination: name) ? report?.inFlightRows : nil,
                restsUntil: report?.restsUntil,
                restsBecause: report.flatMap { $0.restsUntil == nil ? nil : $0.restReason.words },
                grantEnds: report?.grantEnds, testEventsUntil: report?.testEventsUntil,
                counts: DeliveryCounts { books.total($0, destination: name) })
        }
    }
}

extension IntakeCounts {
    init(_ count: (Tally) -> Int64) {
        self.init(
            received: count(.received), inbox: count(.inbox), quarantined: count(.quarantined),
            discarded: count(.discarded), duplicate: count(.duplicate), lead: count(.lead))
    }
}

extension DeliveryCounts {
    init(_ count: (Tally) -> Int64) {
        self.init(
            owed: count(.owed), open: count(.open), sent: count(.sent), delivered: count(.delivered),
            rejected: count(.rejected), expired: count(.expired), skipped: count(.skipped), erased: count(.erased))
    }
}

extension BreakerWord {
    init(_ state: Breaker.State) {
        switch state {
        case .closed: self = .closed
        case .halfOpen: self = .halfOpen
        case .open: self = .open
        }
    }
}
