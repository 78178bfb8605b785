import Configuration
import Domain
import HTTP
import Intake
import Monitoring
import Service
import Store

/// What the monitor expects of campaign groups, beside what came.
enum VolumeOperations {
    static let all: [any AnyHandler] = [Handlers.watchedGroups, Handlers.volume]

    /// Hours that can be asked for at once.
    private static let maximumHours = 24 * 35
    private static let usualTime: Duration = .days(3)

    /// The groups that are watched: what each is watched to, and how many leads a day are expected of it.
    @Sendable static func groups(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws
        -> WatchedGroupsDocument
    {
        let wanted = call.query["client"].flatMap { $0.isEmpty ? nil : $0 }
        let groups = relay.volumes.groups {
            call.clients.contains($0.client) && (wanted == nil || wanted == $0.client)
        }
        let titles = try reader.titles(of: groups.map { DisplayNames.Key($0.key.client, .group, $0.key.group) })
        return WatchedGroupsDocument(
            groups: groups.sorted { ($0.key.client, $0.key.group) < ($1.key.client, $1.key.group) }.map { group in
                WatchedGroupsDocument.Group(
                    client: group.key.client, group: group.key.group, daily: hundredths(group.daily),
                    watched: group.watched, groupTitle: titles[group.key.client, .group, group.key.group])
            })
    }

    /// `client` and `group` narrow down; `from` and `to` are moments, without them the last three days.
    @Sendable static func volume(_ call: APICall, _ relay: RelayContext, _ reader: Reader) throws -> VolumeDocument {
        func given(_ name: String) -> String? { call.query[name].flatMap { $0.isEmpty ? nil : $0 } }
        let client = given("client")
        // An empty name is the group of leads without one.
        let group = call.query["group"]
        guard group == nil || client != nil else {
            throw Problem(.requestUnusable, "A \"group\" needs its \"client\".", invalid: "client")
        }
        if let client {
            guard call.clients.contains(client) else { throw Problem(.notFound, "There is no such client.") }
        } else {
            try call.requireAllClients()
        }
        let to = try AlertOperations.moment(given("to"), "to") ?? relay.now
        let from = try AlertOperations.moment(given("from"), "from") ?? to - usualTime
        guard from < to else {
            throw Problem(.requestUnusable, "\"from\" must be before \"to\".", invalid: "from")
        }
        let begin = from.hour
        // The hour under way counts too.
        let end = (to + .milliseconds(3_599_999)).hour
        let count = Int((end - begin).components.seconds / 3600)
        guard count <= maximumHours else {
            throw Problem(.requestUnusable, "At most \(maximumHours / 24) days can be asked for.", invalid: "from")
        }
        let zone = relay.configuration.withLock { $0.clients }.first { $0.name == client }?.timeZone ?? .utc
        let clients = try client.map { [$0] } ?? reader.countedClients()
        var came: [Instant: Int64] = [:]
        for client in clients {
            var scope = LeadScope(client: client, sources: [])
            scope[.group] = group
            for (hour, figures) in try reader.hours(scope, begin..<end) { came[hour, default: 0] += figures.leads }
        }
        let watched = relay.volumes.groups {
            (client == nil || client == $0.client) && (group == nil || group == $0.group)
        }
        let expected = relay.volumes.expected(of: Set(watched.map(\.key)), begin..<end)
        let hours = (0..<count).map { index in
            let start = begin + .hours(index)
            let local = zone.local(start)
            return VolumeDocument.Hour(
                start: start, local: "\(local.date) \(local.clock)", observed: came[start] ?? 0,
                expected: expected.map { hundredths($0[index]) })
        }
        let name = DisplayNames.Key(client ?? "", .group, group ?? "")
        let title = try reader.titles(of: [name])[name.client, .group, name.id]
        return VolumeDocument(
            client: client ?? "", group: group, groupTitle: title, timeZone: zone.name,
            watched: group != nil ? watched.first?.watched : nil,
            daily: watched.isEmpty ? nil : hundredths(watched.reduce(0) { $0 + $1.daily }), from: begin, to: end,
            hours: hours)
    }

    /// Two digits after the point are more than anybody knows.
    private static func hundredths(_ number: Double) -> Double { (number * 100).rounded() / 100 }
}

extension Handlers {
    package static let watchedGroups = Handler(Operations.watchedGroups, VolumeOperations.groups)
    package static let volume = Handler(Operations.volume, VolumeOperations.volume)
}
