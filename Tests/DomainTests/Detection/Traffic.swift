import Domain
import TestSupport

/// Made-up traffic: so many leads a day, the same at every hour, a little unevenly from day to day, and faults where a
/// test wants them.
struct Traffic {
    /// Midnight of Monday, 2026-01-05, in UTC.
    static let start = Slots.slot(of: Instant(rfc3339: "2026-01-05T00:00:00Z")!)
    var groups: [WatchedGroup]
    var daily: [Double]
    /// What the rate of a group is multiplied with in a slot.
    var factor: (Int, Int) -> Double = { _, _ in 1 }
    var seed: UInt64 = 7

    init(_ daily: [Double], clients: [String] = ["acme"], zone: TimeZoneRules = .utc, budget: Double = 0.1) {
        self.daily = daily
        groups = daily.indices.map { index in
            WatchedGroup(
                GroupKey(client: clients[index % clients.count], group: "g\(index)"), zone: zone,
                created: Slots.start(of: Self.start), plannedDaily: daily[index], budget: budget)
        }
    }

    /// Leads by group and slot for some days from `start`.
    func leads(days: Int) -> [[UInt32]] {
        var random = SeededGenerator(seed: seed)
        return daily.indices.map { group in
            (0..<(days * Slots.perDay)).map { slot in
                let rate = daily[group] / Double(Slots.perDay) * factor(group, Self.start + slot)
                // So fine a slot that more than a few leads in it do not matter: a sum of chances.
                var leads: UInt32 = 0
                for _ in 0..<8 where Double.random(in: 0..<1, using: &random) < rate / 8 { leads += 1 }
                return leads
            }
        }
    }

    func detector(
        _ leads: [[UInt32]], at day: Int, calendar: [CalendarEntry] = [], episodes: [Episode] = [],
        decisions: [VolumeDetector.Decision] = [], holes: [Range<Int>] = [],
        patience: Int = VolumeDetector.longestEpisode
    ) -> VolumeDetector {
        let pasts = leads.map { leads in
            let slots = Array(leads.prefix(day * Slots.perDay))
            let hours = stride(from: 0, to: slots.count, by: Slots.perHour).map {
                slots[$0..<($0 + Slots.perHour)].reduce(0, +)
            }
            return VolumeDetector.Past(hours: hours, slots: Array(slots.suffix(11 * Slots.perDay)))
        }
        return VolumeDetector(
            groups: groups, calendar: calendar, pasts: pasts, episodes: episodes, decisions: decisions, holes: holes,
            patience: patience, at: Self.start + day * Slots.perDay)
    }

    /// Learns from some days and is handed the rest.
    func watched(
        days: Int, from day: Int = 21, calendar: [CalendarEntry] = [], decisions: [VolumeDetector.Decision] = [],
        holes: [Range<Int>] = [], patience: Int = VolumeDetector.longestEpisode
    ) -> VolumeDetector {
        let leads = leads(days: days)
        var detector = detector(
            leads, at: day, calendar: calendar, decisions: decisions, holes: holes, patience: patience)
        for slot in (day * Slots.perDay)..<(days * Slots.perDay) { detector.step(leads.map { $0[slot] }) }
        return detector
    }

    static func slot(_ day: Int, _ hour: Double) -> Int { start + day * Slots.perDay + Int(hour * 12) }
}
