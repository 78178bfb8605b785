import Domain

/// What each role does in the console.
extension Journey {
    static let ofConsole: [Journey] = [
        Journey(
            "signing in: a wrong password is refused and then throttled, signing out ends it",
            expectedErrors: ["status of 403", "status of 429"]
        ) { browser, stage in
            let person = try Person("signer", role: "support", stage)
            try browser.open(stage.relayURL + "/quarantine")
            try browser.arrive(at: "/login?next=")
            try person.signIn(browser, password: "not this one at all")
            try expect(try browser.text("[role=alert]"), is: "Incorrect user name or password.", "the answer")
            try browser.clear("#name")
            try person.signIn(browser)
            try browser.arrive(at: "/quarantine")
            let cookie = try browser.cookie("leadrelay")
            try expect(cookie != nil, "no cookie of a session")
            try expect(try browser.run("return document.cookie").string, is: "", "what scripts see of cookies")
            try browser.follow(".who form button")
            try expect(try browser.text("[role=status]").lowercased().contains("signed out"), "no word about it")
            try browser.back()
            try browser.open(stage.relayURL + "/quarantine")
            try browser.arrive(at: "/login?next=")
            // The session is over, not only forgotten by this browser.
            if let cookie { try browser.setCookie(cookie) }
            try browser.open(stage.relayURL + "/account")
            try browser.arrive(at: "/login?next=")
            // Whoever has signed in from here is not shut out by others who guess; of this one nobody knows.
            let guessed = try Person("guessed", role: "support", stage)
            for _ in 0..<6 {
                try browser.clear("#name")
                try guessed.signIn(browser, password: "not this one at all")
            }
            try expect(try browser.text("[role=alert]").contains("Too many attempts"), "it is not throttled")
            try browser.clear("#name")
            try guessed.signIn(browser)
            try expect(try browser.text("[role=alert]").contains("Too many attempts"), "the right one is let in")
        },

        Journey("a session ends when it was not used for long, and goes on where it was") { browser, stage in
            let person = try Person("sleeper", role: "support", stage)
            try browser.open(stage.relayURL + "/login")
            try person.signIn(browser)
            try browser.wait(for: "document.querySelector('nav')")
            try stage.stopRelay()
            try stage.ageSessions()
            try stage.startRelay()
            try browser.open(stage.relayURL + "/destinations/everything")
            try browser.arrive(at: "/login?next=")
            try person.signIn(browser)
            try browser.arrive(at: "/destinations/everything")
            try expect(try browser.text("h1"), is: "everything", "the page")
        },

        Journey("a viewer sees one client's figures, takes them along, and can change nothing") { browser, stage in
            let mark = Mark.new()
            try stage.post(
                ["campaign_group": .string("implants-\(mark)"), "person": ["email": "theirs@example.com"]],
                for: "globex")
            let other = try stage.post([
                "campaign_group": .string("pumps-\(mark)"), "person": ["email": "ours@example.com"],
            ])
            let alert = try stage.alert("Acme's page \(mark) is slow.", key: "slow-\(mark)", client: "acme")
            let person = try Person("viewer", role: "viewer", client: "globex", stage)
            try browser.open(stage.relayURL + "/leads")
            try person.signIn(browser)
            try browser.wait(
                for: "document.querySelector(\"a[href$='=implants-\(mark)']\") || (location.reload(), false)")
            try browser.follow("a[href$='=implants-\(mark)']")
            try browser.arrive(at: "implants-\(mark)")
            try expect(try browser.count("a[href^='/leads.csv']") > 0, "no table to take along")
            let table =
                try browser.run(
                    "const request = new XMLHttpRequest(); request.open('GET', document.querySelector(\"a[href^='/leads.csv']\").href, false); request.send(); return request.responseText"
                ).string ?? ""
            try expect(
                table.contains("implants-\(mark)") || table.contains("lead"), "the table says \(table.prefix(200))")
            for path in [
                "/", "/leads", "/leads/list", "/live", "/destinations", "/books", "/alerts", "/alerts?state=all",
                "/alerts/calendar",
            ] {
                try browser.open(stage.relayURL + path)
                let text = try browser.text("main")
                for secret in ["pumps-\(mark)", "Acme", alert, other] {
                    try expect(!text.contains(secret), "\(path) shows \(secret)")
                }
                // Forms that search or sign out change nothing.
                try expect(try browser.count("main form[method=post]"), is: 0, "forms that change something on \(path)")
            }
            for path in ["/quarantine", "/settings", "/users", "/audit-log", "/leads/upload"] {
                try expect(try browser.count("nav a[href='\(path)']"), is: 0, "links to \(path)")
            }
        },

        Journey("support finds a lead by its address, reads its story, and sends it again after a look") {
            browser, stage in
            let mark = Mark.new()
            let email = "story.\(mark)@example.com"
            try stage.fault(["kind": "error_code", "platform": "webhook", "code": "422", "count": 1])
            let id = try stage.post(["event_id": .string("story-\(mark)"), "person": ["email": .string(email)]])
            let person = try Person("reader", role: "support", stage)
            try browser.open(stage.relayURL + "/lead")
            try person.signIn(browser)
            try browser.type(email, into: "#q")
            try browser.follow("main form button")
            try browser.arrive(at: "/lead/\(id)")
            try browser.wait(
                for: "document.querySelector('main').textContent.includes('rejected') || (location.reload(), false)")
            try expect(try browser.text("main").contains("HTTP 422"), "the platform's answer is not there")
            try browser.click("details:has(form[action$='/replay']) > summary")
            try browser.follow("form[action$='/replay'] button[value=preview]")
            try browser.wait(for: "document.querySelector('[role=status]')")
            try expect(
                try browser.text("[role=status]").contains("would be sent again"),
                "the preview does not say what it would do")
            try expect(try stage.leads(of: email).count, is: 0, "what the preview has sent")
            try browser.click("details:has(form[action$='/replay']) > summary")
            try browser.type("They have mended their form", into: "#replay-why")
            try browser.follow("form[action$='/replay'] button.primary")
            try browser.wait(for: "document.querySelector('[role=status]')")
            try expect(try browser.text("[role=status]"), is: "It is being sent again.", "the answer")
            _ = try stage.lead(of: email)
        },

        Journey("support repairs an event in quarantine, releases it, and discards another with a reason") {
            browser, stage in
            let mark = Mark.new()
            let email = "mended.\(mark)@example.com"
            try stage.post(["event_id": .string("broken-\(mark)"), "person": ["email": "nobody at all"]])
            let person = try Person("mender", role: "support", stage)
            try browser.open(stage.relayURL + "/quarantine")
            try person.signIn(browser)
            try browser.wait(for: "document.querySelector('tbody a') || (location.reload(), false)")
            try browser.follow("tbody a")
            try browser.arrive(at: "reason=")
            try browser.follow("tbody a[href^='/quarantine/event/']")
            try browser.arrive(at: "/quarantine/event/")
            try expect(try browser.text("main").contains("/person/email"), "the field is not named")
            try expect(try browser.count("mark"), is: 1, "marks in the payload")
            try browser.clear("#event")
            try browser.type(
                "{ \"event_id\": \"broken-\(mark)\", \"occurred_at\": \"today\" }", into: "#event")
            try browser.follow("button[value=check]")
            try expect(try browser.text("[role=status]"), is: "There are still errors.", "the answer")
            try browser.clear("#event")
            try browser.type(
                "{ \"event_id\": \"broken-\(mark)\", \"person\": { \"email\": \"\(email)\" } }", into: "#event")
            try browser.follow("button[value=check]")
            try expect(try browser.text("[role=status]"), is: "Valid. It can be released.", "the answer")
            try browser.follow("button[value=release]")
            try browser.arrive(at: "done=released")
            _ = try stage.lead(of: email)

            let hopeless = try stage.post(["event_id": .string("hopeless-\(mark)"), "test": "who knows"])
            let page = stage.relayURL + "/quarantine/event/\(hopeless)"
            _ = try eventually("the event in quarantine") { () -> Bool? in
                try browser.open(page)
                return try browser.count("form[action$='/discard']") == 1 ? true : nil
            }
            try browser.click("details:has(form[action$='/discard']) > summary")
            try browser.type("A test of ours", into: "#why")
            try browser.follow("form[action$='/discard'] button")
            try browser.arrive(at: "done=discarded")
            try browser.open(page)
            try expect(try browser.text("main").contains("A test of ours"), "the reason is not there")
        },

        Journey("support pauses a destination with a reason and resumes it") { browser, stage in
            let mark = Mark.new()
            let email = "paused.\(mark)@example.com"
            let person = try Person("pauser", role: "support", stage)
            try browser.open(stage.relayURL + "/destinations/everything")
            try person.signIn(browser)
            try browser.click("details:has(form[action$='/pause']) > summary")
            try browser.type("Their system is moved", into: "#why")
            try browser.follow("form[action$='/pause'] button")
            try browser.wait(for: "document.querySelector(\"form[action$='/resume']\")")
            try expect(try browser.text("main").contains("Their system is moved"), "the reason is not there")
            try stage.post(["person": ["email": .string(email)]])
            try browser.wait(
                for:
                    "[...document.querySelectorAll('.tiles dd')][0].textContent.trim() === '1' || (location.reload(), false)"
            )
            try expect(try stage.leads(of: email).count, is: 0, "what a paused destination has got")
            try browser.follow("form[action$='/resume'] button")
            _ = try stage.lead(of: email)
        },

        Journey("support takes an alert over, says whose side it is, and resolves it with a reason") {
            browser, stage in
            let mark = Mark.new()
            let id = try stage.alert("The page \(mark) answers slowly.", key: "page-\(mark)", client: "acme")
            let person = try Person("answerer", role: "support", stage)
            try browser.open(stage.relayURL + "/alerts")
            try person.signIn(browser)
            try browser.follow("a[href='/alerts/\(id)']")
            try browser.follow("form[action$='/acknowledge'] button")
            try browser.wait(for: "!document.querySelector(\"form[action$='/acknowledge']\")")
            try browser.wait(for: "document.querySelector('main').textContent.includes('\(person.name)')")
            try browser.click("details:has(form[action$='/verdict']) > summary")
            try browser.click("form[action$='/verdict'] input[value=client]")
            try browser.type("Their host was full", into: "#side-reason")
            try browser.follow("form[action$='/verdict'] button")
            try browser.wait(for: "document.querySelector('main').textContent.includes('Their host was full')")
            try browser.click("details:has(form[action$='/resolve']) > summary")
            try browser.type("They have a larger one now", into: "#reason")
            try browser.follow("form[action$='/resolve'] button")
            try browser.wait(for: "document.querySelector('main').textContent.includes('They have a larger one now')")
            try browser.open(stage.relayURL + "/alerts")
            try expect(try browser.count("a[href='/alerts/\(id)']"), is: 0, "the alert among the open ones")
        },

        Journey("support puts a sale into the calendar and a silence over a group, and ends both") { browser, stage in
            let mark = Mark.new()
            let person = try Person("planner", role: "support", stage)
            try browser.open(stage.relayURL + "/alerts/calendar")
            try person.signIn(browser)
            try browser.type("Sale \(mark)", into: "#name")
            try browser.clear("#scope")
            try browser.type("client:acme", into: "#scope")
            try browser.type("2027-01-04", into: "#start")
            try browser.type("2027-01-09", into: "#end")
            try browser.type("3", into: "#multiplier")
            try browser.follow("form[action='/alerts/calendar'] button")
            try browser.wait(
                for:
                    "document.querySelector('table') && document.querySelector('table').textContent.includes('Sale \(mark)')"
            )
            try browser.follow("form[action$='/remove'] button")
            try browser.wait(for: "!document.querySelector('main').textContent.includes('Sale \(mark)')")
            try browser.open(stage.relayURL + "/alerts/silences")
            try browser.type("client:acme", into: "#scope")
            try browser.type("2h", into: "#for")
            try browser.type("A move \(mark)", into: "#reason")
            try browser.follow("form[action='/alerts/silences'] button")
            try browser.wait(
                for:
                    "document.querySelector('table') && document.querySelector('table').textContent.includes('A move \(mark)')"
            )
            try browser.follow("form[action$='/end'] button")
            try browser.wait(for: "!document.querySelector(\"form[action$='/end']\")")
        },

        Journey(
            "an administrator lets somebody in by a link that works once, makes a token, and finds it all in the log",
            expectedErrors: ["status of 404"]
        ) { browser, stage in
            let mark = Mark.new()
            let person = try Person("admin", role: "admin", stage)
            try browser.open(stage.relayURL + "/users")
            try person.signIn(browser)
            try browser.click("details:has(#user-name) > summary")
            try browser.type("new-\(mark)", into: "#user-name")
            try browser.click("input[name=role][value=viewer]")
            try browser.click("input[name=client][value=globex]")
            try browser.follow("form[action='/users'] button")
            let link = try browser.text("#shown")
            try expect(link.contains("/welcome/"), "no link: \(link)")
            try browser.open(stage.relayURL + "/users")
            try expect(try browser.count("#shown"), is: 0, "links that are shown a second time")
            try browser.click("details:has(#token-name) > summary")
            try browser.type("tool-\(mark)", into: "#token-name")
            try browser.click("input[name=scope][value='leads.read']")
            try browser.follow("form[action='/tokens'] button")
            try expect(try !browser.text("#shown").isEmpty, "no token")
            try browser.open(stage.relayURL + "/settings")
            try expect(try !browser.text("main").contains("QUFB"), "a secret stands in the settings")
            try browser.open(stage.relayURL + "/audit-log")
            let log = try browser.text("main")
            for entry in ["new-\(mark)", "tool-\(mark)", person.name] {
                try expect(log.contains(entry), "\(entry) is not in the audit log")
            }
            try browser.follow(".who form button")
            try browser.open(link)
            try browser.type("another long passphrase", into: "#new")
            try browser.type("another long passphrase", into: "#again")
            try browser.follow("main form button")
            try browser.wait(for: "document.querySelector('nav')")
            try expect(try browser.text(".who a"), is: "new-\(mark)", "who is signed in")
            try browser.follow(".who form button")
            try browser.open(link)
            try expect(try browser.text("main").contains("has been used"), "the link works twice")
        },

        Journey("what a page must not do would be noticed") { browser, stage in
            try browser.open("about:blank")
            try browser.run(
                "console.error('a deliberate mistake'); fetch('http://localhost:\(stage.sandboxPort)/foreign', { mode: 'no-cors' }).catch(() => {})"
            )
            var seen = Browser.Traces()
            _ = try eventually("the console and the network to tell") { () -> Bool? in
                let more = try browser.traces()
                seen.errors += more.errors
                seen.addresses += more.addresses
                let isForeign = seen.addresses.contains { $0.hasPrefix("http://localhost:") }
                return isForeign && seen.errors.contains { $0.contains("a deliberate mistake") } ? true : nil
            }
            // Nothing may be left for the judgement at the end.
            try browser.open(stage.site + "/demo/")
            _ = try browser.traces()
        },
    ]
}

/// A user of the console with a name of its own.
struct Person {
    let name: String
    let password: String

    init(_ name: String, role: String, client: String? = nil, _ stage: BrowserStage) throws {
        self.name = "\(name)-\(Mark.new())"
        password = try stage.user(self.name, role: role, client: client)
    }

    /// Fills the form of the page that the browser is on.
    func signIn(_ browser: Browser, password: String? = nil) throws {
        try browser.type(name, into: "#name")
        try browser.type(password ?? self.password, into: "#password")
        try browser.follow("main form button")
    }
}

/// A few letters that nobody has used before.
enum Mark {
    static func new() -> String { String(UInt32.random(in: 0x1000_0000 ... .max), radix: 36) }
}
