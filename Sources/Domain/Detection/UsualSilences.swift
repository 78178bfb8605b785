/// The silences that a series of leads has shown before: what has been there three times is no news, whatever the model
/// says.
///
/// A model is wrong in places: an office that closes at five, a source that uploads once a night. There it expects
/// leads that never come, day by day, and the same gap would be told of every evening. So the longest gaps of the past
/// are kept, those in alerts too, since a false alarm must not prevent its own learning; that three are asked for keeps
/// one real outage from excusing the next.
struct UsualSilences: Equatable, Sendable {
    private var gaps: [Gap] = []

    private struct Gap: Equatable, Sendable {
        /// What was expected in it, and how long it was.
        var leads: Double
        var hours: Double
    }

    // MARK: Constants

    /// So many silences that were as long make one usual.
    private static let least = 3
    /// Gaps in which less was expected excuse nothing that would be alerted.
    private static let leastLeads = 2.0
    private static let most = 64
    /// The part of the hours around a gap of whole hours that belongs to it.
    private static let edge = 0.3
    /// How much longer than the usual one a silence must be to be news: in leads, and in hours.
    private static let leadsMargin = (factor: 1.25, leads: 2.0)
    private static let hoursMargin = (factor: 1.1, hours: 1.0)

    init() {}

    /// From whole hours, oldest first: what came and what was expected, by the model as it is now.
    init(came: [Double], expected: [Double]) {
        var begin: Int?
        for hour in 0...came.count {
            if hour < came.count, came[hour] == 0 {
                begin = begin ?? hour
            } else if let first = begin {
                begin = nil
                var leads = expected[first..<hour].reduce(0, +)
                var hours = Double(hour - first)
                for neighbour in [first - 1, hour] where came.indices.contains(neighbour) {
                    let part = Self.isBatch(neighbour, expected) ? 1 : Self.edge
                    leads += part * expected[neighbour]
                    hours += part
                }
                if leads >= Self.leastLeads { gaps.append(Gap(leads: leads, hours: hours)) }
            }
        }
        if gaps.count > Self.most { gaps = Array(gaps.sorted { $0.leads > $1.leads }.prefix(Self.most)) }
    }

    /// Whether a large part of a day's leads comes in one hour, as when they are uploaded together: then it is a matter
    /// of minutes on which side of a gap they are.
    static func isBatch(_ hour: Int, _ expected: [Double]) -> Bool {
        let day = max(0, hour - 12)..<min(expected.count, hour + 12)
        return expected[hour] > batchShare * day.reduce(0) { $0 + expected[$1] } && expected[hour] > 1
    }

    private static let batchShare = 0.2

    /// Whether a silence is like some of the past.
    func explain(leads: Double, hours: Double) -> Bool {
        var count = 0
        for gap in gaps
        where leads <= gap.leads * Self.leadsMargin.factor + Self.leadsMargin.leads
            && hours <= gap.hours * Self.hoursMargin.factor + Self.hoursMargin.hours
        {
            count += 1
        }
        return count >= Self.least
    }
}
