package import Domain

/// How a group that is watched has done lately, beside what was expected of it.
package struct GroupVolume: Equatable, Sendable {
    package var key: GroupKey
    /// Leads a day that are expected.
    package var daily: Double
    package var windows: [Window]

    package struct Window: Equatable, Sendable {
        /// `1h`, `24h`.
        package var name: String
        package var leads: Int
        package var expected: Double
    }

    /// The times that are told of, in slots.
    static let windows = [("1h", Slots.perHour), ("24h", Slots.perDay)]
}

extension VolumeWatch {
    /// The groups that are watched, up to the last slot that was looked at.
    package var volumes: [GroupVolume] {
        guard let detector else { return [] }
        let counted = detector.groups.indices.map { group in
            GroupVolume(
                key: detector.groups[group].key, daily: detector.dailyRate(of: group),
                windows: GroupVolume.windows.map { name, slots in
                    let range = (detector.slot - slots)..<detector.slot
                    return GroupVolume.Window(
                        name: name, leads: detector.leads(of: group, range),
                        expected: detector.expected(of: group, slots: range))
                })
        }
        let awaited = awaited.groups.map { group in
            let planned = settings.group(group.key)?.plannedDaily ?? 0
            return GroupVolume(
                key: group.key, daily: planned,
                windows: GroupVolume.windows.map { name, slots in
                    let expected =
                        planned == 0
                        ? 0
                        : FirstLead.expected(
                            settings.watched(group),
                            since: max(Slots.slot(of: group.since) + 1, detector.slot - slots), before: detector.slot,
                            detector.calendar)
                    return GroupVolume.Window(name: name, leads: 0, expected: expected)
                })
        }
        return counted + awaited
    }
}
