import Domain
import Testing

@Suite struct `What people say of alerts of missing leads` {
    private static let key = GroupKey(client: "acme", group: "solar")
    private static let now = Instant(rfc3339: "2026-06-01T12:00:00Z")!

    private func verdict(_ side: Alert.Verdict.Side, daysAgo: Int, _ scope: Episode.Scope = .group(key))
        -> VolumeVerdict
    { VolumeVerdict(scope, side, at: Self.now - .days(daysAgo)) }

    private func halvings(_ verdicts: [VolumeVerdict]) -> Int {
        VolumeVerdict.halvings(of: Self.key, verdicts, now: Self.now)
    }

    @Test func `halves a group's budget with each alert that was no problem, three times at most`() {
        #expect(halvings([]) == 0)
        #expect(halvings([verdict(.notAProblem, daysAgo: 3)]) == 1)
        #expect(halvings((1...5).map { verdict(.notAProblem, daysAgo: 20 - $0) }) == 3)
        // Others' alerts are not its own.
        #expect(halvings([verdict(.notAProblem, daysAgo: 3, .client("acme"))]) == 0)
        #expect(halvings([verdict(.planned, daysAgo: 3), verdict(.newNormal, daysAgo: 2)]) == 0)
    }

    @Test(arguments: [Alert.Verdict.Side.ours, .client, .platform])
    func `takes a halving back when an alert was true`(side: Alert.Verdict.Side) {
        #expect(halvings([verdict(.notAProblem, daysAgo: 9), verdict(side, daysAgo: 3)]) == 0)
        #expect(halvings([verdict(side, daysAgo: 9), verdict(.notAProblem, daysAgo: 3)]) == 1)
    }

    @Test func `forgets after 90 days`() {
        #expect(halvings([verdict(.notAProblem, daysAgo: 89)]) == 1)
        #expect(halvings([verdict(.notAProblem, daysAgo: 90)]) == 0)
    }

    @Test func `ends what was none, and what has become usual`() {
        let slot = Slots.slot(of: Self.now) + 1
        let scope = Episode.Scope.group(Self.key)
        #expect(
            verdict(.notAProblem, daysAgo: 0).decision == VolumeDetector.Decision(scope, .dismissed, slot: slot))
        #expect(verdict(.newNormal, daysAgo: 0).decision == VolumeDetector.Decision(scope, .newNormal, slot: slot))
        for side in [Alert.Verdict.Side.ours, .client, .platform, .planned] {
            #expect(verdict(side, daysAgo: 0).decision == nil)
        }
    }
}
