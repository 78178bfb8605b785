package import API
import Domain
import Store

/// What could not become a lead, and what can be done about it.
package enum QuarantinePages {
    /// A table of what `/api/quarantine/groups` answers.
    static func groups(_ groups: [QuarantineGroupDocument]) -> HTML {
        let rows = groups.map { group -> HTML in
            let reason = group.reason
            let source = group.source
            let soon: HTML = group.endsSoon ? " \(Format.badge("soon", .warn))" : ""
            return """
                <tr><th scope="row"><a \
                href="\(Link.to("quarantine", query: ["reason": reason, "source": source]))">\(reason)</a></th>\
                <td>\(source)</td>\
                <td>\(Format.time(group.first))</td><td>\(Format.time(group.last))</td>\
                <td>\(Format.time(group.keptUntil))\(soon)</td>\(Format.cell(group.count))</tr>
                """
        }
        return Table.html(
            "Quarantine", ["Reason", "Source", "First", "Last", "Kept until", Table.number("Events")], rows,
            empty: "The quarantine is empty.")
    }

    package static func overview(_ visitor: Visitor, _ document: QuarantineGroupsDocument, notice: Page.Notice?) -> Page
    {
        Page(
            "Quarantine", .quarantine, for: visitor, notice: notice,
            """
            <p class="muted">Received and stored, but failed validation. Fix and release these events, or discard them \
            with a reason. What nobody decides about is discarded when its time is over.</p>
            \(groups(document.groups))
            """)
    }

    /// The events of one reason and source.
    package struct Group: Sendable {
        package var reason: String
        package var source: String
        package init(reason: String, source: String) {
            self.reason = reason
            self.source = source
        }
        var fields: HTML {
            """
            <input type="hidden" name="reason" value="\(reason)"><input type="hidden" name="source" value="\(source)">
            """
        }
    }

    /// `list` is what `/api/quarantine` answers; `preview` what a fix for all would come to, with the changes it was
    /// made of.
    package static func list(
        _ visitor: Visitor, _ group: Group, _ list: QuarantineListDocument,
        preview: (changes: String, result: FixAllDocument)? = nil,
        notice: Page.Notice?, status: Int = 200
    ) -> Page {
        let rows = list.events.map { event -> HTML in
            let id = "\(event.id)"
            let defects = event.defects.prefix(4).map { defect -> HTML in
                "<div><code>\(defect.pointer)</code> \(defect.message)</div>"
            }
            return """
                <tr><th scope="row"><a class="mono" href="\(Link.to("quarantine", "event", id))">\(id)</a></th>\
                <td>\(Format.time(event.receivedAt))</td><td class="wide">\(HTML.joined(defects))</td></tr>
                """
        }
        let more: HTML =
            list.next.map {
                """
                <p><a \
                href=\"\
                \(Link.to("quarantine", query: ["reason": group.reason, "source": group.source, "after": "\($0)"]))\
                \">Next</a></p>
                """
            } ?? ""
        return Page(
            "Quarantine: \(group.reason)", .quarantine, for: visitor, notice: notice, status: status,
            """
            <p><a href="/quarantine">All reasons</a> · source <strong>\(group.source)</strong></p>
            \(visitor.may(.changeQuarantine) ? decisions(visitor, group, preview) : "")
            \(Table.html(
                "Events in quarantine", ["Event", "Received", "What is wrong"], rows,
                empty: "Nothing of that kind is in quarantine."))\
            \(more)
            """)
    }

    private static func decisions(
        _ visitor: Visitor, _ group: Group, _ preview: (changes: String, result: FixAllDocument)?
    )
        -> HTML
    {
        """
        \(preview.map { shown($0, visitor, group) } ?? "")
        <details\(preview == nil ? "" : " open" as HTML)><summary>Fix all</summary>\(Form(
            "/quarantine/fix-all", visitor, ["stack"],
            """
            \(group.fields)
            <div><label for="changes">Changes (one per line)</label>
            <textarea id="changes" name="changes" rows="4" required spellcheck="false" \
            aria-describedby="changes-hint">\(preview?.changes ?? "")</textarea>
            <p class="hint" id="changes-hint"><code>/person/phone</code>\
             removes a field, <code>/currency = "EUR"</code> sets it, \
            <code>/person/email &lt; /custom/mail</code> takes it from another field.</p></div>
            <div class="row"><button class="primary">Preview</button></div>
            """).html)</details>
        <div class="actions">
        <details><summary>Retry all unchanged</summary>\(Form(
            "/quarantine/release-all", visitor, ["stack"],
            """
                \(group.fields)<p>They are judged again: useful after the configuration was corrected. What is still \
                wrong comes back.</p><button>Release all</button>
                """).html)</details>
        <details><summary>Discard all</summary>\(Form(
            "/quarantine/discard-all", visitor, ["stack"],
            """
            \(group.fields)<div><label for="why-all">Why</label>\
            <input id="why-all" name="note" required maxlength="500"></div><button class="danger">Discard all</button>
            """).html)</details>
        </div>
        """
    }

    private static func shown(_ preview: (changes: String, result: FixAllDocument), _ visitor: Visitor, _ group: Group)
        -> HTML
    {
        let result = preview.result
        let samples = result.samples.map { sample -> HTML in
            let left = sample.defects
            let state: HTML =
                left.isEmpty
                ? Format.badge("ready to release", .good)
                : HTML.each(left.prefix(3)) {
                    "<div><code>\($0.pointer)</code> \($0.message)</div>"
                }
            let id = "\(sample.id)"
            return """
                <tr><th scope="row"><a class="mono" href="\(Link.to("quarantine", "event", id))">\(id)</a></th>\
                <td class="wide">\(state)</td></tr>
                """
        }
        return """
            <section class="card" aria-labelledby="preview"><h2 id="preview">Preview</h2>
            <p><strong>\(Format.count(result.good))</strong> ready to release, \
            <strong>\(Format.count(result.stillWrong))</strong> still invalid\
            \(result.more ? ", and there are more" : "").</p>
            \(Table.html("Samples", ["Event", "Result"], samples, empty: "There is nothing to change."))
            \(Form(
                "/quarantine/fix-all", visitor, ["row"],
                """
                \(group.fields)<input type="hidden" name="changes" value="\(preview.changes)">\
                <input type="hidden" name="run" value="1">
                <button class="primary">Apply and release</button>
                """).html)</section>
            """
    }

    /// One event. `event` is what `/api/quarantine/{id}` answers; `edited` what is in the editor, if it was sent
    /// before.
    package static func event(
        _ visitor: Visitor, _ event: QuarantinedDocument, edited: String? = nil, defects: [DefectDocument]? = nil,
        notice: Page.Notice?,
        status: Int = 200
    ) -> Page {
        let head = event.head
        let id = "\(head.id)"
        return Page(
            "Event \(id)", .quarantine, for: visitor, notice: notice, status: status,
            """
            <p><a href="\(Link.to("quarantine", query: ["reason": head.reason, "source": head.source]))">All of this \
            reason</a></p>
            <div class="card"><dl class="facts"><dt>State</dt><dd>\(Format.state(head.state))</dd>
            <dt>Source</dt><dd>\(head.source)</dd><dt>Received</dt><dd>\(Format.time(head.receivedAt))</dd>
            <dt>Posted as</dt><dd>\(head.format)</dd>
            \(head.note.isEmpty ? "" : "<dt>Note</dt><dd>\(head.note)</dd>" as HTML)</dl></div>
            <h2>What is wrong</h2>\(list(defects ?? head.defects))
            \(beside(visitor, event))
            <h2>Original payload</h2>
            \(visitor.may(.readPersonal) ? Payload.html(event.body, event.document, head.defects) : """
                <p class=\"card muted\">Only those who may see personal data see it.</p>
                """)
            \(address(visitor, event))
            \(head.state == .open && visitor.may(.changeQuarantine) ? editor(visitor, event, edited) : "")
            """)
    }

    /// What the address said that it was posted to.
    private static func address(_ visitor: Visitor, _ event: QuarantinedDocument) -> HTML {
        guard visitor.may(.readPersonal), !event.query.isEmpty else { return "" }
        return "<h3>In the address</h3><pre>\(event.query)</pre>"
    }

    /// The lead that had the id before, to be compared with.
    private static func beside(_ visitor: Visitor, _ event: QuarantinedDocument) -> HTML {
        guard let earlier = event.head.earlier else { return "" }
        let payload = event.earlierLead?.lead?.payload ?? event.earlierLead?.body
        let shown: HTML =
            if let payload, visitor.may(.readPersonal) {
                "<pre>\(payload.string ?? payload.pretty)</pre>"
            } else {
                "<p class=\"card muted\">Its data has been cleared, or may not be seen by you.</p>"
            }
        return """
            <h2>The lead that had this id before</h2>
            <p><a class="mono" href="\(Link.to("lead", "\(earlier)"))">\(earlier)</a>\
             \(Format.time(event.earlierLead?.receivedAt))</p>\(shown)
            """
    }

    static func list(_ defects: [DefectDocument]) -> HTML {
        if defects.isEmpty { return "<p class=\"card good\">No errors left.</p>" }
        let items = HTML.each(defects) { defect in
            let pointer = defect.pointer
            return """
                <li class="bad"><code>\(pointer.isEmpty ? "the whole" : pointer)</code>\
                 \(Format.badge(defect.code, .bad)) \
                \(defect.message)</li>
                """
        }
        return "<div class=\"card\"><ul class=\"timeline\">\(items)</ul></div>"
    }

    private static func editor(_ visitor: Visitor, _ event: QuarantinedDocument, _ edited: String?) -> HTML {
        let id = "\(event.head.id)"
        let kept = event.edited ?? event.document
        let text = edited ?? kept?.pretty ?? "{\n}"
        return """
            <section class="card" aria-labelledby="repair"><h2 id="repair">Repair</h2>
            <p class="muted">Your edit is saved as a copy and used on release; the original stays unchanged.</p>
            \(Form(
                Link.to("quarantine", "event", id), visitor, [],
                """
                <label for="event">The event as JSON</label>
                <textarea id="event" name="event" rows="16" spellcheck="false" required>\(text)</textarea>
                <div class="row"><button name="do" value="check">Validate</button>\
                <button name="do" value="keep">Keep</button>\
                <button class="primary" name="do" value="release">Validate and release</button></div>
                """).html)</section>
            <div class="actions">\(event.head.earlier == nil ? plainRelease(visitor, id) : decidedRelease(visitor, id))
            <details><summary>Discard</summary>\(Form(
                Link.to("quarantine", "event", id, "discard"), visitor, ["stack"],
                """
                <div><label for="why">Why</label><input id="why" name="note" required maxlength="500"></div>\
                <button class="danger">Discard</button>
                """).html)</details></div>
            """
    }
}

extension QuarantinePages {
    private static func plainRelease(_ visitor: Visitor, _ id: String) -> HTML {
        """
        <details><summary>Release as it is</summary>\(Form(
            Link.to("quarantine", "event", id, "release"), visitor, [],
            """
                <p>It is validated again, with your saved edit if there is one.</p><button>Release</button>
                """).html)</details>
        """
    }

    /// What an event is to the lead that had its id before.
    private static func decidedRelease(_ visitor: Visitor, _ id: String) -> HTML {
        """
        <details open><summary>Release</summary>\(Form(
            Link.to("quarantine", "event", id, "release"), visitor, ["stack"],
            """
            <p>Another person or deal counts as a lead of its own and is told under an id of its own. A correction \
            counts in the earlier lead’s place.</p>
            <div class="row"><button name="as" value="own">As a lead of its own</button>\
            <button name="as" value="correction">As a correction of the earlier one</button></div>
            """).html)</details>
        """
    }
}

/// A posted event with what is wrong with it marked in its place.
enum Payload {
    /// `body` as it was sent; where that is no JSON, `document` is what was read from it.
    static func html(_ body: JSON?, _ document: JSON?, _ defects: [DefectDocument]) -> HTML {
        switch body {
        case nil, .null: return "<p class=\"card muted\">Personal data has been cleared.</p>"
        case .string(let text):
            let read: HTML =
                if let document {
                    "<h3>As it was read</h3><pre>\(marked(document, defects))</pre>"
                } else {
                    ""
                }
            return "<pre>\(text)</pre>\(read)"
        case let body?: return "<pre>\(marked(body, defects))</pre>"
        }
    }

    private static func marked(_ document: JSON, _ defects: [DefectDocument]) -> HTML {
        var messages: [String: [String]] = [:]
        for defect in defects {
            messages[defect.pointer, default: []].append(defect.message)
        }
        return write(document, at: "", indent: "", messages)
    }

    private static func write(_ value: JSON, at pointer: String, indent: String, _ messages: [String: [String]]) -> HTML
    {
        let inner = indent + "  "
        var result: HTML
        switch value {
        case .object(let members) where !members.isEmpty:
            result = "{\n"
            for (index, member) in members.enumerated() {
                let place = pointer + "/" + member.name.replacing("~", with: "~0").replacing("/", with: "~1")
                let comma = index + 1 < members.count ? "," : ""
                result +=
                    """
                    \(inner)\(JSON.string(member.name).text): \
                    \(write(member.value, at: place, indent: inner, messages))\(comma)\n
                    """
            }
            result += "\(indent)}"
        case .array(let elements) where !elements.isEmpty:
            result = "[\n"
            for (index, element) in elements.enumerated() {
                let comma = index + 1 < elements.count ? "," : ""
                result +=
                    "\(inner)\(write(element, at: "\(pointer)/\(index)", indent: inner, messages))\(comma)\n"
            }
            result += "\(indent)]"
        default: result = "\(value.text)"
        }
        guard let wrong = messages[pointer], !pointer.isEmpty else { return result }
        return "<mark title=\"\(wrong.joined(separator: " "))\">\(result)</mark>"
    }
}
