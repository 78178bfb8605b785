/// A share in the last window against its baseline: so many of so many.
package struct ShareComparison: Equatable, Sendable {
    package var recent: Share
    package var baseline: Share

    package struct Share: Equatable, Sendable {
        package var part: Int
        package var whole: Int

        /// `part` is cut to lie between nothing and everything.
        package init(_ part: Int, of whole: Int) {
            self.whole = max(0, whole)
            self.part = min(max(0, part), self.whole)
        }

        /// `nil` of nothing.
        package var value: Double? { whole == 0 ? nil : Double(part) / Double(whole) }

        /// `14 of 40 (35 %)`
        package var words: String {
            value.map { "\(part) of \(whole) (\(Int(($0 * 100).rounded())) %)" } ?? "none of none"
        }
    }

    package enum Jump: Equatable, Sendable { case rise, fall }

    package init(recent: Share, baseline: Share) {
        self.recent = recent
        self.baseline = baseline
    }

    /// Chance has to be at most so small for a jump to be believed.
    package static let significance = 1e-4
    /// And the share has to have changed by half.
    package static let change = 0.5

    /// Whether the share has jumped: significant by the exact two-sample test, and changed by half of what it was.
    ///
    ///     baseline        recent        jump
    ///     800 of 1000     3 of 30       fall
    ///     800 of 1000     0 of 4        none: four may miss by chance
    ///     800 of 1000     600 of 1000   none: significant, but not by half
    ///     10 of 1000      20 of 30      rise
    package var jump: Jump? {
        guard let now = recent.value, let before = baseline.value else { return nil }
        if now > before, now >= before * (1 + Self.change) {
            return chance(ofAtLeast: recent.part) < Self.significance ? .rise : nil
        }
        if now < before, now <= before * (1 - Self.change) {
            return chance(ofAtMost: recent.part) < Self.significance ? .fall : nil
        }
        return nil
    }

    /// Whether the share has risen: by a jump, or because all of a few are so where hardly any was before, which is all
    /// that a sender with one lead a day can show.
    ///
    ///     baseline        recent        has risen
    ///     0 of 10         3 of 3        yes
    ///     5 of 10         3 of 3        no: one in eight by chance
    ///     0 of 10         2 of 2        no: too few
    package var hasRisen: Bool {
        if jump == .rise { return true }
        return recent.whole >= Self.few && recent.part == recent.whole
            && WindowedShare.isNews(recent.whole, baseline, tellsNew: false)
    }

    /// When it turned, given when the first came of what has risen: `nil` where some had always come, and the first is
    /// no news.
    func turned(_ first: Instant?) -> Instant? { baseline.part == 0 ? first : nil }

    /// Fewer than this in a row prove nothing.
    private static let few = 3

    /// Whether there is enough in both windows that a fall to nothing, or a rise to everything, would have been seen.
    package var couldShowAJump: Bool {
        guard let before = baseline.value, recent.whole > 0 else { return false }
        let extreme = before > 0.5 ? 0 : recent.whole
        var imagined = self
        imagined.recent.part = extreme
        return imagined.jump != nil
    }

    /// Fisher's exact test, one-sided: the chance that so few (many) of the recent ones would carry the mark if the
    /// marks of both windows had been dealt at random. Weights are relative to the likeliest number, so that neither
    /// factorials nor logarithms are needed: w(k+1)/w(k) = (K−k)(n−k) / ((k+1)(N−K−n+k+1)).
    private func chance(ofAtMost most: Int) -> Double { tail { $0 <= most } }
    private func chance(ofAtLeast least: Int) -> Double { tail { $0 >= least } }

    private func tail(_ counts: (Int) -> Bool) -> Double {
        let n = recent.whole
        let all = recent.whole + baseline.whole
        let marked = recent.part + baseline.part
        let lowest = max(0, n - (all - marked))
        let highest = min(n, marked)
        guard lowest < highest else { return 1 }
        let mode = min(max(Int(Double(n + 1) * Double(marked + 1) / Double(all + 2)), lowest), highest)
        func ratio(_ k: Int) -> Double {
            Double(marked - k) * Double(n - k) / (Double(k + 1) * Double(all - marked - n + k + 1))
        }
        var (sum, inTail) = (0.0, 0.0)
        func add(_ k: Int, _ weight: Double) {
            sum += weight
            if counts(k) { inTail += weight }
        }
        var weight = 1.0
        add(mode, weight)
        var k = mode
        while k < highest, weight > 0 {
            weight *= ratio(k)
            k += 1
            add(k, weight)
        }
        weight = 1.0
        k = mode
        while k > lowest, weight > 0 {
            weight /= ratio(k - 1)
            k -= 1
            add(k, weight)
        }
        return inTail / sum
    }
}
