import Configuration
import Domain
import HTTP
import Intake
import Service
import Store

/// What people bring along from the ads accounts: what ads cost, and what their ids are called.
enum SpendOperations {
    static let all = [
        Operation(.post, "/api/spend", needs: .changeFigures, isLong: true, trace: trace, spend),
        Operation(.get, "/api/names", needs: .readLeads, query: ["client"], listNames),
        Operation(.post, "/api/names", needs: .changeFigures, isLong: true, trace: trace, names),
    ]

    /// For the audit log: for whom, and how much.
    @Sendable private static func trace(_ call: Operation.Call) -> String {
        let client = call.body["client"]?.string ?? ""
        let kind = call.body["check"]?.bool == true ? "check" : "upload"
        return "\(kind) for \(client.prefix(100)), \(call.body["csv"]?.string?.utf8.count ?? 0) bytes"
    }

    // MARK: Uploads

    /// `client`, `csv`, `currency` where the table has no such column; with `check` nothing is kept.
    @Sendable private static func spend(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let client = try client(call.body["client"]?.string, call, relay)
        let sheet = try read(call) { table throws(Sheet.Fault) in
            try SpendSheet(table, currency: call.body["currency"]?.string)
        }
        var totals: Money = [:]
        for row in sheet.rows { totals[row.currency, default: 0] += row.micros }
        let days = sheet.rows.map(\.day)
        func day(_ number: Int64?) -> JSON {
            number.map { .string(CountedDay(number: $0).civil.date) } ?? .null
        }
        let isCheck = call.body["check"]?.bool ?? false
        let kept = isCheck ? nil : try relay.ledger.keepSpend(sheet.rows, client: client)
        return .object(
            head(isCheck, client, sheet.rows.count, kept) + [
                JSON.Member("from", day(days.min())), JSON.Member("to", day(days.max())),
                JSON.Member("totals", MoneyJSON.list(totals)),
            ])
    }

    @Sendable private static func names(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let client = try client(call.body["client"]?.string, call, relay)
        let sheet = try read(call) { table throws(Sheet.Fault) in try NameSheet(table) }
        let isCheck = call.body["check"]?.bool ?? false
        let kept = isCheck ? nil : try relay.ledger.keepTitles(sheet.rows, client: client)
        return .object(head(isCheck, client, sheet.rows.count, kept))
    }

    private static func head(_ isCheck: Bool, _ client: String, _ rows: Int, _ kept: Uploaded?) -> [JSON.Member] {
        var members: [JSON.Member] = [
            JSON.Member("client", .string(client)), JSON.Member("check", .bool(isCheck)),
            JSON.Member("rows", JSON(rows)),
        ]
        if let kept {
            members += [
                JSON.Member("changed", JSON(kept.changed)), JSON.Member("unchanged", JSON(kept.unchanged)),
                JSON.Member("removed", JSON(kept.removed)),
            ]
        }
        return members
    }

    /// Reads the sheet in `csv`; a fault of it names line and column.
    private static func read<Read>(_ call: Operation.Call, _ read: (Sheet) throws(Sheet.Fault) -> Read) throws -> Read {
        guard let text = call.body["csv"]?.string, !text.isEmpty else {
            throw Problem(.requestUnusable, "Give the table as \"csv\": headings, then rows.", invalid: "csv")
        }
        do throws(Sheet.Fault) {
            return try read(try Sheet(text))
        } catch {
            throw Problem(.requestUnusable, "\(error)", invalid: "csv")
        }
    }

    private static func client(_ name: String?, _ call: Operation.Call, _ relay: Relay) throws -> String {
        let known = relay.configuration.withLock { $0.clients }.map(\.name).filter { call.clients.contains($0) }
        guard let name, known.contains(name) else {
            let near = suggestion(for: name ?? "", among: known).map { " Did you mean \"\($0)\"?" } ?? ""
            throw Problem(
                .requestUnusable, "\"client\" must be one of the configuration.\(near)", invalid: "client")
        }
        return name
    }

    // MARK: Names

    @Sendable private static func listNames(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let client = try client(call.query["client"], call, relay)
        let rows = try LeadLevel.allCases.flatMap { level in
            try reader.titles(client, level).sorted { $0.key < $1.key }.map { id, name -> JSON in
                ["level": .string(level.rawValue), "id": .string(id), "name": .string(name)]
            }
        }
        return ["client": .string(client), "names": .array(rows)]
    }
}

/// Money as the API tells it: one entry for each currency, in the order of their codes.
enum MoneyJSON {
    /// With the cost of one lead beside each, where there are leads.
    static func list(_ money: Money, leads: Int64? = nil) -> JSON {
        .array(
            money.sorted { $0.key < $1.key }.map { currency, micros in
                var members = [
                    JSON.Member("currency", .string(currency)), JSON.Member("amount", .number(decimal(micros))),
                ]
                if let leads {
                    members.append(
                        JSON.Member("per_lead", leads > 0 ? .number(decimal(micros / leads)) : .null))
                }
                return .object(members)
            })
    }

    /// Millionths as a decimal with two digits after the point, rounded half up.
    static func decimal(_ micros: Int64) -> String {
        let cents = (micros + 5000) / 10_000
        let rest = cents % 100
        return "\(cents / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
