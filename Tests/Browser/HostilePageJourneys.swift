import Domain

/// Pages that make it hard: what they are made of stands in the snippet's way.
extension Journey {
    /// Hidden fields whose names are those of a form's own properties and methods, and what must never be sent.
    private static let hideEverything = """
        const names = ['id', 'name', 'elements', 'submit', 'action', 'method', 'dataset', 'attributes', 'matches', 'getAttribute',
            'setAttribute', 'hasAttribute', 'dispatchEvent', 'addEventListener', 'target', 'children', 'length', 'nodeName'];
        const form = document.forms[0];
        const add = (name, more) => {
            const field = Object.assign(document.createElement('input'), { type: 'hidden', value: 'x' }, more);
            field.setAttribute('name', name);
            form.append(field);
        };
        add('custom[secret_a]', { type: 'password' });
        add('custom[secret_b]', { type: 'text', autocomplete: 'current-password' });
        add('custom[secret_c]', { type: 'text', autocomplete: 'section-pay cc-number' });
        for (const name of names) add(name);
        """

    private static func expectNoSecrets(_ lead: JSON) throws {
        try expect(!lead.text.contains("secret_"), "a secret was sent: \(lead.text)")
    }

    static let ofHostilePages: [Journey] =
        [
            Journey("a form whose fields hide its own properties is sent, without its secrets") { browser, stage in
                try browser.open(stage.site + "/demo/")
                let visit = try Visit(browser, stage)
                try browser.wait(for: Visit.isReady)
                try browser.run(hideEverything)
                try visit.fillAndSubmit()
                try browser.arrive(at: "/demo/thanks")
                let lead = try visit.onlyLead()
                try expect(lead["page"]?["form_id"]?.string, is: "offer", "the form")
                try expectNoSecrets(lead)
                let id = try visit.id(of: lead)
                try expect(try visit.pixels().contains("page leadrelay:lead \(id)"), "the page was not told")
            },

            Journey("a form that goes to the relay, whose fields hide its own properties, takes the id along") {
                browser, stage in
                try browser.open(stage.site + "/demo/plain?gclid=Hidden-1")
                let visit = try Visit(browser, stage)
                try browser.wait(for: Visit.isReady)
                try browser.run(hideEverything)
                // The browser itself sends all fields of such a form.
                try browser.run("for (const field of document.querySelectorAll('[name*=secret]')) field.remove()")
                try visit.fillAndSubmit()
                try browser.arrive(at: "/demo/thanks")
                let lead = try visit.onlyLead()
                try expect(lead["click"]?["gclid"]?.string, is: "Hidden-1", "gclid")
                let id = try visit.id(of: lead)
                try expect(try visit.pixels().contains("fbq Lead \(id)"), "the pixel got another id")
            },

            Journey("a button that goes elsewhere than its form: one lead, with its id") { browser, stage in
                // From the relay to the site.
                try browser.open(stage.site + "/demo/plain?gclid=Button-1")
                try browser.wait(for: Visit.isReady)
                let visit = try Visit(browser, stage)
                try browser.run("document.querySelector('form button').setAttribute('formaction', '/demo/submit')")
                try visit.fillAndSubmit()
                try browser.arrive(at: "/demo/thanks")
                let lead = try visit.onlyLead()
                try expect(lead["click"]?["gclid"]?.string, is: "Button-1", "gclid")
                _ = try visit.id(of: lead)

                // From the site to the relay.
                try browser.open(stage.site + "/demo/plain?gclid=Button-2")
                try browser.wait(for: Visit.isReady)
                let next = try Visit(browser, stage)
                try browser.run(
                    """
                    const form = document.querySelector('form');
                    form.querySelector('button').setAttribute('formaction', form.getAttribute('action'));
                    form.setAttribute('action', '/demo/submit');
                    """)
                try next.fillAndSubmit()
                try browser.arrive(at: "/demo/thanks")
                let nextLead = try next.onlyLead()
                try expect(nextLead["click"]?["gclid"]?.string, is: "Button-2", "gclid")
                _ = try next.id(of: nextLead)
            },

            Journey("nonsense in what was stored: the lead arrives") { browser, stage in
                for nonsense in [
                    "{", "null", "[null]", "{}", "7", "\"x\"", #"{"at":1e99,"google":7}"#, #"[{"print":1},null]"#,
                ] {
                    try browser.open(stage.site + "/demo/thanks")
                    try browser.run(
                        """
                        localStorage['demo.consent'] = 'granted';
                        localStorage['leadrelay.landing'] = sessionStorage['leadrelay.sent'] = arguments[0];
                        """, .string(nonsense))
                    try browser.open(stage.site + "/demo/?fbclid=Nonsense-1")
                    let visit = try Visit(browser, stage)
                    try visit.fillAndSubmit()
                    let lead = try visit.onlyLead()
                    try expect(lead["click"]?["fbclid"]?.string, is: "Nonsense-1", "fbclid")
                }
            },

            Journey("calls that make no sense end nothing, and numbers are ids, too") { browser, stage in
                try browser.open(stage.site + "/demo/second")
                try browser.wait(for: Visit.isReady)
                let visit = try Visit(browser, stage)
                try browser.run(
                    """
                    const ring = {};
                    ring.ring = ring;
                    leadrelay.send(ring);
                    leadrelay.consent();
                    leadrelay.consent(7);
                    leadrelay.push(7);
                    leadrelay.push(['no such call'], []);
                    dataLayer.push(['consent'], ['consent', 'never'], null);
                    for (const event_id of [17, 18, 17]) leadrelay.send({ event_id, custom: { visit: arguments[0] } });
                    """, .string(visit.email))
                let leads = try eventually("two leads") {
                    let leads = try stage.leads { $0["custom"]?["visit"]?.string == visit.email }
                    return leads.count >= 2 ? leads : nil
                }
                try expect(leads.map { $0["event_id"]?.string ?? "" }.sorted(), is: ["17", "18"], "the ids")
                try expect(try stage.received() - visit.before, is: 2, "the number of events received")
            },

            Journey("a form by the name of the snippet does not keep it away") { browser, stage in
                try browser.runFirst(
                    """
                    document.addEventListener('readystatechange', () => {
                        const form = document.forms[0];
                        if (form) { form.id = 'leadrelay'; form.querySelector('button').name = 'send'; }
                    }, { once: true });
                    """)
                try browser.open(stage.site + "/demo/")
                let visit = try Visit(browser, stage)
                try browser.wait(for: "typeof window.leadrelay.send === 'function'")
                try visit.fillAndSubmit()
                try browser.arrive(at: "/demo/thanks")
                try expect(try visit.onlyLead()["page"]?["form_id"]?.string, is: "leadrelay", "the form")
            },
        ]
        + obstacles.map { name, script in
            Journey("\(name): the lead arrives") { browser, stage in
                try browser.runFirst(script)
                try browser.open(stage.site + "/demo/?gclid=Obstacle-1")
                try browser.wait(for: Visit.isReady)
                try browser.run("leadrelay.consent('granted')")
                let visit = try Visit(browser, stage)
                try visit.fillAndSubmit()
                try browser.arrive(at: "/demo/thanks")
                try expect(try visit.onlyLead()["click"]?["gclid"]?.string, is: "Obstacle-1", "gclid")
            }
        }

    /// What a page finds itself in, and scripts that imitate it.
    private static let obstacles: [(name: String, script: String)] = [
        (
            "storage has no room, as in old private windows",
            "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"
        ),
        ("storage is none at all", "Object.defineProperty(window, 'localStorage', { value: null })"),
        (
            "cookies may not be read, as in a closed frame",
            "Object.defineProperty(document, 'cookie', { get() { throw new DOMException('closed', 'SecurityError') } })"
        ),
    ]
}
