import API
import Configuration
import Crypto
import Domain
import HTTP
import Intake
import Service
import Store

/// Signing in and out, choosing passwords, users, tokens and the audit log.
enum AccessRoutes {
    static let all: [WebRoute] = [
        WebRoute(.get, "/login", .anybody, showLogin),
        WebRoute(.post, "/login", .anybody, on: .hashing, login),
        WebRoute(.post, "/logout", .anybody, logout),
        WebRoute(.post, "/logout/everywhere", .signedIn, logoutEverywhere),
        WebRoute(.get, "/welcome/{token}", .anybody, showWelcome),
        WebRoute(.post, "/welcome/{token}", .anybody, on: .hashing, welcome),
        WebRoute(.get, "/account", .signedIn) { scene in
            .page(AccessPages.account(scene.visitor, try scene.ask(Handlers.me), notice: scene.notice))
        },
        WebRoute(.post, "/account/password", .signedIn, on: .hashing, changePassword),
        WebRoute(.get, "/users", Operations.users) { .page(try users($0, notice: $0.notice)) },
        WebRoute(.post, "/users", Operations.addUser, addUser),
        WebRoute(.post, "/users/{name}/invite", Operations.inviteUser) { scene in
            let answer = try scene.ask(Handlers.inviteUser, scene.parameters)
            return .page(try users(scene, shown: link(answer.name, answer.link, scene)))
        },
        WebRoute(.post, "/users/{name}/sign-out", Operations.signOutUser) { scene in
            _ = try scene.ask(Handlers.signOutUser, scene.parameters)
            return .seeOther("/users?done=signed-out")
        },
        WebRoute(.post, "/users/{name}/remove", Operations.removeUser) { scene in
            let answer = try scene.ask(Handlers.removeUser, scene.parameters)
            let tokens = answer.tokens
            if tokens.isEmpty { return .seeOther("/users?done=removed") }
            let words =
                """
                Removed. API tokens of that user go on: \(tokens.joined(separator: ", ")). \
                Revoke those that nobody needs.
                """
            return .page(try users(scene, notice: Page.Notice(.warn, words)))
        },
        WebRoute(.post, "/tokens", Operations.addToken, addToken),
        WebRoute(.post, "/tokens/{name}/revoke", Operations.revokeToken) { scene in
            _ = try scene.ask(Handlers.revokeToken, scene.parameters)
            return .seeOther("/users?done=revoked")
        },
        WebRoute(.get, "/audit-log", Operations.auditLog) { scene in
            .page(
                AuditLogPage.page(
                    scene.visitor, try scene.ask(Handlers.auditLog, query: ["before": scene.queried("before")])))
        },
    ]

    // MARK: Signing in

    @Sendable static func showLogin(_ scene: RequestContext) throws -> RequestContext.Answer {
        let next = Link.local(scene.queried("next"))
        if scene.identity?.user != nil { return .seeOther(next) }
        guard scene.visit.isPrivate else { return .page(AccessPages.notPrivate(scene.visitor)) }
        guard try scene.reader.hasUsers() else { return .page(AccessPages.noUsers(scene.visitor)) }
        return .page(AccessPages.login(scene.visitor, next: next, notice: scene.notice))
    }

    @Sendable static func login(_ scene: RequestContext) throws -> RequestContext.Answer {
        guard scene.visit.isPrivate else { return .page(AccessPages.notPrivate(scene.visitor)) }
        let next = Link.local(scene.posted("next"))
        let name = scene.posted("name") ?? ""
        let password = scene.posted("password") ?? ""
        if let wait = try scene.throttled(name) { return tooMany(scene, name, next, wait) }
        guard let user = try scene.verified(name, password) else {
            try scene.failed(name, "sign in")
            let words = "Incorrect user name or password."
            return .page(
                AccessPages.login(scene.visitor, next: next, name: name, notice: Page.Notice(.bad, words), status: 403))
        }
        return .seeOther(next, fields: [try scene.startSession(of: user.name, "sign in")])
    }

    private static func tooMany(_ scene: RequestContext, _ name: String, _ next: String, _ wait: Duration)
        -> RequestContext.Answer
    {
        let (words, seconds) = RequestContext.tooManyAttempts(wait)
        return .page(
            AccessPages.login(scene.visitor, next: next, name: name, notice: Page.Notice(.bad, words), status: 429),
            fields: [("Retry-After", "\(seconds)")])
    }

    @Sendable static func logout(_ scene: RequestContext) throws -> RequestContext.Answer {
        if let hash = scene.identity?.session { try scene.relay.ledger.accounts.endSession(hash) }
        return .seeOther("/login?done=signed-out", fields: [Cookies.endSession(isSecure: scene.visit.isSecure)])
    }

    @Sendable static func logoutEverywhere(_ scene: RequestContext) throws -> RequestContext.Answer {
        guard let user = scene.identity?.user else { return .seeOther("/login") }
        try scene.relay.ledger.accounts.endSessions(of: user.name)
        try scene.note("sign out everywhere", user.name, "done")
        return .seeOther("/login?done=signed-out", fields: [Cookies.endSession(isSecure: scene.visit.isSecure)])
    }

    // MARK: Choosing a password

    @Sendable static func showWelcome(_ scene: RequestContext) throws -> RequestContext.Answer {
        guard scene.visit.isPrivate else { return .page(AccessPages.notPrivate(scene.visitor)) }
        let token = scene.parameters["token"] ?? ""
        let user = try invited(scene)
        return .page(AccessPages.welcome(scene.visitor, action: Link.to("welcome", token), user: user.name))
    }

    private static func invited(_ scene: RequestContext) throws -> User {
        guard let user = try scene.reader.invited(ClientInfo.hash(scene.parameters["token"] ?? ""), at: scene.now)
        else {
            throw Problem(.notFound, "This link has been used, or is too old. Ask for a new one.")
        }
        return user
    }

    @Sendable static func welcome(_ scene: RequestContext) throws -> RequestContext.Answer {
        guard scene.visit.isPrivate else { return .page(AccessPages.notPrivate(scene.visitor)) }
        let token = scene.parameters["token"] ?? ""
        let user = try invited(scene)
        let password = scene.posted("password") ?? ""
        if let complaint = complaint(scene, password, user.name) {
            return .page(
                AccessPages.welcome(
                    scene.visitor, action: Link.to("welcome", token), user: user.name,
                    notice: Page.Notice(.bad, complaint), status: 400))
        }
        let hash = try AccessOperations.hashed(password, of: user.name, scene.relay)
        guard try scene.relay.ledger.accounts.acceptInvitation(ClientInfo.hash(token), password: hash) else {
            throw Problem(.notFound, "This link has been used, or is too old. Ask for a new one.")
        }
        return .seeOther("/", fields: [try scene.startSession(of: user.name, "choose a password")])
    }

    private static func complaint(_ scene: RequestContext, _ password: String, _ name: String) -> String? {
        if let complaint = UserRules.passwordComplaint(password, name: name) { return complaint }
        return password == scene.posted("again") ? nil : "The two are not the same."
    }

    @Sendable static func changePassword(_ scene: RequestContext) throws -> RequestContext.Answer {
        guard let user = scene.identity?.user else { return .seeOther("/login") }
        func again(_ words: String, _ status: Int) throws -> RequestContext.Answer {
            .page(
                AccessPages.account(
                    scene.visitor, try scene.ask(Handlers.me), notice: Page.Notice(.bad, words), status: status))
        }
        if let wait = try scene.throttled(user.name) {
            return try again(RequestContext.tooManyAttempts(wait).words, 429)
        }
        guard try scene.verified(user.name, scene.posted("old") ?? "") != nil else {
            try scene.failed(user.name, "change password")
            return try again("The present password is wrong.", 403)
        }
        let password = scene.posted("password") ?? ""
        if let complaint = complaint(scene, password, user.name) { return try again(complaint, 400) }
        try scene.relay.ledger.accounts.setPassword(
            user.name, try AccessOperations.hashed(password, of: user.name, scene.relay),
            keeping: scene.identity?.session)
        try scene.note("change password", user.name, "done")
        return .seeOther("/account?done=password")
    }

    // MARK: Users and tokens

    private static func users(
        _ scene: RequestContext, shown: UsersPage.Once? = nil, notice: Page.Notice? = nil, status: Int = 200
    ) throws -> Page {
        UsersPage.page(
            scene.visitor, users: try scene.ask(Handlers.users), tokens: try scene.ask(Handlers.tokens),
            clients: scene.relay.configuration.withLock { $0.clients.map(\.name) }, shown: shown, notice: notice,
            status: status)
    }

    private static func link(_ user: String, _ link: PasswordLink, _ scene: RequestContext) -> UsersPage.Once {
        .link(user: user, address: scene.relay.publicURL + link.link, expires: link.linkExpiresAt)
    }

    /// What cannot be done is told on the page, beside the form.
    private static func onPage(_ scene: RequestContext, _ body: () throws -> RequestContext.Answer) throws
        -> RequestContext.Answer
    {
        try scene.attempt(body) { notice, status in try users(scene, notice: notice, status: status) }
    }

    @Sendable static func addUser(_ scene: RequestContext) throws -> RequestContext.Answer {
        try onPage(scene) {
            let answer = try scene.ask(
                Handlers.addUser,
                body: [
                    "name": .string(scene.posted("name") ?? ""), "role": .string(scene.posted("role") ?? ""),
                    "clients": .array(scene.allPosted("client").map { .string($0) }),
                ])
            return .page(try users(scene, shown: answer.link.map { link(answer.name, $0, scene) }))
        }
    }

    @Sendable static func addToken(_ scene: RequestContext) throws -> RequestContext.Answer {
        try onPage(scene) {
            let clients = scene.allPosted("client")
            let answer = try scene.ask(
                Handlers.addToken,
                body: [
                    "name": .string(scene.posted("name") ?? ""),
                    "scopes": .array(scene.allPosted("scope").map { .string($0) }),
                    "clients": clients.isEmpty ? .null : .array(clients.map { .string($0) }),
                    "team": scene.posted("team").flatMap { $0.trimmed.isEmpty ? nil : .string($0) } ?? .null,
                    "days": scene.posted("days").map { Int64($0).map { JSON($0) } ?? .string($0) } ?? .null,
                ])
            return .page(
                try users(
                    scene,
                    shown: .token(name: answer.document.name, secret: answer.token)))
        }
    }
}

extension RequestContext {
    // MARK: Passwords

    /// The user if the password is right. Takes as long if there is no such user, so that nobody learns who there is.
    fileprivate func verified(_ name: String, _ password: String) throws -> User? {
        let user = UserRules.nameComplaint(name) == nil ? try reader.user(name) : nil
        let hash = user?.password.flatMap { PasswordHash($0) }
        let password = String(password.prefix(UserRules.mostPassword))
        let isRight = (hash ?? relay.signIns.dummyHash).matches(password)
        guard isRight, let hash, let user else { return nil }
        let usual = relay.signIns.hashing.withLock { $0 }
        if hash.isWeaker(than: usual) {
            // Nobody but the user can do this, and only now.
            try relay.ledger.accounts.replacePassword(
                of: name, hash.description, with: PasswordHash(of: password, usual).description)
        }
        return user
    }

    private func keys(_ name: String) -> (name: [UInt8], address: [UInt8]) {
        let network = HostAddress(visit.address).map { "\($0.network)" } ?? visit.address
        return (ClientInfo.hash("name " + name.lowercased()), ClientInfo.hash("address " + network))
    }

    /// How long this visitor has to wait before the next attempt at this name; `nil` if not at all.
    fileprivate func throttled(_ name: String) throws -> Duration? {
        let keys = keys(name)
        func wait(_ rule: LoginThrottle, _ key: [UInt8]) throws -> Duration? {
            try reader.loginFailures(key).flatMap { rule.wait(failures: $0.count, last: $0.last, now: now) }
        }
        let isKnown = relay.signIns.gate.withLock { $0.isKnown(visit.network, as: name, at: now) }
        return [isKnown ? nil : try wait(.name, keys.name), try wait(.address, keys.address)].compactMap { $0 }.max()
    }

    fileprivate func failed(_ name: String, _ action: String) throws {
        let keys = keys(name)
        relay.signIns.gate.withLock { $0.failed(visit.network, at: now) }
        try relay.ledger.accounts.countLoginFailure([keys.name, keys.address])
        // What is no user's name may be somebody's password, typed into the wrong field.
        let known = UserRules.nameComplaint(name) == nil ? try reader.user(name)?.name : nil
        try note(action, known ?? "unknown user", "refused: wrong password", actor: AuditEntry.nobody)
    }

    /// Starts a session under an id that nobody has seen before, whatever cookie the browser came with.
    fileprivate func startSession(of name: String, _ action: String) throws -> (name: String, value: String) {
        let token = Base64.url.encode(randomBytes(32))
        try relay.ledger.accounts.startSession(
            ClientInfo.hash(token), of: name, from: visit.address, replacing: visit.session.map(ClientInfo.hash))
        relay.signIns.gate.withLock { $0.succeeded(visit.network, as: name, at: now) }
        try relay.ledger.accounts.forgetLoginFailures(keys(name).name)
        try note(action, name, "done", actor: "user \(name)")
        return Cookies.setSession(token, isSecure: visit.isSecure)
    }

    fileprivate func note(_ action: String, _ subject: String, _ outcome: String, actor: String? = nil) throws {
        _ = try relay.ledger.accounts.note(
            AuditEntry(
                at: now, actor: actor ?? identity?.principal.name ?? AuditEntry.nobody, address: visit.address,
                action: action,
                subject: subject, outcome: outcome))
        relay.log.info(
            "console.\(action.replacing(" ", with: "_"))", ["subject": subject, "outcome": outcome])
    }
}
