import Domain
import Service

extension Command {
    static let spendAdd = Command(
        name: "spend add",
        usage: Usage(
            summary: "import daily ad costs from a CSV file",
            operands: [
                .init(name: "CLIENT", help: "whose ads they are"),
                .init(name: "FILE", help: "the table; - for standard input"),
            ],
            options: [
                Usage.Option(
                    name: "currency", value: "CODE", help: "for tables without a column of it, for example EUR"),
                Usage.Option(name: "check", help: "look at the table and keep nothing"),
            ] + AdminOptions.all,
            notes: [
                "Columns: date, campaign_id, cost, and if you like adset_id, ad_id, currency. Exports of Google Ads and of Meta are understood.",
                "What was known of a day and campaign is replaced: the same table can be sent again.",
            ],
            examples: [
                "leadrelay spend add acme spend.csv --currency EUR --check",
                "leadrelay spend add acme - < spend.csv",
            ])
    ) { arguments, terminal in
        try upload("/api/spend", arguments, terminal)
    }

    static let namesAdd = Command(
        name: "names add",
        usage: Usage(
            summary: "import names of groups, campaigns and ads from a CSV file",
            operands: [
                .init(name: "CLIENT", help: "whose they are"),
                .init(name: "FILE", help: "the table; - for standard input"),
            ],
            options: [Usage.Option(name: "check", help: "look at the table and keep nothing")] + AdminOptions.all,
            notes: ["Columns: level (group, campaign, adset or ad), id, name. Leave the name empty to remove it."],
            examples: ["leadrelay names add acme names.csv"])
    ) { arguments, terminal in
        try upload("/api/names", arguments, terminal)
    }

    private static let largestTable = 16 << 20

    private static func upload(_ path: String, _ arguments: Arguments, _ terminal: Terminal) throws -> ExitCode {
        let (client, file) = (arguments.operands[0], arguments.operands[1])
        let bytes: [UInt8]
        if file == "-" {
            bytes = try terminal.input()
        } else {
            switch Files.read(file, limit: largestTable) {
            case .success(let read): bytes = read
            case .failure(let failure): throw Failure("\(file) cannot be read: \(failure.message)")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure("\(file) is not UTF-8: save the table as UTF-8")
        }
        var members: [JSON.Member] = [
            JSON.Member("client", .string(client)), JSON.Member("csv", .string(text)),
            JSON.Member("check", .bool(arguments.has("check"))),
        ]
        if let currency = arguments["currency"] { members.append(JSON.Member("currency", .string(currency))) }
        let answer = try AdminOptions.client(arguments, terminal).call("POST", path, .object(members))
        if arguments.has("json") {
            terminal.output(answer.pretty + "\n")
            return .good
        }
        let rows = answer["rows"]?.integer ?? 0
        var words = [rows == 1 ? "1 row" : "\(rows) rows"]
        if let from = answer["from"]?.string { words.append("from \(from) to \(answer["to"]?.string ?? "")") }
        for total in answer["totals"]?.array ?? [] {
            if case .number(let amount)? = total["amount"] {
                words.append("\(amount) \(total["currency"]?.string ?? "")")
            }
        }
        let end =
            arguments.has("check")
            ? "nothing is kept yet"
            : "\(answer["changed"]?.integer ?? 0) new or changed, \(answer["unchanged"]?.integer ?? 0) as before, \(answer["removed"]?.integer ?? 0) replaced"
        terminal.output(words.joined(separator: ", ") + "; " + end + "\n")
        return .good
    }
}
