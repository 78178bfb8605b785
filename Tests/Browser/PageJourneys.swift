import Domain

/// Every page as every role sees it: nothing in the console, no request to others, and nothing that stands in anybody's
/// way.
extension Journey {
    static func ofPages(_ accessibility: Accessibility) -> [Journey] {
        FontSet.allCases.flatMap { fonts in
            var accessibility = accessibility
            accessibility.hasDarkViews = fonts == .dejaVu
            return ofPages(accessibility, fonts)
        }
    }

    private static func ofPages(_ accessibility: Accessibility, _ fonts: FontSet) -> [Journey] {
        let inFonts = "in \(fonts.rawValue)"
        return [
            Journey(
                "pages before signing in are for everybody, \(inFonts)", fonts: fonts, expectedErrors: ["status of 404"]
            ) { browser, stage in
                let person = try Person("guest", role: "viewer", client: "acme", stage)
                let answer = try stage.command("user", "password", person.name)
                guard let link = answer.split(separator: "\n").first(where: { $0.contains("/welcome/") }),
                    let path = link.firstRange(of: "/welcome/")
                else { throw Failure("no link: \(answer)") }
                try judge(
                    ["/login", String(link[path.lowerBound...]), "/welcome/none", "/nothing"], browser, stage,
                    accessibility)
            },
            Journey("an administrator's pages are for everybody, \(inFonts)", fonts: fonts) { browser, stage in
                try visit("admin", browser, stage, accessibility)
            },
            Journey("a viewer's pages are for everybody, \(inFonts)", fonts: fonts) { browser, stage in
                try visit("viewer", browser, stage, accessibility)
            },
            Journey("the demonstration's pages are for everybody, \(inFonts)", fonts: fonts) { browser, stage in
                for page in ["/demo/", "/demo/second", "/demo/plain", "/demo/scripted", "/demo/thanks"] {
                    try browser.open(stage.site + page)
                    try browser.wait(for: "window.leadrelay && window.leadrelay.send")
                    let faults = try accessibility.faults(browser)
                        // A landing page belongs to its owner, who may do without a link to its content.
                        .filter { !$0.contains("link to the content") }
                    try expect(faults.isEmpty, "\(page):\n  \(faults.joined(separator: "\n  "))")
                }
            },
            Journey("a page that stands in somebody's way would be noticed, \(inFonts)", fonts: fonts) {
                browser, stage in
                // Without users there is no form to sign in by.
                _ = try Person("somebody", role: "support", stage)
                try browser.open(stage.relayURL + "/login")
                try expect(browser.families("h1"), is: [fonts.family], "what the browser writes with")
                let harms = [
                    ("document.querySelector('label').remove()", "a field without a label"),
                    ("document.querySelector('h1').style.color = '#999'", "contrast"),
                    (
                        "document.querySelector('main').insertAdjacentHTML('beforeend', '<h4>Deep</h4>')",
                        "a heading of level 4"
                    ),
                    ("document.querySelector('main').style.width = '900px'", "scrolls sideways"),
                    (
                        "document.querySelector('main form button').style.cssText = 'min-height:0;height:12px;padding:0'",
                        "a target of"
                    ),
                    (alone("li", "link.style.display = 'inline'"), "a target of"),
                    (alone("td", "link.style.display = 'inline'; link.textContent = '7'"), "a target of"),
                    (
                        alone("p", "link.style.cssText = 'font-size:24px;line-height:normal;min-height:0'"),
                        "with a flat font"
                    ),
                    ("document.querySelector('main form button').textContent = ''", "no name"),
                    ("document.querySelector('main form button').style.outline = 'none'", "the focus is not seen"),
                    ("document.querySelector('main').append(document.querySelector('header'))", "no banner"),
                    ("document.documentElement.lang = ''", "no language"),
                    ("document.querySelector('.skip').remove()", "no link to the content"),
                ]
                for (harm, fault) in harms {
                    try browser.open(stage.relayURL + "/login")
                    try browser.run(harm)
                    let faults = try accessibility.faults(browser)
                    try expect(
                        faults.contains { $0.contains(fault) }, "after \(harm) only: \(faults.joined(separator: "; "))")
                }
            },
        ]
    }

    /// Harms a page by a link that stands for itself in such an element.
    private static func alone(_ element: String, _ harm: String) -> String {
        """
        const block = document.createElement('\(element)'), link = document.createElement('a');
        link.href = '/'; link.textContent = 'Post-mortem';
        block.append(link); document.querySelector('main').append(block); \(harm)
        """
    }

    /// Everything that the role may open, with something on each page.
    private static func visit(
        _ role: String, _ browser: Browser, _ stage: BrowserStage, _ accessibility: Accessibility
    ) throws {
        let mark = Mark.new()
        let lead = try stage.post([
            "event_id": .string("seen-\(mark)"), "campaign_group": "pumps", "campaign_id": "c-1", "adset_id": "s-1",
            "ad_id": "a-1", "person": ["email": .string("seen.\(mark)@example.com")],
        ])
        let broken = try stage.post(["event_id": .string("unseen-\(mark)"), "person": ["email": "nobody at all"]])
        let alert = try stage.alert("The page \(mark) is slow.", key: "seen-\(mark)", client: "acme")
        _ = try stage.lead(of: "seen.\(mark)@example.com")
        let person = try Person(role, role: role, client: role == "viewer" ? "acme" : nil, stage)
        try browser.open(stage.relayURL + "/login")
        try person.signIn(browser)
        try browser.wait(for: "document.querySelector('nav')")
        var pages = [
            "/", "/leads", "/leads?client=acme&group=pumps", "/leads?client=acme&group=pumps&campaign=c-1&adset=s-1",
            "/leads/list?client=acme", "/leads/list?client=acme&group=pumps&campaign=c-1",
            "/live", "/lead", "/lead/\(lead)", "/alerts", "/alerts?state=all", "/alerts/\(alert)", "/alerts/history",
            "/alerts/calendar", "/alerts/silences", "/group?client=acme&group=pumps", "/destinations",
            "/destinations/everything", "/books", "/account",
        ]
        if role == "admin" {
            pages += [
                "/leads/upload", "/quarantine", "/quarantine?reason=malformed&source=page",
                "/quarantine/event/\(broken)",
                "/lead/\(broken)", "/alerts/\(alert)/affected", "/alerts/\(alert)/postmortem", "/settings", "/users",
                "/audit-log",
            ]
        }
        try judge(pages, browser, stage, accessibility)
    }

    private static func judge(
        _ pages: [String], _ browser: Browser, _ stage: BrowserStage, _ accessibility: Accessibility
    ) throws {
        var all: [String] = []
        for page in pages {
            try browser.open(stage.relayURL + page)
            all += try accessibility.faults(browser).map { "\(page): \($0)" }
        }
        try expect(all.isEmpty, "\(all.count) faults:\n  \(all.joined(separator: "\n  "))")
    }
}
