import Domain

extension Operations {
    static let access: [APIRoute] = [
        me.route, users.route, addUser.route, changeRole.route, setPassword.route, inviteUser.route,
        signOutUser.route, removeUser.route, tokens.route, addToken.route, revokeToken.route, auditLog.route,
    ]

    package static let me = Operation<MeDocument>(
        .get, "/api/me", needs: .readLeads, .access, "Who asks, and what it may do.")

    package static let users = Operation<UserListDocument>(.get, "/api/users", .access, "Who may sign in.")

    package static let addUser = Operation<AddedUser>(
        .post, "/api/users", .access,
        "Adds a user. Without a password the answer has a link by which one is chosen.", body: AddUserRequest.self,
        on: .hashing, refusals: [429])

    package static let changeRole = Operation<RoleDocument>(
        .post, "/api/users/{name}/role", .access, "Changes what a user may do, at once.", at: .user,
        body: RoleRequest.self)

    package static let setPassword = Operation<NameDocument>(
        .post, "/api/users/{name}/password", .access, "Sets a password; the user's sessions end.", at: .user,
        body: PasswordRequest.self, on: .hashing, refusals: [429])

    package static let inviteUser = Operation<InvitedUser>(
        .post, "/api/users/{name}/invite", .access,
        "Makes a link by which the user chooses a password, once, within a day.", at: .user)

    package static let signOutUser = Operation<NameDocument>(
        .post, "/api/users/{name}/sign-out", .access, "Ends the user's sessions.", at: .user)

    package static let removeUser = Operation<RemovedUser>(
        .post, "/api/users/{name}/remove", .access, "Takes the user's access away.", at: .user,
        body: RemoveUserRequest.self)

    package static let tokens = Operation<TokenListDocument>(
        .get, "/api/tokens", .access, "The API's tokens, without their secrets.")

    package static let addToken = Operation<AddedToken>(
        .post, "/api/tokens", .access, "Makes a token; its secret is in this answer only.",
        body: AddTokenRequest.self)

    package static let revokeToken = Operation<NameDocument>(
        .post, "/api/tokens/{name}/revoke", .access, "Takes the token's access away.", at: .token)

    package static let auditLog = Operation<AuditLogDocument>(
        .get, "/api/audit-log", .access, "Who changed what, newest first.",
        query: [
            QueryParameter("before", .text, "Only before this entry: the `next` of the answer before."),
            .limit(100, atMost: 1000),
        ])
}
