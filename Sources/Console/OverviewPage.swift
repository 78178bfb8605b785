package import Domain

/// The first page: is it running, what came in, what went out.
package enum OverviewPage {
    /// `status` is what `/api/status` answers.
    package static func page(_ visitor: Visitor, _ status: JSON) -> Page {
        Page(
            "Overview", .overview, for: visitor,
            """
            <div data-follow="/?part=1" data-every="15">\(part(visitor, status))</div>
            """)
    }

    /// What is brought up to date while the page is open.
    package static func part(_ visitor: Visitor, _ status: JSON) -> HTML {
        """
        \(state(status))
        \(alerts(visitor, status))
        \(hours(status))
        \(destinations(visitor, status))
        \(quarantine(visitor, status))
        \(sources(visitor, status))
        <p class="muted">Version \(status["version"]?.string ?? ""), as of \(Format.time(visitor.now.rfc3339Seconds)). All-time totals, except where an \
        hour is named. Times are UTC.</p>
        """
    }

    private static func state(_ status: JSON) -> HTML {
        let up = Format.duration(status["uptime_seconds"]?.integer ?? 0)
        let problems = (status["problems"]?.array ?? []).compactMap(\.string)
        if problems.isEmpty { return "<p class=\"notice good\">Running and ready for traffic. Up \(up).</p>" }
        return """
            <div class="notice bad"><strong>Not ready.</strong> Up \(up).<ul>\(HTML.each(problems) { "<li>\($0)</li>" })</ul></div>
            """
    }

    private static func alerts(_ visitor: Visitor, _ status: JSON) -> HTML {
        guard visitor.may(.readAlerts), let alerts = status["alerts"] else { return "" }
        let open = Severity.allCases.reversed().compactMap { severity -> String? in
            let count = alerts[severity.rawValue]?.integer ?? 0
            return count > 0 ? "\(count) \(severity.rawValue)" : nil
        }
        if open.isEmpty { return "<p class=\"notice good\">No alert is open.</p>" }
        let tone: HTML = alerts[Severity.critical.rawValue]?.integer ?? 0 > 0 ? "bad" : "warn"
        return "<p class=\"notice \(tone)\"><a href=\"/alerts\">Open alerts: \(open.joined(separator: ", "))</a></p>"
    }

    private static func hours(_ status: JSON) -> HTML {
        let names = ["lead", "duplicate", "quarantined", "test", "unmapped"]
        let rows = (status["hours"]?.array ?? []).map { hour -> HTML in
            """
            <tr><th scope="row">\(hour["source"]?.string ?? "")</th><td>\(hour["is_present"]?.bool == true ? "this hour" : "the hour before")</td>\
            \(HTML.each(names) { Format.cell(hour[$0]?.integer ?? 0) })</tr>
            """
        }
        let columns: [Table.Column] =
            ["Source", "Hour"] + ["Leads", "Duplicates", "Quarantined", "Tests", "Without a group"].map(Table.number)
        return "<h2>The last hour</h2>"
            + Table.html(
                "The last hour", columns, rows, empty: "Nothing was judged in this hour or the one before.")
    }

    private static func destinations(_ visitor: Visitor, _ status: JSON) -> HTML {
        let names = ["owed", "open", "sent", "delivered", "rejected", "expired", "skipped"]
        let rows = (status["destinations"]?.array ?? []).map { one -> HTML in
            let name = one["name"]?.string ?? ""
            let reason = one["reason"]?.string ?? ""
            return """
                <tr><th scope="row"><a href="\(Link.to("destinations", name))">\(name)</a></th><td>\(one["platform"]?.string ?? "not configured")</td>
                <td>\(one["state"]?.string.map(Format.state) ?? "") \(reason)</td>\(HTML.each(names) { Format.cell(one[$0]?.integer) })</tr>
                """
        }
        let columns: [Table.Column] =
            ["Destination", "Platform", "Lane"]
            + ["Owed", "Open", "Sent", "Delivered", "Rejected", "Expired", "Skipped"].map(Table.number)
        return "<h2>Destinations</h2>"
            + Table.html("Destinations", columns, rows, empty: "No destination is configured.")
    }

    private static func quarantine(_ visitor: Visitor, _ status: JSON) -> HTML {
        guard visitor.may(.readQuarantine) else { return "" }
        return "<h2>Quarantine</h2>" + QuarantinePages.groups(status["quarantine"]?.array ?? [])
    }

    private static func sources(_ visitor: Visitor, _ status: JSON) -> HTML {
        let names = ["received", "inbox", "lead", "duplicate", "quarantined", "discarded"]
        let rows = (status["sources"]?.array ?? []).map { source -> HTML in
            """
            <tr><th scope="row">\(source["name"]?.string ?? "")</th>\(HTML.each(names) { Format.cell(source[$0]?.integer) })</tr>
            """
        }
        let columns: [Table.Column] =
            ["Source"]
            + ["Received", "In the inbox", "Leads", "Duplicates", "In quarantine", "Discarded"].map(Table.number)
        let more: HTML =
            visitor.may(.readLeads) ? "<p><a class=\"button\" href=\"/sources\">What is unusual about them</a></p>" : ""
        return "<h2>Sources</h2>" + Table.html("Sources", columns, rows, empty: "No source is configured.") + more
    }
}
