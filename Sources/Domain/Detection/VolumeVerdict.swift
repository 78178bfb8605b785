/// What people have said about alerts of missing leads, and what follows for how easily a group is alerted.
///
/// Each "not a problem" halves the group's budget of false alarms, at most three times; "ours", "the client's side" and
/// "the platform's" say that the alert was true and take one halving back. A verdict counts for 90 days, so that a
/// budget recovers by itself.
package struct VolumeVerdict: Equatable, Sendable {
    package var scope: Episode.Scope
    package var side: Alert.Verdict.Side
    package var at: Instant
    /// Whether the alert was open and ended by it.
    package var hasEnded: Bool

    package init(_ scope: Episode.Scope, _ side: Alert.Verdict.Side, at: Instant, hasEnded: Bool = true) {
        self.scope = scope
        self.side = side
        self.at = at
        self.hasEnded = hasEnded
    }

    /// How long a verdict counts.
    package static let memory: Duration = .days(90)
    private static let mostHalvings = 3

    /// How often the budget of a group is halved; `verdicts` in the order in which they were given.
    package static func halvings(of key: GroupKey, _ verdicts: [VolumeVerdict], now: Instant) -> Int {
        var halvings = 0
        for verdict in verdicts where verdict.scope == .group(key) && now - verdict.at < memory {
            switch verdict.side {
            case .notAProblem: halvings = min(mostHalvings, halvings + 1)
            case .ours, .client, .platform: halvings = max(0, halvings - 1)
            case .planned, .newNormal: break
            }
        }
        return halvings
    }

    /// What the detector has to do about it: an alert that was none is over, and so is one that has become the usual.
    package var decision: VolumeDetector.Decision? {
        guard hasEnded else { return nil }
        let slot = Slots.slot(of: at) + 1
        return switch side {
        case .notAProblem: VolumeDetector.Decision(scope, .dismissed, slot: slot)
        case .newNormal: VolumeDetector.Decision(scope, .newNormal, slot: slot)
        case .ours, .client, .platform, .planned: nil
        }
    }
}
