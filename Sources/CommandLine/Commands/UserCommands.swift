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
                "viewer: sees the leads of some clients. support: repairs, releases, pauses, answers alerts. admin: everything.",
                "The link works once and for a day.",
            ],
            examples: [
                "leadrelay user add eva --role admin", "leadrelay user add tom --role viewer --client acme",
            ])
    ) { arguments, terminal in
        guard let role = arguments["role"] else {
            throw WrongUsage(message: "--role is missing: viewer, support or admin")
        }
        var body: [JSON.Member] = [
            JSON.Member("name", .string(arguments.operands[0])), JSON.Member("role", .string(role)),
            JSON.Member("clients", .array(arguments.all("client").map { .string($0) })),
        ]
        if arguments.has("password-stdin") {
            body.append(JSON.Member("password", .string(try password(terminal))))
        }
        let answer = try AdminOptions.client(arguments, terminal).call("POST", "/api/users", .object(body))
        show(answer, arguments, terminal)
        return .good
    }

    static let userList = Command(
        name: "user list",
        usage: Usage(
            summary: "list users", options: AdminOptions.all, examples: ["leadrelay user list"])
    ) { arguments, terminal in
        let list = try AdminOptions.client(arguments, terminal).call("GET", "/api/users")
        if arguments.has("json") {
            terminal.output(list.pretty + "\n")
            return .good
        }
        var table = TextTable(["user", "role", "clients", "last sign-in"])
        for user in list["users"]?.array ?? [] {
            table.append([
                user["name"]?.string ?? "", user["role"]?.string ?? "",
                user["clients"]?.array.map { $0.compactMap(\.string).joined(separator: " ") } ?? "all",
                user["has_password"]?.bool == true ? user["last_login_at"]?.string ?? "never" : "no password yet",
            ])
        }
        terminal.output(table.isEmpty ? "there is no user\n" : table.text)
        return .good
    }

    static let userRole = Command(
        name: "user role",
        usage: Usage(
            summary: "change a user's role, at once", operands: [name],
            options: [role, client] + AdminOptions.all, examples: ["leadrelay user role tom --role support"])
    ) { arguments, terminal in
        guard let role = arguments["role"] else {
            throw WrongUsage(message: "--role is missing: viewer, support or admin")
        }
        let body: JSON = [
            "role": .string(role), "clients": .array(arguments.all("client").map { .string($0) }),
        ]
        let answer = try AdminOptions.client(arguments, terminal).call(
            "POST", "/api/users/\(AdminClient.encoded(arguments.operands[0]))/role", body)
        show(answer, arguments, terminal)
        return .good
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
        let user = AdminClient.encoded(arguments.operands[0])
        let answer =
            arguments.has("password-stdin")
            ? try client.call("POST", "/api/users/\(user)/password", ["password": .string(try password(terminal))])
            : try client.call("POST", "/api/users/\(user)/invite")
        show(answer, arguments, terminal)
        return .good
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
        let answer = try AdminOptions.client(arguments, terminal).call(
            "POST", "/api/users/\(AdminClient.encoded(arguments.operands[0]))/remove",
            arguments.has("tokens") ? ["tokens": "revoke"] : nil)
        if arguments.has("json") {
            terminal.output(answer.pretty + "\n")
            return .good
        }
        func names(_ member: String) -> String {
            (answer[member]?.array ?? []).compactMap(\.string).joined(separator: ", ")
        }
        var text = "\(arguments.operands[0]) can no longer sign in\n"
        if !names("revoked").isEmpty { text += "API tokens revoked: \(names("revoked"))\n" }
        if !names("tokens").isEmpty {
            text += "! API tokens of that user go on: \(names("tokens")). To end one: leadrelay token revoke NAME\n"
        }
        terminal.output(text)
        return .good
    }

    /// The first line of standard input.
    private static func password(_ terminal: Terminal) throws -> String {
        let line = try terminal.input().prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard let text = String(validating: line, as: UTF8.self), !text.isEmpty else {
            throw Failure("standard input: the password is the first line, in UTF-8")
        }
        return text
    }

    private static func show(_ answer: JSON, _ arguments: Arguments, _ terminal: Terminal) {
        if arguments.has("json") { return terminal.output(answer.pretty + "\n") }
        let name = answer["name"]?.string ?? ""
        guard let link = answer["url"]?.string else { return terminal.output("\(name): done\n") }
        terminal.output(
            "\(name) chooses a password here, once, until \(answer["link_expires_at"]?.string ?? ""):\n"
                + "\(link)\n")
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
        var days = JSON.null
        if let text = arguments["days"] {
            guard let number = Int(text) else { throw WrongUsage(message: "--days is a number") }
            days = JSON(number)
        }
        let answer = try AdminOptions.client(arguments, terminal).call(
            "POST", "/api/tokens",
            [
                "name": .string(arguments.operands[0]),
                "scopes": .array(arguments.all("scope").map { .string($0) }),
                "clients": clients.isEmpty ? .null : .array(clients.map { .string($0) }), "days": days,
                "team": arguments["team"].map { .string($0) } ?? .null,
            ])
        terminal.output(arguments.has("json") ? answer.pretty + "\n" : "\(answer["token"]?.string ?? "")\n")
        return .good
    }

    static let tokenList = Command(
        name: "token list",
        usage: Usage(summary: "list API tokens", options: AdminOptions.all, examples: ["leadrelay token list"])
    ) { arguments, terminal in
        let list = try AdminOptions.client(arguments, terminal).call("GET", "/api/tokens")
        if arguments.has("json") {
            terminal.output(list.pretty + "\n")
            return .good
        }
        var table = TextTable(["token", "scopes", "clients", "team", "ends", "last used"])
        for token in list["tokens"]?.array ?? [] {
            table.append([
                token["name"]?.string ?? "",
                (token["scopes"]?.array ?? []).compactMap(\.string).joined(separator: " "),
                token["clients"]?.array.map { $0.compactMap(\.string).joined(separator: " ") } ?? "all",
                token["team"]?.string ?? "any", token["expires_at"]?.string ?? "never",
                token["used_at"]?.string ?? "never",
            ])
        }
        terminal.output(table.isEmpty ? "there is no token\n" : table.text)
        return .good
    }

    static let tokenRevoke = Command(
        name: "token revoke",
        usage: Usage(
            summary: "revoke an API token", operands: [.init(name: "NAME", help: "the token")],
            options: AdminOptions.all, examples: ["leadrelay token revoke grafana"])
    ) { arguments, terminal in
        let answer = try AdminOptions.client(arguments, terminal).call(
            "POST", "/api/tokens/\(AdminClient.encoded(arguments.operands[0]))/revoke")
        terminal.output(
            arguments.has("json") ? answer.pretty + "\n" : "\(arguments.operands[0]) is refused from now on\n")
        return .good
    }
}
