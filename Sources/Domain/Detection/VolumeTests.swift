import Glibc

/// The tests that a group's leads are put to, for one day: made from its model.
///
/// Both kinds ask how probable so few leads are. The budget of false alarms is split between silence (each lead begins
/// a gap, so that a gap may be so improbable as budget ÷ leads a month) and windows (a window of W hours is asked 720 ÷
/// W independent times a month). Windows in which even no lead at all would not be improbable enough take no share.
struct VolumeTests: Sendable {
    var windows: [Window] = []
    /// The probability below which a silence is alerted.
    let silenceThreshold: Double
    /// Leads an hour of shape 1.
    let rate: Double
    /// How much whole days differ from what is expected of them: learned, and what is not known of level and drift.
    private let dayDispersion: Double

    struct Window: Sendable {
        var slots: Int
        var rate: Double
        var dispersion: Double
        var eveningDispersion: Double
        /// The part of the dispersion that is by whole days, of a window of one day.
        var ownDay: Double
        /// The probability below which it is alerted; 0 if it never is.
        var threshold: Double
        /// The largest share of what was expected that is worth an alert.
        var largestShare: Double
    }

    // MARK: Constants

    static let hours: [Double] = [1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 36, 48, 72, 120, 168]
    /// Of the budget, for silence; and what the silence test could spend more than it is given, for it realises a third
    /// of what it is asked for.
    private static let silenceShare = 0.4
    private static let silenceSlack = 2.0
    /// Overlapping windows of all lengths ask less often than as many independent ones.
    private static let windowSlack = 1.2
    /// Real counts have a heavier tail than the law: below the usual budget less is asked for than is given.
    private static let tailExponent = 0.25
    /// How the windows' share grows with their length.
    private static let lengthExponent = -0.05
    /// In silence the dispersion of the whole window says too much: only its low side counts.
    static let silenceDispersion = 0.8
    private static let mostPerTest = 0.05
    private static let month = 720.0
    /// The level wanders by so much a day, and what is known of it is as old as this part of its half-life.
    private static let driftPerDay = 0.02
    private static let lag = 5.0 / 12
    /// Dispersion of 72 and 168 hours, in parts of that of 24 hours.
    private static let longDispersion = [1.0, 0.55, 0.30]
    private static let longHours = [24.0, 72, 168]
    private static let leastDayDispersion = 0.004
    /// Longer windows are not an evening's.
    static let longestEvening = 12.0

    // MARK: Making

    init(_ model: GroupModel, budget: Double) {
        rate = model.rate
        dayDispersion = max(
            Self.leastDayDispersion,
            model.dispersion.anytime[4] + 1 / model.levels[0].evidence
                + Self.lag * model.halfLife * Self.driftPerDay * Self.driftPerDay)
        let budget = budget * pow(min(1, budget / WatchedGroup.defaultBudget), Self.tailExponent)
        let leadsPerMonth = max(rate * Self.month, 10)
        silenceThreshold = budget * Self.silenceShare * Self.silenceSlack / leadsPerMonth
        let share = budget * (1 - Self.silenceShare)
        var shares = 0.0
        for hours in Self.hours {
            let gap = hours <= 24 ? 0 : hours <= 72 ? 1 : 2
            let level = model.levels[gap]
            let dispersion = Self.dispersion(model, hours: hours, gap: gap)
            let evening =
                hours <= Self.longestEvening ? dispersion + Self.eveningExcess(model, hours: hours) : dispersion
            windows.append(
                Window(
                    slots: Int(hours * 12), rate: level.rate, dispersion: dispersion, eveningDispersion: evening,
                    ownDay: model.dispersion.anytime[4],
                    threshold: 0, largestShare: min(0.72, 0.5 + 0.065 * log(hours) / log(3) * 0.75)))
        }
        // Who can speak at all: by the probability of nothing in its busier times, were the budget shared by all.
        let all = Self.hours.reduce(0) { $0 + pow($1, Self.lengthExponent) }
        func threshold(_ hours: Double, of shares: Double) -> Double {
            min(
                Self.mostPerTest, share * pow(hours, 1 + Self.lengthExponent) / (Self.month * shares) * Self.windowSlack
            )
        }
        let speaks = zip(Self.hours, windows).map { hours, window in
            NegativeBinomial(mean: window.rate * hours * 1.3, dispersion: window.dispersion).probabilityOfNone
                < threshold(hours, of: all)
        }
        for (hours, speaks) in zip(Self.hours, speaks) where speaks { shares += pow(hours, Self.lengthExponent) }
        for index in windows.indices where speaks[index] {
            windows[index].threshold = threshold(Self.hours[index], of: max(shares, 2))
        }
    }

    /// α of the window, and what is not known of level, shape and drift.
    private static func dispersion(_ model: GroupModel, hours: Double, gap: Int) -> Double {
        let level = model.levels[gap]
        let gapHours = Double(VolumeModel.gaps[gap])
        let shape = hours < 24 ? 1 / (10 + level.rate * hours * model.weeks) : 0
        let drift = driftPerDay * driftPerDay * ((gapHours + hours / 2) / 24 + lag * model.halfLife)
        return ownDispersion(model.dispersion.anytime, hours: hours) + 1 / level.evidence + shape + drift
    }

    private static func ownDispersion(_ scales: [Double], hours: Double) -> Double {
        if hours >= 24 {
            return scales[4] * interpolated(longHours, longDispersion, at: hours)
        }
        return interpolated(VolumeModel.scales.map(Double.init), scales, at: hours)
    }

    /// The dispersion of a window, given in how many days what was expected in it lies: the good and the bad days of a
    /// week balance each other, but of three days of which two were a weekend there is only one.
    static func dispersion(_ window: Window, isEvening: Bool, days: Double) -> Double {
        let hours = Slots.hours(window.slots)
        let dispersion = isEvening ? window.eveningDispersion : window.dispersion
        guard hours > longHours[0], days * 24 < hours else { return dispersion }
        let part = interpolated(longHours, longDispersion, at: max(days * 24, longHours[0]))
        return dispersion + window.ownDay * (part - interpolated(longHours, longDispersion, at: hours))
    }

    /// The probability below which a window is alerted, given in how many days what was expected in it lies: two days
    /// of which one was a Sunday ask no more than one day does, and may not be answered more easily.
    static func threshold(_ window: Window, days: Double) -> Double {
        let hours = Slots.hours(window.slots)
        return hours > longHours[0] ? window.threshold * min(1, days * 24 / hours) : window.threshold
    }

    private static func eveningExcess(_ model: GroupModel, hours: Double) -> Double {
        let evening = interpolated([1, 3], model.dispersion.evening, at: hours)
        return max(0, evening - ownDispersion(model.dispersion.anytime, hours: hours))
    }

    /// Linear over the logarithm of the length.
    private static func interpolated(_ lengths: [Double], _ values: [Double], at length: Double) -> Double {
        var index = 0
        while index < lengths.count - 2, lengths[index + 1] < length { index += 1 }
        let part = (log(length) - log(lengths[index])) / (log(lengths[index + 1]) - log(lengths[index]))
        return values[index] + max(0, min(1, part)) * (values[index + 1] - values[index])
    }

    // MARK: Silence

    /// The dispersion of a silence that has lasted so many slots: that of the smallest window not shorter.
    func silenceDispersion(slots: Int, hourOfDay: Int, days: Double = .infinity) -> Double {
        let slots = max(slots, 6)
        var index = 0
        while index < windows.count - 1, windows[index].slots < slots { index += 1 }
        let isEvening = Self.isEvening(hours: Slots.hours(slots), hourOfDay: hourOfDay)
        return Self.silenceDispersion * Self.dispersion(windows[index], isEvening: isEvening, days: days)
    }

    /// Whether a time that ends in an hour of the day touches the evening.
    static func isEvening(hours: Double, hourOfDay: Int) -> Bool {
        hourOfDay >= VolumeModel.eveningHour || Double(hourOfDay + 1) < hours
    }

    // MARK: Today

    /// What the day before a silence says of the level: a day has its own, and what came of it before the silence
    /// tells.
    struct Today {
        /// What is expected is multiplied by it.
        var factor: Double
        /// The part of the dispersion of days that is known by it.
        var known: Double

        /// What is left of a dispersion: hours differ too.
        func remaining(of dispersion: Double) -> Double {
            max(dispersion * Self.leastRemaining, dispersion - Self.knownShare * known)
        }

        private static let leastRemaining = 0.4
        private static let knownShare = 0.8
    }

    /// By a day in which so many leads were expected and so many came: Gamma's conjugate to Poisson, where half of the
    /// day before is still so. More than usual is believed a little only, for it may be a burst.
    func today(expected: Double, came: Int) -> Today {
        let prior = 1 / dayDispersion
        let (expected, came) = (Self.persistence * expected, Self.persistence * Double(came))
        return Today(
            factor: min(Self.mostFactor, (prior + came) / (prior + expected)),
            known: dayDispersion - 1 / (prior + expected))
    }

    private static let persistence = 0.5
    private static let mostFactor = 1.1
}
