import Configuration
import Domain
import HTTP
import Intake
import Service
import Store

/// What became of a client's leads over some days, told apart as one likes; see `Reader.figures`.
enum FigureOperations {
    static let all: [any AnyHandler] = [Handlers.figures]

    /// So few days are told hour by hour as well.
    static let hourlyDays: Int64 = 3

    /// So many rows are told apart; of more, those with the most leads. What comes is named by whoever posts.
    static let mostRows = 5000

    /// The days of a `LeadQuestion`, without any the last 28; `by` says what the rows are. Without a group the rows are
    /// groups: a client may have thousands of ads.
    @Sendable static func figures(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> FigureReport {
        let question = try LeadQuestion(call, relay)
        let (client, scope, days) = (question.client, question.scope, question.days)
        let level = try level(call, scope)
        let count = days.upperBound.number - days.lowerBound.number
        let before = CountedDay(number: days.lowerBound.number - count)..<days.lowerBound

        return try reader.snapshot {
            let view = relay.view(of: call.clients)
            let told = try reader.busiest(scope, by: level, days: before.lowerBound..<days.upperBound, most: mostRows)
            func read(_ days: Range<CountedDay>) throws -> (rows: [String: LeadFigures], rest: LeadFigures) {
                let found = try reader.figures(scope, by: level, days: days, of: told)
                return (found.rows.mapValues { $0.part(view, client) }, found.rest.part(view, client))
            }
            let (rows, rest) = try read(days)
            let (rowsBefore, restBefore) = try read(before)
            let spend = try reader.spend(scope, by: level, days: days)
            let spendBefore = try reader.spend(scope, by: level, days: before)
            let names = Set(rows.keys).union(rowsBefore.keys).union(spend.keys).union(spendBefore.keys)
            let titles = try reader.titles(of: question.keys + names.map { DisplayNames.Key(client.name, level, $0) })
            let series = try reader.days(scope, days).mapValues { $0.part(view, client) }
            func total(_ rows: [String: LeadFigures], _ rest: LeadFigures) -> LeadFigures {
                rows.values.reduce(into: rest) { $0 += $1 }
            }
            let (all, allBefore) = (total(rows, rest), total(rowsBefore, restBefore))
            let isHourly = count <= hourlyDays && question.keptFrom <= days.lowerBound
            return FigureReport(
                question: question.document(titles), beforeFrom: before.lowerBound.civil.date, by: level,
                total: FiguresDocument(all), before: FiguresDocument(allBefore),
                cost: MoneyDocument.list(sum(spend), leads: all.leads),
                costBefore: MoneyDocument.list(sum(spendBefore), leads: allBefore.leads),
                rows: names.sorted().map { name in
                    let now = rows[name] ?? LeadFigures()
                    let before = rowsBefore[name] ?? LeadFigures()
                    return FigureReport.Row(
                        name: name, title: titles[client.name, level, name], now: FiguresDocument(now),
                        before: FiguresDocument(before),
                        cost: MoneyDocument.list(spend[name] ?? [:], leads: now.leads),
                        costBefore: MoneyDocument.list(spendBefore[name] ?? [:], leads: before.leads))
                },
                rest: told == nil
                    ? nil : FigureReport.Rest(now: FiguresDocument(rest), before: FiguresDocument(restBefore)),
                days: (days.lowerBound.number..<days.upperBound.number).map { number in
                    let day = CountedDay(number: number)
                    return FigureReport.Day(
                        day: day.civil.date, figures: FiguresDocument(series[day] ?? LeadFigures()))
                }, hours: isHourly ? .some(try hours(scope, days, client, view, reader)) : nil,
                completeTo: try reader.rollupProgress().map { PreciseInstant($0.hour) })
        }
    }

    /// Each hour of the days by the client's clock, those without leads too. On the day that the clock goes back one is
    /// there twice, and says its offset. `nil` if it would take too long: of very many ads at once.
    private static func hours(
        _ scope: LeadScope, _ days: Range<CountedDay>, _ client: Configuration.Client, _ view: ClientView,
        _ reader: Reader
    ) throws -> [FigureReport.Hour]? {
        let zone = client.timeZone
        let range = zone.hours(of: days)
        guard
            let found = try scope.isOfGroups
                ? reader.hours(scope, range) : reader.hours(ofAds: scope, range, days: days)
        else { return nil }
        var rows: [FigureReport.Hour] = []
        var hour = range.lowerBound
        while hour < range.upperBound {
            let local = zone.local(hour)
            let isTwice = [-1, 1].contains { zone.local(hour + .hours($0)).clock == local.clock }
            let words = "\(local.date) \(local.clock)" + (isTwice ? " \(local.rfc3339.suffix(6))" : "")
            rows.append(
                FigureReport.Hour(
                    start: hour, local: words,
                    figures: FiguresDocument(found[hour]?.part(view, client) ?? LeadFigures())))
            hour = hour + .hours(1)
        }
        return rows
    }

    private static func sum(_ costs: [String: Money]) -> Money {
        costs.values.reduce(into: [:]) { sum, money in sum.merge(money, uniquingKeysWith: +) }
    }

    private static func level(_ call: APICall, _ scope: LeadScope) throws -> LeadLevel {
        guard scope.group != nil else {
            guard call.query["by"].map({ $0 == LeadLevel.group.rawValue }) ?? true, scope == scope.ofClient else {
                throw Problem(.requestUnusable, "Select a group to see its ads.", invalid: "group")
            }
            return .group
        }
        guard let text = call.query["by"], !text.isEmpty else {
            if scope.adset != nil { return .ad }
            return scope.campaign != nil ? .adset : .campaign
        }
        guard let level = LeadLevel(rawValue: text), level != .group else {
            throw Problem(.requestUnusable, "\"by\" is campaign, adset or ad within a group.", invalid: "by")
        }
        return level
    }
}

extension LeadScope {
    fileprivate var ofClient: LeadScope { LeadScope(client: client, sources: sources) }
}

extension LeadFigures {
    /// Without destinations that are other clients': every lead is skipped there, which says nothing of it.
    fileprivate func part(_ view: ClientView, _ client: Configuration.Client) -> LeadFigures {
        var part = self
        part.destinations = destinations.filter {
            view.shows(destination: $0.key) && view.serves(client.name, destination: $0.key)
        }
        return part
    }
}

extension FiguresDocument {
    init(_ figures: LeadFigures) {
        self.init(
            received: figures.received, leads: figures.leads, duplicates: figures.duplicates,
            quarantined: figures.quarantined, tests: figures.tests, withClickID: figures.withClickID,
            withEmail: figures.withEmail, withPhone: figures.withPhone,
            destinations: figures.destinations.sorted { $0.key < $1.key }.map { name, counts in
                Deliveries(
                    name: name, owed: counts.owed, pending: counts.pending, delivered: counts.delivered,
                    rejected: counts.rejected, expired: counts.expired, skipped: counts.skipped,
                    millisecondsToDelivery: counts.timeToDelivery?.milliseconds)
            })
    }
}

extension Handlers {
    package static let figures = Handler(Operations.figures, FigureOperations.figures)
}
