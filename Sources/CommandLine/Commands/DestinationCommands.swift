import Domain

extension Command {
    private static let name = Usage.Operand(name: "NAME", help: "the destination, as configured")
    private static let reason = Usage.Option(name: "reason", value: "TEXT", help: "why; is shown in `status`")

    static let destinationList = Command(
        name: "destination list",
        usage: Usage(
            summary: "list destinations with their delivery counts",
            options: AdminOptions.all, examples: ["leadrelay destination list"])
    ) { arguments, terminal in
        let list = try AdminOptions.client(arguments, terminal).call("GET", "/api/destinations")
        if arguments.has("json") {
            terminal.output(list.pretty + "\n")
            return .good
        }
        var table = TextTable([
            "destination", "platform", "lane", "open", "delivered", "rejected", "oldest due", "expire in 24h",
            "preflight", "reason",
        ])
        for one in list["destinations"]?.array ?? [] {
            table.append([
                one["name"]?.string ?? "", one["platform"]?.string ?? "not configured", one["state"]?.string ?? "",
                "\(one["open"]?.integer ?? 0)", "\(one["delivered"]?.integer ?? 0)", "\(one["rejected"]?.integer ?? 0)",
                one["oldest_due"]?.string ?? "", "\(one["closing"]?["within_1d"]?.integer ?? 0)",
                one["preflight"]?.string ?? "", one["reason"]?.string ?? "",
            ])
        }
        terminal.output(table.isEmpty ? "there is no destination\n" : table.text)
        return .good
    }

    static let destinationPause = Command(
        name: "destination pause",
        usage: Usage(
            summary: "pause a destination; leads are queued until it is resumed",
            operands: [name], options: [reason] + AdminOptions.all,
            examples: ["leadrelay destination pause meta-acme --reason \"account is being moved\""])
    ) { arguments, terminal in
        try setLane(arguments, terminal, "pause")
    }

    static let destinationResume = Command(
        name: "destination resume",
        usage: Usage(
            summary: "resume a destination that is paused or on hold",
            operands: [name], options: AdminOptions.all,
            examples: ["leadrelay destination resume meta-acme"])
    ) { arguments, terminal in
        try setLane(arguments, terminal, "resume")
    }

    static let destinationForget = Command(
        name: "destination forget",
        usage: Usage(
            summary: "give up a removed destination and what it is still owed",
            operands: [name], options: AdminOptions.all,
            notes: [
                "Its open deliveries end as skipped, with the code destination_forgotten; the books keep what became of all of them.",
                "It comes back if the configuration has a destination of this name again.",
            ],
            examples: ["leadrelay destination forget crm-hook"])
    ) { arguments, terminal in
        let name = arguments.operands[0]
        let answer = try AdminOptions.client(arguments, terminal).call(
            "POST", "/api/destinations/\(AdminClient.encoded(name))/forget")
        let ended = answer["ended"]?.integer ?? 0
        terminal.output(
            arguments.has("json")
                ? answer.pretty + "\n"
                : "\(name) is forgotten; \(ended) \(ended == 1 ? "delivery was" : "deliveries were") ended\n")
        return .good
    }

    private static func setLane(_ arguments: Arguments, _ terminal: Terminal, _ verb: String) throws -> ExitCode {
        let name = arguments.operands[0]
        let client = try AdminOptions.client(arguments, terminal)
        let answer = try client.call(
            "POST", "/api/destinations/\(AdminClient.encoded(name))/\(verb)",
            ["reason": .string(arguments["reason"] ?? "")])
        terminal.output(
            arguments.has("json") ? answer.pretty + "\n" : "\(name) is \(answer["state"]?.string ?? "?")\n")
        return .good
    }
}
