import Configuration
import Domain
import Forwarding
import HTTP
import Intake
import Service
import Store

/// One destination in depth, and the books.
enum DestinationOperations {
    static let all: [Operation] = [
        Operation(.get, "/api/destinations/{name}", needs: .readDestinations, show),
        Operation(.get, "/api/books", needs: .readBooks, books),
    ]

    /// Deliveries that are due and past attempts that are looked at: some milliseconds, whatever the file holds.
    private static let window = 5000

    @Sendable private static func show(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let name = try Operation.destination(call, relay)
        let view = relay.view(of: call.clients)
        let now = relay.now
        let all = BooksJSON.destinations(relay.ledger.books, relay.ledger.lanes, relay.lanes, view)
        guard var members = all.first(where: { $0.name == name })?.members else {
            throw Problem(.notFound, "There is no such destination.")
        }
        let configured = view.configuration.destinations.first { $0.name == name }
        members.append(JSON.Member("client", configured?.client.map { .string($0) } ?? .null))
        // What several clients share tells each of them about the others.
        guard view.owns(destination: name) else { return .object(members) }
        let backlog = try reader.backlog(name, at: now, limit: window)
        let closing = try reader.closingWindows(at: now).first { $0.destination == name }
        let preflight = relay.preflights.first { $0.destination == name }
        members += [
            JSON.Member("overdue", JSON(backlog.count.number)),
            JSON.Member("oldest_due", backlog.oldestDue.map { .string($0.rfc3339Seconds) } ?? .null),
            JSON.Member("closing", closing.map(ClosingJSON.windows) ?? .null),
            JSON.Member("preflight", preflight.map(PreflightJSON.report) ?? .null),
        ]
        let platform = configured?.platform.name ?? ""
        let troubles = try reader.troubles(name, among: window).map { trouble -> JSON in
            let explanation = Explanation(
                platform: platform, code: trouble.code, kind: trouble.kind, status: trouble.status)
            return [
                "kind": .string(trouble.kind), "code": .string(trouble.code), "status": JSON(trouble.status),
                "message": .string(trouble.message), "count": JSON(trouble.count),
                "first": .string(trouble.first.rfc3339), "last": .string(trouble.last.rfc3339),
                "lead": .string(trouble.lead.description), "meaning": .string(explanation.meaning),
                "remedy": .string(explanation.remedy),
            ]
        }
        members.append(JSON.Member("troubles", .array(troubles)))
        return .object(members)
    }

    /// The balance of each source, and of each source and destination.
    @Sendable private static func books(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let view = relay.view(of: call.clients)
        let books = view.part(of: relay.ledger.books)
        let names = Set(books.sources).union(view.configuration.sources.map(\.name)).filter(view.shows(source:))
            .sorted()
        let sources = names.map { source -> JSON in
            var members = [JSON.Member("name", .string(source))]
            members += BooksJSON.intake.map { JSON.Member($0.name, JSON(books[$0, source: source])) }
            let destinations = books.destinations.filter(view.shows(destination:)).filter {
                books[.owed, source: source, destination: $0] != 0
            }
            members.append(
                JSON.Member(
                    "destinations",
                    .array(
                        destinations.map { destination in
                            .object(
                                [JSON.Member("name", .string(destination))]
                                    + BooksJSON.delivery.map {
                                        JSON.Member($0.name, JSON(books[$0, source: source, destination: destination]))
                                    })
                        })))
            return .object(members)
        }
        let faults = books.imbalances
        return [
            "balanced": .bool(faults.isEmpty), "faults": .array(faults.map { .string($0) }), "sources": .array(sources),
        ]
    }
}
