import Glibc

/// What pages, messages and reports ask a detector.
extension VolumeDetector {
    /// How an open episode stands now: since it began so many leads were expected and so many came, both in the same
    /// slots: all in which anything could be known, those of an alert of its client or of the intake too, for what was
    /// missing then is missing.
    package struct Standing: Equatable, Sendable {
        package var expected: Double
        package var observed: Int
        /// The probability of so few by chance alone.
        package var chance: Double
        /// Ten times less probable than what is alerted at all.
        package var isFarBelow: Bool
        /// The begin that the figures are for: the episode's, or as far back as is known.
        package var since: Int
    }

    package func standing(of episode: Episode) -> Standing {
        let members = members(of: episode.scope)
        let since = max(episode.began, slot - Self.span)
        var standing = Standing(expected: 0, observed: 0, chance: episode.chance, isFarBelow: true, since: since)
        for group in members {
            let known = tracks[group].known(since..<slot)
            standing.expected += tests[group].rate * known.exposure
            standing.observed += known.came
        }
        guard case .group = episode.scope, let group = members.first else { return standing }
        let tests = tests[group]
        let threshold: Double
        let dispersion: Double
        if standing.observed == 0 {
            dispersion = tests.silenceDispersion(slots: slot - since, hourOfDay: clocks.hourOfDay(group))
            threshold = tests.silenceThreshold
        } else {
            let window = tests.windows.first { $0.slots >= slot - since } ?? tests.windows[tests.windows.count - 1]
            dispersion = window.dispersion
            threshold = window.threshold
        }
        standing.chance = NegativeBinomial(mean: standing.expected, dispersion: dispersion)
            .probability(ofAtMost: standing.observed)
        standing.isFarBelow = standing.chance < threshold / 10
        return standing
    }

    /// Since which slot leads come again in an open episode of a group, while that is not evidence enough; `nil` if
    /// they do not.
    package func recoverySince(_ episode: Episode) -> Int? {
        guard case .group = episode.scope, let group = members(of: episode.scope).first,
            tracks[group].recovery.evidence > 0
        else { return nil }
        return tracks[group].recovery.began
    }

    /// How a group's silence stands, whether or not it matters yet.
    package func silence(of group: Int) -> Standing {
        let since = max(tracks[group].silentSince, tracks[group].notBefore, slot - Self.span)
        let today = today(of: group, before: since)
        let expected = tests[group].rate * tracks[group].exposure(since, slot) * today.factor
        let dispersion = tests[group].silenceDispersion(
            slots: slot - since, hourOfDay: clocks.hourOfDay(group), days: days(group, since))
        let law = NegativeBinomial(mean: expected, dispersion: today.remaining(of: dispersion))
        return Standing(
            expected: expected, observed: 0, chance: law.probabilityOfNone, isFarBelow: false, since: since)
    }

    /// In how many days what is missing since a slot lies; of less than a day nothing is asked.
    private func days(_ group: Int, _ since: Int) -> Double {
        slot - since > Slots.perDay ? tracks[group].days(since, slot) : 1
    }

    /// What the day before a silence says, as far as it was not in an alert.
    func today(of group: Int, before slot: Int) -> VolumeTests.Today {
        let since = min(slot, max(slot - Slots.perDay, tracks[group].notBefore))
        return tests[group].today(
            expected: tests[group].rate * tracks[group].exposure(since, slot), came: tracks[group].came(since, slot))
    }

    func members(of scope: Episode.Scope) -> [Int] {
        switch scope {
        case .intake: Array(groups.indices)
        case .client(let name): groups.indices.filter { groups[$0].key.client == name }
        case .group(let key): groups.indices.filter { groups[$0].key == key }
        }
    }

    /// How many slots of silence are noticed that begin in an hour of the local week (0 is Monday from 00:00), on a
    /// week without events; `nil` if not even a week of it is.
    package func noticedSilence(of group: Int, from hourOfWeek: Int) -> Int? {
        let shape = model.groups[group].shape
        let tests = tests[group]
        var missing = 0.0
        for slots in 1...Self.span {
            let hour = (hourOfWeek + (slots - 1) / Slots.perHour) % 168
            missing += tests.rate * shape[hour] / Double(Slots.perHour)
            let law = NegativeBinomial(
                mean: missing, dispersion: tests.silenceDispersion(slots: slots, hourOfDay: hour % 24))
            // One more for the second evaluation.
            if law.probabilityOfNone < tests.silenceThreshold { return slots + 1 }
        }
        return nil
    }

    /// Leads that were or are to be expected in whole hours of UTC, by the present model.
    package func expected(of group: Int, hours: Range<Int>) -> [Double] {
        let multipliers = calendar.multipliers(
            for: groups[group], (hours.lowerBound * Slots.perHour)..<(hours.upperBound * Slots.perHour))
        let hoursOfWeek = clocks.hoursOfWeek(group, hours)
        return hoursOfWeek.indices.map { index in
            var sum = 0.0
            for slot in 0..<Slots.perHour { sum += multipliers[index * Slots.perHour + slot] }
            return tests[group].rate * model.groups[group].shape[hoursOfWeek[index]] * sum / Double(Slots.perHour)
        }
    }

    /// What came of each client during an entry of the calendar, in whole hours, and what was to be expected without
    /// it: by the level of the weeks around it and the shape of the week. Holes teach nothing, nor do alerts, unless
    /// the alert was the event itself: it began and ended with it, or people said that it was none. Empty for a pause,
    /// and where too little is known around it.
    package func lessons(of entry: CalendarEntry) -> [String: (came: Int, expected: Double)] {
        guard entry.multiplier > 0 else { return [:] }
        let hours = (slot / Slots.perHour - VolumeModel.hours)..<(slot / Slots.perHour)
        let slots = (hours.lowerBound * Slots.perHour)..<(hours.upperBound * Slots.perHour)
        let (start, end) = (Slots.slot(of: entry.start), Slots.slot(of: entry.end))
        let touched = ((start / Slots.perHour)..<max(start / Slots.perHour + 1, (end + 11) / Slots.perHour))
            .clamped(to: hours)
        let whole = ((start + 11) / Slots.perHour)..<max((start + 11) / Slots.perHour, end / Slots.perHour)
        let around = ((touched.lowerBound - Self.lessonSurroundings)..<(touched.upperBound + Self.lessonSurroundings))
            .clamped(to: hours)
        let others = calendar.filter { $0 != entry }
        var lessons: [String: (came: Int, expected: Double)] = [:]
        for group in groups.indices where entry.applies(to: groups[group]) {
            var track = tracks[group]
            let past = track.past(
                hours, multipliers: others.multipliers(for: groups[group], slots),
                hoursOfWeek: clocks.hoursOfWeek(group, hours), plannedRate: groups[group].plannedDaily / 24, client: 0,
                openSince: track.episode.map { episodes[$0].began }, withFloods: true)
            let shape = model.groups[group].shape
            let event = episodes.filter { $0.scope == .group(groups[group].key) && isEvent($0, start..<end) }
            var level = (came: 0.0, hours: 0.0)
            var lesson = (came: 0.0, hours: 0.0)
            for hour in around {
                let index = hour - hours.lowerBound
                let first = hour * Slots.perHour
                let isOfEvent = event.contains { $0.began < first + Slots.perHour && first < $0.closed ?? slot }
                let exposure =
                    (isOfEvent ? past.exposureWithAlerts[index] : past.exposure[index]) * shape[past.hourOfWeek[index]]
                guard exposure > 0 else { continue }
                if whole.contains(hour) {
                    lesson = (lesson.came + past.leads[index], lesson.hours + exposure)
                } else if !touched.contains(hour) {
                    level = (level.came + past.leads[index], level.hours + exposure)
                }
            }
            guard level.hours >= Self.leastLessonHours, lesson.hours > 0 else { continue }
            var sum = lessons[groups[group].key.client] ?? (0, 0)
            sum.came += Int(lesson.came)
            sum.expected += level.came / level.hours * lesson.hours
            lessons[groups[group].key.client] = sum
        }
        return lessons
    }

    /// Whether an alert was an event of the calendar, and no fault that fell into it.
    private func isEvent(_ episode: Episode, _ event: Range<Int>) -> Bool {
        guard episode.began < event.upperBound else { return false }
        if episode.ending == .dismissed { return true }
        return episode.began >= event.lowerBound - Slots.perDay / 2
            && (event.upperBound - Slots.perHour..<event.upperBound + Slots.perDay).contains(episode.ended ?? slot)
    }

    /// Hours before and after an event that tell what was to be expected in it, and how many of them there must be.
    private static let lessonSurroundings = 21 * 24
    private static let leastLessonHours = 96.0

    /// Leads that were to be expected of a group in some slots of the last seven days, holes left out.
    package func expected(of group: Int, slots: Range<Int>) -> Double {
        tests[group].rate * tracks[group].exposure(slots.lowerBound, slots.upperBound)
    }

    /// Leads of a group in some slots; what is older than seven days is not known any more.
    package func leads(of group: Int, _ slots: Range<Int>) -> Int { tracks[group].leads(slots) }

    /// The floods in what was learned of a group, oldest first.
    package func floods(of key: GroupKey) -> [Flood] {
        groups.firstIndex { $0.key == key }.map { tracks[$0].floods } ?? []
    }

    /// Leads a day that a group brings by the present model.
    package func dailyRate(of group: Int) -> Double { tests[group].rate * 24 }

    /// Whether the calendar says that nothing is expected of a group now.
    package func isPaused(_ group: Int) -> Bool { tracks[group].isPaused }
}
