import Domain

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
                Usage.Option(name: "to", value: "TIME", help: "leads received before; default: now"),
                Usage.Option(name: "client", value: "NAME", help: "only leads of this client"),
                Usage.Option(name: "group", value: "NAME", help: "only leads of this campaign group"),
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
                "leadrelay replay --destination meta-acme --from 2d --outcome rejected --note \"pixel corrected\" --run",
                "leadrelay replay 0m8wz4x9q2k7c 0m8wz4xa03d1r",
            ])
    ) { arguments, terminal in
        var members: [JSON.Member] = []
        func add(_ name: String, _ value: JSON?) { if let value { members.append(JSON.Member(name, value)) } }
        if !arguments.operands.isEmpty { add("ids", .array(arguments.operands.map { .string($0.lowercased()) })) }
        for name in ["destination", "from", "to", "client", "group", "note"] {
            add(name, arguments[name].map { .string($0) })
        }
        add("ended_before", arguments["ended-before"].map { .string($0) })
        let outcomes = arguments.all("outcome")
        if !outcomes.isEmpty { add("outcomes", .array(outcomes.map { .string($0) })) }
        if arguments.has("include-delivered") { add("include_delivered", true) }
        if let limit = arguments["limit"] {
            guard let number = Int64(limit) else { throw WrongUsage(message: "--limit must be a number") }
            add("limit", JSON(number))
        }
        if arguments.has("run") {
            guard arguments["note"]?.isEmpty == false else {
                throw WrongUsage(message: "say why with --note: it is kept in the story of each lead")
            }
            add("run", true)
        }
        let report = try AdminOptions.client(arguments, terminal).call("POST", "/api/replay", .object(members))
        terminal.output(arguments.has("json") ? report.pretty + "\n" : ReplayText.page(report))
        return .good
    }
}

/// What a replay came to, for people.
enum ReplayText {
    static func page(_ report: JSON) -> String {
        let isReal = report["run"]?.bool == true
        var text = "\(report["considered"]?.integer ?? 0) deliveries looked at, "
        text += "\(report["again"]?.integer ?? 0) \(isReal ? "go out again" : "would go out again")\n"
        let destinations = report["destinations"]?.array ?? []
        if !destinations.isEmpty {
            var table = TextTable(["again", "count", "lane", "for example"])
            for one in destinations {
                table.append([
                    one["destination"]?.string ?? "", "\(one["count"]?.integer ?? 0)", one["lane"]?.string ?? "",
                    examples(one),
                ])
            }
            text += "\n" + table.text
        }
        let left = report["left"]?.array ?? []
        if !left.isEmpty {
            var table = TextTable(["left alone", "count", "because", "for example"])
            for one in left {
                table.append([
                    one["reason"]?.string ?? "", "\(one["count"]?.integer ?? 0)", one["words"]?.string ?? "",
                    examples(one),
                ])
            }
            text += "\n" + table.text
        }
        if let unknown = report["unknown"]?.integer, unknown > 0 {
            let some = (report["unknown_ids"]?.array ?? []).compactMap(\.string).joined(separator: " ")
            text += "\n\(unknown) ids belong to no lead: \(some)\n"
        }
        if report["complete"]?.bool == false { text += "\nThere is more: the limit came first.\n" }
        if destinations.contains(where: { $0["lane"]?.string != "running" }) {
            text += "\nA lane that is paused or held keeps them until it is resumed.\n"
        }
        if !isReal {
            text += "\nNothing has been changed. To do it, add: --ended-before \(report["ended_before"]?.string ?? "")"
            text += " --note \"why\" --run\n"
        }
        return text
    }

    private static func examples(_ group: JSON) -> String {
        (group["examples"]?.array ?? []).compactMap(\.string).joined(separator: " ")
    }
}
