package import Domain

/// Somebody who may sign in.
package struct User: Equatable, Sendable {
    package var id: Int64
    package var name: String
    package var role: Role
    /// What a viewer sees; means nothing for the other roles.
    package var clients: [String]
    /// As the caller wrote it; `nil` until the user has chosen a password.
    package var password: String?
    package var createdAt: Instant
    package var lastLoginAt: Instant?
}

/// Somebody who has signed in.
package struct Session: Equatable, Sendable {
    package var user: User
    package var createdAt: Instant
    package var usedAt: Instant
}

/// What a program shows instead of a password.
package struct APIToken: Equatable, Sendable {
    package var id: Int64
    package var name: String
    package var scopes: [String]
    /// `nil`: all.
    package var clients: [String]?
    /// For which it reports alerts; `nil`: any.
    package var team: String?
    package var createdAt: Instant
    package var createdBy: String
    package var expiresAt: Instant?
    package var usedAt: Instant?

    package init(
        id: Int64 = 0, name: String, scopes: [String], clients: [String]?, team: String? = nil, createdAt: Instant,
        createdBy: String, expiresAt: Instant?, usedAt: Instant? = nil
    ) {
        self.id = id
        self.name = name
        self.scopes = scopes
        self.clients = clients
        self.team = team
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.usedAt = usedAt
    }
}

/// One line of the audit log: who did what, from where. Never with personal data.
package struct AuditEntry: Equatable, Sendable {
    package var id: Int64
    package var at: Instant
    package var actor: String
    /// Where from; `unix` for the admin socket.
    package var address: String
    /// `POST /api/destinations/{name}/pause`, `sign in`.
    package var action: String
    /// What it was done to: a name, an id.
    package var subject: String
    package var detail: String
    /// `done`, or why not; `nil` if nobody knows, because the process ended meanwhile.
    package var outcome: String?

    /// The actor of what somebody did who has not signed in.
    package static let nobody = "nobody"

    package init(
        id: Int64 = 0, at: Instant, actor: String, address: String, action: String, subject: String = "",
        detail: String = "", outcome: String? = nil
    ) {
        self.id = id
        self.at = at
        self.actor = actor
        self.address = address
        self.action = action
        self.subject = subject
        self.detail = detail
        self.outcome = outcome
    }
}

/// How often somebody failed to sign in lately.
package struct LoginFailures: Equatable, Sendable {
    package var count: Int
    package var last: Instant
}
