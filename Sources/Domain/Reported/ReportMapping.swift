/// Where the members of an unknown tool's webhook stand, as JSON pointers (RFC 6901).
package struct ReportMapping: Equatable, Sendable {
    package enum Field: String, CaseIterable, Sendable {
        case key, title, text, status, severity, at, client, team, owner, link
    }

    /// The list that has one alert each; `nil`: the body is one. The pointers of the fields start at each of its
    /// elements.
    package var each: JSONPointer?
    package var fields: [Field: JSONPointer]
    /// Words of `status` that mean that it is over, in small letters.
    package var resolved: Set<String>

    package static let usualResolved: Set<String> = [
        "resolved", "ok", "up", "closed", "recovered", "success", "normal", "inactive", "cleared", "clear", "false",
        "0",
    ]

    package init(each: JSONPointer? = nil, fields: [Field: JSONPointer], resolved: Set<String> = usualResolved) {
        self.each = each
        self.fields = fields
        self.resolved = resolved
    }

    func read(_ body: JSON) throws(ReportUnreadable) -> [ReportedEvent] {
        guard let each else { return [try event(body, "")] }
        guard let list = body[each]?.array else {
            throw ReportUnreadable(each.path, "The mapping wants a list of alerts at \(each.text).")
        }
        var events: [ReportedEvent] = []
        for (index, element) in list.enumerated() { events.append(try event(element, "\(each.path).\(index).")) }
        return events
    }

    private func event(_ body: JSON, _ path: String) throws(ReportUnreadable) -> ReportedEvent {
        func value(_ field: Field) -> String {
            guard let found = fields[field].flatMap({ body[$0] }) else { return "" }
            if let flag = found.bool { return flag ? "true" : "false" }
            return found.words
        }
        func needed(_ field: Field) throws(ReportUnreadable) -> String {
            let found = value(field)
            guard found.isEmpty else { return found }
            throw ReportUnreadable(
                path + (fields[field]?.path ?? field.rawValue),
                "The mapping wants the \(field.rawValue) at \(fields[field]?.text ?? "").")
        }
        let isOver = fields[.status] == nil ? false : resolved.contains(try needed(.status).lowercased())
        var event = ReportedEvent(isOver ? .resolved : .firing, key: try needed(.key), title: value(.title))
        if event.title.isEmpty { event.title = isOver ? event.key : try needed(.title) }
        event.text = value(.text)
        event.severity = value(.severity)
        event.at = Instant(reported: value(.at))
        event.client = value(.client)
        event.team = value(.team)
        event.owner = value(.owner)
        let link = value(.link)
        if !link.isEmpty { event.evidence.append(Finding.Evidence("source", link)) }
        return event
    }
}
