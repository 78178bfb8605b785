import Domain

extension Command {
    static let investigate = Command(
        name: "investigate",
        usage: Usage(
            summary: "show the leads an incident affected, and what to repair",
            operands: [.init(name: "ALERT", help: "its time and place, for example A17", isOptional: true)],
            options: [
                Usage.Option(name: "from", value: "TIME", help: "leads received since: 26h, 2026-11-21T09:00:00Z"),
                Usage.Option(name: "to", value: "TIME", help: "leads received before; default: now"),
                Usage.Option(name: "client", value: "NAME", help: "only leads of this client"),
                Usage.Option(name: "group", value: "NAME", help: "only leads of this campaign group"),
                Usage.Option(name: "destination", value: "NAME", help: "only what goes there"),
            ] + AdminOptions.all,
            notes: ["Changes nothing. Ends with the commands that repair what can be repaired."],
            examples: ["leadrelay investigate A17", "leadrelay investigate --from 6h --destination meta-acme"])
    ) { arguments, terminal in
        var members: [JSON.Member] = []
        if let alert = arguments.operands.first { members.append(JSON.Member("alert", .string(alert))) }
        for name in ["from", "to", "client", "group", "destination"] {
            if let value = arguments[name] { members.append(JSON.Member(name, .string(value))) }
        }
        if arguments.operands.isEmpty, arguments["from"] == nil {
            throw WrongUsage(message: "name an alert, or say since when with --from")
        }
        let found = try AdminOptions.client(arguments, terminal).call("POST", "/api/investigate", .object(members))
        terminal.output(arguments.has("json") ? found.pretty + "\n" : InvestigationText.page(found))
        return .good
    }

    static let alertChecklist = Command(
        name: "alert checklist",
        usage: Usage(
            summary: "show the causes that the checklist found for an alert",
            operands: [.init(name: "ALERT", help: "for example A17")],
            options: [Usage.Option(name: "run", help: "look again now, which takes up to a minute")] + AdminOptions.all,
            notes: [
                "Proved: seen by a probe or said by a platform. Likely: the rule fits and nothing contradicts.",
                "The client's side may be named only when everything that can be ours is excluded.",
                "Confirm or correct it with leadrelay alert verdict: the order of the items learns from that.",
            ],
            examples: ["leadrelay alert checklist A17", "leadrelay alert checklist A17 --run"])
    ) { arguments, terminal in
        let path = "/api/alerts/\(arguments.operands[0])/checklist"
        let client = try AdminOptions.client(arguments, terminal)
        let found = arguments.has("run") ? try client.call("POST", path) : try client.call("GET", path)
        terminal.output(arguments.has("json") ? found.pretty + "\n" : ChecklistText.page(found))
        return .good
    }

    static let alertPostMortem = Command(
        name: "alert postmortem",
        usage: Usage(
            summary: "write an alert's post-mortem as Markdown",
            operands: [.init(name: "ALERT", help: "for example A17")], options: AdminOptions.all,
            notes: ["What only people know is left open and marked with …"],
            examples: ["leadrelay alert postmortem A17 > A17.md"])
    ) { arguments, terminal in
        let found = try AdminOptions.client(arguments, terminal).call(
            "GET", "/api/alerts/\(arguments.operands[0])/postmortem")
        terminal.output(arguments.has("json") ? found.pretty + "\n" : found["markdown"]?.string ?? "")
        return .good
    }

    static let markerAdd = Command(
        name: "marker add",
        usage: Usage(
            summary: "record a deploy or change on the timeline",
            operands: [.init(name: "TEXT", help: "what was done", repeats: true)],
            options: [Usage.Option(name: "kind", value: "KIND", help: "note, deploy or configuration; default: note")]
                + AdminOptions.all,
            examples: ["leadrelay marker add --kind deploy 'landing page 4.2 published'"])
    ) { arguments, terminal in
        let marker: JSON = [
            "text": .string(arguments.operands.joined(separator: " ")), "kind": .string(arguments["kind"] ?? "note"),
        ]
        let kept = try AdminOptions.client(arguments, terminal).call("POST", "/api/markers", marker)
        terminal.output(
            arguments.has("json") ? kept.pretty + "\n" : "\(kept["at"]?.string ?? "") \(kept["text"]?.string ?? "")\n")
        return .good
    }

    static let factsAds = Command(
        name: "facts ads",
        usage: Usage(
            summary: "enter an ads account's status for the checklist",
            operands: [.init(name: "CLIENT", help: "as in the configuration")],
            options: [
                Usage.Option(
                    name: "status", value: "WORD",
                    help: "active, paused, ended, budget_used_up, payment_failed, rejected or suspended"),
                Usage.Option(name: "group", value: "NAME", help: "only for this campaign group"),
                Usage.Option(name: "spend", value: "AMOUNT", help: "money spent since the trouble began"),
                Usage.Option(name: "impressions", value: "N", help: "ads shown since then"),
            ] + AdminOptions.all,
            examples: ["leadrelay facts ads acme --status active --spend 0"])
    ) { arguments, terminal in
        guard let status = arguments["status"] else {
            throw WrongUsage(message: "say with --status how the account is")
        }
        var members = [
            JSON.Member("client", .string(arguments.operands[0])), JSON.Member("status", .string(status)),
        ]
        if let group = arguments["group"] { members.append(JSON.Member("group", .string(group))) }
        for name in ["spend", "impressions"] {
            guard let value = arguments[name] else { continue }
            guard let number = Double(value), number.isFinite, number >= 0 else {
                throw WrongUsage(message: "--\(name) must be a number")
            }
            members.append(JSON.Member(name, .number(name == "spend" ? "\(number)" : "\(Int(number))")))
        }
        let kept = try AdminOptions.client(arguments, terminal).call("POST", "/api/facts/ads", .object(members))
        terminal.output(
            arguments.has("json")
                ? kept.pretty + "\n" : "\(kept["client"]?.string ?? ""): \(kept["status"]?.string ?? "")\n")
        return .good
    }

    static let report = Command(
        name: "report",
        usage: Usage(
            summary: "print the weekly report of a client or of all",
            options: [
                Usage.Option(
                    name: "client", value: "NAME", help: "only this client; default: all together"),
                Usage.Option(
                    name: "week", value: "WEEK", help: "2026-W47, or a day in it; default: the last one"),
                Usage.Option(
                    name: "for", value: "WHOM",
                    help: "team, or client: without what is internal; default: team"),
                Usage.Option(name: "html", help: "as HTML, as it goes out by e-mail"),
            ] + AdminOptions.all,
            examples: [
                "leadrelay report --client acme",
                "leadrelay report --client acme --week 2026-W47 --for client --html",
            ])
    ) { arguments, terminal in
        var query: [String] = []
        for name in ["client", "week", "for"] {
            if let value = arguments[name] { query.append("\(name)=\(value.formEncoded)") }
        }
        let path = "/api/report" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        let report = try AdminOptions.client(arguments, terminal).call("GET", path)
        terminal.output(
            arguments.has("json") ? report.pretty + "\n" : report[arguments.has("html") ? "html" : "text"]?.string ?? ""
        )
        return .good
    }
}

extension String {
    /// For the value of a query.
    fileprivate var formEncoded: String {
        var text = ""
        for byte in utf8 {
            let isPlain = (byte | 0x20) &- 0x61 <= 25 || byte &- 0x30 <= 9 || "-_.".utf8.contains(byte)
            text +=
                isPlain
                ? String(UnicodeScalar(byte))
                : "%" + String(byte >> 4, radix: 16, uppercase: true) + String(byte & 15, radix: 16, uppercase: true)
        }
        return text
    }
}

/// An investigation for people.
enum InvestigationText {
    static func page(_ found: JSON) -> String {
        var text = "\(found["from"]?.string ?? "") to \(found["to"]?.string ?? "")"
        for name in ["client", "group", "destination"] {
            if let value = found[name]?.string { text += ", \(name) \(value)" }
        }
        text += "\n"
        for answer in found["answers"]?.array ?? [] {
            text += "\n\(answer["question"]?.string ?? "")\n  \(answer["answer"]?.string ?? "")\n"
        }
        let rows = found["deliveries"]?.array ?? []
        if !rows.isEmpty {
            var table = TextTable(["group", "destination", "state", "code", "count", "replayable", "until"])
            for row in rows {
                let group = [row["client"]?.string ?? "", row["group"]?.string ?? ""].filter { !$0.isEmpty }
                table.append([
                    group.joined(separator: "/"), row["destination"]?.string ?? "", row["state"]?.string ?? "",
                    row["code"]?.string ?? "", "\(row["count"]?.integer ?? 0)", "\(row["replayable"]?.integer ?? 0)",
                    row["replayable_until"]?.string ?? "",
                ])
            }
            text += "\n" + table.text
        }
        let commands = found["commands"]?.array ?? []
        if !commands.isEmpty {
            text += "\nTo repair it:\n" + commands.map { "  \($0.string ?? "")\n" }.joined()
        }
        return text
    }
}

/// What the checklist came to, for people.
enum ChecklistText {
    static func page(_ found: JSON) -> String {
        var text = "\(found["alert"]?.string ?? "") \(found["sentence"]?.string ?? "")\n"
        guard let latest = found["latest"], latest != .null else {
            return text + "\nthe checklist has not been run yet; run it now with --run\n"
        }
        text += "\nchecked \(latest["at"]?.string ?? "")\n"
        text += "next step (\(latest["next"]?["owner"]?.string ?? "")): \(latest["next"]?["text"]?.string ?? "")\n"
        text +=
            latest["may_name_client"]?.bool == true
            ? "the client's side may be named: ours is excluded\n" : "the client's side may not be named yet\n"
        for certainty in ["proved", "likely", "beside", "unknown"] {
            let items = (latest["items"]?.array ?? []).filter { $0["certainty"]?.string == certainty }
            if items.isEmpty { continue }
            text += "\n\(certainty == "beside" ? "also wrong now, but not the cause" : certainty)\n"
            for item in items {
                text +=
                    "  \(item["number"]?.integer ?? 0) \(item["title"]?.string ?? "") (\(item["owner"]?.string ?? ""))\n"
                text += "     \(item["evidence"]?.string ?? "")\n"
            }
        }
        let excluded = (latest["items"]?.array ?? []).filter { $0["certainty"]?.string == "excluded" }
        text += "\nexcluded: \(excluded.map { "\($0["number"]?.integer ?? 0)" }.joined(separator: ", "))\n"
        if let message = latest["message"]?.string { text += "\nfor the client's team:\n\n\(message)\n" }
        return text
    }
}
