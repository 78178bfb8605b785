import Domain
package import HTTP
import Store

/// The page at `/`: is it running, what came in, what went out. Rendered here, without scripts.
package enum OverviewPage {
    package static func response(_ overview: Overview) -> Response {
        Response(
            200,
            fields: [
                ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"),
                // Nothing may be run, framed or submitted, and only our own style sheet loaded.
                (
                    "Content-Security-Policy",
                    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
                ),
                ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
                ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
                ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Robots-Tag", "noindex"),
            ], body: Array(page(overview).description.utf8))
    }

    /// The page's style sheet, at `/style.css`.
    package static var styleSheet: Response {
        Response(
            200,
            fields: [
                ("Content-Type", "text/css; charset=utf-8"), ("Cache-Control", "max-age=3600"),
                ("X-Content-Type-Options", "nosniff"), ("Cross-Origin-Resource-Policy", "same-origin"),
            ], body: Array(style.description.utf8))
    }

    static func page(_ overview: Overview) -> HTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="refresh" content="30">
        <title>LeadRelay</title>
        <link rel="stylesheet" href="/style.css">
        </head>
        <body>
        <header><h1>LeadRelay</h1><p>\(state(overview))</p></header>
        <main>
        \(hour(overview))
        \(sources(overview))
        \(destinations(overview))
        \(quarantine(overview))
        </main>
        <footer>Version \(overview.version), as of \(overview.now.rfc3339Seconds). Counts are for ever, except where an hour is named. \
        Times are UTC.</footer>
        </body>
        </html>

        """
    }

    private static let style: HTML = """
        body{font:15px/1.45 system-ui,sans-serif;margin:0 auto;max-width:72rem;padding:1rem;color:#1b1f24;background:#fff}
        h1{font-size:1.35rem;margin:0}h2{font-size:1.05rem;margin:1.6rem 0 .4rem}p{margin:.3rem 0}
        table{border-collapse:collapse;width:100%}th,td{padding:.3rem .6rem;text-align:right;border-bottom:1px solid #d8dee4}
        th:first-child,td:first-child,.t{text-align:left}th{font-weight:600;color:#57606a}
        .scroll{overflow-x:auto}.good{color:#116329}.bad{color:#a40e26;font-weight:600}.quiet{color:#6e7781}
        footer{margin-top:2rem;color:#6e7781;font-size:.85rem}
        """

    private static func state(_ overview: Overview) -> HTML {
        let up = (overview.now - overview.started).components.seconds
        if overview.problems.isEmpty {
            return "<span class=\"good\">Running and ready for traffic.</span> Up \(duration(up))."
        }
        let list = HTML.joined(overview.problems.map { "<br><span class=\"bad\">\($0)</span>" })
        return "<span class=\"bad\">Not ready.</span> Up \(duration(up)).\(list)"
    }

    private static func duration(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) days"
        }
    }

    /// A heading and a table; the first `texts` columns hold words, the others numbers.
    private static func table(_ title: String, _ header: [String], texts: Int, _ rows: [[String]], empty: String)
        -> HTML
    {
        if rows.isEmpty { return "<h2>\(title)</h2><p class=\"quiet\">\(empty)</p>" }
        let head = HTML.joined(
            header.enumerated().map {
                $0 < texts ? "<th class=\"t\" scope=\"col\">\($1)</th>" : "<th scope=\"col\">\($1)</th>"
            })
        let body = HTML.joined(
            rows.map { row in
                let cells = HTML.joined(
                    row.enumerated().map { column, cell in
                        column < texts ? "<td class=\"t\">\(cell)</td>" : "<td>\(cell)</td>"
                    })
                return "<tr>\(cells)</tr>\n"
            })
        return """
            <h2>\(title)</h2><div class="scroll"><table><thead><tr>\(head)</tr></thead><tbody>
            \(body)</tbody></table></div>
            """
    }

    /// A count for reading: thousands apart.
    private static func grouped(_ count: Int64) -> String {
        var digits = String(abs(count))
        var result = ""
        while digits.count > 3 {
            result = "\u{202F}" + digits.suffix(3) + result
            digits.removeLast(3)
        }
        return (count < 0 ? "−" : "") + digits + result
    }

    private static func hour(_ overview: Overview) -> HTML {
        let present = overview.now.hour
        let tallies: [Tally] = [.lead, .duplicate, .quarantined, .test, .unmapped]
        var rows: [[String]] = []
        let intake = overview.hours.filter { $0.destination == nil }
        for source in Set(intake.map(\.dimension.source)).sorted() {
            for (name, hour) in [("this hour", present), ("the hour before", present - .hours(1))] {
                let counts = intake.filter { $0.dimension.source == source && $0.hour == hour }
                if counts.isEmpty { continue }
                rows.append(
                    [source, name]
                        + tallies.map { tally in
                            grouped(Int64(counts.reduce(0) { $1.tally == tally ? $0 + $1.count : $0 }))
                        })
            }
        }
        return table(
            "The last hour", ["Source", "Hour"] + ["Leads", "Duplicates", "Quarantined", "Tests", "Unmapped"], texts: 2,
            rows,
            empty: "Nothing was judged in this hour or the one before.")
    }

    private static func sources(_ overview: Overview) -> HTML {
        let tallies: [Tally] = [.received, .inbox, .lead, .duplicate, .quarantined, .discarded]
        let names = Set(overview.books.sources.filter { !Source.isSynthetic($0) }).union(overview.sources).sorted()
        return table(
            "Sources", ["Source", "Received", "In the inbox", "Leads", "Duplicates", "In quarantine", "Discarded"],
            texts: 1,
            names.map { name in [name] + tallies.map { grouped(overview.books[$0, source: name]) } },
            empty: "No source is configured.")
    }

    private static func destinations(_ overview: Overview) -> HTML {
        let tallies: [Tally] = [.owed, .open, .sent, .delivered, .rejected, .expired, .skipped]
        let names = Set(overview.lanes.map(\.name)).union(overview.platforms.keys).sorted()
        return table(
            "Destinations",
            ["Destination", "Platform", "Lane", "Owed", "Open", "Sent", "Delivered", "Rejected", "Expired", "Skipped"],
            texts: 3,
            names.map { name in
                let lane = overview.lanes.first { $0.name == name }
                let reason = lane?.reason ?? ""
                let state = (lane?.state.rawValue ?? "") + (reason.isEmpty ? "" : ": " + reason)
                return [name, overview.platforms[name] ?? "not configured", state]
                    + tallies.map { grouped(overview.books.total($0, destination: name)) }
            }, empty: "No destination is configured.")
    }

    private static func quarantine(_ overview: Overview) -> HTML {
        table(
            "Quarantine", ["Reason", "Source", "Oldest", "Newest", "Events"], texts: 4,
            overview.quarantine.map {
                [$0.reason, $0.source, $0.first.rfc3339Seconds, $0.last.rfc3339Seconds, grouped(Int64($0.count))]
            }, empty: "The quarantine is empty.")
    }
}
