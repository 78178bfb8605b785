package import API
package import Domain

/// Users and API tokens, for administrators.
package enum UsersPage {
    /// What has just been made and is shown this once.
    package enum Once: Sendable {
        case link(user: String, address: String, expires: Instant)
        case token(name: String, secret: String)
    }

    package static func page(
        _ visitor: Visitor, users: UserListDocument, tokens: TokenListDocument, clients: [String], shown: Once? = nil,
        notice: Page.Notice? = nil,
        status: Int = 200
    ) -> Page {
        Page(
            "Users", .users, for: visitor, notice: notice, status: status,
            """
            \(shown.map(once) ?? "")
            \(userTable(visitor, users.users))
            <details><summary>Add a user</summary>\(addUser(visitor, clients))</details>
            <h2>API tokens</h2>
            <p class="muted">For programs: <code>Authorization: Bearer …</code> at <code>/api/</code>\
            . Only a hash is stored.</p>
            \(tokenTable(visitor, tokens.tokens))
            <details><summary>Add a token</summary>\(addToken(visitor, clients))</details>
            """)
    }

    private static func once(_ shown: Once) -> HTML {
        switch shown {
        case .link(let user, let address, let expires):
            """
            <section class="card" aria-labelledby="once"><h2 id="once">The link for \(user)</h2>
            <p>Share it securely. It works once, until \(Format.time(expires)), and is not shown again.</p>
            <code class="secret" id="shown">\(address)</code><p>\
            <button type="button" data-copy="shown" hidden>Copy</button></p></section>
            """
        case .token(let name, let secret):
            """
            <section class="card" aria-labelledby="once"><h2 id="once">The token \(name)</h2>
            <p>Copy it now: it is not shown again.</p>
            <code class="secret" id="shown">\(secret)</code><p>\
            <button type="button" data-copy="shown" hidden>Copy</button></p></section>
            """
        }
    }

    private static func userTable(_ visitor: Visitor, _ users: [UserDocument]) -> HTML {
        Table.html(
            "Users", ["Name", "Role", "Clients", "Last sign-in", "Change"],
            users.map { user in
                let name = user.name
                let sees =
                    user.clients.map { $0.joined(separator: ", ") } ?? "all clients"
                let waits: HTML = user.hasPassword ? "" : Format.badge("no password yet", .warn)
                return """
                    <tr><th scope="row">\(name) \(waits)</th><td>\(user.role.rawValue)</td><td>\(sees)</td>
                    <td>\(Format.time(user.lastLoginAt))</td>
                    <td><div \
                    class="row">\(button("Reset link", name, "invite", visitor))\
                    \(button("Sign out", name, "sign-out", visitor))\
                    <details><summary>Remove</summary>\(Form(
                        Link.to("users", name, "remove"), visitor, [],
                        """
                            <p>\(name) can no longer sign in.</p><button class=\"danger\">Remove \(name)</button>
                            """).html)</details></div></td></tr>
                    """
            }, empty: "There is no user.")
    }

    private static func button(_ title: String, _ name: String, _ verb: String, _ visitor: Visitor) -> HTML {
        Form(
            Link.to("users", name, verb), visitor, [],
            "<button>\(title)<span class=\"vh\"> for \(name)</span></button>"
        ).html
    }

    private static func addUser(_ visitor: Visitor, _ clients: [String]) -> HTML {
        let roles = HTML.each(Role.allCases) { role in
            """
            <label class="check"><input type="radio" name="role" value="\(role.rawValue)" required> \
            <span>\(role.rawValue): \(role.sentence)</span></label>
            """
        }
        return Form(
            "/users", visitor, ["stack"],
            """
            <div><label for="user-name">Name</label>
            <input id="user-name" name="name" required maxlength="40" autocapitalize="none" spellcheck="false" \
            aria-describedby="user-rule">
            <p class="hint" id="user-rule">Lower-case letters, digits, - _ and the dot. It appears in logs, so do not \
            use an e-mail address.</p></div>
            <fieldset><legend>Role</legend>\(roles)</fieldset>
            <fieldset><legend>Clients this viewer can see</legend>\
            \(checks("client", clients.map { ($0, $0) }))</fieldset>
            <div><button class="primary">Create user and link</button></div>
            """
        ).html
    }

    private static func checks(_ name: String, _ values: [(String, String)]) -> HTML {
        values.isEmpty
            ? "<p class=\"hint\">There is none in the configuration.</p>"
            : HTML.each(values) { value, title in
                """
                <label class="check"><input type="checkbox" name="\(name)" value="\(value)"> <span>\(title)</span>\
                </label>
                """
            }
    }

    private static func tokenTable(_ visitor: Visitor, _ tokens: [TokenDocument]) -> HTML {
        Table.html(
            "API tokens", ["Name", "Scopes", "Limited to", "Created", "Expires", "Last used", "Change"],
            tokens.map { token in
                let name = token.name
                let scopes = token.scopes.joined(separator: " ")
                let sees =
                    (token.clients.map { $0.joined(separator: ", ") } ?? "all clients")
                    + (token.team.map { ", team \($0)" } ?? "")
                return """
                    <tr><th scope="row">\(name)</th><td><code>\(scopes)</code></td><td>\(sees)</td>
                    <td>\(Format.time(token.createdAt))</td><td>\(Format.time(token.expiresAt))</td>
                    <td>\(Format.time(token.usedAt))</td>
                    <td><details><summary>Revoke</summary>\(Form(
                        Link.to("tokens", name, "revoke"), visitor, [],
                        """
                            <p>Programs using it lose access immediately.</p>\
                            <button class=\"danger\">Revoke \(name)</button>
                            """).html)</details></td></tr>
                    """
            }, empty: "There is no token.")
    }

    private static func addToken(_ visitor: Visitor, _ clients: [String]) -> HTML {
        let scopes = Permission.allCases.filter(visitor.may).map { ($0.rawValue, "\($0.rawValue): \($0.sentence)") }
        return Form(
            "/tokens", visitor, ["stack"],
            """
            <div><label for="token-name">Name</label><input id="token-name" name="name" required maxlength="40" \
            autocapitalize="none" spellcheck="false"></div>
            <fieldset><legend>Scopes</legend>\(checks("scope", scopes))</fieldset>
            <fieldset><legend>Clients (default: all)</legend>\(checks("client", clients.map { ($0, $0) }))</fieldset>
            <div><label for="token-team">Team</label><input id="token-team" name="team" maxlength="100" \
            spellcheck="false" aria-describedby="team-rule">
            <p class="hint" id="team-rule">For a tool that reports alerts: all that it reports is this team’s, and it \
            can end nothing else. \
            Such a token has the scope <code>alerts.report</code> alone. Leave it empty for all teams.</p></div>
            <div><label for="days">Expires after (days)</label>\
            <input id="days" name="days" type="number" min="1" max="3650" value="365"></div>
            <div><button class="primary">Create token</button></div>
            """
        ).html
    }
}

/// Who changed what.
package enum AuditLogPage {
    package static func page(_ visitor: Visitor, _ log: AuditLogDocument) -> Page {
        let rows = log.entries.map { entry -> HTML in
            """
            <tr><td>\(Format.time(entry.at))</td><th scope="row">\(entry.actor)</th>
            <td><code>\(entry.action)</code></td><td>\(entry.subject)</td><td>\(entry.detail)</td>
            <td>\(entry.outcome.map { Format.state($0) } ?? Format.badge("not known", .warn))</td>\
            <td>\(entry.address)</td></tr>
            """
        }
        let older: HTML =
            log.next.map { "<p><a href=\"/audit-log?before=\($0)\">Older entries</a></p>" } ?? ""
        return Page(
            "Audit log", .auditLog, for: visitor,
            """
            <p class="muted">Every change, by whom and from where. Times are UTC.</p>
            \(Table.html(
                "Audit log", ["When", "Who", "What", "Target", "Detail", "Result", "From"], rows,
                empty: "Nothing has been changed yet."))\
            \(older)
            """)
    }
}
