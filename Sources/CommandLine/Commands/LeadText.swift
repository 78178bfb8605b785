import API
import Domain
import Store

/// A lead's story as text for people.
enum LeadText {
    static func page(_ answer: LeadAnswer) -> Page {
        switch answer {
        case .event(let event): page(event)
        case .quarantined(let event): page(event)
        }
    }

    static func page(_ event: LeadDocument) -> Page {
        var lines = Lines()
        lines.add("lead", "\(event.id)")
        lines.add("state", event.state.rawValue)
        lines.add("source", event.source)
        lines.add("received", event.receivedAt.instant.rfc3339)
        guard let lead = event.lead else {
            lines.add("duplicate of", event.duplicateOf.map { "\($0)" })
            lines.add("difference", event.difference)
            return Page(lines.text + body(event.body))
        }
        lines.add(lead)
        let cleared = "\npersonal data has been cleared\n"
        return Page(lines.text + lead.deliveries.map(delivery).joined() + (lead.payload.map(body) ?? cleared))
    }

    static func page(_ event: QuarantinedDocument) -> Page {
        let head = event.head
        var lines = Lines()
        lines.add("lead", "\(head.id)")
        lines.add("state", head.state == .open ? "in quarantine" : head.state.rawValue)
        lines.add("source", head.source)
        lines.add("received", head.receivedAt.instant.rfc3339)
        lines.add("earlier", head.earlier.map { "\($0) had this id before" })
        lines.add("reason", head.reason)
        lines.add("note", head.note)
        for defect in head.defects { lines.add("defect", DefectText.line(defect)) }
        return Page(lines.text + body(event.body))
    }

    /// What was posted, or the event that was read from it.
    static func posted(_ body: JSON) -> String { body.string ?? body.pretty }

    private static func body(_ body: JSON?) -> String { body.map { "\n" + posted($0) + "\n" } ?? "" }

    /// Names and values, one pair a line.
    private struct Lines {
        private(set) var text = ""

        mutating func add(_ name: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            text += name + String(repeating: " ", count: max(1, 14 - name.count)) + value + "\n"
        }

        mutating func add(_ lead: LeadFacts) {
            add("event", lead.event)
            add("event id", lead.eventID)
            add("occurred", lead.occurredAt.instant.rfc3339)
            if lead.test { add("test", "yes: counted as a test, not forwarded") }
            let place = lead.dimension
            add(
                "belongs to",
                [
                    ("client", place.client), ("group", place.group), ("campaign", place.campaign),
                    ("adset", place.adset), ("ad", place.ad),
                ].filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1)" }.joined(separator: ", "))
            if let earlier = lead.earlier {
                add("earlier", "\(earlier.lead) had this id before: this is \(words(earlier.kind))")
            }
            for later in lead.later { add("later", "\(later.lead) has this id, too: it is \(words(later.kind))") }
            for (destination, id) in lead.toldUnder.sorted(by: { $0.key < $1.key }) {
                add("told under", "\(id) at \(destination)")
            }
            for words in lead.junk?.words ?? [] { add("looks like junk", words) }
            if let junk = lead.junk, let told = junk.toldAt {
                let note = junk.note.map { " \($0)" } ?? ""
                add("told to be junk", "\(told.rfc3339Seconds) by \(junk.toldBy ?? "")\(note)")
            }
            for note in lead.notes { add("reading", note) }
            for duplicate in lead.duplicates { add("posted again", "\(duplicate)") }
        }

        /// What the later of two leads with one id is.
        private func words(_ kind: KinDocument.Kind) -> String {
            switch kind {
            case .reuse: "another lead"
            case .correction: "its correction"
            case .adjustment: "its restated value"
            }
        }
    }

    /// What happened, in its order: each attempt with the platform's words, each decision of a person, the end.
    private static func delivery(_ delivery: DeliveryDocument) -> String {
        let state = delivery.state.rawValue
        var text = "\n\(delivery.destination): \(state.replacing("_", with: " "))"
        if let due = delivery.due {
            text += ", due \(due.instant.rfc3339), expires \(delivery.expires?.instant.rfc3339 ?? "")"
        }
        if delivery.failures > 0 { text += ", after \(delivery.failures) failed attempts" }
        text += "\n"
        for attempt in delivery.attempts {
            text += "  \(attempt.at.instant.rfc3339)  \(step(attempt.cause, attempt.receipt))\n"
        }
        if let receipt = delivery.receipt {
            text += "  \(delivery.at?.instant.rfc3339 ?? "")  \(step(state, receipt))\n"
        }
        return text
    }

    /// What each step of a delivery's story is called.
    private static let steps = [
        "released": "put back", "unreachable": "not reached", "unknown": "no answer, perhaps received",
        "platform_fault": "platform at fault", "unclassified": "unknown answer", "credentials": "token refused",
        "transient": "not now", "sent": "sent, verdict later",
    ]

    private static func step(_ cause: String, _ receipt: ReceiptDocument) -> String {
        if cause == LeadHistory.replayed {
            return "to be sent again: \(receipt.message); it had ended as \(receipt.code)"
        }
        let (name, answer) = (steps[cause] ?? cause, words(receipt))
        return name + (answer.isEmpty || answer == name ? "" : ": \(answer)")
    }

    private static func words(_ receipt: ReceiptDocument) -> String {
        var words: [String] = []
        if receipt.status != 0 { words.append("HTTP \(receipt.status)") }
        words += [receipt.code, receipt.message].filter { !$0.isEmpty }
        if !receipt.requestID.isEmpty { words.append("(request \(receipt.requestID))") }
        return words.joined(separator: " ")
    }
}
