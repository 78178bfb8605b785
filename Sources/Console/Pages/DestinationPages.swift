package import API
import Domain
import Store

/// Where leads go: how each lane stands, what waits, what went wrong, and what to do about it.
package enum DestinationPages {
    /// `document` is what `/api/destinations` answers.
    package static func list(_ visitor: Visitor, _ document: DestinationListDocument, notice: Page.Notice?) -> Page {
        let cards = HTML.each(document.destinations) { entry in
            let one = entry.destination
            let name = one.name
            return """
                <li class="card"><h2><a href="\(Link.to("destinations", name))">\(name)</a></h2>
                <p>\(state(one)) <span class="muted">\(one.platform ?? "not configured")</span></p>
                \(trouble(one, visitor))
                <dl class="facts"><dt>Open</dt><dd>\(Format.count(one.counts.open))</dd>
                <dt>Oldest waiting</dt><dd>\(Format.distance(entry.oldestDue, from: visitor.now))</dd>
                <dt>Delivered</dt><dd>\(Format.count(one.counts.delivered))</dd>
                <dt>Rejected</dt><dd>\(Format.count(one.counts.rejected))</dd></dl></li>
                """
        }
        return Page(
            "Destinations", .destinations, for: visitor, notice: notice,
            cards.isEmpty
                ? "<p class=\"card muted\">\(EmptyWords.noDestination)</p>" : "<ul class=\"cards\">\(cards)</ul>")
    }

    /// The lane's state, or what keeps it from sending although it runs.
    private static func state(_ one: DestinationDocument) -> HTML {
        guard let lane = one.state else { return Format.state("not configured") }
        if lane == .running, one.breaker == .open { return Format.badge("unreachable", .bad) }
        if lane == .running, one.restsUntil != nil { return Format.badge("rate-limited", .warn) }
        return Format.state(lane)
    }

    private static func trouble(_ one: DestinationDocument, _ visitor: Visitor) -> HTML {
        var lines: [HTML] = []
        if let reason = one.reason, !reason.isEmpty { lines.append("\(reason)") }
        if one.breaker == .open {
            lines.append("The platform is not responding; retrying automatically.")
        }
        if let until = one.restsUntil {
            let reason = one.restsBecause ?? DeliveryWording.rateLimited
            lines.append("\(reason.prefix(1).uppercased() + reason.dropFirst()) until \(Format.time(until)).")
        }
        if let end = one.grantEnds {
            lines.append(
                """
                The refresh token ends \(Format.distance(end, from: visitor.now)): publish the OAuth app or grant \
                access anew.
                """
            )
        }
        return HTML.each(lines) { "<p class=\"warn\">\($0)</p>" }
    }

    package static func show(_ visitor: Visitor, _ detail: DestinationDetail, notice: Page.Notice?) -> Page {
        let one = detail.destination
        let counts = one.counts
        // Who may not know the whole lane is not told what is in flight.
        let tiles: [(title: String, count: Int64)] =
            [("Open", counts.open)] + (one.inFlight.map { [("In flight", Int64($0))] } ?? []) + [
                ("Sent", counts.sent), ("Delivered", counts.delivered), ("Rejected", counts.rejected),
                ("Expired", counts.expired), ("Skipped", counts.skipped),
            ]
        return Page(
            one.name, .destinations, for: visitor, notice: notice,
            """
            <p><a href="/destinations">All destinations</a></p>
            <div class="card"><dl class="facts"><dt>Lane</dt><dd>\(state(one)) since \(Format.time(one.since))</dd>
            <dt>Platform</dt><dd>\(one.platform ?? "not configured")</dd><dt>Client</dt>\
            <dd>\(detail.client ?? "all")</dd></dl>\(trouble(one, visitor))</div>
            \(visitor.may(.changeDestinations) ? actions(visitor, one) : "")
            <dl \
            class="tiles">\(HTML.each(tiles) { "<div><dt>\($0.title)</dt><dd>\(Format.count($0.count))</dd></div>" })\
            </dl>
            \(waiting(visitor, detail))
            \(preflight(visitor, detail))
            \(troubles(detail))
            """)
    }

    private static func actions(_ visitor: Visitor, _ one: DestinationDocument) -> HTML {
        let change: HTML =
            one.state == .running
            ? """
            <details><summary>Pause</summary>\(Form(
                Link.to("destinations", one.name, "pause"), visitor, ["stack"],
                """
                <p>Sending stops; leads are queued until you resume.</p>
                <div><label for="why">Why</label><input id="why" name="reason" required maxlength="500"></div>\
                <button>Pause</button>
                """).html)</details>
            """
            : Form(
                Link.to("destinations", one.name, "resume"), visitor, [], "<button class=\"primary\">Resume</button>"
            ).html
        return "<div class=\"actions\">\(change)</div>"
    }

    private static func waiting(_ visitor: Visitor, _ detail: DestinationDetail) -> HTML {
        // Who may not know the whole lane is not told of its queue.
        guard detail.overdue != nil else { return "" }
        guard let closing = detail.closing else {
            return "<h2>Queue</h2><p class=\"card muted\">The queue is empty.</p>"
        }
        // Only the quarter of an hour is known.
        let first = closing.next.map { $0 + ClosingWindows.precision }
        func row(_ title: HTML, _ count: Int) -> HTML {
            "<tr><th scope=\"row\">\(title)</th>\(Format.cell(count))</tr>\n"
        }
        return """
            <h2>Queue</h2>
            <p>Oldest waiting \(Format.distance(detail.oldestDue, from: visitor.now)); the first is given up \
            \(Format.distance(first, from: visitor.now)) at the latest, when the platform’s window closes.</p>
            \(Table.html(
                "Open deliveries that end soon", ["Expiring within", Table.number("Leads")],
                [
                    row("an hour", closing.within1h), row("9 hours", closing.within9h), row("a day", closing.within1d),
                ], empty: ""))
            """
    }

    private static func preflight(_ visitor: Visitor, _ detail: DestinationDetail) -> HTML {
        let path = Link.to("destinations", detail.destination.name, "test")
        let test =
            visitor.may(.changeDestinations) ? Form(path, visitor, [], "<button>Test now</button>").html : ""
        guard let report = detail.preflight else {
            return test.isEmpty ? "" : "<h2>Connection check</h2><div class=\"actions\">\(test)</div>"
        }
        let rows = report.findings.map { finding -> HTML in
            let tone: Format.Tone = finding.grade == .ok ? .good : finding.grade == .failed ? .bad : .warn
            return """
                <tr><td>\(Format.badge(finding.grade.rawValue, tone))</td>\
                <th scope="row">\(finding.subject.rawValue)</th>\
                <td class="wide">\(finding.words)<div class="muted">\(finding.grade == .ok ? "" : finding.remedy)</div>\
                </td></tr>

                """
        }
        return """
            <h2>Connection check</h2>
            <p class="muted">Asked \(Format.distance(report.checkedAt, from: visitor.now)), with requests that count \
            nothing.</p>
            \(Table.html(
                "What it answered", ["Grade", "What", "Answer"], rows,
                empty: "This platform has no connection check."))
            <div class="actions">\(test)</div>
            """
    }

    private static func troubles(_ detail: DestinationDetail) -> HTML {
        guard let troubles = detail.troubles else { return "" }
        let rows = troubles.map { trouble -> HTML in
            """
            <tr><th scope="row">\(Format.attempt(trouble.kind))<div class="mono">\(trouble.code)</div>\
            <div class="muted">\(trouble.status == 0 ? "no answer" : "HTTP \(trouble.status)")</div></th>
            <td class="wide"><strong>\(trouble.meaning)</strong><div>\(trouble.remedy)</div>\
            <div class="muted">\(trouble.message)</div></td>
            <td>\(Format.time(trouble.last))</td>\(Format.cell(trouble.count))<td>\
            <a class="mono" href="\(Link.to("lead", "\(trouble.lead)"))">\(trouble.lead)</a></td></tr>
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
    package static func page(_ visitor: Visitor, _ books: BooksDocument, notice: Page.Notice?) -> Page {
        let faults = books.faults
        let verdict: HTML =
            faults.isEmpty
            ? "<p class=\"notice good\">The books balance.</p>"
            : """
            <div class=\"notice bad\"><strong>The books do not balance.</strong>\
            <ul>\(HTML.each(faults) { "<li>\($0)</li>" })</ul></div>
            """
        return Page(
            "Books", .books, for: visitor, notice: notice,
            """
            \(verdict)
            <p class="muted">Received = in the inbox + leads + duplicates + in quarantine + discarded. Owed = open + \
            sent + delivered + rejected + expired + \
            skipped + erased. All-time totals. <code>leadrelay audit</code> compares them with every table.</p>
            <h2>Received</h2>
            \(intake(books.sources))
            <h2>Outcome</h2>
            \(deliveries(books.sources))
            """)
    }

    private static func intake(_ sources: [BooksDocument.SourceBooks]) -> HTML {
        let columns: [Table.Column] =
            ["Source"] + ["Received", "Inbox", "Leads", "Duplicates", "Quarantine", "Discarded"].map(Table.number)
        return Table.html(
            "Received", columns,
            sources.map { source -> HTML in
                let counts = source.source.counts
                let cells = [
                    counts.received, counts.inbox, counts.lead, counts.duplicate, counts.quarantined, counts.discarded,
                ]
                return "<tr><th scope=\"row\">\(source.source.name)</th>\(HTML.each(cells) { Format.cell($0) })</tr>\n"
            }, empty: "No source has sent anything yet.")
    }

    private static func deliveries(_ sources: [BooksDocument.SourceBooks]) -> HTML {
        let names = ["owed", "open", "sent", "delivered", "rejected", "expired", "skipped", "erased"]
        let columns: [Table.Column] = ["Source", "Destination"] + names.map { Table.number($0.capitalizedFirst) }
        let rows = sources.flatMap { source in
            source.destinations.map { destination -> HTML in
                let (name, counts) = (destination.name, destination.counts)
                let cells = [
                    counts.owed, counts.open, counts.sent, counts.delivered, counts.rejected, counts.expired,
                    counts.skipped, counts.erased,
                ]
                return """
                    <tr><th scope="row">\(source.source.name)</th><td>\
                    <a href="\(Link.to("destinations", name))">\(name)</a></td>\
                    \(HTML.each(cells) { Format.cell($0) })</tr>
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
        _ visitor: Visitor, _ document: LiveDocument, _ filter: Filter, sources: [String], clients: [String]
    ) -> Page {
        let address = Link.to(
            "live", query: ["part": "1", "source": filter.source, "client": filter.client, "state": filter.state])
        func choice(_ name: String, _ title: String, _ values: [String], _ chosen: String?) -> HTML {
            """
            <div><label for="\(name)">\(title)</label><select id="\(name)" name="\(name)"><option value="">all</option>\
            \(HTML.each(values) { value in
                "<option\(value == chosen ? " selected" as HTML : "")>\(value)</option>"
            })</select></div>
            """
        }
        return Page(
            "Live", .live, for: visitor,
            """
            <form class="row card" method="get" \
            action="/live">\(choice("source", "Source", sources, filter.source))\
            \(choice("client", "Client", clients, filter.client))\
            \(choice("state", "State", ["lead", "duplicate", "quarantined", "inbox"], filter.state))<button>\
            Filter</button>
            <label class="check"><input type="checkbox" id="stop"> <span>Pause updates</span></label></form>
            <div data-follow="\(address)" data-every="3" data-stop="stop">\(rows(visitor, document))</div>
            <noscript><p><a href="/live">Refresh</a></p></noscript>
            """)
    }

    package static func rows(_ visitor: Visitor, _ document: LiveDocument) -> HTML {
        Table.html(
            "The last events", ["Received", "Event", "State", "Source", "Client · group", "Person", "Deliveries"],
            document.events.map { event in
                let person = [event.email, event.phone].compactMap { $0 }.joined(separator: " ")
                let deliveries = HTML.each((event.deliveries ?? []).filter { $0.state != .skipped }) { delivery in
                    "<span class=\"nowrap\">\(delivery.destination) \(Format.state(delivery.state))</span> "
                }
                return """
                    <tr><td>\(Format.time(event.receivedAt))</td><th scope="row" class="nowrap">\
                    <a class="mono" href="\(Link.to("lead", "\(event.id)"))">\(event.id)</a>\
                    <div class="muted">\(event.event ?? event.reason ?? "")</div></th>
                    <td>\(Format.state(event.state))\(event.test == true ? Format.badge("test", .warn) : "")</td>\
                    <td>\(event.source)</td><td \
                    class="name">\(Format.place(client: event.client, group: event.group, title: event.groupTitle))\
                    </td>\
                    <td>\(person)</td><td>\(deliveries)</td></tr>
                    """
            }, empty: "No matching events.")
    }
}

/// The configuration in force.
package enum SettingsPage {
    /// `document` is what `/api/settings` answers.
    package static func page(_ visitor: Visitor, _ document: SettingsDocument) -> Page {
        let groups = HTML.each(document.groups) { group in
            let title = group.title
            let rows = group.settings.map { setting -> HTML in
                let isFile = setting.origin == .file
                return """
                    <tr><th scope="row" class="mono">\(setting.name)</th><td class="wide">\(setting.value)</td>\
                    <td>\(isFile ? Format.badge("file", .info) : Format.badge("default", .plain))</td></tr>
                    """
            }
            return "<h2>\(title)</h2>"
                + Table.html(title, ["Setting", "Value", "Source"], rows, empty: "Nothing is set.")
        }
        return Page(
            "Settings", .settings, for: visitor,
            """
            <p class="muted">The configuration in force\(document.file.map { ", from \($0)" } ?? ""), read \
            \(Format.time(document.readAt)). It is changed in the \
            file, then <code>systemctl reload leadrelay</code>. Secrets are never shown.</p>
            \(groups)
            """)
    }
}
