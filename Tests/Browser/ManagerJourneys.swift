import Domain

/// What marketing managers do in the console.
extension Journey {
    static let ofManagers: [Journey] = [
        Journey("a manager follows the link, chooses a password, and looks at the leads down to an ad") {
            browser, stage in
            let email = "manager.\(UInt32.random(in: .min ... .max))@example.com"
            try browser.open(stage.site + "/demo/")
            try browser.wait(for: "window.leadrelay && window.leadrelay.send")
            try browser.run(
                "leadrelay.send({ campaign_group: 'pumps', campaign_id: 'c-1', adset_id: 's-1', ad_id: 'a-1', person: { email: arguments[0] } })",
                .string(email))
            _ = try stage.lead(of: email)

            let name = "manager\(UInt16.random(in: .min ... .max))"
            let answer = try stage.command("user", "add", name, "--role", "viewer", "--client", "acme")
            guard let link = answer.split(separator: "\n").first(where: { $0.contains("/welcome/") }),
                let path = link.firstRange(of: "/welcome/")
            else { throw Failure("no link: \(answer)") }
            try browser.open(stage.relayURL + link[path.lowerBound...])
            try browser.type("a long enough passphrase", into: "#new")
            try browser.type("a long enough passphrase", into: "#again")
            try browser.follow("main form button")
            try browser.wait(for: "document.querySelector('nav')")
            // Out and in again, as on any other day.
            try browser.follow(".who form button")
            try browser.type(name, into: "#name")
            try browser.type("a long enough passphrase", into: "#password")
            try browser.follow("main form button")
            try browser.follow("nav a[href='/leads']")
            try expect(try browser.text("h1"), is: "Leads of Acme Heating", "the title")
            for step in ["pumps", "c-1", "s-1"] {
                try browser.follow("a[href$='=\(step)']")
                try browser.arrive(at: "=\(step)")
            }
            try expect(try browser.text("main").contains("a-1"), "the ad is not there")
            try expect(try browser.count("nav a[href='/users']"), is: 0, "links that a viewer may not follow")
        },

        Journey("a manager goes from a number to the leads behind it, page by page, and to one of them") {
            browser, stage in
            let mark = Mark.new()
            let email = "behind.\(mark)@example.com"
            for number in 1...53 {
                _ = try stage.post([
                    "campaign_group": .string("many-\(mark)"), "campaign_id": "c-1", "adset_id": "s-1",
                    "ad_id": .string(number == 1 ? "oldest" : "ad-\(number % 2)"),
                    "person": ["email": .string(number == 1 ? email : "\(number).\(mark)@example.com")],
                    "value": .number("\(number).50"), "currency": "EUR",
                ])
            }
            let person = try Person("counter", role: "viewer", client: "acme", stage)
            try browser.open(stage.relayURL + "/leads?client=acme")
            try person.signIn(browser)
            let number = "a[href*='/leads/list'][href$='=many-\(mark)']"
            // The validator takes them a moment after they were posted.
            try browser.wait(
                for: "(document.querySelector(\"\(number)\") || {}).textContent === '53' || (location.reload(), false)")
            try browser.follow(number)
            try browser.arrive(at: "/leads/list")
            try expect(try browser.text("h1"), is: "Lead list · Acme Heating", "the title")
            try expect(try browser.count("tbody tr"), is: 50, "leads on the first page")
            try expect(try browser.text("main p strong"), is: "53", "how many there are")
            try expect(try browser.text("tbody tr").contains("53.50 EUR"), "the newest is not the first")
            try expect(!(try browser.text("tbody").contains("@example.com")), "a viewer sees whole addresses")
            try browser.follow("a[rel=next]")
            try browser.arrive(at: "before=")
            try expect(try browser.count("tbody tr"), is: 3, "leads on the second page")
            try expect(try browser.count("a[rel=next]"), is: 0, "a third page")
            try browser.follow("tbody tr:last-child th a")
            try browser.arrive(at: "/lead/")
            try expect(try browser.text("main").contains("oldest"), "it is another lead")
            // The address of a page can be kept.
            try browser.back()
            try browser.arrive(at: "before=")
            try browser.reload()
            try expect(try browser.count("tbody tr"), is: 3, "leads after loading the page again")
            try browser.follow("a[rel=first]")
            try browser.follow("nav[aria-label='Where you are'] a:last-child")
            try browser.arrive(at: "many-\(mark)")
            try browser.follow("a[href$='campaign=c-1']")
            try browser.follow("a[href$='adset=s-1']")
            try browser.follow("a[href*='/leads/list'][href$='ad=oldest']")
            try expect(try browser.count("tbody tr"), is: 1, "leads of the ad")
        },
    ]
}
