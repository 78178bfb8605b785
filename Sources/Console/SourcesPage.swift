package import Domain

/// What is unusual about each source's events: fields left out, leads without contact data, ids used twice, junk,
/// skips, refusals.
package enum SourcesPage {
    /// `document` is what `/api/sources` answers.
    package static func page(_ visitor: Visitor, _ document: JSON) -> Page {
        let days = document["days"]?.integer ?? 0
        let sources = document["sources"]?.array ?? []
        let spans = ([1, 7, 28] as [Int64]).map { span -> HTML in
            span == days
                ? "<strong>\(words(span))</strong> " : "<a href=\"/sources?days=\(span)\">\(words(span))</a> "
        }
        return Page(
            "Sources", .overview, for: visitor,
            """
            <p>The last \(HTML.joined(spans))</p>
            \(sources.isEmpty ? "<p class=\"card muted\">No source is configured.</p>" : HTML.each(sources, source))
            \(unknownKeys(document))
            """)
    }

    private static func words(_ days: Int64) -> String { days == 1 ? "24 hours" : "\(days) days" }

    private static func source(_ source: JSON) -> HTML {
        let name = source["name"]?.string ?? ""
        let counts = [
            ("leads", "Leads"), ("duplicates", "Duplicates"), ("quarantined", "Quarantined"), ("tests", "Tests"),
        ]
        let facts = counts.map { key, title -> HTML in
            "<dt>\(title)</dt><dd>\(Format.count(source[key]?.integer ?? 0))</dd>"
        }
        return """
            <section aria-labelledby="source-\(name)"><h2 id="source-\(name)">\(name)</h2>
            <div class="card"><dl class="facts">\(HTML.joined(facts))</dl></div>
            \(Table.html("What is unusual about \(name)", ["What", Table.number("How many"), Table.number("Share")], rows(source), empty: "Nothing is unusual."))
            </section>
            """
    }

    private static func rows(_ source: JSON) -> [HTML] {
        var rows: [HTML] = []
        func add(_ what: String, _ part: JSON?) {
            guard let part, let count = part["count"]?.integer, count > 0 else { return }
            rows.append(
                """
                <tr><th scope="row">\(what)</th>\(Format.cell(count))<td class="n">\(share(part["share"]))</td></tr>
                """)
        }
        add("Leads without e-mail address and telephone number", source["without_contact"])
        add("Leads that no destination is owed", source["nowhere"])
        for line in source["left_out"]?.array ?? [] { add("\(line["name"]?.string ?? "") left out", line) }
        add("Ids used twice", source["reused_ids"])
        add("Events that look like junk", source["junk"])
        for line in source["junk_signs"]?.array ?? [] {
            let sign = line["name"]?.string.flatMap { JunkSign(rawValue: $0) }
            add("Junk: \(sign?.words ?? line["name"]?.string ?? "")", line)
        }
        for line in source["skipped"]?.array ?? [] {
            add("Skipped by \(line["destination"]?.string ?? ""): \(line["name"]?.string ?? "")", line)
        }
        for line in source["refused"]?.array ?? [] { add("Refused at the door: \(line["name"]?.string ?? "")", line) }
        return rows
    }

    private static func unknownKeys(_ document: JSON) -> HTML {
        let keys = document["unknown_keys"]?.array ?? []
        if keys.isEmpty { return "" }
        let rows = keys.map { key -> HTML in
            """
            <tr><th scope="row" class="mono">\(key["key"]?.string ?? "")…</th><td>\(key["host"]?.string ?? "")</td>\
            \(Format.cell(key["count"]?.integer))<td>\(Format.time(key["last"]?.string))</td></tr>
            """
        }
        return "<h2>Keys that no source has</h2>"
            + Table.html(
                "Keys that no source has", ["Key", "From", Table.number("Requests"), "Last one"], rows, empty: "")
    }

    private static func share(_ share: JSON?) -> String {
        guard case .number(let text)? = share, let value = Double(text) else { return "" }
        let tenths = Int((value * 1000).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }
}
