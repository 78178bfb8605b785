package import API
import Domain

/// What is unusual about each source's events: fields left out, leads without contact data, ids used twice, junk,
/// skips, refusals.
package enum SourcesPage {
    /// `document` is what `/api/sources` answers.
    package static func page(_ visitor: Visitor, _ document: SourceListDocument) -> Page {
        let days = document.days
        let sources = document.sources
        let spans = [1, 7, 28].map { span -> HTML in
            span == days
                ? "<strong>\(words(span))</strong> " : "<a href=\"/sources?days=\(span)\">\(words(span))</a> "
        }
        return Page(
            "Sources", .overview, for: visitor,
            """
            <p>The last \(HTML.joined(spans))</p>
            \(sources.isEmpty ? "<p class=\"card muted\">\(EmptyWords.noSource)</p>" : HTML.each(sources, source))
            \(unknownKeys(document))
            """)
    }

    private static func words(_ days: Int) -> String { days == 1 ? "24 hours" : "\(days) days" }

    private static func source(_ source: SourceFiguresDocument) -> HTML {
        let name = source.name
        let counts = [
            ("Leads", source.leads), ("Duplicates", source.duplicates), ("Quarantined", source.quarantined),
            ("Tests", source.tests),
        ]
        let facts = counts.map { title, count -> HTML in
            "<dt>\(title)</dt><dd>\(Format.count(count))</dd>"
        }
        return """
            <section aria-labelledby="source-\(name)"><h2 id="source-\(name)">\(name)</h2>
            <div class="card"><dl class="facts">\(HTML.joined(facts))</dl></div>
            \(Table.html(
                "What is unusual about \(name)", ["What", Table.number("How many"), Table.number("Share")],
                rows(source), empty: "Nothing is unusual."))
            </section>
            """
    }

    private static func rows(_ source: SourceFiguresDocument) -> [HTML] {
        var rows: [HTML] = []
        func add(_ what: String, _ part: ShareDocument) {
            guard part.count > 0 else { return }
            rows.append(
                """
                <tr><th scope="row">\(what)</th>\(Format.cell(part.count))<td class="n">\(share(part.share))</td></tr>
                """)
        }
        add("Leads without e-mail address and telephone number", source.withoutContact)
        add("Leads that no destination is owed", source.nowhere)
        for line in source.leftOut { add("\(line.name) left out", line.share) }
        add("Ids used twice", source.reusedIDs)
        add("Events that look like junk", source.junk)
        for line in source.junkSigns {
            let sign = JunkSign(rawValue: line.name)
            add("Junk: \(sign?.words ?? line.name)", line.share)
        }
        for line in source.skipped {
            add("Skipped by \(line.destination): \(line.name)", line.share)
        }
        for line in source.refused { add("Refused at the door: \(line.name)", line.share) }
        return rows
    }

    private static func unknownKeys(_ document: SourceListDocument) -> HTML {
        let keys = document.unknownKeys ?? []
        if keys.isEmpty { return "" }
        let rows = keys.map { key -> HTML in
            """
            <tr><th scope="row" class="mono">\(key.key)…</th><td>\(key.host)</td>\
            \(Format.cell(key.count))<td>\(Format.time(key.last))</td></tr>
            """
        }
        return "<h2>Keys that no source has</h2>"
            + Table.html(
                "Keys that no source has", ["Key", "From", Table.number("Requests"), "Last one"], rows, empty: "")
    }

    private static func share(_ share: Double?) -> String {
        guard let share else { return "" }
        let tenths = Int((share * 1000).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }
}
