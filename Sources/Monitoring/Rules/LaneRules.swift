package import Domain
import Store

extension Facts.DestinationFacts: Watched {}

/// What can be wrong with a destination's lane.
enum LaneThresholds {
    static let all = [backlog, laneHeld, expiring, preflightFailed, unconfirmed, testMode]

    /// Leads that wait although the lane runs.
    private static let backlog = Threshold<Facts.DestinationFacts>(kind: .backlog) { lane, at in
        let age = lane.waitingTime(at.now)
        guard lane.state == .running, age >= at.settings.backlog.warning else { return nil }
        return Problem(
            severity: at.settings.backlog.severity(of: age), began: at.now - age,
            sentence:
                """
                \(lane.waiting) lead\(lane.waiting == 1 ? "" : "s") for \(lane.name) could have been sent; the \
                oldest has been waiting for \(age.words).
                """,
            evidence: [lane.waitingLeads],
            // Failing explains waiting.
            coveredBy: [Finding.key(.forwardingFailing, lane.scope)])
    } close: { lane, at in
        guard lane.state == .running, lane.waitingTime(at.now) < at.settings.backlog.warning / 2 else { return nil }
        return Recovery(ended: at.now, sentence: "Nothing has been waiting for \(lane.name) for long.")
    }

    /// A lane that sends nothing until a person acts, and one that a person has left paused.
    private static let laneHeld = Threshold<Facts.DestinationFacts>(
        kind: .laneHeld,
        shared: credential(
            .laneHeld, .critical, where: { $0.state == .held },
            words: "are held and send nothing until their common access is renewed", over: "Their lanes run again."
        ) { lane, _ in lane.since }
    ) { lane, at in
        let time = at.now - lane.since
        switch lane.state {
        case .running: return nil
        case .held:
            let reason = lane.reason.isEmpty ? "" : ": \(lane.reason.withoutFullStop)"
            return Problem(
                severity: .critical, began: lane.since,
                sentence:
                    """
                    \(lane.name) is held and sends nothing until somebody acts\(reason). Then: leadrelay \
                    destination resume \(lane.name)
                    """,
                evidence: [lane.waitingLeads])
        case .paused:
            guard time >= at.settings.pausedFor else { return nil }
            return Problem(
                severity: .warning, began: lane.since,
                sentence:
                    """
                    \(lane.name) has been paused for \(time.words). When it may go on: leadrelay destination \
                    resume \(lane.name)
                    """,
                evidence: [lane.waitingLeads])
        }
    } close: { lane, _ in
        lane.state == .running ? Recovery(ended: lane.since, sentence: "\(lane.name) runs again.") : nil
    }

    /// Leads that will be lost, ahead of it.
    private static let expiring = Threshold<Facts.DestinationFacts>(
        kind: .expiring,
        shared: credential(
            .expiring, .critical, where: { $0.expiring > 0 },
            words: "share an access and owe leads that will be lost unless they are sent",
            over: "No lead is near the end of its window."
        ) { _, now in now }
    ) { lane, at in
        guard lane.expiring > 0, let first = lane.firstExpiry else { return nil }
        let left = max(.zero, first - at.now)
        return Problem(
            severity: .critical, began: at.now,
            sentence:
                """
                \(lane.expiring.of("lead")) for \(lane.name) will be lost unless they are sent: the first in \
                \(left.words).
                """,
            evidence: [.init("first window closes", first.rfc3339Seconds)])
    } close: { lane, at in
        lane.expiring == 0 ? Recovery(ended: at.now, sentence: "No lead is near the end of its window.") : nil
    }

    /// A destination that would refuse leads if there were any: somebody can act before the first one comes. One that
    /// was not reached just now is neither well nor refused.
    private static let preflightFailed = Threshold<Facts.DestinationFacts>(
        kind: .preflightFailed,
        shared: credential(
            .preflightFailed, .warning, where: { $0.preflightInForce?.grade == .failed },
            words: "would not take leads with their common access", over: "They would take leads again.",
            under: .laneHeld
        ) { lane, now in lane.preflight?.checkedAt ?? now }
    ) { lane, _ in
        guard let preflight = lane.preflightInForce, preflight.grade == .failed else { return nil }
        let failed = preflight.findings.filter { $0.grade == .failed }
        return Problem(
            severity: .warning, began: preflight.checkedAt,
            sentence: "\(lane.name) would not take leads: \(failed.first?.words ?? "it refused a test").",
            evidence: failed.map { .init($0.words, $0.remedy) },
            // A lane that is held tells the same, louder.
            coveredBy: [Finding.key(.laneHeld, lane.scope)])
    } close: { lane, _ in
        if let preflight = lane.preflightInForce {
            guard preflight.grade == .ok else { return nil }
            return Recovery(ended: preflight.checkedAt, sentence: "\(lane.name) would take leads again.")
        }
        guard let preflight = lane.preflight, let taken = lane.lastTaken, taken > preflight.checkedAt else {
            return nil
        }
        return Recovery(ended: taken, sentence: "\(lane.name) has taken leads since.")
    }

    /// Requests that a platform took long ago without ever saying what became of them.
    private static let unconfirmed = Threshold<Facts.DestinationFacts>(kind: .unconfirmed) { lane, at in
        let age = lane.unconfirmedTime(at.now)
        guard age >= at.settings.unconfirmedFor else { return nil }
        return Problem(
            severity: .warning, began: at.now - age,
            sentence: "\(lane.name) took leads \(age.words) ago and has not said what became of them.")
    } close: { lane, at in
        guard lane.unconfirmedTime(at.now) < at.settings.unconfirmedFor / 2 else { return nil }
        return Recovery(ended: at.now, sentence: "What \(lane.name) took has been confirmed.")
    }

    /// A destination that sends everything as test events: nothing of it counts at the platform.
    private static let testMode = Threshold<Facts.DestinationFacts>(kind: .testMode) { lane, at in
        guard lane.isTest, lane.settled > 0 else { return nil }
        return Problem(
            severity: .warning, began: at.now,
            sentence:
                """
                \(lane.name) sends real leads as test events, which count for nothing there. Take the test setting \
                out of its configuration.
                """
        )
    } close: { lane, at in
        lane.isTest ? nil : Recovery(ended: at.now, sentence: "It sends real events.")
    }
}

/// What is wrong with an access that several destinations have (`SharedCredential`).
private func credential(
    _ kind: AlertKind, _ severity: Severity, where isTroubled: @escaping @Sendable (Facts.DestinationFacts) -> Bool,
    words: String, over: String, under parent: AlertKind? = nil,
    since: @escaping @Sendable (Facts.DestinationFacts, Instant) -> Instant
) -> @Sendable (Facts, inout Findings) -> [AlertScope: String] {
    { facts, findings in
        let keys = SharedCredential.tell(
            kind, severity, facts, where: isTroubled, &findings, words: words, over: over, under: parent
        ) { since($0, facts.now) }
        return Dictionary(uniqueKeysWithValues: keys.map { (.destination($0.key), $0.value) })
    }
}

extension Facts.DestinationFacts {
    fileprivate func waitingTime(_ now: Instant) -> Duration { oldestDue.map { max(.zero, now - $0) } ?? .zero }
    fileprivate func unconfirmedTime(_ now: Instant) -> Duration { oldestUnconfirmed.map { now - $0 } ?? .zero }
    fileprivate var waitingLeads: Finding.Evidence { .init("waiting", "\(waiting)") }
}

/// Codes that nobody knows: retried and kept, but somebody has to look them up.
package struct UnclassifiedRule: Rule {
    package var watching: Watching
    package init(_ watching: Watching) { self.watching = watching }

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        let all = watching.destinations(facts, .unclassifiedCode)
        let affected = all.filter { ($0.0.failed[.unclassified] ?? 0) >= $0.1.unclassified }.map(\.0)
        var shared: Set<String> = []
        for platform in Set(all.map(\.0.platform)).sorted() {
            let those = affected.filter { $0.platform == platform }
            if those.count > 1 {
                shared.insert(platform)
                let count = those.reduce(0) { $0 + ($1.failed[.unclassified] ?? 0) }
                findings.problem(
                    Finding(
                        .unclassifiedCode, .platform(platform), .warning,
                        began: those.compactMap(\.failingSince).min() ?? facts.now,
                        sentence:
                            """
                            \(PlatformWords.title(platform)) answered \(count) times in 15 minutes, at \
                            \(those.count) destinations, with a code that the relay does not know. Leads are kept \
                            and tried again; their attempts show the code.
                            """,
                        evidence: [.init("destinations", SharedCredential.list(those.map(\.name).sorted()))]))
            } else if those.isEmpty, all.contains(where: { $0.0.platform == platform && $0.0.settled > 0 }) {
                findings.recovered(
                    .unclassifiedCode, .platform(platform), at: facts.now, "Every code is known again.")
            }
        }
        for (destination, settings) in all {
            let count = destination.failed[.unclassified] ?? 0
            if count >= settings.unclassified {
                findings.problem(
                    Finding(
                        .unclassifiedCode, destination.scope, .warning, began: destination.failingSince ?? facts.now,
                        sentence:
                            """
                            \(destination.name) answered \(count) times in 15 minutes with a code that the relay \
                            does not know. Leads are kept and tried again; their attempts show the code.
                            """,
                        client: destination.client,
                        coveredBy: shared.contains(destination.platform)
                            ? [Finding.key(.unclassifiedCode, .platform(destination.platform))] : []))
            } else if count == 0, destination.settled > 0 {
                findings.recovered(.unclassifiedCode, destination.scope, at: facts.now, "Every code is known again.")
            }
        }
        return findings.observations
    }
}
