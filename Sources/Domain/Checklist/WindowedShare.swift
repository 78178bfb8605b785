/// A share over several windows that all end now, each against what was before it. A short window notices quickly that
/// many go wrong; a long one sees what a few a day have in common, so that a small sender is watched as well as a big
/// one.
package struct WindowedShare: Equatable, Sendable {
    /// How far the windows reach back, the shortest first, by whole hours.
    package static let hours = [3, 24, 72]
    /// The days before the longest window.
    package static let baselineDays = 7

    /// In the order of `hours`.
    package private(set) var windows: [ShareComparison]

    /// From sums of the spans between the windows' beginnings, the newest first, and of the baseline last: one more
    /// than there are windows.
    package init(parts: [Int], wholes: [Int]) {
        precondition(parts.count == Self.hours.count + 1 && wholes.count == parts.count, "one sum for each span")
        func share(_ range: Range<Int>) -> ShareComparison.Share {
            .init(range.reduce(0) { $0 + parts[$1] }, of: range.reduce(0) { $0 + wholes[$1] })
        }
        windows = Self.hours.indices.map { index in
            ShareComparison(recent: share(0..<index + 1), baseline: share(index + 1..<parts.count))
        }
    }

    /// Which window shows a problem, and how it does.
    package struct Trouble: Equatable, Sendable {
        package var hours: Int
        package var shares: ShareComparison
        /// All of them at once, rather than more than usual.
        package var isWhole: Bool
        package init(hours: Int, shares: ShareComparison, isWhole: Bool) {
            self.hours = hours
            self.shares = shares
            self.isWhole = isWhole
        }
    }

    /// Chance has to be at most so small for all of a few to be news: windows are looked at every minute, for many
    /// senders.
    package static let significance = 1e-5

    /// The shortest window that shows a problem; none while the newest events show that it is over. `least`: fewer
    /// prove nothing; `share`: less does not matter; `tellsNew`: it is a fault of a new sender, too, if all of its
    /// events have the mark.
    ///
    ///     before       now          says
    ///     0 of 21      3 of 3       all: three in a row where none was before
    ///     7 of 21      3 of 3       nothing: one in 27 by chance
    ///     7 of 21      11 of 11     all: one in 177,000
    ///     21 of 21     9 of 9       nothing: it was always so
    ///     none         3 of 3       all, if it is told of new ones
    ///     10 of 1000   20 of 60     more than usual
    package func trouble(least: Int, share: Double, tellsNew: Bool) -> Trouble? {
        if calm(least: least, share: share) != nil { return nil }
        for (hours, shares) in zip(Self.hours, windows) {
            let recent = shares.recent
            guard recent.part >= least, let value = recent.value, value >= share else { continue }
            if recent.part == recent.whole, Self.isNews(recent.whole, shares.baseline, tellsNew: tellsNew) {
                return Trouble(hours: hours, shares: shares, isWhole: true)
            }
            if shares.jump == .rise { return Trouble(hours: hours, shares: shares, isWhole: false) }
        }
        return nil
    }

    /// Whether so many in a row are more than chance, by the share that was usual before.
    package static func isNews(_ count: Int, _ usual: ShareComparison.Share, tellsNew: Bool) -> Bool {
        guard let usual = usual.value else { return tellsNew }
        var chance = 1.0
        for _ in 0..<count where chance > significance { chance *= usual }
        return chance <= significance
    }

    /// The newest events, as many as are needed to say that hardly any has the mark, or no more than before all of
    /// this; `nil`: that cannot be said.
    package func calm(least: Int, share: Double) -> ShareComparison.Share? {
        guard let recent = windows.first(where: { $0.recent.whole >= least })?.recent, let value = recent.value else {
            return nil
        }
        let usual = windows.last?.baseline.value ?? 0
        return value <= max(share / 2, usual) && recent.part < recent.whole ? recent : nil
    }
}
