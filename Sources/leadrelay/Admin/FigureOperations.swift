import Configuration
import Domain
import HTTP
import Intake
import Service
import Store

/// What became of a client's leads over some days, told apart as one likes; see `Reader.figures`.
enum FigureOperations {
    static let all: [Operation] = [
        Operation(
            .get, "/api/figures", needs: .readLeads,
            query: ["client", "from", "to", "group", "campaign", "adset", "ad", "by"], figures)
    ]

    /// So few days are told hour by hour as well.
    static let hourlyDays: Int64 = 3

    /// So many rows are told apart; of more, those with the most leads. What comes is named by whoever posts.
    static let mostRows = 5000

    /// The days of a `LeadQuestion`, without any the last 28; `by` says what the rows are. Without a group the rows are
    /// groups: a client may have thousands of ads. In one piece: the answer is written in the order of its members.
    private static func figures(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
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
            var members =
                question.members(titles) + [
                    JSON.Member("before_from", .string(before.lowerBound.civil.date)),
                    JSON.Member("by", .string(level.rawValue)),
                    JSON.Member("total", all.json), JSON.Member("before", allBefore.json),
                    JSON.Member("cost", MoneyJSON.list(sum(spend), leads: all.leads)),
                    JSON.Member("cost_before", MoneyJSON.list(sum(spendBefore), leads: allBefore.leads)),
                    JSON.Member(
                        "rows",
                        .array(
                            names.sorted().map { name in
                                let now = rows[name] ?? LeadFigures()
                                let before = rowsBefore[name] ?? LeadFigures()
                                return [
                                    "name": .string(name),
                                    "title": titles[client.name, level, name].map { .string($0) } ?? .null,
                                    "now": now.json, "before": before.json,
                                    "cost": MoneyJSON.list(spend[name] ?? [:], leads: now.leads),
                                    "cost_before": MoneyJSON.list(spendBefore[name] ?? [:], leads: before.leads),
                                ]
                            })),
                    JSON.Member("rest", told == nil ? .null : ["now": rest.json, "before": restBefore.json]),
                    JSON.Member(
                        "days",
                        .array(
                            (days.lowerBound.number..<days.upperBound.number).map { number in
                                let day = CountedDay(number: number)
                                return ["day": .string(day.civil.date), "figures": (series[day] ?? LeadFigures()).json]
                            })),
                ]
            if count <= hourlyDays, question.keptFrom <= days.lowerBound {
                members.append(JSON.Member("hours", try hours(scope, days, client, view, reader)))
            }
            if let progress = try reader.rollupProgress() {
                members.append(JSON.Member("complete_to", .string(progress.hour.rfc3339)))
            }
            return .object(members)
        }
    }

    /// Each hour of the days by the client's clock, those without leads too. On the day that the clock goes back one is
    /// there twice, and says its offset. Null if it would take too long: of very many ads at once.
    private static func hours(
        _ scope: LeadScope, _ days: Range<CountedDay>, _ client: Configuration.Client, _ view: ClientView,
        _ reader: Reader
    ) throws -> JSON {
        let zone = client.timeZone
        let range = zone.hours(of: days)
        guard
            let found = try scope.isOfGroups
                ? reader.hours(scope, range) : reader.hours(ofAds: scope, range, days: days)
        else { return .null }
        var rows: [JSON] = []
        var hour = range.lowerBound
        while hour < range.upperBound {
            let local = zone.local(hour)
            let isTwice = [-1, 1].contains { zone.local(hour + .hours($0)).clock == local.clock }
            let words = "\(local.date) \(local.clock)" + (isTwice ? " \(local.rfc3339.suffix(6))" : "")
            rows.append([
                "start": .string(hour.rfc3339Seconds), "local": .string(words),
                "figures": (found[hour]?.part(view, client) ?? LeadFigures()).json,
            ])
            hour = hour + .hours(1)
        }
        return .array(rows)
    }

    private static func sum(_ costs: [String: Money]) -> Money {
        costs.values.reduce(into: [:]) { sum, money in sum.merge(money, uniquingKeysWith: +) }
    }

    private static func level(_ call: Operation.Call, _ scope: LeadScope) throws -> LeadLevel {
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

    var json: JSON {
        [
            "received": JSON(received), "leads": JSON(leads), "duplicates": JSON(duplicates),
            "quarantined": JSON(quarantined), "tests": JSON(tests), "with_click_id": JSON(withClickID),
            "with_email": JSON(withEmail), "with_phone": JSON(withPhone),
            "destinations": .array(
                destinations.sorted { $0.key < $1.key }.map { name, deliveries in deliveries.json(named: name) }),
        ]
    }
}

extension LeadFigures.Deliveries {
    fileprivate func json(named name: String) -> JSON {
        [
            "name": .string(name), "owed": JSON(owed), "pending": JSON(pending), "delivered": JSON(delivered),
            "rejected": JSON(rejected), "expired": JSON(expired), "skipped": JSON(skipped),
            "milliseconds_to_delivery": timeToDelivery.map { JSON($0.milliseconds) } ?? .null,
        ]
    }
}
