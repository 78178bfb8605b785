/// Whoever asks for something, and what it may do and see.
package struct Principal: Equatable, Sendable {
    /// `user eva`, `token grafana`, `admin socket`: for the log and the audit log.
    package var name: String
    package var permissions: Set<Permission>
    package var clients: ClientScope
    /// The team for which it reports alerts; `nil`: any.
    package var team: String?

    package init(name: String, permissions: Set<Permission>, clients: ClientScope, team: String? = nil) {
        self.name = name
        self.permissions = permissions
        self.clients = clients
        self.team = team
    }

    /// A user, whose role says what it may do. Clients bind viewers only.
    package init(user: String, role: Role, clients: [String]) {
        self.init(
            name: "user \(user)", permissions: role.permissions,
            clients: role == .viewer ? .only(Set(clients)) : .all)
    }

    /// Whoever can write to the admin socket: its file's permissions are the check.
    package static let socket = Principal(
        name: "admin socket", permissions: Set(Permission.allCases), clients: .all)

    package func may(_ permission: Permission) -> Bool {
        permissions.contains(permission) || (permission == .reportAlerts && permissions.contains(.changeAlerts))
    }
}

/// Whose leads may be seen. What lies outside does not exist for whoever asks: not by id, not by count, not by the
/// wording of a refusal.
package enum ClientScope: Equatable, Sendable {
    case all
    case only(Set<String>)

    /// What belongs to no client is seen only by those who see everything.
    package func contains(_ client: String?) -> Bool {
        switch self {
        case .all: true
        case .only(let names): client.map(names.contains) ?? false
        }
    }

    package var isAll: Bool { self == .all }

    /// The clients that may be seen; `nil`: all of them.
    package var names: Set<String>? {
        switch self {
        case .all: nil
        case .only(let names): names
        }
    }
}
