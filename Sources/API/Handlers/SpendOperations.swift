import Configuration
import Domain
import HTTP
import Intake
import Service
import Store

/// What people bring along from the ads accounts: what ads cost, and what their ids are called.
enum SpendOperations {
    static let all: [any AnyHandler] = [Handlers.uploadSpend, Handlers.names, Handlers.uploadNames]

    /// For the audit log: for whom, and how much.
    @Sendable static func trace(_ call: APICall) -> String {
        let client = call.body["client"]?.string ?? ""
        let kind = call.body["check"]?.bool == true ? "check" : "upload"
        return "\(kind) for \(client.prefix(100)), \(call.body["csv"]?.string?.utf8.count ?? 0) bytes"
    }

    // MARK: Uploads

    /// `client`, `csv`, `currency` where the table has no such column; with `check` nothing is kept.
    @Sendable static func spend(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> SpendDocument {
        let body = try call.decoded(UploadRequest.self)
        let client = try client(body.client, call, relay)
        let sheet = try read(body.csv) { table throws(Sheet.Fault) in
            try SpendSheet(table, currency: body.currency)
        }
        var totals: Money = [:]
        for row in sheet.rows { totals[row.currency, default: 0] += row.micros }
        let days = sheet.rows.map(\.day)
        func day(_ number: Int64?) -> String? { number.map { CountedDay(number: $0).civil.date } }
        let isCheck = body.check ?? false
        let kept = isCheck ? nil : try relay.ledger.figures.keepSpend(sheet.rows, client: client)
        return SpendDocument(
            upload: document(isCheck, client, sheet.rows.count, kept), from: day(days.min()), to: day(days.max()),
            totals: MoneyDocument.list(totals))
    }

    @Sendable static func names(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> UploadDocument {
        let body = try call.decoded(UploadRequest.self)
        let client = try client(body.client, call, relay)
        let sheet = try read(body.csv) { table throws(Sheet.Fault) in try NameSheet(table) }
        let isCheck = body.check ?? false
        let kept = isCheck ? nil : try relay.ledger.figures.keepTitles(sheet.rows, client: client)
        return document(isCheck, client, sheet.rows.count, kept)
    }

    private static func document(
        _ isCheck: Bool, _ client: String, _ rows: Int, _ kept: Uploaded?
    ) -> UploadDocument {
        UploadDocument(
            client: client, check: isCheck, rows: rows, changed: kept?.changed, unchanged: kept?.unchanged,
            removed: kept?.removed)
    }

    /// Reads a sheet; a fault of it names line and column.
    private static func read<Read>(_ text: String, _ read: (Sheet) throws(Sheet.Fault) -> Read) throws -> Read {
        guard !text.isEmpty else {
            throw Problem(.requestUnusable, UploadRequest.remedies["csv"] ?? "", invalid: "csv")
        }
        do throws(Sheet.Fault) {
            return try read(try Sheet(text))
        } catch {
            throw Problem(.requestUnusable, "\(error)", invalid: "csv")
        }
    }

    private static func client(_ name: String?, _ call: APICall, _ relay: RelayContext) throws -> String {
        let known = relay.configuration.withLock { $0.clients }.map(\.name).filter { call.clients.contains($0) }
        guard let name, known.contains(name) else {
            let near = suggestion(for: name ?? "", among: known).map { " Did you mean \"\($0)\"?" } ?? ""
            throw Problem(
                .requestUnusable, "\"client\" must be one of the configuration.\(near)", invalid: "client")
        }
        return name
    }

    // MARK: Names

    @Sendable static func listNames(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> NameListDocument
    {
        let client = try client(call.query["client"], call, relay)
        let rows = try LeadLevel.allCases.flatMap { level in
            try reader.titles(client, level).sorted { $0.key < $1.key }.map { id, name in
                NameListDocument.Name(level: level, id: id, name: name)
            }
        }
        return NameListDocument(client: client, names: rows)
    }
}

extension MoneyDocument {
    /// One entry for each currency, in the order of their codes; with the cost of one lead beside each, where there
    /// are leads.
    static func list(_ money: Money, leads: Int64 = 0) -> [MoneyDocument] {
        money.sorted { $0.key < $1.key }.map { currency, micros in
            MoneyDocument(
                currency: currency, amount: DecimalNumber(micros: micros),
                perLead: leads > 0 ? DecimalNumber(micros: micros / leads) : nil)
        }
    }
}

extension Handlers {
    package static let uploadSpend = Handler(
        Operations.uploadSpend, trace: SpendOperations.trace, SpendOperations.spend)
    package static let names = Handler(Operations.names, SpendOperations.listNames)
    package static let uploadNames = Handler(
        Operations.uploadNames, trace: SpendOperations.trace, SpendOperations.names)
}
