package import Domain
import Store

/// A source of which nothing is accepted: everything is put aside or refused. There is no minimum beyond the few that
/// rule chance out, since a small sender would never reach one, and it does not wait for a window: it ends with the
/// first event that is accepted.
package struct NothingAcceptedRule: Rule {
    package var watching: Watching
    package init(_ watching: Watching) { self.watching = watching }

    /// With so many events it is critical: each of them is a person who waits for an answer.
    static let criticalCount = 10

    package func observations(_ facts: Facts) -> [Observation] {
        var findings = Findings()
        for source in facts.sources {
            let settings = watching.settings(client: source.client)
            guard !settings.off.contains(.nothingAccepted) else { continue }
            let scope = AlertScope.source(source.name)
            guard let found = source.run, found.run.count > 0 else {
                findings.recovered(
                    .nothingAccepted, scope, at: facts.now, "An event of \(source.name) was accepted again.")
                continue
            }
            guard found.run.count >= settings.nothingAccepted.least,
                WindowedShare.isNews(found.run.count, found.usual, tellsNew: true)
            else { continue }
            findings.problem(
                Finding(
                    .nothingAccepted, scope, found.run.count >= Self.criticalCount ? .critical : .warning,
                    began: found.run.first, sentence: Self.sentence(source, found),
                    evidence: Self.evidence(source, found), client: source.client,
                    coveredBy: [Finding.key(.intakeErrors, .relay)]))
        }
        return findings.observations
    }

    private static func sentence(_ source: Facts.SourceFacts, _ found: Facts.RunFacts) -> String {
        let run = found.run
        var ends: [String] = []
        if run.putAside > 0 { ends.append("\(run.putAside) \(run.putAside == 1 ? "is" : "are") in quarantine") }
        if run.refused > 0 { ends.append("\(run.refused) \(run.refused == 1 ? "was" : "were") refused at the door") }
        let all = run.count == 1 ? "The only event" : "All \(run.count) events"
        var sentence =
            "\(all) of \(source.name) since \(run.first.plain): \(ends.joined(separator: ", "))"
        if let top = source.reasons.first, run.putAside > 0 {
            sentence += ", mostly \(Defect.Code.words(of: top.code))"
        }
        return sentence + "; none was accepted."
    }

    private static func evidence(_ source: Facts.SourceFacts, _ found: Facts.RunFacts) -> [Finding.Evidence] {
        var evidence = [Finding.Evidence("last one", found.run.last.rfc3339Seconds)]
        if found.usual.whole > 0 { evidence.append(.init("in the days before", found.usual.words)) }
        if found.run.putAside > 0 {
            evidence += source.reasons.prefix(5).map { .init("reason: \($0.code)", "\($0.count)") }
            evidence.append(
                .init(
                    "what to do",
                    "See what is wrong: leadrelay quarantine list --source \(source.name). They are kept; correct the sender or its mapping, then release them."
                ))
        }
        if found.run.refused > 0 { evidence += RefusalWords.evidence(source.refusedPlaces) }
        return evidence
    }
}
