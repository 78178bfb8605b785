package import Domain
import Store

/// Leads that wait although the lane runs.
package struct BacklogRule: Rule {
    package var watching: Watching
    package init(_ watching: Watching) { self.watching = watching }

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        for (destination, settings) in watching.destinations(facts, .backlog) where destination.state == .running {
            let age = destination.oldestDue.map { max(.zero, facts.now - $0) } ?? .zero
            if age >= settings.backlog.warning {
                findings.problem(
                    Finding(
                        .backlog, destination.scope, age >= settings.backlog.critical ? .critical : .warning,
                        began: facts.now - age,
                        sentence:
                            "\(destination.waiting) lead\(destination.waiting == 1 ? "" : "s") for \(destination.name) could have been sent; the oldest has been waiting for \(age.words).",
                        evidence: [.init("waiting", "\(destination.waiting)")], client: destination.client,
                        // Failing explains waiting.
                        coveredBy: [Finding.key(.forwardingFailing, destination.scope)]))
            } else if age < settings.backlog.warning / 2 {
                findings.recovered(
                    .backlog, destination.scope, at: facts.now,
                    "Nothing has been waiting for \(destination.name) for long.")
            }
        }
        return findings.observations
    }
}

/// A lane that sends nothing until a person acts, and one that a person has left paused.
package struct HoldRule: Rule {
    package var watching: Watching
    package init(_ watching: Watching) { self.watching = watching }

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        let shared = SharedCredential.tell(
            .laneHeld, .critical, facts, where: { $0.state == .held }, &findings,
            words: "are held and send nothing until their common access is renewed",
            over: "Their lanes run again."
        ) { $0.since }
        for (destination, settings) in watching.destinations(facts, .laneHeld) {
            let time = facts.now - destination.since
            switch destination.state {
            case .running:
                findings.recovered(
                    .laneHeld, destination.scope, at: destination.since, "\(destination.name) runs again.")
            case .held:
                let reason = destination.reason.isEmpty ? "" : ": \(destination.reason.withoutFullStop)"
                findings.problem(
                    Finding(
                        .laneHeld, destination.scope, .critical, began: destination.since,
                        sentence:
                            "\(destination.name) is held and sends nothing until somebody acts\(reason). Then: leadrelay destination resume \(destination.name)",
                        evidence: [.init("waiting", "\(destination.waiting)")], client: destination.client,
                        coveredBy: shared[destination.name].map { [$0] } ?? []))
            case .paused where time >= settings.pausedFor:
                findings.problem(
                    Finding(
                        .laneHeld, destination.scope, .warning, began: destination.since,
                        sentence:
                            "\(destination.name) has been paused for \(time.words). When it may go on: leadrelay destination resume \(destination.name)",
                        evidence: [.init("waiting", "\(destination.waiting)")], client: destination.client))
            case .paused: break
            }
        }
        return findings.observations
    }
}

/// Leads that will be lost, ahead of it.
package struct ExpiryRule: Rule {
    package var watching: Watching
    package init(_ watching: Watching) { self.watching = watching }

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        let shared = SharedCredential.tell(
            .expiring, .critical, facts, where: { $0.expiring > 0 }, &findings,
            words: "share an access and owe leads that will be lost unless they are sent",
            over: "No lead is near the end of its window."
        ) { _ in facts.now }
        for (destination, _) in watching.destinations(facts, .expiring) {
            if destination.expiring > 0, let first = destination.firstExpiry {
                let left = max(.zero, first - facts.now)
                findings.problem(
                    Finding(
                        .expiring, destination.scope, .critical, began: facts.now,
                        sentence:
                            "\(destination.expiring.of("lead")) for \(destination.name) will be lost unless they are sent: the first in \(left.words).",
                        evidence: [.init("first window closes", first.rfc3339Seconds)], client: destination.client,
                        coveredBy: shared[destination.name].map { [$0] } ?? []))
            } else if destination.expiring == 0 {
                findings.recovered(
                    .expiring, destination.scope, at: facts.now, "No lead is near the end of its window.")
            }
        }
        return findings.observations
    }
}

/// A destination that would refuse leads if there were any: somebody can act before the first one comes.
package struct PreflightRule: Rule {
    package var watching: Watching
    package init(_ watching: Watching) { self.watching = watching }

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        let shared = SharedCredential.tell(
            .preflightFailed, .warning, facts, where: { $0.preflightInForce?.grade == .failed }, &findings,
            words: "would not take leads with their common access", over: "They would take leads again.",
            under: .laneHeld
        ) { $0.preflight?.checkedAt ?? facts.now }
        for (destination, _) in watching.destinations(facts, .preflightFailed) {
            guard let preflight = destination.preflightInForce else {
                if let preflight = destination.preflight, let taken = destination.lastTaken, taken > preflight.checkedAt
                {
                    findings.recovered(
                        .preflightFailed, destination.scope, at: taken, "\(destination.name) has taken leads since.")
                }
                continue
            }
            switch preflight.grade {
            case .failed:
                let failed = preflight.findings.filter { $0.grade == .failed }
                findings.problem(
                    Finding(
                        .preflightFailed, destination.scope, .warning, began: preflight.checkedAt,
                        sentence:
                            "\(destination.name) would not take leads: \(failed.first?.words ?? "it refused a test").",
                        evidence: failed.map { .init($0.words, $0.remedy) }, client: destination.client,
                        // A lane that is held tells the same, louder.
                        coveredBy: [Finding.key(.laneHeld, destination.scope)]
                            + (shared[destination.name].map { [$0] } ?? [])))
            // Not reached just now: neither well nor refused.
            case .warning: break
            case .ok:
                findings.recovered(
                    .preflightFailed, destination.scope, at: preflight.checkedAt,
                    "\(destination.name) would take leads again.")
            }
        }
        return findings.observations
    }
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
                            "\(PlatformWords.title(platform)) answered \(count) times in 15 minutes, at \(those.count) destinations, with a code that the relay does not know. Leads are kept and tried again; their attempts show the code.",
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
                            "\(destination.name) answered \(count) times in 15 minutes with a code that the relay does not know. Leads are kept and tried again; their attempts show the code.",
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

/// Requests that a platform took long ago without ever saying what became of them.
package struct UnconfirmedRule: Rule {
    package var watching: Watching
    package init(_ watching: Watching) { self.watching = watching }

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        for (destination, settings) in watching.destinations(facts, .unconfirmed) {
            let age = destination.oldestUnconfirmed.map { facts.now - $0 } ?? .zero
            if age >= settings.unconfirmedFor {
                findings.problem(
                    Finding(
                        .unconfirmed, destination.scope, .warning, began: facts.now - age,
                        sentence:
                            "\(destination.name) took leads \(age.words) ago and has not said what became of them.",
                        client: destination.client))
            } else if age < settings.unconfirmedFor / 2 {
                findings.recovered(
                    .unconfirmed, destination.scope, at: facts.now, "What \(destination.name) took has been confirmed.")
            }
        }
        return findings.observations
    }
}

/// A destination that sends everything as test events: nothing of it counts at the platform.
package struct TestModeRule: Rule {
    package var watching: Watching
    package init(_ watching: Watching) { self.watching = watching }

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        for (destination, _) in watching.destinations(facts, .testMode) {
            if destination.isTest, destination.settled > 0 {
                findings.problem(
                    Finding(
                        .testMode, destination.scope, .warning, began: facts.now,
                        sentence:
                            "\(destination.name) sends real leads as test events, which count for nothing there. Take the test setting out of its configuration.",
                        client: destination.client))
            } else if !destination.isTest {
                findings.recovered(.testMode, destination.scope, at: facts.now, "It sends real events.")
            }
        }
        return findings.observations
    }
}
