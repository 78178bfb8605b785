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

    init(_ call: APICall, _ relay: RelayContext) throws {
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

    private static func day(_ call: APICall, _ name: String) throws -> CountedDay? {
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
    func document(_ titles: DisplayNames) -> QuestionDocument {
        func title(_ level: LeadLevel) -> String? { scope[level].flatMap { titles[client.name, level, $0] } }
        return QuestionDocument(
            client: client.name, title: client.title, timeZone: client.timeZone.name,
            clients: clients.map { QuestionDocument.Client(name: $0.name, title: $0.title) },
            from: days.lowerBound.civil.date, to: CountedDay(number: days.upperBound.number - 1).civil.date,
            today: today.civil.date, group: scope[.group], groupTitle: title(.group), campaign: scope[.campaign],
            campaignTitle: title(.campaign), adset: scope[.adset], adsetTitle: title(.adset), ad: scope[.ad],
            adTitle: title(.ad))
    }
}
