package import API
import Domain
package import HTTP
import Store

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
    static let levels = LeadLevel.allCases

    static func title(_ level: LeadLevel) -> String {
        switch level {
        case .group: "Group"
        case .campaign: "Campaign"
        case .adset: "Ad set"
        case .ad: "Ad"
        }
    }

    /// `figures` is what `/api/figures` answers.
    package static func page(_ visitor: Visitor, _ figures: FigureReport, _ view: View) -> Page {
        let rows = rows(figures, view)
        let pages = max(1, (rows.count + pageSize - 1) / pageSize)
        let page = min(view.page, pages)
        let shown = rows.dropFirst((page - 1) * pageSize).prefix(pageSize)
        let days = figures.days.map { Entry(label: $0.day, figures: $0.figures) }
        // Of a few days the hours say more.
        let hours = (figures.hours ?? nil)?.map { Entry(label: $0.local, figures: $0.figures) }
        let bars = (hours ?? days).map { Chart.Bar(label: $0.label, value: $0.figures.leads) }
        let question = figures.question
        return Page(
            "Leads of \(question.title)", .leads, for: visitor, notice: notice(figures),
            """
            \(choice(figures, view))
            \(spans(question))
            \(trail(question))
            \(levelTabs(figures, view))
            \(summary(figures))
            \(Chart.bars(hours == nil ? "Leads a day" : "Leads an hour", bars))
            \(byDestination(figures))
            \(table(figures, view, Array(shown)))
            \(paging(figures, view, page, of: pages))
            \(rest(figures))
            <p><a href="\(link(question, chosen(question), isList: true))">View leads</a> · \
            <a href="\(address(figures, view, path: "leads.csv"))">Export CSV</a>\(upload(visitor, figures))</p>
            \(isTooMuch(figures) ? """
                <p class=\"muted\">Too many ads for an hourly view. Choose one day or filter the ads.</p>
                """ : "")
            \(hours.map { """
                <details><summary>Hour by hour</summary>\(series("Hour by hour", "Hour", $0))</details>
                """ } ?? "")
            <details><summary>Day by day</summary>
            \(series("Day by day", "Day", days))
            </details>
            <p class="muted">Days are those of \(question.timeZone). Where that is not a whole number of hours from \
            UTC, an hour \
            across midnight counts for the day in which it begins.</p>
            """)
    }

    /// A day, or an hour, with what became of its leads.
    private struct Entry {
        var label: String
        var figures: FiguresDocument
    }

    /// Hours are told of few days, unless that would take too long: of very many ads at once.
    private static func isTooMuch(_ figures: FigureReport) -> Bool {
        if case .some(.none) = figures.hours { true } else { false }
    }

    private static func upload(_ visitor: Visitor, _ figures: FigureReport) -> HTML {
        guard visitor.may(.changeFigures) else { return "" }
        let link = Link.to("leads", "upload", query: ["client": figures.question.client])
        return " · <a href=\"\(link)\">Import costs and names</a>"
    }

    /// The rows as CSV: the same order and search, all pages.
    package static func table(_ figures: FigureReport, _ view: View) -> String {
        let names = destinations(figures)
        let head =
            [
                title(figures.by), "Name", "Received", "Leads", "Leads before", "Duplicates", "Quarantined",
                "With click id", "With e-mail", "With phone", "Cost", "Cost per lead", "Cost before",
                "Cost per lead before",
            ]
            + names.flatMap { name in
                ["owed", "delivered", "pending", "rejected", "expired", "skipped"].map { "\(name) \($0)" }
                    + ["\(name) seconds to delivery"]
            }
        var text = CSV.line(head)
        for row in rows(figures, view) {
            let now = row.now
            let counts = [now.received, now.leads, row.before.leads, now.duplicates, now.quarantined]
            let shares = [now.withClickID, now.withEmail, now.withPhone]
            var cells = [row.name, row.title ?? ""] + (counts + shares).map { "\($0)" }
            cells += [
                money(row.cost, \.amount), money(row.cost, \.perLead), money(row.costBefore, \.amount),
                money(row.costBefore, \.perLead),
            ]
            for name in names {
                let one = now.destinations.first { $0.name == name }
                cells += deliveries.map { "\(one?[keyPath: $0] ?? 0)" }
                cells.append(one?.millisecondsToDelivery.map { "\($0 / 1000)" } ?? "")
            }
            text += CSV.line(cells)
        }
        if let rest = figures.rest {
            let leads = [rest.now.received, rest.now.leads, rest.before.leads].map { "\($0)" }
            text += CSV.line(["", "(all others)"] + leads + [String](repeating: "", count: head.count - 5))
        }
        return text
    }

    /// What may have become of a delivery, as the columns tell it; the first is the sum of the others.
    private static var deliveries: [KeyPath<FiguresDocument.Deliveries, Int64>] {
        [\.owed, \.delivered, \.pending, \.rejected, \.expired, \.skipped]
    }

    // MARK: Choosing

    private static func choice(_ figures: FigureReport, _ view: View) -> HTML {
        let question = figures.question
        let options = HTML.each(question.clients) { client in
            let selected: HTML = client.name == question.client ? " selected" : ""
            return "<option value=\"\(client.name)\"\(selected)>\(client.title)</option>"
        }
        return """
            <form method="get" action="/leads" class="row card" role="search">
            <div><label for="client">Client</label><select id="client" name="client">\(options)</select></div>
            <div><label for="from">From</label><input type="date" id="from" name="from" value="\(question.from)"></div>
            <div><label for="to">To</label><input type="date" id="to" name="to" value="\(question.to)"></div>
            <div><label for="q">Name contains</label><input type="search" id="q" name="q" value="\(view.search)"></div>
            \(HTML.each(chosen(question)) { """
                <input type=\"hidden\" name=\"\($0.level.rawValue)\" value=\"\($0.id)\">
                """ })
            <div><button>Show</button></div>
            </form>
            """
    }

    /// The usual spans of days, each a link to this page, or to that of the single leads.
    static func spans(_ question: QuestionDocument, isList: Bool = false) -> HTML {
        guard let today = CivilTime(question.today) else { return "" }
        func date(_ back: Int64) -> String { CivilTime(seconds: (today.dayNumber - back) * 86_400).date }
        let spans: [(HTML, Int64, Int64)] = [
            ("Today", 0, 0), ("Yesterday", 1, 1), ("7 days", 6, 0), ("28 days", 27, 0), ("90 days", 89, 0),
        ]
        let items = HTML.each(spans) { title, from, to in
            let isShown = question.from == date(from) && question.to == date(to)
            let link = link(question, chosen(question), isList: isList, days: (date(from), date(to)))
            return "<li><a href=\"\(link)\"\(isShown ? " aria-current=\"true\"" as HTML : "")>\(title)</a></li>"
        }
        return "<nav aria-label=\"Days\" class=\"tabs\"><ul>\(items)</ul></nav>"
    }

    /// Within a group: by campaign, ad set or ad.
    private static func levelTabs(_ figures: FigureReport, _ view: View) -> HTML {
        guard figures.question[.group] != nil else { return "" }
        let finest = levels.lastIndex { figures.question[$0] != nil } ?? 0
        let finer = levels[min(finest + 1, levels.count)...]
        guard finer.count > 1 else { return "" }
        let items = HTML.each(finer) { level in
            let current: HTML = level == figures.by ? " aria-current=\"true\"" : ""
            return """
                <li><a href="\(address(figures, view, by: level))"\(current)>By \(title(level).lowercased())</a></li>
                """
        }
        return "<nav aria-label=\"Break down by\" class=\"tabs\"><ul>\(items)</ul></nav>"
    }

    /// A level that is narrowed down, and to what.
    struct Step {
        var level: LeadLevel
        var id: String
        var title: String?
    }

    /// The levels that are narrowed down, from the coarsest.
    static func chosen(_ question: QuestionDocument) -> [Step] {
        levels.compactMap { level in question[level].map { Step(level: level, id: $0.id, title: $0.title) } }
    }

    /// Where one is. The last step is a link too if it is another page's.
    static func trail(_ question: QuestionDocument, isLinked: Bool = false) -> HTML {
        let chosen = chosen(question)
        if chosen.isEmpty { return "" }
        var parts: HTML = "<a href=\"\(link(question, []))\">All groups</a>"
        for (index, step) in chosen.enumerated() {
            let text = "\(title(step.level)) \(step.title ?? named(step.id))"
            parts +=
                index == chosen.count - 1 && !isLinked
                ? " › <span aria-current=\"location\">\(text)</span>"
                : " › <a href=\"\(link(question, Array(chosen[...index])))\">\(text)</a>"
            if step.title != nil { parts += " <span class=\"muted\">\(step.id)</span>" }
        }
        return "<nav aria-label=\"Where you are\"><p>\(parts)</p></nav>"
    }

    /// The figures of some leads, or these leads one by one; of the same days if no others are given.
    static func link(
        _ question: QuestionDocument, _ chosen: [Step], isList: Bool = false,
        days: (from: String, to: String)? = nil, before: LeadID? = nil
    ) -> String {
        func id(_ level: LeadLevel) -> String? { chosen.first { $0.level == level }?.id }
        let query: KeyValuePairs<String, String?> = [
            "client": question.client, "from": days?.from ?? question.from, "to": days?.to ?? question.to,
            "group": id(.group), "campaign": id(.campaign), "adset": id(.adset), "ad": id(.ad),
            "before": before?.description,
        ]
        return isList ? Link.to("leads", "list", query: query) : Link.to("leads", query: query)
    }

    /// This page, sorted or turned otherwise.
    private static func address(
        _ figures: FigureReport, _ view: View, path: String = "leads", sort: View.Sort? = nil, page: Int? = nil,
        by level: LeadLevel? = nil
    ) -> String {
        let question = figures.question
        return Link.to(
            path,
            query: [
                "client": question.client, "from": question.from, "to": question.to, "group": question.group,
                "campaign": question.campaign, "adset": question.adset, "ad": question.ad,
                "by": (level ?? figures.by).rawValue, "q": view.search.isEmpty ? nil : view.search,
                "sort": (sort ?? view.sort).rawValue, "page": page.map(String.init),
            ])
    }

    private static func named(_ name: String) -> String { name.isEmpty ? "(not set)" : name }

    // MARK: Showing

    private static func notice(_ figures: FigureReport) -> Page.Notice? {
        figures.completeTo.map {
            Page.Notice(
                .warn,
                """
                These figures are being worked out anew. What is later than \($0.instant.rfc3339.prefix(16)) UTC \
                is not in yet.
                """
            )
        }
    }

    private static func summary(_ figures: FigureReport) -> HTML {
        let (now, before) = (figures.total, figures.before)
        func row(_ text: String, _ count: KeyPath<FiguresDocument, Int64>) -> HTML {
            let (a, b) = (now[keyPath: count], before[keyPath: count])
            return
                """
                <tr><th scope=\"row\">\(text)</th>\(Format.cell(a))\(Format.cell(b))<td \
                class=\"n\">\(change(a, b))</td></tr>
                """
        }
        func share(_ text: String, _ count: KeyPath<FiguresDocument, Int64>) -> HTML {
            """
            <tr><th scope=\"row\">\(text)</th><td class=\"n\">\(percent(now, count))</td>\
            <td class=\"n\">\(percent(before, count))</td><td></td></tr>
            """
        }
        return Table.html(
            "All together, against the same number of days before",
            ["Figure", Table.number("This period"), Table.number("Previous"), Table.number("Change")],
            [
                row("Received", \.received), row("Leads", \.leads), row("Duplicates", \.duplicates),
                row("Quarantined", \.quarantined), share("With a click id", \.withClickID),
                share("With an e-mail address", \.withEmail), share("With a phone number", \.withPhone),
            ] + costs(figures), empty: "")
    }

    /// What became of the deliveries of each destination, against the period before.
    private static func byDestination(_ figures: FigureReport) -> HTML {
        let rows = destinations(figures).map { name -> HTML in
            let now = figures.total.destinations.first { $0.name == name }
            let before = figures.before.destinations.first { $0.name == name }
            let counts = HTML.each(deliveries) { Format.cell(now?[keyPath: $0]) }
            return """
                <tr><th scope="row">\(name)</th>\(counts)\(Format.cell(before?.delivered ?? 0))\
                <td class="n">\(change(now?.delivered ?? 0, before?.delivered ?? 0))</td>\
                <td class="n">\(duration(now?.millisecondsToDelivery))</td></tr>

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
    private static func costs(_ figures: FigureReport) -> [HTML] {
        guard hasCost(figures) else { return [] }
        func row(_ text: HTML, _ number: @escaping (MoneyDocument) -> DecimalNumber?) -> HTML {
            """
            <tr><th scope="row">\(text)</th><td class="n">\(shown(figures.cost, number))</td>\
            <td class="n">\(shown(figures.costBefore, number))</td>\
            <td class="n">\(change(figures.cost, figures.costBefore, number))</td></tr>
            """
        }
        return [row("Cost", \.amount), row("Cost per lead", \.perLead)]
    }

    private static func hasCost(_ figures: FigureReport) -> Bool {
        !figures.cost.isEmpty || !figures.costBefore.isEmpty
    }

    /// The same with thousands apart.
    private static func shown(_ costs: [MoneyDocument], _ number: (MoneyDocument) -> DecimalNumber?) -> String {
        money(costs, number).split(separator: " ").map { word in
            let parts = word.split(separator: ".")
            guard parts.count == 2, let whole = Int64(parts[0]) else { return String(word) }
            return "\(Format.count(whole)).\(parts[1])"
        }.joined(separator: " ")
    }

    /// `129.90 EUR`, each currency by itself; empty if nothing is known.
    private static func money(_ costs: [MoneyDocument], _ number: (MoneyDocument) -> DecimalNumber?) -> String {
        costs.compactMap { cost in number(cost).map { "\($0.text) \(cost.currency)" } }.joined(separator: " + ")
    }

    private static func percent(_ figures: FiguresDocument, _ count: KeyPath<FiguresDocument, Int64>) -> String {
        let leads = figures.leads
        return leads == 0 ? "–" : "\((figures[keyPath: count] * 200 / leads + 1) / 2) %"
    }

    private static func change(_ now: Int64, _ before: Int64) -> String {
        guard before > 0 else { return "–" }
        let percent = ((now - before) * 200 / before + (now >= before ? 1 : -1)) / 2
        return percent > 0 ? "+\(percent) %" : percent < 0 ? "−\(-percent) %" : "0 %"
    }

    /// The same of money, where both are of one and the same currency.
    private static func change(
        _ now: [MoneyDocument], _ before: [MoneyDocument], _ number: (MoneyDocument) -> DecimalNumber?
    ) -> String {
        func amount(_ costs: [MoneyDocument]) -> (number: Double, currency: String)? {
            guard costs.count == 1, let amount = number(costs[0]).flatMap({ Double($0.text) }) else { return nil }
            return (amount, costs[0].currency)
        }
        guard let now = amount(now), let before = amount(before), now.currency == before.currency else { return "–" }
        return change(Int64((now.number * 100).rounded()), Int64((before.number * 100).rounded()))
    }

    private static func destinations(_ figures: FigureReport) -> [String] { figures.total.destinations.map(\.name) }

    private static func delivery(
        _ row: FigureReport.Row, _ count: KeyPath<FiguresDocument.Deliveries, Int64>
    ) -> Int64 { row.now.destinations.reduce(0) { $0 + $1[keyPath: count] } }

    /// Those that are searched for, in order.
    private static func rows(_ figures: FigureReport, _ view: View) -> [FigureReport.Row] {
        let wanted = view.search.lowercased()
        let rows = figures.rows.filter { row in
            wanted.isEmpty || row.name.lowercased().contains(wanted)
                || row.title?.lowercased().contains(wanted) ?? false
        }
        func key(_ row: FigureReport.Row) -> Int64 {
            switch view.sort {
            case .name: 0
            // Of several currencies the first: they cannot be compared.
            case .cost: row.cost.first.flatMap { Double($0.amount.text) }.map { Int64($0 * 100) } ?? -1
            case .leads: row.now.leads
            case .duplicates: row.now.duplicates
            case .quarantined: row.now.quarantined
            case .delivered: delivery(row, \.delivered)
            case .pending: delivery(row, \.pending)
            case .rejected: delivery(row, \.rejected)
            }
        }
        // The rows come by name, and equal ones stay so.
        let keyed = rows.enumerated().map { (index: $0.offset, key: key($0.element), row: $0.element) }
        return keyed.sorted { ($0.key, $1.index) > ($1.key, $0.index) }.map(\.row)
    }

    private static func table(_ figures: FigureReport, _ view: View, _ rows: [FigureReport.Row]) -> HTML {
        let chosen = chosen(figures.question)
        let isLast = figures.by == .ad
        let hasCost = hasCost(figures)
        let sorting = HTML.each(View.Sort.allCases) { sort in
            sort == view.sort
                ? "<strong aria-current=\"true\">\(sort.rawValue)</strong> "
                : "<a href=\"\(address(figures, view, sort: sort))\">\(sort.rawValue)</a> "
        }
        let body = rows.map { row -> HTML in
            let (name, now, title) = (row.name, row.now, row.title)
            let inside = chosen + [Step(level: figures.by, id: name, title: title)]
            let words = title ?? named(name)
            let text: HTML =
                (isLast ? "\(words)" : "<a href=\"\(link(figures.question, inside))\">\(words)</a>")
                + (title == nil ? "" : "<div class=\"muted\">\(name)</div>")
            let cost: HTML =
                hasCost
                ? """
                <td class="n">\(shown(row.cost, \.amount))</td><td class="n">\(shown(row.cost, \.perLead))</td>\
                <td class="n">\(change(row.cost, row.costBefore, \.perLead))</td>
                """ : ""
            let counts = Format.cell(now.received) + single(figures, inside, now.leads, of: words)
            let ends = HTML.each(deliveries.dropFirst()) { Format.cell(delivery(row, $0)) }
            return """
                <tr><th scope="row">\(text)</th>\(counts)<td class="n">\(change(now.leads, row.before.leads))</td>\
                \(cost)\
                \(Format.cell(now.duplicates))\(Format.cell(now.quarantined))\
                <td class="n">\(percent(now, \.withClickID))</td>\(ends)<td class="n">\(time(now))</td></tr>

                """
        }
        return """
            <p>Sort by: \(sorting)</p>
            \(Table.html(
                "Leads by \(title(figures.by).lowercased())",
                [
                    .init(stringLiteral: title(figures.by)), Table.number("Received"), Table.number("Leads"),
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
        _ figures: FigureReport, _ row: [Step], _ leads: Int64, of name: String
    ) -> HTML {
        if leads == 0 { return Format.cell(0) }
        let words: HTML = "\(Format.count(leads)) \(leads == 1 ? "lead" : "leads") of \(name)"
        return
            """
            <td class=\"n\"><a href=\"\(link(figures.question, row, isList: true))\" \
            aria-label=\"\(words)\">\(Format.count(leads))</a></td>
            """
    }

    /// The slowest destination's mean: what is waited for.
    private static func time(_ figures: FiguresDocument) -> String {
        duration(figures.destinations.compactMap(\.millisecondsToDelivery).max())
    }

    private static func paging(_ figures: FigureReport, _ view: View, _ page: Int, of pages: Int) -> HTML {
        if pages == 1 { return "" }
        let back: HTML =
            page > 1 ? "<a rel=\"prev\" href=\"\(address(figures, view, page: page - 1))\">Previous</a> " : ""
        let on: HTML =
            page < pages ? " <a rel=\"next\" href=\"\(address(figures, view, page: page + 1))\">Next</a>" : ""
        return "<nav aria-label=\"Pages\"><p>\(back)Page \(page) of \(pages)\(on)</p></nav>"
    }

    /// What the table leaves out, where there is too much to be told apart.
    private static func rest(_ figures: FigureReport) -> HTML {
        guard let leads = figures.rest?.now.leads else { return "" }
        return """
            <p class="muted">There are more rows than a page can show: only those with the most leads are listed. All \
            others have \
            \(Format.count(leads)) \(leads == 1 ? "lead" : "leads") together. Somebody may be making names up.</p>
            """
    }

    private static func series(_ caption: String, _ unit: String, _ entries: [Entry]) -> HTML {
        Table.html(
            caption,
            [
                .init(stringLiteral: unit), Table.number("Received"), Table.number("Leads"), Table.number("Duplicates"),
                Table.number("Quarantined"),
            ],
            entries.map { entry -> HTML in
                let figures = entry.figures
                let cells = HTML.each([figures.received, figures.leads, figures.duplicates, figures.quarantined]) {
                    Format.cell($0)
                }
                return "<tr><th scope=\"row\" class=\"nowrap\">\(entry.label)</th>\(cells)</tr>\n"
            }, empty: "No leads in this period.")
    }
}
