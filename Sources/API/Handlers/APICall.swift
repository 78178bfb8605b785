package import Domain
package import HTTP
package import Intake

/// What is asked of the API, and by whom.
package struct APICall: Sendable {
    package var parameters: [String: String] = [:]
    package var query: [String: String] = [:]
    package var body: JSON = .object([])
    package var caller: Principal
    /// Where the caller is; `unix` for the admin socket.
    package var address = "unix"
    /// The session that asks, if it is one; by its hash.
    package var session: [UInt8]?

    package init(
        parameters: [String: String] = [:], query: [String: String] = [:], body: JSON = .object([]),
        caller: Principal, address: String = "unix", session: [UInt8]? = nil
    ) {
        self.parameters = parameters
        self.query = query
        self.body = body
        self.caller = caller
        self.address = address
        self.session = session
    }

    /// Who asks, for the log.
    package var actor: String { caller.name }
    /// Whose leads the caller may see. To anybody else's the answer is the same as to none.
    package var clients: ClientScope { caller.clients }

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

extension APICall {
    /// The call that a request makes, apart from who makes it.
    package init(_ request: Request, _ parameters: [String: String], by caller: Principal) throws(Problem) {
        self.init(parameters: parameters, caller: caller)
        if let query = request.query {
            guard let fields = try? FormFields(query: query) else {
                throw Problem(.requestUnusable, "Send fewer fields in the query.")
            }
            for field in fields.all { self.query[field.name] = field.value }
        }
        if !request.body.isEmpty {
            guard let body = try? JSON(parsing: request.body), case .object = body else {
                throw Problem(.requestUnusable, "The body must be a JSON object.", invalid: "body")
            }
            self.body = body
        }
    }
}
