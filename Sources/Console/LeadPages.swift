package import Domain

/// Finding a lead, and everything that happened to it.
package enum LeadPages {
    /// `found` is what `/api/leads/search` answers, if somebody has searched.
    package static func find(_ visitor: Visitor, found: JSON? = nil, notice: Page.Notice? = nil, status: Int = 200)
        -> Page
    {
        let list: HTML =
            found.map { results(visitor, $0["leads"]?.array ?? [], isCut: $0["more"]?.bool ?? false) } ?? ""
        return Page(
            "Find a lead", .lead, for: visitor, notice: notice, status: status,
            """
            <div class="card">\(Form(
                "/lead", visitor, ["row"],
                """
                <div class="grow"><label for="q">Id, e-mail address, telephone number or click id</label>
                <input id="q" name="q" type="search" required maxlength="512" autocomplete="off" spellcheck="false" data-search autofocus></div>
                <button class="primary">Find</button>
                """).html)
            <p class="hint">What you look for does not stand in the address and is not kept. E-mail addresses, numbers and click ids are found by their fingerprints, \
            also when the data itself has been cleared. Press <kbd>/</kbd> to come back to this field.</p></div>
            \(list)
            """)
    }

    private static func results(_ visitor: Visitor, _ leads: [JSON], isCut: Bool) -> HTML {
        let rows = leads.map { lead -> HTML in
            let id = lead["id"]?.string ?? ""
            let isQuarantined = lead["state"]?.string == "open"
            return """
                <tr><th scope="row"><a class="mono" href="\(Link.to("lead", id))">\(id)</a></th>\
                <td>\(Format.state(isQuarantined ? "quarantined" : lead["state"]?.string ?? ""))</td><td>\(lead["source"]?.string ?? "")</td>\
                <td>\(lead["client"]?.string ?? "")</td><td>\(lead["event"]?.string ?? lead["reason"]?.string ?? "")</td><td>\(Format.time(lead["received_at"]?.string))</td></tr>
                """
        }
        return Table.html(
            "Found", ["Event", "State", "Source", "Client", "What", "Received"], rows,
            empty:
                "No results. For phone numbers, add the country code (+49 …)."
        ) + (isCut ? "<p class=\"hint\">There may be more: look for something that fewer have in common.</p>" : "")
    }

    /// `lead` is what `/api/leads/{id}` answers; `explain` tells what a platform's code means.
    package static func lead(_ visitor: Visitor, _ lead: JSON, notice: Page.Notice?) -> Page {
        let id = lead["id"]?.string ?? ""
        let state = lead["state"]?.string ?? ""
        let levels = [("client", "Client")] + LeadsPage.levels.map { ($0.name, $0.title) }
        let dimension = levels.compactMap { level, title -> HTML? in
            guard let value = lead["dimension"]?[level]?.string, !value.isEmpty else { return nil }
            return "<dt>\(title)</dt><dd>\(Format.name(lead["dimension"]?["\(level)_title"]?.string, id: value))</dd>"
        }
        let notes = (lead["notes"]?.array ?? []).compactMap(\.string)
        return Page(
            "Lead \(id)", .lead, for: visitor, notice: notice,
            """
            <div class="card"><dl class="facts">
            <dt>State</dt><dd>\(Format.state(state == "open" ? "quarantined" : state)) \(lead["test"]?.bool == true ? Format.badge("test", .warn) : "")</dd>
            <dt>Received</dt><dd>\(Format.time(lead["received_at"]?.string))</dd>
            \(fact("Occurred", lead["occurred_at"]?.string.map { Format.time($0) }))
            \(fact("Event", lead["event"]?.string.map { "\($0)" as HTML }))
            \(fact("Event ID (sender)", lead["event_id"]?.string.map { "<span class=\"mono\">\($0)</span>" as HTML }))
            <dt>Source</dt><dd>\(lead["source"]?.string ?? "")</dd>\(HTML.joined(dimension))
            \(fact("Looks like junk", junkWords(lead)))
            \(fact("Told to be junk", lead["junk"]?["told_at"]?.string.map { "\(Format.time($0)) by \(lead["junk"]?["told_by"]?.string ?? "") \(lead["junk"]?["note"]?.string ?? "")" as HTML }))
            \(fact("Duplicate of", lead["duplicate_of"]?.string.map(link)))
            \(fact("Duplicates", (lead["duplicates"]?.array ?? []).isEmpty ? nil : HTML.each((lead["duplicates"]?.array ?? []).compactMap(\.string)) { "\(link($0)) " }))
            \(kin(lead))
            </dl></div>
            \(visitor.may(.readQuarantine) && lead["defects"] != nil ? quarantined(lead, id) : "")
            \(notes.isEmpty ? "" : "<section class=\"card\" aria-labelledby=\"notes\"><h2 id=\"notes\">Validation</h2><ul>\(HTML.each(notes) { "<li>\($0)</li>" })</ul></section>")
            \(deliveries(visitor, lead))
            \(actions(visitor, lead, id, state))
            \(contents(visitor, lead))
            """)
    }

    private static func junkWords(_ lead: JSON) -> HTML? {
        let words = (lead["junk"]?["words"]?.array ?? []).compactMap(\.string)
        return words.isEmpty ? nil : "\(words.joined(separator: "; "))"
    }

    private static func fact(_ name: String, _ value: HTML?) -> HTML {
        value.map { "<dt>\(name)</dt><dd>\($0)</dd>" } ?? ""
    }

    /// Other leads under the same id, and what platforms are told in its place.
    private static func kin(_ lead: JSON) -> HTML {
        let words = ["reuse": "Same id, another lead", "correction": "Correction", "adjustment": "Restated value"]
        func line(_ kin: JSON, _ direction: String) -> HTML? {
            guard let id = kin["lead"]?.string, let word = kin["kind"]?.string.flatMap({ words[$0] }) else {
                return nil
            }
            return "<dt>\(word)</dt><dd>\(direction) \(link(id))</dd>"
        }
        var lines: [HTML] = []
        if let earlier = lead["earlier"], let line = line(earlier, "of the earlier") { lines.append(line) }
        lines += (lead["later"]?.array ?? []).compactMap { line($0, "by the later") }
        for told in lead["told_under"]?.object ?? [] {
            lines.append("<dt>Id at \(told.name)</dt><dd class=\"mono\">\(told.value.string ?? "")</dd>")
        }
        if let difference = lead["difference"]?.string, !difference.isEmpty {
            lines.append("<dt>Difference</dt><dd>\(difference)</dd>")
        }
        return HTML.joined(lines)
    }

    private static func link(_ id: String) -> HTML { "<a class=\"mono\" href=\"\(Link.to("lead", id))\">\(id)</a>" }

    private static func quarantined(_ lead: JSON, _ id: String) -> HTML {
        """
        <h2>What is wrong</h2>\(QuarantinePages.list(lead["defects"]?.array ?? []))
        <p><a class="button" href="\(Link.to("quarantine", "event", id))">Open in quarantine</a></p>
        """
    }

    /// What the event was read as, which goes to platforms, and what its sender had written, where that is something
    /// else.
    private static func contents(_ visitor: Visitor, _ lead: JSON) -> HTML {
        func shown(_ name: String) -> HTML? {
            lead[name].flatMap { $0 == .null ? nil : "<pre>\($0.string ?? $0.pretty)</pre>" }
        }
        let note: HTML = visitor.may(.readPersonal) ? "" : "<p class=\"muted\">Personal data is masked.</p>"
        switch (shown("payload"), shown("body")) {
        case (let read?, let posted?) where lead["payload"] != lead["body"]:
            return """
                <h2>What was read</h2>\(note)\(read)
                <details><summary>Payload</summary>\(posted)</details>
                """
        case (let read?, nil): return "<h2>What was read</h2>\(note)\(read)"
        case (_, let posted?): return "<h2>Payload</h2>\(note)\(posted)"
        case (nil, nil):
            let words = visitor.may(.readPersonal) ? "Personal data has been cleared." : "There is nothing to show."
            return "<h2>Payload</h2><p class=\"card muted\">\(words)</p>"
        }
    }

    // MARK: Deliveries

    private static func deliveries(_ visitor: Visitor, _ lead: JSON) -> HTML {
        guard let all = lead["deliveries"]?.array else { return "" }
        if all.isEmpty { return "<h2>Deliveries</h2><p class=\"card muted\">No destination receives this lead.</p>" }
        // What is for other leads is worth a line, not a card.
        let others = all.filter { $0["receipt"]?["code"] == "filtered" }
        let names = others.compactMap { $0["destination"]?.string }.joined(separator: ", ")
        let rest: HTML = others.isEmpty ? "" : "<p class=\"muted\">Not meant for \(names).</p>"
        return "<h2>Deliveries</h2>"
            + HTML.each(all.filter { $0["receipt"]?["code"] != "filtered" }) { delivery(visitor, $0) }
            + rest
    }

    private static func delivery(_ visitor: Visitor, _ delivery: JSON) -> HTML {
        let name = delivery["destination"]?.string ?? ""
        let state = delivery["state"]?.string ?? ""
        var steps = HTML.each(delivery["attempts"]?.array ?? []) { attempt in
            step(
                attempt["cause"]?.string ?? "", attempt["at"]?.string, attempt["receipt"],
                tone: attempt["cause"] == "sent" ? "good" : "warn",
                attempt["explanation"])
        }
        if let receipt = delivery["receipt"] {
            let tone = ["delivered": "good", "sent": "good", "rejected": "bad", "expired": "bad"][state] ?? ""
            steps += step(state, delivery["at"]?.string, receipt, tone: tone, delivery["explanation"])
        }
        return """
            <section class="card"><h3><a href="\(Link.to("destinations", name))">\(name)</a> \(Format.state(state))</h3>
            <p>\(next(delivery, visitor))</p>
            \(steps.isEmpty ? "<p class=\"muted\">No attempt yet.</p>" : "<ol class=\"timeline\">\(steps)</ol>")</section>
            """
    }

    /// What happens next, in a sentence.
    private static func next(_ delivery: JSON, _ visitor: Visitor) -> HTML {
        let failures = delivery["failures"]?.integer ?? 0
        let tries: HTML = failures == 0 ? "" : " \(Format.count(failures)) attempts failed so far."
        switch delivery["state"]?.string {
        case "in_flight": return "Sending now.\(tries)"
        case "open":
            return """
                Due \(Format.distance(delivery["due"]?.string, from: visitor.now)), sent as soon as the lane can; given up \
                \(Format.distance(delivery["expires"]?.string, from: visitor.now)), when the platform’s window closes.\(tries)
                """
        case "sent": return "Accepted by the platform; confirmation pending."
        case "delivered": return "Done."
        case "skipped": return "It was not owed: \(delivery["receipt"]?["code"]?.string ?? "")."
        case "erased": return "The person was erased before it could be sent."
        default: return "No automatic retry."
        }
    }

    private static func step(_ word: String, _ at: String?, _ receipt: JSON?, tone: String, _ explanation: JSON?)
        -> HTML
    {
        var words: [String] = []
        if let status = receipt?["status"]?.integer, status != 0 { words.append("HTTP \(status)") }
        for name in ["code", "message"] {
            if let text = receipt?[name]?.string, !text.isEmpty { words.append(text) }
        }
        let request: HTML =
            receipt?["request_id"]?.string.map {
                $0.isEmpty ? "" : "<div class=\"muted\">Request <span class=\"mono\">\($0)</span></div>" as HTML
            } ?? ""
        let meaning: HTML =
            explanation?["meaning"]?.string.map {
                "<div>\($0) <span class=\"muted\">\(explanation?["remedy"]?.string ?? "")</span></div>" as HTML
            } ?? ""
        return """
            <li class="\(tone)"><strong>\(word.replacing("_", with: " "))</strong> <span class="muted">\(Format.time(at))</span>
            <div>\(words.isEmpty ? "no answer" : words.joined(separator: " · "))</div>\(meaning)\(request)</li>
            """
    }

    // MARK: Actions

    private static func actions(_ visitor: Visitor, _ lead: JSON, _ id: String, _ state: String) -> HTML {
        var result: HTML = ""
        if state == "lead", visitor.may(.replayLeads), !(lead["deliveries"]?.array ?? []).isEmpty {
            result += """
                <details><summary>Send again</summary>\(Form(
                    Link.to("lead", id, "replay"), visitor, ["stack"],
                    """
                    <p>Only where the platform does not have it yet and still accepts it.</p>
                    <div><label for="replay-why">Why</label><input id="replay-why" name="note" required maxlength="400"></div>
                    <div class="row"><button name="do" value="preview" formnovalidate>Preview</button><button class="primary">Send again</button></div>
                    """).html)</details>
                """
        }
        if state == "lead", visitor.may(.changeQuarantine) {
            let isTold = lead["junk"]?["told_at"]?.string != nil
            result += """
                <details><summary>\(isTold ? "No junk after all" : "Junk")</summary>\(Form(
                    Link.to("lead", id, "junk"), visitor, ["stack"],
                    isTold
                        ? "<input type=\"hidden\" name=\"undo\" value=\"1\"><button class=\"primary\">It is no junk</button>"
                        : """
                        <p>Remembers that this lead has turned out to be junk. It is kept for a retraction; nothing is sent now.</p>
                        <div><label for="junk-note">How that is known</label><input id="junk-note" name="note" maxlength="400"></div>
                        <button class="primary">It is junk</button>
                        """).html)</details>
                """
        }
        if visitor.may(.eraseLeads) {
            result += """
                <details><summary>Erase</summary>\(Form(
                    Link.to("lead", id, "erase"), visitor, ["stack"],
                    """
                    <p>Deletes personal data from this event and cancels pending deliveries. This cannot be undone. \
                    A whole person is erased with <code>leadrelay erase --email …</code></p><button class="danger">Erase this event</button>
                    """).html)</details>
                """
        }
        return result.isEmpty ? "" : "<div class=\"actions\">\(result)</div>"
    }
}

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
