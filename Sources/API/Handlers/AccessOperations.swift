import Configuration
import Crypto
import Domain
import HTTP
import Intake
import Service
import Store

/// Users, their passwords and sessions, API tokens, and the audit log.
package enum AccessOperations {
    static let all: [any AnyHandler] = [
        Handlers.me, Handlers.users, Handlers.addUser, Handlers.changeRole, Handlers.setPassword,
        Handlers.inviteUser, Handlers.signOutUser, Handlers.removeUser, Handlers.tokens, Handlers.addToken,
        Handlers.revokeToken, Handlers.auditLog,
    ]

    // MARK: Users

    @Sendable static func me(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> MeDocument {
        MeDocument(
            name: call.caller.name, permissions: call.caller.permissions.sorted { $0.rawValue < $1.rawValue },
            clients: call.clients.names?.sorted())
    }

    @Sendable static func users(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> UserListDocument {
        UserListDocument(
            users: try reader.users().map { user in
                UserDocument(
                    name: user.name, role: user.role, clients: user.role == .viewer ? user.clients : nil,
                    hasPassword: user.password != nil, createdAt: user.createdAt, lastLoginAt: user.lastLoginAt)
            })
    }

    /// Without a password there is a link by which the user chooses one.
    @Sendable static func add(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> AddedUser {
        let body = try call.decoded(AddUserRequest.self)
        let name = body.name
        if let complaint = UserRules.nameComplaint(name) {
            throw Problem(.requestUnusable, complaint, invalid: "name")
        }
        let role = body.role
        let clients = try clients(body.clients, of: role, relay)
        let password = try body.password.map { try hashed($0, of: name, relay) }
        guard try relay.ledger.accounts.addUser(name, role: role, clients: clients, password: password) else {
            throw Problem(.conflict, "There is a user \"\(name)\" already.", invalid: "name")
        }
        relay.log.info("user.added", ["user": name, "role": role.rawValue, "by": call.actor])
        return AddedUser(name: name, role: role, link: password == nil ? try link(for: name, relay) : nil)
    }

    @Sendable static func change(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> RoleDocument {
        let user = try find(call, reader)
        let body = try call.decoded(RoleRequest.self)
        let role = body.role
        let clients = try clients(body.clients, of: role, relay)
        if user.role == .admin, role != .admin { try keepAnAdministrator(besides: user, reader) }
        try relay.ledger.accounts.changeUser(user.name, role: role, clients: clients)
        relay.log.info("user.changed", ["user": user.name, "role": role.rawValue, "by": call.actor])
        return RoleDocument(name: user.name, role: role)
    }

    @Sendable static func setPassword(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> NameDocument {
        let user = try find(call, reader)
        let password = try call.decoded(PasswordRequest.self).password
        try relay.ledger.accounts.setPassword(
            user.name, try hashed(password, of: user.name, relay), keeping: call.session)
        relay.log.info("user.password_set", ["user": user.name, "by": call.actor])
        return NameDocument(name: user.name)
    }

    @Sendable static func invite(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> InvitedUser {
        let user = try find(call, reader)
        return InvitedUser(name: user.name, link: try link(for: user.name, relay))
    }

    /// A link for choosing a password works once and not for long.
    static let linkLife: Duration = .hours(24)

    private static func link(for name: String, _ relay: RelayContext) throws -> PasswordLink {
        let token = Base64.url.encode(randomBytes(32))
        let expires = relay.now + linkLife
        try relay.ledger.accounts.invite(name, hash: SHA256.hash(Array(token.utf8)), until: expires)
        return PasswordLink(
            link: "/welcome/\(token)", url: relay.publicURL + "/welcome/\(token)", linkExpiresAt: expires)
    }

    @Sendable static func signOut(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> NameDocument {
        let user = try find(call, reader)
        try relay.ledger.accounts.endSessions(of: user.name)
        return NameDocument(name: user.name)
    }

    @Sendable static func remove(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> RemovedUser {
        let user = try find(call, reader)
        let isRevoking = try call.decoded(RemoveUserRequest.self).tokens == .revoke
        if user.role == .admin { try keepAnAdministrator(besides: user, reader) }
        // Programs may go on with what the user has made for them, so nobody takes that away unasked; but it is said.
        let tokens = try reader.tokens().filter { $0.createdBy == "user \(user.name)" }.map(\.name)
        try relay.ledger.accounts.removeUser(user.name)
        relay.log.info("user.removed", ["user": user.name, "by": call.actor])
        if isRevoking {
            for token in tokens {
                try relay.ledger.accounts.revokeToken(token)
                relay.log.info("token.revoked", ["token": token, "by": call.actor])
            }
        }
        return RemovedUser(
            name: user.name, revoked: isRevoking ? tokens : [], tokens: isRevoking ? [] : tokens)
    }

    private static func find(_ call: APICall, _ reader: Reader) throws -> User {
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

    private static func clients(_ names: [String]?, of role: Role, _ relay: RelayContext) throws -> [String] {
        let clients = try known(names ?? [], relay)
        if role == .viewer, clients.isEmpty {
            throw Problem(.requestUnusable, "A viewer needs at least one client to see.", invalid: "clients")
        }
        // Whoever names clients wants to limit, and these roles see everything.
        if role != .viewer, !clients.isEmpty {
            throw Problem(
                .requestUnusable,
                """
                \(role.rawValue == "admin" ? "An admin" : "Whoever has the role \(role.rawValue)") sees all clients. \
                Leave the clients out, or take the role "viewer".
                """,
                invalid: "clients")
        }
        return clients
    }

    private static func known(_ clients: [String], _ relay: RelayContext) throws -> [String] {
        let known = relay.configuration.withLock { $0.clients.map(\.name) }
        if let name = clients.first(where: { !known.contains($0) }) {
            throw Problem(
                .requestUnusable, "There is no client \"\(name)\" in the configuration.", invalid: "clients")
        }
        return clients
    }

    package static func hashed(_ password: String, of name: String, _ relay: RelayContext) throws -> String {
        if let complaint = UserRules.passwordComplaint(password, name: name) {
            throw Problem(.requestUnusable, complaint, invalid: "password")
        }
        return PasswordHash(of: password, relay.signIns.hashing.withLock { $0 }).description
    }

    @Sendable static func traceUser(_ call: APICall) -> String {
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

    @Sendable static func tokens(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> TokenListDocument {
        TokenListDocument(tokens: try reader.tokens().map(token))
    }

    private static func token(_ token: APIToken) -> TokenDocument {
        TokenDocument(
            name: token.name, scopes: token.scopes, clients: token.clients, team: token.team,
            createdAt: token.createdAt, createdBy: token.createdBy, expiresAt: token.expiresAt, usedAt: token.usedAt)
    }

    /// Begins every token, so that one which leaked is found by those who look for such things.
    package static let tokenPrefix = "lrt_"
    private static let mostDays = 3650

    @Sendable static func addToken(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> AddedToken {
        let body = try call.decoded(AddTokenRequest.self)
        let name = body.name
        if let complaint = UserRules.nameComplaint(name) {
            throw Problem(.requestUnusable, complaint, invalid: "name")
        }
        let scopes = try body.scopes.map { permission in
            // Nobody gives away what they have not got themselves.
            guard call.caller.may(permission) else {
                throw Problem(.notPermitted, "You do not have the permission \"\(permission.rawValue)\" yourself.")
            }
            return permission.rawValue
        }
        guard !scopes.isEmpty else {
            throw Problem(.requestUnusable, "A token needs at least one scope.", invalid: "scopes")
        }
        var clients = try body.clients.map { try known($0, relay) }
        if case .only(let own) = call.clients { clients = (clients ?? own.sorted()).filter(own.contains) }
        let team = try body.team.map { try Self.team($0, scopes) }
        var expires: Instant?
        if let days = body.days {
            guard (1...mostDays).contains(days) else {
                throw Problem(.requestUnusable, "\"days\" is a number from 1 to \(mostDays).", invalid: "days")
            }
            expires = relay.now + .days(days)
        }
        let secret = tokenPrefix + Base64.url.encode(randomBytes(32))
        let token = APIToken(
            name: name, scopes: Array(Set(scopes)).sorted(), clients: clients, team: team, createdAt: relay.now,
            createdBy: call.actor, expiresAt: expires)
        guard try relay.ledger.accounts.addToken(token, hash: SHA256.hash(Array(secret.utf8))) else {
            throw Problem(.conflict, "There is a token \"\(name)\" already.", invalid: "name")
        }
        relay.log.info("token.added", ["token": name, "by": call.actor])
        return AddedToken(token: secret, document: self.token(token))
    }

    /// Teams are told apart where alerts are reported, and nowhere else: a token that may do more would not be bound by
    /// its team.
    private static func team(_ name: String, _ scopes: [String]) throws -> String {
        let team = ReportedEvent.line(name, atMost: ReportedEvent.longestName)
        guard !team.isEmpty else { throw Problem(.requestUnusable, "\"team\" is a name.", invalid: "team") }
        guard Set(scopes) == [Permission.reportAlerts.rawValue] else {
            throw Problem(
                .requestUnusable, "A team's token has the scope \"\(Permission.reportAlerts.rawValue)\" and no other.",
                invalid: "scopes")
        }
        return team
    }

    @Sendable static func revokeToken(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> NameDocument {
        let name = call.parameters["name"] ?? ""
        guard try reader.tokens().contains(where: { $0.name == name }) else {
            throw Problem(.notFound, "There is no such token.")
        }
        try relay.ledger.accounts.revokeToken(name)
        relay.log.info("token.revoked", ["token": name, "by": call.actor])
        return NameDocument(name: name)
    }

    @Sendable static func traceToken(_ call: APICall) -> String {
        var words: [String] = []
        if let name = call.body["name"]?.string, UserRules.nameComplaint(name) == nil { words.append(name) }
        let scopes = (call.body["scopes"]?.array ?? []).compactMap { $0.string.flatMap(Permission.init(rawValue:)) }
        return (words + scopes.map(\.rawValue)).joined(separator: " ")
    }

    // MARK: The audit log

    @Sendable static func auditLog(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> AuditLogDocument
    {
        let limit = try call.limit(100)
        let before = Int64(call.query["before"] ?? "") ?? .max
        let entries = try reader.auditLog(before: before, limit: limit)
        return AuditLogDocument(
            entries: entries.map { entry in
                AuditLogDocument.Entry(
                    id: entry.id, at: PreciseInstant(entry.at), actor: entry.actor, address: entry.address,
                    action: entry.action, subject: entry.subject, detail: entry.detail, outcome: entry.outcome)
            }, next: entries.count == limit ? entries[limit - 1].id : nil)
    }
}

extension Handlers {
    package static let me = Handler(Operations.me, AccessOperations.me)
    package static let users = Handler(Operations.users, AccessOperations.users)
    package static let addUser = Handler(Operations.addUser, trace: AccessOperations.traceUser, AccessOperations.add)
    package static let changeRole = Handler(
        Operations.changeRole, trace: AccessOperations.traceUser, AccessOperations.change)
    package static let setPassword = Handler(Operations.setPassword, AccessOperations.setPassword)
    package static let inviteUser = Handler(Operations.inviteUser, AccessOperations.invite)
    package static let signOutUser = Handler(Operations.signOutUser, AccessOperations.signOut)
    package static let removeUser = Handler(Operations.removeUser, AccessOperations.remove)
    package static let tokens = Handler(Operations.tokens, AccessOperations.tokens)
    package static let addToken = Handler(
        Operations.addToken, trace: AccessOperations.traceToken, AccessOperations.addToken)
    package static let revokeToken = Handler(Operations.revokeToken, AccessOperations.revokeToken)
    package static let auditLog = Handler(Operations.auditLog, AccessOperations.auditLog)
}
