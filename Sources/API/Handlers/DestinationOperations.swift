import Configuration
import Domain
import Forwarding
import HTTP
import Intake
import Service
import Store

/// Where leads go: how each lane stands, stopping it, and the books.
enum DestinationOperations {
    static let all: [any AnyHandler] = [
        Handlers.destinations, Handlers.destination, Handlers.pauseDestination, Handlers.resumeDestination,
        Handlers.forgetDestination, Handlers.preflight, Handlers.askPreflight, Handlers.books,
    ]

    @Sendable static func list(
        _ call: APICall, _ relay: RelayContext, _ reader: Reader
    ) throws -> DestinationListDocument {
        let view = relay.view(of: call.clients)
        let now = relay.now
        let closing = try reader.closingWindows(at: now)
        let preflights = relay.preflight.reports
        let all = BooksDocuments.destinations(
            relay.ledger.books, relay.ledger.deliveries.lanes, relay.dispatcher.lanes, view)
        return DestinationListDocument(
            destinations: try all.map { destination in
                let name = destination.name
                // The oldest due time says how far behind a lane is; looking at one row is enough for it.
                let oldest = view.owns(destination: name) ? try reader.backlog(name, at: now, limit: 1).oldestDue : nil
                return DestinationEntry(
                    destination: destination, oldestDue: oldest,
                    closing: closing.first { $0.destination == name }.map(ClosingDocument.init),
                    preflight: preflights.first { $0.destination == name }?.grade)
            })
    }

    /// Deliveries that are due and past attempts that are looked at: some milliseconds, whatever the file holds.
    private static let window = 5000

    @Sendable static func show(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> DestinationDetail {
        let name = try named(call, relay)
        let view = relay.view(of: call.clients)
        let now = relay.now
        let all = BooksDocuments.destinations(
            relay.ledger.books, relay.ledger.deliveries.lanes, relay.dispatcher.lanes, view)
        guard let destination = all.first(where: { $0.name == name }) else {
            throw Problem(.notFound, "There is no such destination.")
        }
        let configured = view.configuration.destinations.first { $0.name == name }
        var detail = DestinationDetail(
            destination: destination, client: configured?.client, oldestDue: nil, closing: nil, preflight: nil)
        // What several clients share tells each of them about the others.
        guard view.owns(destination: name) else { return detail }
        let backlog = try reader.backlog(name, at: now, limit: window)
        detail.overdue = backlog.count.number
        detail.oldestDue = backlog.oldestDue
        detail.closing = try reader.closingWindows(at: now).first { $0.destination == name }.map(ClosingDocument.init)
        detail.preflight = relay.preflight.reports.first { $0.destination == name }.map(PreflightDocument.init)
        let platform = configured?.platform.name ?? ""
        detail.troubles = try reader.troubles(name, among: window).map { trouble in
            let explanation = Explanation(
                platform: platform, code: trouble.code, kind: trouble.kind, status: trouble.status)
            return TroubleDocument(
                kind: trouble.kind, code: trouble.code, status: trouble.status, message: trouble.message,
                count: trouble.count, first: PreciseInstant(trouble.first), last: PreciseInstant(trouble.last),
                lead: trouble.lead, meaning: explanation.meaning, remedy: explanation.remedy)
        }
        return detail
    }

    // MARK: The books

    /// The balance of each source, and of each source and destination.
    @Sendable static func books(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> BooksDocument {
        let view = relay.view(of: call.clients)
        let books = view.part(of: relay.ledger.books)
        let names = Set(books.sources).union(view.configuration.sources.map(\.name)).filter(view.shows(source:))
            .sorted()
        let sources = names.map { source in
            BooksDocument.SourceBooks(
                source: SourceCounts(name: source, counts: IntakeCounts { books[$0, source: source] }),
                destinations: books.destinations.filter(view.shows(destination:))
                    .filter { books[.owed, source: source, destination: $0] != 0 }
                    .map { destination in
                        BooksDocument.DestinationBooks(
                            name: destination,
                            counts: DeliveryCounts { books[$0, source: source, destination: destination] })
                    })
        }
        let faults = books.imbalances
        return BooksDocument(balanced: faults.isEmpty, faults: faults, sources: sources)
    }

    // MARK: Lanes

    /// Longer reasons are cut.
    private static let longestReason = 500

    @Sendable static func pause(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> LaneDocument {
        let reason = try call.decoded(PauseRequest.self).reason ?? ""
        return try setLane(.paused, reason: String(reason.prefix(longestReason)), call, relay)
    }

    @Sendable static func resume(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> LaneDocument {
        try setLane(.running, reason: "", call, relay)
    }

    /// Only of one that is not configured any more: it would come back with the next lead.
    @Sendable static func forget(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws
        -> ForgottenDestination
    {
        let name = try named(call, relay)
        guard !relay.configuration.withLock({ $0.destinations.contains { $0.name == name } }) else {
            throw Problem(.conflict, "\(name) is in the configuration. Take it out and reload first.")
        }
        let ended = try relay.ledger.deliveries.forget(name)
        relay.log.info("destination.forgotten", ["destination": name, "deliveries": "\(ended)", "by": call.actor])
        return ForgottenDestination(name: name, ended: ended)
    }

    /// The name in the address, if it is one that the caller may know.
    static func named(_ call: APICall, _ relay: RelayContext) throws -> String {
        let name = call.parameters["name"] ?? ""
        let view = relay.view(of: call.clients)
        guard relay.ledger.deliveries.lane(name) != nil, view.shows(destination: name) else {
            let known = relay.ledger.deliveries.lanes.map(\.name).filter { view.shows(destination: $0) }
            let near = suggestion(for: name, among: known).map { " Did you mean \"\($0)\"?" } ?? ""
            throw Problem(.notFound, "There is no destination \"\(name)\".\(near)")
        }
        return name
    }

    private static func setLane(
        _ state: LaneState, reason: String, _ call: APICall, _ relay: RelayContext
    ) throws -> LaneDocument {
        let name = try named(call, relay)
        // A lane that serves several clients is not one client's to stop.
        guard relay.view(of: call.clients).owns(destination: name) else {
            throw Problem(.notPermitted, "This destination serves several clients.")
        }
        guard relay.configuration.withLock({ $0.destinations.contains { $0.name == name } }) else {
            let owed = relay.ledger.books.total(.open, destination: name)
            throw Problem(.conflict, "Nothing is sent there. \(GoneDestination.words(name, owed: owed)).")
        }
        try relay.ledger.deliveries.set(name, state, reason: reason)
        // Whoever resumes a lane has removed the cause; nobody wants to sit out an hour's backoff then.
        if state == .running { try relay.ledger.deliveries.hurry(name) }
        relay.log.info(
            state == .running ? "destination.resumed" : "destination.paused", ["destination": name, "by": call.actor])
        return LaneDocument(name: name, state: state, reason: reason)
    }
}

extension Handlers {
    package static let destinations = Handler(Operations.destinations, DestinationOperations.list)
    package static let destination = Handler(Operations.destination, DestinationOperations.show)
    package static let pauseDestination = Handler(Operations.pauseDestination, DestinationOperations.pause)
    package static let resumeDestination = Handler(Operations.resumeDestination, DestinationOperations.resume)
    package static let forgetDestination = Handler(Operations.forgetDestination, DestinationOperations.forget)
    package static let preflight = Handler(Operations.preflight, PreflightOperations.show)
    package static let askPreflight = Handler(Operations.askPreflight, PreflightOperations.ask)
    package static let books = Handler(Operations.books, DestinationOperations.books)
}
