import Domain
import Store

/// The campaign groups of the store, and which of them are watched: chosen anew every day, while new ones are taken in
/// as they come.
///
/// Of a group that is not watched four bytes are kept, and its leads are counted with those of its client that say no
/// group: so that nothing goes unseen, whatever whoever posts calls his groups.
struct GroupRoll {
    /// Who has given a group a name beside the table of names.
    struct Names: Equatable {
        var keys: Set<GroupKey> = []
        /// What group rules lead to, for whatever client.
        var ofRules: Set<String> = []
        /// To which the first leads of campaigns belonged that cost money; looked for where not all can be watched.
        fileprivate(set) var paid: Set<GroupKey> = []

        fileprivate func contains(_ key: GroupKey) -> Bool {
            // Those without a name are the ones that all others are counted with.
            key.group.isEmpty || keys.contains(key) || ofRules.contains(key.group) || paid.contains(key)
        }
    }

    /// Those that are watched, and for each client with others the group without a name, which stands for them.
    private(set) var groups: [CountedGroup] = []

    private var names = Names()
    private var bounds = GroupChoice.Bounds()
    private var day = Int.min
    private var lastID: Int64 = 0
    private var hasCensus = false
    private var clients: [Client] = []
    private var indexOfClient: [String: Int32] = [:]
    /// By the group's number; numbers are given in turn.
    private var clientOfGroup: [Int32] = []
    private var indices: [Int64: Int] = [:]

    private struct Client {
        var name: String
        var chosen: [GroupChoice.Candidate] = []
        var count = 0
        /// Those whose first lead came today or yesterday.
        var recent = 0
        var firstSlot = Int.max
        /// Where those are counted that are not watched.
        var gathering: Int?
    }

    /// Brings it up to date.
    mutating func update(_ reader: Reader, _ bounds: GroupChoice.Bounds, _ names: Names, today: Int) throws {
        var names = names
        names.paid = self.names.paid
        if day != today || self.names != names || self.bounds != bounds {
            self = GroupRoll()
            (self.names, self.bounds, day) = (names, bounds, today)
            try choose(reader)
        } else {
            let before = lastID
            try reader.countedGroups(after: lastID) { group, isNamed in
                let client = register(group)
                let candidate = candidate(group, isNamed)
                if GroupChoice.hasRoom(for: candidate, beside: clients[client].chosen, bounds) {
                    clients[client].chosen.append(candidate)
                }
            }
            if lastID == before { return }
            // From now on it counts who has stayed how long.
            if !hasCensus, isCrowded { try choose(reader) }
        }
        arrange()
    }

    /// Where the leads of a group are counted, as a place in `groups`.
    func index(of group: Int64) -> Int? {
        if let index = indices[group] { return index }
        guard let place = Int(exactly: group), clientOfGroup.indices.contains(place), clientOfGroup[place] >= 0 else {
            return nil
        }
        return clients[Int(clientOfGroup[place])].gathering
    }

    /// By client, how many are not watched, and how many of these have come since yesterday; only where there are any.
    var unwatched: [(client: String, count: Int, recent: Int)] {
        clients.filter { $0.count > $0.chosen.count }.map { client in
            let recent = client.recent - client.chosen.count { isRecent($0.firstSlot) }
            return (client.name, client.count - client.chosen.count, recent)
        }
        .sorted { $0.client < $1.client }
    }

    private func isRecent(_ slot: Int) -> Bool { slot >= (day - 1) * Slots.perDay }

    /// Where all can be watched, nobody has to be compared.
    private var isCrowded: Bool { clients.contains { $0.count > bounds.fresh } }

    private mutating func choose(_ reader: Reader) throws {
        try reader.countedGroups(after: lastID) { group, _ in _ = register(group) }
        hasCensus = isCrowded
        let census = hasCensus ? try reader.groupCensus(before: day) : GroupCensus()
        if hasCensus { names.paid = try paidGroups(reader) }
        var choices = clients.map { _ in GroupChoice(bounds) }
        try reader.countedGroups(after: 0) { group, isNamed in
            guard group.id <= lastID, let client = indexOfClient[group.key.client] else { return }
            var candidate = candidate(group, isNamed)
            (candidate.days, candidate.leads) = census[group.id]
            choices[Int(client)].offer(candidate)
        }
        for index in clients.indices { clients[index].chosen = choices[index].chosen }
    }

    private func paidGroups(_ reader: Reader) throws -> Set<GroupKey> {
        var campaigns: [String: Set<String>] = [:]
        for client in clients where !client.name.isEmpty {
            let places = try reader.paidPlaces(client.name, since: Int64(day - AwaitedGroups.paidDays))
            campaigns[client.name] = Set(places.map(\.campaign))
        }
        return try reader.groups(ofCampaigns: campaigns)
    }

    private func candidate(_ group: CountedGroup, _ isNamed: Bool) -> GroupChoice.Candidate {
        GroupChoice.Candidate(
            id: group.id, key: group.key, firstSlot: group.firstSlot, isNamed: isNamed || names.contains(group.key))
    }

    private mutating func register(_ group: CountedGroup) -> Int {
        let name = group.key.client
        let index = indexOfClient[name] ?? Int32(clients.count)
        if Int(index) == clients.count {
            clients.append(Client(name: name))
            indexOfClient[name] = index
        }
        while clientOfGroup.count <= group.id { clientOfGroup.append(-1) }
        clientOfGroup[Int(group.id)] = index
        lastID = max(lastID, group.id)
        clients[Int(index)].count += 1
        if isRecent(group.firstSlot) { clients[Int(index)].recent += 1 }
        clients[Int(index)].firstSlot = min(clients[Int(index)].firstSlot, group.firstSlot)
        return Int(index)
    }

    private mutating func arrange() {
        groups = clients.flatMap(\.chosen).sorted { $0.id < $1.id }
            .map { CountedGroup(id: $0.id, key: $0.key, firstSlot: $0.firstSlot) }
        indices = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($1.id, $0) })
        for index in clients.indices where clients[index].count > clients[index].chosen.count {
            let key = GroupKey(client: clients[index].name, group: "")
            let own = clients[index].chosen.first { $0.key == key }.flatMap { indices[$0.id] }
            if let own {
                groups[own].firstSlot = clients[index].firstSlot
            } else {
                groups.append(CountedGroup(id: 0, key: key, firstSlot: clients[index].firstSlot))
            }
            clients[index].gathering = own ?? groups.count - 1
        }
    }
}
