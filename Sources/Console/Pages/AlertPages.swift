package import API
import Domain
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
        _ visitor: Visitor, _ document: AlertListDocument, _ filter: Filter, clients: [String], notice: Page.Notice?
    ) -> Page {
        let alerts = document.alerts
        // The worst first; within that the newest, as they come.
        let sorted =
            filter.state == "open"
            ? Severity.allCases.reversed().flatMap { severity in
                alerts.filter { $0.severity == severity }
            } : alerts
        let more = alerts.count == pageSize ? alerts.last?.id.description : nil
        let next: HTML =
            more.map { "<p><a href=\"\(filter.address(before: $0))\">Older alerts</a></p>" } ?? ""
        return Page(
            "Alerts", .alerts, for: visitor, notice: notice,
            """
            \(views(filter))
            \(choice(filter, clients))
            \(sorted.isEmpty ? empty(filter) : """
                <ul class=\"cards wide\">\(HTML.each(sorted) { card(visitor, $0) })</ul>
                """)
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
            <nav aria-label="Kinds of alerts" class="tabs"><ul>\(items)<li><a href="/alerts/history">Response times</a>\
            </li>\
            <li><a href="/alerts/silences">Silences</a></li><li><a href="/alerts/calendar">Calendar</a></li></ul></nav>
            """
    }

    private static func choice(_ filter: Filter, _ clients: [String]) -> HTML {
        func select(_ name: String, _ title: String, _ values: [(String, String)], _ chosen: String?) -> HTML {
            let options = HTML.each(values) { value, title in
                "<option value=\"\(value)\"\(value == chosen ? " selected" as HTML : "")>\(title)</option>"
            }
            return """
                <div><label for="\(name)">\(title)</label><select id="\(name)" name="\(name)">\
                <option value="">all</option>\(options)</select></div>
                """
        }
        return """
            <form class="row card" method="get" action="/alerts">\
            <input type="hidden" name="state" value="\(filter.state)">\
            \(select("client", "Client", clients.map { ($0, $0) }, filter.client))\
            \(select("severity", "Severity", Severity.allCases.map { ($0.rawValue, $0.rawValue) }, filter.severity))\
            \(select("kind", "Kind", AlertKind.allCases.map { ($0.rawValue, $0.words) }, filter.kind))\
            <button>Show</button></form>
            """
    }

    private static func empty(_ filter: Filter) -> HTML {
        filter.state == "open"
            ? """
            <p class=\"notice good\">No open alerts match. Resolved alerts are under <a \
            href=\"/alerts?state=resolved\">Resolved</a>.</p>
            """
            : "<p class=\"card muted\">No alerts match.</p>"
    }

    private static func card(_ visitor: Visitor, _ alert: AlertDocument) -> HTML {
        let id = "\(alert.id)"
        let owner = alert.owner
        let lost = alert.lost.map(AlertWords.leads)
        return """
            <li class="card"><p class="row"><span>\(AlertWords.badges(alert))</span>\
            <span class="mono muted">\(id)</span></p>
            <h2><a href="\(Link.to("alerts", id))">\(alert.text)</a></h2>
            <dl class="facts"><dt>About</dt><dd>\(AlertWords.scope(alert.scope, title: alert.groupTitle))</dd>
            <dt>\(alert.resolution == nil ? "Since" as HTML : "Lasted")</dt>\
            <dd>\(AlertWords.span(alert, now: visitor.now))</dd>
            \(lost.map { "<dt>Leads lost so far</dt><dd>\($0)</dd>" as HTML } ?? "")
            \(visitor.may(.changeAlerts) ? """
                <dt>Owner</dt><dd>\(owner.isEmpty ? "<span class=\"muted\">unassigned</span>" as HTML : "\(owner)")</dd>
                """ as HTML : "")\
            </dl></li>
            """
    }

    // MARK: One alert

    /// Everything about one alert that the page shows.
    package struct Parts: Sendable {
        var alert: AlertStoryDocument
        var checklist: ChecklistDocument
        /// For alerts about leads that do not come.
        var volume: VolumeDocument?

        package init(alert: AlertStoryDocument, checklist: ChecklistDocument, volume: VolumeDocument?) {
            self.alert = alert
            self.checklist = checklist
            self.volume = volume
        }
    }

    package static func show(_ visitor: Visitor, _ parts: Parts, notice: Page.Notice?, status: Int = 200) -> Page {
        let story = parts.alert
        let alert = story.alert
        let id = "\(alert.id)"
        let isOpen = alert.resolution == nil
        return Page(
            "\(id): \(alert.text)", .alerts, for: visitor, notice: notice, status: status,
            """
            <p><a href="/alerts">All alerts</a></p>
            <p>\(AlertWords.badges(alert))</p>
            \(facts(visitor, alert))
            \(visitor.may(.changeAlerts) ? actions(visitor, alert, id, isOpen: isOpen) : "")
            \(parts.volume.map { chart($0, alert) } ?? "")
            \(visitor.may(.changeAlerts) ? "\(causes(visitor, parts.checklist, id))\(evidence(story))" as HTML : "")
            <h2>Timeline</h2>
            \(timeline(story))
            \(visitor.may(.changeAlerts) ? told(story) : "")
            \(visitor.may(.changeAlerts) ? note(visitor, id) : "")
            \(further(visitor, id))
            """)
    }

    private static func facts(_ visitor: Visitor, _ alert: AlertDocument) -> HTML {
        func row(_ name: HTML, _ value: HTML?) -> HTML { value.map { "<dt>\(name)</dt><dd>\($0)</dd>" } ?? "" }
        func text(_ text: String) -> HTML? { text.isEmpty ? nil : "\(text)" }
        let resolution = alert.resolution.map { one -> HTML in
            "\(AlertWords.ending(one)) \(Format.time(one.ended))"
        }
        let verdict = alert.verdict.map { one -> HTML in
            let cause = one.cause
            let reason = one.reason
            return """
                \(one.side.words)\(cause.isEmpty ? "" : " (\(AlertWords.item(cause)))" as HTML)\
                \(reason.isEmpty ? "" : ": \(reason)" as HTML) <span class="muted">by \(one.by)</span>
                """
        }
        let isInside = visitor.may(.changeAlerts)
        let acknowledged = alert.acknowledgement.map { one -> HTML in
            isInside
                ? "by \(one.by), until \(Format.time(one.until))"
                : "yes"
        }
        return """
            <div class="card"><dl class="facts"><dt>About</dt>\
            <dd>\(AlertWords.scope(alert.scope, title: alert.groupTitle))</dd>
            \(row(alert.resolution == nil ? "Since" : "Lasted", AlertWords.span(alert, now: visitor.now)))
            \(row("Noticed", "\(Format.time(alert.opened)) <span class=\"muted\">\(AlertWords.delay(alert))</span>"))
            \(row("Leads lost so far", alert.lost.map(AlertWords.leads).map { "\($0)" }))
            \(isInside ? row("Owner", text(alert.owner) ?? "<span class=\"muted\">unassigned</span>") : "")\
            \(row("Team", text(alert.team)))
            \(row("Acknowledged", acknowledged))
            \(row("Snoozed until", alert.snoozedUntil.map { Format.time($0) }))
            \(row("Explained by", alert.inhibitedBy.map { "<a href=\"\(Link.to("alerts", "\($0)"))\">\($0)</a>" }))
            \(row("Silenced by", alert.silencedBy.map { "<a href=\"/alerts/silences\">\($0)</a>" }))
            \(row("Responsible", verdict))\(row("Ended", resolution))</dl></div>
            """
    }

    /// What is over can still be explained.
    private static func actions(_ visitor: Visitor, _ alert: AlertDocument, _ id: String, isOpen: Bool) -> HTML {
        func path(_ verb: String) -> String { Link.to("alerts", id, verb) }
        func box(_ title: HTML, _ verb: String, _ fields: HTML) -> HTML {
            "<details><summary>\(title)</summary>\(Form(path(verb), visitor, ["stack"], fields).html)</details>"
        }
        let acknowledge: HTML =
            alert.acknowledgement == nil
            ? Form(path("acknowledge"), visitor, [], "<button class=\"primary\">Acknowledge</button>").html : ""
        let times = HTML.each([("1h", "an hour"), ("4h", "four hours"), ("24h", "a day")]) {
            "<option value=\"\($0.0)\">\($0.1)</option>"
        }
        // Only missing leads can become what is usual.
        let isAboutLeads = [.missingLeads, .lowLeads].contains(alert.kind)
        let sides = HTML.each(Alert.Verdict.Side.allCases.filter { isAboutLeads || $0 != .newNormal }) {
            """
            <label class="check"><input type="radio" name="side" value="\($0.rawValue)" required> <span>\
            <strong>\($0.words)</strong> <span class="muted">\($0.consequence)</span></span></label>
            """
        }
        let items = HTML.each(ChecklistItem.allCases) { "<option value=\"\($0.name)\">\($0.title)</option>" }
        let verdict = box(
            "Responsible", "verdict",
            """
            <fieldset><legend>The cause is on</legend>\(sides)</fieldset>
            <div><label for="cause">Root cause (optional)</label><select id="cause" name="cause">\
            <option value="">not known</option>\(items)</select></div>
            <div><label for="side-reason">Details</label><input id="side-reason" name="reason" maxlength="500"></div>\
            <button>Save</button>
            """)
        guard isOpen else { return "<div class=\"actions\">\(verdict)</div>" }
        let snooze = box(
            "Snooze", "snooze",
            """
            <div><label for="for">Snooze for</label><select id="for" name="for">\(times)</select></div>\
            <button>Snooze</button>
            """)
        let owner = box(
            "Reassign", "owner",
            """
            <div><label for="owner">To whom</label><input id="owner" name="owner" maxlength="100" \
            value="\(alert.owner)" autocomplete="off"></div>
            <div><label for="team">Team</label><input id="team" name="team" maxlength="100" value="\(alert.team)" \
            autocomplete="off"></div><button>Reassign</button>
            """)
        let resolve = box(
            "Resolve", "resolve",
            """
            <p>Alerts usually resolve automatically. Resolve manually only if you are sure.</p>
            <div><label for="reason">Resolution note</label><input id="reason" name="reason" required maxlength="500">\
            </div><button>Resolve</button>
            """)
        return "<div class=\"actions\">\(acknowledge)\(verdict)\(snooze)\(owner)\(resolve)</div>"
    }

    private static func note(_ visitor: Visitor, _ id: String) -> HTML {
        Form(
            Link.to("alerts", id, "note"), visitor, ["row"],
            """
            <div class="grow"><label for="text">Add a note</label>\
            <input id="text" name="text" required maxlength="2000" autocomplete="off"></div><button>Add</button>
            """
        ).html
    }

    // MARK: Evidence

    private static func chart(_ volume: VolumeDocument, _ alert: AlertDocument) -> HTML {
        let (group, client) = (volume.group ?? "", volume.client)
        let link: HTML =
            group.isEmpty
            ? ""
            : """
            <p><a href="\(Link.to("group", query: ["client": client, "group": group]))">More about this group</a></p>
            """
        return
            """
            <h2>Expected and \
            received</h2>\(VolumeChart.html(volume, marked: (alert.began, alert.resolution?.ended)))\(link)
            """
    }

    private static func evidence(_ story: AlertStoryDocument) -> HTML {
        let rows = story.evidence.map { one -> HTML in
            "<tr><th scope=\"row\">\(one.name)</th><td class=\"wide\">\(one.value)</td></tr>\n"
        }
        return rows.isEmpty ? "" : "<h2>Evidence</h2>" + Table.html("Evidence", ["What", "Value"], rows, empty: "")
    }

    private static func causes(_ visitor: Visitor, _ checklist: ChecklistDocument, _ id: String) -> HTML {
        let again =
            visitor.may(.changeAlerts)
            ? Form(Link.to("alerts", id, "examine"), visitor, [], "<button>Run checklist</button>").html : ""
        guard let latest = checklist.latest else {
            return "<h2>Causes</h2><p class=\"card muted\">The checklist has not been run yet.</p>\(again)"
        }
        let items = latest.items
        let cause = items.first { $0.item == latest.cause }
        func rows(_ certainties: [Assessment.Certainty]) -> [HTML] {
            certainties.flatMap { certainty in
                items.filter { $0.certainty == certainty }.map { item -> HTML in
                    """
                    <tr><td>\(AlertWords.certainty(certainty))</td><th scope="row">\(item.title)</th>\
                    <td class="wide">\(item.evidence)</td><td>\(AlertWords.owner(item.owner))</td>\
                    <td class="wide">\([.proved, .likely].contains(certainty) ? item.fix : "")</td></tr>

                    """
                }
            }
        }
        let columns: [Table.Column] = ["Verdict", "Item", "Evidence", "Owner", "Action"]
        let found = rows([.proved, .likely, .beside])
        let rest = rows([.unknown, .excluded])
        let summary: HTML =
            if let cause {
                """
                \(AlertWords.certainty(cause.certainty)) <strong>\(cause.title).</strong> \(cause.evidence)
                """
            } else {
                "No cause has been found yet."
            }
        let message: HTML =
            latest.message.map {
                "<details><summary>Message to the client (draft)</summary><pre>\($0)</pre></details>"
            } ?? ""
        return """
            <h2>Causes</h2>
            <div class="card"><p>\(summary)</p>
            <p><strong>Next, for \(AlertWords.owner(latest.next.owner)):</strong> \(latest.next.text)</p>
            <p class="muted">Looked for \(Format.distance(latest.at, from: visitor.now)).</p>\(again)</div>
            \(message)
            \(found.isEmpty ? "" : Table.html("Likely causes", columns, found, empty: ""))
            <details><summary>\(rest.count) items that are excluded or not known</summary>\
            \(Table.html("Excluded or not known", columns, rest, empty: "There are none."))</details>
            """
    }

    // MARK: The story

    private static func timeline(_ story: AlertStoryDocument) -> HTML {
        struct Entry {
            var at: Instant
            var tone: String
            var html: HTML
        }
        var entries = story.events.map { event -> Entry in
            let kind = event.kind
            let by = event.by
            let text = event.text
            return Entry(
                at: event.at, tone: AlertWords.tone(of: kind),
                html: """
                    <strong>\(kind.words)</strong>\(by.isEmpty ? "" : " by \(by)" as HTML)\
                    \(text.isEmpty ? "" : "<div>\(text)</div>" as HTML)
                    """)
        }
        entries += story.markers.map { marker in
            let by = marker.by
            return Entry(
                at: marker.at, tone: "",
                html: """
                    <strong>\(AlertWords.marker(marker.kind))</strong>\(by.isEmpty ? "" : " by \(by)" as HTML)\
                    <div>\(marker.text)</div>
                    """)
        }
        // The sort is stable.
        let items = HTML.each(entries.sorted { $0.at < $1.at }) {
            "<li class=\"\($0.tone)\">\(Format.time($0.at)) \($0.html)</li>\n"
        }
        return "<ol class=\"timeline card\">\(items)</ol>"
    }

    private static func told(_ story: AlertStoryDocument) -> HTML {
        let told = story.told.map(\.channel)
        let owed = HTML.each(story.owed) { one in
            "<li>\(one.kind.rawValue) to \(one.channel), \(one.failures) failures so far</li>"
        }
        return """
            <p \
            class="muted">\
            \(told.isEmpty ? "No notifications sent yet." : "Notified by \(told.joined(separator: ", ")).")</p>
            \(owed.isEmpty ? "" : "<details><summary>Pending notifications</summary><ul>\(owed)</ul></details>" as HTML)
            """
    }

    private static func further(_ visitor: Visitor, _ id: String) -> HTML {
        guard visitor.may(.changeAlerts) else { return "" }
        return """
            <h2>More</h2>
            <ul><li><a href="\(Link.to("alerts", id, "affected"))">Which leads were affected, and what can be sent \
            again</a></li>
            <li><a href="\(Link.to("alerts", id, "postmortem"))">Post-mortem</a></li></ul>
            """
    }

    // MARK: Post-mortem and affected leads

    package static func postMortem(_ visitor: Visitor, _ id: String, _ markdown: String) -> Page {
        Page(
            "Post-mortem of \(id)", .alerts, for: visitor,
            """
            <p><a href="\(Link.to("alerts", id))">Back to \(id)</a>\
             · <a href="\(Link.to("alerts", id, "postmortem.md"))">Download (Markdown)</a></p>
            <pre class="whole" tabindex="0">\(markdown)</pre>
            """)
    }

    /// `investigation` is what `/api/investigate` answers; `replay` what `/api/replay` did or would do.
    package static func affected(
        _ visitor: Visitor, _ id: String, _ investigation: InvestigationDocument, replay: ReplayDocument? = nil,
        notice: Page.Notice? = nil,
        status: Int = 200
    ) -> Page {
        let answers = HTML.each(investigation.answers) {
            "<dt>\($0.question)</dt><dd>\($0.answer)</dd>"
        }
        let rows = investigation.deliveries.map { row -> HTML in
            """
            <tr><th scope="row">\(Format.place(client: row.client, group: row.group, title: row.groupTitle))</th>\
            <td>\(row.destination)</td>\
            <td>\(Format.state(row.state))</td><td class="mono">\(row.code)</td>\
            \(Format.cell(row.count))\(Format.cell(row.replayable))<td>\(Format.time(row.replayableUntil))</td></tr>

            """
        }
        let columns: [Table.Column] = [
            "Client · group", "Destination", "Outcome", "Code", Table.number("Leads"),
            Table.number("Can be sent again"),
            "Until",
        ]
        let quarantined = investigation.quarantined.map { one -> HTML in
            """
            <tr><th scope="row">\(one.source)</th><td>\(one.reason)</td>\(Format.cell(one.count))</tr>

            """
        }
        return Page(
            "Leads affected by \(id)", .alerts, for: visitor, notice: notice, status: status,
            """
            <p><a href="\(Link.to("alerts", id))">Back to \(id)</a></p>
            <p class="muted">Leads received from \(Format.time(investigation.from)) to \
            \(Format.time(investigation.to)) (UTC).</p>
            <div class="card"><dl class="facts">\(answers)</dl></div>
            \(visitor.may(.replayLeads) ? self.replay(visitor, id, investigation, replay) : "")
            \(Table.html("What became of them", columns, rows, empty: "No lead was affected.", isCaptionShown: true))
            \(quarantined.isEmpty ? "" : Table.html(
                "In quarantine", ["Source", "Reason", Table.number("Events")], quarantined, empty: "",
                isCaptionShown: true))
            """)
    }

    private static func replay(
        _ visitor: Visitor, _ id: String, _ investigation: InvestigationDocument, _ replay: ReplayDocument?
    ) -> HTML {
        let path = Link.to("alerts", id, "replay")
        let can = investigation.deliveries.reduce(0) { $0 + $1.replayable }
        guard let replay else {
            guard can > 0 else { return "" }
            return
                "<div class=\"actions\">\(Form(path, visitor, [], "<button>Preview resend</button>").html)</div>"
        }
        let again = replay.again
        let left = HTML.each(replay.left) {
            "<li>\(Format.count($0.count)): \($0.words)</li>"
        }
        let run: HTML =
            again == 0 || replay.run
            ? ""
            : Form(
                path, visitor, ["row"],
                """
                <input type="hidden" name="run" value="1"><input type="hidden" name="ended_before" \
                value="\(replay.endedBefore.instant.rfc3339)">
                <div class="grow"><label for="note">Why</label>\
                <input id="note" name="note" required maxlength="400" autocomplete="off"></div>\
                <button class="primary">Send \(Format.count(again)) again</button>
                """
            ).html
        return """
            <div class="card"><h2>Sending again</h2>
            <p><strong>\(Format.count(again))</strong> of \(Format.count(replay.considered)) deliveries \
            \(replay.run ? "are being sent again" as HTML : "would be sent again").</p>
            \(left.isEmpty ? "" : "<p>Not sent again:</p><ul>\(left)</ul>" as HTML)\(run)</div>
            """
    }
}
