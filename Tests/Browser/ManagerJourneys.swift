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
        }
    ]
}
