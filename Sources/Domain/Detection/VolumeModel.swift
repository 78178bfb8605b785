import Glibc

/// What is expected of each group, and how sure that is: learned from whole hours up to `slot`, and good for the day
/// after it.
///
/// A group's rate is level × shape[local hour of week] × calendar. History is divided by the same calendar, so a
/// holiday in the past does not lower today; hours in holes and in closed alerts teach nothing.
package struct VolumeModel: Sendable {
    /// The first slot that it was not learned from.
    let slot: Int
    private(set) var groups: [GroupModel]
    /// How silent each client has been before, and the whole intake.
    private(set) var clientSilences: [UsualSilences]
    private(set) var intakeSilences: UsualSilences
    /// How much the groups of each client vary together, beyond what each varies by itself, in windows of `scales`.
    private(set) var clientDispersion: [[Double]] = []
    /// How low the whole intake has been before, and how much it varies beyond chance in windows of `scales`.
    private(set) var intakeLows: UsualLows
    private(set) var intakeDispersion: [Double]
}

/// What is expected of one group.
struct GroupModel: Sendable {
    /// Leads in an hour of shape 1: without the newest day, the newest three days, the newest week, so that a slow
    /// decline does not teach itself.
    var levels: [Level]
    /// By local hour of the week, with mean 1.
    var shape: [Double]
    var dispersion: Dispersion
    /// Weeks of history that count.
    var weeks: Double
    /// An hour counts half as much as one so many days younger.
    var halfLife: Double
    /// How leads are spread within the hours.
    var quarters: QuarterHours
    /// The local hour of the day in which its leads are uploaded together; `nil` for leads that come one by one.
    var batchHour: Int?
    /// How silent it has been before, and how low.
    var silences: UsualSilences
    var lows: UsualLows

    struct Level: Equatable, Sendable {
        var rate: Double
        /// Leads that it was learned from, with weights.
        var evidence: Double
    }

    /// How much counts vary beyond pure chance, in windows of 1, 3, 6, 12 and 24 hours.
    struct Dispersion: Equatable, Sendable {
        var anytime: [Double]
        /// For windows of 1 and 3 hours in the evening, when the daily budget of some groups is used up on some days.
        var evening: [Double]
    }

    /// The newest level: leads an hour.
    var rate: Double { levels[0].rate }
}

/// What is known of the past of a group when a model is learned.
struct GroupPast {
    /// Leads in each hour, the last one ending where the model begins.
    var leads: [Double]
    /// What the calendar made of each hour: the mean multiplier. 0 where nothing may be learned.
    var exposure: [Double]
    /// As `exposure`, but with the hours of closed alerts: an evening without leads that was alerted is still an
    /// evening.
    var exposureWithAlerts: [Double]
    /// The local hour of the week of each.
    var hourOfWeek: [Int]
    var plannedRate: Double
    /// The index of its client.
    var client: Int
    /// Leads by quarter of an hour in the last week, as `QuarterHours` wants them.
    var quarters: [Double]
}

extension VolumeModel {
    // MARK: Constants

    /// History that is looked at: eight weeks.
    package static let daysOfHistory = 56
    static let hours = daysOfHistory * 24
    /// The guess of people counts as so many leads.
    private static let planWeight = 1.5
    /// Shrinkage of a client's shape to all groups', and of a group's to its client's, in leads an hour of the week.
    private static let clientWeight = 3.0
    private static let groupWeight = 4.0
    /// Nothing is impossible.
    private static let leastShape = 1e-3
    /// How far the level wanders in a day, squared; and how much days differ whatever their leads.
    private static let levelVariance = 0.015 * 0.015
    private static let dayVariance = 0.03
    private static let halfLives = 6.0...30.0
    /// Hours that are left out of each level.
    static let gaps = [24, 72, 168]
    /// A level with a long gap needs so many hours of older history.
    private static let leastOlderHours = 120.0
    /// Windows for which dispersion is measured, in hours.
    static let scales = [1, 3, 6, 12, 24]
    /// Degrees of freedom that the pool of all groups counts for in the dispersion of one, and the day in that of its
    /// evenings.
    private static let poolFreedom = 12.0
    private static let eveningFreedom = 2.0
    private static let leastDispersion = 0.004
    /// Forecasts begin after so many days.
    private static let daysBeforeForecasts = 7
    static let eveningHour = 20

    // MARK: Learning

    init(slot: Int, pasts: [GroupPast], clients: Int) {
        self.slot = slot
        let shapes = Self.shapes(pasts, clients: clients)
        let quarters = Self.quarters(pasts, clients: clients)
        var forecasts: [Forecast] = []
        groups = []
        for (group, (past, (shape, weeks))) in zip(pasts, shapes).enumerated() {
            let hourly = past.hourOfWeek.indices.map { shape[past.hourOfWeek[$0]] }
            let forecast = Forecast(past, shape: hourly)
            groups.append(
                GroupModel(
                    levels: Self.levels(past, shape: hourly), shape: shape,
                    dispersion: GroupModel.Dispersion(anytime: [], evening: []), weeks: weeks,
                    halfLife: Self.halfLife(past), quarters: quarters[group], batchHour: WeekShape.batchHour(shape),
                    silences: UsualSilences(came: past.leads, expected: forecast.expected),
                    lows: UsualLows(
                        came: past.leads,
                        expected: forecast.expected.indices.map {
                            past.exposure[$0] > 0 ? forecast.expected[$0] : 0
                        })))
            forecasts.append(forecast)
        }
        let sums = Self.sums(pasts, forecasts, clients: clients)
        let silences = sums.map { UsualSilences(came: $0.came, expected: $0.expected) }
        clientSilences = Array(silences[..<clients])
        intakeSilences = silences[clients]
        intakeLows = UsualLows(came: sums[clients].came, expected: sums[clients].expected)
        intakeDispersion = Self.scales.map { scale in
            var residuals = Residuals()
            for hour in stride(from: 0, to: sums[clients].came.count - scale + 1, by: scale) {
                residuals.add(
                    came: sums[clients].came[hour..<(hour + scale)].reduce(0, +),
                    expected: sums[clients].expected[hour..<(hour + scale)].reduce(0, +))
            }
            return min(1, max(0, residuals.dispersion ?? 0))
        }
        for scale in Self.scales.indices {
            let pool = forecasts.reduce(Residuals()) { $0 + $1.anytime[scale] }
            let common = min(0.5, max(0.01, pool.dispersion ?? 0))
            for index in groups.indices {
                let own = forecasts[index].anytime[scale]
                let value = own.shrunk(to: common, freedom: Self.poolFreedom, most: 1)
                groups[index].dispersion.anytime.append(min(1, max(Self.leastDispersion, value)))
            }
        }
        clientDispersion = Self.sharedDispersion(pasts, forecasts, groups, clients: clients)
        for index in groups.indices {
            for scale in 0..<2 {
                let day = groups[index].dispersion.anytime[scale]
                let value = forecasts[index].evening[scale].shrunk(to: day, freedom: Self.eveningFreedom, most: 2)
                groups[index].dispersion.evening.append(max(day, value))
            }
        }
    }

    private static func quarters(_ pasts: [GroupPast], clients: Int) -> [QuarterHours] {
        var sums = [[Double]](repeating: [Double](repeating: 0, count: QuarterHours.count), count: clients)
        for past in pasts {
            for quarter in 0..<QuarterHours.count { sums[past.client][quarter] += past.quarters[quarter] }
        }
        let common = sums.map { QuarterHours($0) }
        return pasts.map { QuarterHours($0.quarters, within: common[$0.client]) }
    }

    /// What came by the hour and what was expected: of all groups of each client together, and last of all groups.
    private static func sums(
        _ pasts: [GroupPast], _ forecasts: [Forecast], clients: Int
    ) -> [(came: [Double], expected: [Double])] {
        let hours = pasts.first?.leads.count ?? 0
        let none = [Double](repeating: 0, count: hours)
        var sums = [(came: [Double], expected: [Double])](repeating: (none, none), count: clients + 1)
        for (past, forecast) in zip(pasts, forecasts) {
            for hour in 0..<hours where forecast.expected[hour] > 0 || past.leads[hour] > 0 {
                for place in [past.client, clients] {
                    // What is not expected, as in floods, still breaks a silence.
                    sums[place].came[hour] += past.leads[hour]
                    sums[place].expected[hour] += forecast.expected[hour]
                }
            }
        }
        return sums
    }

    /// What the groups of a client share: a bad day of its site, its budget, its trade. The residuals of their sum,
    /// less what independent groups would have, shrunk to what is usual. Hours in alerts do not count: an outage of the
    /// client is what is looked for.
    private static func sharedDispersion(
        _ pasts: [GroupPast], _ forecasts: [Forecast], _ groups: [GroupModel], clients: Int
    ) -> [[Double]] {
        let hours = pasts.first?.leads.count ?? 0
        var members = [[Int]](repeating: [], count: clients)
        for (group, past) in pasts.enumerated() { members[past.client].append(group) }
        return members.map { members in
            var came = [Double](repeating: 0, count: hours)
            var expected = came
            for group in members {
                for hour in 0..<hours where pasts[group].exposure[hour] > 0 {
                    came[hour] += pasts[group].leads[hour]
                    expected[hour] += forecasts[group].expected[hour]
                }
            }
            let rate = members.reduce(0) { $0 + groups[$1].rate }
            return scales.indices.map { scale in
                guard members.count > 1, rate > 0 else { return usualShared }
                var residuals = Residuals()
                for hour in stride(from: daysBeforeForecasts * 24, to: hours - scales[scale] + 1, by: scales[scale]) {
                    let window = hour..<(hour + scales[scale])
                    residuals.add(came: came[window].reduce(0, +), expected: expected[window].reduce(0, +))
                }
                let own = members.reduce(0) { sum, group in
                    let share = groups[group].rate / rate
                    return sum + groups[group].dispersion.anytime[scale] * share * share
                }
                return max(0, residuals.shrunk(to: own + usualShared, freedom: poolFreedom, most: 1) - own)
            }
        }
    }

    /// The dispersion that groups of a client share, as far as nothing else is known.
    private static let usualShared = 0.01

    /// The shape of each group's week, shrunk twice: all groups (working day or weekend, hour) → client → group. And
    /// how many weeks of history it was learned from.
    private static func shapes(_ pasts: [GroupPast], clients: Int) -> [(shape: [Double], weeks: Double)] {
        var came: [[Double]] = []
        var expected: [[Double]] = []
        var weeks: [Double] = []
        for past in pasts {
            var leads = [Double](repeating: 0, count: WeekShape.hours)
            var hours = leads
            for hour in past.leads.indices where past.exposure[hour] > 0 {
                leads[past.hourOfWeek[hour]] += past.leads[hour]
                hours[past.hourOfWeek[hour]] += past.exposure[hour]
            }
            let total = hours.reduce(0, +)
            let rate = (leads.reduce(0, +) + planWeight) / (total + planWeight / past.plannedRate)
            came.append(leads)
            expected.append(hours.map { $0 * rate })
            weeks.append(max(total / 168, 0.15))
        }
        let all = Sums(came, expected, pasts.indices)
        // A working day or a day of the weekend, by hour.
        let kind = WeekShape.coarseKinds
        var common = [(came: Double, expected: Double)](repeating: (0, 0), count: 48)
        for hour in 0..<WeekShape.hours {
            common[kind[hour]].came += all.smoothCame[hour]
            common[kind[hour]].expected += all.smoothExpected[hour]
        }
        let commonShape = kind.map { common[$0].came / max(common[$0].expected, 1e-9) }
        var members = [[Int]](repeating: [], count: clients)
        for (group, past) in pasts.enumerated() { members[past.client].append(group) }
        let clientShapes = members.map {
            Sums(came, expected, $0).shape(weight: clientWeight, common: commonShape)
        }
        return pasts.enumerated().map { group, past in
            var shape = Sums(came, expected, [group]).shape(weight: groupWeight, common: clientShapes[past.client])
            let mean = shape.reduce(0, +) / Double(WeekShape.hours)
            // Without a single lead anywhere there is no shape.
            shape = mean > 0 ? shape.map { max($0 / mean, leastShape) } : shape.map { _ in 1 }
            return (shape, weeks[group])
        }
    }

    /// Leads of some groups by hour of the week, and what an even week would have brought.
    private struct Sums {
        var came = [Double](repeating: 0, count: WeekShape.hours)
        var expected = [Double](repeating: 0, count: WeekShape.hours)

        init(_ came: [[Double]], _ expected: [[Double]], _ groups: some Sequence<Int>) {
            for group in groups {
                for hour in 0..<WeekShape.hours {
                    self.came[hour] += came[group][hour]
                    self.expected[hour] += expected[group][hour]
                }
            }
        }

        var smoothCame: [Double] { WeekShape.smoothed(came) }
        var smoothExpected: [Double] { WeekShape.smoothed(expected) }

        /// Shrunk to a common one, which counts for so many leads an hour of the week.
        func shape(weight: Double, common: [Double]) -> [Double] {
            let (smoothCame, smoothExpected) = (smoothCame, smoothExpected)
            let shape = common.indices.map { hour in
                (smoothCame[hour] + weight * common[hour]) / (smoothExpected[hour] + weight)
            }
            return WeekShape.sharpened(shape, came: came, expected: expected)
        }
    }

    /// How long a day tells of the level. That wanders, and each day shows it but for chance, which is the greater the
    /// fewer leads there are: the gain of a Kalman filter that has settled is √(variance of the step ÷ of a day). So a
    /// busy group's level follows it within days, and a quiet one's is learned from a month.
    private static func halfLife(_ past: GroupPast) -> Double {
        var (leads, hours) = (planWeight, planWeight / past.plannedRate)
        for hour in past.leads.indices where past.exposure[hour] > 0 {
            leads += past.leads[hour]
            hours += past.exposure[hour]
        }
        let gain = (levelVariance / (hours / (24 * leads) + dayVariance)).squareRoot()
        return min(max(log(2) / gain, halfLives.lowerBound), halfLives.upperBound)
    }

    private static func levels(_ past: GroupPast, shape: [Double]) -> [GroupModel.Level] {
        var came = [Double](repeating: 0, count: gaps.count)
        var hours = came
        let count = past.leads.count
        let decay = pow(0.5, 1 / (halfLife(past) * 24))
        for (index, gap) in gaps.enumerated() {
            var weight = 1.0
            for hour in stride(from: count - 1 - gap, through: 0, by: -1) {
                if past.exposure[hour] > 0 {
                    came[index] += weight * past.leads[hour]
                    hours[index] += weight * past.exposure[hour] * shape[hour]
                }
                weight *= decay
            }
        }
        func level(_ index: Int) -> GroupModel.Level {
            GroupModel.Level(
                rate: (came[index] + planWeight) / (hours[index] + planWeight / past.plannedRate),
                evidence: came[index] + planWeight)
        }
        return gaps.indices.map { $0 == 0 || hours[$0] > leastOlderHours ? level($0) : level(0) }
    }

    // MARK: Dispersion

    /// Squares of what a forecast missed, beyond what chance explains.
    private struct Residuals {
        var beyondChance = 0.0
        var squares = 0.0
        var means: [Double] = []

        /// α = Σ[(y − e)² − y] / Σe². A burst counts as much as 2.5 deviations, for only lack matters.
        mutating func add(came: Double, expected: Double) {
            guard expected > 0 else { return }
            let came = min(came, expected + 2.5 * (expected + 0.1 * expected * expected).squareRoot())
            beyondChance += (came - expected) * (came - expected) - came
            squares += expected * expected
            means.append(expected)
        }

        var dispersion: Double? { squares > 0 ? beyondChance / squares : nil }

        /// Weighed by what the counts can tell about dispersion: (αe / (1 + αe))² for each window.
        func shrunk(to common: Double, freedom: Double, most: Double) -> Double {
            guard let dispersion else { return common }
            let own = means.reduce(0) { sum, mean in
                let share = common * mean / (1 + common * mean)
                return sum + share * share
            }
            return (min(most, max(0, dispersion)) * own + common * freedom) / (own + freedom)
        }

        static func + (a: Residuals, b: Residuals) -> Residuals {
            Residuals(
                beyondChance: a.beyondChance + b.beyondChance, squares: a.squares + b.squares, means: [])
        }
    }

    /// How far one-step forecasts missed: the level of each day is learned from the days before the one before it.
    private struct Forecast {
        var anytime = [Residuals](repeating: Residuals(), count: scales.count)
        var evening = [Residuals](repeating: Residuals(), count: 2)
        /// What was expected in each hour, also in alerts.
        var expected: [Double]

        init(_ past: GroupPast, shape: [Double]) {
            let days = past.leads.count / 24
            let first = past.leads.count - days * 24
            let decay = pow(0.5, 1 / halfLife(past))
            var came = planWeight
            var hours = planWeight / past.plannedRate
            var seen = 0
            var isUsed = [Bool](repeating: false, count: days)
            var levels = [Double](repeating: 0, count: days)
            var previous = (leads: 0.0, hours: 0.0)
            for day in 0..<days {
                levels[day] = came / hours
                var today = (leads: 0.0, hours: 0.0)
                for hour in (first + day * 24)..<(first + day * 24 + 24) where past.exposure[hour] > 0 {
                    today.leads += past.leads[hour]
                    today.hours += past.exposure[hour] * shape[hour]
                }
                if today.hours > 0 { seen += 1 }
                isUsed[day] = seen > daysBeforeForecasts
                if day >= 1 {
                    came = came * decay + previous.leads
                    hours = hours * decay + previous.hours
                }
                previous = today
            }
            expected = past.leads.indices.map { hour in
                hour < first ? 0 : past.exposureWithAlerts[hour] * shape[hour] * levels[(hour - first) / 24]
            }
            func sums(_ window: Range<Int>, _ exposure: [Double]) -> (came: Double, expected: Double) {
                var sums = (came: 0.0, expected: 0.0)
                for hour in window where exposure[hour] > 0 {
                    sums.came += past.leads[hour]
                    sums.expected += exposure[hour] * shape[hour] * levels[(hour - first) / 24]
                }
                return sums
            }
            guard let start = isUsed.firstIndex(of: true) else { return }
            for (index, scale) in scales.enumerated() {
                for hour in stride(from: first + start * 24, to: past.leads.count, by: scale) {
                    let sums = sums(hour..<(hour + scale), past.exposure)
                    anytime[index].add(came: sums.came, expected: sums.expected)
                }
            }
            for hour in (first + start * 24)..<past.leads.count where past.hourOfWeek[hour] % 24 >= eveningHour {
                let one = sums(hour..<(hour + 1), past.exposureWithAlerts)
                evening[0].add(came: one.came, expected: one.expected)
                if past.hourOfWeek[hour] % 24 == 23, hour - 2 >= first {
                    let three = sums((hour - 2)..<(hour + 1), past.exposureWithAlerts)
                    evening[1].add(came: three.came, expected: three.expected)
                }
            }
        }
    }
}
