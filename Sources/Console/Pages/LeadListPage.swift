package import API
import Domain
import Store

/// The single leads behind a number of the leads' page, newest first.
package enum LeadListPage {
    /// `document` is what `/api/leads` answers; `isFirst`: it begins with the newest.
    package static func page(_ visitor: Visitor, _ document: LeadListDocument, isFirst: Bool) -> Page {
        let (leads, question) = (document.leads, document.question)
        // What all of them have in common stands above the table.
        let levels = LeadsPage.levels.filter { question[$0] == nil }
        return Page(
            "Lead list · \(question.title)", .leads, for: visitor,
            """
            \(choice(question))
            \(LeadsPage.spans(question, isList: true))
            \(LeadsPage.trail(question, isLinked: true))
            \(count(document))
            \(table(
                leads, levels,
                empty: isFirst && document.next == nil ? "No leads in this period." : "No more leads here."))
            \(onward(document, isFirst: isFirst))
            <p class="muted">Received by the clock of \(question.timeZone). Tests, duplicates and what is in \
            quarantine are not listed. Values are \
            shown until personal data is cleared.</p>
            """)
    }

    private static func choice(_ question: QuestionDocument) -> HTML {
        """
        <form method="get" action="/leads/list" class="row card" role="search">
        <input type="hidden" name="client" value="\(question.client)">
        <div><label for="from">From</label><input type="date" id="from" name="from" value="\(question.from)"></div>
        <div><label for="to">To</label><input type="date" id="to" name="to" value="\(question.to)"></div>
        \(HTML.each(LeadsPage.chosen(question)) { """
            <input type=\"hidden\" name=\"\($0.level.rawValue)\" value=\"\($0.id)\">
            """ })
        <div><button>Show</button></div>
        </form>
        """
    }

    private static func count(_ document: LeadListDocument) -> HTML {
        let figures = LeadsPage.link(document.question, LeadsPage.chosen(document.question))
        let days: HTML = "from \(document.question.from) to \(document.question.to)"
        let kept: HTML =
            document.keptFrom.map {
                """
                <p class=\"notice warn\" role=\"status\">Single leads are kept from \($0) on. Of the days before \
                there are only figures.</p>
                """
            } ?? ""
        guard let total = document.total else {
            return "<p>Leads \(days). <a href=\"\(figures)\">View totals</a></p>\(kept)"
        }
        let words: HTML = total == 1 ? "lead" : "leads"
        return """
            <p><strong>\(Format.count(total))</strong> \(words) \(days). <a href="\(figures)">View totals</a></p>\(kept)
            """
    }

    private static func table(
        _ leads: [LeadRow], _ levels: [LeadLevel], empty: String
    ) -> HTML {
        // Once personal data has been cleared nobody knows them any more.
        let hasValue = leads.contains { $0.value != nil }
        let hasPerson = leads.contains { $0.email != nil || $0.phone != nil }
        let rows = leads.map { lead -> HTML in
            let id = "\(lead.id)"
            let places = HTML.each(levels) { level in
                let (name, title) = lead.dimension[level]
                return name.isEmpty ? "<td class=\"zero\">–</td>" : cell(title, id: name)
            }
            let person = HTML.each([lead.email, lead.phone].compactMap { $0 }) { "<div>\($0)</div>" }
            let states = HTML.each(lead.deliveries.filter { $0.code != "filtered" }) { delivery in
                "<div class=\"nowrap\">\(delivery.destination) \(Format.state(delivery.state))</div>"
            }
            return """
                <tr><th scope="row"><a class="nowrap" href="\(Link.to("lead", id))">\
                <time datetime="\(lead.receivedAt.instant.rfc3339)">\(lead.local)</time></a>\
                <div class="muted">\(lead.event) <span class="mono">\(id)</span>\
                \(lead.junk ? " \(Format.badge("junk?", .warn))" as HTML : "")</div></th><td>\(states)</td>\(places)\
                \(hasValue ? "<td class=\"n\">\(value(lead))</td>" as HTML : "")\
                \(hasPerson ? "<td>\(person)</td>" as HTML : "")</tr>

                """
        }
        var columns: [Table.Column] =
            ["Received", "Deliveries"] + levels.map { .init(stringLiteral: LeadsPage.title($0)) }
        if hasValue { columns.append(Table.number("Value")) }
        if hasPerson { columns.append("Person") }
        return Table.html("Leads, the newest first", columns, rows, empty: empty)
    }

    private static func cell(_ title: String?, id: String) -> HTML {
        title.map { "<td class=\"name\">\($0)<div class=\"muted\">\(id)</div></td>" } ?? "<td>\(id)</td>"
    }

    private static func value(_ lead: LeadRow) -> HTML {
        guard let amount = lead.value?.text else { return "<span class=\"zero\">–</span>" }
        return "\(amount) \(lead.currency ?? "")"
    }

    private static func onward(_ document: LeadListDocument, isFirst: Bool) -> HTML {
        let question = document.question
        let chosen = LeadsPage.chosen(question)
        let back: HTML =
            isFirst ? "" : "<a rel=\"first\" href=\"\(LeadsPage.link(question, chosen, isList: true))\">The newest</a> "
        guard let next = document.next else {
            return isFirst ? "" : "<nav aria-label=\"Pages\"><p>\(back)</p></nav>"
        }
        let further = LeadsPage.link(question, chosen, isList: true, before: next)
        guard let reached = document.lookedBackTo else {
            return "<nav aria-label=\"Pages\"><p>\(back)<a rel=\"next\" href=\"\(further)\">Older leads</a></p></nav>"
        }
        return """
            <p class="notice warn" role="status">To find these, \(Format.count(document.lookedAt)) leads of the relay \
            were looked at, back to \(reached); there may be more.</p>
            <nav aria-label="Pages"><p>\(back)<a rel="next" class="button" href="\(further)">Keep searching</a></p>\
            </nav>
            """
    }
}
