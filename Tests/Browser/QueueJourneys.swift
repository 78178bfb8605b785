import Domain

/// What becomes of leads that cannot be sent at once.
extension Journey {
    /// As in `relay.js`.
    private static let queueCount = 20

    static let ofQueues: [Journey] = [
        Journey(
            "offline with more than the queue holds: a page that stays sends all of it when it is back, each once",
            expectedErrors: ["ERR_INTERNET_DISCONNECTED"]
        ) { browser, stage in
            try browser.open(stage.site + "/demo/")
            try browser.click("#grant")
            let visit = try Visit(browser, stage)
            try browser.setNetwork(isOffline: true)
            // Larger than what is kept, and so large in bytes that no browser lets it outlive its page.
            try visit.send(
                1, custom: "Object.fromEntries(Array.from({ length: 40 }, (_, n) => ['n' + n, '€'.repeat(700)]))")
            try expect(try visit.queued(), is: 0, "the number of large leads in storage")
            try visit.send(25)
            try expect(try visit.queued(), is: queueCount, "the number of leads in storage")
            try browser.setNetwork()
            try browser.run(Visit.hurry)
            try visit.expectLeads(26)
            try expect(try visit.queued(), is: 0, "the number of leads that are left in storage")
        },

        Journey(
            "the relay is away and the page is left: what was stored arrives from the next one",
            options: BrowserOptions(keepsPages: false), expectedErrors: ["ERR_CONNECTION_REFUSED"]
        ) { browser, stage in
            try browser.open(stage.site + "/demo/")
            try browser.click("#grant")
            let visit = try Visit(browser, stage)
            try stage.stopRelay()
            try visit.send(25)
            try expect(try visit.queued(), is: queueCount, "the number of leads in storage")
            try browser.open(stage.site + "/demo/thanks")
            try expect(try visit.queued(), is: queueCount, "the number of leads in storage after the page")
            try stage.startRelay()
            try browser.open(stage.site + "/demo/second")
            try visit.hurryWhenSettled()
            try browser.wait(for: Visit.isQueueEmpty)
            try visit.expectLeads(queueCount)
        },

        Journey("what has been stored for too long, or is no lead, is erased and not sent") { browser, stage in
            try browser.open(stage.site + "/demo/")
            try browser.click("#grant")
            let visit = try Visit(browser, stage)
            try browser.run(
                """
                const hour = 3600000, email = arguments[0];
                const to = document.querySelector('script[data-key]').src.replace('relay.js', 'leads/pk_browser');
                const put = (id, hoursAgo) => localStorage.setItem('leadrelay.queue.' + id, JSON.stringify({
                    to, at: Date.now() - hoursAgo * hour, next: 0,
                    body: JSON.stringify({ event: 'lead', event_id: id, person: { email } }),
                }));
                put('old-' + email, 24.1);
                put('tomorrow-' + email, -24.1);
                put('fresh-' + email, 23.9);
                localStorage['leadrelay.queue.broken'] = '{';
                localStorage['leadrelay.queue.empty'] = 'null';
                localStorage['leadrelay.queue.bare'] = JSON.stringify({ to, at: Date.now(), next: 0 });
                localStorage['leadrelay.queue.lost'] = JSON.stringify({ at: Date.now(), next: 0, body: '{}' });
                """, .string(visit.email))
            try browser.open(stage.site + "/demo/second")
            try browser.wait(for: Visit.isQueueEmpty)
            let lead = try visit.onlyLead()
            try expect(lead["event_id"]?.string, is: "fresh-" + visit.email, "the lead that was sent")
        },

        Journey(
            "the clock is set back, or forward, while the relay is away: the lead follows all the same",
            expectedErrors: ["ERR_CONNECTION_REFUSED"]
        ) { browser, stage in
            try browser.runFirst("const clock = Date.now; window.shift = 0; Date.now = () => clock() + window.shift")
            for days in [-400, 400] {
                try browser.open(stage.site + "/demo/scripted")
                if days < 0 { try browser.click("#grant") }
                let visit = try Visit(browser, stage)
                try visit.submitWithoutRelay()
                try browser.run("window.shift = arguments[0] * 86400000", JSON(days))
                try stage.startRelay()
                _ = try visit.onlyLead()
            }
        },

        Journey(
            "a page that is put behind another tries once more, without waiting",
            expectedErrors: ["ERR_CONNECTION_REFUSED"]
        ) { browser, stage in
            // Nothing happens by itself.
            try browser.runFirst(
                "const later = setTimeout; window.setTimeout = (work, wait, ...rest) => wait > 0 ? 0 : later(work, 0, ...rest)"
            )
            try browser.open(stage.site + "/demo/scripted")
            let visit = try Visit(browser, stage)
            try visit.submitWithoutRelay()
            try stage.startRelay()
            _ = try browser.openTab()
            _ = try visit.onlyLead()
        },

        Journey("two tabs with the same lead: it is one", expectedErrors: ["ERR_CONNECTION_REFUSED"]) {
            browser, stage in
            try browser.open(stage.site + "/demo/scripted")
            try browser.click("#grant")
            let visit = try Visit(browser, stage)
            try visit.submitWithoutRelay()
            try expect(try visit.queued(), is: 1, "the number of leads in storage")
            let first = try browser.openTab()
            try stage.startRelay()
            try browser.open(stage.site + "/demo/second")
            try visit.hurryWhenSettled()
            _ = try visit.onlyLead()
            try browser.wait(for: Visit.isQueueEmpty)
            try browser.show(first)
            try browser.run(Visit.hurry)
            _ = try visit.onlyLead()
            try browser.wait(for: Visit.isQueueEmpty)
        },

        Journey(
            "the way back to a page whose lead the next one has sent: it is one",
            expectedErrors: ["ERR_CONNECTION_REFUSED"]
        ) { browser, stage in
            try browser.open(stage.site + "/demo/scripted")
            try browser.click("#grant")
            try browser.run("window.isSame = true")
            let visit = try Visit(browser, stage)
            try visit.submitWithoutRelay()
            try browser.open(stage.site + "/demo/second")
            try stage.startRelay()
            try visit.hurryWhenSettled()
            try browser.wait(for: Visit.isQueueEmpty)
            let lead = try visit.onlyLead()
            try browser.back()
            try browser.arrive(at: "/demo/scripted")
            try expect(try browser.run("return window.isSame").bool, is: true, "whether the page was kept")
            try browser.run(Visit.hurry)
            try browser.wait(for: Visit.isQueueEmpty)
            try expect(try visit.id(of: visit.onlyLead()), is: visit.id(of: lead), "the lead's id")
        },

        Journey(
            "two keys on one site: what one left behind goes to its own source, and the same content is a lead for each",
            expectedErrors: ["ERR_CONNECTION_REFUSED"]
        ) { browser, stage in
            // Another key in place of the page's own.
            let change = """
                const source = document.querySelector('script[data-key]'), script = document.createElement('script');
                delete window.leadrelay;
                script.src = source.src + '?other';
                script.dataset.key = arguments[0];
                script.dataset.consent = 'granted';
                document.head.append(script);
                """
            try browser.open(stage.site + "/demo/scripted")
            try browser.click("#grant")
            let visit = try Visit(browser, stage)
            try visit.submitWithoutRelay()
            try stage.startRelay()

            try browser.runFirst("window.leadrelay = { send() {} }")
            try browser.open(stage.site + "/demo/scripted")
            try browser.wait(for: "document.readyState === 'complete'")
            try browser.run(change, .string(BrowserStage.otherKey))
            try browser.wait(for: Visit.isReady)
            try browser.run(Visit.hurry)
            _ = try visit.onlyLead()
            try expect(try stage.source(of: visit.email), is: "page", "the lead's source")

            try visit.fillAndSubmit()
            _ = try eventually("a lead of the other source") {
                try stage.leads(of: visit.email).count == 2 ? true : nil
            }
        },
    ]
}

extension Visit {
    /// Has the page send so many different leads by one call each. `custom`: JavaScript of an object with fields of the
    /// page's own.
    func send(_ count: Int, custom: String = "{}") throws {
        try browser.run(
            """
            for (let number = 0; number < arguments[1]; number += 1) {
                leadrelay.send({ person: { first_name: 'N' + number }, custom: { ...\(custom), visit: arguments[0] } });
            }
            """, .string(email), JSON(count))
    }

    /// How many leads are in the browser's storage.
    func queued() throws -> Int {
        Int(
            try browser.run(
                "return Object.keys(localStorage).filter(name => name.startsWith('leadrelay.queue.')).length"
            )
            .integer ?? -1)
    }

    /// So many of the leads that `send` has sent come out at the other end, each once, and nothing else was received.
    func expectLeads(_ count: Int) throws {
        let leads = try eventually("\(count) leads") {
            let leads = try stage.leads { $0["custom"]?["visit"]?.string == email }
            return leads.count >= count ? leads : nil
        }
        try expect(Set(leads.map { $0["event_id"]?.string }).count, is: count, "the number of ids")
        try expect(leads.count, is: count, "the number of leads")
        try expect(try stage.received() - before, is: Int64(count), "the number of events received")
    }
}
