import Domain
import TestSupport
import Testing

@Suite struct `A page's content policy` {
    private static let page = "https://www.acme.example/pumps"
    private static let script = "https://leads.acme.example/v1/relay.js"
    private static let posts = "https://leads.acme.example/v1/leads/pk_1"

    private typealias Row = (
        policy: String, use: ContentPolicy.Use, address: String, forbids: String?
    )

    private static let rows: [Row] = [
        ("", .connection, posts, nil),
        ("img-src 'none'", .connection, posts, nil),
        ("default-src 'self'", .connection, posts, "default-src"),
        ("default-src 'self'", .script(nonce: nil), script, "default-src"),
        ("default-src 'self'", .form, posts, nil),
        ("default-src 'self'", .connection, "https://www.acme.example/v1/leads/k", nil),
        ("default-src 'none'; connect-src *", .connection, posts, nil),
        ("default-src *; connect-src 'none'", .connection, posts, "connect-src"),
        ("connect-src", .connection, posts, "connect-src"),
        // The first of two with one name counts, and names have no case.
        ("Connect-Src 'none'; connect-src *", .connection, posts, "connect-src"),
        // Schemes.
        ("connect-src https:", .connection, posts, nil),
        ("connect-src HTTPS:", .connection, posts, nil),
        ("connect-src http:", .connection, posts, nil), ("connect-src wss:", .connection, posts, nil),
        ("connect-src data:", .connection, posts, "connect-src"),
        ("connect-src https:", .connection, "http://leads.acme.example/v1/leads/k", "connect-src"),
        // Hosts.
        ("connect-src leads.acme.example", .connection, posts, nil),
        ("connect-src LEADS.acme.example", .connection, posts, nil),
        ("connect-src https://leads.acme.example", .connection, posts, nil),
        ("connect-src http://leads.acme.example", .connection, posts, nil),
        ("connect-src *.acme.example", .connection, posts, nil),
        ("connect-src *.acme.example", .connection, "https://acme.example/v1/leads/k", "connect-src"),
        ("connect-src *.acme.example", .connection, "https://evilacme.example/x", "connect-src"),
        ("connect-src https://*", .connection, posts, nil),
        ("connect-src other.example", .connection, posts, "connect-src"),
        // Ports.
        ("connect-src leads.acme.example:443", .connection, posts, nil),
        ("connect-src leads.acme.example:8443", .connection, posts, "connect-src"),
        (
            "connect-src leads.acme.example", .connection, "https://leads.acme.example:8443/v1/leads/k",
            "connect-src"
        ),
        (
            "connect-src leads.acme.example:*", .connection, "https://leads.acme.example:8443/v1/leads/k",
            nil
        ),
        // Paths.
        ("connect-src https://leads.acme.example/v1/", .connection, posts, nil),
        ("connect-src https://leads.acme.example/v2/", .connection, posts, "connect-src"),
        ("script-src https://leads.acme.example/v1/relay.js", .script(nonce: nil), script, nil),
        ("script-src https://leads.acme.example/v1", .script(nonce: nil), script, "script-src"),
        // Scripts.
        ("script-src 'self'; script-src-elem https:", .script(nonce: nil), script, nil),
        ("script-src https:; script-src-elem 'self'", .script(nonce: nil), script, "script-src-elem"),
        ("script-src 'nonce-abc'", .script(nonce: "abc"), script, nil),
        ("script-src 'nonce-abc'", .script(nonce: "abd"), script, "script-src"),
        ("script-src 'nonce-abc' 'strict-dynamic' https:", .script(nonce: nil), script, "script-src"),
        ("script-src 'unsafe-inline'", .script(nonce: nil), script, "script-src"),
        // Forms have no directive that stands in.
        ("form-action 'self'", .form, posts, "form-action"),
        ("form-action 'none'", .form, posts, "form-action"),
        ("form-action 'self' https://leads.acme.example", .form, posts, nil),
        // Sandboxes.
        ("sandbox", .script(nonce: nil), script, "sandbox"),
        ("sandbox allow-scripts", .script(nonce: nil), script, nil),
        ("sandbox allow-scripts", .form, posts, "sandbox"), ("sandbox allow-forms", .form, posts, nil),
    ]

    @Test(arguments: rows.indices)
    func `forbids what it does not name`(row: Int) {
        let (text, use, address, forbids) = Self.rows[row]
        #expect(
            ContentPolicy(text).forbids(use, of: address, on: Self.page) == forbids, "\(text) \(address)")
    }

    private func complaints(_ html: String, header: String? = nil) -> [String] {
        PageScanner(Array(html.utf8)).permission.complaints(header: header, page: Self.page)
    }

    private static let snippet = "<script src='\(script)' data-key=pk_1 async></script>"

    @Test func `is read of the header and of the head, and all of them count`() {
        #expect(complaints(Self.snippet) == [])
        let both = [
            "connect-src forbids the script to post to https://leads.acme.example/…",
            "script-src forbids to load the script from https://leads.acme.example/…",
        ]
        #expect(
            complaints(Self.snippet, header: "connect-src 'self'; script-src 'self'").sorted() == both)
        // A comma stands between policies of one field, and between fields.
        #expect(complaints(Self.snippet, header: "connect-src *, connect-src 'self'") == [both[0]])
        let meta = "<meta http-equiv='Content-Security-Policy' content=\"connect-src 'self'\">"
        #expect(complaints("<head>\(meta)</head>\(Self.snippet)") == [both[0]])
        #expect(
            complaints("<head>\(meta)</head>\(Self.snippet)", header: "script-src 'self'").sorted()
                == both)
    }

    @Test func `counts in the page only for what comes after it, and only in the head`() {
        let meta = "<meta http-equiv=content-security-policy content=\"script-src 'self'; sandbox\">"
        #expect(complaints("<head>\(meta)\(Self.snippet)</head>").count == 1)
        #expect(complaints("<head>\(Self.snippet)\(meta)</head>") == [])
        #expect(complaints("<head></head><body>\(meta)\(Self.snippet)") == [])
        #expect(complaints("<!-- \(meta) -->\(Self.snippet)") == [])
    }

    @Test func `that only reports forbids nothing`() {
        let meta =
            "<meta http-equiv='Content-Security-Policy-Report-Only' content=\"default-src 'none'\">"
        #expect(complaints("<head>\(meta)</head>\(Self.snippet)") == [])
    }

    @Test func `is asked about forms that post to us`() {
        let form =
            "<form action='https://leads.acme.example/v1/leads/pk_1' method=post><input name=email></form>"
        #expect(
            complaints(form, header: "form-action 'self'") == [
                "form-action forbids the form to post to https://leads.acme.example/…"
            ])
        #expect(complaints(form, header: "connect-src 'none'") == [])
        #expect(
            complaints("<form action='/thanks'><input name=email></form>", header: "form-action 'none'")
                == [])
    }

    // MARK: In the checklist

    private func facts(
        now: [String], before: [String], received: Int
    ) -> ChecklistFacts {
        ChecklistFacts.unexplained.with { facts in
            facts.pages?[0].fingerprint?.forbids = now
            facts.pages?[0].known?.forbids = before
            facts.intake = .init(sources: [
                .init("landing", feedsMatter: true, received: received, usual: 30)
            ])
        }
    }

    @Test func `is the cause where it is new and nothing comes`() throws {
        let new = ["connect-src forbids the script to post to https://leads.acme.example/…"]
        func ruling(_ facts: ChecklistFacts) throws -> Assessment {
            try #require(Checklist.assess(facts).first { $0.item == .tagRemoved })
        }
        let proved = try ruling(facts(now: new, before: [], received: 0))
        #expect(proved.certainty == .proved && proved.evidence.contains(new[0]))
        #expect(
            proved.evidence.contains("The Content-Security-Policy of https://www.acme.example/pumps"))
        #expect(proved.fix.contains("name the relay's address"))
        #expect(try ruling(facts(now: new, before: [], received: 9)).certainty == .likely)
        // It was there before, and leads came.
        #expect(try ruling(facts(now: new, before: new, received: 0)).certainty == .excluded)
        #expect(try ruling(facts(now: [], before: new, received: 0)).certainty == .excluded)
    }

    @Test func `is kept with what the page looked like`() throws {
        var print = PageFingerprint.usual
        print.forbids = ["form-action forbids the form to post to https://leads.acme.example/…"]
        #expect(PageFingerprint(json: print.json) == print)
        #expect(!print.isAsGood(as: .usual) && PageFingerprint.usual.isAsGood(as: print))
        // What was kept before anybody looked at policies.
        #expect(PageFingerprint(json: ["forms": [], "tags": ["relay.js"]])?.forbids == [])
    }
}
