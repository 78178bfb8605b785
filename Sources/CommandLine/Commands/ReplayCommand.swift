import API
import Domain
import Store

extension Command {
    static let replay = Command(
        name: "replay",
        usage: Usage(
            summary: "preview sending leads again, and with --run send them",
            operands: [
                .init(name: "ID", help: "leads, as the answers to their posts said", isOptional: true, repeats: true)
            ],
            options: [
                Usage.Option(name: "destination", value: "NAME", help: "only to this one; default: to all"),
                Usage.Option(
                    name: "from", value: "TIME", help: "leads received since, for example 26h or 2026-11-21T09:00:00Z"),
                CommonOptions.to,
                CommonOptions.client,
                CommonOptions.group,
                Usage.Option(
                    name: "outcome", value: "NAME",
                    help: "only what ended as rejected, expired, skipped, sent or delivered", repeats: true),
                Usage.Option(name: "include-delivered", help: "also what the platform has already"),
                Usage.Option(name: "limit", value: "N", help: "no more than so many"),
                Usage.Option(
                    name: "ended-before", value: "TIME", help: "leave alone what ended later; default: now"),
                Usage.Option(name: "note", value: "TEXT", help: "why; is kept in the story of each lead"),
                Usage.Option(name: "run", help: "do it; without this nothing is changed"),
            ] + AdminOptions.all,
            notes: [
                "Choose leads by their ids, or by the time they were received.",
                "What is in the queue, or with the platform, or too late for it, is left alone and named.",
                "With the same --ended-before a second run sends nothing twice, whatever became of the first.",
            ],
            examples: [
                "leadrelay replay --destination meta-acme --from 2d --outcome rejected",
                """
                leadrelay replay --destination meta-acme --from 2d --outcome rejected --note \"pixel corrected\" \
                --run
                """,
                "leadrelay replay 0m8wz4x9q2k7c 0m8wz4xa03d1r",
            ])
    ) { arguments, terminal in
        let limit = try arguments["limit"].map { text throws(WrongUsage) in
            guard let number = Int(text) else { throw WrongUsage(message: "--limit must be a number") }
            return number
        }
        let isReal = arguments.has("run")
        guard !isReal || arguments["note"]?.isEmpty == false else {
            throw WrongUsage(message: "say why with --note: it is kept in the story of each lead")
        }
        let (ids, outcomes) = (arguments.operands, try arguments.choices("outcome") as [Outcome])
        let request = ReplayRequest(
            ids: ids.isEmpty ? nil : ids.map { $0.lowercased() }, from: arguments["from"], to: arguments["to"],
            destination: arguments["destination"], client: arguments["client"], group: arguments["group"],
            outcomes: outcomes.isEmpty ? nil : outcomes,
            includeDelivered: arguments.has("include-delivered") ? true : nil,
            endedBefore: arguments["ended-before"], limit: limit, note: arguments["note"],
            run: isReal ? true : nil)
        return try AdminOptions.client(arguments, terminal).ask(Operations.replay, body: request)
            .show(arguments, terminal, ReplayText.page)
    }
}

/// What a replay came to, for people.
enum ReplayText {
    static func page(_ report: ReplayDocument) -> Page {
        var text: Page = "\(report.considered) deliveries looked at, "
        text += "\(report.again) \(report.run ? "go out again" : "would go out again")\n"
        if !report.destinations.isEmpty {
            var table = TextTable(["again", "count", "lane", "for example"])
            for one in report.destinations {
                table.append([one.destination, "\(one.count)", one.lane.rawValue, list(one.examples)])
            }
            text += "\n" + Page(table)
        }
        if !report.left.isEmpty {
            var table = TextTable(["left alone", "count", "because", "for example"])
            for one in report.left { table.append([one.reason, "\(one.count)", one.words, list(one.examples)]) }
            text += "\n" + Page(table)
        }
        if report.unknown > 0 { text += "\n\(report.unknown) ids belong to no lead: \(list(report.unknownIDs))\n" }
        if !report.complete { text += "\nThere is more: the limit came first.\n" }
        if report.destinations.contains(where: { $0.lane != .running }) {
            text += "\nA lane that is paused or held keeps them until it is resumed.\n"
        }
        if !report.run {
            let moment = report.endedBefore.instant.rfc3339
            text += "\nNothing has been changed. To do it, add: --ended-before \(moment) --note \"why\" --run\n"
        }
        return text
    }

    private static func list(_ ids: [LeadID]) -> String { ids.map { "\($0)" }.joined(separator: " ") }
}
