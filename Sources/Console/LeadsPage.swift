package import Domain
package import HTTP

/// What became of a client's leads, for those who pay for them: over some days against as many before, from groups down
/// to ads.
package enum LeadsPage {
    /// How the rows are shown; the address says it, so that a page can be kept and passed on.
    package struct View: Sendable {
        var search: String
        var sort: Sort
        var page: Int

        enum Sort: String, CaseIterable {
            case leads, name, cost, duplicates, quarantined, delivered, pending, rejected
        }

        package init(_ query: FormFields) {
            search = query["q"] ?? ""
            sort = query["sort"].flatMap(Sort.init) ?? .leads
            page = max(1, min(query["page"].flatMap { Int($0) } ?? 1, 10_000))
        }
    }

    private static let pageSize = 50
    static let levels: [(name: String, title: String)] = [
        ("group", "Group"), ("campaign", "Campaign"), ("adset", "Ad set"), ("ad", "Ad"),
    ]

    /// `figures` is what `/api/figures` answers.
    package static func page(_ visitor: Visitor, _ figures: JSON, _ view: View) -> Page {
        let rows = rows(figures, view)
        let pages = max(1, (rows.count + pageSize - 1) / pageSize)
        let page = min(view.page, pages)
        let shown = rows.dropFirst((page - 1) * pageSize).prefix(pageSize)
        let days = figures["days"]?.array ?? []
        // Of a few days the hours say more.
        let hours = figures["hours"]?.array
        let bars = (hours ?? days).map {
            Chart.Bar(
                label: ($0["day"] ?? $0["local"])?.string ?? "", value: $0["figures"]?["leads"]?.integer ?? 0)
        }
        return Page(
            "Leads of \(figures["title"]?.string ?? "")", .leads, for: visitor, notice: notice(figures),
            """
            \(choice(figures, view))
            \(spans(figures))
            \(trail(figures))
            \(levelTabs(figures, view))
            \(summary(figures))
            \(Chart.bars(hours == nil ? "Leads a day" : "Leads an hour", bars))
            \(byDestination(figures))
            \(table(figures, view, Array(shown)))
            \(paging(figures, view, page, of: pages))
            \(rest(figures))
            <p><a href="\(link(figures, chosen(figures), isList: true))">View leads</a> · \
            <a href="\(address(figures, view, path: "leads.csv"))">Export CSV</a>\(upload(visitor, figures))</p>
            \(figures["hours"] == .null ? "<p class=\"muted\">Too many ads for an hourly view. Choose one day or filter the ads.</p>" : "")
            \(hours.map { "<details><summary>Hour by hour</summary>\(series("Hour by hour", "Hour", $0))</details>" } ?? "")
            <details><summary>Day by day</summary>
            \(series("Day by day", "Day", days))
            </details>
            <p class="muted">Days are those of \(figures["time_zone"]?.string ?? ""). Where that is not a whole number of hours from UTC, an hour \
            across midnight counts for the day in which it begins.</p>
            """)
    }

    private static func upload(_ visitor: Visitor, _ figures: JSON) -> HTML {
        guard visitor.may(.changeFigures) else { return "" }
        let link = Link.to("leads", "upload", query: ["client": figures["client"]?.string])
        return " · <a href=\"\(link)\">Import costs and names</a>"
    }

    /// The rows as CSV: the same order and search, all pages.
    package static func table(_ figures: JSON, _ view: View) -> String {
        let names = destinations(figures)
        let head =
            [
                title(figures), "Name", "Received", "Leads", "Leads before", "Duplicates", "Quarantined",
                "With click id",
                "With e-mail", "With phone", "Cost", "Cost per lead", "Cost before", "Cost per lead before",
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
                row["name"]?.string ?? "", row["title"]?.string ?? "", count("received"), count("leads"),
                count("leads", in: row["before"]),
                count("duplicates"), count("quarantined"), count("with_click_id"), count("with_email"),
                count("with_phone"), money(row["cost"], "amount"), money(row["cost"], "per_lead"),
                money(row["cost_before"], "amount"),
                money(row["cost_before"], "per_lead"),
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
        if let rest = figures["rest"], rest != .null {
            let leads = ["received", "leads"].map { String(rest["now"]?[$0]?.integer ?? 0) }
            text += CSV.line(
                ["", "(all others)"] + leads + [String(rest["before"]?["leads"]?.integer ?? 0)]
                    + [String](repeating: "", count: head.count - 5))
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
            <div><label for="client">Client</label><select id="client" name="client">\(options)</select></div>
            <div><label for="from">From</label><input type="date" id="from" name="from" value="\(figures["from"]?.string ?? "")"></div>
            <div><label for="to">To</label><input type="date" id="to" name="to" value="\(figures["to"]?.string ?? "")"></div>
            <div><label for="q">Name contains</label><input type="search" id="q" name="q" value="\(view.search)"></div>
            \(HTML.each(chosen(figures)) { "<input type=\"hidden\" name=\"\($0.level)\" value=\"\($0.name)\">" })
            <div><button>Show</button></div>
            </form>
            """
    }

    /// The usual spans of days, each a link to this page, or to that of the single leads.
    static func spans(_ figures: JSON, isList: Bool = false) -> HTML {
        guard let today = figures["today"]?.string.flatMap({ CivilTime($0) }) else { return "" }
        func date(_ back: Int64) -> String { CivilTime(seconds: (today.dayNumber - back) * 86_400).date }
        let spans: [(HTML, Int64, Int64)] = [
            ("Today", 0, 0), ("Yesterday", 1, 1), ("7 days", 6, 0), ("28 days", 27, 0), ("90 days", 89, 0),
        ]
        let items = HTML.each(spans) { title, from, to in
            let isShown = figures["from"]?.string == date(from) && figures["to"]?.string == date(to)
            let link = link(figures, chosen(figures), isList: isList, days: (date(from), date(to)))
            return "<li><a href=\"\(link)\"\(isShown ? " aria-current=\"true\"" as HTML : "")>\(title)</a></li>"
        }
        return "<nav aria-label=\"Days\" class=\"tabs\"><ul>\(items)</ul></nav>"
    }

    /// Within a group: by campaign, ad set or ad.
    private static func levelTabs(_ figures: JSON, _ view: View) -> HTML {
        guard figures["group"] != nil else { return "" }
        let finest = levels.lastIndex { figures[$0.name] != nil } ?? 0
        let finer = levels[min(finest + 1, levels.count)...]
        guard finer.count > 1 else { return "" }
        let items = HTML.each(finer) { level in
            let isShown = level.name == by(figures)
            return
                "<li><a href=\"\(address(figures, view, by: level.name))\"\(isShown ? " aria-current=\"true\"" as HTML : "")>By \(level.title.lowercased())</a></li>"
        }
        return "<nav aria-label=\"Break down by\" class=\"tabs\"><ul>\(items)</ul></nav>"
    }

    /// The levels that are narrowed down, from the coarsest.
    static func chosen(_ figures: JSON) -> [(level: String, title: String, name: String)] {
        levels.compactMap { level in figures[level.name]?.string.map { (level.name, level.title, $0) } }
    }

    /// Where one is. The last step is a link too if it is another page's.
    static func trail(_ figures: JSON, isLinked: Bool = false) -> HTML {
        let chosen = chosen(figures)
        if chosen.isEmpty { return "" }
        var parts: HTML = "<a href=\"\(link(figures, []))\">All groups</a>"
        for (index, step) in chosen.enumerated() {
            let title = figures["\(step.level)_title"]?.string
            let text = "\(step.title) \(title ?? named(step.name))"
            parts +=
                index == chosen.count - 1 && !isLinked
                ? " › <span aria-current=\"location\">\(text)</span>"
                : " › <a href=\"\(link(figures, Array(chosen[...index])))\">\(text)</a>"
            if title != nil { parts += " <span class=\"muted\">\(step.name)</span>" }
        }
        return "<nav aria-label=\"Where you are\"><p>\(parts)</p></nav>"
    }

    /// The figures of some leads, or these leads one by one; of the same days if no others are given.
    static func link(
        _ figures: JSON, _ chosen: [(level: String, title: String, name: String)], isList: Bool = false,
        days: (from: String, to: String)? = nil, before: String? = nil
    ) -> String {
        func name(_ level: String) -> String? { chosen.first { $0.level == level }?.name }
        let query: KeyValuePairs<String, String?> = [
            "client": figures["client"]?.string, "from": days?.from ?? figures["from"]?.string,
            "to": days?.to ?? figures["to"]?.string, "group": name("group"), "campaign": name("campaign"),
            "adset": name("adset"), "ad": name("ad"), "before": before,
        ]
        return isList ? Link.to("leads", "list", query: query) : Link.to("leads", query: query)
    }

    /// This page, sorted or turned otherwise.
    private static func address(
        _ figures: JSON, _ view: View, path: String = "leads", sort: View.Sort? = nil, page: Int? = nil,
        by level: String? = nil
    ) -> String {
        Link.to(
            path,
            query: [
                "client": figures["client"]?.string, "from": figures["from"]?.string, "to": figures["to"]?.string,
                "group": figures["group"]?.string, "campaign": figures["campaign"]?.string,
                "adset": figures["adset"]?.string, "ad": figures["ad"]?.string, "by": level ?? by(figures),
                "q": view.search.isEmpty ? nil : view.search, "sort": (sort ?? view.sort).rawValue,
                "page": page.map(String.init),
            ])
    }

    private static func by(_ figures: JSON) -> String { figures["by"]?.string ?? "group" }
    private static func title(_ figures: JSON) -> String {
        levels.first { $0.name == by(figures) }?.title ?? "Group"
    }
    private static func named(_ name: String) -> String { name.isEmpty ? "(not set)" : name }

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
                "<tr><th scope=\"row\">\(text)</th>\(Format.cell(a))\(Format.cell(b))<td class=\"n\">\(change(a, b))</td></tr>"
        }
        func share(_ text: String, _ name: String) -> HTML {
            "<tr><th scope=\"row\">\(text)</th><td class=\"n\">\(percent(now, name))</td><td class=\"n\">\(percent(before, name))</td><td></td></tr>"
        }
        return Table.html(
            "All together, against the same number of days before",
            ["Figure", Table.number("This period"), Table.number("Previous"), Table.number("Change")],
            [
                row("Received", "received"), row("Leads", "leads"), row("Duplicates", "duplicates"),
                row("Quarantined", "quarantined"), share("With a click id", "with_click_id"),
                share("With an e-mail address", "with_email"), share("With a phone number", "with_phone"),
            ] + costs(figures), empty: "")
    }

    /// What became of the deliveries of each destination, against the period before.
    private static func byDestination(_ figures: JSON) -> HTML {
        func of(_ period: String, _ name: String) -> JSON? {
            figures[period]?["destinations"]?.array?.first { $0["name"]?.string == name }
        }
        let rows = destinations(figures).map { name -> HTML in
            let (now, before) = (of("total", name), of("before", name))
            let counts = HTML.each(["owed", "delivered", "pending", "rejected", "expired", "skipped"]) {
                Format.cell(now?[$0]?.integer)
            }
            let (a, b) = (now?["delivered"]?.integer ?? 0, before?["delivered"]?.integer ?? 0)
            return """
                <tr><th scope="row">\(name)</th>\(counts)\(Format.cell(b))<td class="n">\(change(a, b))</td>\
                <td class="n">\(duration(now?["milliseconds_to_delivery"]?.integer))</td></tr>

                """
        }
        if rows.isEmpty { return "" }
        let columns: [Table.Column] =
            ["Destination"]
            + [
                "Owed", "Delivered", "Pending", "Rejected", "Expired", "Skipped", "Delivered before", "Change",
                "Time to delivery",
            ].map(Table.number)
        return Table.html("What became of them, by destination", columns, rows, empty: "", isCaptionShown: true)
    }

    private static func duration(_ milliseconds: Int64?) -> String {
        milliseconds.map { $0 < 10_000 ? "\($0) ms" : Format.duration($0 / 1000) } ?? "–"
    }

    /// A line for the cost and one for the cost of a lead, if any is known.
    private static func costs(_ figures: JSON) -> [HTML] {
        guard hasCost(figures) else { return [] }
        return [("Cost", "amount"), ("Cost per lead", "per_lead")].map { text, member in
            """
            <tr><th scope="row">\(text)</th><td class="n">\(shown(figures["cost"], member))</td><td class="n">\(shown(figures["cost_before"], member))</td><td class="n">\(change(figures["cost"], figures["cost_before"], member))</td></tr>
            """
        }
    }

    private static func hasCost(_ figures: JSON) -> Bool {
        [figures["cost"], figures["cost_before"]].contains { $0?.array?.isEmpty == false }
    }

    /// The same with thousands apart.
    private static func shown(_ costs: JSON?, _ member: String) -> String {
        money(costs, member).split(separator: " ").map { word in
            let parts = word.split(separator: ".")
            guard parts.count == 2, let whole = Int64(parts[0]) else { return String(word) }
            return "\(Format.count(whole)).\(parts[1])"
        }.joined(separator: " ")
    }

    /// `129.90 EUR`, each currency by itself; empty if nothing is known.
    private static func money(_ costs: JSON?, _ member: String) -> String {
        (costs?.array ?? []).compactMap { cost in
            guard case .number(let amount)? = cost[member] else { return nil }
            return "\(amount) \(cost["currency"]?.string ?? "")"
        }.joined(separator: " + ")
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

    /// The same of money, where both are of one and the same currency.
    private static func change(_ now: JSON?, _ before: JSON?, _ member: String) -> String {
        func amount(_ costs: JSON?) -> (number: Double, currency: String)? {
            guard let cost = costs?.array?.first, costs?.array?.count == 1, case .number(let text)? = cost[member],
                let number = Double(text)
            else { return nil }
            return (number, cost["currency"]?.string ?? "")
        }
        guard let now = amount(now), let before = amount(before), now.currency == before.currency else { return "–" }
        return change(Int64((now.number * 100).rounded()), Int64((before.number * 100).rounded()))
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
        let rows = (figures["rows"]?.array ?? []).filter { row in
            wanted.isEmpty
                || ["name", "title"].contains { member in row[member]?.string?.lowercased().contains(wanted) ?? false }
        }
        func key(_ row: JSON) -> Int64 {
            switch view.sort {
            case .name: 0
            // Of several currencies the first: they cannot be compared.
            case .cost:
                if case .number(let text)? = row["cost"]?[0]?["amount"], let amount = Double(text) {
                    Int64(amount * 100)
                } else {
                    -1
                }
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
        let hasCost = hasCost(figures)
        let sorting = HTML.each(View.Sort.allCases) { sort in
            sort == view.sort
                ? "<strong aria-current=\"true\">\(sort.rawValue)</strong> "
                : "<a href=\"\(address(figures, view, sort: sort))\">\(sort.rawValue)</a> "
        }
        let body = rows.map { row -> HTML in
            let name = row["name"]?.string ?? ""
            let now = row["now"] ?? .null
            let title = row["title"]?.string
            let inside = chosen + [(by(figures), self.title(figures), name)]
            let text: HTML =
                (isLast
                    ? "\(title ?? named(name))" : "<a href=\"\(link(figures, inside))\">\(title ?? named(name))</a>")
                + (title == nil ? "" : "<div class=\"muted\">\(name)</div>")
            let cost: HTML =
                hasCost
                ? HTML.each(["amount", "per_lead"]) { "<td class=\"n\">\(shown(row["cost"], $0))</td>" }
                    + "<td class=\"n\">\(change(row["cost"], row["cost_before"], "per_lead"))</td>"
                : ""
            let (leads, before) = (now["leads"]?.integer ?? 0, row["before"]?["leads"]?.integer ?? 0)
            let counts =
                Format.cell(now["received"]?.integer) + single(figures, inside, leads, of: title ?? named(name))
            let rest = HTML.each(["duplicates", "quarantined"]) { Format.cell(now[$0]?.integer) }
            let ends = HTML.each(["delivered", "pending", "rejected", "expired", "skipped"]) {
                Format.cell(delivery(row, $0))
            }
            return """
                <tr><th scope="row">\(text)</th>\(counts)<td class="n">\(change(leads, before))</td>\(cost)\(rest)\
                <td class="n">\(percent(now, "with_click_id"))</td>\(ends)<td class="n">\(time(now))</td></tr>

                """
        }
        return """
            <p>Sort by: \(sorting)</p>
            \(Table.html(
                "Leads by \(title(figures).lowercased())",
                [
                    .init(stringLiteral: title(figures)), Table.number("Received"), Table.number("Leads"),
                    Table.number("Change"),
                ] + (hasCost ? ["Cost", "Cost per lead", "vs previous"].map(Table.number) : []) + [
                    Table.number("Duplicates"), Table.number("Quarantined"),
                    Table.number("Click id"), Table.number("Delivered"), Table.number("Pending"),
                    Table.number("Rejected"), Table.number("Expired"), Table.number("Skipped"),
                    Table.number("Time to delivery"),
                ], body, empty: "No leads in this period."))
            """
    }

    /// A cell for the number of leads of a row, which leads to them.
    private static func single(
        _ figures: JSON, _ row: [(level: String, title: String, name: String)], _ leads: Int64, of name: String
    ) -> HTML {
        if leads == 0 { return Format.cell(0) }
        let words: HTML = "\(Format.count(leads)) \(leads == 1 ? "lead" : "leads") of \(name)"
        return
            "<td class=\"n\"><a href=\"\(link(figures, row, isList: true))\" aria-label=\"\(words)\">\(Format.count(leads))</a></td>"
    }

    /// The slowest destination's mean: what is waited for.
    private static func time(_ figures: JSON) -> String {
        let times = (figures["destinations"]?.array ?? []).compactMap { $0["milliseconds_to_delivery"]?.integer }
        return duration(times.max())
    }

    private static func paging(_ figures: JSON, _ view: View, _ page: Int, of pages: Int) -> HTML {
        if pages == 1 { return "" }
        let back: HTML =
            page > 1 ? "<a rel=\"prev\" href=\"\(address(figures, view, page: page - 1))\">Previous</a> " : ""
        let on: HTML =
            page < pages ? " <a rel=\"next\" href=\"\(address(figures, view, page: page + 1))\">Next</a>" : ""
        return "<nav aria-label=\"Pages\"><p>\(back)Page \(page) of \(pages)\(on)</p></nav>"
    }

    /// What the table leaves out, where there is too much to be told apart.
    private static func rest(_ figures: JSON) -> HTML {
        guard let rest = figures["rest"], rest != .null else { return "" }
        let leads = rest["now"]?["leads"]?.integer ?? 0
        return """
            <p class="muted">There are more rows than a page can show: only those with the most leads are listed. All others have \
            \(Format.count(leads)) \(leads == 1 ? "lead" : "leads") together. Somebody may be making names up.</p>
            """
    }

    private static func series(_ caption: String, _ unit: String, _ entries: [JSON]) -> HTML {
        Table.html(
            caption,
            [
                .init(stringLiteral: unit), Table.number("Received"), Table.number("Leads"), Table.number("Duplicates"),
                Table.number("Quarantined"),
            ],
            entries.map { entry in
                let cells = HTML.each(["received", "leads", "duplicates", "quarantined"]) {
                    Format.cell(entry["figures"]?[$0]?.integer)
                }
                let label = (entry["day"] ?? entry["local"])?.string ?? ""
                return "<tr><th scope=\"row\" class=\"nowrap\">\(label)</th>\(cells)</tr>\n"
            }, empty: "No leads in this period.")
    }
}
