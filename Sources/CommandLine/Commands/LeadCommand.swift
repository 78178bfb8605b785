import API
import Domain

extension Command {
    static let leadShow = Command(
        name: "lead show",
        usage: Usage(
            summary: "show a lead's full history",
            operands: [.init(name: "ID", help: "as the answer to its post said")],
            options: AdminOptions.all,
            notes: [CommonOptions.showsPersonalData],
            examples: ["leadrelay lead show 0m8wz4x9q2k7c"])
    ) { arguments, terminal in
        try AdminOptions.client(arguments, terminal).ask(Operations.lead, ["id": "\(lead(arguments))"])
            .show(arguments, terminal, LeadText.page)
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
        let request = JunkRequest(junk: !arguments.has("undo"), note: arguments["note"] ?? "")
        let id = ["id": "\(try lead(arguments))"]
        return try AdminOptions.client(arguments, terminal).ask(Operations.markJunk, id, body: request)
            .show(arguments, terminal) { "\($0.id) is \($0.junk ? "marked as junk" : "no longer marked as junk")\n" }
    }

    private static func lead(_ arguments: Arguments) throws(WrongUsage) -> LeadID {
        guard let id = LeadID(arguments.operands[0]) else {
            throw WrongUsage(message: "\"\(arguments.operands[0])\" is no lead id (13 letters and digits)")
        }
        return id
    }
}
