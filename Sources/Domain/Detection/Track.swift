/// What the detector keeps of one group: its leads, what was to be expected of them, and how far a test has come.
struct Track: Sendable {
    let created: Int
    /// Evaluations in a row that were below the threshold.
    var hits = 0
    /// The open episode, by its place in the detector's list.
    var episode: Int?
    var recovery = Recovery()
    /// The slot after the last one with a lead.
    private(set) var silentSince: Int
    /// Windows do not reach back over this slot: the group's creation, the end of its last episode.
    private(set) var notBefore: Int
    private(set) var endOfLastHole: Int
    /// Whether the calendar says that nothing is expected in the last slot.
    private(set) var isPaused = false

    /// Leads in whole hours before `hoursEnd`.
    private var hours: SparseCounts
    private var hoursEnd: Int
    /// Leads in slots.
    private var slots: SparseCounts
    /// Closed alerts of the group, and of its client or the intake. They teach nothing, as long as they are exceptions.
    private var closedAlerts: [Range<Int>] = []
    private var parentAlerts: [Range<Int>] = []
    /// Episodes that have become the new level.
    private var newLevels: [Range<Int>] = []
    /// What was last taken for floods when the past was asked for, oldest first.
    private(set) var floods: [Flood] = []
    /// Slots in which nothing could be known.
    private var holes: [Range<Int>]

    /// What is to be expected, and the same without the holes and the alerts of client or intake.
    private var span = ExpectedSpan()
    private var spanWithoutHoles = ExpectedSpan()
    /// What the calendar says of the span.
    private var multipliers = ExpectedSpan()
    /// The holes and alerts that touch the span, none of which touches another.
    private var nearHoles: [Range<Int>] = []

    init(_ group: WatchedGroup, _ past: VolumeDetector.Past, at slot: Int, holes: [Range<Int>]) {
        created = Slots.slot(of: group.created)
        hoursEnd = slot / Slots.perHour
        hours = past.hours.moved(by: hoursEnd)
        slots = past.slots.moved(by: slot)
        self.holes = holes.filter { !$0.isEmpty }
        endOfLastHole = holes.map(\.upperBound).filter { $0 <= slot }.max() ?? 0
        notBefore = created
        if let last = slots.last {
            silentSince = last + 1
        } else if let last = hours.last {
            silentSince = (last + 1) * Slots.perHour
        } else {
            silentSince = created
        }
    }

    // MARK: Leads

    mutating func append(_ leads: UInt32, slot: Int) {
        slots.append(leads, at: slot)
        if leads > 0 { silentSince = slot + 1 }
        let isHole = holes.contains { $0.contains(slot) }
        if isHole { endOfLastHole = slot + 1 }
        isPaused = !isHole && multipliers.worth(of: slot) == 0
    }

    func leads(_ range: Range<Int>) -> Int { slots.sum(range) }

    func firstLead(from slot: Int, before end: Int) -> Int? { slots.first(in: slot..<max(end, slot)) }

    /// What was expected in some slots, in hours of shape 1. Slots before the span count nothing.
    @inline(__always)
    func exposure(_ from: Int, _ to: Int) -> Double { spanWithoutHoles.sum(from, to) }

    /// In how many days lies what was expected in some slots (`ExpectedSpan.days`).
    func days(_ from: Int, _ to: Int) -> Double { spanWithoutHoles.days(from, to) }

    /// Leads in some slots, without holes.
    @inline(__always)
    func came(_ from: Int, _ to: Int) -> Int {
        let range = max(from, span.start)..<max(to, from, span.start)
        var sum = slots.sum(range)
        for hole in nearHoles where hole.overlaps(range) { sum -= slots.sum(hole.clamped(to: range)) }
        return sum
    }

    /// What was expected in some slots, in hours of shape 1, and what came in the same slots: all but those in which
    /// nothing could be known. Slots before the span count nothing.
    func known(_ range: Range<Int>) -> (exposure: Double, came: Int) {
        var sums = (exposure: 0.0, came: 0)
        for slot in range.clamped(to: span.start..<span.end) where !holes.contains(where: { $0.contains(slot) }) {
            sums.exposure += span.worth(of: slot)
            sums.came += Int(slots[slot])
        }
        return sums
    }

    // MARK: Holes and alerts

    /// From now on nothing is expected in these slots, and nothing is learned from their hours.
    mutating func addParentAlert(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        parentAlerts.append(range)
        endOfLastHole = max(endOfLastHole, range.upperBound)
        cutHoles()
    }

    /// A closed episode: windows begin after it, and its hours teach nothing unless they are the new level.
    mutating func forget(_ episode: Episode) {
        guard let closed = episode.closed else { return }
        notBefore = max(notBefore, closed)
        guard episode.began < closed else { return }
        if episode.ending == .newNormal {
            newLevels.append(episode.began..<closed)
        } else {
            closedAlerts.append(episode.began..<closed)
        }
    }

    // MARK: Learning

    /// The past as the model wants it, for hours that end where the slots do. `withFloods`: also of days with far more
    /// leads than usual, which is what a sale is that is asked what it was worth.
    mutating func past(
        _ range: Range<Int>, multipliers: [Double], hoursOfWeek: [Int], plannedRate: Double, client: Int,
        openSince: Int?, withFloods: Bool = false
    ) -> GroupPast {
        closeHours(at: range.upperBound)
        var leads = [Double](repeating: 0, count: range.count)
        var exposure = leads
        hours.forEach(in: range) { leads[$0 - range.lowerBound] = Double($1) }
        for hour in range {
            let index = hour - range.lowerBound
            guard hour * Slots.perHour >= created else { continue }
            var sum = 0.0
            for slot in 0..<Slots.perHour { sum += multipliers[index * Slots.perHour + slot] }
            exposure[index] = sum / Double(Slots.perHour)
        }
        func clear(_ ranges: [Range<Int>], _ exposure: inout [Double]) {
            for slots in ranges {
                for hour in Self.hours(of: slots).clamped(to: range) { exposure[hour - range.lowerBound] = 0 }
            }
        }
        clear(holes, &exposure)
        if !withFloods { clearFloods(leads, &exposure, hoursOfWeek, firstHour: range.lowerBound) }
        let withAlerts = exposure
        clear(exceptions(range, hoursOfWeek), &exposure)
        // Nor does an open alert teach anything: it would become the new level by itself.
        if let openSince { clear([openSince..<max(openSince, range.upperBound * Slots.perHour)], &exposure) }
        for level in newLevels { Self.relevel(level, leads, &exposure, firstHour: range.lowerBound) }
        return GroupPast(
            leads: leads, exposure: exposure, exposureWithAlerts: withAlerts, hourOfWeek: hoursOfWeek,
            plannedRate: plannedRate, client: client, quarters: quarters(before: range.upperBound, hoursOfWeek))
    }

    /// Leads by quarter of an hour in the last week, as `QuarterHours` wants them.
    private func quarters(before end: Int, _ hoursOfWeek: [Int]) -> [Double] {
        var sums = [Double](repeating: 0, count: QuarterHours.count)
        let last = end * Slots.perHour
        slots.forEach(in: last - VolumeDetector.span..<last) { slot, count in
            let (hour, part) = slot.quotientAndRemainder(dividingBy: Slots.perHour)
            sums[WeekShape.kinds[hoursOfWeek[hoursOfWeek.count - (end - hour)]] * 4 + part / 3] += Double(count)
        }
        return sums
    }

    /// The whole hours that some slots touch.
    private static func hours(of slots: Range<Int>) -> Range<Int> {
        let first = slots.lowerBound / Slots.perHour
        return first..<max(first, (slots.upperBound + Slots.perHour - 1) / Slots.perHour)
    }

    /// Nothing is learned from days on which far more came than usual.
    private mutating func clearFloods(
        _ leads: [Double], _ exposure: inout [Double], _ hoursOfWeek: [Int], firstHour: Int
    ) {
        floods = []
        let days = Self.floods(leads, exposure, hoursOfWeek)
        guard !days.isEmpty else { return }
        for day in days {
            for hour in (day * 24)..<(day * 24 + 24) { exposure[hour] = 0 }
        }
        // Where it began and ended, in days that are none as a whole.
        let peaks = Floods.days(
            leads: leads, exposure: exposure, kinds: hoursOfWeek.map { WeekShape.coarseKinds[$0] })
        let beside = Set(days.flatMap { [$0 - 1, $0 + 1] })
        for hour in peaks where beside.contains(hour / 24) { exposure[hour] = 0 }
        let others = exposure.indices.reduce(into: (leads: 0.0, hours: 0.0)) { sums, hour in
            if exposure[hour] > 0 { sums = (sums.leads + leads[hour], sums.hours + 1) }
        }
        for day in days {
            let came = leads[(day * 24)..<(day * 24 + 24)].reduce(0, +)
            let factor = came / max(1, 24 * others.leads / max(1, others.hours))
            let first = firstHour * Slots.perHour + day * Slots.perDay
            if let last = floods.last, last.slots.upperBound == first {
                floods[floods.count - 1].slots = last.slots.lowerBound..<(first + Slots.perDay)
                floods[floods.count - 1].factor = max(last.factor, factor)
            } else {
                floods.append(Flood(slots: first..<(first + Slots.perDay), factor: factor))
            }
        }
    }

    /// The floods in whole days of 24 hours, by their number.
    private static func floods(_ leads: [Double], _ exposure: [Double], _ hoursOfWeek: [Int]) -> [Int] {
        let days = 0..<(leads.count / 24)
        func sums(_ values: [Double]) -> [Double] {
            days.map { day in (day * 24..<day * 24 + 24).reduce(0) { exposure[$1] > 0 ? $0 + values[$1] : $0 } }
        }
        return Floods.days(
            leads: sums(leads), exposure: sums(exposure).map { $0 / 24 },
            kinds: days.map { WeekShape.kinds[hoursOfWeek[$0 * 24 + 12]] / 24 })
    }

    /// Closed alerts without those that come again and again at the same hours: by them the model is wrong, and it has
    /// to learn.
    private func exceptions(_ range: Range<Int>, _ hoursOfWeek: [Int]) -> [Range<Int>] {
        let alerts = closedAlerts + parentAlerts
        guard alerts.count >= Self.leastRecurrences else { return alerts }
        // Working days and weekends, by hour: on how many of the last days it lay in an alert, and in how many alerts.
        let recent = max(range.lowerBound, range.upperBound - Self.recurrenceDays * 24)..<range.upperBound
        var hours = [Int](repeating: 0, count: 48)
        var cut = hours
        var times = hours
        func kind(_ hour: Int) -> Int { WeekShape.coarseKinds[hoursOfWeek[hour - range.lowerBound]] }
        for hour in recent { hours[kind(hour)] += 1 }
        var isCut = [Bool](repeating: false, count: recent.count)
        for alert in alerts {
            var kinds: Set<Int> = []
            for hour in Self.hours(of: alert).clamped(to: recent) {
                isCut[hour - recent.lowerBound] = true
                kinds.insert(kind(hour))
            }
            for kind in kinds { times[kind] += 1 }
        }
        for hour in recent where isCut[hour - recent.lowerBound] { cut[kind(hour)] += 1 }
        let isUsual = (0..<48).map { times[$0] >= Self.leastRecurrences && cut[$0] * 5 > hours[$0] * 2 }
        guard isUsual.contains(true) else { return alerts }
        return alerts.flatMap { alert in
            Self.hours(of: alert).clamped(to: range).filter { !isUsual[kind($0)] }
                .map { $0 * Slots.perHour..<($0 + 1) * Slots.perHour }
        }
    }

    /// So many alerts at the same hour, on more than two fifths of the working days or weekends of so many days.
    private static let leastRecurrences = 3
    private static let recurrenceDays = 28

    /// What came before a new level is counted as if it had been at that level, so that the shape of the week is not
    /// lost: its hours weigh as much more as the level has fallen.
    private static func relevel(_ level: Range<Int>, _ leads: [Double], _ exposure: inout [Double], firstHour: Int) {
        let begin = level.lowerBound / Slots.perHour - firstHour
        let end = min(level.upperBound / Slots.perHour - firstHour, leads.count)
        guard begin > 0, begin < end else { return }
        func sums(_ hours: Range<Int>) -> (leads: Double, exposure: Double) {
            hours.reduce((0, 0)) { exposure[$1] > 0 ? ($0.0 + leads[$1], $0.1 + exposure[$1]) : $0 }
        }
        let (before, since) = (sums(0..<begin), sums(begin..<end))
        guard before.leads > 0, since.exposure > 0 else { return }
        let share = max(leastShare, since.leads / since.exposure / (before.leads / before.exposure))
        for hour in 0..<begin { exposure[hour] /= share }
    }

    /// Where nothing comes any more, next to nothing is expected.
    private static let leastShare = 0.001

    /// Moves what was handed in since into hours, and forgets what is older than anybody looks.
    private mutating func closeHours(at end: Int) {
        while hoursEnd < end {
            let first = hoursEnd * Slots.perHour
            hours.append(UInt32(slots.sum(first..<(first + Slots.perHour))), at: hoursEnd)
            hoursEnd += 1
        }
        hours.forget(before: end - VolumeModel.hours)
        slots.forget(before: end * Slots.perHour - VolumeDetector.span - Slots.perDay * 4)
        let start = (end - VolumeModel.hours) * Slots.perHour
        holes.removeAll { $0.upperBound <= start }
        closedAlerts.removeAll { $0.upperBound <= start }
        parentAlerts.removeAll { $0.upperBound <= start }
        newLevels.removeAll { $0.upperBound <= start }
    }

    /// What is to be expected in a span that ends a day after `slot`.
    mutating func expect(
        _ span: Range<Int>, shape: [Double], quarters: QuarterHours, hoursOfWeek: [Int], multipliers: [Double],
        at slot: Int
    ) {
        var worth = multipliers
        for index in worth.indices {
            let hourOfWeek = hoursOfWeek[index / Slots.perHour]
            let part = quarters[hourOfWeek, index % Slots.perHour / 3]
            worth[index] *= shape[hourOfWeek] * part / Double(Slots.perHour)
        }
        self.span = ExpectedSpan(from: span.lowerBound, worth)
        self.multipliers = ExpectedSpan(from: span.lowerBound, multipliers)
        cutHoles()
        isPaused = multipliers[slot - 1 - span.lowerBound] == 0
    }

    /// Takes the holes, and the alerts of client and intake, out of the span.
    private mutating func cutHoles() {
        nearHoles = []
        let holes = holes + parentAlerts
        for hole in holes.filter({ $0.upperBound > span.start }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = nearHoles.last, last.upperBound >= hole.lowerBound {
                nearHoles[nearHoles.count - 1] = last.lowerBound..<max(last.upperBound, hole.upperBound)
            } else {
                nearHoles.append(hole)
            }
        }
        spanWithoutHoles = span.without(nearHoles)
    }
}

/// The evidence that an episode has ended.
struct Recovery: Equatable, Sendable {
    private(set) var evidence = 0.0
    /// The slot of the first lead of the recovery.
    private(set) var began = 0

    mutating func add(_ step: Double, slot: Int) {
        if evidence == 0 { began = slot }
        evidence = max(0, evidence + step)
    }
}

/// The hours of the week by the clock of each group, for whole hours of UTC; each zone's are worked out once.
struct Clocks: Sendable {
    private let zoneOfGroup: [Int]
    private var zones: [TimeZoneRules] = []
    private var hoursOfDay: [Int] = []

    init(_ zoneOfGroup: [TimeZoneRules]) {
        var known: [TimeZoneRules] = []
        var indices: [String: Int] = [:]
        self.zoneOfGroup = zoneOfGroup.map { zone in
            if let index = indices[zone.name] { return index }
            indices[zone.name] = known.count
            known.append(zone)
            return known.count - 1
        }
        zones = known
    }

    func hoursOfWeek(_ group: Int, _ hours: Range<Int>) -> [Int] {
        let zone = zones[zoneOfGroup[group]]
        return hours.map { zone.hourOfWeek(Slots.start(of: $0 * Slots.perHour)) }
    }

    /// The number of a group's zone; groups of one number have the same clock.
    func zone(of group: Int) -> Int { zoneOfGroup[group] }

    /// Sets all clocks to the hour that a slot is in.
    mutating func set(to slot: Int) {
        let hour = Slots.start(of: slot - slot.modulo(Slots.perHour))
        hoursOfDay = zones.map { $0.hourOfWeek(hour) % 24 }
    }

    func hourOfDay(_ group: Int) -> Int { hoursOfDay[zoneOfGroup[group]] }
}
