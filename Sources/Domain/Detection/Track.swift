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

    /// Leads in whole hours, the last one ending at `hoursEnd`.
    private var hours: [UInt32]
    private var hoursEnd: Int
    /// Leads in slots from `firstSlot`.
    private var slots: [UInt32]
    private var firstSlot: Int
    /// Closed alerts of the group, and of its client or the intake. They teach nothing, as long as they are exceptions.
    private var closedAlerts: [Range<Int>] = []
    private var parentAlerts: [Range<Int>] = []
    /// Episodes that have become the new level.
    private var newLevels: [Range<Int>] = []
    /// Slots in which nothing could be known.
    private var holes: [Range<Int>]

    /// Sums of what was expected (in hours of shape 1) and of what came, from `spanStart` on: the n-th is of the n slots from there.
    private var spanStart = 0
    private var spanShape: [Double] = []
    private var multipliers: [Double] = []
    private var expectedSums: [Double] = []
    private var cameSums: [UInt32] = []

    init(_ group: WatchedGroup, _ past: VolumeDetector.Past, at slot: Int, holes: [Range<Int>]) {
        created = Slots.slot(of: group.created)
        hours = past.hours
        hoursEnd = slot / Slots.perHour
        slots = past.slots
        firstSlot = slot - past.slots.count
        self.holes = holes.filter { !$0.isEmpty }
        endOfLastHole = holes.map(\.upperBound).filter { $0 <= slot }.max() ?? 0
        notBefore = created
        if let last = slots.lastIndex(where: { $0 > 0 }) {
            silentSince = firstSlot + last + 1
        } else if let last = hours.lastIndex(where: { $0 > 0 }) {
            silentSince = (hoursEnd - hours.count + last + 1) * Slots.perHour
        } else {
            silentSince = created
        }
    }

    // MARK: Leads

    mutating func append(_ leads: UInt32, slot: Int) {
        slots.append(leads)
        if leads > 0 { silentSince = slot + 1 }
        let isHole = holes.contains { $0.contains(slot) }
        if isHole { endOfLastHole = slot + 1 }
        cameSums.append(cameSums[cameSums.count - 1] + (isHole ? 0 : leads))
        isPaused = multipliers[slot - spanStart] == 0 && !isHole
    }

    func leads(_ range: Range<Int>) -> Int {
        var sum = 0
        for slot in range where slot >= firstSlot { sum += Int(slots[slot - firstSlot]) }
        return sum
    }

    func firstLead(from slot: Int, before end: Int) -> Int? {
        (max(slot, firstSlot)..<max(end, firstSlot)).first { slots[$0 - firstSlot] > 0 }
    }

    /// What was expected in some slots, in hours of shape 1. Slots before the span count nothing.
    @inline(__always)
    func exposure(_ from: Int, _ to: Int) -> Double {
        expectedSums[to - spanStart] - expectedSums[min(max(from, spanStart), to) - spanStart]
    }

    /// Leads in some slots, without holes.
    @inline(__always)
    func came(_ from: Int, _ to: Int) -> Int {
        Int(cameSums[to - spanStart] - cameSums[min(max(from, spanStart), to) - spanStart])
    }

    /// What was expected in some slots, in hours of shape 1, and what came in the same slots: all but those in which nothing could be
    /// known. Slots before the span count nothing.
    func known(_ range: Range<Int>) -> (exposure: Double, came: Int) {
        var sums = (exposure: 0.0, came: 0)
        let end = min(range.upperBound, spanStart + spanShape.count)
        for slot in max(range.lowerBound, spanStart)..<max(range.lowerBound, spanStart, end)
        where !holes.contains(where: { $0.contains(slot) }) {
            sums.exposure += spanShape[slot - spanStart]
            if slot >= firstSlot { sums.came += Int(slots[slot - firstSlot]) }
        }
        return sums
    }

    // MARK: Holes and alerts

    /// From now on nothing is expected in these slots, and nothing is learned from their hours.
    mutating func addParentAlert(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        parentAlerts.append(range)
        endOfLastHole = max(endOfLastHole, range.upperBound)
        if !cameSums.isEmpty { sum(upTo: spanStart + cameSums.count - 1) }
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

    /// The past as the model wants it, for hours that end where the slots do. `withFloods`: also of days with far more leads than usual,
    /// which is what a sale is that is asked what it was worth.
    mutating func past(
        _ range: Range<Int>, multipliers: [Double], hoursOfWeek: [Int], plannedRate: Double, client: Int,
        openSince: Int?, withFloods: Bool = false
    ) -> GroupPast {
        closeHours(at: range.upperBound)
        var leads = [Double](repeating: 0, count: range.count)
        var exposure = leads
        for hour in range {
            let index = hour - range.lowerBound
            let known = hour - (hoursEnd - hours.count)
            if known >= 0 { leads[index] = Double(hours[known]) }
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
        if !withFloods { clearFloods(leads, &exposure, hoursOfWeek) }
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
        let first = end - VolumeDetector.span / Slots.perHour
        for hour in first..<end {
            let kind = WeekShape.kinds[hoursOfWeek[hoursOfWeek.count - (end - hour)]]
            for slot in 0..<Slots.perHour where hour * Slots.perHour + slot >= firstSlot {
                sums[kind * 4 + slot / 3] += Double(slots[hour * Slots.perHour + slot - firstSlot])
            }
        }
        return sums
    }

    /// Nothing is learned from days on which far more came than usual.
    private func clearFloods(_ leads: [Double], _ exposure: inout [Double], _ hoursOfWeek: [Int]) {
        for day in Self.floods(leads, exposure, hoursOfWeek) {
            for hour in (day * 24)..<(day * 24 + 24) { exposure[hour] = 0 }
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
            kinds: days.map { max(0, hoursOfWeek[$0 * 24 + 12] / 24 - 4) })
    }

    /// Closed alerts without those that come again and again at the same hours: by them the model is wrong, and it has to learn.
    private func exceptions(_ range: Range<Int>, _ hoursOfWeek: [Int]) -> [Range<Int>] {
        let alerts = closedAlerts + parentAlerts
        guard alerts.count >= Self.leastRecurrences else { return alerts }
        // Working days and weekends, by hour: on how many of the last days it lay in an alert, and in how many alerts.
        let recent = max(range.lowerBound, range.upperBound - Self.recurrenceDays * 24)..<range.upperBound
        var hours = [Int](repeating: 0, count: 48)
        var cut = hours
        var times = hours
        func kind(_ hour: Int) -> Int {
            let hourOfWeek = hoursOfWeek[hour - range.lowerBound]
            return hourOfWeek % 24 + (hourOfWeek / 24 < 5 ? 0 : 24)
        }
        for hour in recent { hours[kind(hour)] += 1 }
        var isCut = [Bool](repeating: false, count: recent.count)
        for alert in alerts {
            var kinds: Set<Int> = []
            let first = alert.lowerBound / Slots.perHour
            let last = (alert.upperBound + Slots.perHour - 1) / Slots.perHour
            for hour in (first..<max(first, last)).clamped(to: recent) {
                isCut[hour - recent.lowerBound] = true
                kinds.insert(kind(hour))
            }
            for kind in kinds { times[kind] += 1 }
        }
        for hour in recent where isCut[hour - recent.lowerBound] { cut[kind(hour)] += 1 }
        let isUsual = (0..<48).map { times[$0] >= Self.leastRecurrences && cut[$0] * 5 > hours[$0] * 2 }
        guard isUsual.contains(true) else { return alerts }
        return alerts.flatMap { alert in
            let first = alert.lowerBound / Slots.perHour
            let last = (alert.upperBound + Slots.perHour - 1) / Slots.perHour
            return (first..<max(first, last)).clamped(to: range).filter { !isUsual[kind($0)] }
                .map { $0 * Slots.perHour..<($0 + 1) * Slots.perHour }
        }
    }

    /// So many alerts at the same hour, on more than two fifths of the working days or weekends of so many days.
    private static let leastRecurrences = 3
    private static let recurrenceDays = 28

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
            let first = hoursEnd * Slots.perHour - firstSlot
            hours.append(slots[first..<(first + Slots.perHour)].reduce(0, +))
            hoursEnd += 1
        }
        if hours.count > VolumeModel.hours { hours.removeFirst(hours.count - VolumeModel.hours) }
        let oldest = end * Slots.perHour - VolumeDetector.span - Slots.perDay * 4
        if firstSlot < oldest {
            slots.removeFirst(oldest - firstSlot)
            firstSlot = oldest
        }
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
        spanStart = span.lowerBound
        spanShape = multipliers
        self.multipliers = multipliers
        for index in spanShape.indices {
            let hourOfWeek = hoursOfWeek[index / Slots.perHour]
            let part = quarters[hourOfWeek, index % Slots.perHour / 3]
            spanShape[index] *= shape[hourOfWeek] * part / Double(Slots.perHour)
        }
        sum(upTo: slot)
        isPaused = multipliers[slot - 1 - spanStart] == 0
    }

    private mutating func sum(upTo end: Int) {
        expectedSums = [0]
        expectedSums.reserveCapacity(spanShape.count + 1)
        cameSums = [0]
        cameSums.reserveCapacity(spanShape.count + 1)
        let near = (holes + parentAlerts).filter { $0.upperBound > spanStart }
        var expected = 0.0
        var came: UInt32 = 0
        for index in spanShape.indices {
            let slot = spanStart + index
            let isHole = !near.isEmpty && near.contains { $0.contains(slot) }
            if !isHole { expected += spanShape[index] }
            expectedSums.append(expected)
            guard slot < end else { continue }
            if !isHole, slot >= firstSlot { came += slots[slot - firstSlot] }
            cameSums.append(came)
        }
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

    /// Sets all clocks to the hour that a slot is in.
    mutating func set(to slot: Int) {
        let hour = Slots.start(of: slot - slot.modulo(Slots.perHour))
        hoursOfDay = zones.map { $0.hourOfWeek(hour) % 24 }
    }

    func hourOfDay(_ group: Int) -> Int { hoursOfDay[zoneOfGroup[group]] }
}
