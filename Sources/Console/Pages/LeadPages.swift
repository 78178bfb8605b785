package import API
import Domain
import Store

/// Finding a lead, and everything that happened to it.
package enum LeadPages {
    /// `found` is what `/api/leads/search` answers, if somebody has searched.
    package static func find(
        _ visitor: Visitor, found: SearchDocument? = nil, notice: Page.Notice? = nil, status: Int = 200
    )
        -> Page
    {
        let list: HTML =
            found.map { results(visitor, $0.leads, isCut: $0.more) } ?? ""
        return Page(
            "Find a lead", .lead, for: visitor, notice: notice, status: status,
            """
            <div class="card">\(Form(
                "/lead", visitor, ["row"],
                """
                <div class="grow"><label for="q">Id, e-mail address, telephone number or click id</label>
                <input id="q" name="q" type="search" required maxlength="512" autocomplete="off" spellcheck="false" \
                data-search autofocus></div>
                <button class="primary">Find</button>
                """).html)
            <p class="hint">What you look for does not stand in the address and is not kept. E-mail addresses, numbers \
            and click ids are found by their fingerprints, \
            also when the data itself has been cleared. Press <kbd>/</kbd> to come back to this field.</p></div>
            \(list)
            """)
    }

    private static func results(_ visitor: Visitor, _ leads: [SearchDocument.Found], isCut: Bool) -> HTML {
        let rows = leads.map { lead -> HTML in
            let id = "\(lead.id)"
            let state = lead.state == .open ? LeadState.quarantined : lead.state
            return """
                <tr><th scope="row"><a class="mono" href="\(Link.to("lead", id))">\(id)</a></th>\
                <td>\(Format.state(state))</td><td>\(lead.source)</td>\
                <td>\(lead.client ?? "")</td><td>\(lead.event ?? lead.reason ?? "")</td>\
                <td>\(Format.time(lead.receivedAt))</td></tr>
                """
        }
        return Table.html(
            "Found", ["Event", "State", "Source", "Client", "What", "Received"], rows,
            empty:
                "No results. For phone numbers, add the country code (+49 …)."
        ) + (isCut ? "<p class=\"hint\">There may be more: look for something that fewer have in common.</p>" : "")
    }

    /// One event, wherever it is.
    package static func lead(_ visitor: Visitor, _ answer: LeadAnswer, notice: Page.Notice?) -> Page {
        switch answer {
        case .event(let event): page(visitor, event, notice)
        case .quarantined(let event): page(visitor, event, notice)
        }
    }

    private static func page(_ visitor: Visitor, _ event: QuarantinedDocument, _ notice: Page.Notice?) -> Page {
        let head = event.head
        let id = "\(head.id)"
        let state = head.state == .open ? LeadState.quarantined.rawValue : head.state.rawValue
        let wrong: HTML = """
            <h2>What is wrong</h2>\(QuarantinePages.list(head.defects))
            <p><a class="button" href="\(Link.to("quarantine", "event", id))">Open in quarantine</a></p>
            """
        return Page(
            "Lead \(id)", .lead, for: visitor, notice: notice,
            """
            <div class="card"><dl class="facts">
            <dt>State</dt><dd>\(Format.state(state))</dd>
            <dt>Received</dt><dd>\(Format.time(head.receivedAt))</dd>
            <dt>Source</dt><dd>\(head.source)</dd></dl></div>
            \(visitor.may(.readQuarantine) ? wrong : "")
            \(actions(visitor, nil, id))
            \(contents(visitor, read: nil, posted: event.body))
            """)
    }

    private static func page(_ visitor: Visitor, _ event: LeadDocument, _ notice: Page.Notice?) -> Page {
        let id = "\(event.id)"
        let lead = event.lead
        let notes = lead?.notes ?? []
        return Page(
            "Lead \(id)", .lead, for: visitor, notice: notice,
            """
            <div class="card"><dl class="facts">
            <dt>State</dt><dd>\(Format.state(event.state)) \(lead?.test == true ? Format.badge("test", .warn) : "")</dd>
            <dt>Received</dt><dd>\(Format.time(event.receivedAt))</dd>
            \(fact("Occurred", lead.map { Format.time($0.occurredAt) }))
            \(fact("Event", lead.map { "\($0.event)" as HTML }))
            \(fact("Event ID (sender)", lead.map { "<span class=\"mono\">\($0.eventID)</span>" as HTML }))
            <dt>Source</dt><dd>\(event.source)</dd>\(lead.map { place($0.dimension) } ?? "")
            \(fact("Looks like junk", lead?.junk.flatMap(junkWords)))
            \(fact("Told to be junk", lead?.junk.flatMap(told)))
            \(fact("Duplicate of", event.duplicateOf.map(link)))
            \(fact("Duplicates", lead.flatMap { duplicates($0) }))
            \(kin(event))
            </dl></div>
            \(notes.isEmpty ? "" : """
                <section class=\"card\" aria-labelledby=\"notes\"><h2 id=\"notes\">Validation</h2>\
                <ul>\(HTML.each(notes) { "<li>\($0)</li>" })</ul></section>
                """)
            \(lead.map { deliveries(visitor, $0.deliveries) } ?? "")
            \(actions(visitor, lead, id))
            \(contents(visitor, read: lead?.payload, posted: event.body))
            """)
    }

    /// The client and the ids that the lead says.
    private static func place(_ dimension: DimensionDocument) -> HTML {
        func row(_ title: String, _ id: String, _ name: String?) -> HTML {
            id.isEmpty ? "" : "<dt>\(title)</dt><dd>\(Format.name(name, id: id))</dd>"
        }
        return row("Client", dimension.client, nil)
            + HTML.each(LeadsPage.levels) { level in
                row(LeadsPage.title(level), dimension[level].id, dimension[level].title)
            }
    }

    private static func junkWords(_ junk: JunkDocument) -> HTML? {
        junk.words.isEmpty ? nil : "\(junk.words.joined(separator: "; "))"
    }

    private static func told(_ junk: JunkDocument) -> HTML? {
        junk.toldAt.map { "\(Format.time($0)) by \(junk.toldBy ?? "") \(junk.note ?? "")" }
    }

    private static func fact(_ name: String, _ value: HTML?) -> HTML {
        value.map { "<dt>\(name)</dt><dd>\($0)</dd>" } ?? ""
    }

    /// Other leads under the same id, and what platforms are told in its place.
    private static func kin(_ event: LeadDocument) -> HTML {
        func line(_ kin: KinDocument, _ direction: String) -> HTML {
            let word =
                switch kin.kind {
                case .reuse: "Same id, another lead"
                case .correction: "Correction"
                case .adjustment: "Restated value"
                }
            return "<dt>\(word)</dt><dd>\(direction) \(link(kin.lead))</dd>"
        }
        var lines: [HTML] = []
        if let lead = event.lead {
            if let earlier = lead.earlier { lines.append(line(earlier, "of the earlier")) }
            lines += lead.later.map { line($0, "by the later") }
            lines += lead.toldUnder.sorted { $0.key < $1.key }.map { name, id in
                "<dt>Id at \(name)</dt><dd class=\"mono\">\(id)</dd>"
            }
        }
        if let difference = event.difference, !difference.isEmpty {
            lines.append("<dt>Difference</dt><dd>\(difference)</dd>")
        }
        return HTML.joined(lines)
    }

    private static func duplicates(_ lead: LeadFacts) -> HTML? {
        lead.duplicates.isEmpty ? nil : HTML.each(lead.duplicates) { "\(link($0)) " }
    }

    private static func link(_ id: LeadID) -> HTML {
        "<a class=\"mono\" href=\"\(Link.to("lead", "\(id)"))\">\(id)</a>"
    }

    /// What the event was read as, which goes to platforms, and what its sender had written, where that is something
    /// else.
    private static func contents(_ visitor: Visitor, read: JSON?, posted: JSON?) -> HTML {
        func shown(_ json: JSON?) -> HTML? { json.map { "<pre>\($0.string ?? $0.pretty)</pre>" } }
        let isSame = read == posted
        let note: HTML = visitor.may(.readPersonal) ? "" : "<p class=\"muted\">Personal data is masked.</p>"
        switch (shown(read), shown(posted)) {
        case (let read?, let posted?) where !isSame:
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

    private static func deliveries(_ visitor: Visitor, _ all: [DeliveryDocument]) -> HTML {
        if all.isEmpty { return "<h2>Deliveries</h2><p class=\"card muted\">No destination receives this lead.</p>" }
        // What is for other leads is worth a line, not a card.
        let others = all.filter { $0.receipt?.code == "filtered" }
        let names = others.map(\.destination).joined(separator: ", ")
        let rest: HTML = others.isEmpty ? "" : "<p class=\"muted\">Not meant for \(names).</p>"
        return "<h2>Deliveries</h2>"
            + HTML.each(all.filter { $0.receipt?.code != "filtered" }) { delivery(visitor, $0) }
            + rest
    }

    private static func delivery(_ visitor: Visitor, _ delivery: DeliveryDocument) -> HTML {
        let name = delivery.destination
        var steps = HTML.each(delivery.attempts) { attempt in
            step(
                attempt.cause, attempt.at, attempt.receipt, tone: attempt.cause == "sent" ? "good" : "warn",
                attempt.explanation)
        }
        if let receipt = delivery.receipt {
            let tone =
                switch delivery.state {
                case .delivered, .sent: "good"
                case .rejected, .expired: "bad"
                case .open, .inFlight, .skipped, .erased: ""
                }
            steps += step(delivery.state.rawValue, delivery.at, receipt, tone: tone, delivery.explanation)
        }
        return """
            <section class="card"><h3><a href="\(Link.to("destinations", name))">\(name)</a>\
             \(Format.state(delivery.state))</h3>
            <p>\(next(delivery, visitor))</p>
            \(steps.isEmpty ? "<p class=\"muted\">No attempt yet.</p>" : "<ol class=\"timeline\">\(steps)</ol>")\
            </section>
            """
    }

    /// What happens next, in a sentence.
    private static func next(_ delivery: DeliveryDocument, _ visitor: Visitor) -> HTML {
        let failures = delivery.failures
        let tries: HTML = failures == 0 ? "" : " \(Format.count(failures)) attempts failed so far."
        switch delivery.state {
        case .inFlight: return "Sending now.\(tries)"
        case .open:
            return """
                Due \(Format.distance(delivery.due, from: visitor.now)), sent as soon as the lane can; given up \
                \(Format.distance(delivery.expires, from: visitor.now)), when the platform’s window closes.\(tries)
                """
        case .sent: return "Accepted by the platform; confirmation pending."
        case .delivered: return "Done."
        case .skipped: return "It was not owed: \(delivery.receipt?.code ?? "")."
        case .erased: return "The person was erased before it could be sent."
        case .rejected, .expired: return "No automatic retry."
        }
    }

    private static func step(
        _ word: String, _ at: PreciseInstant?, _ receipt: ReceiptDocument, tone: String,
        _ explanation: ExplanationDocument?
    ) -> HTML {
        let words =
            (receipt.status == 0 ? [] : ["HTTP \(receipt.status)"])
            + [receipt.code, receipt.message].filter { !$0.isEmpty }
        let request: HTML =
            receipt.requestID.isEmpty
            ? "" : "<div class=\"muted\">Request <span class=\"mono\">\(receipt.requestID)</span></div>"
        let meaning: HTML =
            explanation.map { "<div>\($0.meaning) <span class=\"muted\">\($0.remedy)</span></div>" } ?? ""
        return """
            <li class="\(tone)"><strong>\(word.replacing("_", with: " "))</strong>\
             <span class="muted">\(Format.time(at))</span>
            <div>\(words.isEmpty ? "no answer" : words.joined(separator: " · "))</div>\(meaning)\(request)</li>
            """
    }

    // MARK: Actions

    private static func actions(_ visitor: Visitor, _ lead: LeadFacts?, _ id: String) -> HTML {
        var result: HTML = ""
        if let lead, visitor.may(.replayLeads), !lead.deliveries.isEmpty {
            result += """
                <details><summary>Send again</summary>\(Form(
                    Link.to("lead", id, "replay"), visitor, ["stack"],
                    """
                    <p>Only where the platform does not have it yet and still accepts it.</p>
                    <div><label for="replay-why">Why</label><input id="replay-why" name="note" required \
                    maxlength="400"></div>
                    <div class="row"><button name="do" value="preview" formnovalidate>Preview</button>\
                    <button class="primary">Send again</button></div>
                    """).html)</details>
                """
        }
        if let lead, visitor.may(.changeQuarantine) {
            let isTold = lead.junk?.toldAt != nil
            result += """
                <details><summary>\(isTold ? "No junk after all" : "Junk")</summary>\(Form(
                    Link.to("lead", id, "junk"), visitor, ["stack"],
                    isTold
                        ? """
                            <input type=\"hidden\" name=\"undo\" value=\"1\">\
                            <button class=\"primary\">It is no junk</button>
                            """
                        : """
                        <p>Remembers that this lead has turned out to be junk. It is kept for a retraction; nothing is \
                        sent now.</p>
                        <div><label for="junk-note">How that is known</label>\
                        <input id="junk-note" name="note" maxlength="400"></div>
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
                    A whole person is erased with <code>leadrelay erase --email …</code></p>\
                    <button class="danger">Erase this event</button>
                    """).html)</details>
                """
        }
        return result.isEmpty ? "" : "<div class=\"actions\">\(result)</div>"
    }
}

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
