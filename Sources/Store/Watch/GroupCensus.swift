package import Domain
import SQLite

/// On how many days leads of each group came, and how many: a few bytes for each group, whatever it is called.
package struct GroupCensus: Sendable {
    private var counts: [Count] = []

    private struct Count {
        var leads: UInt32 = 0
        var days: UInt16 = 0
        /// The last day, as days since 1970.
        var last: Int32 = -1
    }

    package init() {}

    package subscript(_ group: Int64) -> (days: Int, leads: Int) {
        guard let index = Int(exactly: group), counts.indices.contains(index) else { return (0, 0) }
        return (Int(counts[index].days), Int(counts[index].leads))
    }

    /// Days come in their order.
    mutating func add(_ leads: Int, of group: Int64, day: Int) {
        // Numbers of groups are given in turn.
        guard let index = Int(exactly: group), index >= 0, leads > 0 else { return }
        while counts.count <= index { counts.append(Count()) }
        let sum = counts[index].leads.addingReportingOverflow(UInt32(clamping: leads))
        counts[index].leads = sum.overflow ? .max : sum.partialValue
        guard counts[index].last != Int32(clamping: day) else { return }
        counts[index].last = Int32(clamping: day)
        counts[index].days = min(counts[index].days, .max - 1) + 1
    }
}

extension Reader {
    /// The groups that leads were counted for after the one of this number, in the order of their numbers, each with
    /// whether somebody has given it a name.
    package func countedGroups(after id: Int64, _ body: (CountedGroup, _ isNamed: Bool) -> Void) throws {
        let select = try statement(
            """
            SELECT id, client, grp, first_slot, EXISTS (
                SELECT 1 FROM title WHERE title.client = lead_group.client AND level = 'group' AND title.id = grp)
            FROM lead_group WHERE id > ?1 ORDER BY id
            """)
        select.bind(1, id)
        while try select.step() {
            let group = CountedGroup(
                id: select.integer(0), key: GroupKey(client: select.text(1), group: select.text(2)),
                firstSlot: Int(select.integer(3)))
            body(group, select.integer(4) != 0)
        }
    }

    /// One group; `nil` if no lead was counted for it.
    package func countedGroup(_ key: GroupKey) throws -> CountedGroup? {
        let select = try statement("SELECT id, first_slot FROM lead_group WHERE client = ?1 AND grp = ?2")
        select.bind(1, key.client)
        select.bind(2, key.group)
        defer { select.reset() }
        guard try select.step() else { return nil }
        return CountedGroup(id: select.integer(0), key: key, firstSlot: Int(select.integer(1)))
    }

    /// What is kept of each group from before a day.
    package func groupCensus(before day: Int) throws -> GroupCensus {
        var census = GroupCensus()
        try dayCounts(0..<day) { group, day, hours in
            census.add(hours.reduce(0) { $0 + Int($1) }, of: group, day: day)
        }
        try slotCounts(0..<(day * Slots.perDay)) { count in
            census.add(count.leads, of: count.group, day: count.slot / Slots.perDay)
        }
        return census
    }
}
