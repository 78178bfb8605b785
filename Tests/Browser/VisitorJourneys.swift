import Domain

/// What happens on landing pages with the snippet.
extension Journey {
    static let ofVisitors: [Journey] = [
        Journey("a submitted form is one lead, with the same id at the pixels and at Meta") { browser, stage in
            let click = "/demo/?gclid=Gclid-1_a&fbclid=Fbclid-1&utm_source=google&utm_campaign=heat-pumps"
            try browser.open(stage.site + click)
            try browser.run("document.cookie = '_fbp=fb.1.1795251600000.1098115397; path=/'")
            try browser.click("#grant")
            let visit = try Visit(browser, stage)
            try visit.fillAndSubmit()
            try browser.arrive(at: "/demo/thanks")
            let lead = try visit.onlyLead()
            try expect(lead["person"]?["first_name"]?.string, is: "Erika", "the name")
            try expect(lead["custom"]?["wish"]?.string, is: "A quiet one", "the wish")
            try expect(lead["click"]?["gclid"]?.string, is: "Gclid-1_a", "gclid")
            try expect(lead["click"]?["fbclid"]?.string, is: "Fbclid-1", "fbclid")
            try expect(lead["click"]?["fbp"]?.string, is: "fb.1.1795251600000.1098115397", "fbp")
            try expect(lead["click"]?["landed_at"] != nil, "landed_at is missing")
            try expect(lead["page"]?["url"]?.string, is: stage.site + click, "the page")
            try expect(lead["page"]?["form_id"]?.string, is: "offer", "the form")
            try expect(lead["custom"]?["utm_campaign"]?.string, is: "heat-pumps", "utm_campaign")
            try expect(lead["consent"]?["ad_user_data"]?.string, is: "granted", "consent")
            let id = try visit.id(of: lead)
            try expect(
                try visit.pixels(), is: ["fbq Lead \(id)", "gtag conversion \(id)", "page leadrelay:lead \(id)"],
                "the pixels")
            _ = try eventually("Meta to get \(id)") { try stage.metaIDs().contains(id) ? true : nil }
            try browser.wait(for: Visit.isQueueEmpty)
        },

        Journey("a double click is one lead") { browser, stage in
            try browser.open(stage.site + "/demo/")
            let visit = try Visit(browser, stage)
            try visit.fill()
            try browser.run(
                "const form = document.querySelector('form'); form.requestSubmit(); form.requestSubmit(); form.requestSubmit()"
            )
            try browser.arrive(at: "/demo/thanks")
            _ = try visit.onlyLead()
        },

        Journey("the way back and a second submit is the same lead, another content is another") { browser, stage in
            try browser.open(stage.site + "/demo/")
            try browser.click("#grant")
            let visit = try Visit(browser, stage)
            try visit.fillAndSubmit()
            try browser.arrive(at: "/demo/thanks")
            let first = try visit.id(of: visit.onlyLead())
            try browser.back()
            try browser.wait(for: Visit.isReady)
            try browser.wait(for: "document.querySelector('#email').value")
            try browser.click("form button")
            try browser.arrive(at: "/demo/thanks")
            try browser.back()
            try browser.wait(for: Visit.isReady)
            try browser.type(", please", into: "#wish")
            try browser.click("form button")
            try browser.arrive(at: "/demo/thanks")
            let leads = try eventually("the second lead") {
                let leads = try stage.leads(of: visit.email)
                return leads.count >= 2 ? leads : nil
            }
            try expect(
                leads.map { $0["custom"]?["wish"]?.string }, is: ["A quiet one", "A quiet one, please"], "the wishes")
            try expect(leads[1]["event_id"]?.string != first, "both leads have the same id")
            try expect(try stage.received() - visit.before, is: 2, "the number of events received")
        },

        Journey(
            "offline while submitting: it is sent when the browser is back",
            expectedErrors: ["ERR_INTERNET_DISCONNECTED"]
        ) { browser, stage in
            try browser.open(stage.site + "/demo/")
            try browser.click("#grant")
            let visit = try Visit(browser, stage)
            try visit.fill()
            try browser.setNetwork(isOffline: true)
            try browser.run(
                "window.seen = []; addEventListener('leadrelay:lead', e => { window.name = e.detail.event_id })")
            try browser.run("document.querySelector('form').requestSubmit()")
            try browser.wait(for: "location.href.startsWith('chrome-error')")
            try browser.setNetwork()
            try browser.open(stage.site + "/demo/second")
            try visit.hurryWhenSettled()
            _ = try visit.onlyLead()
            try browser.wait(for: Visit.isQueueEmpty)
        },

        Journey(
            "the relay is away: the form goes on, and the lead follows from the next page",
            expectedErrors: ["ERR_CONNECTION_REFUSED"]
        ) { browser, stage in
            try browser.open(stage.site + "/demo/?gclid=Away-1")
            try browser.click("#grant")
            let visit = try Visit(browser, stage)
            try visit.fill()
            try stage.stopRelay()
            try browser.click("form button")
            try browser.arrive(at: "/demo/thanks")
            try stage.startRelay()
            try visit.hurryWhenSettled()
            let lead = try visit.onlyLead()
            try expect(lead["click"]?["gclid"]?.string, is: "Away-1", "gclid")
            let id = try visit.id(of: lead)
            try expect(try visit.pixels().contains("fbq Lead \(id)"), "the pixel got another id")
            try browser.wait(for: Visit.isQueueEmpty)
        },

        Journey(
            "the relay is away: a page that stays tries again by itself", expectedErrors: ["ERR_CONNECTION_REFUSED"]
        ) { browser, stage in
            try browser.open(stage.site + "/demo/scripted")
            let visit = try Visit(browser, stage)
            try visit.submitWithoutRelay()
            try stage.startRelay()
            let lead = try visit.onlyLead()
            try expect(try browser.text("#answer"), is: "Sent as \(try visit.id(of: lead))", "the page's answer")
        },

        Journey("a page that is left at once, with nothing stored, has sent its lead") { browser, stage in
            try browser.open(stage.site + "/demo/")
            let visit = try Visit(browser, stage)
            try visit.fill()
            // Slow enough for the page to be gone before anything is sent.
            try browser.setNetwork(latency: 500)
            // The form's own navigation is replaced by one that comes at the same moment.
            try browser.run("document.querySelector('form').requestSubmit(); location.href = 'about:blank'")
            try browser.arrive(at: "about:blank")
            _ = try visit.onlyLead()
        },

        Journey(
            "a page that is left while its lead is under way has sent it", options: BrowserOptions(keepsPages: false)
        ) { browser, stage in
            try browser.open(stage.site + "/demo/")
            let visit = try Visit(browser, stage)
            try visit.fill()
            // On so slow a line the lead cannot be out before the page goes.
            try browser.setUpload(bytesPerSecond: 200)
            try browser.run("document.querySelector('form').requestSubmit(); location.href = 'about:blank'")
            try browser.arrive(at: "about:blank")
            try browser.setUpload(bytesPerSecond: -1)
            _ = try visit.onlyLead()
        },

        Journey(
            "a browser whose requests end with their page sends by beacon when it is left",
            options: BrowserOptions(keepsPages: false)
        ) { browser, stage in
            // As browsers are that know no keepalive: what is under way is lost with the page.
            try browser.runFirst(
                "delete Request.prototype.keepalive; const all = window.fetch; window.fetch = (where, what) => what && what.method === 'POST' ? new Promise(() => {}) : all(where, what)"
            )
            try browser.open(stage.site + "/demo/")
            let visit = try Visit(browser, stage)
            try visit.fillAndSubmit()
            try browser.arrive(at: "/demo/thanks")
            _ = try visit.onlyLead()

            try browser.open(stage.site + "/demo/second")
            try browser.wait(for: Visit.isReady)
            let next = try Visit(browser, stage)
            try browser.run(
                "leadrelay.send({ person: { email: arguments[0] } }); location.href = 'about:blank'",
                .string(next.email))
            try browser.arrive(at: "about:blank")
            _ = try next.onlyLead()
        },

        Journey("consent denied: nothing is stored, no earlier click goes along, the pixel is not called") {
            browser, stage in
            try browser.open(stage.site + "/demo/?gclid=Denied-1&utm_source=google")
            try browser.click("#deny")
            try browser.open(stage.site + "/demo/second")
            let visit = try Visit(browser, stage)
            try visit.fillAndSubmit()
            try browser.arrive(at: "/demo/thanks")
            let lead = try visit.onlyLead()
            try expect(lead["consent"]?["ad_user_data"]?.string, is: "denied", "consent")
            try expect(lead["click"]?["gclid"] == nil, "the click of the page before went along")
            try expect(lead["custom"]?["utm_source"] == nil, "the UTM values of the page before went along")
            try expect(try browser.run(Visit.storedNames).text, is: "[]", "what is stored")
            try expect(try visit.pixels().contains { $0.hasPrefix("fbq") }, is: false, "a call of Meta's pixel")
            try expect(try stage.metaIDs().contains(try visit.id(of: lead)), is: false, "a delivery to Meta")
        },

        Journey("consent granted later: the click is remembered from then on") { browser, stage in
            try browser.open(stage.site + "/demo/?gclid=Later-1&utm_source=google")
            try browser.wait(for: Visit.isReady)
            try expect(
                try browser.run(Visit.storedNames).text, is: "[]", "what is stored before the visitor has chosen")
            try browser.click("#grant")
            try browser.wait(for: "localStorage['leadrelay.landing']")
            // Another platform's click on another day joins it.
            try browser.open(stage.site + "/demo/?fbclid=Later-2")
            try browser.wait(for: "(localStorage['leadrelay.landing'] || '').includes('Later-2')")
            try browser.open(stage.site + "/demo/second")
            let visit = try Visit(browser, stage)
            try visit.fillAndSubmit()
            let lead = try visit.onlyLead()
            try expect(lead["click"]?["gclid"]?.string, is: "Later-1", "gclid")
            try expect(lead["click"]?["fbclid"]?.string, is: "Later-2", "fbclid")
            try expect(lead["custom"]?["utm_source"]?.string, is: "google", "utm_source")
        },

        Journey("consent withdrawn: what was stored is gone") { browser, stage in
            try browser.open(stage.site + "/demo/?gclid=Gone-1")
            try browser.click("#grant")
            try browser.wait(for: "localStorage['leadrelay.landing']")
            try browser.run("leadrelay.consent('denied')")
            try expect(try browser.run(Visit.storedNames).text, is: "[]", "what is stored")
        },

        Journey("a default of denied forgets nothing before the visitor's choice is told again") { browser, stage in
            try browser.open(stage.site + "/demo/?gclid=Default-1&default=denied")
            try browser.wait(for: Visit.isReady)
            try expect(
                try browser.run(Visit.storedNames).text, is: "[]", "what is stored before the visitor has chosen")
            try browser.click("#grant")
            try browser.open(stage.site + "/demo/second?default=denied")
            let visit = try Visit(browser, stage)
            try visit.fillAndSubmit()
            let lead = try visit.onlyLead()
            try expect(lead["click"]?["gclid"]?.string, is: "Default-1", "gclid")
            try expect(lead["consent"]?["ad_personalization"]?.string, is: "granted", "consent")
        },

        Journey("the IAB's consent interface is understood") { browser, stage in
            try browser.open(stage.site + "/demo/?gclid=Tcf-1&tcf")
            try browser.wait(for: Visit.isReady)
            try expect(
                try browser.run(Visit.storedNames).text, is: "[]", "what is stored before the visitor has chosen")
            try browser.click("#grant")
            let visit = try Visit(browser, stage)
            try visit.fillAndSubmit()
            let lead = try visit.onlyLead()
            try expect(lead["consent"]?["ad_user_data"]?.string, is: "granted", "consent")
        },

        Journey(
            "another company's script fails everywhere: the lead arrives", expectedErrors: ["demonstration: broken"]
        ) {
            browser, stage in
            try browser.open(stage.site + "/demo/?broken&gclid=Broken-1")
            let visit = try Visit(browser, stage)
            try visit.fillAndSubmit()
            try browser.arrive(at: "/demo/thanks")
            let lead = try visit.onlyLead()
            try expect(lead["click"]?["gclid"]?.string, is: "Broken-1", "gclid")
            let id = try visit.id(of: lead)
            try expect(try visit.pixels().contains("fbq Lead \(id)"), "the pixel was not told")
            let errors = try browser.traces().errors
            for place in ["loaded", "submitted", "announced"] {
                try expect(
                    errors.contains { $0.contains("broken while") && $0.contains(place) },
                    "nothing failed while \(place)")
            }
        },

        Journey("without JavaScript the plain form is the lead", options: BrowserOptions(allowsScripts: false)) {
            browser, stage in
            try browser.open(stage.site + "/demo/plain")
            let visit = try Visit(browser, stage)
            try visit.fillAndSubmit()
            try browser.arrive(at: "/demo/thanks")
            let lead = try visit.onlyLead()
            try expect(lead["event_id"] == nil, "a script has run")
            try expect(lead["custom"]?["wish"]?.string, is: "A quiet one", "the wish")
        },

        Journey("a form that goes to the relay takes the id and the clicks along, and its copy stays one lead") {
            browser, stage in
            try browser.open(stage.site + "/demo/plain?gclid=Plain-1")
            try browser.click("#grant")
            let visit = try Visit(browser, stage)
            try visit.fillAndSubmit()
            try browser.arrive(at: "/demo/thanks")
            let lead = try visit.onlyLead()
            let id = try visit.id(of: lead)
            try expect(lead["click"]?["gclid"]?.string, is: "Plain-1", "gclid")
            try expect(try visit.pixels().contains("fbq Lead \(id)"), "the pixel got another id")
            // The copy asks whether the relay has it; it has.
            try visit.hurryWhenSettled()
            try browser.wait(for: Visit.isQueueEmpty)
            try expect(try stage.received() - visit.before, is: 1, "the number of events received")
        },

        Journey("a double click on a form that goes to the relay is one lead, and leaves the form as it was") {
            browser, stage in
            try browser.open(stage.site + "/demo/plain")
            let visit = try Visit(browser, stage)
            try visit.fill()
            let action = try browser.attribute("action", of: "form")
            // The page stays.
            try browser.run(
                "const form = document.querySelector('form'); form.target = 'other'; form.requestSubmit(); form.requestSubmit(); form.requestSubmit()"
            )
            _ = try visit.id(of: visit.onlyLead())
            try expect(try browser.attribute("action", of: "form"), is: action, "the form's action")
        },

        Journey(
            "a form that goes to the relay while it is away: the copy arrives",
            expectedErrors: ["ERR_CONNECTION_REFUSED"]
        ) { browser, stage in
            try browser.open(stage.site + "/demo/plain")
            try browser.click("#grant")
            let visit = try Visit(browser, stage)
            try visit.fill()
            try stage.stopRelay()
            try browser.run("document.querySelector('form').requestSubmit()")
            try browser.wait(for: "location.href.startsWith('chrome-error')")
            try stage.startRelay()
            try browser.open(stage.site + "/demo/second")
            try visit.hurryWhenSettled()
            _ = try visit.onlyLead()
            try browser.wait(for: Visit.isQueueEmpty)
        },

        Journey("storage is blocked: the lead arrives all the same", options: BrowserOptions(allowsStorage: false)) {
            browser, stage in
            try browser.open(stage.site + "/demo/?gclid=Blocked-1")
            try expect(
                try browser.run("try { localStorage.x = 1; return 'open' } catch { return 'blocked' }").string,
                is: "blocked",
                "storage")
            try browser.click("#grant")
            let visit = try Visit(browser, stage)
            try visit.fillAndSubmit()
            try browser.arrive(at: "/demo/thanks")
            let lead = try visit.onlyLead()
            try expect(lead["click"]?["gclid"]?.string, is: "Blocked-1", "gclid")
        },

        Journey("one call sends an event as the contract has it, once") { browser, stage in
            try browser.open(stage.site + "/demo/scripted?wbraid=Call-1")
            let visit = try Visit(browser, stage)
            try visit.fill()
            try browser.run("const form = document.querySelector('form'); form.requestSubmit(); form.requestSubmit()")
            let lead = try visit.onlyLead()
            try expect(try browser.text("#answer"), is: "Sent as \(try visit.id(of: lead))", "the page's answer")
            try expect(lead["value"]?.text, is: "49.9", "the value")
            try expect(lead["click"]?["wbraid"]?.string, is: "Call-1", "wbraid")
            try expect(lead["custom"]?["floor_space"]?.text, is: "120", "a number of the page's own")
            try expect(lead["page"]?["url"]?.string, is: stage.site + "/demo/scripted?wbraid=Call-1", "the page")
            // Calls made before the script has loaded wait for it.
            let email = "early-" + visit.email
            try browser.run(
                """
                const source = document.querySelector('script[data-key]');
                delete window.leadrelay;
                (window.leadrelay = window.leadrelay || []).push(['send', { person: { email: arguments[0] } }]);
                const again = document.createElement('script');
                again.src = source.src + '?again';
                again.dataset.key = source.dataset.key;
                document.head.append(again);
                """, .string(email))
            _ = try stage.lead(of: email)
        },
    ]
}

/// One person on a page with the demonstration's form.
struct Visit {
    let browser: Browser
    let stage: BrowserStage
    /// Tells this visit's leads from all others.
    let email: String
    /// What the relay had received before.
    let before: Int64
    private let earlierReports: Int

    init(_ browser: Browser, _ stage: BrowserStage) throws {
        self.browser = browser
        self.stage = stage
        email = "erika.\(UInt32.random(in: .min ... .max))@example.com"
        before = try stage.received()
        earlierReports = try stage.reports().count
    }

    func fill() throws {
        try browser.type("Erika", into: "#name")
        try browser.type(email, into: "#email")
        try browser.type("+49 30 901820", into: "#phone")
        try browser.type("A quiet one", into: "#wish")
    }

    func fillAndSubmit() throws {
        try fill()
        try browser.click("form button")
    }

    /// The relay goes away, and the form of the page with a script is submitted; the page has answered.
    func submitWithoutRelay() throws {
        try stage.stopRelay()
        try fillAndSubmit()
        try browser.wait(for: "document.querySelector('#answer').textContent")
    }

    /// Lets a page try again at once, as soon as its snippet knows what the visitor has chosen.
    func hurryWhenSettled() throws {
        try browser.wait(for: Self.isSettled)
        try browser.run(Self.hurry)
    }

    /// The lead of this visit. There is one, and nothing else was received.
    func onlyLead() throws -> JSON {
        let lead = try stage.lead(of: email)
        try expect(try stage.leads(of: email).count, is: 1, "the number of leads")
        try expect(try stage.received() - before, is: 1, "the number of events received")
        return lead
    }

    func id(of lead: JSON) throws -> String {
        guard let id = lead["event_id"]?.string, id.utf8.count == 32 else {
            throw Failure("no event id of 32 digits: \(lead["event_id"]?.text ?? "none")")
        }
        return id
    }

    /// What the pixels were told since the visit began, each as one line, in alphabetical order.
    func pixels() throws -> [String] {
        try stage.reports().dropFirst(earlierReports).filter { $0["id"] != nil }
            .map { "\($0["pixel"]?.string ?? "") \($0["name"]?.string ?? "") \($0["id"]?.string ?? "")" }.sorted()
    }

    /// The names of what the snippet has stored.
    static let storedNames =
        "return [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter(n => n.startsWith('leadrelay')).concat(document.cookie ? [document.cookie] : [])"
    /// The visitor has chosen, and the snippet has heard of it.
    static let isSettled = "\(isReady) && document.documentElement.dataset.consent"
    static let isReady = "window.leadrelay && window.leadrelay.send"
    static let isQueueEmpty = "!Object.keys(localStorage).some(name => name.startsWith('leadrelay.queue.'))"
    /// Lets the page try again at once, as browsers do when they are back on the net.
    static let hurry = "dispatchEvent(new Event('online'))"
}
