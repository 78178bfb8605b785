import Domain

/// The first lead of a group for which so many a day are planned: when it should have come by now.
///
/// Nothing is known yet of the group's hours, so leads are expected evenly by day and none by night. Plans are guesses:
/// people are told when so much was to be expected that even with a third of it none would hardly be luck (e⁻⁴, one in
/// fifty).
enum FirstLead {
    /// The hours of the local day in which leads are expected.
    static let day = 7..<23
    /// Leads that must have been expected before causes are looked for, and before people are told.
    static let suspicion = 4.0
    static let least = 12.0
    /// Longer is not looked back.
    private static let longest = 56 * Slots.perDay

    /// Leads that were to be expected from `since` up to `slot`, by the plan and the calendar.
    static func expected(
        _ group: WatchedGroup, since: Int, before slot: Int, _ calendar: [CalendarEntry]
    ) -> Double {
        let from = max(since, slot - longest)
        guard from < slot else { return 0 }
        let perSlot = group.plannedDaily / Double(day.count * Slots.perHour)
        var sum = 0.0
        for (index, multiplier) in calendar.multipliers(for: group, from..<slot).enumerated() where multiplier > 0 {
            // A local hour is whole slots in every zone.
            if day.contains(group.zone.local(Slots.start(of: from + index)).hour) { sum += perSlot * multiplier }
        }
        return sum
    }
}
