import Configuration
import Domain
import HTTP
import Intake
import Service
import Store

/// Which leads of which days somebody asks about: what the figures and the list of leads have in common.
///
/// `client`; `from` and `to` as days of the client's time zone, both included, without them the last 28 days; `group`,
/// `campaign`, `adset` and `ad` narrow down, an empty one to the leads that do not say.
struct LeadQuestion {
    let client: Configuration.Client
    /// Those that could have been asked about.
    let clients: [Configuration.Client]
    let scope: LeadScope
    let days: Range<CountedDay>
    /// From this day on single leads and hours are kept; before it there are only days and months.
    let keptFrom: CountedDay
    private let today: CountedDay

    /// Days that can be asked for at once.
    static let maximumDays: Int64 = 800
    static let usualDays: Int64 = 28

    init(_ call: Operation.Call, _ relay: Relay) throws {
        let configuration = relay.configuration.withLock { $0 }
        clients = configuration.clients.filter { call.clients.contains($0.name) }
        let wanted = call.query["client"] ?? clients.first?.name
        guard let client = clients.first(where: { $0.name == wanted }) else {
            throw Problem(.notFound, "There is no such client in the configuration.", invalid: "client")
        }
        self.client = client
        var scope = LeadScope(
            client: client.name, sources: configuration.sources.filter { $0.client == client.name }.map(\.name))
        for level in LeadLevel.allCases { scope[level] = call.query[level.rawValue] }
        self.scope = scope

        today = CountedDay(relay.now, in: client.timeZone)
        keptFrom = CountedDay(
            number: CountedDay(relay.now - configuration.retention.history, in: client.timeZone).number + 1)
        let last = try Self.day(call, "to") ?? today
        let first = try Self.day(call, "from") ?? CountedDay(number: last.number - Self.usualDays + 1)
        guard (1...Self.maximumDays).contains(last.number - first.number + 1) else {
            throw Problem(
                .requestUnusable, "\"from\" comes before \"to\", by \(Self.maximumDays) days at most.", invalid: "from")
        }
        days = first..<CountedDay(number: last.number + 1)
    }

    private static func day(_ call: Operation.Call, _ name: String) throws -> CountedDay? {
        guard let text = call.query[name], !text.isEmpty else { return nil }
        guard let civil = CivilTime(text), civil.secondOfDay == 0, (1970...2200).contains(civil.year) else {
            throw Problem(.requestUnusable, "\"\(name)\" is a day, for example 2026-11-21.", invalid: name)
        }
        return CountedDay(number: civil.dayNumber)
    }

    /// The ids that it names.
    var keys: [DisplayNames.Key] {
        LeadLevel.allCases.compactMap { level in scope[level].map { DisplayNames.Key(client.name, level, $0) } }
    }

    /// What was asked, as an answer repeats it.
    func members(_ titles: DisplayNames) -> [JSON.Member] {
        [
            JSON.Member("client", .string(client.name)), JSON.Member("title", .string(client.title)),
            JSON.Member("time_zone", .string(client.timeZone.name)),
            JSON.Member("clients", .array(clients.map { ["name": .string($0.name), "title": .string($0.title)] })),
            JSON.Member("from", .string(days.lowerBound.civil.date)),
            JSON.Member("to", .string(CountedDay(number: days.upperBound.number - 1).civil.date)),
            JSON.Member("today", .string(today.civil.date)),
        ]
            + LeadLevel.allCases.flatMap { level -> [JSON.Member] in
                guard let id = scope[level] else { return [] }
                return [JSON.Member(level.rawValue, .string(id))] + titles.members(client.name, level, id)
            }
    }
}
