import API
import Domain

extension Command {
    static let erase = Command(
        name: "erase",
        usage: Usage(
            summary: "erase a person from the database, and leave proof",
            options: [
                Usage.Option(name: "email", value: "ADDRESS", help: "everything of whoever has this address"),
                Usage.Option(name: "phone", value: "NUMBER", help: "everything of whoever has this number"),
                Usage.Option(name: "click-id", value: "ID", help: "everything that came from this click"),
                Usage.Option(name: "id", value: "ID", help: "this one event"),
            ] + AdminOptions.all,
            notes: [
                """
                Leads lose everything personal, quarantined events too; what has not been sent is stopped. Counts \
                stay. It cannot be undone.
                """,
                """
                The audit log keeps fingerprints that only this database can make: they prove it, and tell nobody \
                who it was.
                """,
                """
                It waits until everything that has come before is judged, and looks for every way of writing: \
                escapes, percent-encoding, UTF-16.
                """,
                "What platforms have got already is named; they have to be asked themselves.",
                """
                Backups made before still hold the person, and a relay that is restored from one: erase again \
                there, and delete old backups.
                """,
                "Ends with 1 if nothing was found, or if something that waits is not erased yet.",
            ],
            examples: ["leadrelay erase --email eva@example.org --phone '+49 151 23456789'"])
    ) { arguments, terminal in
        let request = EraseRequest(
            email: arguments["email"], phone: arguments["phone"], clickID: arguments["click-id"],
            id: arguments["id"])
        guard request != EraseRequest() else {
            throw WrongUsage(message: "say whom: --email, --phone, --click-id or --id")
        }
        let answer = try AdminOptions.client(arguments, terminal).ask(Operations.eraseLeads, body: request)
        let erased = try answer.document()
        _ = try answer.show(arguments, terminal, EraseText.page)
        return EraseText.isDone(erased) ? .good : .notGood
    }
}

/// What erasing came to, for people.
enum EraseText {
    /// Whether something was erased and nothing is left.
    static func isDone(_ erased: ErasedDocument) -> Bool {
        erased.waiting == 0 && erased.leads + erased.quarantined > 0
    }

    static func page(_ erased: ErasedDocument) -> Page {
        if erased.leads + erased.quarantined + erased.waiting == 0 {
            return """
                Nothing was erased: no event that still has personal data has any of this. Every way of writing an \
                address or a number was looked for; a number without its country code is tried in the countries of \
                the configuration. Backups were not looked into.
                record of the search: entry \(erased.proof) of the audit log

                """
        }
        func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
        var text = "erased: \(counted(erased.leads, "lead")), \(counted(erased.quarantined, "quarantined event"))\n"
        text += "deliveries stopped: \(erased.deliveriesStopped)\n"
        if erased.inFlight > 0 { text += "being sent this moment: \(erased.inFlight)\n" }
        for (destination, count) in erased.delivered.sorted(by: { $0.key < $1.key }) {
            text += "\(destination) has got \(count): ask the platform to forget them\n"
        }
        if erased.waiting > 0 {
            text +=
                "\(erased.waiting) events of anybody have not been judged yet and were not looked into: "
                + "run this again in a moment\n"
        }
        text += "not in here: backups made before now still hold this person, if they have got these events\n"
        return Page(text) + "proof: entry \(erased.proof) of the audit log\n"
    }
}
