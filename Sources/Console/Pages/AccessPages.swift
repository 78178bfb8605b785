package import API
import Domain

/// Signing in, choosing a password, one's own account.
package enum AccessPages {
    /// `next` is where to go on afterwards; see `Link.local`.
    package static func login(
        _ visitor: Visitor, next: String, name: String = "", notice: Page.Notice? = nil, status: Int = 200
    )
        -> Page
    {
        Page(
            "Sign in", for: visitor, notice: notice, status: status,
            """
            <div class="card narrow">\(Form(
                "/login", visitor, ["stack"],
                """
                <input type="hidden" name="next" value="\(next)">
                <div><label for="name">User name</label>
                <input id="name" name="name" value="\(name)" autocomplete="username" autocapitalize="none" \
                spellcheck="false" required maxlength="40" autofocus></div>
                <div><label for="password">Password</label>
                <input id="password" name="password" type="password" autocomplete="current-password" required \
                maxlength="256"></div>
                <button class="primary">Sign in</button>
                """).html)</div>
            """)
    }

    /// Shown instead of the form where somebody could read the password along.
    package static func notPrivate(_ visitor: Visitor) -> Page {
        Page(
            "Sign in over HTTPS", for: visitor, status: 403,
            """
            <div class="card narrow"><p>This connection is not encrypted, so no password can be typed here.</p>
            <p>Open the console through the HTTPS proxy in front of the relay. The proxy must be named in \
            <code>trusted_proxies</code> and send \
            <code>X-Forwarded-Proto</code>; <code>deploy/nginx.example.conf</code> shows how.</p></div>
            """)
    }

    /// Nobody can sign in yet.
    package static func noUsers(_ visitor: Visitor) -> Page {
        Page(
            "Nobody can sign in yet", for: visitor,
            """
            <div class="card narrow"><p>Make the first user on the relay’s machine:</p>
            <pre>leadrelay user add eva --role admin</pre>
            <p>It prints a one-time link for setting a password.</p></div>
            """)
    }

    /// Choosing a password by a link that works once.
    package static func welcome(
        _ visitor: Visitor, action: String, user: String, notice: Page.Notice? = nil, status: Int = 200
    ) -> Page {
        Page(
            "Choose a password", for: visitor, notice: notice, status: status,
            """
            <div class="card narrow"><p>For the user <strong>\(user)</strong>.</p>\(Form(
                action, visitor, ["stack"],
                """
                <input type="text" name="name" value="\(user)" autocomplete="username" hidden readonly>
                \(newPassword)
                <button class="primary">Save and sign in</button>
                """).html)</div>
            """)
    }

    private static let newPassword: HTML = """
        <div><label for="new">New password</label>
        <input id="new" name="password" type="password" autocomplete="new-password" required \
        minlength="\(UserRules.leastPassword)" maxlength="256" aria-describedby="rule">
        <p class="hint" id="rule">At least \(UserRules.leastPassword) characters. A few unrelated words are easy to \
        remember and hard to guess.</p></div>
        <div><label for="again">Repeat new password</label>
        <input id="again" name="again" type="password" autocomplete="new-password" required maxlength="256"></div>
        """

    /// `me` is what `/api/me` answers.
    package static func account(_ visitor: Visitor, _ me: MeDocument, notice: Page.Notice? = nil, status: Int = 200)
        -> Page
    {
        let clients = me.clients.map { $0.joined(separator: ", ") } ?? "all"
        return Page(
            "Your account", for: visitor, notice: notice, status: status,
            """
            <div class="card"><dl class="facts"><dt>User</dt><dd>\(visitor.name ?? "")</dd><dt>Clients</dt>\
            <dd>\(clients)</dd>
            <dt>Permissions</dt><dd>\(me.permissions.map(\.sentence).joined(separator: " · "))</dd></dl></div>
            <section class="card" aria-labelledby="change"><h2 id="change">Change the password</h2>\(Form(
                "/account/password", visitor, ["stack"],
                """
                <input type="text" name="name" value="\(visitor.name ?? "")" autocomplete="username" hidden readonly>
                <div><label for="old">Current password</label>
                <input id="old" name="old" type="password" autocomplete="current-password" required maxlength="256">\
                </div>
                \(newPassword)<button>Change the password</button>
                """).html)<p class="hint">You will be signed out everywhere else.</p></section>
            <section class="card" aria-labelledby="out"><h2 id="out">Sessions</h2>
            <p>A session ends after \(SessionLife.idle.components.seconds / 3600) hours without use, and after \
            \(SessionLife.longest.components.seconds / 86_400) days in any case.</p>\(Form(
                "/logout/everywhere", visitor, ["row"], "<button>Sign out everywhere</button>").html)</section>
            """)
    }

    /// Why something was not done. The text is the problem's own and names no more than the visitor knows.
    package static func problem(_ visitor: Visitor, status: Int, title: String, detail: String) -> Page {
        Page(
            title, for: visitor, status: status,
            "<div class=\"card\"><p>\(detail)</p><p><a href=\"/\">Back to Home</a></p></div>")
    }
}
