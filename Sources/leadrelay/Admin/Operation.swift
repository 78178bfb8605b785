import Domain
import HTTP
import Intake
import Service
import Store

/// One thing that the API can be asked to do: over the admin socket, by a token or a session under `/api/`, and by the
/// console's pages, which show what it answers. `perform` is the one way to have it done: it asks whether the caller
/// may, and writes every change into the audit log.
struct Operation: Sendable {
    let method: Request.Method
    /// `/api/quarantine/{id}/fix`
    let path: String
    let pattern: [Part]
    /// What its caller must be permitted to do. Whose leads it may see is the operation's own business: see
    /// `Call.clients`.
    let needs: Permission
    let desk: DeskKind
    /// The names that a question may have in its query; see contracts/openapi.yaml.
    let query: Set<String>
    /// It cannot tell clients apart, so it is only for those who may see all of them.
    let forAllClients: Bool
    /// Programs ask for it all day, and what they bring is kept elsewhere: the audit log has a line an hour of it, with
    /// how many there were.
    let isSummed: Bool
    /// What a change was about, for the audit log; never a personal value.
    let trace: @Sendable (Call) -> String
    private let run: @Sendable (Call, Relay, Reader) throws -> JSON

    enum Part: Equatable, Sendable {
        case word(String)
        case parameter(String)
    }

    /// Where it is done.
    enum DeskKind: Sendable {
        case quick
        /// May take minutes; goes to a thread of its own.
        case long
        /// Hashes a password: much memory, so only one at a time.
        case hashing
    }

    /// An operation that names no permission is for administrators.
    init(
        _ method: Request.Method, _ path: String, needs: Permission = .administer,
        query: Set<String> = [],
        isLong: Bool = false, hashes: Bool = false, forAllClients: Bool = false, isSummed: Bool = false,
        trace: @escaping @Sendable (Call) -> String = { _ in "" },
        _ run: @escaping @Sendable (Call, Relay, Reader) throws -> JSON
    ) {
        self.method = method
        self.path = path
        pattern = Self.parts(path)
        self.needs = needs
        self.query = query
        desk = hashes ? .hashing : isLong ? .long : .quick
        self.forAllClients = forAllClients || needs == .administer
        self.isSummed = isSummed
        self.trace = trace
        self.run = run
    }

    static func parts(_ path: String) -> [Part] {
        path.split(separator: "/").map { part in
            part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .word(String(part))
        }
    }

    /// What is asked, and by whom.
    struct Call: Sendable {
        var parameters: [String: String] = [:]
        var query: [String: String] = [:]
        var body: JSON = .object([])
        var caller: Principal
        /// Where the caller is; `unix` for the admin socket.
        var address = "unix"
        /// The session that asks, if it is one; by its hash.
        var session: [UInt8]?

        /// Who asks, for the log.
        var actor: String { caller.name }
        /// Whose leads the caller may see. To anybody else's the answer is the same as to none.
        var clients: ClientScope { caller.clients }

        func leadID() throws -> LeadID {
            guard let id = LeadID(parameters["id"] ?? "") else {
                throw Problem(.notFound, "That is no id of an event: 13 letters and digits.")
            }
            return id
        }

        /// For what cannot be told apart by client.
        func requireAllClients() throws {
            guard clients.isAll else { throw Problem(.notPermitted, "This takes the right to see all clients.") }
        }

        /// How many of something are wanted.
        func limit(_ usual: Int, atMost most: Int = 1000) throws -> Int {
            guard let text = query["limit"], !text.isEmpty else { return usual }
            guard let limit = Int(text), (1...most).contains(limit) else {
                throw Problem(.requestUnusable, "\"limit\" is a number from 1 to \(most).", invalid: "limit")
            }
            return limit
        }
    }

    /// Does it, if the caller may.
    func perform(_ call: Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        guard call.caller.may(needs) else {
            throw Problem(.notPermitted, "This takes the permission \"\(needs.rawValue)\".")
        }
        if forAllClients { try call.requireAllClients() }
        guard method != .get else { return try run(call, relay, reader) }
        let subject = call.parameters.sorted { $0.key < $1.key }.map(\.value).joined(separator: " ")
        let entry = AuditEntry(
            at: relay.now, actor: call.actor, address: call.address,
            action: "\(method == .post ? "POST" : "?") \(path)",
            subject: String(subject.prefix(100)), detail: String(trace(call).prefix(500)))
        // Whoever may do more than report is a person, or acts for one.
        let noted = isSummed && !call.caller.may(.changeAlerts) ? nil : try relay.ledger.accounts.note(entry)
        func conclude(_ outcome: String) throws {
            if let noted {
                try relay.ledger.accounts.conclude(noted, outcome)
            } else {
                try relay.sums.add(entry, outcome, to: relay.ledger.accounts)
            }
        }
        do {
            let answer = try run(call, relay, reader)
            try conclude("done")
            return answer
        } catch {
            let why = (error as? Problem)?.kind.rawValue ?? "failed"
            try? conclude("refused: \(why)")
            throw error
        }
    }

    /// Does it and says so, or why not.
    func response(to call: Call, _ relay: Relay, _ reader: Reader) -> Response {
        do {
            try checkQuery(call)
            return Self.response(try perform(call, relay, reader))
        } catch {
            return Self.problem(error, relay).response
        }
    }

    /// A name that nobody knows is a slip: the answer would be to another question.
    private func checkQuery(_ call: Call) throws(Problem) {
        guard method == .get, let name = call.query.keys.sorted().first(where: { !query.contains($0) })
        else { return }
        let near = suggestion(for: name, among: query).map { " Did you mean \"\($0)\"?" } ?? ""
        let known = query.sorted().joined(separator: ", ")
        throw Problem(
            .requestUnusable,
            "There is no query parameter \"\(name)\" here.\(near) \(known.isEmpty ? "None is possible." : "Possible: \(known).")",
            invalid: name)
    }

    static func response(_ document: JSON) -> Response {
        Response(
            200,
            fields: [
                ("Content-Type", "application/json"), ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"), ("Cross-Origin-Resource-Policy", "same-origin"),
            ], body: document.bytes)
    }

    /// What a caller is told about an error; what nobody foresaw is logged.
    static func problem(_ error: any Error, _ relay: Relay) -> Problem {
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

    /// The parameters if the path fits.
    static func match(_ pattern: [Part], _ path: [Substring]) -> [String: String]? {
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

    enum Found {
        case operation(Operation, [String: String])
        case problem(Problem)
    }

    static func find(_ method: Request.Method, _ path: String, in operations: [Operation]) -> Found {
        let words = path.split(separator: "/")
        var allowed: [String] = []
        for operation in operations {
            guard let parameters = match(operation.pattern, words) else { continue }
            if operation.method == method { return .operation(operation, parameters) }
            allowed.append(operation.method == .get ? "GET" : "POST")
        }
        if allowed.isEmpty { return .problem(Problem(.notFound, "The API has no such address.")) }
        let allow = Set(allowed).sorted().joined(separator: ", ")
        return .problem(Problem(.methodNotAllowed, "Allowed methods: \(allow).", allow: allow))
    }

    /// The call that a request makes, apart from who makes it.
    static func call(_ request: Request, _ parameters: [String: String], by caller: Principal) throws(Problem) -> Call {
        var call = Call(parameters: parameters, caller: caller)
        if let query = request.query {
            guard let fields = try? FormFields(query: query) else {
                throw Problem(.requestUnusable, "Send fewer fields in the query.")
            }
            for field in fields.all { call.query[field.name] = field.value }
        }
        if !request.body.isEmpty {
            guard let body = try? JSON(parsing: request.body), case .object = body else {
                throw Problem(.requestUnusable, "The body must be a JSON object.", invalid: "body")
            }
            call.body = body
        }
        return call
    }
}
