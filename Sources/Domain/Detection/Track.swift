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
    /// Slots that teach nothing, and among them those in which no lead was expected.
    private var closedAlerts: [Range<Int>] = []
    /// Episodes that have become the new level.
    private var newLevels: [Range<Int>] = []
    private var holes: [Range<Int>]

    /// What is to be expected, and the same without the holes.
    private var span = ExpectedSpan()
    private var spanWithoutHoles = ExpectedSpan()
    /// The holes that touch the span, none of which touches another.
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
        isPaused = !isHole && span.worth(of: slot) == 0
    }

    func leads(_ range: Range<Int>) -> Int { slots.sum(range) }

    func firstLead(from slot: Int, before end: Int) -> Int? { slots.first(in: slot..<max(end, slot)) }

    /// What was expected in some slots, in hours of shape 1. Slots before the span count nothing.
    @inline(__always)
    func exposure(_ from: Int, _ to: Int) -> Double { spanWithoutHoles.sum(from, to) }

    /// Leads in some slots, without holes.
    @inline(__always)
    func came(_ from: Int, _ to: Int) -> Int {
        let range = max(from, span.start)..<max(to, from, span.start)
        var sum = slots.sum(range)
        for hole in nearHoles where hole.overlaps(range) { sum -= slots.sum(hole.clamped(to: range)) }
        return sum
    }

    // MARK: Holes and alerts

    /// From now on nothing is expected in these slots, and nothing is learned from their hours.
    mutating func addHole(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        holes.append(range)
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

    /// The past as the model wants it, for hours that end where the slots do.
    mutating func past(
        _ range: Range<Int>, multipliers: [Double], hoursOfWeek: [Int], plannedRate: Double, client: Int,
        openSince: Int?
    ) -> GroupPast {
        closeHours(at: range.upperBound)
        var leads = [Double](repeating: 0, count: range.count)
        var exposure = leads
        for hour in range {
            let index = hour - range.lowerBound
            leads[index] = Double(hours[hour])
            guard hour * Slots.perHour >= created else { continue }
            var sum = 0.0
            for slot in 0..<Slots.perHour { sum += multipliers[index * Slots.perHour + slot] }
            exposure[index] = sum / Double(Slots.perHour)
        }
        func clear(_ ranges: [Range<Int>], _ exposure: inout [Double]) {
            for slots in ranges {
                let first = slots.lowerBound / Slots.perHour
                let last = (slots.upperBound + Slots.perHour - 1) / Slots.perHour
                for hour in (first..<max(first, last)).clamped(to: range) { exposure[hour - range.lowerBound] = 0 }
            }
        }
        clear(holes, &exposure)
        let withAlerts = exposure
        clear(closedAlerts, &exposure)
        // Nor does an open alert teach anything: it would become the new level by itself.
        if let openSince { clear([openSince..<max(openSince, range.upperBound * Slots.perHour)], &exposure) }
        for level in newLevels { Self.relevel(level, leads, &exposure, firstHour: range.lowerBound) }
        return GroupPast(
            leads: leads, exposure: exposure, exposureWithAlerts: withAlerts, hourOfWeek: hoursOfWeek,
            plannedRate: plannedRate, client: client)
    }

    /// What came before a new level is counted as if it had been at that level, so that the shape of the week is not lost: its hours
    /// weigh as much more as the level has fallen.
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
        newLevels.removeAll { $0.upperBound <= start }
    }

    /// What is to be expected in a span that ends a day after `slot`.
    mutating func expect(
        _ span: Range<Int>, shape: [Double], hoursOfWeek: [Int], multipliers: [Double], at slot: Int
    ) {
        var worth = multipliers
        for index in worth.indices {
            worth[index] *= shape[hoursOfWeek[index / Slots.perHour]] / Double(Slots.perHour)
        }
        self.span = ExpectedSpan(from: span.lowerBound, worth)
        cutHoles()
        isPaused = multipliers[slot - 1 - span.lowerBound] == 0
    }

    /// Takes the holes out of the span.
    private mutating func cutHoles() {
        nearHoles = []
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
