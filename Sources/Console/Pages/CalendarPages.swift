package import API
import Domain

/// What changes how many leads come, and what nobody wants to hear of.
package enum CalendarPages {
    /// What was typed into a form that could not be taken; empty for a new one.
    package typealias Typed = [String: String]

    private static let scopeHint: HTML =
        "<p class=\"hint\">all, client:NAME, group:CLIENT/GROUP, country:DE or zone:Europe/Berlin</p>"

    private static func field(
        _ name: String, _ title: String, _ typed: Typed, type: String = "text", required: Bool = true, hint: HTML = ""
    ) -> HTML {
        """
        <div><label for="\(name)">\(title)</label><input id="\(name)" name="\(name)" type="\(type)" \
        value="\(typed[name] ?? "")" maxlength="500"\(required ? " required" as HTML : "") \
        autocomplete="off">\(hint)</div>
        """
    }

    /// `document` is what `/api/calendar` answers.
    package static func calendar(
        _ visitor: Visitor, _ document: CalendarDocument, typed: Typed = [:], notice: Page.Notice?, status: Int = 200
    ) -> Page {
        let mayChange = visitor.may(.changeAlerts)
        let rows = document.events.map { event -> HTML in
            let id = "\(event.id)"
            let remove: HTML =
                mayChange
                ? """
                <td>\
                \(Form(Link.to("alerts", "calendar", id, "remove"), visitor, [], "<button>Remove</button>").html)\
                </td>
                """
                : ""
            return """
                <tr><th scope="row">\(event.name)\(note(event))</th>\
                <td>\(Format.name(event.groupTitle, id: event.scope))</td>\
                <td>\(local(event.start))</td><td>\(local(event.end))</td><td>\(event.zone)</td>\
                <td class="n">× \(event.multiplier.description)</td>\
                <td class="n">\(event.learned.map { "× \($0)" } ?? "–")</td>\(remove)</tr>

                """
        }
        let columns: [Table.Column] =
            [
                "Event", "For", "From", "To", "Time zone", Table.number("Leads expected"), Table.number("Actual"),
            ] + (mayChange ? ["Change"] : [])
        return Page(
            "Calendar", .alerts, for: visitor, notice: notice, status: status,
            """
            <p><a href="/alerts">All alerts</a></p>
            <p class="muted">Events that change how many leads to expect, such as holidays, sales or pauses.</p>
            \(Table.html("Events", columns, rows, empty: "The calendar is empty."))
            \(mayChange ? add(visitor, typed) : "")
            """)
    }

    private static func note(_ event: CalendarEventDocument) -> HTML {
        let note = event.note
        return note.isEmpty ? "" : "<div class=\"muted\">\(note)</div>"
    }

    /// `2026-12-24 18:00` of a moment with its offset, as its own clock shows it.
    private static func local(_ text: String) -> HTML {
        "<time class=\"nowrap\" datetime=\"\(text)\">\(String(text.prefix(16).replacing("T", with: " ")))</time>"
    }

    private static func add(_ visitor: Visitor, _ typed: Typed) -> HTML {
        """
        <h2>Add an event</h2>
        \(Form("/alerts/calendar", visitor, ["stack", "card"], """
            \(field("name", "Name", typed))
            \(field("scope", "Applies to", typed.isEmpty ? ["scope": "all"] : typed, hint: scopeHint))
            \(field("start", "From", typed, hint: """
                <p class=\"hint\">2026-12-24 or 2026-12-24T18:00, by the clock of the time zone</p>
                """))
            \(field("end", "To", typed, hint: "<p class=\"hint\">The end date is included.</p>"))
            \(field("zone", "Time zone", typed, required: false, hint: """
                <p class=\"hint\">Default: the client's time zone, otherwise UTC.</p>
                """))
            \(field("multiplier", "Expected leads (× normal)", typed, hint: """
                <p class=\"hint\">0 for a pause, 0.5 for half, 3 for a sale.</p>
                """))
            \(field("note", "Note", typed, required: false))
            <div><button class="primary">Add</button></div>
            """).html)
        """
    }

    // MARK: Silences

    /// `document` is what `/api/silences` answers.
    package static func silences(
        _ visitor: Visitor, _ document: SilenceListDocument, typed: Typed = [:], notice: Page.Notice?, status: Int = 200
    ) -> Page {
        let mayChange = visitor.may(.changeAlerts)
        let rows = document.silences.map { silence -> HTML in
            let id = silence.id
            let kinds = silence.kinds.map(\.words)
            let end: HTML =
                mayChange
                ? "<td>\(Form(Link.to("alerts", "silences", id, "end"), visitor, [], "<button>End</button>").html)</td>"
                : ""
            return """
                <tr><th scope="row" \
                class="mono">\(id)</th><td>\(AlertWords.scope(silence.scope, title: silence.groupTitle))<div \
                class="muted">\(kinds.isEmpty ? "all kinds" : kinds.joined(separator: ", "))</div></td>\
                <td>\(Format.time(silence.from))</td><td>\(Format.time(silence.until))\(weekly(silence.weekly))</td>\
                <td class="wide">\(silence.reason)<div class="muted">\(silence.by)</div></td>\(end)</tr>

                """
        }
        return Page(
            "Silences", .alerts, for: visitor, notice: notice, status: status,
            """
            <p><a href="/alerts">All alerts</a></p>
            <p class="muted">Matching alerts still open, but no notifications are sent.</p>
            \(Table.html(
                "Silences",
                ["Number", "Covers", "From (UTC)", "Until (UTC)", "Why"] + (mayChange ? ["Change"] : []), rows,
                empty: "No active silences."))
            \(mayChange ? silence(visitor, typed) : "")
            """)
    }

    private static func weekly(_ weekly: WeeklyWindow?) -> HTML {
        guard let weekly else { return "" }
        let days = weekly.days.map(\.rawValue).joined(separator: ", ")
        return """
            <div class="muted">only \(days) from \(weekly.from) to \(weekly.to), \(weekly.zone ?? "UTC")</div>
            """
    }

    private static func silence(_ visitor: Visitor, _ typed: Typed) -> HTML {
        let kinds = HTML.each(AlertKind.allCases) { kind in
            """
            <option \
            value=\"\(kind.rawValue)\"\(kind.rawValue == typed["kind"] ? " selected" as HTML : "")>\(kind.words)\
            </option>
            """
        }
        return """
            <h2>Add a silence</h2>
            \(Form("/alerts/silences", visitor, ["stack", "card"], """
                \(field("scope", "Scope", typed, hint: """
                    <p class=\"hint\">relay (everything), client:NAME, group:CLIENT/GROUP, destination:NAME, \
                    source:NAME</p>
                    """))
                <div><label for="kind">Which alerts</label><select id="kind" name="kind"><option value="">all</option>\
                \(kinds)</select></div>
                \(field("for", "Duration", typed, hint: "<p class=\"hint\">30m, 2h, 3d</p>"))
                \(field("reason", "Why", typed))
                <div><button class="primary">Silence</button></div>
                """).html)
            """
    }
}
