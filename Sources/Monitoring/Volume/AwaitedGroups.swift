import Domain
import Store

/// Campaign groups that people have named, by configuration, calendar, names or costs, and that never had a lead.
///
/// Nothing is known of them that a statistic could be made of: only fixed rules and what was planned speak of them.
/// Since when they are waited for is kept in the store, so that a restart does not begin anew.
struct AwaitedGroups {
    struct Group: Equatable {
        var key: GroupKey
        var since: Instant
    }

    /// In the order of their names.
    private(set) var groups: [Group] = []
    /// By client, how many more there are than may be watched.
    private(set) var left: [String: Int] = [:]
    /// Those that costs name; asked once an hour.
    private var paid: (hour: Instant, keys: Set<GroupKey>)?

    /// Costs of so many days name groups.
    static let paidDays = 14

    /// Brings it up to date. `named` are those of configuration and calendar, `watched` how many groups of each client
    /// are watched already.
    mutating func update(
        _ reader: Reader, _ store: WatchRole, _ settings: VolumeSettings, named: Set<GroupKey>, watched: [String: Int],
        now: Instant
    ) throws {
        var keys = named
        for client in settings.clients.keys {
            for group in try reader.titledGroups(client, limit: settings.bounds.watched) {
                keys.insert(GroupKey(client: client, group: group))
            }
        }
        keys.formUnion(try paidGroups(reader, settings, now))
        for rule in settings.groupRules {
            if let client = rule.client { keys.insert(GroupKey(client: client, group: rule.group)) }
        }
        keys.formUnion(settings.rules.compactMap(\.reach.only))
        var room: [String: Int] = [:]
        var found: [GroupKey] = []
        left = [:]
        for key in keys.sorted()
        where !key.group.isEmpty && settings.clients[key.client] != nil && isToldOf(key, settings) {
            if try reader.countedGroup(key) != nil { continue }
            let space = room[key.client] ?? (settings.bounds.watched - (watched[key.client] ?? 0))
            room[key.client] = space - 1
            if space > 0 { found.append(key) } else { left[key.client, default: 0] += 1 }
        }
        var known = try reader.namedGroups()
        let new = found.filter { known[$0] == nil }
        let gone = Set(known.keys).subtracting(found)
        if !new.isEmpty || !gone.isEmpty {
            let since = Dictionary(uniqueKeysWithValues: new.map { ($0, now) })
            try store.keepNamedGroups(since, forgetting: gone.sorted())
            known.merge(since) { $1 }
        }
        groups = found.map { Group(key: $0, since: known[$0] ?? now) }
    }

    /// A group that is not watched may still have a rule of its own.
    private func isToldOf(_ key: GroupKey, _ settings: VolumeSettings) -> Bool {
        let group = settings.group(key)
        return group?.isUnwatched != true || group?.rules.isEmpty == false
    }

    /// Groups to which the rules give the leads of ads that cost money.
    private mutating func paidGroups(
        _ reader: Reader, _ settings: VolumeSettings, _ now: Instant
    ) throws -> Set<GroupKey> {
        if let paid, paid.hour == now.hour { return paid.keys }
        var keys: Set<GroupKey> = []
        if !settings.groupRules.isEmpty {
            let day = Int64(Slots.slot(of: now) / Slots.perDay - Self.paidDays)
            for client in settings.clients.keys {
                for place in try reader.paidPlaces(client, since: day) {
                    let group = GroupRule.group(
                        campaign: place.campaign, adset: place.adset, ad: place.ad, client: client,
                        rules: settings.groupRules)
                    if let group { keys.insert(GroupKey(client: client, group: group)) }
                }
            }
        }
        paid = (now.hour, keys)
        return keys
    }

    /// As the rules see them.
    func members(_ settings: VolumeSettings, _ calendar: [CalendarEntry], before slot: Int) -> [RuleRound.Member] {
        groups.map { group in
            let watched = settings.watched(group)
            return RuleRound.Member(
                key: group.key, since: Slots.slot(of: group.since) + 1,
                daily: settings.group(group.key)?.plannedDaily ?? 0, isAwaited: true,
                isPaused: calendar.multipliers(for: watched, (slot - 1)..<slot)[0] == 0
            ) { _ in 0 }
        }
    }
}

extension VolumeSettings {
    func watched(_ group: AwaitedGroups.Group) -> WatchedGroup {
        watched(CountedGroupFacts(key: group.key, firstSlot: Slots.slot(of: group.since)))
    }
}
