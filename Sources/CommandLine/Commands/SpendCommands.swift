import API
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
                """
                Columns: date, campaign_id, cost, and if you like adset_id, ad_id, currency. Exports of Google Ads \
                and of Meta are understood.
                """,
                "What was known of a day and campaign is replaced: the same table can be sent again.",
            ],
            examples: [
                "leadrelay spend add acme spend.csv --currency EUR --check",
                "leadrelay spend add acme - < spend.csv",
            ])
    ) { arguments, terminal in
        try AdminOptions.client(arguments, terminal).ask(Operations.uploadSpend, body: table(arguments, terminal))
            .show(arguments, terminal) { spend in
                let days = spend.from.map { ["from \($0) to \(spend.to ?? "")"] } ?? []
                let totals = spend.totals.map { "\($0.amount.text) \($0.currency)" }
                return words(spend.upload, days + totals)
            }
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
        try AdminOptions.client(arguments, terminal).ask(Operations.uploadNames, body: table(arguments, terminal))
            .show(arguments, terminal) { words($0, []) }
    }

    private static let largestTable = 16 << 20

    private static func table(_ arguments: Arguments, _ terminal: Terminal) throws -> UploadRequest {
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
        return UploadRequest(
            client: client, csv: text, currency: arguments["currency"], check: arguments.has("check"))
    }

    /// `2 rows, from 2026-11-01 to 2026-11-02, 12.50 EUR; nothing is kept yet`.
    private static func words(_ upload: UploadDocument, _ more: [String]) -> Page {
        let rows = upload.rows == 1 ? "1 row" : "\(upload.rows) rows"
        let end =
            upload.check
            ? "nothing is kept yet"
            : "\(upload.changed ?? 0) new or changed, \(upload.unchanged ?? 0) as before, "
                + "\(upload.removed ?? 0) replaced"
        return "\(([rows] + more).joined(separator: ", ")); \(end)\n"
    }
}
