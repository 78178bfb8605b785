package import API
import Domain

/// A campaign group as the monitor sees it: what it is watched to, what came, and what was wrong.
package enum GroupPage {
    /// Days that can be looked at.
    package static let spans: [(days: Int, title: String)] = [(3, "3 days"), (7, "a week"), (28, "4 weeks")]

    /// `volume` is what `/api/volume` answers, `alerts` what `/api/alerts` does.
    package static func page(_ visitor: Visitor, _ volume: VolumeDocument, alerts: AlertListDocument, days: Int) -> Page
    {
        let client = volume.client
        let group = volume.group ?? ""
        let title = volume.groupTitle
        let scope = AlertScope.group(client: client, group: group).description
        let own = alerts.alerts.filter { $0.scope == scope }
        let tabs = HTML.each(spans) { span in
            let current: HTML = span.days == days ? " aria-current=\"true\"" : ""
            let link = Link.to(
                "group", query: ["client": client, "group": group, "days": "\(span.days)"])
            return "<li><a href=\"\(link)\"\(current)>\(span.title)</a></li>"
        }
        let rows = own.map { alert -> HTML in
            let id = "\(alert.id)"
            return """
                <tr><th scope="row"><a href="\(Link.to("alerts", id))">\(id)</a></th>\
                <td>\(AlertWords.badges(alert))</td>\
                <td class="wide">\(alert.text)</td><td>\(AlertWords.span(alert, now: visitor.now))</td></tr>

                """
        }
        let leads = Link.to("leads", query: ["client": client, "group": group])
        return Page(
            group.isEmpty ? "Leads without a group" : "Group \(title ?? group)", .alerts, for: visitor,
            """
            <p>Client <a href="\(Link.to("leads", query: ["client": client]))">\(client)</a>\
            \(title == nil ? "" : " · id <span class=\"mono\">\(group)</span>" as HTML) · <a href="\(leads)">leads of \
            this group</a></p>
            <div class="card"><p><strong>\(watched(volume))</strong></p>\(daily(volume))
            <p class="muted">This follows from how many leads usually come, and from how many false alarms are \
            allowed: see volume in the configuration.</p></div>
            <nav aria-label="How far back" class="tabs"><ul>\(tabs)</ul></nav>
            \(VolumeChart.html(volume))
            <h2>Alerts of this group</h2>
            \(Table.html("Alerts of this group", ["Number", "State", "What", "When"], rows, empty: "No alerts yet."))
            """)
    }

    private static func watched(_ volume: VolumeDocument) -> String {
        guard let sentence = volume.watched else {
            return "Not enough history yet; monitoring starts with the first leads."
        }
        return sentence.capitalizedFirst + "."
    }

    private static func daily(_ volume: VolumeDocument) -> HTML {
        guard let daily = volume.daily else { return "" }
        let number = daily < 10 ? "\((daily * 10).rounded() / 10)" : Format.count(Int64(daily.rounded()))
        return "<p>About \(number) leads a day are expected.</p>"
    }
}
