import Domain
import HTTP
import Intake
import Service
import Store

/// What became of a client's leads over some days, told apart as one likes; see `Reader.figures`.
enum FigureOperations {
    static let all: [Operation] = [Operation(.get, "/api/figures", needs: .readLeads, figures)]

    /// Days that can be asked for at once.
    static let maximumDays: Int64 = 800
    static let usualDays: Int64 = 28
    /// So few days are told hour by hour as well.
    static let hourlyDays: Int64 = 3

    /// `client`; `from` and `to` as days of the client's time zone, both included, without them the last 28 days; `group`, `campaign`,
    /// `adset` narrow down, `by` says what the rows are. Without a group the rows are groups: a client may have thousands of ads.
    private static func figures(_ call: Operation.Call, _ relay: Relay, _ reader: Reader) throws -> JSON {
        let configuration = relay.configuration.withLock { $0 }
        let clients = configuration.clients.filter { call.clients.contains($0.name) }
        let wanted = call.query["client"] ?? clients.first?.name
        guard let client = clients.first(where: { $0.name == wanted }) else {
            throw Problem(.notFound, "There is no such client in the configuration.", invalid: "client")
        }
        var scope = LeadScope(
            client: client.name, sources: configuration.sources.filter { $0.client == client.name }.map(\.name))
        for level in LeadLevel.allCases { scope[level] = call.query[level.rawValue] }
        let level = try level(call, scope)

        let today = CountedDay(relay.now, in: client.timeZone)
        let last = try day(call, "to") ?? today
        let first = try day(call, "from") ?? CountedDay(number: last.number - usualDays + 1)
        let count = last.number - first.number + 1
        guard (1...maximumDays).contains(count) else {
            throw Problem(
                .requestUnusable, "\"from\" comes before \"to\", by \(maximumDays) days at most.", invalid: "from")
        }
        let days = first..<CountedDay(number: last.number + 1)
        let before = CountedDay(number: first.number - count)..<first

        return try reader.snapshot {
            let view = relay.view(of: call.clients)
            let rows = try reader.figures(scope, by: level, days: days).mapValues { $0.part(view) }
            let rowsBefore = try reader.figures(scope, by: level, days: before).mapValues { $0.part(view) }
            let spend = try reader.spend(scope, by: level, days: days)
            let spendBefore = try reader.spend(scope, by: level, days: before)
            let titles = try reader.titles(client.name, level)
            let series = try reader.days(scope, days).mapValues { $0.part(view) }
            func total(_ rows: [String: LeadFigures]) -> LeadFigures {
                rows.values.reduce(into: LeadFigures()) { $0 += $1 }
            }
            var members: [JSON.Member] = [
                JSON.Member("client", .string(client.name)), JSON.Member("title", .string(client.title)),
                JSON.Member("time_zone", .string(client.timeZone.name)),
                JSON.Member("clients", .array(clients.map { ["name": .string($0.name), "title": .string($0.title)] })),
                JSON.Member("from", .string(first.civil.date)), JSON.Member("to", .string(last.civil.date)),
                JSON.Member("today", .string(today.civil.date)),
                JSON.Member("before_from", .string(before.lowerBound.civil.date)),
                JSON.Member("by", .string(level.rawValue)),
                JSON.Member("total", total(rows).json), JSON.Member("before", total(rowsBefore).json),
                JSON.Member("cost", MoneyJSON.list(sum(spend), leads: total(rows).leads)),
                JSON.Member("cost_before", MoneyJSON.list(sum(spendBefore), leads: total(rowsBefore).leads)),
                JSON.Member(
                    "rows",
                    .array(
                        Set(rows.keys).union(rowsBefore.keys).union(spend.keys).sorted().map { name in
                            let now = rows[name] ?? LeadFigures()
                            return [
                                "name": .string(name), "title": titles[name].map { .string($0) } ?? .null,
                                "now": now.json, "before": (rowsBefore[name] ?? LeadFigures()).json,
                                "cost": MoneyJSON.list(spend[name] ?? [:], leads: now.leads),
                            ]
                        })),
                JSON.Member(
                    "days",
                    .array(
                        (first.number...last.number).map { number in
                            let day = CountedDay(number: number)
                            return ["day": .string(day.civil.date), "figures": (series[day] ?? LeadFigures()).json]
                        })),
            ]
            if count <= hourlyDays, scope[.campaign] == nil, scope[.adset] == nil, scope[.ad] == nil {
                members.append(JSON.Member("hours", try hours(scope, days, client.timeZone, view, reader)))
            }
            for level in LeadLevel.allCases {
                guard let name = scope[level] else { continue }
                members.append(JSON.Member(level.rawValue, .string(name)))
                if let title = try reader.titles(client.name, level)[name] {
                    members.append(JSON.Member("\(level.rawValue)_title", .string(title)))
                }
            }
            if let progress = try reader.rollupProgress() {
                members.append(JSON.Member("complete_to", .string(progress.hour.rfc3339)))
            }
            return .object(members)
        }
    }

    /// Each hour of the days by the client's clock, those without leads too. On the day that the clock goes back one is there twice,
    /// and says its offset.
    private static func hours(
        _ scope: LeadScope, _ days: Range<CountedDay>, _ zone: TimeZoneRules, _ view: ClientView, _ reader: Reader
    ) throws -> JSON {
        let begin = zone.instant(of: days.lowerBound.civil).hour
        let end = zone.instant(of: days.upperBound.civil)
        let found = try reader.hours(scope, begin..<end).mapValues { $0.part(view) }
        var rows: [JSON] = []
        var hour = begin
        while hour < end {
            let local = zone.local(hour)
            let isTwice = [-1, 1].contains { zone.local(hour + .hours($0)).clock == local.clock }
            let words = "\(local.date) \(local.clock)" + (isTwice ? " \(local.rfc3339.suffix(6))" : "")
            rows.append([
                "start": .string(hour.rfc3339Seconds), "local": .string(words),
                "figures": (found[hour] ?? LeadFigures()).json,
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
                throw Problem(.requestUnusable, "Choose a group first.", invalid: "group")
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

    private static func day(_ call: Operation.Call, _ name: String) throws -> CountedDay? {
        guard let text = call.query[name], !text.isEmpty else { return nil }
        guard let civil = CivilTime(text), civil.secondOfDay == 0, (1970...2200).contains(civil.year) else {
            throw Problem(.requestUnusable, "\"\(name)\" is a day, for example 2026-11-21.", invalid: name)
        }
        return CountedDay(number: civil.dayNumber)
    }
}

extension LeadScope {
    fileprivate var ofClient: LeadScope { LeadScope(client: client, sources: sources) }
}

extension LeadFigures {
    /// Without destinations that somebody else's leads go to.
    fileprivate func part(_ view: ClientView) -> LeadFigures {
        var part = self
        part.destinations = destinations.filter { view.shows(destination: $0.key) }
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
