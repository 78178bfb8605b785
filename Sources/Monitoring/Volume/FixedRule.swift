package import Domain

/// The rule that people think of first: "no leads in one hour", "fewer than 5 in 24 hours". It knows no expectation, so
/// it is right only where leads come thick and fast: at one lead an hour "none in one hour" is false some 270 times a
/// month.
package struct FixedRule: Equatable, Sendable {
    /// It is broken when fewer come; 1 stands for none at all.
    package var fewerThan: Int
    /// In so long a time: whole slots of five minutes, at most a week.
    package var within: Duration
    /// When it counts: days (1 is Monday) and minutes of the local day. The whole window must lie in it.
    package var days: Set<Int>
    package var minutes: Range<Int>
    /// By whose clock; `nil`: the client's.
    package var zone: TimeZoneRules?
    package var severity: Severity
    /// Whose leads it counts; of no meaning for a rule that stands with its group.
    package var reach: Reach

    /// Whose leads a rule counts.
    package struct Reach: Equatable, Sendable {
        /// `nil`: of every client, and of sources without one.
        package var client: String?
        /// A name in which `*` stands for any run of characters; `nil`: every group.
        package var group: String?
        package var per: Per
        /// Only where so many leads a day are expected.
        package var leastDaily: Double?

        /// What is counted together.
        package enum Per: String, CaseIterable, Sendable {
            case group
            case client
            case everything
        }

        package init(client: String? = nil, group: String? = nil, per: Per = .group, leastDaily: Double? = nil) {
            self.client = client
            self.group = group
            self.per = per
            self.leastDaily = leastDaily
        }

        /// The one group that it names; `nil` if it can be several.
        package var only: GroupKey? {
            guard per == .group, let client, let group, !group.contains("*") else { return nil }
            return GroupKey(client: client, group: group)
        }

        package func covers(client: String) -> Bool { self.client == nil || self.client == client }

        package func covers(_ key: GroupKey) -> Bool {
            covers(client: key.client) && (group.map { Wildcard.means($0, key.group) } ?? true)
        }
    }

    package init(
        fewerThan: Int = 1, within: Duration = .hours(1), days: Set<Int> = Set(1...7), minutes: Range<Int> = 0..<1440,
        zone: TimeZoneRules? = nil, severity: Severity = .warning, reach: Reach = Reach()
    ) {
        precondition((5 * 60...7 * 86_400).contains(within.components.seconds), "a window of 5 minutes to a week")
        self.fewerThan = fewerThan
        self.within = within
        self.days = days
        self.minutes = minutes
        self.zone = zone
        self.severity = severity
        self.reach = reach
    }

    package var slots: Int { Int(within.components.seconds / 300) }

    /// `no leads in 1 hour`.
    package var words: String {
        fewerThan == 1 ? "no leads in \(within.windowWords)" : "fewer than \(fewerThan) leads in \(within.windowWords)"
    }

    /// The longest time for which it counts without a pause; longer windows never lie in it.
    package var longestHours: Duration {
        guard !days.isEmpty else { return .zero }
        guard minutes == 0..<1440 else { return .minutes(minutes.count) }
        if days.count == 7 { return .days(7) }
        // Twice around, so that Sunday and Monday stand side by side.
        var run = 0
        var longest = 0
        for day in 0..<14 {
            run = days.contains(day % 7 + 1) ? run + 1 : 0
            longest = max(longest, run)
        }
        return .days(longest)
    }

    /// Whether it counts at a moment.
    package func isArmed(_ local: LocalTime) -> Bool {
        days.contains(local.weekday) && minutes.contains(local.hour * 60 + local.minute)
    }

    /// Whether it counts in each slot of its window that ends before `slot`.
    package func isArmed(before slot: Int, _ zone: TimeZoneRules) -> Bool {
        if days.count == 7, minutes == 0..<1440 { return true }
        return stride(from: slot - slots, to: slot, by: 1).allSatisfy { isArmed(zone.local(Slots.start(of: $0))) }
    }

    /// How often it would have fired in a past of leads by slot, the last one ending before `slot`: each time counts
    /// once, from its breaking to the first window that is full enough again.
    package func firings(_ leads: [UInt32], before slot: Int, _ zone: TimeZoneRules) -> Int {
        firings(leads, before: slot) { isArmed(before: $0, zone) }
    }

    /// How often it would have fired at least in a past of which only whole hours are known, the last one ending before
    /// `slot`: fewer leads in whole hours are fewer in every part of them.
    package func firings(hours: [UInt32], before slot: Int, _ zone: TimeZoneRules) -> Int {
        firings(hours: hours, before: slot) { isArmed(before: $0, zone) }
    }

    /// The same where somebody knows whether it counts in the window that ends before a slot.
    package func firings(_ leads: [UInt32], before slot: Int, isArmed: (Int) -> Bool) -> Int {
        firings(leads, window: slots, step: 1, before: slot, isArmed)
    }

    package func firings(hours: [UInt32], before slot: Int, isArmed: (Int) -> Bool) -> Int {
        firings(
            hours, window: (slots + Slots.perHour - 1) / Slots.perHour, step: Slots.perHour, before: slot, isArmed)
    }

    private func firings(
        _ leads: [UInt32], window: Int, step: Int, before slot: Int, _ isArmed: (Int) -> Bool
    ) -> Int {
        guard leads.count >= window else { return 0 }
        var sum = leads[..<window].reduce(0) { $0 + Int($1) }
        var isFiring = false
        var count = 0
        for end in window...leads.count {
            if end > window { sum += Int(leads[end - 1]) - Int(leads[end - 1 - window]) }
            if sum >= fewerThan {
                isFiring = false
            } else if !isFiring, isArmed(slot - (leads.count - end) * step) {
                isFiring = true
                count += 1
            }
        }
        return count
    }
}

extension Duration {
    /// `1 hour`, `90 minutes`, `2 days`.
    package var windowWords: String {
        func count(_ number: Int64, _ unit: String) -> String { "\(number) \(unit)\(number == 1 ? "" : "s")" }
        let minutes = components.seconds / 60
        if minutes % 1440 == 0, minutes > 1440 { return count(minutes / 1440, "day") }
        if minutes % 60 == 0 { return count(minutes / 60, "hour") }
        return count(minutes, "minute")
    }
}
