import API
import Domain

extension Command {
    static let investigate = Command(
        name: "investigate",
        usage: Usage(
            summary: "show the leads an incident affected, and what to repair",
            operands: [.init(name: "ALERT", help: "its time and place, for example A17", isOptional: true)],
            options: [
                Usage.Option(name: "from", value: "TIME", help: "leads received since: 26h, 2026-11-21T09:00:00Z"),
                CommonOptions.to,
                CommonOptions.client,
                CommonOptions.group,
                Usage.Option(name: "destination", value: "NAME", help: "only what goes there"),
            ] + AdminOptions.all,
            notes: ["Changes nothing. Ends with the commands that repair what can be repaired."],
            examples: ["leadrelay investigate A17", "leadrelay investigate --from 6h --destination meta-acme"])
    ) { arguments, terminal in
        if arguments.operands.isEmpty, arguments["from"] == nil {
            throw WrongUsage(message: "name an alert, or say since when with --from")
        }
        let request = InvestigateRequest(
            alert: arguments.operands.first, from: arguments["from"], to: arguments["to"],
            client: arguments["client"], group: arguments["group"], destination: arguments["destination"])
        return try AdminOptions.client(arguments, terminal).ask(Operations.investigate, body: request)
            .show(arguments, terminal, InvestigationText.page)
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
        let operation = arguments.has("run") ? Operations.runChecklist : Operations.checklist
        return try AdminOptions.client(arguments, terminal).ask(operation, ["id": arguments.operands[0]])
            .show(arguments, terminal, ChecklistText.page)
    }

    static let alertPostMortem = Command(
        name: "alert postmortem",
        usage: Usage(
            summary: "write an alert's post-mortem as Markdown",
            operands: [.init(name: "ALERT", help: "for example A17")], options: AdminOptions.all,
            notes: ["What only people know is left open and marked with …"],
            examples: ["leadrelay alert postmortem A17 > A17.md"])
    ) { arguments, terminal in
        try AdminOptions.client(arguments, terminal).ask(Operations.postMortem, ["id": arguments.operands[0]])
            .show(arguments, terminal) { .verbatim($0.markdown) }
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
        let marker = MarkerRequest(
            text: arguments.operands.joined(separator: " "), kind: try arguments.choice("kind") ?? .note)
        return try AdminOptions.client(arguments, terminal).ask(Operations.addMarker, body: marker)
            .show(arguments, terminal) { "\($0.at.rfc3339Seconds) \($0.text)\n" }
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
        guard let status: ChecklistFacts.AdsFacts.Status = try arguments.choice("status") else {
            throw WrongUsage(message: "say with --status how the account is")
        }
        let impressions = try quantity(arguments, "impressions").map { number throws(WrongUsage) in
            guard let count = Int(exactly: number.rounded(.down)) else {
                throw WrongUsage(message: "--impressions must be a number")
            }
            return count
        }
        let request = AdsRequest(
            client: arguments.operands[0], status: status, group: arguments["group"],
            spend: try quantity(arguments, "spend"), impressions: impressions)
        return try AdminOptions.client(arguments, terminal).ask(Operations.reportAds, body: request)
            .show(arguments, terminal) { "\($0.client): \($0.status.rawValue)\n" }
    }

    private static func quantity(_ arguments: Arguments, _ name: String) throws(WrongUsage) -> Double? {
        guard let text = arguments[name] else { return nil }
        guard let number = Double(text), number.isFinite, number >= 0 else {
            throw WrongUsage(message: "--\(name) must be a number")
        }
        return number
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
        let answer = try AdminOptions.client(arguments, terminal).ask(
            Operations.weeklyReport,
            query: ["client": arguments["client"], "week": arguments["week"], "for": arguments["for"]])
        return try answer.show(arguments, terminal) { arguments.has("html") ? .verbatim($0.html) : Page($0.text) }
    }
}
