import API
import Domain
import Store

extension Command {
    private static let name = Usage.Operand(name: "NAME", help: "the destination, as configured")
    private static let reason = Usage.Option(name: "reason", value: "TEXT", help: "why; is shown in `status`")

    static let destinationList = Command(
        name: "destination list",
        usage: Usage(
            summary: "list destinations with their delivery counts",
            options: AdminOptions.all, examples: ["leadrelay destination list"])
    ) { arguments, terminal in
        try AdminOptions.client(arguments, terminal).ask(Operations.destinations).show(arguments, terminal, page)
    }

    private static func page(_ list: DestinationListDocument) -> Page {
        var table = TextTable([
            "destination", "platform", "lane", "open", "delivered", "rejected", "oldest due", "expire in 24h",
            "preflight", "reason",
        ])
        for entry in list.destinations {
            let (one, counts) = (entry.destination, entry.destination.counts)
            table.append([
                one.name, one.platform ?? "not configured", one.state?.rawValue ?? "", "\(counts.open)",
                "\(counts.delivered)", "\(counts.rejected)", entry.oldestDue?.rfc3339Seconds ?? "",
                "\(entry.closing?.within1d ?? 0)", entry.preflight?.rawValue ?? "", one.reason ?? "",
            ])
        }
        return table.isEmpty ? PreflightText.noDestination : Page(table)
    }

    static let destinationPause = Command(
        name: "destination pause",
        usage: Usage(
            summary: "pause a destination; leads are queued until it is resumed",
            operands: [name], options: [reason] + AdminOptions.all,
            examples: ["leadrelay destination pause meta-acme --reason \"account is being moved\""])
    ) { arguments, terminal in
        try setLane(arguments, terminal, Operations.pauseDestination)
    }

    static let destinationResume = Command(
        name: "destination resume",
        usage: Usage(
            summary: "resume a destination that is paused or on hold",
            operands: [name], options: AdminOptions.all,
            examples: ["leadrelay destination resume meta-acme"])
    ) { arguments, terminal in
        try setLane(arguments, terminal, Operations.resumeDestination)
    }

    static let destinationForget = Command(
        name: "destination forget",
        usage: Usage(
            summary: "give up a removed destination and what it is still owed",
            operands: [name], options: AdminOptions.all,
            notes: [
                """
                Its open deliveries end as skipped, with the code destination_forgotten; the books keep what \
                became of all of them.
                """,
                "It comes back if the configuration has a destination of this name again.",
            ],
            examples: ["leadrelay destination forget crm-hook"])
    ) { arguments, terminal in
        let name = arguments.operands[0]
        let answer = try AdminOptions.client(arguments, terminal).ask(Operations.forgetDestination, ["name": name])
        return try answer.show(arguments, terminal) { forgotten in
            let ended = forgotten.ended
            return "\(name) is forgotten; \(ended) \(ended == 1 ? "delivery was" : "deliveries were") ended\n"
        }
    }

    private static func setLane(
        _ arguments: Arguments, _ terminal: Terminal, _ operation: Operation<LaneDocument>
    ) throws -> ExitCode {
        let name = arguments.operands[0]
        let answer = try AdminOptions.client(arguments, terminal).ask(
            operation, ["name": name], body: PauseRequest(reason: arguments["reason"]))
        return try answer.show(arguments, terminal) { "\(name) is \($0.state.rawValue)\n" }
    }
}
