import Domain
import Service

extension Command {
    static let validate = Command(
        name: "validate",
        usage: Usage(
            summary: "validate lead events on standard input (one a line)",
            options: [
                Usage.Option(
                    name: "lenient",
                    help: "read them as a source does that is not strict: what was left out, and the event that is kept"
                ),
                CommonOptions.now,
            ],
            notes: [
                """
                For each line that is not blank, in order, one line of JSON: {\"accepted\":true,…} or \
                {\"accepted\":false,\"defects\":[…]}.
                """,
                "Needs neither configuration nor relay. Ends with 1 if at least one event was not accepted.",
            ],
            examples: ["leadrelay validate < events.ndjson", "leadrelay validate --lenient < events.ndjson"])
    ) { arguments, terminal in
        let now = try moment(arguments["now"])
        let input = try terminal.input()
        var output: [UInt8] = []
        var allAccepted = true
        for line in input.split(separator: UInt8(ascii: "\n")) where line.contains(where: { $0 > 0x20 }) {
            let report = ValidationReport(
                Array(line), now: now, manner: arguments.has("lenient") ? .lenient : .strict)
            allAccepted = allAccepted && report.isAccepted
            report.json.write(to: &output)
            output.append(UInt8(ascii: "\n"))
        }
        terminal.output(String(decoding: output, as: UTF8.self))
        return allAccepted ? .good : .notGood
    }
}
