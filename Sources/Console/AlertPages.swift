package import Domain
package import HTTP

/// What is wrong, what it costs, whose move it is, and what to do about it.
package enum AlertPages {
    /// Which alerts are listed; the address says it, so that a list can be kept and passed on.
    package struct Filter: Sendable {
        package var state: String
        package var client: String?
        package var severity: String?
        package var kind: String?
        package var before: String?

        package init(_ query: FormFields) {
            func given(_ name: String) -> String? { query[name].flatMap { $0.isEmpty ? nil : $0 } }
            state = given("state") ?? "open"
            client = given("client")
            severity = given("severity")
            kind = given("kind")
            before = given("before")
        }

        /// What the operation is asked.
        package var query: [String: String?] {
            [
                "state": state, "client": client, "severity": severity, "kind": kind, "before": before,
                "limit": "\(AlertPages.pageSize)",
            ]
        }

        fileprivate func address(state: String? = nil, before: String? = nil) -> String {
            Link.to(
                "alerts",
                query: [
                    "state": (state ?? self.state) == "open" ? nil : state ?? self.state, "client": client,
                    "severity": severity, "kind": kind, "before": before,
                ])
        }
    }

    package static let pageSize = 50

    // MARK: The list

    /// `document` is what `/api/alerts` answers; `clients` are those that the visitor may see.
    package static func list(
        _ visitor: Visitor, _ document: JSON, _ filter: Filter, clients: [String], notice: Page.Notice?
    ) -> Page {
        let alerts = document["alerts"]?.array ?? []
        // The worst first; within that the newest, as they come.
        let sorted =
            filter.state == "open"
            ? Severity.allCases.reversed().flatMap { severity in
                alerts.filter { $0["severity"]?.string == severity.rawValue }
            } : alerts
        let more = alerts.count == pageSize ? alerts.last?["id"]?.string : nil
        let next: HTML =
            more.map { "<p><a href=\"\(filter.address(before: $0))\">Older alerts</a></p>" } ?? ""
        return Page(
            "Alerts", .alerts, for: visitor, notice: notice,
            """
            \(views(filter))
            \(choice(filter, clients))
            \(sorted.isEmpty ? empty(filter) : "<ul class=\"cards wide\">\(HTML.each(sorted) { card(visitor, $0) })</ul>")
            \(next)
            """)
    }

    private static func views(_ filter: Filter) -> HTML {
        let states = [("open", "Open"), ("resolved", "Resolved"), ("all", "All")]
        let items = HTML.each(states) { state, title in
            let current: HTML = state == filter.state ? " aria-current=\"true\"" : ""
            return "<li><a href=\"\(filter.address(state: state))\"\(current)>\(title)</a></li>"
        }
        return """
            <nav aria-label="Kinds of alerts" class="tabs"><ul>\(items)<li><a href="/alerts/history">Response times</a></li>\
            <li><a href="/alerts/silences">Silences</a></li><li><a href="/alerts/calendar">Calendar</a></li></ul></nav>
            """
    }

    private static func choice(_ filter: Filter, _ clients: [String]) -> HTML {
        func select(_ name: String, _ title: String, _ values: [(String, String)], _ chosen: String?) -> HTML {
            let options = HTML.each(values) { value, title in
                "<option value=\"\(value)\"\(value == chosen ? " selected" as HTML : "")>\(title)</option>"
            }
            return """
                <div><label for="\(name)">\(title)</label><select id="\(name)" name="\(name)"><option value="">all</option>\(options)</select></div>
                """
        }
        return """
            <form class="row card" method="get" action="/alerts"><input type="hidden" name="state" value="\(filter.state)">\
            \(select("client", "Client", clients.map { ($0, $0) }, filter.client))\
            \(select("severity", "Severity", Severity.allCases.map { ($0.rawValue, $0.rawValue) }, filter.severity))\
            \(select("kind", "Kind", AlertKind.allCases.map { ($0.rawValue, AlertWords.kind($0.rawValue)) }, filter.kind))\
            <button>Show</button></form>
            """
    }

    private static func empty(_ filter: Filter) -> HTML {
        filter.state == "open"
            ? "<p class=\"notice good\">No open alerts match. Resolved alerts are under <a href=\"/alerts?state=resolved\">Resolved</a>.</p>"
            : "<p class=\"card muted\">No alerts match.</p>"
    }

    private static func card(_ visitor: Visitor, _ alert: JSON) -> HTML {
        let id = alert["id"]?.string ?? ""
        let owner = alert["owner"]?.string ?? ""
        let lost = alert["lost"].flatMap(AlertWords.leads)
        return """
            <li class="card"><p class="row"><span>\(AlertWords.badges(alert))</span><span class="mono muted">\(id)</span></p>
            <h2><a href="\(Link.to("alerts", id))">\(alert["text"]?.string ?? "")</a></h2>
            <dl class="facts"><dt>About</dt><dd>\(AlertWords.scope(of: alert))</dd>
            <dt>\(alert["resolution"] == nil ? "Since" as HTML : "Lasted")</dt><dd>\(AlertWords.span(alert, now: visitor.now))</dd>
            \(lost.map { "<dt>Leads lost so far</dt><dd>\($0)</dd>" as HTML } ?? "")
            \(visitor.may(.changeAlerts) ? "<dt>Owner</dt><dd>\(owner.isEmpty ? "<span class=\"muted\">unassigned</span>" as HTML : "\(owner)")</dd>" as HTML : "")</dl></li>
            """
    }

    // MARK: One alert

    /// Everything about one alert that the page shows.
    package struct Parts: Sendable {
        /// What `/api/alerts/{id}` answers.
        var alert: JSON
        /// What `/api/alerts/{id}/checklist` answers.
        var checklist: JSON
        /// What `/api/volume` answers, for alerts about leads that do not come.
        var volume: JSON?

        package init(alert: JSON, checklist: JSON, volume: JSON?) {
            self.alert = alert
            self.checklist = checklist
            self.volume = volume
        }
    }

    package static func show(_ visitor: Visitor, _ parts: Parts, notice: Page.Notice?, status: Int = 200) -> Page {
        let alert = parts.alert
        let id = alert["id"]?.string ?? ""
        let isOpen = alert["resolution"] == nil
        return Page(
            "\(id): \(alert["text"]?.string ?? "")", .alerts, for: visitor, notice: notice, status: status,
            """
            <p><a href="/alerts">All alerts</a></p>
            <p>\(AlertWords.badges(alert))</p>
            \(facts(visitor, alert))
            \(visitor.may(.changeAlerts) ? actions(visitor, alert, id, isOpen: isOpen) : "")
            \(parts.volume.map { chart($0, alert) } ?? "")
            \(visitor.may(.changeAlerts) ? "\(causes(visitor, parts.checklist, id))\(evidence(alert))" as HTML : "")
            <h2>Timeline</h2>
            \(timeline(alert))
            \(visitor.may(.changeAlerts) ? told(alert) : "")
            \(visitor.may(.changeAlerts) ? note(visitor, id) : "")
            \(further(visitor, id))
            """)
    }

    private static func facts(_ visitor: Visitor, _ alert: JSON) -> HTML {
        func row(_ name: HTML, _ value: HTML?) -> HTML { value.map { "<dt>\(name)</dt><dd>\($0)</dd>" } ?? "" }
        func text(_ name: String) -> HTML? { alert[name]?.string.flatMap { $0.isEmpty ? nil : "\($0)" } }
        let resolution = alert["resolution"].map { one -> HTML in
            "\(AlertWords.ending(one)) \(Format.time(one["ended"]?.string))"
        }
        let verdict = alert["verdict"].map { one -> HTML in
            let cause = one["cause"]?.string ?? ""
            let reason = one["reason"]?.string ?? ""
            return """
                \(AlertWords.side(one["side"]?.string ?? ""))\(cause.isEmpty ? "" : " (\(AlertWords.item(cause)))" as HTML)\
                \(reason.isEmpty ? "" : ": \(reason)" as HTML) <span class="muted">by \(one["by"]?.string ?? "")</span>
                """
        }
        let isInside = visitor.may(.changeAlerts)
        let acknowledged = alert["acknowledgement"].map { one -> HTML in
            isInside
                ? "by \(one["by"]?.string ?? ""), until \(Format.time(one["until"]?.string))"
                : "yes"
        }
        return """
            <div class="card"><dl class="facts"><dt>About</dt><dd>\(AlertWords.scope(of: alert))</dd>
            \(row(alert["resolution"] == nil ? "Since" : "Lasted", AlertWords.span(alert, now: visitor.now)))
            \(row("Noticed", "\(Format.time(alert["opened"]?.string)) <span class=\"muted\">\(AlertWords.delay(alert))</span>"))
            \(row("Leads lost so far", alert["lost"].flatMap(AlertWords.leads).map { "\($0)" }))
            \(isInside ? row("Owner", text("owner") ?? "<span class=\"muted\">unassigned</span>") : "")\(row("Team", text("team")))
            \(row("Acknowledged", acknowledged))
            \(row("Snoozed until", alert["snoozed_until"]?.string.map { Format.time($0) }))
            \(row("Explained by", alert["inhibited_by"]?.string.map { "<a href=\"\(Link.to("alerts", $0))\">\($0)</a>" }))
            \(row("Silenced by", alert["silenced_by"]?.string.map { "<a href=\"/alerts/silences\">\($0)</a>" }))
            \(row("Responsible", verdict))\(row("Ended", resolution))</dl></div>
            """
    }

    /// What is over can still be explained.
    private static func actions(_ visitor: Visitor, _ alert: JSON, _ id: String, isOpen: Bool) -> HTML {
        func path(_ verb: String) -> String { Link.to("alerts", id, verb) }
        func box(_ title: HTML, _ verb: String, _ fields: HTML) -> HTML {
            "<details><summary>\(title)</summary>\(Form(path(verb), visitor, ["stack"], fields).html)</details>"
        }
        let acknowledge: HTML =
            alert["acknowledgement"] == nil
            ? Form(path("acknowledge"), visitor, [], "<button class=\"primary\">Acknowledge</button>").html : ""
        let times = HTML.each([("1h", "an hour"), ("4h", "four hours"), ("24h", "a day")]) {
            "<option value=\"\($0.0)\">\($0.1)</option>"
        }
        // Only missing leads can become what is usual.
        let isAboutLeads = ["missing_leads", "low_leads"].contains(alert["kind"]?.string)
        let sides = HTML.each(Alert.Verdict.Side.allCases.filter { isAboutLeads || $0 != .newNormal }) {
            """
            <label class="check"><input type="radio" name="side" value="\($0.rawValue)" required> <span><strong>\($0.words)</strong> <span class="muted">\($0.consequence)</span></span></label>
            """
        }
        let items = HTML.each(ChecklistItem.allCases) { "<option value=\"\($0.name)\">\($0.title)</option>" }
        let verdict = box(
            "Responsible", "verdict",
            """
            <fieldset><legend>The cause is on</legend>\(sides)</fieldset>
            <div><label for="cause">Root cause (optional)</label><select id="cause" name="cause"><option value="">not known</option>\(items)</select></div>
            <div><label for="side-reason">Details</label><input id="side-reason" name="reason" maxlength="500"></div><button>Save</button>
            """)
        guard isOpen else { return "<div class=\"actions\">\(verdict)</div>" }
        let snooze = box(
            "Snooze", "snooze",
            """
            <div><label for="for">Snooze for</label><select id="for" name="for">\(times)</select></div><button>Snooze</button>
            """)
        let owner = box(
            "Reassign", "owner",
            """
            <div><label for="owner">To whom</label><input id="owner" name="owner" maxlength="100" value="\(alert["owner"]?.string ?? "")" autocomplete="off"></div>
            <div><label for="team">Team</label><input id="team" name="team" maxlength="100" value="\(alert["team"]?.string ?? "")" autocomplete="off"></div><button>Reassign</button>
            """)
        let resolve = box(
            "Resolve", "resolve",
            """
            <p>Alerts usually resolve automatically. Resolve manually only if you are sure.</p>
            <div><label for="reason">Resolution note</label><input id="reason" name="reason" required maxlength="500"></div><button>Resolve</button>
            """)
        return "<div class=\"actions\">\(acknowledge)\(verdict)\(snooze)\(owner)\(resolve)</div>"
    }

    private static func note(_ visitor: Visitor, _ id: String) -> HTML {
        Form(
            Link.to("alerts", id, "note"), visitor, ["row"],
            """
            <div class="grow"><label for="text">Add a note</label><input id="text" name="text" required maxlength="2000" autocomplete="off"></div><button>Add</button>
            """
        ).html
    }

    // MARK: Evidence

    private static func chart(_ volume: JSON, _ alert: JSON) -> HTML {
        let began = alert["began"]?.string.flatMap { Instant(rfc3339: $0) }
        let ended = alert["resolution"]?["ended"]?.string.flatMap { Instant(rfc3339: $0) }
        let group = volume["group"]?.string ?? ""
        let client = volume["client"]?.string ?? ""
        let link: HTML =
            group.isEmpty
            ? ""
            : "<p><a href=\"\(Link.to("group", query: ["client": client, "group": group]))\">More about this group</a></p>"
        return "<h2>Expected and received</h2>\(VolumeChart.html(volume, marked: began.map { ($0, ended) }))\(link)"
    }

    private static func evidence(_ alert: JSON) -> HTML {
        let rows = (alert["evidence"]?.array ?? []).map { one -> HTML in
            "<tr><th scope=\"row\">\(one["name"]?.string ?? "")</th><td class=\"wide\">\(one["value"]?.string ?? "")</td></tr>\n"
        }
        return rows.isEmpty ? "" : "<h2>Evidence</h2>" + Table.html("Evidence", ["What", "Value"], rows, empty: "")
    }

    private static func causes(_ visitor: Visitor, _ checklist: JSON, _ id: String) -> HTML {
        let again =
            visitor.may(.changeAlerts)
            ? Form(Link.to("alerts", id, "examine"), visitor, [], "<button>Run checklist</button>").html : ""
        guard let latest = checklist["latest"], latest != .null else {
            return "<h2>Causes</h2><p class=\"card muted\">The checklist has not been run yet.</p>\(again)"
        }
        let items = latest["items"]?.array ?? []
        let cause = items.first { $0["item"]?.string == latest["cause"]?.string }
        func rows(_ certainties: [String]) -> [HTML] {
            certainties.flatMap { certainty in
                items.filter { $0["certainty"]?.string == certainty }.map { item -> HTML in
                    """
                    <tr><td>\(AlertWords.certainty(certainty))</td><th scope="row">\(item["title"]?.string ?? "")</th>\
                    <td class="wide">\(item["evidence"]?.string ?? "")</td><td>\(AlertWords.owner(item["owner"]?.string ?? ""))</td>\
                    <td class="wide">\(["proved", "likely"].contains(certainty) ? item["fix"]?.string ?? "" : "")</td></tr>

                    """
                }
            }
        }
        let columns: [Table.Column] = ["Verdict", "Item", "Evidence", "Owner", "Action"]
        let found = rows(["proved", "likely", "beside"])
        let rest = rows(["unknown", "excluded"])
        let summary: HTML =
            if let cause {
                """
                \(AlertWords.certainty(cause["certainty"]?.string ?? "")) <strong>\(cause["title"]?.string ?? "").</strong> \(cause["evidence"]?.string ?? "")
                """
            } else {
                "No cause has been found yet."
            }
        let message: HTML =
            latest["message"]?.string.map {
                "<details><summary>Message to the client (draft)</summary><pre>\($0)</pre></details>"
            } ?? ""
        return """
            <h2>Causes</h2>
            <div class="card"><p>\(summary)</p>
            <p><strong>Next, for \(AlertWords.owner(latest["next"]?["owner"]?.string ?? "")):</strong> \(latest["next"]?["text"]?.string ?? "")</p>
            <p class="muted">Looked for \(Format.distance(latest["at"]?.string, from: visitor.now)).</p>\(again)</div>
            \(message)
            \(found.isEmpty ? "" : Table.html("Likely causes", columns, found, empty: ""))
            <details><summary>\(rest.count) items that are excluded or not known</summary>\(Table.html("Excluded or not known", columns, rest, empty: "There are none."))</details>
            """
    }

    // MARK: The story

    private static func timeline(_ alert: JSON) -> HTML {
        struct Entry {
            var at: String
            var tone: String
            var html: HTML
        }
        var entries = (alert["events"]?.array ?? []).map { event -> Entry in
            let kind = event["kind"]?.string ?? ""
            let by = event["by"]?.string ?? ""
            let text = event["text"]?.string ?? ""
            return Entry(
                at: event["at"]?.string ?? "", tone: AlertWords.tone(ofEvent: kind),
                html: """
                    <strong>\(AlertWords.event(kind))</strong>\(by.isEmpty ? "" : " by \(by)" as HTML)\(text.isEmpty ? "" : "<div>\(text)</div>" as HTML)
                    """)
        }
        entries += (alert["markers"]?.array ?? []).map { marker in
            let by = marker["by"]?.string ?? ""
            return Entry(
                at: marker["at"]?.string ?? "", tone: "",
                html: """
                    <strong>\(AlertWords.marker(marker["kind"]?.string ?? ""))</strong>\(by.isEmpty ? "" : " by \(by)" as HTML)\
                    <div>\(marker["text"]?.string ?? "")</div>
                    """)
        }
        // RFC 3339 in UTC and whole seconds sorts as text; the sort is stable.
        let items = HTML.each(entries.sorted { $0.at < $1.at }) {
            "<li class=\"\($0.tone)\">\(Format.time($0.at)) \($0.html)</li>\n"
        }
        return "<ol class=\"timeline card\">\(items)</ol>"
    }

    private static func told(_ alert: JSON) -> HTML {
        let told = (alert["told"]?.array ?? []).compactMap { $0["channel"]?.string }
        let owed = HTML.each(alert["owed"]?.array ?? []) { one in
            "<li>\(one["kind"]?.string ?? "") to \(one["channel"]?.string ?? ""), \(one["failures"]?.integer ?? 0) failures so far</li>"
        }
        return """
            <p class="muted">\(told.isEmpty ? "No notifications sent yet." : "Notified by \(told.joined(separator: ", ")).")</p>
            \(owed.isEmpty ? "" : "<details><summary>Pending notifications</summary><ul>\(owed)</ul></details>" as HTML)
            """
    }

    private static func further(_ visitor: Visitor, _ id: String) -> HTML {
        guard visitor.may(.changeAlerts) else { return "" }
        return """
            <h2>More</h2>
            <ul><li><a href="\(Link.to("alerts", id, "affected"))">Which leads were affected, and what can be sent again</a></li>
            <li><a href="\(Link.to("alerts", id, "postmortem"))">Post-mortem</a></li></ul>
            """
    }

    // MARK: Post-mortem and affected leads

    package static func postMortem(_ visitor: Visitor, _ id: String, _ markdown: String) -> Page {
        Page(
            "Post-mortem of \(id)", .alerts, for: visitor,
            """
            <p><a href="\(Link.to("alerts", id))">Back to \(id)</a> · <a href="\(Link.to("alerts", id, "postmortem.md"))">Download (Markdown)</a></p>
            <pre class="whole" tabindex="0">\(markdown)</pre>
            """)
    }

    /// `investigation` is what `/api/investigate` answers; `replay` what `/api/replay` did or would do.
    package static func affected(
        _ visitor: Visitor, _ id: String, _ investigation: JSON, replay: JSON? = nil, notice: Page.Notice? = nil,
        status: Int = 200
    ) -> Page {
        let answers = HTML.each(investigation["answers"]?.array ?? []) {
            "<dt>\($0["question"]?.string ?? "")</dt><dd>\($0["answer"]?.string ?? "")</dd>"
        }
        let rows = (investigation["deliveries"]?.array ?? []).map { row -> HTML in
            """
            <tr><th scope="row">\(Format.place(row))</th><td>\(row["destination"]?.string ?? "")</td>\
            <td>\(Format.state(row["state"]?.string ?? ""))</td><td class="mono">\(row["code"]?.string ?? "")</td>\
            \(Format.cell(row["count"]?.integer))\(Format.cell(row["replayable"]?.integer))<td>\(Format.time(row["replayable_until"]?.string))</td></tr>

            """
        }
        let columns: [Table.Column] = [
            "Client · group", "Destination", "Outcome", "Code", Table.number("Leads"),
            Table.number("Can be sent again"),
            "Until",
        ]
        let quarantined = (investigation["quarantined"]?.array ?? []).map { one -> HTML in
            """
            <tr><th scope="row">\(one["source"]?.string ?? "")</th><td>\(one["reason"]?.string ?? "")</td>\(Format.cell(one["count"]?.integer))</tr>

            """
        }
        return Page(
            "Leads affected by \(id)", .alerts, for: visitor, notice: notice, status: status,
            """
            <p><a href="\(Link.to("alerts", id))">Back to \(id)</a></p>
            <p class="muted">Leads received from \(Format.time(investigation["from"]?.string)) to \(Format.time(investigation["to"]?.string)) (UTC).</p>
            <div class="card"><dl class="facts">\(answers)</dl></div>
            \(visitor.may(.replayLeads) ? self.replay(visitor, id, investigation, replay) : "")
            \(Table.html("What became of them", columns, rows, empty: "No lead was affected.", isCaptionShown: true))
            \(quarantined.isEmpty ? "" : Table.html("In quarantine", ["Source", "Reason", Table.number("Events")], quarantined, empty: "", isCaptionShown: true))
            """)
    }

    private static func replay(_ visitor: Visitor, _ id: String, _ investigation: JSON, _ replay: JSON?) -> HTML {
        let path = Link.to("alerts", id, "replay")
        let can = (investigation["deliveries"]?.array ?? []).reduce(0) { $0 + ($1["replayable"]?.integer ?? 0) }
        guard let replay else {
            guard can > 0 else { return "" }
            return
                "<div class=\"actions\">\(Form(path, visitor, [], "<button>Preview resend</button>").html)</div>"
        }
        let again = replay["again"]?.integer ?? 0
        let left = HTML.each(replay["left"]?.array ?? []) {
            "<li>\(Format.count($0["count"]?.integer ?? 0)): \($0["words"]?.string ?? "")</li>"
        }
        let run: HTML =
            again == 0 || replay["run"]?.bool == true
            ? ""
            : Form(
                path, visitor, ["row"],
                """
                <input type="hidden" name="run" value="1"><input type="hidden" name="ended_before" value="\(replay["ended_before"]?.string ?? "")">
                <div class="grow"><label for="note">Why</label><input id="note" name="note" required maxlength="400" autocomplete="off"></div><button class="primary">Send \(Format.count(again)) again</button>
                """
            ).html
        return """
            <div class="card"><h2>Sending again</h2>
            <p><strong>\(Format.count(again))</strong> of \(Format.count(replay["considered"]?.integer ?? 0)) deliveries \(replay["run"]?.bool == true ? "are being sent again" as HTML : "would be sent again").</p>
            \(left.isEmpty ? "" : "<p>Not sent again:</p><ul>\(left)</ul>" as HTML)\(run)</div>
            """
    }
}
