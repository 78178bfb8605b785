import API
import Domain
import Service

extension Command {
    private static let name = Usage.Operand(name: "NAME", help: "the user's name: a–z, 0–9, - _ and the dot")
    private static let role = Usage.Option(name: "role", value: "ROLE", help: "viewer, support or admin")
    private static let client = Usage.Option(
        name: "client", value: "NAME", help: "a client that a viewer sees; may be repeated", repeats: true)
    private static let passwordInput = Usage.Option(
        name: "password-stdin", help: "read the password from standard input instead of printing a link")

    static let userAdd = Command(
        name: "user add",
        usage: Usage(
            summary: "add a user, and print a one-time link for a password",
            operands: [name], options: [role, client, passwordInput] + AdminOptions.all,
            notes: [
                """
                viewer: sees the leads of some clients. support: repairs, releases, pauses, answers alerts. admin: \
                everything.
                """,
                "The link works once and for a day.",
            ],
            examples: [
                "leadrelay user add eva --role admin", "leadrelay user add tom --role viewer --client acme",
            ])
    ) { arguments, terminal in
        let request = AddUserRequest(
            name: arguments.operands[0], role: try role(arguments), clients: arguments.all("client"),
            password: arguments.has("password-stdin") ? try password(terminal) : nil)
        return try AdminOptions.client(arguments, terminal).ask(Operations.addUser, body: request)
            .show(arguments, terminal) { words($0.name, $0.link) }
    }

    static let userList = Command(
        name: "user list",
        usage: Usage(
            summary: "list users", options: AdminOptions.all, examples: ["leadrelay user list"])
    ) { arguments, terminal in
        try AdminOptions.client(arguments, terminal).ask(Operations.users).show(arguments, terminal, page)
    }

    private static func page(_ list: UserListDocument) -> Page {
        var table = TextTable(["user", "role", "clients", "last sign-in"])
        for user in list.users {
            table.append([
                user.name, user.role.rawValue, user.clients?.joined(separator: " ") ?? "all",
                user.hasPassword ? user.lastLoginAt?.rfc3339Seconds ?? "never" : "no password yet",
            ])
        }
        return table.isEmpty ? "there is no user\n" : Page(table)
    }

    static let userRole = Command(
        name: "user role",
        usage: Usage(
            summary: "change a user's role, at once", operands: [name],
            options: [role, client] + AdminOptions.all, examples: ["leadrelay user role tom --role support"])
    ) { arguments, terminal in
        let request = RoleRequest(role: try role(arguments), clients: arguments.all("client"))
        let name = ["name": arguments.operands[0]]
        return try AdminOptions.client(arguments, terminal).ask(Operations.changeRole, name, body: request)
            .show(arguments, terminal) { words($0.name, nil) }
    }

    static let userPassword = Command(
        name: "user password",
        usage: Usage(
            summary: "print a one-time link for a new password", operands: [name],
            options: [passwordInput] + AdminOptions.all,
            notes: ["With --password-stdin the new password takes effect at once and all sessions end."],
            examples: ["leadrelay user password eva"])
    ) { arguments, terminal in
        let client = try AdminOptions.client(arguments, terminal)
        let name = ["name": arguments.operands[0]]
        guard arguments.has("password-stdin") else {
            return try client.ask(Operations.inviteUser, name)
                .show(arguments, terminal) { words($0.name, $0.link) }
        }
        let request = PasswordRequest(password: try password(terminal))
        return try client.ask(Operations.setPassword, name, body: request)
            .show(arguments, terminal) { words($0.name, nil) }
    }

    static let userRemove = Command(
        name: "user remove",
        usage: Usage(
            summary: "remove a user and end their sessions", operands: [name],
            options: [.init(name: "tokens", help: "take the API tokens away, too, that the user has made")]
                + AdminOptions.all,
            notes: ["API tokens that the user has made go on otherwise: the command names them."],
            examples: ["leadrelay user remove tom", "leadrelay user remove tom --tokens"])
    ) { arguments, terminal in
        let request = RemoveUserRequest(tokens: arguments.has("tokens") ? .revoke : nil)
        let name = ["name": arguments.operands[0]]
        return try AdminOptions.client(arguments, terminal).ask(Operations.removeUser, name, body: request)
            .show(arguments, terminal) { removed in
                var text: Page = "\(removed.name) can no longer sign in\n"
                if !removed.revoked.isEmpty {
                    text += "API tokens revoked: \(removed.revoked.joined(separator: ", "))\n"
                }
                if !removed.tokens.isEmpty {
                    text += "! API tokens of that user go on: \(removed.tokens.joined(separator: ", ")). "
                    text += "To end one: leadrelay token revoke NAME\n"
                }
                return text
            }
    }

    private static func role(_ arguments: Arguments) throws(WrongUsage) -> Role {
        guard let role: Role = try arguments.choice("role") else {
            throw WrongUsage(message: "--role is missing: viewer, support or admin")
        }
        return role
    }

    /// The first line of standard input.
    private static func password(_ terminal: Terminal) throws -> String {
        let line = try terminal.input().prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard let text = String(validating: line, as: UTF8.self), !text.isEmpty else {
            throw Failure("standard input: the password is the first line, in UTF-8")
        }
        return text
    }

    private static func words(_ name: String, _ link: PasswordLink?) -> Page {
        guard let link else { return "\(name): done\n" }
        return "\(name) chooses a password here, once, until \(link.linkExpiresAt.rfc3339Seconds):\n\(link.url)\n"
    }

    // MARK: Tokens

    static let tokenAdd = Command(
        name: "token add",
        usage: Usage(
            summary: "create an API token, and print it this once",
            operands: [.init(name: "NAME", help: "what the token is for")],
            options: [
                Usage.Option(
                    name: "scope", value: "SCOPE", help: "what it may do; may be repeated", repeats: true),
                Usage.Option(name: "client", value: "NAME", help: "only this client; may be repeated", repeats: true),
                Usage.Option(name: "team", value: "NAME", help: "reports alerts for this team only"),
                Usage.Option(name: "days", value: "N", help: "ends after so many days; default: never"),
            ] + AdminOptions.all,
            notes: ["Scopes:"] + Permission.allCases.map { "  \($0.rawValue): \($0.sentence)" },
            examples: [
                "leadrelay token add grafana --scope metrics.read --days 365",
                "leadrelay token add alertmanager --scope alerts.report --team platform",
            ])
    ) { arguments, terminal in
        let clients = arguments.all("client")
        let days = try arguments["days"].map { text throws(WrongUsage) in
            guard let number = Int(text) else { throw WrongUsage(message: "--days is a number") }
            return number
        }
        let request = AddTokenRequest(
            name: arguments.operands[0], scopes: try arguments.choices("scope"),
            clients: clients.isEmpty ? nil : clients, team: arguments["team"], days: days)
        return try AdminOptions.client(arguments, terminal).ask(Operations.addToken, body: request)
            .show(arguments, terminal) { "\($0.token)\n" }
    }

    static let tokenList = Command(
        name: "token list",
        usage: Usage(summary: "list API tokens", options: AdminOptions.all, examples: ["leadrelay token list"])
    ) { arguments, terminal in
        try AdminOptions.client(arguments, terminal).ask(Operations.tokens).show(arguments, terminal, page)
    }

    private static func page(_ list: TokenListDocument) -> Page {
        var table = TextTable(["token", "scopes", "clients", "team", "ends", "last used"])
        for token in list.tokens {
            table.append([
                token.name, token.scopes.joined(separator: " "), token.clients?.joined(separator: " ") ?? "all",
                token.team ?? "any", token.expiresAt?.rfc3339Seconds ?? "never",
                token.usedAt?.rfc3339Seconds ?? "never",
            ])
        }
        return table.isEmpty ? "there is no token\n" : Page(table)
    }

    static let tokenRevoke = Command(
        name: "token revoke",
        usage: Usage(
            summary: "revoke an API token", operands: [.init(name: "NAME", help: "the token")],
            options: AdminOptions.all, examples: ["leadrelay token revoke grafana"])
    ) { arguments, terminal in
        try AdminOptions.client(arguments, terminal).ask(Operations.revokeToken, ["name": arguments.operands[0]])
            .show(arguments, terminal) { "\($0.name) is refused from now on\n" }
    }
}
