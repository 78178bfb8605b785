import Crypto
import Curl
import Domain
import HTTP
import Intake
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import CommandLine
@testable import Console
@testable import leadrelay

/// Signing in, and everything that somebody tries who must not.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Access` {
    @Test func `is for those who have signed in`() throws {
        let stage = try ConsoleStage()
        let browser = try stage.browser()
        let first = try browser.get("/")
        #expect(first.status == 303)
        #expect(first.field("location") == "/login")
        #expect(try browser.get("/audit-log?before=3").field("location") == "/login?next=%2Faudit-log%3Fbefore%3D3")
        #expect(try browser.get("/login?next=%2Faudit-log").text.contains("Sign in"))
        let wrong = try browser.post("/login", [("name", "ann"), ("password", "not it, but long")])
        #expect(wrong.status == 403)
        #expect(wrong.text.contains("Incorrect user name or password."))
        #expect(try browser.get("/").status == 303)
        let right = try browser.post(
            "/login", [("name", "ann"), ("password", ConsoleStage.password), ("next", "/audit-log")])
        #expect(right.status == 303)
        #expect(right.field("location") == "/audit-log")
        #expect(try browser.get("/").text.contains("Running and ready for traffic"))
        #expect(
            try stage.auditLog.map { "\($0.actor): \($0.action) \($0.subject) \($0.outcome ?? "")" } == [
                "user ann: sign in ann done", "nobody: sign in ann refused: wrong password",
            ])
    }

    @Test func `takes a new session id at each sign-in, never one that was brought along`() throws {
        let stage = try ConsoleStage()
        let browser = try stage.browser()
        browser.cookies["leadrelay"] = "chosen-by-somebody-else"
        try browser.get("/login")
        #expect(try browser.post("/login", [("name", "ann"), ("password", ConsoleStage.password)]).status == 303)
        let first = try #require(browser.cookies["leadrelay"])
        #expect(first != "chosen-by-somebody-else" && first.utf8.count == 43)
        // Signing in again ends the session before.
        let other = try stage.browser()
        other.cookies["leadrelay"] = first
        try other.get("/account")
        #expect(try other.post("/login", [("name", "sue"), ("password", ConsoleStage.password)]).status == 303)
        #expect(other.cookies["leadrelay"] != first)
        #expect(try browser.get("/account").status == 303)
    }

    @Test func `ends by itself, by signing out, and everywhere at once`() throws {
        let stage = try ConsoleStage()
        let idle = try stage.browser("ann")
        stage.pass(.hours(11))
        #expect(try idle.get("/account").status == 200)
        // The use was written down, so it lives on.
        stage.service.relay.ledger.accounts.touchSession(ClientInfo.hash(try #require(idle.cookies["leadrelay"])))
        try stage.service.relay.ledger.accounts.endSession([])
        stage.pass(.hours(11))
        #expect(try idle.get("/account").status == 200)
        stage.pass(.hours(13))
        #expect(try idle.get("/account").status == 303)

        let browsers = try (0..<3).map { _ in try stage.browser("ann") }
        let cookie = browsers[0].cookies
        #expect(try browsers[0].post("/logout").field("location") == "/login?done=signed-out")
        #expect(browsers[0].cookies["leadrelay"] == nil)
        browsers[0].cookies = cookie
        #expect(try browsers[0].get("/account").status == 303)
        #expect(try browsers[1].post("/logout/everywhere").status == 303)
        #expect(try browsers[2].get("/account").status == 303)

        let old = try stage.browser("sue")
        stage.pass(.days(7))
        #expect(try old.get("/account").status == 303)
    }

    @Test func `slows guessing down, whether there is such a user or not`() throws {
        let stage = try ConsoleStage()
        for name in ["ann", "nobody-of-that-name", "no name at all! "] {
            let browser = try stage.browser()
            try browser.get("/login")
            var answers: [Int] = []
            for _ in 0..<6 {
                answers.append(try browser.post("/login", [("name", name), ("password", "wrong but long")]).status)
            }
            #expect(answers == [403, 403, 403, 403, 403, 429], "\(name)")
            let refused = try browser.post("/login", [("name", name), ("password", ConsoleStage.password)])
            #expect(refused.status == 429)
            #expect(refused.field("retry-after") == "31")
            stage.pass(.seconds(31))
            let later = try browser.post("/login", [("name", name), ("password", ConsoleStage.password)])
            #expect(later.status == (name == "ann" ? 303 : 403))
        }
        // Nothing that was typed as a name is written down unless it is one.
        #expect(try !stage.auditLog.contains { $0.subject.contains("nobody-of") || $0.subject.contains("no name") })
    }

    @Test func `is not lent to forms of other sites`() throws {
        let stage = try ConsoleStage()
        let browser = try stage.browser("ann")
        let token = browser.formToken
        let other = try stage.browser("ann")
        for wrong in ["", "x", other.formToken] {
            #expect(try browser.post("/logout/everywhere", token: wrong).status == 403)
        }
        for (name, value) in [
            ("Origin", "https://evil.example"), ("Origin", "null"),
            ("Origin", "https://127.0.0.1:\(stage.service.port)"),
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"),
        ] {
            browser.extra = [(name, value)]
            #expect(try browser.post("/logout/everywhere", token: token).status == 403, "\(name): \(value)")
        }
        browser.extra = []
        // A form of another site cannot even be of another type.
        let cookie = try #require(browser.cookies["leadrelay"])
        let plain = try stage.send(
            "POST", "/logout/everywhere", [("Cookie", "leadrelay=\(cookie)"), ("Content-Type", "text/plain")],
            "form_token=\(token)")
        #expect(plain.status == 415)
        #expect(try browser.get("/account").status == 200)
        browser.extra = [("Origin", "http://127.0.0.1:\(stage.service.port)"), ("Sec-Fetch-Site", "same-origin")]
        #expect(try browser.post("/logout/everywhere", token: token).status == 303)
        // Signing in is protected likewise: nobody is signed in as somebody else.
        let guest = try stage.browser()
        #expect(
            try guest.post("/login", [("name", "ann"), ("password", ConsoleStage.password)], token: "").status == 403)
    }

    @Test func `over the API with a session takes the form's token, with an API token nothing else`() throws {
        let stage = try ConsoleStage()
        let browser = try stage.browser("ann")
        let cookie = ("Cookie", "leadrelay=\(try #require(browser.cookies["leadrelay"]))")
        let path = "/api/destinations/acme-meta/pause"
        #expect(try stage.send("POST", path, [cookie], "{}").status == 403)
        #expect(try stage.send("POST", path, [cookie, ("X-Form-Token", browser.formToken)], "{}").status == 200)
        #expect(try stage.send("GET", "/api/status", [cookie]).status == 200)
        let bearer = ("Authorization", "Bearer \(try stage.token("t"))")
        #expect(try stage.send("POST", "/api/destinations/acme-meta/resume", [bearer], "{}").status == 200)
        for bad in ["Bearer ", "Bearer lrt_x", "Bearer x", "Basic YTpi"] {
            let answer = try stage.send("GET", "/api/status", [("Authorization", bad)])
            #expect(answer.status == 401)
            #expect(answer.field("www-authenticate") != nil)
            #expect(answer.json["type"] == "urn:leadrelay:problem:not-signed-in")
        }
        #expect(try stage.send("GET", "/api/status").status == 401)
        #expect(try stage.send("GET", "/api/no/such/thing").status == 401)
        // A bad token is not made good by a session beside it.
        #expect(try stage.send("GET", "/api/status", [cookie, ("Authorization", "Bearer lrt_x")]).status == 401)
        // Pages are for people.
        #expect(try stage.send("GET", "/", [bearer]).status == 303)
    }

    @Test func `by token ends when it is revoked or too old`() throws {
        let stage = try ConsoleStage()
        let made = stage.command(
            "token", "add", "grafana", "--scope", "metrics.read", "--scope", "books.read", "--days", "2")
        #expect(made.code == .good)
        let bearer = ("Authorization", "Bearer \(made.output.split(separator: "\n")[0])")
        #expect(try stage.send("GET", "/api/status", [bearer]).status == 200)
        #expect(try stage.send("GET", "/api/quarantine", [bearer]).status == 403)
        #expect(stage.command("token", "add", "grafana", "--scope", "metrics.read").errors.contains("already"))
        #expect(
            stage.command("token", "add", "t2", "--scope", "everything").errors.contains(
                "--scope must be one of leads.read"))
        #expect(stage.command("token", "list").output.contains("grafana"))
        stage.pass(.days(2))
        #expect(try stage.send("GET", "/api/status", [bearer]).status == 401)
        #expect(stage.command("token", "revoke", "grafana").code == .good)
        #expect(stage.command("token", "revoke", "grafana").errors.contains("no such token"))
        // The file holds no token.
        #expect(!readText(stage.folder.file("leads.sqlite")).contains("lrt_"))
    }

    @Test func `begins with a link that works once`() throws {
        let stage = try ConsoleStage(hasUsers: false)
        #expect(try stage.browser().get("/login").text.contains("leadrelay user add eva --role admin"))
        let added = stage.command("user", "add", "eva", "--role", "admin")
        #expect(added.code == .good)
        let path = "/welcome/" + (added.output.split(separator: "/").last.map { $0.filter { !$0.isNewline } } ?? "")
        let browser = try stage.browser()
        #expect(try browser.get(path).text.contains("For the user <strong>eva</strong>."))
        func choose(_ password: String, _ again: String) throws -> Answer {
            try browser.post(path, [("password", password), ("again", again)])
        }
        #expect(try choose("short", "short").text.contains("at least 12 characters"))
        #expect(try choose("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa").text.contains("five different"))
        #expect(try choose("one two three", "one two four").text.contains("The two are not the same."))
        #expect(try choose("one two three four", "one two three four").status == 303)
        #expect(try browser.get("/").status == 200)
        #expect(try stage.browser().get(path).status == 404)
        try stage.browser().signIn("eva", "one two three four")
        // A forgotten password: the old one works until a new one is chosen; then all sessions end.
        let link = stage.command("user", "password", "eva").output
        let next = "/welcome/" + (link.split(separator: "/").last.map { $0.filter { !$0.isNewline } } ?? "")
        stage.pass(.hours(25))
        #expect(try stage.browser().get(next).status == 404)
        #expect(
            stage.command("user", "password", "eva", "--password-stdin", input: "five six seven eight\n").code == .good)
        #expect(try browser.get("/").status == 303)
        try stage.browser().signIn("eva", "five six seven eight")
    }

    @Test func `is changed by commands at once`() throws {
        let stage = try ConsoleStage()
        let browser = try stage.browser("sue")
        #expect(try browser.get("/users").status == 403)
        #expect(stage.command("user", "role", "sue", "--role", "admin").code == .good)
        #expect(try browser.get("/users").status == 200)
        for role in ["admin", "support"] {
            #expect(
                stage.command("user", "role", "sue", "--role", role, "--client", "acme").errors.contains(
                    "sees all clients"))
            #expect(
                stage.command("user", "add", "kim", "--role", role, "--client", "acme").errors.contains(
                    "sees all clients"))
        }
        #expect(stage.command("user", "role", "sue", "--role", "viewer").errors.contains("at least one client"))
        #expect(
            stage.command("user", "role", "sue", "--role", "viewer", "--client", "nobody").errors.contains(
                "no client \"nobody\""))
        #expect(stage.command("user", "remove", "sue").code == .good)
        #expect(try browser.get("/users").status == 303)
        #expect(stage.command("user", "remove", "ann").errors.contains("only administrator"))
        #expect(stage.command("user", "role", "ann", "--role", "support").errors.contains("only administrator"))
        #expect(stage.command("user", "add", "ann", "--role", "admin").errors.contains("already"))
        #expect(stage.command("user", "add", "ann@example.com", "--role", "admin").errors.contains("A name has"))
        #expect(stage.command("user", "list").output.contains("vic"))
    }

    @Test func `with the own password changes it and ends the other sessions`() throws {
        let stage = try ConsoleStage()
        let (browser, other) = (try stage.browser("sue"), try stage.browser("sue"))
        func change(_ old: String, _ new: String) throws -> Answer {
            try browser.post("/account/password", [("old", old), ("password", new), ("again", new)])
        }
        #expect(try change("not the one I have", "correct horse battery").status == 403)
        #expect(try change(ConsoleStage.password, "my name is sue").status == 303)
        #expect(try change("my name is sue", "correct horse battery").status == 303)
        #expect(try browser.get("/account").status == 200)
        #expect(try other.get("/account").status == 303)
        try stage.browser().signIn("sue", "correct horse battery")
    }

    @Test func `hashes the password anew once more work is usual, without ending a session`() throws {
        let stage = try ConsoleStage()
        let before = try stage.browser("ann")
        func hash() throws -> String { try #require(try stage.service.relay.ledger.reader().user("ann")?.password) }
        let old = try hash()
        _ = try stage.browser("ann")
        #expect(try hash() == old)
        stage.service.relay.signIns.hashing.withLock { $0 = PasswordHash.Parameters(logN: 5, r: 8, p: 1) }
        _ = try stage.browser("ann")
        #expect(try hash().contains("ln=5"))
        _ = try stage.browser("ann")
        #expect(try before.get("/account").status == 200)
    }

    @Test func `needs an encrypted connection from elsewhere, and then uses stricter cookies`() throws {
        let stage = try ConsoleStage(extra: #"trusted_proxies: ["127.0.0.1"],"#)
        let browser = try stage.browser()
        browser.extra = [("X-Forwarded-For", "203.0.113.9")]
        let plain = try browser.get("/login")
        #expect(plain.status == 403)
        #expect(plain.text.contains("not encrypted"))
        browser.extra += [("X-Forwarded-Proto", "https"), ("Host", "leads.acme.example")]
        let guest = try browser.get("/login")
        #expect(guest.status == 200)
        let attributes = "; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict; Secure"
        #expect(guest.field("set-cookie")?.hasPrefix("__Host-leadrelay-guest=") == true)
        #expect(guest.field("set-cookie")?.hasSuffix(attributes) == true)
        browser.extra += [("Origin", "https://leads.acme.example")]
        let signedIn = try browser.post("/login", [("name", "ann"), ("password", ConsoleStage.password)])
        #expect(signedIn.status == 303)
        #expect(signedIn.field("set-cookie")?.hasPrefix("__Host-leadrelay=") == true)
        #expect(
            signedIn.field("set-cookie")?.hasSuffix("; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure") == true)
        #expect(try browser.get("/").status == 200)
    }

    static let elsewhere = [
        "https://evil.example/", "//evil.example", "/\\evil.example", "http:/evil.example", "javascript:alert(1)",
        "/a\nb", "/\t/evil.example", " /x", "", "relative",
    ]

    @Test(arguments: elsewhere)
    func `never leads to another site`(_ next: String) throws {
        #expect(Link.local(next) == "/")
        let stage = try ConsoleStage()
        let browser = try stage.browser()
        try browser.get("/login")
        let answer = try browser.post(
            "/login", [("name", "ann"), ("password", ConsoleStage.password), ("next", next)])
        #expect(answer.field("location") == "/")
    }

    static let forwarded: [(String, String)] = [
        ("X-Forwarded-For", "8.8.8.8"), ("Forwarded", "for=8.8.8.8"), ("X-Real-IP", "8.8.8.8"), ("Via", "1.1 cache"),
        ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "leads.acme.example"),
    ]

    @Test(arguments: forwarded)
    func `is refused to whoever comes through a proxy that nobody trusts`(_ name: String, _ value: String) throws {
        let stage = try ConsoleStage()
        #expect(try stage.send("GET", "/metrics").status == 200)
        #expect(try stage.send("GET", "/login").status == 200)
        #expect(try stage.send("GET", "/metrics", [(name, value)]).status == 403)
        #expect(try stage.send("GET", "/login", [(name, value)]).status == 403)
    }

    @Test(arguments: ["unknown", "203.0.113.9, unix:", "", "fe80::1%eth0"])
    func `is refused where a trusted proxy says what cannot be read`(_ value: String) throws {
        let stage = try ConsoleStage(extra: #"trusted_proxies: ["127.0.0.1"],"#)
        #expect(try stage.send("GET", "/metrics").status == 200)
        #expect(try stage.send("GET", "/metrics", [("X-Forwarded-For", value)]).status == 403)
        #expect(try stage.send("GET", "/login", [("X-Forwarded-For", value)]).status == 403)
    }

    @Test(arguments: forwarded.filter { $0.0 != "X-Forwarded-For" })
    func `is refused where a trusted proxy says it in another field`(_ name: String, _ value: String) throws {
        let stage = try ConsoleStage(extra: #"trusted_proxies: ["127.0.0.1"],"#)
        #expect(try stage.send("GET", "/metrics", [(name, value)]).status == 403)
    }

    @Test func `is open to others while somebody floods it`() throws {
        let stage = try ConsoleStage(extra: #"trusted_proxies: ["127.0.0.1"],"#)
        func browser(_ address: String) throws -> Browser {
            let browser = try stage.browser()
            browser.extra = [
                ("X-Forwarded-For", address), ("X-Forwarded-Proto", "https"), ("Host", "leads.acme.example"),
                ("Origin", "https://leads.acme.example"),
            ]
            try browser.get("/login")
            return browser
        }
        func attempt(_ browser: Browser, _ password: String = ConsoleStage.password) throws -> Int {
            try browser.post("/login", [("name", "ann"), ("password", password)]).status
        }
        // Whoever has signed in once is not shut out by others who guess under the name; strangers are.
        let ann = try browser("192.0.2.1")
        #expect(try attempt(ann) == 303)
        let guesser = try browser("203.0.113.9")
        for _ in 0..<5 { #expect(try attempt(guesser, "wrong but long") == 403) }
        #expect(try attempt(guesser) == 429)
        #expect(try attempt(try browser("198.51.100.1")) == 429)
        #expect(try attempt(try browser("192.0.2.1")) == 303)
        // The places of a network are taken: those of others are not.
        let gate = stage.service.relay.signIns.gate
        let flood = try #require(HostAddress("2001:db8:1:2::1")).network
        for _ in 0..<SignInGate.places { _ = gate.withLock { $0.enter(flood, at: stage.service.relay.now) } }
        #expect(try attempt(try browser("2001:db8:1:ffff::7")) == 503)
        #expect(try attempt(try browser("192.0.2.1")) == 303)
        // Too many failures: nothing is hashed, and nothing waits.
        for _ in 0..<LoginThrottle.address.free {
            gate.withLock { $0.failed(flood, at: stage.service.relay.now) }
        }
        #expect(try attempt(try browser("2001:db8:1:3::9")) == 429)
    }

    @Test func `goes with a user, and what the user's programs may is said`() throws {
        let stage = try ConsoleStage()
        let sue = try stage.browser("ann")
        #expect(
            stage.command("user", "add", "tom", "--role", "admin", "--password-stdin", input: "five six seven eight\n")
                .code == .good)
        let tom = try stage.browser()
        try tom.signIn("tom", "five six seven eight")
        try tom.get("/users")
        for name in ["crm", "wall"] {
            #expect(try tom.post("/tokens", [("name", name), ("scope", "leads.read")]).status == 200)
        }
        let removed = stage.command("user", "remove", "tom")
        #expect(removed.output.contains("! API tokens of that user go on: crm, wall."))
        #expect(stage.command("token", "revoke", "wall").code == .good)
        _ = try stage.service.relay.ledger.accounts.addUser("tom", role: .admin, clients: [], password: nil)
        try sue.get("/users")
        #expect(try sue.post("/users/tom/remove").text.contains("API tokens of that user go on: crm."))
        _ = try stage.service.relay.ledger.accounts.addUser("tom", role: .admin, clients: [], password: nil)
        #expect(stage.command("user", "remove", "tom", "--tokens").output.contains("API tokens revoked: crm\n"))
        #expect(try stage.service.relay.ledger.reader().tokens().isEmpty)
    }

    @Test func `is in the log, of strangers in bounds`() throws {
        let stage = try ConsoleStage()
        let ledger = stage.service.relay.ledger
        func note(_ actor: String, _ action: String) throws {
            _ = try ledger.accounts.note(
                AuditEntry(at: .start, actor: actor, address: "192.0.2.1", action: action, outcome: "x"))
        }
        try note("user ann", "sign in")
        for number in 0..<1200 { try note("nobody", "sign in \(number)") }
        let entries = try ledger.reader().auditLog(limit: 5000)
        #expect((1000...1064).contains(entries.count { $0.actor == "nobody" }))
        #expect(entries.first?.action == "sign in 1199" && entries.contains { $0.actor == "user ann" })
        stage.pass(.days(801))
        while try ledger.retention.purge() {}
        #expect(try ledger.reader().auditLog(limit: 5000).isEmpty)
    }

    @Test func `is for observers to the metrics alone`() throws {
        let stage = try ConsoleStage(extra: #"observers: ["192.0.2.0/24"], trusted_proxies: ["127.0.0.1"],"#)
        let observer = ("X-Forwarded-For", "192.0.2.7")
        #expect(try stage.send("GET", "/metrics").status == 403)
        #expect(try stage.send("GET", "/metrics", [observer]).status == 200)
        #expect(try stage.send("GET", "/", [observer]).status == 303)
        let all = ("Authorization", "Bearer \(try stage.token("m", [.readMetrics]))")
        let other = ("Authorization", "Bearer \(try stage.token("o", [.readLeads]))")
        #expect(try stage.send("GET", "/metrics", [all]).status == 200)
        #expect(try stage.send("GET", "/metrics", [other]).status == 403)
    }
}

@Suite struct `A throttle` {
    static let waits: [(Int, Int64?)] = [
        (0, nil), (4, nil), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (1000, 900), (Int.max / 2, 900),
    ]

    @Test(arguments: waits)
    func `doubles the wait with each failure`(_ failures: Int, _ seconds: Int64?) {
        let wait = LoginThrottle.name.wait(failures: failures, last: .start, now: .start)
        #expect(wait?.components.seconds == seconds)
        if let seconds {
            let end = Instant.start + .seconds(seconds)
            #expect(LoginThrottle.name.wait(failures: failures, last: .start, now: end) == nil)
        }
    }

    @Test func `forgets after an hour`() {
        #expect(LoginThrottle.name.wait(failures: 99, last: .start, now: .start + .hours(1)) == nil)
    }
}
