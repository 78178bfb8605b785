package import API
import Domain

/// The first page: is it running, what came in, what went out.
package enum OverviewPage {
    /// `status` is what `/api/status` answers.
    package static func page(_ visitor: Visitor, _ status: StatusDocument) -> Page {
        Page(
            "Overview", .overview, for: visitor,
            """
            <div data-follow="/?part=1" data-every="15">\(part(visitor, status))</div>
            """)
    }

    /// What is brought up to date while the page is open.
    package static func part(_ visitor: Visitor, _ status: StatusDocument) -> HTML {
        """
        \(state(status))
        \(alerts(visitor, status))
        \(hours(status))
        \(destinations(visitor, status))
        \(quarantine(visitor, status))
        \(sources(visitor, status))
        <p class="muted">Version \(status.version), as of \(Format.time(visitor.now.rfc3339Seconds)). All-time totals, \
        except where an \
        hour is named. Times are UTC.</p>
        """
    }

    private static func state(_ status: StatusDocument) -> HTML {
        let up = Format.duration(status.uptimeSeconds)
        let problems = status.problems
        if problems.isEmpty { return "<p class=\"notice good\">Running and ready for traffic. Up \(up).</p>" }
        return """
            <div class="notice bad"><strong>Not ready.</strong>\
             Up \(up).<ul>\(HTML.each(problems) { "<li>\($0)</li>" })</ul></div>
            """
    }

    private static func alerts(_ visitor: Visitor, _ status: StatusDocument) -> HTML {
        guard visitor.may(.readAlerts) else { return "" }
        let counts = [
            (status.alerts.critical, "critical"), (status.alerts.warning, "warning"), (status.alerts.info, "info"),
        ]
        let open = counts.compactMap { count, word in count > 0 ? "\(count) \(word)" : nil }
        if open.isEmpty { return "<p class=\"notice good\">No alert is open.</p>" }
        let tone: HTML = status.alerts.critical > 0 ? "bad" : "warn"
        return "<p class=\"notice \(tone)\"><a href=\"/alerts\">Open alerts: \(open.joined(separator: ", "))</a></p>"
    }

    private static func hours(_ status: StatusDocument) -> HTML {
        let rows = status.hours.map { hour -> HTML in
            let counts = [hour.lead, hour.duplicate, hour.quarantined, hour.test, hour.unmapped]
            return """
                <tr><th scope="row">\(hour.source)</th><td>\(hour.isPresent ? "this hour" : "the hour before")</td>\
                \(HTML.each(counts) { Format.cell($0) })</tr>
                """
        }
        let columns: [Table.Column] =
            ["Source", "Hour"] + ["Leads", "Duplicates", "Quarantined", "Tests", "Without a group"].map(Table.number)
        return "<h2>The last hour</h2>"
            + Table.html(
                "The last hour", columns, rows, empty: "Nothing was judged in this hour or the one before.")
    }

    private static func destinations(_ visitor: Visitor, _ status: StatusDocument) -> HTML {
        let rows = status.destinations.map { one -> HTML in
            let (name, counts) = (one.name, one.counts)
            let cells = [
                counts.owed, counts.open, counts.sent, counts.delivered, counts.rejected, counts.expired,
                counts.skipped,
            ]
            return """
                <tr><th scope="row"><a href="\(Link.to("destinations", name))">\(name)</a></th>\
                <td>\(one.platform ?? "not configured")</td>
                <td>\(one.state.map { Format.state($0) } ?? "") \(one.reason ?? "")</td>\
                \(HTML.each(cells) { Format.cell($0) })</tr>
                """
        }
        let columns: [Table.Column] =
            ["Destination", "Platform", "Lane"]
            + ["Owed", "Open", "Sent", "Delivered", "Rejected", "Expired", "Skipped"].map(Table.number)
        return "<h2>Destinations</h2>"
            + Table.html("Destinations", columns, rows, empty: EmptyWords.noDestination)
    }

    private static func quarantine(_ visitor: Visitor, _ status: StatusDocument) -> HTML {
        guard visitor.may(.readQuarantine) else { return "" }
        return "<h2>Quarantine</h2>" + QuarantinePages.groups(status.quarantine)
    }

    private static func sources(_ visitor: Visitor, _ status: StatusDocument) -> HTML {
        let rows = status.sources.map { source -> HTML in
            let counts = source.counts
            let cells = [
                counts.received, counts.inbox, counts.lead, counts.duplicate, counts.quarantined, counts.discarded,
            ]
            return "<tr><th scope=\"row\">\(source.name)</th>\(HTML.each(cells) { Format.cell($0) })</tr>\n"
        }
        let columns: [Table.Column] =
            ["Source"]
            + ["Received", "In the inbox", "Leads", "Duplicates", "In quarantine", "Discarded"].map(Table.number)
        let more: HTML =
            visitor.may(.readLeads) ? "<p><a class=\"button\" href=\"/sources\">What is unusual about them</a></p>" : ""
        return "<h2>Sources</h2>" + Table.html("Sources", columns, rows, empty: EmptyWords.noSource) + more
    }
}
