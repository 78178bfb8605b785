package import API
import Domain

/// How well alerts are noticed, taken and ended, and what their causes were.
package enum AlertHistoryPage {
    package static let spans: [(days: Int, title: String)] = [
        (7, "a week"), (30, "30 days"), (90, "90 days"), (365, "a year"),
    ]

    /// `figures` is what `/api/alerts/figures` answers, `alerts` what `/api/alerts` does for resolved ones.
    package static func page(
        _ visitor: Visitor, _ figures: AlertFiguresDocument, alerts: AlertListDocument, client: String?,
        clients: [String], days: Int
    ) -> Page {
        let begin = visitor.now - .days(days)
        let ended = alerts.alerts.filter { $0.opened >= begin }
        func time(_ times: AlertFiguresDocument.Times) -> HTML {
            guard times.count > 0 else { return "–" }
            return """
                \(Format.duration(times.medianSeconds)) <small>median, mean \
                \(Format.duration(times.meanSeconds))</small>
                """
        }
        let resolved = figures.resolved
        let judged = figures.judged
        let options = HTML.each(clients) { name in
            "<option\(name == client ? " selected" as HTML : "")>\(name)</option>"
        }
        let periods = HTML.each(spans) { span in
            "<option value=\"\(span.days)\"\(span.days == days ? " selected" as HTML : "")>\(span.title)</option>"
        }
        return Page(
            "Response times", .alerts, for: visitor,
            """
            <p><a href="/alerts">All alerts</a></p>
            <form class="row card" method="get" action="/alerts/history"><div>\
            <label for="days">Alerts of the last</label><select id="days" name="days">\(periods)</select></div>
            <div><label for="client">Client</label><select id="client" name="client"><option value="">all</option>\
            \(options)</select></div><button>Show</button></form>
            <dl class="tiles"><div><dt>Alerts</dt><dd>\(Format.count(figures.opened))</dd></div>
            <div><dt>Time to detect</dt><dd>\(time(figures.timeToDetect))</dd></div>
            <div><dt>To acknowledge (MTTA)</dt><dd>\(time(figures.timeToAcknowledge))</dd></div>
            <div><dt>To resolve (MTTR)</dt><dd>\(time(figures.timeToResolve))</dd></div>
            <div><dt>Explained</dt><dd>\
            \(resolved == 0 ? "–" as HTML : """
                \(judged * 100 / resolved) % <small>of \(Format.count(resolved)) resolved</small>
                """)\
            </dd></div>
            <div><dt>Leads missing</dt><dd>\(Format.count(figures.leadsLost))</dd></div></dl>
            <h2>Causes</h2>
            \(causes(ended))
            <h2>Resolved</h2>
            \(list(visitor, ended))
            """)
    }

    private static func causes(_ ended: [AlertDocument]) -> HTML {
        var counts: [String: Int64] = [:]
        for alert in ended {
            guard let verdict = alert.verdict else { continue }
            let cause = verdict.cause
            counts["\(verdict.side.words)\(cause.isEmpty ? "" : ": \(AlertWords.item(cause))")", default: 0] += 1
        }
        let rows = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { cause, count -> HTML in
            "<tr><th scope=\"row\">\(cause.capitalizedFirst)</th>\(Format.cell(count))</tr>\n"
        }
        return Table.html(
            "Causes", ["Cause", Table.number("Alerts")], rows, empty: "No causes recorded yet.")
    }

    private static func list(_ visitor: Visitor, _ ended: [AlertDocument]) -> HTML {
        let rows = ended.map { alert -> HTML in
            let id = "\(alert.id)"
            let side = alert.verdict?.side.words ?? "–"
            return """
                <tr><th scope="row"><a href="\(Link.to("alerts", id))">\(id)</a></th>\
                <td>\(AlertWords.badges(alert))</td>\
                <td class="wide">\(alert.text)</td><td>\(AlertWords.span(alert, now: visitor.now))</td><td>\(side)</td>\
                </tr>

                """
        }
        return Table.html(
            "Resolved alerts", ["Number", "State", "What", "When", "Cause"], rows,
            empty: "No resolved alerts in this period.")
    }
}
