package import Domain
package import HTTP

/// What became of a client's leads, for those who pay for them: over some days against as many before, from groups down to ads.
package enum LeadsPage {
    /// How the rows are shown; the address says it, so that a page can be kept and passed on.
    package struct View: Sendable {
        var search: String
        var sort: Sort
        var page: Int

        enum Sort: String, CaseIterable { case leads, name, duplicates, quarantined, delivered, pending, rejected }

        package init(_ query: FormFields) {
            search = query["q"] ?? ""
            sort = query["sort"].flatMap(Sort.init) ?? .leads
            page = max(1, min(query["page"].flatMap { Int($0) } ?? 1, 10_000))
        }
    }

    private static let pageSize = 50
    private static let levels: [(name: String, title: String)] = [
        ("group", "Group"), ("campaign", "Campaign"), ("adset", "Ad set"), ("ad", "Ad"),
    ]

    /// `figures` is what `/api/figures` answers.
    package static func page(_ visitor: Visitor, _ figures: JSON, _ view: View) -> Page {
        let rows = rows(figures, view)
        let pages = max(1, (rows.count + pageSize - 1) / pageSize)
        let page = min(view.page, pages)
        let shown = rows.dropFirst((page - 1) * pageSize).prefix(pageSize)
        let days = figures["days"]?.array ?? []
        let bars = days.map {
            Chart.Bar(label: $0["day"]?.string ?? "", value: $0["figures"]?["leads"]?.integer ?? 0)
        }
        return Page(
            "Leads of \(figures["title"]?.string ?? "")", .leads, for: visitor, notice: notice(figures),
            """
            \(choice(figures, view))
            \(trail(figures))
            \(summary(figures))
            \(Chart.bars("Leads a day", bars))
            \(table(figures, view, Array(shown)))
            \(paging(figures, view, page, of: pages))
            <p><a href="\(address(figures, view, path: "leads.csv"))">Take this table along (CSV)</a></p>
            <details><summary>Day by day</summary>
            \(byDay(days))
            </details>
            <p class="muted">Days are those of \(figures["time_zone"]?.string ?? ""). Where that is not a whole number of hours from UTC, an hour \
            across midnight counts for the day in which it begins.</p>
            """)
    }

    /// The rows as CSV: the same order and search, all pages.
    package static func table(_ figures: JSON, _ view: View) -> String {
        let names = destinations(figures)
        let head =
            [
                title(figures), "Received", "Leads", "Leads before", "Duplicates", "Quarantined", "With click id",
                "With e-mail", "With phone",
            ]
            + names.flatMap { name in
                ["owed", "delivered", "pending", "rejected", "expired", "skipped"].map { "\(name) \($0)" }
                    + ["\(name) seconds to delivery"]
            }
        var text = CSV.line(head)
        for row in rows(figures, view) {
            let now = row["now"] ?? .null
            func count(_ name: String, in object: JSON? = nil) -> String {
                String((object ?? now)[name]?.integer ?? 0)
            }
            var cells = [
                row["name"]?.string ?? "", count("received"), count("leads"), count("leads", in: row["before"]),
                count("duplicates"), count("quarantined"), count("with_click_id"), count("with_email"),
                count("with_phone"),
            ]
            for name in names {
                let destination = now["destinations"]?.array?.first { $0["name"]?.string == name } ?? .object([])
                cells += ["owed", "delivered", "pending", "rejected", "expired", "skipped"].map {
                    count($0, in: destination)
                }
                cells.append(destination["milliseconds_to_delivery"]?.integer.map { String($0 / 1000) } ?? "")
            }
            text += CSV.line(cells)
        }
        return text
    }

    // MARK: Choosing

    private static func choice(_ figures: JSON, _ view: View) -> HTML {
        let options = HTML.each(figures["clients"]?.array ?? []) { client in
            let name = client["name"]?.string ?? ""
            let selected: HTML = name == figures["client"]?.string ? " selected" : ""
            return "<option value=\"\(name)\"\(selected)>\(client["title"]?.string ?? name)</option>"
        }
        return """
            <form method="get" action="/leads" class="row card" role="search">
            <p><label for="client">Client</label> <select id="client" name="client">\(options)</select></p>
            <p><label for="from">From</label> <input type="date" id="from" name="from" value="\(figures["from"]?.string ?? "")"></p>
            <p><label for="to">To</label> <input type="date" id="to" name="to" value="\(figures["to"]?.string ?? "")"></p>
            <p><label for="q">Name contains</label> <input type="search" id="q" name="q" value="\(view.search)"></p>
            \(HTML.each(chosen(figures)) { "<input type=\"hidden\" name=\"\($0.level)\" value=\"\($0.name)\">" })
            <p><button>Show</button></p>
            </form>
            """
    }

    /// The levels that are narrowed down, from the coarsest.
    private static func chosen(_ figures: JSON) -> [(level: String, title: String, name: String)] {
        levels.compactMap { level in figures[level.name]?.string.map { (level.name, level.title, $0) } }
    }

    private static func trail(_ figures: JSON) -> HTML {
        let chosen = chosen(figures)
        if chosen.isEmpty { return "" }
        var parts: HTML = "<a href=\"\(link(figures, []))\">All groups</a>"
        for (index, step) in chosen.enumerated() {
            let text = "\(step.title) \(named(step.name))"
            parts +=
                index == chosen.count - 1
                ? " › <span aria-current=\"location\">\(text)</span>"
                : " › <a href=\"\(link(figures, Array(chosen[...index])))\">\(text)</a>"
        }
        return "<nav aria-label=\"Where you are\"><p>\(parts)</p></nav>"
    }

    private static func link(_ figures: JSON, _ chosen: [(level: String, title: String, name: String)]) -> String {
        func name(_ level: String) -> String? { chosen.first { $0.level == level }?.name }
        return Link.to(
            "leads",
            query: [
                "client": figures["client"]?.string, "from": figures["from"]?.string, "to": figures["to"]?.string,
                "group": name("group"), "campaign": name("campaign"), "adset": name("adset"), "ad": name("ad"),
            ])
    }

    /// This page, sorted or turned otherwise.
    private static func address(
        _ figures: JSON, _ view: View, path: String = "leads", sort: View.Sort? = nil, page: Int? = nil
    ) -> String {
        Link.to(
            path,
            query: [
                "client": figures["client"]?.string, "from": figures["from"]?.string, "to": figures["to"]?.string,
                "group": figures["group"]?.string, "campaign": figures["campaign"]?.string,
                "adset": figures["adset"]?.string, "ad": figures["ad"]?.string, "by": by(figures),
                "q": view.search.isEmpty ? nil : view.search, "sort": (sort ?? view.sort).rawValue,
                "page": page.map(String.init),
            ])
    }

    private static func by(_ figures: JSON) -> String { figures["by"]?.string ?? "group" }
    private static func title(_ figures: JSON) -> String {
        levels.first { $0.name == by(figures) }?.title ?? "Group"
    }
    private static func named(_ name: String) -> String { name.isEmpty ? "(not said)" : name }

    // MARK: Showing

    private static func notice(_ figures: JSON) -> Page.Notice? {
        figures["complete_to"]?.string.map {
            Page.Notice(
                .warn, "These figures are being worked out anew. What is later than \($0.prefix(16)) UTC is not in yet."
            )
        }
    }

    private static func summary(_ figures: JSON) -> HTML {
        let (now, before) = (figures["total"] ?? .null, figures["before"] ?? .null)
        func row(_ text: String, _ name: String) -> HTML {
            let (a, b) = (now[name]?.integer ?? 0, before[name]?.integer ?? 0)
            return
                "<tr><th scope=\"row\">\(text)</th>\(Shown.cell(a))\(Shown.cell(b))<td class=\"n\">\(change(a, b))</td></tr>"
        }
        func share(_ text: String, _ name: String) -> HTML {
            "<tr><th scope=\"row\">\(text)</th><td class=\"n\">\(percent(now, name))</td><td class=\"n\">\(percent(before, name))</td><td></td></tr>"
        }
        return Table.html(
            "All together, against the same number of days before",
            ["", Table.number("Now"), Table.number("Before"), Table.number("Change")],
            [
                row("Received", "received"), row("Leads", "leads"), row("Duplicates", "duplicates"),
                row("Quarantined", "quarantined"), share("with a click id", "with_click_id"),
                share("with an e-mail address", "with_email"), share("with a phone number", "with_phone"),
            ], empty: "")
    }

    private static func percent(_ figures: JSON, _ name: String) -> String {
        let leads = figures["leads"]?.integer ?? 0
        return leads == 0 ? "–" : "\(((figures[name]?.integer ?? 0) * 200 / leads + 1) / 2) %"
    }

    private static func change(_ now: Int64, _ before: Int64) -> String {
        guard before > 0 else { return "–" }
        let percent = ((now - before) * 200 / before + (now >= before ? 1 : -1)) / 2
        return percent > 0 ? "+\(percent) %" : percent < 0 ? "−\(-percent) %" : "0 %"
    }

    private static func destinations(_ figures: JSON) -> [String] {
        (figures["total"]?["destinations"]?.array ?? []).compactMap { $0["name"]?.string }
    }

    private static func delivery(_ row: JSON, _ name: String) -> Int64 {
        (row["now"]?["destinations"]?.array ?? []).reduce(0) { $0 + ($1[name]?.integer ?? 0) }
    }

    /// Those that are searched for, in order.
    private static func rows(_ figures: JSON, _ view: View) -> [JSON] {
        let wanted = view.search.lowercased()
        let rows = (figures["rows"]?.array ?? []).filter {
            wanted.isEmpty || ($0["name"]?.string ?? "").lowercased().contains(wanted)
        }
        func key(_ row: JSON) -> Int64 {
            switch view.sort {
            case .name: 0
            case .leads, .duplicates, .quarantined: row["now"]?[view.sort.rawValue]?.integer ?? 0
            case .delivered, .pending, .rejected: delivery(row, view.sort.rawValue)
            }
        }
        // The rows come by name, and equal ones stay so.
        let keyed = rows.enumerated().map { (index: $0.offset, key: key($0.element), row: $0.element) }
        return keyed.sorted { ($0.key, $1.index) > ($1.key, $0.index) }.map(\.row)
    }

    private static func table(_ figures: JSON, _ view: View, _ rows: [JSON]) -> HTML {
        let chosen = chosen(figures)
        let isLast = by(figures) == "ad"
        let sorting = HTML.each(View.Sort.allCases) { sort in
            sort == view.sort
                ? "<strong aria-current=\"true\">\(sort.rawValue)</strong> "
                : "<a href=\"\(address(figures, view, sort: sort))\">\(sort.rawValue)</a> "
        }
        let body = rows.map { row -> HTML in
            let name = row["name"]?.string ?? ""
            let now = row["now"] ?? .null
            let text: HTML =
                isLast
                ? "\(named(name))"
                : "<a href=\"\(link(figures, chosen + [(by(figures), title(figures), name)]))\">\(named(name))</a>"
            let (leads, before) = (now["leads"]?.integer ?? 0, row["before"]?["leads"]?.integer ?? 0)
            let counts = HTML.each(["received", "leads"]) { Shown.cell(now[$0]?.integer) }
            let rest = HTML.each(["duplicates", "quarantined"]) { Shown.cell(now[$0]?.integer) }
            let ends = HTML.each(["delivered", "pending", "rejected", "expired", "skipped"]) {
                Shown.cell(delivery(row, $0))
            }
            return """
                <tr><th scope="row">\(text)</th>\(counts)<td class="n">\(change(leads, before))</td>\(rest)\
                <td class="n">\(percent(now, "with_click_id"))</td>\(ends)<td class="n">\(time(now))</td></tr>

                """
        }
        return """
            <p>Sort by: \(sorting)</p>
            \(Table.html(
                "Leads by \(title(figures).lowercased())",
                [
                    .init(stringLiteral: title(figures)), Table.number("Received"), Table.number("Leads"),
                    Table.number("Change"), Table.number("Duplicates"), Table.number("Quarantined"),
                    Table.number("Click id"), Table.number("Delivered"), Table.number("Pending"),
                    Table.number("Rejected"), Table.number("Expired"), Table.number("Skipped"),
                    Table.number("Time to delivery"),
                ], body, empty: "No leads in these days."))
            """
    }

    /// The slowest destination's mean: what is waited for.
    private static func time(_ figures: JSON) -> String {
        let times = (figures["destinations"]?.array ?? []).compactMap { $0["milliseconds_to_delivery"]?.integer }
        return times.max().map { $0 < 10_000 ? "\($0) ms" : Shown.duration($0 / 1000) } ?? "–"
    }

    private static func paging(_ figures: JSON, _ view: View, _ page: Int, of pages: Int) -> HTML {
        if pages == 1 { return "" }
        let back: HTML =
            page > 1 ? "<a rel=\"prev\" href=\"\(address(figures, view, page: page - 1))\">Before</a> " : ""
        let on: HTML =
            page < pages ? " <a rel=\"next\" href=\"\(address(figures, view, page: page + 1))\">Next</a>" : ""
        return "<nav aria-label=\"Pages\"><p>\(back)Page \(page) of \(pages)\(on)</p></nav>"
    }

    private static func byDay(_ days: [JSON]) -> HTML {
        Table.html(
            "Day by day",
            [
                "Day", Table.number("Received"), Table.number("Leads"), Table.number("Duplicates"),
                Table.number("Quarantined"),
            ],
            days.map { day in
                let cells = HTML.each(["received", "leads", "duplicates", "quarantined"]) {
                    Shown.cell(day["figures"]?[$0]?.integer)
                }
                return "<tr><th scope=\"row\">\(day["day"]?.string ?? "")</th>\(cells)</tr>\n"
            }, empty: "No leads in these days.")
    }
}
