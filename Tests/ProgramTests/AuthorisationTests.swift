import Curl
import Domain
import HTTP
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import Console
@testable import leadrelay

/// Every route with every role. The lists are those that the program itself goes by, so that a new route cannot be
/// forgotten: whoever adds one sees here what it is for whom.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `Authorisation` {
    /// What each role may, as the manual says, independent of `Role.permissions`.
    static let viewer: Set<Permission> = [.readLeads, .readDestinations, .readBooks, .readAlerts]
    static let notSupport: Set<Permission> = [.administer, .eraseLeads]

    static func may(_ role: Role, _ permission: Permission) -> Bool {
        switch role {
        case .viewer: viewer.contains(permission)
        case .support: !notSupport.contains(permission)
        case .admin: true
        }
    }

    private static func path(_ pattern: String, id: String = "0000000000001") -> String {
        pattern.replacing("{id}", with: id).replacing("{name}", with: "no-such-name").replacing("{token}", with: "x")
            .replacing("{number}", with: "999999").replacing("{tool}", with: "no-such-tool")
    }

    @Test func `of each operation of the API`() throws {
        let stage = try ConsoleStage()
        for role in Role.allCases {
            let permissions = Permission.allCases.filter { Self.may(role, $0) }
            let bearer = (
                "Authorization",
                "Bearer \(try stage.token("\(role)", permissions, clients: role == .viewer ? ["acme"] : nil))"
            )
            for operation in Operations.all {
                let method = operation.method.rawValue
                let answer = try stage.send(
                    method, Self.path(operation.path), [bearer], operation.method == .get ? nil : "{}")
                let place = "\(method) \(operation.path) as \(role)"
                if Self.may(role, operation.needs) {
                    #expect(answer.status != 401 && answer.status < 500, "\(place): \(answer.status) \(answer.text)")
                    // The operation itself may still refuse, but not for want of this permission.
                    #expect(!answer.text.contains("takes the permission"), "\(place)")
                } else {
                    #expect(answer.status == 403, "\(place): \(answer.status)")
                    #expect(answer.text.contains("takes the permission"), "\(place)")
                }
            }
        }
        for operation in Operations.all {
            let method = operation.method.rawValue
            #expect(
                try stage.send(method, Self.path(operation.path), [], operation.method == .get ? nil : "{}").status
                    == 401)
        }
    }

    @Test func `of each page`() throws {
        let stage = try ConsoleStage()
        for (user, role) in ConsoleStage.users {
            for route in WebRoute.all where !["/logout", "/logout/everywhere"].contains(route.path) {
                let browser = try stage.browser(user)
                let answer =
                    route.method == .get
                    ? try browser.get(Self.path(route.path)) : try browser.post(Self.path(route.path))
                let place = "\(route.method) \(route.path) as \(role): \(answer.status)"
                #expect(answer.status < 500, "\(place)")
                Self.checkFields(answer, place)
                if case .permitted(let permission) = route.access, !Self.may(role, permission) {
                    #expect(answer.status == 403, "\(place)")
                } else {
                    #expect(!answer.text.contains("takes the permission"), "\(place)")
                    #expect(answer.field("location") != "/login", "\(place)")
                }
            }
        }
        // Who has not signed in gets nothing but the way to do so.
        for route in WebRoute.all where route.access != .anybody {
            let browser = try stage.browser()
            try browser.get("/login")
            let answer =
                route.method == .get ? try browser.get(Self.path(route.path)) : try browser.post(Self.path(route.path))
            #expect(answer.status == 303, "\(route.path)")
            #expect(answer.field("location")?.hasPrefix("/login") == true, "\(route.path)")
            Self.checkFields(answer, route.path)
        }
    }

    @Test func `of a form takes its token, on each of them`() throws {
        let stage = try ConsoleStage()
        let browser = try stage.browser("ann")
        for route in WebRoute.all where route.method == .post {
            let answer = try browser.post(Self.path(route.path), token: "somebody-else's")
            #expect(answer.status == 403, "\(route.path): \(answer.status)")
        }
        #expect(try browser.get("/account").status == 200)
    }

    static let fields: [(String, String)] = [
        ("cache-control", "no-store"), ("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"), ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ]
    static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
        "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    ]

    /// The headers of every page, redirect and refusal.
    private static func checkFields(_ answer: Answer, _ place: String) {
        for (name, value) in fields { #expect(answer.field(name) == value, "\(place): \(name)") }
        let policy = answer.field("content-security-policy") ?? ""
        #expect(policy.split(separator: "; ").map(String.init) == Self.policy, "\(place)")
    }

    @Test func `writes every change into the audit log`() throws {
        let stage = try ConsoleStage()
        let bearer = ("Authorization", "Bearer \(try stage.token("all"))")
        for operation in Operations.all where operation.method != .get {
            let before = try stage.auditLog.count
            _ = try stage.send("POST", Self.path(operation.path), [bearer], "{}")
            let entries = try stage.auditLog
            #expect(entries.count > before, "\(operation.path)")
            let entry = try #require(entries.first { $0.action == "POST \(operation.path)" }, "\(operation.path)")
            #expect(entry.actor == "token all" && entry.address == "127.0.0.1" && entry.outcome != nil)
        }
    }

    // MARK: Clients

    /// What could not be read has no client of its own: it is its source's.
    @Test func `counts the last hours of a client's own sources, what could not be read too`() throws {
        let stage = try ConsoleStage()
        _ = try stage.post(#"{"event_id":"m","person":{"email":"mine@example.org"}}"#)
        for _ in 0..<3 { _ = try stage.post(#"{"value":"broken"}"#) }
        _ = try stage.post(#"{"value":"theirs"}"#, key: "pk_globex_key")
        try stage.settle()
        let sum = { (name: String, clients: [String]?) in
            let token = ("Authorization", "Bearer \(try stage.token(name + (clients?.first ?? ""), clients: clients))")
            let hours = try stage.send("GET", "/api/status", [token]).json["hours"]?.array ?? []
            return hours.reduce(0) { $0 + Int($1[name]?.integer ?? 0) }
        }
        #expect(
            try [sum("quarantined", ["acme"]), sum("quarantined", ["globex"]), sum("quarantined", nil)] == [3, 1, 4])
        #expect(try [sum("lead", ["acme"]), sum("lead", ["globex"]), sum("lead", nil)] == [1, 0, 1])
    }

    /// Whatever a viewer of one client asks for, the answer says nothing of another client, and is the same as for what
    /// does not exist.
    @Test func `keeps clients apart`() throws {
        let stage = try ConsoleStage()
        let mine = try stage.post(
            #"{"event_id":"m","person":{"email":"mine@example.org"},"click":{"gclid":"mine-click"}}"#)
        let lead = try stage.post(
            #"{"event_id":"g1","person":{"email":"globex@example.org","phone":"+49 30 901820"},"campaign_id":"777","click":{"gclid":"globex-click"}}"#,
            key: "pk_globex_key")
        let again = try stage.post(#"{"event_id":"g1"}"#, key: "pk_globex_key")
        let broken = try stage.post(#"{"value":"globex-broken"}"#, key: "pk_globex_key")
        try stage.settle()
        let vic = try stage.browser("vic")
        let tom = ("Authorization", "Bearer \(try stage.token("tom", clients: ["acme"]))")

        // By id: the same as for an id that was never given, byte for byte.
        let none = "0000000000001"
        for id in [lead, again, broken] {
            for path in ["/api/leads/{id}", "/api/quarantine/{id}"] {
                let answer = try stage.send("GET", Self.path(path, id: id), [tom])
                #expect(answer.status == 404)
                #expect(answer.text == (try stage.send("GET", Self.path(path, id: none), [tom]).text))
            }
            let page = try vic.get("/lead/\(id)")
            #expect(page.status == 404)
            #expect(page.text == (try vic.get("/lead/\(none)").text))
            for (path, body) in [
                ("/api/quarantine/\(id)/fix", #"{"event":{}}"#),
                ("/api/quarantine/release", #"{"ids":["\#(id)"]}"#),
                ("/api/quarantine/discard", #"{"ids":["\#(id)"]}"#),
            ] {
                let answer = try stage.send("POST", path, [tom], body)
                let other = try stage.send(
                    "POST", path.replacing(id, with: none), [tom], body.replacing(id, with: none))
                #expect(answer.text.replacing(id, with: none) == other.text, "\(path)")
            }
        }
        #expect(try stage.send("GET", "/api/leads/\(mine)", [tom]).status == 200)
        #expect(try vic.get("/lead/\(mine)").status == 200)

        // By what is known of the person.
        for text in ["globex@example.org", "globex-click", "g1", "+4930901820", lead, broken, "globex-broken"] {
            let found = try stage.send("POST", "/api/leads/search", [tom], #"{"q":"\#(text)"}"#)
            #expect(found.json["leads"]?.array?.isEmpty == true, "\(text)")
        }
        for text in ["mine@example.org", "mine-click", "m", mine] {
            let found = try stage.send("POST", "/api/leads/search", [tom], #"{"q":"\#(text)"}"#)
            #expect(found.json["leads"]?[0]?["id"]?.string == mine, "\(text)")
        }

        // By the client's name, one by one, and from whatever place on.
        for address in ["/api/leads", "/api/figures"] {
            let theirs = try stage.send("GET", "\(address)?client=globex", [tom])
            #expect(theirs.status == 404)
            #expect(theirs.text == (try stage.send("GET", "\(address)?client=nobody", [tom]).text))
        }
        #expect(try vic.get("/leads/list?client=globex&campaign=777").status == 404)
        for query in ["campaign=777", "before=\(broken)", "before=\(lead)&client=acme", "group=", "ad=&limit=200"] {
            let own = try stage.send("GET", "/api/leads?\(query)", [tom])
            #expect(own.status == 200)
            let ids = (own.json["leads"]?.array ?? []).compactMap { $0["id"]?.string }
            #expect(ids == (query == "campaign=777" ? [] : [mine]), "\(query)")
            for word in ["globex@", "g***@", lead] { #expect(!own.text.contains(word), "\(query) tells of \(word)") }
            let page = try vic.get("/leads/list?\(query)").text
            for word in ["globex", lead] where !query.contains(word) {
                #expect(!page.contains(word), "\(query) shows \(word)")
            }
        }

        // By the name of a destination.
        for verb in ["", "/pause", "/resume"] {
            let method = verb.isEmpty ? "GET" : "POST"
            let body = verb.isEmpty ? nil : "{}"
            let theirs = try stage.send(method, "/api/destinations/globex-meta\(verb)", [tom], body)
            let unknown = try stage.send(method, "/api/destinations/globex-mete\(verb)", [tom], body)
            #expect(theirs.status == 404)
            #expect(theirs.text.replacing("globex-meta", with: "globex-mete") == unknown.text)
        }
        #expect(try stage.send("POST", "/api/destinations/shared-crm/pause", [tom], "{}").status == 403)
        #expect(stage.service.relay.ledger.deliveries.lane("shared-crm")?.state == .running)

        // By count or name, on whatever can be read: pages and API.
        let words = ["globex", "777", lead, again, broken]
        for operation in Operations.all where operation.method == .get && operation.needs != .administer {
            let answer = try stage.send(
                "GET", operation.path.replacing("{id}", with: mine).replacing("{name}", with: "acme-meta"), [tom])
            for word in words { #expect(!answer.text.contains(word), "\(operation.path) tells of \(word)") }
        }
        for route in WebRoute.all where route.method == .get {
            let answer = try vic.get(route.path.replacing("{id}", with: mine).replacing("{name}", with: "acme-meta"))
            for word in words { #expect(!answer.text.contains(word), "\(route.path) tells of \(word)") }
        }
        let books = try stage.send("GET", "/api/books", [tom]).json
        #expect(books["sources"]?.array?.compactMap { $0["name"]?.string } == ["acme-page"])
        let shared = books["sources"]?[0]?["destinations"]?.array?.first { $0["name"] == "shared-crm" }
        #expect(shared?["owed"]?.integer == 1)
        let crm = try stage.send("GET", "/api/destinations/shared-crm", [tom]).json
        #expect(crm["owed"]?.integer == 1 && crm["in_flight"] == nil && crm["troubles"] == nil)
        // The whole books are for those who may see all of them.
        #expect(try stage.send("GET", "/api/audit", [tom]).status == 403)
        #expect(try stage.send("POST", "/api/leads/erase", [tom], #"{"email":"globex@example.org"}"#).status == 403)
    }

    @Test func `hides personal data from those who may not see it`() throws {
        let stage = try ConsoleStage()
        let body =
            #"{"event_id":"order-of-eva@example.org","person":{"email":"eva@example.org","phone":"+4930901820","first_name":"Eva","city":"Berlin"},"custom":{"note":"calls after six"},"page":{"url":"https://acme.example/?email=eva@example.org"}}"#
        let id = try stage.post(body)
        let broken = try stage.post(#"{"person":{"email":"eva@example.org"},"value":"much"}"#)
        try stage.settle()
        let secrets = ["eva@", "901820", "Eva\"", "Berlin", "after six", "order-of"]
        let viewer = ("Authorization", "Bearer \(try stage.token("v", [.readLeads, .readQuarantine, .readBooks]))")
        let support = ("Authorization", "Bearer \(try stage.token("s"))")
        for path in [
            "/api/leads/\(id)", "/api/leads/\(broken)", "/api/quarantine/\(broken)", "/api/live", "/api/quarantine",
            "/api/leads",
        ] {
            let answer = try stage.send("GET", path, [viewer])
            #expect(answer.status == 200)
            for secret in secrets { #expect(!answer.text.contains(secret), "\(path) tells \(secret)") }
        }
        #expect(try stage.send("GET", "/api/leads/\(id)", [viewer]).text.contains("e***@e***"))
        #expect(try stage.send("GET", "/api/leads/\(id)", [support]).text.contains("eva@example.org"))
        let (vic, sue) = (try stage.browser("vic"), try stage.browser("sue"))
        for path in ["/lead/\(id)", "/leads/list", "/live", "/"] {
            let page = try vic.get(path)
            for secret in secrets { #expect(!page.text.contains(secret), "\(path) tells \(secret)") }
        }
        #expect(try sue.get("/lead/\(id)").text.contains("eva@example.org"))
        #expect(try sue.get("/live").text.contains("eva@example.org"))
        #expect(try sue.get("/leads/list?client=acme").text.contains("eva@example.org"))
    }
}
