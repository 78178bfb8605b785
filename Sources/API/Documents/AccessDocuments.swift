package import Domain

extension Permission: Codable {}
extension Role: Codable {}

package struct MeDocument: Document {
    package var name: String
    package var permissions: [Permission]
    package var clients: [String]?

    package init(name: String, permissions: [Permission], clients: [String]?) {
        self.name = name
        self.permissions = permissions
        self.clients = clients
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": PropertyDescription("Who asks.", example: "token reporting"),
        "permissions": "What it may do.",
        "clients": "Whose leads it may see; null: everybody's.",
    ]
}

package struct UserListDocument: Document {
    package var users: [UserDocument]

    package init(users: [UserDocument]) {
        self.users = users
    }

    package static let descriptions: [String: PropertyDescription] = ["users": "By name."]
}

package struct UserDocument: Document {
    package var name: String
    package var role: Role
    package var clients: [String]?
    package var hasPassword: Bool
    package var createdAt: Instant
    package var lastLoginAt: Instant?

    package init(
        name: String, role: Role, clients: [String]?, hasPassword: Bool, createdAt: Instant, lastLoginAt: Instant?
    ) {
        self.name = name
        self.role = role
        self.clients = clients
        self.hasPassword = hasPassword
        self.createdAt = createdAt
        self.lastLoginAt = lastLoginAt
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": PropertyDescription("To sign in with.", example: "eva"),
        "role": "What the user may do.",
        "clients": "Of a viewer: whose leads it may see. Null: everybody's.",
        "has_password": "`false`: the link to choose one has not been used yet.",
        "created_at": "When the user was added.",
        "last_login_at": "When the user last signed in; null if never.",
    ]
}

package struct AddUserRequest: RequestBody {
    package var name: String
    package var role: Role
    @Omitted package var clients: [String]?
    @Omitted package var password: String?

    package init(name: String, role: Role, clients: [String]? = nil, password: String? = nil) {
        self.name = name
        self.role = role
        self.clients = clients
        self.password = password
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": PropertyDescription("To sign in with.", example: "eva"),
        "role": "What the user may do.",
        "clients": "Of a viewer, and needed there: whose leads it may see.",
        "password": "Without one the answer has a link by which the user chooses it.",
    ]

    package static let remedies = [
        "name": "Give the user's \"name\".",
        "clients": "\"clients\" is a list of names.",
    ]
}

/// A user, with a link to choose a password where there is none.
package struct AddedUser: Document {
    package var name: String
    package var role: Role
    @Flattened package var link: PasswordLink?

    package init(name: String, role: Role, link: PasswordLink?) {
        self.name = name
        self.role = role
        self.link = link
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": "To sign in with.", "role": "What the user may do.",
    ]
}

package struct PasswordLink: Document {
    package var link: String
    package var url: String
    package var linkExpiresAt: Instant

    package init(link: String, url: String, linkExpiresAt: Instant) {
        self.link = link
        self.url = url
        self.linkExpiresAt = linkExpiresAt
    }

    package static let descriptions: [String: PropertyDescription] = [
        "link": "The path by which a password is chosen, once.",
        "url": "The whole address.",
        "link_expires_at": "When it stops working.",
    ]
}

package struct InvitedUser: Document {
    package var name: String
    @Flattened package var link: PasswordLink

    package init(name: String, link: PasswordLink) {
        self.name = name
        self.link = link
    }

    package static let descriptions: [String: PropertyDescription] = ["name": "The user."]
}

package struct RoleRequest: RequestBody {
    package var role: Role
    @Omitted package var clients: [String]?

    package init(role: Role, clients: [String]? = nil) {
        self.role = role
        self.clients = clients
    }

    package static let descriptions: [String: PropertyDescription] = [
        "role": "What the user may do from now on.",
        "clients": "Of a viewer, and needed there: whose leads it may see.",
    ]

    package static let remedies = [
        "clients": "\"clients\" is a list of names."
    ]
}

package struct RoleDocument: Document {
    package var name: String
    package var role: Role

    package init(name: String, role: Role) {
        self.name = name
        self.role = role
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": "The user.", "role": "What the user may do.",
    ]
}

package struct PasswordRequest: RequestBody {
    package var password: String

    package init(password: String) {
        self.password = password
    }

    package static let descriptions: [String: PropertyDescription] = ["password": "The new one."]

    package static let remedies = [
        "password": "Give the new \"password\"."
    ]
}

/// What something was done with.
package struct NameDocument: Document {
    package var name: String

    package init(name: String) {
        self.name = name
    }

    package static let descriptions: [String: PropertyDescription] = ["name": "What it was done with."]
}

package struct RemoveUserRequest: RequestBody {
    @Omitted package var tokens: Treatment?

    package init(tokens: Treatment? = nil) {
        self.tokens = tokens
    }

    package enum Treatment: String, Codable, CaseIterable, Sendable { case revoke }

    package static let descriptions: [String: PropertyDescription] = [
        "tokens": "Takes the API tokens away, too, that the user has made."
    ]
}

package struct RemovedUser: Document {
    package var name: String
    package var revoked: [String]
    package var tokens: [String]

    package init(name: String, revoked: [String], tokens: [String]) {
        self.name = name
        self.revoked = revoked
        self.tokens = tokens
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": "The user.",
        "revoked": "API tokens of the user that were taken away.",
        "tokens": "API tokens of the user that go on.",
    ]
}

package struct TokenListDocument: Document {
    package var tokens: [TokenDocument]

    package init(tokens: [TokenDocument]) {
        self.tokens = tokens
    }

    package static let descriptions: [String: PropertyDescription] = ["tokens": "By name, without their secrets."]
}

package struct TokenDocument: Document {
    package var name: String
    package var scopes: [String]
    package var clients: [String]?
    package var team: String?
    package var createdAt: Instant
    package var createdBy: String
    package var expiresAt: Instant?
    package var usedAt: Instant?

    package init(
        name: String, scopes: [String], clients: [String]?, team: String?, createdAt: Instant, createdBy: String,
        expiresAt: Instant?, usedAt: Instant?
    ) {
        self.name = name
        self.scopes = scopes
        self.clients = clients
        self.team = team
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.usedAt = usedAt
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": PropertyDescription("What it is for.", example: "reporting"),
        "scopes": "What it may do.",
        "clients": "Whose leads it may see; null: everybody's.",
        "team": "Reports alerts for this team only; null: for any.",
        "created_at": "When it was made.",
        "created_by": "Who made it.",
        "expires_at": "When it stops working; null: never.",
        "used_at": "When it was last used; null if never.",
    ]
}

package struct AddTokenRequest: RequestBody {
    package var name: String
    package var scopes: [Permission]
    @Omitted package var clients: [String]?
    @Omitted package var team: String?
    @Omitted package var days: Int?

    package init(name: String, scopes: [Permission], clients: [String]? = nil, team: String? = nil, days: Int? = nil) {
        self.name = name
        self.scopes = scopes
        self.clients = clients
        self.team = team
        self.days = days
    }

    package static let descriptions: [String: PropertyDescription] = [
        "name": PropertyDescription("What it is for.", example: "reporting"),
        "scopes": "What it may do; no more than whoever makes it.",
        "clients": "Whose leads it may see; all that the maker sees if absent.",
        "team": "Reports alerts for this team only; takes the scope `alerts.report` alone.",
        "days": PropertyDescription("How long it works; for ever if absent.", 1...3650),
    ]

    package static let remedies = [
        "scopes": "A scope is one of \(Permission.allCases.map(\.rawValue).joined(separator: ", ")).",
        "clients": "\"clients\" is a list of names.",
        "days": "\"days\" is a number from 1 to 3650.",
        "team": "\"team\" is a name.",
    ]
}

package struct AddedToken: Document {
    package var token: String
    @Flattened package var document: TokenDocument

    package init(token: String, document: TokenDocument) {
        self.token = token
        self.document = document
    }

    package static let descriptions: [String: PropertyDescription] = [
        "token": PropertyDescription("The secret; it is in this answer only.", example: "lrt_…")
    ]
}

package struct AuditLogDocument: Document {
    package var entries: [Entry]
    package var next: Int64?

    package init(entries: [Entry], next: Int64?) {
        self.entries = entries
        self.next = next
    }

    package struct Entry: Document {
        package var id: Int64
        package var at: PreciseInstant
        package var actor: String
        package var address: String
        package var action: String
        package var subject: String
        package var detail: String
        package var outcome: String?

        package init(
            id: Int64, at: PreciseInstant, actor: String, address: String, action: String, subject: String,
            detail: String, outcome: String?
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

        package static let descriptions: [String: PropertyDescription] = [
            "id": "Its number.",
            "at": "When it was asked for.",
            "actor": PropertyDescription("Who asked.", example: "user eva"),
            "address": "Where from; `unix` for the admin socket.",
            "action": PropertyDescription("What.", example: "POST /api/destinations/{name}/pause"),
            "subject": "What it was done with.",
            "detail": "What else is to be known; never a personal value.",
            "outcome": "How it went; null if the relay ended before it knew.",
        ]
    }

    package static let descriptions: [String: PropertyDescription] = [
        "entries": "Newest first.",
        "next": "Where to go on, as `before`; null: there are no more.",
    ]
}
