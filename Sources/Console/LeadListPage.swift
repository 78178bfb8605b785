package import Domain

/// The single leads behind a number of the leads' page, newest first.
package enum LeadListPage {
    /// `document` is what `/api/leads` answers; `isFirst`: it begins with the newest.
    package static func page(_ visitor: Visitor, _ document: JSON, isFirst: Bool) -> Page {
        let leads = document["leads"]?.array ?? []
        // What all of them have in common stands above the table.
        let levels = LeadsPage.levels.filter { document[$0.name] == nil }
        return Page(
            "Lead list · \(document["title"]?.string ?? "")", .leads, for: visitor,
            """
            \(choice(document))
            \(LeadsPage.spans(document, isList: true))
            \(LeadsPage.trail(document, isLinked: true))
            \(count(document))
            \(table(leads, levels, empty: isFirst && document["next"] == .null ? "No leads in this period." : "No more leads here."))
            \(onward(document, isFirst: isFirst))
            <p class="muted">Received by the clock of \(document["time_zone"]?.string ?? ""). Tests, duplicates and what is in quarantine are not listed. Values are \
            shown until personal data is cleared.</p>
            """)
    }

    private static func choice(_ document: JSON) -> HTML {
        """
        <form method="get" action="/leads/list" class="row card" role="search">
        <input type="hidden" name="client" value="\(document["client"]?.string ?? "")">
        <div><label for="from">From</label><input type="date" id="from" name="from" value="\(document["from"]?.string ?? "")"></div>
        <div><label for="to">To</label><input type="date" id="to" name="to" value="\(document["to"]?.string ?? "")"></div>
        \(HTML.each(LeadsPage.chosen(document)) { "<input type=\"hidden\" name=\"\($0.level)\" value=\"\($0.name)\">" })
        <div><button>Show</button></div>
        </form>
        """
    }

    private static func count(_ document: JSON) -> HTML {
        let figures = LeadsPage.link(document, LeadsPage.chosen(document))
        let days: HTML = "from \(document["from"]?.string ?? "") to \(document["to"]?.string ?? "")"
        let kept: HTML =
            document["kept_from"]?.string.map {
                "<p class=\"notice warn\" role=\"status\">Single leads are kept from \($0) on. Of the days before there are only figures.</p>"
            } ?? ""
        guard let total = document["total"]?.integer else {
            return "<p>Leads \(days). <a href=\"\(figures)\">View totals</a></p>\(kept)"
        }
        let words: HTML = total == 1 ? "lead" : "leads"
        return
            "<p><strong>\(Format.count(total))</strong> \(words) \(days). <a href=\"\(figures)\">View totals</a></p>\(kept)"
    }

    private static func table(
        _ leads: [JSON], _ levels: [(name: String, title: String)], empty: String
    ) -> HTML {
        // Once personal data has been cleared nobody knows them any more.
        let hasValue = leads.contains { $0["value"] != .null }
        let hasPerson = leads.contains { $0["email"] != .null || $0["phone"] != .null }
        let rows = leads.map { lead -> HTML in
            let id = lead["id"]?.string ?? ""
            let places = HTML.each(levels) { level in
                let name = lead["dimension"]?[level.name]?.string ?? ""
                return name.isEmpty
                    ? "<td class=\"zero\">–</td>"
                    : cell(lead["dimension"]?["\(level.name)_title"]?.string, id: name)
            }
            let person = HTML.each(["email", "phone"].compactMap { lead[$0]?.string }) { "<div>\($0)</div>" }
            let states = HTML.each((lead["deliveries"]?.array ?? []).filter { $0["code"] != "filtered" }) { delivery in
                "<div class=\"nowrap\">\(delivery["destination"]?.string ?? "") \(Format.state(delivery["state"]?.string ?? ""))</div>"
            }
            return """
                <tr><th scope="row"><a class="nowrap" href="\(Link.to("lead", id))"><time datetime="\(lead["received_at"]?.string ?? "")">\(lead["local"]?.string ?? "")</time></a>\
                <div class="muted">\(lead["event"]?.string ?? "") <span class="mono">\(id)</span>\(lead["junk"]?.bool == true ? " \(Format.badge("junk?", .warn))" as HTML : "")</div></th><td>\(states)</td>\(places)\
                \(hasValue ? "<td class=\"n\">\(value(lead))</td>" as HTML : "")\(hasPerson ? "<td>\(person)</td>" as HTML : "")</tr>

                """
        }
        var columns: [Table.Column] = ["Received", "Deliveries"] + levels.map { .init(stringLiteral: $0.title) }
        if hasValue { columns.append(Table.number("Value")) }
        if hasPerson { columns.append("Person") }
        return Table.html("Leads, the newest first", columns, rows, empty: empty)
    }

    private static func cell(_ title: String?, id: String) -> HTML {
        title.map { "<td class=\"name\">\($0)<div class=\"muted\">\(id)</div></td>" } ?? "<td>\(id)</td>"
    }

    private static func value(_ lead: JSON) -> HTML {
        guard case .number(let amount)? = lead["value"] else { return "<span class=\"zero\">–</span>" }
        return "\(amount) \(lead["currency"]?.string ?? "")"
    }

    private static func onward(_ document: JSON, isFirst: Bool) -> HTML {
        let chosen = LeadsPage.chosen(document)
        let back: HTML =
            isFirst ? "" : "<a rel=\"first\" href=\"\(LeadsPage.link(document, chosen, isList: true))\">The newest</a> "
        guard let next = document["next"]?.string else {
            return isFirst ? "" : "<nav aria-label=\"Pages\"><p>\(back)</p></nav>"
        }
        let further = LeadsPage.link(document, chosen, isList: true, before: next)
        guard let reached = document["looked_back_to"]?.string else {
            return "<nav aria-label=\"Pages\"><p>\(back)<a rel=\"next\" href=\"\(further)\">Older leads</a></p></nav>"
        }
        return """
            <p class="notice warn" role="status">To find these, \(Format.count(document["looked_at"]?.integer ?? 0)) leads of the relay were looked at, back to \(reached); there may be more.</p>
            <nav aria-label="Pages"><p>\(back)<a rel="next" class="button" href="\(further)">Keep searching</a></p></nav>
            """
    }
}
