package import Domain
package import HTTP
package import Intake
import Service
package import Store

/// Does what an operation of the API says: over the admin socket, by a token or a session under `/api/`, and for the
/// console's pages, which show what it answers. `ask` is the one way to have it done: it asks whether the caller may,
/// and writes every change into the audit log.
package struct Handler<Answer: Document>: AnyHandler {
    package let operation: Operation<Answer>
    package let trace: @Sendable (APICall) -> String
    private let run: @Sendable (APICall, RelayContext, Reader) throws -> Answer

    package var route: APIRoute { operation.route }

    /// `trace` says what a change was about, for the audit log; never a personal value.
    init(
        _ operation: Operation<Answer>, trace: @escaping @Sendable (APICall) -> String = { _ in "" },
        _ run: @escaping @Sendable (APICall, RelayContext, Reader) throws -> Answer
    ) {
        self.operation = operation
        self.trace = trace
        self.run = run
    }

    /// Does it, if the caller may.
    package func ask(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> Answer {
        try allow(call)
        return try audited(call, relay) { try run(call, relay, reader) }
    }

    package func document(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> JSON {
        try ask(call, relay, reader).json()
    }
}

/// A handler, whatever it answers.
package protocol AnyHandler: Sendable {
    var route: APIRoute { get }
    var trace: @Sendable (APICall) -> String { get }
    /// Does it, if the caller may.
    func document(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> JSON
}

extension AnyHandler {
    fileprivate func allow(_ call: APICall) throws {
        guard call.caller.may(route.needs) else {
            throw Problem(.notPermitted, "This takes the permission \"\(route.needs.rawValue)\".")
        }
        if route.forAllClients { try call.requireAllClients() }
    }

    fileprivate func audited<Answer>(_ call: APICall, _ relay: RelayContext, _ run: () throws -> Answer) throws
        -> Answer
    {
        guard route.method != .get else { return try run() }
        let subject = call.parameters.sorted { $0.key < $1.key }.map(\.value).joined(separator: " ")
        let entry = AuditEntry(
            at: relay.now, actor: call.actor, address: call.address,
            action: "\(route.method.rawValue) \(route.path)",
            subject: String(subject.prefix(100)), detail: String(trace(call).prefix(500)))
        // Whoever may do more than report is a person, or acts for one.
        let noted = route.isSummed && !call.caller.may(.changeAlerts) ? nil : try relay.ledger.accounts.note(entry)
        func conclude(_ outcome: String) throws {
            if let noted {
                try relay.ledger.accounts.conclude(noted, outcome)
            } else {
                try relay.sums.add(entry, outcome, to: relay.ledger.accounts)
            }
        }
        do {
            let answer = try run()
            try conclude("done")
            return answer
        } catch {
            let why = (error as? Problem)?.kind.rawValue ?? "failed"
            try? conclude("refused: \(why)")
            throw error
        }
    }

    /// Does it and says so, or why not.
    package func response(to call: APICall, _ relay: RelayContext, _ reader: Reader) -> Response {
        do {
            try checkQuery(call)
            return Handlers.response(try document(call, relay, reader))
        } catch {
            return Handlers.problem(error, relay).response
        }
    }

    /// A name that nobody knows is a slip: the answer would be to another question. So is a value that cannot be one.
    private func checkQuery(_ call: APICall) throws(Problem) {
        guard route.method == .get else { return }
        let names = Set(route.query.map(\.name))
        if let name = call.query.keys.sorted().first(where: { !names.contains($0) }) {
            let near = suggestion(for: name, among: names).map { " Did you mean \"\($0)\"?" } ?? ""
            let known = names.sorted().joined(separator: ", ")
            let possible = known.isEmpty ? "None is possible." : "Possible: \(known)."
            throw Problem(
                .requestUnusable, "There is no query parameter \"\(name)\" here.\(near) \(possible)", invalid: name)
        }
        for parameter in route.query {
            guard let complaint = call.query[parameter.name].flatMap(parameter.complaint) else { continue }
            throw Problem(.requestUnusable, complaint, invalid: parameter.name)
        }
    }
}

/// What does the operations of the API: for each of `Operations` the one of the same name.
package enum Handlers {
    package static let all: [any AnyHandler] =
        StatusOperations.all + FigureOperations.all + SourceOperations.all + LeadListOperation.all
        + LeadOperations.all + QuarantineOperations.all + DestinationOperations.all + SettingsOperations.all
        + AccessOperations.all + AlertOperations.all + ChannelOperations.all + ActionOperations.all
        + ChecklistOperations.all + CalendarOperations.all + VolumeOperations.all + SpendOperations.all

    package static func response(_ document: JSON) -> Response {
        Response(
            200,
            fields: [
                ("Content-Type", "application/json"), ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"), ("Cross-Origin-Resource-Policy", "same-origin"),
            ], body: document.bytes)
    }

    /// What a caller is told about an error; what nobody foresaw is logged.
    package static func problem(_ error: any Error, _ relay: RelayContext) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case StoreError.unusable(let reason): return Problem(.conflict, reason)
        case StoreError.inUse: return Problem(.conflict, "\(error).", retryAfter: 60)
        case StoreError.notFound: return Problem(.notFound, "There is no such thing (any more).")
        case let error as StoreError where error.isLock:
            return Problem(.notDurable, "\(error). Nothing was changed. End it there, or try again.", retryAfter: 5)
        case let error as StoreError: return Problem(error)
        default:
            relay.log.error("api.failed", ["error": "\(error)"])
            return Problem(.failed, "See the relay's log.")
        }
    }

    package enum Found {
        case handler(any AnyHandler, [String: String])
        case problem(Problem)
    }

    /// Who answers at an address.
    package static func find(_ method: Request.Method, _ path: String) -> Found {
        let words = path.split(separator: "/")
        var allowed: [String] = []
        for handler in all {
            guard let parameters = match(handler.route.pattern, words) else { continue }
            if handler.route.method.of(method) { return .handler(handler, parameters) }
            allowed.append(handler.route.method.rawValue)
        }
        if allowed.isEmpty { return .problem(Problem(.notFound, "The API has no such address.")) }
        let allow = Set(allowed).sorted().joined(separator: ", ")
        return .problem(Problem(.methodNotAllowed, "Allowed methods: \(allow).", allow: allow))
    }

    /// The parameters if the path fits.
    package static func match(_ pattern: [APIRoute.Part], _ path: [Substring]) -> [String: String]? {
        guard path.count == pattern.count else { return nil }
        var parameters: [String: String] = [:]
        for (part, word) in zip(pattern, path) {
            switch part {
            case .word(let expected): if expected != word { return nil }
            case .parameter(let name): parameters[name] = word.percentDecoded() ?? String(word)
            }
        }
        return parameters
    }
}

extension APIRoute.Method {
    /// Whether a request's method is this one.
    package func of(_ method: Request.Method) -> Bool {
        switch self {
        case .get: method == .get
        case .post: method == .post
        }
    }
}
