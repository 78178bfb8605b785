package import Domain
import Store

/// Where leads go: how each lane stands, what waits, what went wrong, and what to do about it.
package enum DestinationPages {
    /// `document` is what `/api/destinations` answers.
    package static func list(_ visitor: Visitor, _ document: JSON, notice: Page.Notice?) -> Page {
        let cards = HTML.each(document["destinations"]?.array ?? []) { one in
            let name = one["name"]?.string ?? ""
            return """
                <li class="card"><h2><a href="\(Link.to("destinations", name))">\(name)</a></h2>
                <p>\(state(one)) <span class="muted">\(one["platform"]?.string ?? "not configured")</span></p>
                \(trouble(one, visitor))
                <dl class="facts"><dt>Open</dt><dd>\(Format.count(one["open"]?.integer ?? 0))</dd>
                <dt>Oldest waiting</dt><dd>\(Format.distance(one["oldest_due"]?.string, from: visitor.now))</dd>
                <dt>Delivered</dt><dd>\(Format.count(one["delivered"]?.integer ?? 0))</dd>
                <dt>Rejected</dt><dd>\(Format.count(one["rejected"]?.integer ?? 0))</dd></dl></li>
                """
        }
        return Page(
            "Destinations", .destinations, for: visitor, notice: notice,
            cards.isEmpty
                ? "<p class=\"card muted\">No destination is configured.</p>" : "<ul class=\"cards\">\(cards)</ul>")
    }

    /// The lane's state, or what keeps it from sending although it runs.
    private static func state(_ one: JSON) -> HTML {
        let lane = one["state"]?.string ?? "not configured"
        if lane == "running", one["breaker"]?.string == "open" { return Format.badge("unreachable", .bad) }
        if lane == "running", one["rests_until"]?.string != nil { return Format.badge("rate-limited", .warn) }
        return Format.state(lane)
    }

    private static func trouble(_ one: JSON, _ visitor: Visitor) -> HTML {
        var lines: [HTML] = []
        if let reason = one["reason"]?.string, !reason.isEmpty { lines.append("\(reason)") }
        if one["breaker"]?.string == "open" {
            lines.append("The platform is not responding; retrying automatically.")
        }
        if let until = one["rests_until"]?.string {
            let reason = one["rests_because"]?.string ?? "rate-limited by the platform"
            lines.append("\(reason.prefix(1).uppercased() + reason.dropFirst()) until \(Format.time(until)).")
        }
        if let end = one["grant_ends"]?.string {
            lines.append(
                "The refresh token ends \(Format.distance(end, from: visitor.now)): publish the OAuth app or grant access anew."
            )
        }
        return HTML.each(lines) { "<p class=\"warn\">\($0)</p>" }
    }

    /// `one` is what `/api/destinations/{name}` answers.
    package static func show(_ visitor: Visitor, _ one: JSON, notice: Page.Notice?) -> Page {
        let name = one["name"]?.string ?? ""
        let tiles = [
            ("Open", "open"), ("In flight", "in_flight"), ("Sent", "sent"), ("Delivered", "delivered"),
            ("Rejected", "rejected"), ("Expired", "expired"), ("Skipped", "skipped"),
        ]
        return Page(
            name, .destinations, for: visitor, notice: notice,
            """
            <p><a href="/destinations">All destinations</a></p>
            <div class="card"><dl class="facts"><dt>Lane</dt><dd>\(state(one)) since \(Format.time(one["since"]?.string))</dd>
            <dt>Platform</dt><dd>\(one["platform"]?.string ?? "not configured")</dd><dt>Client</dt><dd>\(one["client"]?.string ?? "all")</dd></dl>\(trouble(one, visitor))</div>
            \(visitor.may(.changeDestinations) ? actions(visitor, one, name) : "")
            <dl class="tiles">\(HTML.each(tiles.filter { one[$0.1] != nil }) { "<div><dt>\($0.0)</dt><dd>\(Format.count(one[$0.1]?.integer ?? 0))</dd></div>" })</dl>
            \(waiting(visitor, one))
            \(preflight(visitor, one))
            \(troubles(one))
            """)
    }

    private static func actions(_ visitor: Visitor, _ one: JSON, _ name: String) -> HTML {
        let isRunning = one["state"]?.string == "running"
        let change: HTML =
            isRunning
            ? """
            <details><summary>Pause</summary>\(Form(
                Link.to("destinations", name, "pause"), visitor, ["stack"],
                """
                <p>Sending stops; leads are queued until you resume.</p>
                <div><label for="why">Why</label><input id="why" name="reason" required maxlength="500"></div><button>Pause</button>
                """).html)</details>
            """
            : Form(
                Link.to("destinations", name, "resume"), visitor, [], "<button class=\"primary\">Resume</button>"
            ).html
        return "<div class=\"actions\">\(change)</div>"
    }

    private static func waiting(_ visitor: Visitor, _ one: JSON) -> HTML {
        // Who may not know the whole lane is not told of its queue.
        guard one["overdue"] != nil else { return "" }
        guard let closing = one["closing"], closing != .null else {
            return "<h2>Queue</h2><p class=\"card muted\">The queue is empty.</p>"
        }
        // Only the quarter of an hour is known.
        let first = closing["next"]?.string.flatMap(Instant.init(rfc3339:)).map {
            ($0 + ClosingWindows.precision).rfc3339Seconds
        }
        func row(_ title: HTML, _ member: String) -> HTML {
            "<tr><th scope=\"row\">\(title)</th>\(Format.cell(closing[member]?.integer))</tr>\n"
        }
        return """
            <h2>Queue</h2>
            <p>Oldest waiting \(Format.distance(one["oldest_due"]?.string, from: visitor.now)); the first is given up \
            \(Format.distance(first, from: visitor.now)) at the latest, when the platform’s window closes.</p>
            \(Table.html(
                "Open deliveries that end soon", ["Expiring within", Table.number("Leads")],
                [row("an hour", "within_1h"), row("9 hours", "within_9h"), row("a day", "within_1d")], empty: ""))
            """
    }

    private static func preflight(_ visitor: Visitor, _ one: JSON) -> HTML {
        let name = one["name"]?.string ?? ""
        let test =
            visitor.may(.changeDestinations)
            ? Form(Link.to("destinations", name, "test"), visitor, [], "<button>Test now</button>").html : ""
        guard let report = one["preflight"], report != .null else {
            return test.isEmpty ? "" : "<h2>Connection check</h2><div class=\"actions\">\(test)</div>"
        }
        let rows = (report["findings"]?.array ?? []).map { finding -> HTML in
            let grade = finding["grade"]?.string ?? ""
            let tone: Format.Tone = grade == "ok" ? .good : grade == "failed" ? .bad : .warn
            let remedy = grade == "ok" ? "" : finding["remedy"]?.string ?? ""
            return """
                <tr><td>\(Format.badge(grade, tone))</td><th scope="row">\(finding["subject"]?.string ?? "")</th>\
                <td class="wide">\(finding["words"]?.string ?? "")<div class="muted">\(remedy)</div></td></tr>

                """
        }
        return """
            <h2>Connection check</h2>
            <p class="muted">Asked \(Format.distance(report["checked_at"]?.string, from: visitor.now)), with requests that count nothing.</p>
            \(Table.html("What it answered", ["Grade", "What", "Answer"], rows, empty: "This platform has no connection check."))
            <div class="actions">\(test)</div>
            """
    }

    private static func troubles(_ one: JSON) -> HTML {
        guard let troubles = one["troubles"]?.array else { return "" }
        let rows = troubles.map { trouble -> HTML in
            let id = trouble["lead"]?.string ?? ""
            let status = trouble["status"]?.integer ?? 0
            return """
                <tr><th scope="row">\(Format.attempt(trouble["kind"]?.string ?? ""))<div class="mono">\(trouble["code"]?.string ?? "")</div>\
                <div class="muted">\(status == 0 ? "no answer" : "HTTP \(status)")</div></th>
                <td class="wide"><strong>\(trouble["meaning"]?.string ?? "")</strong><div>\(trouble["remedy"]?.string ?? "")</div>\
                <div class="muted">\(trouble["message"]?.string ?? "")</div></td>
                <td>\(Format.time(trouble["last"]?.string))</td>\(Format.cell(trouble["count"]?.integer))<td><a class="mono" href="\(Link.to("lead", id))">\(id)</a></td></tr>
                """
        }
        return "<h2>Recent errors</h2>"
            + "<p class=\"muted\">Among the newest 5,000 attempts and outcomes of all destinations.</p>"
            + Table.html(
                "Recent errors",
                ["What", "What it means, and what to do", "Last", Table.number("Count"), "Example"],
                rows, empty: "No recent errors.")
    }
}

extension Table.Column: ExpressibleByStringInterpolation {}

/// The books: what came in, and what became of it.
package enum BooksPage {
    /// `document` is what `/api/books` answers.
    package static func page(_ visitor: Visitor, _ document: JSON, notice: Page.Notice?) -> Page {
        let faults = (document["faults"]?.array ?? []).compactMap(\.string)
        let sources = document["sources"]?.array ?? []
        let verdict: HTML =
            faults.isEmpty
            ? "<p class=\"notice good\">The books balance.</p>"
            : "<div class=\"notice bad\"><strong>The books do not balance.</strong><ul>\(HTML.each(faults) { "<li>\($0)</li>" })</ul></div>"
        return Page(
            "Books", .books, for: visitor, notice: notice,
            """
            \(verdict)
            <p class="muted">Received = in the inbox + leads + duplicates + in quarantine + discarded. Owed = open + sent + delivered + rejected + expired + \
            skipped + erased. All-time totals. <code>leadrelay audit</code> compares them with every table.</p>
            <h2>Received</h2>
            \(intake(sources))
            <h2>Outcome</h2>
            \(deliveries(sources))
            """)
    }

    private static func intake(_ sources: [JSON]) -> HTML {
        let names = ["received", "inbox", "lead", "duplicate", "quarantined", "discarded"]
        let columns: [Table.Column] =
            ["Source"] + ["Received", "Inbox", "Leads", "Duplicates", "Quarantine", "Discarded"].map(Table.number)
        return Table.html(
            "Received", columns,
            sources.map { source in
                "<tr><th scope=\"row\">\(source["name"]?.string ?? "")</th>\(HTML.each(names) { Format.cell(source[$0]?.integer) })</tr>\n"
            }, empty: "No source has sent anything yet.")
    }

    private static func deliveries(_ sources: [JSON]) -> HTML {
        let names = ["owed", "open", "sent", "delivered", "rejected", "expired", "skipped", "erased"]
        let columns: [Table.Column] = ["Source", "Destination"] + names.map { Table.number($0.capitalizedFirst) }
        let rows = sources.flatMap { source in
            (source["destinations"]?.array ?? []).map { destination -> HTML in
                let name = destination["name"]?.string ?? ""
                return """
                    <tr><th scope="row">\(source["name"]?.string ?? "")</th><td><a href="\(Link.to("destinations", name))">\(name)</a></td>\
                    \(HTML.each(names) { Format.cell(destination[$0]?.integer) })</tr>
                    """
            }
        }
        return Table.html("Outcome", columns, rows, empty: "Nothing is owed to a destination yet.")
    }
}

/// The last events as they come.
package enum LivePage {
    package struct Filter: Sendable {
        package var source: String?
        package var client: String?
        package var state: String?
        package init(source: String?, client: String?, state: String?) {
            self.source = source
            self.client = client
            self.state = state
        }
    }

    /// `document` is what `/api/live` answers.
    package static func page(
        _ visitor: Visitor, _ document: JSON, _ filter: Filter, sources: [String], clients: [String]
    ) -> Page {
        let address = Link.to(
            "live", query: ["part": "1", "source": filter.source, "client": filter.client, "state": filter.state])
        func choice(_ name: String, _ title: String, _ values: [String], _ chosen: String?) -> HTML {
            """
            <div><label for="\(name)">\(title)</label><select id="\(name)" name="\(name)"><option value="">all</option>\(HTML.each(values) { value in
                "<option\(value == chosen ? " selected" as HTML : "")>\(value)</option>"
            })</select></div>
            """
        }
        return Page(
            "Live", .live, for: visitor,
            """
            <form class="row card" method="get" action="/live">\(choice("source", "Source", sources, filter.source))\(choice("client", "Client", clients, filter.client))\
            \(choice("state", "State", ["lead", "duplicate", "quarantined", "inbox"], filter.state))<button>Filter</button>
            <label class="check"><input type="checkbox" id="stop"> <span>Pause updates</span></label></form>
            <div data-follow="\(address)" data-every="3" data-stop="stop">\(rows(visitor, document))</div>
            <noscript><p><a href="/live">Refresh</a></p></noscript>
            """)
    }

    package static func rows(_ visitor: Visitor, _ document: JSON) -> HTML {
        Table.html(
            "The last events", ["Received", "Event", "State", "Source", "Client · group", "Person", "Deliveries"],
            (document["events"]?.array ?? []).map { event in
                let id = event["id"]?.string ?? ""
                let person = ["email", "phone"].compactMap { event[$0]?.string }.joined(separator: " ")
                let deliveries = HTML.each((event["deliveries"]?.array ?? []).filter { $0["state"] != "skipped" }) {
                    delivery in
                    "<span class=\"nowrap\">\(delivery["destination"]?.string ?? "") \(Format.state(delivery["state"]?.string ?? ""))</span> "
                }
                return """
                    <tr><td>\(Format.time(event["received_at"]?.string))</td><th scope="row" class="nowrap"><a class="mono" href="\(Link.to("lead", id))">\(id)</a>\
                    <div class="muted">\(event["event"]?.string ?? event["reason"]?.string ?? "")</div></th>
                    <td>\(Format.state(event["state"]?.string ?? ""))\(event["test"]?.bool == true ? Format.badge("test", .warn) : "")</td><td>\(event["source"]?.string ?? "")</td><td class="name">\(Format.place(event))</td>\
                    <td>\(person)</td><td>\(deliveries)</td></tr>
                    """
            }, empty: "No matching events.")
    }
}

/// The configuration in force.
package enum SettingsPage {
    /// `document` is what `/api/settings` answers.
    package static func page(_ visitor: Visitor, _ document: JSON) -> Page {
        let groups = HTML.each(document["groups"]?.array ?? []) { group in
            let title = group["title"]?.string ?? ""
            let rows = (group["settings"]?.array ?? []).map { setting -> HTML in
                let isFile = setting["origin"]?.string == "file"
                return """
                    <tr><th scope="row" class="mono">\(setting["name"]?.string ?? "")</th><td class="wide">\(setting["value"]?.string ?? "")</td>\
                    <td>\(isFile ? Format.badge("file", .info) : Format.badge("default", .plain))</td></tr>
                    """
            }
            return "<h2>\(title)</h2>"
                + Table.html(title, ["Setting", "Value", "Source"], rows, empty: "Nothing is set.")
        }
        return Page(
            "Settings", .settings, for: visitor,
            """
            <p class="muted">The configuration in force\(document["file"]?.string.map { ", from \($0)" } ?? ""), read \(Format.time(document["read_at"]?.string)). It is changed in the \
            file, then <code>systemctl reload leadrelay</code>. Secrets are never shown.</p>
            \(groups)
            """)
    }
}
