import Configuration
import Crypto
import Domain
import HTTP
import Intake
import Service
import Store

/// Users, their passwords and sessions, API tokens, and the audit log.
enum AccessOperations {
    static let all: [Operation] = [
        Operation(.get, "/api/me", needs: .readLeads, me),
        Operation(.get, "/api/users", users),
        Operation(.post, "/api/users", hashes: true, trace: traceUser, add),
        Operation(.post, "/api/users/{name}/role", trace: traceUser, change),
        Operation(.post, "/api/users/{name}/password", hashes: true, setPassword),
        Operation(.post, "/api/users/{name}/invite", invite),
        Operation(.post, "/api/users/{name}/sign-out", signOut),
        Operation(.post, "/api/users/{name}/remove", remove),
        Operation(.get, "/api/tokens", tokens),
        Operation(.post, "/api/tokens", trace: traceToken, addToken),
        Operation(.post, "/api/tokens/{name}/revoke", revokeToken),
        Operation(.get, "/api/audit-log", query: ["before", "limit"], auditLog),
    ]

    // MARK: Users

    @Sendable private static func me(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        [
            "name": .string(call.caller.name),
            "permissions": .array(call.caller.permissions.map(\.rawValue).sorted().map { .string($0) }),
            "clients": clients(call.clients),
        ]
    }

    private static func clients(_ scope: ClientScope) -> JSON {
        switch scope {
        case .all: .null
        case .only(let names): .array(names.sorted().map { .string($0) })
        }
    }

    @Sendable private static func users(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        ["users": .array(try reader.users().map(user))]
    }

    private static func user(_ user: User) -> JSON {
        [
            "name": .string(user.name), "role": .string(user.role.rawValue),
            "clients": user.role == .viewer ? .array(user.clients.map { .string($0) }) : .null,
            "has_password": .bool(user.password != nil), "created_at": .string(user.createdAt.rfc3339Seconds),
            "last_login_at": user.lastLoginAt.map { .string($0.rfc3339Seconds) } ?? .null,
        ]
    }

    /// Without a password there is a link by which the user chooses one.
    @Sendable private static func add(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        guard let name = call.body["name"]?.string else {
            throw Problem(.requestUnusable, "Give the user's \"name\".", invalid: "name")
        }
        if let complaint = UserRules.nameComplaint(name) {
            throw Problem(.requestUnusable, complaint, invalid: "name")
        }
        let (role, clients) = try role(call, relay)
        let password = try call.body["password"]?.string.map { try hashed($0, of: name, relay) }
        guard try relay.ledger.addUser(name, role: role, clients: clients, password: password) else {
            throw Problem(.conflict, "There is a user \"\(name)\" already.", invalid: "name")
        }
        relay.log.info("user.added", ["user": name, "role": role.rawValue, "by": call.actor])
        var members = [JSON.Member("name", .string(name)), JSON.Member("role", .string(role.rawValue))]
        if password == nil { members += try link(for: name, relay) }
        return .object(members)
    }

    @Sendable private static func change(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let user = try find(call, reader)
        let (role, clients) = try role(call, relay)
        if user.role == .admin, role != .admin { try keepAnAdministrator(besides: user, reader) }
        try relay.ledger.changeUser(user.name, role: role, clients: clients)
        relay.log.info("user.changed", ["user": user.name, "role": role.rawValue, "by": call.actor])
        return ["name": .string(user.name), "role": .string(role.rawValue)]
    }

    @Sendable private static func setPassword(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let user = try find(call, reader)
        guard let password = call.body["password"]?.string else {
            throw Problem(.requestUnusable, "Give the new \"password\".", invalid: "password")
        }
        try relay.ledger.setPassword(
            user.name, try hashed(password, of: user.name, relay), keeping: call.session)
        relay.log.info("user.password_set", ["user": user.name, "by": call.actor])
        return ["name": .string(user.name)]
    }

    @Sendable private static func invite(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let user = try find(call, reader)
        return .object([JSON.Member("name", .string(user.name))] + (try link(for: user.name, relay)))
    }

    /// A link for choosing a password works once and not for long.
    static let linkLife: Duration = .hours(24)

    private static func link(for name: String, _ relay: Relay) throws -> [JSON.Member] {
        let token = Base64.url.encode(randomBytes(32))
        let expires = relay.now + linkLife
        try relay.ledger.invite(name, hash: SHA256.hash(Array(token.utf8)), until: expires)
        return [
            JSON.Member("link", .string("/welcome/\(token)")),
            JSON.Member("url", .string(relay.publicURL + "/welcome/\(token)")),
            JSON.Member("link_expires_at", .string(expires.rfc3339Seconds)),
        ]
    }

    @Sendable private static func signOut(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let user = try find(call, reader)
        try relay.ledger.endSessions(of: user.name)
        return ["name": .string(user.name)]
    }

    @Sendable private static func remove(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let user = try find(call, reader)
        if user.role == .admin { try keepAnAdministrator(besides: user, reader) }
        // Programs may go on with what the user has made for them, so nobody takes that away unasked; but it is said.
        let tokens = try reader.tokens().filter { $0.createdBy == "user \(user.name)" }.map(\.name)
        try relay.ledger.removeUser(user.name)
        relay.log.info("user.removed", ["user": user.name, "by": call.actor])
        let isRevoking = call.body["tokens"]?.string == "revoke"
        if isRevoking {
            for token in tokens {
                try relay.ledger.revokeToken(token)
                relay.log.info("token.revoked", ["token": token, "by": call.actor])
            }
        }
        return [
            "name": .string(user.name), "revoked": .array(isRevoking ? tokens.map { .string($0) } : []),
            "tokens": .array(isRevoking ? [] : tokens.map { .string($0) }),
        ]
    }

    private static func find(_ call: Operation.Call, _ reader: Reader) throws -> User {
        guard let user = try reader.user(call.parameters["name"] ?? "") else {
            throw Problem(.notFound, "There is no such user.")
        }
        return user
    }

    private static func keepAnAdministrator(besides user: User, _ reader: Reader) throws {
        guard try reader.users().contains(where: { $0.role == .admin && $0.name != user.name }) else {
            throw Problem(.conflict, "\(user.name) is the only administrator. Create another administrator first.")
        }
    }

    private static func role(_ call: Operation.Call, _ relay: Relay) throws -> (Role, [String]) {
        guard let role = call.body["role"]?.string.flatMap(Role.init(rawValue:)) else {
            let all = Role.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw Problem(.requestUnusable, "\"role\" is one of \(all).", invalid: "role")
        }
        let clients = try clients(call, relay) ?? []
        if role == .viewer, clients.isEmpty {
            throw Problem(.requestUnusable, "A viewer needs at least one client to see.", invalid: "clients")
        }
        // Whoever names clients wants to limit, and these roles see everything.
        if role != .viewer, !clients.isEmpty {
            throw Problem(
                .requestUnusable,
                "\(role.rawValue == "admin" ? "An admin" : "Whoever has the role \(role.rawValue)") sees all clients. Leave the clients out, or take the role \"viewer\".",
                invalid: "clients")
        }
        return (role, clients)
    }

    private static func clients(_ call: Operation.Call, _ relay: Relay) throws -> [String]? {
        guard let value = call.body["clients"], value != .null else { return nil }
        let known = relay.configuration.withLock { $0.clients.map(\.name) }
        guard let names = value.array?.map(\.string) else {
            throw Problem(.requestUnusable, "\"clients\" is a list of names.", invalid: "clients")
        }
        return try names.map { name in
            guard let name, known.contains(name) else {
                throw Problem(
                    .requestUnusable, "There is no client \"\(name ?? "")\" in the configuration.", invalid: "clients")
            }
            return name
        }
    }

    static func hashed(_ password: String, of name: String, _ relay: Relay) throws -> String {
        if let complaint = UserRules.passwordComplaint(password, name: name) {
            throw Problem(.requestUnusable, complaint, invalid: "password")
        }
        return PasswordHash(of: password, relay.hashing.withLock { $0 }).description
    }

    @Sendable private static func traceUser(_ call: Operation.Call) -> String {
        var words: [String] = []
        // What is no name could be anything.
        if let name = call.body["name"]?.string, UserRules.nameComplaint(name) == nil { words.append(name) }
        if let role = call.body["role"]?.string.flatMap(Role.init(rawValue:)) { words.append("as \(role.rawValue)") }
        let clients = (call.body["clients"]?.array ?? []).compactMap(\.string)
            .filter { Configuration.nameComplaint($0) == nil }
        if !clients.isEmpty { words.append("for " + clients.joined(separator: ", ")) }
        return words.joined(separator: " ")
    }

    // MARK: Tokens

    @Sendable private static func tokens(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        ["tokens": .array(try reader.tokens().map(token))]
    }

    private static func token(_ token: APIToken) -> JSON {
        [
            "name": .string(token.name), "scopes": .array(token.scopes.map { .string($0) }),
            "clients": token.clients.map { .array($0.map { .string($0) }) } ?? .null,
            "team": token.team.map { .string($0) } ?? .null,
            "created_at": .string(token.createdAt.rfc3339Seconds), "created_by": .string(token.createdBy),
            "expires_at": token.expiresAt.map { .string($0.rfc3339Seconds) } ?? .null,
            "used_at": token.usedAt.map { .string($0.rfc3339Seconds) } ?? .null,
        ]
    }

    /// Begins every token, so that one which leaked is found by those who look for such things.
    static let tokenPrefix = "lrt_"
    private static let mostDays: Int64 = 3650

    @Sendable private static func addToken(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        guard let name = call.body["name"]?.string, UserRules.nameComplaint(name) == nil else {
            throw Problem(
                .requestUnusable, UserRules.nameComplaint(call.body["name"]?.string ?? "") ?? "", invalid: "name")
        }
        let scopes = try (call.body["scopes"]?.array ?? []).map { scope in
            guard let permission = scope.string.flatMap(Permission.init(rawValue:)) else {
                let all = Permission.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(.requestUnusable, "A scope is one of \(all).", invalid: "scopes")
            }
            // Nobody gives away what they have not got themselves.
            guard call.caller.may(permission) else {
                throw Problem(.notPermitted, "You do not have the permission \"\(permission.rawValue)\" yourself.")
            }
            return permission.rawValue
        }
        guard !scopes.isEmpty else {
            throw Problem(.requestUnusable, "A token needs at least one scope.", invalid: "scopes")
        }
        var clients = try clients(call, relay)
        if case .only(let own) = call.clients { clients = (clients ?? own.sorted()).filter(own.contains) }
        let team = try team(call, scopes)
        var expires: Instant?
        if let days = call.body["days"], days != .null {
            guard let days = days.integer, (1...mostDays).contains(days) else {
                throw Problem(.requestUnusable, "\"days\" is a number from 1 to \(mostDays).", invalid: "days")
            }
            expires = relay.now + .days(Int(days))
        }
        let secret = tokenPrefix + Base64.url.encode(randomBytes(32))
        let token = APIToken(
            name: name, scopes: Array(Set(scopes)).sorted(), clients: clients, team: team, createdAt: relay.now,
            createdBy: call.actor, expiresAt: expires)
        guard try relay.ledger.addToken(token, hash: SHA256.hash(Array(secret.utf8))) else {
            throw Problem(.conflict, "There is a token \"\(name)\" already.", invalid: "name")
        }
        relay.log.info("token.added", ["token": name, "by": call.actor])
        guard case .object(let members) = self.token(token) else { return .null }
        return .object([JSON.Member("token", .string(secret))] + members)
    }

    /// Teams are told apart where alerts are reported, and nowhere else: a token that may do more would not be bound by
    /// its team.
    private static func team(_ call: Operation.Call, _ scopes: [String]) throws -> String? {
        guard let value = call.body["team"], value != .null else { return nil }
        let team = ReportedEvent.line(value.string ?? "", atMost: ReportedEvent.longestName)
        guard !team.isEmpty else { throw Problem(.requestUnusable, "\"team\" is a name.", invalid: "team") }
        guard Set(scopes) == [Permission.reportAlerts.rawValue] else {
            throw Problem(
                .requestUnusable, "A team's token has the scope \"\(Permission.reportAlerts.rawValue)\" and no other.",
                invalid: "scopes")
        }
        return team
    }

    @Sendable private static func revokeToken(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let name = call.parameters["name"] ?? ""
        guard try reader.tokens().contains(where: { $0.name == name }) else {
            throw Problem(.notFound, "There is no such token.")
        }
        try relay.ledger.revokeToken(name)
        relay.log.info("token.revoked", ["token": name, "by": call.actor])
        return ["name": .string(name)]
    }

    @Sendable private static func traceToken(_ call: Operation.Call) -> String {
        var words: [String] = []
        if let name = call.body["name"]?.string, UserRules.nameComplaint(name) == nil { words.append(name) }
        let scopes = (call.body["scopes"]?.array ?? []).compactMap { $0.string.flatMap(Permission.init(rawValue:)) }
        return (words + scopes.map(\.rawValue)).joined(separator: " ")
    }

    // MARK: The audit log

    @Sendable private static func auditLog(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let limit = try call.limit(100)
        let before = Int64(call.query["before"] ?? "") ?? .max
        let entries = try reader.auditLog(before: before, limit: limit)
        return [
            "entries": .array(entries.map(entry)),
            "next": entries.count == limit ? JSON(entries[limit - 1].id) : .null,
        ]
    }

    private static func entry(_ entry: AuditEntry) -> JSON {
        [
            "id": JSON(entry.id), "at": .string(entry.at.rfc3339), "actor": .string(entry.actor),
            "address": .string(entry.address), "action": .string(entry.action), "subject": .string(entry.subject),
            "detail": .string(entry.detail), "outcome": entry.outcome.map { .string($0) } ?? .null,
        ]
    }
}
