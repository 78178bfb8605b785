import Domain

/// Where a visitor came from, and what the visitor said about that.
extension Journey {
    static let ofClicks: [Journey] = [
        Journey("an app's click ids reach the lead from another page, until a later click replaces them and their time")
        {
            browser, stage in
            try browser.open(stage.site + "/demo/?gbraid=Gbraid-1_a&wbraid=Wbraid-1_a")
            try browser.click("#grant")
            let landed = try Visit.landing(browser, containing: "Gbraid-1_a")
            try browser.open(stage.site + "/demo/second")
            let visit = try Visit(browser, stage)
            try visit.fillAndSubmit()
            let lead = try visit.onlyLead()
            try expect(lead["click"]?["gbraid"]?.string, is: "Gbraid-1_a", "gbraid")
            try expect(lead["click"]?["wbraid"]?.string, is: "Wbraid-1_a", "wbraid")
            try expect(lead["click"]?["landed_at"]?.string, is: landed, "the time of landing")
            try expect(lead["click"]?["gclid"] == nil, "there is a gclid")

            try browser.open(stage.site + "/demo/?gclid=Gclid-2")
            let landedAgain = try Visit.landing(browser, containing: "Gclid-2")
            try expect(landedAgain != landed, "the later click has the earlier one's time")
            try browser.open(stage.site + "/demo/second")
            let next = try Visit(browser, stage)
            try next.fillAndSubmit()
            let nextLead = try next.onlyLead()
            try expect(nextLead["click"]?["gclid"]?.string, is: "Gclid-2", "gclid")
            try expect(nextLead["click"]?["gbraid"] == nil, "gbraid is still there")
            try expect(nextLead["click"]?["wbraid"] == nil, "wbraid is still there")
            try expect(nextLead["click"]?["landed_at"]?.string, is: landedAgain, "the time of the later landing")
        },

        Journey("Meta's cookies are taken over as they are, if they are in shape and storage is not denied") {
            browser, stage in
            func visit(_ page: String, fbc: String, choosing choice: String?) throws -> JSON {
                try browser.run("document.cookie = '_fbc=' + arguments[0] + '; path=/'", .string(fbc))
                try browser.open(stage.site + page)
                if let choice { try browser.click(choice) }
                let visit = try Visit(browser, stage)
                try visit.fillAndSubmit()
                return try visit.onlyLead()
            }
            let cookie = "fb.1.1795251600000.AbC-d_Ef.Ag"
            try browser.open(stage.site + "/demo/thanks")
            try expect(
                try visit("/demo/?default=denied", fbc: cookie, choosing: nil)["click"]?["fbc"] == nil,
                "the cookie went along against the default")
            try expect(
                try visit("/demo/", fbc: cookie, choosing: nil)["click"]?["fbc"]?.string, is: cookie,
                "fbc before the visitor has chosen")
            try expect(
                try visit("/demo/", fbc: cookie, choosing: "#grant")["click"]?["fbc"]?.string, is: cookie,
                "fbc with consent")
            for wrong in [
                "fb.1.17952516.AbC", "fb.1.1795251600000.", "1795251600000", "fb.1.1795251600000.A%20C", "xyz",
            ] {
                try expect(
                    try visit("/demo/", fbc: wrong, choosing: nil)["click"]?["fbc"] == nil,
                    "\(wrong) was taken for the cookie")
            }
            try browser.run("localStorage.removeItem('demo.consent')")
            try expect(
                try visit("/demo/", fbc: cookie, choosing: "#deny")["click"]?["fbc"] == nil,
                "the cookie went along without consent")
        },

        Journey("the IAB's consent interface says no: nothing is stored, and the lead says so") { browser, stage in
            try browser.open(stage.site + "/demo/?gclid=Tcf-2&tcf")
            try browser.click("#deny")
            let visit = try Visit(browser, stage)
            try visit.fillAndSubmit()
            let lead = try visit.onlyLead()
            try expect(lead["consent"]?["ad_user_data"]?.string, is: "denied", "consent to user data")
            try expect(lead["consent"]?["ad_personalization"]?.string, is: "denied", "consent to personalisation")
            try expect(try browser.run(Visit.storedNames).text, is: "[]", "what is stored")
        },

        Journey("where the IAB's consent interface has nothing to ask, the click is remembered") { browser, stage in
            try browser.runFirst(
                "window.__tcfapi = (command, version, tell) => tell({ gdprApplies: false, eventStatus: 'tcloaded' }, true)"
            )
            try browser.open(stage.site + "/demo/?gclid=Tcf-3")
            _ = try Visit.landing(browser, containing: "Tcf-3")
            try browser.open(stage.site + "/demo/second")
            let visit = try Visit(browser, stage)
            try visit.fillAndSubmit()
            let lead = try visit.onlyLead()
            try expect(lead["click"]?["gclid"]?.string, is: "Tcf-3", "gclid")
            try expect(lead["consent"]?["ad_user_data"] == nil, "somebody spoke for the visitor")
        },
    ]
}

extension Visit {
    /// When the visitor landed, as soon as the snippet has stored that with such a click; in the lead's form.
    static func landing(_ browser: Browser, containing click: String) throws -> String {
        try browser.wait(for: "(localStorage['leadrelay.landing'] || '').includes('\(click)')")
        return try browser.run(
            "return new Date(JSON.parse(localStorage['leadrelay.landing']).at).toISOString()"
        ).string ?? ""
    }
}
