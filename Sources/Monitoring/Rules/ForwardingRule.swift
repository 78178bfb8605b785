package import Domain
import Store

/// Leads that a destination does not take: many attempts fail, or the breaker stays open.
///
/// Trouble of one kind at one platform for more than `clients` clients within a quarter of an hour is the platform's:
/// one alert, which covers those of the destinations.
package struct ForwardingRule: Rule {
    package var watching: Watching
    /// More clients than this make it the platform's trouble.
    package static let clients = 3
    /// Their troubles must have begun within this time of each other.
    package static let together: Duration = .minutes(15)

    package init(_ watching: Watching) { self.watching = watching }

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        var troubled: [(facts: Facts.DestinationFacts, trouble: Facts.Trouble, finding: Finding)] = []
        for (destination, settings) in watching.destinations(facts, .forwardingFailing) {
            if let (trouble, finding) = finding(destination, settings.forwarding, facts.now) {
                troubled.append((destination, trouble, finding))
            } else if isWell(destination, settings.forwarding) {
                findings.recovered(
                    .forwardingFailing, destination.scope, at: facts.now,
                    "\(destination.name) takes leads again: \(destination.settled) in the last 15 minutes.")
            }
        }
        let shared = platforms(troubled.map { ($0.facts, $0.trouble, $0.finding) }, facts, &findings)
        for (destination, trouble, finding) in troubled {
            var finding = finding
            let parent = Self.key(destination.platform, trouble)
            if shared.contains(parent) { finding.coveredBy = [parent] }
            findings.problem(finding)
        }
        return findings.observations
    }

    static func key(_ platform: String, _ trouble: Facts.Trouble) -> String {
        Finding.key(.forwardingFailing, .platform(platform), code: trouble.rawValue)
    }

    private func finding(
        _ facts: Facts.DestinationFacts, _ settings: RuleSettings.Forwarding, _ now: Instant
    ) -> (Facts.Trouble, Finding)? {
        // A lane that is held or paused has a rule of its own.
        guard facts.state == .running else { return nil }
        let attempts = facts.settled + facts.failures
        let share = attempts == 0 ? 0 : Double(facts.failures) / Double(attempts)
        let isFailing = attempts >= settings.least && share >= settings.share
        let isOpen = facts.breakerOpenSince.map { now - $0 >= settings.breakerOpen } ?? false
        guard isFailing || isOpen else { return nil }
        let trouble =
            facts.failed.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key ?? .unreachable
        let age = facts.oldestOpen.map { now - $0 } ?? .zero
        let began = [facts.failingSince, facts.breakerOpenSince].compactMap { $0 }.min() ?? now
        var sentence = "\(facts.name) \(trouble.words)"
        if attempts > 0 { sentence += ": \(facts.failures) of \(attempts.of("attempt")) failed in 15 minutes" }
        if age > .minutes(1) { sentence += "; leads have been waiting for \(age.words)" }
        var evidence = facts.failed.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }.map {
            Finding.Evidence("failed: \($0.key.rawValue)", "\($0.value)")
        }
        evidence.append(.init("taken", "\(facts.settled)"))
        evidence.append(.init("waiting", "\(facts.waiting)"))
        return (
            trouble,
            Finding(
                .forwardingFailing, facts.scope, age >= settings.criticalAge ? .critical : .warning,
                began: min(began, now), sentence: sentence + ".", evidence: evidence, client: facts.client)
        )
    }

    /// Something was taken, and at most half as much fails as would be reported.
    private func isWell(_ facts: Facts.DestinationFacts, _ settings: RuleSettings.Forwarding) -> Bool {
        guard facts.settled > 0, facts.breakerOpenSince == nil else { return false }
        return Double(facts.failures) / Double(facts.settled + facts.failures) <= settings.share / 2
    }

    private typealias Troubled = (facts: Facts.DestinationFacts, trouble: Facts.Trouble, finding: Finding)

    /// The keys of the platform troubles that are there.
    private func platforms(_ troubled: [Troubled], _ facts: Facts, _ findings: inout Findings) -> Set<String> {
        var shared: Set<String> = []
        for platform in Set(facts.destinations.map(\.platform)).sorted() {
            for trouble in Facts.Trouble.allCases {
                let those = troubled.filter { $0.facts.platform == platform && $0.trouble == trouble }
                let scope = AlertScope.platform(platform)
                guard let group = together(those) else {
                    // Over when it is seen at no destination any more, and something is taken.
                    let taken = facts.destinations.reduce(0) { $0 + ($1.platform == platform ? $1.settled : 0) }
                    if those.isEmpty, taken > 0 {
                        findings.recovered(
                            .forwardingFailing, scope, code: trouble.rawValue, at: facts.now,
                            "\(PlatformWords.title(platform)) takes leads again: \(taken) in the last 15 minutes."
                        )
                    }
                    continue
                }
                let clients = Set(group.map(\.facts.client)).count
                let names = group.map(\.facts.name).sorted()
                shared.insert(Self.key(platform, trouble))
                findings.problem(
                    Finding(
                        .forwardingFailing, scope, group.map(\.finding.severity).max() ?? .warning,
                        code: trouble.rawValue, began: group.map(\.finding.began).min() ?? facts.now,
                        sentence:
                            "\(PlatformWords.title(platform)) \(trouble.words), for \(clients.of("client")) at once.",
                        evidence: [.init("destinations", SharedCredential.list(names))]))
            }
        }
        return shared
    }

    /// Those that began within 15 minutes of each other, if they are enough.
    private func together(_ troubled: [Troubled]) -> [Troubled]? {
        for first in troubled {
            let near = troubled.filter {
                $0.finding.began >= first.finding.began && $0.finding.began - first.finding.began <= Self.together
            }
            if Set(near.map(\.facts.client)).count > Self.clients { return troubled }
        }
        return nil
    }
}
