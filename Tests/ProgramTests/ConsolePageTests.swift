import Curl
import Domain
import HTTP
import Monitoring
import Service
import Store
import TestSupport
import Testing

@testable import API
@testable import CommandLine
@testable import Configuration
@testable import Console
@testable import leadrelay

/// The pages of the console, over real sockets.
@Suite(.timeLimit(.minutes(Hanging.minutes))) struct `The console` {
    @Test func `finds a lead by whatever is known of it`() throws {
        let stage = try ConsoleStage()
        let id = try stage.post(
            #"{"event_id":"order-7","person":{"email":"Eva@Example.org ","phone":"+49 (0)30 901820"},"click":{"gclid":"Cj0KCQ-abc"}}"#
        )
        let hash = "a".padded(to: 64)
        let hashed = try stage.post(#"{"event_id":"h","person":{"email":"\#(hash)"}}"#)
        try stage.settle()
        let sue = try stage.browser("sue")
        try sue.get("/lead")
        for text in [
            id, id.uppercased(), "order-7", "eva@example.org", " EVA@example.org", "004930901820", "+4930901820",
            "Cj0KCQ-abc",
        ] {
            let answer = try sue.post("/lead", [("q", text)])
            #expect(answer.field("location") == "/lead/\(id)", "\(text)")
        }
        #expect(try sue.post("/lead", [("q", hash)]).field("location") == "/lead/\(hashed)")
        #expect(try sue.post("/lead", [("q", "cj0kcq-abc")]).text.contains("No results"))
        #expect(try sue.post("/lead", [("q", "<b>")]).status == 200)
        #expect(try sue.post("/lead", [("q", "")]).status == 400)
        #expect(try sue.post("/lead", [("q", "x".padded(to: 513))]).status == 400)
        // The file holds none of it once it is cleared, and finds it all the same.
        let page = try sue.get("/lead/\(id)").text
        for text in ["order-7", "acme-meta", "sent as soon as the lane can", "Eva@Example.org"] {
            #expect(page.contains(text), "\(text)")
        }
        // What goes to platforms is not what was posted: the blank is only in that.
        let parts = page.split(separator: "<h2>What was read</h2>")[1].split(
            separator: "<summary>Payload</summary>")
        #expect(parts.count == 2 && !parts[0].contains("Eva@Example.org ") && parts[1].contains("Eva@Example.org "))
        #expect(!parts[1].contains("occurred_at") && parts[0].contains("occurred_at"))
    }

    @Test func `repairs an event and lets it go`() throws {
        let stage = try ConsoleStage()
        let id = try stage.post(#"{"event_id":"q","person":{"email":"nonsense"},"value":"much"}"#)
        try stage.settle()
        let sue = try stage.browser("sue")
        let groups = try sue.get("/quarantine").text
        #expect(groups.contains("/quarantine?reason="))
        let event = try sue.get("/quarantine/event/\(id)").text
        #expect(event.contains("<mark title=") && event.contains("nonsense"))
        let page = "/quarantine/event/\(id)"
        let half = #"{"event_id":"q","person":{"email":"eva@example.org"},"value":"much"}"#
        let whole = #"{"event_id":"q","person":{"email":"eva@example.org"}}"#
        #expect(try sue.post(page, [("event", "{"), ("do", "check")]).text.contains("This is not JSON"))
        #expect(try sue.post(page, [("event", half), ("do", "check")]).text.contains("There are still errors"))
        #expect(try sue.post(page, [("event", half), ("do", "release")]).text.contains("not released"))
        #expect(try sue.post(page, [("event", whole), ("do", "check")]).text.contains("Valid. It can be released."))
        #expect(stage.service.relay.ledger.books.total(.quarantined) == 1)
        #expect(
            try sue.post(page, [("event", whole), ("do", "release")]).field("location") == "/quarantine?done=released")
        try stage.settle()
        #expect(try sue.get("/lead/\(id)").text.contains("eva@example.org"))
        #expect(try sue.get("/quarantine").text.contains("The quarantine is empty."))
        #expect(try sue.post("\(page)/release").status == 409)
    }

    @Test func `makes the same fix for all of a reason, after showing what it would do`() throws {
        let stage = try ConsoleStage()
        for index in 0..<3 {
            _ = try stage.post(#"{"event_id":"f\#(index)","custom":{"mail":"eva\#(index)@example.org"},"value":"x"}"#)
        }
        _ = try stage.post(#"{"event_id":"f9","value":"x","person":{"email":"still wrong"}}"#)
        try stage.settle()
        let sue = try stage.browser("sue")
        let page = "/quarantine?reason=wrong_type&source=acme-page"
        #expect(try sue.get(page).text.contains("value must be a number"))
        let form = [
            ("reason", "wrong_type"), ("source", "acme-page"),
            ("changes", "/value = 12.5\n/currency = \"EUR\"\n /person/email < /custom/mail "),
        ]
        let preview = try sue.post("/quarantine/fix-all", form)
        #expect(
            preview.text.contains("<strong>3</strong> ready to release")
                && preview.text.contains("<strong>1</strong> still invalid"))
        #expect(stage.service.relay.ledger.books.total(.quarantined) == 4)
        #expect(try sue.post("/quarantine/fix-all", form + [("run", "1")]).status == 303)
        try stage.settle()
        #expect(stage.service.relay.ledger.books.total(.lead) == 3)
        #expect(stage.service.relay.ledger.books.total(.quarantined) == 1)
        for bad in ["value", "/value = EUR", "/value/x/y = 1", "", "person/email < /custom/mail"] {
            let answer = try sue.post("/quarantine/fix-all", [form[0], form[1], ("changes", bad)])
            #expect(answer.status == 400, "\(bad)")
        }
        #expect(try sue.post("/quarantine/discard-all", [form[0], form[1], ("note", "a test")]).status == 303)
        #expect(stage.service.relay.ledger.books.total(.discarded) == 1)
        #expect(stage.command("audit").code == .good)
    }

    @Test func `pauses and resumes a destination and shows what waits`() throws {
        let stage = try ConsoleStage()
        _ = try stage.post(#"{"event_id":"d","person":{"email":"eva@example.org"}}"#)
        try stage.settle()
        let sue = try stage.browser("sue")
        try sue.get("/destinations/acme-meta")
        #expect(try sue.post("/destinations/acme-meta/pause", [("reason", "account is being moved")]).status == 303)
        let page = try sue.get("/destinations/acme-meta?done=paused").text
        for text in ["The destination is paused.", "account is being moved", "Queue", "Resume"] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(try sue.post("/destinations/acme-meta/resume").status == 303)
        #expect(stage.service.relay.ledger.deliveries.lane("acme-meta")?.state == .running)
        let test = try sue.post("/destinations/acme-meta/test")
        #expect(test.field("location") == "/destinations/acme-meta?done=tested")
        let tested = try sue.get("/destinations/acme-meta").text
        for text in ["Connection check", "Test now", "unreachable: Failed to connect"] {
            #expect(tested.contains(text), "\(text)")
        }
        #expect(try sue.post("/destinations/no-such-name/test").status == 404)
        #expect(try sue.get("/books").text.contains("The books balance."))
        // What is said to be done is one of our own sentences, never what stands in the address.
        #expect(!(try sue.get("/destinations/acme-meta?done=<b>x</b>").text.contains("<b>x")))
    }

    @Test func `shows the configuration in force, and no secret`() throws {
        // The address of such a hook is as good as a password.
        let hook =
            #"hook: { platform: "webhook", url: "https://hooks.example/h1dden/path?key=h1dden", secret: { env: "W" } },"#
        let stage = try ConsoleStage(destinations: hook)
        let page = try stage.browser("sue").get("/settings").text
        for text in [
            "https://hooks.example", "Source acme-page", "Destination acme-meta", "access_token", "***", "127.0.0.1:0",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        for secret in ["s3cr3t", "pk_acme_key", "h1dden", "whsec_"] { #expect(!page.contains(secret)) }
    }

    @Test func `makes users and tokens and shows their secrets once`() throws {
        let stage = try ConsoleStage()
        let ann = try stage.browser("ann")
        try ann.get("/users")
        let added = try ann.post("/users", [("name", "tom"), ("role", "viewer"), ("client", "acme")])
        let link = try #require(added.text.range(of: "/welcome/"))
        let path = String(added.text[link.lowerBound...].prefix { $0 != "<" })
        #expect(try stage.browser().get(path).text.contains("For the user <strong>tom</strong>"))
        #expect(try !ann.get("/users").text.contains("/welcome/"))
        #expect(try ann.post("/users", [("name", "tom"), ("role", "viewer"), ("client", "acme")]).status == 409)
        #expect(
            try ann.post("/users", [("name", "Tom T"), ("role", "viewer"), ("client", "acme")]).text.contains(
                "A name has 1 to 40"))
        let token = try ann.post(
            "/tokens", [("name", "t"), ("scope", "metrics.read"), ("scope", "books.read"), ("days", "3")])
        #expect(token.text.contains("lrt_"))
        #expect(try !ann.get("/users").text.contains("lrt_"))
        #expect(try ann.post("/tokens", [("name", "u"), ("scope", "metrics.read"), ("days", "x")]).status == 400)
        let bound = try ann.post(
            "/tokens", [("name", "v"), ("scope", "alerts.report"), ("client", "acme"), ("team", "Platform")])
        #expect(bound.text.contains("lrt_") && bound.text.contains("<td>acme, team Platform</td>"))
        let wide = try ann.post("/tokens", [("name", "w"), ("scope", "metrics.read"), ("team", "Platform")])
        #expect(wide.status == 400 && wide.text.contains("has the scope"))
        #expect(try ann.post("/tokens/t/revoke").status == 303)
        #expect(try ann.post("/users/tom/remove").status == 303)
        let log = try ann.get("/audit-log").text
        for text in ["POST /api/users/{name}/remove", "tom", "user ann"] { #expect(log.contains(text), "\(text)") }
    }

    @Test func `makes links of its own address, whatever the request says`() throws {
        let stage = try ConsoleStage(extra: #"public_url: "https://leads.acme.example","#)
        let ann = try stage.browser("ann")
        ann.extra = [("Host", "evil.example"), ("Origin", "https://leads.acme.example")]
        try ann.get("/users")
        let added = try ann.post("/users", [("name", "tom"), ("role", "viewer"), ("client", "acme")])
        #expect(added.text.contains("https://leads.acme.example/welcome/") && !added.text.contains("evil.example"))
    }

    @Test func `never calls a failed attempt a good one`() {
        let causes = Verdict.Cause.allCases.map(\.rawValue) + ["released", "rejected", "expired", "anything else"]
        for cause in causes {
            let badge = Format.attempt(cause).description
            #expect(!badge.contains("good") && (badge.contains("warn") || badge.contains("bad")), "\(badge)")
        }
    }

    /// Every text that comes from a lead or the configuration, as a script: it is shown, and runs nowhere.
    @Test func `runs nothing that a lead or the configuration brings along`() throws {
        let bad =
            #"</title></textarea></pre><script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)>"#
        let clean = bad.replacing("\\\"", with: "\"")
        let stage = try ConsoleStage(
            clients: #"evil: { name: "\#(bad)" },"#)
        let texts = ["event_id", "campaign_group", "campaign_id", "adset_id", "ad_id"].map { #""\#($0)":"\#(bad)""# }
        let person = ["first_name", "last_name", "city", "region", "postal_code", "external_id"].map {
            #""\#($0)":"\#(bad)""#
        }
        let leads = [
            "{\(texts.joined(separator: ",")),\"person\":{\(person.joined(separator: ","))},\"custom\":{\"\(bad)\":\"\(bad)\"},\"page\":{\"form_id\":\"\(bad)\"},\"client\":{\"user_agent\":\"\(bad)\"}}",
            "{\"event\":\"\(bad)\",\"value\":\"\(bad)\",\"person\":{\"email\":\"\(bad)\",\"phone\":\"\(bad)\"},\"click\":{\"gclid\":\"\(bad)\"},\"\(bad)\":1}",
        ]
        var ids = try leads.map { try stage.post($0) }
        // One that is taken as it is.
        let short = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
        let levels = ["campaign_group", "campaign_id", "adset_id", "ad_id"].map {
            JSON.Member($0, .string(short))
        }
        let good = try stage.post(
            JSON.object(levels + [JSON.Member("person", ["email": "eva@example.org"])]).text)
        ids.append(good)
        let raw = try stage.send(
            "POST", "/v1/leads/pk_acme_key", [("Content-Type", "application/json"), ("User-Agent", clean)], clean)
        ids.append(try #require(raw.json["id"]?.string))
        let form = try stage.send(
            "POST", "/v1/leads/pk_acme_key", [("Content-Type", "application/x-www-form-urlencoded")],
            "email=\(Link.encoded(clean))&\(Link.encoded(clean))=1")
        ids.append(try #require(form.json["id"]?.string))
        try stage.settle()
        // Names for everything that the leads name, and an alert about their group.
        stage.service.monitor.stop()
        let ledger = stage.service.relay.ledger
        _ = try ledger.figures.keepTitles(
            LeadLevel.allCases.map { NameSheet.Row(level: $0.rawValue, id: short, name: clean) }, client: "acme")
        _ = try ledger.alerts.observe([
            .problem(
                Finding(
                    .missingLeads, .group(client: "acme", group: short), .critical,
                    began: stage.service.relay.now - .hours(1), sentence: clean, expected: 31, observed: 0))
        ])
        let alert = try #require(ledger.alerts.open.first).id
        let ann = try stage.browser("ann")
        try ann.get("/destinations")
        _ = try ann.post("/destinations/acme-meta/pause", [("reason", clean)])
        _ = try ann.post("/lead", [("q", clean)])
        var pages = WebRoute.all.filter { $0.method == .get && !$0.path.contains("{") }.map(\.path)
        pages += ids.flatMap { ["/lead/\($0)", "/quarantine/event/\($0)"] } + ["/destinations/acme-meta"]
        let named = "client=acme&group=\(Link.encoded(short))"
        pages += ["", "&campaign=\(Link.encoded(short))&adset=\(Link.encoded(short))"].flatMap { inside in
            ["/leads?\(named)\(inside)", "/leads/list?\(named)\(inside)"]
        }
        pages += ["/group?\(named)", "/alerts/\(alert)", "/alerts/\(alert)/affected"]
        for reason in ["wrong_type", "malformed", "unreadable", "missing", "too_long"] {
            pages.append("/quarantine?reason=\(reason)&source=acme-page")
        }
        // Reflected: in every query that a page reads, in paths, and in the fields of forms.
        let hostile = Link.encoded(clean)
        for name in ["next", "done", "part", "source", "client", "state", "reason", "after", "before", "q"] {
            for path in ["/", "/live", "/quarantine", "/audit-log", "/login", "/lead"] {
                pages.append("\(path)?\(name)=\(hostile)&source=\(hostile)&reason=\(hostile)")
            }
        }
        pages += [
            "/lead/\(hostile)", "/destinations/\(hostile)", "/quarantine/event/\(hostile)", "/welcome/\(hostile)",
            "/\(hostile)",
        ]
        for path in pages {
            let page = try ann.get(path)
            #expect(page.status < 500, "\(path)")
            Self.checkHarmless(page.text, path)
        }
        for (path, fields) in [
            ("/lead", [("q", clean)]), ("/users", [("name", clean), ("role", clean), ("client", clean)]),
            ("/tokens", [("name", clean), ("scope", clean), ("days", clean)]),
            ("/quarantine/event/\(ids[1])", [("event", "{\"\(bad)\":\"\(bad)\"}"), ("do", "check")]),
            ("/quarantine/event/\(ids[1])", [("event", clean), ("do", "check")]),
            (
                "/quarantine/fix-all",
                [("reason", "wrong_type"), ("source", "acme-page"), ("changes", "/value = 1\n/x = \"\(bad)\"")]
            ),
            ("/quarantine/fix-all", [("reason", clean), ("source", clean), ("changes", clean)]),
        ] {
            let page = try ann.post(path, fields)
            #expect(page.status < 500, "\(path)")
            Self.checkHarmless(page.text, path)
        }
        // Each of them did show it: as its id and as its name.
        for path in ["/lead/\(good)", "/leads/list?\(named)", "/live", "/alerts", "/group?\(named)"] {
            let shown = try ann.get(path).text.components(of: "&lt;script&gt;alert(1)&lt;/script&gt;").count - 1
            #expect(shown >= 2, "\(path)")
        }
        let login = try stage.browser()
        try login.get("/login")
        Self.checkHarmless(
            try login.post("/login", [("name", clean), ("password", clean), ("next", clean)]).text, "/login")
    }

    /// The only script is ours, no element has a handler or a style, and nothing is loaded from elsewhere.
    /// Markup of ours that was taken for a value would be shown as text.
    static func checkRendered(_ page: String, _ path: String) {
        for tag in ["section", "p", "div", "span", "ol", "li", "time", "td", "a", "details", "form"] {
            #expect(!page.contains("&lt;\(tag) ") && !page.contains("&lt;\(tag)&gt;"), "\(path) shows <\(tag)> as text")
        }
    }

    @Test func `takes no markup of its own for text`() throws {
        let stage = try ConsoleStage()
        var ids = [
            try stage.post(#"{"event_id":"a","person":{"email":"eva@example.org"}}"#), try stage.post(#"{"value":1}"#),
        ]
        ids.append(try stage.post(#"{"event_id":"a"}"#))
        try stage.settle()
        let ann = try stage.browser("ann")
        var pages = WebRoute.all.filter { $0.method == .get && !$0.path.contains("{") }.map(\.path)
        pages +=
            ids.map { "/lead/\($0)" } + [
                "/quarantine/event/\(ids[1])", "/destinations/acme-meta", "/destinations/shared-crm",
            ]
        pages.append("/quarantine?reason=missing&source=acme-page")
        for path in pages { Self.checkRendered(try ann.get(path).text, path) }
    }

    static func checkHarmless(_ page: String, _ path: String) {
        guard page.hasPrefix("<!DOCTYPE html>") || page.contains("<table>") else { return }
        #expect(page.components(of: "<script").count - 1 <= 1, "\(path) has another script")
        for element in page.components(of: "<").dropFirst() {
            let tag = element.prefix { $0 != ">" }.lowercased()
            // What stands between quotation marks is a value: every other piece is markup.
            let markup = tag.components(of: "\"").enumerated().filter { $0.offset.isMultiple(of: 2) }
                .map { String($0.element) }.joined(separator: "\"\"")
            for bad in ["onerror", "onload", "onclick", "style=", "javascript:", "'"] {
                #expect(!markup.contains(bad), "\(path): <\(tag)>")
            }
            for attribute in ["src=\"", "href=\"", "action=\""] {
                guard let start = tag.range(of: attribute) else { continue }
                let address = tag[start.upperBound...]
                #expect(address.hasPrefix("/") || address.hasPrefix("#"), "\(path): <\(tag)>")
                #expect(!address.hasPrefix("//"), "\(path): <\(tag)>")
            }
            #expect(!tag.hasPrefix("img") && !tag.hasPrefix("iframe") && !tag.hasPrefix("svg/"), "\(path): <\(tag)>")
        }
    }

    static let traversals = [
        "/../etc/passwd", "/..%2f..%2fetc/passwd", "/style.css/../../x", "/lead/..%2F..%2Fetc", "/destinations/%2e%2e",
        "/destinations/..", "/lead/%00", "/lead/%ff", "/lead/%", "//evil.example/", "/welcome/..%2f",
        "/api/leads/..%2f..%2fstatus",
        "/api/../metrics", "/%2e%2e/%2e%2e/relay.json5",
    ]

    @Test(arguments: traversals)
    func `reads no files by a path`(_ path: String) throws {
        let stage = try ConsoleStage()
        let browser = try stage.browser("ann")
        let answer = try browser.get(path)
        #expect([400, 404, 303, 200].contains(answer.status), "\(answer.status)")
        #expect(!answer.text.contains("root:"))
        #expect(answer.field("location")?.hasPrefix("//") != true)
    }
}

extension String {
    func padded(to length: Int) -> String { String(repeating: self, count: length) }

    func components(of separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
