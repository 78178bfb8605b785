import Glibc

/// What pages, messages and reports ask a detector.
extension VolumeDetector {
    /// How an open episode stands now: since it began so many leads were expected and so many came.
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
            standing.expected += tests[group].rate * tracks[group].exposure(since, slot)
            standing.observed += tracks[group].leads(since..<slot)
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

    /// Since which slot leads come again in an open episode of a group, while that is not evidence enough; `nil` if they do not.
    package func recoverySince(_ episode: Episode) -> Int? {
        guard case .group = episode.scope, let group = members(of: episode.scope).first,
            tracks[group].recovery.evidence > 0
        else { return nil }
        return tracks[group].recovery.began
    }

    /// How a group's silence stands, whether or not it matters yet.
    package func silence(of group: Int) -> Standing {
        let since = max(tracks[group].silentSince, tracks[group].notBefore, slot - Self.span)
        let expected = tests[group].rate * tracks[group].exposure(since, slot)
        let law = NegativeBinomial(
            mean: expected,
            dispersion: tests[group].silenceDispersion(slots: slot - since, hourOfDay: clocks.hourOfDay(group)))
        return Standing(
            expected: expected, observed: 0, chance: law.probabilityOfNone, isFarBelow: false, since: since)
    }

    private func members(of scope: Episode.Scope) -> [Int] {
        switch scope {
        case .intake: Array(groups.indices)
        case .client(let name): groups.indices.filter { groups[$0].key.client == name }
        case .group(let key): groups.indices.filter { groups[$0].key == key }
        }
    }

    /// How many slots of silence are noticed that begin in an hour of the local week (0 is Monday from 00:00), on a week without
    /// events; `nil` if not even a week of it is.
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

    /// Leads of a group in some slots; what is older than seven days is not known any more.
    package func leads(of group: Int, _ slots: Range<Int>) -> Int { tracks[group].leads(slots) }

    /// Leads a day that a group brings by the present model.
    package func dailyRate(of group: Int) -> Double { tests[group].rate * 24 }

    /// Whether the calendar says that nothing is expected of a group now.
    package func isPaused(_ group: Int) -> Bool { tracks[group].isPaused }
}
