import Domain
import Store

extension Command {
    static let leadShow = Command(
        name: "lead show",
        usage: Usage(
            summary: "show a lead's full history",
            operands: [.init(name: "ID", help: "as the answer to its post said")],
            options: AdminOptions.all,
            notes: ["Prints personal data as long as it is kept."],
            examples: ["leadrelay lead show 0m8wz4x9q2k7c"])
    ) { arguments, terminal in
        let id = arguments.operands[0]
        guard LeadID(id) != nil else { throw WrongUsage(message: "\"\(id)\" is no lead id (13 letters and digits)") }
        let lead = try AdminOptions.client(arguments, terminal).call("GET", "/api/leads/\(id.lowercased())")
        terminal.output(arguments.has("json") ? lead.pretty + "\n" : LeadText.page(lead))
        return .good
    }
}

extension Command {
    static let leadJunk = Command(
        name: "lead junk",
        usage: Usage(
            summary: "mark a lead as junk",
            operands: [.init(name: "ID", help: "as the answer to its post said")],
            options: [
                Usage.Option(name: "undo", help: "it is none after all"),
                Usage.Option(name: "note", value: "TEXT", help: "how that is known; without personal data"),
            ] + AdminOptions.all,
            notes: ["It is shown with the lead and kept for a retraction. Nothing is sent to any platform now."],
            examples: ["leadrelay lead junk 0m8wz4x9q2k7c --note \"nobody answers at this number\""])
    ) { arguments, terminal in
        let id = arguments.operands[0]
        guard LeadID(id) != nil else { throw WrongUsage(message: "\"\(id)\" is no lead id (13 letters and digits)") }
        let isJunk = !arguments.has("undo")
        let answer = try AdminOptions.client(arguments, terminal).call(
            "POST", "/api/leads/\(id.lowercased())/junk",
            ["junk": .bool(isJunk), "note": .string(arguments["note"] ?? "")])
        terminal.output(
            arguments.has("json")
                ? answer.pretty + "\n" : "\(id.lowercased()) is \(isJunk ? "told to be junk" : "no junk")\n")
        return .good
    }
}

/// A lead's story as text for people.
enum LeadText {
    static func page(_ lead: JSON) -> String {
        var text = ""
        func line(_ name: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            text += name + String(repeating: " ", count: max(1, 14 - name.count)) + value + "\n"
        }
        func place(_ document: JSON?, _ names: [String]) -> String {
            names.compactMap { name in
                document?[name]?.string.flatMap { $0.isEmpty ? nil : "\(name) \($0)" }
            }.joined(separator: ", ")
        }
        line("lead", lead["id"]?.string)
        line("state", lead["defects"] != nil && lead["state"] == "open" ? "in quarantine" : lead["state"]?.string)
        line("source", lead["source"]?.string)
        line("received", lead["received_at"]?.string)
        line("event", lead["event"]?.string)
        line("event id", lead["event_id"]?.string)
        line("occurred", lead["occurred_at"]?.string)
        if lead["test"]?.bool == true { line("test", "yes: counted as a test, not forwarded") }
        line("belongs to", place(lead["dimension"], ["client", "group", "campaign", "adset", "ad"]))
        line("duplicate of", lead["duplicate_of"]?.string)
        line("difference", lead["difference"]?.string)
        line("earlier", lead["earlier"]?.string.map { "\($0) had this id before" })
        for (name, value) in (lead["told_under"]?.object ?? []).map({ ($0.name, $0.value.string ?? "") }) {
            line("told under", "\(value) at \(name)")
        }
        line("reason", lead["reason"]?.string)
        line("note", lead["note"]?.string)
        for words in lead["junk"]?["words"]?.array ?? [] { line("looks like junk", words.string) }
        if let told = lead["junk"]?["told_at"]?.string {
            line(
                "told to be junk",
                "\(told) by \(lead["junk"]?["told_by"]?.string ?? "") \(lead["junk"]?["note"]?.string ?? "")")
        }
        for note in lead["notes"]?.array ?? [] { line("reading", note.string) }
        for defect in lead["defects"]?.array ?? [] { line("defect", DefectText.line(defect)) }
        for duplicate in lead["duplicates"]?.array ?? [] { line("posted again", duplicate.string) }
        for delivery in lead["deliveries"]?.array ?? [] { text += self.delivery(delivery) }
        if let body = lead["payload"] ?? lead["body"], body != .null {
            text += "\n" + (body.string ?? body.pretty) + "\n"
        } else if lead["state"]?.string == "lead" {
            text += "\npersonal data has been cleared\n"
        }
        return text
    }

    /// What happened, in its order: each attempt with the platform's words, each decision of a person, the end.
    private static func delivery(_ delivery: JSON) -> String {
        let state = delivery["state"]?.string ?? ""
        var text = "\n\(delivery["destination"]?.string ?? ""): \(state.replacing("_", with: " "))"
        if let due = delivery["due"]?.string { text += ", due \(due), expires \(delivery["expires"]?.string ?? "")" }
        if let failures = delivery["failures"]?.integer, failures > 0 { text += ", after \(failures) failed attempts" }
        text += "\n"
        for attempt in delivery["attempts"]?.array ?? [] {
            let receipt = attempt["receipt"] ?? .null
            text += "  \(attempt["at"]?.string ?? "")  "
            text += step(attempt["cause"]?.string ?? "", receipt) + "\n"
        }
        if let receipt = delivery["receipt"] {
            text += "  \(delivery["at"]?.string ?? "")  \(step(state, receipt))\n"
        }
        return text
    }

    /// What each step of a delivery's story is called.
    private static let steps = [
        "released": "put back", "unreachable": "not reached", "unknown": "no answer, perhaps received",
        "platform_fault": "platform at fault", "unclassified": "unknown answer", "credentials": "token refused",
        "transient": "not now", "sent": "sent, verdict later",
    ]

    private static func step(_ cause: String, _ receipt: JSON) -> String {
        if cause == LeadHistory.replayed {
            return
                "to be sent again: \(receipt["message"]?.string ?? ""); it had ended as \(receipt["code"]?.string ?? "")"
        }
        let answer = self.receipt(receipt)
        return (steps[cause] ?? cause) + (answer.isEmpty || answer == steps[cause] ?? cause ? "" : ": \(answer)")
    }

    private static func receipt(_ receipt: JSON) -> String {
        var words: [String] = []
        if let status = receipt["status"]?.integer, status != 0 { words.append("HTTP \(status)") }
        for name in ["code", "message"] {
            if let word = receipt[name]?.string, !word.isEmpty { words.append(word) }
        }
        if let id = receipt["request_id"]?.string, !id.isEmpty { words.append("(request \(id))") }
        return words.joined(separator: " ")
    }
}

enum DefectText {
    static func line(_ defect: JSON) -> String {
        let pointer = defect["pointer"]?.string ?? ""
        return "\(pointer.isEmpty ? "/" : pointer) \(defect["code"]?.string ?? ""): \(defect["message"]?.string ?? "")"
    }
}
